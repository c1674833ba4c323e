import Words

/// What the program says on a person who is in the list more than once, on what an erasure leaves, and on whom a bundle is for: a part
/// of the catalogue (see `Sentence`).
package enum ErasureSentence: String, CaseIterable, Saying {
    case personOne, personMany, entryLine, entryTrash, entryUnnamed, alsoEntry, listedEntry, reachMore
    case contradictory, contradiction, onlyEntry, exportQuestion, exportedEntries, linkErased
    case wordlessOne, wordlessMany, sharedOne, sharedMany, momentLine, namedOne, namedMany, perhapsOne, perhapsMany, mentionLine, moreMentions
    case leftOne, leftMany, leftLine, leftRemedy
    case scrubHeld, scrubHeldBy
    case forRelay, forReader, forSelf, forPart

    package var phrase: Phrase {
        switch self {
        case .personOne: Phrase(nl: "Wie het is:", en: "Who it is:")
        case .personMany: Phrase(
            nl: "Deze persoon staat %1 keer in de lijst; alles wordt samengenomen:",
            en: "This person is in the list %1 times; all of it is taken together:")
        case .entryLine: Phrase(nl: "  %1  %2", en: "  %1  %2")
        case .entryTrash: Phrase(nl: " (in de prullenbak)", en: " (in the trash)")
        case .entryUnnamed: Phrase(nl: "(zonder naam)", en: "(without a name)")
        case .alsoEntry: Phrase(nl: "    ook als %1  %2", en: "    also as %1  %2")
        case .listedEntry: Phrase(nl: "    %1 staat er %2 keer in: %3", en: "    %1 is in %2 times: %3")
        case .reachMore: Phrase(nl: "en nog %1 ('kith show' geeft alles)", en: "and %1 more ('kith show' gives all)")
        case .contradictory: Phrase(
            nl: "Let op: van deze contacten is ook 'verschillend' gezegd. Kijk of het echt één persoon is:",
            en: "Note: 'different' was said of these contacts as well. See whether it is one person indeed:")
        case .contradiction: Phrase(
            nl: "  %1 en %2 heten verschillend, en via %3 dezelfde",
            en: "  %1 and %2 are called different, and by way of %3 the same")
        case .onlyEntry: Phrase(
            nl: "Alleen dit ene contact; de andere van deze persoon blijven.",
            en: "This one contact only; the others of this person stay.")
        case .exportQuestion: Phrase(
            nl: "Alles van deze %1 contacten schrijven (j/N)? ", en: "Write all of these %1 contacts (y/N)? ")
        case .exportedEntries: Phrase(
            nl: "Alle %1 contacten van deze persoon staan erin.", en: "All %1 contacts of this person are in it.")
        case .linkErased: Phrase(
            nl: "'%2' is gewist: er is niemand meer om %1 mee samen te nemen. Is het dezelfde persoon, dan hoort %1 ook weg: 'kith erase %1' (coördinator).",
            en: "'%2' was erased: nobody is left to link %1 to. If it is the same person, %1 is to go as well: 'kith erase %1' (coordinator).")

        case .wordlessOne: Phrase(
            nl: "Eén contactmoment met alleen deze persoon verliest zijn tekst; kanaal, minuten en dag blijven voor de verslagen:",
            en: "One contact moment with this person only loses its words; channel, minutes and day stay for the reports:")
        case .wordlessMany: Phrase(
            nl: "%1 contactmomenten met alleen deze persoon verliezen hun tekst; kanaal, minuten en dag blijven voor de verslagen:",
            en: "%1 contact moments with this person only lose their words; channel, minutes and day stay for the reports:")
        case .sharedOne: Phrase(
            nl: "Bij één contactmoment was ook een ander. De tekst blijft: lees hem na.",
            en: "At one contact moment somebody else was there as well. Its text stays: read it over.")
        case .sharedMany: Phrase(
            nl: "Bij %1 contactmomenten was ook een ander. De teksten blijven: lees ze na.",
            en: "At %1 contact moments somebody else was there as well. Their texts stay: read them over.")
        case .momentLine: Phrase(nl: "  %1  %2  %3", en: "  %1  %2  %3")
        case .namedOne: Phrase(
            nl: "Eén tekst elders lijkt de persoon te noemen. Hij blijft tot iemand hem bewerkt, en na het wissen weet niemand de naam nog:",
            en: "One text elsewhere seems to name the person. It stays until somebody edits it, and after the erasure nobody knows the name:")
        case .namedMany: Phrase(
            nl: "%1 teksten elders lijken de persoon te noemen. Ze blijven tot iemand ze bewerkt, en na het wissen weet niemand de naam nog:",
            en: "%1 texts elsewhere seem to name the person. They stay until somebody edits them, and after the erasure nobody knows the name:")
        case .perhapsOne: Phrase(
            nl: "Eén tekst noemt misschien deze persoon, met één naam:", en: "One text perhaps names this person, by one name:")
        case .perhapsMany: Phrase(
            nl: "%1 teksten noemen misschien deze persoon, met één naam:", en: "%1 texts perhaps name this person, by one name:")
        case .mentionLine: Phrase(nl: "  %1: %2  → %3", en: "  %1: %2  → %3")
        case .moreMentions: Phrase(nl: "  en nog %1 (--json geeft alles)", en: "  and %1 more (--json gives all)")

        case .leftOne: Phrase(
            nl: "Eén contact heette dezelfde persoon te zijn als iemand die gewist is:",
            en: "One contact was called the same person as somebody who was erased:")
        case .leftMany: Phrase(
            nl: "%1 contacten heetten dezelfde persoon te zijn als iemand die gewist is:",
            en: "%1 contacts were called the same person as somebody who was erased:")
        case .leftLine: Phrase(nl: "  %1  %2", en: "  %1  %2")
        case .leftRemedy: Phrase(
            nl: "  Is het zo: 'kith erase KENMERK' (coördinator). Is het een ander: 'kith dismiss KENMERK'.",
            en: "  If so: 'kith erase REFERENCE' (coordinator). If it is somebody else: 'kith dismiss REFERENCE'.")

        case .scrubHeld: Phrase(
            nl: "Wat gewist is, is nog niet uit het bestand geveegd: een ander programma is erin bezig. De volgende opdracht probeert het weer.",
            en: "What was erased is not wiped from the file yet: another program is at work in it. The next command tries again.")
        case .scrubHeldBy: Phrase(
            nl: "Wat gewist is, is nog niet uit het bestand geveegd: %1 heeft het open. Sluit dat; de volgende opdracht ruimt het op.",
            en: "What was erased is not wiped from the file yet: %1 has it open. Close that; the next command cleans up.")

        case .forRelay: Phrase(
            nl: "'%1' is een doorgeefserver: die geeft dit door en kan het niet lezen. Stuur dit bestand aan de beheerder, voor 'kith-relay space add'.",
            en: "'%1' is a relay: it passes this on and cannot read it. Send this file to its operator, for 'kith-relay space add'.")
        case .forReader: Phrase(nl: "'%1' leest alleen mee: wijzigingen van daar komen niet terug.", en: "'%1' only reads: no changes come back from there.")
        case .forSelf: Phrase(
            nl: "'%1' is deze laptop zelf: hier staat dit al.", en: "'%1' is this laptop itself: it holds this already.")
        case .forPart: Phrase(
            nl: "'%1' mag alleen bij: %2. De rest kan die laptop niet lezen.",
            en: "'%1' is admitted to this only: %2. The rest stays closed to it.")
        }
    }
}

extension Language {
    package func say(_ sentence: ErasureSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }

    package func count(_ value: Int, _ one: ErasureSentence, _ many: ErasureSentence) -> String {
        fill(text((value == 1 ? one : many).phrase), [number(value)])
    }
}
