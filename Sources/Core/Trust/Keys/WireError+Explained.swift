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
            nl: "Wat daar antwoordt, is geen Kith (%1). Controleer het adres en de poort.",
            en: "What answers there is not Kith (%1). Check the address and the port.")
        case .truncated, .damaged, .trailing: Phrase(
            nl: "Onderweg raakte iets beschadigd (%1); daarvan is niets overgenomen. Ga verder met dezelfde opdracht.",
            en: "Something was damaged on its way (%1); nothing of it was taken in. Go on with the same command.")
        case .malformed, .tooLarge: Phrase(
            nl: "Wat de andere kant stuurde, klopt niet (%1); daarvan is niets overgenomen. Probeer het opnieuw; blijft het, werk dan Kith aan beide kanten bij.",
            en: "What the other side sent is not right (%1); nothing of it was taken in. Try again; if it stays, update Kith on both sides.")
        case .otherSpace: Phrase(
            nl: "Daar antwoordt een laptop van een andere ruimte. Controleer het adres, of kies de replica van die ruimte met --replica.",
            en: "A laptop of another space answers there. Check the address, or choose that space's replica with --replica.")
        case .unknownReceipt: Phrase(
            nl: "De andere kant bouwt voort op iets wat hier niet bekend is (%1). Probeer het opnieuw; blijft het, vraag dan om een stick met alles ('kith bundle export --all').",
            en: "The other side builds on something unknown here (%1). Try again; if it stays, ask for a stick with everything ('kith bundle export --all').")
        case .noKey: Phrase(
            nl: "Deze laptop heeft hier nog geen sleutel voor (%1). Wissel uit met de laptop van een coördinator, of vraag een coördinator om toelating.",
            en: "This laptop has no key for this yet (%1). Exchange with a coordinator's laptop, or ask a coordinator for admission.")
        case .badSignature: Phrase(
            nl: "Een handtekening klopt niet (%1): wat de andere kant stuurde, is veranderd of nagemaakt. Er is niets van overgenomen; vraag wiens laptop het is.",
            en: "A signature does not fit (%1): what the other side sent was changed or forged. Nothing of it was taken in; ask whose laptop it is.")
        case .newerFormat, .forked, .unexpected, .unknownPacker, .notPermitted, .full, .published, .refused: nil
        }
    }

    package var phrase: Phrase {
        switch self {
        case .notKith: Phrase(
            nl: "Dit is geen bundel of verzoek van Kith, of aan de andere kant zit geen Kith (%1). Controleer het bestand of het adres.",
            en: "This is not a Kith bundle or request, or the other side is not Kith (%1). Check the file or the address.")
        case .newerFormat: Phrase(
            nl: "Dit is gemaakt door een nieuwere Kith (%1). Werk Kith op deze laptop bij.",
            en: "This was made by a newer Kith (%1). Update Kith on this laptop.")
        case .truncated: Phrase(
            nl: "Het einde ontbreekt (%1). Kopieer of exporteer de bundel opnieuw; '--salvage' neemt wat heel is.",
            en: "The end is missing (%1). Copy or export the bundle again; '--salvage' takes what is intact.")
        case .damaged: Phrase(
            nl: "Een deel is beschadigd (%1). Kopieer of exporteer de bundel opnieuw; '--salvage' neemt wat heel is.",
            en: "A part is damaged (%1). Copy or export the bundle again; '--salvage' takes what is intact.")
        case .malformed: Phrase(
            nl: "De inhoud klopt niet met zichzelf (%1). Vraag de maker om een nieuwe bundel.",
            en: "The content contradicts itself (%1). Ask its maker for a new bundle.")
        case .tooLarge: Phrase(
            nl: "Er wordt meer aangekondigd dan Kith toelaat (%1). Vraag de maker om een nieuwe bundel.",
            en: "More is announced than Kith allows (%1). Ask its maker for a new bundle.")
        case .trailing: Phrase(
            nl: "Er staat nog iets achter het einde (%1). Kopieer of exporteer de bundel opnieuw; '--salvage' neemt wat heel is.",
            en: "Something follows the end (%1). Copy or export the bundle again; '--salvage' takes what is intact.")
        case .otherSpace: Phrase(
            nl: "Dit is van een andere ruimte. Kies de replica van die ruimte met --replica, of sluit aan met 'kith join'.",
            en: "This belongs to another space. Choose that space's replica with --replica, or join it with 'kith join'.")
        case .unknownReceipt: Phrase(
            nl: "Dit bouwt voort op iets wat hier niet bekend is (%1). Vraag om een bundel met alles ('kith bundle export --all').",
            en: "This builds on something unknown here (%1). Ask for a bundle with everything ('kith bundle export --all').")
        case .forked: Phrase(
            nl: "Kopieën van een replica konden niet uit elkaar worden gehouden (%1). Er is niets verloren; probeer het opnieuw en werk zo nodig Kith bij.",
            en: "Copies of a replica could not be told apart (%1). Nothing is lost; try again, and update Kith if it stays.")
        case .unexpected: Phrase(
            nl: "Het gesprek of bestand volgt niet de regels (%1). Probeer het opnieuw; werk zo nodig Kith bij.",
            en: "The conversation or file does not follow the rules (%1). Try again; update Kith if it stays.")
        case .noKey: Phrase(
            nl: "Deze laptop heeft hier geen sleutel voor (%1). Vraag om een bundel voor deze laptop ('kith bundle export --for LAPTOP'), wissel uit over het netwerk, of vraag een coördinator om toelating.",
            en: "This laptop has no key for this (%1). Ask for a bundle made for this laptop ('kith bundle export --for LAPTOP'), sync over the network, or ask a coordinator for admission.")
        case .unknownPacker: Phrase(
            nl: "Dit komt van een apparaat dat niet in de ledenlijst staat (%1). Vraag een coördinator wie het is.",
            en: "This comes from a device that is not in the roster (%1). Ask a coordinator whose it is.")
        case .badSignature: Phrase(
            nl: "Een handtekening klopt niet (%1): het is veranderd of nagemaakt. Vertrouw dit niet; vraag de maker om een nieuwe bundel.",
            en: "A signature does not fit (%1): this was changed or forged. Do not trust it; ask its maker for a new bundle.")
        case .notPermitted: Phrase(
            nl: "Een apparaat mag dit niet (%1): zijn rol laat het niet toe, of het is verwijderd. 'kith device list' zegt welke rol het heeft; een coördinator kan die veranderen.",
            en: "A device may not do this (%1): its role does not allow it, or it was removed. 'kith device list' says which role it has; a coordinator can change it.")
        case .full: Phrase(
            nl: "De doorgeefserver heeft geen plaats meer (%1). Er is niets verloren: wat van u is blijft hier en gaat de volgende keer mee. Vraag de beheerder om ruimte.",
            en: "The relay has no room left (%1). Nothing is lost: what is yours stays here and goes next time. Ask the operator for room.")
        case .published: Phrase(
            nl: "Dit is een openbare bundel van een andere stad, geen bundel van deze ruimte (%1). Kijk erin en neem over met 'kith adopt BESTAND'.",
            en: "This is another city's public bundle, not a bundle of this space (%1). Look into it and take over with 'kith adopt FILE'.")
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
            nl: "Een andere versie van Kith mengt %1 anders dan deze; er is niets overgenomen. Zet op beide laptops de nieuwste Kith.",
            en: "Another version of Kith merges %1 otherwise than this one; nothing was taken over. Install the newest Kith on both laptops.")
        case .strangers: Phrase(
            nl: "Het apparaat %1 brengt meer schrijvers mee waar niemand voor getekend heeft dan de %2 die mogen; er is niets van overgenomen. Vraag de eigenaar wat er met die laptop is; een coördinator kan hem verwijderen.",
            en: "The device %1 brings more writers that nobody has signed for than the %2 that it may; nothing of it was taken over. Ask its owner what is the matter with that laptop; a coordinator can remove it.")
        }
    }
}
