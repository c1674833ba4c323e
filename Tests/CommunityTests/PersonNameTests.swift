import Interchange
import Testing

@Suite("Names") struct PersonNameTests {
    @Test(arguments: [
        ("Fatima el Amrani", "Fatima|el|Amrani"),
        ("Piet de Jong", "Piet|de|Jong"),
        ("Piet De Jong", "Piet|De|Jong"),
        ("De Jong, Piet", "Piet|de|Jong"),
        ("Jong, Piet de", "Piet|de|Jong"),
        ("Jong, de, Piet", "Piet|de|Jong"),
        ("Berg, van den", "|van den|Berg"),
        ("van Dijk", "|van|Dijk"),
        ("Jan Willem van der Berg", "Jan Willem|van der|Berg"),
        ("Hans in 't Veen", "Hans|in 't|Veen"),
        ("Carla van ’t Veld", "Carla|van ’t|Veld"),
        ("Wim Op de Beek", "Wim|Op de|Beek"),
        ("Wim Op", "Wim||Op"),
        ("Ben Visser", "Ben||Visser"),
        ("Ben de Wit", "Ben|de|Wit"),
        ("Ali Ben Salah", "Ali|Ben|Salah"),
        ("Achmed bin Rashid", "Achmed|bin|Rashid"),
        ("Nuno da Silva", "Nuno|da|Silva"),
        ("Chloë", "Chloë||"),
        ("Jan Bos", "Jan||Bos"),
        ("Thi Lan Nguyen", "Thi Lan||Nguyen"),
        ("Sjoukje Hoekstra-de Boer", "Sjoukje||Hoekstra-de Boer"),
        ("Els Jansen-van der Veen", "Els||Jansen-van der Veen"),
        ("Abdel-el Kader", "Abdel-el||Kader"),
        ("Kuipers - Mulder,  Greet", "Greet||Kuipers - Mulder"),
        ("  Ellen \u{A0} Vermeer ", "Ellen||Vermeer"),
        ("Jan de", "Jan||de"),
        ("Jan Jansen jr.", "Jan||Jansen jr."),
        ("Jansen, Jan, jr.", "Jan||Jansen jr."),
        ("Jan van den Berg Sr", "Jan|van den|Berg Sr"),
        ("Jan Jansen, senior", "Jan||Jansen senior"),
        ("Jan Junior", "Jan||Junior"),
        (",", "||"),
        ("", "||"),
    ])
    func wholeNames(text: String, parts: String) {
        let name = PersonName(splitting: text)
        #expect("\(name.given)|\(name.infix)|\(name.family)" == parts)
    }

    @Test(arguments: [
        ("van den Berg", "van den|Berg"), ("Berg, van den", "van den|Berg"), ("De Jong", "de|Jong"), ("Jong", "|Jong"),
        ("'t Hart", "'t|Hart"), ("Ter", "|Ter"), ("op den Kamp", "op den|Kamp"), ("Smit, Jansen", "|Smit, Jansen"),
    ])
    func familyNames(text: String, parts: String) {
        let name = PersonName(splittingFamily: text)
        #expect("\(name.infix)|\(name.family)" == parts)
    }
}

@Suite("Folding") struct FoldingTests {
    @Test(arguments: [
        ("Zoë  MÜLLER", "zoe muller"), ("Zoe\u{308}", "zoe"), ("Çelik Yılmaz İZMİR", "celik yilmaz izmir"),
        ("Bjørn Łukasz Weiß", "bjorn lukasz weiss"), (" a\u{A0}\tb\n", "a b"), ("’t Hart", "'t hart"), ("ＡＢ①", "ab1"),
        ("", ""), ("Ж Й", "ж и"), ("IJsbrand Ĳ", "ijsbrand ij"),
    ])
    func text(_ text: String, _ fold: String) {
        #expect(folded(text) == fold)
        #expect(folded(fold) == fold, "folding twice changes nothing")
    }

    @Test(arguments: [
        "06-00000001", "06 00 00 00 01", "0600000001", "+31600000001", "+31 (0)6 00000001", "+31 06 00000001",
        "0031 6 0000 0001", "31600000001", "600000001", "(06) 0000.0001",
    ])
    func onePhoneInManyForms(_ text: String) { #expect(foldedPhone(text) == "+31600000001") }

    @Test(arguments: [
        ("010 - 555 01 01", "+31105550101"), ("+48 000 000 012", "+48000000012"), ("00380000000113", "+380000000113"),
        ("112", "112"), ("geen", "geen"), ("010-5550101 tst 12", "+31105550101"), ("3,16E+10", "3,16e+10"), ("", ""),
        ("+1", "1"), ("5550101", "5550101"),
    ])
    func otherPhones(_ text: String, _ fold: String) { #expect(foldedPhone(text) == fold) }

    @Test func emails() {
        #expect(foldedEmail(" Mailto:Jan@Example.ORG ") == "jan@example.org")
    }
}
