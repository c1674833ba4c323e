import CRDT
import Testing
import Trust
import Wire

@Suite struct JoinRequestTests {
    private let keys = deviceKeys(1)

    private func invite() throws -> InviteCode { try #require(InviteCode(secret: patterned(10), device: nonce(1))) }

    @Test func aRequestGoesRound() throws {
        let plain = try JoinRequest(keys: keys, label: "Laptop van Müller")
        #expect(try JoinRequest(parsing: plain.encoded) == plain)
        #expect(try JoinRequest(file: plain.file) == plain)
        #expect(plain.identity == keys.identity)
        #expect(plain.invite == nil)

        let byCode = try JoinRequest(keys: keys, label: "", inviteKey: try invite().signingKey)
        let found = try JoinRequest(file: byCode.file)
        #expect(found == byCode)
        #expect(try found.invite?.key == invite().publicKey)

        let longest = try JoinRequest(
            keys: keys, label: String(repeating: "x", count: Limits.labelByteCount), inviteKey: try invite().signingKey)
        #expect(longest.file.count == JoinRequest.maximumByteCount)
        #expect(try JoinRequest(file: longest.file) == longest)
    }

    @Test func everyFlippedByteAndEveryCutIsFound() throws {
        let bytes = try JoinRequest(keys: keys, label: "Jan", inviteKey: try invite().signingKey).encoded
        for offset in bytes.indices {
            for bit in [1, 0x80] as [UInt8] {
                #expect(code { try JoinRequest(parsing: bytes.flipped(at: offset, bit: bit)) } != nil, "byte \(offset)")
            }
        }
        for length in bytes.indices { #expect(code { try JoinRequest(parsing: bytes.prefix(length)) } == .truncated, "cut to \(length)") }
        #expect(code { try JoinRequest(parsing: bytes + [0]) } == .trailing)
        #expect(code { try JoinRequest(parsing: bytes.flipped(at: 0)) } == .badSignature)
        #expect(code { try JoinRequest(parsing: bytes.flipped(at: 65)) } == .badSignature, "another label")
    }

    @Test func filesAreKnownByTheirFirstLine() throws {
        let file = try JoinRequest(keys: keys, label: "Jan").file
        #expect(code { try JoinRequest(file: []) } == .truncated)
        #expect(code { try JoinRequest(file: Array(file.prefix(9))) } == .truncated)
        #expect(code { try JoinRequest(file: Array("KITH BUNDLE 1\n".utf8)) } == .notKith)
        #expect(code { try JoinRequest(file: Array("KITH REQUEST 2\n".utf8)) } == .newerFormat)
    }

    /// A label that hides something, keys that share their secrets with everybody, signatures made for something else.
    @Test func whatCannotBeIsRefused() throws {
        func forged(_ identity: [UInt8], label: [UInt8], as purpose: SigningPurpose = .request) throws -> [UInt8] {
            let message = identity + [UInt8(label.count)] + label
            return message + (try keys.sign(message, as: purpose)) + [0]
        }
        let signing = keys.identity.signingKey, agreement = keys.identity.agreementKey
        #expect(code { try JoinRequest(parsing: try forged(signing + agreement, label: [0x4A])) } == nil)
        #expect(code { try JoinRequest(parsing: try forged(signing + agreement, label: [0x4A, 0x0A])) } == .malformed)
        #expect(code { try JoinRequest(parsing: try forged(signing + agreement, label: [0xFF])) } == .malformed)
        #expect(code { try JoinRequest(parsing: try forged(signing + Array(repeating: 0, count: 32), label: [])) } == .malformed)
        #expect(code { try JoinRequest(parsing: try forged(signing + agreement, label: [], as: .invite)) } == .badSignature)
        #expect(code { try JoinRequest(keys: keys, label: String(repeating: "x", count: 257)) } == .tooLarge)
        #expect(code { try JoinRequest(keys: keys, label: "a\nb") } == .malformed)
    }

    /// The signature under one newcomer's request is none under another's.
    @Test func anInvitesSignatureCannotBeMovedToAnotherRequest() throws {
        let good = try JoinRequest(keys: keys, label: "Jan", inviteKey: try invite().signingKey).encoded
        let other = try JoinRequest(keys: deviceKeys(2), label: "Jan").encoded
        #expect(code { try JoinRequest(parsing: other.dropLast() + good.suffix(97)) } == .badSignature)
    }
}
