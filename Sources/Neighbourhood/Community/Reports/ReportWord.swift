import Words

/// The words in reports: titles of tables, columns and plots, and remarks.
package enum ReportWord: String, CaseIterable, Sendable {
    // Tables and plots.
    case channelTotals, channelMonths, channelPlotCount, channelPlotMinutes
    case reachPeriod, reachMonths, reachPlot, notReached, notReachedPlot
    case encounterMoments, encounterMomentsPlot, encounterGatherings, encounterGatheringsPlot
    case demandCategories, demandPlot, demandAreas
    case riskReasons, riskPlot, riskInitiatives
    case coverageTable, coverageGaps
    case bridgingMonths, bridgingPlot, bridgingAreas, bridgingAreaMonths
    case startMonths, startPlot, pollAnswers, pollPlot, pollOpen, pollTexts, retentionTerms
    // Columns.
    case channel, mode, month, moments, share, minutes, minuteShare, online, offline, unknown, total
    case reached, first, again, moreThanOnce, days, persons, personShare, never, active
    case onlineMoments, offlineMoments, unknownMoments, onlineShare, gatherings, onlineGatherings, offlineGatherings, unknownGatherings, visitors
    case category, area, requests, requestsOpen, requestsMatched, requestsFulfilled, requestsWithdrawn
    case offers, offersOpen, offersMatched, offersFulfilled, offersWithdrawn, ratio
    case reason, initiatives, initiative, nextGathering, organisers, fundingEnds, openNeeds, endedOn
    case initiativesRunning, emptyCells, condition
    case bridging, bridgingShare, initiativesBegun, volunteersNew
    case survey, question, answer, votes, text, openAnswers, purpose, table, term, pastTerm, longestPast
    // Cells.
    case none, one, fewOrganisers, noneYet, otherArea, noArea
    // Remarks; %1 is the count.
    case momentsWithoutDuration, momentsWithoutDay, momentsAfterToday, gatheringsWithoutDay, helpWithoutDay, initiativesWithoutDay
    // Frames.
    case frameToday, framePeriod, frameFrom, frameUntil, frameAlways, frameArea, frameShared, frameDefinition, legendBelow, legendWithheld
    case plotShares, plotStacked, plotGrouped, plotBars, plotBeside, plotLast, nothing, contents, madeBy

    package var phrase: Phrase {
        switch self {
        case .channelTotals: Phrase(nl: "Aandeel per kanaal", en: "Share by channel")
        case .channelMonths: Phrase(nl: "Aandeel per kanaal en maand", en: "Share by channel and month")
        case .channelPlotCount: Phrase(nl: "Contactmomenten per maand, naar kanaal", en: "Contact moments by month and channel")
        case .channelPlotMinutes: Phrase(nl: "Contacttijd per maand, naar kanaal", en: "Contact time by month and channel")
        case .reachPeriod: Phrase(nl: "Bereikt in de periode", en: "Reached in the period")
        case .reachMonths: Phrase(nl: "Bereikt per maand", en: "Reached by month")
        case .reachPlot: Phrase(nl: "Bereikte mensen per maand", en: "People reached by month")
        case .notReached: Phrase(nl: "Niet bereikt", en: "Not reached")
        case .notReachedPlot: Phrase(nl: "Mensen die niet zijn bereikt", en: "People not reached")
        case .encounterMoments: Phrase(nl: "Contactmomenten", en: "Contact moments")
        case .encounterMomentsPlot: Phrase(nl: "Contactmomenten per maand, online en niet online", en: "Contact moments by month, online and offline")
        case .encounterGatherings: Phrase(nl: "Bijeenkomsten", en: "Gatherings")
        case .encounterGatheringsPlot: Phrase(nl: "Bijeenkomsten per maand, online en niet online", en: "Gatherings by month, online and offline")
        case .demandCategories: Phrase(nl: "Hulp naar soort", en: "Help by category")
        case .demandPlot: Phrase(nl: "Hulpvragen en aanbod naar soort", en: "Help requests and offers by category")
        case .demandAreas: Phrase(nl: "Hulp naar soort en gebied", en: "Help by category and area")
        case .riskReasons: Phrase(nl: "Redenen", en: "Reasons")
        case .riskPlot: Phrase(nl: "Initiatieven die dreigen te stoppen, naar reden", en: "Initiatives that may not last, by reason")
        case .riskInitiatives: Phrase(nl: "Initiatieven", en: "Initiatives")
        case .coverageTable: Phrase(nl: "Initiatieven per voorwaarde en gebied", en: "Initiatives by condition and area")
        case .coverageGaps: Phrase(nl: "Wat leeg is", en: "What is empty")
        case .bridgingMonths: Phrase(nl: "Per maand", en: "By month")
        case .bridgingPlot: Phrase(nl: "Bijeenkomsten per maand, en welke groepen samenbrengen", en: "Gatherings by month, and which bring groups together")
        case .bridgingAreas: Phrase(nl: "Per gebied", en: "By area")
        case .bridgingAreaMonths: Phrase(nl: "Per gebied en maand", en: "By area and month")
        case .startMonths: Phrase(nl: "Nieuw per maand", en: "New by month")
        case .startPlot: Phrase(nl: "Nieuwe initiatieven en vrijwilligers per maand", en: "New initiatives and volunteers by month")
        case .pollAnswers: Phrase(nl: "Antwoorden", en: "Answers")
        case .pollPlot: Phrase(nl: "Stemmen", en: "Votes")
        case .pollOpen: Phrase(nl: "Open antwoorden", en: "Open answers")
        case .pollTexts: Phrase(nl: "Open antwoorden, woordelijk", en: "Open answers, word for word")
        case .retentionTerms: Phrase(nl: "Over de bewaartermijn", en: "Past the term")

        case .channel: Phrase(nl: "Kanaal", en: "Channel")
        case .mode: Phrase(nl: "Online?", en: "Online?")
        case .month: Phrase(nl: "Maand", en: "Month")
        case .moments: Phrase(nl: "Momenten", en: "Moments")
        case .share: Phrase(nl: "Aandeel", en: "Share")
        case .minutes: Phrase(nl: "Minuten", en: "Minutes")
        case .minuteShare: Phrase(nl: "Aandeel in minuten", en: "Share of minutes")
        case .online: Phrase(nl: "Online", en: "Online")
        case .offline: Phrase(nl: "Niet online", en: "Offline")
        case .unknown: Phrase(nl: "Onbekend", en: "Unknown")
        case .total: Phrase(nl: "Totaal", en: "Total")
        case .reached: Phrase(nl: "Bereikt", en: "Reached")
        case .first: Phrase(nl: "Voor het eerst", en: "For the first time")
        case .again: Phrase(nl: "Opnieuw", en: "Again")
        case .moreThanOnce: Phrase(nl: "Meer dan eens", en: "More than once")
        case .days: Phrase(nl: "Niet bereikt sinds", en: "Not reached for")
        case .persons: Phrase(nl: "Mensen", en: "People")
        case .personShare: Phrase(nl: "Van alle actieve", en: "Of all active")
        case .never: Phrase(nl: "Waarvan nog nooit", en: "Of them never yet")
        case .active: Phrase(nl: "Actieve mensen", en: "Active people")
        case .onlineMoments: Phrase(nl: "Online", en: "Online")
        case .offlineMoments: Phrase(nl: "Niet online", en: "Offline")
        case .unknownMoments: Phrase(nl: "Onbekend", en: "Unknown")
        case .onlineShare: Phrase(nl: "Aandeel online", en: "Share online")
        case .gatherings: Phrase(nl: "Bijeenkomsten", en: "Gatherings")
        case .onlineGatherings: Phrase(nl: "Online", en: "Online")
        case .offlineGatherings: Phrase(nl: "Niet online", en: "Offline")
        case .unknownGatherings: Phrase(nl: "Onbekend", en: "Unknown")
        case .visitors: Phrase(nl: "Bezoekers", en: "Visitors")
        case .category: Phrase(nl: "Soort", en: "Category")
        case .area: Phrase(nl: "Gebied", en: "Area")
        case .requests: Phrase(nl: "Vragen", en: "Requests")
        case .requestsOpen: Phrase(nl: "Vraag open", en: "Requests open")
        case .requestsMatched: Phrase(nl: "Vraag gekoppeld", en: "Requests matched")
        case .requestsFulfilled: Phrase(nl: "Vraag gedaan", en: "Requests done")
        case .requestsWithdrawn: Phrase(nl: "Vraag ingetrokken", en: "Requests withdrawn")
        case .offers: Phrase(nl: "Aanbod", en: "Offers")
        case .offersOpen: Phrase(nl: "Aanbod open", en: "Offers open")
        case .offersMatched: Phrase(nl: "Aanbod gekoppeld", en: "Offers matched")
        case .offersFulfilled: Phrase(nl: "Aanbod gedaan", en: "Offers done")
        case .offersWithdrawn: Phrase(nl: "Aanbod ingetrokken", en: "Offers withdrawn")
        case .ratio: Phrase(nl: "Aanbod per vraag", en: "Offers per request")
        case .reason: Phrase(nl: "Reden", en: "Reason")
        case .initiatives: Phrase(nl: "Initiatieven", en: "Initiatives")
        case .initiative: Phrase(nl: "Initiatief", en: "Initiative")
        case .nextGathering: Phrase(nl: "Geen volgende; laatste was", en: "No next; the last was")
        case .organisers: Phrase(nl: "Organisatoren", en: "Organisers")
        case .fundingEnds: Phrase(nl: "Geld tot en met", en: "Money up to and including")
        case .openNeeds: Phrase(nl: "Vraagt om", en: "Asks for")
        case .endedOn: Phrase(nl: "Gestopt, geen opvolger", en: "Ended, no successor")
        case .initiativesRunning: Phrase(nl: "Lopende initiatieven", en: "Initiatives running")
        case .emptyCells: Phrase(nl: "Leeg", en: "Empty")
        case .condition: Phrase(nl: "Voorwaarde", en: "Condition")
        case .bridging: Phrase(nl: "Brengt samen", en: "Bring together")
        case .bridgingShare: Phrase(nl: "Aandeel dat samenbrengt", en: "Share that bring together")
        case .initiativesBegun: Phrase(nl: "Begonnen initiatieven", en: "Initiatives begun")
        case .volunteersNew: Phrase(nl: "Nieuwe vrijwilligers", en: "New volunteers")
        case .survey: Phrase(nl: "Vragenlijst", en: "Survey")
        case .question: Phrase(nl: "Vraag", en: "Question")
        case .answer: Phrase(nl: "Antwoord", en: "Answer")
        case .votes: Phrase(nl: "Stemmen", en: "Votes")
        case .text: Phrase(nl: "Tekst", en: "Text")
        case .openAnswers: Phrase(nl: "Open antwoorden", en: "Open answers")
        case .purpose: Phrase(nl: "Doel", en: "Purpose")
        case .table: Phrase(nl: "Wat", en: "What")
        case .term: Phrase(nl: "Termijn (maanden)", en: "Term (months)")
        case .pastTerm: Phrase(nl: "Over de bewaartermijn", en: "Past the term")
        case .longestPast: Phrase(nl: "Langst sinds", en: "Longest since")

        case .none: Phrase(nl: "geen", en: "none")
        case .one: Phrase(nl: "maar één", en: "one only")
        case .fewOrganisers: Phrase(nl: "te weinig", en: "too few")
        case .noneYet: Phrase(nl: "nog geen", en: "none yet")
        case .otherArea: Phrase(nl: "Ander gebied", en: "Other area")
        case .noArea: Phrase(nl: "Zonder gebied", en: "No area")

        case .momentsWithoutDuration: Phrase(nl: "Momenten zonder duur, en dus zonder minuten: %1.", en: "Moments without a duration, and so without minutes: %1.")
        case .momentsWithoutDay: Phrase(nl: "Niet geteld, want zonder leesbare dag: %1 van de momenten.", en: "Not counted, as without a readable day: %1 of the moments.")
        case .momentsAfterToday: Phrase(nl: "Niet geteld, want na vandaag: %1 van de momenten.", en: "Not counted, as after today: %1 of the moments.")
        case .gatheringsWithoutDay: Phrase(nl: "Niet geteld, want zonder leesbare dag: %1 van de bijeenkomsten.", en: "Not counted, as without a readable day: %1 of the gatherings.")
        case .helpWithoutDay: Phrase(nl: "Niet geteld, want zonder leesbare dag: %1 keer hulp.", en: "Not counted, as without a readable day: %1 times help.")
        case .initiativesWithoutDay: Phrase(nl: "Niet geteld, want zonder begindag: %1 van de initiatieven.", en: "Not counted, as without a first day: %1 of the initiatives.")

        case .frameToday: Phrase(nl: "stand van %1", en: "as of %1")
        case .framePeriod: Phrase(nl: "%1 tot en met %2", en: "%1 up to and including %2")
        case .frameFrom: Phrase(nl: "vanaf %1", en: "from %1")
        case .frameUntil: Phrase(nl: "tot en met %1", en: "up to and including %1")
        case .frameAlways: Phrase(nl: "de hele lijst, van elke dag", en: "all of the list, of every day")
        case .frameArea: Phrase(nl: "gebied %1", en: "area %1")
        case .frameShared: Phrase(nl: "om uit te delen", en: "for handing out")
        case .frameDefinition: Phrase(nl: "Wat er precies is geteld", en: "What exactly was counted")
        case .legendBelow: Phrase(nl: "<5: minder dan 5.", en: "<5: fewer than 5.")
        case .legendWithheld: Phrase(
            nl: "*: achtergehouden, omdat er anders een kleiner getal uit volgt.", en: "*: withheld, since a smaller number would follow from it.")
        case .plotShares: Phrase(
            nl: "Kolommen van 100 procent, één per maand, verdeeld naar: %1.", en: "Columns of 100 percent, one for each month, divided by: %1.")
        case .plotStacked: Phrase(nl: "Gestapelde kolommen van: %1.", en: "Stacked columns of: %1.")
        case .plotGrouped: Phrase(nl: "Kolommen naast elkaar van: %1.", en: "Columns side by side of: %1.")
        case .plotBars: Phrase(nl: "Liggende balken van: %1.", en: "Bars of: %1.")
        case .plotBeside: Phrase(nl: "Van %1 tot %2. De getallen staan in de tabel ernaast.", en: "From %1 to %2. The figures are in the table beside it.")
        case .plotLast: Phrase(nl: "De laatste %1.", en: "The last %1.")
        case .nothing: Phrase(nl: "Niets te tellen.", en: "Nothing to count.")
        case .contents: Phrase(nl: "Inhoud", en: "Contents")
        case .madeBy: Phrase(nl: "Gemaakt met Kith.", en: "Made with Kith.")
        }
    }
}
