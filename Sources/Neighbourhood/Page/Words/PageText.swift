import Community
import Engine
import Synchronization
import Words

/// A chapter of what the page says: `%1`, `%2` are blanks. The compiler asks for both languages.
protocol PageWords: CaseIterable, RawRepresentable, Sendable where RawValue == String {
    var phrase: Phrase { get }
}

extension ColumnWord: PageWords {}

/// All sentences of the page, as templates find them: `{{w.save}}`.
package enum PageText {
    /// Every chapter. No two have a sentence of one name.
    package static let chapters: [[(name: String, phrase: Phrase)]] = [chapter(PageSentence.self), chapter(PersonPageSentence.self), chapter(MomentPageSentence.self), chapter(HelpPageSentence.self), chapter(CarePageSentence.self)] + moreChapters
    private static let moreChapters: [[(name: String, phrase: Phrase)]] = [chapter(ExchangePageSentence.self), chapter(ChoosePageSentence.self), chapter(ColumnWord.self), chapter(ReportPageSentence.self), chapter(InitiativePageSentence.self), chapter(FaultPageSentence.self), chapter(ListPageSentence.self), chapter(EditPageSentence.self), chapter(KeepPageSentence.self), chapter(PaperPageSentence.self), chapter(MapPageSentence.self)]

    static func chapter<Words: PageWords>(_ words: Words.Type) -> [(name: String, phrase: Phrase)] { words.allCases.map { ($0.rawValue, $0.phrase) } }

    private static let dutch = all(.nl)
    private static let english = all(.en)

    static func words(_ language: Language) -> [String: String] { language == .nl ? dutch : english }

    private static func all(_ language: Language) -> [String: String] {
        Dictionary(chapters.flatMap { $0 }.map { ($0.name, language.text($0.phrase)) }) { first, _ in first }
    }
}
