import Foundation
import Page
import Testing

/// The templates and the catalogue fit together.
@Suite struct CatalogueTests {
    @Test func everyTemplateIsReadAndSaysOnlyWhatThereIs() throws {
        _ = try Frame()
        let all = PageText.chapters.flatMap { $0 }
        #expect(Set(all.map(\.name)).count == all.count, "two sentences of one name")
        let known = Set(all.map(\.name))
        var said: Set<String> = []
        for (name, text) in Screens.all.flatMap({ $0.templates.map { ($0.key, $0.value) } }) + FrameTemplate.all.map({ ($0.key, $0.value) }) {
            for match in text.matches(of: /\{\{w\.(\w+)\}\}/) {
                #expect(known.contains(String(match.1)), "\(name) says \(match.1)")
                said.insert(String(match.1))
            }
            for match in text.matches(of: /\{\{>i-(\w+)\}\}/) { #expect(Icons.shapes[String(match.1)] != nil, "\(name) has the icon \(match.1)") }
            #expect(!text.contains("style="), "\(name)")
        }
        #expect(said.count > 50)
        for (name, phrase) in all {
            // The same blanks in both languages, and no blanks where a template says it.
            func blanks(_ text: String) -> Set<String> { Set(text.matches(of: /%[0-9]/).map { String($0.0) }) }
            #expect(blanks(phrase.nl) == blanks(phrase.en), "\(name)")
            if said.contains(name) { #expect(blanks(phrase.nl).isEmpty, "\(name)") }
            #expect(!phrase.nl.isEmpty && !phrase.en.isEmpty, "\(name)")
        }
        #expect(Set(Screens.all.map(\.name)).count == Screens.all.count)
    }

    @Test func theScriptIsSmallAndOurs() {
        let script = String(decoding: Assets.byPath["/kith.js"]?.bytes ?? [], as: UTF8.self)
        #expect((1...10_000).contains(script.utf8.count))
        for word in ["http:", "https:", "localStorage", "sessionStorage", "serviceWorker", "eval(", "import("] { #expect(!script.contains(word), "\(word)") }
        let style = String(decoding: Assets.byPath["/kith.css"]?.bytes ?? [], as: UTF8.self)
        #expect((1...25_600).contains(style.utf8.count))
        for word in ["@import", "url(http", "//"] { #expect(!style.replacing(/\/\*.*?\*\//.dotMatchesNewlines(), with: "").contains(word), "\(word)") }
    }

    @Test func addressesAreReadWhole() {
        #expect(Guard.parsed("127.0.0.1:80") == Guard.Address(bytes: [127, 0, 0, 1], port: 80))
        for text in ["127.0.0.1", "127.0.0.1:", "127.0.0.1:80:80", "127.0.0.01:80", "127.0.0.256:80", "127.0.0.1:65536", " 127.0.0.1:80", "127.0.0.1.a:80", "127.0.0.1:+80", "127.0.0.1:８０"] {
            #expect(Guard.parsed(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [("0612345678", "06 12 34 56 78"), ("+31 6 12345678", "06 12 34 56 78"), ("010-5550103", "010 555 01 03"), ("+32 3 123 45 67", "+32 3 123 45 67"), ("<b>", "<b>"), ("112", "112")])
    func numbersAreWrittenAsPeopleDo(_ typed: String, _ shown: String) { #expect(SpokenPhone.text(typed) == shown) }
}
