import CRDT
import Testing
import Wire

/// Numbers that are drawn, the same every time (Steele, Lea, Flood: SplitMix, 2014).
private struct Drawing: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: Int) { state = UInt64(seed) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A text beside its column, and what changes did to it, there and back.
@Suite struct TextCodingTests {
    private struct Laptop {
        let writer: WriterOrdinal
        var sequence: UInt32 = 0
        var closed: [WriterOrdinal: UInt32] = [:]
        var text = Text(names: Laptop.names)

        static let names = Dictionary(uniqueKeysWithValues: (0..<3).map { (WriterOrdinal($0), WriterID(high: 1, low: UInt64($0))) })

        var column: [UInt8] { Array(text.shown.utf8) }
        var context: Context { Context(closed.map { .init($0.key, $0.value) }) }

        mutating func write(_ new: String) throws {
            guard try text.write(Array(new.unicodeScalars), as: Dot(writer, sequence + 1), seeing: context) != nil else { return }
            sequence += 1
            closed[writer] = sequence
        }

        mutating func collapse() throws {
            guard let change = text.generation(as: Dot(writer, sequence + 1), seeing: context, name: TextCodingTests.name) else { return }
            try text.take([change])
            sequence += 1
            closed[writer] = sequence
        }

        /// By what goes over the wire.
        mutating func receive(_ other: Laptop) throws {
            var base = VersionVector()
            for (writer, last) in closed { base[writer] = min(last, other.closed[writer] ?? 0) }
            try text.take(TextCodingTests.returned(other.text.changes(beyond: base)))
            for (writer, last) in other.closed { closed[writer] = max(closed[writer] ?? 0, last) }
        }
    }

    /// Encoded, decoded, and the same again. The time of a change is the segment's to say.
    private static func returned(_ changes: [TextChange]) throws -> [TextChange] {
        var out = ByteWriter()
        out.textChanges(changes)
        let read = try zip(decoded(out.bytes), changes).map { $0.at($1.timeMilliseconds) }
        #expect(read == changes)
        var again = ByteWriter()
        again.textChanges(read)
        #expect(again.bytes == out.bytes)
        return read
    }

