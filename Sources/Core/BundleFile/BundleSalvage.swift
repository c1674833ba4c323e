import Trust
import Wire

/// Reads what is intact in a damaged bundle: manifests, and segments whose manifest is intact. Changes nothing.
///
/// An intact manifest says how long each of its segments is, so damage in one does not hide the next. Elsewhere the next
/// intact frame is looked for, within `searchByteCount` of reading and hashing in all, so that no file can keep this busy for long.
package final class BundleSalvage {
    static let searchByteCount = 128 << 20

    private struct Delta {
        let id: DeltaID
        let manifest: Manifest
        var next = 0

        var segments: [Manifest.Segment] { manifest.segments }
    }

    private let file: SealedFile
    private var offset = 0
    private var delta: Delta?
    private var searchBytesLeft = BundleSalvage.searchByteCount
    private var isThrough = false

    /// Segments of intact manifests that are damaged or not there.
    package private(set) var lostSegmentCount = 0
    package private(set) var intactSegmentCount = 0
    package private(set) var intactManifestCount = 0
    /// Behind the last place that was looked at, when there was more than can be searched.
    package private(set) var notSearchedByteCount = 0
    /// Places at which a frame was looked for, byte by byte.
    package private(set) var searchedPlaceCount = 0
    /// Where the first damage is; nil as long as there is none.
    package private(set) var firstDamageOffset: Int?

    /// - Parameter key: opens the bundle's envelope, whose beginning must be intact.
    /// - Throws: `BundleFileError`; `notKith`, `newerFormat`, `noKey`.
    package init(path: String, key: (BundleEnvelope) throws -> EpochKey?) throws {
        file = try SealedFile(try FileBytes(path: path), passingOverDamage: true, key: key)
    }

    /// The next intact manifest or segment; nil when there are no more.
    ///
    /// - Throws: `BundleFileError` when the file could not be read or changed meanwhile. Damage does not throw.
    package func next() throws -> Message? {
        while !isThrough {
            if let message = try delta == nil ? outside() : segment() { return message }
        }
        return nil
    }

    private func finish() throws {
        try file.checkUnchanged()
        isThrough = true
    }

    private func damaged() {
        if firstDamageOffset == nil { firstDamageOffset = offset }
    }

    /// Frames that are not segments of an intact manifest. The order of frames does not matter here: each vouches for itself
    /// (a segment's frame for where it ends alone, and it is of no use without its manifest).
    private func outside() throws -> Message? {
        guard offset < file.byteCount else {
            try finish()
            return nil
        }
        guard let (message, byteCount) = try frame(at: offset) else {
            damaged()
            guard let next = try search(from: offset + 1) else {
                try finish()
                return nil
            }
            offset = next
            return nil
        }
        offset += byteCount
        switch message {
        case .manifest(let manifest):
            intactManifestCount += 1
            if !manifest.segments.isEmpty { delta = Delta(id: manifest.id, manifest: manifest) }
            return message
        case .end:
            try finish()
            return nil
        default:
            return nil
        }
    }

    private func segment() throws -> Message? {
        guard var current = delta else { return nil }
        let index = current.next
        current.next += 1
        delta = current.next < current.segments.count ? current : nil
        let byteCount = Frame.segmentByteCount(index: index, sealedByteCount: current.segments[index].sealedByteCount)
        defer { offset += byteCount }
        guard let (message, found) = try frame(at: offset), found == byteCount, case .segment(let segment) = message,
            segment.delta == current.id, segment.index == index, (try? segment.checked(against: current.manifest)) != nil
        else {
            damaged()
            lostSegmentCount += 1
            return nil
        }
        intactSegmentCount += 1
        return message
    }

    /// The frame at a position, if it is intact.
    private func frame(at position: Int) throws -> (Message, byteCount: Int)? {
        guard let header = try header(at: position) else { return nil }
        let payload = try file.read(at: position + Frame.headerByteCount, count: header.payloadByteCount)
        guard let message = try? Frame.message(header, payload: payload, at: position) else { return nil }
        return (message, Frame.headerByteCount + header.payloadByteCount)
    }

    private func header(at position: Int) throws -> Frame.Header? {
        let bytes = try file.read(at: position, count: Frame.headerByteCount)
        guard let header = try? Frame.header(bytes, at: position), Message.isKnown(type: header.type),
            header.payloadByteCount <= file.byteCount - position - Frame.headerByteCount
        else { return nil }
        return header
    }

    /// The next intact frame. None begins in a chunk that does not open, so such a chunk costs no more than to be read.
    private func search(from start: Int) throws -> Int? {
        var position = start
        while position < file.byteCount {
            let (bytes, end) = try file.chunk(from: position)
            for byte in bytes ?? [] {
                searchedPlaceCount += 1
                if Message.isKnown(type: byte), let header = try header(at: position) {
                    guard maySearch(header.payloadByteCount + Frame.headerByteCount, at: position) else { return nil }
                    if try frame(at: position) != nil { return position }
                }
                guard maySearch(1, at: position) else { return nil }
                position += 1
            }
            if bytes == nil {
                guard maySearch(end - position, at: position) else { return nil }
                position = end
            }
        }
        return nil
    }

    private func maySearch(_ byteCount: Int, at position: Int) -> Bool {
        searchBytesLeft -= byteCount
        if searchBytesLeft <= 0 { notSearchedByteCount = file.byteCount - position }
        return searchBytesLeft > 0
    }
}

extension Frame {
    /// The whole frame of a segment of this size: header, delta, index, bytes.
    static func segmentByteCount(index: Int, sealedByteCount: Int) -> Int {
        var number = ByteWriter()
        number.number(index)
        return headerByteCount + 16 + number.count + sealedByteCount
    }
}
