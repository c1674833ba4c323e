import Words

/// What the program says on members, keys, quarantine, erasure and copies: the second part of the catalogue (see `Sentence`).
package enum MemberSentence: String, CaseIterable, Saying {
    case roleCoordinator, roleMember, roleReader, roleRelay, roleRecovery, roleNone
    case thisDevice, neverMet, lastMet, lacksOne, lacksMany, lacksNone, promoteShown, promoteQuestion, promoted, inviteWaits, inviteListened, deviceLine, noQR
    case admitShown, admitQuestion, admitted, admittedNext
    case revokeShown, revokeSelfShown, revokeQuestion, revoked, revokedLimits, revokedSelf, alreadyRemoved
    case renamed, passphrasePrompt, newPassphrasePrompt, againPrompt, passphraseSet, passphraseRemoved, passphraseNone
    case invited, invitedNext, invitedHere, inviteLine, inviteOpen, inviteClosed, invitesNone, withdrawn
    case rotateQuestion, rotated, acceptQuestion, recoveryReplaceQuestion, restoreQuestion
    case quarantineLine, quarantineNone, quarantineRemedy, quarantineKey, quarantineNewer, quarantineFault, quarantineUnreadable, accepted, discardQuestion, discarded
    case eraseShown, mentionTrash, eraseQuestion, eraseNameQuestion, erased, erasedLimits
    case erasuresCameOne, erasuresCameMany, erasureLine, erasureConfirmed, erasureAwaited, erasureRelays, erasuresNone, outOfReach, outOfReachWaitingOne, outOfReachWaitingMany
    case recoveryMade, recoveryUse, recoveryLabel, wordsPrompt, recovered
    case backedUp, restored, setAside
    case statusRole, statusRemoved, statusUnknownDevice, statusFewCoordinators
    case statusQuarantineOne, statusQuarantineMany, statusUnreadableOne, statusUnreadableMany, statusErasureOne, statusErasureMany, statusRotation, statusFullSigner
    case statusDiskFull, statusDiskFullWaiting, erasedNotHere

    package var phrase: Phrase {
        switch self {
        case .roleCoordinator: Phrase(nl: "coördinator", en: "coordinator")
        case .roleMember: Phrase(nl: "lid", en: "member")
        case .roleReader: Phrase(nl: "meelezer", en: "reader")
        case .roleRelay: Phrase(nl: "doorgeefserver", en: "relay")
        case .roleRecovery: Phrase(nl: "herstelpapier", en: "recovery paper")
        case .roleNone: Phrase(nl: "onbekend", en: "unknown")

        case .thisDevice: Phrase(nl: " (deze laptop)", en: " (this laptop)")
        case .neverMet: Phrase(nl: "nog niet van gehoord", en: "not heard from yet")
        case .lastMet: Phrase(nl: "laatst gehoord %1 (%2)", en: "last heard from %1 (%2)")
        case .lacksNone: Phrase(nl: "; heeft alles van hier", en: "; has all that is here")
        case .lacksOne: Phrase(nl: "; mist %1 wijziging van hier", en: "; lacks %1 change from here")
        case .lacksMany: Phrase(nl: "; mist %1 wijzigingen van hier", en: "; lacks %1 changes from here")
        case .promoteShown: Phrase(nl: "'%1' is nu %2, bij %3, en wordt %4, bij %5.", en: "'%1' is %2 now, of %3, and becomes %4, of %5.")
        case .promoteQuestion: Phrase(nl: "Doen (j/N)? ", en: "Do it (y/N)? ")
        case .promoted: Phrase(
            nl: "'%1' is nu %2, bij %3. De anderen horen het met de volgende uitwisseling.",
            en: "'%1' is %2 now, of %3. The others hear of it with the next exchange.")
        case .inviteWaits: Phrase(
            nl: "Wacht op de nieuwe laptop; stop met Ctrl-C (daarna werkt de code weer zodra hier 'kith listen' draait).",
            en: "Waiting for the new laptop; stop with Ctrl-C (the code then works again as soon as 'kith listen' runs here).")
        case .inviteListened: Phrase(
            nl: "Op deze laptop luistert al iets; is dat 'kith listen' van deze lijst, dan werkt de code daar.", en: "Something listens on this laptop already; if it is 'kith listen' of this list, the code works there.")
        case .deviceLine: Phrase(nl: "%1%2\n  %3; %4; %5\n  %6", en: "%1%2\n  %3; %4; %5\n  %6")
        case .noQR: Phrase(nl: "Toon geen QR-code.", en: "Show no QR code.")

        case .admitShown: Phrase(
            nl: "Aanvraag van '%1'\n  %2\n  als %3, voor: %4\nVergelijk het kenmerk met wat op die laptop staat ('kith device id').",
            en: "Request to join of '%1'\n  %2\n  as %3, for: %4\nCompare the reference with what that laptop shows ('kith device id').")
        case .admitQuestion: Phrase(nl: "Is dat hetzelfde kenmerk? '%1' toelaten (j/N)? ", en: "Is it the same reference? Admit '%1' (y/N)? ")
        case .admitted: Phrase(nl: "'%1' is toegelaten als %2, voor: %3.", en: "'%1' is admitted as %2, for: %3.")
        case .admittedNext: Phrase(
            nl: "Geef nu een nieuw stickbestand mee ('kith bundle export STICKBESTAND'); daarmee doet die laptop mee: 'kith join STICKBESTAND'.",
            en: "Now hand over a new stick file ('kith bundle export STICKFILE'); that laptop joins with it: 'kith join STICKFILE'.")

        case .revokeShown: Phrase(nl: "'%1' (%2)\n  %3", en: "'%1' (%2)\n  %3")
        case .revokeSelfShown: Phrase(
            nl: "Dat is deze laptop zelf: die kan daarna niets meer ontvangen of sturen.",
            en: "That is this laptop itself: it can receive and send nothing afterwards.")
        case .revokeQuestion: Phrase(nl: "'%1' voorgoed de toegang intrekken (j/N)? ", en: "Withdraw the access of '%1' for good (y/N)? ")
        case .revoked: Phrase(
            nl: "'%1' heeft geen toegang meer. De sleutels zijn vervangen. Wie dit weet, geeft '%1' niets nieuws meer: wissel nu uit met iedereen.",
            en: "'%1' has no access any more. The keys were replaced. Whoever knows this gives '%1' nothing new: exchange with everybody now.")
        case .revokedLimits: Phrase(
            nl: "Wat al op die laptop en op oude sticks staat, blijft daar; wat zij eerder bijdroeg, blijft hier. Wat zij nog stuurt, wordt apart gezet ('kith quarantine list'). Een laptop die dit nog niet weet, neemt het nog aan.",
            en: "What is on that laptop and on old sticks stays there; what it contributed before stays here. What it still sends is held back ('kith quarantine list'). A laptop that does not know this yet still accepts it.")
        case .revokedSelf: Phrase(
            nl: "'%1' heeft geen toegang meer, maar nog weet alleen deze laptop dat. Geef het nieuws nu door met 'kith sync', het liefst aan een coördinator: diens laptop vervangt dan de sleutels. Tot dat gebeurd is, kan wie deze laptop of haar sleutels heeft nog lezen wat er bij komt.",
            en: "'%1' has no access any more, but so far this laptop alone knows. Pass the news on now with 'kith sync', to a coordinator if you can: that laptop replaces the keys then. Until it has, whoever has this laptop or its keys can still read what is added.")
        case .rotateQuestion: Phrase(nl: "Alle sleutels van de buurtlijst vervangen (j/N)? ", en: "Replace all keys of the community list (y/N)? ")
        case .acceptQuestion: Phrase(
            nl: "%1 van %2 toch opnemen? U staat er dan voor in (j/N). ", en: "Take in %1 from %2 after all? You vouch for it then (y/N). ")
        case .recoveryReplaceQuestion: Phrase(
            nl: "Het vorige herstelpapier geldt daarna niet meer. Een nieuw maken (j/N)? ",
            en: "The previous recovery paper no longer counts afterwards. Make a new one (y/N)? ")
        case .restoreQuestion: Phrase(
            nl: "Staat er al een lijst op deze laptop, dan krijgt die een andere naam. Terugzetten (j/N)? ",
            en: "A list that is on this laptop already gets another name. Restore (y/N)? ")
        case .alreadyRemoved: Phrase(nl: "'%1' had al geen toegang meer.", en: "'%1' had no access already.")
        case .renamed: Phrase(nl: "'%1' heet nu '%2', voor iedereen.", en: "'%1' is now called '%2', for everyone.")

        case .passphrasePrompt: Phrase(nl: "Wachtzin van deze laptop: ", en: "This laptop's passphrase: ")
        case .newPassphrasePrompt: Phrase(nl: "Nieuwe wachtzin: ", en: "New passphrase: ")
        case .againPrompt: Phrase(nl: "Nog eens: ", en: "Again: ")
        case .passphraseSet: Phrase(
            nl: "De sleutels van deze laptop zitten nu achter de wachtzin. Wie haar vergeet, moet opnieuw toegelaten worden. De lijst zelf is er niet mee versleuteld: gebruik daarvoor schijfversleuteling.",
            en: "This laptop's keys are behind the passphrase now. Whoever forgets it must be admitted anew. The list itself is not encrypted by it: use disk encryption for that.")
        case .passphraseRemoved: Phrase(nl: "De sleutels van deze laptop hebben geen wachtzin meer.", en: "This laptop's keys have no passphrase any more.")
        case .passphraseNone: Phrase(nl: "Er was geen wachtzin.", en: "There was no passphrase.")

        case .invited: Phrase(nl: "Code voor nieuwe laptops: %1, als %2, voor: %3:\n\n  %4\n", en: "Code for new laptops: %1, as %2, for: %3:\n\n  %4\n")
        case .invitedNext: Phrase(
            nl: "Laat op deze laptop 'kith listen' draaien. Op de nieuwe laptop:\n  kith join %1@%2 --name 'NAAM VAN DE LAPTOP'\nDe code opent geen gegevens en wordt niet nog eens getoond. Intrekken: 'kith invite withdraw %3'.",
            en: "Keep 'kith listen' running on this laptop. On the new laptop:\n  kith join %1@%2 --name 'NAME OF THE LAPTOP'\nThe code opens no data and is not shown again. To withdraw it: 'kith invite withdraw %3'.")
        case .invitedHere: Phrase(
            nl: "Op de nieuwe laptop:\n  kith join %1@%2 --name 'NAAM VAN DE LAPTOP'\nDe code opent geen gegevens en wordt niet nog eens getoond. Intrekken: 'kith invite withdraw %3'.",
            en: "On the new laptop:\n  kith join %1@%2 --name 'NAME OF THE LAPTOP'\nThe code opens no data and is not shown again. To withdraw it: 'kith invite withdraw %3'.")
        case .inviteLine: Phrase(nl: "%1  %2, voor: %3; gemaakt door %6; %4 van %5 gebruikt; %7", en: "%1  %2, for: %3; made by %6; %4 of %5 used; %7")
        case .inviteOpen: Phrase(nl: "open", en: "open")
        case .inviteClosed: Phrase(nl: "gesloten", en: "closed")
        case .invitesNone: Phrase(nl: "Er zijn geen uitnodigingen.", en: "There are no invites.")
        case .withdrawn: Phrase(nl: "De uitnodiging is ingetrokken: niemand komt er nog mee binnen.", en: "The invite is withdrawn: it lets nobody in any more.")
        case .rotated: Phrase(
            nl: "Nieuwe sleutels voor: %1. Ze gaan mee als u uitwisselt; wat er al was, blijft leesbaar.",
            en: "New keys for: %1. They go along when you exchange; what was there stays readable.")

        case .quarantineLine: Phrase(nl: "%1  %2 bij de %3, van %4, gemaakt %5 (%6)", en: "%1  %2 in the %3, from %4, made %5 (%6)")
        case .quarantineNone: Phrase(nl: "Er is niets apart gezet.", en: "Nothing is held back.")
        case .quarantineRemedy: Phrase(
            nl: "Dit kwam van een laptop zonder toegang. 'kith quarantine accept LAPTOP --dry-run' zegt wat erin zit. Vertrouwt u het, dan neemt 'kith quarantine accept LAPTOP' het op: u staat er dan zelf voor in. Zo niet: 'kith quarantine discard LAPTOP'.",
            en: "This came from a laptop without access. 'kith quarantine accept LAPTOP --dry-run' says what is in it. If you trust it, 'kith quarantine accept LAPTOP' takes it in: you vouch for it then. If not: 'kith quarantine discard LAPTOP'.")
        case .quarantineKey: Phrase(
            nl: "  niet te lezen: de sleutel is hier nog niet", en: "  cannot be read: the key is not here yet")
        case .quarantineNewer: Phrase(nl: "  niet te lezen: met een nieuwere Kith gemaakt", en: "  cannot be read: made by a newer Kith")
        case .quarantineFault: Phrase(
            nl: "  niet te lezen: verkeerd ingepakt (%1)", en: "  cannot be read: packed wrongly (%1)")
        case .quarantineUnreadable: Phrase(
            nl: "Wat niet te lezen is, wordt opnieuw geprobeerd als er een sleutel, een nieuwe ledenlijst of een nieuwere Kith komt; 'kith quarantine accept LAPTOP' probeert het nu. 'kith quarantine discard LAPTOP' gooit het weg; wie dezelfde wijzigingen heeft, geeft ze door.",
            en: "What cannot be read is tried again when a key, a new member list or a newer Kith comes; 'kith quarantine accept LAPTOP' tries now. 'kith quarantine discard LAPTOP' throws it away; whoever has the same changes passes them on.")
        case .accepted: Phrase(nl: "Opgenomen; deze laptop staat er nu voor in.", en: "Taken in; this laptop vouches for it now.")
        case .discardQuestion: Phrase(nl: "%1 van %2 op deze laptop voorgoed weggooien (j/N)? ", en: "Throw %1 from %2 away for good, on this laptop (y/N)? ")
        case .discarded: Phrase(nl: "Op deze laptop weggegooid. Er is niets opgenomen.", en: "Thrown away on this laptop. Nothing was taken in.")

        case .eraseShown: Phrase(nl: "Als u ja kiest, gaat overal en voorgoed weg: %1.", en: "If you say yes, gone everywhere for good: %1.")
        case .mentionTrash: Phrase(nl: " (in de prullenbak)", en: " (in the trash)")
        case .eraseQuestion: Phrase(nl: "%1 voorgoed wissen (j/N)? ", en: "Erase %1 for good (y/N)? ")
        case .eraseNameQuestion: Phrase(nl: "%1 voorgoed wissen? Typ de achternaam: ", en: "Erase %1 for good? Type the family name: ")
        case .erased: Phrase(
            nl: "Op deze laptop gewist: %1. Elders gaat het weg na uitwisselen; oude sticks brengen het niet terug.",
            en: "Erased on this laptop: %1. Elsewhere it goes once exchanged; old sticks do not bring it back.")
        case .erasedLimits: Phrase(
            nl: "Niet gewist: teksten elders met de naam (%1), en wat op oude sticks en in reservekopieën staat. 'kith erase --status' zegt wie het wissen bevestigd heeft.",
            en: "Not erased: texts elsewhere with the name (%1), and what is on old sticks and in backups. 'kith erase --status' says who has confirmed.")
        case .erasuresCameOne: Phrase(
            nl: "Een coördinator heeft 1 keer iets gewist; dat gaat vóór al het andere.",
            en: "A coordinator has erased once; that goes before everything else.")
        case .erasuresCameMany: Phrase(
            nl: "Een coördinator heeft %1 keer iets gewist; dat gaat vóór al het andere.",
            en: "A coordinator has erased %1 times; that goes before everything else.")
        case .erasureLine: Phrase(nl: "%1 (%2), door %3, bij de %4:", en: "%1 (%2), by %3, in the %4:")
        case .erasureConfirmed: Phrase(nl: "  bevestigd: %1", en: "  confirmed: %1")
        case .erasureAwaited: Phrase(nl: "  nog niet: %1", en: "  not yet: %1")
        case .erasureRelays: Phrase(nl: "  kunnen nog oudere, versleutelde delen hebben: %1", en: "  may still hold older, encrypted parts: %1")
        case .erasuresNone: Phrase(nl: "Er is nooit iets gewist.", en: "Nothing was ever erased.")
        case .outOfReach: Phrase(
            nl: "Buiten bereik, en dus één voor één zelf te doen:\n  oude sticks wissen: ze zijn versleuteld, maar te lezen voor wie de sleutels heeft\n  reservekopieën en gekopieerde bestanden wissen\n  teksten bewerken waarin de persoon staat; wat daarin vervangen is, blijft 30 dagen bewaard voor 'kith undo'\nEen laptop zonder toegang, of die zoek is, houdt wat zij had. Wordt een kopie teruggezet, dan wist die opnieuw zodra zij het nieuws krijgt.",
            en: "Out of reach, and so to be done one by one:\n  erase old sticks: they are encrypted, but readable to who has the keys\n  erase backups and copied files\n  edit texts that name the person; what is replaced in them is kept 30 days for 'kith undo'\nA laptop without access, or lost, keeps what it had. When a copy is restored, it erases again as soon as it gets the news.")
        case .outOfReachWaitingOne: Phrase(
            nl: "%1 stickbestand wacht hier, versleuteld, op eerder werk; wat gewist is, wordt er bij het verwerken uitgelaten.",
            en: "%1 stick file waits here, encrypted, for earlier work; what was erased is left out of it when it is taken in.")
        case .outOfReachWaitingMany: Phrase(
            nl: "%1 stickbestanden wachten hier, versleuteld, op eerder werk; wat gewist is, wordt er bij het verwerken uitgelaten.",
            en: "%1 stick files wait here, encrypted, for earlier work; what was erased is left out of them when they are taken in.")

        case .recoveryMade: Phrase(
            nl: "Herstelpapier van '%1'. Schrijf de woorden op of druk ze af, en bewaar ze op een veilige plek. Ze worden maar één keer getoond en nergens bewaard; een eerder herstelpapier geldt niet meer.",
            en: "Recovery paper of '%1'. Write the words down or print them, and keep them in a safe place. They are shown once and kept nowhere; an earlier recovery paper no longer counts.")
        case .recoveryUse: Phrase(
            nl: "Zijn alle coördinatoren kwijt, dan maakt 'kith recovery use' met deze woorden een andere laptop coördinator. Wie de woorden heeft, kan dat ook: bewaar ze als een sleutel.",
            en: "When all coordinators are lost, 'kith recovery use' makes another laptop a coordinator by these words. Whoever has the words can do that: keep them like a key.")
        case .recoveryLabel: Phrase(nl: "Herstelpapier %1", en: "Recovery paper %1")
        case .wordsPrompt: Phrase(
            nl: "Typ de 24 woorden, op een of meer regels (een lege regel stopt):\n",
            en: "Type the 24 words, on one or more lines (an empty line stops):\n")
        case .recovered: Phrase(
            nl: "Deze laptop is nu coördinator. Trek de toegang in van laptops die kwijt zijn ('kith device revoke'), laat een tweede coördinator toe, en druk een nieuw herstelpapier af ('kith recovery print').",
            en: "This laptop is a coordinator now. Withdraw the access of laptops that are lost ('kith device revoke'), admit a second coordinator, and print a new recovery paper ('kith recovery print').")

        case .backedUp: Phrase(
            nl: "Reservekopie geschreven: %1 (%2). Wie haar heeft, leest alles: bewaar haar net zo veilig als de laptop. De sleutels van deze laptop (%3) zitten er niet in; bewaar die apart, anders is de kopie alleen te lezen en niet terug te zetten.",
            en: "Backup written: %1 (%2). Who has it reads everything: keep it as safe as the laptop. This laptop's keys (%3) are not in it; keep them apart, or the copy can be read but not restored.")
        case .restored: Phrase(
            nl: "Teruggezet: buurtlijst '%1' op '%2', %3. Wat er sindsdien bij kwam, komt terug als u uitwisselt.",
            en: "Restored: community list '%1' on '%2', %3. What was added since comes back when you exchange.")
        case .setAside: Phrase(
            nl: "De vorige lijst heet nu %1. Verwijder dat bestand als u het niet meer nodig hebt.",
            en: "The previous list is kept as %1. Delete that file when you no longer need it.")

        case .statusRole: Phrase(nl: "Rol: %1. Laptops: %2, waarvan coördinator: %3.", en: "Role: %1. Laptops: %2, of which coordinators: %3.")
        case .statusRemoved: Phrase(
            nl: "Van deze laptop is de toegang ingetrokken: zij kan niets meer ontvangen of sturen. Alleen met nieuwe sleutels kan zij weer worden toegelaten.",
            en: "The access of this laptop was withdrawn: it can receive and send nothing any more. Only with new keys can it be admitted again.")
        case .statusUnknownDevice: Phrase(
            nl: "De ledenlijst kent deze laptop niet. Vraag een coördinator om een nieuw stickbestand.",
            en: "The member list does not know this laptop. Ask a coordinator for a new stick file.")
        case .statusFewCoordinators: Phrase(
            nl: "Er is maar één coördinator, en geen herstelpapier. Laat een tweede toe (--role coordinator), of doe 'kith recovery print'.",
            en: "There is one coordinator only, and no recovery paper. Admit a second (--role coordinator), or run 'kith recovery print'.")
        case .statusQuarantineOne: Phrase(
            nl: "%1 deel van een laptop zonder toegang is apart gezet: 'kith quarantine list'.",
            en: "%1 part from a laptop without access is held back: 'kith quarantine list'.")
        case .statusQuarantineMany: Phrase(
            nl: "%1 delen van laptops zonder toegang zijn apart gezet: 'kith quarantine list'.",
            en: "%1 parts from laptops without access are held back: 'kith quarantine list'.")
        case .statusUnreadableOne: Phrase(
            nl: "%1 deel is hier niet te lezen en apart gezet: 'kith quarantine list'.",
            en: "%1 part cannot be read here and is held back: 'kith quarantine list'.")
        case .statusUnreadableMany: Phrase(
            nl: "%1 delen zijn hier niet te lezen en apart gezet: 'kith quarantine list'.",
            en: "%1 parts cannot be read here and are held back: 'kith quarantine list'.")
        case .statusErasureOne: Phrase(
            nl: "%1 keer wissen is nog niet door alle laptops bevestigd: 'kith erase --status'.",
            en: "%1 erasure is not confirmed by all laptops yet: 'kith erase --status'.")
        case .statusErasureMany: Phrase(
            nl: "%1 keer wissen is nog niet door alle laptops bevestigd: 'kith erase --status'.",
            en: "%1 erasures are not confirmed by all laptops yet: 'kith erase --status'.")
        case .statusDiskFull: Phrase(
            nl: "De schijf is vol: er is nu niets te bewaren. Wat er staat, is te lezen. Maak de schijf leger.",
            en: "The disk is full: nothing can be kept now. What is there can be read. Free some of the disk.")
        case .statusDiskFullWaiting: Phrase(
            nl: "De schijf is vol. Wijzigingen die nog niet verwerkt zijn: %1. Ze staan in het bestand; maak de schijf leger, dan gaan ze mee.",
            en: "The disk is full. Changes that are not taken in yet: %1. They are in the file; free some of the disk, and they go along.")
        case .erasedNotHere: Phrase(
            nl: "Het wissen is ondertekend en gaat mee als u uitwisselt. Op deze laptop is nog niets weg, want de schijf is vol: maak haar leger, en geef dan 'kith erase --status'. Eerder gaat er niets van deze laptop weg.",
            en: "The erasure is signed and goes along when you exchange. Nothing is gone on this laptop yet, because the disk is full: free some of it, and then run 'kith erase --status'. Nothing leaves this laptop before that.")
        case .statusRotation: Phrase(
            nl: "Een laptop zonder toegang kent nog een sleutel: een coördinator vervangt die bij de volgende uitwisseling, of met 'kith key rotate'.",
            en: "A laptop without access still knows a key: a coordinator replaces it with the next exchange, or by 'kith key rotate'.")
        case .statusFullSigner: Phrase(
            nl: "%1 heeft zo veel berichten over wie meedoet en over kopieën ondertekend als één laptop mag: meer neemt niemand aan. Vraag wie haar gebruikt; de toegang intrekken kan met 'kith device revoke'.",
            en: "%1 has signed as many notices on who takes part and on copies as one laptop may: nobody takes in more. Ask whoever uses it; 'kith device revoke' withdraws its access.")
        }
    }
}

extension Language {
    package func say(_ sentence: MemberSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }

    package func count(_ value: Int, _ one: MemberSentence, _ many: MemberSentence) -> String {
        fill(text((value == 1 ? one : many).phrase), [number(value)])
    }
}
