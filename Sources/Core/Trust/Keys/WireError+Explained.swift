import Wire
import Words

extension WireError.Code {
    /// `%1`: where.
    package func phrase(over medium: Explanation.Medium) -> Phrase {
        switch medium {
        case .file: phrase
        case .network: networkPhrase ?? phrase
        }
    }

    /// Where what helps with a file, such as another copy, helps nobody on a connection.
    private var networkPhrase: Phrase? {
        switch self {
        case .notKith: Phrase(
            nl: "Kith begrijpt het antwoord van daar niet (%1). Controleer het adres en de poort.",
            en: "Kith does not understand the answer from there (%1). Check the address and the port.")
        case .truncated, .damaged, .trailing: Phrase(
            nl: "Onderweg raakte iets beschadigd (%1); daarvan is niets overgenomen. Ga verder met dezelfde opdracht.",
            en: "Something was damaged on its way (%1); nothing of it was taken in. Go on with the same command.")
        case .malformed, .tooLarge: Phrase(
            nl: "Wat de andere kant stuurde, klopt niet (%1); daarvan is niets overgenomen. Probeer het opnieuw; blijft het, werk dan Kith aan beide kanten bij.",
            en: "What the other side sent is not right (%1); nothing of it was taken in. Try again; if it stays, update Kith on both sides.")
        case .otherSpace: Phrase(
            nl: "Daar antwoordt een laptop van een andere buurtlijst. Controleer het adres, of kies die lijst met --replica.",
            en: "A laptop of another community list answers there. Check the address, or choose that list with --replica.")
        case .unknownReceipt: Phrase(
            nl: "De andere kant bouwt voort op iets wat hier niet bekend is (%1). Probeer het opnieuw; blijft het, vraag dan om een stickbestand met alles ('kith bundle export --all').",
            en: "The other side builds on something unknown here (%1). Try again; if it stays, ask for a stick file with everything ('kith bundle export --all').")
        case .noKey: Phrase(
            nl: "Deze laptop heeft hier nog geen sleutel voor (%1). Wissel uit met de laptop van een coördinator, of vraag een coördinator om toelating.",
            en: "This laptop has no key for this yet (%1). Exchange with a coordinator's laptop, or ask a coordinator for admission.")
        case .badSignature: Phrase(
            nl: "Wat de andere kant stuurde, is veranderd of nagemaakt (%1). Er is niets van overgenomen; vraag wiens laptop het is.",
            en: "What the other side sent was changed or forged (%1). Nothing of it was taken in; ask whose laptop it is.")
        case .newerFormat, .forked, .unexpected, .unknownPacker, .notPermitted, .full, .published, .refused: nil
        }
    }

