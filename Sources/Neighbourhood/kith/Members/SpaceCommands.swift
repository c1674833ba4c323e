import ArgumentParser
import Device
import Engine
import Trust
@preconcurrency import Glibc
import Words

struct Init: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Begin een buurtlijst op deze laptop.", "Begin a community list on this laptop."),
            discussion: both(
                "Voorbeelden: kith init --space Zuid --name 'Laptop Fatima'\n             kith init --practice", "Examples: kith init --space Zuid --name 'Laptop Fatima'\n          kith init --practice"))
    }

    @Option(help: ArgumentHelp(both("Naam van de buurtlijst.", "Name of the community list."), valueName: both("naam", "name")))
    var space: String?

    @Option(help: ArgumentHelp(both("Naam van deze laptop, zoals anderen hem zien.", "Name of this laptop, as others see it."), valueName: both("laptop", "laptop")))
    var name: String?

    @Flag(help: ArgumentHelp(both(
        "Een lijst met verzonnen mensen om mee te oefenen, in een eigen map.", "A list of made-up people to practise on, in a folder of its own.")))
    var practice = false

    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard practice || (space != nil && name != nil) else {
            throw ValidationError(both("Geef --space en --name, of --practice.", "Give --space and --name, or --practice."))
        }
    }

    func run() throws {
        let space = space ?? both("Oefenlijst", "Practice list"), name = name ?? both("Oefenlaptop", "Practice laptop")
        // Beside the lists of real people it would be one too many: commands would ask which is meant.
        let path = try options.replica ?? (practice ? ReplicaLocation(App.environment).practice() : nil)
        let replica = try about(path ?? "") {
            try Replica.create(for: .community, space: space, label: name, at: path, App.environment)
        }
        if practice {
            try PracticePeople.fill(replica, nowMilliseconds: App.environment.nowMilliseconds())
            try say(
                App.language.say(.spaceMade, plain(space), plain(name), replica.path) + "\n" + App.language.say(.practiceNext, replica.path),
                or: json(replica), isJSON: options.json)
            return try replica.close()
        }
        try say(
            App.language.say(.spaceMade, plain(space), plain(name), replica.path) + "\n" + App.language.say(.spaceNext),
            or: json(replica), isJSON: options.json)
        try replica.close()
    }
}

func json(_ replica: Replica) -> [(String, JSON)] {
    [
        ("replica", .string(replica.path)), ("space", .string(replica.identity.space.name)),
        ("device", .string(replica.identity.device.spoken)), ("label", .string(replica.identity.label)),
    ]
}

struct Join: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Doe mee met een buurtlijst.", "Join a community list."),
            discussion: both(
                """
                Met bestanden: maak een aanvraag, geef haar aan een coördinator ('kith device admit'), en doe mee met het \
                volgende stickbestand. Met een code van 'kith invite', over het netwerk, gaat het in één keer.

                Voorbeelden: kith join --request /media/stick/jan.kithrequest --name 'Laptop Jan'
                             kith join /media/stick/zuid.kithbundle
                             kith join CODE@192.168.1.20:4747 --name 'Laptop Jan'
                """,
                """
                By files: make a request to join, hand it to a coordinator ('kith device admit'), and join with the next stick file. With \
                a code from 'kith invite', over the network, it is done in one go.

                Examples: kith join --request /media/stick/jan.kithrequest --name 'Laptop Jan'
                          kith join /media/stick/zuid.kithbundle
                          kith join CODE@192.168.1.20:4747 --name 'Laptop Jan'
                """))
    }

    @Argument(help: ArgumentHelp(
        both("Een stickbestand, of CODE@HOST:POORT.", "A stick file, or CODE@HOST:PORT."), valueName: both("stickbestand|code@host:poort", "stickfile|code@host:port")))
    var from: String?

    @Option(help: ArgumentHelp(
        both("Schrijf een aanvraag om toelating in dit bestand.", "Write a request for admission to this file."), valueName: both("bestand", "file")))
    var request: String?

    @Option(help: ArgumentHelp(both("Naam van deze laptop (anders die van de machine).", "Name of this laptop (else the machine's)."), valueName: "laptop"))
    var name: String?

    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (from == nil) != (request == nil) else {
            throw ValidationError(both(
                "Noem een stickbestand of een code, of maak met --request een aanvraag.", "Name a stick file or a code, or make a request with --request."))
        }
    }

    func run() throws {
        if let request { return try writeRequest(to: request) }
        guard let from else { return }
        try about(from) {
            let meter = Meter()
            let isThere = access(from, F_OK) == 0
            guard let sign = from.firstIndex(of: "@"), !isThere else {
                // An address alone: the code was forgotten.
                if !isThere, from.contains(":"), Address(from) != nil { throw EngineError(.badAddress, from) }
                let (replica, report) = try Replica.join(
                    for: .community, bundle: from, at: options.replica, App.environment, progress: meter.show)
                meter.clear()
                return try tell(replica, text: text(report), json: json([.success(report)]), needsPerson: report.needsPerson)
            }
            guard let address = Address(String(from[from.index(after: sign)...])) else { throw EngineError(.badAddress, from) }
            let (replica, report) = try about(from, over: .network) {
                try Replica.join(
                    for: .community, code: String(from[..<sign]), at: address, label: name, replica: options.replica, App.environment, progress: meter.show)
            }
            meter.clear()
            try tell(replica, text: text(report), json: json(report), needsPerson: report.needsPerson)
        }
    }

    private func writeRequest(to path: String) throws {
        let device = try about(path) { try RequestFile.write(to: path, label: name, App.environment) }
        try say(
            App.language.say(.requestWritten, path, device.spoken),
            or: [("request", .string(path)), ("device", .string(device.spoken))], isJSON: options.json)
    }

    private func tell(_ replica: Replica, text: String, json report: [(String, JSON)], needsPerson: Bool) throws {
        try say(
            App.language.say(.joined, plain(replica.identity.space.name), plain(replica.identity.label), replica.path) + "\n" + text,
            or: json(replica) + report, isJSON: options.json)
        try replica.close()
        if needsPerson { throw NeedsPerson() }
    }
}
