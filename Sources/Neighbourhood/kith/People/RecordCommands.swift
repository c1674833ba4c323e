import ArgumentParser
import Community
import CRDT
import Engine
import Interchange
import Store
import Words

struct Add: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Voeg een persoon of iets anders toe.", "Add a person or something else."),
            discussion: both(
                "Voorbeelden: kith add person 'Zoe Bakker' --phone 06-12345678\n             kith add initiative name=Soep 'starts_on=3 december'",
                "Examples: kith add person 'Zoe Bakker' --phone 06-12345678\n          kith add initiative name=Soup 'starts_on=3 December'"),
            subcommands: [AddPerson.self, AddRow.self], defaultSubcommand: AddRow.self)
    }
}

struct AddRow: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "row",
            abstract: both("Voeg iets toe, van een soort uit 'kith tables'.", "Add something, of a kind from 'kith tables'."),
            discussion: both(
                "Voorbeeld: kith add contact given_name=Fatima infix=el family_name=Amrani\nToont het kenmerk. 'kith tables' noemt wat er is.",
                "Example: kith add contact given_name=Fatima infix=el family_name=Amrani\nPrints the reference. 'kith tables' names what there is."))
    }

    @Argument(help: ArgumentHelp(both("De soort, zoals contact.", "The kind, such as contact."), valueName: both("tabel", "table")))
    var table: String

    @Argument(help: assignmentHelp) var values: [Assignment] = []

    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open()
        let shape = try kith.table(named: table, in: replica)
        let given = try options.entered(values, replica) { try replica.entered($0, newIn: shape) }
        // Asked before, so that the new one is not found to be its own double.
        let known = table == "contact" ? try replica.duplicates(of: given) : []
        let record = try replica.edit { try $0.add(table, given) }
        try say(
            ([App.language.say(.added, App.language.kind(of: table), try ShortIDs(replica.store).text(record), try replica.title(of: record, App.language))]
                + EntryText.read(values, given, shape, replica)).joined(separator: "\n"),
            or: json(record) + (table == "contact" ? [("may_exist", .array(known.map(described)))] : []), isJSON: options.json)
        if !known.isEmpty, !options.json { Terminal.write(try warning(known, record, ShortIDs(replica.store))) }
        try replica.close()
    }

    private typealias Known = (contact: PossibleDuplicate.Side, score: Int, level: Likeness.Level)

    private func warning(_ known: [Known], _ record: RecordID, _ ids: ShortIDs) -> String {
        let language = App.language
        let lines = known.map {
            language.say(
                .addMayExistLine, ids.text($0.contact.id), plain($0.contact.name),
                $0.contact.details.map(plain).joined(separator: " · "), language.say($0.level), language.number($0.score))
        }
        return ([language.say(.addMayExist)] + lines + [language.say(.addMayExistHint, ids.text(record))])
            .joined(separator: "\n") + "\n"
    }

    private func described(_ known: Known) -> JSON {
        .object(kith.json(known.contact.id) + [
            ("name", .string(known.contact.name)), ("score", .number(known.score)), ("level", .string(known.level.rawValue)),
        ])
    }
}

func json(_ record: RecordID) -> [(String, JSON)] { [("id", .string(record.text)), ("table", .string(record.table))] }

struct Edit: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Bewerk iemand of iets.", "Edit somebody or something."),
            discussion: both(
                "Voorbeelden: kith edit 'Jan de Vries' language=nl area=\n             kith edit 'Samen eten' 'description=Wij koken op vrijdag.' --base description=",
                "Examples: kith edit 'Jan de Vries' language=nl area=\n          kith edit 'Samen eten' 'description=We cook on Friday.' --base description="))
    }

    @Argument(help: idHelp) var id: String
    @Argument(help: assignmentHelp) var values: [Assignment]
    @Option(help: ArgumentHelp(
        both(
            "Wat u voor u had: is het intussen anders, dan komt uw bewerking daarbovenop; zijn het dezelfde woorden, dan wordt er niets geschreven.",
            "What you had before you: if it is other by now, your edit comes upon that; if it is the same words, nothing is written."),
        valueName: both("kolom=waarde", "column=value")))
    var base: [Assignment] = []
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open()
        let record = try options.record(id, having: values.map(\.name), replica)
        let given = try options.entered(values, replica) { try replica.entered($0, in: record) }
        let shown = base.isEmpty ? [] : try options.entered(base, replica) { try replica.entered($0, in: record) }
        try replica.edit(record, given, shown: shown)
        try say(
            ([App.language.say(.edited, App.language.kind(of: record.table), try ShortIDs(replica.store).text(record), try replica.title(of: record, App.language))]
                + EntryText.read(values, given, try table(named: record.table, in: replica), replica)).joined(separator: "\n"),
            or: json(record), isJSON: options.json)
        try replica.close()
    }
}

