import ArgumentParser
import Engine
import Interchange
import Words

struct Import: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Lees een lijst in (CSV, vCard, iCalendar).", "Import a list (CSV, vCard, iCalendar)."),
            discussion: both(
                """
                Scheidingsteken en tekenset worden herkend, koppen in het Nederlands en Engels ook. Dezelfde lijst nog eens, \
                ook op een andere laptop, verandert niets. --dry-run zegt vooraf wat nieuw, aangevuld, gelijk of geweigerd is.

                Doelen van --map: contact.KOLOM, contact_point.tel (email, url, impp), address.KOLOM, address.line (straat en \
                nummer samen), name (hele naam), note, uid, mark.number, mark.day, - (niets).
                Een persoonsnummer of geboortedatum wordt niet bewaard, alleen een controlegetal (mark) van 16 of 8 bits onder het \
                geheim van de buurtlijst: genoeg om te zien wie er misschien dubbel in staat, te weinig om het nummer terug te rekenen. Een \
                burgerservicenummer krijgt er geen. Helemaal geen: --map 'Geboortedatum=-'.

                Voorbeelden: kith import mensen.csv --dry-run
                             kith import telefoon.vcf
                             kith import agenda.ics --source Buurthuis
                             kith import mensen.csv --map 'Roepnaam=contact.given_name' --map 'Lidnr=-'
                             kith import data.csv --table gathering
                """,
                """
                Delimiter and encoding are recognised, as are headers in Dutch and English. The same list again, on another \
                laptop too, changes nothing. --dry-run says beforehand what is new, filled in, the same or rejected.

                Targets of --map: contact.COLUMN, contact_point.tel (email, url, impp), address.COLUMN, address.line (street \
                and number in one), name (a whole name), note, uid, mark.number, mark.day, - (nothing).
                A person's number or birth date is not kept, only a check number (mark) of 16 or 8 bits under the community list's secret: enough to \
                see who may be in twice, too few to get the number back. A Dutch citizen service number gets none. None \
                at all: --map 'Birth date=-'.

                Examples: kith import people.csv --dry-run
                          kith import phone.vcf
                          kith import calendar.ics --source Centre
                          kith import people.csv --map 'Nick=contact.given_name' --map 'Member no=-'
                          kith import dates.csv --table gathering
                """))
    }

    @Argument(help: ArgumentHelp(both("De lijst.", "The list."), valueName: both("bestand", "file")))
    var file: String

    @Option(name: .customLong("map"), help: ArgumentHelp(
        both("Wat een kolom van de lijst vult; '-' slaat hem over.", "What a column of the list fills; '-' leaves it out."),
        valueName: both("kop=doel", "header=target")))
    var rules: [String] = []

    @Option(help: ArgumentHelp(both("De tabel (anders contact).", "The table (contact otherwise)."), valueName: both("tabel", "table")))
    var table: String?

    @Option(help: ArgumentHelp(
        both("Naam van de lijst (anders die van het bestand): dezelfde naam verandert niets dubbel.",
             "Name of the list (the file's otherwise): under the same name nothing comes in twice."),
        valueName: both("naam", "name")))
    var source: String?

    @Option(help: ArgumentHelp(
        both("Tekenset van de lijst, als die niet wordt herkend: UTF-8, WINDOWS-1252, MACINTOSH, CP850 … (alle van 'iconv -l').",
             "Character set of the list, when it is not recognised: UTF-8, WINDOWS-1252, MACINTOSH, CP850 … (all of 'iconv -l')."),
        valueName: both("tekenset", "set")))
    var encoding: String?

    @Flag(help: ArgumentHelp(both("Neem ook wat hier verwijderd of ongedaan gemaakt is, zoals de lijst het heeft.", "Take what was deleted or undone here too, as the list has it.")))
    var bringBack = false

    @Flag(help: ArgumentHelp(both("Neem bij verschil de waarde uit de lijst.", "Where values differ, take the list's.")))
    var overwrite = false

    @Flag(help: ArgumentHelp(both("Alleen kijken.", "Only look.")))
    var dryRun = false

    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try self.options.open()
        var options = ListImportOptions()
        options.source = source
        options.rules = rules
        options.table = table
        options.overwrite = overwrite
        options.dryRun = dryRun
        options.encoding = encoding
        options.bringsBack = bringBack
        options.asksEncoding = Terminal.canAsk && !self.options.json
        let report = try about(file) { try taken(replica, &options) }
        if !dryRun { try replica.followManyRows() }
        try say(report.lines(in: App.language, isDryRun: dryRun, withCommands: true).joined(separator: "\n"), or: json(report), isJSON: self.options.json)
        try replica.close()
    }

    /// Where somebody can answer, what only they know is asked: in which character set the list is, and whether it is one that
    /// is here under another name. Nothing was taken in before.
    private func taken(_ replica: Replica, _ options: inout ListImportOptions) throws -> ListImportReport {
        while true {
            let meter = Meter()
            defer { meter.clear() }
            do {
                return try replica.importList(file, options, progress: meter.show)
            } catch let error as ImportError where Terminal.canAsk && !self.options.json {
                meter.clear()
                try answer(error, &options)
            }
        }
    }

    private func answer(_ error: ImportError, _ options: inout ListImportOptions) throws {
        let language = App.language
        switch error {
        case .doubtfulEncoding(let readings):
            for (index, reading) in readings.enumerated() {
                Terminal.write(language.say(.importEncodingChoice, String(index + 1), "\(reading.encoding)", plain(reading.words)) + "\n")
            }
            let number = Int(Terminal.ask(language.say(.importEncodingQuestion, String(readings.count))).trimmingSpaces()) ?? 0
            guard readings.indices.contains(number - 1) else { break }
            options.encoding = "\(readings[number - 1].encoding)"
            return
        case .knownAs(let before, let now):
            // A key counts in its own language alone.
            switch (language, Terminal.ask(language.say(.importSameListQuestion, plain(before))).first) {
            case (.en, "y"), (.nl, "j"):
                options.source = before
                return
            case (_, "n"):
                options.source = now
                return
            default: break
            }
        default: throw error
        }
        Terminal.write(language.say(.stopped) + "\n")
        throw NeedsPerson()
    }

    private func json(_ report: ListImportReport) -> [(String, JSON)] {
        [
            ("lines", .number(report.lineCount)), ("lines_changed", .number(report.changedLineCount)),
            ("lines_unchanged", .number(report.unchangedLineCount)), ("new", .number(report.rows.new)), ("filled", .number(report.rows.filled)),
            ("unchanged", .number(report.rows.unchanged)), ("differing", .number(report.rows.differing)),
            ("overwritten", .number(report.rows.overwritten)), ("refused", .number(report.rows.refused)),
            ("deleted_here", .number(report.rows.deletedHere)), ("brought_back", .number(report.rows.broughtBack)), ("rejected", .number(report.rejectedCount)),
            ("rejected_lines", .array(report.rejected.map {
                .object([("line", .number($0.line)), ("reason", .string(App.language.text($0.phrase)))])
            })),
            ("remarks", .array(report.remarks.map {
                .object([("line", .number($0.line)), ("code", .string($0.code)), ("reason", .string(App.language.text($0.phrase)))])
            })),
            ("remark_count", .number(report.remarkCount)), ("marked", .array(report.markedHeaders.map { .string($0) })), ("unmapped", .array(report.unmappedHeaders.map { .string($0) })), ("encoding", .string(report.encoding)),
            ("encoding_doubtful", .bool(report.isEncodingDoubtful)), ("month_first", .array(report.monthFirst.map { .string($0) })),
            ("doubtful_dates", .array(report.doubtfulDates.map { .string($0) })),
            ("word_areas", .object(report.wordAreas.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })),
            ("values", .object([
                ("read", .number(report.values.valueCount)), ("taken", .number(report.values.takenCount)),
                ("marked", .number(report.values.markedCount)), ("left_out", .number(report.values.leftOutCount)),
                ("rejected", .number(report.values.rejectedCount)),
                ("left_out_by_name", .object(report.values.leftOut.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })),
            ])),
            ("dry_run", .bool(dryRun)),
        ]
    }
}
