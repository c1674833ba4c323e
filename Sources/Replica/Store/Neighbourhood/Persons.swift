import Community
import CRDT
import SQLite
import Wire

/// One contact of a person, as it is told to whoever must know which.
package struct PersonEntry: Sendable {
    package let row: RecordRow
    /// It is in the trash.
    package let isDeleted: Bool
    /// Telephone numbers, e-mail addresses and other ways to reach it.
    package let points: [String]
    /// Each on one line.
    package let addresses: [String]
}

/// All contacts that people said to be one person.
package struct Person: Sendable {
    /// The one asked for first, then by id; those in the trash too.
    package let entries: [PersonEntry]
    /// Verdicts that say otherwise: whoever takes all entries must look at these first.
    package let contradictions: [Identities.Contradiction]
}

// MARK: Verdicts

extension Store {
    /// Which contacts are one person, by people's verdicts.
    package func identities() throws -> Identities { try read { try $0.identities() } }

    /// The same of some contacts alone.
    package func identities(around contacts: some Sequence<String>) throws -> Identities { try read { try $0.identities(around: contacts) } }

    /// The pairs of contacts, in ascending order, that people have called the same or different.
    package func decidedPairs() throws -> Set<[String]> {
        try read { access in
            guard access.catalog["identity_link"]?.isShown == true else { return [] }
            return try access.known("decided pairs") {
                let select = try access.connection.statement(
                    "select min(contact, other), max(contact, other) from identity_link where verdict in ('same', 'different')")
                defer { select.reset() }
                var found: Set<[String]> = []
                while try select.step() { found.insert([select.text(0), select.text(1)]) }
                return found
            }
        }
    }
}

// MARK: Persons

extension Store {
    /// The person that a contact is, by whatever "same" verdicts join, contradicted or not.
    ///
    /// - Throws: `notFound`, `erased`, `unknownName`.
    package func person(of contact: RecordID) throws -> Person {
        try read { access in
            let table = try access.sharedTable(of: contact)
            let identities = try access.identities(around: [contact.key[0]])
            let ids = [contact.key[0]] + identities.joined(with: contact.key[0]).filter { $0 != contact.key[0] }
            let records = try Records(access)
            let points = try access.points(of: ids), addresses = try access.addresses(of: ids)
            var entries: [PersonEntry] = []
            for id in ids {
                let key = RecordKey(id)
                let image = try records.image(of: table, key: key)
                guard try image.place != .nowhere || !records.changes(of: table.record(key)).isEmpty else { continue }
                entries.append(PersonEntry(
                    row: RecordRow(
                        id: RecordID(table: table.name, key: [id]), values: zip(table.parts, image.values).map { ($0.name, $1) }),
                    isDeleted: image.place != .table, points: points[id] ?? [], addresses: addresses[id] ?? []))
            }
            guard entries.first?.row.id == contact else { throw StoreError(.notFound, contact.table) }
            return Person(entries: entries, contradictions: identities.contradictions(within: contact.key[0]))
        }
    }

    /// Every number, e-mail address, page and address of contacts, by id: a line each.
    package func reach(of contacts: Set<String>) throws -> [String: [String]] {
        try read { access in
            try access.points(of: contacts.sorted()).merging(access.addresses(of: contacts.sorted())) { $0 + $1 }
        }
    }
}

extension Access {
    /// Contacts named in one statement: well below what SQLite takes as one.
    private static let listedCount = 500

    private func gather(_ ids: [String], _ sql: (_ list: String) -> String) throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for start in stride(from: 0, to: ids.count, by: Access.listedCount) {
            let list = ids[start..<min(start + Access.listedCount, ids.count)].map(literal).joined(separator: ", ")
            let select = try connection.prepare(sql(list))
            while try select.step() {
                let text = (1..<select.columnCount).map { select.text($0) }.filter { !$0.isEmpty }.joined(separator: " ")
                if !text.isEmpty { found[select.text(0), default: []].append(text) }
            }
        }
        return found
    }

    fileprivate func points(of ids: [String]) throws -> [String: [String]] {
        guard catalog["contact_point"]?.isShown == true else { return [:] }
        return try gather(ids) { "select contact, value from contact_point where contact in (\($0)) order by contact, id" }
    }

    fileprivate func addresses(of ids: [String]) throws -> [String: [String]] {
        guard catalog["address"]?.isShown == true else { return [:] }
        return try gather(ids) {
            """
            select contact, trim(coalesce(street, '') || ' ' || coalesce(number, '') || coalesce(addition, '')), coalesce(postal_code, ''),
                coalesce(city, '') from address where contact in (\($0)) order by contact, id
            """
        }
    }
}
