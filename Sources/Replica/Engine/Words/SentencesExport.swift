import Words

/// What the program says on lists that go out: a part of the catalogue (see `Sentence`).
package enum ExportSentence: String, CaseIterable, Saying {
    case exportedOne, exportedMany, exportedReadable, leftOutOne, leftOutMany, exportWatching, exportRewritten
    case personOne, personMany, personMentions, cardOnly

    package var phrase: Phrase {
        switch self {
        case .exportedOne: Phrase(nl: "%1 is geschreven, met één regel.", en: "%1 is written, with one line.")
        case .exportedMany: Phrase(nl: "%1 is geschreven, met %2 regels.", en: "%1 is written, with %2 lines.")
        case .exportedReadable: Phrase(
            nl: "Wie dit bestand heeft, kan het lezen: het is niet versleuteld.",
            en: "Whoever has this file can read it: it is not encrypted.")
        case .leftOutOne: Phrase(
            nl: "Eén initiatief dat zich herhaalt heeft nog geen datum om mee te beginnen, en staat er niet in.",
            en: "One initiative that recurs has no date to begin at, and is not in it.")
        case .leftOutMany: Phrase(
            nl: "%1 initiatieven die zich herhalen hebben nog geen datum om mee te beginnen, en staan er niet in.",
            en: "%1 initiatives that recur have no date to begin at, and are not in it.")
        case .exportWatching: Phrase(
            nl: "Elke wijziging hier komt erin te staan. Stop met Ctrl-C.", en: "Every change here is put into it. Stop with Ctrl-C.")
        case .exportRewritten: Phrase(nl: "%1: bijgewerkt, %2 regels.", en: "%1: brought up to date, %2 lines.")
        case .personOne: Phrase(
            nl: "%1 is geschreven: op één plaats in de lijst staat deze persoon.",
            en: "%1 is written: this person stands in one place of the list.")
        case .personMany: Phrase(
            nl: "%1 is geschreven: op %2 plaatsen in de lijst staat deze persoon.",
            en: "%1 is written: this person stands in %2 places of the list.")
        case .personMentions: Phrase(
            nl: "Teksten elders die de persoon lijken te noemen staan er als verwijzing in ('mentions'); bekijk ze zelf. Wat in de laatste "
                + "30 dagen is vervangen staat nog op deze laptop, en niet in dit bestand.",
            en: "Texts elsewhere that seem to name the person are in it as references ('mentions'); look at them yourself. What was replaced in "
                + "the last 30 days is still on this laptop, and not in this file.")
        case .cardOnly: Phrase(
            nl: "Een adreskaartje zegt minder dan alles: 'kith export person' naar een .json-bestand geeft alles.",
            en: "A card says less than everything: 'kith export person' to a .json file gives all of it.")
        }
    }
}

extension Language {
    package func say(_ sentence: ExportSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }
}
