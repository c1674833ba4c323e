import CRDT
import Engine
import Foundation
import Store
import Trust
import Wire
import Words

/// Relays in a community: laptops that meet only through them, and what becomes of these relays.
extension CommunitySimulation {
    /// What was seen from outside, to be compared with what a relay does. None of it asks the relay for its reasons.
    struct Witnessed {
        /// By device, what its replicas were seen to hold.
        var holds: [DeviceID: [String: [Knowledge]]] = [:]
        /// By delta of a removed laptop, who was seen to have it set aside.
        var aside: [DeltaID: Set<DeviceID>] = [:]
        /// By relay and collection, what it has dropped of removed laptops once members had it.
        var handedOver: [String: Knowledge] = [:]
        /// By delta that a relay has: the erasures that its packer knew of when it brought it.
        var erasuresKnown: [DeltaID: Set<StatementID>] = [:]
        /// By delta that a relay has, bytes out of its middle.
        var samples: [DeltaID: [UInt8]] = [:]
        /// What one who means harm has claimed and nobody has ever written.
        var invented: Set<WriterID> = []
        /// By relay and laptop, the incarnation that was met last.
        var met: [String: ReplicaID] = [:]
        /// What a laptop had brought to a relay when it was lost.
        var lost: [(ids: Set<String>, relay: DeviceID, restoreCount: Int)] = []
    }

    /// Knowledge of one time may have other names than that of another.
    var knowsCopies: Bool { ["disk copied", "restored", "harm: cuts", "harm: falseClaim"].contains { outcome.counts[$0] != nil } }

    // MARK: The course of a seed

