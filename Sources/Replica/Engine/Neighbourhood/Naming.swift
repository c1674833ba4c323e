import Community
import CRDT
import Interchange
import Schema
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
        let owners = Replica.owners(of: table)
        if table == "contact_moment" { return try moments(with: text) }
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
                found.append(told(row, by: owner?.name ?? named[0].name))
            }
        }
        return found
    }

    /// What people call the rows of a table by that have no name of their own, the first before the others.
    static func owners(of table: String) -> [(column: String, table: String)] {
        switch table {
        case "help_item", "contact_point", "address", "involvement", "relation", "attendance", "consent": [("contact", "contact")]
        case "gathering": [("initiative", "initiative"), ("place", "place")]
        case "loan": [("holder", "contact"), ("item", "item")]
        case "match": [("request", "help_item"), ("offer", "help_item"), ("helper", "contact")]
        default: []
        }
    }

    private static let tellingColumns = [
        "direction", "category", "code", "starts_at", "occurred_at", "follow_up_on", "status", "channel", "value", "street", "number", "description", "summary",
    ]

    /// A row that has no name of its own, with what tells it from others of the same people.
    private func told(_ row: RecordRow, by name: String) -> FoundRecord {
        let columns = Replica.tellingColumns.filter { row.text($0) != nil }
        return FoundRecord(
            id: row.id, name: name, details: columns.compactMap { row.text($0).map { String($0.prefix(60)) } }, alsoAs: [],
            values: columns.map { (name: $0, value: row[$0]) })
    }

    /// The contact moments with somebody that are still to be followed up; where none is, the last ones.
    private func moments(with text: String) throws -> [FoundRecord] {
        let named = try called(text, in: ["contact"], includingTrash: false)
        guard !named.isEmpty, store.schema["contact_moment_contact"] != nil else { return [] }
        var keys: [String] = []
        try store.list("contact_moment_contact", where: Store.condition("contact", isOneOf: named.flatMap { [$0.id] + $0.alsoAs }.map { $0.key[0] })) {
            keys.append($0.id.key[0])
        }
        let rows = try store.rows(keys.map { RecordID(table: "contact_moment", key: [$0]) })
        let open = rows.filter { $0.text("follow_up_on") != nil && ($0["follow_up_done"] == .null || $0["follow_up_done"] == .integer(0)) }
        let last = (open.isEmpty ? rows : open).sorted { ($1.text("occurred_at") ?? "").precedes($0.text("occurred_at") ?? "") }
        return last.prefix(Replica.choiceCount).map { told($0, by: named[0].name) }
    }

    private static let ownedTables = [
        "help_item", "contact_moment", "match", "loan", "gathering", "contact_point", "address", "involvement", "relation", "attendance",
    ]

    /// The row that a person means by a name and the columns of it: "Wilhelmina" and follow_up_done, a moment with her that is to be followed up.
    ///
    /// - Throws: as `record(named:)`.
    package func record(named text: String, having columns: [String]) throws -> RecordID {
        func has(_ table: Table) -> Bool { columns.allSatisfy { (table.key.columns + table.entryColumns).contains(table.columnCalled($0)) } }
        let record = try record(named: text)
        if let table = store.schema[record.table], has(table) { return record }
        let found = try Replica.ownedTables.filter { store.schema[$0].map(has) ?? false }.flatMap { try belonging(to: text, in: $0) }
        if found.count > 1 { throw NameChoice(name: text, candidates: found, isNear: false) }
        return found.first?.id ?? record
    }

    /// The one of some rows that a person means, by its own name or by that of whom it is of.
    ///
    /// - Throws: as `record(named:)`.
    package func record(named text: String, among records: Set<RecordID>) throws -> RecordID {
        if let record = try? record(named: text, includingTrash: true), records.contains(record) { return record }
        var found: [FoundRecord] = []
        for table in Set(records.map(\.table)).sorted() {
            do {
                let record = try record(named: text, in: [table], includingTrash: true)
                if records.contains(record) { found.append(FoundRecord(id: record, name: text, details: [], alsoAs: [])) }
            } catch let choice as NameChoice {
                found += choice.candidates.filter { !choice.isNear && records.contains($0.id) }
            } catch is StoreError {}
        }
        if found.count > 1 { throw NameChoice(name: text, candidates: found, isNear: false) }
        return try found.first?.id ?? record(named: text, includingTrash: true)
    }

    /// The gathering of today that people call by its initiative or place; nil where none is, or more than one.
    package func gatheringToday(called text: String) throws -> RecordID? {
        let today = ReaderClock.dayText(environment.nowMilliseconds())
        let found = try belonging(to: text, in: "gathering").filter { found in
            found.values.contains { $0.name == "starts_at" && $0.value.starts(with: today) }
        }
        return found.count == 1 ? found[0].id : nil
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

extension Value {
    fileprivate func starts(with text: String) -> Bool {
        if case .text(let bytes) = self { String(decoding: bytes, as: UTF8.self).hasPrefix(text) } else { false }
    }
}

extension RecordRow {
    /// A text that is there and not empty.
    package func text(_ column: String) -> String? {
        guard case .text(let bytes) = self[column], !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
