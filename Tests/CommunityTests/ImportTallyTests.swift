import Interchange
import Testing

/// The report of an import accounts for every value of the file: what was counted apart from it is what it says.
@Suite("What became of every value") struct ImportTallyTests {
    private static func once(_ text: String) -> () -> [UInt8] {
        var bytes: [UInt8]? = Array(text.utf8)
        return {
            defer { bytes = nil }
            return bytes ?? []
        }
    }

    private static func contacts(_ text: String, rules: [String] = []) throws -> (tally: ImportTally, rows: [DraftRow], remarks: [ImportRemark], survey: ListSurvey) {
        let rules = try rules.map { try ColumnMap.Rule(parsing: $0) }
        let survey = try ContactImport.survey(rules: rules, chunks: once(text))
        var lines = try ContactImport(source: "list", rules: rules, survey: survey, identify: testIdentity, chunks: once(text))
        var rows: [DraftRow] = [], remarks: [ImportRemark] = []
        while let line = try lines.next() {
            guard case .taken(let row) = line else { continue }
            rows += row.rows
            remarks += row.remarks
            // Asked for again, it is not counted again.
            _ = lines.other()
        }
        return (lines.tally, rows, remarks, survey)
    }

    @Test func everyCellIsCountedOnce() throws {
        let text = """
            Naam;Telefoon;Geboortedatum;Huisdier;Kluisje;Leeg
            Jan Bos;06-11111111;3-4-1961;hond;;
            ;;;kat;7;
            Piet Smit;;onbekend;;8;
            a;b;c;d;e;f;g
            Els Mol;06-22222222;;;;
            """
        // Counted by hand: 4, of nobody 2, 3, one line too long 7, and 2.
        let (tally, _, _, _) = try Self.contacts(text)
        #expect(tally.valueCount == 4 + 2 + 3 + 7 + 2 && tally.isBalanced)
        #expect(tally.rejectedCount == 2 + 7 && tally.markedCount == 1 && tally.takenCount == 2 + 1 + 2)
        #expect(tally.leftOut == ["Huisdier": 1, "Kluisje": 1, "Geboortedatum": 1], "a column without a value leaves nothing out")
        #expect(try Self.contacts(text, rules: ["Telefoon=-"]).tally.leftOut["Telefoon"] == 2, "what is left out on purpose is counted too")
    }

    @Test func everyLineOfACardIsCounted() throws {
        let text = """
            BEGIN:VCARD\r
            VERSION:3.0\r
            PRODID:-//x//y//EN\r
            FN:Jan Bos\r
            N:Bos;Jan;;;\r
            TEL:06-11111111\r
            X-ABC:iets\r
            geen eigenschap\r
            END:VCARD\r
            BEGIN:VCARD\r
            VERSION:3.0\r
            UID:leeg\r
            END:VCARD\r

            """
        var cards = try VCardImport(source: "list", identify: testIdentity, chunks: Self.once(text))
        var remarks: [ImportRemark] = []
        while let card = try cards.next() { if case .taken(let row) = card { remarks += row.remarks } }
        #expect(cards.tally.valueCount == 5 + 1 && cards.tally.takenCount == 5 && cards.tally.rejectedCount == 1 && cards.tally.isBalanced)
        #expect(remarks.map(\.code) == ["kept-as-text"])
    }

    @Test func everyPropertyOfACalendarIsCounted() throws {
        let text = """
            BEGIN:VCALENDAR
            VERSION:2.0
            X-WR-CALNAME:Buurt
            BEGIN:VTIMEZONE
            TZID:Europe/Amsterdam
            COMMENT:zomertijd
            END:VTIMEZONE
            BEGIN:VEVENT
            UID:a
            DTSTART;TZID=Europe/Amsterdam:20261006T100000
            SUMMARY:S
            SUMMARY:T
            DTEND:morgen
            DESCRIPTION:lang
            BEGIN:VALARM
            TRIGGER:-PT15M
            END:VALARM
            END:VEVENT
            BEGIN:VEVENT
            UID:b
            SUMMARY:zonder begin
            END:VEVENT
            BEGIN:VTODO
            UID:c
            SUMMARY:taak
            END:VTODO
            END:VCALENDAR

            """
        var events = try calendarEvents(Array(text.utf8))
        while try events.next() != nil {}
        #expect(events.tally.valueCount == 1 + 7 + 2 + 2 && events.tally.isBalanced)
        #expect(events.tally.leftOut == ["X-WR-CALNAME": 1, "SUMMARY": 1, "DTEND": 1, "DESCRIPTION": 1, "VALARM": 1])
        #expect(events.tally.takenCount == 3 && events.tally.rejectedCount == 4)
    }

    @Test func namesWithoutEndTakeNoMemoryWithoutEnd() throws {
        let properties = (0..<5_000).map { "X-\($0):1" }.joined(separator: "\n")
        var events = try calendarEvents(Array("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20261006T100000\n\(properties)\nEND:VEVENT\nEND:VCALENDAR\n".utf8))
        while try events.next() != nil {}
        #expect(events.tally.leftOut.count <= 201 && events.tally.leftOutCount == 5_000 && events.tally.isBalanced)
    }

    // MARK: Birth dates

    private static func marks(_ days: String...) throws -> [String] {
        let found = try contacts("Naam;Telefoon;Geboortedatum\n" + days.enumerated().map { "P\($0) Bos;06-1111111\($0);\($1)\n" }.joined())
        return found.rows.filter { $0.table == "contact" }.map { $0.text("linkage_marks") }
    }

    @Test func birthDatesAreReadInTheOrderOfTheirColumn() throws {
        let iso = try Self.marks("1961-04-03", "1980-04-15")
        #expect(Set(iso).count == 2 && iso.allSatisfy { $0.hasPrefix("d") })
        #expect(try Self.marks("3-4-1961", "15-04-1980") == iso)
        #expect(try Self.marks("4/3/1961", "4/15/1980") == iso, "one cell says that the month is first")
        #expect(try Self.marks("4/3/61", "4/15/80") == iso)
        #expect(try Self.marks("03-04-61", "15-04-80 00:00") == iso)
        let survey = try Self.contacts("Naam;Telefoon;Geboortedatum\nJan Bos;06-11111111;4/3/1961\nEls Mol;06-22222222;4/15/1980\n").survey
        #expect(survey.orders["Geboortedatum"]?.isMonthFirst == true)
    }

    @Test(arguments: ["31-2-1961", "03-04-24", "onbekend", "1961", "13/13/1961"])
    func ofWhatIsNoDayNoMarkIsKeptAndThatIsSaid(day: String) throws {
        let found = try Self.contacts("Naam;Telefoon;Geboortedatum\nJan Bos;06-11111111;\(day)\n")
        #expect(found.rows[0].text("linkage_marks").isEmpty && found.remarks.map(\.about) == [.noMark(["Geboortedatum"])])
        #expect(found.tally.leftOut == ["Geboortedatum": 1] && found.tally.isBalanced)
    }

    @Test func outlooksEmptyDayIsNone() throws {
        let found = try Self.contacts("Name,Phone,Birthday\nJan Bos,06-11111111,0/0/00\n")
        #expect(found.remarks.isEmpty && found.tally.valueCount == 2)
    }
}
