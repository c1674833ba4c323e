import Community
import CRDT
import Engine
import Schema
import Store
import Words

/// What a field is called, and how its value is said.
enum ColumnWords {
    static func title(_ column: String, in table: String, _ visit: Visit) -> String {
        visit.say(ColumnWord.of(column, in: table) ?? .columnAnything)
    }

    /// A value of one or several parts as people say it: codes by their labels, days as days, others' records by their names.
    static func value(_ parts: [Value], of column: String, in record: RecordID, _ visit: Visit) -> String {
        let table = Schema.community[record.table]
        let names = table?[column: column]?.parts.map(\.name) ?? [column]
        let words = zip(parts, names + Array(repeating: column, count: max(0, parts.count - names.count))).map { value, name in
            text(value, table?.form(ofPart: name), visit)
        }.filter { !$0.isEmpty }
        return words.isEmpty ? visit.say(ColumnWord.valueNone) : words.joined(separator: parts.count > 3 ? " " : ", ")
    }

    private static func text(_ value: Value, _ form: Form?, _ visit: Visit) -> String {
        switch value {
        case .null: return ""
        case .integer(let number):
            if form == .yesOrNo { return visit.say(number == 0 ? ColumnWord.valueNo : .valueYes) }
            return visit.language.number(Int(number))
        case .real(let number): return String(number)
        case .blob: return "…"
        case .text(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            switch form {
            case .code(let list, _)?: return visit.label(text, of: list)
            case .day?, .localTime?, .moment?: return visit.time(text)
            case .language?: return visit.label(text, of: "language")
            case .reach?, .telephone?: return SpokenPhone.text(text)
            case .reference(let tables, _)?:
                for table in tables {
                    let record = RecordID(table: table, key: [text])
                    if let row = try? visit.replica.store.rows([record]).first {
                        let name = (try? visit.replica.title(of: row.id, visit.language)) ?? ""
                        return name.isEmpty ? visit.say(.noName) : name
                    }
                }
                // An id says nothing to people; words that somebody wrote there do.
                return text.contains(" ") || text.count < 20 ? text : visit.say(.noName)
            default: return text
            }
        }
    }
}