    private static func decoded(_ bytes: [UInt8], writerCount: Int = 3) throws -> [TextChange] {
        try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes, in: "text changes")
            let changes = try reader.textChanges(writerCount: writerCount)
            try reader.finish()
            return changes
        }
    }

    private static func code(_ body: () throws -> Void) -> WireError.Code? {
        do { try body() } catch let error as WireError { return error.code } catch { return nil }
        return nil
    }

    private static func name(_ text: [Unicode.Scalar]) -> Nonce { Digest.name(Array(string(text).utf8)) }

    private static let words = ["vrijdag", "pas", "cafe\u{301}", "🎊", "اليوم", "twee\n", "zo'n", "(12.30)"]

    /// Three people write, meet over the wire and keep what they have in blobs, some after a generation.
    private static func histories(_ count: Int, _ body: (Laptop, Int) throws -> Void) throws {
        for seed in 0..<count {
            var random = Drawing(seed)
            var laptops = (0..<3).map { Laptop(writer: WriterOrdinal($0)) }
            try laptops[0].write("Anna komt morgen om tien uur langs.")
            for other in 1...2 { try laptops[other].receive(laptops[0]) }
            for _ in 0..<12 {
                let who = Int.random(in: 0..<3, using: &random)
                var words = laptops[who].text.shown.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false).map { String($0) }
                let place = Int.random(in: 0..<words.count, using: &random)
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<3: words[place] = TextCodingTests.words.randomElement(using: &random) ?? ""
                case 3..<5: words.insert(TextCodingTests.words.randomElement(using: &random) ?? "", at: place)
                case 5: words.remove(at: place)
                case 6..<9:
                    try laptops[who].receive(laptops[Int.random(in: 0..<3, using: &random)])
                    continue
                default:
                    if seed % 3 == 0 { try laptops[who].collapse() }
                    continue
                }
                try laptops[who].write(words.joined(separator: " "))
            }
            for who in 0..<3 { for other in 0..<3 where other != who { try laptops[who].receive(laptops[other]) } }
            for laptop in laptops { try body(laptop, seed) }
        }
    }

    @Test func blobsAreReadBack() throws {
        var hiddenCount = 0, strayCount = 0
        try TextCodingTests.histories(150) { laptop, seed in
            let blob = TextBlob.encode(laptop.text, column: laptop.column)
            let read = try TextBlob.decode(blob, column: laptop.column, names: Laptop.names)
            #expect(read == laptop.text, "seed \(seed)")
            #expect(Array(read.shown.utf8) == laptop.column && read.view.overlaps == laptop.text.view.overlaps)
            #expect(TextBlob.encode(read, column: laptop.column) == blob)
            if !laptop.text.view.hidden.isEmpty { hiddenCount += 1 }
            if !laptop.text.strays(name: TextCodingTests.name).isEmpty { strayCount += 1 }
        }
        #expect(hiddenCount > 0 && strayCount > 0, "\(hiddenCount) with words that are not shown, \(strayCount) with strays")
    }

    /// A byte of the column or of the blob that is another: not one is taken for what was written.
    @Test func whatTheColumnDoesNotSayIsNoticed() throws {
        var laptop = Laptop(writer: WriterOrdinal(0))
        try laptop.write("Anna komt morgen.")
        try laptop.write("Anna komt vrijdag.")
        let blob = TextBlob.encode(laptop.text, column: laptop.column)
        #expect(TextCodingTests.code { _ = try TextBlob.decode(blob, column: Array("Anna komt vrijdug.".utf8), names: Laptop.names) } == .damaged)
        #expect(TextCodingTests.code { _ = try TextBlob.decode(blob, column: [0xFF], names: Laptop.names) } == .damaged)
        for place in blob.indices {
            var damaged = blob
            damaged[place] ^= 1
            let code = TextCodingTests.code { _ = try TextBlob.decode(damaged, column: laptop.column, names: Laptop.names) }
            #expect(code == (place == 0 ? .newerFormat : .damaged))
        }
        for count in 0..<blob.count {
            #expect(TextCodingTests.code { _ = try TextBlob.decode(Array(blob.prefix(count)), column: laptop.column, names: Laptop.names) } != nil)
        }
    }

    /// The letters of what was deleted are in no byte of the blob, nor of what others are sent.
    @Test func deletedLettersAreInNoByte() throws {
        var laptop = Laptop(writer: WriterOrdinal(0))
        try laptop.write("Het geheim is zwanebloem. Zeg het niemand.")
        try laptop.write("Zeg het niemand.")
        var out = ByteWriter()
        out.textChanges(laptop.text.changes(beyond: VersionVector()))
        for bytes in [out.bytes, TextBlob.encode(laptop.text, column: laptop.column)] {
            #expect(!String(decoding: bytes, as: UTF8.self).contains("zwane"))
        }
        #expect(String(decoding: out.bytes, as: UTF8.self).contains("niemand"))
    }

    // MARK: Hostile bytes

    @Test func changesThatAreCutShortAreRefused() throws {
        try TextCodingTests.histories(20) { laptop, _ in
            var out = ByteWriter()
            out.textChanges(laptop.text.changes(beyond: VersionVector()))
            for count in 0..<out.bytes.count { #expect(TextCodingTests.code { _ = try TextCodingTests.decoded(Array(out.bytes.prefix(count))) } != nil) }
            #expect(TextCodingTests.code { _ = try TextCodingTests.decoded(out.bytes + [0]) } == .trailing)
        }
    }

    /// Any byte changed: refused, or read as changes that are written just so.
    @Test func changedBytesAreRefusedOrTheirOwnEncoding() throws {
        var refusedCount = 0, readCount = 0
        try TextCodingTests.histories(30) { laptop, seed in
            var out = ByteWriter()
            out.textChanges(laptop.text.changes(beyond: VersionVector()))
            var random = Drawing(seed)
            for place in out.bytes.indices {
                var bytes = out.bytes
                bytes[place] = UInt8.random(in: 0...255, using: &random)
                guard let changes = try? TextCodingTests.decoded(bytes) else {
                    refusedCount += 1
                    continue
                }
                readCount += 1
                var again = ByteWriter()
                again.textChanges(changes)
                #expect(again.bytes == bytes, "seed \(seed), byte \(place)")
                // And what is read is taken in, or refused as a whole.
                var text = laptop.text
                if (try? text.take(changes)) == nil { #expect(text == laptop.text) }
            }
        }
        #expect(refusedCount > 1_000 && readCount > 100)
    }

    private static let a = Dot(WriterOrdinal(0), 1), b = Dot(WriterOrdinal(1), 1)
    private static let sawA = Context([.init(WriterOrdinal(0), 1)])
    private static func letters(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }
    private static func passage(_ offset: UInt32, _ place: TextPlace, _ text: String) -> TextPassage {
        TextPassage(offset: offset, place: place, letters: letters(text))
    }

    struct Hostile: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let changes: [TextChange]
        let error: TextError
    }

    static let hostile: [Hostile] = [
        Hostile(testDescription: "a place that nobody has",
                changes: [TextChange(dot: b, context: sawA, passages: [passage(0, TextPlace(.after, TextID(a, 99)), "x")])], error: .unknownPlace(TextID(a, 99))),
        Hostile(testDescription: "a deletion of what is nowhere",
                changes: [TextChange(dot: b, context: sawA, deletes: [TextRange(a, 2, count: 99)])], error: .unknownDeletion(TextRange(a, 2, count: 99))),
        Hostile(testDescription: "a billion scalars that are said to be deleted",
                changes: [TextChange(dot: b, context: sawA, passages: [TextPassage(offset: 0, place: .beginning, deletedCount: 1_000_000_000)])], error: .tooLarge),
        Hostile(testDescription: "an offset at the end of all numbers",
                changes: [TextChange(dot: b, context: sawA, passages: [TextPassage(offset: .max, place: .beginning, deletedCount: .max)])], error: .tooLarge),
        Hostile(testDescription: "a deletion of a billion", changes: [TextChange(dot: b, context: sawA, deletes: [TextRange(a, 0, count: 1_000_000_000)])], error: .tooLarge),
        Hostile(testDescription: "deleted letters that nobody deleted",
                changes: [TextChange(dot: b, context: sawA, passages: [TextPassage(offset: 0, place: .beginning, deletedCount: 3)])], error: .lettersMissing(TextID(b, 0))),
        Hostile(testDescription: "passages in one another",
                changes: [TextChange(dot: b, context: sawA, passages: [passage(0, .beginning, "abc"), passage(2, .beginning, "d")])], error: .overlapping(b)),
        Hostile(testDescription: "passages in another order",
                changes: [TextChange(dot: b, context: sawA, passages: [passage(5, .beginning, "abc"), passage(0, .beginning, "d")])], error: .overlapping(b)),
        Hostile(testDescription: "a passage of nothing", changes: [TextChange(dot: b, context: sawA, passages: [passage(0, .beginning, "")])], error: .overlapping(b)),
        Hostile(testDescription: "one scalar deleted twice",
                changes: [TextChange(dot: b, context: sawA, deletes: [TextRange(a, 0, count: 2), TextRange(a, 1, count: 1)])], error: .overlapping(b)),
        Hostile(testDescription: "before the beginning", changes: [TextChange(dot: b, context: sawA, passages: [passage(0, TextPlace(.before, nil), "x")])], error: .overlapping(b)),
        Hostile(testDescription: "on a change that its author had not seen",
                changes: [TextChange(dot: b, context: .empty, passages: [passage(0, TextPlace(.after, TextID(a, 0)), "x")])], error: .unseen(a, by: b)),
        Hostile(testDescription: "deleting what its author had not seen",
                changes: [TextChange(dot: b, context: .empty, deletes: [TextRange(a, 0, count: 1)])], error: .unseen(a, by: b)),
        Hostile(testDescription: "on itself", changes: [TextChange(dot: b, context: sawA, passages: [passage(0, TextPlace(.after, TextID(b, 0)), "x")])], error: .ring(b)),
        Hostile(testDescription: "two on one another",
                changes: [
                    TextChange(dot: b, context: Context([.init(WriterOrdinal(2), 1)]), passages: [passage(0, TextPlace(.after, TextID(Dot(WriterOrdinal(2), 1), 0)), "x")]),
                    TextChange(dot: Dot(WriterOrdinal(2), 1), context: Context([.init(WriterOrdinal(1), 1)]), passages: [passage(0, TextPlace(.after, TextID(b, 0)), "y")]),
                ], error: .ring(b)),
        Hostile(testDescription: "a generation that deletes",
                changes: [TextChange(dot: b, context: sawA, passages: [passage(0, .beginning, "x")], deletes: [TextRange(a, 0, count: 1)], generation: .opened(b), opens: .zero)], error: .badGeneration(b)),
        Hostile(testDescription: "a generation of two passages",
                changes: [TextChange(dot: b, context: sawA, passages: [passage(0, .beginning, "x"), passage(1, .beginning, "y")], generation: .opened(b), opens: .zero)], error: .badGeneration(b)),
        Hostile(testDescription: "of a generation that nobody has opened",
                changes: [TextChange(dot: b, context: sawA, passages: [passage(0, .beginning, "x")], generation: .opened(Dot(WriterOrdinal(2), 9)))], error: .badGeneration(b)),
        Hostile(testDescription: "a writer without a name", changes: [TextChange(dot: Dot(WriterOrdinal(9), 1), context: sawA)], error: .unknownWriter(WriterOrdinal(9))),
    ]

    @Test(arguments: hostile) func hostileChangesLeaveTheTextAsItWas(_ row: Hostile) throws {
        var laptop = Laptop(writer: WriterOrdinal(0))
        try laptop.write("Anna komt.")
        let before = laptop.text
        var found: TextError?
        do throws(TextError) { try laptop.text.take(row.changes) } catch { found = error }
        #expect(found == row.error)
        #expect(laptop.text == before && laptop.text.shown == "Anna komt.")
        // An honest change among them is not taken in either.
        do throws(TextError) {
            try laptop.text.take([TextChange(dot: Dot(WriterOrdinal(2), 5), context: TextCodingTests.sawA, deletes: [TextRange(TextCodingTests.a, 0, count: 1)])] + row.changes)
            Issue.record("taken in")
        } catch { #expect(laptop.text == before) }
    }

    /// What is held stands: a copy of a change with other words, or at another place, changes nothing.
    @Test func identitiesOfOthersAreNotTakenOver() throws {
        var laptop = Laptop(writer: WriterOrdinal(0))
        try laptop.write("Anna komt.")
        let before = laptop.text
        try laptop.text.take([TextChange(dot: TextCodingTests.a, context: .empty, passages: [TextCodingTests.passage(0, .beginning, "Bea belt..")])])
        #expect(laptop.text == before && laptop.text.shown == "Anna komt.")
    }

    /// The limit is judged before memory is taken: a few bytes that declare much are refused.
    @Test(arguments: [TextLimit.scalarCount - 1, TextLimit.scalarCount, TextLimit.scalarCount + 1])
    func aPassageHasSoManyScalars(_ count: Int) throws {
        var out = ByteWriter()
        out.textChanges([TextChange(
            dot: TextCodingTests.b, context: TextCodingTests.sawA,
            passages: [TextPassage(offset: 0, place: .beginning, deletedCount: UInt32(count))], deletes: [TextRange(TextCodingTests.b, 0, count: UInt32(count))])])
        #expect(TextCodingTests.code { _ = try TextCodingTests.decoded(out.bytes) } == (count > TextLimit.scalarCount ? .tooLarge : nil))
    }

    @Test(arguments: [TextLimit.runCount - 1, TextLimit.runCount, TextLimit.runCount + 1])
    func aChangeHasSoManyPassages(_ count: Int) throws {
        // One change whose columns say of each of `count` passages the same.
        var out = ByteWriter()
        out.number(1)
        for value in [0, 2, 0] { out.number(value << 1 | 1) }
        for _ in 0..<2 { out.number(0) }
        out.number(1)
        for _ in 0..<2 { out.number(0) }
        out.number(count << 1 | 1)
        for value in [0, 3, 0] { out.number(value << 1 | 1) }
        for _ in 0..<3 { out.number(0) }
        out.number(1)
        for _ in 0..<4 { out.number(0) }
        out.number(0)
        #expect(TextCodingTests.code { _ = try TextCodingTests.decoded(out.bytes) } == (count > TextLimit.runCount ? .tooLarge : .malformed))
    }

    /// Deleters of one scalar are kept apart up to a limit, and which ones does not depend on who came first.
    @Test func aDisputeHasSoManySides() throws {
        let names = Dictionary(uniqueKeysWithValues: (0..<100).map { (WriterOrdinal($0), WriterID(high: 2, low: UInt64(100 - $0))) })
        let first = TextChange(dot: TextCodingTests.a, context: .empty, passages: [TextCodingTests.passage(0, .beginning, "Anna komt.")])
        let others = (1..<100).map {
            TextChange(dot: Dot(WriterOrdinal($0), 1), context: TextCodingTests.sawA, deletes: [TextRange(TextCodingTests.a, 0, count: 4)])
        }
        for count in [TextLimit.deleterCount - 1, TextLimit.deleterCount, TextLimit.deleterCount + 1, 99] {
            var (text, other) = (Text(names: names), Text(names: names))
            try text.take([first] + others.prefix(count))
            try other.take([first])
            for change in others.prefix(count).reversed() { try other.take([change]) }
            #expect(text == other && text.shown == " komt.")
            let kept = text.changes(beyond: VersionVector()).filter { !$0.deletes.isEmpty }.count
            #expect(kept == min(count, TextLimit.deleterCount))
        }
    }
}
