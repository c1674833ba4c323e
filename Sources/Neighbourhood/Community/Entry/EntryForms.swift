import CRDT
import Schema

// Single forms: whether a text has one, and what it means in it.
extension Entry {
    /// The code of a list that a code or a label in either language means, capitals aside.
    package static func code(_ text: String, in list: String) -> String? {
        guard let codes = CodeList.named(list)?.codes else { return nil }
        let plain = folded(text)
        return codes.first { $0.code == text }?.code
            ?? codes.first { code in [code.code, code.label.nl, code.label.en].contains { folded($0) == plain } }?.code
    }

    /// The code that was nearly typed.
    static func nearCode(_ text: String, in list: String) -> String? {
        guard let codes = CodeList.named(list)?.codes else { return nil }
        let names = codes.flatMap { [$0.code, $0.label.nl, $0.label.en] }
        return nearest(text, names).flatMap { near in code(near, in: list) }
    }

    /// The word that is nearest to one that was typed: at most two letters other, or one of a short word, or one is how the other begins.
    package static func nearest(_ text: String, _ words: [String]) -> String? {
        let typed = Array(folded(text))
        guard typed.count >= 2, typed.count <= Form.nameLength else { return nil }
        var best: (word: String, distance: Int)?
        for word in words {
            let known = Array(folded(word))
            let allowed = min(typed.count, known.count) >= 6 ? 2 : 1
            guard abs(known.count - typed.count) <= allowed else {
                // "given" for "given_name".
                if typed.count >= 4, known.starts(with: typed) || typed.starts(with: known) && known.count >= 4 { best = best ?? (word, 2) }
                continue
            }
            let distance = letterDistance(typed, known)
            if distance <= allowed, distance < best?.distance ?? .max { best = (word, distance) }
        }
        return best?.word
    }

