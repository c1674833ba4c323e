import CRDT
import Testing
import Trust
import Wire

/// Removals, and what goes on at the same time elsewhere.
@Suite struct RosterRemovalTests {
    /// Jan, Bea and Eve are coordinators, Piet is a member; all know of each other.
    private struct Team {
        let jan: Laptop, bea: Laptop, eve: Laptop, piet: Laptop
        var all: [Laptop] { [jan, bea, eve, piet] }

        init() throws {
            jan = try Laptop(founder: "Jan")
            bea = try jan.admit("Bea", as: .coordinator)
            eve = try jan.admit("Eve", as: .coordinator)
            piet = try jan.admit("Piet")
            for laptop in [bea, eve] { try laptop.meet(jan) }
        }

        func meet() throws {
            for _ in 0..<2 { for laptop in all.dropFirst() { try laptop.meet(jan) } }
        }
    }

    @Test func whoIsAdmittedByTheRemovedAtTheSameTimeIsNotIn() throws {
        let team = try Team()
        let mallory = try team.eve.admit("Mallory", as: .coordinator)
        let accomplice = try mallory.admit("Accomplice")
        try team.jan.sign { try $0.revoke(team.eve.id) }
        try team.jan.meet(accomplice)
        try team.meet()
        for laptop in team.all {
            #expect(laptop.roster.standing(of: team.eve.id, for: "people") == .revoked)
            #expect(laptop.roster.standing(of: mallory.id, for: "people") == .unknown)
            #expect(laptop.roster.standing(of: accomplice.id, for: "people") == .unknown)
        }
        try mallory.take(team.jan.roster.statements)
        #expect(team.piet.holdsCurrentKey(of: "people") && !mallory.holdsCurrentKey(of: "people"))
        // Mallory did nothing wrong: another coordinator may admit the same laptop.
        try team.bea.sign { try $0.admit(mallory.keys.identity, as: .member, collections: ["people"], label: "Mallory") }
        #expect(team.bea.isMember(mallory))
    }

    @Test func whoIsAdmittedAndRemovedAtTheSameTimeIsRemoved() throws {
        let team = try Team()
        try team.bea.sign { try $0.admit(team.piet.keys.identity, as: .reader, collections: ["people"], label: "Piet") }
        try team.jan.sign { try $0.revoke(team.piet.id) }
        try team.meet()
        #expect(team.bea.roster.standing(of: team.piet.id, for: "people") == .revoked)
    }

    @Test func twoCoordinatorsWhoRemoveEachOtherAreBothRemoved() throws {
        let team = try Team()
        try team.jan.sign { try $0.revoke(team.bea.id) }
        try team.bea.sign { try $0.revoke(team.jan.id) }
        // What one of them does to bystanders at the same time does not stand.
        try team.bea.sign { try $0.revoke(team.piet.id) }
        try team.meet()
        #expect(team.eve.state.removed == [team.jan.id, team.bea.id])
        #expect(team.eve.isMember(team.piet))
        // The key that Bea made is not Jan's, and the other way round; a coordinator who is left makes one for neither.
        #expect(team.eve.state.needsRotation("people"))
        try team.eve.sign { try $0.tend() }
        try team.piet.meet(team.eve)
        try team.bea.take(team.eve.roster.statements)
        #expect(!team.eve.state.needsRotation("people") && team.piet.holdsCurrentKey(of: "people"))
        #expect(!team.bea.holdsCurrentKey(of: "people"))
    }

    @Test func aRingOfThreeRemovesAllThreeAndNobodyElse() throws {
        let team = try Team()
        let dirk = try team.jan.admit("Dirk", as: .coordinator)
        try team.meet()
        let ring = [team.jan, team.bea, team.eve]
        for (index, laptop) in ring.enumerated() { try laptop.sign { try $0.revoke(ring[(index + 1) % 3].id) } }
        try team.eve.sign { try $0.revoke(dirk.id) }
        try team.meet()
        try dirk.meet(team.jan)
        #expect(dirk.state.removed == Set(ring.map(\.id)))
        #expect(dirk.isMember(dirk))
    }

    @Test func aRemovalByTheRemovedDoesNotStandUnlessItCameFirst() throws {
        let team = try Team()
        try team.jan.sign { try $0.revoke(team.bea.id) }
        try team.bea.sign { try $0.revoke(team.piet.id) }
        try team.meet()
        #expect(team.jan.state.removed == [team.bea.id] && team.jan.isMember(team.piet))
        let other = try Team()
        try other.bea.sign { try $0.revoke(other.piet.id) }
        try other.jan.meet(other.bea)
        try other.jan.sign { try $0.revoke(other.bea.id) }
        #expect(other.jan.state.removed == [other.bea.id, other.piet.id])
    }

