import Community
import CRDT
import Foundation
import Store
import Testing

/// Very many conflicts and notices are settled in pieces, each of which stays, and are undone as one.
@Suite struct PieceTests {
    private static let count = 2_500
    let zuid: Neighbourhood
    let fatima: Store
    let jan: Store

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima")
        jan = try zuid.store("jan")
        try fatima.executeAsClient(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < \(PieceTests.count)) insert into person (id, name) select 'p' || i, 'eerst' from n")
        try fatima.stamp()
        try jan.pull(from: fatima)
    }

    private func names(_ store: Store) throws -> Set<String> {
        var names: Set<String> = []
        try store.list("person") { row in
            if case .text(let name)? = row.values.first(where: { $0.name == "name" })?.value { names.insert(String(decoding: name, as: UTF8.self)) }
        }
        return names
    }

    @Test func settledInPieces() throws {
        for (store, name) in [(fatima, "van fatima"), (jan, "van jan")] {
            try store.executeAsClient("update person set name = ?", [.text(name)])
            try store.stamp(acceptingMassChange: true)
        }
        try fatima.pull(from: jan)
        #expect(try fatima.conflictCount() == PieceTests.count)
        var told: [[Int]] = []
        let first = try fatima.settle(nil, .mine) { settled, done, all in
            told.append([settled, done, all])
            return false
        }
        #expect(first == 1_000 && told == [[1_000, 1_000, PieceTests.count]])
        #expect(try fatima.conflictCount() == PieceTests.count - 1_000, "what was done stays")
        told = []
        let rest = try fatima.settle(nil, .mine) {
            told.append([$0, $1, $2])
            return true
        }
        #expect(rest == 1_500)
        #expect(told == [[1_000, 1_000, 1_500], [1_500, 1_500, 1_500]])
        #expect(try fatima.conflictCount() == 0)
        #expect(try names(fatima) == ["van fatima"])
        try jan.pull(from: fatima)
        #expect(try jan.conflictCount() == 0)
    }

    @Test func undoneAsOne() throws {
        try jan.executeAsClient("update person set name = 'van jan'")
        try jan.stamp(acceptingMassChange: true)
        try fatima.executeAsClient("update person set name = 'van fatima'")
        try fatima.stamp(acceptingMassChange: true)
        try jan.pull(from: fatima)
        #expect(try jan.settle(nil, .mine) == PieceTests.count)
        #expect(try names(jan) == ["van jan"])
        #expect(try jan.undo().restored == PieceTests.count, "all pieces are one moment")
        #expect(try names(jan) == ["van fatima"])
    }

    @Test func dismissedInPieces() throws {
        try fatima.executeAsClient("delete from person")
        try fatima.stamp(acceptingMassChange: true)
        try jan.executeAsClient("update person set phone = '06'")
        try jan.stamp(acceptingMassChange: true)
        try fatima.pull(from: jan)
        #expect(try fatima.notices().count == PieceTests.count)
        let first = try fatima.dismiss(nil) { _, _, _ in false }
        #expect(first == 1_000)
        #expect(try fatima.notices().count == PieceTests.count - 1_000)
        #expect(try fatima.dismiss(nil) == PieceTests.count - 1_000)
        #expect(try fatima.notices().isEmpty)
    }

    /// More than are listed: those behind them come into the list, and all go at once.
    @Test func brokenRulesBeyondTheList() throws {
        let store = try zuid.store("bo", schema: .community)
        try store.executeAsClient(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500) insert into contact_point (id, contact, value) select 'p' || i, 'weg' || i, 'x' from n")
        try store.stamp()
        let listed = try store.brokenRules()
        #expect(listed.count == Store.listedBrokenRuleCount)
        let row = try #require(listed.first).row
        #expect(try store.dismissBrokenRules(RecordID(table: row.table, key: row.key)) == 1)
        let next = try store.brokenRules()
        #expect(next.count == Store.listedBrokenRuleCount && !next.contains { $0.row == row })
        #expect(try store.dismissBrokenRules(nil) == 1_499)
        #expect(try store.brokenRules().isEmpty && store.dismissedRules().count == 1_500)
    }
}
