import CRDT
import Foundation
import Store
import Testing

@Suite struct ImportTests {
    let zuid: Neighbourhood
    let fatima: Store
    let jan: Store

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima")
        jan = try zuid.store("jan")
    }

    private func take(
        _ store: Store, _ rows: [(id: String, values: [(name: String, value: Value)])], overwrite: Bool = false, dryRun: Bool = false
    ) throws -> ImportReport {
        var iterator = rows.makeIterator()
        return try store.importRows(overwrite: overwrite, dryRun: dryRun) { _ in
            iterator.next().map { ImportTableRow(table: "person", key: [$0.id], values: $0.values) }
        }
    }

    @Test func newRowsArriveWhole() throws {
        let report = try take(fatima, [
            ("1", [("name", .text("A\0B")), ("number", .integer(.max)), ("score", .real(0.1)), ("photo", .blob([0, 255]))]),
            ("2", [("name", .text("")), ("number", .null), ("score", .integer(3)), ("photo", .blob([]))]),
            ("3", [("name", .text("C")), ("visits", .integer(4))]),
            ("4", []),
        ])
        #expect(report.new == 4)
        #expect(try fatima.stamp() == 0)
        try jan.pull(from: fatima)
        try expectEqualRows(fatima, jan)
        #expect(try jan.value(person("2"), "name") == .text(""))
        #expect(try jan.value(person("2"), "photo") == .blob([]))
        #expect(try jan.value(person("3"), "visits") == .integer(4))
        #expect(try jan.value(person("4"), "kind") == .text("individual"))
        try jan.increment(person("3"), "visits", by: 1)
        try fatima.meet(jan)
        #expect(try fatima.value(person("3"), "visits") == .integer(5))
    }

    @Test func theSameAgainChangesNothing() throws {
        let rows: [(id: String, values: [(name: String, value: Value)])] = [
            ("1", [("name", .text("A")), ("number", .text("5"))]), ("2", [("name", .text("B")), ("number", .null)]),
        ]
        #expect(try take(fatima, rows).new == 2)
        let knowledge = try fatima.knowledge()
        #expect(try take(fatima, rows).unchanged == 2)
        #expect(try take(fatima, rows, overwrite: true).unchanged == 2)
        #expect(try fatima.knowledge() == knowledge)
    }

    @Test func onlyEmptyColumnsAreFilled() throws {
        try fatima.executeAsClient("insert into person (id, name, street) values ('1', 'Kept', 'Dam'), ('2', null, null)")
        let rows: [(id: String, values: [(name: String, value: Value)])] = [
            ("1", [("name", .text("New")), ("phone", .text("06")), ("street", .text("Spui")), ("number", .integer(1))]),
            ("2", [("name", .text("New")), ("phone", .null), ("street", .text("Spui")), ("number", .integer(1))]),
        ]
        var report = try take(fatima, rows)
        #expect(report.filled == 2)
        #expect(report.differing == 1)
        try jan.pull(from: fatima)
        try expectEqualRows(fatima, jan)
        #expect(try jan.value(person("1"), "name") == .text("Kept"))
        #expect(try jan.value(person("1"), "street") == .text("Dam"))
        #expect(try jan.value(person("1"), "number") == .null, "half an address is not filled up with another's")
        #expect(try jan.value(person("1"), "phone") == .text("06"))
        #expect(try jan.value(person("2"), "number") == .integer(1))

        report = try take(fatima, [("1", [("name", .text("New")), ("kind", .text("group"))])], overwrite: true)
        #expect(report.overwritten == 1)
        #expect(report.differing == 1, "a fact is not overwritten")
        #expect(try fatima.value(person("1"), "name") == .text("New"))
        #expect(try fatima.undo().restored == 1)
        #expect(try fatima.undo().restored == 2)
        #expect(try fatima.rows("person") == [
            "1 name=\(Value.text("Kept")) kind=\(Value.text("individual")) phone=null street=\(Value.text("Dam")) number=null"
                + " consent=null visits=null score=null photo=null since=null",
            "2 name=null kind=\(Value.text("individual")) phone=null street=null number=null"
                + " consent=null visits=null score=null photo=null since=null",
        ])
    }

    @Test func twiceInOneList() throws {
        let report = try take(fatima, [("1", [("name", .text("A"))]), ("1", [("name", .text("B")), ("phone", .text("6"))])])
        #expect(report.new == 1)
        #expect(report.filled == 1)
        try jan.pull(from: fatima)
        try expectEqualRows(fatima, jan)
        #expect(try fatima.undo().removed == 1)
        #expect(try fatima.count("person") == 0)
    }

    @Test func whatWasDeletedStaysDeleted() throws {
        #expect(try take(fatima, [("1", [("name", .text("A"))]), ("2", [])]).new == 2)
        try fatima.delete(person("1"))
        let report = try take(fatima, [("1", [("name", .text("A"))]), ("2", []), ("3", [])])
        #expect(report.deletedHere == 1)
        #expect(report.unchanged == 1)
        #expect(report.new == 1)
        #expect(try fatima.show(person("1")).isDeleted)
    }

    @Test func twoLaptopsImportOneList() throws {
        let rows: [(id: String, values: [(name: String, value: Value)])] = [("1", [("name", .text("A"))]), ("2", [("name", .text("B"))])]
        #expect(try take(fatima, rows).new == 2)
        #expect(try take(jan, rows).new == 2)
        try fatima.meet(jan)
        try expectEqualRows(fatima, jan)
        #expect(try fatima.conflictCount() == 0)
    }

    @Test func dryRunChangesNothing() throws {
        #expect(try take(fatima, [("1", []), ("2", [])], dryRun: true).new == 2)
        #expect(try fatima.count("person") == 0)
        #expect(try fatima.knowledge().values.allSatisfy { $0.ends.isEmpty })
    }

    @Test func allOrNothing() throws {
        struct Broken: Error {}
        var count = 0
        #expect(throws: Broken.self) {
            try fatima.importRows { _ in
                count += 1
                if count == 3 { throw Broken() }
                return ImportTableRow(table: "person", key: ["\(count)"], values: [])
            }
        }
        #expect(try fatima.count("person") == 0)
        #expect(throws: StoreError(.unknownName, "person.shoe")) { try take(fatima, [("1", [("shoe", .null)])]) }
        #expect(throws: StoreError(.valueTooLarge, "person.name")) {
            try take(fatima, [("1", [("name", .text(Array(repeating: 65, count: 16 << 20 | 1)))])])
        }
    }

    @Test func aRuleOfSomebodysOwn() throws {
        try fatima.executeAsClient("create unique index one_phone on person (phone)")
        let report = try take(fatima, [("1", [("phone", .text("6"))]), ("2", [("phone", .text("6"))]), ("3", [("phone", .null)])])
        #expect(report.new == 2)
        #expect(report.refused == 1)
    }

    @Test func progressIsTold() throws {
        var told: [Int] = []
        var left = 2_500
        _ = try fatima.importRows(progress: { told.append($0) }) { _ in
            left -= 1
            return left < 0 ? nil : ImportTableRow(table: "tag", key: ["\(left)", "t"], values: [("note", .null)])
        }
        #expect(told == [1_000, 2_000])
        #expect(try fatima.count("tag") == 2_500)
    }
}
