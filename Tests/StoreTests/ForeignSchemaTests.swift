import CRDT
import Foundation
import Schema
import Store
import Testing
import Wire

/// Programs with different tables open one file: each merges, captures and erases in all of it.
@Suite struct ForeignSchemaTests {
    private static let shared = Collection(rawValue: "people")
    /// A garden's tables; one has the name that the neighbourhood gives people.
    private static let garden = Schema(tables: [
        Table("contact", in: shared, columns: [Column("plant"), Column("visits", .counter, type: .integer, default: "0"), .createdAt]),
        Table("bed", in: shared, columns: [Column("contact", references: "contact"), Column("state", .rank(order: ["dug", "sown"]))],
            ownedBy: [Table.Owner("contact", of: "contact")]),
        Table("contact_bed", in: shared, key: .pair("contact", "bed"), columns: [Column("note")]),
    ])
    private static let other = Schema(tables: [Table("song", in: shared, columns: [Column("title")])])
    /// An earlier version of the garden's.
    private static let earlier = Schema(tables: [Table("contact", in: shared, columns: [Column("plant")])])

    private func rows(_ store: Store, _ table: String) throws -> [String] {
        var found: [String] = []
        try store.list(table) { row in found.append(row.id.text + row.values.map { " \($0.name)=\($0.value)" }.joined()) }
        return found
    }

    private func add(_ store: Store, _ table: String, _ values: [(name: String, value: Value)]) throws -> RecordID { try store.add(table, values) }

