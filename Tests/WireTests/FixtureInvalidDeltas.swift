import CRDT
import Wire

/// Deltas whose bodies are each well formed and do not hold what a delta's must (Protocol.md, "What a delta's bodies must hold").
extension InvalidVector {
    private typealias World = FixtureWorld

    /// From Fatima's second and Jan's first change to Fatima's fifth.
    private static func delta(_ name: String, _ changes: [[SampleChange]], saying counts: [Int]? = nil) -> InvalidVector {
        let bodies = changes.map { World.bytes([World.fatima, World.jan], [World.contact], $0) }
        let manifest = World.manifest(
            FixtureKeys.fatima, replica: World.fatimaReplica,
            base: .whole(Knowledge([World.fatima: World.end(2, World.fatima), World.jan: World.end(1, World.jan)])),
            chains: [World.fatima: [World.end(5, World.nonce(0xBB, 5))]],
            zip(bodies, counts ?? changes.map(\.count)).map { World.part($0, changeCount: $1) })
        return ofDelta(name, bodies, manifest)
    }

    private static func ofDelta(_ name: String, _ bodies: [[UInt8]], _ manifest: Manifest) -> InvalidVector {
        var out = ByteWriter()
        for body in bodies { out.counted(body) }
        return .init(name, .delta(manifest), out.bytes, .malformed)
    }

    private static func fatimas(
        _ sequence: UInt32, of key: String = "a", anchor: Dot? = nil, context: [(writer: UInt32, last: UInt32)] = [], isAnchor: Bool = false
    ) -> SampleChange {
        World.change(
            0, RecordKey(key), 0, sequence, anchor: anchor, context: Context(context.map { .init(WriterOrdinal($0.writer), $0.last) }),
            isAnchor: isAnchor, [1: [.text("\(sequence)")]])
    }

    private static func jans(_ sequence: UInt32) -> SampleChange { World.change(0, RecordKey("a"), 1, sequence, [1: [.text("J")]]) }

    static let deltas: [InvalidVector] = [
        delta("a change within the base", [[fatimas(2)]]),
        delta("a change beyond the result", [[fatimas(6)]]),
        delta("a change beyond the result, in the second segment", [[fatimas(3)], [fatimas(6)]]),
        delta("a change of a writer without a chain, held", [[jans(1)]]),
        delta("a change of a writer without a chain, next", [[jans(2)]]),
        delta("two records under one dot", [[fatimas(3), fatimas(3, of: "b")]]),
        delta("one dot in two segments", [[fatimas(3)], [fatimas(3)]]),
        delta("a writer that goes back", [[fatimas(4), fatimas(3)]]),
        delta("a context beyond the result", [[fatimas(3, context: [(1, 2)])]]),
        delta("a context with the change itself", [[fatimas(3, context: [(0, 3)])]]),
        delta("a context with a later change of the same writer", [[fatimas(3, context: [(0, 4)])]]),
        delta("an anchor whose author knew the record", [[fatimas(3, context: [(1, 1)], isAnchor: true)]]),
        delta("a record named by an anchor beyond the base", [[fatimas(4, anchor: Dot(WriterOrdinal(0), 3))]]),
        delta("a record named by an anchor of another's beyond the base", [[fatimas(3, anchor: Dot(WriterOrdinal(1), 2))]]),
        delta("more changes than there are", [[fatimas(3)]], saying: [2]),
        delta("fewer changes than there are", [[fatimas(3), fatimas(4)]], saying: [1]),
        ofDelta(
            "a delete that says nothing of existence", [body(set: [0, 0b10], change: [0, 0, 0, 0, 0, 0, 1])],
            World.manifest(
                FixtureKeys.fatima, replica: World.fatimaReplica, chains: [World.fatima: [World.end(1, World.fatima)]],
                [World.part(body(set: [0, 0b10], change: [0, 0, 0, 0, 0, 0, 1]))])),
    ]
}
