import Community
import Schema
import Words

/// What the program says on what people type, and on names: a part of the catalogue (see `Sentence`).
package enum EntrySentence: String, CaseIterable, Saying {
    case unknownTable, unknownColumn, didYouMean, givenTwice, missing, missingOr
    case notACode, notADay, noSuchDay, noSuchMonth, otherWeekday, noSuchTime, withoutTime
    case notYesOrNo, notANumber, outOfRange, notDegrees, notOneLine
    case notATelephone, notAnEmail, notAPage, notARecurrence, notATimeZone, notACountry, notALanguage, endsBefore, itself
    case severalCalled, nearlyCalled, choiceLine, choiceQuestion, choiceNumber
    case wrongValue, fillLine, read, fillName, addAllTheSame, unknownCommand

    package var phrase: Phrase {
        switch self {
        case .unknownTable: Phrase(
            nl: "'%1' is geen soort van deze lijst; er is niets veranderd. 'kith tables' noemt ze allemaal.%2",
            en: "'%1' is no kind of this list; nothing was changed. 'kith tables' names them all.%2")
        case .unknownColumn: Phrase(
            nl: "Bij %1 hoort geen '%2'; er is niets veranderd. 'kith tables %1' noemt wat wel kan.%3",
            en: "%1 has no '%2'; nothing was changed. 'kith tables %1' names what it has.%3")
        case .didYouMean: Phrase(nl: " Bedoelde u '%1'?", en: " Did you mean '%1'?")
        case .givenTwice: Phrase(nl: "%1 staat er twee keer. Geef hem één keer.", en: "%1 is given twice. Give it once.")
        case .missing: Phrase(nl: "Er is niets bewaard: bij %1 hoort nog: %2.", en: "Nothing was stored: %1 needs: %2.")
        case .missingOr: Phrase(nl: " of ", en: " or ")
        case .notACode: Phrase(nl: "'%1' past niet bij %2; kies uit: %3.%4", en: "'%1' does not fit %2; choose from: %3.%4")
        case .notADay: Phrase(
            nl: "'%1' is geen dag voor %2: schrijf 3-12, 3-12-2026, vr, morgen of +7.",
            en: "'%1' is no day for %2: write 3-12, 3-12-2026, Fri, tomorrow or +7.")
        case .noSuchDay: Phrase(
            nl: "'%1' past niet bij %2: %3 heeft %4 dagen. Er is niets bewaard.", en: "'%1' does not fit %2: %3 has %4 days. Nothing was stored.")
        case .noSuchMonth: Phrase(
            nl: "'%1' past niet bij %2: er is geen maand %3. Schrijf eerst de dag, dan de maand: 3-12.",
            en: "'%1' does not fit %2: there is no month %3. Write the day first, then the month: 3-12.")
        case .otherWeekday: Phrase(
            nl: "'%1' past niet bij %2: die dag is %3. Kijk welke van de twee klopt.",
            en: "'%1' does not fit %2: that day is %3. See which of the two is right.")
        case .noSuchTime: Phrase(
            nl: "'%1' past niet bij %2: %3 is geen tijd op die dag. Schrijf 18:00.", en: "'%1' does not fit %2: %3 is no time on that day. Write 18:00.")
        case .withoutTime: Phrase(
            nl: "'%1' past niet bij %2: er moet een tijd bij, zoals 'gisteren 14:30'.",
            en: "'%1' does not fit %2: it needs a time too, as in 'yesterday 14:30'.")
        case .notYesOrNo: Phrase(nl: "'%1' past niet bij %2: schrijf ja of nee.", en: "'%1' does not fit %2: write yes or no.")
        case .notANumber: Phrase(nl: "'%1' past niet bij %2: schrijf een heel getal, zoals 12.", en: "'%1' does not fit %2: write a whole number, such as 12.")
        case .outOfRange: Phrase(nl: "'%1' past niet bij %2: schrijf een getal van %3 tot en met %4.", en: "'%1' does not fit %2: write a number from %3 to %4.")
        case .notDegrees: Phrase(
            nl: "'%1' past niet bij %2: schrijf graden van -%3 tot %3, zoals 52,37.", en: "'%1' does not fit %2: write degrees from -%3 to %3, such as 52.37.")
        case .notOneLine: Phrase(
            nl: "Dit past niet bij %2: '%1'. Geef één regel, ten hoogste %3 tekens.", en: "This does not fit %2: '%1'. Give one line, %3 characters at most.")
        case .notATelephone: Phrase(
            nl: "'%1' is geen telefoonnummer: schrijf 3 tot 15 cijfers, zoals 06-12345678 of +31 6 12345678.",
            en: "'%1' is not a telephone number: write 3 to 15 digits, such as 06-12345678 or +31 6 12345678.")
        case .notAnEmail: Phrase(nl: "'%1' is geen e-mailadres: schrijf naam@voorbeeld.nl.", en: "'%1' is not an e-mail address: write name@example.org.")
        case .notAPage: Phrase(
            nl: "'%1' is geen webadres: schrijf www.voorbeeld.nl, of https://…",
            en: "'%1' is not a web address: write www.example.org, or https://…")
        case .notARecurrence: Phrase(
            nl: "'%1' is geen herhaling: schrijf wekelijks, of FREQ=WEEKLY;BYDAY=TU.", en: "'%1' is not a recurrence: write weekly, or FREQ=WEEKLY;BYDAY=TU.")
        case .notATimeZone: Phrase(nl: "'%1' is geen tijdzone: schrijf Europe/Amsterdam.", en: "'%1' is not a time zone: write Europe/Amsterdam.")
        case .notACountry: Phrase(nl: "'%1' is geen land: schrijf de twee letters, zoals NL.", en: "'%1' is not a country: write its two letters, such as NL.")
        case .notALanguage: Phrase(nl: "'%1' is geen taal: schrijf Turks, of tr.", en: "'%1' is not a language: write Turkish, or tr.")
        case .endsBefore: Phrase(nl: "'%1' past niet bij %2: dat is vóór %3. Verander een van beide.", en: "'%1' does not fit %2: that is before %3. Change one of them.")
        case .itself: Phrase(nl: "Iets kan niet naar zichzelf verwijzen: kies voor %1 iets anders.", en: "Something cannot name itself: choose another for %1.")

        case .severalCalled: Phrase(nl: "'%1' past bij meer dan één. Kies:", en: "'%1' fits more than one. Choose:")
        case .nearlyCalled: Phrase(nl: "'%1' staat niet in de lijst. Bedoelde u:", en: "'%1' is not in the list. Did you mean:")
        case .choiceLine: Phrase(nl: "    %1  %2", en: "    %1  %2")
        case .choiceQuestion: Phrase(nl: "Welke (1-%1; Enter is geen)? ", en: "Which (1-%1; Enter is none)? ")
        case .choiceNumber: Phrase(nl: "%1.", en: "%1.")

        case .wrongValue: Phrase(nl: "Bij %1 staat als %2: '%3'; dat past daar niet.", en: "%1 has as %2: '%3'; that does not fit.")
        case .fillLine: Phrase(nl: "Zet recht met '%1', met op %2 wie of wat het is.", en: "Put right with '%1', with who or what it is in place of %2.")
        case .fillName: Phrase(nl: "NAAM", en: "NAME")
        case .read: Phrase(nl: "  %1: %2", en: "  %1: %2")
        case .addAllTheSame: Phrase(nl: "Toch als iemand anders toevoegen (j/N)? ", en: "Add as somebody else all the same (y/N)? ")
        case .unknownCommand: Phrase(
            nl: "Er is geen opdracht '%1'; 'kith --help' noemt ze allemaal.%2", en: "There is no command '%1'; 'kith --help' names them all.%2")
        }
    }
}

