import Community
import Words

/// What the page says on joining, on laptops and on settings.
enum CarePageSentence: String, PageWords {
    case notAnAddress, joined, groupWrong, group, noSuchFolder, noAnswerYet, joinByCode, otherAddress, otherAddressHint, codeInGroups, gotAStick, joinByStick
    case readReference, stickFolder, writeRequest, answerIsThere, broughtBack, settingsSaved, settingsLead, languageSetting, textSize, textNormal, textLarge, textLarger
    case on, off, me, meHint, whatIDid, whatIDidHint, whatIDidNone, isUndone, trashTitle, trashEmpty, bringBack, devicesOne
    case devicesMany, youAre, inviteTitle, inviteHint, inviteAs, makeCode, readOut, addressBelow, waitsForLaptop, refresh, withdrawCode, codeWithdrawn
    case whoTakesPart, ownLaptop, heard, neverHeard, noAccess, rename, newName, renamed, lost, lostTitle, lostNoNews, lostStays
    case lostAside, typeName, nameDiffers, withdrawAccess, keepAfterAll, accessWithdrawn, cameIn, onlyCoordinator, admitTitle, admitHint, lookForRequest, noRequest
    case compareReference, admit, admitted, newcomer
    case lockTitle, lockLead, passphrase, unlock, lockNow, lockHint
    case keepTitle, copyTitle, copyHint, makeCopy, copyMade, paperTitle, paperHint, makePaper, paperReplaces, paperReplaceIt, paperOnce, print
    case paperUse, eraseTitle, eraseLead, eraseWhat, eraseCounts, eraseWordless, eraseStays, eraseTypeName, eraseNow, eraseNameDiffers, eraseTexts, eraseContradictory
    case erased, erasedLater, saveCard, saveAll, erasePerson, getReady, readyOf, readyPeople, readyPeopleWhat, readySecond, readySecondWhat, readyPaperWhat, readyCopyWhat
    case invite, isDone, asideTitle, asideLead, asideFrom, asideUnreadable, asideTake, asideThrow, asideThrowMeans, asideTaken, asideThrown

