import ArgumentParser
import Community
import Engine
import Platform
import Store
import Wire
import Words

struct QuarantineCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "quarantine",
            abstract: both(
                "Wat van laptops zonder toegang kwam, of niet te lezen is.", "What came from laptops without access, or cannot be read."),
            subcommands: [All.self, Accept.self, Discard.self])
    }

    struct All: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "list",
                abstract: both("Noem wat op een beslissing wacht.", "Name what waits for a decision."),
                discussion: both(
                    "Uitkomst 2 zegt dat er iets wacht.\nVoorbeeld: kith quarantine list", "Exit code 2 says that something waits.\nExample: kith quarantine list"))
        }

        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open(forReading: true)
            let entries = try replica.quarantineEntries()
            if options.json { try Output.json([("deltas", .array(entries.map { .object(json($0.delta, $0.packer)) }))]) } else {
                for entry in entries { try Output.line(text(entry.delta, entry.packer)) }
                if entries.isEmpty { try Output.line(App.language.say(.quarantineNone)) }
                if entries.contains(where: { $0.delta.unreadable == nil }) { try Output.line(App.language.say(.quarantineRemedy)) }
                if entries.contains(where: { $0.delta.unreadable != nil }) { try Output.line(App.language.say(.quarantineUnreadable)) }
            }
            try replica.close()
            if !entries.isEmpty { throw NeedsPerson() }
        }

        private func text(_ delta: QuarantinedDelta, _ packer: String) -> String {
            let line = App.language.say(
                .quarantineLine, String(delta.delta.description.suffix(8)), App.language.count(delta.changeCount, .changeOne, .changeMany),
                App.language.collection(delta.collection), plain(packer), when(delta.packedMilliseconds), age(delta.packedMilliseconds))
            return switch delta.unreadable {
            case nil: line
            case .noKey?: line + "\n" + App.language.say(.quarantineKey)
            case .newerFormat?: line + "\n" + App.language.say(.quarantineNewer)
            case .some(let code): line + "\n" + App.language.say(.quarantineFault, code.rawValue)
            }
        }

        private func json(_ delta: QuarantinedDelta, _ packer: String) -> [(String, JSON)] {
            [
                ("id", .string(delta.delta.description)), ("collection", .string(delta.collection)), ("changes", .number(delta.changeCount)),
                ("device", .string(delta.packer.spoken)), ("label", .string(packer)),
                ("unreadable", delta.unreadable.map { .string($0.rawValue) } ?? .null),
                ("made", .string(universalTime(delta.packedMilliseconds))), ("since", .string(universalTime(delta.sinceMilliseconds))),
            ]
        }
    }

    struct Accept: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Neem het toch op; deze laptop staat er dan voor in.", "Take it in after all; this laptop vouches for it then."),
                discussion: both(
                    "--dry-run zegt wat er zou gebeuren.\nVoorbeeld: kith quarantine accept 'Laptop Piet' --dry-run",
                    "--dry-run says what would happen.\nExample: kith quarantine accept 'Laptop Piet' --dry-run"))
        }

        @Argument(help: quarantinedHelp) var id: String
        @Flag(help: ArgumentHelp(both("Alleen kijken.", "Only look."))) var dryRun = false
        @OptionGroup var yes: YesOptions
        @OptionGroup var massChange: MassChangeOptions
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open()
            let held = try replica.quarantined(id, one: options.json)
            if !dryRun {
                let packer = try replica.label(of: held[0].packer)
                try yes.confirm(
                    App.language.say(.acceptQuestion, App.language.count(held.map(\.changeCount).reduce(0, +), .changeOne, .changeMany), plain(packer)),
                    isJSON: options.json)
                try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
            }
            var needsPerson = false
            for delta in held {
                let report = try replica.accept(delta, dryRun: dryRun)
                try say(text(report), or: [("id", .string(delta.delta.description)), ("dry_run", .bool(dryRun))] + json(report), isJSON: options.json)
                needsPerson = report.conflictsAfter > 0 || !report.missing.isEmpty
            }
            if !options.json { try Output.line(dryRun ? App.language.say(.wouldBe) : App.language.say(.accepted)) }
            try replica.close()
            if needsPerson { throw NeedsPerson() }
        }
    }

    struct Discard: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Gooi het weg, op deze laptop.", "Throw it away, on this laptop."),
                discussion: both("Voorbeeld: kith quarantine discard 'Laptop Piet'", "Example: kith quarantine discard 'Laptop Piet'"))
        }

        @Argument(help: quarantinedHelp) var id: String
        @OptionGroup var yes: YesOptions
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open()
            let held = try replica.quarantined(id, one: options.json)
            let packer = try replica.label(of: held[0].packer)
            try yes.confirm(
                App.language.say(.discardQuestion, App.language.count(held.map(\.changeCount).reduce(0, +), .changeOne, .changeMany), plain(packer)),
                isJSON: options.json)
            for delta in held { try replica.store.discardQuarantined(delta.delta) }
            try say(App.language.say(.discarded), or: [("discarded", .string(held[0].delta.description))], isJSON: options.json)
            try replica.close()
        }
    }
}

private let quarantinedHelp = ArgumentHelp(
    both("De laptop die het stuurde, of een einde van het kenmerk.", "The laptop that sent it, or an ending of the reference."), valueName: both("laptop", "laptop"))
