import Foundation
import Testing

/// One word per idea: what the program says to people keeps to the glossary, in both languages. Read from the sources, so that a new
/// sentence, help text or label is held against it too.
///
/// It does not check style, nor words that an outside text (a code, a column's own name) brings in.
@Suite struct GlossaryTests {
    private static let dutch = "nl", english = "en"

    /// What is said in another word, and in which.
    private static let forbidden: [(language: String, pattern: String, instead: String)] = [
        (dutch, #"ruimten?"#, "buurtlijst; of a disk: plaats"), (english, #"spaces?"#, "community list"),
        (dutch, #"replica('s)?"#, "lijst op deze laptop"), (english, #"replicas?"#, "list on this laptop"),
        (dutch, #"apparaa?t(en)?"#, "laptop"), (english, #"devices?"#, "laptop"),
        (dutch, #"(stick)?bundels?|zending(en)?|delta's?|segment(en)?"#, "stickbestand; deel"), (english, #"bundles?|deltas?|segments?"#, "stick file; part"),
        (dutch, #"ontmoet|sessies?"#, "uitwisselen"), (english, #"sessions?"#, "exchange"),
        (dutch, #"meng(en|t|de)?|gemengd"#, "verwerken"), (english, #"merg(e|es|ed|ing)"#, "take in"),
        (dutch, #"conflict(en)?|beslecht(en|te)?|cel(len)?"#, "verschil, kiezen"), (english, #"conflicts?|settled?|settling|cells?"#, "difference, choose"),
        (dutch, #"mededeling(en)?|afgedaan|afdoen|gebroken regels?"#, "bericht, gezien; na te kijken"), (english, #"dismiss(ed)?|broken rules?"#, "notice, seen; to check"),
        (dutch, #"(in )?quarantaine"#, "apart gezet"), (english, #"quarantined?|set aside"#, "held back"),
        (dutch, #"teruggedraaid|terugdraaien|draait het terug"#, "ongedaan maken"), (english, #"takes? (this|that|one) back"#, "undo"),
        (dutch, #"samen(ge)?voeg(d|en)|dubbele? pa(ar|ren)"#, "samennemen, misschien dubbel"), (english, #"duplicate pairs?"#, "maybe twice"),
        (dutch, #"nieuwkomers?|verzoek(en)?"#, "nieuwe laptop, aanvraag"), (english, #"newcomers?"#, "new laptop"),
        (dutch, #"relays?|lezer"#, "doorgeefserver, meelezer"), (english, #"rosters?"#, "member list"),
        (dutch, #"verzegeld(e)?|doosjes?|herstelsleutels?"#, "versleuteld, herstelpapier"), (english, #"sealed|recovery keys?"#, "encrypted, recovery paper"),
        (dutch, #"adresboek|collecties?"#, "buurtgids, mensen"), (english, #"collections?"#, "guide, people"),
        (dutch, #"vervuld|afgewezen|nooit gevraagd"#, "gedaan, gaat niet door, niet vastgelegd"), (english, #"fulfilled|never asked"#, "done, not recorded"),
        (dutch, #"rij(en)?"#, "its own name"), (english, #"rows?"#, "its own name"),
        (dutch, #"verwijderde? (laptops?|lid)|wissingen"#, "zonder toegang; wissen"), (english, #"removed (laptops?|members?)"#, "without access"),
        (dutch, #"jij|jou|jouw|je"#, "u"),
    ]

    /// Where a word stands all the same, and why.
    private static let exceptions: [(file: String, words: Set<String>, why: String)] = [
        ("Codes.swift", ["apparaten", "devices"], "what is lent out"),
        ("TableWord.swift", ["apparaat", "apparaten", "device", "devices"], "what is lent out"),
        ("StatusCommands.swift", ["apparaat", "device"], "what is lent out"),
        ("CodesDirectory.swift", ["space"], "a place out of doors"),
        ("SentencesPageHelp.swift", ["space"], "the space bar"),
        ("ExportCommand.swift", ["cellen", "cells"], "of a spreadsheet"),
        ("SentencesSchema.swift", ["collections", "rij", "row", "samengevoegd", "merged", "replica"], "for makers of programs, in a database's words"),
        ("Members.swift", ["relay"], "a role as it is typed"),
        ("ReportDefinition.swift", ["rij", "rijen", "row", "rows"], "what exactly is counted, for who checks it in the database"),
    ]

    @Test("What the program says keeps to the glossary")
    func words() throws {
        func regex(_ patterns: [String]) throws -> Regex<AnyRegexOutput> { try Regex("\\b(?:\(patterns.joined(separator: "|")))\\b").ignoresCase() }
        let rules = try GlossaryTests.forbidden.map { (language: $0.language, word: try regex([$0.pattern]), instead: $0.instead) }
        // Most texts hold none: one look at each.
        let wholes = try Dictionary(grouping: GlossaryTests.forbidden, by: \.language).mapValues { try regex($0.map(\.pattern)) }
        var count = 0
        let walk = FileManager.default.enumerator(atPath: Sources.url("Sources").path)
        while let name = walk?.nextObject() as? String {
            guard name.hasSuffix(".swift") else { continue }
            let file = (name as NSString).lastPathComponent
            for (language, text) in GlossaryTests.said(in: try Sources.text("Sources/" + name)) {
                count += 1
                let prose = GlossaryTests.prose(text)
                guard let whole = wholes[language], prose.firstMatch(of: whole) != nil else { continue }
                for rule in rules where rule.language == language {
                    for match in prose.matches(of: rule.word) {
                        let word = prose[match.range].lowercased()
                        if GlossaryTests.exceptions.contains(where: { $0.file == file && $0.words.contains(word) }) { continue }
                        Issue.record("\(file): '\(word)' (say: \(rule.instead)) in: \(text)")
                    }
                }
            }
        }
        #expect(count > 4_000, "the sentences are no longer found: \(count)")
    }

    @Test("What is typed is no prose, and what is said is")
    func reading() {
        let source = """
            case .a: Phrase(nl: "Een 'kith bundle export' van %1." + " En meer.", en: "One \\"x\\".")
            abstract: both("De ruimte.", \"\"\"
                The \\
                space.

                Example: kith bundle list
                \"\"\")
            """
        let said = GlossaryTests.said(in: source)
        #expect(said.map(\.language) == ["nl", "en", "nl", "en"])
        #expect(GlossaryTests.prose(said[0].text).trimmingCharacters(in: .whitespaces) == "Een   van %1. En meer.")
        #expect(GlossaryTests.prose(said[3].text).contains("space") && !GlossaryTests.prose(said[3].text).contains("bundle"))
    }

    // MARK: Reading

    /// The literals after `nl:` and `en:`, and the two of `both`.
    private static func said(in source: String) -> [(language: String, text: String)] {
        var found: [(language: String, text: String)] = []
        for match in source.matches(of: /\b(?:nl: ?|en: ?|both\()\s*(?=")/) {
            guard let (text, end) = literal(source, from: match.range.upperBound) else { continue }
            if match.0.hasPrefix("both") {
                found.append((dutch, text))
                let rest = source[end...].drop { $0 == "," || $0.isWhitespace }
                if let (second, _) = literal(source, from: rest.startIndex) { found.append((english, second)) }
            } else {
                found.append((match.0.hasPrefix("nl") ? dutch : english, text))
            }
        }
        return found
    }

    /// A literal of one line or many, joined to those that `+` adds; and where it ends.
    private static func literal(_ source: String, from start: String.Index) -> (String, String.Index)? {
        var text = ""
        var rest = source[start...]
        while true {
            guard let piece = rest.prefixMatch(of: /"""\n((?s:.*?))"""/) ?? rest.prefixMatch(of: /"((?:[^"\\\n]|\\\(.*?\)|\\.)*)"/) else {
                return text.isEmpty ? nil : (text, rest.startIndex)
            }
            text += piece.1.replacing(/\\\n\s*/, with: "").replacing("\\n", with: "\n").replacing("\\\"", with: "\"")
            rest = rest[piece.range.upperBound...]
            guard let plus = rest.prefixMatch(of: /\s*\+\s*(?=")/) else { return (text, rest.startIndex) }
            rest = rest[plus.range.upperBound...]
        }
    }

    /// A text without what is typed or is a name: what stands in quotes, options, file names, examples to their line's end.
    private static func prose(_ text: String) -> String {
        text.replacing(/'[^'\n]*'/, with: " ").replacing(/\b(?:kith|kith-relay) [a-z][^\n]*/, with: " ").replacing(/--[a-z-]+( (?:relay|reader|member|coordinator)\b)?/, with: " ")
            .replacing(/\bkith-relay\b/, with: " ").replacing(/\S+\.kith\w*/, with: " ").replacing(/\((?:relay|reader|member)\)|\b(?:of|or) relay \(/, with: " ")
    }
}
