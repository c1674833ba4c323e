import Community
import Store
import Transport
import Wire

// What people read when something is refused: what it is, and what to do. `%1` is a path, name or place.

extension EngineError.Code {
    package var phrase: Phrase {
        switch self {
        case .noReplica: Phrase(
            nl: "Er is nog geen replica in %1. Begin met 'kith init --space NAAM --name LAPTOP', sluit aan met 'kith join', of noem een bestand met --replica.",
            en: "There is no replica in %1 yet. Begin with 'kith init --space NAME --name LAPTOP', join with 'kith join', or name a file with --replica.")
        case .severalReplicas: Phrase(
            nl: "Er zijn meer replica's; kies er een met --replica of KITH_REPLICA: %1.",
            en: "There are several replicas; choose one with --replica or KITH_REPLICA: %1.")
        case .noDataFolder: Phrase(
            nl: "Onbekend waar gegevens horen: zet HOME of XDG_DATA_HOME, of noem een bestand met --replica en KITH_DEVICE_FILE.",
            en: "It is unknown where data belongs: set HOME or XDG_DATA_HOME, or name files with --replica and KITH_DEVICE_FILE.")
        case .deviceFileDamaged: Phrase(
            nl: "Het bestand met de sleutels van dit apparaat is beschadigd: %1. Zet het terug uit een reservekopie, of verplaats het; dan moet een coördinator het apparaat opnieuw toelaten.",
            en: "The file with this device's keys is damaged: %1. Restore it from a backup, or move it away; a coordinator must then admit the device anew.")
        case .needsPassphrase: Phrase(
            nl: "De sleutels van dit apparaat zitten achter een wachtzin (%1). Start Kith in een terminal, of noem met KITH_PASSPHRASE_FILE een bestand dat alleen jij kunt lezen.",
            en: "This device's keys are behind a passphrase (%1). Start Kith in a terminal, or name a file that only you can read in KITH_PASSPHRASE_FILE.")
        case .wrongPassphrase: Phrase(
            nl: "De wachtzin klopt niet (%1). Probeer het opnieuw; zonder de wachtzin zijn de sleutels er niet meer, en moet een coördinator dit apparaat opnieuw toelaten.",
            en: "The passphrase is wrong (%1). Try again; without it the keys are gone, and a coordinator must admit this device anew.")
        case .unfitPassphrase: Phrase(
            nl: "De wachtzin is leeg, of was de tweede keer anders. Er is niets veranderd; probeer het opnieuw.",
            en: "The passphrase is empty, or was different the second time. Nothing was changed; try again.")
        case .passphraseFile: Phrase(
            nl: "%1, uit KITH_PASSPHRASE_FILE, is niet te gebruiken. Het moet een gewoon bestand zijn dat alleen jij kunt lezen (chmod 600), met de wachtzin op de eerste regel; bij het veranderen de nieuwe op de tweede.",
            en: "%1, named by KITH_PASSPHRASE_FILE, cannot be used. It must be an ordinary file that only you can read (chmod 600), with the passphrase on its first line; to change it, the new one on the second.")
        case .noDevice: Phrase(
            nl: "Dit apparaat heeft nog geen sleutels. Ze worden gemaakt door 'kith init' of 'kith join --request BESTAND'.",
            en: "This device has no keys yet. They are made by 'kith init' or 'kith join --request FILE'.")
        case .otherDevice: Phrase(
            nl: "De replica %1 is van een ander apparaat, of de sleutels van dit apparaat zijn weg. Zet het sleutelbestand terug, of laat dit apparaat zelf toe: 'kith join --request'.",
            en: "The replica %1 belongs to another device, or this device's keys are gone. Put the key file back, or have this device admitted itself: 'kith join --request'.")
        case .keysNotLoaded: Phrase(
            nl: "Een fout in Kith zelf: de sleutels waren nog niet geladen. Meld dit; er is niets veranderd.",
            en: "A fault in Kith itself: the keys were not loaded yet. Report this; nothing was changed.")
        case .notAdmitted: Phrase(
            nl: "Dit apparaat is (nog) niet toegelaten. Maak een verzoek met 'kith join --request BESTAND', geef dat aan een coördinator, en vraag om een nieuwe bundel.",
            en: "This device is not admitted (yet). Make a request with 'kith join --request FILE', hand it to a coordinator, and ask for a new bundle.")
        case .removed: Phrase(
            nl: "Dit apparaat is verwijderd uit de ruimte, voorgoed. Wil het weer meedoen, dan heeft het nieuwe sleutels nodig: verplaats het sleutelbestand en begin met 'kith join --request'.",
            en: "This device was removed from the space, for good. To take part again it needs new keys: move the key file away and begin with 'kith join --request'.")
        case .owedWork: Phrase(
            nl: "De schijf is vol, en nieuws van de ledenlijst (zoals een wissing) is hier nog niet uitgevoerd: eerst dat, dan pas gaat er iets van deze laptop weg. Maak ruimte, en geef dezelfde opdracht nog eens.",
            en: "The disk is full, and news of the roster (such as an erasure) has not been carried out here yet: that comes before anything leaves this laptop. Make room, and give the same command again.")
        case .backupDamaged: Phrase(
            nl: "De replica is beschadigd: er is geen reservekopie geschreven, want die zou niet terug te zetten zijn. Laat het bestand staan, kopieer het zoals het is, en zet een eerdere reservekopie terug.",
            en: "The replica is damaged: no backup was written, since it could not be restored. Leave the file where it is, copy it as it is, and restore an earlier backup.")
        case .unknownCollection: Phrase(
            nl: "Er is geen verzameling '%1' waar dit apparaat bij mag. Kies uit people en directory.",
            en: "There is no collection '%1' that this device is admitted to. Choose from people and directory.")
        case .notCoordinator: Phrase(
            nl: "Dat kan alleen een coördinator. Vraag het aan: %1.",
            en: "Only a coordinator can do that. Ask one of: %1.")
        case .noCoordinator: Phrase(
            nl: "Dat kan alleen een coördinator, en er is er geen meer. Met de 24 woorden van het herstelpapier maakt 'kith recovery use' een laptop die meedoet tot coördinator.",
            en: "Only a coordinator can do that, and none is left. With the 24 words of the recovery paper 'kith recovery use' makes a laptop that takes part a coordinator.")
        case .noCoordinatorNorKey: Phrase(
            nl: "Dat kan alleen een coördinator, en er is er geen meer; een herstelpapier is nooit gemaakt. Niemand kan hier nog toelaten, verwijderen of wissen: begin opnieuw met 'kith init', en neem mee wat blijft met 'kith export' en 'kith import'.",
            en: "Only a coordinator can do that, and none is left; a recovery paper was never made. Nobody can admit, remove or erase here any more: begin anew with 'kith init', and take along what stays with 'kith export' and 'kith import'.")
        case .contradictoryPerson: Phrase(
            nl: "Er is niets gedaan: van sommige van deze contacten is ook gezegd dat ze verschillend zijn. Kies --only-this-entry of --every-entry, of zeg eerst met 'kith link' wat klopt.",
            en: "Nothing was done: some of these contacts were called different as well. Choose --only-this-entry or --every-entry, or say first with 'kith link' what is right.")
        case .removedRecipient: Phrase(
            nl: "Er is niets geschreven: '%1' is verwijderd uit deze lijst en krijgt niets nieuws meer. Laat die weg. Moet hij weer meedoen, laat hem dan opnieuw toe met een nieuw verzoek ('kith join --request').",
            en: "Nothing was written: '%1' was removed from this list and gets nothing new any more. Leave it out. If it is to take part again, admit it anew by a new request ('kith join --request').")
        case .paperRecipient: Phrase(
            nl: "Er is niets geschreven: '%1' is een herstelpapier, geen laptop. Noem een laptop uit 'kith device list'.",
            en: "Nothing was written: '%1' is a recovery paper, no laptop. Name a laptop of 'kith device list'.")
        case .lastCoordinator: Phrase(
            nl: "Dit is de laatste coördinator; daarna kan niemand nog iemand toelaten of verwijderen. Maak eerst een ander apparaat coördinator: 'kith device admit VERZOEK --role coordinator'.",
            en: "This is the last coordinator; after that nobody could admit or remove anyone. Make another device coordinator first: 'kith device admit REQUEST --role coordinator'.")
        case .needsYes: Phrase(
            nl: "Er is niets gedaan: dit vraagt een ja, en er is niemand om het aan te vragen. Geef --yes als het de bedoeling is.",
            en: "Nothing was done: this wants a yes, and nobody is here to be asked. Give --yes if it is meant.")
        case .badCode: Phrase(
            nl: "De code is niet goed overgenomen (bij %1). Vergelijk hem teken voor teken.",
            en: "The code was not copied right (at %1). Compare it character by character.")
        case .refusedCode: Phrase(
            nl: "Daar komt niemand meer binnen met deze code: hij is op, ingetrokken, of van een andere laptop. Vraag om een nieuwe ('kith invite').",
            en: "Nobody is let in there by this code: it is used up, withdrawn, or another laptop's. Ask for a new one ('kith invite').")
        case .badWords: Phrase(
            nl: "De herstelwoorden kloppen niet (%1). Vergelijk ze een voor een met het papier.",
            en: "The recovery words do not fit (%1). Compare them one by one with the paper.")
        case .unknownRecoveryKey: Phrase(
            nl: "Deze woorden horen bij geen herstelsleutel van deze ruimte, of bij een die vervangen is. Pak het nieuwste papier, en kies de goede ruimte met --replica.",
            en: "These words belong to no recovery key of this space, or to one that was replaced. Take the newest paper, and choose the right space with --replica.")
        case .unknownQuarantined: Phrase(
            nl: "In quarantaine is niets met een nummer dat op '%1' eindigt, of meer dan één. 'kith quarantine list' noemt ze.",
            en: "Nothing in quarantine has an id ending in '%1', or several have. 'kith quarantine list' names them.")
        case .unknownInvite: Phrase(
            nl: "Geen uitnodiging heeft een nummer dat op '%1' eindigt, of meer dan één. 'kith invite list' noemt ze.",
            en: "No invite has an id ending in '%1', or several have. 'kith invite list' names them.")
        case .wrongInviter: Phrase(
            nl: "Daar luistert een ander dan wie de code gaf. Controleer het adres; er is niets overgenomen.",
            en: "Another device listens there than the one that gave the code. Check the address; nothing was taken over.")
        case .badName: Phrase(
            nl: "Een naam heeft 1 tot 256 bytes en geen stuurtekens. Kies een andere naam.",
            en: "A name has 1 to 256 bytes and no control characters. Choose another name.")
        case .fileMissing: Phrase(
            nl: "Er is geen bestand %1. Controleer de naam, en of de stick erin zit.",
            en: "There is no file %1. Check the name, and that the stick is plugged in.")
        case .notAFile: Phrase(
            nl: "%1 is geen gewoon bestand. Noem het bestand zelf, geen map, koppeling of apparaat.",
            en: "%1 is not an ordinary file. Name the file itself, not a folder, link or device.")
        case .unreadable: Phrase(
            nl: "%1 is niet te lezen. Controleer de rechten van het bestand, of de stick.",
            en: "%1 cannot be read. Check the file's permissions, or the stick.")
        case .unwritable: Phrase(
            nl: "%1 is niet te schrijven. Controleer de rechten van de map, of kies een andere plaats.",
            en: "%1 cannot be written. Check the folder's permissions, or choose another place.")
        case .fileExists: Phrase(
            nl: "%1 bestaat al en is geen hele bundel van Kith. Kies een andere naam.",
            en: "%1 exists already and is not a whole Kith bundle. Choose another name.")
        case .bundleNotImported: Phrase(
            nl: "%1 is een bundel met iets wat hier nog ontbreekt. Lees hem eerst in met 'kith bundle import', of kies een andere naam.",
            en: "%1 is a bundle with something that is still missing here. Import it first with 'kith bundle import', or choose another name.")
        case .replicaExists: Phrase(
            nl: "%1 bestaat al. Gebruik die replica, of noem een ander bestand met --replica.",
            en: "%1 exists already. Use that replica, or name another file with --replica.")
        case .unknownDevice: Phrase(
            nl: "Er is geen laptop of relay die '%1' heet, of een kenmerk heeft dat daarop eindigt; er is niets geschreven of veranderd. 'kith device list' noemt ze.",
            en: "There is no laptop or relay called '%1', or with a reference that ends so; nothing was written or changed. 'kith device list' names them.")
        case .ambiguousDevice: Phrase(
            nl: "Meer apparaten heten '%1'. Noem het einde van het nummer uit 'kith device list'.",
            en: "Several devices are called '%1'. Give the ending of the id that 'kith device list' shows.")
        case .badAddress: Phrase(
            nl: "'%1' is geen bundel en geen HOST:POORT, zoals 192.168.1.20:4747; een nieuwkomer zet er CODE@ voor.",
            en: "'%1' is neither a bundle nor HOST:PORT, such as 192.168.1.20:4747; a newcomer puts CODE@ before it.")
        case .badRelay: Phrase(
            nl: "'%1' is geen relay. Schrijf HOST:POORT#NUMMER, met het nummer in groepen dat 'kith-relay init' toonde.",
            en: "'%1' is not a relay. Write HOST:PORT#ID, with the id in groups that 'kith-relay init' showed.")
        case .notARelay: Phrase(
            nl: "Deze laptop kent %1 niet als relay. Laat hem eerst toe ('kith device admit VERZOEK --role relay'), of wissel uit met wie dat deed.",
            en: "This laptop does not know %1 as a relay. Admit it first ('kith device admit REQUEST --role relay'), or exchange with whoever did.")
        case .unknownRelay: Phrase(
            nl: "Er staat hier geen relay '%1'. 'kith relay list' noemt ze.",
            en: "No relay '%1' is known here. 'kith relay list' names them.")
        case .noNetwork: Phrase(
            nl: "Deze laptop zit op geen netwerk, en er is geen relay bekend. Sluit een kabel of wifi aan, of gebruik een stick.",
            en: "This laptop is on no network, and no relay is known. Connect a cable or Wi-Fi, or use a stick.")
        case .nobodyFound: Phrase(
            nl: "Niemand antwoordde binnen %1 seconden. Laat de ander 'kith listen' doen, op hetzelfde netwerk; of geef het adres: 'kith sync HOST:POORT'.",
            en: "Nobody answered within %1 seconds. Have the other run 'kith listen', on the same network; or give the address: 'kith sync HOST:PORT'.")
        case .onlyStrangers: Phrase(
            nl: "Er luistert wel iemand met Kith, maar niet van deze ruimte, of met andere sleutels. Geef het adres ('kith sync HOST:POORT'), of wissel eerst uit met een stick.",
            en: "Somebody with Kith listens, but not of this space, or with other keys. Give the address ('kith sync HOST:PORT'), or exchange by stick first.")
        case .nobodyToMeet: Phrase(
            nl: "Er is geen relay bekend en er wordt niet gezocht. Geef een adres: 'kith sync HOST:POORT', of voeg een relay toe met 'kith relay add'.",
            en: "No relay is known, and none is looked for. Give an address: 'kith sync HOST:PORT', or add a relay with 'kith relay add'.")
        case .noRelays: Phrase(
            nl: "Er is geen relay om bij te blijven. Voeg er een toe: 'kith relay add HOST:POORT#NUMMER'.",
            en: "There is no relay to stay with. Add one: 'kith relay add HOST:PORT#ID'.")
        case .unknownHeader: Phrase(
            nl: "Kolom '%1' staat niet in de tabel of niet in het bestand. 'kith tables' noemt de kolommen; koppel met --map 'Kop=kolom'.",
            en: "Column '%1' is not in the table or not in the file. 'kith tables' names the columns; map with --map 'Header=column'.")
        case .nothingToImport: Phrase(
            nl: "Het bestand heeft geen kopregel met kolommen van de tabel. 'kith tables' noemt ze; koppel met --map 'Kop=kolom'.",
            en: "The file has no header line with columns of the table. 'kith tables' names them; map with --map 'Header=column'.")
        case .exportExists: Phrase(
            nl: "%1 bestaat al. Kies een andere naam, of vervang het met --replace.",
            en: "%1 exists already. Choose another name, or replace it with --replace.")
        case .unknownFormat: Phrase(
            nl: "Het is niet te zeggen hoe %1 geschreven moet worden. Zeg het met --format, of met .vcf, .csv, .ics of .geojson aan het eind; "
                + "een persoon gaat als json of vcf.",
            en: "It cannot be told how %1 is to be written. Say so with --format, or with .vcf, .csv, .ics or .geojson at its end; "
                + "a person goes as json or vcf.")
        case .notForThisFile: Phrase(
            nl: "%1 bevat kaarten of een agenda; laat --map en --table weg, die horen bij CSV.",
            en: "%1 holds cards or a calendar; leave out --map and --table, which go with CSV.")
        case .nothingToPublish: Phrase(
            nl: "Er is niets openbaar te maken: het adresboek is leeg, of niets ligt in dat gebied. 'kith list initiative' en 'kith list area' tonen wat er is.",
            en: "There is nothing to publish: the directory is empty, or nothing lies in that area. 'kith list initiative' and 'kith list area' show what there is.")
        case .ownPublication: Phrase(
            nl: "Deze openbare bundel is van deze ruimte zelf: er is niets over te nemen. Geef hem aan een andere stad.",
            en: "This public bundle is this space's own: there is nothing to take over. Give it to another city.")
        case .notInPublication: Phrase(
            nl: "In deze openbare bundel heeft geen initiatief de naam of het id-einde '%1', of meer dan één. 'kith adopt BESTAND' noemt ze.",
            en: "No initiative of this public bundle has the name or id ending '%1', or several have. 'kith adopt FILE' names them.")
        case .successorLoop: Phrase(
            nl: "Dat zou een kring maken: een initiatief kan zichzelf niet opvolgen. Bekijk de keten met 'kith initiative chain'.",
            en: "That would make a loop: an initiative cannot come after itself. Look at the chain with 'kith initiative chain'.")
        case .notAPerson: Phrase(
            nl: "Dit is een rij van %1, geen persoon. 'kith list contact' toont de personen.",
            en: "This is a row of %1, not a person. 'kith list contact' shows the persons.")
        }
    }
}