    var phrase: Phrase {
        switch self {
        case .notAnAddress: Phrase(nl: "Schrijf het adres zoals 192.168.1.20:4747.", en: "Write the address like 192.168.1.20:4747.")
        case .joined: Phrase(nl: "U doet mee met %1.", en: "You have joined %1.")
        case .groupWrong: Phrase(nl: "Er klopt een teken niet. Vraag deze groep nog eens.", en: "A letter is not right. Ask for this group again.")
        case .group: Phrase(nl: "Groep %1", en: "Group %1")
        case .noSuchFolder: Phrase(nl: "Deze map is er niet. Steek de stick in de laptop, of typ waar hij staat.", en: "This folder is not there. Put the stick in, or type where it is.")
        case .noAnswerYet: Phrase(nl: "Op deze stick staat nog geen antwoord van een coördinator.", en: "There is no answer of a coordinator on this stick yet.")
        case .joinByCode: Phrase(nl: "Bel de coördinator en laat de code voorlezen.", en: "Call the coordinator and have the code read out.")
        case .otherAddress: Phrase(nl: "Adres van de laptop van de coördinator", en: "Address of the coordinator's laptop")
        case .otherAddressHint: Phrase(nl: "Staat onder de code: 192.168.1.20:4747. U zit op hetzelfde netwerk.", en: "It stands below the code: 192.168.1.20:4747. You are on the same network.")
        case .codeInGroups: Phrase(nl: "De code, in vier groepen van negen", en: "The code, in four groups of nine")
        case .gotAStick: Phrase(nl: "Ik kreeg een stick", en: "I got a stick")
        case .joinByStick: Phrase(nl: "Zet een aanvraag op de stick, geef hem aan de coördinator, en wacht op het antwoord.", en: "Put a request on the stick, give it to the coordinator, and wait for the answer.")
        case .readReference: Phrase(nl: "De aanvraag staat op de stick. Lees dit kenmerk voor aan de coördinator:", en: "The request is on the stick. Read this reference to the coordinator:")
        case .stickFolder: Phrase(nl: "Waar is de stick?", en: "Where is the stick?")
        case .writeRequest: Phrase(nl: "Aanvraag op de stick zetten", en: "Put a request on the stick")
        case .answerIsThere: Phrase(nl: "Het antwoord staat erop", en: "The answer is on it")
        case .broughtBack: Phrase(nl: "%1 is teruggehaald.", en: "%1 is back.")
        case .settingsSaved: Phrase(nl: "De instellingen zijn bewaard.", en: "The settings are saved.")
        case .settingsLead: Phrase(nl: "Alleen voor deze laptop.", en: "For this laptop only.")
        case .languageSetting: Phrase(nl: "Taal van Kith", en: "Language of Kith")
        case .textSize: Phrase(nl: "Tekstgrootte", en: "Text size")
        case .textNormal: Phrase(nl: "Gewoon", en: "Normal")
        case .textLarge: Phrase(nl: "Groot", en: "Large")
        case .textLarger: Phrase(nl: "Groter", en: "Larger")
        case .on: Phrase(nl: "aan", en: "on")
        case .off: Phrase(nl: "uit", en: "off")
        case .me: Phrase(nl: "Wie noteert hier meestal?", en: "Who usually notes here?")
        case .meHint: Phrase(nl: "Staat dan al ingevuld bij een moment. Leeg: niemand.", en: "Is filled in at a moment then. Empty: nobody.")
        case .whatIDid: Phrase(nl: "Wat ik deed", en: "What I did")
        case .whatIDidHint: Phrase(nl: "De laatste stappen van deze laptop, dertig dagen lang.", en: "The last steps of this laptop, for thirty days.")
        case .whatIDidNone: Phrase(nl: "Nog niets.", en: "Nothing yet.")
        case .isUndone: Phrase(nl: "ongedaan gemaakt", en: "undone")
        case .trashTitle: Phrase(nl: "Prullenbak", en: "Trash")
        case .trashEmpty: Phrase(nl: "De prullenbak is leeg.", en: "The trash is empty.")
        case .bringBack: Phrase(nl: "Terughalen", en: "Put back")
        case .devicesOne: Phrase(nl: "Alleen deze laptop houdt %1 bij.", en: "Only this laptop keeps %1.")
        case .devicesMany: Phrase(nl: "%2 laptops houden %1 bij.", en: "%2 laptops keep %1.")
        case .youAre: Phrase(nl: "U bent %1.", en: "You are %1.")
        case .inviteTitle: Phrase(nl: "Een laptop uitnodigen", en: "Invite a laptop")
        case .inviteHint: Phrase(
            nl: "De code geldt een uur, voor één laptop op hetzelfde netwerk.",
            en: "The code is good for an hour, for one laptop on the same network.")
        case .inviteAs: Phrase(nl: "Wat mag deze laptop zijn?", en: "What may this laptop be?")
        case .makeCode: Phrase(nl: "Code maken", en: "Make a code")
        case .readOut: Phrase(nl: "Lees de code voor. Zij kiezen daar: Meedoen met een buurtlijst die er al is.", en: "Read the code out. There they choose: Join a community list that is there already.")
        case .addressBelow: Phrase(nl: "Adres: %1", en: "Address: %1")
        case .waitsForLaptop: Phrase(nl: "Wacht op een laptop. Blijf op deze bladzijde; ververs om te zien wie er kwam.", en: "Waits for a laptop. Stay on this page; refresh to see who came.")
        case .refresh: Phrase(nl: "Ververs", en: "Refresh")
        case .withdrawCode: Phrase(nl: "Code intrekken", en: "Withdraw the code")
        case .codeWithdrawn: Phrase(nl: "De code is ingetrokken.", en: "The code is withdrawn.")
        case .whoTakesPart: Phrase(nl: "Wie erbij zijn", en: "Who takes part")
        case .ownLaptop: Phrase(nl: "deze laptop", en: "this laptop")
        case .heard: Phrase(nl: "gehoord %1", en: "heard %1")
        case .neverHeard: Phrase(nl: "nog niet gehoord", en: "not heard yet")
        case .noAccess: Phrase(nl: "zonder toegang", en: "without access")
        case .rename: Phrase(nl: "Hernoemen", en: "Rename")
        case .newName: Phrase(nl: "Nieuwe naam", en: "New name")
        case .renamed: Phrase(nl: "%1 heeft nu die naam.", en: "%1 has that name now.")
        case .lost: Phrase(nl: "Kwijt of gestolen", en: "Lost or stolen")
        case .lostTitle: Phrase(nl: "%1 is kwijt of gestolen", en: "%1 is lost or stolen")
        case .lostNoNews: Phrase(nl: "De toegang wordt ingetrokken: wie dit weet, geeft die laptop niets nieuws meer. Wissel daarna uit met iedereen.", en: "Access is withdrawn: who knows this gives that laptop nothing new. Exchange with everybody after this.")
        case .lostStays: Phrase(nl: "Wat er al op stond, staat er nog. Zonder wachtwoord op die laptop kan een vinder het lezen.", en: "What was on it is still there. Without a password on that laptop, whoever finds it can read it.")
        case .lostAside: Phrase(nl: "Wat die laptop later nog stuurt, wordt apart gezet; u beslist.", en: "What that laptop still sends is held back; you decide.")
        case .typeName: Phrase(nl: "Typ de naam van de laptop om zeker te zijn", en: "Type the laptop's name to be sure")
        case .nameDiffers: Phrase(nl: "Dit is niet de naam van deze laptop.", en: "This is not the name of this laptop.")
        case .withdrawAccess: Phrase(nl: "Toegang intrekken", en: "Withdraw access")
        case .keepAfterAll: Phrase(nl: "Toch niet", en: "Do not")
        case .accessWithdrawn: Phrase(nl: "%1 heeft geen toegang meer. Wissel nu uit met iedereen.", en: "%1 has no access any more. Exchange with everybody now.")
        case .cameIn: Phrase(nl: "%1 deed mee of wisselde uit, %2.", en: "%1 joined or exchanged, %2.")
        case .onlyCoordinator: Phrase(
            nl: "Alleen een coördinator kan laptops uitnodigen, hernoemen of toegang intrekken.",
            en: "Only a coordinator can invite or rename laptops, or withdraw access.")
        case .admitTitle: Phrase(nl: "Een laptop met een stick", en: "A laptop by a stick")
        case .admitHint: Phrase(nl: "Waar is de stick met de aanvraag?", en: "Where is the stick with the request?")
        case .lookForRequest: Phrase(nl: "Aanvraag zoeken", en: "Look for a request")
        case .noRequest: Phrase(nl: "Op deze stick staat geen aanvraag.", en: "There is no request on this stick.")
        case .compareReference: Phrase(nl: "Vergelijk dit kenmerk aan de telefoon: %1", en: "Compare this reference by phone: %1")
        case .admit: Phrase(nl: "Toelaten", en: "Admit")
        case .admitted: Phrase(nl: "%1 is toegelaten. Zet nu bij Uitwisselen onze wijzigingen op de stick.", en: "%1 is admitted. Now put our changes on the stick under Exchange.")
        case .newcomer: Phrase(nl: "een nieuwe laptop", en: "a new laptop")
        case .lockTitle: Phrase(nl: "Kith is op slot", en: "Kith is locked")
        case .lockLead: Phrase(nl: "Deze laptop heeft een wachtzin. Typ haar om verder te gaan.", en: "This laptop has a passphrase. Type it to go on.")
        case .passphrase: Phrase(nl: "Wachtzin", en: "Passphrase")
        case .unlock: Phrase(nl: "Verder", en: "Go on")
        case .lockNow: Phrase(nl: "Op slot doen", en: "Lock")
        case .lockHint: Phrase(nl: "Kith gaat vanzelf op slot als er een kwartier niets gebeurt.", en: "Kith locks by itself when nothing happens for a quarter of an hour.")
        case .keepTitle: Phrase(nl: "Reservekopie en herstelpapier", en: "Backup and recovery paper")
        case .copyTitle: Phrase(nl: "Reservekopie", en: "Backup")
        case .copyHint: Phrase(
            nl: "Alles van de lijst, op een stick die in de la blijft. Wie de stick heeft, kan haar lezen.",
            en: "All of the list, on a stick that stays in a drawer. Whoever has the stick can read it.")
        case .makeCopy: Phrase(nl: "Reservekopie maken", en: "Make a backup")
        case .copyMade: Phrase(nl: "De reservekopie staat op de stick: %1", en: "The backup is on the stick: %1")
        case .paperTitle: Phrase(nl: "Herstelpapier", en: "Recovery paper")
        case .paperHint: Phrase(nl: "Vierentwintig woorden op papier. Zijn alle laptops van coördinatoren kwijt, dan maken zij een andere laptop coördinator.", en: "Twenty-four words on paper. When all coordinators' laptops are lost, they make another laptop a coordinator.")
        case .makePaper: Phrase(nl: "Herstelpapier maken", en: "Make the paper")
        case .paperReplaces: Phrase(nl: "Er is al een herstelpapier. Zet het vinkje als dit nieuwe het oude mag vervangen.", en: "There is a paper already. Tick the box if this new one may replace the old.")
        case .paperReplaceIt: Phrase(nl: "Het oude papier geldt dan niet meer", en: "The old paper counts no more then")
        case .paperOnce: Phrase(nl: "Deze woorden worden één keer getoond en nergens bewaard. Druk ze nu af.", en: "These words are shown once and kept nowhere. Print them now.")
        case .print: Phrase(nl: "Afdrukken", en: "Print")
        case .paperUse: Phrase(nl: "Bewaar dit in een la die op slot kan. Gebruiken: op een laptop die meedoet, bij Instellingen, Reservekopie en herstelpapier.", en: "Keep this in a drawer that locks. To use it: on a laptop that takes part, under Settings, Backup and recovery paper.")
        case .eraseTitle: Phrase(nl: "%1 voorgoed wissen", en: "Erase %1 for good")
        case .eraseLead: Phrase(nl: "Dit gaat overal weg: hier meteen, op andere laptops als u uitwisselt. Het kan niet terug.", en: "This goes everywhere: here at once, on other laptops when you exchange. It cannot be taken back.")
        case .eraseWhat: Phrase(nl: "Wat er weggaat", en: "What goes")
        case .eraseCounts: Phrase(nl: "In de lijst: %1.", en: "In the list: %1.")
        case .eraseWordless: Phrase(nl: "Van %1 contactmomenten gaan de woorden weg; kanaal, minuten en dag blijven.", en: "Of %1 contact moments the words go; channel, minutes and day stay.")
        case .eraseStays: Phrase(
            nl: "Niet gewist worden teksten elders waarin de naam staat, oude sticks en reservekopieën.",
            en: "Not erased are texts elsewhere with the name, old sticks and backups.")
        case .eraseTypeName: Phrase(nl: "Typ de achternaam om zeker te zijn", en: "Type the family name to be sure")
        case .eraseNow: Phrase(nl: "Voorgoed wissen", en: "Erase for good")
        case .eraseNameDiffers: Phrase(nl: "Dit is niet de achternaam.", en: "This is not the family name.")
        case .eraseTexts: Phrase(nl: "Teksten waarin de naam misschien staat", en: "Texts in which the name may stand")
        case .eraseContradictory: Phrase(nl: "Over deze persoon is zowel 'dezelfde' als 'verschillend' gezegd. Kijk dat eerst na.", en: "Of this person both 'same' and 'different' was said. Look at that first.")
        case .erased: Phrase(nl: "Gewist. Elders verdwijnt het als u uitwisselt.", en: "Erased. Elsewhere it goes when you exchange.")
        case .erasedLater: Phrase(
            nl: "Het wissen staat vast; hier gebeurt het zodra er plaats op de schijf is.",
            en: "The erasure is signed; here it is done as soon as the disk has room.")
        case .saveCard: Phrase(nl: "Adreskaartje opslaan", en: "Save a card")
        case .saveAll: Phrase(nl: "Alles over deze persoon (inzage)", en: "All about this person (access)")
        case .erasePerson: Phrase(nl: "Wissen, voorgoed", en: "Erase, for good")
        case .getReady: Phrase(nl: "Klaarmaken", en: "Getting ready")
        case .readyOf: Phrase(nl: "%1 van %2 gedaan", en: "%1 of %2 done")
        case .readyPeople: Phrase(nl: "De eerste mensen", en: "The first people")
        case .readyPeopleWhat: Phrase(nl: "Voeg iemand toe, of lees een hele lijst in bij Instellingen.", en: "Add somebody, or read a whole list in under Settings.")
        case .readySecond: Phrase(nl: "Tweede coördinator", en: "Second coordinator")
        case .readySecondWhat: Phrase(nl: "Raakt u uw laptop kwijt, dan kan iemand anders verder.", en: "If your laptop is lost, somebody else can go on.")
        case .readyCopyWhat: Phrase(nl: "Op een stick in een la, voor als deze laptop kapot gaat.", en: "On a stick in a drawer, for when this laptop breaks.")
        case .readyPaperWhat: Phrase(nl: "Woorden op papier, voor als alles kwijt is.", en: "Words on paper, for when all is lost.")
        case .invite: Phrase(nl: "Uitnodigen", en: "Invite")
        case .isDone: Phrase(nl: "gedaan", en: "done")
        case .asideTitle: Phrase(nl: "Apart gezet", en: "Held back")
        case .asideLead: Phrase(nl: "Van laptops zonder toegang, of hier niet te lezen. Een coördinator beslist.", en: "From laptops without access, or not to be read here. A coordinator decides.")
        case .asideFrom: Phrase(nl: "%1 van %2", en: "%1 of %2")
        case .asideUnreadable: Phrase(nl: "hier niet te lezen; opnemen probeert het nog eens", en: "not to be read here; taking it in tries again")
        case .asideTake: Phrase(nl: "Neem op", en: "Take in")
        case .asideThrow: Phrase(nl: "Gooi weg", en: "Throw away")
        case .asideThrowMeans: Phrase(nl: "Op deze laptop is het dan weg, voorgoed.", en: "On this laptop it is gone then, for good.")
        case .asideTaken: Phrase(nl: "Opgenomen: wat van %1 kwam.", en: "Taken in: what came from %1.")
        case .asideThrown: Phrase(nl: "Op deze laptop weggegooid: wat van %1 kwam.", en: "Thrown away on this laptop: what came from %1.")
        }
    }
}
