import CQRencode
@preconcurrency import Glibc

/// A QR code of half blocks, two modules to a character, with the quiet zone that readers need.
enum QRCode {
    private static let quiet = 4

    /// nil for what does not fit one.
    static func text(_ content: String) -> String? {
        guard let code = QRcode_encodeString(content, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let modules = code.pointee.data else { return nil }
        func isLight(_ row: Int, _ column: Int) -> Bool {
            guard (0..<width).contains(row), (0..<width).contains(column) else { return true }
            return modules[row * width + column] & 1 == 0
        }
        // Light on dark in any terminal; where it is none, as on a dark terminal.
        let (begin, end) = isatty(STDOUT_FILENO) != 0 ? ("\u{1B}[38;5;231;48;5;16m", "\u{1B}[0m") : ("", "")
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
            lines.append(begin + line.joined() + end)
        }
        return lines.joined(separator: "\n")
    }
}
