import ArgumentParser
import Community
import CRDT
import Device
import Engine
import Platform
import Store
import Trust
import Wire
import Words

struct DeviceCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "device",
            abstract: both("Laptops: wie er meedoet, en wie niet meer.", "Laptops: who takes part, and who no longer does."),
            subcommands: [Own.self, All.self, Admit.self, Promote.self, Revoke.self, Rename.self, Passphrase.self])
    }

    struct Own: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "id",
                abstract: both("Toon het kenmerk van deze laptop.", "Show this laptop's reference."),
                discussion: both(
                    "Lees het voor aan wie deze laptop toelaat: zo weet die dat de aanvraag niet van een ander is.\nVoorbeeld: kith device id",
                    "Read it out to whoever admits this laptop: so they know that the request is nobody else's.\nExample: kith device id"))
        }

        @OptionGroup var code: QROptions
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let id = try find()
            try say(id.spoken, or: [("device", .string(id.spoken))], isJSON: options.json)
            try code.show(id.spoken, isJSON: options.json)
        }

        /// The keys say it; where they are behind a passphrase, the replica does without.
        private func find() throws -> DeviceID {
            if try DeviceFile.isLocked(App.environment), let replica = try? options.open(forReading: true) {
                defer { try? replica.store.close() }
                return replica.identity.device
            }
            guard let keys = try DeviceFile.load(App.environment) else { throw EngineError(.noDevice) }
            return keys.identity.id
        }
    }

    struct All: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "list",
                abstract: both("Noem de laptops van de buurtlijst.", "Name the laptops of the community list."),
                discussion: both("Ook die geen toegang meer hebben.\nVoorbeeld: kith device list", "Those that have no access any more too.\nExample: kith device list"))
        }

        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open(forReading: true)
            // What others lack counts what was noted by SQL too, where it can be taken up now.
            try replica.stampUnasked(passing: [.readOnly, .busy, .full])
            let entries = try replica.deviceEntries()
            if options.json { try Output.json([("devices", .array(entries.map { .object(json($0)) }))]) } else {
                for entry in entries { try Output.line(text(entry)) }
            }
            try replica.close()
        }

        private func text(_ entry: DeviceEntry) -> String {
            let language = App.language
            let lacked = entry.lackedCount.map { $0 == 0 ? language.say(.lacksNone) : language.count($0, .lacksOne, .lacksMany) } ?? ""
            let met = (entry.metMilliseconds.map { language.say(.lastMet, when($0), age($0)) } ?? language.say(.neverMet)) + lacked
            let collections = entry.role.holdsKeys && entry.role != .recovery ? entry.collections.map(language.collection).joined(separator: ", ") : "-"
            return language.say(
                .deviceLine, plain(entry.label), entry.isOwn ? language.say(.thisDevice) : "",
                entry.isRemoved ? language.say(.removedMark) : entry.role.text, collections,
                entry.isOwn ? when(entry.sinceMilliseconds) : met, entry.id.spoken)
        }
    }

    struct Admit: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Laat een laptop toe, of verander wat zij mag.", "Admit a laptop, or change what it may do."),
                discussion: both(
                    """
                    Toont het kenmerk uit de aanvraag: vergelijk het met wat op die laptop staat. Alleen een coördinator kan \
                    toelaten. Een coördinator laat toe, trekt toegang in en wist; een lid (member) leest en schrijft; een meelezer \
                    (reader) leest; een doorgeefserver (relay) geeft door wat hij niet lezen kan. Geef na afloop een nieuw stickbestand mee.

                    Voorbeelden: kith device admit jan.kithrequest
                                 kith device admit jan.kithrequest --role coordinator
                                 kith device admit gids.kithrequest --role reader --collections directory
                    """,
                    """
                    Shows the reference in the request: compare it with what that laptop shows. Only a coordinator can admit. A \
                    coordinator admits, withdraws access and erases; a member reads and writes; a reader reads; a relay carries what it \
                    cannot read. Hand over a new stick file afterwards.

                    Examples: kith device admit jan.kithrequest
                              kith device admit jan.kithrequest --role coordinator
                              kith device admit guide.kithrequest --role reader --collections directory
                    """))
        }

        @Argument(help: ArgumentHelp(both("De aanvraag, van 'kith join --request'.", "The request, from 'kith join --request'."), valueName: both("aanvraag", "request")))
        var file: String
        @Option(help: ArgumentHelp(both("Een andere naam dan in de aanvraag.", "Another name than the request's."), valueName: "laptop"))
        var name: String?
        @OptionGroup var grant: GrantOptions
        @OptionGroup var yes: YesOptions
        @OptionGroup var massChange: MassChangeOptions
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let request = try about(file) { try RequestFile.read(file) }
            let replica = try options.open()
            try replica.checkCoordinator()
            let language = App.language
            let id = request.identity.id.spoken
            let label = name ?? request.label
            let collections = collectionText(grant.collections, of: replica)
            if !options.json { try Output.line(language.say(.admitShown, plain(label), id, grant.role.text, collections)) }
            try yes.confirm(language.say(.admitQuestion, plain(label)), isJSON: options.json)
            try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
            try replica.admit(request, as: grant.role, collections: grant.collections, label: name)
            try say(
                language.say(.admitted, plain(label), grant.role.text, collections) + "\n" + language.say(.admittedNext),
                or: [
                    ("device", .string(id)), ("label", .string(label)), ("role", .string(grant.role.name)),
                    ("collections", .array((grant.collections ?? replica.store.schema.collections.map(\.rawValue)).map { .string($0) })),
                ], isJSON: options.json)
            try replica.close()
        }
    }

    struct Promote: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Verander wat een laptop mag die al meedoet.", "Change what a laptop may do that takes part already."),
                discussion: both(
                    """
                    Zonder nieuwe aanvraag: van lid tot coördinator, of terug. Alleen een coördinator kan dit.

                    Voorbeelden: kith device promote 'Laptop Jan' --role coordinator
                                 kith device promote 'Laptop Jan' --role reader --collections directory
                    """,
                    """
                    Without a new request: from member to coordinator, or back. Only a coordinator can do this.

                    Examples: kith device promote 'Laptop Jan' --role coordinator
                              kith device promote 'Laptop Jan' --role reader --collections directory
                    """))
        }

        @Argument(help: deviceHelp) var device: String
        @OptionGroup var grant: GrantOptions
        @OptionGroup var yes: YesOptions
        @OptionGroup var massChange: MassChangeOptions
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open()
            try replica.checkCoordinator()
            let entry = try replica.entry(named: device)
            let language = App.language
            let label = plain(entry.label), collections = collectionText(grant.collections, of: replica)
            if !options.json {
                try Output.line(language.say(
                    .promoteShown, label, entry.role.text, entry.collections.map(language.collection).joined(separator: ", "), grant.role.text, collections))
            }
            try yes.confirm(language.say(.promoteQuestion), isJSON: options.json)
            try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
            try replica.promote(entry.id, to: grant.role, collections: grant.collections)
            try say(
                language.say(.promoted, label, grant.role.text, collections),
                or: [
                    ("device", .string(entry.id.spoken)), ("label", .string(entry.label)), ("role", .string(grant.role.name)),
                    ("collections", .array((grant.collections ?? replica.store.schema.collections.map(\.rawValue)).map { .string($0) })),
                ], isJSON: options.json)
            try replica.close()
        }
    }

    struct Revoke: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Trek de toegang van een laptop in, voorgoed.", "Withdraw the access of a laptop, for good."),
                discussion: both(
                    """
                    Voor een gestolen of zoekgeraakte laptop, of wie er niet meer bij hoort. De sleutels worden vervangen; wat de \
                    laptop al heeft, kan niemand terugnemen. Elke laptop kan ook haar eigen toegang intrekken.

                    Voorbeeld: kith device revoke 'Laptop Jan'
                    """,
                    """
                    For a stolen or lost laptop, or for who no longer takes part. The keys are replaced; what the laptop holds \
                    already nobody can take back. A laptop can also withdraw its own access.

                    Example: kith device revoke 'Laptop Jan'
                    """))
        }

        @Argument(help: deviceHelp) var device: String
        @OptionGroup var yes: YesOptions
        @OptionGroup var massChange: MassChangeOptions
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open()
            let entry = try replica.entry(named: device)
            let language = App.language
            let label = plain(entry.label)
            if !entry.isOwn { try replica.checkCoordinator() }
            func done(_ text: String) throws {
                try say(
                    text, or: json(entry).filter { $0.0 == "device" || $0.0 == "label" } + [("removed", .bool(true))],
                    isJSON: options.json)
                try replica.close()
            }
            if entry.isRemoved { return try done(language.say(.alreadyRemoved, label)) }
            if !options.json {
                try Output.line(language.say(.revokeShown, label, entry.role.text, entry.id.spoken))
                if entry.isOwn { try Output.line(language.say(.revokeSelfShown)) }
            }
            try yes.confirm(language.say(.revokeQuestion, label), isJSON: options.json)
            try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
            try replica.revoke(entry.id)
            try done(
                entry.isOwn ? language.say(.revokedSelf, label) : language.say(.revoked, label) + "\n" + language.say(.revokedLimits))
        }
    }

    struct Rename: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Geef een laptop een andere naam, voor iedereen.", "Give a laptop another name, for everyone."),
                discussion: both(
                    "Een coördinator kan elke laptop een naam geven, een ander alleen de eigen.\nVoorbeeld: kith device rename 'Laptop Jan' 'Laptop buurthuis'",
                    "A coordinator can name every laptop, others only their own.\nExample: kith device rename 'Laptop Jan' 'Laptop community centre'"))
        }

        @Argument(help: deviceHelp) var device: String
        @Argument(help: ArgumentHelp(both("De nieuwe naam.", "The new name."), valueName: both("naam", "name"))) var name: String
        @OptionGroup var massChange: MassChangeOptions
        @OptionGroup var options: ReplicaOptions

        func run() throws {
            let replica = try options.open()
            let entry = try replica.entry(named: device)
            if !entry.isOwn { try replica.checkCoordinator() }
            try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
            try replica.rename(entry.id, to: name)
            try say(
                App.language.say(.renamed, plain(entry.label), plain(name)),
                or: [("device", .string(entry.id.spoken)), ("label", .string(name))], isJSON: options.json)
            try replica.close()
        }
    }

    struct Passphrase: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: both("Zet de sleutels van deze laptop achter een wachtzin.", "Put this laptop's keys behind a passphrase."),
                discussion: both(
                    """
                    Vraagt de wachtzin twee keer, zonder hem te tonen. Zonder terminal komt hij uit het bestand dat \
                    KITH_PASSPHRASE_FILE noemt, dat alleen u mag kunnen lezen (chmod 600): op de eerste regel; is er al een, dan \
                    die op de eerste en de nieuwe op de tweede. De lijst zelf wordt niet versleuteld.

                    Voorbeelden: kith device passphrase
                                 kith device passphrase --remove
                    """,
                    """
                    Asks for the passphrase twice, without showing it. Without a terminal it comes from the file that \
                    KITH_PASSPHRASE_FILE names, which only you may be able to read (chmod 600): on its first line; when there is \
                    one already, that on the first and the new one on the second. The list itself is not encrypted.

                    Examples: kith device passphrase
                              kith device passphrase --remove
                    """))
        }

        @Flag(help: ArgumentHelp(both("Haal de wachtzin weg.", "Take the passphrase away."))) var remove = false
        @OptionGroup var output: OutputOptions

        func run() throws {
            let isLocked = try DeviceFile.isLocked(App.environment)
            if remove {
                if isLocked { try DeviceFile.setPassphrase(nil, App.environment) }
                return try tell(isLocked ? .passphraseRemoved : .passphraseNone, isLocked: false)
            }
            // The old one first, so that a wrong one is told before anybody thinks of a new one.
            guard try DeviceFile.load(App.environment) != nil else { throw EngineError(.noDevice) }
            try DeviceFile.setPassphrase(try Secrets.newPassphrase(isLocked: isLocked), App.environment)
            try tell(.passphraseSet, isLocked: true)
        }

        private func tell(_ sentence: MemberSentence, isLocked: Bool) throws {
            try say(App.language.say(sentence), or: [("passphrase", .bool(isLocked))], isJSON: output.json)
        }
    }
}

private let deviceHelp = ArgumentHelp(
    both("Een naam, een kenmerk, of een einde daarvan.", "A name, a reference, or an ending of one."), valueName: both("laptop", "laptop"))

extension Replica {
    fileprivate func entry(named name: String) throws -> DeviceEntry {
        let id = try device(named: name)
        guard let entry = try deviceEntries().first(where: { $0.id == id }) else { throw EngineError(.unknownDevice, name) }
        return entry
    }
}

private func json(_ entry: DeviceEntry) -> [(String, JSON)] {
    [
        ("device", .string(entry.id.spoken)), ("label", .string(entry.label)), ("role", .string(entry.role.name)),
        ("collections", .array(entry.collections.map { .string($0) })), ("removed", .bool(entry.isRemoved)),
        ("own", .bool(entry.isOwn)), ("since", .string(universalTime(entry.sinceMilliseconds))),
        ("met", entry.metMilliseconds.map { .string(universalTime($0)) } ?? .null), ("lacks", entry.lackedCount.map { .number($0) } ?? .null),
    ]
}
