import Community
import CRDT
import Engine
import Foundation
import Store
import Testing
import Trust
import Wire

/// Another city's initiative becomes one's own.
struct AdoptionTests {
    private func publish(_ replica: Replica, _ scratch: Scratch) throws -> Publication {
        let path = scratch.fresh("public")
        #expect(try replica.publish(to: path, PublicSelection(), as: replica.identity.space.name).isWritten)
        return try Publication.read(path)
    }

    private func row(_ record: RecordID, in replica: Replica) throws -> RecordRow {
        var found: RecordRow?
        try replica.store.list(record.table, where: "id = '\(record.text)'") { found = $0 }
        return try #require(found)
    }

    private func notes(on record: RecordID, in replica: Replica) throws -> [String] {
        var bodies: [String] = []
        try replica.store.list("note", where: "subject = '\(record.text)'") { bodies.append("\($0["body"].string)") }
        return bodies.sorted()
    }

    @Test("It comes with lessons, notes, terms and needs, says where it is from, and breaks no rule")
    func adopt() throws {
        let scratch = try Scratch()
        let zuid = try found(scratch), berlin = try found(scratch, space: "Berlin", "berlin", seed: 5)
        let origin = try zuid.addBingo()
        let own = try zuid.store.add("term", [("taxonomy", .text("theme")), ("code", .text("games")), ("name_nl", .text("Spel")), ("name_en", .text("Games"))])
        _ = try zuid.store.add("initiative_term", [("initiative", .text(origin.text)), ("term", .text(own.text))])
        let publication = try publish(zuid, scratch)
        let wanted = try publication.initiatives(named: ["balkonbingo"])

        let looked = try berlin.adopt(wanted, of: publication, dryRun: true)
        #expect(try looked[0].state == .new && berlin.store.count("initiative") == 0)
        let adoption = try #require(berlin.adopt(wanted, of: publication, area: "Mitte").first)
        #expect(adoption.state == .new && adoption.differences.isEmpty && adoption.addedCount == 5, "\(adoption.added)")
        let initiative = try row(adoption.record, in: berlin)
        #expect(initiative["name"] == .text("Balkonbingo") && initiative["status"] == .text("idea") && initiative["area"] == .text("Mitte"))
        #expect(initiative["adapted_from"] == .text(origin.text) && initiative["lessons"] == .text("Neem een megafoon mee"))
        #expect(initiative["recurrence_rule"] == .text("FREQ=WEEKLY") && initiative["place"] == .null)
        #expect(adoption.record != origin, "a row of its own")
        var terms: [String] = []
        try berlin.store.list("initiative_term") { terms.append($0.id.key[1]) }
        #expect(terms.contains("need-people") && terms.count == 2 && !terms.contains(own.text))
        #expect(try notes(on: adoption.record, in: berlin) == ["Vraag eerst de buren"])
        #expect(try berlin.store.brokenRules().isEmpty && berlin.store.count("contact") == 0 && berlin.store.count("place") == 0)
        // An ordinary edit: what was done can be undone, and none of Zuid's writers is known here.
        let writers = Set(try berlin.store.knowledge().values.flatMap { $0.ends.keys })
        #expect(writers.isDisjoint(with: try zuid.store.knowledge().values.flatMap { $0.ends.keys }))
        #expect(!writers.contains(PublicRows.writer(of: [])))
        let chain = try berlin.chain(of: adoption.record).links
        #expect(chain.map(\.relation) == [.adaptedFrom, .this] && chain[0].record == origin && !chain[0].isHere)
        #expect { try zuid.adopt(wanted, of: publication) } throws: { isEngine(.ownPublication)($0) }
        #expect { try publication.initiatives(named: ["bingo"]) } throws: { isEngine(.notInPublication)($0) }
    }

    @Test("Two laptops that take it over apart have the same rows and no conflict, and again changes nothing")
    func apart() throws {
        let scratch = try Scratch()
        let zuid = try found(scratch), berlin = try found(scratch, space: "Berlin", "berlin", seed: 5)
        let malmo = try join("malmo", seed: 6, admittedBy: berlin, scratch)
        try zuid.addBingo()
        let publication = try publish(zuid, scratch)
        let all = publication.rows(of: "initiative")
        let records = try [berlin, malmo].map { try $0.adopt(all, of: publication).map(\.record) }
        #expect(records[0] == records[1])
        try carry(berlin, malmo, scratch)
        try carry(malmo, berlin, scratch)
        try expectSame(berlin, malmo)
        #expect(try berlin.store.conflicts().isEmpty && berlin.store.count("initiative") == 1 && berlin.store.count("note") == 1)
        let before = try berlin.digest()
        let again = try berlin.adopt(all, of: publication)
        #expect(again[0].state == .known && again[0].addedCount == 0 && again[0].differences.isEmpty)
        #expect(try berlin.digest() == before)
    }

