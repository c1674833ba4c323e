import ArgumentParser
import Community
import Device
import Engine
import Platform
import Store
@preconcurrency import Glibc
import Words

/// What the program takes from its surroundings, made once.
enum App {
    static let environment = EngineEnvironment.system(passphrase: Secrets.passphrase)
    static let language = environment.language
}

/// Text of help in the reader's language.
func both(_ nl: String, _ en: String) -> String { App.language == .nl ? nl : en }

/// A name, path or id from the command line, given to the sentence of what went wrong with it.
struct Failure: Error {
    let underlying: any Error
    let subject: String
    var medium = Explanation.Medium.file
}

func about<Result>(_ subject: String, over medium: Explanation.Medium = .file, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let failure as Failure {
        throw failure
    } catch {
        throw Failure(underlying: error, subject: subject, medium: medium)
    }
}

/// Done, but something needs a person: exit code 2.
struct NeedsPerson: Error {}

struct Kith: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "kith",
            abstract: both(
                "Contacten en initiatieven samen bijhouden, ook zonder internet.",
                "Keep contacts and initiatives together, without internet."),
            discussion: both(
                """
                Elke laptop heeft de hele lijst in één SQLite-bestand. Bewerk hem hier of met elk SQLite-programma; \
                wissel uit met een USB-stick of een kabel, in elke volgorde.

                Eerste laptop:   kith init --space Zuid --name 'Laptop Fatima'
                                 kith import mensen.csv
                Tweede laptop:   kith join --request /media/stick/jan.kithrequest --name 'Laptop Jan'
                Eerste laptop:   kith device admit /media/stick/jan.kithrequest
                                 kith bundle export /media/stick/zuid.kithbundle
                Tweede laptop:   kith join /media/stick/zuid.kithbundle

                Wat reist is versleuteld: wie een stick vindt, leest niets. De lijst zelf is leesbaar voor wie op de laptop \
                kan; gebruik schijfversleuteling.

                Uitkomst: 0 klaar, 1 mislukt, 2 klaar maar er is iemand nodig (iets te kiezen, ontbrekende wijzigingen, \
                wachtende stickbestanden, iets apart gezet), 64 verkeerd gebruik, ook een --yes die ontbreekt waar niemand te vragen is. De lijst en de sleutels van deze \
                laptop staan in ~/.local/share/kith, of waar --replica of KITH_REPLICA zegt. KITH_LANG=nl of en kiest de taal; \
                KITH_PASSPHRASE_FILE noemt een bestand met de wachtzin, als er een is en niemand te vragen.
                """,
                """
                Every laptop holds the whole list in one SQLite file. Edit it here or with any SQLite program; exchange by \
                USB stick or cable, in any order.

                First laptop:    kith init --space Zuid --name 'Laptop Fatima'
                                 kith import people.csv
                Second laptop:   kith join --request /media/stick/jan.kithrequest --name 'Laptop Jan'
                First laptop:    kith device admit /media/stick/jan.kithrequest
                                 kith bundle export /media/stick/zuid.kithbundle
                Second laptop:   kith join /media/stick/zuid.kithbundle

                What travels is encrypted: whoever finds a stick reads nothing. The list itself can be read by whoever gets \
                at the laptop; use disk encryption.

                Exit codes: 0 done, 1 failed, 2 done but something needs a person (something to choose, missing changes, waiting \
                stick files, something held back), 64 usage, also a --yes that is missing where nobody can be asked. The list and this laptop's keys lie in \
                ~/.local/share/kith, or where --replica or KITH_REPLICA says. KITH_LANG=nl or en chooses the language; \
                KITH_PASSPHRASE_FILE names a file with the passphrase, when there is one and nobody to ask.
                """),
            version: "0.1.0",
            groupedSubcommands: [
                CommandGroup(name: both("Beginnen", "Begin"), subcommands: [OpenCommand.self, Init.self, Join.self, Import.self, ExportCommand.self]),
                CommandGroup(
                    name: both("Bekijken en bewerken", "Look and edit"),
                    subcommands: [
                        List.self, Show.self, Add.self, Edit.self, Count.self, Delete.self, Undelete.self, Undo.self, Redo.self, Steps.self, History.self, Trash.self,
                        Tables.self,
                    ]),
                CommandGroup(
                    name: both("Helpen en zorgvuldig zijn", "Help and care"),
                    subcommands: [MatchCommand.self, ConsentCommand.self, Retention.self]),
                CommandGroup(
                    name: both("Dagelijks werk", "Daily work"),
                    subcommands: [Today.self, Find.self, Log.self, Duplicates.self, Link.self]),
                CommandGroup(name: both("Verslagen", "Reports"), subcommands: [ReportCommand.self]),
                CommandGroup(
                    name: both("Uitwisselen", "Exchange"),
                    subcommands: [BundleCommand.self, Listen.self, SyncCommand.self, RelayCommand.self, WatchCommand.self]),
                CommandGroup(
                    name: both("Partnersteden, en wat blijft", "Partner cities, and what lasts"),
                    subcommands: [ContinuityCommand.self, InitiativeCommand.self, Publish.self, Adopt.self]),
                CommandGroup(
                    name: both("Leden en sleutels", "Members and keys"),
                    subcommands: [
                        DeviceCommand.self, InviteCommand.self, KeyCommand.self, QuarantineCommand.self, RecoveryCommand.self,
                    ]),
                CommandGroup(
                    name: both("Wissen en bewaren", "Erase and keep"), subcommands: [Erase.self, Backup.self, Restore.self]),
                CommandGroup(
                    name: both("Nakijken en kiezen", "Check and choose"),
                    subcommands: [Status.self, VerifyReplica.self, Conflicts.self, Notices.self, Settle.self, Dismiss.self]),
            ])
    }
}

