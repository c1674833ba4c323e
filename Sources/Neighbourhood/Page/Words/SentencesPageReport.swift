import Words

/// What the page says on reports.
enum ReportPageSentence: String, PageWords {
    case reportsLead, period, periodYear, periodThisYear, periodLastYear, periodQuarter, periodAll, whereArea, allAreas, forHandingOut, forHandingOutHint, showReports
    case makingReports, makingCount, noFigure, allReports, printReport, saveHTML, saveSVG, saveCSV, howCounted, showNumbers, plotOf, nothingYet, printedFrom, reportWrong

    var phrase: Phrase {
        switch self {
        case .reportsLead: Phrase(nl: "Tien verslagen over de hele lijst, geteld op deze laptop.", en: "Ten reports on all of the list, counted on this laptop.")
        case .period: Phrase(nl: "Periode", en: "Period")
        case .periodYear: Phrase(nl: "Afgelopen jaar", en: "The last year")
        case .periodThisYear: Phrase(nl: "Dit jaar", en: "This year")
        case .periodLastYear: Phrase(nl: "Vorig jaar", en: "The year before")
        case .periodQuarter: Phrase(nl: "Vorig kwartaal", en: "The last quarter")
        case .periodAll: Phrase(nl: "Alles", en: "All")
        case .whereArea: Phrase(nl: "Gebied", en: "Area")
        case .allAreas: Phrase(nl: "Alle gebieden", en: "All areas")
        case .forHandingOut: Phrase(nl: "Om uit te delen", en: "For handing out")
        case .forHandingOutHint: Phrase(nl: "aantallen onder 5 weg", en: "counts below 5 left out")
        case .showReports: Phrase(nl: "Tonen", en: "Show")
        case .makingReports: Phrase(nl: "De verslagen worden gemaakt", en: "The reports are being made")
        case .makingCount: Phrase(nl: "%1 van %2 klaar", en: "%1 of %2 done")
        case .noFigure: Phrase(nl: "nog niets te tellen", en: "nothing to count yet")
        case .allReports: Phrase(nl: "Alle verslagen", en: "All reports")
        case .printReport: Phrase(nl: "Afdrukken", en: "Print")
        case .saveHTML: Phrase(nl: "Bewaar als bladzijde", en: "Save as a page")
        case .saveSVG: Phrase(nl: "Bewaar het plaatje", en: "Save the picture")
        case .saveCSV: Phrase(nl: "Bewaar de tabel", en: "Save the table")
        case .howCounted: Phrase(nl: "Hoe precies geteld, voor wie het wil nagaan", en: "How exactly it was counted, for who wants to check")
        case .showNumbers: Phrase(nl: "Toon getallen", en: "Show numbers")
        case .plotOf: Phrase(nl: "In beeld", en: "In a picture")
        case .nothingYet: Phrase(nl: "Voor deze keuze is er nog niets geteld.", en: "For this choice nothing has been counted yet.")
        case .printedFrom: Phrase(nl: "%1 · %2 · afgedrukt op %3 vanaf %4", en: "%1 · %2 · printed on %3 from %4")
        case .reportWrong: Phrase(nl: "Een verslag lukte niet: %1", en: "A report did not work: %1")
        }
    }
}
