import Community
import CRDT
import Schema
import Store
import Words

extension Language {
    /// A value as people say it: codes by their labels, days and times as days on the reader's clock, yes and no.
    ///
    /// - Parameters:
    ///   - part: its SQL column.
    ///   - table: nil: one that is not ours; every value of it is as it is.
    ///   - today: the reader's day (see `ReaderClock`).
    package func shown(_ value: Value, of part: String, in table: Table?, today: @autoclosure () -> CalendarDay?) -> String {
        switch value {
        case .null: return "-"
        case .real(let number): return "\(number)"
        case .blob(let bytes): return "x'\(hexadecimal(Array(bytes.prefix(16))))\(bytes.count > 16 ? "…" : "")'"
        case .integer(let number):
            if case .yesOrNo? = table?.form(ofPart: part) { return text((number == 0 ? ColumnWord.valueNo : .valueYes).phrase) }
            return String(number)
        case .text(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            // Written by the engine, not by people: it has no form.
            if part == Column.createdAt.name { return day(text, seenFrom: today()) }
            return switch table?.form(ofPart: part) {
            case .day?, .localTime?, .moment?: day(text, seenFrom: today())
            case .code(let list, _)?: Entry.label(text, of: list, self)
            case .language?: Entry.label(text, of: "language", self)
            default: text
            }
        }
    }
}

// What stands in a column, and what a row is called in a command.
extension Replica {
    /// A value as people say it (see `Language.shown`), and other rows by their names.
    package func shown(_ value: Value, of part: String, in table: Table?, _ language: Language) throws -> String {
        if case .text(let bytes) = value, case .reference(let tables, _)? = table?.form(ofPart: part), part != Column.createdAt.name {
            let key = String(decoding: bytes, as: UTF8.self)
            for target in tables {
                let title = try title(of: RecordID(table: target, key: [key]), language)
                if !title.isEmpty { return title }
            }
        }
        return language.shown(value, of: part, in: table, today: ReaderClock.day(environment.nowMilliseconds()))
    }

    /// What people type for a row instead of its reference: its name, or that of whom it is of; nil where that means another row too, or
    /// where it would not stand between the quotes of a command.
    ///
    /// - Parameter tables: where the command looks for it (see `record(named:in:)`).
    package func handle(of record: RecordID, in tables: [String]? = nil) throws -> String? {
        let owner = Replica.calledByOwner.contains(record.table) ? Replica.owners(of: record.table).first : nil
        let name: String
        if let owner {
            guard let row = try store.rows([record]).first, let id = row.text(owner.column) else { return nil }
            let above = RecordID(table: owner.table, key: [id])
            if owner.table == "help_item" {
                guard let contact = try store.rows([above]).first?.text("contact") else { return nil }
                name = try called(RecordID(table: "contact", key: [contact]))
            } else {
                name = try called(above)
            }
        } else {
            name = try called(record)
        }
        guard !name.isEmpty, name.utf8.count <= 80, name == plain(name), !name.contains(where: { "\"$`\\!".contains($0) }),
            let meant = try? self.record(named: name, in: tables, includingTrash: true, trashFirst: store.rows([record]).isEmpty), meant == record
        else { return nil }
        return name
    }

    private static let calledByOwner: Set<String> = ["help_item", "loan", "match", "gathering"]

    private func called(_ record: RecordID) throws -> String {
        if let row = try store.rows([record]).first { return displayName(of: row) }
        return try title(of: record, .nl)
    }
}
