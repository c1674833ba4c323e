import Foundation

/// How a text file's bytes are to be read: a character set by a name that libc's iconv knows.
package struct TextEncoding: Hashable, Sendable, CustomStringConvertible {
    /// The IANA name (https://www.iana.org/assignments/character-sets), for people and for iconv.
    package let name: String

    package var description: String { name }

    private init(known name: String) { self.name = name }

    package static let utf8 = TextEncoding(known: "UTF-8")
    package static let utf16LittleEndian = TextEncoding(known: "UTF-16LE")
    package static let utf16BigEndian = TextEncoding(known: "UTF-16BE")
    package static let windows1252 = TextEncoding(known: "WINDOWS-1252")

    /// By any name that iconv knows; what web pages and mail call Latin 1 is Windows-1252, which has more letters and is meant.
    ///
    /// - Returns: nil for what iconv does not know.
    package init?(named text: String) {
        let name = text.uppercased().filter { $0 != "\"" && $0 != " " }
        switch name {
        case "UTF8", "UTF-8", "ASCII", "US-ASCII": self = .utf8
        case "ISO-8859-1", "ISO8859-1", "ISO_8859-1", "LATIN1", "ANSI", "CP1252", "WINDOWS-1252": self = .windows1252
        // Turkish, Hebrew and Arabic letters stand in the same places; Windows has quotation marks and dashes beside them.
        case "ISO-8859-9", "LATIN5", "CP1254", "WINDOWS-1254": self = TextEncoding(known: "WINDOWS-1254")
        case "MACROMAN", "MAC", "X-MAC-ROMAN", "MAC-ROMAN": self = TextEncoding(known: "MACINTOSH")
        case "UTF-16", "UTF16", "UTF-16LE": self = .utf16LittleEndian
        case "UTF-16BE": self = .utf16BigEndian
        // What they are called is what their newer forms read as well.
        case "GB2312", "GBK", "GB18030": self = TextEncoding(known: "GB18030")
        default:
            let plain = name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || "-_:.".utf8.contains($0) }
            guard plain, name.utf8.count <= 40, Converter(name) != nil else { return nil }
            self.init(known: name)
        }
    }

    /// A guess, and how sure it is.
    package struct Guess: Sendable {
        package let encoding: TextEncoding
        /// Of the byte order mark.
        package let markByteCount: Int
        /// Whether other character sets would read the text as well, or nearly: a person should look.
        package let isDoubtful: Bool
    }

    /// Guesses from the beginning of a file.
    ///
    /// Without a mark: UTF-16 when zeroes stand at every second place only; UTF-8 when more characters are right as UTF-8 than
    /// bytes are wrong; else the character set in which the text looks most like names and words (`EightBitGuess`). In a file
    /// of UTF-8 a later field that is not is read as Windows-1252 by itself.
    package static func sniff(_ beginning: some RandomAccessCollection<UInt8>) -> Guess {
        func sure(_ encoding: TextEncoding, _ count: Int = 0) -> Guess { Guess(encoding: encoding, markByteCount: count, isDoubtful: false) }
        let marks: [(TextEncoding, [UInt8])] = [
            (.utf8, [0xEF, 0xBB, 0xBF]), (.utf16LittleEndian, [0xFF, 0xFE]), (.utf16BigEndian, [0xFE, 0xFF]),
        ]
        for (encoding, mark) in marks where beginning.starts(with: mark) { return sure(encoding, mark.count) }

        var zeroesAtEven = 0
        var zeroesAtOdd = 0
        // Line ends of two bytes, with the zero behind or before.
        var lineEnds = (all: 0, little: 0, big: 0)
        var previous: UInt8 = 1
        for (index, byte) in beginning.enumerated() {
            if byte == 0 {
                if index.isMultiple(of: 2) { zeroesAtEven += 1 } else { zeroesAtOdd += 1 }
                if previous == .lineFeed, !index.isMultiple(of: 2) { lineEnds.little += 1 }
            } else if byte == .lineFeed {
                lineEnds.all += 1
                if previous == 0, !index.isMultiple(of: 2) { lineEnds.big += 1 }
            }
            previous = byte
        }
        // Of Cyrillic or Greek text only the commas and line ends have a zero.
        let many = beginning.count / 8 + 1, some = beginning.count / 64 + 1
        if zeroesAtOdd >= (2 * lineEnds.little > lineEnds.all ? some : many), zeroesAtEven < zeroesAtOdd / 8 + 1 { return sure(.utf16LittleEndian) }
        if zeroesAtEven >= (2 * lineEnds.big > lineEnds.all ? some : many), zeroesAtOdd < zeroesAtEven / 8 + 1 { return sure(.utf16BigEndian) }

        // A character may be cut at the end: it says nothing.
        let whole = beginning.count > 4 ? beginning.dropLast(cutByteCount(beginning)) : beginning[...]
        var right = 0
        var wrong = 0
        for scalar in String(decoding: whole, as: UTF8.self).unicodeScalars where !scalar.isASCII {
            if scalar == "\u{FFFD}" { wrong += 1 } else { right += 1 }
        }
        if wrong <= right { return Guess(encoding: .utf8, markByteCount: 0, isDoubtful: wrong > 0) }
        let (encoding, isDoubtful) = eightBitGuess(Array(whole))
        return Guess(encoding: encoding, markByteCount: 0, isDoubtful: isDoubtful)
    }

    private static func cutByteCount(_ bytes: some RandomAccessCollection<UInt8>) -> Int {
        var count = 0
        for byte in bytes.reversed().prefix(3) {
            if byte < 0x80 { return 0 }
            count += 1
            if byte >= 0xC0 { return count }
        }
        return 0
    }
}

