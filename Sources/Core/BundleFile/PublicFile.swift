import Trust
import Wire

/// Where the frames of a bundle come from: opened chunk by chunk, or as they stand in the file.
protocol BundleFrames: AnyObject {
    /// Of the frames.
    var byteCount: Int { get }
    var fileByteCount: Int { get }

    /// Bytes of the frames at a position; fewer only at their end.
    func read(at position: Int, count: Int) throws -> [UInt8]

    /// - Throws: `changedWhileRead`.
    func checkUnchanged() throws
}

/// The frames of a public bundle: they stand in the clear behind its head (Protocol.md, "Public bundle").
package final class PublicFile: BundleFrames {
    package let head: PublicHead
    private let file: FileBytes
    private let start: Int

    var byteCount: Int { file.byteCount - start }
    package var fileByteCount: Int { file.byteCount }

    /// - Throws: `BundleFileError`; `truncated`, `notKith`, `newerFormat`, `tooLarge`, `damaged` for what does not begin as one.
    package convenience init(path: String) throws { try self.init(try FileBytes(path: path)) }

    init(_ file: FileBytes) throws {
        let magic = PublicHead.magic
        let found = try file.read(at: 0, count: magic.count)
        guard found == magic else { throw PublicFile.error(found) }
        guard file.byteCount <= Limits.publicByteCount else { throw WireError(.tooLarge, in: "public bundle", at: 0) }
        do {
            head = try PublicHead(parsing: try file.read(at: magic.count, count: PublicHead.maximumByteCount))
        } catch let error as WireError {
            throw WireError(error.code, in: error.place, at: error.offset.map { $0 + magic.count })
        }
        self.file = file
        start = magic.count + head.byteCount
    }

    private static func error(_ found: [UInt8]) -> WireError {
        let magic = PublicHead.magic
        if found.elementsEqual(magic.prefix(found.count)) { return WireError(.truncated, in: "magic line", at: found.count) }
        let words = magic.prefix(magic.count - 2)
        let number = found.dropFirst(words.count).prefix { $0 != UInt8(ascii: "\n") }
        let isNewer = found.starts(with: words) && !number.isEmpty
            && number.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return WireError(isNewer ? .newerFormat : .notKith, in: "magic line", at: 0)
    }

    /// Whether a file begins as a public bundle of any version does.
    ///
    /// - Throws: `BundleFileError`.
    package static func begins(_ path: String) throws -> Bool {
        let words = PublicHead.magic.dropLast(2)
        return try FileBytes(path: path).read(at: 0, count: words.count).elementsEqual(words)
    }

    /// Reads message by message to the verified end.
    package func reader() -> BundleFileReader { BundleFileReader(publicFile: self) }

    func read(at position: Int, count: Int) throws -> [UInt8] {
        try file.read(at: start + position, count: max(0, min(count, byteCount - position)))
    }

    func checkUnchanged() throws { try file.checkUnchanged() }
}
