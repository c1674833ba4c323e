import Trust
import Wire

/// Reads a bundle file message by message, in order, to its verified end. Changes nothing.
///
/// Example: `while let message = try reader.next() { … }`. What came is only known to be the whole bundle when nil has come:
/// then every checksum, every segment's hash, the order, the end's tally and the file's length have been checked, and the file is the one that
/// was opened.
///
/// Invariant: holds one frame.
package final class BundleFileReader {
    private let file: any BundleFrames
    private var order = BundleOrder()
    private var tally = BundleTally()
    /// Of the segments that come.
    private var manifest: Manifest?
    private var isAtEnd = false
    /// Of the frame that comes next, among the frames.
    package private(set) var offset = 0

    /// Of all frames.
    package var byteCount: Int { file.byteCount }
    package var fileByteCount: Int { file.fileByteCount }

    /// - Parameter key: opens the bundle's envelope; nil when none of the keys at hand does.
    /// - Throws: `BundleFileError`; `WireError` for what does not begin as a bundle; `noKey`.
    package convenience init(path: String, key: (BundleEnvelope) throws -> EpochKey?) throws {
        try self.init(file: try FileBytes(path: path), key: key)
    }

    init(file: FileBytes, key: (BundleEnvelope) throws -> EpochKey?) throws {
        do {
            self.file = try SealedFile(file, key: key)
        } catch let error as WireError {
            // A file that another program is writing looks damaged; what helps is to wait.
            try file.checkUnchanged()
            throw error
        }
    }

    /// Of a public bundle.
    init(publicFile file: PublicFile) { self.file = file }

    /// What stands in the clear at a bundle's head; for who has no key.
    package static func envelope(of path: String) throws -> (envelope: BundleEnvelope, byteCount: Int) {
        let file = try FileBytes(path: path)
        return (try SealedFile.envelope(file), file.byteCount)
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
                try check(message)
            } catch let error as WireError {
                throw WireError(error.code, in: error.place, at: offset)
            }
            tally.add(checksum: header.checksum)
            offset += Frame.headerByteCount + header.payloadByteCount
            return message
        }
    }

    /// A frame's checksum says nothing of a sealed segment: its manifest does.
    private func check(_ message: Message) throws {
        switch message {
        case .manifest(let manifest): self.manifest = manifest
        case .segment(let segment): if let manifest { try segment.checked(against: manifest) }
        default: break
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
