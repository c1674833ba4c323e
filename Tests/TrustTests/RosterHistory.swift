import CRDT
import Trust
import Wire

/// A random history of a space: devices that sign whatever comes to mind, knowing much or little, allowed or not. The same for the
/// same seed: the boxes are not there.
struct RosterHistory {
    private(set) var statements: [[UInt8]]
    private(set) var refusedCount = 0
    private var chance: Chance
    private var code: DeviceKeys { Laptop.keys("code") }
    private var nextEpoch: UInt64 = 100

    init(seed: UInt64) throws {
        chance = Chance(seed: seed)
        statements = []
        let founder = Laptop.keys("0")
        let first = Nonce(high: 0, low: 1)
        let genesis = Statement.Genesis(
            founder: founder.identity, label: SealedLabel(epoch: first, sealed: Samples.label.sealed),
            description: [UInt8](repeating: UInt8(truncatingIfNeeded: seed), count: 80),
            keys: ["members": [first], "people": [Nonce(high: 0, low: 2)]], boxes: Samples.boxes)
        let root = try Statement(space: .zero, signer: founder.identity.id, timeMilliseconds: 0, parents: [], content: .genesis(genesis))
            .signed(with: founder)
        var rosters = [try Trust.Roster(genesis: root)]
        for _ in 0..<5 + chance.below(4) { rosters.append(rosters[0]) }
        var all = rosters[0]
        // Begin with a few coordinators, so that there is something to quarrel about.
        for index in 1..<rosters.count {
            let role: Role = index < 4 ? .coordinator : chance.pick([.member, .reader, .relay, .recovery, .coordinator])
            let made = try sign(.admit(admission(of: index, as: role, use: nil, epochs: [Nonce(high: 0, low: 2)])), by: 0, parents: all.heads, in: all.space)
            try all.add([made])
        }
        for index in rosters.indices { rosters[index] = all }
        for _ in 0..<40 + chance.below(41) {
            let actor = chance.below(rosters.count)
            if chance.below(3) == 0 {
                let other = chance.below(rosters.count)
                try rosters[actor].add(rosters[other].statements(beyond: rosters[actor].heads))
                continue
            }
            // Every tenth knows more than it says.
            let known = rosters[actor]
            let parents = chance.below(10) == 0 ? [StatementID(of: chance.pick(known.statements))] : known.heads
            let made = try sign(content(by: actor, known, count: rosters.count), by: actor, parents: parents, in: known.space)
            do {
                try rosters[actor].add([made])
                try all.add([made])
            } catch let error as WireError where error.code == .notPermitted {
                // What can never count stands nowhere.
                refusedCount += 1
            }
        }
        statements = all.statements
    }

    private func sign(_ content: Statement.Content, by actor: Int, parents: [StatementID], in space: SpaceID) throws -> [UInt8] {
        let keys = Laptop.keys("\(actor)")
        return try Statement(space: space, signer: keys.identity.id, timeMilliseconds: 0, parents: parents, content: content)
            .signed(with: keys)
    }

    private func admission(of index: Int, as role: Role, use: Statement.InviteUse?, epochs: [EpochID]) -> Statement.Admission {
        Statement.Admission(
            identity: Laptop.keys("\(index)").identity, role: role, collections: ["people"], label: Samples.label, use: use,
            keys: role.holdsKeys && !epochs.isEmpty ? ["people": epochs.sorted()] : [:],
            boxes: role.holdsKeys && !epochs.isEmpty ? Samples.boxes : .zero)
    }

    private mutating func content(by actor: Int, _ known: Trust.Roster, count: Int) throws -> Statement.Content {
        let someone = Laptop.keys("\(chance.below(count + 2))").identity
        let epochs = (known.state.epochs["people"] ?? []).map(\.id)
        // A key that somebody has who may not is often rotated soon.
        switch known.state.needsRotation("people") && chance.below(2) == 0 ? 13 : chance.below(20) {
        case 0...4: return .revoke(Laptop.keys("\(chance.below(count))").identity.id)
        case 5...7:
            let role = chance.pick([Role.coordinator, .coordinator, .member, .reader, .relay])
            return .admit(admission(of: chance.below(count + 2), as: role, use: nil, epochs: Array(epochs.prefix(2))))
        case 8...10:
            guard let invite = known.state.invites.keys.min() else { fallthrough }
            let index = count + 2 + chance.below(4)
            let signature = try code.sign(Statement.InviteUse.message(Laptop.keys("\(index)").identity), as: .invite)
            return .admit(admission(of: index, as: .member, use: .init(invite: invite, signature: signature), epochs: Array(epochs.prefix(1))))
        case 11:
            return .invite(.init(publicKey: code.identity.signingKey, role: .member, collections: ["people"], mostUses: 1 + chance.below(2)))
        case 12:
            guard let invite = known.state.invites.keys.max() else { fallthrough }
            return .withdraw(invite)
        case 13, 14:
            nextEpoch += 1
            let epoch = Nonce(high: 0, low: nextEpoch)
            return .rotate(.init(keys: ["people": Samples.newKey(epoch, older: Array(epochs.prefix(3)))], boxes: Samples.boxes))
        case 15:
            guard !epochs.isEmpty else { return .label(someone.id, Samples.label) }
            return Samples.gift(Array(epochs.prefix(2)), to: [someone.id])
        case 16: return .writer([.init(collection: "people", writer: Nonce(high: 1, low: UInt64(chance.below(4))))])
        case 17: return .cut(collection: "people", .init(root: Nonce(high: 1, low: 1), last: UInt32(chance.below(9))))
        case 18: return Samples.erasure()
        default:
            guard let erasure = known.state.erasures.first else { return .label(someone.id, Samples.label) }
            return .confirm([erasure.id])
        }
    }
}
