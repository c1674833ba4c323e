import CRDT
import Sync
import Testing
import Wire

/// The roster comes before the data: who holds another one is told what it lacks, and what it says counts at once.
@Suite struct RosterPhaseTests {
    private func statement(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// The kinds of messages that a side sent, without their content.
    private func kinds(_ side: Scene.Side) -> [String] {
        side.outbox.log.map {
            switch $0 {
            case .hello: "hello"
            case .heads: "heads"
            case .statements: "statements"
            case .knowledge: "knowledge"
            case .stated: "stated"
            case .manifest: "manifest"
            case .segment: "segment"
            case .merged: "merged"
            case .receipt: "receipt"
            case .done: "done"
            default: "another"
            }
        }
    }

    @Test func differentRostersAreUnitedBeforeAnyData() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        fatima.statements = [statement("genesis"), statement("admit Jan"), statement("rotate")]
        jan.statements = [statement("genesis"), statement("admit Els")]
        fatima.edit("people")
        let scene = try Scene(fatima, jan).run()
        #expect(scene.isFinished, "\(scene.story)")
        #expect(fatima.statements == jan.statements && jan.statements.count == 4)
        #expect(kinds(scene.dialer) == [
            "hello", "heads", "statements", "knowledge", "knowledge", "stated", "manifest", "segment", "done",
        ])
        #expect(kinds(scene.listener) == [
            "hello", "heads", "statements", "knowledge", "knowledge", "stated", "done", "merged", "receipt",
        ])
        // Only what the other lacked was sent.
        #expect(scene.dialer.outbox.log[2] == .statements([statement("admit Jan"), statement("rotate")]))
        #expect(scene.listener.outbox.log[2] == .statements([statement("admit Els")]))
    }

    @Test func equalRostersAreNotSent() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        for replica in [fatima, jan] { replica.statements = [statement("genesis"), statement("admit Jan")] }
        fatima.edit("people")
        let scene = try Scene(fatima, jan).run()
        #expect(scene.isFinished)
        for side in [scene.dialer, scene.listener] { #expect(Array(kinds(side).prefix(2)) == ["hello", "knowledge"]) }
    }

    /// Equal data does not end a session whose rosters differ: a removal travels even if nothing else does.
    @Test func aNewStatementTravelsBetweenReplicasThatHoldTheSame() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        fatima.edit("people")
        #expect(try Scene(fatima, jan).run().isFinished)
        fatima.statements = [FakeReplica.removal(of: Nonce(high: 0xD, low: 9))]
        #expect(try Scene(jan, fatima).run().isFinished)
        #expect(jan.statements == fatima.statements)
        #expect(try Scene(jan, fatima).run().dialer.driver.outcome.wasEqual)
    }

    /// Known to be removed: it is told nothing, not even which roster this is.
    @Test func aRemovedDeviceIsRefusedAtItsHello() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        jan.statements = [FakeReplica.removal(of: fatima.identity.device)]
        jan.edit("people")
        let scene = try Scene(fatima, jan).run()
        #expect(scene.listener.code == .notPermitted)
        #expect(scene.listener.outbox.log == [.refusal(code: "not-permitted")])
        #expect(scene.dialer.error as? WireError == WireError(.refused, in: "not-permitted"))
        #expect(jan.met.isEmpty && fatima.collections["people"]!.marks.isEmpty)
    }

    /// The dialer finds the listener removed by its own roster, and says nothing of its own beyond hello.
    @Test func aRemovedListenerIsLeft() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        fatima.statements = [FakeReplica.removal(of: jan.identity.device)]
        fatima.edit("people")
        let scene = try Scene(fatima, jan).run()
        #expect(scene.dialer.code == .notPermitted)
        #expect(kinds(scene.dialer) == ["hello", "another"] && scene.dialer.refusal == "not-permitted")
        #expect(jan.collections["people"]!.marks.isEmpty)
    }

    /// The other side brings the news of its own removal, or of ours: who is removed gets no data from then on.
    @Test func newsOfARemovalEndsTheSessionBeforeTheData() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2), els = FakeReplica(3)
        for replica in [fatima, jan, els] { replica.edit("people") }
        // Els has heard that Jan was removed, and Jan brings it to Fatima.
        jan.statements = [FakeReplica.removal(of: jan.identity.device)]
        let scene = try Scene(jan, fatima).run()
        #expect(scene.listener.code == .notPermitted && scene.listener.refusal == "not-permitted")
        #expect(fatima.statements == jan.statements, "the statement itself was learned")
        #expect(fatima.mergedSegments.isEmpty && jan.mergedSegments.isEmpty)
        #expect(!kinds(scene.listener).contains("knowledge"))
        // From then on Fatima refuses Jan, and tells Els.
        #expect(try Scene(jan, fatima).run().listener.outbox.log == [.refusal(code: "not-permitted")])
        #expect(try Scene(fatima, els).run().isFinished)
        #expect(try Scene(jan, els).run().listener.code == .notPermitted)
    }

    /// A restored backup that lacks nothing but the roster's news is a copy to be told, not oneself.
    @Test func aCopyOfOneNameLearnsTheRoster() throws {
        let fatima = FakeReplica(1), restored = FakeReplica(1)
        for replica in [fatima, restored] { replica.edit("people") }
        fatima.statements = [statement("genesis")]
        let scene = try Scene(restored, fatima).run()
        #expect(scene.isFinished && scene.dialer.driver.outcome.metOwnCopy, "\(scene.story)")
        #expect(restored.statements == fatima.statements)
        #expect(try Scene(restored, fatima).run().listener.code == .unexpected, "now there is no difference")
    }

    /// Both are met before they are told anything, and again after their statements.
    @Test func whoIsMetIsJudgedTwice() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        fatima.statements = [statement("genesis")]
        #expect(try Scene(fatima, jan).run().isFinished)
        #expect(jan.met == [fatima.identity.device, fatima.identity.device])
        #expect(try Scene(fatima, jan).run().isFinished)
        #expect(jan.met.count == 3)
    }

    /// Cut at every message of the roster's part: what came is kept, and the next session has the rest.
    @Test func cutAnywhereInTheRoster() throws {
        for deliveries in 0..<10 {
            let fatima = FakeReplica(1), jan = FakeReplica(2)
            fatima.statements = [statement("genesis"), statement("admit Jan")]
            jan.statements = [statement("genesis"), statement("admit Els")]
            jan.edit("people")
            _ = try Scene(fatima, jan).run(deliveries: deliveries)
            #expect(try Scene(jan, fatima).run().isFinished, "cut after \(deliveries)")
            #expect(fatima.statements == jan.statements && fatima.statements.count == 3)
            #expect(fatima.holdsTheSame(of: "people", as: jan))
        }
    }

    // MARK: Newcomers

    private func join(_ request: String, at replica: FakeReplica) throws -> (listener: SessionDriver, outbox: Scene.Outbox, join: JoinSession) {
        let outbox = Scene.Outbox()
        let listener = SessionDriver(replica: replica, role: .listener) { outbox.send($0) }
        let join = JoinSession(device: Nonce(high: 1, low: 1), replica: Nonce(high: 1, low: 2), request: statement(request))
        try listener.start()
        try listener.receive(join.greeting[0])
        #expect(outbox.log.isEmpty, "nothing is told to who has not asked")
        try listener.receive(join.greeting[1])
        return (listener, outbox, join)
    }

    @Test func aNewcomerIsAdmittedAndGetsTheRoster() throws {
        let jan = FakeReplica(2)
        jan.statements = [statement("genesis")]
        var (listener, outbox, join) = try join("please", at: jan)
        // Nothing is decided before the newcomer has the roster: a connection that breaks leaves nothing behind.
        #expect(!listener.isFinished && jan.statements == [statement("genesis")])
        guard outbox.log.count == 2, case .hello(let hello) = outbox.log[0] else { return #expect(Bool(false), "\(outbox.log)") }
        #expect(hello.space == jan.identity.space.id && outbox.log[1] == .statements([statement("genesis")]))
        #expect(try join.received(outbox.log[0]) == nil)
        #expect(try join.received(.working) == nil)
        #expect(try join.received(outbox.log[1]) == .roster([statement("genesis")]))
        try listener.receive(join.confirmed(heads: [StatementID(of: statement("genesis"))]))
        #expect(listener.isFinished && listener.outcome.admittedNewcomer && listener.outcome.peer == nil)
        #expect(outbox.log.last == .statements([statement("admit the newcomer")]))
        #expect(try join.received(outbox.log[2]) == .admitted([statement("genesis"), statement("admit the newcomer")]))
        #expect(jan.met.isEmpty && jan.writeCount == 0)
    }

    @Test func aNewcomerSaysNothingElse() throws {
        for wrong in [Message.done, .hello(FakeReplica.hello()), .statements([]), .request(statement("please")), .stated] {
            let jan = FakeReplica(2)
            jan.statements = [statement("genesis")]
            let (listener, _, _) = try join("please", at: jan)
            #expect(throws: WireError(.unexpected, in: "session")) { try listener.receive(wrong) }
            #expect(jan.statements == [statement("genesis")])
        }
    }

    @Test func aNewcomerWithoutAnInviteIsRefused() throws {
        let jan = FakeReplica(2)
        #expect(throws: WireError(.notPermitted, in: "invite")) { _ = try join("let me in", at: jan) }
        #expect(jan.statements.isEmpty)
    }

    @Test func joiningIsRefusedOrAnsweredWrong() throws {
        func code(_ messages: [Message]) -> WireError.Code? {
            var join = JoinSession(device: .zero, replica: .zero, request: [])
            do { for message in messages { _ = try join.received(message) } } catch { return (error as? WireError)?.code }
            return nil
        }
        let hello = Message.hello(FakeReplica.hello())
        #expect(code([.refusal(code: "busy")]) == .refused)
        #expect(code([hello, .working, .refusal(code: "not-permitted")]) == .refused)
        #expect(code([hello, .statements([])]) == nil)
        for wrong in [Message.done, .statements([]), .heads([]), .request([]), .stated, .working] {
            #expect(code([wrong]) == .unexpected)
        }
        for wrong in [Message.done, hello, .heads([]), .request([]), .stated, .statements([])] {
            #expect(code([hello, .statements([]), wrong]) == .unexpected, "before it has said that it has the roster")
        }
        let nobody = Hello(space: nil, device: .zero, replica: .zero, digest: .zero, rosterDigest: .zero)
        #expect(code([.hello(nobody)]) == .unexpected)
    }
}