    /// Letters put in, left out, changed or exchanged with the next: the optimal string alignment distance.
    static func letterDistance(_ a: [Character], _ b: [Character]) -> Int {
        var before: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            (before, previous) = (previous, row)
        }
        return previous[b.count]
    }

    /// Small letters, and `_` as a space: how codes, columns and labels are compared.
    static func folded(_ text: String) -> String {
        trimmed(text).lowercased().replacing("_", with: " ").replacing("ë", with: "e").replacing("ï", with: "i").replacing("ö", with: "o")
            .replacing("é", with: "e").replacing("\u{2019}", with: "'")
    }

    static func trimmed(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }

    package static func isOneLine(_ text: String) -> Bool {
        text.count <= Form.nameLength && !text.contains(where: \.isNewline)
    }

    /// 3 to 15 digits (ITU-T E.164) with what people put between them; after them, words of their own: `06-12345678 (daughter)`.
    package static func isTelephone(_ text: String) -> Bool {
        guard isOneLine(text) else { return false }
        let number = text.prefix { $0.isASCII && ($0.isNumber || " +-./()".contains($0)) }
        let rest = text[number.endIndex...]
        let digits = number.count { $0.isNumber }
        guard (3...15).contains(digits), number.dropFirst().count(where: { $0 == "+" }) == 0 else { return false }
        // A letter right behind a digit belongs to it.
        return rest.isEmpty || number.last == " " || number.last == "("
    }

    /// Something, one `@`, and a domain with a dot; no spaces.
    package static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, text.utf8.count <= 254,
            !text.contains(where: { $0.isWhitespace || $0.isNewline || "<>(),;:\"".contains($0) })
        else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty && !$0.hasPrefix("-") && !$0.hasSuffix("-") } && labels.last!.count >= 2
    }

    /// A domain with a dot, and what may follow; with http, https or nothing before it.
    package static func isPage(_ text: String) -> Bool {
        guard text.utf8.count <= 2_000, !text.contains(where: { $0.isWhitespace || $0.isNewline }) else { return false }
        var rest = text.lowercased()[...]
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        let host = rest.prefix { !"/?#".contains($0) }
        let labels = host.split(separator: ":", omittingEmptySubsequences: false)[0].split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2 && !host.contains("@") && labels.allSatisfy { !$0.isEmpty }
    }

    /// The type of a contact point whose type nobody gave.
    static func kind(ofReach text: String) -> String {
        if text.contains("@"), isEmail(text) { return "email" }
        if isPage(text), text.contains(where: \.isLetter) { return "url" }
        return "tel"
    }

    /// RFC 5646, section 2.1: a language of two or three letters, and subtags.
    static func isLanguageTag(_ text: String) -> Bool {
        text.wholeMatch(of: /[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,8}/) != nil
    }

    static func isTimeZone(_ text: String) -> Bool {
        text == "UTC" || text.wholeMatch(of: /[A-Z][A-Za-z]+(?:\/[A-Za-z0-9_+\-]+){1,2}/) != nil
    }

    private static let frequencies: [String: String] = [
        "daily": "DAILY", "dagelijks": "DAILY", "elke dag": "DAILY", "every day": "DAILY", "weekly": "WEEKLY", "wekelijks": "WEEKLY",
        "elke week": "WEEKLY", "every week": "WEEKLY", "monthly": "MONTHLY", "maandelijks": "MONTHLY", "elke maand": "MONTHLY",
        "every month": "MONTHLY", "yearly": "YEARLY", "jaarlijks": "YEARLY", "elk jaar": "YEARLY", "every year": "YEARLY",
    ]

    /// A rule of RFC 5545, section 3.3.10, by the form of its parts; or a word for one.
    static func recurrence(_ text: String) -> String? {
        if let frequency = frequencies[folded(text)] { return "FREQ=\(frequency)" }
        if folded(text) == "om de week" || folded(text) == "every other week" { return "FREQ=WEEKLY;INTERVAL=2" }
        // Below the rule may stand lines of what it begins with and leaves out (see `Recurrence`): they are kept as they are.
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = lines.count == 2 ? "\n" + lines[1] : ""
        var rule = (lines.first ?? "").uppercased()
        if rule.hasPrefix("RRULE:") { rule.removeFirst(6) }
        var names: Set<Substring> = []
        for part in rule.split(separator: ";", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, names.insert(sides[0]).inserted, isRulePart(sides[0], sides[1]) else { return nil }
        }
        return names.contains("FREQ") && !names.isSuperset(of: ["COUNT", "UNTIL"]) ? rule + rest : nil
    }

    private static func isRulePart(_ name: Substring, _ value: Substring) -> Bool {
        func numbers(_ range: ClosedRange<Int>, signed: Bool = false) -> Bool {
            value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { item in
                guard let number = Int(item) else { return false }
                return range.contains(signed ? abs(number) : number) && (!signed || number != 0)
            }
        }
        switch name {
        case "FREQ": return ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"].contains(value)
        case "INTERVAL", "COUNT": return Int(value).map { $0 >= 1 } ?? false
        case "UNTIL":
            guard let match = value.wholeMatch(of: /([0-9]{4})([0-9]{2})([0-9]{2})(?:T[0-9]{6}Z?)?/) else { return false }
            return CalendarDay(year: Int(match.1)!, month: Int(match.2)!, day: Int(match.3)!) != nil
        case "BYDAY":
            return value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { $0.wholeMatch(of: /[+-]?[0-9]{0,2}(?:MO|TU|WE|TH|FR|SA|SU)/) != nil }
        case "WKST": return ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].contains(value)
        case "BYMONTH": return numbers(1...12)
        case "BYMONTHDAY": return numbers(1...31, signed: true)
        case "BYYEARDAY", "BYSETPOS": return numbers(1...366, signed: true)
        case "BYWEEKNO": return numbers(1...53, signed: true)
        case "BYHOUR": return numbers(0...23)
        case "BYMINUTE": return numbers(0...59)
        case "BYSECOND": return numbers(0...60)
        default: return false
        }
    }

    /// Whether a value that stands in a row has the form of its column, and if not, what it surely was meant to be.
    ///
    /// - Returns: nil when it is right; else the value that a person would have meant on any day, if there is one.
    package func fault(_ value: Value, of name: String, beside row: [String: Value]) -> (mended: Value?, isWrong: Bool)? {
        let text: String
        switch value {
        case .null: return nil
        case .text(let bytes): text = String(decoding: bytes, as: UTF8.self)
        case .integer(let number): text = String(number)
        case .real(let number): text = number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
        case .blob: return (nil, true)
        }
        guard !Entry.trimmed(text).isEmpty else { return nil }
        // References have a rule of their own (`BrokenRule.Kind.danglingReference`).
        if case .reference? = table.form(ofPart: name) { return nil }
        guard let read = try? self.value(text, of: name, beside: row) else { return (nil, true) }
        if Entry.isSame(read, value) { return nil }
        // A time in another way of writing it that SQLite reads as well.
        if case .localTime? = table.form(ofPart: name), text.contains(" ") || text.contains("t") { return nil }
        if case .moment? = table.form(ofPart: name), CalendarDay(text.prefix(10)) != nil { return nil }
        return (read, true)
    }

    private static func isSame(_ read: Value, _ stored: Value) -> Bool {
        switch (read, stored) {
        case (.real(let a), .integer(let b)): a == Double(b)
        case (.text(let a), .text(let b)): a == b || trimmed(String(decoding: b, as: UTF8.self)) == String(decoding: a, as: UTF8.self)
        // A column of text that holds a number: a house number, a telephone.
        case (.text(let a), .integer(let b)): String(decoding: a, as: UTF8.self) == String(b)
        default: read == stored
        }
    }
}
