import Community
import CRDT
import SQLite

/// What a day's work begins with: who was not reached, and how people are reached.
extension Store {
    /// A contact and when somebody was last in touch with them.
    package struct Unreached: Sendable {
        package let id: RecordID
        /// As it stands in the moment; nil: never.
        package let lastMoment: String?
    }

    /// Active individuals with whom nobody has been in touch since a day, and who were known before it; longest ago first,
    /// the never reached before them by when they were added. Contacts that are one person are one here: reaching any of
    /// them reached the person, and the smallest id stands for it.
    ///
    /// - Parameters:
    ///   - day: ISO 8601 date or time.
    ///   - limit: of those given; the count is of all.
    package func unreached(since day: String, limit: Int) throws -> (contacts: [Unreached], count: Int) {
        try followLastMet(onlyIfNear: true)
        return try read { access in
            guard LastMet.isPossible(access) else { return ([], 0) }
            return try access.known("unreached \(day) \(limit)") {
                if try LastMet(access).isCurrent() { return try LastMet(access).unreached(since: day, limit: limit) }
                return try Store.unreached(access, since: day, limit: limit)
            }
        }
    }

    /// The same from the moments themselves.
    private static func unreached(_ access: Access, since day: String, limit: Int) throws -> (contacts: [Unreached], count: Int) {
        try access.fold()
        let select = try access.connection.statement(
            """
            with own as materialized (
                select c.contact as id, max(julianday(m.occurred_at)) as day, m.occurred_at as text
                from contact_moment_contact as c join contact_moment as m on m.id = c.contact_moment
                group by c.contact having day is not null),
            last as materialized (select \(personText("own.id")) as id, max(day) as day, text from own group by 1)
            select coalesce(last.day, 0), contact.created_at, contact.id, last.text from contact left join last on last.id = contact.id
            where \(LastMet.counts)
              and coalesce(last.day, julianday(contact.created_at), 0) < julianday(?1)
              and \(personText("contact.id")) = contact.id
            """)
        defer { select.reset() }
        select.bind(1, copying: day)
        // Of many a few are given: sorting all of them would take longer than finding them.
        var found: [(day: Double, createdAt: String, contact: Unreached)] = []
        var count = 0
        func precedes(_ a: (day: Double, createdAt: String, contact: Unreached), _ b: (day: Double, createdAt: String, contact: Unreached)) -> Bool {
            if a.day != b.day { return a.day < b.day }
            return a.createdAt == b.createdAt ? a.contact.id.key[0].precedes(b.contact.id.key[0]) : a.createdAt.precedes(b.createdAt)
        }
        while try select.step() {
            count += 1
            let day = QueryRow(values: [select.value(0)]).real(0) ?? 0
            if let last = found.last, found.count >= limit, day > last.day { continue }
            let each = (
                day: day, createdAt: select.isNull(1) ? "" : select.text(1),
                contact: Unreached(id: RecordID(table: "contact", key: [select.text(2)]), lastMoment: select.isNull(3) ? nil : select.text(3)))
            guard found.count < limit || found.last.map({ precedes(each, $0) }) == true else { continue }
            found.insert(each, at: found.partitioningIndex { precedes(each, $0) })
            if found.count > limit { found.removeLast() }
        }
        return (found.map(\.contact), count)
    }

    /// Telephone numbers, e-mail addresses and cities of contacts, a few of each: what tells two of one name apart.
    package func contactDetails(of ids: Set<String>) throws -> [String: [String]] {
        guard !ids.isEmpty else { return [:] }
        return try read { access in
            var found: [String: [String]] = [:]
            func gather(_ sql: String) throws {
                let select = try access.connection.prepare(sql)
                while try select.step() {
                    let id = select.text(0)
                    guard ids.contains(id), found[id, default: []].count < 4 else { continue }
                    let text = [select.text(1), select.text(2)].filter { !$0.isEmpty }.joined(separator: " ")
                    if !text.isEmpty { found[id, default: []].append(text) }
                }
            }
            // A short list is looked up; of a long one the tables are read once.
            let list = ids.count > 500 ? "" : " and contact in (\(ids.sorted().map(literal).joined(separator: ", ")))"
            if access.catalog["contact_point"]?.isShown == true {
                try gather("select contact, value, '' from contact_point where type in ('tel', 'email')\(list) order by contact, id")
            }
            if access.catalog["address"]?.isShown == true {
                try gather("select contact, trim(coalesce(street, '') || ' ' || coalesce(number, '') || coalesce(addition, '')), coalesce(city, '') from address where 1\(list) order by contact, id")
            }
            return found
        }
    }
}

extension Array {
    /// The first place from which on all satisfy a condition that none before it does.
    fileprivate func partitioningIndex(where isAfter: (Element) throws -> Bool) rethrows -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if try isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
