import ArgumentParser
import Dispatch
import Engine
@preconcurrency import Glibc
import Platform
import Store
import Trust
import Words

struct RelayCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "relay",
            abstract: both("Servers die doorgeven wat ze niet kunnen lezen.", "Servers that pass on what they cannot read."),
            discussion: both(
                """
                Een doorgeefserver geeft door wat de ene laptop brengt en de andere haalt, ook als die nooit tegelijk aan staan. Wie de server \
                beheert kan er niets van lezen. Welke doorgeefservers er zijn, geldt alleen voor deze laptop.

                Voorbeeld: kith relay add relay.example.org:7400#JH7WRXY-EQ5RF76-SHJLCWX-PZXCPYR
                """,
                """
                A relay hands on what one laptop brings and another fetches, even when they are never on at the same hour. Whoever runs \
                the server can read none of it. Which relays there are counts for this laptop alone.

                Example: kith relay add relay.example.org:7400#JH7WRXY-EQ5RF76-SHJLCWX-PZXCPYR
                """),
            subcommands: [New.self, All.self, Remove.self], defaultSubcommand: All.self)
    }

    struct New: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "add",
                abstract: both("Voeg een doorgeefserver toe, of geef hem een ander adres.", "Add a relay, or give it another address."),
                discussion: both(
                    """
                    Het kenmerk toont 'kith-relay init'; alleen wie dat kenmerk heeft wordt vertrouwd. Een coördinator moet het \
                    eerst toelaten: 'kith device admit relay.kithrequest --role relay'.

                    Voorbeeld: kith relay add relay.example.org:7400#JH7WRXY-EQ5RF76-SHJLCWX-PZXCPYR
                    """,
                    """
                    'kith-relay init' shows the reference; only the relay with this reference is trusted. A coordinator must admit it first: \
                    'kith device admit relay.kithrequest --role relay'.

                    Example: kith relay add relay.example.org:7400#JH7WRXY-EQ5RF76-SHJLCWX-PZXCPYR
                    """))
        }

        @Argument(help: ArgumentHelp(both("Waar de doorgeefserver luistert, en zijn kenmerk.", "Where the relay listens, and its reference."), valueName: "host:port#id"))
        var relay: String
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open()
            let entry = try replica.addRelay(relay)
            try say(
                App.language.say(.relayAdded, plain(entry.label), entry.address.text), or: json(entry), isJSON: options.json)
            try replica.close()
        }
    }

    struct All: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "list",
                abstract: both("Noem de doorgeefservers: wanneer bereikt, wat ze nog missen.", "Name the relays: when reached, what they still lack."),
                discussion: both("Voorbeeld: kith relay list", "Example: kith relay list"))
        }

        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open(forReading: true)
            let entries = try replica.relayEntries()
            if options.json { try Output.json([("relays", .array(entries.map { .object(json($0)) }))]) } else {
                for entry in entries { try Output.line(text(entry)) }
                if entries.isEmpty { try Output.line(App.language.say(.relaysNone)) }
            }
            try replica.close()
        }

        private func text(_ entry: RelayEntry) -> String {
            let language = App.language
            let met = entry.metMilliseconds.map { language.say(.relayMet, when($0), age($0)) } ?? language.say(.relayNeverMet)
            let lacks = entry.isRemoved
                ? language.say(.relayWasRemoved)
                : entry.lackingCount == 0
                    ? language.say(.relayLacksNothing) : language.count(entry.lackingCount, .relayLacksOne, .relayLacksMany)
            return language.say(.relayLine, plain(entry.label), entry.address.text, entry.device.spoken, met, lacks)
        }
    }

    struct Remove: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Haal een doorgeefserver van de lijst.", "Take a relay off the list."),
                discussion: both(
                    "Voor deze laptop alleen; de doorgeefserver houdt zijn toegang.\nVoorbeeld: kith relay remove relay.example.org:7400",
                    "For this laptop alone; the relay keeps its access.\nExample: kith relay remove relay.example.org:7400"))
        }

        @Argument(help: ArgumentHelp(both("Naam, adres of einde van het kenmerk.", "Name, address, or ending of the reference."), valueName: both("doorgeefserver", "relay")))
        var relay: String
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open()
            let entry = try replica.removeRelay(relay)
            try say(
                App.language.say(.relayRemoved, plain(entry.label), entry.address.text), or: json(entry), isJSON: options.json)
            try replica.close()
        }
    }
}

private func json(_ entry: RelayEntry) -> [(String, JSON)] {
    [
        ("device", .string(entry.device.spoken)), ("label", .string(entry.label)), ("address", .string(entry.address.text)),
        ("met", entry.metMilliseconds.map { .string(universalTime($0)) } ?? .null), ("lacks", .number(entry.lackingCount)),
        ("removed", .bool(entry.isRemoved)),
    ]
}

