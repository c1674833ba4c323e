import ArgumentParser
import Community
import Engine
import Interchange
import Platform
import Store

struct ReportCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "report",
            abstract: both("Verslagen met getallen en plaatjes.", "Reports with figures and plots."),
            discussion: both(
                """
                Zonder naam: de lijst van verslagen. 'kith report NAAM --help' zegt precies wat een verslag telt.

                \(App.language.text(ReportName.commonDefinition))

                \(App.language.text(ReportName.sharedDefinition))

                Voorbeelden: kith report channels --from 2020-01-01 --until 2020-12-31
                             kith report reach --area Zuid --csv
                             kith report all --html verslag.html --shared
                """,
                """
                Without a name: the list of reports. 'kith report NAME --help' says exactly what a report counts.

                \(App.language.text(ReportName.commonDefinition))

                \(App.language.text(ReportName.sharedDefinition))

                Examples: kith report channels --from 2020-01-01 --until 2020-12-31
                          kith report reach --area Zuid --csv
                          kith report all --html report.html --shared
                """),
            subcommands: [
                ReportList.self, OneReport<ChannelsReport>.self, OneReport<ReachReport>.self, OneReport<EncountersReport>.self,
                OneReport<DemandReport>.self, OneReport<ContinuityReport>.self, OneReport<CoverageReport>.self, OneReport<BridgingReport>.self,
                OneReport<StartsReport>.self, OneReport<PollsReport>.self, OneReport<RetentionReport>.self, AllReports.self,
            ], defaultSubcommand: ReportList.self)
    }
}

struct ReportList: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: both("De lijst van verslagen.", "The list of reports."),
            discussion: both("Voorbeeld: kith report", "Example: kith report"))
    }

    @OptionGroup var output: OutputOptions

    func run() throws {
        let language = App.language
        if output.json {
            return try Output.json([("reports", .array(ReportName.allCases.map {
                .object([("report", .string($0.rawValue)), ("title", .string(language.text($0.title))), ("definition", .string(language.text($0.definition)))])
            }))])
        }
        let width = ReportName.allCases.map(\.rawValue.count).max() ?? 0
        for name in ReportName.allCases {
            let space = String(repeating: " ", count: width - name.rawValue.count)
            try Output.line(language.say(.listLine, name.rawValue + space, language.text(name.summary)))
        }
        try Output.line(language.say(ReportSentence.listHint))
    }
}

/// What a report is asked for, and how it is given.
struct ReportOptions: ParsableArguments {
    @Option(help: ArgumentHelp(both("De eerste dag: 1-1-2026.", "The first day: 1-1-2026."), valueName: both("dag", "day"))) var from: String?
    @Option(help: ArgumentHelp(both("De laatste dag: 31-12-2026.", "The last day: 31-12-2026."), valueName: both("dag", "day"))) var until: String?
    @Option(help: ArgumentHelp(both("Een gebied: id, code of naam; met wat erin ligt.", "An area: id, code or name; with what lies in it."), valueName: both("gebied", "area")))
    var area: String?
    @Option(help: ArgumentHelp(both("De dag die als vandaag geldt (anders vandaag).", "The day that counts as today (today otherwise)."), valueName: both("dag", "day")))
    var today: String?
    @Option(help: ArgumentHelp(both("Geld dat binnen zoveel dagen afloopt.", "Funding that ends within so many days."), valueName: "n"))
    var days = ContinuityRule.fundingDayCount
    @Flag(help: ArgumentHelp(both(
        "Om uit te delen: aantallen van mensen onder 5 zijn achtergehouden.", "For handing out: counts of people under 5 are withheld.")))
    var shared = false
    @Option(help: ArgumentHelp(both("Schrijf een pagina met tabellen en plaatjes.", "Write a page with tables and plots."), valueName: both("bestand", "file")))
    var html: String?
    @Flag(help: ArgumentHelp(both("Vervang het bestand als het er is.", "Replace the file if it is there."))) var replace = false
    @OptionGroup var replica: ReplicaOptions

    func validate() throws {
        if let from = try day(from, "--from"), let until = try day(until, "--until"), from > until {
            throw ValidationError(both("--from is na --until.", "--from is after --until."))
        }
        _ = try day(today, "--today")
        guard (0...36_500).contains(days) else { throw ValidationError(both("--days is 0 tot 36.500.", "--days is 0 to 36,500.")) }
    }

    /// The ISO 8601 day that was typed for an option.
    private func day(_ text: String?, _ option: String) throws -> String? {
        do {
            return try text.map { try SpokenTime($0, today: ReaderClock.day(App.environment.nowMilliseconds()), leaning: .past).day.text }
        } catch {
            throw ValidationError(App.language.refusal(EntryRefusal(.time(error as? SpokenTime.Fault ?? .unread), in: "report.\(option)", given: text ?? "")))
        }
    }

