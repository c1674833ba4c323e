import BundleFile
import CRDT
import Engine
import Foundation
import Store
import Testing
import Transport
import Trust
import Wire

/// A device is removed: what it can still do, and what it can no longer.
struct RevocationTests {
    /// Fatima and Bo are coordinators, Jan and Ans are members; all have Fatima's list.
    private struct Team {
        let scratch: Scratch
        let fatima: Replica, bo: Replica, jan: Replica, ans: Replica

        init() throws {
            scratch = try Scratch()
            fatima = try found(scratch)
            try fatima.add("Eerste")
            bo = try join("bo", seed: 2, admittedBy: fatima, as: .coordinator, scratch)
            jan = try join("jan", seed: 3, admittedBy: fatima, scratch)
            ans = try join("ans", seed: 4, admittedBy: fatima, scratch)
            for replica in [bo, jan] { try carry(fatima, replica, scratch) }
        }
    }

    private func current(_ replica: Replica, _ scope: String) throws -> EpochID? {
        try replica.membership.current().roster.state.currentEpoch(of: scope)?.id
    }

    @Test("Keys rotate, and the removed device reads nothing that is packed afterwards, by stick or cable")
    func reads() throws {
        let team = try Team()
        let before = try (current(team.fatima, "people"), current(team.fatima, KeyScope.members))
        try team.fatima.revoke(team.jan.identity.device)
        let after = try (current(team.fatima, "people"), current(team.fatima, KeyScope.members))
        #expect(before.0 != after.0 && before.1 != after.1)
        try team.fatima.add("Daarna")
        let stick = team.scratch.file("after")
        _ = try team.fatima.exportBundle(to: stick, for: .everyone)
        if case .open = try BundleView.look(for: .community, stick, replica: team.jan.path, team.jan.environment) {
            Issue.record("the removed device opens a bundle packed afterwards")
        }
        #expect(performing: { try team.jan.importBundle(stick) }, throws: isWire(.noKey))
        // Neither may it knock, nor is it answered.
        let sessions = Sessions()
        let listener = try team.fatima.listen(host: "127.0.0.1", port: 0) { sessions.add($0) }
        defer { listener.close() }
        #expect(performing: {
            try team.jan.sync(with: Address(host: "127.0.0.1", port: listener.port))
        }, throws: { ($0 as? TransportError)?.code == .notAdmitted })
        #expect(try !team.jan.has("Daarna"))
        // The others go on.
        for replica in [team.bo, team.ans] {
            _ = try replica.importBundle(stick)
            #expect(try replica.has("Daarna"))
            #expect(try current(replica, "people") == after.0)
        }
        // A key from before does not open a single segment from after.
        let manifests = try BundleContents.read(stick, key: team.bo.bundleKey).manifests
        let ring = try team.jan.membership.current().ring
        #expect(!manifests.isEmpty && manifests.allSatisfy { ring.key($0.epoch, of: $0.collection) == nil })
    }

    @Test("What the removed device packs waits in quarantine where its removal is known, and merges where it is not")
    func quarantine() throws {
        let team = try Team()
        try team.fatima.revoke(team.jan.identity.device)
        try team.jan.add("Van Jan")
        let stick = team.scratch.file("jans")
        _ = try team.jan.exportBundle(to: stick, for: .everyone)

        let report = try team.fatima.importBundle(stick)
        #expect(report.quarantinedCount == 2 && report.needsPerson)
        #expect(try !team.fatima.has("Van Jan"))
        let all = try team.fatima.quarantineEntries()
        #expect(Set(all.map(\.packer)) == ["Laptop Jan"] && Set(all.map(\.delta.collection)) == ["directory", "people"])
        #expect(try team.fatima.memberStatus().quarantinedCount == 2)
        // What was known of the directory is set aside as well; it is the people's list that has news.
        for entry in all where entry.delta.collection == "directory" { try team.fatima.store.discardQuarantined(entry.delta.delta) }
        let entries = try team.fatima.quarantineEntries()
        // Discarded, it comes again with the same stick; once is listed once.
        try team.fatima.store.discardQuarantined(entries[0].delta.delta)
        #expect(try team.fatima.quarantineEntries().isEmpty)
        for _ in 0..<2 { _ = try team.fatima.importBundle(stick) }
        #expect(try team.fatima.quarantineEntries().count == 2)

        // Ans has not heard: she merges, and vouches by packing it herself.
        #expect(try team.ans.importBundle(stick).quarantinedCount == 0)
        #expect(try team.ans.has("Van Jan"))
        // Bo hears of the removal and accepts what Fatima accepted.
        let delta = try #require(team.fatima.quarantined(String(entries[0].delta.delta.description.suffix(8))).first)
        #expect(try team.fatima.accept(delta, dryRun: true).merge.newRecordCount == 1)
        #expect(try !team.fatima.has("Van Jan"))
        #expect(try team.fatima.accept(delta).merge.newRecordCount == 1)
        #expect(try team.fatima.has("Van Jan") && team.fatima.quarantineEntries().map(\.delta.collection) == ["directory"])
        let vouched = try carry(team.fatima, team.bo, team.scratch)
        #expect(vouched.quarantinedCount == 0)
        #expect(try team.bo.has("Van Jan"))
        try meet(team.ans, team.bo)
        try meet(team.ans, team.fatima)
        try expectSame(team.ans, team.fatima)
        try meet(team.bo, team.fatima)
        try expectSame(team.bo, team.fatima)
    }

    @Test("What the removed coordinator signs afterwards counts for nothing")
    func statements() throws {
        let team = try Team()
        try carry(team.bo, team.jan, team.scratch)
        try team.fatima.revoke(team.bo.identity.device)
        let mallory = try join("mallory", seed: 8, admittedBy: team.bo, team.scratch)
        _ = try team.bo.invite(as: .coordinator, collections: nil, mostUses: 3)
        try team.bo.revoke(team.ans.identity.device)
        try team.bo.rotateKeys()
        // Jan hears of Bo's deeds first, and then of the removal; Ans the other way round.
        try carry(team.bo, team.jan, team.scratch)
        #expect(try team.jan.membership.current().roster.state.members[mallory.identity.device]?.isRemoved == false)
        try carry(team.fatima, team.jan, team.scratch)
        try carry(team.fatima, team.ans, team.scratch)
        try carry(team.jan, team.ans, team.scratch)
        try carry(team.ans, team.fatima, team.scratch)
        for replica in [team.fatima, team.jan, team.ans] {
            let state = try replica.membership.current().roster.state
            #expect(state.members[mallory.identity.device] == nil)
            #expect(state.members[team.ans.identity.device]?.isRemoved == false)
            #expect(state.invites.values.allSatisfy { !$0.isOpen })
        }
        // And nobody seals under what Bo made.
        for replica in [team.jan, team.ans] { try carry(team.fatima, replica, team.scratch) }
        try team.fatima.add("Na Bo")
        for scope in ["people", KeyScope.members] {
            #expect(try current(team.jan, scope) == current(team.fatima, scope))
            let key = try #require(try current(team.fatima, scope))
            #expect(try team.bo.membership.current().ring.key(key, of: scope) == nil)
            #expect(try mallory.membership.current().ring.key(key, of: scope) == nil)
        }
        try carry(team.fatima, team.jan, team.scratch)
        #expect(try team.jan.has("Na Bo"))
    }

    @Test("Two coordinators remove each other: both are out, and a third goes on with a key that neither has")
    func mutual() throws {
        let team = try Team()
        let dirk = try join("dirk", seed: 7, admittedBy: team.fatima, as: .coordinator, team.scratch)
        for replica in [team.bo, team.jan, team.ans] { try carry(team.fatima, replica, team.scratch) }
        try team.fatima.revoke(team.bo.identity.device)
        try team.bo.revoke(team.fatima.identity.device)
        try carry(team.fatima, dirk, team.scratch)
        try carry(team.bo, dirk, team.scratch)
        let removed = try dirk.membership.current().roster.state.removed
        #expect(removed == [team.fatima.identity.device, team.bo.identity.device])
        try dirk.add("Van Dirk")
        for replica in [team.jan, team.ans] {
            try meet(replica, dirk)
            try meet(replica, dirk)
            #expect(try replica.has("Van Dirk"))
            #expect(try replica.membership.current().roster.state.removed == removed)
        }
        let key = try #require(try current(dirk, "people"))
        for replica in [team.jan, team.ans] { #expect(try replica.membership.current().ring.key(key, of: "people") != nil) }
        for replica in [team.fatima, team.bo] { #expect(try replica.membership.current().ring.key(key, of: "people") == nil) }
    }

    @Test("Two coordinators remove each other and none is left: who needs one is told so, and whether a paper can help", arguments: [false, true])
    func noneLeft(hasPaper: Bool) throws {
        let team = try Team()
        if hasPaper { _ = try team.fatima.makeRecoveryKey(label: "Envelop") }
        for replica in [team.bo, team.jan] { try carry(team.fatima, replica, team.scratch) }
        try team.fatima.revoke(team.bo.identity.device)
        try team.bo.revoke(team.fatima.identity.device)
        for replica in [team.fatima, team.bo] { try carry(replica, team.jan, team.scratch) }
        #expect(performing: { try team.jan.checkCoordinator() }, throws: isEngine(hasPaper ? .noCoordinator : .noCoordinatorNorKey))
    }

    @Test("Two halves rotate at once: everybody reads everything, and all export under one key")
    func concurrentRotation() throws {
        let team = try Team()
        try team.fatima.rotateKeys()
        try team.bo.rotateKeys()
        try team.fatima.add("Links")
        try team.bo.add("Rechts")
        try meet(team.jan, team.fatima)
        try meet(team.ans, team.bo)
        try team.jan.add("Links Jan")
        try team.ans.add("Rechts Ans")
        // The halves meet through their members, by stick: what each packs is sealed under a key that the other lacks.
        let janToAns = team.scratch.file("jan-ans"), ansToJan = team.scratch.file("ans-jan")
        _ = try team.jan.exportBundle(to: janToAns, for: .devices([team.ans.identity.device]))
        _ = try team.ans.exportBundle(to: ansToJan, for: .devices([team.jan.identity.device]))
        _ = try team.ans.importBundle(janToAns)
        _ = try team.jan.importBundle(ansToJan)
        try meet(team.jan, team.fatima)
        try meet(team.ans, team.bo)
        try meet(team.bo, team.fatima)
        for replica in [team.jan, team.ans] { try meet(replica, team.fatima) }
        try meet(team.bo, team.fatima)
        let all = [team.fatima, team.bo, team.jan, team.ans]
        for replica in all.dropFirst() { try expectSame(replica, team.fatima) }
        for name in ["Links", "Rechts", "Links Jan", "Rechts Ans"] { #expect(try all.allSatisfy { try $0.has(name) }, "\(name)") }
        for scope in ["directory", "people", KeyScope.members] {
            #expect(Set(try all.map { try current($0, scope) }).count == 1, "\(scope)")
            let epochs = try team.fatima.membership.current().roster.state.epochs[scope] ?? []
            for replica in all {
                let ring = try replica.membership.current().ring
                #expect(epochs.allSatisfy { ring.key($0.id, of: scope) != nil }, "\(scope)")
            }
        }
        #expect(Set(try all.map { try $0.membership.currentEpoch(of: "people") }).count == 1)
    }

    @Test("Two removals meet in a session: the key that follows from both comes before what is sealed under it")
    func rotationInTheMidst() throws {
        let team = try Team()
        let dirk = try join("dirk", seed: 7, admittedBy: team.fatima, team.scratch)
        try carry(team.fatima, team.bo, team.scratch)
        try team.fatima.revoke(team.ans.identity.device)
        try team.bo.revoke(dirk.identity.device)
        try team.fatima.add("Links")
        try team.bo.add("Rechts")
        let key = try current(team.fatima, "people")
        let (dialer, listener) = try meet(team.bo, team.fatima)
        #expect(dialer.quarantined.isEmpty && listener.quarantined.isEmpty)
        #expect(try current(team.fatima, "people") != key, "neither key of before may be used: each was given to one who is out")
        for name in ["Links", "Rechts"] { #expect(try team.fatima.has(name) && team.bo.has(name), "\(name)") }
        try expectSame(team.bo, team.fatima)
    }
}
