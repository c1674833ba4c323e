import ArgumentParser
import BundleFile
import Community
import CRDT
import Engine
import Platform
import Store
import Wire
import Words

struct BundleCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "bundle",
            abstract: both("Stickbestanden: bestanden om op een stick mee te geven.", "Stick files: files to hand over on a stick."),
            subcommands: [Export.self, Inspect.self, Verify.self, ImportBundle.self])
    }
}

struct Export: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Schrijf een stickbestand.", "Write a stick file."),
            discussion: both(
                """
                Zonder --for gaat alles mee: voor wie nu meedoet. Met --for gaat alleen mee wat die laptops volgens \
                hun eigen bericht nog niet hebben; van wie nog niets is gehoord, krijgt alles. Het bestand krijgt zijn naam \
                pas als het heel is nagelezen.

                Voorbeelden: kith bundle export /media/stick/zuid.kithbundle
                             kith bundle export jan.kithbundle --for 'Laptop Jan'
                """,
                """
                Without --for it holds everything, for whoever takes part now. With --for it holds what those laptops, by their own \
                word, do not have; one that was never heard from gets everything. The file gets its name only after it has \
                been read back.

                Examples: kith bundle export /media/stick/zuid.kithbundle
                          kith bundle export jan.kithbundle --for 'Laptop Jan'
                """))
    }

    @Argument(help: ArgumentHelp(both("Het bestand.", "The file."), valueName: both("stickbestand", "stickfile")))
    var file: String

    @Option(name: .customLong("for"), parsing: .upToNextOption, help: ArgumentHelp(
        both("Voor deze laptops: namen, of eindes van hun kenmerken.", "For these laptops: names, or endings of their references."),
        valueName: both("laptop", "laptop")))
    var devices: [String] = []

    @Flag(help: ArgumentHelp(both("Alles, voor iedereen.", "Everything, for anyone."))) var all = false

    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        if all && !devices.isEmpty { throw ValidationError(both("Kies --for of --all.", "Choose --for or --all.")) }
    }

    func run() throws {
        let replica = try options.open()
        try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
        let recipients = try replica.recipients(named: devices)
        let destination: BundleDestination = devices.isEmpty ? .everyone : .devices(recipients.map(\.id))
        let meter = Meter()
        let report = try about(file) { try replica.exportBundle(to: file, for: destination, progress: meter.show) }
        meter.clear()
        let language = App.language
        var lines = [language.say(
            .exported, file, language.count(report.changeCount, .changeOne, .changeMany), byteText(report.byteCount))]
        if !report.closedTo.isEmpty {
            lines.append(language.say(.exportedButFor, report.closedTo.map(plain).joined(separator: ", ")))
        } else if report.isWhole {
            lines.append(language.say(.exportedWhole))
        }
        if report.replaced { lines.append(language.say(.exportReplaced)) }
        lines += recipients.flatMap(text)
        lines.append(language.say(.safeToRemove))
        try say(
            lines.joined(separator: "\n"),
            or: [
                ("file", .string(file)), ("changes", .number(report.changeCount)), ("bytes", .number(report.byteCount)),
                ("whole", .bool(report.isWhole)), ("replaced", .bool(report.replaced)),
                ("closed_to", .array(report.closedTo.map { .string($0) })),
                ("for", .array(recipients.map {
                    .object([("device", .string($0.id.spoken)), ("label", .string($0.label)), ("role", .string($0.role.name))])
                })),
            ], isJSON: options.json)
        try replica.close()
    }

    /// What somebody can do with the bundle, where that is not everything.
    private func text(_ recipient: Recipient) -> [String] {
        let language = App.language
        let label = plain(recipient.label)
        var lines: [String] = []
        if recipient.isOwn { lines.append(language.say(.forSelf, label)) }
        switch recipient.role {
        case .relay: lines.append(language.say(.forRelay, label))
        case .reader: lines.append(language.say(.forReader, label))
        case .coordinator, .member, .recovery: break
        }
        if !recipient.closed.isEmpty { lines.append(language.say(.forPart, label, recipient.open.joined(separator: ", "))) }
        return lines
    }
}

