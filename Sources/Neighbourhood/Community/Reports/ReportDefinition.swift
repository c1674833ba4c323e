import Words

/// The reports, each with its exact definition: what `kith report NAME --help` prints is what the store counts.
package enum ReportName: String, CaseIterable, Sendable {
    case channels, reach, encounters, demand, continuity, coverage, bridging, starts, polls, retention
}

extension ReportName {
    package var title: Phrase {
        switch self {
        case .channels: Phrase(nl: "Contact per kanaal", en: "Contact by channel")
        case .reach: Phrase(nl: "Wie wordt bereikt", en: "Who is reached")
        case .encounters: Phrase(nl: "Ontmoetingen, online en niet online", en: "Encounters, online and offline")
        case .demand: Phrase(nl: "Vraag en aanbod van hulp", en: "Help asked and offered")
        case .continuity: Phrase(nl: "Wat dreigt te stoppen", en: "What may not last")
        case .coverage: Phrase(nl: "Sociale kwaliteit per gebied", en: "Social quality by area")
        case .bridging: Phrase(nl: "Bijeenkomsten die groepen samenbrengen", en: "Gatherings that bring groups together")
        case .starts: Phrase(nl: "Nieuwe initiatieven en vrijwilligers", en: "New initiatives and volunteers")
        case .polls: Phrase(nl: "Uitslag van vragenlijsten", en: "Survey results")
        case .retention: Phrase(nl: "Over de bewaartermijn", en: "Past the term")
        }
    }

    /// A line for the list of reports.
    package var summary: Phrase {
        switch self {
        case .channels: Phrase(
            nl: "Aandeel van elk kanaal in de contactmomenten, naar aantal en naar minuten, per maand en samen.",
            en: "Each channel's share of the contact moments, by count and by minutes, by month and in all.")
        case .reach: Phrase(
            nl: "Hoeveel mensen zijn bereikt, voor het eerst of opnieuw, en wie 30, 60 of 90 dagen niet.",
            en: "How many people were reached, for the first time or again, and how many not for 30, 60 or 90 days.")
        case .encounters: Phrase(
            nl: "Contactmomenten en bijeenkomsten, online en niet online, per maand.",
            en: "Contact moments and gatherings, online and offline, by month.")
        case .demand: Phrase(
            nl: "Hulpvragen en aanbod per soort en gebied: open, gekoppeld, gedaan, en hun verhouding.",
            en: "Help requests and offers by category and area: open, matched, done, and their ratio.")
        case .continuity: Phrase(
            nl: "Initiatieven die dreigen te stoppen, met de reden.", en: "Initiatives that may not last, with the reason.")
        case .coverage: Phrase(
            nl: "De vier voorwaarden van sociale kwaliteit per gebied, met wat er nog leeg is.",
            en: "The four conditions of social quality by area, with what is still empty.")
        case .bridging: Phrase(
            nl: "Welke bijeenkomsten twee of meer doelgroepen samenbrengen, per maand en gebied.",
            en: "Which gatherings bring two or more audiences together, by month and area.")
        case .starts: Phrase(
            nl: "Begonnen initiatieven en nieuwe vrijwilligers, per maand.", en: "Initiatives begun and new volunteers, by month.")
        case .polls: Phrase(nl: "De antwoorden per vraag, met hun aandeel.", en: "The answers to each question, with their share.")
        case .retention: Phrase(
            nl: "Hoeveel er per bewaardoel over zijn termijn is.", en: "How much is past its term, by purpose.")
        }
    }

