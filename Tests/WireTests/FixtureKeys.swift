import CRDT
import Trust
import Wire

/// The keys of the people in Fixtures/wire, from fixed secrets, and what their space says of each.
enum FixtureKeys {
    static let fatima = device(0xF1), jan = device(0xF2)
    /// Admitted to read; and removed, after she had packed.
    static let reader = device(0xF3), removed = device(0xF4)
    /// Nobody's device, here.
    static let stranger = device(0xF5)

    static let people = epoch(0xE1), members = epoch(0xE2)
    /// Of a generation that this device was not given.
    static let unheld = epoch(0xE3)

    static let space = FixtureWorld.nonce(0x55, 0x55)

    private static func device(_ byte: UInt8) -> DeviceKeys {
        guard let keys = DeviceKeys(secret: Array(repeating: byte, count: 64)) else { preconditionFailure("64 bytes are a secret") }
        return keys
    }

    private static func epoch(_ byte: UInt8) -> EpochKey {
        guard let key = EpochKey(Array(repeating: byte, count: EpochKey.byteCount)) else { preconditionFailure("32 bytes are a key") }
        return key
    }

    /// The keys of `people`, which stand under `directory` too, so that only a segment's own binding tells the two apart.
    private static let ring: KeyRing = {
        var ring = KeyRing()
        ring.add(members, to: KeyScope.members)
        ring.add(people, to: "people")
        ring.add(people, to: "directory")
        return ring
    }()

    /// What a device seals, opens and judges with.
    static func sealing(_ keys: DeviceKeys = fatima, space: SpaceID = space, ring: KeyRing? = nil) -> KeyedSealing {
        KeyedSealing(space: space, keys: keys, ring: ring ?? self.ring, epochs: ["people": people.id]) { device, _ in
            switch device {
            case fatima.identity.id: .mayPack(fatima.identity)
            case jan.identity.id: .mayPack(jan.identity)
            case removed.identity.id: .mayNot(removed.identity)
            case reader.identity.id: .mayNot(reader.identity)
            default: .unknown
            }
        }
    }

    /// Seals and judges for those who hold a key that this space's people do not.
    static let outsider: KeyedSealing = {
        var ring = KeyRing()
        ring.add(unheld, to: "people")
        return sealing(stranger, ring: ring)
    }()

    /// A key for the bundle that follows, and its envelope; with nobody's box, so that the bytes are always the same.
    static func envelope(_ key: EpochKey = members) -> (envelope: BundleEnvelope, key: EpochKey)? {
        var drawn: UInt8 = 0
        return try? BundleEnvelope.make(epochKey: key, newcomers: []) {
            drawn += 1
            return FixtureWorld.nonce(0x99, drawn)
        }
    }

    /// What a newcomer says to Jan, whose invite it holds.
    static let request: [UInt8] = {
        guard let code = InviteCode(secret: Array(repeating: 0xC0, count: InviteCode.secretByteCount), device: jan.identity.id),
            let request = try? JoinRequest(keys: stranger, label: "Laptop Els", inviteKey: code.signingKey)
        else { preconditionFailure("the keys and the label are sound") }
        return request.encoded
    }()

    /// As it stands in keys.json.
    static var meaning: [Meaning] {
        [("Fatima", fatima, "member"), ("Jan", jan, "member"), ("the reader", reader, "reader"), ("the removed", removed, "removed"),
         ("a stranger", stranger, "none")].map { name, keys, right in
            Meaning.fields([
                "device": .text(name), "secret": .hex(keys.secret), "identity": .hex(keys.identity.bytes),
                "id": .nonce(keys.identity.id), "right": .text(right),
            ])
        } + [("members", members, true), ("people", people, true), ("people", unheld, false)].map { scope, key, isHeld in
            .fields(["scope": .text(scope), "epoch_key": .hex(key.bytes), "epoch": .nonce(key.id), "is_held": .bool(isHeld)])
        }
    }
}
