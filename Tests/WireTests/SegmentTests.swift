import CRDT
import Testing
import Wire

/// Sealing and opening: only the bytes that the manifest names, and never more memory than it declares.
@Suite struct SegmentTests {
    private func part(of sealed: [UInt8], bodyByteCount: Int, sealedByteCount: Int? = nil) -> Manifest.Segment {
        Manifest.Segment(
            changeCount: 1, bodyByteCount: bodyByteCount, sealedByteCount: sealedByteCount ?? sealed.count,
            digest: Digest.sha256(sealed))
    }

    private func opened(_ bytes: [UInt8], as part: Manifest.Segment) throws -> OpenedSegment {
        try SealedSegment(delta: Samples.writer(1), index: 0, bytes: bytes).opened(as: part)
    }

    @Test(arguments: [0, 1, 100, 100_000]) func sealedAndOpened(_ count: Int) throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let sealed = SealedSegment.seal(body)
        #expect(sealed == SealedSegment.seal(body), "deterministic")
        #expect(try opened(sealed, as: part(of: sealed, bodyByteCount: count)).body == body)
    }

    @Test func sealingByManyThreadsAtOnce() async throws {
        let bodies = (0..<64).map { seed in (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* (seed + 3)) } }
        await withTaskGroup(of: Bool.self) { group in
            for body in bodies {
                group.addTask {
                    let sealed = SealedSegment.seal(body)
                    let part = Manifest.Segment(
                        changeCount: 1, bodyByteCount: body.count, sealedByteCount: sealed.count, digest: Digest.sha256(sealed))
                    return (try? SealedSegment(delta: .zero, index: 0, bytes: sealed).opened(as: part))?.body == body
                }
            }
            for await isSound in group { #expect(isSound) }
        }
    }

    @Test func everyFlippedByteIsDamage() {
        let body = Array("Fatima el Amrani, Zuid".utf8)
        let sealed = SealedSegment.seal(body)
        let part = part(of: sealed, bodyByteCount: body.count)
        for place in sealed.indices {
            var damaged = sealed
            damaged[place] ^= 1
            #expect(code { _ = try opened(damaged, as: part) } == .damaged)
            #expect(code { _ = try opened(Array(sealed[..<place]), as: part) } == .damaged)
            // A packer that names damaged bytes is caught by the decompressor, or lies within the declared size.
            if let found = try? opened(damaged, as: self.part(of: damaged, bodyByteCount: body.count)) {
                #expect(found.body.count == body.count)
            }
        }
        #expect(code { _ = try opened(sealed + [0], as: part) } == .damaged)
    }

    /// 64 MB of zeros in a few kilobytes, declared as anything: refused, and no larger buffer than declared is made.
    @Test func aBombIsRefused() {
        let bomb = SealedSegment.seal(Array(repeating: 0, count: 64 << 20))
        #expect(bomb.count < 8_192)
        for declared in [0, 1_000, Limits.segmentByteCount] {
            #expect(code { _ = try opened(bomb, as: part(of: bomb, bodyByteCount: declared)) } == .malformed)
        }
        #expect(code { _ = try opened(bomb, as: part(of: bomb, bodyByteCount: Limits.segmentByteCount + 1)) } == .tooLarge)
        #expect(code { _ = try opened(bomb, as: part(of: bomb, bodyByteCount: 64 << 20)) } == .tooLarge)
    }

    @Test func aBodyOfAnotherSizeThanDeclaredIsRefused() {
        let body = Array(repeating: UInt8(5), count: 100)
        let sealed = SealedSegment.seal(body)
        for (declared, found) in [(99, WireError.Code.malformed), (101, .malformed)] {
            #expect(code { _ = try opened(sealed, as: part(of: sealed, bodyByteCount: declared)) } == found)
        }
        #expect(code { _ = try opened(sealed, as: part(of: sealed, bodyByteCount: 100, sealedByteCount: 99)) } == .damaged)
    }
}
