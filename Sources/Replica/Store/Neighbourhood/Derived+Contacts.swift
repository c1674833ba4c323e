import CRDT
import SQLite

extension Derived {
    /// What is to be read again of contacts and other rows.
    enum ChangedContacts {
        case everything
        /// Ids of contacts, and keys of other records.
        case some(contacts: Set<String>, others: Set<[UInt8]>)
    }

    /// Contacts with what belongs to them count as one.
    func changedContacts() throws -> ChangedContacts {
        guard let changed = try changed() else { return .everything }
        var contacts: Set<String> = []
        var others: Set<[UInt8]> = []
        let log = try ChangeLog(access.connection)
        let records = try Records(access)
        for record in changed {
            let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            guard table.isShown else { continue }
            switch table.name {
            case "contact": contacts.insert(String(decoding: key.parts[0], as: UTF8.self))
            case "contact_point", "address":
                guard let owner = table.column(named: "contact") else { continue }
                // It may have belonged to somebody else before: nothing tells to whom.
                let moved = try log.changes(of: record).contains {
                    $0.change.columns.contains(number: owner.number) && (!$0.change.isAnchor || $0.hasAside)
                }
                if moved { return .everything }
                guard case .text(let id) = try records.image(of: table, key: key).values[owner.firstPart] else { continue }
                contacts.insert(String(decoding: id, as: UTF8.self))
            default: others.insert(record)
            }
        }
        return .some(contacts: contacts, others: others)
    }
}
