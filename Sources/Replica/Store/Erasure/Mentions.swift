import CRDT
import Foundation
import Schema
import SQLite

/// A text elsewhere that seems to name a person, for people to look at: nothing is changed by itself.
package struct Mention: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// By name, number or address.
        case named
        /// By one name alone, in a text that people wrote: it may be somebody else's.
        case perhaps
    }

    package let kind: Kind
    package let record: RecordID
    /// The SQL column.
    package let column: String
    /// The row is in the trash.
    package let isDeleted: Bool
    /// A few words around the name, on one line.
    package let excerpt: String
}

extension Store {
    /// More of a kind are not listed.
    package static let listedMentionCount = 1_000

    /// Finds rows that do not go with a record and whose text names it: given and family name as people write them, in any
    /// case and without accents; telephone numbers however grouped; e-mail addresses and other ways to reach it. And in free
    /// text a given name, family name or nickname by itself: "ask Fatima", "mevr. Amrani".
    ///
    /// To be asked before erasing: afterwards nobody knows the name. One scan of each table and its trash; text that is
    /// longer than a megabyte is passed over.
    ///
    /// - Throws: `notFound`, `erased`, `unknownName`.
    package func mentions(of record: RecordID) throws -> [Mention] { try mentions(of: [record]) }

    /// The same of the entries of one person.
    package func mentions(of records: [RecordID]) throws -> [Mention] {
        let plan = try erasurePlan(records)
        return try read { access in
            let rows = try plan.entries.map { try Store.words($0.record, access) }
            let words = MentionWords(rows)
            guard !words.isEmpty else { return [] }
            // What loses its words names nobody any more.
            let own = Set(plan.entries.map(\.record) + plan.wordless)
            var found = FoundMentions()
            for table in access.catalog.shownTables {
                for name in [table.name, table.trash] { try Store.scan(table, name, words, except: own, access, &found) }
            }
            return found.named + found.perhaps
        }
    }

    private static let scannedByteCount = 1 << 20

    /// Texts in which a single name is another person's own, a street's or a city's, or stands for a laptop.
    private static let unfreeColumns: Set<String> = [
        "given_name", "infix", "family_name", "nickname", "organisation", "area", "street", "number", "addition", "postal_code", "city",
        "province", "country", "value", "source", "source_uid", "url", "email", "phone", "created_at", "decided_by", "serial",
    ]

    private static func scan(
        _ table: CatalogTable, _ name: String, _ words: MentionWords, except own: Set<ErasedRecord>, _ access: Access,
        _ found: inout FoundMentions
    ) throws {
        let parts = table.parts.indices.filter { index in
            let column = table.columns[table.parts[index].column]!.definition
            // Ids and codes name nobody.
            return column?.references == nil && column?.codes == nil
        }
        guard !parts.isEmpty else { return }
        let keys = table.keys.map(quoted)
        let select = try access.connection.prepare("select \((keys + parts.map { quoted(table.parts[$0].name) }).joined(separator: ", ")) from \(quoted(name))")
        // As the rows lie; by key would look each of them up.
        var here = FoundMentions()
        while try found.named.count + here.named.count < listedMentionCount && select.step() {
            for (offset, part) in parts.enumerated() {
                let column = Int32(keys.count + offset)
                guard !select.isNull(column) else { continue }
                let bytes = select.bytes(column)
                let isFree = !unfreeColumns.contains(table.parts[part].name)
                guard bytes.count <= scannedByteCount, let kind = words.kind(in: bytes, isFree: isFree) else { continue }
                let id = RecordID(table: table.name, key: keys.indices.map { select.text(Int32($0)) })
                guard !own.contains(ErasedRecord(id)) else { break }
                here.add(Mention(
                    kind: kind, record: id, column: table.parts[part].name, isDeleted: name == table.trash,
                    excerpt: words.excerpt(of: String(decoding: bytes, as: UTF8.self))))
            }
        }
        found.add(here)
    }

