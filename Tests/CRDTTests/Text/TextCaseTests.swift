import CRDT
import Testing

/// Two people and one text: what each makes of it apart, and what both read then.
@Suite struct TextCaseTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let old: String
        let one: String
        let two: String
        /// What both read; several where the names of the writers decide which wording comes first.
        let both: [String]
        var isListed = false
        var isWhole = false
    }

    static let cases: [Case] = [
        Case(testDescription: "different words", old: "Anna komt morgen.", one: "Tante Anna komt morgen.", two: "Anna komt vrijdag.", both: ["Tante Anna komt vrijdag."]),
        Case(testDescription: "different paragraphs", old: "Eerst.\n\nDan.", one: "Eerst dit.\n\nDan.", two: "Eerst.\n\nDan dat.", both: ["Eerst dit.\n\nDan dat."]),
        Case(testDescription: "the same word", old: "Anna komt op dinsdag.", one: "Anna komt op woensdag.", two: "Anna komt op vrijdag.",
             both: ["Anna komt op woensdag vrijdag."], isListed: true),
        Case(testDescription: "the first word", old: "Anna komt op dinsdag.", one: "Bea komt op dinsdag.", two: "Cas komt op dinsdag.",
             both: ["Bea Cas komt op dinsdag."], isListed: true),
        Case(testDescription: "the same word, equally", old: "Anna komt op dinsdag.", one: "Anna komt op vrijdag.", two: "Anna komt op vrijdag.", both: ["Anna komt op vrijdag."]),
        Case(testDescription: "in one gap", old: "Anna komt.", one: "Anna komt vroeg.", two: "Anna komt laat.", both: ["Anna komt vroeg laat."], isListed: true),
        Case(testDescription: "in one gap, equally", old: "Anna komt.", one: "Anna komt laat.", two: "Anna komt laat.", both: ["Anna komt laat."]),
        Case(testDescription: "deleted and changed", old: "Neem brood en melk mee.", one: "Neem brood mee.", two: "Neem brood en kaas mee.",
             both: ["Neem brood kaas mee."], isListed: true),
        Case(testDescription: "both deleted", old: "Neem brood en melk mee.", one: "Neem brood mee.", two: "Neem brood mee.", both: ["Neem brood mee."]),
        Case(testDescription: "typed inside what is deleted", old: "Een twee drie vier vijf zes zeven.", one: "Een vijf zes zeven.", two: "Een twee drie ook vier vijf zes zeven.",
             both: ["Een ook vijf zes zeven."], isListed: true),
        Case(testDescription: "side by side", old: "Neem brood en melk mee.", one: "Neem kaas en melk mee.", two: "Neem brood of melk mee.", both: ["Neem kaas of melk mee."]),
        Case(testDescription: "rewritten and edited", old: "Anna komt morgen om tien uur.", one: "Het feest gaat niet door.", two: "Anna komt morgen om elf uur.",
             both: ["Het feest gaat niet door elf."], isListed: true, isWhole: true),
        Case(testDescription: "composed and decomposed letters differ", old: "In het café.", one: "In het cafe\u{301}.", two: "In het café.", both: ["In het cafe\u{301}."]),
        Case(testDescription: "an emoji and its skin stay together", old: "Feest 🎉 op 5 mei", one: "Feest 👍🏽 op 5 mei", two: "Feest 🎉 op 6 mei", both: ["Feest 👍🏽 op 6 mei"]),
        Case(testDescription: "Arabic", old: "ستأتي فاطمة غدا.", one: "ستأتي فاطمة اليوم.", two: "ستأتي مريم غدا.", both: ["ستأتي مريم اليوم."]),
        Case(testDescription: "CR LF stay together", old: "een\r\ntwee\r\n", one: "een\r\ndrie\r\ntwee\r\n", two: "een\r\ntwee\r\nvier\r\n", both: ["een\r\ndrie\r\ntwee\r\nvier\r\n"]),
        Case(testDescription: "a text emptied and edited", old: "Anna komt.", one: "", two: "Anna komt laat.", both: [" laat"], isListed: true, isWhole: true),
        Case(testDescription: "an empty text that two begin", old: "", one: "Anna komt.", two: "Bea komt.", both: ["Anna komt. Bea komt."], isListed: true),
    ]

    @Test(arguments: cases) func twoEdits(_ row: Case) throws {
        var (a, b) = (TextLaptop(1), TextLaptop(2))
        try a.write(row.old)
        try b.receive(a)
        try a.write(row.one)
        try b.write(row.two)
        #expect(scalars(a.shown) == scalars(row.one) && scalars(b.shown) == scalars(row.two))
        try TextLaptop.meet(&a, &b)
        #expect(a.text == b.text)
        #expect(scalars(a.shown) == scalars(b.shown))
        #expect(row.both.contains { scalars($0) == scalars(a.shown) }, "\(a.shown)")
        let overlaps = a.text.view.overlaps
        #expect(overlaps == b.text.view.overlaps)
        #expect(overlaps.isEmpty != row.isListed, "\(overlaps)")
        #expect(overlaps.contains(where: \.isWhole) == row.isWhole)
    }

    @Test(arguments: cases.filter(\.isListed)) func settlingEndsAnOverlapAndStaysSettled(_ row: Case) throws {
        for words in ["beide", nil] {
            var (a, b) = (TextLaptop(1), TextLaptop(2))
            try a.write(row.old)
            try b.receive(a)
            try a.write(row.one)
            try b.write(row.two)
            try TextLaptop.meet(&a, &b)
            let overlap = try #require(a.text.view.overlaps.first)
            // As they stand, or another wording.
            try a.settle(overlap, as: words ?? string(a.text.view.shown[overlap.positions]))
            #expect(a.text.view.overlaps.isEmpty, "\(a.text.view.overlaps) in \(a.shown)")
            let shown = a.shown
            try TextLaptop.meet(&a, &b)
            #expect(b.text.view.overlaps.isEmpty && scalars(b.shown) == scalars(shown))
        }
    }

    /// Where both wordings of an overlap stand in what is shown.
    @Test func anOverlapSaysWhereItIs() throws {
        var (a, b) = (TextLaptop(1), TextLaptop(2))
        try a.write("Anna komt op dinsdag langs.")
        try b.receive(a)
        let one = try #require(try a.write("Anna komt op woensdag langs."))
        let two = try #require(try b.write("Anna komt op vrijdag langs."))
        try TextLaptop.meet(&a, &b)
        let view = a.text.view
        let overlap = try #require(view.overlaps.first)
        #expect(view.overlaps.count == 1 && overlap.changes == [one.dot, two.dot])
        #expect(string(view.shown[overlap.positions]) == " woensdag vrijdag")
    }

    /// The letters of what is deleted are nowhere: neither here, nor in what others are sent.
    @Test func deletedLettersAreNowhere() throws {
        var (a, b) = (TextLaptop(1), TextLaptop(2))
        try a.write("Het geheim is zwanebloem, zeg het niemand.")
        try b.receive(a)
        let needle = "\"z\", \"w\""
        #expect("\(a.text)".contains(needle) && "\(b.text)".contains(needle))
        try a.write("Zeg het niemand.")
        try b.receive(a)
        for laptop in [a, b] {
            let changes = laptop.text.changes(beyond: VersionVector())
            let kept = changes.flatMap { $0.passages.flatMap { $0.letters ?? [] } }
            #expect(!string(kept).contains("zwane"))
            #expect(!"\(laptop.text)".contains(needle))
        }
        #expect(b.shown == "Zeg het niemand.")
    }

    // MARK: Generations

    @Test func aGenerationIsOneRunAndForgetsWhatWasTyped() throws {
        var (a, b) = (TextLaptop(1), TextLaptop(2))
        try a.write("Een twee drie.")
        for word in ["vier", "vijf", "zes"] {
            try b.receive(a)
            try b.write(b.shown + " \(word).")
            try a.receive(b)
        }
        #expect(a.text.runCount > 3)
        try a.collapse()
        #expect(a.text.runCount == 1 && a.shown == "Een twee drie. vier. vijf. zes.")
        try b.receive(a)
        #expect(b.text == a.text && b.text.runCount == 1)
    }

    @Test func aLateEditIsAStrayAndNotLost() throws {
        var (a, b) = (TextLaptop(1), TextLaptop(2))
        try a.write("Anna komt morgen.")
        try b.receive(a)
        let late = try #require(try b.write("Anna komt morgen vroeg."))
        try a.collapse()
        try TextLaptop.meet(&a, &b)
        #expect(a.text == b.text && a.shown == "Anna komt morgen.")
        let strays = a.text.strays(name: TextLaptop.name)
        #expect(strays.count == 1 && strays.first?.dot == late.dot && strays.first?.words == " vroeg")
        // It is settled by taking it over: who writes the text anew has seen it.
        #expect(a.text.generation(as: a.next, seeing: a.context, name: TextLaptop.name) == nil)
    }

    @Test func ofTwoGenerationsOneIsShownAndTheOtherIsNoStrayIfItIsEqual() throws {
        var (a, b) = (TextLaptop(1), TextLaptop(2))
        try a.write("Anna komt morgen.")
        try b.receive(a)
        try a.collapse()
        try b.collapse()
        try TextLaptop.meet(&a, &b)
        #expect(a.text == b.text && a.text.runCount == 1 && a.shown == "Anna komt morgen.")
        #expect(a.text.strays(name: TextLaptop.name).isEmpty)
    }

    // MARK: Copies

    @Test func copiesOfALaptopAreToldApart() throws {
        var first = TextLaptop(1)
        try first.write("Anna komt morgen om tien uur.")
        var copy = first
        try first.write("Anna komt vrijdag om tien uur.")
        try copy.write("Anna komt morgen om elf uur.")
        let last: UInt32 = 1
        let (x, y) = (WriterOrdinal(7), WriterOrdinal(8))
        let one = try first.text.renamed(Rename(first.writer, after: last, to: x), as: TextLaptop.names[x] ?? .zero)
        let two = try copy.text.renamed(Rename(copy.writer, after: last, to: y), as: TextLaptop.names[y] ?? .zero)
        var (a, b) = (one, two)
        try a.take(two.changes(beyond: VersionVector()))
        try b.take(one.changes(beyond: VersionVector()))
        #expect(a == b && a.shown == "Anna komt vrijdag om elf uur." && a.view.overlaps.isEmpty)
    }

    // MARK: Values

    @Test func whatIsNoProseIsARegister() {
        #expect(Value.text("Anna").prose == scalars("Anna"))
        #expect(Value.text("").prose == [])
        #expect(Value.text([65, 0, 66]).prose == nil)
        #expect(Value.text([0xC3, 0x28]).prose == nil)
        #expect(Value.text([0xED, 0xA0, 0x80]).prose == nil)
        for other in [Value.null, .integer(1), .real(1), .blob(Array("Anna".utf8))] { #expect(other.prose == nil) }
        let most = TextLimit.byteCount
        for count in [most - 1, most, most + 1] { #expect((Value.text([UInt8](repeating: 65, count: count)).prose == nil) == (count > most)) }
    }
}

/// What one person's part in a text is, when it is told apart again; and a column that is emptied to NULL.
@Suite struct TextPartTests {
    private func laptops(_ old: String) throws -> (TextLaptop, TextLaptop) {
        var (a, b) = (TextLaptop(1), TextLaptop(2))
        try a.write(old)
        try b.receive(a)
        return (a, b)
    }

    @Test func anEditIsTakenBackAndWhatOthersWroteStays() throws {
        var (a, b) = try laptops("Anna komt morgen om tien uur.")
        let mine = try #require(try a.write("Anna belt morgen om elf uur."))
        try b.write("Tante Anna komt morgen om tien uur, denk ik.")
        try TextLaptop.meet(&a, &b)
        for laptop in [a, b] {
            let undone = try #require(laptop.text.undoing({ $0 == mine.dot }, before: Array("Anna komt morgen om tien uur.".unicodeScalars)))
            #expect(string(undone) == "Tante Anna komt morgen om tien uur, denk ik.")
        }
        // What somebody else took away as well does not come back.
        (a, b) = try laptops("Anna komt morgen om tien uur.")
        let other = try #require(try a.write("Anna komt morgen om elf uur."))
        try b.write("Anna komt morgen.")
        try TextLaptop.meet(&a, &b)
        #expect(a.text.undoing({ $0 == other.dot }, before: scalars("Anna komt morgen om tien uur.")) == scalars("Anna komt morgen."))
    }

    @Test func whatStoodBeforeMustBeWhatTheEditHadBeforeIt() throws {
        var (a, _) = try laptops("Anna komt.")
        let mine = try #require(try a.write("Anna belt."))
        #expect(a.text.undoing({ $0 == mine.dot }, before: Array("Anna komt niet.".unicodeScalars)) == nil)
        #expect(a.text.undoing({ $0 == Dot(WriterOrdinal(9), 1) }, before: Array("Anna komt.".unicodeScalars)) == nil, "nobody's change")
    }

    @Test func theWordingsOfAnOverlapAreThoseOfItsAuthors() throws {
        var (a, b) = try laptops("Neem brood en melk mee.")
        let (one, two) = (try #require(try a.write("Neem brood mee.")), try #require(try b.write("Neem brood en kaas mee.")))
        try TextLaptop.meet(&a, &b)
        let overlap = try #require(a.text.view.overlaps.first)
        let said = a.text.passages.wordings(of: overlap)
        #expect(said[one.dot] == [] && said[two.dot] == Array(" kaas".unicodeScalars) && said.count == 2)
    }

    @Test func nullStandsUntilSomebodyWritesWhoHadSeenIt() throws {
        var (a, b) = try laptops("Anna komt.")
        #expect(a.text.value == Array("Anna komt.".unicodeScalars))
        try a.empty()
        #expect(a.text.value == nil && a.shown == "")
        try b.write("Anna komt laat.")
        try TextLaptop.meet(&a, &b)
        #expect(a.text == b.text)
        #expect(a.text.value == Array(" laat".unicodeScalars), "words that nobody saw go stand")
        try b.empty()
        try a.receive(b)
        #expect(a.text.value == nil && b.text.value == nil)
        try a.write("x")
        try a.write("")
        try b.receive(a)
        #expect(b.text.value == [] && a.text == b.text, "an empty text is not NULL")
    }

    /// The later of two who had seen the other is the generation that all come to, whatever their names.
    @Test func aGenerationGivesWayToOneThatHadSeenIt() throws {
        for (first, second) in [(1, 2), (2, 1)] as [(UInt32, UInt32)] {
            var (a, b) = (TextLaptop(first), TextLaptop(second))
            try a.write("Anna komt.")
            try b.receive(a)
            try b.write("Anna komt morgen.")
            try a.receive(b)
            try a.collapse()
            try b.receive(a)
            let last = try #require(try b.collapse())
            try a.receive(b)
            #expect(a.text == b.text && a.text.generation == last.dot && b.text.generation == last.dot)
            #expect(a.shown == "Anna komt morgen." && a.text.isOfOneGeneration)
        }
    }
}
