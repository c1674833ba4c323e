import CRDT
import Testing
import Trust
import Wire

@Suite struct BundleEnvelopeTests {
    private let current = epochKey(1)
    private let fatima = deviceKeys(11), jan = deviceKeys(12), els = deviceKeys(13)

    private func ring(_ keys: EpochKey..., scope: String = KeyScope.members) -> KeyRing {
        var ring = KeyRing()
        for key in keys { ring.add(key, to: scope) }
        return ring
    }

    private func make(_ newcomers: [DeviceKeys] = [], seed: UInt64 = 100) throws -> (envelope: BundleEnvelope, key: EpochKey) {
        try BundleEnvelope.make(epochKey: current, newcomers: newcomers.map(\.identity.agreementKey), random: nonces(from: seed))
    }

    @Test func membersAndNewcomersFindTheSameKey() throws {
        let (made, key) = try make([fatima, jan])
        let found = try BundleEnvelope(parsing: made.bytes + patterned(1_000))
        #expect(found.byteCount == made.byteCount)
        #expect(found.byteCount == 98 + 2 * 80)
        #expect(found.newcomerCount == 2)
        #expect(found.key(ring: ring(epochKey(2), current)) == key)
        #expect(found.key(device: fatima) == key)
        #expect(found.key(device: jan) == key)
        #expect(found.streamInfo == made.streamInfo)
    }

    @Test func othersFindNone() throws {
        let (made, _) = try make([fatima])
        #expect(made.key(device: els) == nil)
        #expect(made.key(ring: KeyRing()) == nil)
        #expect(made.key(ring: ring(epochKey(2))) == nil)
        #expect(made.key(ring: ring(current, scope: "people")) == nil, "the key of a collection is not the members'")
    }

    /// A newcomer's box says nothing of the epoch: only of this bundle.
    @Test func aNewcomerLearnsThisBundleAlone() throws {
        let (first, key) = try make([fatima], seed: 100)
        let (second, other) = try make(seed: 200)
        #expect(first.key(device: fatima) == key)
        #expect(key != current && key != other)
        #expect(second.key(device: fatima) == nil)
        #expect(second.key(ring: ring(key)) == nil)
    }

    /// Nothing in the clear is the same in two bundles of one space, but for the format and the number of boxes.
    @Test func twoBundlesOfOneSpaceDoNotLookAlike() throws {
        let first = try make(seed: 100).envelope.bytes, second = try make(seed: 200).envelope.bytes
        for start in [1, 17, 25, 41, 90] { #expect(first[start..<start + 8] != second[start..<start + 8], "at \(start)") }
    }

    @Test func aBoxOfOneBundleIsNoneOfAnother() throws {
        let first = try make([fatima], seed: 100).envelope.bytes, second = try make([fatima], seed: 200).envelope.bytes
        let mixed = Array(second[..<90] + first[90..<170])
        let checksum = Digest.sha256(parts: [Array("kith bundle head 1".utf8), [0], mixed]).prefix(8)
        #expect(try BundleEnvelope(parsing: mixed + checksum).key(device: fatima) == nil)
    }

    @Test func thePayloadIsBoundToTheWholeEnvelope() throws {
        let (first, key) = try make([fatima], seed: 100)
        let payload = try SealedStream.seal(patterned(10), under: key, info: first.streamInfo, salt: nonce(1))
        // The same keys with another box: a stranger has struck a newcomer off the list.
        let bare = Array(first.bytes[..<89] + [0])
        let checksum = Digest.sha256(parts: [Array("kith bundle head 1".utf8), [0], bare]).prefix(8)
        let second = try BundleEnvelope(parsing: bare + checksum)
        #expect(second.key(ring: ring(current)) == key)
        #expect(code { try SealedStream.open(payload, under: key, info: second.streamInfo) } == .damaged)
        #expect(try SealedStream.open(payload, under: key, info: first.streamInfo) == patterned(10))
    }

    @Test func everyFlippedByteAndEveryCutIsFound() throws {
        let bytes = try make([fatima, jan]).envelope.bytes
        for offset in bytes.indices {
            let found = code { try BundleEnvelope(parsing: bytes.flipped(at: offset)) }
            // Fewer boxes: the checksum stands elsewhere. More: the end is missing.
            #expect(found == (offset == 0 ? .newerFormat : offset == 89 ? .truncated : .damaged), "byte \(offset)")
        }
        #expect(code { try BundleEnvelope(parsing: bytes.flipped(at: 89, bit: 2)) } == .damaged)
        #expect(code { try BundleEnvelope(parsing: bytes.flipped(at: 89, bit: 64)) } == .truncated)
        // 4,097 boxes.
        #expect(code { try BundleEnvelope(parsing: Array(bytes[..<89]) + [0x81, 0x20]) } == .tooLarge)
        for length in bytes.indices {
            #expect(code { try BundleEnvelope(parsing: Array(bytes.prefix(length))) } == .truncated, "cut to \(length)")
        }
    }

    @Test func newcomersAreLimited() throws {
        let most = Array(repeating: fatima, count: Limits.newcomerCount)
        let (made, key) = try make(Array(most.dropLast()) + [jan])
        #expect(made.byteCount == BundleEnvelope.maximumByteCount)
        #expect(try BundleEnvelope(parsing: made.bytes).key(device: jan) == key)
        #expect(code { try make(most + [jan]) } == .tooLarge)
    }

    /// A key of low order would share its secret with everybody: nothing is sealed to it.
    @Test func weakKeysGetNoBox() throws {
        let one: [UInt8] = [1] + Array(repeating: 0, count: 31)
        // RFC 7748's prime less 1, and a point of order 8.
        let minusOne: [UInt8] = [0xEC] + Array(repeating: 0xFF, count: 30) + [0x7F]
        let ofOrderEight: [UInt8] = [
            0xE0, 0xEB, 0x7A, 0x7C, 0x3B, 0x41, 0xB8, 0xAE, 0x16, 0x56, 0xE3, 0xFA, 0xF1, 0x9F, 0xC4, 0x6A,
            0xDA, 0x09, 0x8D, 0xEB, 0x9C, 0x32, 0xB1, 0xFD, 0x86, 0x62, 0x05, 0x16, 0x5F, 0x49, 0xB8, 0x00,
        ]
        for weak in [Array(repeating: 0, count: 32), one, minusOne, ofOrderEight, [], patterned(31)] {
            #expect(!Box.accepts(agreementKey: weak))
            #expect(code { try Box.seal([1], to: weak, info: []) } == .malformed)
            #expect(code { try BundleEnvelope.make(epochKey: current, newcomers: [weak], random: nonces()) } == .malformed)
        }
        for seed in 1...20 as ClosedRange<UInt64> { #expect(Box.accepts(agreementKey: deviceKeys(seed).identity.agreementKey)) }
    }
}
