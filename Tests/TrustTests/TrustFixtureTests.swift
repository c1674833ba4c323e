import CRDT
import Crypto
import Foundation
import Testing
import Trust
import Wire

/// The golden files of Fixtures/trust: what stands there is what this code writes, and it reads back as the same.
///
/// `KITH_WRITE_FIXTURES=1` writes them. Boxes are different each time they are made: their file is written only when it is not
/// there, and otherwise opened.
@Suite struct TrustFixtureTests {
    private let current = epochKey(1), older = epochKey(2)
    private let device = deviceKeys(11), newcomer = deviceKeys(12), stranger = deviceKeys(13)
    private let space = nonce(0x55)

    // MARK: Keys

    @Test func keys() throws {
        var vectors: [Vector] = []
        for keys in [device, newcomer] {
            let statement = Array("a statement".utf8)
            vectors.append([
                "kind": "device", "secret": .hex(keys.secret), "identity": .hex(keys.identity.bytes),
                "id": .hex(keys.identity.id.bytes), "spoken": .text(keys.identity.id.spoken), "statement": .hex(statement),
                "signature": .hex(try keys.sign(statement, as: .statement)),
            ])
        }
        for key in [current, older] { vectors.append(["kind": "epoch", "key": .hex(key.bytes), "id": .hex(key.id.bytes)]) }
        let label = Array("Laptop van Müller".utf8)
        let field = try SealedField.seal(label, under: current, context: "label", salt: nonce(3))
        #expect(SealedField.open(field, under: current, context: "label") == label)
        vectors.append([
            "kind": "field", "key": .hex(current.bytes), "context": "label", "salt": .hex(nonce(3).bytes), "plaintext": .hex(label),
            "sealed": .hex(field),
        ])
        for bytes in [field.flipped(at: 0), field.flipped(at: 20), Array(field.dropLast()), Array(field.prefix(31)), []] {
            #expect(SealedField.open(bytes, under: current, context: "label") == nil)
            vectors.append([
                "kind": "field", "key": .hex(current.bytes), "context": "label", "sealed": .hex(bytes), "error": "does not open",
            ])
        }
        try Fixtures.check("keys.json", vectors)
    }

    // MARK: Streams and segments

    /// Byte i of a long plaintext is i modulo 251.
    @Test func streams() throws {
        let info = Array("kith test 1".utf8)
        var vectors: [Vector] = []
        for byteCount in [0, 1, 40, 65_535, 65_536, 65_537, 131_072] {
            let plaintext = (0..<byteCount).map { UInt8($0 % 251) }
            let sealed = try SealedStream.seal(plaintext, under: current, info: info, salt: nonce(4))
            #expect(try SealedStream.open(sealed, under: current, info: info) == plaintext)
            var vector: Vector = [
                "key": .hex(current.bytes), "info": .hex(info), "salt": .hex(nonce(4).bytes), "plaintext_byte_count": .number(byteCount),
                "sealed_byte_count": .number(sealed.count), "sealed_sha256": .hex(Digest.sha256(sealed)),
            ]
            if byteCount <= 40 { vector["sealed"] = .hex(sealed) }
            vectors.append(vector)
        }
        let sealed = try SealedStream.seal([0, 1, 2], under: current, info: info, salt: nonce(4))
        let other = try SealedStream.seal([0, 1, 2], under: older, info: info, salt: nonce(4))
        let invalid: [(String, [UInt8], WireError.Code)] = [
            ("nothing", [], .truncated), ("a head alone", Array(sealed.prefix(48)), .truncated),
            ("a tag too short", Array(sealed.prefix(63)), .truncated), ("a chunk cut", Array(sealed.dropLast()), .damaged),
            ("another salt", sealed.flipped(at: 0), .damaged), ("another commitment", sealed.flipped(at: 47), .damaged),
            ("another chunk", sealed.flipped(at: 48), .damaged), ("another tag", sealed.flipped(at: 66), .damaged),
            ("under another key", other, .damaged),
            ("the chunk of another key", Array(sealed.prefix(48)) + other.dropFirst(48), .damaged),
            ("a byte more", sealed + [0], .damaged),
            ("a chunk that is not the last", try handmade([([0, 1, 2], false)], info), .damaged),
            ("a second chunk of nothing", try handmade([(Array(repeating: 0, count: 65_536), false), ([], true)], info), .malformed),
        ]
        for (name, bytes, expected) in invalid {
            #expect(code { try SealedStream.open(bytes, under: current, info: info) } == expected, "\(name)")
            guard bytes.count < 1_000 else { continue }
            vectors.append([
                "name": .text(name), "key": .hex(current.bytes), "info": .hex(info), "sealed": .hex(bytes),
                "error": .text(expected.rawValue),
            ])
        }
        try Fixtures.check("streams.json", vectors)
    }

