import Words

/// What the page says on initiatives, and on sharing them with other cities.
enum InitiativePageSentence: String, PageWords {
    case initiativesLead, initiativesNone, tabAllInitiatives, atRisk, atRiskLead, atRiskNone, riskHelps, riskPlan, riskOrganiser, riskFunded, riskNeedMet, riskSuccessorDo
    case initiativeWhat, initiativeLessons, initiativeGatherings, initiativeGatheringsNone, initiativePeople, initiativePeopleNone, initiativeChain, chainCame, chainWas, chainNow, chainNext, chainMade, notHere
    case planGathering, gatheringWhen, gatheringHint, addOrganiser, organiserName, fundedUntil, saySuccessor, successorOf, noSuccessor, successorLoops
    case gatheringPlanned, organiserAdded, fundingSet, successorSet, successorNone, needMet, sharing, publishLead, publishAs, publishWhere, publishDo, publishAnyway, publishMentions, publishMention
    case publishUnchecked, published, publishedWords, publishNothing, adoptTitle, adoptLead, adoptFrom, adoptNone, adoptDo, adoptNew, adoptKnown, adoptReturned, adoptDeleted, adopted, adoptedNothing, adoptOurs
    case publishExists, keepsOurs, newInitiative

    var phrase: Phrase {
        switch self {
        case .initiativesLead: Phrase(nl: "Wat mensen hier samen doen.", en: "What people do together here.")
        case .initiativesNone: Phrase(nl: "Er staat nog geen initiatief in de lijst.", en: "There is no initiative in the list yet.")
        case .newInitiative: Phrase(nl: "Een nieuw initiatief: hoe heet het?", en: "A new initiative: what is it called?")
        case .tabAllInitiatives: Phrase(nl: "Alle", en: "All")
        case .atRisk: Phrase(nl: "Dreigt te stoppen", en: "May not last")
        case .atRiskLead: Phrase(nl: "Waarom het misschien niet doorgaat, en wat helpt.", en: "Why it may not go on, and what helps.")
        case .atRiskNone: Phrase(nl: "Niets dreigt te stoppen, voor zover dat hier te zien is.", en: "Nothing seems about to stop, as far as can be seen here.")
        case .riskHelps: Phrase(nl: "Wat helpt", en: "What helps")
        case .riskPlan: Phrase(nl: "Bijeenkomst plannen", en: "Plan a gathering")
        case .riskOrganiser: Phrase(nl: "Organisator erbij", en: "Add an organiser")
        case .riskFunded: Phrase(nl: "Nieuwe einddatum van het geld", en: "New last day of the money")
        case .riskNeedMet: Phrase(nl: "Er is aan voldaan", en: "It is met")
        case .riskSuccessorDo: Phrase(nl: "Opvolger kiezen", en: "Choose a successor")
        case .initiativeWhat: Phrase(nl: "Waar het om gaat", en: "What it is about")
        case .initiativeLessons: Phrase(nl: "Wat er geleerd is", en: "What was learned")
        case .initiativeGatherings: Phrase(nl: "Bijeenkomsten", en: "Gatherings")
        case .initiativeGatheringsNone: Phrase(nl: "Nog geen bijeenkomsten.", en: "No gatherings yet.")
        case .initiativePeople: Phrase(nl: "Mensen", en: "People")
        case .initiativePeopleNone: Phrase(nl: "Nog niemand.", en: "Nobody yet.")
        case .initiativeChain: Phrase(nl: "Waar het vandaan komt en wat erna kwam", en: "Where it comes from and what came after")
        case .chainCame: Phrase(nl: "gemaakt naar", en: "made after the example of")
        case .chainWas: Phrase(nl: "was eerst", en: "was before")
        case .chainNow: Phrase(nl: "dit", en: "this")
        case .chainNext: Phrase(nl: "gaat verder als", en: "goes on as")
        case .chainMade: Phrase(nl: "hiernaar gemaakt", en: "made after this example")
        case .notHere: Phrase(nl: "van een andere stad, of niet meer hier", en: "of another city, or no longer here")
        case .planGathering: Phrase(nl: "Bijeenkomst plannen", en: "Plan a gathering")
        case .gatheringWhen: Phrase(nl: "Wanneer", en: "When")
        case .gatheringHint: Phrase(nl: "Bijvoorbeeld: 3-12 18:00, of vr 10:00.", en: "For instance: 3-12 18:00, or Fri 10:00.")
        case .addOrganiser: Phrase(nl: "Erbij zetten", en: "Add")
        case .organiserName: Phrase(nl: "Wie organiseert het (mee)?", en: "Who organises it (too)?")
        case .fundedUntil: Phrase(nl: "Er is geld tot en met", en: "There is money up to and including")
        case .saySuccessor: Phrase(nl: "Opvolger", en: "Successor")
        case .successorOf: Phrase(nl: "Wat kwam ervoor in de plaats?", en: "What came in its place?")
        case .noSuccessor: Phrase(nl: "Niets", en: "Nothing")
        case .successorLoops: Phrase(nl: "Dat komt zelf na dit initiatief: zo volgt het zichzelf op.", en: "That itself comes after this initiative: it would follow itself.")
        case .gatheringPlanned: Phrase(nl: "%1: de bijeenkomst staat erin.", en: "%1: the gathering is in the list.")
        case .organiserAdded: Phrase(nl: "%1 organiseert het mee.", en: "%1 organises it too.")
        case .fundingSet: Phrase(nl: "%1: de datum is bewaard.", en: "%1: the day is saved.")
        case .successorSet: Phrase(nl: "%1: de opvolger is bewaard.", en: "%1: the successor is saved.")
        case .successorNone: Phrase(nl: "%1 heeft geen opvolger.", en: "%1 has no successor.")
        case .needMet: Phrase(nl: "%1: die vraag is weg.", en: "%1: that need is gone.")
        case .sharing: Phrase(nl: "Partnersteden", en: "Partner cities")
        case .publishLead: Phrase(
            nl: "Schrijft een bestand dat iedereen kan lezen: initiatieven, plekken, bijeenkomsten en lessen. De contacten gaan niet mee; lees de teksten zelf na. Niemand kan het terugnemen.",
            en: "Writes a file that everybody can read: initiatives, places, gatherings and lessons. Contacts are not in it; read the texts yourself. Nobody can take it back.")
        case .publishAs: Phrase(nl: "Hoe heet uw stad of buurt?", en: "What is your city or neighbourhood called?")
        case .publishWhere: Phrase(nl: "Op welke stick of in welke map?", en: "On which stick, or in which folder?")
        case .publishDo: Phrase(nl: "Openbaar maken", en: "Make public")
        case .publishAnyway: Phrase(nl: "Toch openbaar maken: deze teksten noemen niemand", en: "Make public all the same: these texts name nobody")
        case .publishMentions: Phrase(nl: "Nog niet geschreven: deze teksten lijken iemand te noemen.", en: "Not written yet: these texts seem to name somebody.")
        case .publishMention: Phrase(nl: "%1, %2: %3", en: "%1, %2: %3")
        case .publishUnchecked: Phrase(nl: "Deze laptop heeft de mensen niet, en kan de teksten dus niet nalezen op namen.", en: "This laptop does not have the people, so it cannot look through the texts for names.")
        case .published: Phrase(nl: "%1 is geschreven. Iedereen kan het lezen.", en: "%1 is written. Everybody can read it.")
        case .publishedWords: Phrase(nl: "%1 is geschreven. Lees deze woorden voor aan de partner: %2", en: "%1 is written. Read these words to the partner: %2")
        case .publishNothing: Phrase(nl: "Er is niets om openbaar te maken.", en: "There is nothing to make public.")
        case .publishExists: Phrase(nl: "Er staat daar al een bestand van deze naam. Haal het weg of kies een andere map.", en: "There is a file of this name already. Take it away or choose another folder.")
        case .adoptTitle: Phrase(nl: "Overnemen van een partnerstad", en: "Take over from a partner city")
        case .adoptLead: Phrase(nl: "Vergelijk de woorden aan de telefoon. Wat hier al staat, blijft zoals het hier is.", en: "Compare the words by telephone. What is here already stays as it is here.")
        case .adoptFrom: Phrase(nl: "Van %1: %2", en: "From %1: %2")
        case .adoptNone: Phrase(nl: "Steek een stick met een openbaar bestand in de laptop.", en: "Put in a stick with a public file.")
        case .adoptDo: Phrase(nl: "Overnemen", en: "Take over")
        case .adoptNew: Phrase(nl: "nieuw hier", en: "new here")
        case .adoptKnown: Phrase(nl: "hier al overgenomen", en: "taken over here before")
        case .adoptReturned: Phrase(nl: "komt van hier; alleen wat geleerd is komt terug", en: "comes from here; only what was learned comes back")
        case .adoptDeleted: Phrase(nl: "hier overgenomen en weer verwijderd", en: "taken over here and deleted again")
        case .adopted: Phrase(nl: "%1 is overgenomen.", en: "%1 is taken over.")
        case .adoptedNothing: Phrase(nl: "%1: er was niets nieuws.", en: "%1: there was nothing new.")
        case .adoptOurs: Phrase(nl: "Dit bestand is van deze lijst zelf.", en: "This file is of this very list.")
        case .keepsOurs: Phrase(nl: "Verschilt op: %1. Hier blijft het zoals het is.", en: "Differs in: %1. Here it stays as it is.")
        }
    }
}
