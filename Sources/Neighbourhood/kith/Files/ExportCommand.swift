import ArgumentParser
import CRDT
import Device
import Dispatch
import Engine
@preconcurrency import Glibc
import Platform
import Store

struct ExportCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export",
            abstract: both("Schrijf een lijst, agenda of kaart voor andere programma's.", "Write a list, calendar or map for other programs."),
            discussion: both(
                """
                Contacten als vCard, elke tabel als CSV, bijeenkomsten als agenda, en de buurtgids (organisaties, plekken, initiatieven) voor andere \
                steden en kaarten. Wat zo geschreven is, neemt 'kith import' terug zoals het was.

                Voorbeelden: kith export mensen.vcf --where "area = 'Zuid'"
                             kith export agenda.ics
                             kith export person 'Jan de Vries' inzage.json
                """,
                """
                Contacts as vCard, any table as CSV, gatherings as a calendar, and the guide (organisations, places, initiatives) for other \
                cities and maps. What is written like this, 'kith import' takes back as it was.

                Examples: kith export people.vcf --where "area = 'Zuid'"
                          kith export calendar.ics
                          kith export person 'Jan de Vries' access.json
                """),
            subcommands: [ExportList.self, ExportPerson.self], defaultSubcommand: ExportList.self)
    }
}

extension ExportFormat: ExpressibleByArgument {}

