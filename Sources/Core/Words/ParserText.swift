/// The argument parser's own words in the reader's language.
///
/// It has them in English only. They are few and fixed, so they are put into Dutch line by line; what is ours (names, values,
/// our own help) stands between them and stays as it is.
package enum ParserText {
    /// A whole text of the parser: help, or an error with its usage.
    ///
    /// - Parameter typed: the arguments, of which the parser repeats some as they are: a file's name can hold a line's end.
    package static func whole(_ text: String, typed: [String] = [], in language: Language) -> String {
        var text = text
        for argument in typed.flatMap({ [$0] + $0.split(separator: "=", maxSplits: 1).map(String.init) }) {
            let shown = plain(argument)
            if shown != argument { text = text.replacing(argument, with: shown) }
        }
        guard language == .nl else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { dutch(String($0)) }.joined(separator: "\n")
    }

    /// What a line begins with, and what it contains; of each kind the first that fits is replaced.
    private static let beginnings: [(String, String)] = [
        ("OVERVIEW: ", "OVERZICHT: "), ("USAGE: ", "GEBRUIK: "), ("Usage: ", "Gebruik: "), ("ARGUMENTS:", "ARGUMENTEN:"),
        ("OPTIONS:", "OPTIES:"), ("SUBCOMMANDS:", "OPDRACHTEN:"), ("Error: ", "Fout: "), ("Help:  ", "Uitleg:  "),
        ("  See '", "  Zie '"),
    ]

    private static func dutch(_ line: String) -> String {
        var line = line
        if let (english, dutch) = beginnings.first(where: { line.hasPrefix($0.0) }) { line = dutch + line.dropFirst(english.count) }
        if line.hasSuffix(" SUBCOMMANDS:") { line = line.dropLast(" SUBCOMMANDS:".count) + ":" }
        if line.hasPrefix("GEBRUIK: ") || line.hasPrefix("Gebruik: ") || line.hasPrefix("  Zie '") {
            line.replace("<subcommand>", with: "<opdracht>")
            line.replace("<options>", with: "<opties>")
        }
        if line.hasPrefix("  Zie '") {
            line.replace("' for detailed help.", with: "' voor uitleg.")
            line.replace("' for more information.", with: "' voor meer uitleg.")
        }
        line.replace(/\(default: ([^)]*)\)/) { "(anders \($0.1))" }
        if line.hasPrefix("  "), line.contains(" (default) ") { line.replace(" (default) ", with: " (anders) ") }
        if line.hasPrefix("  --version ") { line.replace("Show the version.", with: "Toon de versie.") }
        if line.hasPrefix("  -h, --help ") { line.replace("Show help information.", with: "Toon deze hulp.") }
        return line.hasPrefix("Fout: ") ? "Fout: " + message(String(line.dropFirst("Fout: ".count)), in: .nl) : line
    }

    /// A message of the parser in Dutch; any other as it is.
    package static func message(_ text: String, in language: Language) -> String {
        guard language == .nl else { return text }
        return switch text {
        case let text where text.firstMatch(of: /^Unknown option '(.+?)'\. Did you mean '(.+)'\?$/) != nil:
            text.replacing(/^Unknown option '(.+?)'\. Did you mean '(.+)'\?$/) { "Onbekende optie '\($0.1)'. Bedoelde u '\($0.2)'?" }
        case let text where text.hasPrefix("Unknown option "): "Onbekende optie " + text.dropFirst("Unknown option ".count)
        case let text where text.hasPrefix("Missing expected argument "):
            "Er ontbreekt " + text.dropFirst("Missing expected argument ".count)
        case let text where text.hasPrefix("Missing one of: "): "Er ontbreekt een van: " + text.dropFirst("Missing one of: ".count)
        case let text where text.hasPrefix("Missing value for "): "Er ontbreekt een waarde voor " + text.dropFirst("Missing value for ".count)
        case let text where text.hasPrefix("Missing required subcommand"): "Er ontbreekt een opdracht."
        case let text where text.hasPrefix("Invalid option: "): "Geen optie: " + text.dropFirst("Invalid option: ".count)
        case let text where text.hasPrefix("Unexpected argument "): "Onverwacht: " + text.dropFirst("Unexpected argument ".count)
        case let text where text.contains(" unexpected arguments: "): text.replacing(" unexpected arguments: ", with: " onverwachte argumenten: ")
        case let text where text.hasPrefix("The option "):
            text.replacing(/^The option '(.+?)' does not take any value, but '(.*)' was specified\.$/) {
                "De optie '\($0.1)' heeft geen waarde, maar er staat '\($0.2)'."
            }
        case let text where text.hasPrefix("The value "):
            text.replacing(/^The value '(.*)' is invalid for '(.+?)'/) { "De waarde '\($0.1)' past niet bij '\($0.2)'" }
        default: text
        }
    }
}
