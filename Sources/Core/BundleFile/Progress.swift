/// How far long work has come. The one who shows it decides how often.
package struct Progress: Sendable {
    package enum Activity: Sendable {
        case readingFile, packing, checking, merging, receiving
        /// Its counts are of records.
        case settling
    }

    package let activity: Activity
    /// Bytes, or records.
    package let doneByteCount: Int
    /// nil when nobody can know.
    package let totalByteCount: Int?
    package let itemCount: Int

    package init(_ activity: Activity, doneByteCount: Int, totalByteCount: Int? = nil, itemCount: Int = 0) {
        self.activity = activity
        self.doneByteCount = doneByteCount
        self.totalByteCount = totalByteCount
        self.itemCount = itemCount
    }
}

package typealias ProgressReport = (Progress) -> Void