    /// Bea knew that Jan had removed her, and removes him all the same.
    @Test func revengeIsTooLate() throws {
        let team = try Team()
        try team.jan.sign { try $0.revoke(team.bea.id) }
        try team.meet()
        let revenge = try team.bea.force(.revoke(team.jan.id))
        try team.meet()
        #expect(!team.jan.counts(revenge) && team.jan.isMember(team.jan))
    }

    /// A removal that does not stand binds nobody, not even who has heard of it.
    @Test func whoWasRemovedInVainGoesOn() throws {
        let team = try Team()
        try team.eve.sign { try $0.revoke(team.piet.id) }
        try team.piet.meet(team.eve)
        #expect(!team.piet.isMember(team.piet))
        try team.jan.sign { try $0.revoke(team.eve.id) }
        try team.meet()
        #expect(team.piet.isMember(team.piet))
        let claim = try team.piet.sign { try $0.writers([.init(collection: "people", writer: Nonce(high: 3, low: 3))]) }
        try team.piet.sign { try $0.cut("people", .init(root: Nonce(high: 3, low: 3), last: 1)) }
        #expect(team.piet.counts(claim[0]))
        #expect(team.piet.state.cuts["people"]?.count == 1)
        try team.jan.sign { try $0.tend() }
        try team.piet.meet(team.jan)
        #expect(team.piet.holdsCurrentKey(of: "people") && team.piet.holdsCurrentKey(of: "members"))
    }

