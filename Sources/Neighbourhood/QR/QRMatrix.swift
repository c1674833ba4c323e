import CQRencode

/// A QR code (ISO/IEC 18004) as squares that are dark or light: a terminal draws them in half blocks, the page as a picture.
package struct QRMatrix: Sendable {
    /// How many light squares readers need around it.
    package static let quiet = 4
    /// Squares on a side, without those around it.
    package let width: Int
    private let dark: [Bool]

    /// nil for what does not fit into any code.
    package init?(_ content: String) {
        guard let code = QRcode_encodeString(content, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else { return nil }
        defer { QRcode_free(code) }
        guard let modules = code.pointee.data else { return nil }
        width = Int(code.pointee.width)
        dark = (0..<width * width).map { modules[$0] & 1 == 1 }
    }

    /// Around the code all is light.
    package func isDark(_ row: Int, _ column: Int) -> Bool {
        (0..<width).contains(row) && (0..<width).contains(column) && dark[row * width + column]
    }

    /// The dark squares as the path of an SVG picture, a run of a line each; its view is `side` by `side`.
    package var path: String {
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                let start = column
                while isDark(row, column) { column += 1 }
                if column > start { path += "M\(start + QRMatrix.quiet) \(row + QRMatrix.quiet)h\(column - start)v1h-\(column - start)z" }
                column += 1
            }
        }
        return path
    }

    package var side: Int { width + 2 * QRMatrix.quiet }
}
