import CRDT
import Testing
import Trust
import Wire

/// Statements as they come: doubled, out of order, damaged, forged, of other spaces.
@Suite struct RosterInputTests {
    struct Scene {
        let jan: Laptop, bea: Laptop
        var statements: [[UInt8]] { jan.roster.statements }

        /// A space with every kind of statement.
        init() throws {
            jan = try Laptop(founder: "Jan")
            bea = try jan.admit("Bea", as: .coordinator)
            try bea.sign { try $0.rotate(["people"]) }
            let piet = try jan.admit("Piet")
            try bea.meet(jan)
            try bea.sign { try $0.tend() }
            let invite = try bea.sign {
                try $0.invite(publicKey: Laptop.keys("code").identity.signingKey, role: .member, collections: ["people"], mostUses: 2)
            }
            let use = Statement.InviteUse(
                invite: invite[0],
                signature: try Laptop.keys("code").sign(Statement.InviteUse.message(Laptop.keys("Anna").identity), as: .invite))
            try bea.sign { try $0.admit(Laptop.keys("Anna").identity, as: .member, collections: ["people"], label: "Anna", use: use) }
            try bea.sign { try $0.withdraw(invite[0]) }
            try bea.sign { try $0.writers([.init(collection: "people", writer: Nonce(high: 1, low: 1))]) }
            try bea.sign { try $0.cut("people", .init(root: Nonce(high: 1, low: 1), last: 300)) }
            let erase = try bea.sign { try $0.erase("people", try ErasedRecords([.init(table: "contact", key: [1])])) }
            try bea.sign { try $0.confirm(erase) }
            try bea.sign { try $0.label(piet.id, "Piet's laptop") }
            try bea.sign { try $0.revoke(piet.id) }
            try jan.meet(bea)
        }
    }

    @Test func everyKindIsReadBackAsItWasWritten() throws {
        let scene = try Scene()
        var kinds: Set<UInt8> = []
        for encoded in scene.statements {
            let statement = try Statement(encoded: encoded)
            let signed = try StatedBytes.split(encoded).statement
            #expect(statement.encodedBody == signed.dropLast(64))
            kinds.insert(signed[40 + statement.parents.count * 32])
        }
        // A byte of format, 16 of space and signer each, 6 of time, 1 of the parents' count.
        #expect(kinds == Set(1...12))
    }

    @Test func orderAndRepetitionDoNotMatter() throws {
        let scene = try Scene()
        let (first, rest) = (scene.statements[0], Array(scene.statements.dropFirst()))
        var roster = try Trust.Roster(genesis: first)
        for encoded in rest.reversed().dropLast() {
            #expect(try roster.add([encoded, encoded]).isEmpty)
            #expect(try roster.add([encoded, first]).isEmpty)
        }
        #expect(roster.count == 1 && roster.pendingCount == rest.count - 1)
        #expect(try roster.add([rest[0]]).count == rest.count)
        #expect(roster.pendingCount == 0 && roster.digest == scene.jan.roster.digest && roster.state == scene.jan.state)
        #expect(roster.statements == scene.statements)
        #expect(try Trust.Roster(statements: scene.statements.reversed()).state == scene.jan.state)
        #expect(try Trust.Roster(statements: scene.statements, verifying: false).state == scene.jan.state)
    }

    @Test func anOldRosterChangesNothing() throws {
        let scene = try Scene()
        for count in scene.statements.indices {
            var roster = scene.jan.roster
            #expect(try roster.add(Array(scene.statements.prefix(count))).isEmpty)
            #expect(roster.digest == scene.jan.roster.digest)
        }
    }

    /// A coordinator tells two halves different things.
    @Test func aForkedRosterEndsTheSameForAll() throws {
        let jan = try Laptop(founder: "Jan")
        let eve = try jan.admit("Eve", as: .coordinator)
        let (anna, bert) = (try jan.admit("Anna"), try jan.admit("Bert"))
        for laptop in [eve, anna] { try laptop.meet(jan) }
        let heads = eve.roster.heads
        try anna.take([try eve.raw(.revoke(bert.id), parents: heads), try eve.raw(.label(jan.id, Samples.label), parents: heads)])
        try bert.take([try eve.raw(.revoke(anna.id), parents: heads), try eve.raw(eve.rawAdmission(anna.keys.identity, as: .coordinator), parents: heads)])
        #expect(anna.state != bert.state)
        try anna.meet(bert)
        #expect(anna.state.removed == [anna.id, bert.id])
        try jan.sign { try $0.revoke(eve.id) }
        try jan.meet(anna)
        try bert.meet(anna)
        #expect(anna.state.removed == [eve.id] && bert.isMember(anna) && bert.isMember(bert))
    }