    @Test func theRemovedWritesOnOfflineAndItCountsForNothingButEraseAndCut() throws {
        let team = try Team()
        try team.jan.sign { try $0.revoke(team.eve.id) }
        let writer = Nonce(high: 9, low: 9)
        var void = try team.eve.sign { try $0.admit(Laptop.keys("Mallory").identity, as: .member, collections: ["people"], label: "M") }
        void += try team.eve.sign { try $0.rotate(["people"]) }
        void += try team.eve.sign { try $0.label(team.piet.id, "Thief") }
        void += try team.eve.sign { try $0.writers([.init(collection: "people", writer: writer)]) }
        void += try team.eve.sign { try $0.revoke(team.piet.id) }
        let cut = try team.eve.sign { try $0.cut("people", .init(root: writer, last: 3)) }
        let erase = try team.eve.sign { try $0.erase("people", try ErasedRecords([.init(table: "contact", key: [1])])) }
        try team.meet()
        for id in void { #expect(!team.jan.counts(id)) }
        #expect(team.jan.counts(cut[0]) && team.jan.counts(erase[0]))
        #expect(team.jan.state.erasures.count == 1 && team.jan.state.cuts["people"]?.count == 1)
        #expect(team.jan.roster.label(of: team.piet.id, with: team.jan.ring) == "Piet")
        #expect(!team.jan.state.needsRotation("people") && team.piet.holdsCurrentKey(of: "people"))
    }

    /// Once she knows of her removal she may choose older parents, or these. Older ones are judged like writing offline.
    @Test func backDatedStatementsCountForNothing() throws {
        let team = try Team()
        let before = team.eve.roster.heads
        try team.jan.sign { try $0.revoke(team.eve.id) }
        try team.meet()
        let honest = [
            try team.eve.force(team.eve.rawAdmission(Laptop.keys("Mallory").identity)), try team.eve.force(Samples.erasure()),
            try team.eve.force(.cut(collection: "people", .init(root: .zero, last: 1))),
        ]
        let dated = [
            try team.eve.force(team.eve.rawAdmission(Laptop.keys("Mallory").identity), parents: before),
            try team.eve.force(.label(team.jan.id, Samples.label), parents: before),
            try team.eve.force(.revoke(team.piet.id), parents: before),
        ]
        let erase = try team.eve.force(Samples.erasure(), parents: before)
        try team.meet()
        for id in honest + dated { #expect(!team.jan.counts(id)) }
        #expect(team.jan.counts(erase))
        #expect(team.jan.isMember(team.piet))
    }

    @Test func theRemovedComesBackOnlyWithNewKeys() throws {
        let team = try Team()
        try team.jan.sign { try $0.revoke(team.piet.id) }
        #expect(throws: WireError(.notPermitted, in: "statement")) {
            try team.jan.sign { try $0.admit(team.piet.keys.identity, as: .member, collections: ["people"], label: "Piet") }
        }
        try team.jan.force(team.jan.rawAdmission(team.piet.keys.identity))
        #expect(team.jan.roster.standing(of: team.piet.id, for: "people") == .revoked)
        let again = try team.jan.admit("Piet", keys: Laptop.keys("Piet's second keys"))
        #expect(team.jan.isMember(again) && again.holdsCurrentKey(of: "people") && again.ring.keys(of: "people").count == 2)
    }

    @Test func whoLeavesIsGoneAndACoordinatorRotates() throws {
        let team = try Team()
        #expect(try team.piet.sign { try $0.revoke(team.piet.id) }.count == 1)
        #expect(throws: WireError(.notPermitted, in: "statement")) { try team.bea.sign { try $0.revoke(Nonce(high: 5, low: 5)) } }
        try team.meet()
        #expect(team.jan.state.needsRotation("people") && team.jan.roster.standing(of: team.piet.id, for: "people") == .revoked)
        #expect(try team.bea.sign { try $0.tend() }.count == 1)
        #expect(try team.bea.sign { try $0.tend() }.isEmpty)
        try team.meet()
        #expect(!team.jan.state.needsRotation("people") && !team.piet.holdsCurrentKey(of: "people"))
    }

    @Test func aMemberMayNotDoWhatCoordinatorsDo() throws {
        let team = try Team()
        let reader = try team.jan.admit("Reader", as: .reader)
        try team.meet()
        let identity = Laptop.keys("Mallory").identity
        let forMembers: [(inout RosterAuthor) throws -> [[UInt8]]] = [
            { try $0.admit(identity, as: .member, collections: ["people"], label: "M") }, { try $0.admitRecovery(identity) },
            { try $0.revoke(team.jan.id) }, { try $0.rotate(["people"]) }, { try $0.label(team.jan.id, "J") },
            { try $0.invite(publicKey: identity.signingKey, role: .member, collections: ["people"], mostUses: 1) },
            { try $0.withdraw(StatementID(of: [])) },
            { try $0.erase("people", try ErasedRecords([.init(table: "contact", key: [1])])) },
        ]
        for (index, verb) in forMembers.enumerated() {
            #expect(throws: WireError(.notPermitted, in: "statement"), "verb \(index)") { try team.piet.sign(verb) }
        }
        let forReaders: [(inout RosterAuthor) throws -> [[UInt8]]] = [
            { try $0.writers([.init(collection: "people", writer: .zero)]) }, { try $0.cut("people", .init(root: .zero, last: 1)) },
        ]
        for (index, verb) in (forMembers + forReaders).enumerated() {
            #expect(throws: WireError(.notPermitted, in: "statement"), "verb \(index)") { try reader.sign(verb) }
        }
        #expect(try team.piet.sign { try $0.tend() }.isEmpty)
        // Signed all the same, it stands in nobody's roster.
        for content: Statement.Content in [
            team.piet.rawAdmission(identity), .revoke(team.jan.id), .label(team.jan.id, Samples.label), Samples.erasure(),
            .rotate(.init(keys: ["people": Samples.newKey(.zero)], boxes: Samples.boxes)),
            .invite(.init(publicKey: identity.signingKey, role: .member, collections: [], mostUses: 1)),
            .writer([.init(collection: "elsewhere", writer: .zero)]), .cut(collection: "elsewhere", .init(root: .zero, last: 1)),
        ] {
            #expect(throws: WireError(.notPermitted, in: "statement")) { try team.piet.force(content) }
        }
    }

    /// A change of role binds what comes after it.
    @Test func whoIsMadeAReaderStopsWriting() throws {
        let team = try Team()
        try team.jan.sign { try $0.admit(team.bea.keys.identity, as: .reader, collections: ["directory"], label: "Bea") }
        let offline = try team.bea.sign { try $0.writers([.init(collection: "people", writer: Nonce(high: 1, low: 1))]) }
        try team.meet()
        #expect(team.jan.counts(offline[0]))
        // An older grant of hers lets her write, so it stands; the newer one does not, so it does not count.
        #expect(!team.bea.counts(try team.bea.force(.writer([.init(collection: "people", writer: Nonce(high: 2, low: 2))]))))
        #expect(team.jan.roster.standing(of: team.bea.id, for: "directory") == .notPermitted)
        #expect(team.jan.state.needsRotation("people") && !team.jan.state.needsRotation("directory"))
    }
}
