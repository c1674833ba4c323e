import Words

/// What `kith-relay` says (see `Saying`).
package enum OperatorSentence: String, CaseIterable, Saying {
    case relayInitialised, relayAlreadyInitialised, relayInitialisedNext, relayGiveAddress
    case relaySpaceLine, relaySpacesNone, relaySpaceAdded, relaySpaceAddedNext, relayRemoveShown, relayRemoveQuestion, relaySpaceRemoved
    case relayDeviceLine, relayDevicesNone, relayDeviceUnknown, relayNever, relayLast
    case relayEventLine, relayEventsNone
    case relayStatisticsStore, relayStatisticsRunning, relayStatisticsStopped
    case relayBackedUp, relayRestored, relayVerified, relayVerifiedFaults, relayReloaded, relayReloadedNothing, relayReloadedRestart
    case relayConfigurationFine, relayConfigurationLine

    case relayErrorSettingsFile, relayErrorUnknownSetting, relayErrorBadSetting, relayErrorNotLoopback, relayErrorNotInitialised, relayErrorNotBoxed, relayErrorNotRelay
    case relayErrorNotWhole, relayErrorSpaceExists, relayErrorBadSpace, relayErrorBadTime, relayErrorBackupFolder, relayErrorBackupDamaged, relayErrorOtherUser
    case relayErrorNoAnswer, relayErrorSocketPath, relayErrorPortTaken, relayErrorStateFolder, relayErrorStoreKind, relayErrorStorePassword, relayErrorNeedsYes
    case relayErrorUnknownSpace, relayErrorFull, relayErrorStorage, relayErrorDamaged, relayErrorNewerVersion, relayErrorInUse
    case relayErrorNotAdmitted, relayErrorExists

    package var phrase: Phrase {
        switch self {
        case .relayInitialised: Phrase(
            nl: "Deze doorgeefserver heeft nu sleutels (%1) en een aanvraag om mee te doen:\n  %2\nZijn kenmerk:\n  %3",
            en: "This relay now has keys (%1) and a request to join:\n  %2\nIts reference:\n  %3")
        case .relayAlreadyInitialised: Phrase(
            nl: "Deze doorgeefserver had al sleutels (%1). Zijn aanvraag:\n  %2\nZijn kenmerk:\n  %3",
            en: "This relay had keys already (%1). Its request:\n  %2\nIts reference:\n  %3")
        case .relayInitialisedNext: Phrase(
            nl: "Geef de aanvraag aan een coördinator en vergelijk het kenmerk. Die typt:\n  kith device admit relay.kithrequest --role relay\n  kith bundle export lijst.kithbundle\nMet dat stickbestand hier:\n  kith-relay space add lijst.kithbundle",
            en: "Hand the request to a coordinator and compare the reference. They type:\n  kith device admit relay.kithrequest --role relay\n  kith bundle export list.kithbundle\nWith that stick file, here:\n  kith-relay space add list.kithbundle")
        case .relayGiveAddress: Phrase(
            nl: "Geef mensen dit adres (vervang HOST door de naam waaronder deze machine te bereiken is):\n  kith relay add %1",
            en: "Give people this address (with the name that this machine is reached by for HOST):\n  kith relay add %1")

        case .relaySpaceLine: Phrase(
            nl: "%1  %2; delen: %3 (niet heel: %4); laptops: %5; laatst: %6",
            en: "%1  %2; parts: %3 (not whole: %4); laptops: %5; last: %6")
        case .relaySpacesNone: Phrase(
            nl: "Deze doorgeefserver draagt nog geen buurtlijst. Begin met 'kith-relay space add STICKBESTAND'.",
            en: "This relay carries no community list yet. Begin with 'kith-relay space add STICKFILE'.")
        case .relaySpaceAdded: Phrase(
            nl: "Deze doorgeefserver draagt nu buurtlijst %1: %2, delen: %3.", en: "This relay now carries community list %1: %2, parts: %3.")
        case .relaySpaceAddedNext: Phrase(
            nl: "Gooi het stickbestand weg als niemand anders het nodig heeft. Laptops brengen de rest zelf.",
            en: "Delete the stick file if nobody else needs it. Laptops bring the rest themselves.")
        case .relayRemoveShown: Phrase(
            nl: "Buurtlijst %1: %2, delen: %3, laptops: %4. Laptops houden wat zij hebben; wat alleen hier lag, is daarna weg.",
            en: "Community list %1: %2, parts: %3, laptops: %4. Laptops keep what they have; what lay only here is gone afterwards.")
        case .relayRemoveQuestion: Phrase(nl: "Van deze doorgeefserver verwijderen (j/N)? ", en: "Remove it from this relay (y/N)? ")
        case .relaySpaceRemoved: Phrase(nl: "Buurtlijst %1 is van deze doorgeefserver verwijderd.", en: "Community list %1 is removed from this relay.")

        case .relayDeviceLine: Phrase(
            nl: "%1  %2  %3; laatst: %4; ontvangen %5, verzonden %6", en: "%1  %2  %3; last: %4; received %5, sent %6")
        case .relayDevicesNone: Phrase(nl: "Er zijn geen laptops.", en: "There are no laptops.")
        case .relayDeviceUnknown: Phrase(nl: "onbekend", en: "unknown")
        case .relayNever: Phrase(nl: "nooit", en: "never")
        case .relayLast: Phrase(nl: "%1 (%2)", en: "%1 (%2)")

        case .relayEventLine: Phrase(nl: "%1  %2  %3  %4  %5", en: "%1  %2  %3  %4  %5")
        case .relayEventsNone: Phrase(nl: "Sindsdien is er niets gebeurd.", en: "Nothing has happened since.")

        case .relayStatisticsStore: Phrase(
            nl: "Buurtlijsten: %1. Laptops: %2. Delen: %3, samen %4. Vrij op de schijf: %5.",
            en: "Community lists: %1. Laptops: %2. Parts: %3, together %4. Free on the disk: %5.")
        case .relayStatisticsRunning: Phrase(
            nl: "De doorgeefserver draait, sinds %1. Verbindingen: %2. Uitwisselingen: %3.", en: "The relay runs, since %1. Connections: %2. Exchanges: %3.")
        case .relayStatisticsStopped: Phrase(nl: "De doorgeefserver draait niet.", en: "The relay does not run.")

        case .relayBackedUp: Phrase(
            nl: "Reservekopie geschreven: %1 (buurtlijsten: %2, %3). Er staat geen leesbare inhoud in, wel wie wanneer wat bracht. Bewaar het sleutelbestand (%4) apart: zonder moet de doorgeefserver opnieuw toegelaten worden.",
            en: "Backup written: %1 (community lists: %2, %3). It has no readable content, but shows who brought what when. Keep the key file (%4) apart: without it the relay must be admitted anew.")
        case .relayRestored: Phrase(
            nl: "Teruggezet: %1. Wat er sindsdien bij kwam, bieden de laptops vanzelf opnieuw aan.",
            en: "Restored: %1. What was added since, laptops offer again by themselves.")
        case .relayVerified: Phrase(
            nl: "%1: in orde. Berichten: %2; delen: %3; stukken: %4; %5.", en: "%1: sound. Notices: %2; parts: %3; pieces: %4; %5.")
        case .relayVerifiedFaults: Phrase(
            nl: "%1: niet in orde: %2. Zet een reservekopie terug, of verwijder de buurtlijst en voeg haar opnieuw toe; de laptops hebben alles nog.",
            en: "%1: not sound: %2. Restore a backup, or remove the community list and add it anew; the laptops still have everything.")
        case .relayReloaded: Phrase(nl: "Overgenomen: %1.", en: "Taken over: %1.")
        case .relayReloadedNothing: Phrase(nl: "Er was niets veranderd.", en: "Nothing had changed.")
        case .relayReloadedRestart: Phrase(nl: "Geldt pas na een herstart: %1.", en: "Counts only after a restart: %1.")
        case .relayConfigurationFine: Phrase(nl: "De instellingen kloppen.", en: "The settings are fine.")
        case .relayConfigurationLine: Phrase(nl: "  %1 = %2", en: "  %1 = %2")

        case .relayErrorSettingsFile: Phrase(
            nl: "%1 is niet te lezen als JSON met instellingen. Controleer de naam, de rechten en de komma's; het voorbeeld staat in /usr/share/doc/kith/config.json.",
            en: "%1 cannot be read as JSON with settings. Check its name, rights and commas; the example is /usr/share/doc/kith/config.json.")
        case .relayErrorUnknownSetting: Phrase(
            nl: "Er is geen instelling '%1'. Controleer de spelling; 'kith-relay run --help' noemt ze.",
            en: "There is no setting '%1'. Check the spelling; 'kith-relay run --help' names them.")
        case .relayErrorBadSetting: Phrase(
            nl: "De waarde van '%1' past niet. Kijk in het voorbeeld wat mag, en verbeter haar.",
            en: "The value of '%1' does not fit. See the example for what may stand there, and correct it.")
        case .relayErrorNotLoopback: Phrase(
            nl: "'%1' mag alleen 127.0.0.1, ::1 of localhost zijn: de metingen zijn voor deze machine alleen. Gebruik een tunnel om ze van elders te lezen.",
            en: "'%1' can only be 127.0.0.1, ::1 or localhost: the figures are for this machine alone. Use a tunnel to read them from elsewhere.")
        case .relayErrorNotInitialised: Phrase(
            nl: "Deze doorgeefserver heeft nog geen sleutels in %1. Begin met 'kith-relay init'.",
            en: "This relay has no keys in %1 yet. Begin with 'kith-relay init'.")
        case .relayErrorNotBoxed: Phrase(
            nl: "Het stickbestand %1 gaat voor deze doorgeefserver niet open. Laat een coördinator eerst de aanvraag toelaten ('kith device admit relay.kithrequest --role relay') en daarna een nieuw stickbestand maken.",
            en: "The stick file %1 does not open for this relay. Have a coordinator admit the request first ('kith device admit relay.kithrequest --role relay') and make a new stick file afterwards.")
        case .relayErrorNotRelay: Phrase(
            nl: "In het stickbestand %1 is deze machine geen doorgeefserver. Laat een coördinator haar toelaten met --role relay, en een nieuw stickbestand maken.",
            en: "In the stick file %1 this machine is no relay. Have a coordinator admit it with --role relay, and make a new stick file.")
        case .relayErrorNotWhole: Phrase(
            nl: "Het stickbestand %1 heeft niet alles vanaf het begin. Vraag om een met alles: 'kith bundle export STICKBESTAND --all'.",
            en: "The stick file %1 does not hold everything from the beginning. Ask for one that does: 'kith bundle export STICKFILE --all'.")
        case .relayErrorSpaceExists: Phrase(
            nl: "Buurtlijst %1 is hier al. Wat er nieuw is, brengen de laptops; verwijder haar eerst als u haar opnieuw wilt beginnen.",
            en: "Community list %1 is here already. Laptops bring what is new; remove it first if you want to begin it anew.")
        case .relayErrorBadSpace: Phrase(
            nl: "'%1' is geen buurtlijst van deze doorgeefserver, of meer dan één. 'kith-relay space list' noemt ze; een eenduidig einde is genoeg.",
            en: "'%1' is no community list of this relay, or several. 'kith-relay space list' names them; an unambiguous ending will do.")
        case .relayErrorBadTime: Phrase(
            nl: "'%1' is geen tijd. Schrijf 30m, 12h of 2d, of een datum zoals 2026-03-01 of 2026-03-01T12:00:00Z.",
            en: "'%1' is no time. Write 30m, 12h or 2d, or a date such as 2026-03-01 or 2026-03-01T12:00:00Z.")
        case .relayErrorBackupFolder: Phrase(
            nl: "%1 past niet. Noem voor een reservekopie een nieuwe of lege map waarin de doorgeefserver schrijven mag, en voor het terugzetten een map met reservekopieën of één bestand daaruit.",
            en: "%1 does not fit. For a backup, name a new or empty folder that the relay may write to; to restore, a folder with backups or one file of it.")
        case .relayErrorBackupDamaged: Phrase(
            nl: "De opslag is beschadigd of onvolledig (%1); er is niets overgenomen. 'kith-relay verify' zegt wat nog meer; zet een oudere reservekopie terug.",
            en: "The store is damaged or not whole (%1); nothing was taken over. 'kith-relay verify' says what else; restore an older backup.")
        case .relayErrorOtherUser: Phrase(
            nl: "%1 is van een andere gebruiker. Doe dit als die gebruiker, of als beheerder: 'sudo kith-relay ...'.",
            en: "%1 belongs to another user. Do this as that user, or as administrator: 'sudo kith-relay ...'.")
        case .relayErrorNoAnswer: Phrase(
            nl: "Er komt geen bruikbaar antwoord van een doorgeefserver op %1. Kijk of hij draait: 'systemctl status kith-relay'.",
            en: "No relay gives a usable answer at %1. See whether it runs: 'systemctl status kith-relay'.")
        case .relayErrorSocketPath: Phrase(
            nl: "De naam van de map %1 is te lang voor een socket. Kies met state.folder een kortere.",
            en: "The folder's name %1 is too long for a socket. Choose a shorter one by state.folder.")
        case .relayErrorPortTaken: Phrase(
            nl: "Poort %1 is bezet of mag niet. Kies een andere in de instellingen, of stop wat er al op draait.",
            en: "Port %1 is taken or not allowed. Choose another in the settings, or stop what runs on it.")
        case .relayErrorStateFolder: Phrase(
            nl: "De map %1 is niet te maken of te beschrijven. Controleer de rechten, of kies een andere met state.folder.",
            en: "The folder %1 cannot be made or written to. Check its rights, or choose another by state.folder.")
        case .relayErrorStoreKind: Phrase(
            nl: "Deze uitgave kan niet bij de opslag die '%1' noemt. Laat de instelling leeg voor SQLite, of installeer een uitgave met PostgreSQL: 'make deb TRAITS=Postgres' maakt haar.",
            en: "This build cannot use the store that '%1' names. Leave the setting empty for SQLite, or install a build with PostgreSQL: 'make deb TRAITS=Postgres' makes one.")
        case .relayErrorStorePassword: Phrase(
            nl: "In het adres van de opslag staat een wachtwoord; anderen op deze machine kunnen het zien. Haal het weg, en zet het in %1 (host:poort:database:gebruiker:wachtwoord, rechten 600), of in de omgeving met PGPASSFILE of PGPASSWORD. Verander het bij de server als het al gebruikt werd.",
            en: "The store's address has a password in it; others on this machine can see it. Take it out, and put it into %1 (host:port:database:user:password, mode 600), or give PGPASSFILE or PGPASSWORD in the environment. If it was in use already, change it at the server.")
        case .relayErrorNeedsYes: Phrase(
            nl: "Er is niets gedaan: dit vraagt een ja, en er is niemand om het aan te vragen. Geef --yes als het de bedoeling is.",
            en: "Nothing was done: this wants a yes, and nobody is here to be asked. Give --yes if it is meant.")

        case .relayErrorUnknownSpace: Phrase(
            nl: "Deze doorgeefserver draagt geen buurtlijst %1. 'kith-relay space list' noemt ze.",
            en: "This relay carries no community list %1. 'kith-relay space list' names them.")
        case .relayErrorFull: Phrase(
            nl: "De schijf of het quotum is vol voor %1. Lezen gaat door; maak plaats, of verhoog quota.spaceByteCount.",
            en: "The disk or the quota is full for %1. Reading goes on; make room, or raise quota.spaceByteCount.")
        case .relayErrorStorage: Phrase(
            nl: "De opslag geeft een fout (%1). Kijk in het log en of de schijf nog goed is; er is niets weggegooid.",
            en: "The store reports a failure (%1). Look at the log and whether the disk is sound; nothing was thrown away.")
        case .relayErrorDamaged: Phrase(
            nl: "%1 is beschadigd, of niet van een doorgeefserver. Zet een reservekopie terug, of verwijder de buurtlijst en voeg haar opnieuw toe; de laptops hebben alles nog.",
            en: "%1 is damaged, or not a relay's. Restore a backup, or remove the community list and add it anew; the laptops still have everything.")
        case .relayErrorNewerVersion: Phrase(
            nl: "%1 is van een nieuwere kith-relay. Installeer de nieuwste.", en: "%1 is of a newer kith-relay. Install the newest.")
        case .relayErrorInUse: Phrase(
            nl: "Een andere doorgeefserver heeft de opslag (%1). Stop die eerst: twee op één opslag kan alleen met PostgreSQL.",
            en: "Another relay has the store (%1). Stop that one first: two on one store work with PostgreSQL alone.")
        case .relayErrorNotAdmitted: Phrase(
            nl: "In buurtlijst %1 is deze machine geen doorgeefserver (meer). Laat een coördinator haar toelaten met --role relay.",
            en: "In community list %1 this machine is no relay (any more). Have a coordinator admit it with --role relay.")
        case .relayErrorExists: Phrase(
            nl: "%1 bestaat al, en er wordt niets overheen geschreven. Kies een andere plaats.",
            en: "%1 exists already, and nothing is written over it. Choose another place.")
        }
    }
}

extension Language {
    package func say(_ sentence: OperatorSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }
}
