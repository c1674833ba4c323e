import ArgumentParser
import Foundation
import Logging
import RelayService
import ServiceLifecycle
import UnixSignals
import Words

struct Run: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Draag de buurtlijsten, tot SIGTERM of SIGINT.", "Carry the community lists, until SIGTERM or SIGINT."),
            discussion: both(
                """
                SIGHUP leest de instellingen opnieuw; verbindingen blijven. Een instelling staat in het bestand, of als \
                omgevingsvariabele die voorgaat: listen.port is KITH_RELAY_LISTEN_PORT.

                Instellingen: \(Setting.allCases.map(\.rawValue).joined(separator: ", ")).

                Voorbeeld: kith-relay run --port 7400
                """,
                """
                SIGHUP reads the settings again; connections stay. A setting stands in the file, or in an environment variable, \
                which goes first: listen.port is KITH_RELAY_LISTEN_PORT.

                Settings: \(Setting.allCases.map(\.rawValue).joined(separator: ", ")).

                Example: kith-relay run --port 7400
                """))
    }

    @Option(help: ArgumentHelp(both("De poort voor laptops (anders 7400).", "The port for laptops (7400 otherwise)."), valueName: both("poort", "port")))
    var port: Int?
    @Option(help: ArgumentHelp(both("PostgreSQL in plaats van bestanden.", "PostgreSQL instead of files."), valueName: "postgres://…"))
    var store: String?
    @Flag(help: ArgumentHelp(both("Controleer alleen de instellingen.", "Check the settings and nothing else.")))
    var checkConfig = false
    @OptionGroup var options: RelayOptions

    private var overriding: [Setting: String] {
        [.listenPort: port.map(String.init), .store: store].compactMapValues { $0 }
    }

    func run() async throws {
        let settings = try await options.settings(overriding: overriding)
        if checkConfig {
            return try options.output.say([("settings", .object(settings.described.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))]) {
                [App.language.say(.relayConfigurationFine)] + Setting.allCases.map {
                    App.language.say(.relayConfigurationLine, $0.rawValue, settings.described[$0.rawValue] ?? "")
                }
            }
        }
        let file = options.config
        let overriding = overriding
        _ = try Owner.become(of: settings.stateFolder)
        let environment = settings.environment(App.environment)
        let program = try RelayProgram(
            settings: settings, environment: environment,
            read: { try await RelaySettings.read(file: file, variables: App.environment.variables, overriding: overriding) },
            serve: { parts in
                try HubServing(parts) { try ServerDoor($0, $1, metrics: parts.metrics, logger: parts.logger) }
            })
        var configuration = ServiceGroupConfiguration(
            services: program.services + [ReloadService { _ = try? await program.reload() }],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: program.logger)
        configuration.maximumGracefulShutdownDuration = .seconds(settings.shutdownSeconds)
        try await ServiceGroup(configuration: configuration).run()
        try program.close()
    }
}

/// Reads the settings again at each SIGHUP.
private struct ReloadService: Service, CustomStringConvertible {
    let reload: @Sendable () async -> Void

    var description: String { "reload" }

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() { await reload() }
    }
}