    package var phrase: Phrase {
        switch self {
        case .notKith: Phrase(
            nl: "Dit is geen bestand van Kith (%1). Controleer welk bestand u noemde.",
            en: "This is not a file of Kith (%1). Check which file you named.")
        case .newerFormat: Phrase(
            nl: "Dit is gemaakt door een nieuwere Kith (%1). Werk Kith op deze laptop bij.",
            en: "This was made by a newer Kith (%1). Update Kith on this laptop.")
        case .truncated: Phrase(
            nl: "Het einde ontbreekt (%1). Kopieer of maak het stickbestand opnieuw; '--salvage' neemt wat heel is.",
            en: "The end is missing (%1). Copy or make the stick file again; '--salvage' takes what is intact.")
        case .damaged: Phrase(
            nl: "Een deel is beschadigd (%1). Kopieer of maak het stickbestand opnieuw; '--salvage' neemt wat heel is.",
            en: "A part is damaged (%1). Copy or make the stick file again; '--salvage' takes what is intact.")
        case .malformed: Phrase(
            nl: "De inhoud klopt niet met zichzelf (%1). Vraag de maker om een nieuw stickbestand.",
            en: "The content contradicts itself (%1). Ask its maker for a new stick file.")
        case .tooLarge: Phrase(
            nl: "Er wordt meer aangekondigd dan Kith toelaat (%1). Vraag de maker om een nieuw stickbestand.",
            en: "More is announced than Kith allows (%1). Ask its maker for a new stick file.")
        case .trailing: Phrase(
            nl: "Er staat nog iets achter het einde (%1). Kopieer of maak het stickbestand opnieuw; '--salvage' neemt wat heel is.",
            en: "Something follows the end (%1). Copy or make the stick file again; '--salvage' takes what is intact.")
        case .otherSpace: Phrase(
            nl: "Dit is van een andere buurtlijst. Kies die lijst met --replica, of doe mee met 'kith join'.",
            en: "This belongs to another community list. Choose that list with --replica, or join it with 'kith join'.")
        case .unknownReceipt: Phrase(
            nl: "Dit bouwt voort op iets wat hier niet bekend is (%1). Vraag om een stickbestand met alles ('kith bundle export --all').",
            en: "This builds on something unknown here (%1). Ask for a stick file with everything ('kith bundle export --all').")
        case .forked: Phrase(
            nl: "Kopieën van een lijst konden niet uit elkaar worden gehouden (%1). Er is niets verloren; probeer het opnieuw en werk zo nodig Kith bij.",
            en: "Copies of a list could not be told apart (%1). Nothing is lost; try again, and update Kith if it stays.")
        case .unexpected: Phrase(
            nl: "Het gesprek of bestand volgt niet de regels (%1). Probeer het opnieuw; werk zo nodig Kith bij.",
            en: "The conversation or file does not follow the rules (%1). Try again; update Kith if it stays.")
        case .noKey: Phrase(
            nl: "Deze laptop heeft hier geen sleutel voor (%1). Vraag om een stickbestand voor deze laptop ('kith bundle export --for LAPTOP'), wissel uit over het netwerk, of vraag een coördinator om toelating.",
            en: "This laptop has no key for this (%1). Ask for a stick file made for this laptop ('kith bundle export --for LAPTOP'), exchange over the network, or ask a coordinator for admission.")
        case .unknownPacker: Phrase(
            nl: "Dit komt van een laptop die niet in de ledenlijst staat (%1). Vraag een coördinator wie het is.",
            en: "This comes from a laptop that is not in the member list (%1). Ask a coordinator whose it is.")
        case .badSignature: Phrase(
            nl: "Veranderd of nagemaakt (%1): gebruik het niet. Bel wie het u gaf.",
            en: "Changed or forged (%1): do not use it. Call who gave it to you.")
        case .notPermitted: Phrase(
            nl: "Een laptop mag dit niet (%1): haar rol laat het niet toe, of zij heeft geen toegang meer. 'kith device list' noemt haar rol; een coördinator kan die veranderen.",
            en: "A laptop may not do this (%1): its role does not allow it, or it has no access any more. 'kith device list' says its role; a coordinator can change it.")
        case .full: Phrase(
            nl: "De doorgeefserver heeft geen plaats meer (%1). Er is niets verloren: wat van u is blijft hier en gaat de volgende keer mee. Vraag de beheerder om meer plaats.",
            en: "The relay has no room left (%1). Nothing is lost: what is yours stays here and goes next time. Ask the operator for room.")
        case .published: Phrase(
            nl: "Dit is een openbaar bestand van een andere stad, geen stickbestand van deze buurtlijst (%1). Kijk erin en neem over met 'kith adopt BESTAND'.",
            en: "This is another city's public file, not a stick file of this community list (%1). Look into it and take over with 'kith adopt FILE'.")
        case .refused: Phrase(
            nl: "De andere kant brak af: %1. Kijk op die laptop wat er is, en probeer het opnieuw.",
            en: "The other side broke off: %1. See what is the matter on that laptop, and try again.")
        }
    }
}

extension WireError: Explained {
    package var errorCode: String { code.rawValue }
    package var phrase: Phrase { code.phrase }
    package var subject: String { place }

    package func sentence(about work: String, over medium: Explanation.Medium, in language: Language) -> String {
        if let merged { return language.say(WireSentence.mergedOtherwise, merged) }
        if let packer { return language.say(WireSentence.strangers, packer.spoken, language.number(Limits.strangerCount)) }
        let shown = offset.map { language.say(WireSentence.placeAtByte, place, String($0)) } ?? place
        return language.fill(language.text(code.phrase(over: medium)), [shown])
    }
}

/// What is said of bytes from outside beside their codes (see `Saying`).
package enum WireSentence: String, CaseIterable, Saying {
    case placeAtByte, mergedOtherwise, strangers

    package var phrase: Phrase {
        switch self {
        case .placeAtByte: Phrase(nl: "%1, bij byte %2", en: "%1, at byte %2")
        case .mergedOtherwise: Phrase(
            nl: "Een andere versie van Kith verwerkt %1 anders dan deze; er is niets overgenomen. Zet op beide laptops de nieuwste Kith.",
            en: "Another version of Kith takes in %1 otherwise than this one; nothing was taken over. Install the newest Kith on both laptops.")
        case .strangers: Phrase(
            nl: "Laptop %1 brengt werk mee van meer dan %2 onbekenden waar niemand voor getekend heeft; er is niets van overgenomen. Vraag wiens laptop het is; een coördinator kan de toegang intrekken.",
            en: "Laptop %1 brings work of more than %2 strangers that nobody has signed for; nothing of it was taken over. Ask whose laptop it is; a coordinator can withdraw its access.")
        }
    }
}