    @Test func whatIsNotOfThisSpaceIsRefused() throws {
        let scene = try Scene()
        let other = try Laptop(founder: "Jan", seed: 2)
        #expect(other.roster.space != scene.jan.roster.space)
        var roster = scene.jan.roster
        for encoded in [other.roster.statements[0], try other.raw(.revoke(scene.bea.id))] {
            #expect(throws: WireError(.otherSpace, in: "statement")) { try roster.add([encoded]) }
        }
        #expect(throws: WireError(.otherSpace, in: "statement")) {
            try Trust.Roster(statements: scene.statements + other.roster.statements)
        }
        #expect(throws: WireError(.malformed, in: "roster")) { try Trust.Roster(statements: Array(scene.statements.dropFirst())) }
        #expect(throws: WireError(.malformed, in: "roster")) { try Trust.Roster(genesis: scene.statements[1]) }
    }

    @Test func aForgedSignatureIsRefusedAndNothingOfItsListIsTaken() throws {
        let scene = try Scene()
        var roster = scene.jan.roster
        let good = try scene.jan.raw(.revoke(scene.bea.id))
        // Eve signs what says that Jan did.
        let forged = try Statement(encoded: scene.jan.raw(.revoke(scene.jan.id))).signed(with: Laptop.keys("Eve"))
        #expect(throws: WireError(.badSignature, in: "statement")) { try roster.add([good, forged]) }
        #expect(roster.digest == scene.jan.roster.digest && roster.pendingCount == 0)
        // A statement whose signature could not be checked when it came is dropped when it can.
        var young = try Trust.Roster(genesis: scene.statements[0])
        try young.add([forged])
        #expect(young.pendingCount == 1)
        try young.add(scene.statements)
        #expect(young.pendingCount == 0 && young.digest == scene.jan.roster.digest)
    }

    @Test func anUnknownSignerWaitsUntilItsKeysAreKnown() throws {
        let jan = try Laptop(founder: "Jan")
        let mallory = Laptop("Mallory", from: jan)
        let early = try mallory.raw(.label(mallory.id, Samples.label))
        try jan.take([early])
        #expect(jan.roster.count == 1 && jan.roster.pendingCount == 1)
        try jan.sign { try $0.admit(mallory.keys.identity, as: .member, collections: ["people"], label: "Mallory") }
        // It came before the admission, so it can never count: it is dropped.
        #expect(jan.roster.count == 2 && jan.roster.pendingCount == 0)
        #expect(jan.roster.label(of: mallory.id, with: jan.ring) == "Mallory")
    }

    @Test func limitsAreKept() throws {
        let jan = try Laptop(founder: "Jan")
        func parents(_ count: Int) -> [StatementID] { (0..<count).map { StatementID(of: [UInt8($0)]) } }
        try jan.take([try jan.raw(.revoke(.zero), parents: parents(64))])
        #expect(jan.roster.pendingCount == 1)
        let tooMany = try jan.raw(.revoke(.zero), parents: parents(65))
        #expect(throws: (any Error).self) { try jan.take([tooMany]) }
        #expect(code { try Statement(encoded: tooMany) } == .tooLarge)
        #expect(code { try Statement(encoded: [UInt8](repeating: 1, count: Limits.statementByteCount + 1)) } == .tooLarge)
        #expect(code { try Statement(encoded: [UInt8](repeating: 1, count: 63)) } == .truncated)
        let epochs = { (count: Int) in (0..<count).map { Nonce(high: 0, low: UInt64($0)) } }
        #expect(code { try Statement(encoded: try jan.raw(Samples.gift(epochs(1_024), to: [jan.id]))) } == nil)
        #expect(code { try Statement(encoded: try jan.raw(Samples.gift(epochs(1_025), to: [jan.id]))) } == .tooLarge)
        #expect(code { try Statement(encoded: try jan.raw(Samples.gift([.zero], to: epochs(4_096)))) } == nil)
        #expect(code { try Statement(encoded: try jan.raw(Samples.gift([.zero], to: epochs(4_097)))) } == .tooLarge)
        for (uses, expected) in [(0, WireError.Code.malformed), (1, nil), (1_000, nil), (1_001, .tooLarge)] {
            let key = jan.keys.identity.signingKey
            let invite = Statement.Invite(publicKey: key, role: .member, collections: [], mostUses: uses)
            #expect(code { try Statement(encoded: try jan.raw(.invite(invite))) } == expected)
        }
        let records = { (count: Int) in (0..<count).map { ErasedRecords.Record(table: "t", key: [UInt8($0 & 255), UInt8($0 >> 8)]) } }
        #expect(try ErasedRecords(encoded: ErasedRecords(records(4_096)).encoded).records.count == 4_096)
        #expect(code { try ErasedRecords(records(4_097)) } == .tooLarge)
    }

    /// Waiting statements give way, oldest first, and come again.
    @Test func aFloodOfWaitingStatementsIsBounded() throws {
        let jan = try Laptop(founder: "Jan")
        let unknown = [StatementID(of: [0])]
        let flood = try (0..<Limits.pendingStatementCount + 10).map { number in
            try jan.raw(.revoke(Nonce(high: 0, low: UInt64(number))), parents: unknown)
        }
        try jan.take(flood)
        #expect(jan.roster.pendingCount == Limits.pendingStatementCount && jan.roster.count == 1)
        try jan.sign { try $0.rotate(["people"]) }
        #expect(jan.roster.count == 2)
    }

    @Test func everyFlippedByteAndEveryCutIsRefusedOrNotTaken() throws {
        let scene = try Scene()
        for (place, encoded) in scene.statements.enumerated().dropFirst() {
            let before = try Trust.Roster(statements: Array(scene.statements.prefix(place)))
            // Signatures are checked once a statement can be read and its parents are known.
            for index in stride(from: 0, to: encoded.count, by: encoded.count > 400 ? 5 : 1) {
                var roster = before
                var flipped = encoded
                flipped[index] ^= 1 << UInt8(index & 7)
                do { try roster.add([flipped]) } catch is WireError {}
                #expect(roster.count == before.count, "byte \(index) of statement \(place)")
            }
            for count in stride(from: 0, to: encoded.count, by: 5) {
                var roster = before
                do { try roster.add([Array(encoded.prefix(count))]) } catch is WireError {}
                #expect(roster.count == before.count, "\(count) bytes of statement \(place)")
            }
        }
        for index in scene.statements[0].indices {
            var flipped = scene.statements[0]
            flipped[index] ^= 0x10
            #expect(throws: WireError.self) { try Trust.Roster(genesis: flipped) }
        }
    }

    private func code(_ work: () throws -> some Any) -> WireError.Code? {
        do {
            _ = try work()
            return nil
        } catch {
            return (error as? WireError)?.code
        }
    }
}
