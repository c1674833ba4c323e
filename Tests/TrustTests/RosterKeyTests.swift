import CRDT
import Crypto
import Testing
import Trust
import Wire

/// Keys, invites and the recovery key.
@Suite struct RosterKeyTests {
    // MARK: Keys

    @Test func rotationsInTwoHalvesBecomeOneCurrentKeyThatAllHold() throws {
        let jan = try Laptop(founder: "Jan")
        let bea = try jan.admit("Bea", as: .coordinator)
        let piet = try jan.admit("Piet")
        try bea.meet(jan)
        try jan.sign { try $0.rotate(["people"]) }
        try bea.sign { try $0.rotate(["people"]) }
        try jan.meet(bea)
        try piet.meet(bea)
        #expect(jan.state.epochs["people"]?.count == 3)
        for laptop in [jan, bea, piet] { #expect(laptop.ring.keys(of: "people").count == 3) }
        #expect(try jan.sign { try $0.tend() }.isEmpty)
        let fatima = try jan.admit("Fatima")
        #expect(fatima.ring.keys(of: "people").count == 3)
    }

    @Test func aDeviceAdmittedDuringARotationIsFoundAndGivenItsBox() throws {
        let jan = try Laptop(founder: "Jan")
        let bea = try jan.admit("Bea", as: .coordinator)
        try jan.sign { try $0.rotate(["people"]) }
        let fatima = try bea.admit("Fatima")
        try jan.meet(fatima)
        #expect(jan.state.missingBoxes("people") == [fatima.id] && jan.state.missingBoxes("directory").isEmpty)
        #expect(!fatima.holdsCurrentKey(of: "people"))
        #expect(try jan.sign { try $0.tend() }.count == 1)
        try fatima.meet(jan)
        #expect(jan.state.missingBoxes("people").isEmpty && fatima.holdsCurrentKey(of: "people"))
        #expect(try jan.sign { try $0.tend() }.isEmpty)
    }

    /// Not only the current key: what the other half sealed must be read as well.
    @Test func aKeyThatIsNotCurrentIsBoxedToo() throws {
        let jan = try Laptop(founder: "Jan")
        let bea = try jan.admit("Bea", as: .coordinator)
        try bea.meet(jan)
        try jan.sign { try $0.rotate(["people"]) }
        let fatima = try bea.admit("Fatima")
        try bea.sign { try $0.rotate(["people"]) }
        try jan.meet(bea)
        try fatima.meet(bea)
        #expect(fatima.holdsCurrentKey(of: "people") && fatima.ring.keys(of: "people").count == 2)
        try bea.sign { try $0.tend() }
        try fatima.meet(bea)
        #expect(fatima.ring.keys(of: "people").count == 3)
    }

    @Test func aRotationThatDidNotKnowOfARemovalIsPassedOverOrMadeAgain() throws {
        let jan = try Laptop(founder: "Jan")
        let bea = try jan.admit("Bea", as: .coordinator)
        let piet = try jan.admit("Piet")
        try bea.meet(piet)
        try jan.meet(piet)
        // Bea rotates twice, so that hers would rank higher, and boxes to Piet.
        for _ in 0..<4 { try bea.sign { try $0.rotate(["people"]) } }
        try jan.sign { try $0.revoke(piet.id) }
        try bea.meet(jan)
        try piet.take(bea.roster.statements)
        #expect(!piet.holdsCurrentKey(of: "people") && bea.holdsCurrentKey(of: "people"))
        #expect(!jan.state.needsRotation("people"))
        // Those above it are passed over: Bea's, which Piet has.
        let current = try #require(jan.state.currentEpoch(of: "people"))
        #expect(jan.state.epochs["people"]?.map(\.id).firstIndex(of: current.id) ?? 0 >= 2)
        // Piet goes by himself, and every key is tainted.
        let anna = try jan.admit("Anna")
        try anna.sign { try $0.revoke(anna.id) }
        try jan.meet(anna)
        #expect(jan.state.needsRotation("people"))
        try jan.sign { try $0.tend() }
        for laptop in [bea, anna] { try laptop.meet(jan) }
        #expect(!jan.state.needsRotation("people") && bea.holdsCurrentKey(of: "people") && !anna.holdsCurrentKey(of: "people"))
    }

    @Test func aBoxForAnotherOrWithAnotherKeyGivesNothing() throws {
        let jan = try Laptop(founder: "Jan")
        let piet = try jan.admit("Piet")
        let key = EpochKey([UInt8](repeating: 7, count: 32))!
        let other = EpochKey([UInt8](repeating: 8, count: 32))!
        func gift(_ scope: String, _ epoch: EpochID, _ boxes: KeyBoxes) throws {
            let gift = Statement.KeyGift(scope: scope, epochs: [epoch], recipients: [piet.id], boxes: boxes.name)
            let statement = Statement(
                space: jan.roster.space, signer: piet.id, timeMilliseconds: 0, parents: piet.roster.heads, content: .box(gift))
            try piet.take([try statement.signed(with: piet.keys, boxes: boxes)])
        }
        var forJan = KeyBoxes(), forPiet = KeyBoxes(), elsewhere = KeyBoxes()
        forJan.seal([key], to: jan.keys.identity, space: jan.roster.space)
        forPiet.seal([key], to: piet.keys.identity, space: jan.roster.space)
        elsewhere.seal([key], to: piet.keys.identity, space: .zero)
        try gift("people", key.id, KeyBoxes([piet.id: forJan.byRecipient[jan.id] ?? []]))
        try gift("people", key.id, elsewhere)
        // A key is what it is, whatever the statement says of it.
        try gift("people", other.id, forPiet)
        #expect(piet.ring.keys(of: "people").count == 1)
        try gift("directory", key.id, forPiet)
        #expect(piet.ring.key(key.id, of: "directory") == key && piet.ring.key(key.id, of: "people") == nil)
    }

    /// A key that a void rotation brought opens what was sealed under it, but nothing new is sealed under it.
    @Test func aKeyOfTheRemovedIsNotCurrentAndStillOpens() throws {
        let jan = try Laptop(founder: "Jan")
        let eve = try jan.admit("Eve", as: .coordinator)
        try jan.sign { try $0.revoke(eve.id) }
        try eve.sign { try $0.rotate(["people"]) }
        let eves = try #require(eve.state.currentEpoch(of: "people"))
        try jan.take(eve.roster.statements)
        #expect(jan.ring.key(eves.id, of: "people") != nil)
        #expect(jan.state.epochs["people"]?.contains { $0.id == eves.id } == false)
    }

    // MARK: Invites

    private static let code = try? Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 3, count: 32))

    private func use(_ invite: StatementID, by name: String) throws -> Statement.InviteUse {
        let identity = Laptop.keys(name).identity
        let code = try #require(RosterKeyTests.code)
        return .init(invite: invite, signature: try Signing.sign(Statement.InviteUse.message(identity), as: .invite, with: code))
    }

    private func admit(_ name: String, by laptop: Laptop, use: Statement.InviteUse, as role: Role = .member) throws {
        try laptop.sign { try $0.admit(Laptop.keys(name).identity, as: role, collections: ["people"], label: name, use: use) }
    }

    private func invite(_ laptop: Laptop, mostUses: Int = 1) throws -> StatementID {
        let key = Array(try #require(RosterKeyTests.code).publicKey.rawRepresentation)
        return try laptop.sign { try $0.invite(publicKey: key, role: .member, collections: ["people"], mostUses: mostUses) }[0]
    }

    private func isIn(_ name: String, _ laptop: Laptop) -> Bool {
        laptop.roster.standing(of: Laptop.keys(name).identity.id, for: "people") == .member
    }

    @Test func anInviteIsGoodForAsManyAsItSays() throws {
        let jan = try Laptop(founder: "Jan")
        let invite = try invite(jan, mostUses: 2)
        #expect(jan.state.invites[invite]?.isOpen == true)
        for name in ["Anna", "Anna", "Bert", "Carl"] { try admit(name, by: jan, use: try use(invite, by: name)) }
        #expect(isIn("Anna", jan) && isIn("Bert", jan) && !isIn("Carl", jan))
        #expect(jan.state.invites[invite]?.usedBy.count == 2 && jan.state.invites[invite]?.isOpen == false)
    }

    @Test func twoCoordinatorsAtOnceLetOneInAndTheKeysAreRotated() throws {
        let jan = try Laptop(founder: "Jan")
        let bea = try jan.admit("Bea", as: .coordinator)
        let invite = try invite(jan)
        try bea.meet(jan)
        try admit("Anna", by: jan, use: try use(invite, by: "Anna"))
        try admit("Bert", by: bea, use: try use(invite, by: "Bert"))
        #expect(isIn("Anna", jan) && isIn("Bert", bea))
        try jan.meet(bea)
        #expect(isIn("Anna", jan) != isIn("Bert", jan))
        #expect(jan.state.needsRotation("people") && jan.state.needsRotation("members"))
        try jan.sign { try $0.tend() }
        let left = Laptop(isIn("Anna", jan) ? "Bert" : "Anna", from: jan)
        #expect(!jan.state.needsRotation("people") && !left.holdsCurrentKey(of: "people") && left.ring.keys(of: "people").count == 1)
    }

    @Test func aWithdrawnInviteLetsNobodyIn() throws {
        let jan = try Laptop(founder: "Jan")
        let bea = try jan.admit("Bea", as: .coordinator)
        let invite = try invite(jan, mostUses: 5)
        try bea.meet(jan)
        try jan.sign { try $0.withdraw(invite) }
        #expect(jan.state.invites[invite]?.isOpen == false)
        // Bea has not heard of it, so hers stands.
        try admit("Anna", by: bea, use: try use(invite, by: "Anna"))
        try admit("Bert", by: jan, use: try use(invite, by: "Bert"))
        try jan.meet(bea)
        #expect(isIn("Anna", jan) && !isIn("Bert", jan))
    }

    @Test func aUseThatDoesNotFitItsInviteIsVoid() throws {
        let jan = try Laptop(founder: "Jan")
        let invite = try invite(jan, mostUses: 5)
        try admit("Anna", by: jan, use: try use(invite, by: "Bert"))
        try admit("Bert", by: jan, use: try use(invite, by: "Bert"), as: .coordinator)
        try admit("Carl", by: jan, use: try use(StatementID(of: []), by: "Carl"))
        try admit("Dora", by: jan, use: try use(jan.roster.heads[0], by: "Dora"))
        for name in ["Anna", "Bert", "Carl", "Dora"] { #expect(!isIn(name, jan)) }
        #expect(jan.state.invites[invite]?.usedBy.isEmpty == true)
    }

    @Test func aRemovedCoordinatorsInviteIsNotOpen() throws {
        let jan = try Laptop(founder: "Jan")
        let bea = try jan.admit("Bea", as: .coordinator)
        let invite = try invite(bea)
        try jan.meet(bea)
        try jan.sign { try $0.revoke(bea.id) }
        #expect(jan.state.invites[invite]?.isOpen == false && jan.state.invites[invite]?.issuerIsRemoved == true)
    }

    // MARK: Recovery

    @Test func theRecoveryKeyAdmitsANewCoordinatorWhoOpensEverything() throws {
        let jan = try Laptop(founder: "Jan")
        let piet = try jan.admit("Piet")
        let words = Laptop.keys("twelve words")
        try jan.sign { try $0.admitRecovery(words.identity) }
        try jan.sign { try $0.rotate(["people"]) }
        try piet.meet(jan)
        // Jan's laptop is gone. Piet has the roster and finds the words.
        let paper = Laptop("paper", keys: words, from: piet)
        for role in [Role.member, .reader, .relay, .recovery] {
            #expect(throws: WireError(.notPermitted, in: "statement")) {
                try paper.sign { try $0.admit(piet.keys.identity, as: role, collections: ["people"], label: "Piet") }
            }
        }
        #expect(throws: WireError(.notPermitted, in: "statement")) { try paper.sign { try $0.revoke(jan.id) } }
        try paper.sign { try $0.admit(piet.keys.identity, as: .coordinator, collections: $0.roster.collections, label: "Piet") }
        let anna = try paper.admit("Anna", as: .coordinator)
        try piet.meet(anna)
        #expect(anna.ring.keys(of: "people").count == 2 && anna.state.missingBoxes("people").isEmpty)
        try piet.sign { try $0.revoke(jan.id) }
        try anna.meet(piet)
        #expect(anna.state.removed == [jan.id] && anna.isMember(piet) && anna.holdsCurrentKey(of: "people"))
        #expect(paper.roster.standing(of: paper.id, for: "people") == .notPermitted)
    }
}