    /// The program that opens the file last has none of its tables, or fewer columns. What comes then is shown, as the garden's own
    /// program finds it afterwards, and what is edited by SQL meanwhile goes out.
    @Test(arguments: [other, earlier, Schema(tables: [])]) func aProgramWithOtherTablesShowsWhatComes(_ schema: Schema) throws {
        let neighbourhood = try Neighbourhood()
        let fatima = try neighbourhood.store("fatima", schema: ForeignSchemaTests.garden)
        let jan = try neighbourhood.store("jan", schema: ForeignSchemaTests.garden)
        let leek = try add(fatima, "contact", [("plant", .text("leek"))])
        let bed = try add(fatima, "bed", [("contact", .text(leek.text)), ("state", .text("sown"))])
        try jan.pull(from: fatima)
        try jan.close()

        let opened = try neighbourhood.reopen("jan", schema: schema)
        #expect(Set(opened.schema.tables.map(\.name)).isSuperset(of: ["contact", "bed", "contact_bed"]))
        // Values, a new row, and a deletion come while the garden's program is away.
        try fatima.edit(leek, [("plant", .text("leek, Blauwgroene"))])
        try fatima.increment(leek, "visits", by: 3)
        let bean = try add(fatima, "contact", [("plant", .text("bean"))])
        try fatima.delete(bed)
        try opened.pull(from: fatima)
        // And somebody edits by SQL.
        try opened.executeAsClient("update contact set visits = visits + 4 where id = ?", [.text(leek.text)])
        try opened.executeAsClient("insert into contact_bed (contact, bed, note) values (?, ?, 'rows')", [.text(leek.text), .text(bed.text)])
        try opened.stamp()
        #expect(try opened.ids(in: "contact") == [leek.text, bean.text].sorted())
        try opened.close()

        let again = try neighbourhood.reopen("jan", schema: ForeignSchemaTests.garden)
        try again.pull(from: fatima)
        try fatima.pull(from: again)
        for table in ["contact", "bed", "contact_bed"] { #expect(try rows(again, table) == rows(fatima, table), "\(table)") }
        #expect(try again.values(of: ["plant", "visits"], in: "contact", where: "id = ?", [.text(leek.text)]) == [.text("leek, Blauwgroene"), .integer(7)])
        #expect(try rows(again, "bed").isEmpty)
        #expect(try again.status().digest == fatima.status().digest)
        #expect(try again.verify().altered.isEmpty)
    }

    /// What is erased elsewhere goes here too, with what belongs to it, whichever program hears of it.
    @Test func aProgramWithOtherTablesErases() throws {
        let neighbourhood = try Neighbourhood()
        let fatima = try neighbourhood.store("fatima", schema: ForeignSchemaTests.garden)
        let jan = try neighbourhood.store("jan", schema: ForeignSchemaTests.garden)
        let leek = try add(fatima, "contact", [("plant", .text("leek"))])
        let bed = try add(fatima, "bed", [("contact", .text(leek.text))])
        try jan.pull(from: fatima)
        try jan.close()
        let opened = try neighbourhood.reopen("jan", schema: ForeignSchemaTests.other)
        _ = try opened.erase([ErasedRecord(leek)])
        try opened.close()
        let again = try neighbourhood.reopen("jan", schema: ForeignSchemaTests.garden)
        #expect(try rows(again, "contact").isEmpty && rows(again, "bed").isEmpty)
        #expect(try again.isErased(ErasedRecord(bed)))
    }

    /// The neighbourhood's tables by their names mean nothing in a garden.
    @Test func nothingOfTheNeighbourhoodIsIn() throws {
        let neighbourhood = try Neighbourhood()
        let store = try neighbourhood.store("fatima", schema: ForeignSchemaTests.garden)
        let leek = try add(store, "contact", [("plant", .text("leek"))])
        try store.stamp()
        #expect(try store.leftContacts().isEmpty)
        _ = try store.erase([ErasedRecord(leek)])
        #expect(try store.status().counts.map(\.rows) == [0, 0, 0])
        #expect(try store.rowCounts().keys.allSatisfy { !$0.hasPrefix("contact_name") })
    }

    /// Rows of one table are never read as rows of another of the same name.
    @Test(arguments: [
        (Table("contact", in: shared, key: .pair("a", "b"), columns: [Column("plant")]), "contact"),
        (Table("contact", in: Collection(rawValue: "elsewhere"), columns: [Column("plant")]), "contact"),
        (Table("contact", in: shared, columns: [Column("visits", type: .integer)]), "contact.visits"),
        (Table("contact", in: shared, columns: [Column(composite: "plant", [Column.Part("plant"), Column.Part("sort")])]), "contact.plant"),
    ])
    func aTableThatIsAnotherIsRefused(_ table: Table, _ subject: String) throws {
        let neighbourhood = try Neighbourhood()
        let store = try neighbourhood.store("fatima", schema: ForeignSchemaTests.garden)
        let leek = try add(store, "contact", [("plant", .text("leek"))])
        try store.close()
        let isOtherCollection = table.collection != ForeignSchemaTests.shared
        if !isOtherCollection {
            #expect(throws: SchemaFault(.differs, subject)) { try neighbourhood.reopen("fatima", schema: Schema(tables: [table])) }
        }
        let again = try neighbourhood.reopen("fatima", schema: ForeignSchemaTests.garden)
        #expect(try rows(again, "contact").contains { $0.hasPrefix(leek.text) })
    }

    /// A reference to what is not there is listed, from the schema alone.
    @Test func danglingReferencesAreListed() throws {
        let neighbourhood = try Neighbourhood()
        let store = try neighbourhood.store("fatima", schema: Schema(tables: [
            Table("plot", in: ForeignSchemaTests.shared, columns: [Column("name")]),
            Table("bed", in: ForeignSchemaTests.shared, columns: [Column("plot", references: "plot"), Column("once_", .once, references: "plot")]),
        ]))
        let plot = try add(store, "plot", [("name", .text("herbs"))])
        let bed = try add(store, "bed", [("plot", .text(plot.text))])
        let lost = try add(store, "bed", [("once_", .text("nobody"))])
        #expect(try store.dangling().map(\.rows) == [[lost]])
        try store.delete(plot)
        let found = try store.dangling()
        #expect(Set(found.map(\.rows)) == [[bed], [lost]])
        #expect(found.first { $0.rows == [bed] }.map { [$0.isDeleted, $0.canBeEmptied] } == [true, true])
        #expect(found.first { $0.rows == [lost] }.map { [$0.isDeleted, $0.canBeEmptied] } == [false, false])
    }
}

/// Tables that a client derives from its rows.
@Suite struct DerivedIndexTests {
    private struct Words: DerivedIndex {
        var name = "bed_word"
        var version = 1
        var tables = [
            "create table if not exists kith_index_bed_word (word text, bed text, primary key (word, bed)) without rowid",
            "create virtual table if not exists kith_index_bed_word_found using fts5(words, content = '')",
            "create virtual table if not exists kith_index_bed_word_text using fts5(words)",
            "create table if not exists kith_index_bed_word_found_rows (bed text)",
        ]
        var fails = false
        struct Fault: Error {}

        func follow(_ changed: [RecordID]?, _ writing: IndexWriting) throws {
            let condition = changed == nil ? "" : " where id in (\(changed!.map { _ in "?" }.joined(separator: ", ")))"
            let arguments = changed?.map { Value.text($0.text) } ?? []
            for record in changed ?? [] { try writing.run("delete from kith_index_bed_word where bed = ?", [.text(record.text)]) }
            for row in try writing.rows("select id, plant from bed" + condition, arguments) {
                try writing.run("insert into kith_index_bed_word values (?, ?)", [row[1], row[0]])
                try writing.run("insert into kith_index_bed_word_found (words) values (?)", [row[1]])
                try writing.run("insert into kith_index_bed_word_text (words) values (?)", [row[1]])
                try writing.run("insert into kith_index_bed_word_found_rows values (?)", [row[0]])
            }
            if fails { throw Fault() }
        }
    }

