import ArgumentParser
import Dispatch
import Engine
@preconcurrency import Glibc
import Synchronization

struct SyncCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "sync",
            abstract: both("Wissel uit met een laptop die luistert.", "Exchange with a laptop that listens."),
            discussion: both(
                "De verbinding is versleuteld, en beide kanten bewijzen wie ze zijn.\nVoorbeeld: kith sync 192.168.1.20:4747",
                "The connection is encrypted, and both sides prove who they are.\nExample: kith sync 192.168.1.20:4747"))
    }

    @Argument(help: ArgumentHelp(both("Waar de andere laptop luistert.", "Where the other laptop listens."), valueName: "host:port"))
    var address: String
    @Flag(help: plainHelp) var plain = false
    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        guard let parsed = Address(address) else { throw EngineError(.badAddress, address) }
        let replica = try options.open()
        try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
        let meter = Meter()
        let report = try about(address) { try replica.sync(with: parsed, plain: plain, progress: meter.show) }
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
                "Luistert tot Ctrl-C op elk adres van deze machine, en zegt op welke poort. Alleen toegelaten apparaten, en nieuwkomers met een code van dit apparaat, horen iets.\nVoorbeeld: kith listen --port 4747",
                "Listens until Ctrl-C on every address of this machine, and says on which port. Only admitted devices, and newcomers with a code from this device, hear anything.\nExample: kith listen --port 4747"))
    }

    @Option(help: ArgumentHelp(both("De poort; 0 kiest een vrije.", "The port; 0 takes a free one."), valueName: both("poort", "port")))
    var port = Address.standardPort
    @Option(help: ArgumentHelp(both("Alleen op dit adres.", "On this address alone."), valueName: both("adres", "address")))
    var host: String?
    @Flag(help: plainHelp) var plain = false
    @Flag(help: ArgumentHelp(both("Stop na één ontmoeting.", "Stop after one session."))) var once = false
    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError(both("Een poort is 0 tot 65535.", "A port is 0 to 65535."))
        }
    }

    /// How the listening ended, told by the sessions' threads or a signal.
    private final class Ending: Sendable {
        let semaphore = DispatchSemaphore(value: 0)
        private let state = Mutex<Int32>(0)
        var code: Int32 { state.withLock { $0 } }

        func end(_ code: Int32) {
            state.withLock { $0 = code }
            semaphore.signal()
        }
    }

    func run() throws {
        let replica = try options.open()
        try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
        let ending = Ending()
        let signals = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { ending.end(0) }
            source.resume()
            return source
        }
        let isJSON = options.json
        let once = once
        let listener = try replica.listen(host: host, port: port, plain: plain) { result in
            switch result {
            case .success(let report):
                Listen.tell(report, isJSON: isJSON)
                if once, !report.outcome.admittedNewcomer { ending.end(report.needsPerson ? 2 : 0) }
            case .failure(let error):
                Listen.tell(error, isJSON: isJSON)
                if once { ending.end(1) }
            }
        }
        let hosts = plain ? ["127.0.0.1"] : host.map { [$0] } ?? (ownAddresses() + ["127.0.0.1"])
        let addresses = hosts.map { $0.contains(":") ? "[\($0)]:\(listener.port)" : "\($0):\(listener.port)" }
        try say(
            App.language.say(.listening, addresses.joined(separator: ", ")),
            or: [("listening", .number(listener.port)), ("addresses", .array(addresses.map { .string($0) }))], isJSON: isJSON)
        ending.semaphore.wait()
        listener.close()
        for source in signals { source.cancel() }
        try replica.close()
        if ending.code != 0 { throw ExitCode(ending.code) }
    }

    // Nobody may be reading any more; the listening goes on.

    private static func tell(_ report: MeetingReport, isJSON: Bool) {
        _ = Output.put((isJSON ? JSON.object(json(report)).text : text(report)) + "\n", STDOUT_FILENO)
    }

    private static func tell(_ error: any Error, isJSON: Bool) {
        let explanation = Explanation(error, about: "", in: App.language)
        Terminal.write(
            isJSON
                ? JSON.object([("error", .string(explanation.code)), ("message", .string(explanation.message))]).text + "\n"
                : App.language.say(.sessionFailed, explanation.message) + "\n")
    }
}