    /// What is counted, from which tables, over which period, and how what is unknown is treated.
    package var definition: Phrase {
        switch self {
        case .channels: Phrase(
            nl: """
                Telt rijen van contact_moment. Aantal: elk moment één keer, hoeveel mensen er ook bij waren. Minuten: de som van \
                duration_minutes; een moment zonder duur telt als moment en niet in minuten, en hoeveel dat er zijn staat eronder. Het kanaal \
                is de code van het moment; online zijn video, chat, e-mail en webinar. Wat geen bekende code heeft staat onder 'onbekend'. \
                Maand: die van de dag van occurred_at. Gebied: momenten met ten minste één contact uit het gebied. Een moment blijft tellen als \
                een contact dat erbij was is verwijderd of gewist: het is het logboek van wie het noteerde.
                """,
            en: """
                Counts rows of contact_moment. Count: each moment once, however many people took part. Minutes: the sum of \
                duration_minutes; a moment without a duration counts as a moment and adds no minutes, and how many there are is said below. The \
                channel is the moment's code; video, chat, e-mail and webinar are online. What has no known code is under 'unknown'. \
                Month: that of the day of occurred_at. Area: moments with at least one contact of the area. A moment goes on counting when a \
                contact who took part was deleted or erased: it is the log of who noted it.
                """)
        case .reach: Phrase(
            nl: """
                Telt personen: contacten die er zijn, waarbij contacten die 'dezelfde' zijn één persoon zijn. Bereikt in een maand: had in die maand \
                een contactmoment (contact_moment, contact_moment_contact). Voor het eerst: het eerste moment van die persoon ooit valt in die \
                maand of periode; opnieuw: bereikt en eerder al eens. Meer dan eens: twee of meer momenten in de periode. De som van de maanden is \
                niet het totaal, want iemand kan in meer maanden bereikt zijn. Momenten zonder leesbare datum of na vandaag tellen niet, en hoeveel \
                dat er zijn staat eronder. Niet bereikt: actieve personen (geen groepen) met wie het laatste moment langer geleden is dan 30, 60 \
                of 90 dagen vóór vandaag, of die nooit bereikt zijn en langer dan dat in de lijst staan (created_at); de periode telt daarvoor \
                niet. Gebied: dat van ten minste één contact van de persoon.
                """,
            en: """
                Counts persons: contacts that are there, where contacts that are 'the same' are one person. Reached in a month: had a contact moment \
                in that month (contact_moment, contact_moment_contact). For the first time: the person's first moment ever is in that month \
                or period; again: reached, and before as well. More than once: two or more moments in the period. The months do not add \
                up to the total, since somebody may be reached in several. Moments without a readable date or after today do not count, and how \
                many there are is said below. Not reached: active persons (no groups) whose last moment is longer ago than 30, 60 or 90 days before \
                today, or who were never reached and have been in the list for longer (created_at); the period does not matter for these. \
                Area: that of at least one of the person's contacts.
                """)
        case .encounters: Phrase(
            nl: """
                Contactmomenten: als bij 'channels', verdeeld in online, niet online en onbekend. Bijeenkomsten: rijen van gathering die niet zijn \
                afgelast en waarvan de dag van starts_at er is en niet na vandaag is; bezoekers is de som van headcount, waarbij minder dan nul \
                als nul telt. Gebied van een bijeenkomst: dat van haar initiatief.
                """,
            en: """
                Contact moments: as in 'channels', divided into online, offline and unknown. Gatherings: rows of gathering that are not \
                cancelled and whose day of starts_at is there and not after today; visitors is the sum of headcount, where less than nought \
                counts as nought. Area of a gathering: that of its initiative.
                """)
        case .demand: Phrase(
            nl: """
                Telt rijen van help_item naar soort (category), gebied, richting en stand zoals die nu is, ook als de dagen ervan voorbij zijn. \
                De periode gaat over de dag waarop de rij is gemaakt (created_at). Het gebied is dat van het item, anders dat van het contact. Hulp \
                van een contact dat is verwijderd telt niet. Verhouding: aanbod dat niet is ingetrokken gedeeld door hulpvragen die niet zijn \
                ingetrokken, op honderdsten naar beneden afgerond; zonder hulpvragen is er geen.
                """,
            en: """
                Counts rows of help_item by category, area, direction and their status as it is now, also when their days are over. \
                The period is about the day on which the row was made (created_at). The area is that of the item, else that of the contact. \
                Help of a contact that was deleted does not count. Ratio: offers not withdrawn divided by requests not withdrawn, rounded \
                down to hundredths; without requests there is none.
                """)
        case .continuity: Phrase(
            nl: """
                Initiatieven (initiative) die geen idee zijn. Geen volgende bijeenkomst: geen rij van gathering op of na vandaag die niet is afgelast of \
                geweest, en geen recurrence_rule die tot vandaag of verder loopt (een regel met COUNT telt niet mee). Geen of maar één organisator: \
                personen met een rij van involvement met code organiser die vandaag geldt (from, until), van een actief contact; 'dezelfde' telt \
                één keer. Geld loopt af: funded_until is binnen het gegeven aantal dagen (anders 90), of voorbij. Vraagt om: termen van de lijst \
                'need'. Gestopt (status ended, of ends_on voor vandaag) zonder opvolger: successor is leeg of niet meer daar; tot 365 dagen na \
                ends_on, en zonder ends_on tot iemand het invult. De periode telt niet. Een dag die niet bestaat telt als leeg.
                """,
            en: """
                Initiatives that are no idea. No next gathering: no row of gathering today or later that is neither cancelled nor held, and no \
                recurrence_rule that reaches today or further (a rule with COUNT does not count). No organiser, or one only: persons with a row of \
                involvement with code organiser that holds today (from, until), of an active contact; 'the same' counts once. Funding ends: \
                funded_until is within the days given (90 otherwise), or gone by. Asks for: terms of the list 'need'. Ended (status ended, or ends_on \
                before today) without successor: successor is empty or no longer there; until 365 days after ends_on, and without ends_on until \
                somebody fills it in. The period does not matter. A day that does not exist counts as empty.
                """)
        case .coverage: Phrase(
            nl: """
                Telt initiatieven die vandaag lopen (geen idee, niet gestopt, begonnen, ends_on niet voorbij) per term van de lijst 'condition' \
                (initiative_term) en per gebied van het initiatief. Een initiatief telt bij elk van zijn voorwaarden, en bij zijn eigen gebied, niet \
                bij wat daarboven ligt. Gebieden: alle wijken, buurten en gemeenten uit area, en elk ander gebied waar iets loopt. Leeg is een \
                voorwaarde waar in dat gebied niets aan werkt. De periode telt niet.
                """,
            en: """
                Counts initiatives that run today (no idea, not ended, begun, ends_on not gone by) by term of the list 'condition' \
                (initiative_term) and by area of the initiative. An initiative counts for each of its conditions, and for its own area, not for what \
                lies above. Areas: all districts, neighbourhoods and municipalities of area, and every other area where something runs. Empty is a \
                condition that nothing in the area works on. The period does not matter.
                """)
        case .bridging: Phrase(
            nl: """
                Telt rijen van gathering die niet zijn afgelast en waarvan de dag van starts_at er is en niet na vandaag is. Brengt samen: \
                mixed_groups is 1; is dat leeg, dan als het initiatief twee of meer termen van de lijst 'audience' heeft ('iedereen' telt niet als \
                groep). Maand: die van starts_at. Gebied: dat van het initiatief. Bijeenkomsten zonder leesbare datum tellen niet, en hoeveel \
                dat er zijn staat eronder.
                """,
            en: """
                Counts rows of gathering that are not cancelled and whose day of starts_at is there and not after today. Brings together: \
                mixed_groups is 1; where that is empty, when the initiative has two or more terms of the list 'audience' ('everyone' does not \
                count as a group). Month: that of starts_at. Area: that of the initiative. Gatherings without a readable date do not count, \
                and how many there are is said below.
                """)
        case .starts: Phrase(
            nl: """
                Begonnen initiatieven: rijen van initiative die geen idee zijn, naar de maand van starts_on. Nieuwe vrijwilligers: personen ('dezelfde' \
                telt één keer) naar de maand van hun eerste involvement met code of basis 'volunteer': from, anders created_at. Zonder leesbare \
                datum telt een initiatief niet, en hoeveel dat er zijn staat eronder. Gebied: dat van het initiatief, of van ten minste één contact \
                van de persoon.
                """,
            en: """
                Initiatives begun: rows of initiative that are no idea, by the month of starts_on. New volunteers: persons ('the same' counts \
                once) by the month of their first involvement with code or basis 'volunteer': from, else created_at. Without a readable date an \
                initiative does not count, and how many there are is said below. Area: that of the initiative, or of at least one of the person's \
                contacts.
                """)
        case .polls: Phrase(
            nl: """
                De stemmen per antwoord (poll_option.votes; minder dan nul telt als nul) van elke vraag (poll) die in de periode open was (opens, \
                closes; leeg is onbegrensd). Open antwoorden (open_answer) worden geteld, en staan er alleen woordelijk in als het verslag niet om \
                uit te delen is. Het gebied telt niet.
                """,
            en: """
                The votes for each answer (poll_option.votes; less than nought counts as nought) of every question (poll) that was open in the period \
                (opens, closes; empty has no end). Open answers (open_answer) are counted, and are in it word for word only when the report is not \
                for handing out. The area does not matter.
                """)
        case .retention: Phrase(
            nl: """
                Telt de rijen die langer bewaard zijn dan hun termijn na de dag waarop ze voor het laatst van nut waren, met de langst voorbije dag: \
                dezelfde lijst als 'kith retention', die de termijnen noemt en de rijen. Periode en gebied tellen niet.
                """,
            en: """
                Counts the rows kept longer than their term after the day on which they were last of use, with the day longest gone by: the same \
                list as 'kith retention', which names the terms and the rows. Period and area do not matter.
                """)
        }
    }

