import Community
import CRDT
import Interchange
import Store

/// Several rows, or none, that a name may mean: what a person chooses from.
package struct NameChoice: Error, Sendable {
    /// As it was typed.
    package let name: String
    package let candidates: [FoundRecord]
    /// None has the name; these are nearly called so.
    package let isNear: Bool
}

// Rows by what people call them: an id or an ending of one, a name, a telephone number, an address.
extension Replica {
    private static let choiceCount = 12
    private static let leastNumberCount = 6
    /// What people call by a name of its own, in the order in which one of several is meant.
    private static let namedTables = ["contact", "initiative", "organisation", "place", "item", "area", "poll", "term"]

    /// The one row that a person means.
    ///
    /// - Parameters:
    ///   - tables: where it may be; nil: any that has names, and any id.
    ///   - includingTrash: what was deleted too, when nothing else is called so.
    ///   - trashFirst: what was deleted before what is there.
    /// - Throws: `NameChoice`; `notFound` when nothing is nearly called so; `erased`; `unknownName`.
    package func record(named text: String, in tables: [String]? = nil, includingTrash: Bool = false, trashFirst: Bool = false) throws -> RecordID {
        let shared = Set(store.sharedTables.map(\.name))
        let wanted = (tables ?? Replica.namedTables).filter(shared.contains)
        if let tables, wanted.isEmpty { throw StoreError(.unknownName, tables.joined(separator: ", ")) }
        var byID: (any Error)?
        do {
            if tables == nil { return try store.resolve(text, in: nil, includingTrash: includingTrash) }
            var found: Set<RecordID> = []
            for table in wanted {
                do { found.insert(try store.resolve(text, in: table, includingTrash: includingTrash)) } catch let error as StoreError {
                    if error.code == .notFound { continue }
                    if error.code != .ambiguous { throw error }
                    byID = error
                }
            }
            if byID == nil, found.count == 1 { return found.first! }
            if found.count > 1 { byID = StoreError(.ambiguous, wanted.joined(separator: ", ")) }
        } catch let error as StoreError where [.notFound, .ambiguous, .erased].contains(error.code) {
            byID = error
        }
        let deleted = trashFirst ? try wanted.flatMap { try trashed(folded(text), in: $0) } : []
        let candidates = try deleted.isEmpty ? called(text, in: wanted, includingTrash: includingTrash) : deleted
        if candidates.count == 1 { return candidates[0].id }
        if candidates.count > 1 { throw NameChoice(name: text, candidates: candidates, isNear: false) }
        if let byID = byID as? StoreError, byID.code != .notFound { throw byID }
        let near = try nearlyCalled(text, in: wanted)
        guard near.isEmpty else { throw NameChoice(name: text, candidates: near, isNear: true) }
        throw StoreError(.notFound)
    }

    // MARK: Called so

    private func called(_ text: String, in tables: [String], includingTrash: Bool) throws -> [FoundRecord] {
        let name = folded(text)
        guard !name.isEmpty else { return [] }
        var found = try searched(text, in: tables.filter { $0 == "contact" || SearchRules().tables.contains($0) })
        for table in tables { found += try listed(name, in: table) }
        if includingTrash { for table in tables where found.isEmpty { found = try trashed(name, in: table) } }
        for table in tables where found.isEmpty { found = try belonging(to: text, in: table) }
        // Who is called just so comes before who is also called so, and people before what they do.
        let exact = found.filter { folded($0.name) == name }
        if !exact.isEmpty { return exact }
        return found.filter { $0.id.table == found[0].id.table }
    }

    /// What the search finds by name; help and moments have none of their own.
    private func searched(_ text: String, in tables: [String]) throws -> [FoundRecord] {
        let named = tables.filter(Replica.namedTables.contains)
        // A few digits are the end of an id, or of many telephone numbers.
        let isEnding = text.allSatisfy(\.isNumber) && text.count < Replica.leastNumberCount
        guard let first = named.first, !isEnding else { return [] }
        guard named.count > 1 else { return try find(text, in: first, limit: Replica.choiceCount) }
        let found = try find(text, limit: Replica.choiceCount * 5)
        return named.flatMap { table in found.filter { $0.id.table == table } }
    }

