import Words

/// What the program says on reports, beside what stands in them (see `ReportWord`): a chapter of the catalogue (see `Sentence`).
package enum ReportSentence: String, CaseIterable, Saying {
    case listLine, listHint, written, writtenShared, noPlots

    package var phrase: Phrase {
        switch self {
        case .listLine: Phrase(nl: "  %1  %2", en: "  %1  %2")
        case .listHint: Phrase(
            nl: "Vraag er een met 'kith report NAAM'; wat er precies is geteld staat in 'kith report NAAM --help'.",
            en: "Ask for one with 'kith report NAME'; what exactly is counted stands in 'kith report NAME --help'.")
        case .written: Phrase(
            nl: "%1 is geschreven. Wie dit bestand heeft, kan het lezen; om uit te delen is er --shared.",
            en: "%1 is written. Whoever has this file can read it; for handing out there is --shared.")
        case .writtenShared: Phrase(
            nl: "%1 is geschreven, om uit te delen. Lees het zelf eerst door.", en: "%1 is written, for handing out. Read it through yourself first.")
        case .noPlots: Phrase(
            nl: "Dit verslag heeft niets om te tekenen; --html schrijft ook de tabellen.", en: "This report has nothing to draw; --html writes the tables as well.")
        }
    }
}

extension Language {
    package func say(_ sentence: ReportSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }
}
