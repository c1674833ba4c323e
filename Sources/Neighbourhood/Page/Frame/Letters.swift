import Mustache

/// Text of the list as HTML: every character that means something there is written as its number, scalar by scalar.
///
/// Mustache's own way goes by what a reader sees as one character: a quote with an accent on it is none of the five that it knows, and
/// ends an attribute all the same.
struct SafeLetters: MustacheContentType {
    static let name = "KITH"

    func escapeText(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "`": result += "&#96;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(SafeLetters.shown(scalar))
            }
        }
        return result
    }

    /// Text as a page shows it, and as a form that showed it sends it back.
    static func shown(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: text.unicodeScalars.lazy.map { $0 == "\t" || $0 == "\n" ? $0 : shown($0) })
        return String(result)
    }

    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        // Controls have no place in HTML; those of direction that are never closed turn the page around.
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{FFFE}", "\u{FFFF}": "\u{FFFD}"
        default: scalar
        }
    }
}

/// The templates of all screens, read once.
struct Templates: Sendable {
    private let library: MustacheLibrary

    /// - Throws: for a template that is none: a fault of the program, which a test finds.
    init(_ screens: [Screen]) throws {
        MustacheContentTypes.register(SafeLetters(), named: SafeLetters.name)
        var library = MustacheLibrary()
        var all: [String: String] = FrameTemplate.all
        for icon in Icons.shapes.keys { all["i-" + icon] = "<svg class=\"i\" aria-hidden=\"true\"><use href=\"#i-\(icon)\"/></svg>" }
        for screen in screens { all.merge(screen.templates) { first, _ in first } }
        for (name, text) in all { try library.register("{{% CONTENT_TYPE:\(SafeLetters.name)}}" + text, named: name) }
        self.library = library
    }

    func render(_ name: String, _ values: Values) -> String { library.render(values, withTemplate: name) ?? "" }
}
