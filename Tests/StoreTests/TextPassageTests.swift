import Community
import CRDT
import Foundation
import Schema
import Store
import Testing
import Wire

/// What people see of texts in which several wrote, and what they choose.
@Suite struct TextPassageTests {
    private let zuid: Neighbourhood

    init() throws { zuid = try Neighbourhood() }

    private static let schema = Schema(tables: [
        Table(
            "initiative", in: .people, columns: [Column("name"), Column("description", .text)], ownedBy: [], purpose: "An initiative."),
    ])
    private static let words = "We cook on Tuesday.\n\nBring your own plate and cup.\n\nThe key is with Anna."

    private let record = RecordID(table: "initiative", key: ["i"])

    private func text(_ store: Store) throws -> String {
        guard case .text(let bytes)? = try store.value(record, "description") else { return "no text" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(_ store: Store, _ text: String) throws {
        try store.executeAsClient("update initiative set description = ?", [.text(Array(text.utf8))])
        try store.stamp()
    }

    private func pair() throws -> (Store, Store) {
        let fatima = try zuid.store("fatima", schema: Self.schema), jan = try zuid.store("jan", schema: Self.schema)
        try fatima.executeAsClient("insert into initiative (id, name, description) values ('i', 'Cooking', ?)", [.text(Array(Self.words.utf8))])
        try jan.pull(from: fatima)
        return (fatima, jan)
    }

    private func meet(_ a: Store, _ b: Store) throws {
        try a.meet(b)
        try a.meet(b)
        try expectEqualRows(a, b)
        #expect(try a.holdings()["people"]?.contents == b.holdings()["people"]?.contents)
    }

    @Test func passagesAreChosenOneByOne() throws {
        let (fatima, jan) = try pair()
        try write(fatima, Self.words.replacingOccurrences(of: "Tuesday", with: "Wednesday").replacingOccurrences(of: "Anna", with: "Bea"))
        zuid.clock.offset += 1_000
        try write(jan, Self.words.replacingOccurrences(of: "Tuesday", with: "Thursday").replacingOccurrences(of: "Anna", with: "Omar"))
        try meet(fatima, jan)
        let found = try fatima.conflicts()
        #expect(found.count == 2 && found.compactMap(\.passage).map(\.before) == ["We cook on", "The key is with"])
        let detail = try #require(try jan.show(record).columns.first { $0.name == "description" })
        #expect(detail.passages.map(\.passage) == found.compactMap(\.passage) && detail.passages[0].wordings.map(\.author.label) == ["jan", "fatima"])
        // One value for two passages means nothing.
        #expect { try fatima.settle(record, .value(.text("Friday"))) } throws: { ($0 as? StoreError)?.code == .severalPassages }
        #expect(try fatima.conflicts().count == 2)
        // What is typed comes with the blank that stands there.
        #expect(try fatima.settle(record, column: "description", passage: found[0].passage, .value(.text("Friday"))) == 1)
        try meet(fatima, jan)
        #expect(try text(jan).hasPrefix("We cook on Friday.\n\nBring your own plate") && jan.conflicts().count == 1)
        #expect(try jan.settle(record, .theirs) == 1)
        try meet(fatima, jan)
        #expect(try text(fatima) == "We cook on Friday.\n\nBring your own plate and cup.\n\nThe key is with Bea.")
        #expect(try fatima.conflicts().isEmpty && jan.conflictCount() == 0)
        // And back: undo takes the last choice back, and nothing else.
        #expect(try jan.undo().restored == 1)
        try meet(fatima, jan)
        for name in ["Bea", "Omar", "Friday"] { #expect(try text(fatima).contains(name)) }
    }

    @Test func bothPassagesAreChosenAtOnce() throws {
        let (fatima, jan) = try pair()
        try write(fatima, Self.words.replacingOccurrences(of: "Tuesday", with: "Wednesday").replacingOccurrences(of: "Anna", with: "Bea"))
        try write(jan, Self.words.replacingOccurrences(of: "Tuesday", with: "Thursday").replacingOccurrences(of: "Anna", with: "Omar"))
        try meet(fatima, jan)
        #expect(try fatima.settle(nil, .mine) == 2)
        try meet(fatima, jan)
        #expect(try text(jan) == "We cook on Wednesday.\n\nBring your own plate and cup.\n\nThe key is with Bea.")
    }

    @Test func editsThatMetAreANoticeUntilSomebodyHasSeenThem() throws {
        let (fatima, jan) = try pair()
        try write(fatima, Self.words.replacingOccurrences(of: "Tuesday", with: "Wednesday"))
        try write(jan, Self.words.replacingOccurrences(of: " and cup", with: ""))
        #expect(try fatima.notices().isEmpty)
        try meet(fatima, jan)
        for store in [fatima, jan] {
            let notices = try store.notices()
            #expect(notices.map(\.kind) == [.editsMet] && notices.first?.column == "description")
            let said = Dictionary(uniqueKeysWithValues: notices.flatMap(\.siblings).map { ($0.author.label ?? "", $0.parts) })
            #expect(said == ["fatima": [.text(" Wednesday")], "jan": [.text("")]])
        }
        #expect(try jan.dismiss(record) == 1)
        try meet(fatima, jan)
        #expect(try fatima.notices().isEmpty && jan.notices().isEmpty)
        #expect(try text(fatima) == Self.words.replacingOccurrences(of: "Tuesday", with: "Wednesday").replacingOccurrences(of: " and cup", with: ""))
        // So does whoever writes on.
        try write(fatima, try text(fatima) + " Now.")
        try write(jan, "Soup. " + (try text(jan)))
        try meet(fatima, jan)
        #expect(try fatima.notices().count == 1)
        try write(fatima, try text(fatima) + " Later.")
        try meet(fatima, jan)
        #expect(try jan.notices().isEmpty)
    }

    /// A text that is edited for ever does not grow for ever: now and then it is written as a whole, which others take as they take any.
    @Test func aTextIsWrittenAnewNowAndThen() throws {
        let (fatima, jan) = try pair()
        var words = Self.words
        for number in 0..<600 {
            words += " \(number)"
            try write(fatima, words)
        }
        #expect(try (Int(Client(fatima.path).texts("select count(*) from kith_change")[0]) ?? 0) < 200)
        try jan.pull(from: fatima)
        try write(jan, "First. " + words)
        try write(fatima, words + " Last.")
        try meet(fatima, jan)
        #expect(try text(jan) == "First. " + words + " Last.")
    }
}
