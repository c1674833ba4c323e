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
            let shown: String
            switch table.form(ofPart: name) {
            case .day?, .localTime?, .moment?: shown = when(stored)
            case .code(let list, _)?: shown = label(list, stored) ?? stored
            case .language?: shown = label("language", stored) ?? stored
            case .reference(let tables, _)?:
                guard let found = try tables.lazy.map({ RecordID(table: $0, key: [stored]) }).first(where: { try !replica.store.rows([$0]).isEmpty })
                else { return nil }
                shown = try replica.title(of: found, App.language)
            default: shown = stored
            }
            return App.language.say(EntrySentence.read, name, shown)
        }
    }
}
