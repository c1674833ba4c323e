import CRDT
import Testing
import Trust
import Wire

/// One device cannot fill the roster.
@Suite struct RosterBudgetTests {
    /// Labels by one who is no coordinator, each with the one before as its parent, or all at once.
    private func flood(_ laptop: Laptop, count: Int, isChain: Bool) throws -> [[UInt8]] {
        let heads = laptop.roster.heads
        var last = heads
        return try (0..<count).map { number in
            let label = SealedLabel(epoch: Nonce(high: 9, low: UInt64(number)), sealed: Samples.label.sealed)
            let made = try laptop.raw(.label(laptop.id, label), parents: isChain ? last : heads)
            last = [StatementID(of: made)]
            return made
        }
    }

    @Test(arguments: [true, false]) func aReadersLabelsStopAtItsBudgetAndACoordinatorGoesOn(isChain: Bool) throws {
        let jan = try Laptop(founder: "Jan")
        let eve = try jan.admit("Eve", as: .reader, collections: ["directory"])
        try jan.take(try flood(eve, count: 500, isChain: isChain))
        #expect(jan.roster.count == 2 + Limits.signerLabelCount)
        #expect(jan.roster.fullSigners == [eve.id])
        // In whatever portions they come.
        let bea = Laptop("Bea", from: jan)
        for made in try flood(eve, count: 300, isChain: isChain) { try bea.take([made]) }
        #expect(bea.roster.count == 2 + Limits.signerLabelCount)
        let piet = try jan.admit("Piet")
        try jan.sign { try $0.revoke(eve.id) }
        #expect(jan.state.removed == [eve.id] && jan.isMember(piet))
        try jan.sign { try $0.erase("people", try ErasedRecords([.init(table: "contact", key: [1])])) }
        #expect(jan.state.erasures.count == 1)
        // A second label of a device that has room is no trouble.
        try piet.sign { try $0.label(piet.id, "Piet's") }
        #expect(piet.roster.label(of: piet.id, with: piet.ring) == "Piet's")
    }

    /// Two that have taken in different ones of too many: a coordinator's statement that builds on some is taken with them.
    @Test func whatACoordinatorBuildsOnIsTakenThoughItIsTooMuch() throws {
        let jan = try Laptop(founder: "Jan")
        let eve = try jan.admit("Eve", as: .member)
        let bea = try jan.admit("Bea", as: .coordinator)
        try eve.meet(jan)
        let labels = try flood(eve, count: 200, isChain: false)
        try jan.take(Array(labels.prefix(100)))
        try bea.take(Array(labels.suffix(100)))
        #expect(Set(jan.roster.heads).isDisjoint(with: bea.roster.heads))
        try jan.sign { try $0.revoke(eve.id) }
        try bea.take(jan.roster.statements)
        #expect(bea.state.removed == [eve.id])
        try bea.sign { try $0.rotate(["people"]) }
        try jan.take(bea.roster.statements)
        #expect(jan.holdsCurrentKey(of: "people") && jan.state.currentEpoch(of: "people") == bea.state.currentEpoch(of: "people"))
    }

    @Test func cutsStopAtTheirBudgetAndTheRestIsFast() throws {
        let jan = try Laptop(founder: "Jan")
        let eve = try jan.admit("Eve")
        var last = eve.roster.heads
        let cuts = try (1...1_199).map { number in
            let made = try eve.raw(.cut(collection: "people", .init(root: Nonce(high: 1, low: 1), last: UInt32(number))), parents: last)
            last = [StatementID(of: made)]
            return made
        }
        try jan.take(cuts)
        #expect(jan.state.cuts["people"]?.count == Limits.signerCutCount)
        // Its own program signs no more either, and says nothing of it: a cut is found again by whoever meets the copies.
        for cut in cuts.prefix(Limits.signerCutCount) { try eve.take([cut]) }
        #expect(try eve.sign { try $0.cut("people", .init(root: Nonce(high: 1, low: 1), last: 9_999)) }.isEmpty)
    }

    /// Statements of people whom a member has "admitted" stand nowhere, nor do the admissions.
    @Test func whatCanNeverCountStandsNowhere() throws {
        let jan = try Laptop(founder: "Jan")
        let eve = try jan.admit("Eve")
        let puppet = Laptop.keys("puppet")
        let admission = try eve.raw(eve.rawAdmission(puppet.identity))
        let puppets = try eve.raw(.revoke(puppet.identity.id), parents: [StatementID(of: admission)], by: puppet)
        #expect(throws: WireError(.notPermitted, in: "statement")) { try jan.take([admission]) }
        #expect(throws: WireError(.notPermitted, in: "statement")) { try jan.take([puppets, admission]) }
        #expect(jan.roster.count == 2 && jan.roster.pendingCount == 0)
        // One that waited is dropped.
        var young = try Trust.Roster(genesis: jan.roster.statements[0])
        try young.add([admission])
        #expect(young.pendingCount == 1)
        try young.add(jan.roster.statements)
        #expect(young.pendingCount == 0 && young.digest == jan.roster.digest)
    }

    @Test func aDevicesOwn65thLabelIsTooLarge() throws {
        let jan = try Laptop(founder: "Jan")
        let eve = try jan.admit("Eve", as: .reader)
        for number in 0..<Limits.signerLabelCount { try eve.sign { try $0.label(eve.id, "\(number)") } }
        #expect(throws: WireError(.tooLarge, in: "statements of this device")) { try eve.sign { try $0.label(eve.id, "again") } }
        try jan.meet(eve)
        // A coordinator names it.
        try jan.sign { try $0.label(eve.id, "Eve's") }
        #expect(jan.roster.label(of: eve.id, with: jan.ring) == "Eve's")
    }
}