    /// The texts of a record's row by SQL column.
    private static func words(_ record: ErasedRecord, _ access: Access) throws -> (table: String, texts: [String: String]) {
        let table = try access.sharedTable(record.table)
        let image = try Records(access).image(of: table, key: record.key)
        var texts: [String: String] = [:]
        for (part, value) in zip(table.parts, image.values) {
            if case .text(let bytes) = value { texts[part.name] = String(decoding: bytes, as: UTF8.self) }
        }
        return (table.name, texts)
    }
}

/// Mentions as they are found, as many of each kind as people can look at.
private struct FoundMentions {
    var named: [Mention] = []
    var perhaps: [Mention] = []

    mutating func add(_ mention: Mention) {
        switch mention.kind {
        case .named: named.append(mention)
        case .perhaps: if perhaps.count < Store.listedMentionCount { perhaps.append(mention) }
        }
    }

    /// Those of one table, by key.
    mutating func add(_ table: FoundMentions) {
        named += table.named.stablySorted()
        perhaps += table.perhaps.stablySorted().prefix(max(0, Store.listedMentionCount - perhaps.count))
    }
}

extension [Mention] {
    fileprivate func stablySorted() -> [Mention] {
        enumerated().sorted { a, b in
            a.element.record.key == b.element.record.key ? a.offset < b.offset : a.element.record.key.lexicographicallyPrecedes(b.element.record.key) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }.map(\.element)
    }
}

/// What names a person, folded.
struct MentionWords {
    /// Folded names and addresses, with a space on both sides where they must stand as words.
    private var phrases: [[UInt8]] = []
    /// The last digits of telephone numbers: the prefix is written in many ways, and left out.
    private var numbers: [[UInt8]] = []
    /// Names that stand alone, as the phrases are.
    private var singles: [[UInt8]] = []

    /// Somebody with a thousand numbers: then phrases are looked up by their first word, numbers by their digits.
    private var phrasesByFirst = ByFirstWord()
    private var singlesByFirst = ByFirstWord()
    private var numbersByLength: [Int: Set<[UInt8]>] = [:]
    private var hasManyPhrases: Bool { phrases.count + numbers.count > MentionWords.fewPhraseCount }
    private static let fewPhraseCount = 24
    private var glance = MentionGlance(words: [], numbers: [])

    private static let excerptWordCount = 4
    private static let excerptCharacterCount = 80
    private static let leastDigitCount = 6
    private static let comparedDigitCount = 9
    private static let leastLetterCount = 3

    var isEmpty: Bool { phrases.isEmpty && numbers.isEmpty && singles.isEmpty }

    init(_ rows: [(table: String, texts: [String: String])]) {
        var phrases: Set<[UInt8]> = []
        var numbers: Set<[UInt8]> = []
        var singles: Set<[UInt8]> = []
        for (_, texts) in rows {
            for name in MentionWords.singles(texts) { singles.insert(MentionWords.folded(Array(name.utf8)[...])) }
            for phrase in MentionWords.names(texts) { phrases.insert(MentionWords.folded(Array(phrase.utf8)[...])) }
            // A way to reach somebody: the table's other texts are codes.
            guard let value = texts["value"] else { continue }
            let digits = value.utf8.filter { (0x30...0x39).contains($0) }
            let isNumber = value.utf8.allSatisfy { (0x30...0x39).contains($0) || " +-./()".utf8.contains($0) }
            if isNumber, digits.count >= MentionWords.leastDigitCount {
                numbers.insert(Array(digits.suffix(MentionWords.comparedDigitCount)))
            } else if value.utf8.count >= MentionWords.leastLetterCount {
                phrases.insert(MentionWords.folded(Array(value.utf8)[...]))
            }
        }
        self.phrases = phrases.filter { $0.count >= MentionWords.leastLetterCount + 2 }.sorted { $0.lexicographicallyPrecedes($1) }
        self.numbers = numbers.sorted { $0.lexicographicallyPrecedes($1) }
        self.singles = singles.filter { $0.count >= MentionWords.leastLetterCount + 2 }.sorted { $0.lexicographicallyPrecedes($1) }
        phrasesByFirst = ByFirstWord(self.phrases)
        singlesByFirst = ByFirstWord(self.singles)
        numbersByLength = Dictionary(grouping: numbers, by: \.count).mapValues { Set($0) }
        glance = MentionGlance(words: self.phrases + self.singles, numbers: self.numbers)
    }

