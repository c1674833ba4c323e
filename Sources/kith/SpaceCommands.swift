import ArgumentParser
import Engine
@preconcurrency import Glibc

struct Init: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Begin een ruimte met de eerste replica.", "Begin a space with its first replica."),
            discussion: both(
                "Voorbeeld: kith init --space Zuid --name 'Laptop Fatima'", "Example: kith init --space Zuid --name 'Laptop Fatima'"))
    }

    @Option(help: ArgumentHelp(both("Naam van de ruimte.", "Name of the space."), valueName: both("naam", "name")))
    var space: String

    @Option(help: ArgumentHelp(both("Naam van deze laptop, zoals anderen hem zien.", "Name of this laptop, as others see it."), valueName: both("laptop", "laptop")))
    var name: String

    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try about(options.replica ?? "") {
            try Replica.create(space: space, label: name, at: options.replica, App.environment)
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
        ("device", .string(replica.identity.device.description)), ("label", .string(replica.identity.label)),
    ]
}

struct Join: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both(
                "Doe mee in een ruimte, met een bundel of bij een laptop die luistert.",
                "Join a space, with a bundle or at a laptop that listens."),
            discussion: both(
                "Voorbeelden: kith join /media/stick/zuid.kithbundle --name 'Laptop Jan'\n             kith join 127.0.0.1:4747",
                "Examples: kith join /media/stick/zuid.kithbundle --name 'Laptop Jan'\n          kith join 127.0.0.1:4747"))
    }

    @Argument(help: ArgumentHelp(both("Een bundel, of HOST:POORT.", "A bundle, or HOST:PORT."), valueName: both("bundel|host:poort", "bundle|host:port")))
    var from: String

    @Option(help: ArgumentHelp(both("Naam van deze laptop (anders die van de machine).", "Name of this laptop (else the machine's)."), valueName: "laptop"))
    var name: String?

    @OptionGroup var options: ReplicaOptions

    func run() throws {
        try about(from) {
            let meter = Meter()
            if isAddress {
                guard let address = Address(from) else { throw EngineError(.badAddress, from) }
                let (replica, report) = try Replica.join(
                    address, label: name, at: options.replica, App.environment, progress: meter.show)
                meter.clear()
                try tell(replica, text: text(report), json: json(report), needsPerson: report.needsPerson)
            } else {
                let (replica, report) = try Replica.join(
                    bundle: from, label: name, at: options.replica, App.environment, progress: meter.show)
                meter.clear()
                try tell(replica, text: text(report), json: json([.success(report)]), needsPerson: report.needsPerson)
            }
        }
    }

    /// Whatever exists as a file, or is named like a bundle, is one; the rest must be an address.
    private var isAddress: Bool {
        !from.hasSuffix(".kithbundle") && !from.contains("/") && access(from, F_OK) != 0 && from.contains(":")
    }

    private func tell(_ replica: Replica, text: String, json report: [(String, JSON)], needsPerson: Bool) throws {
        try say(
            App.language.say(.joined, plain(replica.identity.space.name), plain(replica.identity.label), replica.path) + "\n" + text,
            or: json(replica) + report, isJSON: options.json)
        try replica.close()
        if needsPerson { throw NeedsPerson() }
    }
}
