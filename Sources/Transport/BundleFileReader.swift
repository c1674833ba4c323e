import Wire

/// Reads a bundle file message by message, in order, to its verified end. Changes nothing.
///
/// Example: `while let message = try reader.next() { … }`. What came is only known to be the whole bundle when nil has come:
/// then every checksum, the order, the end's tally and the file's length have been checked, and the file is the one that
/// was opened.
///
/// Invariant: holds one frame.
package final class BundleFileReader {
    private let file: FileBytes
    private var order = BundleOrder()
    private var tally = BundleTally()
    private var isAtEnd = false
    /// Of the frame that comes next.
    package private(set) var offset = 0

    package var byteCount: Int { file.byteCount }

    /// - Throws: `BundleFileError`, or `WireError` for what does not begin as a bundle.
    package convenience init(path: String) throws {
        try self.init(file: try FileBytes(path: path))
    }

    init(file: FileBytes) throws {
        self.file = file
        offset = try reportingChange { try BundleFileReader.readMagic(file) }
    }

    /// - Throws: `truncated` for an empty file or one that stops within the magic line; `newerFormat`; `notKith`.
    private static func readMagic(_ file: FileBytes) throws -> Int {
        let magic = Bundle.magic
        let found = try file.read(at: 0, count: magic.count)
        if found == magic { return magic.count }
        if found.elementsEqual(magic.prefix(found.count)) { throw WireError(.truncated, in: "magic line", at: found.count) }
        // The same words with another number: "KITH BUNDLE ", digits, end of line.
        let words = magic.prefix(magic.count - 2)
        let number = found.dropFirst(words.count).prefix { $0 != UInt8(ascii: "\n") }
        let isNewer = found.starts(with: words) && !number.isEmpty
            && number.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        throw WireError(isNewer ? .newerFormat : .notKith, in: "magic line", at: 0)
    }

    /// The next message, `end` included; nil after the end has been verified.
    ///
    /// - Throws: `WireError`, or `BundleFileError` when the file could not be read or changed meanwhile.
    package func next() throws -> Message? {
        try reportingChange {
            guard !isAtEnd else { return nil }
            if order.hasEnded {
                guard offset == file.byteCount else { throw WireError(.trailing, in: "bundle", at: offset) }
                try file.checkUnchanged()
                isAtEnd = true
                return nil
            }
            let (header, message) = try frame()
            if case .end = message {
                guard message == tally.end else { throw WireError(.damaged, in: "bundle end", at: offset) }
            }
            do {
                try order.check(message)
            } catch let error as WireError {
                throw WireError(error.code, in: error.place, at: offset)
            }
            tally.add(checksum: header.checksum)
            offset += Frame.headerByteCount + header.payloadByteCount
            return message
        }
    }

    private func frame() throws -> (Frame.Header, Message) {
        let header = try Frame.header(try file.read(at: offset, count: Frame.headerByteCount), at: offset)
        let start = offset + Frame.headerByteCount
        guard header.payloadByteCount <= file.byteCount - start else { throw WireError(.truncated, in: "frame", at: offset) }
        let payload = try file.read(at: start, count: header.payloadByteCount)
        return (header, try Frame.message(header, payload: payload, at: offset))
    }

    /// A file that another program is writing looks damaged; what helps is to wait.
    private func reportingChange<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as WireError {
            try file.checkUnchanged()
            throw error
        }
    }
}