struct ExportList: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list",
            abstract: both("Alles van een tabel (dit is wat 'kith export BESTAND' doet).", "All of a table (this is what 'kith export FILE' does)."),
            discussion: both(
                """
                vcf: contacten, vCard 4.0, met de regels die wij niet kennen. csv: een tabel; cellen die een rekenblad als formule \
                zou lezen krijgen een apostrof. ics: bijeenkomsten en wat zich herhaalt. hsds: organisaties, initiatieven en plekken \
                (HSDS 3.0, JSON). geojson: plekken, initiatieven en bijeenkomsten op de kaart. De contacten gaan in de laatste drie niet mee.

                --columns kiest de kolommen van een csv; van contacten ook naam, telefoon, email, website, adres, postcode en plaats, \
                op achternaam. --watch schrijft een agenda opnieuw zodra er iets aan verandert, voor een agendaprogramma dat naar \
                het bestand kijkt.

                Voorbeelden: kith export mensen.csv --excel
                             kith export bellijst.csv --columns naam,telefoon,adres --where "area = 'Zuid'"
                             kith export agenda.ics --watch
                             kith export items.csv --table help_item --where "status = 'open'"
                             kith export gids.json --format hsds
                """,
                """
                vcf: contacts, vCard 4.0, with the lines we do not know. csv: a table; cells that a spreadsheet would read as a \
                formula get an apostrophe. ics: gatherings and what recurs. hsds: organisations, initiatives and places (HSDS 3.0, \
                JSON). geojson: places, initiatives and gatherings on the map. Contacts are not in the last three.

                --columns chooses the columns of a csv; of contacts also name, phone, email, website, address, postal_code and city, by \
                family name. --watch writes a calendar anew whenever something of it changes, for a calendar program that looks at \
                the file.

                Examples: kith export people.csv --excel
                          kith export calls.csv --columns name,phone,address --where "area = 'Zuid'"
                          kith export calendar.ics --watch
                          kith export items.csv --table help_item --where "status = 'open'"
                          kith export directory.json --format hsds
                """))
    }

    @Argument(help: ArgumentHelp(
        both("Het nieuwe bestand; - schrijft naar het scherm.", "The new file; - writes to the screen."), valueName: both("bestand", "file")))
    var file: String

    @Option(help: ArgumentHelp(
        both("vcf, csv, ics, hsds of geojson (anders naar het einde van de naam).", "vcf, csv, ics, hsds or geojson (by the ending of the name otherwise)."),
        valueName: both("soort", "kind")))
    var format: ExportFormat?

    @Option(help: ArgumentHelp(both("De tabel, voor csv (anders contact).", "The table, for csv (contact otherwise)."), valueName: both("tabel", "table")))
    var table: String?

    @Option(name: .customLong("where"), help: ArgumentHelp(
        both("Alleen waarvoor deze SQL-voorwaarde geldt (vcf en csv).", "Only those for which this SQL condition holds (vcf and csv)."),
        valueName: both("voorwaarde", "condition")))
    var condition: String?

    @Option(help: ArgumentHelp(
        both("De kolommen van de csv, met komma's (anders alle).", "The columns of the csv, with commas (all otherwise)."), valueName: both("kolommen", "columns")))
    var columns: String?

    @Flag(help: ArgumentHelp(both("Schrijf de agenda opnieuw bij elke wijziging, tot Ctrl-C.", "Write the calendar anew at each change, until Ctrl-C."))) var watch = false
    @Flag(help: ArgumentHelp(both("csv zoals een Nederlandse Excel het opent.", "csv as a Dutch Excel opens it."))) var excel = false
    @Flag(help: ArgumentHelp(both("Vervang het bestand als het er is.", "Replace the file if it is there."))) var replace = false
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        let isCSV = table != nil || excel || columns != nil
        guard !isCSV || (format ?? ExportFormat(ending: file) ?? .csv) == .csv else {
            throw ValidationError(both("--table, --columns en --excel horen bij csv.", "--table, --columns and --excel go with csv."))
        }
        guard !watch || (format ?? ExportFormat(ending: file)) == .ics && file != "-" else {
            throw ValidationError(both("--watch hoort bij een agenda (.ics).", "--watch goes with a calendar (.ics)."))
        }
        let holdsRows = [.vcf, .csv].contains(format ?? ExportFormat(ending: file) ?? .csv)
        guard condition == nil || holdsRows else { throw ValidationError(both("--where hoort bij vcf en csv.", "--where goes with vcf and csv.")) }
    }

    func run() throws {
        guard let format = format ?? ExportFormat(ending: file) ?? (table == nil ? nil : .csv) else {
            throw Failure(underlying: EngineError(.unknownFormat, file), subject: file)
        }
        let replica = try self.options.open(forReading: true)
        var options = ListExportOptions()
        options.format = format
        options.table = table ?? "contact"
        options.condition = condition
        options.isForExcel = excel
        options.replaces = replace
        options.columns = columns?.split(separator: ",").map { String($0).trimmingSpaces() }.filter { !$0.isEmpty } ?? []
        if watch {
            try keepWritten(replica, options)
        } else {
            try tell(try written(to: file) { try replica.export(to: file, options) })
        }
        try replica.close()
    }

    /// Until somebody stops it.
    private func keepWritten(_ replica: Replica, _ options: ListExportOptions) throws {
        let stop = DispatchSemaphore(value: 0)
        let signals = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { stop.signal() }
            source.resume()
            return source
        }
        defer { signals.forEach { $0.cancel() } }
        var isFirst = true
        try about(file) {
            try replica.keepExported(to: file, options, wait: { stop.wait(timeout: .now() + .seconds(5)) == .timedOut }) { report in
                defer { isFirst = false }
                guard !isFirst else {
                    try tell(report)
                    if !self.options.json { try say(App.language.say(ExportSentence.exportWatching), or: [], isJSON: false) }
                    return
                }
                try say(
                    App.language.say(ExportSentence.exportRewritten, file, App.language.number(report.itemCount)),
                    or: [("file", .string(file)), ("items", .number(report.itemCount)), ("bytes", .number(report.byteCount))], isJSON: self.options.json)
            }
        }
    }

    private func tell(_ report: ListExportReport) throws {
        if file == "-" { return }
        let language = App.language
        var lines = [language.say(report.itemCount == 1 ? .exportedOne : .exportedMany, file, language.number(report.itemCount))]
        if report.leftOutCount > 0 {
            lines.append(language.say(report.leftOutCount == 1 ? .leftOutOne : .leftOutMany, language.number(report.leftOutCount)))
        }
        lines.append(language.say(ExportSentence.exportedReadable))
        try say(
            lines.joined(separator: "\n"),
            or: [
                ("file", .string(file)), ("items", .number(report.itemCount)), ("bytes", .number(report.byteCount)),
                ("left_out", .number(report.leftOutCount)),
            ], isJSON: options.json)
    }
}

