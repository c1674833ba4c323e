import CRDT
import Testing
import Trust
import Wire

/// Sealing and opening: only the bytes that the manifest names, only under the key that it names, and never more memory than
/// it declares.
@Suite struct SegmentTests {
    private static let sealing = FixtureKeys.sealing()

    private static func sealed(_ body: [UInt8], salt: UInt64 = 1) throws -> [UInt8] {
        try SealedSegment.seal(
            body, collection: "people", epoch: FixtureKeys.people.id, salt: Samples.writer(salt), by: sealing)
    }

    private static func opened(
        _ bytes: [UInt8], named: [UInt8]? = nil, bodyByteCount: Int, sealedByteCount: Int? = nil, collection: String = "people",
        epoch: EpochID = FixtureKeys.people.id, by sealing: any Sealing = sealing
    ) throws -> OpenedSegment {
        let part = Manifest.Segment(
            changeCount: 1, bodyByteCount: bodyByteCount, sealedByteCount: sealedByteCount ?? (named ?? bytes).count,
            digest: Digest.sha256(named ?? bytes))
        let manifest = Manifest(
            space: FixtureKeys.space, collection: collection, packer: .zero, packerReplica: .zero, packedMilliseconds: 0,
            base: .whole(Knowledge()), chains: [:], segments: [part], epoch: epoch)
        return try SealedSegment(delta: manifest.id, index: 0, bytes: bytes).opened(of: manifest, by: sealing)
    }

    @Test(arguments: [0, 1, 100, 100_000]) func sealedAndOpened(_ count: Int) throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let sealed = try Self.sealed(body)
        #expect(try sealed == Self.sealed(body), "deterministic, but for the salt")
        #expect(try sealed != Self.sealed(body, salt: 2))
        #expect(try Self.opened(sealed, bodyByteCount: count).body == body)
    }

    @Test func sealingByManyThreadsAtOnce() async throws {
        let bodies = (0..<64).map { seed in (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* (seed + 3)) } }
        await withTaskGroup(of: Bool.self) { group in
            for body in bodies {
                group.addTask {
                    guard let sealed = try? Self.sealed(body) else { return false }
                    return (try? Self.opened(sealed, bodyByteCount: body.count))?.body == body
                }
            }
            for await isSound in group { #expect(isSound) }
        }
    }

    @Test func everyFlippedByteIsFound() throws {
        let body = Array("Fatima el Amrani, Zuid".utf8)
        let sealed = try Self.sealed(body)
        #expect(!sealed.contains(subsequence: Array("Fatima".utf8)), "nothing of it can be read")
        for place in sealed.indices {
            var damaged = sealed
            damaged[place] ^= 1
            #expect(code { _ = try Self.opened(damaged, named: sealed, bodyByteCount: body.count) } == .damaged)
            #expect(code { _ = try Self.opened(Array(sealed[..<place]), named: sealed, bodyByteCount: body.count) } == .damaged)
            // A packer that names changed bytes is found by the seal.
            #expect(code { _ = try Self.opened(damaged, bodyByteCount: body.count) } == .malformed)
        }
        #expect(code { _ = try Self.opened(sealed + [0], named: sealed, bodyByteCount: body.count) } == .damaged)
    }

    /// Who has no key is told so; who has it under another name of the same space, or for another space, gets nothing either.
    @Test func aSegmentOpensOnlyWhereItBelongs() throws {
        let body = Array("Fatima".utf8), count = body.count
        let sealed = try Self.sealed(body)
        #expect(code { _ = try Self.opened(sealed, bodyByteCount: count, epoch: FixtureKeys.unheld.id) } == .noKey)
        #expect(code { _ = try Self.opened(sealed, bodyByteCount: count, collection: "stock") } == .noKey)
        #expect(code { _ = try Self.opened(sealed, bodyByteCount: count, by: FixtureKeys.outsider) } == .noKey)
        #expect(code { _ = try Self.opened(sealed, bodyByteCount: count, collection: "directory") } == .malformed)
        let elsewhere = FixtureKeys.sealing(space: Samples.space)
        #expect(code { _ = try Self.opened(sealed, bodyByteCount: count, by: elsewhere) } == .malformed)
        // Sealed under another key, and named as under ours.
        let foreign = try SealedSegment.seal(
            body, collection: "people", epoch: FixtureKeys.unheld.id, salt: Samples.writer(1), by: FixtureKeys.outsider)
        #expect(code { _ = try Self.opened(foreign, bodyByteCount: count) } == .malformed)
        #expect(try Self.opened(foreign, bodyByteCount: count, epoch: FixtureKeys.unheld.id, by: FixtureKeys.outsider).body == body)
        #expect(code { _ = try FixtureKeys.sealing().currentEpoch(of: "stock") } == .noKey)
    }

    @Test func aSegmentBeyondItsManifestIsRefused() throws {
        let manifest = Samples.manifest(segments: [])
        let stray = SealedSegment(delta: manifest.id, index: 0, bytes: [])
        #expect(code { _ = try stray.opened(of: manifest, by: Self.sealing) } == .malformed)
    }

    /// 64 MB of zeros in a few kilobytes, declared as anything: refused, and no larger buffer than declared is made.
    @Test func aBombIsRefused() throws {
        let bomb = try Self.sealed(Array(repeating: 0, count: 64 << 20))
        #expect(bomb.count < 8_192)
        for declared in [0, 1_000, Limits.segmentByteCount] {
            #expect(code { _ = try Self.opened(bomb, bodyByteCount: declared) } == .malformed)
        }
        #expect(code { _ = try Self.opened(bomb, bodyByteCount: Limits.segmentByteCount + 1) } == .tooLarge)
        #expect(code { _ = try Self.opened(bomb, bodyByteCount: 64 << 20) } == .tooLarge)
    }

    @Test func aBodyOfAnotherSizeThanDeclaredIsRefused() throws {
        let sealed = try Self.sealed(Array(repeating: UInt8(5), count: 100))
        for (declared, found) in [(99, WireError.Code.malformed), (101, .malformed)] {
            #expect(code { _ = try Self.opened(sealed, bodyByteCount: declared) } == found)
        }
        #expect(code { _ = try Self.opened(sealed, bodyByteCount: 100, sealedByteCount: sealed.count - 1) } == .damaged)
    }
}

extension [UInt8] {
    fileprivate func contains(subsequence: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: subsequence) }
    }
}
