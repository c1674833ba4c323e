import Words

/// What the page says on the map of places and areas.
enum MapPageSentence: String, PageWords {
    case mapTitle, mapNone, mapOne, mapMany, mapDescription, mapList, mapNearer, mapFarther, mapNorth, mapSouth, mapEast, mapWest, mapAll
    case backgroundTitle, backgroundHint, backgroundUse, backgroundRemove, backgroundSet, backgroundGone, backgroundMissing, backgroundForeign, backgroundKind, backgroundLost

    var phrase: Phrase {
        switch self {
        case .mapTitle: Phrase(nl: "Kaart", en: "Map")
        case .mapNone: Phrase(
            nl: "Nog niets om te tonen: geen plek en geen gebied heeft een ligging. U vult haar in bij Bewerken.",
            en: "Nothing to show yet: no place and no area has a position. You fill it in under Edit.")
        case .mapOne: Phrase(nl: "Eén plek of gebied met een ligging.", en: "One place or area with a position.")
        case .mapMany: Phrase(nl: "%1 plekken en gebieden met een ligging.", en: "%1 places and areas with a position.")
        case .mapDescription: Phrase(
            nl: "%1 genummerde punten: een cirkel is een plek, een vierkant een gebied. Dezelfde nummers staan in de lijst hieronder.",
            en: "%1 numbered points: a circle is a place, a square an area. The same numbers stand in the list below.")
        case .mapList: Phrase(nl: "Wat er op staat", en: "What is on it")
        case .mapNearer: Phrase(nl: "Dichterbij", en: "Nearer")
        case .mapFarther: Phrase(nl: "Verder weg", en: "Farther")
        case .mapNorth: Phrase(nl: "Naar het noorden", en: "North")
        case .mapSouth: Phrase(nl: "Naar het zuiden", en: "South")
        case .mapEast: Phrase(nl: "Naar het oosten", en: "East")
        case .mapWest: Phrase(nl: "Naar het westen", en: "West")
        case .mapAll: Phrase(nl: "Alles in beeld", en: "Show all")
        case .backgroundTitle: Phrase(nl: "Een kaart eronder", en: "A map below it")
        case .backgroundHint: Phrase(
            nl: "Uit een bestand op deze laptop of een stick (.mbtiles, met plaatjes). Kith haalt niets van internet.",
            en: "From a file on this laptop or a stick (.mbtiles, of pictures). Kith fetches nothing from the internet.")
        case .backgroundUse: Phrase(nl: "Deze gebruiken", en: "Use this one")
        case .backgroundRemove: Phrase(nl: "Zonder kaart eronder", en: "Without a map below")
        case .backgroundSet: Phrase(nl: "%1 ligt nu onder de kaart.", en: "%1 is below the map now.")
        case .backgroundGone: Phrase(nl: "Er ligt geen kaart meer onder.", en: "There is no map below any more.")
        case .backgroundMissing: Phrase(nl: "Dit bestand is er niet. Typ waar het staat, vanaf de eerste map.", en: "This file is not there. Type where it is, from the first folder.")
        case .backgroundForeign: Phrase(nl: "Dit is geen kaart die Kith lezen kan: een .mbtiles-bestand met plaatjes.", en: "This is no map that Kith can read: an .mbtiles file of pictures.")
        case .backgroundKind: Phrase(
            nl: "Deze kaart bestaat uit vormen (%1), niet uit plaatjes. Vraag om een .mbtiles met png, jpg of webp.",
            en: "This map is made of shapes (%1), not of pictures. Ask for an .mbtiles with png, jpg or webp.")
        case .backgroundLost: Phrase(nl: "De kaart die eronder lag is er niet meer: de stick is eruit, of het bestand is weg.", en: "The map that was below is not there any more: the stick is out, or the file is gone.")
        }
    }
}
