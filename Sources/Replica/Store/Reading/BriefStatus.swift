import CRDT
import SQLite
import Wire

/// What of the status is cheap to tell, for whoever asks at every page.
package struct BriefStatus: Sendable {
    /// Living changes of this replica's own writers that no peer is known, by receipt, to hold.
    package let unsentChanges: Int
    package let conflicts: Int
    /// Whom this replica has a receipt of, the last met.
    package let lastMet: (label: String, milliseconds: Int64)?
}

extension Store {
    package func briefStatus() throws -> BriefStatus {
        try read { access in
            BriefStatus(
                unsentChanges: try unsentChanges(access).count, conflicts: try conflictCount(access),
                lastMet: try peers(access).first.map { ($0.label, $0.lastMetMilliseconds) })
        }
    }

    /// The last step that was done here; of those that were taken back too.
    package func lastStep() throws -> Int64? {
        try read { try $0.connection.number("select max(id) from kith_moment where kind in ('edit', 'import')") }
    }

    /// When somebody was last in touch with contacts, and by which channel: by contact, of those with whom anybody ever was.
    package func lastMoments(of contacts: Set<String>) throws -> [String: (occurredAt: String, channel: String)] {
        guard !contacts.isEmpty else { return [:] }
        return try read { access in
            for name in ["contact_moment", "contact_moment_contact"] {
                guard access.catalog[name]?.isShown == true else { return [:] }
            }
            // With one max(), SQLite gives the other columns of the row that has it (https://sqlite.org/lang_select.html#bareagg).
            let select = try access.connection.prepare(
                """
                select c.contact, m.occurred_at, coalesce(m.channel, ''), max(julianday(m.occurred_at)) as day
                from contact_moment_contact as c join contact_moment as m on m.id = c.contact_moment
                where c.contact in (\(contacts.sorted().map(literal).joined(separator: ", "))) and julianday(m.occurred_at) is not null group by c.contact
                """)
            var found: [String: (occurredAt: String, channel: String)] = [:]
            while try select.step() { found[select.text(0)] = (select.text(1), select.text(2)) }
            return found
        }
    }
}
