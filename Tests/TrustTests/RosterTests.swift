import CRDT
import Testing
import Trust
import Wire

/// A space from its founding: who is in, who holds which keys.
@Suite struct RosterTests {
    @Test func aFounderIsTheCoordinatorOfANewSpaceAndHoldsItsKeys() throws {
        let jan = try Laptop(founder: "Jan")
        #expect(jan.state.members.count == 1)
        #expect(jan.state.members[jan.id]?.role == .coordinator)
        #expect(jan.roster.collections == ["directory", "people"])
        #expect(jan.roster.label(of: jan.id, with: jan.ring) == "Jan")
        let space = try jan.roster.spaceDescription(with: jan.ring)
        #expect(space.name == "Zuid" && space.id == jan.roster.space && space.importSecret.count == 32)
        #expect(jan.ring.scopes == ["directory", "members", "people"])
        #expect(throws: WireError.self) { try jan.roster.spaceDescription(with: KeyRing()) }
    }

    @Test func aNewcomerOpensTheKeysOfItsCollectionsAndThePast() throws {
        let jan = try Laptop(founder: "Jan")
        try jan.sign { try $0.rotate(["people"]) }
        try jan.sign { try $0.rotate(["people"]) }
        let fatima = try jan.admit("Fatima")
        let partner = try jan.admit("Partner", as: .reader, collections: ["directory"])
        let server = try jan.admit("Server", as: .relay, collections: ["directory", "people"])
        #expect(fatima.ring.keys(of: "people").count == 3)
        #expect(fatima.isMember(fatima) && !fatima.isMember(server))
        #expect(partner.ring.scopes == ["directory", "members"])
        #expect(partner.roster.standing(of: partner.id, for: "people") == .notPermitted)
        #expect(partner.roster.standing(of: partner.id, for: "directory") == .notPermitted)
        #expect(server.ring.scopes == [])
        #expect(server.roster.label(of: jan.id, with: server.ring) == nil)
        #expect(jan.roster.label(of: server.id, with: partner.ring) == "Server")
        #expect(server.roster.standing(of: Laptop.keys("Nobody").identity.id, for: "people") == .unknown)
    }

    @Test func aRemovedDeviceDoesNotGetTheNextKey() throws {
        let jan = try Laptop(founder: "Jan")
        let fatima = try jan.admit("Fatima")
        let piet = try jan.admit("Piet")
        try jan.sign { try $0.revoke(fatima.id) }
        #expect(jan.roster.standing(of: fatima.id, for: "people") == .revoked)
        for scope in ["members", "directory", "people"] {
            #expect(!jan.state.needsRotation(scope) && jan.state.missingBoxes(scope).isEmpty)
        }
        try piet.meet(jan)
        try fatima.take(jan.roster.statements)
        #expect(piet.holdsCurrentKey(of: "people") && !fatima.holdsCurrentKey(of: "people"))
        #expect(piet.ring.keys(of: "people").count == 2 && fatima.ring.keys(of: "people").count == 1)
        #expect(throws: WireError(.notPermitted, in: "statement")) { try fatima.sign { try $0.label(fatima.id, "Back") } }
    }

    @Test func namesAndFactsTravel() throws {
        let jan = try Laptop(founder: "Jan")
        let fatima = try jan.admit("Fatima")
        let writer = Nonce(high: 1, low: 2)
        try fatima.sign { try $0.label(fatima.id, "Fatima's new laptop") }
        try fatima.sign { try $0.writers([.init(collection: "people", writer: writer)]) }
        try fatima.sign { try $0.writers([.init(collection: "people", writer: writer)]) }
        try fatima.sign { try $0.cut("people", .init(root: writer, last: 7)) }
        try jan.meet(fatima)
        let records = try ErasedRecords([.init(table: "contact", key: [1, 2]), .init(table: "contact", key: [1])])
        let erase = try jan.sign { try $0.erase("people", records) }
        try jan.meet(fatima)
        try fatima.sign { try $0.confirm(erase) }
        try jan.meet(fatima)
        #expect(jan.roster.label(of: fatima.id, with: jan.ring) == "Fatima's new laptop")
        #expect(jan.state.writers.mapValues(\.device) == [writer: fatima.id])
        #expect(jan.state.cuts == ["people": [.init(root: writer, last: 7)]])
        #expect(jan.state.confirmations == [erase[0]: [fatima.id]])
        #expect(try jan.state.erasures.map { try $0.erasure.open(with: fatima.ring) } == [records])
        #expect(jan.state.void.isEmpty && jan.roster.count == 7)
    }

    @Test func whoHasTheHeadsIsSentOnlyWhatIsNew() throws {
        let jan = try Laptop(founder: "Jan")
        let fatima = try jan.admit("Fatima")
        let heads = fatima.roster.heads
        #expect(jan.roster.statements(beyond: heads).isEmpty && jan.roster.contains(heads))
        try jan.sign { try $0.rotate(["people"]) }
        #expect(jan.roster.statements(beyond: heads).count == 1)
        #expect(!fatima.roster.contains(jan.roster.heads) && fatima.roster.digest != jan.roster.digest)
        #expect(jan.roster.statements(beyond: [StatementID(of: [1])]).count == 3)
    }
}
