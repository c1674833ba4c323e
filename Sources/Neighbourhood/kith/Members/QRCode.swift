import Engine
@preconcurrency import Glibc
import Platform
import QR

/// A QR code of half blocks, two squares to a character, with the quiet zone that readers need.
enum QRCode {
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
        guard let code = QRMatrix(content) else { return [] }
        let range = -QRMatrix.quiet..<code.width + QRMatrix.quiet
        return stride(from: range.lowerBound, to: range.upperBound, by: 2).map { row in
            range.map { column in
                switch (code.isDark(row, column), code.isDark(row + 1, column)) {
                case (false, false): "█"
                case (false, true): "▀"
                case (true, false): "▄"
                case (true, true): " "
                }
            }.joined()
        }
    }
}
