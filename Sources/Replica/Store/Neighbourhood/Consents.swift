import Community
import CRDT
import SQLite

/// How a contact stands on a purpose.
package struct ConsentState: Sendable {
    package let purpose: String
    package let effective: EffectiveConsent
    package let how: String?
    package let validUntil: String?
}

/// One time that consent was given or withdrawn.
package struct ConsentEvent: Sendable {
    package let purpose: String
    package let state: String?
    package let how: String?
    package let validUntil: String?
    package let occurredAt: String?
}

/// A row that is kept longer than its purpose needs.
package struct PastTerm: Sendable {
    package let term: RetentionTerm
    package let record: RecordID
    /// The contact it is about; nil when it is about nobody or several.
    package let contact: String?
    /// The day on which it was last of use, an ISO 8601 date.
    package let since: String
}

extension Store {
    /// Records that a contact gave or withdrew consent: what counts from now on, and the event beside it, in one transaction.
    ///
    /// - Parameter at: when, as ISO 8601 with offset.
    package func recordConsent(
        _ contact: RecordID, purpose: String, isGiven: Bool, how: String?, validUntil: String?, at: String
    ) throws {
        try write { access in
            let id = contact.key[0]
            guard try !access.rows("select 1 from contact where id = ?", [.text(id)]).isEmpty else { throw StoreError(.notFound, "contact") }
            let values: [(name: String, value: Value)] = [
                ("state", .text(isGiven ? "given" : "withdrawn")), ("how", how.map { .text($0) } ?? .null),
                ("valid_until", validUntil.map { .text($0) } ?? .null),
            ]
            let row = RecordID(table: "consent", key: [id, purpose])
            if try access.rows("select 1 from consent where contact = ? and purpose = ?", [.text(id), .text(purpose)]).isEmpty {
                _ = try Store.add("consent", [("contact", .text(id)), ("purpose", .text(purpose))] + values, access)
            } else {
                try Store.edit(row, values, access)
            }
            _ = try Store.add(
                "consent_event",
                [("contact", .text(id)), ("purpose", .text(purpose)), ("occurred_at", .text(at))] + values, access)
        }
    }

    /// What counts today for a person, of all contacts that are that person, by purpose in the order of the code list; and
    /// every time that something was said of it, the newest first.
    ///
    /// - Parameter today: an ISO 8601 date.
    package func consents(of contact: RecordID, today: String) throws -> (states: [ConsentState], events: [ConsentEvent]) {
        try read { access in
            let contacts = try access.identities(around: [contact.key[0]]).contacts(of: contact.key[0])
            let places = contacts.map { _ in "?" }.joined(separator: ", ")
            let rows = try access.rows(
                "select purpose, state, how, valid_until from consent where contact in (\(places)) order by purpose, contact",
                contacts.map { .text($0) })
            let order = CodeList.named("consent_purpose")?.codes.map(\.code) ?? []
            let known = Dictionary(grouping: rows) { $0.text(0) ?? "" }
            let purposes = order + known.keys.filter { !order.contains($0) }.sorted()
            let states = purposes.map { purpose in
                let said = known[purpose] ?? []
                let effective = EffectiveConsent(said.map { ($0.text(1), $0.text(3)) }, today: today)
                let deciding = said.first { EffectiveConsent([($0.text(1), $0.text(3))], today: today) == effective }
                return ConsentState(purpose: purpose, effective: effective, how: deciding?.text(2), validUntil: deciding?.text(3))
            }
            let events = try access.rows(
                """
                select purpose, state, how, valid_until, occurred_at from consent_event where contact in (\(places))
                order by julianday(occurred_at) desc, id desc
                """, contacts.map { .text($0) })
            return (states, events.map {
                ConsentEvent(purpose: $0.text(0) ?? "", state: $0.text(1), how: $0.text(2), validUntil: $0.text(3), occurredAt: $0.text(4))
            })
        }
    }

    /// What is past its term, by term and then the longest past first. A pure function of the tables and the day.
    ///
    /// - Parameter today: an ISO 8601 date.
    package func pastTerm(_ terms: [RetentionTerm] = RetentionTerm.all, today: String) throws -> [PastTerm] {
        try read { try Store.pastTerm($0, terms, today: today) }
    }