    /// Folded phrases by their first word, to be found in many texts.
    private struct ByFirstWord {
        private var rests: [ArraySlice<UInt8>: [[ArraySlice<UInt8>]]] = [:]

        init() {}

        init(_ phrases: [[UInt8]]) {
            for phrase in phrases {
                let words = MentionWords.words(folded: phrase)
                if let first = words.first { rests[first, default: []].append(Array(words.dropFirst())) }
            }
        }

        func stands(in words: [ArraySlice<UInt8>]) -> Bool {
            words.indices.contains { index in
                rests[words[index]]?.contains { rest in
                    index + rest.count < words.count && zip(rest, words[(index + 1)...]).allSatisfy { $0 == $1 }
                } == true
            }
        }
    }

    private static func words(folded text: [UInt8]) -> [ArraySlice<UInt8>] { text.split(separator: 0x20) }

    /// Given name, nickname, family name; of a name in several words or parts the longer of these as well: "Anne-Marie", "El
    /// Amrani".
    private static func singles(_ texts: [String: String]) -> [String] {
        ["given_name", "nickname", "family_name"].compactMap { texts[$0] }.flatMap { name in
            let parts = name.split { !$0.isLetter && !$0.isNumber }.map(String.init)
            return [name] + (parts.count > 1 ? parts.filter { $0.count > leastLetterCount } : [])
        }
    }

    /// "Fatima van den Berg", "Fatima Berg", "van den Berg Fatima", "Berg Fatima": a comma between is folded away. With one
    /// name only, that.
    static func names(_ texts: [String: String]) -> [String] {
        func text(_ column: String) -> String? {
            texts[column].flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        }
        let infix = text("infix")
        var found: [String] = []
        let family = text("family_name")
        for given in [text("given_name"), text("nickname")].compactMap({ $0 }) {
            guard let family else {
                found.append(given)
                continue
            }
            found += ["\(given) \(family)", "\(family) \(given)"]
            if let infix { found += ["\(given) \(infix) \(family)", "\(infix) \(family) \(given)", "\(family) \(given) \(infix)"] }
        }
        if found.isEmpty, let family { found.append([infix, family].compactMap { $0 }.joined(separator: " ")) }
        return found
    }

