import Community
import CRDT
import Store

/// What belongs to the person whose contact is shown.
package struct PersonDetail: Sendable {
    /// Whether the record is a contact that is there.
    package var isPerson = false
    /// Other contacts that people said to be the same person, with their names.
    package var alsoAs: [(id: RecordID, name: String)] = []
    /// Of all of these contacts, in the order of the schema's tables: every way to reach the person, and what else there is room for.
    package var rows: [RecordRow] = []
    /// Rows beyond those.
    package var moreCount = 0
}

extension Replica {
    private static let shownRowCount = 100

    /// What names a contact, or another contact of the same person; nothing for other records.
    package func person(of record: RecordID) throws -> PersonDetail {
        var detail = PersonDetail()
        guard record.table == "contact", try !store.rows([record]).isEmpty else { return detail }
        detail.isPerson = true
        let contacts = try store.identities(around: [record.key[0]]).contacts(of: record.key[0]).map { RecordID(table: "contact", key: [$0]) }
        detail.alsoAs = try store.rows(contacts.filter { $0 != record }).map { ($0.id, displayName(of: $0)) }
        for found in try store.rows(aboutAny: contacts, includingTrash: false) where found.row.id.table != "contact" {
            let isReach = ["contact_point", "address"].contains(found.row.id.table)
            if isReach || detail.rows.count < Replica.shownRowCount { detail.rows.append(found.row) } else { detail.moreCount += 1 }
        }
        return detail
    }
}