/// Turns bytes of a known encoding into UTF-8, piece by piece. What cannot be read becomes U+FFFD.
struct Transcoder {
    private enum Way {
        case asItIs
        /// A character for each byte.
        case table([Unicode.Scalar])
        case iconv(Converter)
    }

    private let way: Way
    /// Bytes of a character whose rest has not come.
    private var pending: [UInt8] = []

    init(_ encoding: TextEncoding) {
        if encoding == .utf8 {
            way = .asItIs
        } else if let table = singleByteTable(encoding) {
            way = .table(table)
        } else if let converter = Converter(encoding.name) {
            way = .iconv(converter)
        } else {
            way = .asItIs
        }
    }

    mutating func append(_ bytes: some Collection<UInt8>, to out: inout [UInt8]) {
        switch way {
        case .asItIs: out.append(contentsOf: bytes)
        case .table(let table): for byte in bytes { appendUTF8(table[Int(byte)], to: &out) }
        case .iconv(let converter):
            pending += bytes
            let read = converter.convert(pending, to: &out)
            pending.removeFirst(read)
        }
    }

    /// The end of the file: half a character becomes U+FFFD.
    mutating func finish(to out: inout [UInt8]) {
        if !pending.isEmpty { appendUTF8("\u{FFFD}", to: &out) }
        pending = []
    }
}

/// iconv of libc, from one character set to UTF-8 (https://www.gnu.org/software/libc/manual/html_node/Generic-Charset-Conversion.html).
private final class Converter {
    private let descriptor: iconv_t

    /// nil for a name that libc does not know.
    init?(_ name: String) {
        descriptor = iconv_open("UTF-8", name)
        if Int(bitPattern: descriptor) == -1 { return nil }
    }

    deinit { iconv_close(descriptor) }

    /// - Returns: how many bytes were read: all but those of a character that is cut at the end.
    func convert(_ bytes: [UInt8], to out: inout [UInt8]) -> Int {
        var input = bytes
        var read = 0
        var room = [UInt8](repeating: 0, count: 4 * bytes.count + 16)
        while read < bytes.count {
            let (failure, took, gave) = input.withUnsafeMutableBytes { source in
                room.withUnsafeMutableBytes { target -> (Int32, Int, Int) in
                    var from = source.baseAddress?.advanced(by: read).assumingMemoryBound(to: CChar.self)
                    var fromCount = source.count - read
                    var to = target.baseAddress?.assumingMemoryBound(to: CChar.self)
                    var toCount = target.count
                    let result = iconv(descriptor, &from, &fromCount, &to, &toCount)
                    return (result == -1 ? errno : 0, source.count - read - fromCount, target.count - toCount)
                }
            }
            out += room[..<gave]
            read += took
            switch failure {
            case EILSEQ:
                appendUTF8("\u{FFFD}", to: &out)
                read += 1
            case EINVAL: return read
            default: if took == 0 && gave == 0 { return bytes.count }
            }
        }
        return read
    }
}

