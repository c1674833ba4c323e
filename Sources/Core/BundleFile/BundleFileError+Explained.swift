import Words

extension BundleFileError.Code {
    package var phrase: Phrase {
        switch self {
        case .notFound: Phrase(
            nl: "Er is geen bestand of map %1. Controleer de naam, en of de stick erin zit.",
            en: "There is no file or folder %1. Check the name, and that the stick is plugged in.")
        case .notAFile: Phrase(
            nl: "%1 is geen gewoon bestand. Noem het stickbestand zelf, geen map, koppeling of station.",
            en: "%1 is not an ordinary file. Name the stick file itself, not a folder, link or drive.")
        case .alreadyExists: Phrase(
            nl: "%1 is er al en is gelaten zoals het was. Kies een andere naam.",
            en: "%1 is there already and was left alone. Choose another name.")
        case .notPermitted: Phrase(
            nl: "Dit account mag dat niet bij %1. Kijk van wie het bestand en de map zijn.",
            en: "This account may not do that with %1. Check who owns the file and its folder.")
        case .readOnly: Phrase(
            nl: "De schijf of stick van %1 kan niet beschreven worden. Controleer het slotje, of neem een andere.",
            en: "The disk or stick of %1 cannot be written. Check its lock, or take another one.")
        case .noSpace: Phrase(
            nl: "De schijf of stick van %1 is vol. Haal er iets af, of neem een andere.",
            en: "The disk or stick of %1 is full. Take something off it, or take another one.")
        case .tooLargeForDisk: Phrase(
            nl: "Te groot voor deze stick (een bestand mag er 4 GiB zijn): %1. Neem een andere; formatteren maakt hem leeg.",
            en: "Too large for this stick (a file may be 4 GiB there): %1. Take another; formatting empties it.")
        case .mediumFailed: Phrase(
            nl: "De stick van %1 is eruit gehaald of gaat stuk. Doe hem er weer in; neem een andere als dit terugkomt.",
            en: "The stick of %1 was pulled out or is failing. Plug it in again; if this comes back, take another one.")
        case .changedWhileRead: Phrase(
            nl: "Een ander programma veranderde %1 tijdens het lezen. Wacht tot het klaar is en probeer het opnieuw.",
            en: "Another program changed %1 while it was read. Wait until it is done, then try again.")
        case .notWhatWasWritten: Phrase(
            nl: "Wat van %1 teruggelezen werd, is niet wat geschreven is. Vertrouw deze stick niet; neem een andere.",
            en: "What was read back of %1 is not what was written. Do not trust this stick; take another one.")
        case .failed: Phrase(
            nl: "Het systeem weigert %1. Kies een andere plaats of naam, of een andere stick.",
            en: "The system refuses %1. Choose another place or name, or another stick.")
        }
    }
}

extension BundleFileError: Explained {
    package var errorCode: String { code.rawValue }
    package var phrase: Phrase { code.phrase }
    package var subject: String { "" }
}