extension StoreError.Code {
    /// `%1`: the detail.
    package var phrase: Phrase {
        switch self {
        case .missing: Phrase(
            nl: "De replica is er niet. Controleer --replica of KITH_REPLICA, of begin met 'kith init' of 'kith join'.",
            en: "The replica is not there. Check --replica or KITH_REPLICA, or begin with 'kith init' or 'kith join'.")
        case .notAReplica: Phrase(
            nl: "Dit bestand is geen replica van Kith. Er is niets aan veranderd; noem een ander met --replica.",
            en: "This file is not a Kith replica. Nothing in it was changed; name another with --replica.")
        case .readBackDump: Phrase(
            nl: "Dit is een buurtlijst die uit een SQL-dump is teruggelezen; daarin ontbreekt waaraan Kith haar herkent. Er is niets veranderd. Geef sqlite3 dit voor het bestand, en daarna hetzelfde opnieuw: %1",
            en: "This is a community list that was read back from an SQL dump; what Kith knows it by is not in a dump. Nothing was changed. Give sqlite3 this for the file, then try again: %1")
        case .newerReplica: Phrase(
            nl: "Deze replica is van een nieuwere Kith. Werk Kith op deze laptop bij.",
            en: "This replica is of a newer Kith. Update Kith on this laptop.")
        case .exists: Phrase(
            nl: "Dit is er al: %1. Verander de rij met 'kith edit', of geef een ander id.",
            en: "This is there already: %1. Change the row with 'kith edit', or give another id.")
        case .damaged: Phrase(
            nl: "SQLite vindt het bestand beschadigd. Laat het staan, maak een kopie en zet een reservekopie terug. (%1)",
            en: "SQLite finds the file damaged. Leave it where it is, copy it, and restore a backup. (%1)")
        case .busy: Phrase(
            nl: "Een ander programma houdt de replica bezet. Sluit het of bewaar daar uw werk, en probeer het opnieuw.",
            en: "Another program keeps the replica busy. Close it or save your work there, and try again.")
        case .full: Phrase(
            nl: "De schijf is vol: dit kon niet worden afgemaakt. Wat er stond, staat er nog. Maak ruimte, en geef dezelfde opdracht nog eens.",
            en: "The disk is full: this could not be finished. What was there is there still. Make room, and give the same command again.")
        case .readOnly: Phrase(
            nl: "De replica of de map mag niet geschreven worden. Controleer de rechten, of kopieer het bestand naar uw eigen map.",
            en: "The replica or its folder may not be written. Check the permissions, or copy the file to your own folder.")
        case .disk: Phrase(
            nl: "De schijf geeft een fout: dit kon niet worden afgemaakt. Maak een reservekopie en controleer de schijf. (%1)",
            en: "The disk reports an error: this could not be finished. Make a backup and check the disk. (%1)")
        case .tableChanged: Phrase(
            nl: "Iemand veranderde de database hier; tot dat hersteld is gaat er niets in of uit. Wat weg is, met de opdracht voor sqlite3 die het terugbrengt: %1. Een kolom die zo terugkomt is leeg: een reservekopie ('kith restore') heeft ook wat erin stond.",
            en: "Somebody altered the database here; until that is put right nothing goes in or out. What is gone, with the command for sqlite3 that brings it back: %1. A column made this way is empty: a backup ('kith restore') has what it held as well.")
        case .unknownName: Phrase(
            nl: "Die tabel of kolom is er niet: %1. 'kith tables' noemt ze allemaal.",
            en: "There is no such table or column: %1. 'kith tables' names them all.")
        case .notFound: Phrase(
            nl: "Niets heet zo, en niets heeft dit id of een id met dit einde. Zoek met 'kith find', of zie 'kith list TABEL'.",
            en: "Nothing is called so, and nothing has this id or an id with this ending. Look with 'kith find', or see 'kith list TABLE'.")
        case .erased: Phrase(
            nl: "Dit is gewist en kan niet terugkomen. Is het opnieuw nodig, voeg dan een nieuwe rij toe, met een nieuw id.",
            en: "This was erased and cannot come back. If it is needed again, add a new row, with a new id.")
        case .ambiguous: Phrase(
            nl: "Meer rijen hebben een id met dit einde. Geef meer tekens, ten minste vier.",
            en: "Several rows have an id with this ending. Give more characters, at least four.")
        case .writtenOnce: Phrase(
            nl: "Deze kolom wordt eens geschreven en blijft zo: %1. Verwijder de rij en maak een nieuwe als hij fout is.",
            en: "This column is written once and stays: %1. Delete the row and add a new one if it is wrong.")
        case .wrongState: Phrase(
            nl: "Dat kan niet zoals de rij er nu voor staat: %1. Bekijk hem met 'kith show', of zet hem goed met 'kith edit'.",
            en: "That does not follow from how the row stands now: %1. Look at it with 'kith show', or put it right with 'kith edit'.")
        case .valueTooLarge: Phrase(
            nl: "Een waarde is te groot om te reizen (ten hoogste 16 MiB): %1. Maak haar kleiner of zet haar in een eigen tabel.",
            en: "A value is too large to travel (16 MiB at most): %1. Make it smaller or keep it in a table of your own.")
        case .massChange: Phrase(
            nl: "Een groot deel van een tabel is met SQL veranderd. Zeg of dat de bedoeling is: '--accept-mass-change' of 'kith undo'.",
            en: "A large share of a table was changed by SQL. Say whether that is meant: '--accept-mass-change' or 'kith undo'.")
        case .nothingToUndo: Phrase(
            nl: "Van de laatste 30 dagen valt hier niets ongedaan te maken; 'kith steps' toont wat er was.",
            en: "Nothing of the last 30 days can be undone here; 'kith steps' lists what there was.")
        case .nothingToRedo:
            Phrase(nl: "Er is niets om opnieuw te doen; zie 'kith steps'.", en: "There is nothing to do again; see 'kith steps'.")
        case .noSuchStep: Phrase(
            nl: "Met stap %1 kan dit niet: hij is er niet, of het is al gebeurd. 'kith steps' noemt de stappen.",
            en: "This cannot be done with step %1: it is not there, or it is done already. 'kith steps' lists the steps.")
        case .sqlite: Phrase(
            nl: "SQLite weigert dit: %1. Controleer de voorwaarde of de kolomnamen ('kith tables').",
            en: "SQLite refuses this: %1. Check the condition or the column names ('kith tables').")
        }
    }
}

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