    func addRelay() throws {
        guard let host = try coordinators.first, let replica = host.replica,
            let keys = DeviceKeys(secret: (0..<64).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        else { return }
        let label = "Kastanje-\(relays.count)"
        let environment = makeHome("relay-\(relays.count)", seed: random.next()).environment
        let relay = try SimulatedRelay(
            label: label, folder: root + "/relay-\(relays.count)", keys: keys, environment: environment
        ) { [failures] event in
            if case .failed(_, let error) = event, !error.contains("killed") { failures.note(error) }
        }
        relays.append(relay)
        try replica.admit(try JoinRequest(keys: keys, label: label), as: .relay, collections: nil)
        try relay.add(try state(host).roster.statements)
        // Who joined before hears of it as people do, by a stick.
        let stick = root + "/\(label).kithbundle"
        _ = try replica.exportBundle(to: stick, for: .everyone)
        for home in homes where home !== host { try take(stick, home) }
        count("relay admitted")
    }

    func actWithRelay() throws {
        let relay = random.pick(relays)
        switch random.below(100) {
        case ..<72:
            var death: (FaultyRelayStore.Death, Int)?
            if random.chance(percent: 35) {
                let (isBefore, count) = (random.chance(percent: 50), random.below(8))
                death = !isBefore ? (.afterCommit, count) : count < 4 ? (.beforeCommit, count) : (.beforeCommitOfDelta, count - 4)
            }
            try visit(random.pick(homes), relay, death)
        case ..<78:
            try relay.restart()
            count("relay restarted")
        case ..<84:
            try relay.backUp()
            count("relay backed up")
        case ..<90:
            guard relay.backup != nil else { return }
            let before = try relay.look(at: space)
            try relay.restore(byHand: random.chance(percent: 50))
            let after = try relay.look(at: space)
            // A copy that lacks nothing, put where the file was, may be taken for the file.
            let lacksNothing = Set(after.held.keys) == Set(before.held.keys) && after.roster.count == before.roster.count
            guard after.incarnation != before.incarnation || lacksNothing else {
                throw SimulationFault("\(relay.label) was restored and goes by the same name")
            }
            count("relay restored")
        default: try lose(random.pick(homes), after: relay)
        }
    }

    /// A laptop falls into the canal when it has just been at a relay.
    private func lose(_ home: Home, after relay: SimulatedRelay) throws {
        guard homes.count > 3, try state(home).own?.role == .member, try state(home).collections.contains(home.client.collection) else { return }
        guard try visit(home, relay) != nil, let replica = home.replica else { return }
        witnessed.lost.append((try rootIDs(replica), relay.device, relay.restoreCount))
        try replica.close()
        homes.removeAll { $0 === home }
        count("laptop lost")
        say("\(home.name) is lost")
    }

    var space: SpaceID {
        get throws {
            guard let replica = homes.first?.replica else { throw SimulationFault("no laptop left") }
            return replica.store.identity.space.id
        }
    }

    // MARK: A visit

    /// - Parameter death: of the relay, after so many transactions that go well.
    /// - Returns: nil when the laptop was not served to the end.
    @discardableResult
    func visit(
        _ home: Home, _ relay: SimulatedRelay, _ death: (FaultyRelayStore.Death, Int)? = nil
    ) throws -> MeetingReport? {
        guard let replica = home.replica else { return nil }
        let before = try relay.look(at: space)
        _ = relay.takeBegun()
        if let death { relay.die(death.0, after: death.1) }
        let known = try rootIDs(replica)
        var report: MeetingReport?
        var code: String?
        do {
            let entry = try replica.addRelay(relay.address)
            report = try replica.sync(with: entry)
        } catch {
            code = Explanation(error, about: "", in: .en).code
            say("\(home.name) at \(relay.label): \(error)")
        }
        // What was begun before a death may never have been there.
        let begun = relay.isDead ? [] : relay.takeBegun()
        if let outcome = report?.outcome {
            say("\(home.name) at \(relay.label): sends \(outcome.sentDeltaCount), gets \(outcome.receivedDeltaCount)")
        }
        if relay.isDead {
            try relay.restart()
            count("relay killed")
        } else {
            relay.live()
            if let code, !["not-a-relay", "not-admitted", "wrong-device", "closed", "refused", "not-permitted", "no-key"].contains(code) {
                throw SimulationFault("\(home.name) is refused by \(relay.label): \(code)")
            }
            count(code.map { "relay refuses: \($0)" } ?? "relay visited")
        }
        try audit(home, relay, before, begun, report)
        let gone = known.subtracting(try rootIDs(replica)).subtracting(erasedIDs)
        guard gone.isEmpty else { throw SimulationFault("\(home.name) lost \(gone.count) rows at \(relay.label)") }
        if let first = failures.first { throw SimulationFault("\(relay.label) failed: \(first)") }
        return report
    }

    /// Of what can be erased, of every client whose tables it shows.
    private func rootIDs(_ replica: Replica) throws -> Set<String> {
        try clients.map(\.root.table).filter { replica.store.schema[$0] != nil }.reduce(into: []) { $0.formUnion(try replica.store.ids(in: $1)) }
    }

    /// What one visit did to the relay.
    private func audit(
        _ home: Home, _ relay: SimulatedRelay, _ before: SimulatedRelay.Look, _ begun: [Manifest], _ report: MeetingReport?
    ) throws {
        guard let replica = home.replica else { return }
        let after = try relay.look(at: space)
        guard after.incarnation == before.incarnation else { throw SimulationFault("\(relay.label) takes another name without need") }
        let device = replica.identity.device
        for (collection, knowledge) in try replica.store.knowledge() { witnessed.holds[device, default: [:]][collection, default: []].append(knowledge) }
        let erasures = Set(try state(home).roster.state.erasures.map(\.id))
        for id in Set(after.held.keys).union(after.parts.keys) where before.held[id] == nil && before.parts[id] == nil {
            witnessed.erasuresKnown[id] = erasures
        }
        witnessed.samples.merge(try relay.samples(of: space, beyond: Set(witnessed.samples.keys))) { $1 }
        if let report {
            witnessed.met["\(relay.label) \(home.name)"] = after.incarnation
            // What a removed laptop packed comes for review; who was admitted while another rotated may wait for a key (see `check`); and
            // nothing else is set aside.
            for delta in report.quarantined where !isHostile(delta.packer) && delta.state != .unreadable(.noKey) && (delta.state != .quarantined || after.roster.standing(of: delta.packer, for: delta.collection) == .member) {
                throw SimulationFault("\(home.name) sets aside at \(relay.label): \(delta.state)")
            }
            for delta in try replica.store.quarantined() {
                if witnessed.aside[delta.delta, default: []].insert(device).inserted { count("for review") }
            }
        }
        var there = before.held
        for manifest in begun where there[manifest.id] == nil && after.parts[manifest.id] == nil {
            there[manifest.id] = .init(
                collection: manifest.collection, packer: manifest.packer,
                result: Knowledge(manifest.chains.compactMapValues(\.last)), isServed: true)
        }
        try checkDropped(relay, there, after)
        try checkAcknowledged(home, relay, after)
    }

    /// Whatever a laptop has a receipt for, this relay has, or has handed to members for review.
    private func checkAcknowledged(_ home: Home, _ relay: SimulatedRelay, _ look: SimulatedRelay.Look) throws {
        // What one who means harm brings and nobody can read is dropped when others have it aside.
        guard !knowsCopies, hostile?.home !== home, relay.restoreCount == 0 || witnessed.met["\(relay.label) \(home.name)"] == look.incarnation
        else { return }
        for (collection, received) in try home.replica?.store.receipts(ofDevice: relay.device) ?? [:] {
            let held = look.held.values.filter { $0.collection == collection }.reduce(Knowledge()) { $0.union($1.result) }
                .union(witnessed.handedOver["\(relay.label) \(collection)"] ?? Knowledge())
            let written = Knowledge(received.ends.filter { !witnessed.invented.contains($0.key) })
            guard held.includes(written) else {
                throw SimulationFault("\(relay.label) lacks \(held.missingCount(from: written)) changes that it acknowledged to \(home.name)")
            }
        }
    }

    /// Whatever was dropped, two members were seen to hold.
    private func checkDropped(
        _ relay: SimulatedRelay, _ before: [DeltaID: SimulatedRelay.Look.Held], _ after: SimulatedRelay.Look
    ) throws {
        let dropped = before.filter { after.held[$0.key] == nil }
        guard !dropped.isEmpty else { return }
        count("relay drops")
        for (_, delta) in dropped { say("\(relay.label) drops a delta of \(delta.packer), \(after.roster.standing(of: delta.packer, for: delta.collection))") }
        for (_, delta) in dropped where after.roster.standing(of: delta.packer, for: delta.collection) != .member {
            let place = "\(relay.label) \(delta.collection)"
            witnessed.handedOver[place] = (witnessed.handedOver[place] ?? Knowledge()).union(delta.result)
        }
        guard !knowsCopies else { return }
        // What a removed device packed they may have set aside.
        for (id, delta) in dropped {
            let able = ableDevices(after.roster, delta.collection)
            let holders = able.count { device in
                (witnessed.holds[device]?[delta.collection] ?? []).contains { $0.includes(delta.result) }
                    || witnessed.aside[id]?.contains(device) ?? false
            }
            guard holders >= min(2, max(1, able.count)) else {
                throw SimulationFault("\(relay.label) drops what only \(holders) of \(able.count) members hold")
            }
        }
    }

    /// The devices that may hold a collection.
    private func ableDevices(_ roster: Roster, _ collection: String) -> Set<DeviceID> {
        Set(roster.state.members.filter {
            !$0.value.isRemoved && $0.value.role.holdsKeys && $0.value.role != .recovery && $0.value.collections.contains(collection)
        }.keys)
    }

    // MARK: The end

    /// Everybody goes by every relay until nothing new is heard. Nothing else is used.
    func healByRelays(_ usable: [SimulatedRelay]) throws {
        for round in 0..<12 {
            var isAtRest = round > 1
            for home in homes {
                for relay in usable {
                    let before = try state(home).roster.count
                    // A reader may hold what nobody who may pack has vouched for: it is never equal, and has nothing to say.
                    guard let outcome = try visit(home, relay)?.outcome else { continue }
                    let hasLearned = try state(home).roster.count != before
                    guard hasLearned || outcome.sentDeltaCount + outcome.receivedDeltaCount > 0 else { continue }
                    isAtRest = false
                    say("round \(round): \(home.name) sends \(outcome.sentDeltaCount) and gets \(outcome.receivedDeltaCount) deltas")
                }
            }
            if isAtRest { return count("came to rest") }
        }
        throw SimulationFault("visits to relays do not come to rest")
    }

    /// Of a relay at rest.
    func check(_ relay: SimulatedRelay, beside hub: Home) throws {
        guard let replica = hub.replica else { return }
        let look = try relay.look(at: space)
        let roster = try state(hub).roster
        guard look.roster.heads == roster.heads else { throw SimulationFault("\(relay.label) has another roster") }
        let knowledge = try replica.store.knowledge()
        for (collection, claims) in look.claims {
            // What somebody could not read is served, and not claimed.
            guard let served = look.servedToNewcomer[collection], hostile == nil ? served == claims : served.includes(claims) else {
                throw SimulationFault("\(relay.label) claims more than it serves")
            }
            guard let held = knowledge[collection], knowsCopies || (claims.includes(held) && held.includes(claims)) else {
                throw SimulationFault("\(relay.label) has not what \(hub.name) has")
            }
        }
        for held in look.held.values where held.isServed && roster.state.members[held.packer]?.isRemoved ?? true {
            throw SimulationFault("\(relay.label) would serve what a removed laptop packed")
        }
        try checkErased(relay, look, roster)
        try searchFiles(of: relay, look)
        count("relay checked")
    }

    private func checkErased(_ relay: SimulatedRelay, _ look: SimulatedRelay.Look, _ roster: Roster) throws {
        for record in roster.state.erasures {
            let held = look.held.mapValues(\.collection).merging(look.parts) { $1 }
            for (id, collection) in held where collection == record.erasure.collection {
                guard witnessed.erasuresKnown[id]?.contains(record.id) == true || !enoughArePresent(roster, collection) else {
                    let what = look.held[id].map { $0.isServed ? "a delta" : "a delta of one who was removed" } ?? "a part"
                    say("of \(relay.label), \(id):")
                    for line in try relay.story(of: space) { say(line) }
                    throw SimulationFault("\(relay.label) still has \(what) that is older than an erasure")
                }
            }
            guard roster.state.confirmations[record.id]?.contains(relay.device) == true || !enoughArePresent(roster, record.erasure.collection) else {
                throw SimulationFault("\(relay.label) has not confirmed an erasure")
            }
            count("relay erased")
        }
    }

    /// A snapshot takes the place of others when two hold the same beside its packer. Where too few are left who could, what is older than an
    /// erasure stays until somebody removes those who are lost.
    private func enoughArePresent(_ roster: Roster, _ collection: String) -> Bool {
        let able = ableDevices(roster, collection)
        let present = Set(homes.compactMap { $0.replica?.identity.device }).intersection(able).count
        return present >= min(3, max(1, able.count))
    }

    /// No name, no text, and nothing of a segment that was dropped.
    private func searchFiles(of relay: SimulatedRelay, _ look: SimulatedRelay.Look) throws {
        let names = ["laptop-", "Kastanje", "Zuid", "Marker-", "given_name"].map { Data($0.utf8) }
        // One who means harm signs another's segments again.
        let held = Set(witnessed.samples.filter { look.held[$0.key] != nil }.values)
        for file in try FileManager.default.subpathsOfDirectory(atPath: relay.folder) {
            guard let bytes = FileManager.default.contents(atPath: relay.folder + "/" + file) else { continue }
            for name in names where bytes.range(of: name) != nil { throw SimulationFault("\(relay.label) has a name in \(file)") }
            for (id, sample) in witnessed.samples where look.held[id] == nil && !held.contains(sample) && bytes.range(of: Data(sample)) != nil {
                throw SimulationFault("\(relay.label) still has bytes of what it dropped in \(file)")
            }
        }
    }

    /// What a laptop had brought to a relay before it was lost is there, unless that relay was lost as well.
    func checkLost(_ hub: Home) throws {
        guard let replica = hub.replica, outcome.counts["removed"] == nil else { return }
        let there = try rootIDs(replica).union(erasedIDs)
        for lost in witnessed.lost where relays.first(where: { $0.device == lost.relay })?.restoreCount == lost.restoreCount {
            let missing = lost.ids.subtracting(there).count
            guard missing == 0 else { throw SimulationFault("\(missing) rows are lost that a relay had acknowledged") }
            count("compared with a lost laptop")
        }
    }
}