struct WatchCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "watch",
            abstract: both("Blijf met alle doorgeefservers verbonden, en wissel meteen uit.", "Stay connected to all relays, and exchange at once."),
            discussion: both(
                """
                Wat hier met Kith of een ander SQLite-programma bewerkt wordt, gaat binnen twee seconden weg; wat anderen brengen, komt \
                vanzelf. Valt het netwerk weg, dan probeert Kith het steeds opnieuw. Stop met Ctrl-C.

                Voorbeeld: kith watch
                """,
                """
                What is edited here, with Kith or any SQLite program, goes out within two seconds; what others bring comes by itself. \
                When the network goes, Kith keeps trying. Stop with Ctrl-C.

                Example: kith watch
                """))
    }

    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open()
        try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
        let isJSON = options.json
        let watch = Watch(replica, random: { Double.random(in: 0..<1) }) { WatchCommand.tell($0, isJSON: isJSON) }
        let signals = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { watch.stop() }
            source.resume()
            return source
        }
        let relays = try replica.relayEntries().filter { !$0.isRemoved }
        if !relays.isEmpty {
            try say(
                App.language.say(.watching, relays.map { plain($0.label) }.joined(separator: ", ")),
                or: [("watching", .array(relays.map { .object(json($0)) }))], isJSON: isJSON)
        }
        try watch.run()
        for source in signals { source.cancel() }
        try replica.close()
        try say(App.language.say(.watchStopped), or: [("stopped", .bool(true))], isJSON: isJSON)
    }

    /// Nobody may be reading any more; the watching goes on.
    private static func tell(_ event: WatchEvent, isJSON: Bool) {
        let language = App.language
        switch event {
        case .connected(let relay):
            put(language.say(.watchConnected, plain(relay.label)), [("event", .string("connected")), ("relay", .string(relay.device.spoken))], isJSON)
        case .exchanged(let relay, let received, let sent, let report):
            let lines = [language.say(.watchExchanged, plain(relay.label), language.number(received), language.number(sent))] + remarks(report)
            put(
                lines.joined(separator: "\n  "),
                [
                    ("event", .string("exchanged")), ("relay", .string(relay.device.spoken)), ("received_changes", .number(received)),
                    ("sent_changes", .number(sent)), ("conflicts", .number(report.conflictsAfter)),
                    ("waiting", .number(report.waitingBundles)),
                    ("quarantined", .number(report.quarantined.count { $0.state == .quarantined })),
                    ("unreadable", .number(report.quarantined.count { $0.state != .quarantined })),
                ], isJSON)
        case .lost(let relay, let error, let delay):
            let explanation = Explanation(error, about: relay.address.text, over: .network, in: language)
            let seconds = Int((delay / .seconds(1)).rounded(.up))
            put(
                language.say(.watchLost, plain(relay.label), language.number(seconds), explanation.message),
                [
                    ("event", .string("lost")), ("relay", .string(relay.device.spoken)), ("retry_seconds", .number(seconds)),
                    ("error", .string(explanation.code)), ("message", .string(explanation.message)),
                ], isJSON)
        }
    }

    private static func put(_ text: String, _ json: [(String, JSON)], _ isJSON: Bool) {
        _ = isJSON ? Output.put(json, STDOUT_FILENO) : Output.putLines(text + "\n", STDOUT_FILENO)
    }
}

/// Everybody whom `kith sync` without an address meets.
struct SyncEverybody {
    let replica: Replica
    let isDiscovering: Bool
    let isJSON: Bool

    func run() throws {
        let language = App.language
        let meter = Meter()
        var reports: [JSON] = []
        var hasFailed = false, needsPerson = false
        try replica.syncWithAll(isDiscovering: isDiscovering, progress: meter.show) { encounter, result in
            meter.clear()
            switch result {
            case .success(let report):
                needsPerson = needsPerson || report.needsPerson
                reports.append(.object(members(of: encounter) + json(report)))
                if !isJSON { try Output.line(text(report)) }
            case .failure(let error):
                hasFailed = true
                let explanation = Explanation(error, about: name(encounter), over: .network, in: language)
                reports.append(.object(members(of: encounter) + [
                    ("error", .string(explanation.code)), ("message", .string(explanation.message)),
                ]))
                if !isJSON { try Output.line(language.say(.meetingFailed, plain(name(encounter)), explanation.message)) }
            }
        }
        if isJSON { try Output.json([("sessions", .array(reports))]) }
        try replica.close()
        if hasFailed { throw ExitCode(1) }
        if needsPerson { throw NeedsPerson() }
    }

    private func name(_ encounter: Encounter) -> String {
        switch encounter {
        case .relay(let relay): "\(relay.label), \(relay.address.text)"
        case .found(let address): App.language.say(.foundAt, address.text)
        }
    }

    private func members(of encounter: Encounter) -> [(String, JSON)] {
        switch encounter {
        case .relay(let relay): [("relay", .string(relay.device.spoken)), ("address", .string(relay.address.text))]
        case .found(let address): [("relay", .null), ("address", .string(address.text))]
        }
    }
}