struct Inspect: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both(
                "Zeg wat een stickbestand is; zonder sleutel alleen de buitenkant.", "Say what a stick file is; without a key only its outside."),
            discussion: both("Voorbeeld: kith bundle inspect stick.kithbundle", "Example: kith bundle inspect stick.kithbundle"))
    }

    @Argument(help: ArgumentHelp(both("Het bestand.", "The file."), valueName: both("stickbestand", "stickfile"))) var file: String
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let meter = Meter()
        let view = try about(file) {
            try BundleView.look(for: .community, file, replica: options.replica, App.environment, progress: meter.show)
        }
        meter.clear()
        switch view {
        case .published(let publication):
            try say(PublicationText(publication).lines.joined(separator: "\n"), or: PublicationText(publication).json, isJSON: options.json)
        case .closed(let bundle): try say(text(bundle), or: json(bundle), isJSON: options.json)
        case .open(let contents, let space, let packer):
            try say(text(contents, space, packer), or: json(contents, space, packer), isJSON: options.json)
        }
    }
}

private func text(_ bundle: SealedBundle) -> String {
    let language = App.language
    return [
        language.say(.bundleClosed), language.say(.bundleSize, byteText(bundle.byteCount)),
        language.say(.bundleEpoch, bundle.epochTag, String(bundle.newcomerCount)),
    ].joined(separator: "\n")
}

private func json(_ bundle: SealedBundle) -> [(String, JSON)] {
    [
        ("bundle_format", .number(1)), ("bytes", .number(bundle.byteCount)), ("epoch_tag", .string(bundle.epochTag)),
        ("newcomers", .number(bundle.newcomerCount)), ("open", .bool(false)),
    ]
}

private func text(_ contents: BundleContents, _ space: String, _ packer: String) -> String {
    let language = App.language
    let preamble = contents.preamble
    var lines = [
        language.say(.bundleSpace, plain(space)),
        language.say(.bundleFrom, plain(packer), when(preamble.packedMilliseconds), age(preamble.packedMilliseconds)),
        language.say(.bundleSize, byteText(contents.byteCount)),
    ]
    for manifest in contents.manifests {
        let needed: String
        if case .whole(let base) = manifest.base, base.ends.isEmpty { needed = "." } else { needed = language.say(.bundleBuildsOn) }
        lines.append(language.say(
            .bundleHolds, language.collection(manifest.collection), language.count(manifest.changeCount, .changeOne, .changeMany), needed))
    }
    return lines.joined(separator: "\n")
}

private func json(_ contents: BundleContents, _ space: String, _ packer: String) -> [(String, JSON)] {
    let preamble = contents.preamble
    return [
        ("space", .string(space)), ("space_id", .string(preamble.space.description)), ("open", .bool(true)),
        ("from", .string(packer)), ("device", .string(preamble.packer.spoken)),
        ("made", .string(universalTime(preamble.packedMilliseconds))), ("bytes", .number(contents.byteCount)),
        ("newcomers", .number(contents.newcomerCount)), ("statements", .number(contents.statements.count)),
        ("changes", .number(contents.changeCount)),
        ("deltas", .array(contents.manifests.map { manifest in
            var isWhole = false
            if case .whole(let base) = manifest.base { isWhole = base.ends.isEmpty }
            return .object([
                ("collection", .string(manifest.collection)), ("delta", .string(manifest.id.description)),
                ("changes", .number(manifest.changeCount)), ("segments", .number(manifest.segments.count)),
                ("whole", .bool(isWhole)), ("epoch", .string(manifest.epoch.description)),
            ])
        })),
    ]
}