struct Count: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Tel bezoekers of stemmen: erbij, of eraf.", "Count visitors or votes: more, or less."),
            discussion: both(
                "Wie tegelijk telt, telt bij elkaar op. Een initiatief is zijn bijeenkomst van vandaag.\nVoorbeelden: kith count 'Samen eten' +1\n             kith count 'Samen eten' headcount +12\n             kith count Wandelgroep -1",
                "What people count at the same time adds up. An initiative is its gathering of today.\nExamples: kith count 'Samen eten' +1\n          kith count 'Samen eten' headcount +12\n          kith count Wandelgroep -1"))
    }

    @Argument(help: idHelp) var id: String
    // As text, and whatever is not known otherwise: "-1" looks like an option.
    @Argument(parsing: .allUnrecognized, help: ArgumentHelp(
        both("Wat er geteld wordt, waar dat meer dan één ding kan zijn; en hoeveel: +N of -N (anders 1).", "What is counted, where it can be more than one thing; and how much: +N or -N (1 otherwise)."),
        valueName: both("kolom|+N", "column|+N")))
    var words: [String] = []
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let amounts = words.filter { Int64($0) != nil }, names = words.filter { Int64($0) == nil }
        if let wrong = names.first(where: { $0.hasPrefix("-") }) { throw ValidationError(both("Onbekende optie '\(plain(wrong))'.", "Unknown option '\(plain(wrong))'.")) }
        guard amounts.count <= 1, names.count <= 1, let by = Int64(amounts.first ?? "1") else {
            throw ValidationError(both("Geef één geheel getal, zoals +12.", "Give one whole number, such as +12."))
        }
        let replica = try options.open()
        let counting = replica.store.sharedTables.filter { $0.columns.contains(where: \.kind.accumulates) }.map(\.name)
        let record: RecordID
        do { record = try replica.gatheringToday(called: id) ?? options.record(id, in: counting, replica) } catch let failure as Failure where failure.underlying as? StoreError == StoreError(.notFound) {
            // Of what has no counter that is said.
            record = try options.record(id, replica)
        }
        let counters = try kith.table(named: record.table, in: replica).columns.filter(\.kind.accumulates).map(\.name)
        guard let column = try names.first.map({ try kith.table(named: record.table, in: replica).columnCalled($0) }) ?? (counters.count == 1 ? counters[0] : nil) else {
            throw ValidationError(both("Zeg wat er geteld wordt, zoals headcount (bezoekers).", "Say what is counted, such as headcount (visitors)."))
        }
        try replica.edit { try $0.increment(record, column, by: by) }
        let value = try replica.store.show(record).columns.first { $0.name == column }?.parts.first?.value ?? .null
        try say(
            App.language.say(.counted, plain(try replica.title(of: record, App.language)), App.language.column(column, in: record.table), text(value)), or: json(record) + [("column", .string(column)), ("value", JSON(value))],
            isJSON: options.json)
        try replica.close()
    }
}

struct Delete: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Verwijder iemand of iets, naar de prullenbak.", "Delete somebody or something, to the trash."),
            discussion: both(
                "Wie hem elders tegelijk bewerkt, houdt hem in leven; dat wordt gemeld.\nVoorbeeld: kith delete 'Piet Mulder'",
                "Whoever edits it elsewhere at the same time keeps it alive; that is reported.\nExample: kith delete 'Piet Mulder'"))
    }

    @Argument(help: idHelp) var id: String
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let (replica, record) = try options.open(id)
        let title = try replica.title(of: record, App.language)
        try replica.edit { try $0.delete(record) }
        var handles = try Handles(replica)
        let handle = try handles.text(record)
        try say(App.language.say(.deleted, App.language.kind(of: record.table), try ShortIDs(replica.store).text(record), title, handle), or: json(record), isJSON: options.json)
        try replica.close()
    }
}

struct Undelete: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Haal terug wat verwijderd is, met alles erin.", "Put back what was deleted, with all that was in it."),
            discussion: both(
                "Eén ding bij naam, of met --step alles wat een stap verwijderde (zie 'kith steps' en 'kith trash').\nVoorbeelden: kith undelete 'Kees Verhoeven'\n             kith undelete --step 7",
                "One thing by name, or with --step all that a step deleted (see 'kith steps' and 'kith trash').\nExamples: kith undelete 'Kees Verhoeven'\n          kith undelete --step 7"))
    }

    @Argument(help: idHelp) var id: String?
    @Option(help: ArgumentHelp(both("Een stap van 'kith steps'.", "A step of 'kith steps'."), valueName: both("nummer", "number"))) var step: Int64?
    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        guard (id == nil) != (step == nil) else { throw ValidationError(both("Geef een naam, of --step.", "Give a name, or --step.")) }
    }

    func run() throws {
        if let step { return try bringBack(step) }
        guard let id else { return }
        let (replica, record) = try options.open(id, includingTrash: true, trashFirst: true)
        try replica.edit { try $0.undelete(record) }
        let title = try replica.title(of: record, App.language)
        try say(App.language.say(.undeleted, App.language.kind(of: record.table), try ShortIDs(replica.store).text(record), title), or: json(record), isJSON: options.json)
        try replica.close()
    }

    private func bringBack(_ step: Int64) throws {
        let replica = try options.open()
        let records = try replica.undelete(step: step)
        let counts = Dictionary(grouping: records, by: \.table).mapValues(\.count)
        let words = replica.store.sharedTables.compactMap { table in counts[table.name].map { App.language.rows($0, of: table.name) } }.joined(separator: ", ")
        try say(
            App.language.say(HistorySentence.undeletedStep, String(step), words.isEmpty ? "0" : words),
            or: [("step", .number(Int(step))), ("undeleted", .array(records.map { .object(json($0)) }))], isJSON: options.json)
        try replica.close()
    }
}