    /// Of tables that the search does not read, what is called so.
    private func listed(_ name: String, in table: String) throws -> [FoundRecord] {
        guard let columns = Replica.nameColumns[table] else { return [] }
        var found: [FoundRecord] = []
        try store.list(table) { row in
            guard found.count < Replica.choiceCount, columns.contains(where: { row.text($0).map(folded) == name }) else { return }
            found.append(FoundRecord(id: row.id, name: displayName(of: row), details: [], alsoAs: []))
        }
        return found
    }

    private static let nameColumns: [String: [String]] = [
        "area": ["name", "code"], "term": ["name_nl", "name_en", "code"], "poll": ["question_nl", "question_en", "survey"],
        "poll_option": ["label"],
    ]

    private func trashed(_ name: String, in table: String) throws -> [FoundRecord] {
        let words = name.split(separator: " ")
        return try store.snapshot { snapshot in
            var found: [FoundRecord] = []
            let rows = try snapshot.rows(of: table, deleted: true)
            while let row = try rows.next() {
                let shown = displayName(of: row)
                let known = folded(shown).split(separator: " ")
                if found.count < Replica.choiceCount, words.allSatisfy({ word in known.contains { $0.hasPrefix(word) } }) {
                    found.append(FoundRecord(id: row.id, name: shown, details: [], alsoAs: []))
                }
            }
            return found
        }
    }

    /// Rows that people call by whom they are of: help and a loan by the contact, a match by either side, a gathering by its initiative.
    private func belonging(to text: String, in table: String) throws -> [FoundRecord] {
        let owners: [(column: String, table: String)] = switch table {
        case "help_item", "contact_point", "address": [("contact", "contact")]
        case "gathering": [("initiative", "initiative"), ("place", "place")]
        case "loan": [("holder", "contact"), ("item", "item")]
        case "match": [("request", "help_item"), ("offer", "help_item"), ("helper", "contact")]
        default: []
        }
        var found: [FoundRecord] = []
        for owner in owners {
            let named = try called(text, in: [owner.table], includingTrash: false)
            guard !named.isEmpty else { continue }
            // Help of one person is of all contacts that are that person.
            let isTheirs = Store.condition(owner.column, isOneOf: named.flatMap { [$0.id] + $0.alsoAs }.map { $0.key[0] })
            let isOpen = ["help_item": " and coalesce(status, 'open') in ('open', 'matched')", "match": " and coalesce(status, 'proposed') in ('proposed', 'accepted')"][table] ?? ""
            try store.list(table, where: isTheirs + isOpen) { row in
                guard found.count < Replica.choiceCount, !found.contains(where: { $0.id == row.id }) else { return }
                let owner = named.first { ([$0.id] + $0.alsoAs).contains { $0.key[0] == row.text(owner.column) } }
                let words = ["direction", "category", "starts_at", "status", "value", "street", "number", "description"].compactMap { row.text($0) }
                found.append(FoundRecord(id: row.id, name: owner?.name ?? named[0].name, details: words.map { String($0.prefix(60)) }, alsoAs: []))
            }
        }
        return found
    }

    // MARK: Nearly called so

    /// Names with a letter or two other, or another infix; closest first.
    private func nearlyCalled(_ text: String, in tables: [String]) throws -> [FoundRecord] {
        guard text.utf8.count <= 100, var names = NearNames(to: text) else { return [] }
        var near: [(distance: Int, record: FoundRecord)] = []
        for table in tables where near.count < 1_000 {
            try store.list(table, only: displayNameColumns) { row in
                let name = displayName(of: row)
                guard !name.isEmpty, let distance = names.distance(name) else { return }
                near.append((distance, FoundRecord(id: row.id, name: name, details: [], alsoAs: [])))
            }
        }
        let best = near.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }.prefix(5).map(\.element.record)
        let contacts = best.filter { $0.id.table == "contact" }.map { $0.id.key[0] }
        let reach = try self.reach(of: contacts, store.identities(around: contacts))
        return best.map { FoundRecord(id: $0.id, name: $0.name, details: reach[$0.id.key[0]] ?? [], alsoAs: []) }
    }
}

extension RecordRow {
    /// A text that is there and not empty.
    package func text(_ column: String) -> String? {
        guard case .text(let bytes) = self[column], !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
