import BundleFile
import CRDT
import Engine
import Foundation
import Store
import Synchronization
import Testing
import Transport
import Trust
import Wire

/// Laptops that are never there at the same hour, and a relay between them.
struct RelayJourneyTests {
    private struct Team {
        let scratch: Scratch
        let fatima: Replica, jan: Replica, ans: Replica
        let relay: LoopbackRelay

        init() throws {
            scratch = try Scratch()
            fatima = try found(scratch)
            try fatima.add("Eerste")
            jan = try join("jan", seed: 2, admittedBy: fatima, scratch)
            ans = try join("ans", seed: 3, admittedBy: fatima, scratch)
            relay = try LoopbackRelay(of: fatima, seed: 9)
            try relay.listen()
            for replica in [jan, ans] { try carry(fatima, replica, scratch) }
            for replica in [fatima, jan, ans] { try replica.addRelay(relay.address) }
        }

        /// One meeting with the relay.
        @discardableResult
        func visit(_ replica: Replica) throws -> MeetingReport { try replica.sync(with: try #require(try replica.relayEntries().first)) }
    }

    @Test("Three laptops that never meet end equal through the relay, and an equal one takes a round trip")
    func threeLaptops() throws {
        let team = try Team()
        defer { team.relay.close() }
        try team.fatima.add("Fatou")
        try team.visit(team.fatima)
        try team.jan.add("Joris")
        let report = try team.visit(team.jan)
        #expect(report.peerLabel == "Relay" && report.outcome.receivedChangeCount > 0 && !report.needsPerson)
        try team.ans.add("Anna")
        try team.visit(team.ans)
        for replica in [team.fatima, team.jan] { try team.visit(replica) }
        try expectSame(team.fatima, team.jan)
        try expectSame(team.fatima, team.ans)
        #expect(try ["Fatou", "Joris", "Anna"].allSatisfy { try team.fatima.has($0) })

        let equal = try team.visit(team.fatima)
        #expect(equal.outcome.wasEqual && equal.receivedByteCount + equal.sentByteCount < 2_000)
        let entry = try #require(try team.fatima.relayEntries().first)
        #expect(entry.metMilliseconds != nil && entry.lackingCount == 0 && !entry.isRemoved)
        try team.fatima.add("Later")
        try team.fatima.stamp()
        #expect(try #require(try team.fatima.relayEntries().first).lackingCount == 1)
    }

    @Test("What a removed laptop brought is quarantined by the next, once, and can be accepted")
    func quarantine() throws {
        let team = try Team()
        defer { team.relay.close() }
        for replica in [team.fatima, team.jan, team.ans] { try team.visit(replica) }
        try team.jan.add("Stil")
        try team.visit(team.jan)
        // Ans hears of the removal by stick, before the relay does.
        try team.fatima.revoke(team.jan.identity.device)
        try carry(team.fatima, team.ans, all: false, team.scratch)
        // Unlike the relay that everybody uses, this one has not heard: Ans tells it, but it has what Jan brought.
        let report = try team.visit(team.ans)
        #expect(try !team.ans.has("Stil"))
        let aside = try team.ans.quarantineEntries()
        guard !aside.isEmpty else {
            // A relay that knows serves nothing of the removed.
            #expect(report.quarantined.isEmpty)
            return
        }
        #expect(report.quarantined.count == 1 && report.needsPerson)
        let again = try team.visit(team.ans)
        #expect(again.quarantined.isEmpty)
        _ = try team.ans.accept(aside[0].delta)
        #expect(try team.ans.has("Stil"))
    }

    @Test("A relay that asks gets all of a collection in one delta, and a reader declines")
    func snapshot() throws {
        let team = try Team()
        defer { team.relay.close() }
        for name in ["Een", "Twee", "Drie"] {
            try team.fatima.add(name)
            try team.visit(team.fatima)
        }
        // This one keeps nothing that it did not want; that all of it came, the sender has been confirmed.
        team.relay.ask(for: "people")
        let report = try team.visit(team.fatima)
        #expect(report.outcome.sentDeltaCount == 1 && report.outcome.sentChangeCount >= 4)

        let reader = try join("lea", seed: 7, admittedBy: team.fatima, as: .reader, team.scratch)
        try reader.addRelay(team.relay.address)
        try team.visit(team.fatima)
        team.relay.ask(for: "people")
        #expect(try team.visit(reader).outcome.sentDeltaCount == 0)
        try expectSame(reader, team.fatima)
    }

    @Test("Only the named device is spoken to, and only as what the roster says it is")
    func pins() throws {
        let team = try Team()
        defer { team.relay.close() }
        // Another relay of the same space answers at the address of the first.
        let other = try LoopbackRelay(of: team.fatima, named: "Andere", seed: 11)
        let port = team.relay.port
        team.relay.close()
        try other.listen(port: port)
        defer { other.close() }
        #expect { try team.visit(team.fatima) } throws: { ($0 as? TransportError)?.code == .wrongDevice }
        // One that the roster calls a relay and that does not say so.
        let silent = try LoopbackRelay(of: team.fatima, named: "Stille", seed: 12, carries: false)
        try silent.listen()
        defer { silent.close() }
        try team.fatima.removeRelay("Relay")
        try team.fatima.addRelay(silent.address)
        #expect(performing: { try team.visit(team.fatima) }, throws: isWire(.notPermitted))
    }

    @Test("A relay is added by its address and id, and removed again; whoever is none is refused")
    func list() throws {
        let team = try Team()
        defer { team.relay.close() }
        let id = team.relay.device.spoken
        #expect(try team.fatima.addRelay("relay.example.org#\(id)").address == Address(host: "relay.example.org", port: 7400))
        #expect(try team.fatima.relayEntries().map(\.address.text) == ["relay.example.org:7400"])
        for text in ["relay.example.org", "relay.example.org#", "#\(id)", "relay.example.org:0#\(id)", "relay.example.org#\(id.dropLast())"] {
            #expect(performing: { try team.fatima.addRelay(text) }, throws: isEngine(.badRelay))
        }
        #expect(performing: { try team.fatima.addRelay("h#\(team.jan.identity.device.spoken)") }, throws: isEngine(.notARelay))
        #expect(performing: { try team.fatima.removeRelay("Nooit") }, throws: isEngine(.unknownRelay))
        #expect(try team.fatima.removeRelay(String(id.suffix(7))).device == team.relay.device)
        #expect(try team.fatima.relayEntries().isEmpty)
    }

    @Test("A new relay opens the bundle that was made after its admission, and no label or segment in it")
    func bundles() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        try fatima.add("Zeldzaam")
        let relay = try LoopbackRelay(of: fatima, seed: 9)
        for destination in [BundleDestination.everyone, .devices([relay.device])] {
            let stick = scratch.fresh("relay")
            _ = try fatima.exportBundle(to: stick, for: destination)
            let contents = try BundleContents.read(stick) { $0.key(device: relay.keys) }
            #expect(contents.newcomerCount == 1 && contents.preamble.knownHeads.isEmpty)
            let roster = try Roster(statements: contents.statements)
            #expect(roster.state.members[relay.device]?.role == .relay)
            #expect(roster.keys(for: relay.keys).scopes.isEmpty)
        }
        // Once it has met, it needs no box any more.
        try relay.listen()
        defer { relay.close() }
        try fatima.addRelay(relay.address)
        _ = try fatima.sync(with: try #require(try fatima.relayEntries().first))
        let stick = scratch.fresh("relay")
        _ = try fatima.exportBundle(to: stick, for: .everyone)
        #expect(performing: { try BundleContents.read(stick) { $0.key(device: relay.keys) } }, throws: isWire(.noKey))
    }
}
