import Community
import Words

/// What makes one CSV row unreadable. The reader goes on with the next row after it.
package struct CSVError: Error, Hashable {
    package enum Code: String, Sendable {
        /// A quoted field that nothing closes.
        case unterminatedQuote = "unterminated-quote"
        /// More bytes than `CSVReader.Limits.rowByteCount`.
        case rowTooLong = "row-too-long"
        /// More fields than `CSVReader.Limits.columnCount`.
        case tooManyColumns = "too-many-columns"
    }

    package let code: Code
    /// The line on which the row begins, from 1.
    package let line: Int

    package init(code: Code, line: Int) {
        self.code = code
        self.line = line
    }

    package var phrase: Phrase {
        switch code {
        case .unterminatedQuote:
            Phrase(
                nl: "Een aanhalingsteken aan het begin van een veld wordt nergens gesloten. Haal het weg of sluit het.",
                en: "A quotation mark at the start of a field is never closed. Remove it or close it.")
        case .rowTooLong:
            Phrase(
                nl: "De regel is langer dan 1 MiB. Waarschijnlijk ontbreekt een regeleinde of een aanhalingsteken.",
                en: "The line is longer than 1 MiB. A line end or a quotation mark is probably missing.")
        case .tooManyColumns:
            Phrase(nl: "De regel heeft meer dan 512 kolommen.", en: "The line has more than 512 columns.")
        }
    }
}

/// Why a whole file cannot be imported.
package enum ImportError: Error, Hashable {
    /// The file is empty.
    case empty
    /// The file is a spreadsheet, archive or PDF rather than text.
    case notText
    /// The first row cannot be read.
    case badHeader(CSVError.Code)
    /// The lines of the list were taken in before, under another name than now: every one of them would be there twice.
    case knownAs(before: String, now: String)
    /// Several character sets read the text as words, and none was given: the likelier first.
    case doubtfulEncoding([TextEncoding.Reading])
    /// A character set that libc does not know.
    case unknownEncoding(String)
    /// No column has a name, an organisation, a telephone number or an e-mail address.
    case nothingRecognised
    /// A rule of the column map is not of the form HEADER=TARGET.
    case badRule(String)
    /// A rule's target is not a column that an import can fill.
    case unknownTarget(String)
    /// A rule names a header that the file does not have.
    case unknownHeader(String)
    /// Two rules or headers fill one column.
    case targetTwice(String)

    package var phrase: Phrase {
        switch self {
        case .empty:
            Phrase(nl: "Het bestand is leeg.", en: "The file is empty.")
        case .notText:
            Phrase(
                nl: "Dit is geen tekstbestand. Open het in uw rekenblad en bewaar het als CSV.",
                en: "This is not a text file. Open it in your spreadsheet program and save it as CSV.")
        case .badHeader(let code):
            Phrase(
                nl: "De kopregel is niet te lezen. " + CSVError(code: code, line: 1).phrase.nl,
                en: "The header line cannot be read. " + CSVError(code: code, line: 1).phrase.en)
        case .nothingRecognised:
            Phrase(
                nl: "De eerste regel noemt geen naam, organisatie, telefoon of e-mail. "
                    + "Zet er kolomnamen boven of geef een kolommenlijst: 'Kop=contact.given_name'.",
                en: "The first line names no name, organisation, telephone or e-mail. "
                    + "Put column names above it or give a column map: 'Header=contact.given_name'.")
        case .knownAs(let before, let now):
            Phrase(
                nl: "Deze lijst is eerder ingelezen als '\(before)'; als '\(now)' kwam iedereen er dubbel in. Is het dezelfde lijst, geef dan --source '\(before)'; is het een andere, --source '\(now)'.",
                en: "This list was imported before as '\(before)'; as '\(now)' everybody would be in twice. If it is the same list, give --source '\(before)'; if it is another, --source '\(now)'.")
        case .doubtfulEncoding(let readings):
            Phrase(
                nl: "In welke tekenset de lijst staat, is niet zeker: \(readings.map { "\($0.encoding) (\($0.words))" }.joined(separator: ", ")). Geef hem met --encoding.",
                en: "Which character set the list is in is not sure: \(readings.map { "\($0.encoding) (\($0.words))" }.joined(separator: ", ")). Give it with --encoding.")
        case .unknownEncoding(let name):
            Phrase(
                nl: "Tekenset '\(name)' is onbekend. Neem een naam uit 'iconv -l', zoals UTF-8, WINDOWS-1252, MACINTOSH of CP850.",
                en: "Character set '\(name)' is not known. Take a name of 'iconv -l', such as UTF-8, WINDOWS-1252, MACINTOSH or CP850.")
        case .badRule(let rule):
            Phrase(
                nl: "'\(rule)' is geen KOP=KOLOM, zoals 'Voornaam=contact.given_name'.",
                en: "'\(rule)' is not HEADER=COLUMN, as in 'First name=contact.given_name'.")
        case .unknownTarget(let target):
            Phrase(
                nl: "'\(target)' is geen kolom om in te lezen. Neem contact.…, contact_point.tel|email|url|impp, address.…, "
                    + "name, note, uid of '-' om over te slaan.",
                en: "'\(target)' is not a column to import into. Take contact.…, contact_point.tel|email|url|impp, address.…, "
                    + "name, note, uid, or '-' to leave it out.")
        case .unknownHeader(let header):
            Phrase(nl: "Het bestand heeft geen kolom '\(header)'.", en: "The file has no column '\(header)'.")
        case .targetTwice(let target):
            Phrase(nl: "Twee kolommen vullen '\(target)'.", en: "Two columns fill '\(target)'.")
        }
    }
}
