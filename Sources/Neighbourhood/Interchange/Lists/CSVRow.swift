/// One row of a CSV file: fields as UTF-8 bytes, unquoted.
package struct CSVRow {
    /// The line on which the row begins, from 1.
    package let line: Int
    /// The fields one after another, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    init(line: Int) { self.line = line }

    package var count: Int { ends.count }

    package subscript(index: Int) -> ArraySlice<UInt8> {
        bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    package func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

    package var fields: [String] { (0..<count).map(text) }

    /// A line with nothing but spaces.
    var isBlank: Bool { ends.count == 1 && bytes.allSatisfy { $0 == .space || $0 == .tab } }
}

extension CSVRow {
    enum Outcome {
        /// `byteCount` is with, `contentByteCount` without the line end.
        case row(contentByteCount: Int, byteCount: Int, lineCount: Int, hasTooManyColumns: Bool)
        /// The bytes end before the row does. `lineCount` is the line ends met on the way.
        case needsMore(isQuoted: Bool, lineCount: Int)
        case unterminatedQuote
    }

    /// Takes in the row that `source` begins with.
    ///
    /// - Parameter isWhole: the file ends where `source` does.
    mutating func scan(
        _ source: Slice<UnsafeBufferPointer<UInt8>>, isWhole: Bool, delimiter: UInt8, columnLimit: Int
    ) -> Outcome {
        let source = UnsafeBufferPointer(rebasing: source)
        let end = source.count
        var index = 0
        var lineCount = 0
        var hasTooManyColumns = false
        bytes.reserveCapacity(128)
        ends.reserveCapacity(16)
        while true {
            var quote = index
            while quote < end && source[quote] == .space { quote += 1 }
            if quote == end && !isWhole { return .needsMore(isQuoted: false, lineCount: lineCount) }
            if quote < end && source[quote] == .quote {
                index = quote + 1
                var isOpen = true
                while isOpen {
                    let from = index
                    while index < end && source[index] != .quote {
                        let byte = source[index]
                        index += 1
                        // A pair of carriage return and line feed counts once, at the line feed.
                        if byte == .lineFeed { lineCount += 1 }
                        if byte == .carriageReturn && !(index < end && source[index] == .lineFeed) { lineCount += 1 }
                    }
                    if index == end {
                        return isWhole ? .unterminatedQuote : .needsMore(isQuoted: true, lineCount: lineCount)
                    }
                    if index + 1 == end && !isWhole { return .needsMore(isQuoted: true, lineCount: lineCount) }
                    isOpen = index + 1 < end && source[index + 1] == .quote
                    // Of a doubled quote, one is text.
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[from..<(isOpen ? index + 1 : index)]))
                    index += isOpen ? 2 : 1
                }
            }
            let from = index
            while index < end && source[index] != delimiter && source[index] != .lineFeed
                && source[index] != .carriageReturn
            {
                index += 1
            }
            if index == end && !isWhole { return .needsMore(isQuoted: false, lineCount: lineCount) }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[from..<index]))
            if ends.count < columnLimit { ends.append(bytes.count) } else { hasTooManyColumns = true }

            if index < end && source[index] == delimiter {
                index += 1
                continue
            }
            let content = index
            if index < end {
                if source[index] == .carriageReturn {
                    if index + 1 == end && !isWhole { return .needsMore(isQuoted: false, lineCount: lineCount) }
                    if index + 1 < end && source[index + 1] == .lineFeed { index += 1 }
                }
                index += 1
            }
            return .row(
                contentByteCount: content, byteCount: index, lineCount: lineCount + 1, hasTooManyColumns: hasTooManyColumns)
        }
    }

    /// Reads each field that is not UTF-8 as Windows-1252: files joined from two programs have both.
    mutating func repairEncoding() {
        guard bytes.contains(where: { $0 >= 0x80 }), String(validating: bytes, as: UTF8.self) == nil else { return }
        let old = self
        bytes = []
        ends = []
        for index in 0..<old.count {
            let field = old[index]
            bytes += String(validating: field, as: UTF8.self) == nil ? utf8(windows1252: field) : Array(field)
            ends.append(bytes.count)
        }
    }
}

extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let comma: UInt8 = 0x2C
    static let semicolon: UInt8 = 0x3B
    static let pipe: UInt8 = 0x7C
}

/// Excel's first line that tells the delimiter, as in `sep=;`.
func toldDelimiter(_ text: [UInt8]) -> (delimiter: UInt8, end: Int)? {
    guard text.prefix(4).map({ $0 | 0x20 }).elementsEqual("sep=".utf8.map { $0 | 0x20 }), text.count > 5 else { return nil }
    var end = 5
    if text[end] == .carriageReturn { end += 1 }
    if end < text.count && text[end] == .lineFeed { end += 1 }
    return end > 5 ? (text[4], end) : nil
}

/// The delimiter with which the most of the first rows have as many fields as the header, weighed by how many they are.
func sniffDelimiter(_ beginning: [UInt8], isWhole: Bool) -> UInt8 {
    var best: (delimiter: UInt8, score: Int) = (.comma, 0)
    for delimiter in [UInt8.comma, .semicolon, .tab, .pipe] {
        var counts: [Int] = []
        var position = 0
        beginning.withUnsafeBufferPointer { bytes in
            while position < bytes.count && counts.count < 50 {
                var row = CSVRow(line: 0)
                guard
                    case .row(_, let byteCount, _, _) = row.scan(
                        bytes[position...], isWhole: isWhole, delimiter: delimiter, columnLimit: .max)
                else { break }
                position += byteCount
                if !row.isBlank { counts.append(row.count) }
            }
        }
        guard let header = counts.first else { continue }
        let score = (header - 1) * counts.filter { $0 == header }.count
        if score > best.score { best = (delimiter, score) }
    }
    return best.delimiter
}
