import Community
import CRDT
import Foundation
import Schema
import Store
import Wire

/// People, what belongs to them by a column, by their key, and by both steps.
let erasureSchema = Schema(tables: [
    Table("contact", in: .people, columns: [
        Column("given_name"), Column("infix"), Column("family_name"), Column("visits", .counter, type: .integer),
        Column(composite: "home", [.init("street"), .init("number", .integer)]), Column("photo", type: .blob),
    ], purpose: "A person."),
    Table("point", in: .people, columns: [
        Column("contact", references: "contact"), Column("value"), Column("clicks", .counter, type: .integer),
    ], ownedBy: [.init("contact", of: "contact")], purpose: "Belongs by a column."),
    Table("label", in: .people, columns: [Column("point", references: "point"), Column("text")],
        ownedBy: [.init("point", of: "point")], purpose: "Belongs to what belongs."),
    Table("consent", in: .people, key: .pair("contact", "purpose"), columns: [Column("how")],
        ownedBy: [.init("contact", of: "contact")], purpose: "Belongs by its key."),
    Table("tie", in: .people, columns: [Column("one"), Column("other"), Column("kind")],
        ownedBy: [.init("one", of: "contact"), .init("other", of: "contact")], purpose: "Belongs to two."),
    Table("note", in: .people, columns: [Column("about"), Column("text", .text)], purpose: "Belongs to nobody."),
])

func erased(_ table: String, _ key: String...) -> ErasedRecord { ErasedRecord(table: table, key: RecordKey(key)) }
func record(_ table: String, _ key: String...) -> RecordID { RecordID(table: table, key: key) }

extension Store {
    /// Everything that the file, its WAL, its index of that and the folder of frozen deltas hold, read as bytes.
    func holdsBytes(_ marker: String) throws -> [String] {
        var files = ["", "-wal", "-shm"].map { URL(fileURLWithPath: path + $0) }
        let outgoing = URL(fileURLWithPath: path + "-outgoing")
        files += (try? FileManager.default.contentsOfDirectory(at: outgoing, includingPropertiesForKeys: nil)) ?? []
        return files.filter { file in
            guard let data = try? Data(contentsOf: file) else { return false }
            return data.range(of: Data(marker.utf8)) != nil
        }.map(\.lastPathComponent)
    }
}

extension Store {
    /// The private tables in which something of an erased record is left.
    func remnants() throws -> [String] {
        try ["kith_change", "kith_increment", "kith_parked", "kith_replaced"].filter {
            try hasRow(in: $0, where: "record in (select record from kith_erased)", [])
        } + (try hasRow(in: "kith_aside", where: "dot not in (select dot from kith_change)", []) ? ["kith_aside"] : [])
    }
}

/// Statements of the space, as the roster would carry them: everybody hears all of them before any data.
final class Statements {
    private(set) var records: Set<ErasedRecord> = []

    func state(_ records: some Sequence<ErasedRecord>) { self.records.formUnion(records) }

    /// A replica hears all that is stated and states what it owes.
    func meet(_ store: Store) throws {
        _ = try store.erase(Array(records))
        state(try store.owedErasures().map(\.record))
        _ = try store.erase(Array(records))
    }
}

/// splitmix64 (https://prng.di.unimi.it/splitmix64.c).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
