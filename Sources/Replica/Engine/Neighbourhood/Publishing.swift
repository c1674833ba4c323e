import BundleFile
import Community
import CRDT
import Device
import Schema
import Store
import Transport
import Trust
import Wire

/// What of the directory is to be shown to everybody.
package struct PublicSelection: Sendable {
    /// Ids, codes or names of areas; what lies within them counts. With initiatives: these too.
    package var areas: [String] = []
    package var initiatives: [RecordID] = []
    /// What people answered in their own words.
    package var withAnswers = false

    package init() {}

    var isAll: Bool { areas.isEmpty && initiatives.isEmpty }
}

package struct PublicationReport: Sendable {
    /// Tables with how many of their rows, in the schema's order.
    package var counts: [(table: String, rows: Int)] = []
    package var byteCount = 0
    package var publisher: DeviceID
    package var space: SpaceID
    /// Names the publication: its first words are compared by telephone.
    package var digest = Nonce(high: 0, low: 0)
    /// Texts that seem to name somebody; nothing is written while there are any that were not accepted.
    package var mentions: [OutgoingMention] = []
    /// Whether the texts could be looked through: this device may not see the contacts.
    package var isChecked = true
    package var isWritten = false

    package var rowCount: Int { counts.reduce(0) { $0 + $1.rows } }
}

extension Replica {
    /// Writes a public bundle: rows of the directory as they are shown now, readable by everybody.
    ///
    /// Only a coordinator does this. It widens the circle of readers for good, as an admission does, and nobody can take it back.
    ///
    /// - Parameters:
    ///   - name: what the publisher calls itself in the file; may be empty.
    ///   - despiteMentions: texts that seem to name somebody do not hold it up.
    /// - Throws: `notCoordinator`, `removed`, `nothingToPublish`; `WireError.tooLarge`; `BundleFileError`.
    package func publish(
        to path: String, _ selection: PublicSelection, as name: String = "", despiteMentions: Bool = false, replacing: Bool = false
    ) throws -> PublicationReport {
        try unlock()
        try checkCoordinator()
        let state = try membership.current()
        let head = try PublicHead(identity: state.keys.identity, name: name)
        let rows = try store.snapshot { try PublicDirectory($0, selection).rows() }
        guard !rows.isEmpty else { throw EngineError(.nothingToPublish) }
        var report = PublicationReport(publisher: head.publisher, space: identity.space.id)
        report.counts = PublicDirectory.tables.map { table in (table.name, rows.count { $0.table == table.name }) }.filter { $0.rows > 0 }
        let found = try store.mentions(in: PublicDirectory.texts(rows))
        report.mentions = found ?? []
        report.isChecked = found != nil
        guard despiteMentions || found?.isEmpty == true else { return report }

        let sealing = PublicSealing(head, keys: state.keys)
        let bodies = try PublicRows.bodies(rows, columns: PublicDirectory.columns)
        let segments = try bodies.map {
            try SealedSegment.seal(
                $0.bytes, collection: PublicDirectory.collection, epoch: PublicSealing.epoch, salt: Nonce(high: 0, low: 0), by: sealing)
        }
        let writer = PublicRows.writer(of: bodies)
        let packed = environment.nowMilliseconds()
        let manifest = try Manifest(
            space: identity.space.id, collection: PublicDirectory.collection, packer: head.publisher, packerReplica: writer,
            packedMilliseconds: packed, base: .whole(Knowledge()),
            chains: [writer: [BatchEnd(last: UInt32(rows.count), nonce: writer)]],
            segments: zip(bodies, segments).map {
                Manifest.Segment(
                    changeCount: $0.rowCount, bodyByteCount: $0.bytes.count, sealedByteCount: $1.count, digest: Digest.sha256($1))
            }, epoch: PublicSealing.epoch
        ).signed(by: sealing)
        let nonce = environment.nonce()
        let partial = BundleFileWriter.partialPath(of: path, nonce: nonce)
        let noted = Drafts.begin(partial.path, name: partial.ending, environment)
        defer { withExtendedLifetime(noted) {} }
        let file = try BundleFileWriter(path: path, publicHead: head, replacing: replacing, nonce: nonce)
        try file.append(.preamble(Preamble(
            space: identity.space.id, packer: head.publisher, packerReplica: writer, packedMilliseconds: packed, knownHeads: [],
            heads: [])))
        try file.append(.statements([]))
        try file.append(.manifest(manifest))
        for (index, bytes) in segments.enumerated() {
            try file.append(.segment(SealedSegment(delta: manifest.id, index: index, bytes: bytes)))
        }
        report.byteCount = try file.finish()
        guard report.byteCount <= Limits.publicByteCount else { throw WireError(.tooLarge, in: "public bundle") }
        report.digest = manifest.id
        report.isWritten = true
        return report
    }
}

