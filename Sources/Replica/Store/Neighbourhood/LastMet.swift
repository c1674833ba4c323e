import Community
import CRDT
import SQLite
import Wire

/// When somebody was last in touch with each person: derived (see `Derived`), so that who was not reached is read from an index and not
/// from every moment there is.
///
/// Invariant: while the marks are of now, there is one row for each person who can be reached (an active individual that stands for the
/// person), and its times are those of all contacts of the person.
struct LastMet {
    private let access: Access
    private let derived: Derived
    private var connection: Connection { access.connection }

    /// Without these nobody can be told to be reached.
    private static let tables = ["contact", "contact_moment", "contact_moment_contact"]
    private static let version = 1
    /// So many persons are looked up; of more, reading all moments once is faster.
    private static let lookedUpCount = 5_000
    /// A list of so many is read in no time.
    private static let quicklyRead = 2_000

    init(_ access: Access) {
        self.access = access
        derived = Derived(access: access, purpose: "met", version: LastMet.version)
    }

    static func isPossible(_ access: Access) -> Bool { BrokenRules.has(tables, access) }

    /// Whether its rows are those of now.
    func isCurrent() throws -> Bool { try !access.mayHaveEdits() && derived.isCurrent() }

    /// Whether following takes no time to speak of.
    func isNear() throws -> Bool {
        if try derived.isNear() { return true }
        return try connection.number("select count(*) from (select 1 from contact_moment_contact limit \(LastMet.quicklyRead))") ?? 0 < Int64(LastMet.quicklyRead)
    }

    // MARK: Following

    func follow() throws {
        try derived.create()
        if let changed = try derived.changed(), case let contacts = try contacts(of: changed), contacts.count <= LastMet.lookedUpCount {
            try look(at: contacts)
        } else {
            try readAll()
        }
        try derived.keepMarks()
    }

    private func readAll() throws {
        try connection.execute("delete from kith_met")
        folding.persons = try access.identities().folded
        try connection.execute(
            """
            insert into kith_met (contact, created, known, last, text)
            with own as materialized (
                select c.contact as id, max(julianday(m.occurred_at)) as day, m.occurred_at as text
                from contact_moment_contact as c join contact_moment as m on m.id = c.contact_moment
                group by c.contact having day is not null),
            last as materialized (select \(personText("own.id")) as id, max(day) as day, text from own group by 1)
            select contact.id, coalesce(contact.created_at, ''), coalesce(last.day, julianday(contact.created_at), 0), coalesce(last.day, 0), last.text
            from contact left join last on last.id = contact.id
            where \(LastMet.counts) and \(personText("contact.id")) = contact.id
            """)
    }

    private var folding: Folding { access.folding }

    /// Who is asked after at all.
    static let counts = "\(isIndividualText("contact.kind")) and coalesce(contact.active, 1) <> 0"

    /// The contacts whose rows may be other than they were.
    private func contacts(of changed: Set<[UInt8]>) throws -> Set<String> {
        var contacts: Set<String> = []
        let linked = try connection.statement("select contact from contact_moment_contact where contact_moment = ?")
        defer { linked.reset() }
        for record in changed {
            let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
            guard table.isShown else { continue }
            let parts = key.parts.map { String(decoding: $0, as: UTF8.self) }
            switch table.name {
            case "contact": contacts.insert(parts[0])
            case "contact_moment_contact": if parts.count > 1 { contacts.insert(parts[1]) }
            // Who was one person through it, and no longer is, is one of these or joined with one.
            case "identity_link": contacts.formUnion(parts)
            case "contact_moment":
                linked.bind(1, copying: parts[0])
                while try linked.step() { contacts.insert(linked.text(0)) }
                linked.reset()
            default: continue
            }
        }
        return contacts
    }

    private func look(at contacts: Set<String>) throws {
        guard !contacts.isEmpty else { return }
        let identities = try access.identities(around: contacts)
        let all = contacts.reduce(into: Set<String>()) { $0.formUnion(identities.joined(with: $1)) }
        let delete = try connection.statement("delete from kith_met where contact = ?")
        let row = try connection.statement("select coalesce(created_at, ''), julianday(created_at) from contact where id = ? and \(LastMet.counts)")
        let moment = try connection.statement(
            """
            select max(julianday(m.occurred_at)), m.occurred_at from contact_moment_contact as c join contact_moment as m on m.id = c.contact_moment
            where c.contact = ?
            """)
        let insert = try connection.statement("insert into kith_met (contact, created, known, last, text) values (?, ?, ?, ?, ?)")
        for contact in all {
            delete.bind(1, copying: contact)
            try delete.run()
            row.bind(1, copying: contact)
            defer { row.reset() }
            guard identities.person(of: contact) == contact, try row.step() else { continue }
            var last: (day: Value, text: Value)?
            for entry in identities.contacts(of: contact) {
                moment.bind(1, copying: entry)
                if try moment.step(), case .real(let day) = moment.value(0) {
                    if case .real(let known)? = last?.day, known >= day {} else { last = (.real(day), moment.value(1)) }
                }
                moment.reset()
            }
            insert.bind(1, copying: contact)
            insert.bind(2, row.value(0))
            insert.bind(3, last?.day ?? (row.isNull(1) ? .real(0) : row.value(1)))
            insert.bind(4, last?.day ?? .real(0))
            insert.bind(5, last?.text ?? .null)
            try insert.run()
        }
    }

    // MARK: Reading

    /// Who was not reached since a day, and how many of them there are.
    func unreached(since day: String, limit: Int) throws -> (contacts: [Store.Unreached], count: Int) {
        let count = try access.rows("select count(*) from kith_met where known < julianday(?1)", [.text(Array(day.utf8))])[0].integer(0) ?? 0
        // In the order of the index: of many a few are given.
        let rows = try access.rows(
            "select contact, text from kith_met indexed by kith_met_last where known < julianday(?1) order by last, created, contact limit ?2",
            [.text(Array(day.utf8)), .integer(Int64(clamping: limit))])
        return (rows.compactMap { row in row.text(0).map { Store.Unreached(id: RecordID(table: "contact", key: [$0]), lastMoment: row.text(1)) } }, count)
    }
}

extension Store {
    /// Brings up to date when each person was last met; the first time that reads all moments. Where nothing can be written, or edits wait,
    /// all moments are read whenever it is asked.
    ///
    /// - Parameter onlyIfNear: not where much would be read.
    package func followLastMet(onlyIfNear: Bool = false) throws {
        guard !isReadOnly, try read({ access in
            guard LastMet.isPossible(access), try !access.hasNotes(), try access.isWatched(), case let met = LastMet(access) else { return false }
            return try !met.isCurrent() && (!onlyIfNear || met.isNear())
        }) else { return }
        do {
            try write { access in
                if try !access.hasNotes() { try LastMet(access).follow() }
            }
        } catch let error as StoreError where [.busy, .full, .readOnly].contains(error.code) {
            return
        }
    }
}
