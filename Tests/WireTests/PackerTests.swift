import CRDT
import Testing
import Trust
import Wire

/// The packer's signature: it travels with the manifest, names nothing, and nothing of the manifest can change under it.
@Suite struct PackerTests {
    private static let sealing = FixtureKeys.sealing()

    private func decoded(_ bytes: [UInt8]) throws -> Manifest { try bytes.withUnsafeBytes { try Manifest($0) } }

    private func packed(_ keys: DeviceKeys) -> Manifest {
        FixtureWorld.manifest(
            keys, replica: FixtureWorld.fatimaReplica, chains: [FixtureWorld.fatima: [FixtureWorld.end(2, FixtureWorld.fatima)]],
            [FixtureWorld.part(FixtureWorld.oneChange)])
    }

    @Test func theSignatureTravelsAndIsNoPartOfTheName() throws {
        let signed = packed(FixtureKeys.fatima)
        #expect(signed.payload.count == signed.encoded.count + Manifest.signatureByteCount)
        #expect(signed.payload.starts(with: signed.encoded) && signed.payload.suffix(64).elementsEqual(signed.signature))
        #expect(try decoded(signed.payload) == signed)
        // The same delta whoever signs it: what is merged and what is named is the manifest.
        let unsigned = try decoded(signed.encoded + [UInt8](repeating: 0, count: 64))
        #expect(unsigned != signed && unsigned.id == signed.id)
        guard case .manifest(let arrived) = try FixtureReading.frame(Frame.encode(.manifest(signed))) else {
            return #expect(Bool(false), "a manifest")
        }
        #expect(try arrived.standing(by: Self.sealing) == .member)
        #expect(code { _ = try unsigned.standing(by: Self.sealing) } == .badSignature)
    }

    @Test func everyFlippedBitIsRefused() {
        let signed = packed(FixtureKeys.fatima)
        for place in signed.payload.indices {
            for bit in 0..<8 {
                var changed = signed.payload
                changed[place] ^= 1 << UInt8(bit)
                let found = code { _ = try decoded(changed).standing(by: Self.sealing) }
                #expect(found != nil, "byte \(place), bit \(bit)")
                if place >= signed.encoded.count { #expect(found == .badSignature) }
            }
        }
    }

    @Test func aPackerMustBeOneWhoMayPack() throws {
        #expect(try packed(FixtureKeys.jan).standing(by: Self.sealing) == .member)
        #expect(try packed(FixtureKeys.removed).standing(by: Self.sealing) == .revoked)
        #expect(try packed(FixtureKeys.reader).standing(by: Self.sealing) == .revoked, "quarantined, not refused: it may have been a member")
        #expect(code { _ = try packed(FixtureKeys.stranger).standing(by: Self.sealing) } == .unknownPacker)
    }

    @Test func aSignatureIsForOnePurposeAndOneSigner() throws {
        let manifest = packed(FixtureKeys.fatima)
        for purpose in SigningPurpose.allCases {
            let bytes = manifest.encoded + (try FixtureKeys.fatima.sign(manifest.encoded, as: purpose))
            #expect(code { _ = try decoded(bytes).standing(by: Self.sealing) } == (purpose == .manifest ? nil : .badSignature))
        }
        let jans = manifest.encoded + (try FixtureKeys.jan.sign(manifest.encoded, as: .manifest))
        #expect(code { _ = try decoded(jans).standing(by: Self.sealing) } == .badSignature)
    }
}
