import Community
import CRDT
import Engine
import Foundation
import Schema
import Store
import Sync
import Wire

/// A replica on a SQLite file, driven as people drive it: edits are plain SQL that fires the capture triggers; everything
/// else is the store's own code.
package final class StoreReplica: SimulatedReplica {
    private let path: String
    private let environment: StoreEnvironment
    private var store: Store
    /// The batches stamped here that were told.
    private var seen: Set<Nonce> = []
    private var stamped: [StampedWrite] = []
    /// Decides when a tool that makes tables anew has been at work.
    private var chance: SplitMix64
    private(set) var unseenEditCount = 0

    /// - Parameter folder: where the file is made; the caller removes it.
    package init(identity: ReplicaIdentity, folder: URL, seed: UInt64) throws {
        path = folder.appendingPathComponent("\(identity.replica).kith").path
        chance = SplitMix64(seed: seed)
        let nonces = SeededNonces(seed: seed)
        environment = StoreEnvironment(nowMilliseconds: { 1_763_000_000_000 }, nonce: { nonces.next() }, sealing: SimulatedSealing(space: identity.space.id))
        store = try Store.create(path, identity: identity, schema: SimulatedSchema.schema, environment: environment)
    }

    /// A copy of the file of another, under the same names.
    private init(copying other: StoreReplica, seed: UInt64) throws {
        path = URL(fileURLWithPath: other.path).deletingLastPathComponent()
            .appendingPathComponent("copy-\(Nonce(high: seed, low: seed)).kith").path
        chance = SplitMix64(seed: seed)
        let nonces = SeededNonces(seed: seed)
        environment = StoreEnvironment(
            nowMilliseconds: { 1_763_000_000_000 }, nonce: { nonces.next() }, sealing: SimulatedSealing(space: other.identity.space.id))
        seen = other.seen
        stamped = other.stamped
        try other.store.checkpoint()
        try FileManager.default.copyItem(atPath: other.path, toPath: path)
        store = try Store.open(path, schema: SimulatedSchema.schema, environment: environment)
    }

    package func copied(seed: UInt64) throws -> any SimulatedReplica { try StoreReplica(copying: self, seed: seed) }

    package func becomeAnother(_ replica: ReplicaID) throws { try store.newReplicaID(replica) }

    package func cuts() throws -> [WriterID: Set<UInt32>] {
        try store.cuts().reduce(into: [:]) { $0[$1.root, default: []].insert($1.last) }
    }

    package var identity: ReplicaIdentity { store.identity }

    // MARK: Edits, as any SQLite client makes them

    private func table(_ record: Int) -> Table { SimulatedSchema.schema.tables[SimulatedSchema.keys[record].table] }

    private func keyCondition(_ record: Int) -> (sql: String, values: [Value]) {
        let table = table(record)
        return (
            table.key.columns.map { "\"\($0)\" = ?" }.joined(separator: " and "),
            SimulatedSchema.keys[record].parts.map { .text($0) }
        )
    }

    private func exists(_ record: Int, in table: String) throws -> Bool {
        let key = keyCondition(record)
        return try store.hasRow(in: table, where: key.sql, key.values)
    }

    package func edit(_ edit: Edit, atMilliseconds noted: Int64) throws {
        guard try !editUnseen(edit, atMilliseconds: noted) else { return }
        try editSeen(edit, atMilliseconds: noted)
    }

    /// One edit in six is made with a tool that makes the table anew: no trigger sees it.
    ///
    /// Only where one record's own columns tell all: what a delete leaves is for others to say (`UnwatchedTests`), and of several
    /// records edited unseen more columns may count as written than were.
    private func editUnseen(_ edit: Edit, atMilliseconds noted: Int64) throws -> Bool {
        let name = table(edit.record).name
        switch edit.act {
        case .write, .increment: break
        case .delete, .undelete: return false
        }
        guard chance.chance(percent: 17), try exists(edit.record, in: name), try store.status().unstampedNotes == 0 else { return false }
        try store.makeAnew(name)
        try editSeen(edit, atMilliseconds: nil)
        // The next access finds it, with the machine's own time: the laptop's clock is what its triggers would have read.
        try store.lookForUnwatched()
        unseenEditCount += store.takeUnwatched().isEmpty ? 0 : 1
        try setTime(of: edit, noted)
        return true
    }

    private func editSeen(_ edit: Edit, atMilliseconds noted: Int64?) throws {
        let table = table(edit.record)
        let key = keyCondition(edit.record)
        switch edit.act {
        case .write(let values):
            try bringBack(edit.record)
            let parts = values.flatMap { value in zip(table.columns[value.column - 1].parts.map(\.name), value.parts) }
            if try exists(edit.record, in: table.name) {
                guard !parts.isEmpty else { break }
                try store.executeAsClient(
                    "update \"\(table.name)\" set \(parts.map { "\"\($0.0)\" = ?" }.joined(separator: ", ")) where \(key.sql)",
                    parts.map(\.1) + key.values)
            } else {
                let names = table.key.columns + parts.map(\.0)
                try store.executeAsClient(
                    "insert into \"\(table.name)\" (\(names.map { "\"\($0)\"" }.joined(separator: ", "))) values (\(names.map { _ in "?" }.joined(separator: ", ")))",
                    key.values + parts.map(\.1))
            }
        case .increment(let column, let by):
            try bringBack(edit.record)
            let name = table.columns[column - 1].name
            try store.executeAsClient(
                "update \"\(table.name)\" set \"\(name)\" = coalesce(\"\(name)\", 0) + ? where \(key.sql)", [.integer(by)] + key.values)
        case .delete:
            try store.executeAsClient("delete from \"\(table.name)\" where \(key.sql)", key.values)
        case .undelete:
            try bringBack(edit.record)
        }
        if let noted { try setTime(of: edit, noted) }
    }

    /// The triggers read the machine's clock; in a simulation the laptop has its own, and the last edit's time counts.
    private func setTime(of edit: Edit, _ noted: Int64) throws {
        let table = table(edit.record), key = keyCondition(edit.record)
        let noteKeys = key.values.indices.map { "key_\($0 + 1) = ?" }.joined(separator: " and ")
        try store.executeAsClient(
            "update \"kith_note_\(table.name)\" set time = ? where \(noteKeys)",
            [.real(Double(noted) / 86_400_000 + 2_440_587.5)] + key.values)
    }

    private func bringBack(_ record: Int) throws {
        let table = table(record)
        guard try !exists(record, in: table.name), try exists(record, in: "kith_trash_\(table.name)") else { return }
        let names = (table.key.columns + table.columns.flatMap { $0.parts.map(\.name) }).map { "\"\($0)\"" }.joined(separator: ", ")
        let key = keyCondition(record)
        try store.executeAsClient(
            "insert into \"\(table.name)\" (\(names)) select \(names) from \"kith_trash_\(table.name)\" where \(key.sql)", key.values)
    }

    package func shown(record: Int, column: Int) throws -> [Value]? {
        let table = table(record)
        let key = keyCondition(record)
        let here = try exists(record, in: table.name)
        let thrown = try !here && exists(record, in: "kith_trash_\(table.name)")
        guard here || thrown else { return nil }
        if column == 0 { return [.integer(here ? 1 : 0)] }
        return try store.values(
            of: table.columns[column - 1].parts.map(\.name), in: here ? table.name : "kith_trash_\(table.name)", where: key.sql, key.values)
    }

    // MARK: Stamping

    package func stamp() throws {
        if mutated(.readsUnstamped) { return }
        try stampAndWatch()
    }

    private func stampAndWatch() throws {
        try store.stamp(acceptingMassChange: true)
        for own in try store.ownBatches(notIn: seen) {
            seen.insert(own.nonce)
            for (key, change) in own.changes {
                guard let record = SimulatedSchema.recordOfKey[key] else { throw SimulationFault("a change of no record") }
                stamped.append(StampedWrite(
                    writer: own.writer, sequence: change.dot.sequence, batch: own.nonce, before: own.before, record: record,
                    columns: change.columns, timeMilliseconds: change.timeMilliseconds))
            }
        }
    }

    package func takeStamped() throws -> [StampedWrite] {
        defer { stamped = [] }
        return stamped
    }

    // MARK: What people do with sticks and power

    package func freeze(base: Knowledge, relativeTo known: Knowledge?, packedMilliseconds: Int64) throws -> (any FrozenDelta)? {
        try stamp()
        let spool: Spool? = try store.frozenDelta(
            of: SimulatedSchema.collection.rawValue, base: base, partial: [], working: {})
        return spool
    }

    package func cells() throws -> [SimulatedCell] {
        try stampAndWatch()
        return try store.dump().map { cell in
            guard let record = SimulatedSchema.recordOfKey[cell.key] else { throw SimulationFault("a cell of no record") }
            let column = table(record).columns.firstIndex { $0.name == cell.column }.map { $0 + 1 } ?? 0
            return SimulatedCell(
                record: record, column: column,
                siblings: cell.siblings.map {
                    .init(
                        writer: $0.writer, sequence: $0.sequence, batch: $0.batch,
                        timeMilliseconds: $0.timeMilliseconds, parts: $0.parts)
                },
                shown: cell.shown)
        }.sorted { ($0.record, $0.column) < ($1.record, $1.column) }
    }

    package func crashing(_ work: () throws -> Void) throws {
        // All that was committed, as the disk has it; then whatever the work did is taken away again.
        try stampAndWatch()
        try store.checkpoint()
        try store.close()
        let saved = try Data(contentsOf: URL(fileURLWithPath: path))
        try open()
        let result = Result { try work() }
        try store.close()
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try saved.write(to: URL(fileURLWithPath: path))
        try open()
        try result.get()
    }

    package func restart() throws {
        try store.close()
        try open()
    }

    private func open() throws {
        store = try Store.open(path, schema: SimulatedSchema.schema, environment: environment)
    }

    // MARK: ReplicaAccess: the store's own

    package func knowledge() throws -> [String: Knowledge] {
        try stamp()
        let knowledge = try store.knowledge()
        // Whoever asks may name this later as a base: a statement, as a session notes it before it is sent.
        for (collection, known) in knowledge {
            try store.noteStatement(to: identity.replica, collection: collection, knowledge: known)
        }
        return knowledge
    }
    package func statedContents() throws -> (knowledge: [String: Knowledge], contents: [String: [StatedContents]]) {
        _ = try knowledge()
        let held = try store.holdings()
        return (held.mapValues(\.knowledge), held.compactMapValues { $0.contents.map { [StatedContents($0)] } })
    }
    /// What is held, counted anew from the rows as well: both must say the same.
    package func contents() throws -> ContentsDigest? {
        try stampAndWatch()
        let collection = SimulatedSchema.collection.rawValue
        let kept = try store.holdings()[collection]?.contents
        let verified = try store.verify()
        guard verified.altered.isEmpty, verified.holdings[collection]?.contents == kept else { throw SimulationFault("the digest that is kept is not that of the rows") }
        return kept
    }
    package func knowledge(named name: Nonce) throws -> Knowledge? { try store.knowledge(named: name) }
    package func keep(base: Knowledge) throws { try store.keep(base: base) }
    package func stated(to replica: ReplicaID, collection: String) throws -> Knowledge? {
        try store.stated(to: replica, collection: collection)
    }
    package func partialDeltas(of collection: String) throws -> [PartialDelta] { try store.partialDeltas(of: collection) }
    package func frozenDelta(
        of collection: String, base: Knowledge, partial: [PartialDelta], working: () -> Void
    ) throws -> (any FrozenDelta)? {
        try stamp()
        let spool: Spool? = try store.frozenDelta(
            of: collection, base: base, partial: partial, leavingOutForks: false, resumable: true, working: working)
        return spool
    }
    package func admit(_ manifest: Manifest) throws -> Admission {
        try stamp()
        return try store.admit(manifest)
    }
    package func merge(_ segment: SealedSegment, of manifest: Manifest) throws -> Bool {
        try stamp()
        return try store.merge(segment, of: manifest)
    }
    package func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain] {
        try store.chains(of: collection, writers)
    }
    package func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws {
        try stamp()
        try store.heal(collection, chains)
    }
    package func keepReceipt(of replica: ReplicaIdentity, collection: String, knowledge: Knowledge) throws {
        try store.keepReceipt(of: replica, collection: collection, knowledge: knowledge)
    }
    package func noteStatement(to replica: ReplicaID, collection: String, knowledge: Knowledge) throws {
        try store.noteStatement(to: replica, collection: collection, knowledge: knowledge)
    }
}

/// Nonces from a seed, for a closure that may be called from anywhere.
private final class SeededNonces: @unchecked Sendable {
    private var generator: SplitMix64
    init(seed: UInt64) { generator = SplitMix64(seed: seed) }
    func next() -> Nonce { Nonce(using: &generator) }
}
