import CRDT
import Testing
import Trust
import Wire

/// A sealed segment holds one zstd frame of its body, and nothing else that zstd would take as well.
@Suite struct ZstdFrameTests {
    private static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
    private static let body = FixtureWorld.oneChange

    /// One raw block, the last.
    private static func block(_ body: [UInt8]) -> [UInt8] {
        (0..<3).map { UInt8((body.count << 3 | 1) >> (8 * $0) & 0xFF) } + body
    }

    private static func skippable(_ bytes: [UInt8]) -> [UInt8] { [0x50, 0x2A, 0x4D, 0x18, UInt8(bytes.count), 0, 0, 0] + bytes }

    private static let sound = FixtureWorld.stored(body)
    private static let half = body.count / 2

    static let rows: [(name: String, content: [UInt8], code: WireError.Code?)] = [
        ("one frame", sound, nil),
        ("two frames", FixtureWorld.stored(Array(body[..<half])) + FixtureWorld.stored(Array(body[half...])), .malformed),
        ("an empty frame behind", sound + FixtureWorld.stored([]), .malformed),
        ("an empty frame before", FixtureWorld.stored([]) + sound, .malformed),
        ("a frame to be skipped behind", sound + skippable([1, 2, 3]), .malformed),
        ("a frame to be skipped before", skippable([]) + sound, .malformed),
        ("without its content's size", magic + [0x00, 0x58] + block(body), .malformed),
        ("a byte behind", sound + [0], .malformed),
        ("a byte less", Array(sound.dropLast()), .malformed),
        ("a dictionary's id", magic + [0x21, 7, UInt8(body.count)] + block(body), .malformed),
        ("a reserved bit", magic + [0x28, UInt8(body.count)] + block(body), .malformed),
        ("a size that is not the body's", magic + [0x20, UInt8(body.count + 1)] + block(body), .malformed),
        ("nothing", [], .malformed), ("only a magic number", magic, .malformed),
    ]

    @Test(arguments: rows) func content(_ row: (name: String, content: [UInt8], code: WireError.Code?)) {
        #expect(code { try open(row.content, bodyByteCount: Self.body.count) } == row.code, "\(row.name)")
    }

    /// The window is what a reader must keep while it reads: 2^25 bytes, as long as the longest body, and no more.
    @Test func theWindowHasALimit() {
        let body = Self.body + Array(repeating: 0, count: 300)
        // Not a single segment; the content's size in two bytes, less 256.
        func framed(_ window: UInt8) -> [UInt8] {
            Self.magic + [0x40, window, UInt8((body.count - 256) & 0xFF), UInt8((body.count - 256) >> 8)] + Self.block(body)
        }
        let windows: [(UInt8, WireError.Code?)] = [(15 << 3, nil), (14 << 3 | 7, nil), (15 << 3 | 1, .malformed), (31 << 3 | 7, .malformed)]
        for (window, found) in windows {
            #expect(code { try open(framed(window), bodyByteCount: body.count) } == found, "\(window)")
        }
    }

    /// What an encoder writes is taken, short and long, easy and hard to compress.
    @Test func whatIsSealedOpens() throws {
        var chance = SeededChance(seed: 5)
        for count in [1, 100, 255, 256, 65_535, 65_536 + 256, 3 << 20] {
            for isNoise in [false, true] {
                let body = (0..<count).map { isNoise ? UInt8(truncatingIfNeeded: chance.next()) : UInt8(truncatingIfNeeded: $0 >> 8) }
                let sealed = try SealedSegment.seal(
                    body, collection: "people", epoch: FixtureKeys.people.id, salt: Samples.writer(1), by: FixtureKeys.sealing())
                #expect(try open(sealed: sealed, bodyByteCount: count).body == body)
            }
        }
    }

    private func open(_ content: [UInt8], bodyByteCount: Int) throws {
        _ = try open(sealed: FixtureWorld.sealed(content), bodyByteCount: bodyByteCount)
    }

    private func open(sealed: [UInt8], bodyByteCount: Int) throws -> OpenedSegment {
        let manifest = Manifest(
            space: FixtureWorld.space, collection: "people", packer: FixtureWorld.fatimaDevice, packerReplica: FixtureWorld.fatimaReplica,
            packedMilliseconds: 0, base: .whole(Knowledge()), chains: [:],
            segments: [.init(changeCount: 1, bodyByteCount: bodyByteCount, sealedByteCount: sealed.count, digest: Digest.sha256(sealed))],
            epoch: FixtureKeys.people.id)
        return try SealedSegment(delta: manifest.id, index: 0, bytes: sealed).opened(of: manifest, by: FixtureKeys.sealing())
    }
}
