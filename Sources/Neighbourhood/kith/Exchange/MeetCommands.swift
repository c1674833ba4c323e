import ArgumentParser
import Dispatch
import Engine
@preconcurrency import Glibc
import Platform
import Synchronization
import Words

struct SyncCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "sync",
            abstract: both("Wissel uit met laptops die luisteren, en met doorgeefservers.", "Exchange with laptops that listen, and with relays."),
            discussion: both(
                """
                Zonder adres: met elke bekende doorgeefserver ('kith relay list'), en met elke laptop van deze buurtlijst die op dit netwerk luistert. \
                De verbinding is versleuteld, en beide kanten bewijzen wie ze zijn.

                Voorbeelden: kith sync
                             kith sync 192.168.1.20:4747
                """,
                """
                Without an address: with every known relay ('kith relay list'), and with every laptop of this community list that listens on this \
                network. The connection is encrypted, and both sides prove who they are.

                Examples: kith sync
                          kith sync 192.168.1.20:4747
                """))
    }

    @Argument(help: ArgumentHelp(
        both("Waar de andere laptop luistert; anders iedereen.", "Where the other laptop listens; everybody otherwise."), valueName: "host:port"))
    var address: String?
    @Flag(help: ArgumentHelp(both("Zoek niet op het netwerk.", "Do not look on the network."))) var noDiscovery = false
    @Flag(help: plainHelp) var plain = false
    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let parsed = try address.map { text in
            guard let parsed = Address(text) else { throw EngineError(.badAddress, text) }
            return parsed
        }
        let replica = try options.open()
        try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
        guard let parsed, let address else {
            return try SyncEverybody(replica: replica, isDiscovering: !noDiscovery, isJSON: options.json).run()
        }
        let meter = Meter()
        let report = try about(address, over: .network) { try replica.sync(with: parsed, plain: plain, progress: meter.show) }
        try replica.followManyRows()
        meter.clear()
        try say(text(report), or: json(report), isJSON: options.json)
        try replica.close()
        if report.needsPerson { throw NeedsPerson() }
    }
}

private let plainHelp = ArgumentHelp(both(
    "Zonder TLS, alleen binnen deze machine (het eind van een SSH-tunnel).",
    "Without TLS, within this machine only (the end of an SSH tunnel)."))

struct Listen: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Luister naar laptops die willen uitwisselen.", "Listen for laptops that want to exchange."),
            discussion: both(
                "Luistert tot Ctrl-C op elk adres van deze machine, en zegt op welke poort. Alleen toegelaten laptops, en nieuwe laptops met een code van deze laptop, horen iets.\nVoorbeeld: kith listen --port 4747",
                "Listens until Ctrl-C on every address of this machine, and says on which port. Only admitted laptops, and new laptops with a code from this laptop, hear anything.\nExample: kith listen --port 4747"))
    }

    @Option(help: ArgumentHelp(both("De poort; 0 kiest een vrije.", "The port; 0 takes a free one."), valueName: both("poort", "port")))
    var port = Address.standardPort
    @Option(help: ArgumentHelp(both("Alleen op dit adres.", "On this address alone."), valueName: both("adres", "address")))
    var host: String?
    @Flag(help: plainHelp) var plain = false
    @Flag(help: ArgumentHelp(both("Stop na één uitwisseling.", "Stop after one exchange."))) var once = false
    @Flag(help: ArgumentHelp(both(
        "Antwoord niet aan wie op het netwerk zoekt.", "Do not answer those who look on the network."))) var noDiscovery = false
    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError(both("Een poort is 0 tot 65535.", "A port is 0 to 65535."))
        }
    }

    func run() throws {
        let replica = try options.open()
        try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
        let once = once
        let code = try Listening(replica: replica, isJSON: options.json).run(
            host: host, port: port, plain: plain, isFound: !noDiscovery && !plain && host == nil
        ) { result in
            guard once else { return nil }
            switch result {
            case .success(let report): return report.outcome.admittedNewcomer ? nil : report.needsPerson ? 2 : 0
            case .failure: return 1
            }
        }
        try replica.close()
        if code != 0 { throw ExitCode(code) }
    }
}
