import CRDT
import Crypto
import Testing
import Trust
import Wire

/// Chance that can be replayed. (SplitMix64.)
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ end: Int) -> Int { Int(next() % UInt64(end)) }
    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}

/// Laptops with rosters of their own, which meet when the scene says so.
final class Laptop {
    let name: String
    let keys: DeviceKeys
    private(set) var roster: Trust.Roster
    private var chance: Chance

    var id: DeviceID { keys.identity.id }
    var ring: KeyRing { roster.keys(for: keys) }
    var state: RosterState { roster.state }

    /// The device keys of a name: the same in every test.
    static func keys(_ name: String) -> DeviceKeys {
        var bytes: [UInt8] = []
        for part in ["1", "2"] { bytes += Digest.sha256(Array("\(name) \(part)".utf8)) }
        return DeviceKeys(secret: bytes)!
    }

    /// Founds a space.
    init(founder name: String, collections: [String] = ["directory", "people"], seed: UInt64 = 1) throws {
        self.name = name
        keys = Laptop.keys(name)
        var chance = Chance(seed: seed)
        roster = try Trust.Roster(
            genesis: try RosterAuthor.genesis(
                keys: keys, label: name, name: "Zuid", collections: collections, random: { Nonce(using: &chance) },
                nowMilliseconds: 1_763_000_000_000))
        self.chance = chance
    }

    /// Has what somebody else had at this moment.
    init(_ name: String, keys: DeviceKeys? = nil, from other: Laptop) {
        self.name = name
        self.keys = keys ?? Laptop.keys(name)
        roster = other.roster
        chance = Chance(seed: self.keys.identity.id.low)
    }

    /// Signs with what it knows, and takes it into its own roster.
    @discardableResult
    func sign(_ verbs: (inout RosterAuthor) throws -> [[UInt8]]) throws -> [StatementID] {
        // The author's chance must not be this object's while the object is being changed.
        let box = ChanceBox(chance)
        var author = RosterAuthor(
            keys: keys, roster: roster, ring: ring, random: { Nonce(using: &box.chance) }, nowMilliseconds: 1_763_000_001_000)
        let made = try verbs(&author)
        roster = author.roster
        chance = box.chance
        return made.map { StatementID(of: $0) }
    }

    /// Admits a laptop, which then has this one's roster.
    func admit(
        _ name: String, as role: Role = .member, collections: [String] = ["directory", "people"], keys: DeviceKeys? = nil
    ) throws -> Laptop {
        let newcomer = keys ?? Laptop.keys(name)
        try sign { try $0.admit(newcomer.identity, as: role, collections: collections, label: name) }
        return Laptop(name, keys: newcomer, from: self)
    }

    func replace(roster: Trust.Roster) { self.roster = roster }

    func take(_ statements: [[UInt8]]) throws { try roster.add(statements) }

    /// Both have what either had.
    func meet(_ other: Laptop) throws {
        let (mine, theirs) = (roster.statements(beyond: other.roster.heads), other.roster.statements(beyond: roster.heads))
        try take(theirs)
        try other.take(mine)
        #expect(roster.digest == other.roster.digest)
        #expect(state == other.state)
    }

    func isMember(_ other: Laptop) -> Bool { roster.standing(of: other.id, for: "people") == .member }
    func holdsCurrentKey(of scope: String) -> Bool { state.currentEpoch(of: scope).map { ring.key($0.id, of: scope) != nil } ?? false }
}

private final class ChanceBox {
    var chance: Chance
    init(_ chance: Chance) { self.chance = chance }
}

// Statements that no author would make.

extension Laptop {
    /// Signed by this laptop, whatever it may do.
    func raw(
        _ content: Statement.Content, parents: [StatementID]? = nil, space: SpaceID? = nil, by keys: DeviceKeys? = nil
    ) throws -> [UInt8] {
        let keys = keys ?? self.keys
        let statement = Statement(
            space: space ?? roster.space, signer: keys.identity.id, timeMilliseconds: 1_763_000_002_000,
            parents: parents ?? roster.heads, content: content)
        return try statement.signed(with: keys)
    }

    /// An admission without keys.
    func rawAdmission(
        _ identity: DeviceIdentity, as role: Role = .member, collections: [String] = ["directory", "people"],
        use: Statement.InviteUse? = nil
    ) -> Statement.Content {
        .admit(
            Statement.Admission(
                identity: identity, role: role, collections: collections, label: Samples.label, use: use, keys: [:],
                boxes: .zero))
    }

    /// Signs anything and takes it in.
    @discardableResult
    func force(_ content: Statement.Content, parents: [StatementID]? = nil) throws -> StatementID {
        let encoded = try raw(content, parents: parents)
        try take([encoded])
        return StatementID(of: encoded)
    }

    func counts(_ id: StatementID) -> Bool { roster.statement(id) != nil && !state.void.contains(id) }
}

enum Samples {
    static let label = SealedLabel(epoch: .zero, sealed: [UInt8](repeating: 0, count: 40))

    static func erasure(_ collection: String = "people") -> Statement.Content {
        .erase(Statement.Erasure(collection: collection, epoch: .zero, sealed: [UInt8](repeating: 0, count: 40)))
    }

    /// The name of boxes that are not there.
    static let boxes = Nonce(high: 0, low: 7)

    static func gift(_ epochs: [EpochID], to recipients: [DeviceID], scope: String = "people") -> Statement.Content {
        .box(.init(scope: scope, epochs: epochs, recipients: recipients, boxes: boxes))
    }

    static func newKey(_ epoch: EpochID, older: [EpochID] = []) -> Statement.Rotation.NewKey {
        .init(epoch: epoch, older: older.sorted(), sealed: [UInt8](repeating: 0, count: older.isEmpty ? 0 : 32 * older.count + 16))
    }
}
