import Community

/// The language that people are spoken to in.
package enum Language: String, Sendable {
    case nl, en

    /// KITH_LANG, else what the system is set to; English when that is neither Dutch nor English.
    package init(variables: [String: String]) {
        let told = ["KITH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
        self = told?.lowercased().hasPrefix("nl") == true ? .nl : .en
    }

    package func text(_ phrase: Phrase) -> String { self == .nl ? phrase.nl : phrase.en }

    /// A count with the language's own grouping: 4.812 or 4,812.
    package func number(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var grouped = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped += self == .nl ? "." : "," }
            grouped.append(digit)
        }
        return grouped
    }

    /// A sentence of the catalogue with its blanks filled: `%1` by the first, and so on; each as one line (see `plain`).
    package func say(_ sentence: Sentence, _ blanks: String...) -> String {
        fill(text(sentence.phrase), blanks)
    }

    package func say(_ sentence: MemberSentence, _ blanks: String...) -> String {
        fill(text(sentence.phrase), blanks)
    }

    /// One or many of something.
    package func count(_ value: Int, _ one: Sentence, _ many: Sentence) -> String {
        fill(text((value == 1 ? one : many).phrase), [number(value)])
    }

    package func count(_ value: Int, _ one: MemberSentence, _ many: MemberSentence) -> String {
        fill(text((value == 1 ? one : many).phrase), [number(value)])
    }

    package func fill(_ pattern: String, _ blanks: [String]) -> String {
        // One pass over the pattern, so that what fills a blank is never read as a pattern.
        var result = ""
        var rest = pattern[...]
        while let percent = rest.firstIndex(of: "%") {
            result += rest[..<percent]
            rest = rest[rest.index(after: percent)...]
            guard let digit = rest.first?.wholeNumberValue, digit >= 1, digit <= blanks.count else {
                result += "%"
                continue
            }
            result += plain(blanks[digit - 1])
            rest = rest.dropFirst()
        }
        return result + rest
    }
}
