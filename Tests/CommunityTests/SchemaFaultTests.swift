import Community
import CRDT
import Schema
import Testing

/// A schema that cannot be synced is refused when it is given, with the table and column.
@Suite struct SchemaFaultTests {
    private static let shared = Collection(rawValue: "shared")

    private static func table(_ name: String, key: Table.Key = .id, _ columns: Column..., ownedBy owners: [Table.Owner] = []) -> Table {
        Table(name, in: shared, key: key, columns: columns + [.createdAt], ownedBy: owners)
    }

    @Test func theNeighbourhoodHasNone() { #expect(Schema.community.faults == []) }

    @Test(arguments: [
        ([], SchemaFault(.noTables, "")),
        ([Table("bed", in: shared, columns: [])], SchemaFault(.noColumns, "bed")),
        ([table("kith_bed")], SchemaFault(.reservedName, "kith_bed")),
        ([table("Kith_bed")], SchemaFault(.reservedName, "Kith_bed")),
        ([table("sqlite_bed")], SchemaFault(.reservedName, "sqlite_bed")),
        ([table("bed", Column("rowid"))], SchemaFault(.reservedName, "bed.rowid")),
        ([table("bed", Column("OID", type: .integer))], SchemaFault(.reservedName, "bed.OID")),
        ([table("bed", Column("kith_note"))], SchemaFault(.reservedName, "bed.kith_note")),
        ([table("bed; drop table x")], SchemaFault(.badName, "bed; drop table x")),
        ([table("bed", Column("two words"))], SchemaFault(.badName, "bed.two words")),
        ([table("")], SchemaFault(.badName, "")),
        ([table("9th")], SchemaFault(.badName, "9th")),
        ([table("plantsoort-ë")], SchemaFault(.badName, "plantsoort-ë")),
        ([table(String(repeating: "b", count: 64))], SchemaFault(.badName, String(repeating: "b", count: 64))),
        ([table("bed"), table("Bed")], SchemaFault(.sameName, "Bed")),
        ([table("bed", Column("plant"), Column("PLANT"))], SchemaFault(.sameName, "bed.PLANT")),
        ([table("bed", Column("plant"), Column(composite: "where_", [Column.Part("row_"), Column.Part("Plant")]))], SchemaFault(.sameName, "bed.Plant")),
        ([table("bed", Column("id", type: .integer))], SchemaFault(.otherKey, "bed.id")),
        ([table("bed", Column("ID"))], SchemaFault(.otherKey, "bed.ID")),
        ([table("tends", key: .pair("bed", "person"), Column("person"))], SchemaFault(.otherKey, "tends.person")),
        ([table("tends", key: .pair("bed", "Bed"))], SchemaFault(.sameName, "tends.Bed")),
        ([table("tends", key: .pair("bed", "rowid"))], SchemaFault(.reservedName, "tends.rowid")),
        ([table("bed", Column("visits", .counter, type: .text))], SchemaFault(.wrongKind, "bed.visits")),
        ([table("bed", Column("visits", .counter, type: .real))], SchemaFault(.wrongKind, "bed.visits")),
        ([table("bed", Column("state", .rank(order: [])))], SchemaFault(.wrongKind, "bed.state")),
        ([table("bed", Column("state", .rank(order: ["dug", "sown", "dug"])))], SchemaFault(.wrongKind, "bed.state")),
        ([table("bed", Column("state", .rank(order: ["dug\nsown"])))], SchemaFault(.wrongKind, "bed.state")),
        ([table("bed", Column("state", .rank(order: (0...64).map { "s\($0)" })))], SchemaFault(.wrongKind, "bed.state")),
        ([table("bed", Column(composite: "at", [Column.Part("x"), Column.Part("y")], kind: .counter))], SchemaFault(.wrongKind, "bed.at")),
        ([table("bed", Column(composite: "at", []))], SchemaFault(.tooMany, "bed.at")),
        ([table("bed", ownedBy: [Table.Owner("plot", of: "bed")])], SchemaFault(.unknownName, "bed.plot")),
        ([table("bed", Column("plot"), ownedBy: [Table.Owner("plot", of: "plot")])], SchemaFault(.unknownName, "bed.plot: plot")),
        ([table("bed", Column("plot", references: "plot"))], SchemaFault(.unknownName, "bed.plot")),
    ] as [([Table], SchemaFault)])
    func isRefused(_ tables: [Table], _ fault: SchemaFault) { #expect(Schema(tables: tables).faults.contains(fault), "\(Schema(tables: tables).faults)") }

    /// The most columns that fit, and one more.
    @Test func columnsHaveALimit() {
        func schema(_ count: Int) -> Schema {
            Schema(tables: [Table("bed", in: SchemaFaultTests.shared, columns: (1...count).map { Column("c\($0)") })])
        }
        #expect(schema(ColumnSet.limit - 1).faults == [])
        #expect(schema(ColumnSet.limit).faults == [SchemaFault(.tooMany, "bed.c\(ColumnSet.limit)")])
    }

    /// What tells two versions of a table apart is what merging asks, in whatever order the columns stand.
    @Test func fingerprintsTell() {
        let one = SchemaFaultTests.table("bed", Column("plant"), Column("visits", .counter, type: .integer))
        #expect(one.fingerprint == SchemaFaultTests.table("bed", Column("visits", .counter, type: .integer), Column("plant")).fingerprint)
        for other in [
            SchemaFaultTests.table("bed", Column("plant"), Column("visits", type: .integer)),
            SchemaFaultTests.table("bed", Column("plant", .once), Column("visits", .counter, type: .integer)),
            SchemaFaultTests.table("bed", Column("plant"), Column("visits", .counter, type: .integer), Column("more")),
            SchemaFaultTests.table("bed", Column("plant"), Column("visits", .counter, type: .integer), ownedBy: [Table.Owner("plant", of: "bed")]),
        ] { #expect(one.fingerprint != other.fingerprint) }
    }
}
