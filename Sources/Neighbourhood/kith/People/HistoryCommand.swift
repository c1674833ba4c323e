import ArgumentParser
import Community
import CRDT
import Engine
import Platform
import Schema
import Store
import Words

struct History: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Toon wie wat veranderde, van wat naar wat, en waarom dit geldt.", "Show who changed what, from what to what, and why this counts."),
            discussion: both(
                "Uit wat nu geldt, wat anderen er tegelijk naast schreven, en wat hier de laatste \(RecordHistory.keptDayCount) dagen vervangen is. Wissen neemt ook dit mee.\nVoorbeelden: kith history 'Jan de Vries'\n             kith history 'Jan de Vries' --restore 2",
                "From what counts now, what others wrote beside it at the same time, and what was replaced here in the last \(RecordHistory.keptDayCount) days. Erasing takes this too.\nExamples: kith history 'Jan de Vries'\n          kith history 'Jan de Vries' --restore 2"))
    }

    @Argument(help: idHelp) var id: String
    @Option(help: ArgumentHelp(both("Alleen dit, zoals voornaam.", "Only this, such as 'given name'."), valueName: both("kolom", "column"))) var column: String?
    @Option(help: ArgumentHelp(both("Zet terug wat voor deze regel stond.", "Put back what stood before this line."), valueName: both("nummer", "number")))
    var restore: Int?
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open(forReading: restore == nil)
        let record = try options.record(id, replica, includingTrash: true)
        let history = try replica.history(of: record)
        // Numbered before any is left out: a number means one line, whatever is shown.
        let numbered = history.entries.enumerated().map { (number: $0.offset + 1, entry: $0.element) }
        if let restore {
            guard let entry = numbered.first(where: { $0.number == restore })?.entry, entry.event != .changed || entry.from != nil else {
                throw ValidationError(App.language.say(HistorySentence.noSuchLine, String(restore)))
            }
            try replica.restore(entry, of: record)
            try say(
                App.language.say(HistorySentence.wasRestored, try replica.title(of: record, App.language), String(restore)),
                or: kith.json(record) + [("restored", .number(restore)), ("column", entry.column.map { .string($0) } ?? .null)], isJSON: options.json)
            return try replica.close()
        }
        let named = column.map { Schema.community[record.table]?.columnCalled($0) ?? $0 }
        let shown = numbered.filter { named == nil || $0.entry.column == named || $0.entry.parts.contains(named ?? "") }
        try say(
            try text(history, shown, replica),
            or: kith.json(record) + [
                ("deleted", .bool(history.isDeleted)), ("kept_days", .number(RecordHistory.keptDayCount)), ("kept_bytes", .number(history.keptByteCount)), ("kept_most_bytes", .number(history.mostByteCount)),
                ("history", .array(shown.map { .object(json($0.number, $0.entry)) })),
            ], isJSON: options.json)
        try replica.close()
    }

    private func text(_ history: RecordHistory, _ shown: [(number: Int, entry: RecordHistory.Entry)], _ replica: Replica) throws -> String {
        let language = App.language
        let ids = try ShortIDs(replica.store)
        let id = ids.text(history.record)
        var handles = Handles(replica, ids)
        var lines = [language.say(HistorySentence.heading, try replica.title(of: history.record, language), language.kind(of: history.record.table), id)]
        for (number, entry) in shown {
            lines.append(language.say(
                HistorySentence.line, String(number), when(entry.timeMilliseconds),
                entry.author.map(name) ?? language.say(HistorySentence.unknownAuthor), try what(entry, history.record.table, replica)))
            let why = [
                entry.reason.map { language.say(words($0)) }, entry.seen.isEmpty ? nil : language.say(HistorySentence.seen, entry.seen.joined(separator: ", ")),
                cause(entry).map { language.say($0) },
            ].compactMap { $0 }
            if !why.isEmpty { lines.append("      " + why.joined(separator: "; ")) }
        }
        if shown.isEmpty { lines.append(language.say(HistorySentence.noHistory)) }
        if shown.contains(where: { $0.entry.from != nil }) { lines.append(language.say(HistorySentence.restoreHint, try handles.text(history.record))) }
        lines.append(language.say(HistorySentence.kept, String(RecordHistory.keptDayCount), byteText(history.keptByteCount), byteText(history.mostByteCount)))
        return lines.joined(separator: "\n")
    }

    private func what(_ entry: RecordHistory.Entry, _ table: String, _ replica: Replica) throws -> String {
        let language = App.language
        let column = entry.column.map { language.column($0, in: table) } ?? ""
        func said(_ parts: [Value]) throws -> String { try kith.text(parts, of: entry.column ?? "", in: Schema.community[table], replica) }
        return switch entry.event {
        case .made: language.say(HistorySentence.made)
        case .deleted: language.say(entry.reason == .editBeatsDelete ? HistorySentence.outlived : .wasDeleted)
        case .broughtBack: language.say(HistorySentence.broughtBack)
        case .beside: language.say(HistorySentence.beside, column, try said(entry.to))
        case .changed:
            try entry.from.map { language.say(HistorySentence.changed, column, try said($0), try said(entry.to)) }
                ?? language.say(HistorySentence.changedUnknown, column, try said(entry.to))
        }
    }

    private func words(_ reason: RecordHistory.Reason) -> HistorySentence {
        switch reason {
        case .sawTheOther: .sawTheOther
        case .laterClock: .laterClock
        case .safestState: .safestState
        case .earliest: .earliest
        case .editBeatsDelete: .editBeatsDelete
        }
    }

    private func cause(_ entry: RecordHistory.Entry) -> HistorySentence? {
        switch entry.cause {
        case .import?: .byImport
        case .undo?: .byUndo
        case .merge?: .byMerge
        case .edit?, .founding?, .erasure?, nil: nil
        }
    }

    private func json(_ number: Int, _ entry: RecordHistory.Entry) -> [(String, JSON)] {
        func values(_ values: [Value]?) -> JSON {
            guard let values else { return .null }
            return values.count == 1 ? JSON(values[0]) : .object(zip(entry.parts, values).map { ($0, JSON($1)) })
        }
        return [
            ("line", .number(number)), ("event", .string(entry.event.rawValue)), ("column", entry.column.map { .string($0) } ?? .null),
            ("from", values(entry.from)), ("to", entry.column == nil ? .null : values(entry.to)),
            ("author", entry.author.map { .object(kith.json($0)) } ?? .null), ("time", .string(universalTime(entry.timeMilliseconds))),
            ("cause", entry.cause.map { .string($0.rawValue) } ?? .null), ("why", entry.reason.map { .string($0.rawValue) } ?? .null),
            ("seen", .array(entry.seen.map { .string($0) })),
        ]
    }
}
