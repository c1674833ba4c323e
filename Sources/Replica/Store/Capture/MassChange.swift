/// A large share of a table was changed by plain SQL. A person says whether that is meant: the same call with
/// `acceptingMassChange`, or `revertNotes`.
package struct MassChange: Error, Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let table: String
        /// nil: rows were deleted.
        package let column: String?
        package let count: Int
        package let rowCount: Int
    }
    package let entries: [Entry]

    /// From this many rows on, and from a quarter of the table on, SQL's changes are asked about.
    static let leastCount = 1_000
    static let leastShare = 0.25
}
