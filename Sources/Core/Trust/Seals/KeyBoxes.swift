import CRDT
import Wire

/// The boxes beside a statement that gives keys: for each recipient one HPKE box of all the keys that it is given, whatever their scopes.
///
/// The statement signs their name, the first 16 bytes of their SHA-256, and the ids of the keys, which follow from the keys. So boxes
/// can be left away when nobody needs them any longer, and who opens one knows which keys they are, of which scope, and that they are
/// those that were meant.
///
/// Layout: count of (nonce recipient, counted box); recipients ascend.
package struct KeyBoxes: Hashable, Sendable {
    package private(set) var byRecipient: [DeviceID: [UInt8]] = [:]

    package init() {}

    package init(_ byRecipient: [DeviceID: [UInt8]]) { self.byRecipient = byRecipient }

    /// Seals keys to a device; a key that nobody can box to is its owner's trouble alone, and gets none.
    ///
    /// - Parameter space: zero for the genesis, whose hash will name the space.
    package mutating func seal(_ keys: [EpochKey], to recipient: DeviceIdentity, space: SpaceID) {
        guard !keys.isEmpty else { return }
        let info = KeyBoxes.info(space: space, recipient: recipient.id)
        byRecipient[recipient.id] = try? Box.seal(keys.flatMap(\.bytes), to: recipient.agreementKey, info: info)
    }

    package var encoded: [UInt8] {
        var out = ByteWriter()
        out.number(byRecipient.count)
        for (recipient, box) in byRecipient.sorted(by: { $0.key < $1.key }) {
            out.nonce(recipient)
            out.counted(box)
        }
        return out.bytes
    }

    /// What the statement signs.
    package var name: Nonce { KeyBoxes.name(of: encoded) }
    package static func name(of encoded: [UInt8]) -> Nonce { Digest.name(encoded) }

    /// Looks whether bytes are boxes at all.
    ///
    /// - Throws: `WireError`.
    static func check(_ encoded: [UInt8]) throws {
        guard encoded.count <= Limits.boxesByteCount else { throw WireError(.tooLarge, in: "boxes") }
        _ = try find(nil, in: encoded)
    }

    /// The keys that are boxed to a device: none when it has no box, or the box is not for it.
    static func open(_ encoded: [UInt8], with keys: DeviceKeys, space: SpaceID) -> [EpochKey] {
        guard let box = try? find(keys.identity.id, in: encoded),
            let bytes = Box.open(box, with: keys, info: info(space: space, recipient: keys.identity.id)),
            bytes.count % EpochKey.byteCount == 0
        else { return [] }
        return stride(from: 0, to: bytes.count, by: EpochKey.byteCount).compactMap { EpochKey(bytes[$0..<$0 + EpochKey.byteCount]) }
    }

    private static func find(_ device: DeviceID?, in encoded: [UInt8]) throws -> [UInt8]? {
        try encoded.withUnsafeBytes { raw in
            var reader = ByteReader(raw, in: "boxes")
            var last: DeviceID?
            var found: [UInt8]?
            for _ in 0..<(try reader.count(limit: Limits.keyBoxCount, bytesEach: 17 + Box.overheadByteCount)) {
                let recipient = try reader.nonce()
                if let last, last >= recipient { throw reader.failure(.malformed) }
                last = recipient
                let box = try reader.counted(limit: Limits.boxesByteCount)
                guard box.count >= Box.overheadByteCount + EpochKey.byteCount else { throw reader.failure(.malformed) }
                if recipient == device { found = Array(box) }
            }
            try reader.finish()
            return found
        }
    }

    private static func info(space: SpaceID, recipient: DeviceID) -> [UInt8] {
        var out = ByteWriter()
        out.raw("kith key box 1".utf8)
        out.byte(0)
        out.nonce(space)
        out.nonce(recipient)
        return out.bytes
    }
}

extension Statement.Content {
    /// The name of the boxes beside the statement; nil for a kind that has none.
    package var boxes: Nonce? {
        switch self {
        case .genesis(let genesis): genesis.boxes
        case .admit(let admission): admission.boxes
        case .rotate(let rotation): rotation.boxes
        case .box(let gift): gift.boxes
        default: nil
        }
    }

    /// The keys that are in the boxes, by scope.
    var keys: [String: [EpochID]] {
        switch self {
        case .genesis(let genesis): genesis.keys
        case .admit(let admission): admission.keys
        case .rotate(let rotation): rotation.keys.mapValues { [$0.epoch] }
        case .box(let gift): [gift.scope: gift.epochs]
        default: [:]
        }
    }
}
