import ArgumentParser
import Community
import Engine
import Platform
import Store
import Words

struct ContinuityCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "continuity",
            abstract: both("Welke initiatieven het misschien niet volhouden, en waarom.", "Which initiatives may not last, and why."),
            discussion: both(
                """
                Per initiatief de redenen, elk met een opdracht die helpt: geen volgende bijeenkomst, geen of maar één organisator, geld dat \
                afloopt (binnen --funding dagen), gevraagde tijd, mensen of middelen, of gestopt zonder opvolger (tot --ended dagen terug). Ideeën \
                staan er niet in; wat gepauzeerd is wel. Wie de mensen niet heeft, ziet geen organisatoren. Uitkomst 2 zegt dat er iets in staat.

                Voorbeelden: kith continuity
                             kith continuity --funding 180 --json
                """,
                """
                For each initiative the reasons, each with a command that helps: no next gathering, no organiser or only one, funding that \
                ends (within --funding days), time, people or means asked for, or ended without successor (up to --ended days ago). Ideas are \
                not in it; what is paused is. Who does not hold the people sees no organisers. Exit code 2 says that something is listed.

                Examples: kith continuity
                          kith continuity --funding 180 --json
                """))
    }

    @Option(help: ArgumentHelp(both("Zoveel dagen vooruit telt geld dat afloopt.", "So many days ahead funding that ends counts."), valueName: "n"))
    var funding = ContinuityRule.fundingDayCount
    @Option(help: ArgumentHelp(
        both("Zoveel dagen terug telt wat stopte zonder opvolger.", "So many days back what ended without successor counts."), valueName: "n"))
    var ended = ContinuityRule.endedDayCount
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (0...36_500).contains(funding), (0...36_500).contains(ended) else {
            throw ValidationError(both("--funding en --ended zijn 0 tot 36.500.", "--funding and --ended are 0 to 36,500."))
        }
    }

    func run() throws {
        let replica = try options.open(forReading: true)
        let today = String(localTime(App.environment.nowMilliseconds()).prefix(10))
        let found = try replica.store.initiativesAtRisk(today: today, fundingDays: funding, endedDays: ended)
        if options.json {
            try Output.json([("initiatives", .array(found.map { initiative in
                .object(kith.json(RecordID(table: "initiative", key: [initiative.id])) + [
                    ("name", .string(initiative.name)), ("area", initiative.area.map { .string($0) } ?? .null),
                    ("reasons", .array(initiative.reasons.map { json($0, initiative.id) })),
                ])
            }))])
        } else {
            try tell(found, replica, ShortIDs(replica.store))
        }
        try replica.close()
        if !found.isEmpty { throw NeedsPerson() }
    }

    private func tell(_ found: [InitiativeAtRisk], _ replica: Replica, _ ids: ShortIDs) throws {
        let language = App.language
        guard !found.isEmpty else { return try Output.line(language.say(PublicSentence.continuityNone)) }
        try Output.line(language.count(found.count, PublicSentence.continuityOne, .continuityMany))
        var handles = Handles(replica, ids)
        for initiative in found {
            let record = RecordID(table: "initiative", key: [initiative.id])
            let id = ids.text(record)
            let handle = try handles.text(record, in: ["initiative"])
            try Output.line("\(id)  \(plain(initiative.name))" + (initiative.area.map { " (\(plain($0)))" } ?? ""))
            for reason in initiative.reasons {
                try Output.line("  " + text(reason))
                try Output.line("    " + plain(command(reason, handle, whole: shellQuoted(initiative.id), value: handle)))
            }
        }
    }

    private func text(_ reason: ContinuityReason) -> String {
        let language = App.language
        return switch reason {
        case .noNextGathering(let last?): language.say(PublicSentence.riskNoGathering, when(last))
        case .noNextGathering(nil): language.say(PublicSentence.riskNeverGathered)
        case .noOrganiser: language.say(PublicSentence.riskNoOrganiser)
        case .oneOrganiser: language.say(PublicSentence.riskOneOrganiser)
        case .fundingEnds(let day): language.say(PublicSentence.riskFunding, when(day))
        case .openNeeds(let terms): language.say(PublicSentence.riskNeeds, terms.map { plain(language.text($0.name)) }.joined(separator: ", "))
        case .noSuccessor(let day?): language.say(PublicSentence.riskNoSuccessor, when(day))
        case .noSuccessor(nil): language.say(PublicSentence.riskNoSuccessorEver)
        }
    }

    /// A command to paste once what stands in capitals is filled in.
    ///
    /// - Parameters:
    ///   - id: what means the initiative in a command.
    ///   - whole: its id itself, for pairs.
    ///   - value: what means it behind a column's name; nil: the id.
    private func command(_ reason: ContinuityReason, _ id: String, whole: String, value: String? = nil) -> String {
        switch reason {
        case .noNextGathering: "kith add gathering initiative=\(value ?? whole) " + both("starts_at=JJJJ-MM-DDTUU:MM", "starts_at=YYYY-MM-DDTHH:MM")
        case .noOrganiser, .oneOrganiser: "kith add involvement subject=\(value ?? whole) code=organiser contact=CONTACT"
        case .fundingEnds: "kith edit \(id) " + both("funded_until=JJJJ-MM-DD", "funded_until=YYYY-MM-DD")
        // Met: the term goes.
        case .openNeeds(let terms): "kith delete \(whole):\(shellQuoted(terms.first?.id ?? ""))"
        case .noSuccessor: "kith initiative succeed \(id) " + both("OPVOLGER", "SUCCESSOR")
        }
    }

    private func json(_ reason: ContinuityReason, _ id: String) -> JSON {
        var members: [(String, JSON)] = [
            ("kind", .string(reason.kind.rawValue)), ("text", .string(text(reason))),
            ("command", .string(command(reason, shellQuoted(id), whole: shellQuoted(id)))),
        ]
        switch reason {
        case .noNextGathering(let day), .noSuccessor(let day): members.append(("day", day.map { .string($0) } ?? .null))
        case .fundingEnds(let day): members.append(("day", .string(day)))
        case .openNeeds(let terms): members.append(("needs", .array(terms.map { .string($0.id) })))
        case .noOrganiser, .oneOrganiser: break
        }
        return .object(members)
    }
}
