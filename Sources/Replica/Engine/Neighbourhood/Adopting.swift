import Community
import CRDT
import Schema
import Store
import Trust
import Wire

/// What taking an initiative over did, or would do.
package struct Adoption: Sendable {
    package enum State: String, Sendable {
        /// It was not here.
        case new
        /// It was taken over before.
        case known
        /// It was taken over from here: only what was learned there comes back.
        case returned
        /// It was taken over before and deleted or erased here since; nothing was done.
        case deleted
    }

    /// A value that is another here than there. What is here stays unless somebody says otherwise.
    package struct Difference: Sendable {
        package let record: RecordID
        package let column: String
        package let here: [Value]
        package let there: [Value]
        /// The value from there was taken.
        package var isTaken: Bool
    }

    package let origin: String
    package let name: String
    package let state: State
    /// The row here.
    package let record: RecordID
    /// Rows that were not here, by table.
    package var added: [(table: String, rows: Int)] = []
    package var differences: [Difference] = []

    package var addedCount: Int { added.reduce(0) { $0 + $1.rows } }
}

extension Replica {
    /// Takes initiatives of another city over: new rows of this space, with what they came from, their terms, needs, lessons and
    /// notes, and nobody in them. Nothing of the other space's history comes along.
    ///
    /// The ids follow from the origin's under this space's import secret: again, or on two laptops, gives the same rows. Rows
    /// that are here are left as they are, but for the columns that somebody asks for; what was deleted here stays so.
    ///
    /// - Parameters:
    ///   - area: where the new ones are to be.
    ///   - taking: columns that take the value from there where they differ; `all` for all of them.
    ///   - dryRun: nothing is kept.
    package func adopt(
        _ origins: [PublicRow], of publication: Publication, area: String? = nil, taking columns: Set<String> = [], dryRun: Bool = false
    ) throws -> [Adoption] {
        guard publication.space != identity.space.id else { throw EngineError(.ownPublication) }
        if !dryRun { try stamp() }
        var plan = AdoptionPlan(publication, ImportIdentity(space: identity.space), area: area, taking: columns)
        let erased = try origins.filter { try isErased(plan.record(of: $0)) }
        let adoptions = try store.snapshot { snapshot in
            try plan.read(snapshot)
            return try origins.map { try erased.contains($0) ? plan.deleted($0) : plan.add($0, snapshot) }
        }
        guard !dryRun else { return adoptions }
        try write(plan.new, overwriting: false)
        try write(plan.taken, overwriting: true)
        return adoptions
    }

    private func isErased(_ record: RecordID) throws -> Bool {
        do {
            _ = try store.show(record)
        } catch let error as StoreError {
            return error.code == .erased
        }
        return false
    }

    private func write(_ rows: [ImportTableRow], overwriting: Bool) throws {
        var rest = rows[...]
        guard !rest.isEmpty else { return }
        _ = try store.importRows(overwrite: overwriting) { _ in rest.popFirst() }
    }
}

/// What is to be written, found out in one snapshot.
private struct AdoptionPlan {
    private(set) var new: [ImportTableRow] = []
    private(set) var taken: [ImportTableRow] = []

    private let publication: Publication
    private let identity: ImportIdentity
    private let area: String?
    private let taking: Set<String>
    /// Rows of these are compared with those here.
    private var here: [String: [String: RecordRow]] = [:]
    private var planned: Set<RecordID> = []

    /// What an own initiative takes from the other city's; when, where and by whom it is done is its own.
    private static let initiativeColumns = ["name", "activity_type", "recurrence", "description", "lessons"]

    init(_ publication: Publication, _ identity: ImportIdentity, area: String?, taking: Set<String>) {
        self.publication = publication
        self.identity = identity
        self.area = area
        self.taking = taking
    }

    mutating func read(_ snapshot: Snapshot) throws {
        for table in ["term", "note", "initiative"] {
            let rows = try snapshot.rows(of: table)
            while let row = try rows.next() { here[table, default: [:]][row.id.text] = row }
        }
    }

    /// HMAC of where a row came from: says nothing to who lacks the secret.
    private func id(_ kind: String, _ origin: String) -> String {
        identity.id(["public", publication.space.description, kind, origin])
    }

    /// The row here that an initiative becomes.
    func record(of origin: PublicRow) -> RecordID { RecordID(table: "initiative", key: [id("initiative", origin.key[0])]) }

    func deleted(_ origin: PublicRow) -> Adoption {
        Adoption(origin: origin.key[0], name: origin.text("name") ?? origin.key[0], state: .deleted, record: record(of: origin))
    }

    mutating func add(_ origin: PublicRow, _ snapshot: Snapshot) throws -> Adoption {
        let originID = origin.key[0], name = origin.text("name") ?? originID
        if let source = origin.text("adapted_from"), here["initiative"]?[source] != nil {
            var adoption = Adoption(origin: originID, name: name, state: .returned, record: RecordID(table: "initiative", key: [source]))
            try addReturned(origin, to: source, snapshot, &adoption)
            return adoption
        }
        let own = record(of: origin)
        let known = here["initiative"]?[own.text]
        if try known == nil && isGone(own, snapshot) { return deleted(origin) }
        var adoption = Adoption(origin: originID, name: name, state: known == nil ? .new : .known, record: own)
        let columns = AdoptionPlan.initiativeColumns.compactMap { name in origin.columns.first { $0.name == name } }
        var values = columns.flatMap { zip($0.parts, $0.values).map { (name: $0, value: $1) } }
        values += [("status", .text("idea")), ("adapted_from", .text(originID))]
        if let area { values.append(("area", .text(area))) }
        try add(own, values, comparing: columns, snapshot, &adoption)
        for pair in publication.rows(of: "initiative_term") where pair.key[0] == originID {
            guard let term = try ownTerm(pair.key[1], snapshot, &adoption) else { continue }
            try add(RecordID(table: "initiative_term", key: [own.text, term]), [], comparing: [], snapshot, &adoption)
        }
        for note in notes(on: originID) { try add(note, to: own.text, snapshot, &adoption) }
        return adoption
    }

