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

    /// "1.4 MB", in powers of ten.
    package func bytes(_ count: Int) -> String {
        guard count >= 1000 else { return "\(count) B" }
        var value = Double(count) / 1000
        var unit = "kB"
        for next in ["MB", "GB", "TB"] where value >= 1000 {
            value /= 1000
            unit = next
        }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10)\(self == .nl ? "," : ".")\(tenths % 10) \(unit)"
    }

    /// "3 days ago".
    package func age(_ milliseconds: Int64, nowMilliseconds: Int64) -> String {
        let minutes = Double(nowMilliseconds - milliseconds) / 60_000
        switch minutes {
        case ..<(-2): return say(SharedSentence.ageFuture)
        case ..<2: return say(SharedSentence.ageNow)
        case ..<120: return say(SharedSentence.ageMinutes, String(Int(minutes)))
        case ..<2880: return say(SharedSentence.ageHours, String(Int(minutes / 60)))
        default: return say(SharedSentence.ageDays, number(Int(minutes / 1440)))
        }
    }

    /// A pattern with its blanks filled: `%1` by the first, and so on; each as one line (see `plain`).
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
