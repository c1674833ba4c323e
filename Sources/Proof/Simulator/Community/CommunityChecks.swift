import CRDT
import Engine
import Foundation
import Store
import Trust
import Wire

/// How a seed of a community ends: everybody who is still a member meets, and then it is asked who holds what.
extension CommunitySimulation {
    /// A coordinator by the roster that comes of all of them: one who was removed may not have heard of it.
    private func findHub() throws -> Home? {
        guard var roster = try homes.first.map({ try state($0).roster }) else { return nil }
        for home in homes { try roster.add(try state(home).roster.statements) }
        return homes.first { home in
            guard let device = home.replica?.identity.device, let member = roster.state.members[device] else { return false }
            return !member.isRemoved && member.role == .coordinator && member.collections.count == clients[0].client.schema.collections.count
        }
    }

    /// Everybody who is still a member meets at a coordinator's: first by sticks, which bring news of each other to those who do
    /// not know one another yet and so would not talk, and then over the network.
    func heal() throws {
        let usable = try usableRelays()
        guard usable.isEmpty else { return try healByRelays(usable) }
        for round in 0..<3 {
            guard let hubHome = try findHub(), let hub = hubHome.replica else { return }
            let stick = root + "/heal-\(round)"
            _ = try hub.exportBundle(to: stick + "-out.kithbundle", for: .everyone)
            for (index, home) in homes.enumerated() where home !== hubHome {
                try take(stick + "-out.kithbundle", home)
                guard let replica = home.replica, try state(home).mayWrite else { continue }
                _ = try replica.exportBundle(to: stick + "-\(index).kithbundle", for: .everyone)
                try take(stick + "-\(index).kithbundle", hubHome)
            }
            for home in homes {
                guard let replica = home.replica, replica !== hub else { continue }
                _ = try session(hub, replica)
            }
        }
    }

    /// Relays that are still admitted, by what everybody knows together.
    private func usableRelays() throws -> [SimulatedRelay] {
        guard var roster = try homes.first.map({ try state($0).roster }), try findHub() != nil else { return [] }
        for home in homes { try roster.add(try state(home).roster.statements) }
        return relays.filter { relay in roster.state.members[relay.device].map { !$0.isRemoved && $0.role == .relay } ?? false }
    }

    func check() throws {
        if clients.count > 1 { try showEverything() }
        let usable = try usableRelays()
        guard let hubHome = try findHub(), let hub = hubHome.replica else {
            return count("no coordinator left")
        }
        let last = root + "/last.kithbundle"
        _ = try hub.exportBundle(to: last, for: .everyone)
        let roster = try state(hubHome).roster
        for home in homes {
            guard let replica = home.replica else { continue }
            try replica.unlock()
            // Removed, or admitted by somebody who had been.
            if roster.state.members[replica.identity.device].map(\.isRemoved) ?? true {
                let key = try BundleView.look(for: home.client.client, last, replica: nil, home.environment)
                guard case .closed = key else { throw SimulationFault("\(home.name) was removed and opens a later bundle") }
                count("removed and shut out")
                continue
            }
            // Where there are relays, they alone must have sufficed.
            if usable.isEmpty { try take(last, home) }
            try replica.prepare()
            if try !holdsAlone(home, hub) { try compare(home, hubHome) }
            // What came before its key is read when that comes, and by now every key has.
            for delta in try replica.store.quarantined() where !isHostile(delta.packer) {
                guard let code = delta.unreadable else { continue }
                throw SimulationFault("\(home.name) still cannot read a delta of \(delta.packer): \(code)")
            }
            try checkErased(home)
        }
        for relay in usable { try check(relay, beside: hubHome) }
        if !usable.isEmpty { try checkLost(hubHome) }
    }

    /// Laptops of several programs have kept what the others wrote, unseen: a program that knows all tables shows it.
    private func showEverything() throws {
        let everything = try SimulatedClient.everything()
        for home in homes {
            try home.replica?.close()
            home.replica = try Replica.open(for: everything, nil, home.environment)
        }
        count("opened by a program that knows all tables")
    }

    /// Whether a reader has what no writer has any more: of one who was removed, or whose disk was put back to an earlier day. No reader can
    /// vouch for it, so the others may not have it.
    private func holdsAlone(_ home: Home, _ hub: Replica) throws -> Bool {
        guard let replica = home.replica, try state(home).own?.role == .reader else { return false }
        let others = try hub.store.knowledge()
        let isAlone = try replica.store.knowledge().contains { collection, held in others[collection].map { !$0.includes(held) } ?? false }
        if isAlone { count("a reader holds alone") }
        return isAlone
    }

    private func compare(_ home: Home, _ hub: Home) throws {
        guard let replica = home.replica, let other = hub.replica else { return }
        guard try Set(state(home).roster.heads).isSuperset(of: state(hub).roster.heads) || state(home).roster.contains(state(hub).roster.heads)
        else { throw SimulationFault("\(home.name) lacks statements") }
        let collections = Set(try state(home).collections)
        func cells(_ store: Store) throws -> Set<DumpedCell> {
            Set(try store.dump().filter { collections.contains(store.schema[$0.table]?.collection.rawValue ?? "") })
        }
        let mine = try cells(replica.store), theirs = try cells(other.store)
        guard mine == theirs else {
            for cell in mine.subtracting(theirs).prefix(4) { say("only \(home.name): \(cell.table) \(cell.column) \(cell.siblings)") }
            for cell in theirs.subtracting(mine).prefix(4) { say("only \(hub.name): \(cell.table) \(cell.column) \(cell.siblings)") }
            throw SimulationFault("\(home.name) and \(hub.name) differ in \(mine.symmetricDifference(theirs).count) cells")
        }
        count("compared")
    }

    /// Of the folders of a laptop nothing may hold what was erased, once it has said that it is done.
    private func checkErased(_ home: Home) throws {
        // A coordinator that was removed before it told anybody erases nowhere else: its statement reaches nobody.
        let known = Set(try state(home).roster.state.erasures.map(\.id))
        let markers = Set(erasedMarkers.filter { !$0.statements.isDisjoint(with: known) }.flatMap(\.markers))
        guard let replica = home.replica, !markers.isEmpty else { return }
        guard try !replica.store.isScrubOwed else { throw SimulationFault("\(home.name) has not scrubbed") }
        try replica.store.checkpoint()
        for file in try FileManager.default.subpathsOfDirectory(atPath: home.folder) where !file.contains(".before-restore-") {
            guard let bytes = FileManager.default.contents(atPath: home.folder + "/" + file) else { continue }
            for marker in markers where bytes.range(of: Data(marker.utf8)) != nil {
                throw SimulationFault("\(home.name) still has erased text in \(file)")
            }
        }
        count("searched for the erased")
    }
}