    /// Opens the replica, takes in what other programs edited as it stands in the tables, and makes the reports.
    func make(_ names: [ReportName], _ body: (Replica, [Report]) throws -> Void) throws {
        let opened = try replica.open(forReading: true)
        let reports = try about(area ?? "") {
            try opened.reports(
                names, today: day(today, "--today") ?? kith.today(), from: day(from, "--from"), until: day(until, "--until"), area: area, isShared: shared, fundingDays: days)
        }
        try body(opened, reports)
        try opened.close()
    }

    func write(_ text: String, to path: String, _ opened: Replica) throws {
        try about(path) { try opened.write(text, to: path, replaces: replace) }
        guard path != "-" else { return }
        try say(
            App.language.say(shared ? .writtenShared : .written, path), or: [("file", .string(path)), ("bytes", .number(text.utf8.count))],
            isJSON: replica.json)
    }
}

/// Which report a command makes.
protocol ReportChoice {
    static var name: ReportName { get }
}

enum ChannelsReport: ReportChoice { static let name = ReportName.channels }
enum ReachReport: ReportChoice { static let name = ReportName.reach }
enum EncountersReport: ReportChoice { static let name = ReportName.encounters }
enum DemandReport: ReportChoice { static let name = ReportName.demand }
enum ContinuityReport: ReportChoice { static let name = ReportName.continuity }
enum CoverageReport: ReportChoice { static let name = ReportName.coverage }
enum BridgingReport: ReportChoice { static let name = ReportName.bridging }
enum StartsReport: ReportChoice { static let name = ReportName.starts }
enum PollsReport: ReportChoice { static let name = ReportName.polls }
enum RetentionReport: ReportChoice { static let name = ReportName.retention }

struct OneReport<Choice: ReportChoice>: ParsableCommand {
    static var configuration: CommandConfiguration {
        let name = Choice.name
        return CommandConfiguration(
            commandName: name.rawValue, abstract: App.language.text(name.summary),
            discussion: """
                \(App.language.text(name.definition))

                \(App.language.text(ReportName.commonDefinition))

                \(both("Voorbeeld", "Example")): kith report \(name.rawValue) --html \(name.rawValue).html
                """)
    }

    @OptionGroup var options: ReportOptions
    @Flag(help: ArgumentHelp(both("Als CSV: één tabel van het verslag.", "As CSV: one table of the report."))) var csv = false
    @Option(help: ArgumentHelp(both("Welke tabel, voor --csv (anders de eerste).", "Which table, for --csv (the first otherwise)."), valueName: both("tabel", "table")))
    var table: String?
    @Flag(help: ArgumentHelp(both("CSV zoals een Nederlandse Excel het opent.", "CSV as a Dutch Excel opens it."))) var excel = false
    @Option(help: ArgumentHelp(both("Schrijf alleen de plaatjes.", "Write the plots alone."), valueName: both("bestand", "file"))) var svg: String?

    func validate() throws {
        let isCSV = csv || excel || table != nil
        guard [isCSV, options.html != nil, svg != nil].count(where: { $0 }) <= 1, !(isCSV && options.replica.json) else {
            throw ValidationError(both("Kies één van --csv, --json, --svg en --html.", "Choose one of --csv, --json, --svg and --html."))
        }
    }

    func run() throws {
        let language = App.language.forReports
        try options.make([Choice.name]) { replica, reports in
            guard let report = reports.first else { return }
            if let path = options.html { return try options.write(ReportPage.html(reports, language), to: path, replica) }
            if let svg {
                guard let drawing = report.svg(language) else { throw ValidationError(App.language.say(.noPlots)) }
                return try options.write(drawing, to: svg, replica)
            }
            if csv || excel || table != nil { return try writeCSV(report, language) }
            if options.replica.json { return try Output.json(report.json) }
            try Output.line(report.text(language))
        }
    }

    private func writeCSV(_ report: Report, _ language: ReportLanguage) throws {
        guard let chosen = table == nil ? report.tables.first : report.tables.first(where: { $0.key == table }) else {
            let keys = report.tables.map(\.key).joined(separator: ", ")
            throw ValidationError(both("Deze tabel is er niet; kies uit: \(keys).", "There is no such table; choose from: \(keys)."))
        }
        try Output.write(String(decoding: chosen.csv(language, isForExcel: excel), as: UTF8.self))
    }
}

struct AllReports: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "all", abstract: both("Alle verslagen, in één bestand.", "All reports, in one file."),
            discussion: both(
                "Voorbeeld: kith report all --html verslag.html --shared --from 2026-01-01 --until 2026-12-31",
                "Example: kith report all --html report.html --shared --from 2026-01-01 --until 2026-12-31"))
    }

    @OptionGroup var options: ReportOptions

    func run() throws {
        let language = App.language.forReports
        try options.make(ReportName.allCases) { replica, reports in
            if let path = options.html { return try options.write(ReportPage.html(reports, language), to: path, replica) }
            if options.replica.json { return try Output.json([("reports", .array(reports.map { .object($0.json) }))]) }
            try Output.line(reports.map { $0.text(language) }.joined(separator: "\n\n"))
        }
    }
}
