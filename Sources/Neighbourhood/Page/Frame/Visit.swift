import Community
import CRDT
import Engine
import Interchange
import Platform
import Store
import Words

/// What was done, as the bar above the next page tells it.
struct Told: Sendable {
    /// What stands around a name that is told in bold.
    let before: String
    let name: String
    let after: String
    /// What takes it back, or does it again; nil: it cannot be.
    let step: Int64?
    let isUndone: Bool

    var text: String { before + name + after }
}

/// One request of one window, as a screen works with it.
struct Visit: Sendable {
    let desk: Desk
    let session: Session
    let language: Language
    /// The parts of the address after the screen's name.
    let rest: [String]
    let query: Fields
    /// What a form sent.
    let form: Fields
    let nowMilliseconds: Int64

    /// The list on this laptop.
    var replica: Replica { get throws { try desk.replica() } }

    /// Today, by the reader's calendar: ISO 8601.
    var today: String { ReaderClock.day(nowMilliseconds)?.text ?? "" }

    func say<Words: PageWords>(_ sentence: Words, _ blanks: String...) -> String { language.fill(language.text(sentence.phrase), blanks) }
    func say(_ sentence: PageSentence, _ blanks: String...) -> String { language.fill(language.text(sentence.phrase), blanks) }

    /// One or many of something.
    func count<Words: PageWords>(_ value: Int, _ one: Words, _ many: Words) -> String {
        language.fill(language.text((value == 1 ? one : many).phrase), [language.number(value)])
    }

    /// A sentence in which a name stands in bold: `%1` is its place.
    func told<Words: PageWords>(_ sentence: Words, _ name: String, step: Int64? = nil, isUndone: Bool = false, _ blanks: String...) -> Told {
        let mark = "\u{1}"
        let pattern = language.text(sentence.phrase).replacing("%1", with: mark)
        let parts = pattern.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        // Other blanks are %2 and further.
        let filled = parts.map { language.fill($0, [""] + blanks) }
        return Told(before: filled[0], name: parts.count > 1 ? plain(name) : "", after: parts.count > 1 ? filled[1] : "", step: step, isUndone: isUndone)
    }

    /// A record of a table by the id that an address or a form carries.
    ///
    /// - Throws: `notFound` for what is no id of the table, or is not there.
    func record(_ id: String?, in table: String) throws -> RecordRow {
        let key = id?.split(separator: ":").map(String.init) ?? []
        guard !key.isEmpty, let row = try replica.store.rows([RecordID(table: table, key: key)]).first else { throw StoreError(.notFound, table) }
        return row
    }

    /// One write, as one step that the bar on the next page takes back.
    func write<Result>(_ body: (Replica) throws -> Result) throws -> (Result, step: Int64?) {
        let replica = try replica
        let before = try replica.store.lastStep()
        let result = try body(replica)
        try replica.stampUnasked(passing: [])
        desk.noteWrite()
        // What changed nothing is no step; the one before is not to be taken back for it.
        let step = try replica.store.lastStep()
        return (result, step == before ? nil : step)
    }

    /// Reading does not need what waits to be stamped: it is taken up where that can be done.
    func find(_ text: String, in table: String? = nil, limit: Int) throws -> [FoundRecord] { try replica.find(text, in: table, limit: limit) }

    // MARK: Days and numbers as people say them

    /// "vandaag", "gisteren", "do 26 november", "do 26 november 2025": of an ISO 8601 day or time; another text as it is.
    func day(_ text: String) -> String { CalendarDay((ReaderClock.local(text) ?? text).prefix(10)).map { language.day($0.text, seenFrom: CalendarDay(today)) } ?? text }

    /// The same with the time, if there is one.
    func time(_ text: String) -> String { CalendarDay(text.prefix(10)) == nil ? text : language.day(text, seenFrom: CalendarDay(today)) }

    /// The same of a moment of the clock.
    func time(_ milliseconds: Int64) -> String { time(localTime(milliseconds)) }

    /// What a code of a list is called.
    func label(_ code: String?, of list: String) -> String { code.map { Entry.label($0, of: list, language) } ?? "" }

    /// The sign before a name.
    func gable(_ record: RecordID, _ name: String) -> Values { Gable.values(record, name) }
}

/// The sign before a name: initials in a gable whose colour says nothing about the person.
enum Gable {
    static func values(_ record: RecordID, _ name: String) -> Values {
        let infixes: Set<Substring> = ["van", "de", "den", "der", "het", "'t", "’t", "te", "ter", "ten", "el", "al", "ben", "in", "op"]
        let words = name.split(whereSeparator: \.isWhitespace).filter { !infixes.contains($0) && $0.first?.isLetter == true }
        let initials = [words.first?.first, words.count > 1 ? words.last?.first : nil].compactMap { $0.map { $0.uppercased() } }
        let hash = record.key.joined().utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return [
            "gableInitials": initials.joined().isEmpty ? "·" : initials.joined(), "gableColour": "\(hash % 6 + 1)",
            "gableIsStep": record.table != "contact",
        ]
    }
}

/// Telephone numbers as people write them.
package enum SpokenPhone {
    /// "06 12 34 56 78", "010 555 01 03"; what is not Dutch or not ten digits as it was typed.
    package static func text(_ typed: String) -> String {
        guard let digits = digits(typed), digits.utf8.count == 10, digits.hasPrefix("0") else { return typed }
        let all = Array(digits)
        func group(_ sizes: [Int]) -> String {
            var start = 0
            return sizes.map { size in
                defer { start += size }
                return String(all[start..<start + size])
            }.joined(separator: " ")
        }
        return digits.hasPrefix("06") ? group([2, 2, 2, 2, 2]) : group([3, 3, 2, 2])
    }

    /// As a link dials it; nil for what is no number.
    static func link(_ typed: String) -> String? {
        guard let digits = digits(typed) else { return nil }
        return digits.hasPrefix("0") && !digits.hasPrefix("00") ? "+31" + digits.dropFirst() : digits
    }

    private static func digits(_ typed: String) -> String? {
        guard typed.allSatisfy({ $0.isASCII && ($0.isNumber || " +-()./".contains($0)) }) else { return nil }
        let kept = typed.replacing("(0)", with: "").filter { $0.isNumber || $0 == "+" }
        guard kept.dropFirst().allSatisfy({ $0 != "+" }), (3...16).contains(kept.count) else { return nil }
        if kept.hasPrefix("+31") { return "0" + kept.dropFirst(3) }
        if kept.hasPrefix("0031") { return "0" + kept.dropFirst(4) }
        return kept
    }
}