@main
enum Main {
    static func main() {
        // A reader that leaves (`| head`) is told by write's own error.
        signal(SIGPIPE, SIG_IGN)
        exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    static func run(_ arguments: [String]) -> Int32 {
        let isJSON = arguments.contains("--json")
        do {
            var command = try Kith.parseAsRoot(arguments)
            do {
                try command.run()
                return 0
            } catch {
                return try end(error, isJSON: isJSON)
            }
        } catch {
            return usage(error, isJSON: isJSON)
        }
    }

    /// How a command ended that did not simply end well.
    private static func end(_ error: any Error, isJSON: Bool) throws -> Int32 {
        switch error {
        case is OutputClosed: return 0
        case is NeedsPerson: return 2
        case let code as ExitCode: return code.rawValue
        case let change as MassChange:
            Terminal.report(change, about: "", isJSON: isJSON)
            return 2
        case let failure as Failure where failure.underlying is MassChange || failure.underlying is NeedsPerson:
            return try end(failure.underlying, isJSON: isJSON)
        case is ValidationError, is CleanExit:
            throw error
        case let failure as Failure where failure.underlying is NameChoice || failure.underlying is EntryRefusal:
            return try end(failure.underlying, isJSON: isJSON)
        case let choice as NameChoice:
            Terminal.report(choice, about: "", isJSON: isJSON)
            return choice.isNear ? 1 : 64
        case let refusal as EntryRefusal:
            Terminal.report(refusal, about: "", isJSON: isJSON)
            return refusal.code == StoreError.Code.unknownName.rawValue ? 1 : 64
        default:
            // What the parser asks for while running, such as help.
            if Kith.exitCode(for: error) != .failure { throw error }
            let failure = error as? Failure
            Terminal.report(
                failure?.underlying ?? error, about: failure?.subject ?? "", over: failure?.medium ?? .file, isJSON: isJSON)
            return 1
        }
    }

    private static func usage(_ error: any Error, isJSON: Bool) -> Int32 {
        let code = Kith.exitCode(for: error)
        if code == .success {
            try? Output.line(ParserText.whole(Kith.fullMessage(for: error), typed: Array(CommandLine.arguments.dropFirst()), in: App.language))
            return 0
        }
        let typed = CommandLine.arguments.dropFirst().first ?? ""
        let names = Kith.configuration.groupedSubcommands.flatMap(\.subcommands).map { $0._commandName }
        if !typed.hasPrefix("-"), !typed.isEmpty, !names.contains(typed), typed != "help" {
            let near = Entry.nearest(typed, names).map { App.language.say(EntrySentence.didYouMean, $0) } ?? ""
            let message = App.language.say(EntrySentence.unknownCommand, typed, near)
            if isJSON {
                Terminal.write([("error", .string("usage")), ("message", .string(message))])
            } else {
                Terminal.write("kith: \(message)\n")
            }
            return code.rawValue
        }
        if isJSON {
            Terminal.write([("error", .string("usage")), ("message", .string(ParserText.message(Kith.message(for: error), in: App.language)))])
        } else {
            Terminal.write(ParserText.whole(Kith.fullMessage(for: error), typed: Array(CommandLine.arguments.dropFirst()), in: App.language) + "\n")
        }
        return code.rawValue
    }
}
