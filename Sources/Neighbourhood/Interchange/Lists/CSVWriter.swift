import CRDT
import Words

/// Writes rows as CSV (RFC 4180) that a spreadsheet shows and never calculates, and that our own import takes back as they
/// are.
///
/// A cell that a spreadsheet would take for a formula gets an apostrophe before it, and so does an empty text, which would
/// be taken for no value, and a cell that already begins like that. `unmarked` takes one apostrophe away again. Numbers
/// stay as they are. Source: https://owasp.org/www-community/attacks/CSV_Injection
package struct CSVWriter: Sendable {
    private let delimiter: UInt8

    package init(delimiter: UInt8 = .comma) { self.delimiter = delimiter }

    package func append(header names: [String], to out: inout [UInt8]) { append(names.map { Value.text($0) }, to: &out) }

    package func append(_ values: [Value], to out: inout [UInt8]) {
        for (index, value) in values.enumerated() {
            if index > 0 { out.append(delimiter) }
            switch value {
            case .null: break
            case .integer(let number): out += String(number).utf8
            case .real(let number): out += "\(number)".utf8
            case .text(let bytes): append(cell: String(decoding: bytes, as: UTF8.self), to: &out)
            case .blob(let bytes): out += ("x:" + hexadecimal(bytes)).utf8
            }
        }
        // A row of one empty cell would be a blank line, which is no row.
        if values.count == 1, values[0] == .null { out += [.quote, .quote] }
        out += [.carriageReturn, .lineFeed]
    }

    private func append(cell text: String, to out: inout [UInt8]) {
        let text = needsMark(text) ? "'" + text : text
        let needsQuotes = text.utf8.contains {
            $0 == delimiter || $0 == .quote || $0 == .lineFeed || $0 == .carriageReturn
        } || text.utf8.first == .space || text.utf8.last == .space
        guard needsQuotes else {
            out += text.utf8
            return
        }
        out.append(.quote)
        for byte in text.utf8 {
            if byte == .quote { out.append(.quote) }
            out.append(byte)
        }
        out.append(.quote)
    }
}

/// Whether a spreadsheet may calculate the cell, or it begins as a marked one.
private func needsMark(_ text: String) -> Bool {
    let rest = text.unicodeScalars.drop { $0 == "'" }
    return rest.first.map { formulaStarts.contains($0) } ?? true
}

/// The cell without the apostrophe that keeps a spreadsheet from calculating it.
package func unmarked(_ cell: String) -> String {
    guard cell.utf8.first == UInt8(ascii: "'"), needsMark(cell) else { return cell }
    return String(cell.dropFirst())
}

/// Full-width forms count in some languages' spreadsheets.
private let formulaStarts: Set<Unicode.Scalar> = [
    "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
]