    private static let schema = Schema(tables: [Table("bed", in: Collection(rawValue: "people"), columns: [Column("plant")])])

    private func words(_ path: String) throws -> [[Value]] {
        let reader = try Reader(path: path)
        defer { reader.close() }
        return try reader.snapshot { try $0.ask("select word from kith_index_bed_word order by word", []).rows }
    }

    @Test func followsAndIsEmptied() throws {
        let neighbourhood = try Neighbourhood()
        let store = try neighbourhood.store("fatima", schema: DerivedIndexTests.schema)
        let leek = try store.add("bed", [("plant", .text("leek"))])
        _ = try store.add("bed", [("plant", .text("bean"))])
        try store.refresh(Words())
        #expect(try words(store.path) == [[.text("bean")], [.text("leek")]])
        try store.edit(leek, [("plant", .text("kale"))])
        try store.stamp()
        try store.refresh(Words())
        #expect(try words(store.path) == [[.text("bean")], [.text("kale")]])
        // A failing one takes nothing back but itself, and another version begins anew.
        #expect(throws: Words.Fault.self) { try store.refresh(Words(version: 2, fails: true)) }
        #expect(try words(store.path) == [[.text("bean")], [.text("kale")]])
        try store.refresh(Words(version: 2))
        #expect(try words(store.path) == [[.text("bean")], [.text("kale")]])
        // Erased by a program that does not know of it.
        try store.close()
        let other = try neighbourhood.reopen("fatima", schema: Schema(tables: []))
        _ = try other.erase([ErasedRecord(leek)])
        #expect(try words(other.path) == [])
        let reader = try Reader(path: other.path)
        defer { reader.close() }
        for table in ["kith_index_bed_word_found_rows", "kith_index_bed_word_text where kith_index_bed_word_text match 'bean OR kale'",
            "kith_index_bed_word_found where kith_index_bed_word_found match 'bean OR kale'"] {
            #expect(try reader.snapshot { try $0.ask("select count(*) from \(table)", []).rows } == [[.integer(0)]], "\(table)")
        }
    }

    @Test(arguments: [
        ["create table if not exists bed_word (x)"], ["create table kith_index_bed_word (x)"], ["delete from bed"],
        ["create table if not exists kith_index_other (x)"], ["insert into kith_index_bed_word values (1)"],
    ])
    func onlyTablesThatErasingKnows(_ tables: [String]) {
        #expect(throws: SchemaFault.self) { try Store.check(Words(tables: tables)) }
    }
}

/// A connection that only asks.
@Suite struct ReaderTests {
    @Test func nothingCanBeWritten() throws {
        let neighbourhood = try Neighbourhood()
        let store = try neighbourhood.store("fatima")
        let reader = try Reader(path: store.path)
        defer { reader.close() }
        for sql in [
            "delete from person", "insert into person default values", "drop table person", "pragma query_only = off", "pragma journal_mode = delete",
            "attach database '/tmp/kith-attached' as x", "vacuum", "begin immediate", "select 1; delete from person", "create temp table x (y)",
            "update person set name = 'x' returning id", "",
        ] {
            #expect(throws: StoreError.self, "\(sql)") { try reader.snapshot { try $0.ask(sql, []) } }
        }
        let answer = try reader.snapshot {
            try $0.ask("with n(x) as (values (1) union all select x + 1 from n where x < 3) select sum(x) as s from n", [])
        }
        #expect(answer.columns == ["s"] && answer.rows == [[.integer(6)]])
    }

    /// One state for all of a snapshot, and the counter goes on with others' commits alone.
    @Test func aSnapshotIsOneState() throws {
        let neighbourhood = try Neighbourhood()
        let store = try neighbourhood.store("fatima")
        let reader = try Reader(path: store.path)
        defer { reader.close() }
        let before = reader.dataVersion()
        #expect(before == reader.dataVersion())
        try reader.snapshot { questions in
            #expect(try questions.ask("select count(*) from person", []).rows == [[.integer(0)]])
            _ = try store.add("person", [])
            #expect(try questions.ask("select count(*) from person", []).rows == [[.integer(0)]])
        }
        #expect(try reader.snapshot { try $0.ask("select count(*) from person", []).rows } == [[.integer(1)]])
        #expect(before != reader.dataVersion())
    }
}