private func appendUTF8(_ scalar: Unicode.Scalar, to out: inout [UInt8]) {
    if scalar.isASCII {
        out.append(UInt8(scalar.value))
    } else {
        out.append(contentsOf: UTF8.encode(scalar)!)
    }
}

/// The character of each byte, of a set in which each byte is one; bytes without a character stay control characters, as
/// https://encoding.spec.whatwg.org has them. Asked of iconv once for each set.
private func singleByteTable(_ encoding: TextEncoding) -> [Unicode.Scalar]? {
    if encoding == .windows1252 { return windows1252Table }
    return tables.table(of: encoding)
}

private let tables = Tables()

/// Each table is made once.
private final class Tables: @unchecked Sendable {
    private let lock = NSLock()
    private var known: [TextEncoding: [Unicode.Scalar]?] = [:]

    func table(of encoding: TextEncoding) -> [Unicode.Scalar]? {
        lock.withLock {
            if let table = known[encoding] { return table }
            let table = madeTable(encoding)
            known[encoding] = table
            return table
        }
    }
}

private func madeTable(_ encoding: TextEncoding) -> [Unicode.Scalar]? {
    guard !encoding.name.hasPrefix("UTF"), let converter = Converter(encoding.name) else { return nil }
    var table: [Unicode.Scalar] = []
    for byte in UInt8.min...UInt8.max {
        var out: [UInt8] = []
        guard converter.convert([byte], to: &out) == 1 else { return nil }
        let scalars = String(decoding: out, as: UTF8.self).unicodeScalars
        guard scalars.count <= 1 else { return nil }
        let scalar = scalars.first ?? "\u{FFFD}"
        table.append(scalar == "\u{FFFD}" ? Unicode.Scalar(byte) : scalar)
    }
    // Where a byte may begin a longer character, no byte stands for itself alone.
    return table[0x41] == "A" && !["GB18030", "BIG5", "SHIFT_JIS", "EUC-JP", "EUC-KR"].contains(encoding.name) ? table : nil
}

private let windows1252Table = madeTable(.windows1252) ?? (UInt8.min...UInt8.max).map { Unicode.Scalar($0) }

/// The bytes as UTF-8, each read as one Windows-1252 character.
func utf8(windows1252 bytes: some Collection<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    for byte in bytes { appendUTF8(windows1252Table[Int(byte)], to: &out) }
    return out
}

/// The text in a character set; nil when it is cut, or not of that set at all.
func decodedText(_ bytes: some Collection<UInt8>, in encoding: TextEncoding) -> String? {
    var transcoder = Transcoder(encoding)
    var out: [UInt8] = []
    transcoder.append(bytes, to: &out)
    transcoder.finish(to: &out)
    return String(validating: out, as: UTF8.self)
}

// MARK: Guessing

/// Sets of one byte a character that lists of addresses are found in, the likelier first, with the letters beyond ASCII that
/// names and words in them have.
private let guessed: [(name: String, letters: String)] = [
    ("WINDOWS-1252", "éëèêïöüäáàâîôûùóòíìúñçãõåøæßŒœ"), ("WINDOWS-1254", "ğşıİöüçâîûÖÜÇĞŞ"), ("WINDOWS-1250", "łąęśżźćńóáéíýčšžřěůúďťňőűöüăîâşţŁŚŻŠŽČ"),
    ("ISO-8859-2", "łąęśżźćńóáéíýčšžřěůúďťňőűöüăîâşţŁŚŻŠŽČ"), ("MACINTOSH", "éëèêïöüäáàâîôûùóòíúñçãõåøæß"), ("CP850", "éëèêïöüäáàâîôûùóòíúñçãõåøæß"),
    ("WINDOWS-1251", "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ"), ("KOI8-R", "абвгдежзийклмнопрстуфхцчшщъыьэюя"),
    ("WINDOWS-1253", "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώ"), ("WINDOWS-1257", "ąčęėįšųūžāēģīķļņõäöü"),
    ("WINDOWS-1255", "אבגדהוזחטיךכלםמןנסעףפץצקרשת"), ("WINDOWS-1256", "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئ"),
]

