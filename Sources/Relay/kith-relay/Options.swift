import ArgumentParser
import Foundation
import Platform
import RelayService
import Words

struct OutputOptions: ParsableArguments {
    @Flag(help: ArgumentHelp(both("Voor scripts: JSON met vaste sleutels.", "For scripts: JSON with stable keys.")))
    var json = false

    /// Says that something was done: sentences, or what `Docs/JSON.md` tells.
    func say(_ members: @autoclosure () -> [(String, JSON)], _ text: () -> [String]) throws {
        if json { try Output.json(members()) } else { try text().forEach(Output.line) }
    }
}

struct RelayOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        both("De instellingen (anders KITH_RELAY_CONFIG, anders \(RelaySettings.standardFile)).",
             "The settings (else KITH_RELAY_CONFIG, else \(RelaySettings.standardFile))."),
        valueName: both("bestand", "file")))
    var config: String?

    @OptionGroup var output: OutputOptions

    var json: Bool { output.json }

    func settings(overriding: [Setting: String] = [:]) async throws -> RelaySettings {
        try await RelaySettings.read(file: config, variables: App.environment.variables, overriding: overriding)
    }

    /// The relay that runs here, or else its store.
    ///
    /// - Parameter input: a file that the command reads, named by the person.
    func withAdministration<Result>(
        reading input: String? = nil, _ body: (any RelayAdministration, _ input: String?) async throws -> Result
    ) async throws -> Result {
        let settings = try await settings()
        if let remote = try RemoteAdministration(settings, language: App.language) { return try await body(remote, input) }
        let lent = try Owner.become(of: settings.stateFolder, bringing: input)
        defer { lent.map { _ = unlink($0) } }
        let environment = settings.environment(App.environment)
        let lock = try StateLock(settings)
        defer { withExtendedLifetime(lock) {} }
        let store = try RelayStores.open(settings, environment)
        defer { try? store.close() }
        return try await body(StoreAdministration(store: store, settings: settings, environment: environment), lent ?? input)
    }
}

func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}

func about<Result>(_ subject: String, _ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch { throw Failure(underlying: error, subject: subject) }
}

struct YesOptions: ParsableArguments {
    @Flag(name: .customLong("yes"), help: ArgumentHelp(both("Vraag niets.", "Ask nothing."))) var isGiven = false

    /// Returns when it is meant. In a pipe, only --yes says so.
    func confirm(_ question: String, isJSON: Bool) throws {
        if isGiven { return }
        guard isatty(STDIN_FILENO) != 0, isatty(STDERR_FILENO) != 0, !isJSON else {
            KithRelay.report(RelayServiceError(.needsYes), about: "", isJSON: isJSON)
            throw ExitCode(EX_USAGE)
        }
        _ = Output.putLines(question, STDERR_FILENO)
        guard let first = readLine()?.lowercased().first, "jy".contains(first) else {
            _ = Output.putLines(App.language.say(.stopped) + "\n", STDERR_FILENO)
            throw NeedsPerson()
        }
    }
}

func shown(_ milliseconds: Int64?) -> String {
    let language = App.language
    guard let milliseconds else { return language.say(.relayNever) }
    return language.say(.relayLast, localTime(milliseconds), language.age(milliseconds, nowMilliseconds: App.environment.nowMilliseconds()))
}
