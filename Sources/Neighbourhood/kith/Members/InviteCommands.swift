import ArgumentParser
import Community
import Engine
@preconcurrency import Glibc
import Platform
import Trust
import Words

struct InviteCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "invite",
            abstract: both("Nodig een nieuwe laptop uit met een code, over het netwerk.", "Invite a new laptop by a code, over the network."),
            discussion: both(
                "Zonder meer maakt dit een code voor één lid.\nVoorbeelden: kith invite\n             kith invite --role reader --collections directory --uses 3",
                "By itself this makes a code for one member.\nExamples: kith invite\n          kith invite --role reader --collections directory --uses 3"),
            subcommands: [New.self, All.self, Withdraw.self], defaultSubcommand: New.self)
    }

    struct New: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Maak een code.", "Make a code."),
                discussion: both(
                    """
                    De code werkt bij deze laptop, zolang die luistert ('--wait', of 'kith listen'), en opent zelf geen gegevens. Lees hem voor of \
                    laat de QR-code scannen; wie hem heeft, kan toegelaten worden tot hij op is of ingetrokken wordt.

                    Voorbeeld: kith invite --role member --uses 1
                    """,
                    """
                    The code works at this laptop, while it listens ('--wait', or 'kith listen'), and opens no data by itself. Read it out or have \
                    the QR code scanned; whoever has it can be admitted until it is used up or withdrawn.

                    Example: kith invite --role member --uses 1
                    """))
        }

        @Option(help: ArgumentHelp(both("Voor hoeveel laptops, 1 tot 1000 (anders 1).", "For how many laptops, 1 to 1000 (1 otherwise)."), valueName: "n"))
        var uses = 1
        @Flag(inversion: .prefixedNo, help: ArgumentHelp(both(
            "Luister zelf tot de code op is (op een terminal vanzelf).", "Listen until the code is used up (by itself on a terminal).")))
        var wait: Bool?
        @Option(help: ArgumentHelp(both("De poort om op te luisteren; 0 kiest een vrije.", "The port to listen on; 0 takes a free one."), valueName: both("poort", "port")))
        var port = Address.standardPort
        @OptionGroup var grant: GrantOptions
        @OptionGroup var code: QROptions
        @OptionGroup var massChange: MassChangeOptions
        @OptionGroup var options: ReplicaOptions

        func validate() throws {
            guard (1...1000).contains(uses) else { throw ValidationError(both("--uses is 1 tot 1000.", "--uses is 1 to 1000.")) }
            guard (0...65_535).contains(port) else { throw ValidationError(both("Een poort is 0 tot 65535.", "A port is 0 to 65535.")) }
        }

        func run() throws {
            let replica = try options.open()
            try replica.checkCoordinator()
            try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
            let code = try replica.invite(as: grant.role, collections: grant.collections, mostUses: uses)
            let id = try replica.invites().last?.id.description ?? ""
            let language = App.language
            let waits = wait ?? (!options.json && Output.columnCount(STDOUT_FILENO) != nil)
            let address = "\(ownAddresses().first ?? "HOST"):\(port == 0 ? Address.standardPort : port)"
            let text = [
                language.say(
                    .invited, language.number(uses), grant.role.text, collectionText(grant.collections, of: replica), code.text),
                language.say(waits ? .invitedHere : .invitedNext, code.text, address, String(id.suffix(8))),
            ].joined(separator: "\n")
            try say(
                text,
                or: [
                    ("code", .string(code.text)), ("id", .string(id)), ("role", .string(grant.role.name)), ("uses", .number(uses)),
                    ("address", .string(address)),
                ], isJSON: options.json)
            try self.code.show(code.text, isJSON: options.json)
            let outcome = waits ? try listen(replica, id) : 0
            try replica.close()
            if outcome != 0 { throw ExitCode(outcome) }
        }

        /// Until the newcomers who have used the code up have exchanged as well.
        private func listen(_ replica: Replica, _ id: String) throws -> Int32 {
            if !options.json { try Output.line(App.language.say(.inviteWaits)) }
            do {
                return try Listening(replica: replica, isJSON: options.json).run(host: nil, port: port, plain: false, isFound: true) { result in
                    guard case .success(let report) = result, !report.outcome.admittedNewcomer else { return nil }
                    let invite = try? replica.invites().first { $0.id.description == id }
                    return invite?.isOpen == false ? 0 : nil
                }
            } catch let error as any Explained where error.errorCode == "address-in-use" {
                // Somebody listens there: if it is this replica's own, the code works at it.
                try say(App.language.say(.inviteListened), or: [("listening", .null)], isJSON: options.json)
                return 0
            }
        }
    }

    struct All: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "list",
                abstract: both("Noem de uitnodigingen; hun codes zijn niet meer te tonen.", "Name the invites; their codes cannot be shown again."),
                discussion: both("Voorbeeld: kith invite list", "Example: kith invite list"))
        }

        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open(forReading: true)
            let entries = try replica.invites()
            if options.json { try Output.json([("invitations", .array(entries.map(json)))]) } else {
                for entry in entries { try Output.line(text(entry)) }
                if entries.isEmpty { try Output.line(App.language.say(.invitesNone)) }
            }
            try replica.close()
        }

        private func text(_ entry: InviteEntry) -> String {
            let language = App.language
            return language.say(
                .inviteLine, String(entry.id.description.suffix(8)), entry.role.text, entry.collections.map(App.language.collection).joined(separator: ", "),
                language.number(entry.useCount), language.number(entry.mostUses), plain(entry.issuer),
                language.say(entry.isOpen ? .inviteOpen : .inviteClosed))
        }

        private func json(_ entry: InviteEntry) -> JSON {
            .object([
                ("id", .string(entry.id.description)), ("role", .string(entry.role.name)),
                ("collections", .array(entry.collections.map { .string($0) })), ("uses", .number(entry.mostUses)),
                ("used", .number(entry.useCount)), ("issuer", .string(entry.issuer)), ("open", .bool(entry.isOpen)),
            ])
        }
    }

    struct Withdraw: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Trek een uitnodiging in.", "Withdraw an invite."),
                discussion: both(
                    "Die nog open is; van meer dan één zegt het kenmerk van 'kith invite list' welke. Wie er al mee toegelaten is, blijft.\nVoorbeeld: kith invite withdraw",
                    "The one that is still open; of several the reference in 'kith invite list' says which. Whoever was admitted by it stays.\nExample: kith invite withdraw"))
        }

        @Argument(help: ArgumentHelp(both("Welke: een einde van het kenmerk.", "Which: an ending of the reference."), valueName: both("kenmerk", "reference"))) var id: String?
        @OptionGroup var massChange: MassChangeOptions
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open()
            try replica.checkCoordinator()
            if id == nil, case let open = try replica.invites().filter(\.isOpen).count, open != 1 {
                throw ValidationError(open == 0
                    ? both("Er is geen open uitnodiging.", "No invite is open.")
                    : both("Er zijn meer open uitnodigingen; geef een kenmerk van 'kith invite list'.", "Several invites are open; give a reference of 'kith invite list'."))
            }
            try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
            let withdrawn = try replica.withdrawInvite(id)
            try say(App.language.say(.withdrawn), or: [("withdrawn", .string(id ?? withdrawn))], isJSON: options.json)
            try replica.close()
        }
    }
}

struct KeyCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "key", abstract: both("De sleutels van de buurtlijst.", "The community list's keys."), subcommands: [Rotate.self])
    }

    struct Rotate: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Vervang de sleutels van de buurtlijst.", "Replace the community list's keys."),
                discussion: both(
                    "'kith device revoke' doet dit vanzelf. Doe het ook als een sleutel misschien is uitgelekt.\nVoorbeeld: kith key rotate",
                    "'kith device revoke' does this by itself. Do it also when a key may have leaked.\nExample: kith key rotate"))
        }

        @OptionGroup var yes: YesOptions
        @OptionGroup var massChange: MassChangeOptions
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open()
            try replica.checkCoordinator()
            try yes.confirm(App.language.say(.rotateQuestion), isJSON: options.json)
            try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
            let scopes = try replica.rotateKeys()
            try say(
                App.language.say(.rotated, scopes.joined(separator: ", ")), or: [("rotated", .array(scopes.map { .string($0) }))],
                isJSON: options.json)
            try replica.close()
        }
    }
}
