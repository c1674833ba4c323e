import CRDT
import Trust
import Wire

/// Statements that no roster takes, each wrong in one place and signed all the same.
struct InvalidStatements {
    private let roster: Trust.Roster
    private let keys = Laptop.keys("0")
    private var parent: StatementID { roster.heads[0] }

    init(_ roster: Trust.Roster) { self.roster = roster }

    var all: [(String, [UInt8])] {
        get throws { try headers + payloads + signatures }
    }

    /// A statement from its parts; each can be left as it should be.
    private func statement(
        format: Int = 1, space: SpaceID? = nil, time: Int64 = 0, parents: [StatementID]? = nil, kind: UInt8 = 3,
        _ payload: (inout ByteWriter) -> Void = { $0.nonce(.zero) }
    ) throws -> [UInt8] {
        var out = ByteWriter()
        out.number(format)
        out.nonce(space ?? roster.space)
        out.nonce(keys.identity.id)
        out.signed(time)
        let parents = parents ?? [parent]
        out.number(parents.count)
        for parent in parents { out.raw(parent.bytes) }
        out.byte(kind)
        payload(&out)
        return out.bytes + (try keys.sign(out.bytes, as: .statement))
    }

    private var headers: [(String, [UInt8])] {
        get throws {
            let two = [StatementID(of: [1]), StatementID(of: [2])].sorted()
            return [
                ("a newer format", try statement(format: 2)),
                ("of another space", try statement(space: Nonce(high: 1, low: 1))),
                ("space zero", try statement(space: .zero)),
                ("a time beyond 2^53", try statement(time: 1 << 53 + 1)),
                ("no parents", try statement(parents: [])),
                ("parents that descend", try statement(parents: two.reversed())),
                ("a parent twice", try statement(parents: [parent, parent])),
                ("65 parents", try statement(parents: (0..<65).map { StatementID(of: [$0]) }.sorted())),
                ("a kind of a newer version", try statement(kind: 13)),
                ("kind 0", try statement(kind: 0)),
                ("a byte too many", try statement { $0.nonce(.zero); $0.byte(0) }),
                ("a byte too few", try statement { $0.raw([UInt8](repeating: 0, count: 15)) }),
                ("only a signature", [UInt8](repeating: 0, count: 64)),
                ("less than a signature", [UInt8](repeating: 0, count: 63)),
            ]
        }
    }

    private func admission(
        role: UInt8 = 2, collections: [String] = ["people"], label: Int = 40, use: UInt8 = 0, box scope: String? = nil, epochs: Int = 1,
        boxes: Nonce? = nil
    ) throws -> [UInt8] {
        try statement(kind: 2) { out in
            out.raw(Laptop.keys("1").identity.bytes)
            out.byte(role)
            out.number(collections.count)
            for name in collections { out.text(name) }
            out.nonce(.zero)
            out.counted([UInt8](repeating: 0, count: label))
            out.byte(use)
            if use == 1 { out.raw([UInt8](repeating: 0, count: 96)) }
            out.number(scope == nil ? 0 : 1)
            if let scope {
                out.text(scope)
                out.number(epochs)
                for number in 0..<epochs { out.nonce(Nonce(high: 0, low: UInt64(number))) }
            }
            out.nonce(boxes ?? (scope == nil ? .zero : Samples.boxes))
        }
    }

    /// - Parameter keys: scope, epoch and older epochs.
    private func rotation(_ keys: [(String, UInt64, [UInt64])], sealed: Int? = nil) throws -> [UInt8] {
        try statement(kind: 4) { out in
            out.number(keys.count)
            for (scope, epoch, older) in keys {
                out.text(scope)
                out.nonce(Nonce(high: 0, low: epoch))
                out.number(older.count)
                for epoch in older { out.nonce(Nonce(high: 0, low: epoch)) }
                out.raw([UInt8](repeating: 0, count: sealed ?? (older.isEmpty ? 0 : older.count * 32 + 16)))
            }
            out.nonce(Samples.boxes)
        }
    }

    private func invite(role: UInt8 = 2, uses: Int) throws -> [UInt8] {
        try statement(kind: 7) { out in
            out.raw(keys.identity.signingKey)
            out.byte(role)
            out.number(0)
            out.number(uses)
        }
    }

