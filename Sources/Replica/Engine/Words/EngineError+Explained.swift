import Words

extension EngineError.Code {
    package var phrase: Phrase {
        switch self {
        case .noReplica: Phrase(
            nl: "Er is nog geen replica in %1. Begin met 'kith init --space NAAM --name LAPTOP', sluit aan met 'kith join', of noem een bestand met --replica.",
            en: "There is no replica in %1 yet. Begin with 'kith init --space NAME --name LAPTOP', join with 'kith join', or name a file with --replica.")
        case .severalReplicas: Phrase(
            nl: "Er zijn meer replica's; kies er een met --replica of KITH_REPLICA: %1.",
            en: "There are several replicas; choose one with --replica or KITH_REPLICA: %1.")
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

extension EngineError: Explained {
    package var errorCode: String { code.rawValue }
    package var phrase: Phrase { code.phrase }
}
