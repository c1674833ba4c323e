import ArgumentParser
import Foundation
import Platform
import RelayService
import Words

struct Devices: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Noem de laptops, hun rol, en wanneer ze hier waren.", "Name the laptops, their roles, and when they were here."),
            discussion: both(
                "Namen van laptops zijn versleuteld: de doorgeefserver kent alleen kenmerken.\nVoorbeeld: kith-relay devices --space 3f2a91bc",
                "Names of laptops are encrypted: the relay knows references alone.\nExample: kith-relay devices --space 3f2a91bc"))
    }

    @Option(help: ArgumentHelp(both("Alleen van deze buurtlijst.", "Of this community list alone."), valueName: "id")) var space: String?
    @OptionGroup var options: RelayOptions

    func run() async throws {
        let reports = try await options.withAdministration { administration, _ in
            guard let space else { return try await administration.devices(of: nil) }
            return try await administration.devices(of: try find(space, among: try await administration.spaces()).id())
        }
        try options.output.say(named("devices", reports.map(\.json))) {
            let language = App.language
            if reports.isEmpty { return [language.say(.relayDevicesNone)] }
            return reports.map {
                let role = $0.isRemoved ? language.say(.removedMark) : $0.role == "unknown" ? language.say(.relayDeviceUnknown) : $0.role
                return language.say(
                    .relayDeviceLine, String($0.space.suffix(8)), $0.device, role, shown($0.lastMilliseconds),
                    language.bytes(Int($0.receivedByteCount)), language.bytes(Int($0.sentByteCount)))
            }
        }
    }
}

struct Log: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Wat er gebeurde: codes, kenmerken en tijden.", "What happened: codes, references and times."),
            discussion: both(
                "Wat het programma zelf meldt, staat in 'journalctl -u kith-relay'.\nVoorbeeld: kith-relay log --since 2d",
                "What the program itself reports is in 'journalctl -u kith-relay'.\nExample: kith-relay log --since 2d"))
    }

    @Option(help: ArgumentHelp(
        both("30m, 12h, 2d, of een datum (anders 1d).", "30m, 12h, 2d, or a date (1d otherwise)."), valueName: both("tijd", "time")))
    var since = "1d"
    @Option(help: ArgumentHelp(both("Hoogstens zoveel, de nieuwste (anders 1000).", "At most so many, the newest (1000 otherwise)."), valueName: "n"))
    var limit = 1_000
    @OptionGroup var options: RelayOptions

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError(both("--limit is 1 tot 100000.", "--limit is 1 to 100000.")) }
    }

    func run() async throws {
        guard let moment = Moment.milliseconds(since, nowMilliseconds: App.environment.nowMilliseconds()) else {
            throw RelayServiceError(.badTime, plain(since))
        }
        let reports = try await options.withAdministration { administration, _ in
            try await administration.events(sinceMilliseconds: moment, limit: limit)
        }
        try options.output.say(named("events", reports.map(\.json))) {
            let language = App.language
            if reports.isEmpty { return [language.say(.relayEventsNone)] }
            return reports.map {
                language.say(
                    .relayEventLine, localTime($0.milliseconds), String($0.space.suffix(8)), plain($0.kind), $0.device ?? "-", plain($0.detail))
            }
        }
    }
}

struct Stats: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Hoeveel er ligt, en of de doorgeefserver draait.", "How much lies here, and whether the relay runs."),
            discussion: both("Voorbeeld: kith-relay stats --json", "Example: kith-relay stats --json"))
    }

    @OptionGroup var options: RelayOptions

    func run() async throws {
        let report = try await options.withAdministration { administration, _ in try await administration.statistics() }
        try options.output.say(report.json) {
            let language = App.language
            let store = language.say(
                .relayStatisticsStore, language.number(report.spaceCount), language.number(report.deviceCount),
                language.number(report.deltaCount), language.bytes(report.byteCount), language.bytes(report.freeDiskByteCount))
            guard report.isRunning else { return [store, language.say(.relayStatisticsStopped)] }
            return [
                store,
                language.say(
                    .relayStatisticsRunning, shown(report.startedMilliseconds), language.number(report.connectionCount ?? 0),
                    language.number(report.sessionCount ?? 0)),
            ]
        }
    }
}

struct Reload: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Laat de draaiende doorgeefserver zijn instellingen opnieuw lezen.", "Have the running relay read its settings again."),
            discussion: both(
                "Verbindingen blijven. 'systemctl reload kith-relay' doet hetzelfde.\nVoorbeeld: kith-relay reload",
                "Connections stay. 'systemctl reload kith-relay' does the same.\nExample: kith-relay reload"))
    }

    @OptionGroup var options: RelayOptions

    func run() async throws {
        let settings = try await options.settings()
        guard let relay = try RemoteAdministration(settings, language: App.language) else {
            throw RelayServiceError(.noAnswer, settings.socketPath)
        }
        let report = try await relay.reload()
        try options.output.say(report.json) {
            let language = App.language
            let changed = report.changed.isEmpty ? language.say(.relayReloadedNothing) : language.say(.relayReloaded, report.changed.joined(separator: ", "))
            return [changed] + (report.needRestart.isEmpty ? [] : [language.say(.relayReloadedRestart, report.needRestart.joined(separator: ", "))])
        }
    }
}