    private var payloads: [(String, [UInt8])] {
        get throws {
            [
                ("a role of a newer version", try admission(role: 6)),
                ("collections that descend", try admission(collections: ["people", "directory"])),
                ("a collection twice", try admission(collections: ["people", "people"])),
                ("a collection named members", try admission(collections: ["members"])),
                ("a collection without a name", try admission(collections: [""])),
                ("a collection with a control character", try admission(collections: ["peo\u{7}ple"])),
                ("a label shorter than any sealed field", try admission(label: 31)),
                ("a label too long", try admission(label: 289)),
                ("an invite flag of 2", try admission(use: 2)),
                ("a recovery key by invite", try admission(role: 5, use: 1)),
                ("a relay with keys", try admission(role: 4, box: "people")),
                ("keys of a collection it is not for", try admission(box: "directory")),
                ("a box without keys", try admission(box: "people", epochs: 0)),
                ("keys without the name of their boxes", try admission(box: "people", boxes: .zero)),
                ("the name of boxes without keys", try admission(boxes: Samples.boxes)),
                ("a rotation of nothing", try rotation([])),
                ("a rotation that seals its own key", try rotation([("people", 1, [1])])),
                ("scopes of a rotation that descend", try rotation([("people", 1, []), ("members", 2, [])])),
                ("one key for two scopes", try rotation([("members", 1, []), ("people", 1, [])])),
                ("older keys that descend", try rotation([("people", 3, [2, 1])])),
                ("a seal that is too short", try rotation([("people", 3, [1])], sealed: 31)),
                ("keys for nobody", try statement(kind: 5) {
                    $0.text("people"); $0.number(1); $0.nonce(.zero); $0.number(0); $0.nonce(Samples.boxes)
                }),
                ("no keys for somebody", try statement(kind: 5) {
                    $0.text("people"); $0.number(0); $0.number(1); $0.nonce(.zero); $0.nonce(Samples.boxes)
                }),
                ("an invite for none", try invite(uses: 0)),
                ("an invite for 1,001", try invite(uses: 1_001)),
                ("an invite for a recovery key", try invite(role: 5, uses: 1)),
                ("a claim of no writers", try statement(kind: 9) { $0.number(0) }),
                ("a writer twice", try statement(kind: 9) { out in
                    out.number(2)
                    for _ in 0..<2 {
                        out.text("people")
                        out.nonce(.zero)
                    }
                }),
                ("a cut beyond 2^32", try statement(kind: 10) { $0.text("people"); $0.nonce(.zero); $0.number(1 << 32) }),
                ("an erasure too short to be sealed", try statement(kind: 11) { $0.text("people"); $0.nonce(.zero); $0.counted([1]) }),
                ("a confirmation of nothing", try statement(kind: 12) { $0.number(0) }),
                ("a count beyond the bytes", try statement(kind: 12) { $0.number(1_000) }),
                ("a genesis with parents", try statement(kind: 1) { $0.raw([UInt8](repeating: 0, count: 64)) }),
            ]
        }
    }

    private var signatures: [(String, [UInt8])] {
        get throws {
            let good = try statement()
            let other = Statement(
                space: roster.space, signer: keys.identity.id, timeMilliseconds: 0, parents: [parent], content: .revoke(.zero))
            let body = other.encodedBody
            let gift = Samples.gift([.zero], to: [.zero])
            let named = Statement(space: roster.space, signer: keys.identity.id, timeMilliseconds: 0, parents: [parent], content: gift)
            return [
                ("boxes of another name", try named.signed(with: keys, boxes: KeyBoxes())),
                ("boxes beside a statement that has none", StatedBytes.join(good, boxes: [0])),
                ("by one whom nothing lets sign it", try Statement(
                    space: roster.space, signer: keys.identity.id, timeMilliseconds: 0,
                    parents: [parent], content: .cut(collection: "elsewhere", .init(root: .zero, last: 1))).signed(with: keys)),
                ("a signature by another device", try other.signed(with: Laptop.keys("1"))),
                ("a signature for another purpose", body + (try keys.sign(body, as: .manifest))),
                ("a signature with a flipped bit", Array(good.dropLast()) + [(good.last ?? 0) ^ 1]),
            ]
        }
    }
}
