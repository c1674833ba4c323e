import BundleFile
import Community
import CRDT
import Engine
import Foundation
import Schema
import Store
import Testing
import Transport
import Trust
import Wire

/// Makes public bundles as anybody could who knows the format, whatever they hold.
struct Publisher {
    let keys = DeviceKeys(secret: (0..<64).map { UInt8($0) })!
    let space = SpaceID(high: 7, low: 7)
    var name = "Elders"

    /// What an honest maker would not write.
    struct Twist {
        var collection = "directory"
        var rowCount: Int?
        var bodyByteCount: Int?
        var epoch = PublicSealing.epoch
        var statements: [[UInt8]] = []
        var signsAsManifest = false
        var preambleSpace: SpaceID?
    }

    func write(_ path: String, bodies: [PublicRows.Body], _ twist: Twist = Twist()) throws {
        let head = try PublicHead(identity: keys.identity, name: name)
        let sealing = PublicSealing(head, keys: keys)
        let writer = PublicRows.writer(of: bodies)
        let segments = try bodies.map {
            try SealedSegment.seal(
                $0.bytes, collection: twist.collection, epoch: PublicSealing.epoch, salt: Nonce(high: 0, low: 0), by: sealing)
        }
        var manifest = Manifest(
            space: space, collection: twist.collection, packer: head.publisher, packerReplica: writer, packedMilliseconds: 1_763_000_000_000,
            base: .whole(Knowledge()),
            chains: [writer: [BatchEnd(last: UInt32(twist.rowCount ?? bodies.reduce(0) { $0 + $1.rowCount }), nonce: writer)]],
            segments: zip(bodies, segments).map {
                Manifest.Segment(
                    changeCount: $0.rowCount, bodyByteCount: twist.bodyByteCount ?? $0.bytes.count, sealedByteCount: $1.count,
                    digest: Digest.sha256($1))
            }, epoch: twist.epoch)
        manifest = try twist.signsAsManifest ? manifest.signed(by: ManifestSigner(keys: keys)) : manifest.signed(by: sealing)
        let file = try BundleFileWriter(path: path, publicHead: head, replacing: true, nonce: Nonce(high: 1, low: 1))
        try file.append(.preamble(Preamble(
            space: twist.preambleSpace ?? space, packer: head.publisher, packerReplica: writer, packedMilliseconds: 1_763_000_000_000,
            knownHeads: [], heads: [])))
        try file.append(.statements(twist.statements))
        try file.append(.manifest(manifest))
        for (index, bytes) in segments.enumerated() {
            try file.append(.segment(SealedSegment(delta: manifest.id, index: index, bytes: bytes)))
        }
        _ = try file.finish()
    }

    func write(_ path: String, _ rows: [PublicRow], _ twist: Twist = Twist()) throws {
        try write(path, bodies: PublicRows.bodies(rows, columns: Publisher.columns(rows)), twist)
    }

    /// A body of changes as they are given, with no look at the rules.
    static func body(_ rows: [PublicRow], _ change: (Change, Int) -> Change) -> PublicRows.Body {
        var builder = SegmentBuilder(writers: [Nonce(high: 0, low: 0)])
        let columns = Publisher.columns(rows)
        for (index, row) in rows.enumerated() {
            let known = columns[row.table] ?? []
            var set = ColumnSet.exists
            for offset in known.indices where row.columns.contains(where: { $0.name == known[offset].name }) {
                set.insert(ColumnSet(number: offset + 1))
            }
            let table = builder.table(WireTable(name: row.table, keyPartCount: row.key.count, columns: known))
            let plain = Change(dot: Dot(WriterOrdinal(0), UInt32(index + 1)), timeMilliseconds: 0, columns: set, isAnchor: true)
            builder.add(change(plain, index), table: table, key: RecordKey(row.key), anchor: nil)
            for (offset, column) in known.enumerated() {
                guard let own = row.columns.first(where: { $0.name == column.name }) else { continue }
                for (part, value) in own.values.enumerated() { builder.add(value, table: table, column: offset + 1, part: part) }
            }
        }
        let count = builder.changeCount
        return PublicRows.Body(bytes: builder.finish(), rowCount: count)
    }

    static func columns(_ rows: [PublicRow]) -> [String: [WireColumn]] {
        var columns: [String: [WireColumn]] = [:]
        for row in rows {
            for column in row.columns where !(columns[row.table] ?? []).contains(where: { $0.name == column.name }) {
                columns[row.table, default: []].append(
                    WireColumn(name: column.name, parts: column.parts, kind: column.kind))
            }
            if columns[row.table] == nil { columns[row.table] = [] }
        }
        return columns
    }
}

/// Signs as within a space.
private struct ManifestSigner: Sealing {
    let keys: DeviceKeys
    func currentEpoch(of collection: String) throws -> EpochID { PublicSealing.epoch }
    func seal(_ compressed: [UInt8], collection: String, epoch: EpochID, salt: Nonce) throws -> [UInt8] { compressed }
    func open(_ sealed: [UInt8], collection: String, epoch: EpochID) throws -> [UInt8] { sealed }
    func sign(manifest: [UInt8]) throws -> [UInt8] { try keys.sign(manifest, as: .manifest) }
    func standing(of packer: DeviceID, collection: String, manifest: [UInt8], signature: [UInt8]) throws -> PackerStanding { .member }
}

extension PublicRow {
    /// A row with texts.
    init(_ table: String, _ id: String, _ texts: [(String, String)]) {
        self.init(table: table, key: [id], columns: texts.map {
            Column(name: $0.0, parts: [$0.0], kind: Schema.community[table]?[column: $0.0]?.kind ?? .register, values: [.text($0.1)])
        })
    }
}

extension Replica {
    /// Every text of the tables about people: names, ways to reach them, what was noted of them.
    func personTexts() throws -> Set<String> {
        var texts: Set<String> = []
        for table in store.sharedTables where table.collection == .people {
            try store.list(table.name) { row in
                for (name, value) in row.values where name != "created_at" {
                    if case .text(let bytes) = value { texts.insert(String(decoding: bytes, as: UTF8.self)) }
                }
                texts.formUnion(row.id.key)
            }
        }
        return texts
    }

    /// A balcony bingo with a lesson, a need, a place, and a note.
    @discardableResult
    func addBingo(name: String = "Balkonbingo") throws -> RecordID {
        let place = try store.add("place", [("name", .text("Hofje")), ("kind", .text("park"))])
        let initiative = try store.add("initiative", [
            ("name", .text(name)), ("activity_type", .text("balcony_bingo")), ("status", .text("active")), ("place", .text(place.text)),
            ("area", .text("Zuid")), ("description", .text("Bingo vanaf het balkon")), ("lessons", .text("Neem een megafoon mee")),
            ("recurrence_rule", .text("FREQ=WEEKLY")), ("recurrence_time_zone", .text("Europe/Amsterdam")),
        ])
        _ = try store.add("initiative_term", [("initiative", .text(initiative.text)), ("term", .text("need-people"))])
        _ = try store.add("note", [
            ("subject", .text(initiative.text)), ("kind", .text("lesson")), ("title", .text("Geluid")), ("body", .text("Vraag eerst de buren")),
        ])
        return initiative
    }
}
