import Words

/// What the program says on relays, on staying live, and on finding one another: a part of the catalogue (see `Sentence`).
package enum RelaySentence: String, CaseIterable, Saying {
    case relayAdded, relayRemoved, relayLine, relaysNone, relayNeverMet, relayMet, relayLacksNothing, relayLacksOne, relayLacksMany
    case relayWasRemoved
    case waitsOne, waitsMany
    case foundAt, meetingFailed
    case watching, watchConnected, watchExchanged, watchLost, watchStopped
    case discoveryOff

    package var phrase: Phrase {
        switch self {
        case .relayAdded: Phrase(
            nl: "Doorgeefserver '%1' op %2 staat erbij. 'kith sync' gaat er voortaan langs, 'kith watch' blijft ermee verbonden.",
            en: "Relay '%1' at %2 is added. 'kith sync' meets it from now on, 'kith watch' stays connected to it.")
        case .relayRemoved: Phrase(
            nl: "Doorgeefserver '%1' op %2 is van de lijst. Toegang tot de buurtlijst heeft hij nog; 'kith device revoke' trekt die in.",
            en: "Relay '%1' at %2 is off the list. It still has access to the community list; 'kith device revoke' withdraws that.")
        case .relayLine: Phrase(nl: "%1, %2\n  %3\n  %4; %5", en: "%1, %2\n  %3\n  %4; %5")
        case .relaysNone: Phrase(
            nl: "Nog geen doorgeefserver. Voeg er een toe: 'kith relay add HOST:POORT#KENMERK'.",
            en: "No relay yet. Add one: 'kith relay add HOST:PORT#REFERENCE'.")
        case .relayNeverMet: Phrase(nl: "nog nooit bereikt", en: "never reached yet")
        case .relayMet: Phrase(nl: "laatst bereikt %1 (%2)", en: "last reached %1 (%2)")
        case .relayLacksNothing: Phrase(nl: "heeft alles van hier", en: "has all that is here")
        case .relayLacksOne: Phrase(nl: "mist nog %1 wijziging van hier", en: "still lacks %1 change from here")
        case .relayLacksMany: Phrase(nl: "mist nog %1 wijzigingen van hier", en: "still lacks %1 changes from here")
        case .relayWasRemoved: Phrase(
            nl: "geen doorgeefserver van deze buurtlijst meer: 'kith relay remove'",
            en: "no relay of this community list any more: 'kith relay remove'")
        case .waitsOne: Phrase(
            nl: "%1 deel wacht op eerder werk, en wordt vanzelf verwerkt als dat er is.",
            en: "%1 part waits for earlier work, and is taken in by itself when that is here.")
        case .waitsMany: Phrase(
            nl: "%1 delen wachten op eerder werk, en worden vanzelf verwerkt als dat er is.",
            en: "%1 parts wait for earlier work, and are taken in by themselves when that is here.")
        case .foundAt: Phrase(nl: "%1, gevonden op dit netwerk", en: "%1, found on this network")
        case .meetingFailed: Phrase(nl: "Uitwisselen met %1 lukte niet. %2", en: "The exchange with %1 failed. %2")
        case .watching: Phrase(
            nl: "Blijft verbonden met %1 (stop met Ctrl-C).", en: "Staying connected to %1 (stop with Ctrl-C).")
        case .watchConnected: Phrase(nl: "%1: verbonden.", en: "%1: connected.")
        case .watchExchanged: Phrase(
            nl: "%1: wijzigingen ontvangen: %2, gestuurd: %3.", en: "%1: changes received: %2, sent: %3.")
        case .watchLost: Phrase(
            nl: "%1: verbinding weg; over %2 s opnieuw. %3", en: "%1: connection lost; trying again in %2 s. %3")
        case .watchStopped: Phrase(nl: "Gestopt.", en: "Stopped.")
        case .discoveryOff: Phrase(
            nl: "Anderen vinden deze laptop nu niet vanzelf: %1 Geef ze het adres.",
            en: "Others will not find this laptop by themselves: %1 Give them the address.")
        }
    }
}

extension Language {
    package func say(_ sentence: RelaySentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }

    /// One or many of something.
    package func count(_ value: Int, _ one: RelaySentence, _ many: RelaySentence) -> String {
        fill(text((value == 1 ? one : many).phrase), [number(value)])
    }
}
