import CRDT
import Transport
import Wire

/// What a bundle says of itself, read to its verified end without any replica.
package struct BundleContents: Sendable {
    package let preamble: Preamble
    package let roster: Roster
    package let manifests: [Manifest]
    package let byteCount: Int

    /// - Parameter opening: also decompress every segment against its manifest, as an import would.
    package static func read(
        _ path: String, opening: Bool = false, progress: ProgressReport = { _ in }
    ) throws -> BundleContents {
        let reader = try BundleFileReader(path: path)
        var preamble: Preamble?
        var roster = Roster(devices: [])
        var manifests: [Manifest] = []
        while let message = try reader.next() {
            switch message {
            case .preamble(let found): preamble = found
            case .roster(let found): roster = found
            case .manifest(let manifest):
                guard manifest.space == preamble?.space.id else { throw WireError(.malformed, in: "manifest", at: reader.offset) }
                manifests.append(manifest)
            case .segment(let segment):
                if opening, let manifest = manifests.last { try open(segment, of: manifest) }
            default: break
            }
            progress(Progress(.checking, doneByteCount: reader.offset, totalByteCount: reader.byteCount))
        }
        guard let preamble else { throw WireError(.truncated, in: "bundle") }
        return BundleContents(preamble: preamble, roster: roster, manifests: manifests, byteCount: reader.byteCount)
    }

    private static func open(_ segment: SealedSegment, of manifest: Manifest) throws {
        let opened = try segment.opened(as: manifest.segments[segment.index])
        let writerCount = manifest.base.writerCount(beside: manifest.chains).map { $0 + manifest.furtherWriters.count }
        try opened.body.withUnsafeBytes { body in
            // A base that is only named leaves open how many writers there are: then the bytes are checked, not the changes.
            guard let writerCount else { return }
            var reader = try SegmentReader(body, writerCount: writerCount)
            guard reader.changeCount == opened.changeCount else { throw WireError(.malformed, in: "segment body") }
            while let entry = try reader.next() {
                let record = reader.records[entry.record]
                for number in entry.change.columns.numbers where number > 0 {
                    guard let column = reader.tables[record.table].columns[number - 1] else { continue }
                    for part in column.parts.indices { _ = try reader.value(column: number, part: part) }
                }
            }
        }
    }

    package var changeCount: Int { manifests.reduce(0) { $0 + $1.changeCount } }

    /// The label of the device that wrote most of what is in it, and so on: every device with changes here.
    package func label(of device: DeviceID) -> String? { roster.devices.first { $0.id == device }?.label }
}

extension KnowledgeForm {
    /// How many writers a delta's result names; nil when the base is only named.
    fileprivate func writerCount(beside chains: [WriterID: [BatchEnd]]) -> Int? {
        guard case .whole(let base) = self else { return nil }
        return Set(base.ends.keys).union(chains.keys).count
    }
}
