import Community
import CRDT
import Schema
import Testing
import Words

/// What tables and columns are called to people.
@Suite struct WordTests {
    @Test("Every table and column has a name in both languages, and no two columns of a table have one name", arguments: [Language.nl, .en])
    func names(_ language: Language) {
        for table in Schema.community.tables {
            #expect(table.kinds != nil, "\(table.name)")
            #expect(table.meaning.nl != table.meaning.en, "\(table.name)")
            let columns = table.key.columns + table.entryColumns
            for column in columns + table.columns.map(\.name) {
                #expect(ColumnWord.of(column, in: table.name).map { $0 != .columnAnything } == true, "\(table.name).\(column)")
            }
            let words = columns.map { language.column($0, in: table.name) }
            #expect(Set(words).count == words.count, "\(table.name): \(words)")
            // By its word a column is typed, too.
            for (column, word) in zip(columns, words) { #expect(table.columnCalled(word.uppercased()) == column, "\(table.name).\(column)") }
        }
        #expect(language.kind(of: "mine") == "mine" && language.column("colour", in: "contact") == "colour")
    }

    @Test("A row is typed by the words of either language")
    func typed() throws {
        let contact = try #require(Schema.community["contact"])
        let values = try Entry(contact, today: nil).row([("Voornaam", "Zoë"), ("family name", "Bakker"), ("area", "Zuid")])
        #expect(values.map(\.name) == ["given_name", "family_name", "area"])
        #expect(throws: EntryRefusal.self) { try Entry(contact, today: nil).row([("voornaam", "Zoë"), ("given_name", "Zoe")]) }
        #expect(throws: EntryRefusal.self) { try Entry(contact, today: nil).row([("voornamen", "Zoë")]) }
    }

    @Test("One is one, and many are many")
    func counts() {
        #expect(Language.nl.rows(1, of: "gathering") == "1 bijeenkomst" && Language.nl.rows(1_200, of: "gathering") == "1.200 bijeenkomsten")
        #expect(Language.en.rows(0, of: "help_item") == "0 requests and offers")
        #expect(Language.nl.collection("directory") == "buurtgids" && Language.en.collection("people") == "list of people" && Language.en.collection("x") == "x")
    }
}
