import Words

/// What the program says on members, keys, quarantine, erasure and copies: the second part of the catalogue (see `Sentence`).
package enum MemberSentence: String, CaseIterable, Saying {
    case roleCoordinator, roleMember, roleReader, roleRelay, roleRecovery, roleNone
    case thisDevice, neverMet, lastMet, deviceLine, noQR
    case admitShown, admitQuestion, admitted, admittedNext
    case revokeShown, revokeSelfShown, revokeQuestion, revoked, revokedLimits, revokedSelf, alreadyRemoved
    case renamed, passphrasePrompt, newPassphrasePrompt, againPrompt, passphraseSet, passphraseRemoved, passphraseNone
    case invited, invitedNext, inviteLine, inviteOpen, inviteClosed, invitesNone, withdrawn
    case rotateQuestion, rotated, acceptQuestion, recoveryReplaceQuestion, restoreQuestion
    case quarantineLine, quarantineNone, quarantineRemedy, quarantineKey, quarantineNewer, quarantineFault, quarantineUnreadable, accepted, discardQuestion, discarded
    case eraseShown, mentionTrash, eraseQuestion, erased, erasedLimits, eraseRowOne, eraseRowMany
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
        case .roleReader: Phrase(nl: "lezer", en: "reader")
        case .roleRelay: Phrase(nl: "relay", en: "relay")
        case .roleRecovery: Phrase(nl: "herstelsleutel", en: "recovery key")
        case .roleNone: Phrase(nl: "onbekend", en: "unknown")

        case .thisDevice: Phrase(nl: " (dit apparaat)", en: " (this device)")
        case .neverMet: Phrase(nl: "nog niet van gehoord", en: "not heard from yet")
        case .lastMet: Phrase(nl: "laatst gehoord %1 (%2)", en: "last heard from %1 (%2)")
        case .deviceLine: Phrase(nl: "%1%2\n  %3; %4; %5\n  %6", en: "%1%2\n  %3; %4; %5\n  %6")
        case .noQR: Phrase(nl: "Toon geen QR-code.", en: "Show no QR code.")

        case .admitShown: Phrase(
            nl: "Verzoek van '%1'\n  %2\n  als %3, bij %4\nVergelijk het nummer met wat op die laptop staat ('kith device id').",
            en: "Request of '%1'\n  %2\n  as %3, to %4\nCompare the id with what that laptop shows ('kith device id').")
        case .admitQuestion: Phrase(nl: "Is dat hetzelfde nummer? Toelaten (j/N)? ", en: "Is it the same id? Admit (y/N)? ")
        case .admitted: Phrase(nl: "'%1' is toegelaten als %2, bij %3.", en: "'%1' is admitted as %2, to %3.")
        case .admittedNext: Phrase(
            nl: "Geef nu een nieuwe bundel mee ('kith bundle export BUNDEL'); daarmee sluit die laptop aan: 'kith join BUNDEL'.",
            en: "Now hand over a new bundle ('kith bundle export BUNDLE'); that laptop joins with it: 'kith join BUNDLE'.")

        case .revokeShown: Phrase(nl: "'%1' (%2)\n  %3", en: "'%1' (%2)\n  %3")
        case .revokeSelfShown: Phrase(
            nl: "Dat is dit apparaat zelf: het kan daarna niets meer ontvangen of sturen.",
            en: "That is this device itself: it can receive and send nothing afterwards.")
        case .revokeQuestion: Phrase(nl: "Voorgoed verwijderen (j/N)? ", en: "Remove for good (y/N)? ")
        case .revoked: Phrase(
            nl: "'%1' is verwijderd, voorgoed. De sleutels zijn vervangen: wat er vanaf nu bij komt, kan het niet lezen. Het nieuws gaat mee met de volgende bundel of ontmoeting.",
            en: "'%1' is removed, for good. The keys were replaced: what is added from now on it cannot read. The news goes with the next bundle or session.")
        case .revokedLimits: Phrase(
            nl: "Niet teruggenomen: wat al op dat apparaat en op oude sticks staat, en wat het eerder bijdroeg. Wat het nog stuurt, komt in quarantaine ('kith quarantine list'). Een laptop die het nieuws nog niet heeft, neemt het nog aan.",
            en: "Not taken back: what that device and old sticks hold already, and what it contributed before. What it still sends is quarantined ('kith quarantine list'). A laptop that has not had the news still accepts it.")
        case .revokedSelf: Phrase(
            nl: "'%1' is verwijderd, voorgoed: vanaf hier weet alleen deze laptop dat. Geef het nieuws nu door met 'kith sync', bij voorkeur aan een coördinator: diens laptop vervangt dan de sleutels. Tot dat gebeurd is, kan wie deze laptop of haar sleutels heeft nog lezen wat er bij komt.",
            en: "'%1' is removed, for good: so far this laptop alone knows. Pass the news on now with 'kith sync', to a coordinator if you can: that laptop replaces the keys then. Until it has, whoever has this laptop or its keys can still read what is added.")
        case .rotateQuestion: Phrase(nl: "Alle sleutels van de ruimte vervangen (j/N)? ", en: "Replace all keys of the space (y/N)? ")
        case .acceptQuestion: Phrase(
            nl: "%1 van %2 toch opnemen? U staat er dan voor in (j/N). ", en: "Take in %1 from %2 after all? You vouch for it then (y/N). ")
        case .recoveryReplaceQuestion: Phrase(
            nl: "De vorige herstelsleutel geldt daarna niet meer. Een nieuwe maken (j/N)? ",
            en: "The previous recovery key no longer counts afterwards. Make a new one (y/N)? ")
        case .restoreQuestion: Phrase(
            nl: "Een replica die er al staat, gaat opzij. Terugzetten (j/N)? ", en: "A replica that is there already is set aside. Restore (y/N)? ")
        case .alreadyRemoved: Phrase(nl: "'%1' was al verwijderd.", en: "'%1' was removed already.")
        case .renamed: Phrase(nl: "'%1' heet nu '%2', voor iedereen.", en: "'%1' is now called '%2', for everyone.")

        case .passphrasePrompt: Phrase(nl: "Wachtzin van dit apparaat: ", en: "This device's passphrase: ")
        case .newPassphrasePrompt: Phrase(nl: "Nieuwe wachtzin: ", en: "New passphrase: ")
        case .againPrompt: Phrase(nl: "Nog eens: ", en: "Again: ")
        case .passphraseSet: Phrase(
            nl: "De sleutels van dit apparaat zitten nu achter de wachtzin. Wie haar vergeet, moet opnieuw toegelaten worden. De replica zelf is er niet mee versleuteld: gebruik daarvoor schijfversleuteling.",
            en: "This device's keys are behind the passphrase now. Whoever forgets it must be admitted anew. The replica itself is not encrypted by it: use disk encryption for that.")
        case .passphraseRemoved: Phrase(nl: "De sleutels van dit apparaat hebben geen wachtzin meer.", en: "This device's keys have no passphrase any more.")
        case .passphraseNone: Phrase(nl: "Er was geen wachtzin.", en: "There was no passphrase.")

        case .invited: Phrase(
            nl: "Code voor nieuwkomers: %1, als %2, bij %3:\n\n  %4\n",
            en: "Code for newcomers: %1, as %2, to %3:\n\n  %4\n")
        case .invitedNext: Phrase(
            nl: "Laat op deze laptop 'kith listen' draaien. De nieuwkomer typt:\n  kith join %1@%2 --name 'NAAM VAN DE LAPTOP'\nDe code opent geen gegevens en wordt niet nog eens getoond. Intrekken: 'kith invite withdraw %3'.",
            en: "Keep 'kith listen' running on this laptop. The newcomer types:\n  kith join %1@%2 --name 'NAME OF THE LAPTOP'\nThe code opens no data and is not shown again. To withdraw it: 'kith invite withdraw %3'.")
        case .inviteLine: Phrase(nl: "%1  %2, bij %3; gebruikt: %4 van %5; door %6; %7", en: "%1  %2, to %3; used: %4 of %5; by %6; %7")
        case .inviteOpen: Phrase(nl: "open", en: "open")
        case .inviteClosed: Phrase(nl: "gesloten", en: "closed")
        case .invitesNone: Phrase(nl: "Er zijn geen uitnodigingen.", en: "There are no invites.")
        case .withdrawn: Phrase(nl: "De uitnodiging is ingetrokken: niemand komt er nog mee binnen.", en: "The invite is withdrawn: it lets nobody in any more.")
        case .rotated: Phrase(
            nl: "Nieuwe sleutels voor: %1. Ze gaan mee met de volgende bundel of ontmoeting; wat er al was, blijft leesbaar.",
            en: "New keys for: %1. They go with the next bundle or session; what was there stays readable.")

        case .quarantineLine: Phrase(
            nl: "%1  %2 in %3, van %4, gemaakt %5 (%6)", en: "%1  %2 in %3, from %4, made %5 (%6)")
        case .quarantineNone: Phrase(nl: "Er is niets in quarantaine.", en: "Nothing is in quarantine.")
        case .quarantineRemedy: Phrase(
            nl: "Dit kwam van verwijderde apparaten. 'kith quarantine accept ID --dry-run' zegt wat erin zit. Vertrouwt u het, dan 'kith quarantine accept ID': u staat er dan zelf voor in. Zo niet, 'kith quarantine discard ID'.",
            en: "This came from removed devices. 'kith quarantine accept ID --dry-run' says what is in it. If you trust it, 'kith quarantine accept ID': you vouch for it then. If not, 'kith quarantine discard ID'.")
        case .quarantineKey: Phrase(
            nl: "  niet te lezen: de sleutel is hier nog niet", en: "  cannot be read: the key is not here yet")
        case .quarantineNewer: Phrase(
            nl: "  niet te lezen: met een nieuwere versie gemaakt", en: "  cannot be read: made by a newer version")
        case .quarantineFault: Phrase(
            nl: "  niet te lezen: verkeerd ingepakt (%1)", en: "  cannot be read: packed wrongly (%1)")
        case .quarantineUnreadable: Phrase(
            nl: "Wat niet te lezen is, wordt opnieuw geprobeerd als er een sleutel, een nieuwe ledenlijst of een nieuwere versie komt; 'kith quarantine accept ID' probeert het nu. 'kith quarantine discard ID' gooit het weg; wie dezelfde wijzigingen heeft, geeft ze door.",
            en: "What cannot be read is tried again when a key, a new roster or a newer version comes; 'kith quarantine accept ID' tries now. 'kith quarantine discard ID' throws it away; whoever has the same changes passes them on.")
        case .accepted: Phrase(nl: "Gemengd; dit apparaat staat er nu voor in.", en: "Merged; this device vouches for it now.")
        case .discardQuestion: Phrase(nl: "%1 van %2 voorgoed weggooien (j/N)? ", en: "Throw %1 from %2 away for good (y/N)? ")
        case .discarded: Phrase(nl: "Weggegooid. Er is niets gemengd.", en: "Thrown away. Nothing was merged.")

        case .eraseShown: Phrase(nl: "Wordt overal gewist, voorgoed: %1.", en: "To be erased everywhere, for good: %1.")
        case .mentionTrash: Phrase(nl: " (in de prullenbak)", en: " (in the trash)")
        case .eraseQuestion: Phrase(
            nl: "Dit is nooit terug te draaien. Wissen (j/N)? ", en: "This can never be taken back. Erase (y/N)? ")
        case .erased: Phrase(
            nl: "Gewist op dit apparaat: %1. Het gaat vóór al het andere mee met de volgende bundel of ontmoeting, en oude sticks brengen het niet terug.",
            en: "Erased on this device: %1. It goes before everything else with the next bundle or session, and old sticks do not bring it back.")
        case .erasedLimits: Phrase(
            nl: "'kith erase --status' zegt wie het bevestigd heeft, en wat buiten bereik is.",
            en: "'kith erase --status' says who has confirmed, and what is out of reach.")
        case .eraseRowOne: Phrase(nl: "%1 rij van %2", en: "%1 row of %2")
        case .eraseRowMany: Phrase(nl: "%1 rijen van %2", en: "%1 rows of %2")
        case .erasuresCameOne: Phrase(nl: "%1 wissing, voor al het andere.", en: "%1 erasure, before everything else.")
        case .erasuresCameMany: Phrase(nl: "%1 wissingen, voor al het andere.", en: "%1 erasures, before everything else.")
        case .erasureLine: Phrase(nl: "%1 (%2), door %3, in %4:", en: "%1 (%2), by %3, in %4:")
        case .erasureConfirmed: Phrase(nl: "  bevestigd: %1", en: "  confirmed: %1")
        case .erasureAwaited: Phrase(nl: "  nog niet: %1", en: "  not yet: %1")
        case .erasureRelays: Phrase(
            nl: "  kunnen nog oudere, verzegelde delen hebben: %1", en: "  may still hold older, sealed segments: %1")
        case .erasuresNone: Phrase(nl: "Er is nooit iets gewist.", en: "Nothing was ever erased.")
        case .outOfReach: Phrase(
            nl: "Buiten bereik: oude sticks (verzegeld, maar leesbaar voor wie de sleutels heeft), reservekopieën en gekopieerde of opzij gezette bestanden, apparaten die verwijderd of zoek zijn, en andere rijen die de persoon noemen (ook wat een bewerking daarin verving: dat blijft 30 dagen voor 'kith undo'). Zoek die op en verwijder ze zelf. Wordt zo'n kopie teruggezet, dan wordt er opnieuw gewist zodra hij het nieuws krijgt.",
            en: "Out of reach: old sticks (sealed, but readable to who has the keys), backup files and files that were copied or set aside, devices that were removed or lost, and other rows that name the person (also what an edit replaced in them: that stays 30 days for 'kith undo'). Find and delete those yourself. When such a copy is restored, it erases again as soon as it gets the news.")
        case .outOfReachWaitingOne: Phrase(
            nl: "%1 bundel wacht hier, verzegeld, op een eerdere; gewiste rijen daarin worden bij het mengen weggelaten.",
            en: "%1 bundle waits here, sealed, for an earlier one; erased rows in it are dropped when it merges.")
        case .outOfReachWaitingMany: Phrase(
            nl: "%1 bundels wachten hier, verzegeld, op eerdere; gewiste rijen daarin worden bij het mengen weggelaten.",
            en: "%1 bundles wait here, sealed, for earlier ones; erased rows in them are dropped when they merge.")

        case .recoveryMade: Phrase(
            nl: "Herstelsleutel van '%1'. Schrijf de woorden op papier of druk ze af, en bewaar ze op een veilige plek. Ze worden maar één keer getoond en nergens bewaard; een eerdere herstelsleutel geldt niet meer.",
            en: "Recovery key of '%1'. Write the words on paper or print them, and keep them in a safe place. They are shown once and kept nowhere; an earlier recovery key no longer counts.")
        case .recoveryUse: Phrase(
            nl: "Zijn alle coördinatoren kwijt, dan maakt 'kith recovery use' met deze woorden een ander apparaat van de ruimte coördinator. Wie de woorden heeft, kan dat ook: bewaar ze als een sleutel.",
            en: "When all coordinators are lost, 'kith recovery use' makes another device of the space coordinator by these words. Whoever has the words can do that: keep them like a key.")
        case .recoveryLabel: Phrase(nl: "Herstelsleutel %1", en: "Recovery key %1")
        case .wordsPrompt: Phrase(
            nl: "Typ de 24 woorden, op een of meer regels (een lege regel stopt):\n",
            en: "Type the 24 words, on one or more lines (an empty line stops):\n")
        case .recovered: Phrase(
            nl: "Dit apparaat is nu coördinator. Verwijder de apparaten die kwijt zijn ('kith device revoke'), laat een tweede coördinator toe, en druk een nieuwe herstelsleutel af ('kith recovery print').",
            en: "This device is a coordinator now. Remove the devices that are lost ('kith device revoke'), admit a second coordinator, and print a new recovery key ('kith recovery print').")

        case .backedUp: Phrase(
            nl: "Reservekopie geschreven: %1 (%2). Wie hem heeft, leest alles: bewaar hem zo goed als de laptop. De sleutels van dit apparaat (%3) zitten er niet in; bewaar die apart, anders is de kopie alleen te lezen en niet terug te zetten.",
            en: "Backup written: %1 (%2). Who has it reads everything: guard it as well as the laptop. This device's keys (%3) are not in it; keep them apart, or the copy can be read but not restored.")
        case .restored: Phrase(
            nl: "Teruggezet: ruimte '%1' op '%2', %3. Wat er sindsdien bij kwam, brengt de volgende bundel of ontmoeting.",
            en: "Restored: space '%1' on '%2', %3. What was added since comes with the next bundle or session.")
        case .setAside: Phrase(
            nl: "De replica die er stond, is opzij gezet: %1. Verwijder dat bestand als u het niet meer nodig hebt.",
            en: "The replica that was there was set aside: %1. Delete that file when you no longer need it.")

        case .statusRole: Phrase(nl: "Rol: %1. Apparaten: %2, waarvan coördinator: %3.", en: "Role: %1. Devices: %2, of which coordinators: %3.")
        case .statusRemoved: Phrase(
            nl: "Dit apparaat is uit de ruimte verwijderd: het kan niets meer ontvangen of sturen. Alleen met nieuwe sleutels kan het weer worden toegelaten.",
            en: "This device was removed from the space: it can receive and send nothing any more. Only with new keys can it be admitted again.")
        case .statusUnknownDevice: Phrase(
            nl: "De ledenlijst kent dit apparaat niet. Vraag een coördinator om een nieuwe bundel.",
            en: "The roster does not know this device. Ask a coordinator for a new bundle.")
        case .statusFewCoordinators: Phrase(
            nl: "Er is maar één coördinator, en geen herstelsleutel. Laat een tweede toe (--role coordinator), of doe 'kith recovery print'.",
            en: "There is one coordinator only, and no recovery key. Admit a second (--role coordinator), or run 'kith recovery print'.")
        case .statusQuarantineOne: Phrase(
            nl: "%1 zending van een verwijderd apparaat wacht op u: 'kith quarantine list'.",
            en: "%1 delta from a removed device waits for you: 'kith quarantine list'.")
        case .statusQuarantineMany: Phrase(
            nl: "%1 zendingen van verwijderde apparaten wachten op u: 'kith quarantine list'.",
            en: "%1 deltas from removed devices wait for you: 'kith quarantine list'.")
        case .statusUnreadableOne: Phrase(
            nl: "%1 zending is hier niet te lezen en ligt apart: 'kith quarantine list'.",
            en: "%1 delta cannot be read here and is set aside: 'kith quarantine list'.")
        case .statusUnreadableMany: Phrase(
            nl: "%1 zendingen zijn hier niet te lezen en liggen apart: 'kith quarantine list'.",
            en: "%1 deltas cannot be read here and are set aside: 'kith quarantine list'.")
        case .statusErasureOne: Phrase(
            nl: "%1 wissing is nog niet door alle apparaten bevestigd: 'kith erase --status'.",
            en: "%1 erasure is not confirmed by all devices yet: 'kith erase --status'.")
        case .statusErasureMany: Phrase(
            nl: "%1 wissingen zijn nog niet door alle apparaten bevestigd: 'kith erase --status'.",
            en: "%1 erasures are not confirmed by all devices yet: 'kith erase --status'.")
        case .statusDiskFull: Phrase(
            nl: "De schijf is vol: er is nu niets te bewaren. Wat er staat, is te lezen. Maak ruimte.",
            en: "The disk is full: nothing can be kept now. What is there can be read. Make room.")
        case .statusDiskFullWaiting: Phrase(
            nl: "De schijf is vol. Bewerkingen die wachten tot ze opgenomen worden: %1. Ze staan in het bestand; maak ruimte, dan gaan ze mee.",
            en: "The disk is full. Edits that wait to be taken up: %1. They are in the file; make room, and they go along.")
        case .erasedNotHere: Phrase(
            nl: "De wissing is ondertekend en gaat mee met de volgende ontmoeting. Op dit apparaat is nog niets weg, want de schijf is vol: maak ruimte, en geef dan 'kith erase --status'. Eerder gaat er niets van deze laptop weg.",
            en: "The erasure is signed and goes with the next session. Nothing is gone on this device yet, because the disk is full: make room, and then run 'kith erase --status'. Nothing leaves this laptop before that.")
        case .statusRotation: Phrase(
            nl: "Een sleutel is bekend bij een apparaat dat er niet meer bij mag: een coördinator vervangt hem bij de volgende bundel of ontmoeting, of met 'kith key rotate'.",
            en: "A key is known to a device that may no longer hold it: a coordinator replaces it with the next bundle or session, or by 'kith key rotate'.")
        case .statusFullSigner: Phrase(
            nl: "%1 heeft zo veel berichten over leden en kopieën ondertekend als een apparaat mag: meer van dat apparaat neemt niemand aan. Vraag wie het gebruikt; verwijderen kan met 'kith device revoke'.",
            en: "%1 has signed as many statements on members and copies as one device may: nobody takes in more of it. Ask whoever uses it; 'kith device revoke' removes it.")
        }
    }
}

extension Language {
    package func say(_ sentence: MemberSentence, _ blanks: String...) -> String { fill(text(sentence.phrase), blanks) }

    package func count(_ value: Int, _ one: MemberSentence, _ many: MemberSentence) -> String {
        fill(text((value == 1 ? one : many).phrase), [number(value)])
    }
}