    static func pastTerm(_ access: Access, _ terms: [RetentionTerm] = RetentionTerm.all, today: String) throws -> [PastTerm] {
        try access.fold()
        return try terms.flatMap { term -> [PastTerm] in
            guard let (tables, sql) = Store.lastUse(of: term),
                tables.allSatisfy({ access.catalog[$0]?.isShown == true }), let table = access.catalog[term.table]
            else { return [] }
            let keys = table.keys.map(quoted).joined(separator: ", ")
            let rows = try access.rows(
                """
                select day, contact, \(keys) from (\(sql))
                where day is not null and date(day, '+\(term.months) months') < date(?1) order by day, \(keys)
                """, [.text(today)])
            return rows.map { row in
                PastTerm(
                    term: term, record: RecordID(table: term.table, key: (2..<row.values.count).map { row.text($0) ?? "" }),
                    contact: row.text(1), since: row.text(0) ?? "")
            }
        }
    }

    /// A query for the day on which each row of a term's table was last of use, with its keys and contact; of contacts that are
    /// one person (`personText`), one row for all. A last day that cannot be read counts as none.
    private static func lastUse(of term: RetentionTerm) -> (tables: [String], sql: String)? {
        // Withdrawn with one entry is withdrawn by the person.
        let withdrawn = """
            select \(personText("consent.contact")) as contact, max(coalesce(
                    (select max(date(occurred_at)) from consent_event
                     where consent_event.contact = consent.contact and consent_event.purpose = consent.purpose
                       and consent_event.state = 'withdrawn'), date(consent.created_at))) as day
            from consent where purpose = 'contact' and state = 'withdrawn' group by 1
            """
        switch term.subject {
        case .contact:
            let signs = [
                "select id as contact, date(created_at) as day from contact",
                """
                select contact_moment_contact.contact, date(occurred_at) from contact_moment_contact
                    join contact_moment on contact_moment.id = contact_moment_contact.contact_moment
                """,
                "select worker, date(occurred_at) from contact_moment where worker is not null",
                "select contact, max(date(created_at), coalesce(date(\"until\"), '')) from help_item",
                "select contact, max(date(created_at), coalesce(date(\"until\"), '')) from involvement",
                "select contact, date('9999-12-31') from involvement where \"until\" is null and \"from\" is not null",
                "select contact, date(created_at) from attendance",
                "select holder, max(date(created_at), coalesce(date(returned_on), '9999-12-31')) from loan",
                "select contact, date(occurred_at) from consent_event where state = 'given'",
            ].joined(separator: " union all ")
            return (
                ["contact", "contact_moment", "contact_moment_contact", "help_item", "involvement", "attendance", "loan", "consent",
                 "consent_event"],
                """
                select contact.id, contact.id as contact, max(sign.day) as day
                from contact join (select \(personText("given_sign.contact")) as contact, day from (\(signs)) as given_sign) as sign on sign.contact = contact.id
                where contact.id not in (select contact from (\(withdrawn))) group by contact.id
                """)
        case .withdrawnContact:
            return (["contact", "consent", "consent_event"],
                "select contact.id, contact.id as contact, said.day from contact join (\(withdrawn)) as said on said.contact = contact.id")
        case .moment:
            return (["contact_moment"],
                "select id, null as contact, coalesce(date(occurred_at), date(created_at)) as day from contact_moment")
        case .help:
            return (["help_item"], """
                select id, contact, max(coalesce(date("until"), ''), date(created_at)) as day from help_item
                where status in ('fulfilled', 'withdrawn') or date("until") is not null
                """)
        case .attendance:
            return (["attendance", "gathering"], """
                select attendance.gathering, attendance.contact, coalesce(date(gathering.starts_at), date(attendance.created_at)) as day
                from attendance join gathering on gathering.id = attendance.gathering
                """)
        case .loan:
            return (["loan"], "select id, holder as contact, date(returned_on) as day from loan where returned_on is not null")
        case .consent:
            // Of what a person gave more than once the last day counts; withdrawn once, nothing is left to run out.
            return (["consent"], """
                select contact, purpose, max(day) as day from (
                    select \(personText("consent.contact")) as person, contact, purpose, state,
                        coalesce(date(valid_until), '9999-12-31') as day
                    from consent where purpose = \(literal(term.purpose)) and state in ('given', 'withdrawn'))
                group by person having sum(state = 'withdrawn') = 0 and sum(state = 'given') > 0
                """)
        }
    }
}
