import CRDT
import Foundation
import Schema
import SQLite

/// A text that is to leave the team.
package struct OutgoingText: Sendable {
    package let record: RecordID
    /// The SQL column.
    package let column: String
    package let text: String
    /// People wrote it in their own words: a single name in it is probably somebody's. In the name of a street or a city it is not.
    package let isFree: Bool

    package init(record: RecordID, column: String, text: String, isFree: Bool) {
        self.record = record
        self.column = column
        self.text = text
        self.isFree = isFree
    }
}

/// Where an outgoing text seems to name somebody whom the replica knows.
package struct OutgoingMention: Hashable, Sendable {
    package let record: RecordID
    package let column: String
    /// The words or digits, as they stand in the text; the first few.
    package let found: [String]
}

extension Store {
    /// Looks for all contacts, those in the trash too, in texts: names as `mentions(of:)` knows them, telephone numbers however
    /// grouped, e-mail addresses; and in free text a given, family or nickname by itself, when it stands there with a capital.
    ///
    /// - Returns: in the order of the texts; nil when this replica holds no contacts to look for.
    package func mentions(in texts: [OutgoingText]) throws -> [OutgoingMention]? {
        try read { access in
            guard let contacts = access.catalog["contact"], contacts.isShown else { return nil }
            var people = KnownPeople()
            for source in [contacts.name, contacts.trash] { try people.addNames(source, access) }
            if let points = access.catalog["contact_point"], points.isShown {
                for source in [points.name, points.trash] { try people.addPoints(source, access) }
            }
            return texts.compactMap { text in
                let found = people.found(in: text)
                return found.isEmpty ? nil : OutgoingMention(record: text.record, column: text.column, found: found)
            }
        }
    }
}

/// What names the people of a replica, ready to be looked for in many texts: by first word, and numbers by their digits.
private struct KnownPeople {
    private static let leastLetterCount = 3
    private static let leastDigitCount = 6
    private static let comparedDigitCount = 9
    private static let listedCount = 5

    /// The words after the first, by the first.
    private var phrases: [String: Set<[String]>] = [:]
    /// Names of one word.
    private var singles: Set<String> = []
    private var numbers: Set<[UInt8]> = []
    private var numberLengths: Set<Int> = []

    mutating func addNames(_ source: String, _ access: Access) throws {
        let columns = ["given_name", "infix", "family_name", "nickname"]
        let select = try access.connection.prepare("select \(columns.joined(separator: ", ")) from \(quoted(source))")
        while try select.step() {
            var texts: [String: String] = [:]
            for (index, column) in columns.enumerated() where !select.isNull(Int32(index)) { texts[column] = select.text(Int32(index)) }
            for name in MentionWords.names(texts) { add(name) }
            for column in columns where column != "infix" { texts[column].map { add($0) } }
        }
    }

    mutating func addPoints(_ source: String, _ access: Access) throws {
        let select = try access.connection.prepare("select value from \(quoted(source)) where value is not null")
        while try select.step() {
            let value = select.text(0)
            let digits = value.utf8.filter { (0x30...0x39).contains($0) }
            if value.utf8.allSatisfy({ (0x30...0x39).contains($0) || " +-./()".utf8.contains($0) }) {
                guard digits.count >= KnownPeople.leastDigitCount else { continue }
                let last = Array(digits.suffix(KnownPeople.comparedDigitCount))
                numbers.insert(last)
                numberLengths.insert(last.count)
            } else {
                add(value)
            }
        }
    }

    private mutating func add(_ text: String) {
        let words = KnownPeople.words(text).map(\.folded)
        guard let first = words.first, words.reduce(0, { $0 + $1.count }) >= KnownPeople.leastLetterCount else { return }
        if words.count == 1 { singles.insert(first) } else { phrases[first, default: []].insert(Array(words.dropFirst())) }
    }

    /// Runs of letters and digits, as they stand and in small letters without accents.
    private static func words(_ text: String) -> [(own: Substring, folded: String)] {
        text.split { !$0.isLetter && !$0.isNumber }.map { word in
            let isPlain = word.utf8.allSatisfy { $0 < 0x80 }
            return (word, isPlain ? word.lowercased()
                : String(word).folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil))
        }
    }

    func found(in text: OutgoingText) -> [String] {
        var found: [String] = []
        func add(_ text: String) {
            if found.count < KnownPeople.listedCount, !found.contains(text) { found.append(text) }
        }
        let words = KnownPeople.words(text.text)
        var end = 0
        for (index, word) in words.enumerated() {
            if let rests = phrases[word.folded] {
                let rest = rests.filter { rest in
                    index + rest.count < words.count && zip(rest, words[(index + 1)...]).allSatisfy { $0 == $1.folded }
                }.max { $0.count < $1.count }
                if let rest {
                    end = max(end, index + rest.count + 1)
                    add(String(text.text[word.own.startIndex..<words[index + rest.count].own.endIndex]))
                }
            }
            // What is part of a longer find is told with it.
            if index >= end, text.isFree, word.own.first?.isUppercase == true, singles.contains(word.folded) { add(String(word.own)) }
        }
        for number in self.numbers(in: text.text) { add(number) }
        return found
    }

    /// Digits with only what stands within numbers between them count as one number; a line's end parts two.
    private func numbers(in text: String) -> [String] {
        guard !numbers.isEmpty else { return [] }
        var found: [String] = []
        var digits: [UInt8] = []
        func look() {
            defer { digits.removeAll(keepingCapacity: true) }
            for length in numberLengths.sorted(by: >) where digits.count >= length {
                for start in 0...(digits.count - length) where numbers.contains(Array(digits[start..<start + length])) {
                    found.append(String(decoding: digits[start..<start + length], as: UTF8.self))
                    return
                }
            }
        }
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39: digits.append(byte)
            case 0x20, 0x28, 0x29, 0x2B, 0x2D, 0x2E, 0x2F: continue
            default: if !digits.isEmpty { look() }
            }
        }
        if !digits.isEmpty { look() }
        return found
    }
}
