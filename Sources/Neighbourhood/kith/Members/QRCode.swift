import CQRencode
import Engine
@preconcurrency import Glibc
import Platform

/// A QR code of half blocks, two modules to a character, with the quiet zone that readers need.
enum QRCode {
    private static let quiet = 4

    /// Prints one; nothing for what does not fit.
    static func show(_ content: String) throws {
        // Light on dark in any terminal; where it is none, as on a dark terminal.
        let isTerminal = isatty(STDOUT_FILENO) != 0
        for line in lines(content) {
            if isTerminal { Output.put(.dark, STDOUT_FILENO) }
            try Output.write(line)
            if isTerminal { Output.put(.normal, STDOUT_FILENO) }
            try Output.line("")
        }
    }

    private static func lines(_ content: String) -> [String] {
        guard let code = QRcode_encodeString(content, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else { return [] }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let modules = code.pointee.data else { return [] }
        func isLight(_ row: Int, _ column: Int) -> Bool {
            guard (0..<width).contains(row), (0..<width).contains(column) else { return true }
            return modules[row * width + column] & 1 == 0
        }
        var lines: [String] = []
        for row in stride(from: -quiet, to: width + quiet, by: 2) {
            let line = (-quiet..<width + quiet).map { column in
                switch (isLight(row, column), isLight(row + 1, column)) {
                case (true, true): "█"
                case (true, false): "▀"
                case (false, true): "▄"
                case (false, false): " "
                }
            }
            lines.append(line.joined())
        }
        return lines
    }
}
