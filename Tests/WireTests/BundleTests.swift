import CRDT
import Testing
import Wire

/// The order of a bundle's frames.
@Suite struct BundleTests {
    private static let preamble = Message.preamble(Preamble(
        space: Samples.space, packer: Samples.writer(1), packerReplica: Samples.writer(2), packedMilliseconds: 0, knownHeads: [], heads: []))
    private static let roster = Message.statements([])
    private static let first = Samples.manifest(), second = Samples.manifest(packed: 2), empty = Samples.manifest(segments: [])
    private static let end = Message.end(frameCount: 0, digest: Array(repeating: 0, count: 32))

    private static func segment(_ manifest: Manifest, _ index: Int) -> Message {
        .segment(SealedSegment(delta: manifest.id, index: index, bytes: []))
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let frames: [Message]
        /// The place of the first frame that is refused; nil when all pass.
        var refusedAt: Int?
        var hasEnded = false
    }

    static let cases: [Case] = [
        Case(testDescription: "nothing", frames: []),
        Case(testDescription: "no delta", frames: [preamble, roster, end], hasEnded: true),
        Case(
            testDescription: "two deltas",
            frames: [preamble, roster, .manifest(first), segment(first, 0), segment(first, 1), .manifest(second), segment(second, 0), segment(second, 1), end],
            hasEnded: true),
        Case(testDescription: "a delta without segments", frames: [preamble, roster, .manifest(empty), end], hasEnded: true),
        Case(testDescription: "cut before its end", frames: [preamble, roster, .manifest(first), segment(first, 0)]),
        Case(testDescription: "no preamble", frames: [roster], refusedAt: 0),
        Case(testDescription: "no statements", frames: [preamble, .manifest(first)], refusedAt: 1),
        Case(testDescription: "statements twice", frames: [preamble, roster, roster], refusedAt: 2),
        Case(testDescription: "statements after data", frames: [preamble, roster, .manifest(empty), roster], refusedAt: 3),
        Case(testDescription: "heads, as in a session", frames: [preamble, .heads([])], refusedAt: 1),
        Case(testDescription: "two preambles", frames: [preamble, preamble], refusedAt: 1),
        Case(testDescription: "ends too early", frames: [preamble, roster, .manifest(first), segment(first, 0), end], refusedAt: 4),
        Case(testDescription: "a segment is left out", frames: [preamble, roster, .manifest(first), segment(first, 1)], refusedAt: 3),
        Case(testDescription: "a segment twice", frames: [preamble, roster, .manifest(first), segment(first, 0), segment(first, 0)], refusedAt: 4),
        Case(
            testDescription: "a segment too many",
            frames: [preamble, roster, .manifest(first), segment(first, 0), segment(first, 1), segment(first, 2)], refusedAt: 5),
        Case(testDescription: "another delta's segment", frames: [preamble, roster, .manifest(first), segment(second, 0)], refusedAt: 3),
        Case(testDescription: "a delta starts inside another", frames: [preamble, roster, .manifest(first), .manifest(second)], refusedAt: 3),
        Case(
            testDescription: "a delta twice",
            frames: [preamble, roster, .manifest(first), segment(first, 0), segment(first, 1), .manifest(first)], refusedAt: 5),
        Case(testDescription: "more after the end", frames: [preamble, roster, end, end], refusedAt: 3, hasEnded: true),
        Case(testDescription: "a session's frame", frames: [preamble, .done], refusedAt: 1),
    ]

    @Test(arguments: [Limits.bundleDeltaCount - 1, Limits.bundleDeltaCount, Limits.bundleDeltaCount + 1])
    func aBundleHoldsSoManyDeltas(_ count: Int) throws {
        var order = BundleOrder()
        for frame in [Self.preamble, Self.roster] { try order.check(frame) }
        for number in 1...Limits.bundleDeltaCount where number <= count {
            try order.check(.manifest(Samples.manifest(segments: [], packed: Int64(number))))
        }
        guard count > Limits.bundleDeltaCount else { return try order.check(Self.end) }
        #expect(code { try order.check(.manifest(Samples.manifest(segments: [], packed: 1_000))) } == .tooLarge)
        // One that stands twice is out of place, however many there are.
        #expect(code { try order.check(.manifest(Samples.manifest(segments: [], packed: 1))) } == .unexpected)
    }

    @Test(arguments: cases) func order(_ row: Case) {
        var order = BundleOrder()
        var refusedAt: Int?
        for (place, frame) in row.frames.enumerated() where refusedAt == nil {
            if let found = code({ try order.check(frame) }) {
                #expect(found == .unexpected)
                refusedAt = place
            }
        }
        #expect(refusedAt == row.refusedAt)
        #expect(order.hasEnded == row.hasEnded)
    }

    @Test func deltasHaveALimit() {
        var order = BundleOrder()
        #expect(code { try order.check(Self.preamble) } == nil && code { try order.check(Self.roster) } == nil)
        for number in 1...(Limits.bundleDeltaCount + 1) {
            let manifest = Samples.manifest(segments: [], packed: Int64(number))
            #expect((code { try order.check(.manifest(manifest)) } == nil) == (number <= Limits.bundleDeltaCount))
        }
    }

    @Test func theEndRepeatsWhatCameBefore() throws {
        var tally = BundleTally()
        var other = BundleTally()
        for (place, frame) in [Self.preamble, Self.roster].enumerated() {
            let header = try Frame.header(Frame.encode(frame), at: 0)
            tally.add(checksum: header.checksum)
            other.add(checksum: header.checksum ^ UInt64(place))
        }
        guard case .end(let count, let digest) = tally.end else { return #expect(Bool(false), "an end") }
        #expect(count == 2 && digest.count == 32)
        #expect(tally.end != other.end)
    }
}
