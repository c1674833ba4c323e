import Community
import CRDT
import Foundation
import Store
import Testing

/// What stands here alone and what came: counted whole, named part after part, each record once.
struct ChangedRecordTests {
    private let zuid: Neighbourhood
    private let fatima: Store
    private let jan: Store

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima", schema: .community)
        jan = try zuid.store("jan", schema: .community)
    }

    private func fill() throws {
        for number in 0..<25 { try fatima.executeAsClient("insert into contact (id, given_name) values ('c\(number)', 'Naam')") }
        try fatima.stamp(acceptingMassChange: true)
        try fatima.executeAsClient("update contact set nickname = 'x' where id in ('c3', 'c7')")
        try fatima.executeAsClient("delete from contact where id = 'c9'")
        try fatima.stamp(acceptingMassChange: true)
    }

    /// All parts, one after the other.
    private func all(_ part: (_ after: Int64?) throws -> ChangedRecords) throws -> [ChangedRecord] {
        var found: [ChangedRecord] = []
        var place: Int64?
        for _ in 0..<1_000 {
            let records = try part(place)
            found += records.records
            place = records.next
            if place == nil { break }
        }
        return found
    }

    @Test(arguments: [1, 3, 7, 100]) func whatIsOnlyHereIsNamedPartAfterPart(_ limit: Int) throws {
        try fill()
        let found = try all { try fatima.onlyHere(after: $0, limit: limit) }
        let ids = found.map(\.record.text)
        #expect(Set(ids).count == ids.count, "each once")
        #expect(found.reduce(0) { $0 + $1.changeCount } == (try fatima.status().unsentChanges), "the parts make up the count")
        #expect(try fatima.onlyHere(limit: 1).changeCount == fatima.status().unsentChanges)
        #expect(ids.first == "c9" && Set(ids[1...2]) == ["c3", "c7"], "the newest first")
        #expect(found.first?.isDeleted == true && found.allSatisfy(\.isNew))
    }

    @Test func whatCameIsCountedByKind() throws {
        try fill()
        let before = try jan.knowledge()
        try jan.pull(from: fatima)
        var came = try jan.arrived(since: before, limit: 5)
        #expect(came.deleted.count == 1 && came.deleted.records.map(\.record.text) == ["c9"])
        #expect(came.new.records.count == 5 && came.changed.count == 0)
        let whole = try all { try jan.arrivedRecords(since: before, after: $0, limit: 4) }
        #expect(whole.count == came.new.count + came.deleted.count, "what is counted is named")
        #expect(whole.reduce(0) { $0 + $1.changeCount } == came.changeCount && came.writers.reduce(0) { $0 + $1.changeCount } == came.changeCount)
        let again = try jan.knowledge()
        try fatima.executeAsClient("update contact set nickname = 'y' where id = 'c1'")
        try fatima.executeAsClient("insert into contact (id, given_name) values ('z', 'Nieuw')")
        try fatima.stamp()
        try jan.pull(from: fatima)
        came = try jan.arrived(since: again, limit: 5)
        #expect(came.changed.records.map(\.record.text) == ["c1"] && came.new.records.map(\.record.text) == ["z"] && came.deleted.count == 0)
        #expect(came.changeCount == 2)
    }

    @Test("A step that made many rows is counted by table, and names its first; what is erased is counted no more") func longSteps() throws {
        for start in stride(from: 0, to: 3_000, by: 500) {
            let rows = (start..<start + 500).map { "('c\($0)', 'Naam \($0)')" }.joined(separator: ", ")
            try fatima.executeAsClient("insert into contact (id, given_name) values \(rows)")
        }
        try fatima.executeAsClient("insert into contact_point (id, contact, type, value) values ('p', 'c1', 'tel', '0600000001')")
        try fatima.stamp(acceptingMassChange: true)
        for _ in 0..<2 {
            let step = try #require(try fatima.steps(limit: 1).first)
            #expect(step.made == ["contact": 3_000, "contact_point": 1] && step.changed.isEmpty)
            #expect(step.records.count == 3 && step.records.allSatisfy { $0.table == "contact" })
        }
        try fatima.executeAsClient("update contact set nickname = 'x'")
        try fatima.stamp(acceptingMassChange: true)
        let step = try #require(try fatima.steps(limit: 1).first)
        #expect(step.changed == ["contact": 3_000] && step.made.isEmpty)
    }
}
