import CRDT
import Device
import Engine
import Foundation
import Store
import Trust
import Wire

/// What the hostile member does in a community, and what it must come to.
extension CommunitySimulation {
    func admitHostile(_ random: SplitMix64) throws {
        guard let host = try coordinators.first, let replica = host.replica else { return }
        var chances = random
        let home = makeHome("mallory", seed: chances.next(), for: clients[0])
        let request = root + "/mallory.kithrequest"
        _ = try RequestFile.write(to: request, label: "Marker-mallory", home.environment)
        try replica.admit(try RequestFile.read(request), as: .member, collections: nil)
        let stick = root + "/welcome-mallory.kithbundle"
        _ = try replica.exportBundle(to: stick, for: .everyone)
        (home.replica, _) = try Replica.join(for: home.client.client, bundle: stick, at: nil, home.environment)
        hostile = HostileMember(home: home, random: chances)
        // Who is there already hears of her as people do.
        for home in homes where home !== host { try take(stick, home) }
        count("hostile member")
    }

    /// One thing that she does, as often as not.
    func harm() throws {
        guard var mallory = hostile, let replica = mallory.home.replica else { return }
        defer { hostile = mallory }
        guard mallory.random.chance(percent: 45), try !isRemoved(mallory.home) else { return }
        let harm = mallory.random.pick(HostileMember.Harm.allCases)
        count("harm: \(harm)")
        say("mallory: \(harm)")
        switch harm {
        case .legal:
            try replica.store.executeAsClient(mallory.home.client.insertion, [.text("Marker-m\(mallory.random.below(1_000_000))")])
        case .labels, .revokes, .cuts, .writers:
            try mallory.state(harm, replica)
        default:
            // Without the newest key she seals nothing.
            guard (try? replica.membership.currentEpoch(of: mallory.home.client.collection)) != nil,
                let delta = try mallory.forge(harm, replica, nowMilliseconds: mallory.home.environment.nowMilliseconds())
            else { return }
            if harm != .resigned { witnessed.invented.formUnion(delta.manifest.chains.keys) }
            if relays.isEmpty {
                let path = root + "/mallory-\(mallory.random.next()).kithbundle"
                try mallory.writeStick(path, replica, [delta])
                let reader = mallory.random.pick(homes)
                if !reader.usesRelaysAlone { try take(path, reader) }
                return
            }
            let relay = mallory.random.pick(relays)
            try relay.take([delta], from: replica.identity, key: replica.membership.current().keys.identity.signingKey)
            let look = try relay.look(at: space)
            // Also what it refused half way, and keeps a part of.
            let there = Set(look.held.keys).union(look.parts.keys)
            for id in there where witnessed.erasuresKnown[id] == nil { witnessed.erasuresKnown[id] = Set(look.roster.state.erasures.map(\.id)) }
            witnessed.samples.merge(try relay.samples(of: space, beyond: Set(witnessed.samples.keys))) { $1 }
        }
        if !relays.isEmpty {
            let relay = mallory.random.pick(relays)
            try visit(mallory.home, relay)
            mallory.seen = try relay.deltas(of: space).filter { $0.manifest.packer != replica.identity.device }
        } else if let reader = homes.first(where: { !$0.usesRelaysAlone }), let there = reader.replica {
            count(try session(replica, there) ? "session" : "session refused")
        }
    }

    /// Whether something that was set aside is hers, or could not be helped.
    func isHostile(_ packer: DeviceID?) -> Bool { packer == hostile?.home.replica?.identity.device }
}
