import CRDT
import Sync
import Testing
import Wire

/// Two laptops meet over one connection.
@Suite struct SessionTests {
    @Test func bothEndWithEverything() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        fatima.edit("people", count: 34)
        fatima.edit("directory", count: 5)
        jan.edit("people", count: 112)
        let scene = try Scene(fatima, jan).run()
        #expect(scene.isFinished, "\(scene.story)")
        #expect(fatima.collections["people"]!.marks.count == 146)
        for name in ["people", "directory"] {
            let isSame = fatima.holdsTheSame(of: name, as: jan)
            #expect(isSame, "\(name)")
        }
        let outcome = scene.dialer.driver.outcome
        #expect(outcome.sentChangeCount == 39 && outcome.receivedChangeCount == 112)
        #expect(outcome.sentDeltaCount == 2 && outcome.receivedDeltaCount == 1)
        #expect(outcome.changedAnything && !outcome.wasEqual)
        #expect(outcome.peer?.device == jan.identity.device)
        #expect(scene.listener.driver.outcome.receivedSegmentByteCount == outcome.sentSegmentByteCount)
    }

    @Test func equalReplicasAreDoneInOneRoundTrip() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        for replica in [fatima, jan] {
            for writer in 0..<50 { replica.edit("people", writer: Nonce(high: 9, low: UInt64(writer)), count: 3) }
        }
        let scene = try Scene(fatima, jan).run()
        #expect(scene.isFinished && scene.dialer.driver.outcome.wasEqual)
        #expect(scene.byteCount < 2_000)
        #expect(scene.byteCount < 300)
        #expect(scene.log.count == 4)
        #expect(jan.writeCount == 0 && fatima.writeCount == 0)
        #expect(jan.receipts[fatima.identity.replica]?["people"] == fatima.collections["people"]!.knowledge)
    }

    @Test func emptyReplicasMeet() throws {
        let scene = try Scene(FakeReplica(1), FakeReplica(2)).run()
        #expect(scene.isFinished && !scene.dialer.driver.outcome.changedAnything)
    }

    @Test(arguments: [2, 50]) func oneCellAfterReceiptsIsSmall(writerCount: Int) throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        for writer in 0..<writerCount { fatima.edit("people", writer: Nonce(high: 9, low: UInt64(writer)), count: 3) }
        fatima.edit("directory", count: 3)
        for number in 0..<writerCount { fatima.statements.insert(Array("admit \(number)".utf8)) }
        #expect(try Scene(fatima, jan).run().isFinished)
        #expect(jan.statements == fatima.statements)
        fatima.edit("people", writer: Nonce(high: 9, low: 0))
        let scene = try Scene(fatima, jan).run()
        #expect(scene.isFinished && jan.collections["people"]!.marks.count == 3 * writerCount + 1)
        print("one cell, \(writerCount) writers: \(scene.byteCount) bytes a session")
        #expect(scene.byteCount <= 1_200)
    }

    @Test func aCollectionOfOneSideOnlyIsPassedOver() throws {
        let team = FakeReplica(1, collections: ["directory", "people"])
        let partner = FakeReplica(2, collections: ["directory", "stock"])
        team.edit("people", count: 4)
        partner.edit("stock", count: 4)
        #expect(try Scene(team, partner).run().isFinished)
        team.edit("directory", count: 2)
        let scene = try Scene(team, partner).run()
        #expect(scene.isFinished && scene.dialer.driver.outcome.sentChangeCount == 2)
        #expect(partner.collections["directory"]!.marks.count == 2)
        #expect(partner.collections["people"] == nil && team.collections["stock"] == nil)
        #expect(team.collections["people"]!.marks.count == 4)
    }

    @Test func noMoreThanAWindowIsOnItsWay() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        fatima.edit("people", count: 300)
        jan.edit("people", count: 300)
        let scene = try Scene(fatima, jan).run()
        #expect(scene.isFinished, "\(scene.story)")
        #expect(scene.dialer.outbox.mostUnconfirmed == SessionWindow.segmentCount)
        #expect(scene.listener.outbox.mostUnconfirmed == SessionWindow.segmentCount)
    }

    @Test func aCutTransferGoesOnWithTheRest() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        fatima.edit("people", count: 40)
        _ = try Scene(fatima, jan).run(deliveries: 20)
        let already = jan.mergedSegments.count
        #expect(already > 2 && already < 20)
        #expect(jan.collections["people"]!.knowledge.ends.isEmpty)
        fatima.edit("people", count: 2)   // what came since goes with the next meeting
        let second = try Scene(fatima, jan).run()
        #expect(second.isFinished)
        #expect(jan.mergedSegments.count == 20)
        #expect(Set(jan.mergedSegments.map(\.1)) == Set(0..<20))
        #expect(second.dialer.driver.outcome.sentChangeCount == 40 - 2 * already)
        #expect(try Scene(fatima, jan).run().isFinished)
        #expect(jan.collections["people"]!.marks.count == 42)
    }

    /// Cut after every message in turn, then meet again: nothing is lost and nothing is claimed too early.
    @Test func cutAnywhere() throws {
        for deliveries in 0..<60 {
            let fatima = FakeReplica(1), jan = FakeReplica(2)
            fatima.edit("people", count: 11)
            fatima.edit("directory", count: 3)
            jan.edit("people", count: 9)
            fatima.statements = [Array("admit Fatima".utf8)]
            _ = try Scene(fatima, jan).run(deliveries: deliveries)
            for replica in [fatima, jan] {
                for shared in replica.collections.values {
                    for (writer, end) in shared.knowledge.ends {
                        #expect((1...end.last).allSatisfy { shared.marks.contains(.init(writer: writer, sequence: $0)) })
                    }
                }
            }
            #expect(try Scene(jan, fatima).run().isFinished, "cut after \(deliveries)")
            let isSame = fatima.holdsTheSame(of: "people", as: jan)
            #expect(isSame)
            #expect(fatima.collections["people"]!.marks.count == 20)
            #expect(jan.statements == fatima.statements)
            #expect(try Scene(fatima, jan).run().dialer.driver.outcome.wasEqual)
        }
    }

    @Test func knowledgeThatIsNotUnderstoodIsStatedWhole() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        for writer in 0..<5 { fatima.edit("people", writer: Nonce(high: 9, low: UInt64(writer))) }
        fatima.statements = [Array("admit Jan".utf8)]
        #expect(try Scene(fatima, jan).run().isFinished)
        // Jan's file is restored from before the meeting.
        jan.names = [:]
        jan.collections["people"] = .init()
        jan.statements = []
        fatima.edit("people")
        let scene = try Scene(fatima, jan).run()
        #expect(scene.isFinished, "\(scene.story)")
        #expect(scene.listener.outbox.log.contains(.wholeKnowledgeWanted(collection: "people")))
        #expect(jan.collections["people"]!.marks.count == 6)
        #expect(jan.statements == fatima.statements)
        #expect(try Scene(fatima, jan).run().dialer.driver.outcome.wasEqual)
    }

    @Test func longWorkSaysSo() throws {
        let fatima = FakeReplica(1), jan = FakeReplica(2)
        fatima.edit("people")
        fatima.workingCount = 3
        let scene = try Scene(fatima, jan).run()
        #expect(scene.isFinished && scene.dialer.outbox.log.filter { $0 == .working }.count >= 3)
    }
}
