import ArgumentParser
import Foundation
import Platform
import RelayService
import Words

struct Backup: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Kopieer alle buurtlijsten naar een map, ook terwijl de doorgeefserver draait.", "Copy all community lists into a folder, also while the relay runs."),
            discussion: both(
                """
                Eén bestand per buurtlijst, ook als de opslag PostgreSQL is. De doorgeefserver moet er zelf kunnen schrijven; zonder map komt de \
                kopie in de map met zijn gegevens, onder backups. Het sleutelbestand gaat niet mee: bewaar dat apart.

                Voorbeeld: kith-relay backup /var/backups/kith-relay/2026-03-01
                """,
                """
                One file for each community list, also when the store is PostgreSQL. The relay itself must be able to write there; without a \
                folder the copy goes below the folder with its data, under backups. The key file is not in it: keep that apart.

                Example: kith-relay backup /var/backups/kith-relay/2026-03-01
                """))
    }

    @Argument(help: ArgumentHelp(both("Een nieuwe of lege map.", "A new or empty folder."), valueName: both("map", "folder"))) var folder: String?
    @OptionGroup var options: RelayOptions

    func run() async throws {
        let settings = try await options.settings()
        let stamp = universalTime(App.environment.nowMilliseconds()).prefix(19).filter { $0 != ":" }
        let target = folder.map(absolute) ?? "\(settings.backupFolder)/\(stamp)"
        let report = try await options.withAdministration { administration, _ in try await administration.backup(to: target) }
        try options.output.say(report.json) {
            let language = App.language
            return [language.say(
                .relayBackedUp, report.folder, language.number(report.spaceCount), language.bytes(report.byteCount), settings.deviceFile)]
        }
    }
}

struct Restore: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Zet buurtlijsten terug uit een reservekopie.", "Put community lists back from a backup."),
            discussion: both(
                """
                Een hele map, of één bestand daaruit. Buurtlijsten die hier al zijn, blijven zoals ze zijn: verwijder ze eerst. Zet een \
                kopie van SQLite ook terug in PostgreSQL, en andersom.

                Voorbeeld: kith-relay restore /var/backups/kith-relay/2026-03-01
                """,
                """
                A whole folder, or one file of it. Community lists that are here already stay as they are: remove them first. A copy made of \
                SQLite can be put back into PostgreSQL, and the other way round.

                Example: kith-relay restore /var/backups/kith-relay/2026-03-01
                """))
    }

    @Argument(help: ArgumentHelp(both("De map of het bestand.", "The folder or the file."), valueName: both("pad", "path"))) var path: String
    @OptionGroup var options: RelayOptions

    func run() async throws {
        let reports = try await options.withAdministration { administration, _ in try await administration.restore(from: absolute(path)) }
        try options.output.say(named("spaces", reports.map(\.json))) { [App.language.say(.relayRestored, reports.map(\.space).joined(separator: ", "))] }
    }
}

struct Verify: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Lees alles opnieuw en vergelijk het met wat er getekend is.", "Read everything again and compare it with what was signed."),
            discussion: both("Verandert niets. Voorbeeld: kith-relay verify", "Changes nothing. Example: kith-relay verify"))
    }

    @OptionGroup var options: RelayOptions

    func run() async throws {
        let reports = try await options.withAdministration { administration, _ in try await administration.verify() }
        try options.output.say(named("spaces", reports.map(\.json))) {
            let language = App.language
            if reports.isEmpty { return [language.say(.relaySpacesNone)] }
            return reports.map {
                $0.faults.isEmpty
                    ? language.say(
                        .relayVerified, $0.space, language.number($0.statementCount), language.number($0.deltaCount),
                        language.number($0.segmentCount), language.bytes($0.byteCount))
                    : language.say(.relayVerifiedFaults, $0.space, $0.faults.joined(separator: ", "))
            }
        }
        if reports.contains(where: { !$0.faults.isEmpty }) { throw NeedsPerson() }
    }
}
