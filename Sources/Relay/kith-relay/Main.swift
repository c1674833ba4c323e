import ArgumentParser
import Device
import Dispatch
import Foundation
import Platform
import RelayService
import Words

/// What the program takes from its surroundings, made once.
enum App {
    static let environment = EngineEnvironment.system()
    static let language = environment.language
}

/// Text of help in the reader's language.
func both(_ nl: String, _ en: String) -> String { App.language == .nl ? nl : en }

/// A path or id from the command line, given to the sentence of what went wrong with it.
struct Failure: Error {
    let underlying: any Error
    let subject: String
}

/// Done, but something needs a person: exit code 2.
struct NeedsPerson: Error {}

@main
struct KithRelay: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "kith-relay",
            abstract: both(
                "Geeft door wat laptops brengen, zonder het te kunnen lezen.", "Passes on what laptops bring, without being able to read it."),
            discussion: both(
                """
                Een doorgeefserver draait op een server die altijd aan staat. Laptops die nooit tegelijk aan zijn, wisselen via hem uit. \
                Hij heeft geen sleutels: hij ziet groottes, tijden en kenmerken van laptops, en geen namen.

                Beginnen:        kith-relay init --name 'Relay Zuid'
                Coördinator:     kith device admit relay.kithrequest --role relay
                                 kith bundle export zuid.kithbundle
                Weer hier:       kith-relay space add zuid.kithbundle
                                 kith-relay run

                De opdrachten werken ook terwijl de doorgeefserver draait; ze vragen het hem dan, over een socket in de map met zijn \
                gegevens. Uitkomst: 0 klaar, 1 mislukt, 2 er is iemand nodig, 64 verkeerd gebruik. KITH_LANG=nl of en kiest de taal.
                """,
                """
                A relay runs on a server that is always on. Laptops that are never on at the same hour exchange through it. It \
                has no keys: it sees sizes, times and references of laptops, and no names.

                To begin:        kith-relay init --name 'Relay South'
                Coordinator:     kith device admit relay.kithrequest --role relay
                                 kith bundle export south.kithbundle
                Here again:      kith-relay space add south.kithbundle
                                 kith-relay run

                The commands work while the relay runs, too; then they ask it, over a socket in the folder with its data. Exit \
                codes: 0 done, 1 failed, 2 somebody is needed, 64 usage. KITH_LANG=nl or en chooses the language.
                """),
            version: "0.1.0",
            groupedSubcommands: [
                CommandGroup(name: both("Beginnen en draaien", "Begin and run"), subcommands: [Init.self, Run.self, Reload.self]),
                CommandGroup(
                    name: both("Bekijken", "Look"), subcommands: [SpaceCommand.self, Devices.self, Log.self, Stats.self]),
                CommandGroup(name: both("Bewaren", "Keep"), subcommands: [Backup.self, Restore.self, Verify.self]),
            ])
    }

    static func main() async {
        // A reader that leaves (`| head`) is told by write's own error.
        signal(SIGPIPE, SIG_IGN)
        Foundation.exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    private static func run(_ arguments: [String]) async -> Int32 {
        let isJSON = arguments.contains("--json")
        do {
            var command = try parseAsRoot(arguments)
            do {
                if var asynchronous = command as? any AsyncParsableCommand { try await asynchronous.run() } else { try command.run() }
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
        case is ValidationError, is CleanExit: throw error
        default:
            if exitCode(for: error) != .failure { throw error }
            let failure = error as? Failure
            report(failure?.underlying ?? error, about: failure?.subject ?? "", isJSON: isJSON)
            return 1
        }
    }

    static func report(_ error: any Error, about subject: String, isJSON: Bool) {
        let explanation = Explanation(error, about: subject, in: App.language)
        if isJSON {
            _ = Output.put([("error", .string(explanation.code)), ("message", .string(explanation.message))], STDERR_FILENO)
        } else {
            _ = Output.putLines("kith-relay: \(plain(explanation.message))\n", STDERR_FILENO)
        }
    }

    private static func usage(_ error: any Error, isJSON: Bool) -> Int32 {
        let code = exitCode(for: error)
        if code == .success {
            try? Output.line(ParserText.whole(fullMessage(for: error), typed: Array(CommandLine.arguments.dropFirst()), in: App.language))
            return 0
        }
        if isJSON {
            let message = ParserText.message(message(for: error), in: App.language)
            _ = Output.put([("error", .string("usage")), ("message", .string(message))], STDERR_FILENO)
        } else {
            let text = ParserText.whole(fullMessage(for: error), typed: Array(CommandLine.arguments.dropFirst()), in: App.language)
            _ = Output.putLines(text + "\n", STDERR_FILENO)
        }
        return code.rawValue
    }
}
