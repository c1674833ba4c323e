import Community
import Words

extension EngineError.Code {
    package var phrase: Phrase {
        switch self {
        case .noReplica: Phrase(
            nl: "Op deze laptop staat nog geen buurtlijst (%1). Begin er een met 'kith init --space NAAM --name LAPTOP', doe mee met 'kith join', of noem een bestand met --replica.",
            en: "No community list is on this laptop yet (%1). Begin one with 'kith init --space NAME --name LAPTOP', join with 'kith join', or name a file with --replica.")
        case .severalReplicas: Phrase(
            nl: "Er staan meer lijsten op deze laptop; kies er een met --replica of KITH_REPLICA: %1.",
            en: "There are several lists on this laptop; choose one with --replica or KITH_REPLICA: %1.")
        case .noDevice: Phrase(
            nl: "Deze laptop heeft nog geen sleutels. Ze worden gemaakt door 'kith init' of 'kith join --request BESTAND'.",
            en: "This laptop has no keys yet. They are made by 'kith init' or 'kith join --request FILE'.")
        case .otherDevice: Phrase(
            nl: "De lijst %1 is van een andere laptop, of de sleutels van deze laptop zijn weg. Zet het sleutelbestand terug, of laat deze laptop zelf toe: 'kith join --request'.",
            en: "The list %1 belongs to another laptop, or this laptop's keys are gone. Put the key file back, or have this laptop admitted itself: 'kith join --request'.")
        case .keysNotLoaded: Phrase(
            nl: "Een fout in Kith zelf: de sleutels waren nog niet geladen. Meld dit; er is niets veranderd.",
            en: "A fault in Kith itself: the keys were not loaded yet. Report this; nothing was changed.")
        case .notAdmitted: Phrase(
            nl: "Deze laptop is (nog) niet toegelaten. Maak een aanvraag met 'kith join --request BESTAND', geef die aan een coördinator, en vraag om een nieuw stickbestand.",
            en: "This laptop is not admitted (yet). Make a request to join with 'kith join --request FILE', hand it to a coordinator, and ask for a new stick file.")
        case .removed: Phrase(
            nl: "Van deze laptop is de toegang voorgoed ingetrokken. Wil zij weer meedoen, dan heeft zij nieuwe sleutels nodig: verplaats het sleutelbestand en begin met 'kith join --request'.",
            en: "The access of this laptop was withdrawn, for good. To take part again it needs new keys: move the key file away and begin with 'kith join --request'.")
        case .owedWork: Phrase(
            nl: "De schijf is vol, en nieuws (zoals dat iemand gewist is) is hier nog niet uitgevoerd: eerst dat, dan pas gaat er iets van deze laptop weg. Maak de schijf leger, en geef dezelfde opdracht nog eens.",
            en: "The disk is full, and news (such as an erasure) has not been carried out here yet: that comes before anything leaves this laptop. Free some of the disk, and give the same command again.")
        case .backupDamaged: Phrase(
            nl: "De lijst op deze laptop is beschadigd: er is geen reservekopie geschreven, want die zou niet terug te zetten zijn. Laat het bestand staan, kopieer het zoals het is, en zet een eerdere reservekopie terug.",
            en: "The list on this laptop is damaged: no backup was written, since it could not be restored. Leave the file where it is, copy it as it is, and restore an earlier backup.")
        case .unknownCollection: Phrase(
            nl: "Deze laptop is niet toegelaten tot '%1'. Kies uit people (de mensen) en directory (de buurtgids).",
            en: "This laptop is not admitted to '%1'. Choose from people (the people) and directory (the guide).")
        case .notCoordinator: Phrase(
            nl: "Dat kan alleen een coördinator. Vraag het aan: %1.",
            en: "Only a coordinator can do that. Ask one of: %1.")
        case .noCoordinator: Phrase(
            nl: "Dat kan alleen een coördinator, en er is er geen meer. Met de 24 woorden van het herstelpapier maakt 'kith recovery use' een laptop die meedoet tot coördinator.",
            en: "Only a coordinator can do that, and none is left. With the 24 words of the recovery paper 'kith recovery use' makes a laptop that takes part a coordinator.")
        case .noCoordinatorNorKey: Phrase(
            nl: "Dat kan alleen een coördinator, en er is er geen meer; een herstelpapier is nooit gemaakt. Niemand kan hier nog toelaten, toegang intrekken of wissen: begin opnieuw met 'kith init', en neem mee wat blijft met 'kith export' en 'kith import'.",
            en: "Only a coordinator can do that, and none is left; a recovery paper was never made. Nobody can admit, withdraw access or erase here any more: begin anew with 'kith init', and take along what stays with 'kith export' and 'kith import'.")
        case .contradictoryPerson: Phrase(
            nl: "Er is niets gedaan: van sommige van deze contacten is ook 'verschillend' gezegd. Kies --only-this-entry of --every-entry, of zeg eerst met 'kith link' wat klopt.",
            en: "Nothing was done: of some of these contacts 'different' was said as well. Choose --only-this-entry or --every-entry, or say first with 'kith link' what is right.")
        case .removedRecipient: Phrase(
            nl: "Er is niets geschreven: '%1' heeft geen toegang meer en krijgt niets nieuws. Laat die weg. Moet die weer meedoen, laat hem dan opnieuw toe met een nieuwe aanvraag ('kith join --request').",
            en: "Nothing was written: '%1' has no access any more and gets nothing new. Leave it out. If it is to take part again, admit it anew by a new request ('kith join --request').")
        case .paperRecipient: Phrase(
            nl: "Er is niets geschreven: '%1' is een herstelpapier, geen laptop. Noem een laptop uit 'kith device list'.",
            en: "Nothing was written: '%1' is a recovery paper, no laptop. Name a laptop of 'kith device list'.")
        case .otherKind: Phrase(
            nl: "Er is niets veranderd: een doorgeefserver of herstelpapier wordt geen laptop, en een laptop geen van die twee ('%1'). Laat wat meedoet toe met een eigen aanvraag: 'kith device admit'.",
            en: "Nothing was changed: a relay or a recovery paper does not become a laptop, nor a laptop one of them ('%1'). Admit what takes part by a request of its own: 'kith device admit'.")
        case .lastCoordinator: Phrase(
            nl: "Dit is de laatste coördinator; daarna kan niemand nog iemand toelaten of toegang intrekken. Maak eerst een andere laptop coördinator: 'kith device admit AANVRAAG --role coordinator'.",
            en: "This is the last coordinator; after that nobody could admit anyone or withdraw access. Make another laptop coordinator first: 'kith device admit REQUEST --role coordinator'.")
        case .needsYes: Phrase(
            nl: "Er is niets gedaan: dit vraagt een ja, en er is niemand om het aan te vragen. Geef --yes als het de bedoeling is.",
            en: "Nothing was done: this wants a yes, and nobody is here to be asked. Give --yes if it is meant.")
        case .badCode: Phrase(
            nl: "De code is niet goed overgenomen (bij %1). Vergelijk hem teken voor teken.",
            en: "The code was not copied right (at %1). Compare it character by character.")
        case .refusedCode: Phrase(
            nl: "De code werkt daar niet. Start daar 'kith listen' opnieuw, of vraag een nieuwe code ('kith invite').",
            en: "The code does not work there. Start 'kith listen' anew there, or ask for a new code ('kith invite').")
        case .badWords: Phrase(
            nl: "De herstelwoorden kloppen niet (%1). Vergelijk ze een voor een met het papier.",
            en: "The recovery words do not fit (%1). Compare them one by one with the paper.")
        case .unknownRecoveryKey: Phrase(
            nl: "Deze woorden horen bij geen herstelpapier van deze buurtlijst, of bij een dat vervangen is. Pak het nieuwste papier, en kies de goede lijst met --replica.",
            en: "These words belong to no recovery paper of this community list, or to one that was replaced. Take the newest paper, and choose the right list with --replica.")
        case .unknownQuarantined: Phrase(
            nl: "Bij '%1' past niets dat apart gezet is, of meer dan één. 'kith quarantine list' noemt elk met zijn kenmerk.",
            en: "Nothing that is held back fits '%1', or more than one does. 'kith quarantine list' names each with its reference.")
        case .unknownInvite: Phrase(
            nl: "Geen uitnodiging heeft een kenmerk dat op '%1' eindigt, of meer dan één. 'kith invite list' noemt ze.",
            en: "No invite has a reference ending in '%1', or several have. 'kith invite list' names them.")
        case .wrongInviter: Phrase(
            nl: "Daar luistert een andere laptop dan die de code gaf. Controleer het adres; er is niets overgenomen.",
            en: "Another laptop listens there than the one that gave the code. Check the address; nothing was taken over.")
        case .fileExists: Phrase(
            nl: "%1 bestaat al; er is niets overschreven. Kies een andere naam.",
            en: "%1 exists already; nothing was overwritten. Choose another name.")
        case .bundleNotImported: Phrase(
            nl: "%1 is een stickbestand met iets wat hier nog ontbreekt. Lees het eerst in met 'kith bundle import', of kies een andere naam.",
            en: "%1 is a stick file with something that is still missing here. Read it in first with 'kith bundle import', or choose another name.")
        case .replicaExists: Phrase(
            nl: "%1 bestaat al. Gebruik die lijst, of noem een ander bestand met --replica.",
            en: "%1 exists already. Use that list, or name another file with --replica.")
        case .unknownDevice: Phrase(
            nl: "Er is geen laptop of doorgeefserver die '%1' heet, of een kenmerk heeft dat daarop eindigt; er is niets geschreven of veranderd. 'kith device list' noemt ze.",
            en: "There is no laptop or relay called '%1', or with a reference that ends so; nothing was written or changed. 'kith device list' names them.")
        case .ambiguousDevice: Phrase(
            nl: "Meer laptops heten '%1'. Noem het einde van het kenmerk uit 'kith device list'.",
            en: "Several laptops are called '%1'. Give the ending of the reference that 'kith device list' shows.")
        case .badAddress: Phrase(
            nl: "'%1' is geen stickbestand en geen HOST:POORT, zoals 192.168.1.20:4747; een nieuwe laptop zet er CODE@ voor.",
            en: "'%1' is neither a stick file nor HOST:PORT, such as 192.168.1.20:4747; a new laptop puts CODE@ before it.")
        case .badRelay: Phrase(
            nl: "'%1' is geen doorgeefserver. Schrijf HOST:POORT#KENMERK, met het kenmerk in groepen dat 'kith-relay init' toonde.",
            en: "'%1' is not a relay. Write HOST:PORT#REFERENCE, with the reference in groups that 'kith-relay init' showed.")
        case .notARelay: Phrase(
            nl: "Deze laptop kent %1 niet als doorgeefserver. Laat hem eerst toe ('kith device admit AANVRAAG --role relay'), of wissel uit met wie dat deed.",
            en: "This laptop does not know %1 as a relay. Admit it first ('kith device admit REQUEST --role relay'), or exchange with whoever did.")
        case .unknownRelay: Phrase(
            nl: "Er staat hier geen doorgeefserver '%1'. 'kith relay list' noemt ze.",
            en: "No relay '%1' is known here. 'kith relay list' names them.")
        case .noNetwork: Phrase(
            nl: "Deze laptop zit op geen netwerk, en er is geen doorgeefserver bekend. Sluit een kabel of wifi aan, of gebruik een stick.",
            en: "This laptop is on no network, and no relay is known. Connect a cable or Wi-Fi, or use a stick.")
        case .nobodyFound: Phrase(
            nl: "Niemand antwoordde binnen %1 seconden. Laat de ander 'kith listen' doen, op hetzelfde netwerk; of geef het adres: 'kith sync HOST:POORT'.",
            en: "Nobody answered within %1 seconds. Have the other run 'kith listen', on the same network; or give the address: 'kith sync HOST:PORT'.")
        case .onlyStrangers: Phrase(
            nl: "Er luistert wel iemand met Kith, maar niet van deze buurtlijst, of met andere sleutels. Geef het adres ('kith sync HOST:POORT'), of wissel eerst uit met een stick.",
            en: "Somebody with Kith listens, but not of this community list, or with other keys. Give the address ('kith sync HOST:PORT'), or exchange by stick first.")
        case .nobodyToMeet: Phrase(
            nl: "Er is geen doorgeefserver bekend en er wordt niet gezocht. Geef een adres: 'kith sync HOST:POORT', of voeg een doorgeefserver toe met 'kith relay add'.",
            en: "No relay is known, and none is looked for. Give an address: 'kith sync HOST:PORT', or add a relay with 'kith relay add'.")
        case .noRelays: Phrase(
            nl: "Er is geen doorgeefserver om bij te blijven. Voeg er een toe: 'kith relay add HOST:POORT#KENMERK'.",
            en: "There is no relay to stay with. Add one: 'kith relay add HOST:PORT#REFERENCE'.")
        case .unknownHeader: Phrase(
            nl: "Kolom '%1' hoort hier niet, of staat niet in het bestand. 'kith tables' noemt wat kan; koppel met --map 'Kop=kolom'.",
            en: "Column '%1' does not belong here, or is not in the file. 'kith tables' names what can be; map with --map 'Header=column'.")
        case .nothingToImport: Phrase(
            nl: "Geen kop van het bestand wordt herkend. 'kith tables' noemt wat kan; koppel met --map 'Kop=kolom'.",
            en: "No header of the file is recognised. 'kith tables' names what can be; map with --map 'Header=column'.")
        case .exportExists: Phrase(
            nl: "%1 bestaat al. Kies een andere naam, of vervang het met --replace.",
            en: "%1 exists already. Choose another name, or replace it with --replace.")
        case .unknownFormat: Phrase(
            nl: "Het is niet te zeggen hoe %1 geschreven moet worden. Zeg het met --format, of met .vcf, .csv, .ics of .geojson aan het eind; "
                + "een persoon gaat als json of vcf.",
            en: "It cannot be told how %1 is to be written. Say so with --format, or with .vcf, .csv, .ics or .geojson at its end; "
                + "a person goes as json or vcf.")
        case .notForThisFile: Phrase(
            nl: "%1 bevat adreskaartjes of een agenda; laat --map en --table weg, die horen bij CSV.",
            en: "%1 holds cards or a calendar; leave out --map and --table, which go with CSV.")
        case .nothingToPublish: Phrase(
            nl: "Er is niets openbaar te maken: de buurtgids (organisaties, plekken, initiatieven) is leeg, of niets ligt in dat gebied. 'kith list initiative' en 'kith list area' tonen wat er is.",
            en: "There is nothing to publish: the guide (organisations, places, initiatives) is empty, or nothing lies in that area. 'kith list initiative' and 'kith list area' show what there is.")
        case .ownPublication: Phrase(
            nl: "Dit openbare bestand is van deze buurtlijst zelf: er is niets over te nemen. Geef het aan een andere stad.",
            en: "This public file is this community list's own: there is nothing to take over. Give it to another city.")
        case .notInPublication: Phrase(
            nl: "In dit openbare bestand heet geen initiatief '%1', en geen kenmerk eindigt zo, of meer dan één. 'kith adopt BESTAND' noemt ze.",
            en: "No initiative of this public file has the name or reference ending '%1', or several have. 'kith adopt FILE' names them.")
        case .successorLoop: Phrase(
            nl: "Dat zou in het rond gaan: een initiatief kan zichzelf niet opvolgen. Bekijk hoe het liep met 'kith initiative chain'.",
            en: "That would go round: an initiative cannot come after itself. Look at how it went with 'kith initiative chain'.")
        case .notAPerson: Phrase(
            nl: "Dit is geen persoon (maar: %1). 'kith list contact' toont de mensen.",
            en: "This is not a person (but: %1). 'kith list contact' shows the people.")
        }
    }
}

extension EngineError: Explained {
    package var errorCode: String { code.rawValue }
    package var phrase: Phrase { code.phrase }

    package func sentence(about work: String, over medium: Explanation.Medium, in language: Language) -> String {
        let shown = subject.isEmpty ? work : subject
        return language.fill(language.text(phrase), [code == .notAPerson ? language.kind(of: shown) : shown])
    }
}