    /// What holds for all reports.
    package static let commonDefinition = Phrase(
        nl: """
            Gelijke lijsten geven gelijke verslagen, tot op de letter, voor dezelfde dag, periode en hetzelfde gebied. Een dag is de dag zoals die is opgeschreven: de eerste tien tekens van een datum of tijd, op de klok van wie hem schreef, zonder \
            omrekening (created_at staat in UTC). Beide einden van de periode tellen mee; wat geen leesbare dag heeft, telt alleen mee als er geen \
            periode is gevraagd, en staat dan onder 'onbekend'. Wat verwijderd is telt niet; wie gewist is, is weg. Een gebied is alles wat zijn \
            id, code of naam draagt, met wat er volgens area in ligt. Aandelen zijn tienden van een procent, naar beneden afgerond, waarna de rest gaat \
            naar wie het meest verloor: samen precies 100,0 %.
            """,
        en: """
            Equal lists give equal reports, to the letter, for the same day, period and area. A day is the day as it was written down: the first ten characters of a date or time, by the clock of who wrote it, not \
            converted (created_at is in UTC). Both ends of the period are in it; what has no readable day counts only when no period is asked for, \
            and is under 'unknown' then. What is deleted does not count; who is erased is gone. An area is all that bears its id, code or name, with what \
            lies within it by area. Shares are tenths of a percent, rounded down, after which the rest goes to those that lost most: together exactly \
            100.0%.
            """)

    package static let sharedDefinition = Phrase(
        nl: """
            Met --shared is een verslag om uit te delen. Aantallen van mensen, of van rijen die bij mensen horen, van 1 tot 4 staan er als <5 (minder \
            dan 5); waar een som ze zou verraden staat * (achtergehouden) bij een ander getal. Dat wordt voor alle verslagen tegelijk bepaald, zodat \
            twee ervan naast elkaar niet meer zeggen. Nul staat er als 0. Er staat geen naam van een persoon in, geen tekst die iemand typte over een \
            persoon, en gebieden van mensen alleen als ze in area staan. Verslagen over overlappende perioden of van verschillende dagen kunnen naast \
            elkaar wel meer zeggen: deel er één uit.
            """,
        en: """
            With --shared a report is for handing out. Counts of people, or of rows that belong to people, from 1 to 4 are shown as <5 (fewer than 5); \
            where a sum would betray them, another number is shown as * (withheld). That is decided for all reports at once, so that two of them \
            side by side say no more. None is shown as 0. It holds no name of a person, no text that somebody typed about one, and areas of people \
            only when they are in area. Reports over overlapping periods or of different days can say more side by side: hand out one.
            """)
}
