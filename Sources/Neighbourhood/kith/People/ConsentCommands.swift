import ArgumentParser
import Community
import CRDT
import Engine
import Platform
import Store
import Words

struct ConsentCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "consent",
            abstract: both("Waar iemand ja of nee op zei.", "What somebody said yes or no to."),
            subcommands: [Record.self, Display.self])
    }

    struct Record: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "record",
                abstract: both("Leg vast dat iemand toestemming gaf of introk.", "Record that somebody gave or withdrew consent."),
                discussion: both(
                    "Doelen: contact, matching, gatherings, lending, newsletter, photos. Wordt er tegelijk gegeven en ingetrokken, dan geldt ingetrokken.\nVoorbeelden: kith consent record 'Jan de Vries' newsletter given --how spoken --valid-until 31-12-2027\n             kith consent record 'Jan de Vries' photos withdrawn --how online",
                    "Purposes: contact, matching, gatherings, lending, newsletter, photos. When it is given and withdrawn at the same time, withdrawn counts.\nExamples: kith consent record 'Jan de Vries' newsletter given --how spoken --valid-until 31-12-2027\n          kith consent record 'Jan de Vries' photos withdrawn --how online"))
        }

        @Argument(help: ArgumentHelp(both("Van wie: een naam of een kenmerk.", "Whose: a name or a reference."), valueName: "contact")) var contact: String
        @Argument(help: ArgumentHelp(both("Waarvoor.", "What for."), valueName: both("doel", "purpose"))) var purpose: String
        @Argument(help: ArgumentHelp(both("given of withdrawn.", "given or withdrawn."), valueName: both("stand", "state"))) var state: String
        @Option(help: ArgumentHelp(both("spoken, written of online.", "spoken, written or online."), valueName: both("hoe", "how"))) var how: String
        @Option(help: ArgumentHelp(both("De laatste dag waarop het geldt: 31-12-2027.", "The last day on which it counts: 31-12-2027."), valueName: both("dag", "day")))
        var validUntil: String?
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let (replica, record) = try options.open(contact, in: "contact")
            let (purpose, state) = (try code(self.purpose, "purpose", replica), try code(self.state, "state", replica))
            let how = try code(self.how, "how", replica)
            if validUntil != nil && state != "given" {
                throw ValidationError(both("--valid-until hoort bij given.", "--valid-until goes with given."))
            }
            let validUntil = try self.validUntil.map { try code($0, "valid_until", replica) }
            let at = universalTime(App.environment.nowMilliseconds())
            try replica.edit {
                try $0.recordConsent(record, purpose: purpose, isGiven: state == "given", how: how, validUntil: validUntil, at: at)
            }
            let name = try replica.store.contactNames(record.key)[record.key[0]] ?? record.text
            try say(
                App.language.say(.consentRecorded, plain(name), label("consent_purpose", purpose) ?? purpose, label("consent_state", state) ?? state),
                or: [
                    ("contact", .string(record.text)), ("purpose", .string(purpose)), ("state", .string(state)), ("how", .string(how)),
                    ("valid_until", validUntil.map { .string($0) } ?? .null), ("occurred_at", .string(at)),
                ], isJSON: options.json)
            try replica.close()
        }

        /// What was typed for a column of `consent`, as it is stored.
        private func code(_ text: String, _ column: String, _ replica: Replica) throws -> String {
            guard case .text(let bytes) = try replica.entered(text, for: column, of: "consent") else {
                throw ValidationError(both("Er ontbreekt een waarde.", "A value is missing."))
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    struct Display: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "show",
                abstract: both("Toon wat nu geldt, en wat er wanneer gezegd is.", "Show what counts now, and what was said when."),
                discussion: both(
                    "Van wie meer dan eens in de lijst staat ('kith link'), telt alles mee: één keer ingetrokken is ingetrokken.\nVoorbeeld: kith consent show 'Jan de Vries'",
                    "Of somebody who is in the list more than once ('kith link') everything counts: withdrawn once is withdrawn.\nExample: kith consent show 'Jan de Vries'"))
        }

        @Argument(help: ArgumentHelp(both("Van wie: een naam of een kenmerk.", "Whose: a name or a reference."), valueName: "contact")) var contact: String
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open(forReading: true)
            let record = try options.record(contact, in: ["contact"], replica)
            let (states, events) = try replica.store.consents(of: record, today: today())
            if options.json {
                func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
                try Output.json([
                    ("contact", .string(record.text)),
                    ("purposes", .array(states.map {
                        .object([
                            ("purpose", .string($0.purpose)), ("state", .string($0.effective.rawValue)), ("how", text($0.how)),
                            ("valid_until", text($0.validUntil)),
                        ])
                    })),
                    ("events", .array(events.map {
                        .object([
                            ("purpose", .string($0.purpose)), ("state", text($0.state)), ("how", text($0.how)),
                            ("valid_until", text($0.validUntil)), ("occurred_at", text($0.occurredAt)),
                        ])
                    })),
                ])
            } else {
                for state in states {
                    try Output.line(App.language.say(
                        .consentLine, label("consent_purpose", state.purpose) ?? "", plain(state.purpose), word(state.effective),
                        details(state.how, state.validUntil)))
                }
                for event in events {
                    try Output.line(App.language.say(
                        .consentEvent, event.occurredAt.map { whenDay($0) } ?? "-", label("consent_purpose", event.purpose).map(plain) ?? "",
                        label("consent_state", event.state).map(plain) ?? "-", details(event.how, event.validUntil)))
                }
            }
            try replica.close()
        }

        private func word(_ consent: EffectiveConsent) -> String {
            switch consent {
            case .given: App.language.say(.consentGiven)
            case .withdrawn: App.language.say(.consentWithdrawn)
            case .expired: App.language.say(.consentExpired)
            case .unknown: App.language.say(.consentUnknown)
            }
        }

        private func details(_ how: String?, _ validUntil: String?) -> String {
            (label("consent_how", how).map { App.language.say(.consentHow, plain($0).lowercased()) } ?? "")
                + (validUntil.map { App.language.say(.consentValid, when($0)) } ?? "")
        }
    }
}

