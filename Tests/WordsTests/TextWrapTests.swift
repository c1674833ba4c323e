import Testing
import Words

@Suite struct TextWrapTests {
    /// Every width, every text: no word is cut, none is lost or joined to another, and a line is too long only where one word is.
    @Test(arguments: [
        "Wie dit weet, geeft Laptop Piet niets nieuws meer. Wissel nu uit met iedereen die meedoet.",
        "  given_name     Wilhelmina-Alexandra van den Berg-Oudekerk uit de Lindelaan   door Laptop Fatima, gisteren, 18:00",
        "Een bestand: /media/stick/een-heel-lange-naam-zonder-spaties-die-niemand-mag-knippen.kithbundle is gelezen.\n\n  - een\n  - en een tweede regel die lang genoeg is om te breken",
        "日本語のテキスト は 幅が 二倍です から 注意が 必要です。 ありがとう ございました 皆さん",
        "e\u{301}e\u{301}n woord met losse accenten en 👩‍👩‍👧 een gezin en nog wat meer tekst eromheen",
    ], [20, 21, 32, 40, 80, 119])
    func breaksBetweenWords(_ text: String, _ width: Int) {
        let wrapped = TextWrap.wrapped(text, width: width)
        func words(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "\n" } }
        #expect(words(wrapped) == words(text))
        for line in wrapped.split(separator: "\n") where TextWrap.columnCount(line) > width {
            // Only the indent and one word.
            #expect(words(String(line)).count == 1, "\(line)")
        }
    }

    @Test func whatFitsIsLeft() {
        let text = "  a  b   c\n\n x"
        #expect(TextWrap.wrapped(text, width: 20) == text)
        #expect(TextWrap.wrapped(String(repeating: "woord ", count: 30), width: 10) == String(repeating: "woord ", count: 30))
    }

    @Test func setsInUnderTheSecondColumn() {
        #expect(TextWrap.wrapped("  note  one two three four five", width: 20) == "  note  one two\n        three four\n        five")
        #expect(TextWrap.wrapped("  one two three four five six", width: 20) == "  one two three four\n    five six")
        #expect(TextWrap.wrapped("one two three four five six", width: 20) == "one two three four\nfive six")
    }
}
