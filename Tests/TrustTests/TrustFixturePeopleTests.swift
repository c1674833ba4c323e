import CRDT
import Testing
import Trust
import Wire

/// The golden files of what passes through people's hands: ids, codes, key files, requests, recovery words.
@Suite struct TrustFixturePeopleTests {
    private let device = deviceKeys(11)

    @Test func texts() throws {
        var vectors: [Vector] = []
        for id in [DeviceID.zero, nonce(.max), device.identity.id] {
            #expect(DeviceID(spoken: id.spoken) == id)
            vectors.append(["kind": "device", "bytes": .hex(id.bytes), "text": .text(id.spoken)])
        }
        let spoken = device.identity.id.spoken
        let changed = (spoken.first == "C" ? "D" : "C") + spoken.dropFirst()
        let invalid: [(String, String, CheckedText.Fault)] = [
            (changed, "check characters of groups 1, 2", .check(groups: [1, 2])),
            ("9" + spoken.dropFirst(), "character 1", .character(1)),
            (String(spoken.dropLast()), "27 characters", .length(found: 27, expected: 28)),
            ("AAAAAAA-AAAAAAA-AAAAAAA-AAAAABU", "check characters of groups 3, 4", .check(groups: [3, 4])),
        ]
        for (text, error, fault) in invalid {
            #expect(throws: fault) { try CheckedText.deviceID.bytes(text) }
            vectors.append(["kind": "device", "text": .text(text), "error": .text(error)])
        }
        let code = try #require(InviteCode(secret: patterned(10), device: device.identity.id))
        #expect(try InviteCode(text: code.text) == code)
        vectors.append([
            "kind": "invite", "text": .text(code.text), "secret": .hex(code.secret), "device_prefix": .hex(code.devicePrefix),
            "private_key": .hex(Array(try code.signingKey.rawRepresentation)), "public_key": .hex(try code.publicKey),
        ])
        try Fixtures.check("texts.json", vectors)
    }

    @Test func keyFiles() throws {
        let cheap = KeyFile.Cost(log2N: 10, r: 8, p: 1)
        let open = KeyFile.open(device)
        let locked = try KeyFile.locked(device, passphrase: "fietsbel", salt: nonce(8), cost: cheap)
        var vectors: [Vector] = [
            ["file": .hex(open), "secret": .hex(device.secret)],
            ["file": .hex(locked), "passphrase": "fietsbel", "secret": .hex(device.secret)],
        ]
        let costly = Array(locked.dropLast(8)).flipped(at: KeyFile.magic.count + 1, bit: 0x10)
        let invalid: [([UInt8], String?, KeyFileError, String)] = [
            (locked, "fietsbellen", .wrongPassphrase, "wrong passphrase"), (locked, nil, .needsPassphrase, "needs a passphrase"),
            (locked.flipped(at: 60), "fietsbel", .damaged, "damaged"), (Array(open.dropLast()), nil, .damaged, "damaged"),
            ([], nil, .damaged, "damaged"), (Array("KITH DEVICE KEY 2\n".utf8), nil, .newer, "newer"),
            (Array("0193e0c6a7b07000800000000000000a\n".utf8), nil, .notAKeyFile, "not a key file"),
            (costly + Digest.sha256(costly).prefix(8), "fietsbel", .tooCostly, "too costly"),
        ]
        for (file, passphrase, error, name) in invalid {
            #expect(throws: error) { try KeyFile.keys(file, passphrase: passphrase) }
            var vector: Vector = ["file": .hex(file), "error": .text(name)]
            if let passphrase { vector["passphrase"] = .text(passphrase) }
            vectors.append(vector)
        }
        for (file, passphrase) in [(open, nil), (locked, "fietsbel")] as [([UInt8], String?)] {
            #expect(try KeyFile.keys(file, passphrase: passphrase).secret == device.secret)
        }
        try Fixtures.check("keyfiles.json", vectors)
    }

    @Test func requests() throws {
        let code = try #require(InviteCode(secret: patterned(10), device: nonce(1)))
        let plain = try JoinRequest(keys: device, label: "Laptop van Müller")
        let byCode = try JoinRequest(keys: device, label: "", inviteKey: code.signingKey)
        var vectors: [Vector] = try [plain, byCode].map { request throws -> Vector in
            #expect(try JoinRequest(file: request.file) == request)
            var vector: Vector = [
                "file": .hex(request.file), "identity": .hex(request.identity.bytes), "label": .text(request.label),
                "signature": .hex(request.signature),
            ]
            if let invite = request.invite {
                vector["invite_key"] = .hex(invite.key)
                vector["invite_signature"] = .hex(invite.signature)
            }
            return vector
        }
        let file = byCode.file, head = JoinRequest.magic.count
        let weak = device.identity.signingKey + Array(repeating: 0, count: 32) + [0]
        let invalid: [(String, [UInt8], WireError.Code)] = [
            ("nothing", [], .truncated), ("another file", Array("KITH BUNDLE 1\n".utf8), .notKith),
            ("a newer request", Array("KITH REQUEST 2\n".utf8), .newerFormat), ("cut", Array(file.dropLast()), .truncated),
            ("a byte more", file + [0], .trailing), ("another signing key", file.flipped(at: head), .badSignature),
            ("another agreement key", file.flipped(at: head + 40), .badSignature),
            ("another label", plain.file.flipped(at: head + 66), .badSignature),
            ("another signature", file.flipped(at: head + 70), .badSignature),
            ("another invite's signature", file.flipped(at: file.count - 40), .badSignature),
            ("an invite neither there nor not", file.flipped(at: head + 129, bit: 2), .malformed),
            ("an agreement key of low order", JoinRequest.magic + weak + (try device.sign(weak, as: .request)) + [0], .malformed),
        ]
        for (name, bytes, expected) in invalid {
            #expect(refusal(bytes) == expected, "\(name)")
            vectors.append(["name": .text(name), "file": .hex(bytes), "error": .text(expected.rawValue)])
        }
        try Fixtures.check("requests.json", vectors)
    }

    private func refusal(_ file: [UInt8]) -> WireError.Code? { code { try JoinRequest(file: file) } }

    @Test func recovery() throws {
        var vectors: [Vector] = []
        for entropy in [Array(repeating: 0, count: 32), patterned(32)] as [[UInt8]] {
            let key = try #require(RecoveryKey(entropy: entropy))
            let words = key.words.joined(separator: " ")
            #expect(try RecoveryKey(words: words) == key)
            vectors.append(["entropy": .hex(entropy), "words": .text(words), "secret": .hex(key.keys.secret)])
        }
        let zeros = Array(repeating: "abandon", count: 23)
        let invalid: [([String], String, RecoveryKey.Fault)] = [
            (zeros, "23 words", .count(found: 23)), (zeros + ["vote"], "checksum", .checksum),
            (["fiets"] + zeros, "word 1", .unknownWord(1)),
        ]
        for (words, error, fault) in invalid {
            let text = words.joined(separator: " ")
            #expect(throws: fault) { try RecoveryKey(words: text) }
            vectors.append(["words": .text(text), "error": .text(error)])
        }
        try Fixtures.check("recovery.json", vectors)
    }
}
