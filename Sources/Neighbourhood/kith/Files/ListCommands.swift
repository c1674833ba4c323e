import ArgumentParser
import Community
import CRDT
import Engine
@preconcurrency import Glibc
import Platform
import Schema
import Store
import Words

struct List: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Toon alles van een soort, zoals contact.", "List all of a kind, such as contact."),
            discussion: both(
                "Toont een einde van elk kenmerk; dat is genoeg voor show, edit en delete. Contacten die één persoon zijn ('kith link') staan er als één; --every-entry toont ze alle.\nVoorbeeld: kith list contact --where \"area = 'Zuid'\" --limit 20",
                "Shows an ending of each reference; that is enough for show, edit and delete. Contacts that are one person ('kith link') stand there as one; --every-entry shows all.\nExample: kith list contact --where \"area = 'Zuid'\" --limit 20"))
    }

    @Argument(help: ArgumentHelp(both("De tabel, zoals contact.", "The table, such as contact."), valueName: both("tabel", "table")))
    var table: String

    @Option(name: .customLong("where"), help: ArgumentHelp(both("Een voorwaarde in SQL.", "A condition in SQL."), valueName: "sql"))
    var condition: String?

    @Option(help: ArgumentHelp(both("Ten hoogste zoveel.", "At most so many."), valueName: "n"))
    var limit: Int?

    @Flag(help: ArgumentHelp(both("Alles, ook op een scherm: anders houdt de lijst op als het vol is.", "All of it, on a screen too: else the list stops when it is full.")))
    var all = false

    @Flag(help: ArgumentHelp(both("Ook wie al onder een ander contact staat.", "Also who stands under another contact already.")))
    var everyEntry = false

    @OptionGroup var options: ReplicaOptions

    func validate() throws {
        if all, limit != nil { throw ValidationError(both("Kies --all of --limit.", "Choose --all or --limit.")) }
        if let limit, limit < 0 { throw ValidationError(both("--limit is niet negatief.", "--limit is not negative.")) }
    }

    func run() throws {
        let replica = try options.open(forReading: true)
        let shape = try kith.table(named: table, in: replica)
        if options.json { try listJSON(replica, shape) } else { try listText(replica, shape) }
        try replica.close()
    }

    private func listJSON(_ replica: Replica, _ shape: Table) throws {
        let identities = table == "contact" ? try replica.store.identities() : nil
        // Of a few, only theirs is looked up.
        var shown: Set<String>?
        if limit != nil, identities != nil {
            shown = []
            try replica.store.list(table, where: condition, limit: limit) { shown?.insert($0.id.key[0]) }
        }
        let reach = try identities.map { try self.reach(of: $0.persons.filter { shown?.contains($0) ?? true }, $0, replica) } ?? [:]
        let (condition, limit) = (condition, limit)
        try Output.json([("rows", .sequence { each in
            try replica.store.list(shape.name, where: condition, limit: limit) { row in
                var members: [(String, JSON)] = [("id", .string(row.id.text))]
                if row.id.key.count > 1 { members += zip(shape.key.columns, row.id.key.map { .string($0) }) }
                // Scripts get every row; this says whose it is.
                if let identities, case let person = identities.person(of: row.id.key[0]) {
                    if person != row.id.key[0] { members.append(("person", .string(person))) }
                    if let reach = reach[row.id.key[0]] {
                        members.append(("also_as", .array(identities.contacts(of: person).filter { $0 != person }.map { .string($0) })))
                        members.append(("reach", .array(reach.map { .string($0) })))
                    }
                }
                try each(.object(members + json(row.values)))
            }
        })])
    }

    private func reach(of persons: [String], _ identities: Identities, _ replica: Replica) throws -> [String: [String]] {
        persons.isEmpty ? [:] : try replica.reach(of: persons, identities)
    }

    /// As many rows as a screen holds beside the heading, what follows the rows, and the next prompt; nil where no screen is.
    private var screenful: Int? { Output.lineCount(STDOUT_FILENO).map { max(5, $0 - 4) } }

    private func listText(_ replica: Replica, _ shape: Table) throws {
        let ids = try ShortIDs(replica.store)
        let screenful = all || limit != nil ? nil : self.screenful
        let shownCount = limit ?? screenful
        var sheet = Sheet(width: Sheet.terminalWidth, shape, replica)
        var identities = table == "contact" && !everyEntry ? try replica.store.identities() : nil
        if identities?.isEmpty == true { identities = nil }
        var listed: [(id: String, row: RecordRow)] = []
        // One more than is shown tells whether there are more.
        var count = 0
        var foldedCount = 0
        func add(_ row: RecordRow) throws {
            if let limit, count > limit { return }
            if let identities, identities.person(of: row.id.key[0]) != row.id.key[0] {
                foldedCount += 1
                return
            }
            count += 1
            if let shownCount, count > shownCount { return }
            if let identities, identities.contacts(of: row.id.key[0]).count > 1 { listed.append((row.id.key[0], row)) }
            try sheet.add(id: ids.text(row.id), row.values)
        }
        // A sheet asks what others are called.
        try replica.store.list(table, where: condition, limit: identities == nil ? limit.map { $0 + 1 } : nil, inPiecesOf: 1_000) { for row in $0 { try add(row) } }
        try sheet.finish()
        let reach = try identities.map { try self.reach(of: listed.map(\.id), $0, replica) } ?? [:]
        for (id, row) in listed {
            guard let identities, let reach = reach[id] else { continue }
            let entries = identities.contacts(of: id)
            try Output.line(App.language.say(
                .listedEntry, "\(ids.text(row.id)) \(PersonText.name(row))", App.language.number(entries.count),
                ([PersonText.reach(reach)].filter { !$0.isEmpty } + entries.filter { $0 != id }.map {
                    ids.text(RecordID(table: "contact", key: [$0]))
                }).joined(separator: " · ")))
        }
        if count == 0 { try Output.line(App.language.say(.emptyList)) }
        if let limit, count > limit { try Output.line(App.language.say(.moreRows)) }
        if let screenful, count > screenful { try Output.line(App.language.say(.moreThanScreen, App.language.number(count - screenful))) }
        if foldedCount > 0 { try Output.line(App.language.count(foldedCount, .foldedOne, .foldedMany)) }
    }
}