    /// A stream as Protocol.md says, made with the library alone: an encoder that breaks the rules, too.
    private func handmade(_ chunks: [(plaintext: [UInt8], isLast: Bool)], _ info: [UInt8]) throws -> [UInt8] {
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: current.bytes), salt: nonce(4).bytes, info: info, outputByteCount: 64)
        let bytes = derived.withUnsafeBytes { Array($0) }
        return try chunks.enumerated().reduce(nonce(4).bytes + bytes.suffix(32)) { stream, chunk in
            let nonce = Array(repeating: 0 as UInt8, count: 10) + [UInt8(chunk.offset), chunk.element.isLast ? 1 : 0]
            let box = try ChaChaPoly.seal(
                chunk.element.plaintext, using: SymmetricKey(data: bytes.prefix(32)), nonce: ChaChaPoly.Nonce(data: nonce))
            return stream + Array(box.ciphertext) + Array(box.tag)
        }
    }

    @Test func aStreamIsWhatTheProtocolSays() throws {
        let info = Array("kith test 1".utf8), plaintext = patterned(70_000)
        let byHand = try handmade([(Array(plaintext.prefix(65_536)), false), (Array(plaintext.dropFirst(65_536)), true)], info)
        #expect(try SealedStream.seal(plaintext, under: current, info: info, salt: nonce(4)) == byHand)
    }

    @Test func segments() throws {
        var ring = KeyRing()
        ring.add(current, to: "people")
        let seal = SegmentSeal(space: space, ring: ring)
        let compressed = patterned(40)
        let sealed = try seal.seal(compressed, collection: "people", epoch: current.id, salt: nonce(5))
        #expect(try seal.open(sealed, collection: "people", epoch: current.id) == compressed)
        try Fixtures.check("segments.json", [[
            "space": .hex(space.bytes), "collection": "people", "key": .hex(current.bytes), "epoch": .hex(current.id.bytes),
            "salt": .hex(nonce(5).bytes), "compressed": .hex(compressed), "sealed": .hex(sealed),
        ]])
    }

    // MARK: Boxes and envelopes

    @Test func boxesOpen() throws {
        let info = Array("kith test 1".utf8)
        let vectors = try Fixtures.once("boxes.json") {
            [[
                "secret": .hex(device.secret), "info": .hex(info), "plaintext": .hex(older.bytes),
                "box": .hex(try Box.seal(older.bytes, to: device.identity.agreementKey, info: info)),
            ]]
        }
        for vector in vectors {
            let keys = try #require(DeviceKeys(secret: vector.bytes("secret")))
            let box = try vector.bytes("box"), info = try vector.bytes("info")
            #expect(try Box.open(box, with: keys, info: info) == vector.bytes("plaintext"))
            for offset in box.indices { #expect(Box.open(box.flipped(at: offset), with: keys, info: info) == nil, "byte \(offset)") }
            for length in box.indices { #expect(Box.open(Array(box.prefix(length)), with: keys, info: info) == nil) }
            #expect(Box.open(box, with: keys, info: info + [0]) == nil)
            #expect(Box.open(box, with: stranger, info: info) == nil)
        }
    }

    @Test func envelopesOpen() throws {
        let vectors = try Fixtures.once("envelopes.json") {
            try [[], [newcomer]].map { newcomers in
                let (envelope, key) = try BundleEnvelope.make(
                    epochKey: current, newcomers: newcomers.map(\.identity.agreementKey), random: nonces(from: 500))
                let payload = Array("KITH".utf8)
                return [
                    "epoch_key": .hex(current.bytes), "newcomers": .list(newcomers.map { .hex($0.secret) }),
                    "envelope": .hex(envelope.bytes), "bundle_key": .hex(key.bytes), "payload": .hex(payload),
                    "stream": .hex(try SealedStream.seal(payload, under: key, info: envelope.streamInfo, salt: nonce(6))),
                ]
            }
        }
        for vector in vectors {
            let envelope = try BundleEnvelope(parsing: try vector.bytes("envelope") + vector.bytes("stream"))
            #expect(try envelope.bytes == vector.bytes("envelope"))
            var ring = KeyRing()
            ring.add(try #require(EpochKey(vector.bytes("epoch_key"))), to: KeyScope.members)
            let key = try #require(envelope.key(ring: ring))
            #expect(try key.bytes == vector.bytes("bundle_key"))
            for newcomer in try vector.list("newcomers") { #expect(envelope.key(device: try #require(DeviceKeys(secret: newcomer))) == key) }
            #expect(envelope.key(device: stranger) == nil)
            #expect(try SealedStream.open(vector.bytes("stream"), under: key, info: envelope.streamInfo) == vector.bytes("payload"))
        }

        let good = try #require(vectors.last).bytes("envelope")
        let invalid: [(String, [UInt8], WireError.Code)] = [
            ("nothing", [], .truncated), ("a newer format", good.flipped(at: 0, bit: 2), .newerFormat),
            ("another tag", good.flipped(at: 20), .damaged), ("another wrapped key", good.flipped(at: 50), .damaged),
            ("one box more than there is", good.flipped(at: 89, bit: 2), .truncated),
            ("4,097 boxes", Array(good[..<89]) + [0x81, 0x20] + Array(good[90...]), .tooLarge), ("another box", good.flipped(at: 100), .damaged),
            ("no checksum", Array(good.dropLast(8)), .truncated), ("another checksum", good.flipped(at: good.count - 1), .damaged),
        ]
        for (name, bytes, expected) in invalid { #expect(code { try BundleEnvelope(parsing: bytes) } == expected, "\(name)") }
        try Fixtures.check("envelopes-invalid.json", invalid.map { name, bytes, expected in
            ["name": .text(name), "envelope": .hex(bytes), "error": .text(expected.rawValue)]
        })
    }
}
