import BundleFile
import Community
import CRDT
import Schema
import Transport
import Trust
import Wire

/// A public bundle, read to its verified end: who published it, and rows of the directory. No replica and no key is needed.
///
/// What is known of the publisher is its device: whoever has that device's keys made this. That the device belongs to the city
/// it names, and that the space is that city's, people compare by telephone.
package struct Publication: Sendable {
    /// What the publisher calls itself; may be empty.
    package let name: String
    package let publisher: DeviceID
    package let space: SpaceID
    package let packedMilliseconds: Int64
    /// Names the publication.
    package let digest: Nonce
    /// Of the file.
    package let byteCount: Int
    /// Of tables and columns that this version has, in the file's order; each row once.
    package let rows: [PublicRow]
    /// Rows of tables that a newer version has.
    package let unknownRowCount: Int

    /// Whether a file begins as a public bundle.
    package static func begins(_ path: String) throws -> Bool { try PublicFile.begins(path) }

    /// - Throws: `WireError`; `BundleFileError`. Everything is checked against its limit before memory is taken for it.
    package static func read(_ path: String, progress: ProgressReport = { _ in }) throws -> Publication {
        let file = try PublicFile(path: path)
        let reader = file.reader()
        let sealing = PublicSealing(file.head)
        var preamble: Preamble?
        var manifest: Manifest?
        var content = Content()
        while let message = try reader.next() {
            switch message {
            case .preamble(let found):
                guard found.knownHeads.isEmpty, found.heads.isEmpty else { throw malformed("preamble") }
                preamble = found
            case .statements(let statements):
                guard statements.isEmpty else { throw malformed("statements") }
            case .manifest(let found):
                guard manifest == nil, let preamble else { throw malformed("manifest") }
                try check(found, preamble)
                _ = try found.standing(by: sealing)
                manifest = found
            case .segment(let segment):
                guard let manifest else { throw malformed("segment") }
                let opened = try segment.opened(of: manifest, by: sealing)
                let rows = try PublicRows.read(opened.body)
                guard rows.count == opened.changeCount else { throw malformed("segment") }
                try content.add(rows)
            default: break
            }
            progress(Progress(.checking, doneByteCount: reader.offset, totalByteCount: reader.byteCount))
        }
        guard let manifest else { throw malformed("public bundle") }
        return Publication(
            name: file.head.name, publisher: file.head.publisher, space: manifest.space, packedMilliseconds: manifest.packedMilliseconds,
            digest: manifest.id, byteCount: file.fileByteCount, rows: content.rows, unknownRowCount: content.unknownRowCount)
    }

    private static func malformed(_ place: String) -> WireError { WireError(.malformed, in: place) }

    /// One whole delta of the directory, not sealed, by one writer that nobody else has.
    private static func check(_ manifest: Manifest, _ preamble: Preamble) throws {
        guard manifest.space == preamble.space, manifest.packer == preamble.packer, manifest.packerReplica == preamble.packerReplica,
            manifest.packedMilliseconds == preamble.packedMilliseconds, manifest.collection == PublicDirectory.collection,
            manifest.epoch == PublicSealing.epoch, case .whole(let base) = manifest.base, base.ends.isEmpty,
            manifest.chains.count == 1, let ends = manifest.chains.first?.value, ends.count == 1,
            manifest.origins.isEmpty, Int(ends[0].last) == manifest.changeCount
        else { throw malformed("manifest") }
        _ = try manifest.scope { _ in nil }
        guard manifest.changeCount <= Limits.publicRowCount,
            manifest.segments.reduce(0, { $0 + $1.bodyByteCount }) <= Limits.publicByteCount
        else { throw WireError(.tooLarge, in: "manifest") }
    }

    private struct Content {
        var rows: [PublicRow] = []
        var unknownRowCount = 0
        private var seen: Set<RecordKey> = []

        mutating func add(_ more: [PublicRow]) throws {
            for row in more {
                guard let table = Schema.community[row.table] else {
                    unknownRowCount += 1
                    continue
                }
                // Whoever sends a person in the open has made a fault, or means ill.
                guard table.collection == .directory, row.key.count == table.key.columns.count,
                    seen.insert(RecordKey([row.table] + row.key)).inserted
                else { throw malformed("public rows") }
                rows.append(PublicRow(table: row.table, key: row.key, columns: row.columns.filter { column in
                    table[column: column.name].map { $0.parts.map(\.name) == column.parts } ?? false
                }))
            }
        }
    }

    package func rows(of table: String) -> [PublicRow] { rows.filter { $0.table == table } }

    /// The initiatives that a person means by names, ids, or endings of ids of four characters or more.
    ///
    /// - Throws: `notInPublication`.
    package func initiatives(named names: [String]) throws -> [PublicRow] {
        let all = rows(of: "initiative")
        return try names.map { name in
            let folded = name.lowercased()
            var found = all.filter { $0.key[0] == name }
            if found.isEmpty { found = all.filter { $0.text("name")?.lowercased() == folded } }
            if found.isEmpty, name.utf8.count >= 4 { found = all.filter { $0.key[0].hasSuffix(folded) } }
            guard found.count == 1 else { throw EngineError(.notInPublication, name) }
            return found[0]
        }
    }

    /// Tables with how many of their rows, in the schema's order.
    package var counts: [(table: String, rows: Int)] {
        let counts = Dictionary(grouping: rows, by: \.table).mapValues(\.count)
        return Schema.community.tables.compactMap { table in counts[table.name].map { (table.name, $0) } }
    }
}