extension Language {
    package func say(_ sentence: EntrySentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }

    /// Why something typed was refused, and what to write instead.
    ///
    /// - Parameter byName: columns and codes by their own names too, as a command takes them; a form says what people call them, and no more.
    package func refusal(_ refusal: EntryRefusal, byName: Bool = true) -> String {
        let table = String(refusal.place.prefix { $0 != "." })
        let name = refusal.place.contains(".") ? String(refusal.place.dropFirst(table.count + 1)) : table
        // What is typed is a column's own name or its word: both are told.
        func both(_ name: String) -> String { self.column(name, in: table) == name ? name : !byName ? self.column(name, in: table) : "\(self.column(name, in: table)) (\(name))" }
        let column = both(name)
        let given = refusal.given.count > 60 ? refusal.given.prefix(60) + "…" : refusal.given[...]
        let typed = String(given)
        func near(_ word: String?) -> String { word.map { say(.didYouMean, $0) } ?? "" }
        switch refusal.reason {
        case .unknownTable(let word): return say(.unknownTable, table, near(word))
        case .unknownColumn(let word): return say(.unknownColumn, table, name, near(word))
        case .givenTwice: return say(.givenTwice, column)
        case .missing(let groups):
            return say(.missing, kind(of: table), groups.map { $0.map(both).joined(separator: say(.missingOr)) }.joined(separator: ", "))
        case .notACode(let list, let word):
            let codes = CodeList.named(list)?.codes ?? []
            return say(.notACode, typed, column, codes.map { byName ? "\($0.code) (\(text($0.label)))" : text($0.label) }.joined(separator: ", "), near(word))
        case .time(.unread): return say(.notADay, typed, column)
        case .time(.noSuchDay(let year, let month, let count)):
            return say(.noSuchDay, typed, column, "\(text(CalendarWords.months[month - 1])) \(year)", String(count))
        case .time(.noSuchMonth(let month)): return say(.noSuchMonth, typed, column, String(month))
        case .time(.otherWeekday(let day)): return say(.otherWeekday, typed, column, self.day(day.text))
        case .time(.noSuchTime(let time)): return say(.noSuchTime, typed, column, time)
        case .time(.withoutTime): return say(.withoutTime, typed, column)
        case .notYesOrNo: return say(.notYesOrNo, typed, column)
        case .notANumber: return say(.notANumber, typed, column)
        case .outOfRange(let low, let high): return say(.outOfRange, typed, column, number(Int(low)), number(Int(high)))
        case .notDegrees(let limit): return say(.notDegrees, typed, column, String(limit))
        case .notOneLine: return say(.notOneLine, typed, column, String(Form.nameLength))
        case .notATelephone: return say(.notATelephone, typed)
        case .notAnEmail: return say(.notAnEmail, typed)
        case .notAPage: return say(.notAPage, typed)
        case .notARecurrence: return say(.notARecurrence, typed)
        case .notATimeZone: return say(.notATimeZone, typed)
        case .notACountry: return say(.notACountry, typed)
        case .notALanguage: return say(.notALanguage, typed)
        case .endsBefore(let other): return say(.endsBefore, typed, column, both(other))
        case .itself: return say(.itself, column)
        }
    }
}