/// The rows of a public bundle, chosen from one snapshot.
///
/// Rows come as they are shown, of the schema's own columns: no sibling, nothing from the trash, no column that somebody added. A
/// note comes only with what it is about. A reference to a row that does not come is left out, except `adapted_from`, which is
/// the thanks to another city.
struct PublicDirectory {
    static let collection = Collection.directory.rawValue
    static let tables = Schema.community.tables.filter { $0.collection == .directory && !unpublished.contains($0.name) }

    /// For this space alone, though everybody in it may see it.
    private static let unpublished: Set<String> = ["dismissal"]

    /// From which list of whose a row was imported.
    private static let leftOut: Set<String> = ["source", "source_uid"]

    /// Smaller counts of people are left out, as in reports that are shared.
    private static let leastCount: Int64 = 5

    /// As a segment names them.
    static let columns = Dictionary(uniqueKeysWithValues: tables.map { table in
        (table.name, table.columns.filter { !leftOut.contains($0.name) }.map {
            WireColumn(name: $0.name, parts: $0.parts.map(\.name), kind: $0.kind)
        })
    })

    private let selection: PublicSelection
    private var found: [String: [RecordRow]] = [:]

    init(_ snapshot: Snapshot, _ selection: PublicSelection) throws {
        self.selection = selection
        for table in PublicDirectory.tables where table.name != "open_answer" || selection.withAnswers {
            let rows = try snapshot.rows(of: table.name)
            var all: [RecordRow] = []
            while let row = try rows.next() {
                guard all.count <= Limits.publicRowCount else { throw WireError(.tooLarge, in: "public rows") }
                all.append(row)
            }
            found[table.name] = all
        }
    }

    private func all(_ table: String) -> [RecordRow] { found[table] ?? [] }

    func rows() throws -> [PublicRow] {
        let ids = selection.isAll ? everything() : chosen()
        let notes = Set(all("note").filter { note in
            ["initiative", "place", "area"].contains { ids[$0]?.contains(note["subject"].asText ?? "") == true }
        }.map(\.id.text))
        return PublicDirectory.tables.flatMap { table in
            all(table.name).filter { row in
                switch table.name {
                case "note": notes.contains(row.id.text)
                // A pair comes with both.
                case "initiative_term", "place_term":
                    ids[table.key.columns[0]]?.contains(row.id.key[0]) == true && ids["term"]?.contains(row.id.key[1]) == true
                default: ids[table.name]?.contains(row.id.text) == true
                }
            }.compactMap { PublicDirectory.shown($0, table, ids) }
        }
    }

    private func everything() -> [String: Set<String>] { found.mapValues { Set($0.map(\.id.text)) } }

    private func chosen() -> [String: Set<String>] {
        let areas = areasWithin(selection.areas)
        let names = Set(selection.areas.map { $0.lowercased() }).union(areas.names)
        func lies(_ row: RecordRow) -> Bool { row["area"].asText.map { names.contains($0.lowercased()) } ?? false }
        let wanted = Set(selection.initiatives.map(\.text))
        let initiatives = all("initiative").filter { wanted.contains($0.id.text) || (!selection.areas.isEmpty && lies($0)) }
        var ids: [String: Set<String>] = ["initiative": Set(initiatives.map(\.id.text))]
        let gatherings = all("gathering").filter { ids["initiative"]?.contains($0["initiative"].asText ?? "") == true }
        ids["gathering"] = Set(gatherings.map(\.id.text))
        let near = selection.areas.isEmpty ? [] : all("place").filter(lies).map(\.id.text)
        ids["place"] = Set((initiatives + gatherings).compactMap { $0["place"].asText } + near)
        if !selection.areas.isEmpty { ids["organisation"] = Set(all("organisation").filter(lies).map(\.id.text)) }
        // The areas that rows name, by id, code or name, and those around them.
        let named = Set(initiatives.compactMap { $0["area"].asText?.lowercased() })
        ids["area"] = withParents(
            "area", areas.ids.union(all("area").filter { !named.isDisjoint(with: PublicDirectory.names($0)) }.map(\.id.text)))
        let terms = all("initiative_term").filter { ids["initiative"]?.contains($0.id.key[0]) == true }.map { $0.id.key[1] }
            + all("place_term").filter { ids["place"]?.contains($0.id.key[0]) == true }.map { $0.id.key[1] }
        ids["term"] = withParents("term", Set(terms))
        return ids
    }

