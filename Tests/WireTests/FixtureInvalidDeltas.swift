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

    // MARK: Edits of texts

    /// From Fatima's first change, which wrote `Anna komt.`, to Jan's first.
    private static func edited(
        _ name: String, _ edit: [UInt8], seeing context: Context = World.saw, column: MergeKind = .text, _ code: WireError.Code = .malformed
    ) -> InvalidVector {
        let table = WireTable(name: "note", keyPartCount: 1, columns: [WireColumn(name: "body", parts: ["body"], kind: column)])
        let body = World.bytes([World.fatima, World.jan], [table], [World.edit(1, 1, seeing: context, edit)])
        let manifest = World.manifest(
            FixtureKeys.fatima, replica: World.fatimaReplica, base: .whole(Knowledge([World.fatima: World.end(1, World.fatima)])),
            chains: [World.jan: [World.end(1, World.jan)]], [World.part(body)])
        var out = ByteWriter()
        out.counted(body)
        return .init(name, .delta(manifest), out.bytes, code)
    }

    private static func passage(_ offset: UInt32, _ count: UInt32, _ place: TextPlace) -> TextPassage {
        TextPassage(offset: offset, place: place, deletedCount: count)
    }

    private static func made(
        _ passages: [TextPassage] = [], deletes: [TextRange] = [], dot: Dot = World.wording.dot, generation: TextGeneration = .opened(World.whole)
    ) -> [UInt8] {
        TextEdit.encode(TextChange(dot: dot, context: .empty, passages: passages, deletes: deletes, generation: generation))
    }

    private static let ofNothing: [UInt8] = {
        var out = ByteWriter()
        out.textChanges([])
        return out.bytes
    }()

    private static let ofAContext: [UInt8] = {
        var out = ByteWriter()
        out.textChanges([TextChange(dot: World.wording.dot, context: World.saw, deletes: World.wording.deletes)])
        return out.bytes
    }()

    static let edits: [InvalidVector] = [
        edited("an edit of a column that is no text", TextEdit.encode(World.wording), column: .register),
        edited("an edit of another change", made(dot: Dot(WriterOrdinal(1), 2))),
        edited("an edit of nothing", ofNothing),
        edited("an edit and a byte", TextEdit.encode(World.wording) + [0], .trailing),
        edited("an edit that stops", Array(TextEdit.encode(World.wording).dropLast(2)), .truncated),
        edited("an edit with a context of its own", ofAContext),
        edited("an edit of what its author had not seen", TextEdit.encode(World.wording), seeing: .empty),
        edited("an edit that hangs on itself", made([passage(0, 1, TextPlace(.after, TextID(World.wording.dot, 0)))])),
        edited("an edit with passages in one another", made([passage(0, 4, .beginning)], deletes: [TextRange(World.whole, 0, count: 4), TextRange(World.whole, 2, count: 1)])),
        edited("a passage of a billion scalars", made([passage(0, 1_000_000_000, .beginning)]), .tooLarge),
        edited("a deletion of a billion scalars", made(deletes: [TextRange(World.whole, 0, count: 1_000_000_000)]), .tooLarge),
        edited("a whole that deletes", TextEdit.encode(TextChange(
            dot: World.wording.dot, context: .empty, deletes: World.wording.deletes, generation: .opened(World.wording.dot), opens: .zero))),
    ]
}