/// The set in which the text looks most like words, and whether another comes close.
private func eightBitGuess(_ bytes: [UInt8]) -> (TextEncoding, Bool) {
    let scores = eightBitScores(bytes)
    guard let best = scores.first else { return (.windows1252, true) }
    // Of sets that read it to the same letters it does not matter which.
    let second = scores.dropFirst().first { $0.text != best.text }?.score ?? -.infinity
    let count = Double(bytes.count { $0 >= 0x80 })
    return (best.encoding, best.score < count || best.score - second < max(1, count / 4))
}

/// How much the text looks like words in each set, the most first.
private func eightBitScores(_ bytes: [UInt8]) -> [(encoding: TextEncoding, score: Double, text: [Unicode.Scalar])] {
    var found: [(encoding: TextEncoding, score: Double, text: [Unicode.Scalar])] = []
    for (name, letters) in guessed {
        guard let encoding = TextEncoding(named: name), let table = singleByteTable(encoding) else { continue }
        let common = Set(letters.unicodeScalars), scalars = bytes.map { table[Int($0)] }
        var score = 0.0
        for (index, scalar) in scalars.enumerated() where !scalar.isASCII {
            let before = index > 0 ? scalars[index - 1] : " ", after = index + 1 < scalars.count ? scalars[index + 1] : " "
            let properties = scalar.properties
            let inWord = before.properties.isAlphabetic || after.properties.isAlphabetic
            if properties.isAlphabetic {
                score += common.contains(scalar) || common.contains(properties.lowercaseMapping.unicodeScalars.first ?? scalar) ? 2 : -1
                // A capital behind a small letter: "MuÎoz".
                if properties.isUppercase, before.properties.isLowercase { score -= 3 }
                if properties.isLowercase, before.properties.isUppercase, !before.isASCII, after.properties.isUppercase { score -= 2 }
                // Letters of two alphabets in one word; of one, accents seldom stand side by side.
                let isLatin = scalar.value < 0x250
                if isLatin, before.properties.isAlphabetic, !before.isASCII { score -= 2.5 }
                if !isLatin, before.isASCII && before.properties.isAlphabetic || after.isASCII && after.properties.isAlphabetic { score -= 4 }
            } else {
                score -= properties.generalCategory == .control ? 5 : inWord ? 3 : 0.5
            }
        }
        found.append((encoding, score, scalars))
    }
    // The likelier sets stand first: of equals the first.
    return found.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.map(\.element)
}

extension TextEncoding {
    /// How a text reads in a character set.
    package struct Reading: Hashable, Sendable {
        package let encoding: TextEncoding
        /// Some of its words that only this set reads so.
        package let words: String
    }

    /// The ways in which a file may be read, when its beginning leaves that open; the likelier first, none twice alike.
    ///
    /// - Returns: none for a beginning that leaves nothing open, or is no text.
    package static func readings(_ beginning: [UInt8]) -> [Reading] {
        guard !isBinary(beginning), sniff(beginning).isDoubtful else { return [] }
        let bytes = Array(beginning.prefix(CSVReader.chunkByteCount))
        var all = eightBitScores(bytes).map { ($0.encoding, $0.text) }
        let asUTF8 = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        if sniff(beginning).encoding == .utf8 { all.insert((.utf8, asUTF8), at: 0) }
        var readings: [Reading] = []
        for (encoding, text) in all where readings.count < readingCount {
            let words = text.split { $0.properties.isWhitespace || ",;:\"".unicodeScalars.contains($0) }.filter { $0.contains { !$0.isASCII } }
            let reading = Reading(encoding: encoding, words: words.prefix(4).map { word in
                var view = String.UnicodeScalarView()
                view.append(contentsOf: word.prefix(40).map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 })
                return String(view)
            }.joined(separator: ", "))
            if !readings.contains(where: { $0.words == reading.words }) { readings.append(reading) }
        }
        return readings
    }

    private static let readingCount = 5
}
