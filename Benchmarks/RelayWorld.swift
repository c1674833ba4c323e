import BundleFile
import CRDT
import Foundation
import Synchronization
import Transport
import Trust
import Wire

/// The spaces and devices of W7: real keys, real rosters, made anew for each run.
final class RelayWorld: Sendable {
    static let collection = "people"

    struct Device: Sendable {
        let keys: DeviceKeys
        let id: DeviceID

        init() {
            var chance = SystemRandomNumberGenerator()
            while true {
                if let keys = DeviceKeys(secret: (0..<64).map { _ in UInt8.random(in: .min ... .max, using: &chance) }) {
                    self.keys = keys
                    id = keys.identity.id
                    return
                }
            }
        }
    }

    /// One space: its roster, of which all of its devices hold the same.
    final class Space: Sendable {
        let identity: SpaceIdentity
        let epoch: EpochID
        private let state: Mutex<Roster>
        private let membersKey: EpochKey

        /// - Throws: `WireError` (never seen).
        init(founder: Device, members: [Device], relay: DeviceIdentity) throws {
            let now = Int64(Date().timeIntervalSince1970 * 1_000)
            let genesis = try RosterAuthor.genesis(
                keys: founder.keys, label: "Laptop 0", name: "Bench", collections: [RelayWorld.collection], random: StoreBench.nonce,
                nowMilliseconds: now)
            let roster = try Roster(genesis: genesis)
            var author = RosterAuthor(
                keys: founder.keys, roster: roster, ring: roster.keys(for: founder.keys), random: StoreBench.nonce, nowMilliseconds: now)
            _ = try author.admit(relay, as: .relay, collections: [RelayWorld.collection], label: "Relay")
            for (number, member) in members.enumerated() {
                _ = try author.admit(member.keys.identity, as: .member, collections: [RelayWorld.collection], label: "Laptop \(number + 1)")
            }
            guard let epoch = author.roster.state.currentEpoch(of: RelayWorld.collection),
                let membersEpoch = author.roster.state.currentEpoch(of: KeyScope.members),
                let membersKey = author.ring.key(membersEpoch.id, of: KeyScope.members)
            else { throw WireError(.noKey, in: RelayWorld.collection) }
            identity = SpaceIdentity(id: author.roster.space, name: "Bench", importSecret: [])
            self.epoch = epoch.id
            self.membersKey = membersKey
            state = Mutex(author.roster)
        }

        var heads: (digest: Nonce, heads: [StatementID]) { state.withLock { ($0.digest, $0.heads) } }
        func statements(beyond heads: [StatementID]) -> [[UInt8]] { state.withLock { $0.statements(beyond: heads) } }
        func learn(_ statements: [[UInt8]]) throws { try state.withLock { _ = try $0.add(statements) } }

        /// By which a relay begins to carry the space: the roster, boxed for the relay.
        func writeBundle(to path: String, from founder: Device, for relay: DeviceIdentity) throws {
            let envelope = try BundleEnvelope.make(epochKey: membersKey, newcomers: [relay.agreementKey], random: StoreBench.nonce)
            let writer = try BundleFileWriter(path: path, envelope: envelope, nonce: StoreBench.nonce())
            try writer.append(.preamble(Preamble(
                space: identity.id, packer: founder.id, packerReplica: StoreBench.nonce(),
                packedMilliseconds: Int64(Date().timeIntervalSince1970 * 1_000), knownHeads: [], heads: heads.heads)))
            try writer.append(.statements(statements(beyond: [])))
            _ = try writer.finish()
        }
    }

    let relay: DeviceIdentity
    let devices: [Device]
    let identities: [Dialer.Identity]
    /// Everybody is a member, and nothing happens.
    let quiet: Space
    /// Each with its own devices: those of `devices` from `index * activePerSpace` on.
    let busy: [Space]
    let activePerSpace: Int

    /// - Throws: `WireError`, what the libraries say about keys (never seen).
    init(relay: DeviceIdentity, deviceCount: Int, busySpaceCount: Int, activePerSpace: Int) throws {
        self.relay = relay
        self.activePerSpace = activePerSpace
        let devices = (0..<max(deviceCount, busySpaceCount * activePerSpace)).map { _ in Device() }
        self.devices = devices
        identities = try devices.map { try Dialer.Identity(own: $0.keys.signing) { $0 == relay.signingKey } }
        quiet = try Space(founder: devices[0], members: Array(devices.dropFirst()), relay: relay)
        busy = try (0..<busySpaceCount).map { number in
            let members = devices[(number * activePerSpace)..<((number + 1) * activePerSpace)]
            return try Space(founder: members[members.startIndex], members: Array(members.dropFirst()), relay: relay)
        }
    }

    var spaces: [Space] { [quiet] + busy }
    func founder(of index: Int) -> Device { index == 0 ? devices[0] : devices[(index - 1) * activePerSpace] }
}