    @Test("Published anew: what is new comes, what was edited here stays until somebody takes it, what was deleted stays away")
    func anew() throws {
        let scratch = try Scratch()
        let zuid = try found(scratch), berlin = try found(scratch, space: "Berlin", "berlin", seed: 5)
        let origin = try zuid.addBingo()
        var publication = try publish(zuid, scratch)
        let own = try berlin.adopt(publication.rows(of: "initiative"), of: publication)[0].record
        try berlin.store.edit(own, [("name", .text("Balkon-Bingo Mitte")), ("description", .null)])
        var term: RecordID?
        try berlin.store.list("initiative_term") { term = $0.id }
        try berlin.store.delete(try #require(term))

        try zuid.store.edit(origin, [("lessons", .text("Neem twee megafoons mee"))])
        _ = try zuid.store.add("note", [("subject", .text(origin.text)), ("kind", .text("lesson")), ("body", .text("Zaterdag is drukker"))])
        publication = try publish(zuid, scratch)
        let wanted = publication.rows(of: "initiative")
        var adoption = try berlin.adopt(wanted, of: publication)[0]
        #expect(adoption.state == .known && adoption.added.map(\.table) == ["note"] && adoption.addedCount == 1)
        #expect(Set(adoption.differences.map(\.column)) == ["name", "description", "lessons"] && adoption.differences.allSatisfy { !$0.isTaken })
        #expect(try row(own, in: berlin)["lessons"] == .text("Neem een megafoon mee") && row(own, in: berlin)["description"] == .null)
        #expect(try notes(on: own, in: berlin) == ["Vraag eerst de buren", "Zaterdag is drukker"])
        #expect(try berlin.store.count("initiative_term") == 0)

        adoption = try berlin.adopt(wanted, of: publication, taking: ["lessons"])[0]
        #expect(adoption.differences.filter(\.isTaken).map(\.column) == ["lessons"])
        #expect(try row(own, in: berlin)["lessons"] == .text("Neem twee megafoons mee") && row(own, in: berlin)["name"] == .text("Balkon-Bingo Mitte"))
        _ = try berlin.adopt(wanted, of: publication, taking: ["all"])
        #expect(try row(own, in: berlin)["name"] == .text("Balkonbingo") && row(own, in: berlin)["description"] == .text("Bingo vanaf het balkon"))
        #expect(try row(own, in: berlin)["status"] == .text("idea"))

        try berlin.store.delete(own)
        let count = try berlin.store.count("note")
        #expect(try berlin.adopt(wanted, of: publication)[0].state == .deleted)
        #expect(try berlin.store.count("initiative") == 0 && berlin.store.count("note") == count)
    }

    @Test("What the adopter learned comes back as notes, once, and never as a second initiative")
    func back() throws {
        let scratch = try Scratch()
        let zuid = try found(scratch), berlin = try found(scratch, space: "Berlin", "berlin", seed: 5)
        let origin = try zuid.addBingo()
        let first = try publish(zuid, scratch)
        let own = try berlin.adopt(first.rows(of: "initiative"), of: first)[0].record
        try berlin.store.edit(own, [("lessons", .text("Neem een megafoon mee. Im Winter drinnen."))])
        _ = try berlin.store.add("note", [("subject", .text(own.text)), ("kind", .text("lesson")), ("title", .text("Kälte")), ("body", .text("Tee hilft"))])
        let second = try publish(berlin, scratch)
        for _ in 0..<2 {
            let returned = try zuid.adopt(second.rows(of: "initiative"), of: second)[0]
            #expect(returned.state == .returned && returned.record == origin)
            #expect(try notes(on: origin, in: zuid) == ["Neem een megafoon mee. Im Winter drinnen.", "Tee hilft", "Vraag eerst de buren"])
        }
        #expect(try zuid.store.count("initiative") == 1)
    }

    @Test("One initiative comes after another, and never after itself")
    func successors() throws {
        let scratch = try Scratch()
        let zuid = try found(scratch)
        let names = ["Soep", "Eettafel", "Buurtkeuken"]
        let rows = try names.map { try zuid.store.add("initiative", [("name", .text($0))]) }
        try zuid.succeed(rows[0], by: rows[1])
        try zuid.succeed(rows[1], by: rows[2])
        let chain = try zuid.chain(of: rows[1]).links
        #expect(chain.map(\.name) == names && chain.map(\.relation) == [.predecessor, .this, .successor])
        #expect { try zuid.succeed(rows[2], by: rows[0]) } throws: { isEngine(.successorLoop)($0) }
        #expect { try zuid.succeed(rows[2], by: rows[2]) } throws: { isEngine(.successorLoop)($0) }
        // SQL can close the loop: the chain ends all the same.
        try zuid.store.edit(rows[2], [("successor", .text(rows[0].text))])
        #expect(try zuid.chain(of: rows[0]).links.count == 3)
        try zuid.succeed(rows[2], by: nil)
        #expect(try zuid.chain(of: rows[2]).links.map(\.relation) == [.predecessor, .predecessor, .this])
    }
}

extension Value {
    fileprivate var string: String {
        if case .text(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { "" }
    }
}
