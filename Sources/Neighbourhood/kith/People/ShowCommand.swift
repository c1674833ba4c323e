import ArgumentParser
import Community
import CRDT
import Engine
import Platform
import Schema
import Store
import Words

struct Show: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            abstract: both("Toon alles van iemand of iets.", "Show all of somebody or something."),
            discussion: both(
                "Bij een contact ook wat erbij hoort: telefoon, adressen, contactmomenten, hulpvragen, en de andere contacten die dezelfde persoon zijn. --who zegt bij alles wie het schreef en wanneer.\nVoorbeeld: kith show 'Jan de Vries' --who",
                "Of a contact also what belongs to it: phones, addresses, contact moments, requests, and the other contacts that are the same person. --who says of each thing who wrote it and when.\nExample: kith show 'Jan de Vries' --who"))
    }

    @Argument(help: idHelp) var id: String
    @Flag(help: ArgumentHelp(both("Ook wie wat schreef.", "Also who wrote what."))) var who = false
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open(forReading: true)
        let record = try options.record(id, replica, includingTrash: true)
        let detail = try replica.store.show(record)
        let person = try replica.person(of: record)
        try say(
            (try [text(detail, replica)] + lines(person, replica)).joined(separator: "\n"), or: json(detail) + json(person),
            isJSON: options.json)
        try replica.close()
    }

    private func text(_ detail: RecordDetail, _ replica: Replica) throws -> String {
        let language = App.language
        let shape = try table(named: detail.id.table, in: replica)
        var lines = [plain("\(try replica.title(of: detail.id, language)) (\(language.kind(of: detail.id.table)) \(try ShortIDs(replica.store).text(detail.id)))")]
        if detail.isDeleted { lines.append("  (\(language.say(.isDeleted, try ShortIDs(replica.store).text(detail.id))))") }
        func word(_ part: String) -> String { language.column(part, in: detail.id.table) }
        let width = detail.columns.flatMap { column in column.parts.filter { $0.value != .null || !column.siblings.isEmpty }.map { word($0.name).count } }.max() ?? 0
        for column in detail.columns {
            for part in column.parts where part.value != .null || !column.siblings.isEmpty {
                var line = try "  " + plain(word(part.name)) + String(repeating: " ", count: width - word(part.name).count) + "  " + kith.text(part.value, of: part.name, in: shape, replica)
                if who, part.name == column.parts[0].name || !shape[column: column.name]!.isComposite, let author = column.authors.first {
                    line += "   " + language.say(.writtenBy, name(author), when(author.timeMilliseconds))
                }
                lines.append(line)
            }
            for sibling in column.siblings { lines.append("    ! " + (try kith.line(sibling, of: column.name, in: shape, replica))) }
            for found in column.passages {
                lines.append("    ! " + kith.line(found.passage))
                for wording in found.wordings { lines.append("      " + kith.line(wording: wording)) }
            }
        }
        return lines.joined(separator: "\n")
    }

    private func lines(_ person: PersonDetail, _ replica: Replica) throws -> [String] {
        let ids = try ShortIDs(replica.store)
        var lines: [String] = []
        for also in person.alsoAs {
            lines.append(App.language.say(.alsoEntry, ids.text(also.id), also.name.isEmpty ? App.language.say(.entryUnnamed) : plain(also.name)))
        }
        for row in person.rows {
            let shape = try table(named: row.id.table, in: replica)
            let values = row.values.filter { $0.value != .null && $0.name != "contact" && $0.name != "created_at" }
            lines.append(try "  \(App.language.kind(of: row.id.table)) \(ids.text(row.id))  "
                + values.map { "\(App.language.column($0.name, in: row.id.table)): \(try kith.text($0.value, of: $0.name, in: shape, replica))" }.joined(separator: "; "))
        }
        if person.moreCount > 0 { lines.append(App.language.say(.belongsMore, App.language.number(person.moreCount))) }
        return lines
    }

    private func json(_ person: PersonDetail) -> [(String, JSON)] {
        guard person.isPerson else { return [] }
        return [
            ("also_as", .array(person.alsoAs.map { .string($0.id.text) })),
            ("belongs", .array(person.rows.map { row in
                .object(kith.json(row.id) + [("values", .object(kith.json(row.values)))])
            })),
            ("more", .number(person.moreCount)),
        ]
    }

    private func json(_ detail: RecordDetail) -> [(String, JSON)] {
        kith.json(detail.id) + [
            ("deleted", .bool(detail.isDeleted)),
            ("values", .object(detail.columns.flatMap { kith.json($0.parts) })),
            ("columns", .array(detail.columns.map { column in
                .object([
                    ("column", .string(column.name)), ("kind", .string(column.kind.name)),
                    ("authors", .array(column.authors.map { .object(kith.json($0)) })),
                    ("values", .array(column.siblings.map { kith.json($0, of: column.parts.map(\.name)) })),
                    ("passages", .array(column.passages.map { found in
                        .object([("passage", kith.json(found.passage)), ("values", .array(found.wordings.map { kith.json($0, of: [column.name]) }))])
                    })),
                ])
            })),
        ]
    }
}

extension MergeKind {
    /// The word of the glossary.
    var name: String {
        switch self {
        case .register: "register"
        case .once: "once"
        case .earliest: "earliest"
        case .rank: "rank"
        case .counter: "counter"
        case .text: "text"
        }
    }
}

/// One sibling for people: its value, who wrote it and when.
func line(_ sibling: SiblingDetail, of column: String, in table: Table?, _ replica: Replica) throws -> String {
    App.language.say(
        .siblingLine, try text(sibling.parts, of: column, in: table, replica), name(sibling.author), when(sibling.author.timeMilliseconds),
        sibling.isShown ? App.language.say(.shownMark) : "")
}

/// A passage of a text in its line, between brackets.
func line(_ passage: Conflict.Passage) -> String {
    let words = passage.words.drop { $0.isWhitespace }
    let blanks = passage.words.dropLast(words.count)
    return plain("\(passage.before)\(blanks)[\(words)]\(passage.after)")
}

/// What somebody wrote in a passage, or put into a text.
func words(_ sibling: SiblingDetail) -> String {
    let words = text(sibling.parts).trimmingSpaces()
    return words.isEmpty ? App.language.say(.tookWordsAway) : words
}

func line(wording: SiblingDetail) -> String {
    App.language.say(.siblingLine, words(wording), name(wording.author), when(wording.author.timeMilliseconds), "")
}

func json(_ passage: Conflict.Passage) -> JSON {
    .object([("before", .string(passage.before)), ("words", .string(passage.words)), ("after", .string(passage.after))])
}

/// One sibling for scripts; the parts of a composite are named.
func json(_ sibling: SiblingDetail, of names: [String]) -> JSON {
    let value: JSON = sibling.parts.count == 1
        ? JSON(sibling.parts[0]) : .object(zip(names, sibling.parts).map { ($0, JSON($1)) })
    return .object([("value", value)] + json(sibling.author) + [("shown", .bool(sibling.isShown))])
}
