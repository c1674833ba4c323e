import Community
import CRDT
import Words

// Initiatives that may not last: what `ContinuityRule` needs to know of each, read set by set.

extension Store {
    /// The initiatives at risk with their reasons: those with the most first, then by name and id. A pure function of the
    /// tables, the day and the days given; the same on equal replicas.
    ///
    /// - Parameters:
    ///   - today: an ISO 8601 date.
    ///   - fundingDays: funding that ends within so many days is named.
    ///   - endedDays: what ended without successor is named for so many days.
    package func initiativesAtRisk(
        today: String, fundingDays: Int = ContinuityRule.fundingDayCount, endedDays: Int = ContinuityRule.endedDayCount
    ) throws -> [InitiativeAtRisk] {
        try read { access in
            try access.known("initiatives at risk \(today) \(fundingDays) \(endedDays)") {
                try Store.initiativesAtRisk(access, today: today, fundingDays: fundingDays, endedDays: endedDays)
            }
        }
    }

    static func initiativesAtRisk(_ access: Access, today: String, fundingDays: Int, endedDays: Int) throws -> [InitiativeAtRisk] {
        guard BrokenRules.has(["initiative"], access) else { return [] }
        let horizons = try access.rows(
            "select date(?1, '+' || ?2 || ' days'), date(?1, '-' || ?3 || ' days')",
            [.text(today), .integer(Int64(fundingDays)), .integer(Int64(endedDays))])
        guard let funding = horizons[0].text(0), let ended = horizons[0].text(1) else { return [] }
        let rule = ContinuityRule(today: today, fundingHorizon: funding, endedHorizon: ended)
        let needs = try access.needs()
        let knowsPeople = BrokenRules.has(["involvement", "contact"], access)
        if knowsPeople { try access.fold() }
        let rows = try access.rows(
            initiativeStates(gatherings: BrokenRules.has(["gathering"], access), people: knowsPeople), [.text(today)])
        return rows.compactMap { row -> InitiativeAtRisk? in
            let id = row.text(0) ?? ""
            var state = ContinuityRule.State()
            state.status = row.text(3)
            state.endsOn = row.text(4)
            state.fundedUntil = row.text(5)
            state.hasSuccessor = row.integer(6) == 1
            state.recurrence = row.text(7)
            state.nextGathering = row.text(8)
            state.lastGathering = row.text(9)
            state.organiserCount = knowsPeople ? row.integer(10) ?? 0 : nil
            state.needs = needs[id] ?? []
            let reasons = rule.reasons(state)
            return reasons.isEmpty ? nil : InitiativeAtRisk(id: id, name: row.text(1) ?? "", area: row.text(2), reasons: reasons)
        }.sorted { a, b in
            if a.reasons.count != b.reasons.count { return a.reasons.count > b.reasons.count }
            return a.name == b.name ? a.id.precedes(b.id) : a.name.precedes(b.name)
        }
    }

    /// Parameter: the day. With people, after `Access.fold`.
    private static func initiativeStates(gatherings: Bool, people: Bool) -> String {
        let dates = gatherings
            ? """
                select initiative, min(case when day >= ?1 and status <> 'held' then day end) as next,
                    max(case when day < ?1 or status = 'held' then day end) as last
                from (select initiative, coalesce(status, '') as status, \(dayText("starts_at")) as day from gathering)
                where initiative is not null and status <> 'cancelled' group by initiative
                """
            : "select null as initiative, null as next, null as last"
        let organisers = people
            ? """
                select subject, count(distinct \(personText("involvement.contact"))) as persons
                from involvement join contact on contact.id = involvement.contact
                where involvement.code = 'organiser' and coalesce(contact.active, 1) <> 0
                    and coalesce(\(dayText("\"from\"")), '') <= ?1 and coalesce(\(dayText("\"until\"")), '9999-12-31') >= ?1
                group by subject
                """
            : "select null as subject, null as persons"
        return """
            with dates as materialized (\(dates)), organisers as materialized (\(organisers))
            select initiative.id, initiative.name, initiative.area, initiative.status, \(dayText("initiative.ends_on")),
                \(dayText("initiative.funded_until")),
                exists (select 1 from initiative as other where other.id = initiative.successor and other.id <> initiative.id),
                initiative.recurrence_rule, dates.next, dates.last, organisers.persons
            from initiative left join dates on dates.initiative = initiative.id
                left join organisers on organisers.subject = initiative.id
            order by initiative.id
            """
    }
}

/// The day that a column of dates or times begins with, as it was written down; NULL when it is no day of the calendar.
///
/// Moved by no days, 31 February becomes 3 March, and tells itself apart.
func dayText(_ column: String) -> String {
    "(case when date(substr(\(column), 1, 10), '+0 days') = substr(\(column), 1, 10) then substr(\(column), 1, 10) end)"
}

/// The person that a contact is, in a query after `Access.fold`. As text: what has no affinity is looked up in no index of texts
/// (https://sqlite.org/datatype3.html#comparisons), and SQLite would read all of it for every row.
func personText(_ contact: String) -> String { "cast(kith_person(\(contact)) as text)" }

extension Access {
    /// Tells `personText` in the queries that follow which contacts another one stands for, as it is now (see `Identities`).
    func fold() throws {
        _ = try known("folded") {
            folding.persons = try identities().folded
            return true
        }
    }

    /// What each initiative needs, by its id.
    func needs() throws -> [String: [NamedTerm]] {
        guard BrokenRules.has(["initiative_term", "term"], self) else { return [:] }
        var needs: [String: [NamedTerm]] = [:]
        for row in try rows(
            """
            select initiative_term.initiative, term.id, term.code, nullif(trim(term.name_nl), ''), nullif(trim(term.name_en), '')
            from initiative_term join term on term.id = initiative_term.term where term.taxonomy = 'need' order by 1, 2
            """)
        {
            let id = row.text(1) ?? "", code = row.text(2) ?? id
            needs[row.text(0) ?? "", default: []].append(
                NamedTerm(id: id, name: Phrase(nl: row.text(3) ?? row.text(4) ?? code, en: row.text(4) ?? row.text(3) ?? code)))
        }
        return needs
    }
}

/// A JSON string (RFC 8259, section 7).
func jsonText(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case _ where scalar.value < 0x20:
            let digits = String(scalar.value, radix: 16)
            out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: out.unicodeScalars.append(scalar)
        }
    }
    return out + "\""
}