struct ExportPerson: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "person",
            abstract: both("Alles over één persoon (inzage).", "Everything on one person (access)."),
            discussion: both(
                """
                Als .json alles waar de persoon in staat, ook uit de prullenbak, en waar elders een tekst de persoon lijkt te noemen; als \
                .vcf wat een adreskaartje kan zeggen. Wie er meer dan eens in staat ('kith link … same'), komt er helemaal in.

                Voorbeelden: kith export person 'Jan de Vries' inzage.json
                             kith export person 'Jan de Vries' kaart.vcf
                """,
                """
                As .json everything the person is in, of the trash too, and where else a text seems to name them; as .vcf \
                what a card can say. Who is in the list more than once ('kith link … same') is in it altogether.

                Examples: kith export person 'Jan de Vries' access.json
                          kith export person 'Jan de Vries' card.vcf
                """))
    }

    @Argument(help: idHelp) var id: String
    @Argument(help: ArgumentHelp(
        both("Het nieuwe bestand; - schrijft naar het scherm.", "The new file; - writes to the screen."), valueName: both("bestand", "file")))
    var file: String
    @Option(help: ArgumentHelp(both("json of vcf (anders naar het einde van de naam).", "json or vcf (by the ending of the name otherwise)."), valueName: both("soort", "kind")))
    var format: ExportFormat?
    @Flag(help: ArgumentHelp(both("Vervang het bestand als het er is.", "Replace the file if it is there."))) var replace = false
    @OptionGroup var entries: EntryOptions
    @OptionGroup var yes: YesOptions
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let format = format ?? (ExportFormat(ending: file) == .vcf ? .vcf : .json)
        let replica = try options.open(forReading: true)
        let person = try replica.store.person(of: try options.record(id, in: ["contact"], replica, includingTrash: true))
        let chosen = entries.chosen(of: person)
        let shown = PersonText(person, chosen, try ShortIDs(replica.store))
        if person.entries.count > 1 || !person.contradictions.isEmpty {
            // Standard output may be the file.
            if !options.json { Terminal.write(shown.lines.joined(separator: "\n") + "\n") }
            try entries.check(person, isYes: yes.isGiven, isJSON: options.json)
            if chosen.count > 1 { try yes.confirmIfAsked(App.language.say(.exportQuestion, App.language.number(chosen.count)), isJSON: options.json) }
        }
        let report = try written(to: file) { try replica.exportPerson(chosen.map(\.row.id), to: file, format, replaces: replace) }
        try replica.close()
        if file == "-" { return }
        let language = App.language
        let sentence: ExportSentence = format == .vcf ? .exportedOne : report.itemCount == 1 ? .personOne : .personMany
        var lines = [language.say(sentence, file, language.number(report.itemCount))]
        if chosen.count > 1 { lines.append(language.say(.exportedEntries, language.number(chosen.count))) }
        lines += [language.say(format == .vcf ? ExportSentence.cardOnly : .personMentions), language.say(ExportSentence.exportedReadable)]
        try say(
            lines.joined(separator: "\n"),
            or: [("file", .string(file)), ("rows", .number(report.itemCount)), ("bytes", .number(report.byteCount))] + shown.json,
            isJSON: options.json)
    }
}

/// A reader of standard output that leaves early is no fault.
private func written<Result>(to file: String, _ body: () throws -> Result) throws -> Result {
    do {
        return try about(file, body)
    } catch let failure as Failure where file == "-" && failure.underlying as? DeviceError == DeviceError(.unwritable, file) {
        throw OutputClosed()
    }
}
