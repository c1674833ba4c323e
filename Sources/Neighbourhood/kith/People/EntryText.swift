import Community
import CRDT
import Engine
import Schema
import Store

/// How what people typed was read, where it stands in another way than they wrote it.
enum EntryText {
    static func read(_ typed: [Assignment], _ values: [(name: String, value: Value)], _ table: Table, _ replica: Replica) throws -> [String] {
        try values.compactMap { name, value in
            let text = typed.first { table.columnCalled($0.name) == name }?.text
            guard case .text(let bytes) = value, case let stored = String(decoding: bytes, as: UTF8.self), stored != text else { return nil }
            // A reference that names no row is a word, as it was typed.
            if case .reference(let tables, _)? = table.form(ofPart: name),
                try !tables.contains(where: { try !replica.store.rows([RecordID(table: $0, key: [stored])]).isEmpty })
            { return nil }
            return App.language.say(EntrySentence.read, App.language.column(name, in: table.name), try kith.text(value, of: name, in: table, replica))
        }
    }
}
