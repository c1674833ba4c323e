import CRDT
import Testing
import Wire

/// One change of one text as it travels, and as it is hashed: what is refused of it before anything is taken in.
@Suite struct TextEditTests {
    private static let whole = Dot(WriterOrdinal(0), 1), own = Dot(WriterOrdinal(1), 3)
    private static let saw = Context([.init(WriterOrdinal(0), 1)])

    private static func made(
        _ passages: [TextPassage] = [], deletes: [TextRange] = [], seeing context: Context = saw, dot: Dot = own,
        generation: TextGeneration = .opened(whole), opens: Nonce? = nil
    ) -> TextChange {
        TextChange(dot: dot, context: context, passages: passages, deletes: deletes, generation: generation, opens: opens)
    }

    private static let wording = made(
        [TextPassage(offset: 0, place: TextPlace(.inPlace, TextID(whole, 4)), letters: Array(" belt".unicodeScalars))],
        deletes: [TextRange(whole, 4, count: 5)])

    private static func passage(_ count: UInt32, _ place: TextPlace = .beginning, at offset: UInt32 = 0) -> TextPassage {
        TextPassage(offset: offset, place: place, deletedCount: count)
    }

    /// As a receiver reads it, who has the context from the segment.
    private static func received(_ bytes: [UInt8], of dot: Dot = own, seeing context: Context = saw, writerCount: Int = 2) throws -> TextChange {
        let edit = try bytes.withUnsafeBytes { try TextEdit.decode($0, of: dot, writerCount: writerCount) }.named(seeing: context) { $0 }
        try TextEdit.check(edit, column: 1)
        return edit
    }

    static let travelling: [TextChange] = [
        wording, made(), made([passage(7)], generation: .over), made(deletes: [TextRange(whole, 0, count: 1)], generation: .first),
        made([passage(3), passage(2, TextPlace(.before, TextID(whole, 0)), at: 5)]),
        TextChange(dot: own, context: saw, generation: .opened(whole), leavesNull: true),
        made([TextPassage(offset: 0, place: .beginning, letters: Array("Zoë 🎉".unicodeScalars))], generation: .opened(own), opens: Nonce(high: 1, low: 2)),
    ]

    @Test(arguments: travelling) func whatIsSentIsRead(_ change: TextChange) throws {
        #expect(try Self.received(TextEdit.encode(change)) == change)
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        var seeing = saw
        let code: WireError.Code
    }

    static let refused: [Refused] = [
        Refused(testDescription: "of another change", bytes: TextEdit.encode(made(dot: Dot(WriterOrdinal(1), 2))), code: .malformed),
        Refused(testDescription: "of no change", bytes: written([]), code: .malformed),
        Refused(testDescription: "of two changes", bytes: written([made(seeing: .empty), made(seeing: .empty)]), code: .malformed),
        Refused(testDescription: "with a context of its own", bytes: written([wording]), code: .malformed),
        Refused(testDescription: "a byte more", bytes: TextEdit.encode(wording) + [0], code: .trailing),
        Refused(testDescription: "a byte less", bytes: TextEdit.encode(wording).dropLast(), code: .truncated),
        Refused(testDescription: "of an unknown writer", bytes: TextEdit.encode(made(deletes: [TextRange(Dot(WriterOrdinal(7), 1), 0, count: 1)])), code: .malformed),
        Refused(testDescription: "of what its author had not seen", bytes: TextEdit.encode(wording), seeing: .empty, code: .malformed),
        Refused(testDescription: "on itself", bytes: TextEdit.encode(made([passage(1, TextPlace(.after, TextID(own, 0)))])), code: .malformed),
        Refused(testDescription: "deleting one scalar twice",
                bytes: TextEdit.encode(made(deletes: [TextRange(whole, 0, count: 4), TextRange(whole, 2, count: 1)])), code: .malformed),
        Refused(testDescription: "a passage of a billion scalars", bytes: TextEdit.encode(made([passage(1_000_000_000)])), code: .tooLarge),
        Refused(testDescription: "a deletion of a billion scalars", bytes: TextEdit.encode(made(deletes: [TextRange(whole, 0, count: 1_000_000_000)])), code: .tooLarge),
        Refused(testDescription: "a whole that deletes",
                bytes: TextEdit.encode(made(deletes: wording.deletes, generation: .opened(own), opens: .zero)), code: .malformed),
    ]

    private static func written(_ changes: [TextChange]) -> [UInt8] {
        var out = ByteWriter()
        out.textChanges(changes)
        return out.bytes
    }

    @Test(arguments: refused) func whatCannotBeIsRefused(_ row: Refused) {
        var found: WireError.Code?
        do { _ = try Self.received(row.bytes, seeing: row.seeing) } catch { found = (error as? WireError)?.code }
        #expect(found == row.code)
    }

    /// Numbers of writers are each replica's own: what is hashed does not depend on them.
    @Test func whatIsHashedDoesNotDependOnNumbers() {
        let names = [WriterOrdinal(0): WriterID(high: 9, low: 9), WriterOrdinal(1): WriterID(high: 4, low: 4)]
        let change = Self.made(
            [TextPassage(offset: 0, place: TextPlace(.after, TextID(Self.whole, 2)), letters: ["x"])],
            deletes: [TextRange(Self.whole, 0, count: 1), TextRange(Dot(WriterOrdinal(1), 1), 0, count: 1)])
        func swapped(_ ordinal: WriterOrdinal) -> WriterOrdinal { WriterOrdinal(1 - ordinal.number) }
        var other = change.named(seeing: Self.saw) { Dot(swapped($0.writer), $0.sequence) }
        other.deletes.reverse()
        #expect(TextEdit.canonical(change) { names[$0]! } == TextEdit.canonical(other) { names[swapped($0)]! })
        #expect(TextEdit.canonical(change) { names[$0]! } != TextEdit.canonical(Self.wording) { names[$0]! })
    }
}