/// Rows in columns, as many as fit: chosen and measured by the first rows, so that a long list can start at once.
struct Sheet {
    private static let sampleCount = 200
    private static let columnWidth = 24
    private static let mostSaidCount = 10_000
    /// Columns that rarely tell rows apart; `show` has them.
    private static let quietColumns: Set = ["created_at", "kind", "active", "visibility", "source", "source_uid", "extra_vcard", "linkage_marks"]

    static var terminalWidth: Int { Output.columnCount(STDOUT_FILENO) ?? 120 }

    private let width: Int
    private let shape: Table
    private let replica: Replica
    /// What was said of codes and names, of which many rows have the same, by column.
    private var said: [Int: [Value: String]] = [:]
    private var waiting: [(id: String, values: [(name: String, value: Value)])] = []
    private var columns: [(index: Int, width: Int)]?
    private var idWidth = 2

    init(width: Int, _ shape: Table, _ replica: Replica) {
        self.width = width
        self.shape = shape
        self.replica = replica
    }

    mutating func add(id: String, _ values: [(name: String, value: Value)]) throws {
        if columns != nil {
            try write(id, values)
        } else {
            waiting.append((id, values))
            if waiting.count == Sheet.sampleCount { try start() }
        }
    }

    mutating func finish() throws { if columns == nil { try start() } }

    private mutating func start() throws {
        guard let first = waiting.first else { return }
        let heading = plain(App.language.column("id", in: shape.name))
        idWidth = max(heading.count, waiting.map(\.id.count).max() ?? 0)
        var used = idWidth
        var chosen: [(index: Int, width: Int)] = []
        for (index, column) in first.values.enumerated() where !Sheet.quietColumns.contains(column.name) {
            let widths = try waiting.filter { $0.values[index].value != .null }.map { try shown($0.values[index], index).count }
            guard let widest = widths.max() else { continue }
            let wanted = min(Sheet.columnWidth, max(widest, title(column.name).count))
            guard used + 2 + wanted <= width else { break }
            chosen.append((index, wanted))
            used += 2 + wanted
        }
        columns = chosen
        try Output.line(line(heading, chosen.map { title(first.values[$0.index].name) }), .heading)
        for row in waiting { try write(row.id, row.values) }
        waiting = []
    }

