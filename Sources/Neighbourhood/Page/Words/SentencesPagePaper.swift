import Words

/// What the page says on sheets of paper: whom to call, and labels.
enum PaperPageSentence: String, PageWords {
    case callListTitle, callListOf, callListOne, callListMany, callListNone, shred, everybody, quietFor, whom, showThese, calledBox, lastSpoken, remark
    case fillTitle, fillLead, filledIn, nobodyTicked, calledWhen, calledNow
    case labelsTitle, labelsOne, labelsMany, labelsLeftOne, labelsLeftMany, labelsNone, labelsFirst, labelsFirstHint, labelsFirstWrong, labelsWhat, labelsChooseArea, paperWhat

    var phrase: Phrase {
        switch self {
        case .callListTitle: Phrase(nl: "Bellijst", en: "Call list")
        case .callListOf: Phrase(nl: "Bellijst %1", en: "Call list %1")
        case .callListOne: Phrase(nl: "Eén mens. Na het bellen vult u het blad in, met alleen het toetsenbord.", en: "One person. After calling you fill the sheet in, by keyboard alone.")
        case .callListMany: Phrase(
            nl: "%1 mensen, langst niet gesproken eerst. Na het bellen vult u het blad in, van boven naar beneden, met alleen het toetsenbord.",
            en: "%1 people, longest not spoken first. After calling you fill the sheet in from top to bottom, by keyboard alone.")
        case .callListNone: Phrase(nl: "Niemand om te bellen: kies een ander gebied of een kortere tijd.", en: "Nobody to call: choose another area or a shorter time.")
        case .shred: Phrase(nl: "Vertrouwelijk: na gebruik versnipperen.", en: "Confidential: shred after use.")
        case .everybody: Phrase(nl: "Iedereen", en: "Everybody")
        case .quietFor: Phrase(nl: "Wie %1 dagen niet gesproken is", en: "Who was not spoken with for %1 days")
        case .whom: Phrase(nl: "Wie", en: "Who")
        case .showThese: Phrase(nl: "Toon deze", en: "Show these")
        case .calledBox: Phrase(nl: "Gebeld", en: "Called")
        case .lastSpoken: Phrase(nl: "Laatst", en: "Last")
        case .remark: Phrase(nl: "Aantekening", en: "Remark")
        case .fillTitle: Phrase(nl: "Blad invullen", en: "Fill the sheet in")
        case .fillLead: Phrase(nl: "In de volgorde van het blad. Wat u leeg laat, wordt niet genoteerd.", en: "In the order of the sheet. What you leave empty is not noted.")
        case .filledIn: Phrase(nl: "Genoteerd: %1.", en: "Noted: %1.")
        case .nobodyTicked: Phrase(nl: "Zet bij wie u sprak een vinkje of een aantekening.", en: "Tick whom you spoke with, or write a remark.")
        case .calledWhen: Phrase(nl: "Wanneer, met de tijd", en: "When, with the time")
        case .calledNow: Phrase(nl: "nu", en: "now")
        case .labelsTitle: Phrase(nl: "Etiketten", en: "Labels")
        case .labelsOne: Phrase(nl: "1 etiket, drie naast elkaar en acht onder elkaar op A4.", en: "1 label, three across and eight down on A4.")
        case .labelsMany: Phrase(nl: "%1 etiketten, drie naast elkaar en acht onder elkaar op A4.", en: "%1 labels, three across and eight down on A4.")
        case .labelsLeftOne: Phrase(nl: "1 mens wil geen contact en krijgt er geen.", en: "1 person wants no contact and gets none.")
        case .labelsLeftMany: Phrase(nl: "%1 mensen willen geen contact en krijgen er geen.", en: "%1 people want no contact and get none.")
        case .labelsNone: Phrase(nl: "Niemand met een adres, in dit gebied.", en: "Nobody with an address, in this area.")
        case .labelsFirst: Phrase(nl: "Eerste vrije etiket", en: "First free label")
        case .labelsFirstHint: Phrase(
            nl: "Op een vel waar al etiketten af zijn. Druk af op ware grootte, zonder kop- en voettekst.",
            en: "On a sheet from which labels were taken. Print at actual size, without header and footer.")
        case .labelsFirstWrong: Phrase(nl: "Een getal van 1 tot en met %1.", en: "A number from 1 to %1.")
        case .labelsChooseArea: Phrase(nl: "Kies eerst een gebied: van iedereen zijn het er te veel.", en: "Choose an area first: of everybody there are too many.")
        case .labelsWhat: Phrase(nl: "adressen om af te drukken, 70 bij 37 mm", en: "addresses to print, 70 by 37 mm")
        case .paperWhat: Phrase(nl: "om af te drukken, mee te bellen en weer in te vullen", en: "to print, to call by and to fill in again")
        }
    }
}
