import Words

/// What is wrong with this machine's own files, or with what they were asked for. `subject` is a path, and nothing else.
package struct DeviceError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        /// Neither XDG_DATA_HOME nor HOME says where a person's data belongs.
        case noDataFolder = "no-data-folder"
        case deviceFileDamaged = "device-file-damaged"
        /// The key file is locked, and nobody gave its passphrase.
        case needsPassphrase = "needs-passphrase"
        case wrongPassphrase = "wrong-passphrase"
        /// A new passphrase is empty, or was not typed twice alike.
        case unfitPassphrase = "unfit-passphrase"
        /// The file that KITH_PASSPHRASE_FILE names is not its owner's alone, or has not what is needed.
        case passphraseFile = "passphrase-file"
        case badName = "bad-name"
        case fileMissing = "file-missing"
        /// A folder, FIFO, device or symbolic link.
        case notAFile = "not-a-file"
        case unreadable
        case unwritable
        case noSpace = "no-space"
        /// A file is in the way.
        case fileExists = "file-exists"
    }

    package let code: Code
    package let subject: String

    package init(_ code: Code, _ subject: String = "") {
        self.code = code
        self.subject = subject
    }

    package var description: String { code.rawValue }
}

extension DeviceError.Code {
    /// `%1`: the subject.
    package var phrase: Phrase {
        switch self {
        case .noDataFolder: Phrase(
            nl: "Onbekend waar gegevens horen: zet HOME of XDG_DATA_HOME, of noem een bestand met --replica en KITH_DEVICE_FILE.",
            en: "It is unknown where data belongs: set HOME or XDG_DATA_HOME, or name files with --replica and KITH_DEVICE_FILE.")
        case .deviceFileDamaged: Phrase(
            nl: "Het bestand met de sleutels van deze laptop is beschadigd: %1. Zet het terug uit een reservekopie, of verplaats het; dan moet een coördinator de laptop opnieuw toelaten.",
            en: "The file with this laptop's keys is damaged: %1. Restore it from a backup, or move it away; a coordinator must then admit the laptop anew.")
        case .needsPassphrase: Phrase(
            nl: "Kith kan hier geen wachtzin vragen (%1). Gebruik een terminal, of noem met KITH_PASSPHRASE_FILE een bestand dat alleen u kunt lezen.",
            en: "Kith cannot ask for a passphrase here (%1). Use a terminal, or name a file that only you can read in KITH_PASSPHRASE_FILE.")
        case .wrongPassphrase: Phrase(
            nl: "De wachtzin klopt niet (%1). Probeer het opnieuw; zonder haar zijn de sleutels niet te gebruiken, en moet een coördinator deze laptop opnieuw toelaten.",
            en: "The passphrase is wrong (%1). Try again; without it the keys are of no use, and a coordinator must admit this laptop anew.")
        case .unfitPassphrase: Phrase(
            nl: "De wachtzin is leeg, of was de tweede keer anders. Er is niets veranderd; probeer het opnieuw.",
            en: "The passphrase is empty, or was different the second time. Nothing was changed; try again.")
        case .passphraseFile: Phrase(
            nl: "%1, uit KITH_PASSPHRASE_FILE, is niet te gebruiken. Het moet een gewoon bestand zijn dat alleen u kunt lezen (chmod 600), met de wachtzin op de eerste regel; bij het veranderen de nieuwe op de tweede.",
            en: "%1, named by KITH_PASSPHRASE_FILE, cannot be used. It must be an ordinary file that only you can read (chmod 600), with the passphrase on its first line; to change it, the new one on the second.")
        case .badName: Phrase(
            nl: "Een naam heeft 1 tot 256 bytes en geen stuurtekens. Kies een andere naam.",
            en: "A name has 1 to 256 bytes and no control characters. Choose another name.")
        case .fileMissing: Phrase(
            nl: "Er is geen bestand %1. Controleer de naam, en of de stick erin zit.",
            en: "There is no file %1. Check the name, and that the stick is plugged in.")
        case .notAFile: Phrase(
            nl: "%1 is geen gewoon bestand. Noem het bestand zelf, geen map, koppeling of station.",
            en: "%1 is not an ordinary file. Name the file itself, not a folder, link or drive.")
        case .unreadable: Phrase(
            nl: "%1 is niet te lezen. Controleer de rechten van het bestand, of de stick.",
            en: "%1 cannot be read. Check the file's permissions, or the stick.")
        case .unwritable: Phrase(
            nl: "%1 is niet te schrijven. Controleer de rechten van de map, of kies een andere plaats.",
            en: "%1 cannot be written. Check the folder's permissions, or choose another place.")
        case .fileExists: Phrase(
            nl: "%1 bestaat al en is gelaten zoals het was. Kies een andere naam.",
            en: "%1 exists already and was left as it was. Choose another name.")
        case .noSpace: Phrase(
            nl: "De schijf of stick van %1 is vol. Haal er iets af, of neem een andere.",
            en: "The disk or stick of %1 is full. Take something off it, or take another one.")
        }
    }
}

extension DeviceError: Explained {
    package var errorCode: String { code.rawValue }
    package var phrase: Phrase { code.phrase }
}