struct Retention: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "retention",
            abstract: both("Noem wat langer bewaard is dan nodig.", "Name what is kept longer than needed."),
            discussion: both(
                "Termijnen, na de dag waarop het voor het laatst van nut was:\n\(terms)\nEr verdwijnt niets vanzelf. Uitkomst 2 zegt dat er iets over zijn termijn is.\nVoorbeeld: kith retention",
                "Terms, after the day on which it was last of use:\n\(terms)\nNothing goes by itself. Exit code 2 says that something is past its term.\nExample: kith retention"))
    }

    private static var terms: String {
        RetentionTerm.all.map { "  \($0.purpose), \(App.language.kind(of: $0.table)): \(duration($0)); \(App.language.text($0.reason))" }.joined(separator: "\n")
    }

    private static func duration(_ term: RetentionTerm) -> String {
        term.months == 0 ? App.language.say(.termAtOnce) : App.language.count(term.months, CareSentence.termMonth, .termMonths)
    }

    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open(forReading: true)
        let past = try replica.store.pastTerm(today: today())
        if options.json {
            try Output.json([("past_term", .array(past.map {
                .object(json($0.record) + [
                    ("purpose", .string($0.term.purpose)), ("about", .string($0.term.subject.rawValue)), ("months", .number($0.term.months)),
                    ("contact", $0.contact.map { .string($0) } ?? .null), ("since", .string($0.since)),
                ])
            }))])
        } else {
            try tell(past, replica)
        }
        try replica.close()
        if !past.isEmpty { throw NeedsPerson() }
    }

    private func tell(_ past: [PastTerm], _ replica: Replica) throws {
        let language = App.language
        guard !past.isEmpty else { return try Output.line(language.say(.termNone)) }
        let ids = try ShortIDs(replica.store)
        let names = try replica.store.contactNames(past.compactMap(\.contact))
        for term in RetentionTerm.all {
            let rows = past.filter { $0.term.purpose == term.purpose && $0.term.subject == term.subject }
            guard !rows.isEmpty else { continue }
            try Output.line(language.say(
                .termHeader, label("consent_purpose", term.purpose) ?? term.purpose, language.kinds(of: term.table), Retention.duration(term), language.text(term.reason)))
            for row in rows {
                let name = row.contact.flatMap { names[$0] }.map { " (\(plain($0)))" } ?? ""
                try Output.line(language.say(.termLine, language.kind(of: term.table), plain(ids.text(row.record)), name, when(row.since)))
            }
            try Output.line(language.say(term.subject == .consent ? .termConsent : .termErase))
        }
    }
}