    private static func names(_ area: RecordRow) -> Set<String> {
        Set(([area.id.text] + ["code", "name"].compactMap { area[$0].asText }).map { $0.lowercased() })
    }

    /// The areas that people named, and all within.
    private func areasWithin(_ named: [String]) -> (ids: Set<String>, names: Set<String>) {
        let wanted = Set(named.map { $0.lowercased() })
        var ids: Set<String> = []
        var names: Set<String> = []
        var isGrowing = !wanted.isEmpty
        while isGrowing {
            isGrowing = false
            for area in all("area") where !ids.contains(area.id.text) {
                let own = PublicDirectory.names(area)
                guard !own.isDisjoint(with: wanted) || area["parent"].asText.map(ids.contains) == true else { continue }
                ids.insert(area.id.text)
                names.formUnion(own)
                isGrowing = true
            }
        }
        return (ids, names)
    }

    private func withParents(_ table: String, _ ids: Set<String>) -> Set<String> {
        let parents = Dictionary(all(table).map { ($0.id.text, $0["parent"].asText) }) { first, _ in first }
        var whole = ids
        var next = Array(ids)
        while let id = next.popLast() {
            if let parent = parents[id] ?? nil, whole.insert(parent).inserted { next.append(parent) }
        }
        return whole
    }

    /// What of a row is shown: the columns that hold something. nil for a row whose key is no text that can travel.
    private static func shown(_ row: RecordRow, _ table: Table, _ ids: [String: Set<String>]) -> PublicRow? {
        let values = Dictionary(row.values.map { ($0.name, $0.value) }) { first, _ in first }
        let columns = table.columns.filter { !leftOut.contains($0.name) }.compactMap { column -> PublicRow.Column? in
            let given = column.parts.map { publicValue(values[$0.name] ?? .null) }
            guard given.contains(where: { $0 != .null }) else { return nil }
            if let target = column.references, column.name != "adapted_from",
                ids[target]?.contains(given[0].asText ?? "") != true { return nil }
            if column.kind.accumulates {
                // So few could be told who they are.
                guard !(1..<leastCount).contains(given[0].countedAsInteger) else { return nil }
                return PublicRow.Column(
                    name: column.name, parts: column.parts.map(\.name), kind: column.kind, values: [.integer(given[0].countedAsInteger)])
            }
            return PublicRow.Column(name: column.name, parts: column.parts.map(\.name), kind: column.kind, values: given)
        }
        return PublicRow(table: table.name, key: row.id.key, columns: columns)
    }

    /// Blobs and text that is no UTF-8 are nothing that a partner could read.
    private static func publicValue(_ value: Value) -> Value {
        switch value {
        case .null, .integer, .real: value
        case .text(let bytes): String(validating: bytes, as: UTF8.self) == nil || bytes.isEmpty ? .null : value
        case .blob: .null
        }
    }

    // MARK: Texts to look through

    /// Public ways to reach an organisation, and what everybody's clock says.
    private static let unread: Set<String> = ["phone", "email", "created_at"]
    /// Names of things rather than of people.
    private static let things: Set<String> = ["organisation", "place", "term", "area"]

    private static func isOfCodes(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    static func texts(_ rows: [PublicRow]) -> [OutgoingText] {
        rows.flatMap { row -> [OutgoingText] in
            guard let table = tables.first(where: { $0.name == row.table }) else { return [] }
            return row.columns.flatMap { column -> [OutgoingText] in
                guard let known = table[column: column.name], !unread.contains(column.name) else { return [] }
                // Ids and codes name nobody; but plain SQL writes anything anywhere.
                let isCode = known.references != nil || known.codes != nil
                return zip(column.parts, column.values).compactMap { part, value in
                    guard let text = value.asText, !isCode || !text.utf8.allSatisfy(PublicDirectory.isOfCodes) else { return nil }
                    let isFree = known.kind == .text || (!things.contains(row.table) && column.parts.count == 1)
                    return OutgoingText(
                        record: RecordID(table: row.table, key: row.key), column: part, text: text, isFree: isFree)
                }
            }
        }
    }
}

extension Value {
    /// nil for what is no text, or empty.
    var asText: String? {
        guard case .text(let bytes) = self, !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