extension TransportError.Code {
    /// `%1`: what was being done.
    package var phrase: Phrase {
        switch self {
        case .cannotResolve: Phrase(
            nl: "Deze naam is niet bekend. Controleer de spelling, of gebruik het adres in cijfers.",
            en: "This name is not known. Check its spelling, or use the address in numbers.")
        case .refused: Phrase(
            nl: "Daar luistert niemand. Controleer de poort, en of 'kith listen' op de andere laptop draait.",
            en: "Nothing listens there. Check the port, and that 'kith listen' runs on the other laptop.")
        case .unreachable: Phrase(
            nl: "Er is van hier geen weg naar dat adres. Controleer of beide laptops op hetzelfde netwerk zitten.",
            en: "There is no way to that address from here. Check that both laptops are on the same network.")
        case .timedOut: Phrase(
            nl: "De andere kant antwoordt niet meer. Wat ontvangen is, blijft; ga verder met dezelfde opdracht.",
            en: "The other side stopped answering. What was received is kept; go on with the same command.")
        case .closed: Phrase(
            nl: "De verbinding brak af. Wat ontvangen is, blijft; ga verder met dezelfde opdracht.",
            en: "The connection broke off. What was received is kept; go on with the same command.")
        case .tooManyConnections: Phrase(
            nl: "De andere kant heeft te veel verbindingen. Probeer het over een minuut opnieuw.",
            en: "The other side has too many connections. Try again in a minute.")
        case .addressInUse: Phrase(
            nl: "Een ander programma gebruikt deze poort. Kies een andere met --port, of 0 voor een vrije.",
            en: "Another program uses this port. Choose another with --port, or 0 for a free one.")
        case .cannotListen: Phrase(
            nl: "Op dit adres kan niet geluisterd worden. Kies met --port een poort boven 1023.",
            en: "This address cannot be listened on. Choose a port above 1023 with --port.")
        case .notAdmitted: Phrase(
            nl: "De andere kant laat dit apparaat niet toe: het is daar nog niet bekend, of het is verwijderd. Vraag het een coördinator, en wissel eerst met die uit.",
            en: "The other side does not admit this device: it is not known there yet, or it was removed. Ask a coordinator, and exchange with them first.")
        case .wrongDevice: Phrase(
            nl: "Daar antwoordt een ander apparaat dan verwacht. Controleer het adres, en of dat apparaat nog lid is.",
            en: "Another device answers there than expected. Check the address, and that the device is still a member.")
        case .notLoopback: Phrase(
            nl: "Zonder versleuteling is alleen deze machine bereikbaar. Laat --plain weg.",
            en: "Without encryption only this machine can be reached. Leave out --plain.")
        }
    }
}

extension BundleFileError.Code {
    package var phrase: Phrase {
        switch self {
        case .notFound: Phrase(
            nl: "Er is geen bestand of map %1. Controleer de naam, en of de stick erin zit.",
            en: "There is no file or folder %1. Check the name, and that the stick is plugged in.")
        case .notAFile: Phrase(
            nl: "%1 is geen gewoon bestand. Noem de bundel zelf, geen map, koppeling of apparaat.",
            en: "%1 is not an ordinary file. Name the bundle itself, not a folder, link or device.")
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
            nl: "De schijf of stick van %1 is vol. Maak ruimte, of neem een andere.",
            en: "The disk or stick of %1 is full. Make room, or take another one.")
        case .tooLargeForDisk: Phrase(
            nl: "De bundel is groter dan een bestand daar mag zijn (4 GiB op FAT32): %1. Formatteer de stick als exFAT.",
            en: "The bundle is larger than a file may be there (4 GiB on FAT32): %1. Format the stick as exFAT.")
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