    private func notes(on origin: String) -> [PublicRow] { publication.rows(of: "note").filter { $0.text("subject") == origin } }

    private func isGone(_ record: RecordID, _ snapshot: Snapshot) throws -> Bool {
        try snapshot.rows(of: record.table, where: AdoptionPlan.names(record), deleted: true).next() != nil
    }

    private func found(_ record: RecordID, _ snapshot: Snapshot) throws -> RecordRow? {
        if let table = here[record.table] { return table[record.text] }
        return try snapshot.rows(of: record.table, where: AdoptionPlan.names(record)).next()
    }

    /// The condition that names a row. Its key is an id of ours; quoted all the same.
    private static func names(_ record: RecordID) -> String {
        zip(Schema.community[record.table]?.key.columns ?? [], record.key)
            .map { Store.condition($0, isOneOf: [$1]) }.joined(separator: " and ")
    }

    /// A row as it is to be here: new, or compared column by column with what is here.
    private mutating func add(
        _ record: RecordID, _ values: [(name: String, value: Value)], comparing columns: [PublicRow.Column], _ snapshot: Snapshot,
        _ adoption: inout Adoption
    ) throws {
        guard planned.insert(record).inserted else { return }
        guard let row = try found(record, snapshot) else {
            guard try !isGone(record, snapshot) else { return }
            new.append(ImportTableRow(table: record.table, key: record.key, values: values))
            count(record.table, &adoption)
            return
        }
        var wanted: [(name: String, value: Value)] = []
        for column in columns {
            let own = column.parts.map { row[$0] }
            guard own != column.values else { continue }
            let isTaken = taking.contains(column.name) || taking.contains("all")
            adoption.differences.append(Adoption.Difference(
                record: record, column: column.name, here: own, there: column.values, isTaken: isTaken))
            if isTaken { wanted += zip(column.parts, column.values).map { (name: $0, value: $1) } }
        }
        if !wanted.isEmpty { taken.append(ImportTableRow(table: record.table, key: record.key, values: wanted)) }
    }

    private func count(_ table: String, _ adoption: inout Adoption) {
        if let index = adoption.added.firstIndex(where: { $0.table == table }) {
            adoption.added[index].rows += 1
        } else {
            adoption.added.append((table, 1))
        }
    }

    /// The term here that is meant by one there: the same id, as the built-in ones have in every space; the same code in the
    /// same taxonomy; else a new one.
    private mutating func ownTerm(_ origin: String, _ snapshot: Snapshot, _ adoption: inout Adoption) throws -> String? {
        if here["term"]?[origin] != nil { return origin }
        guard let term = publication.rows(of: "term").first(where: { $0.key[0] == origin }) else { return nil }
        let wanted = (term.text("taxonomy"), term.text("code"))
        if wanted.1 != nil, let same = here["term"]?.values.filter({
            ($0["taxonomy"].asText, $0["code"].asText) == wanted
        }).map(\.id.text).min() { return same }
        let own = RecordID(table: "term", key: [id("term", origin)])
        let columns = ["taxonomy", "code", "name_nl", "name_en"].compactMap { name in term.columns.first { $0.name == name } }
        try add(own, columns.map { ($0.name, $0.values[0]) }, comparing: [], snapshot, &adoption)
        return own.text
    }

    private mutating func add(_ note: PublicRow, to subject: String, _ snapshot: Snapshot, _ adoption: inout Adoption) throws {
        let columns = ["title", "body"].compactMap { name in note.columns.first { $0.name == name } }
        var values = columns.map { (name: $0.name, value: $0.values[0]) }
        values.append(("subject", .text(subject)))
        for name in ["kind", "created_at"] where note[name] != .null { values.append((name, note[name])) }
        try add(RecordID(table: "note", key: [id("note", note.key[0])]), values, comparing: columns, snapshot, &adoption)
    }

    // MARK: What comes back

    /// What was learned elsewhere with an initiative of ours: its notes and lessons, as notes here, but for those that are
    /// here already because they were ours.
    private mutating func addReturned(_ origin: PublicRow, to own: String, _ snapshot: Snapshot, _ adoption: inout Adoption) throws {
        let lessonsID = id("lessons", origin.key[0])
        let ours = Set((here["note"] ?? [:]).values.filter { $0["subject"].asText == own && $0.id.text != lessonsID }.map {
            [$0["kind"], $0["title"], $0["body"]]
        })
        for note in notes(on: origin.key[0]) {
            let isOurs = ours.contains([note["kind"], note["title"], note["body"]])
            guard !isOurs || here["note"]?[id("note", note.key[0])] != nil else { continue }
            try add(note, to: own, snapshot, &adoption)
        }
        guard let lessons = origin.text("lessons"), here["initiative"]?[own]?["lessons"].asText != lessons else { return }
        let columns = [("title", origin["name"]), ("body", origin["lessons"])].filter { $0.1 != .null }.map {
            PublicRow.Column(name: $0.0, parts: [$0.0], values: [$0.1])
        }
        try add(
            RecordID(table: "note", key: [lessonsID]),
            [("subject", .text(own)), ("kind", .text("lesson"))] + columns.map { (name: $0.name, value: $0.values[0]) },
            comparing: columns, snapshot, &adoption)
    }
}