struct Verify: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Kijk een stickbestand helemaal na; schrijft niets.", "Check a stick file to its end; writes nothing."),
            discussion: both("Voorbeeld: kith bundle verify stick.kithbundle", "Example: kith bundle verify stick.kithbundle"))
    }

    @Argument(help: ArgumentHelp(both("Het bestand.", "The file."), valueName: both("stickbestand", "stickfile"))) var file: String
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        guard try !about(file, { try Publication.begins(file) }) else { return try verifyPublication() }
        let replica = try options.open(forReading: true)
        let meter = Meter()
        let contents = try about(file) { try replica.verifyBundle(file, progress: meter.show) }
        meter.clear()
        let space = replica.identity.space.name
        let packer = try replica.label(of: contents.preamble.packer)
        try say(
            text(contents, space, packer) + "\n" + App.language.say(.bundleIntact),
            or: json(contents, space, packer) + [("intact", .bool(true))], isJSON: options.json)
        try replica.close()
    }

    private func verifyPublication() throws {
        let text = PublicationText(try about(file) { try Publication.read(file) })
        try say(
            (text.lines + [App.language.say(PublicSentence.publicIntact)]).joined(separator: "\n"), or: text.json + [("intact", .bool(true))],
            isJSON: options.json)
    }
}

struct ImportBundle: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "import",
            abstract: both("Lees stickbestanden in, in elke volgorde.", "Read in stick files, in any order."),
            discussion: both(
                """
                Een stickbestand wordt helemaal ingelezen of helemaal niet; nog eens inlezen verandert niets. Komt het vóór eerder werk, \
                dan wacht het, en wordt het later vanzelf verwerkt. --dry-run zegt wat er zou gebeuren; --salvage neemt wat \
                heel is uit een beschadigd bestand.

                Voorbeeld: kith bundle import /media/stick
                """,
                """
                A stick file is read in whole or not at all; again changes nothing. When it comes before earlier work it \
                waits, and is taken in by itself later. --dry-run says what would happen; --salvage takes what is intact from a \
                damaged file.

                Example: kith bundle import /media/stick
                """))
    }

    @Argument(help: ArgumentHelp(both("De bestanden, of een map met stickbestanden.", "The files, or a folder of stick files."), valueName: both("stickbestand", "stickfile"))) var files: [String]
    @Flag(help: ArgumentHelp(both("Alleen kijken.", "Only look."))) var dryRun = false
    @Flag(help: ArgumentHelp(both("Neem wat heel is uit een beschadigd stickbestand.", "Take what is intact from a damaged stick file."))) var salvage = false
    @OptionGroup var massChange: MassChangeOptions
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open()
        var results: [Result<BundleImportReport, Failure>] = []
        for file in try files.flatMap(bundles) {
            let meter = Meter()
            defer { meter.clear() }
            do {
                results.append(.success(try take(file, replica, meter)))
            } catch let error where error is MassChange || error is NeedsPerson {
                throw error
            } catch {
                results.append(.failure(Failure(underlying: error, subject: file)))
            }
        }
        if !dryRun { try replica.followManyRows() }
        try tell(results)
        try replica.close()
        if results.contains(where: { if case .failure = $0 { true } else { false } }) { throw ExitCode.failure }
        // Each report was true when it was made; what counts is how things stand after the last.
        if let last = try? results.last?.get(), last.needsPerson { throw NeedsPerson() }
        if results.contains(where: { (try? $0.get())?.lostSegmentCount ?? 0 > 0 }) { throw NeedsPerson() }
    }

    private func bundles(_ path: String) throws -> [String] {
        let files = try BundleFolder.files(at: path)
        guard !files.isEmpty else { throw ValidationError(App.language.say(HistorySentence.noBundles, plain(path))) }
        return files
    }

    private func take(_ file: String, _ replica: Replica, _ meter: Meter) throws -> BundleImportReport {
        if !dryRun {
            // Another space's bundle or a stranger's file is refused before anything here is stamped.
            try replica.checkBeginning(of: file)
            try Terminal.prepare(replica, accepting: massChange.acceptMassChange, isJSON: options.json)
        }
        return try replica.importBundle(file, dryRun: dryRun, salvage: salvage, progress: meter.show)
    }

    private func tell(_ results: [Result<BundleImportReport, Failure>]) throws {
        for case .failure(let failure) in results {
            Terminal.report(failure.underlying, about: failure.subject, isJSON: options.json)
        }
        if options.json {
            return try Output.json(json(results) + [("dry_run", .bool(dryRun))])
        }
        for case .success(let report) in results { try Output.line(text(report)) }
        if dryRun, results.contains(where: { (try? $0.get()) != nil }) { try Output.line(App.language.say(.wouldBe)) }
    }
}
