import BundleFile
import Community
import CRDT
import Device
import Engine
import Interchange
import Store
import Testing
import Transport
import Trust
import Wire
import Words

/// What people read: both languages, with the same blanks.
struct MessageTests {
    private func check(_ phrase: Phrase, _ key: String, sourceLocation: SourceLocation = #_sourceLocation) {
        func blanks(_ text: String) -> Set<Substring> { Set(text.matches(of: /%[1-9]/).map(\.output)) }
        #expect(!phrase.nl.isEmpty && !phrase.en.isEmpty, "\(key)", sourceLocation: sourceLocation)
        #expect(blanks(phrase.nl) == blanks(phrase.en), "\(key)", sourceLocation: sourceLocation)
    }

    @Test("No sentence lacks a language or a blank")
    func catalogue() {
        for sentence in Sentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in MemberSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in ContentsSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in RelaySentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in SharedSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in WireSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in MassSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in DismissalSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in WatchSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in CareSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in ExportSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in FindingSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in ReportSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for word in ReportWord.allCases { check(word.phrase, word.rawValue) }
        for name in ReportName.allCases { for phrase in [name.title, name.summary, name.definition] { check(phrase, name.rawValue) } }
        for sentence in StepSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in HistorySentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in EntrySentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in ErasureSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for sentence in PublicSentence.allCases { check(sentence.phrase, sentence.rawValue) }
        for reason in Likeness.Reason.allCases { check(reason.phrase, reason.rawValue) }
        for code in EngineError.Code.allCases { check(code.phrase, code.rawValue) }
        for code in DeviceError.Code.allCases { check(code.phrase, code.rawValue) }
        for code in StoreError.Code.allCases { check(code.phrase, code.rawValue) }
        for code in WireError.Code.allCases { for medium in [Explanation.Medium.file, .network] { check(code.phrase(over: medium), code.rawValue) } }
        for code in TransportError.Code.allCases { check(code.phrase, code.rawValue) }
        for code in BundleFileError.Code.allCases { check(code.phrase, code.rawValue) }
    }

    @Test("Every error says what to do")
    func remedies() {
        let phrases = EngineError.Code.allCases.map(\.phrase) + DeviceError.Code.allCases.map(\.phrase) + StoreError.Code.allCases.map(\.phrase)
            + WireError.Code.allCases.map(\.phrase) + WireError.Code.allCases.map { $0.phrase(over: .network) } + TransportError.Code.allCases.map(\.phrase)
            + BundleFileError.Code.allCases.map(\.phrase)
        for phrase in phrases { #expect(phrase.en.contains(/[.;:,] ./), "\(phrase.en)") }
    }

    @Test("Over a connection nobody is sent for another copy of a file")
    func network() {
        for code in WireError.Code.allCases where code != .published && code != .unknownReceipt {
            for phrase in [code.phrase(over: .network).en, code.phrase(over: .network).nl] {
                for word in ["salvage", "bundle export", "new stick file", "nieuw stickbestand", "stickbestand opnieuw", "Copy", "Kopieer"] {
                    #expect(!phrase.contains(word), "\(code): \(phrase)")
                }
            }
        }
        for code in TransportError.Code.allCases { #expect(!code.phrase.en.contains("stick file"), "\(code)") }
        let broken = Explanation(TransportError(.closed, in: "frame"), about: "192.168.1.20:4747", over: .network, in: .en)
        #expect(broken.code == "closed" && broken.message.contains("go on with the same command"))
    }

    @Test("The language is the one told, else the system's, else English")
    func language() {
        #expect(Language(variables: ["KITH_LANG": "nl", "LANG": "en_GB.UTF-8"]) == .nl)
        #expect(Language(variables: ["LC_ALL": "", "LC_MESSAGES": "nl_NL.UTF-8", "LANG": "en_GB"]) == .nl)
        #expect(Language(variables: ["LANG": "fr_FR.UTF-8"]) == .en)
        #expect(Language(variables: [:]) == .en)
    }

    @Test("Numbers are grouped, and what fills a blank is never read as one")
    func filling() {
        #expect(Language.en.number(4812) == "4,812")
        #expect(Language.nl.number(-1_234_567) == "-1.234.567")
        #expect(Language.en.number(999) == "999")
        #expect(Language.en.say(WireSentence.placeAtByte, "100 % of %2", "7") == "100 % of %2, at byte 7")
        #expect(Language.en.count(1, .changeOne, .changeMany) == "1 change")
        #expect(Language.nl.count(1200, .changeOne, .changeMany) == "1.200 wijzigingen")
    }

    @Test("The words of a digest are 256, short, and none is another's beginning with one letter more")
    func words() {
        #expect(WordCode.words.count == 256)
        #expect(Set(WordCode.words).count == 256)
        #expect(WordCode.words.allSatisfy { $0.utf8.allSatisfy { (97...122).contains($0) } && (3...9).contains($0.count) })
        let digest = Nonce(high: 0x00FF_0102_0300_0000, low: 0)
        #expect(WordCode.of(digest) == "aap-zwaan-appel-arend-arm")
    }

    @Test("An error of every room is explained, and one that no room knows is told by its type")
    func everyErrorIsExplained() {
        let errors: [any Error] = [
            EngineError(.removed), DeviceError(.unwritable, "x"), StoreError(.notFound), WireError(.damaged, in: "frame"), TransportError(.closed, in: "frame"),
            BundleFileError(.noSpace, in: "writing"), WireError(mergedOtherwise: "contact"), ImportError.empty, EntryRefusal(.notYesOrNo, in: "contact.x", given: "y"),
        ]
        for error in errors {
            let explained = Explanation(error, about: "a.kithbundle", in: .nl)
            #expect(explained.code != "unexpected" && explained.message.count > 10, "\(error)")
        }
        struct Strange: Error {}
        #expect(Explanation(Strange(), about: "", in: .en).code == "unexpected")
    }

    @Test("A mass change is told in numbers, and errors hold no more than was typed")
    func explanations() {
        let error = Explanation(DeviceError(.fileMissing, "/media/x.csv"), about: "", in: .en)
        #expect(error.code == "file-missing" && error.message.contains("/media/x.csv"))
        let wire = Explanation(WireError(.damaged, in: "frame", at: 1234), about: "b", in: .nl)
        #expect(wire.code == "damaged" && wire.message.contains("byte 1234"))
        struct Strange: Error { let secret = "Fatima" }
        #expect(!Explanation(Strange(), about: "", in: .en).message.contains("Fatima"))
    }
}
