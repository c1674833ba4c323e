import ArgumentParser
import Community
import Engine
import Platform
import Store
import Words

struct MatchCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "match",
            abstract: both("Breng hulpvragen en aanbod bij elkaar.", "Bring requests for help and offers together."),
            discussion: both(
                "Zonder meer: de open vragen met wie kan helpen. Voorbeeld: kith match",
                "By itself: the open requests with who could help. Example: kith match"),
            subcommands: [All.self, Propose.self, Accept.self, Done.self, Decline.self], defaultSubcommand: All.self)
    }

    struct All: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "list",
                abstract: both("Toon de open hulpvragen, elk met het best passende aanbod.", "List the open requests, each with the offers that suit best."),
                discussion: both(
                    """
                    Dringende vragen eerst. Aanbod past als het dezelfde hulp is, van een ander, en de dagen elkaar raken. Punten: \
                    zelfde hulp 30, zelfde gebied of op afstand 25 (ernaast 12), de gevraagde vaardigheden 15, dezelfde soort plek 10, alle \
                    dagen 10 (een deel 4), nog vrij 10 (al bezig 5). Wie vol zit, staat achteraan. Bij gelijke punten eerst wie het \
                    minst helpt. Wie niet gekoppeld wil worden, wie al nee zei en wie niet actief is, staat er niet bij.

                    Voorbeeld: kith match list --limit 3
                    """,
                    """
                    Urgent requests first. An offer suits when it is the same kind of help, somebody else's, and the days meet. \
                    Points: same kind 30, same area or from afar 25 (area near 12), the skills asked for 15, same kind of place 10, all days \
                    10 (some 4), free 10 (busy 5). Who is full comes last. With equal points, first who helps least. Who does not \
                    want to be matched, who declined before and who is not active is left out.

                    Example: kith match list --limit 3
                    """))
        }

        @Option(help: ArgumentHelp(both("Ten hoogste zoveel aanbod per vraag.", "At most so many offers for each request."), valueName: "n"))
        var limit = 5
        @OptionGroup var options: ReplicaOptions

        func validate() throws {
            guard (0...1_000).contains(limit) else { throw ValidationError(both("--limit is 0 tot 1000.", "--limit is 0 to 1000.")) }
        }

        func run() throws {
            let replica = try options.open(forReading: true)
            let open = try replica.store.openRequests(today: today(), candidateCount: limit)
            let names = try replica.store.contactNames(open.flatMap { [$0.request.person] + $0.candidates.map(\.offer.person) })
            if options.json {
                try Output.json([("requests", .array(open.map { json($0, names) }))])
            } else {
                let ids = try ShortIDs(replica.store)
                for request in open { for line in lines(request, names, ids) { try Output.line(line) } }
                try Output.line(App.language.say(open.isEmpty ? .noRequests : .proposeRemedy))
            }
            try replica.close()
        }

        private func lines(_ open: OpenRequest, _ names: [String: String], _ ids: ShortIDs) -> [String] {
            let language = App.language
            func id(_ table: String, _ id: String) -> String { ids.text(RecordID(table: table, key: [id])) }
            func name(_ help: Help) -> String { plain(names[help.person] ?? "?") }
            let request = open.request
            let more = [label("help_urgency", request.urgency), request.area, open.description]
                .compactMap { $0 }.map { ", " + plain($0) }.joined()
            var lines = [
                language.say(.requestLine, id("help_item", request.id), label("help_category", request.category) ?? "-", name(request), more)
            ]
            if !open.proposed.isEmpty {
                lines.append("    " + language.say(.proposedLine, open.proposed.map { id("match", $0) }.joined(separator: ", ")))
            }
            lines += open.candidates.map { candidate in
                "    " + language.say(
                    .candidateLine, id("help_item", candidate.offer.id), String(candidate.points), name(candidate.offer),
                    candidate.reasons.map { text($0, candidate.offer) }.joined(separator: ", "))
            }
            if open.candidates.isEmpty { lines.append("    " + language.say(.noCandidates)) }
            return lines
        }

        private func text(_ reason: Candidate.Reason, _ offer: Help) -> String {
            let load = String(offer.load), capacity = String(offer.capacity)
            switch reason {
            case .category: return App.language.say(.reasonCategory)
            case .area: return App.language.say(.reasonArea)
            case .areaNear: return App.language.say(.reasonAreaNear)
            case .remote: return App.language.say(.reasonRemote)
            case .setting: return App.language.say(.reasonSetting)
            case .skills: return App.language.say(.reasonSkills)
            case .allDays: return App.language.say(.reasonAllDays)
            case .someDays: return App.language.say(.reasonSomeDays)
            case .free: return App.language.say(.reasonFree, load, capacity)
            case .busy: return App.language.say(.reasonBusy, load, capacity)
            case .full: return App.language.say(.reasonFull, load, capacity)
            }
        }

        private func json(_ open: OpenRequest, _ names: [String: String]) -> JSON {
            let request = open.request
            func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
            return .object([
                ("id", .string(request.id)), ("person", .string(request.person)), ("name", text(names[request.person])),
                ("category", text(request.category)), ("urgency", text(request.urgency)), ("area", text(request.area)),
                ("from", text(request.from)), ("until", text(request.until)), ("description", text(open.description)),
                ("proposed", .array(open.proposed.map { .string($0) })),
                ("offers", .array(open.candidates.map { candidate in
                    .object([
                        ("id", .string(candidate.offer.id)), ("person", .string(candidate.offer.person)),
                        ("name", text(names[candidate.offer.person])), ("points", .number(candidate.points)),
                        ("reasons", .array(candidate.reasons.map { .string($0.rawValue) })),
                        ("load", .number(candidate.offer.load)), ("capacity", .number(candidate.offer.capacity)),
                    ])
                })),
            ])
        }
    }

    struct Propose: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Stel aanbod, of een helper, voor bij een vraag.", "Propose an offer, or a helper, for a request."),
                discussion: both("Voorbeeld: kith match propose 'Wilhelmina van den Berg' 'Henk Bakker'", "Example: kith match propose 'Wilhelmina van den Berg' 'Henk Bakker'"))
        }

        @Argument(help: ArgumentHelp(both("De hulpvraag: een kenmerk, of de naam van wie haar stelde.", "The request: a reference, or the name of who asked."), valueName: both("vraag", "request"))) var request: String
        @Argument(help: ArgumentHelp(
            both("Het aanbod: een kenmerk of een naam; of een contact dat niets aanbood.", "The offer: a reference or a name; or a contact who offered nothing."),
            valueName: both("aanbod", "offer")))
        var helper: String
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let (replica, asked) = try options.open(request, in: "help_item")
            let offered = try options.record(helper, in: ["help_item", "contact"], replica)
            let match = try replica.edit { try $0.proposeMatch(request: asked, helper: offered) }
            try tell(.matchProposed, match, "proposed", replica, isJSON: options.json)
        }
    }

    struct Accept: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Beiden zeggen ja: de vraag is gekoppeld.", "Both say yes: the request is matched."),
                discussion: both("Voorbeeld: kith match accept 'Truus Smit'", "Example: kith match accept 'Truus Smit'"))
        }

        @Argument(help: idHelp) var id: String
        @OptionGroup var options: ReplicaOptions

        func run() throws { try take(.accepted, id, nil, .matchAccepted, options) }
    }

    struct Done: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("De hulp is gegeven: de hulpvraag is gedaan.", "The help was given: the request is done."),
                discussion: both("Voorbeeld: kith match done 'Truus Smit' --feedback 'Fijn gesprek'", "Example: kith match done 'Truus Smit' --feedback 'A good talk'"))
        }

        @Argument(help: idHelp) var id: String
        @Option(help: ArgumentHelp(both("Hoe het ging.", "How it went."), valueName: both("tekst", "text"))) var feedback: String?
        @OptionGroup var options: ReplicaOptions

        func run() throws { try take(.done, id, feedback, .matchDone, options) }
    }

    struct Decline: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Het gaat niet door: de vraag is weer open.", "It is off: the request is open again."),
                discussion: both(
                    "Helpt er al iemand anders, dan blijft de vraag gekoppeld.\nVoorbeeld: kith match decline 'Truus Smit'",
                    "When somebody else helps already, the request stays matched.\nExample: kith match decline 'Truus Smit'"))
        }

        @Argument(help: idHelp) var id: String
        @Option(help: ArgumentHelp(both("Waarom niet.", "Why not."), valueName: both("tekst", "text"))) var feedback: String?
        @OptionGroup var options: ReplicaOptions

        func run() throws { try take(.declined, id, feedback, .matchDeclined, options) }
    }
}

private func take(_ step: Store.MatchStep, _ id: String, _ feedback: String?, _ sentence: CareSentence, _ options: ReplicaOptions) throws {
    let (replica, match) = try options.open(id, in: "match")
    let at = universalTime(App.environment.nowMilliseconds())
    try replica.edit { try $0.take(step, match, at: at, feedback: feedback) }
    try tell(sentence, match, step.rawValue, replica, isJSON: options.json)
}

private func tell(_ sentence: CareSentence, _ match: RecordID, _ status: String, _ replica: Replica, isJSON: Bool) throws {
    let ids = try ShortIDs(replica.store)
    var handles = Handles(replica, ids)
    let handle = try handles.text(match, in: ["match"])
    try say("\(try replica.title(of: match, App.language))\n\(App.language.say(sentence, ids.text(match), handle))", or: json(match) + [("status", .string(status))], isJSON: isJSON)
    try replica.close()
}

/// Today by this machine's clock, an ISO 8601 date.
func today() -> String { String(localTime(App.environment.nowMilliseconds()).prefix(10)) }

/// What a code is called, or the code itself when no list has it.
func label(_ list: String, _ code: String?) -> String? {
    code.map { code in CodeList.named(list)?[code].map { App.language.text($0.label) } ?? code }
}
