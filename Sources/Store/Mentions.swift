import Community
import CRDT
import Foundation

/// A text elsewhere that seems to name a person, for people to look at: nothing is changed by itself.
package struct Mention: Hashable, Sendable {
    package let record: RecordID
    /// The SQL column.
    package let column: String
    /// The row is in the trash.
    package let isDeleted: Bool

    package init(record: RecordID, column: String, isDeleted: Bool) {
        self.record = record
        self.column = column
        self.isDeleted = isDeleted
    }
}

extension Store {
    /// More are not listed.
    package static let listedMentionCount = 1_000

    /// Finds rows that do not go with a record and whose text names it: given and family name as people write them, in any
    /// case and without accents; telephone numbers however grouped; e-mail addresses and other ways to reach it.
    ///
    /// To be asked before erasing: afterwards nobody knows the name. One scan of each table and its trash; text that is
    /// longer than a megabyte is passed over.
    ///
    /// - Throws: `notFound`, `erased`, `unknownName`.
    package func mentions(of record: RecordID) throws -> [Mention] {
        let plan = try erasurePlan(record)
        return try read { access in
            let rows = try plan.entries.map { try Store.words($0.record, access) }
            let words = MentionWords(rows)
            guard !words.isEmpty else { return [] }
            let own = Set(plan.entries.map(\.record))
            var found: [Mention] = []
            for table in access.catalog.shownTables {
                for name in [table.name, table.trash] where found.count < Store.listedMentionCount {
                    try Store.scan(table, name, words, except: own, access, &found)
                }
            }
            return found
        }
    }

    private static let scannedByteCount = 1 << 20

    private static func scan(
        _ table: CatalogTable, _ name: String, _ words: MentionWords, except own: Set<ErasedRecord>, _ access: Access,
        _ found: inout [Mention]
    ) throws {
        let parts = table.parts.indices.filter { index in
            let column = table.columns[table.parts[index].column]!.definition
            // Ids and codes name nobody.
            return column?.references == nil && column?.codes == nil
        }
        guard !parts.isEmpty else { return }
        let keys = table.keys.map(quoted)
        let select = try Statement(
            access.connection.handle,
            "select \((keys + parts.map { quoted(table.parts[$0].name) }).joined(separator: ", ")) from \(quoted(name)) order by \(keys.joined(separator: ", "))")
        while try select.step() {
            for (offset, part) in parts.enumerated() {
                let column = Int32(keys.count + offset)
                guard !select.isNull(column) else { continue }
                let bytes = select.bytes(column)
                guard bytes.count <= scannedByteCount, words.are(in: bytes) else { continue }
                let id = RecordID(table: table.name, key: keys.indices.map { select.text(Int32($0)) })
                guard !own.contains(ErasedRecord(id)) else { break }
                found.append(Mention(record: id, column: table.parts[part].name, isDeleted: name == table.trash))
                if found.count == listedMentionCount { return }
            }
        }
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

/// What names a person, folded.
struct MentionWords {
    /// Folded names and addresses, with a space on both sides where they must stand as words.
    private var phrases: [[UInt8]] = []
    /// The last digits of telephone numbers: the prefix is written in many ways, and left out.
    private var numbers: [[UInt8]] = []

    private static let leastDigitCount = 6
    private static let comparedDigitCount = 9
    private static let leastLetterCount = 3

    var isEmpty: Bool { phrases.isEmpty && numbers.isEmpty }

    init(_ rows: [(table: String, texts: [String: String])]) {
        var phrases: Set<[UInt8]> = []
        var numbers: Set<[UInt8]> = []
        for (_, texts) in rows {
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
            let plain = String(decoding: text, as: UTF8.self)
                .folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
            bytes = Array(plain.utf8)[...]
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

    func are(in raw: UnsafeRawBufferPointer) -> Bool {
        let text = Array(raw)
        if !phrases.isEmpty {
            let folded = MentionWords.folded(text[...])
            for phrase in phrases where folded.holds(phrase) { return true }
        }
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
        return numbers.contains { digits.holds($0) }
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
