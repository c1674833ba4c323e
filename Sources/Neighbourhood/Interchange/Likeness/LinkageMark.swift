import Community

/// What is kept of a number or a birth date that tells people apart but is not ours to keep.
///
///     soc_sec_id 6988048 -> n3fa2        date_of_birth 19081209 -> d7c
///
/// A list's membership number would tell at once whether two entries are one person; yet no citizen number and no birth date
/// is taken in unless somebody asks for it (Docs/Community.md, "Ids of imported rows"). So a few bits of a keyed hash are kept instead, as in
/// privacy-preserving record linkage (P. Christen, T. Ranbaduge, R. Schnell, "Linking Sensitive Data", 2020, chapter 6; Docs/Engine.md, "Sources"): equal
/// numbers have equal marks, while about 15,000 of all numbers of nine digits, and 140 days of a century, share each one. The
/// key is the space's import secret, so outside the space a mark says nothing at all.
///
/// The Dutch citizen service number (BSN) gets no mark: who has no legal ground may not use it, however coded.
package enum LinkageMark: String, Hashable, Sendable {
    /// Of a number of six or more digits: 16 bits.
    case number
    /// Of a birth date: 8 bits, too few to be evidence by themselves.
    case day

    private var letter: String { self == .number ? "n" : "d" }
    private var digitCount: Int { self == .number ? 4 : 2 }

    /// nil when the cell holds no such number or day.
    ///
    /// - Parameters:
    ///   - monthFirst: the column writes the month before the day.
    ///   - identify: the import's keyed hash, in hexadecimal.
    func text(of cell: String, monthFirst: Bool = false, identify: ([String]) -> String) -> String? {
        guard let plain = plain(cell, monthFirst: monthFirst) else { return nil }
        return letter + identify(["linkage-mark", rawValue, plain]).prefix(digitCount)
    }

    /// Whether a mark can be made of the cell.
    func reads(_ cell: String, monthFirst: Bool) -> Bool { plain(cell, monthFirst: monthFirst) != nil }

    private func plain(_ cell: String, monthFirst: Bool) -> String? {
        self == .number ? LinkageMark.plainNumber(cell) : LinkageMark.plainDay(cell, monthFirst: monthFirst)
    }

    private static let leastDigitCount = 6

    /// Digits only: as people group them does not matter.
    private static func plainNumber(_ cell: String) -> String? {
        guard cell.utf8.count <= 40, cell.utf8.allSatisfy({ $0.isDigit || " -./".utf8.contains($0) }) else { return nil }
        let digits = cell.utf8.filter(\.isDigit)
        // 000000 is "none".
        guard digits.count >= leastDigitCount, digits.contains(where: { $0 != digits[0] }) else { return nil }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Year, month and day, whichever of year and day is first; a time behind them does not matter. Of a year in two digits
    /// the century is told by nobody being born in years to come, and is not told of those that may be of either.
    private static func plainDay(_ cell: String, monthFirst: Bool) -> String? {
        guard let date = cell.split(whereSeparator: { $0 == " " || $0 == "T" }).first, date.utf8.count <= 10 else { return nil }
        var pieces = date.utf8.split(whereSeparator: { "-./".utf8.contains($0) }).map(Array.init)
        if pieces.count == 1, pieces[0].count == 8 {
            let digits = pieces[0]
            pieces = isYear(digits[..<4]) ? [Array(digits[..<4]), Array(digits[4..<6]), Array(digits[6...])]
                : [Array(digits[..<2]), Array(digits[2..<4]), Array(digits[4...])]
        }
        guard pieces.count == 3, pieces.allSatisfy({ $0.allSatisfy(\.isDigit) && (1...4).contains($0.count) }) else { return nil }
        if pieces[0].count != 4 {
            pieces.reverse()
            if monthFirst { pieces.swapAt(1, 2) }
            if pieces[0].count == 2, number(pieces[0][...]) >= firstSureYear { pieces[0] = Array("19".utf8) + pieces[0] }
        }
        guard isYear(pieces[0][...]),
            let day = CalendarDay(year: number(pieces[0][...]), month: number(pieces[1][...]), day: number(pieces[2][...]))
        else { return nil }
        return "\(day.year)-\(day.month)-\(day.day)"
    }

    /// 30 to 99 in two digits: who was born in 2030 is on no list yet, and who in 1929 or before may be read as a child.
    private static let firstSureYear = 30

    private static func isYear(_ digits: ArraySlice<UInt8>) -> Bool { digits.count == 4 && (1850...2100).contains(number(digits)) }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int { digits.reduce(0) { $0 * 10 + Int($1) - 0x30 } }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