    private mutating func write(_ id: String, _ values: [(name: String, value: Value)]) throws {
        var cells: [String] = []
        for column in columns! { cells.append(try values[column.index].value == .null ? "" : shown(values[column.index], column.index)) }
        try Output.line(line(id, cells))
    }

    private func title(_ name: String) -> String { plain(App.language.column(name, in: shape.name)) }

    private mutating func shown(_ column: (name: String, value: Value), _ index: Int) throws -> String {
        if let known = said[index]?[column.value] { return known }
        let text = try kith.text(column.value, of: column.name, in: shape, replica)
        switch shape.form(ofPart: column.name) {
        case .code?, .reference?, .language?:
            if said[index]?.count ?? 0 < Sheet.mostSaidCount { said[index, default: [:]][column.value] = text }
        default: break
        }
        return text
    }

    private func line(_ id: String, _ cells: [String]) -> String {
        var line = padded(id, idWidth)
        for (cell, column) in zip(cells, columns!) { line += "  " + padded(cell, column.width) }
        // A space is no part of a longer character at the end.
        while line.utf8.last == 0x20 { line.removeLast() }
        return line
    }

    private func padded(_ cell: String, _ width: Int) -> String {
        // Counting characters is slow, and most cells are ASCII.
        if cell.utf8.count <= width, cell.utf8.allSatisfy({ $0 < 0x80 }) { return cell + String(repeating: " ", count: width - cell.utf8.count) }
        return cell.count > width ? cell.prefix(width - 1) + "…" : cell + String(repeating: " ", count: width - cell.count)
    }
}

struct Tables: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Toon de gedeelde tabellen, hun kolommen en codes.", "Show the shared tables, their columns and codes."),
            discussion: both(
                "Voorbeeld: kith tables gathering", "Example: kith tables gathering"))
    }

    @Argument(help: ArgumentHelp(both("Alleen deze.", "Only this one."), valueName: both("tabel", "table"))) var table: String?
    @OptionGroup var output: OutputOptions

    func run() throws {
        let tables = try table.map { name in
            guard let found = Schema.community[name] else { throw StoreError(.unknownName, name) }
            return [found]
        } ?? Schema.community.tables
        if output.json { return try Output.json([("tables", .array(tables.map(json)))]) }
        for shape in tables {
            try Output.line(App.language.say(
                .tableHeader, shape.name, App.language.kind(of: shape.name), App.language.collection(shape.collection.rawValue), App.language.text(shape.meaning)))
            try Output.line("  " + shape.key.columns.joined(separator: ", "))
            for column in shape.columns {
                let parts = column.isComposite ? " (" + column.parts.map(\.name).joined(separator: ", ") + ")" : ""
                let codes = column.mergedCodes.map { "\($0.code) (\(App.language.text($0.label)))" }
                try Output.line(App.language.say(.columnKind, column.name, App.language.column(column.name, in: shape.name), parts))
                if case .rank = column.kind { try Output.line(App.language.say(.columnRank)) }
                if !codes.isEmpty { try Output.line("      " + codes.joined(separator: ", ")) }
            }
            try Output.line("")
        }
    }

    private func json(_ shape: Table) -> JSON {
        .object([
            ("table", .string(shape.name)), ("collection", .string(shape.collection.rawValue)),
            ("purpose", .string(shape.purpose)), ("key", .array(shape.key.columns.map { .string($0) })),
            ("columns", .array(shape.columns.map { column in
                .object([
                    ("column", .string(column.name)), ("kind", .string(column.kind.name)),
                    ("parts", .array(column.parts.map {
                        .object([("name", .string($0.name)), ("type", .string($0.type.rawValue))])
                    })),
                    ("references", column.references.map { .string($0) } ?? .null),
                    // Of a rank the values as they are merged: the first that a sibling has is shown.
                    ("safest_first", .bool(!column.kind.order.isEmpty)),
                    ("codes", .array(column.mergedCodes.map {
                        .object([("code", .string($0.code)), ("nl", .string($0.label.nl)), ("en", .string($0.label.en))])
                    })),
                ])
            })),
        ])
    }
}

extension Column {
    /// The codes of the column's list; of a rank in the order in which they merge, safest first, the others last.
    fileprivate var mergedCodes: [Code] {
        let codes = codes.flatMap { CodeList.named($0) }?.codes ?? []
        let order = kind.order
        return order.compactMap { value in codes.first { $0.code == value } } + codes.filter { !order.contains($0.code) }
    }
}