    /// Small letters without accents, everything between words as one space, and a space at both ends.
    private static func folded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes = text
        if text.contains(where: { $0 >= 0x80 }) {
            var plain = String.UnicodeScalarView()
            for scalar in String(decoding: text, as: UTF8.self)
                .folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil).unicodeScalars {
                let properties = scalar.properties
                // What nobody sees parts no words; other marks do: "Fatima’s".
                if properties.isDefaultIgnorableCodePoint { continue }
                plain.append(scalar.isASCII || properties.isAlphabetic || properties.numericType != nil ? scalar : " ")
            }
            bytes = Array(String(plain).utf8)[...]
        }
        var out: [UInt8] = [0x20]
        out.reserveCapacity(bytes.count + 2)
        for byte in bytes {
            switch byte {
            case 0x41...0x5A: out.append(byte | 0x20)
            case 0x61...0x7A, 0x30...0x39, 0x80...: out.append(byte)
            default: if out.last != 0x20 { out.append(0x20) }
            }
        }
        if out.last != 0x20 { out.append(0x20) }
        return out
    }

    /// How a text names the person, if it does.
    ///
    /// - Parameter isFree: people wrote it in their own words.
    func kind(in raw: UnsafeRawBufferPointer, isFree: Bool) -> Mention.Kind? {
        guard glance.mayName(raw) else { return nil }
        let text = Array(raw)
        var folded: [UInt8] = []
        if !phrases.isEmpty || (isFree && !singles.isEmpty) { folded = MentionWords.folded(text[...]) }
        let words = hasManyPhrases && !folded.isEmpty ? MentionWords.words(folded: folded) : []
        func holds(_ phrases: [[UInt8]], _ byFirst: ByFirstWord) -> Bool {
            hasManyPhrases ? byFirst.stands(in: words) : phrases.contains { folded.holds($0) }
        }
        if holds(phrases, phrasesByFirst) || holdsNumber(text) { return .named }
        guard isFree, holds(singles, singlesByFirst) else { return nil }
        return standsAsName(String(decoding: text, as: UTF8.self)) ? .perhaps : nil
    }

    /// Whether one of the single names has a capital, or the text has none at all: "vraag roos" is written as people type,
    /// and "een roos van Piet" names a flower.
    private func standsAsName(_ text: String) -> Bool {
        let words = MentionWords.words(text)
        let hasCapital = words.contains { $0.own.first?.isUppercase == true }
        return places(in: words, of: singles).contains { !hasCapital || words[$0.lowerBound].own.first?.isLowercase == false }
    }

    /// The words around the first name that is found, else the beginning.
    func excerpt(of text: String) -> String {
        let words = MentionWords.words(text)
        var range = words.startIndex..<min(words.count, 2 * MentionWords.excerptWordCount)
        if let place = places(in: words, of: phrases).first ?? places(in: words, of: singles).first {
            range = max(0, place.lowerBound - MentionWords.excerptWordCount)..<min(words.count, place.upperBound + MentionWords.excerptWordCount)
        }
        guard let first = words[range].first, let last = words[range].last else { return "" }
        let end = range.upperBound == words.count ? text.endIndex : last.own.endIndex
        let part = text[first.own.startIndex..<end].split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(MentionWords.excerptCharacterCount)
        return (range.lowerBound > 0 ? "… " : "") + part + (range.upperBound < words.count ? " …" : "")
    }

    /// Runs of letters and digits, as they stand and as the phrases are folded.
    private static func words(_ text: String) -> [(own: Substring, folded: [UInt8])] {
        text.split { !$0.isLetter && !$0.isNumber }.map { ($0, folded(Array($0.utf8)[...])) }
    }

    /// Where one of the phrases stands among words, in their order.
    private func places(in words: [(own: Substring, folded: [UInt8])], of phrases: [[UInt8]]) -> [Range<Int>] {
        let present = Set(words.map(\.folded))
        let wanted = Dictionary(grouping: phrases.lazy.map { $0.split(separator: 0x20).map { [0x20] + $0 + [0x20] } }.filter {
            present.contains($0.first ?? [])
        }) { $0.first ?? [] }
        return words.indices.compactMap { index in
            wanted[words[index].folded]?.filter { phrase in
                index + phrase.count <= words.count && zip(phrase, words[index...]).allSatisfy { $0 == $1.folded }
            }.map { index..<index + $0.count }.max { $0.count < $1.count }
        }
    }

    private func holdsNumber(_ text: [UInt8]) -> Bool {
        guard !numbers.isEmpty else { return false }
        // Digits with only what stands within numbers between them count as one number; a line's end parts two.
        var digits: [UInt8] = []
        for byte in text {
            switch byte {
            case 0x30...0x39: digits.append(byte)
            case 0x20, 0x28, 0x29, 0x2B, 0x2D, 0x2E, 0x2F: continue
            default: if digits.last != 0x20 { digits.append(0x20) }
            }
        }
        guard hasManyPhrases else { return numbers.contains { digits.holds($0) } }
        return digits.split(separator: 0x20).contains { run in
            numbersByLength.contains { length, numbers in
                run.count >= length && (run.startIndex...(run.endIndex - length)).contains { numbers.contains(Array(run[$0..<$0 + length])) }
            }
        }
    }
}

extension [UInt8] {
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard count >= part.count, part.count > 1 else { return false }
        return withUnsafeBytes { whole in
            part.withUnsafeBytes { part in
                (0...(whole.count - part.count)).contains { start in
                    whole[start + 1] == part[1] && whole[start..<start + part.count].elementsEqual(part)
                }
            }
        }
    }
}
