import CRDT
import SQLite
import Wire

/// Knowledge by its name: what was stated to others, what they gave receipts of, and bases that somebody named.
///
/// With 500 writers each is 18 kB, and differs from the one before in a few writers. So what follows another is kept relative to it.
///
/// Invariants: what a form is relative to is kept as long as it is; none is more than `deepest` steps from a whole one.
extension Door {
    private static let deepest = 32
    /// Of those that nobody's last statement or receipt is, so many of the newest are kept: a stick may have lain for months.
    private static let keptKnowledgeCount = 2_048

    static func knowledge(named name: Nonce, _ connection: Connection) throws -> Knowledge? {
        try resolved(name, connection)?.knowledge
    }

    private static func form(named name: Nonce, _ connection: Connection) throws -> KnowledgeForm? {
        let select = try connection.statement("select encoded from kith_knowledge where name = ?")
        defer { select.reset() }
        select.bind(1, name)
        guard try select.step() else { return nil }
        var reader = ByteReader(select.bytes(0), in: "kith_knowledge.encoded")
        return try reader.knowledge()
    }

    /// - Parameter depth: steps from a whole one.
    private static func resolved(_ name: Nonce, _ connection: Connection) throws -> (knowledge: Knowledge, depth: Int)? {
        guard var form = try form(named: name, connection) else { return nil }
        var changes: [[WriterID: BatchEnd?]] = []
        while case .relative(let base, let changed) = form {
            changes.append(changed)
            // Without its base it is as if it were not there: the other side is asked for the whole.
            guard changes.count <= 2 * deepest, let next = try self.form(named: base, connection) else { return nil }
            form = next
        }
        var knowledge = try form.resolved { _ in nil }
        for changed in changes.reversed() { for (writer, end) in changed { knowledge.ends[writer] = end } }
        return (knowledge, changes.count)
    }

    /// Keeps knowledge so that it can be found by its name, with the newest few thousand.
    ///
    /// - Parameter before: the name of what it follows, if that is known.
    static func keep(_ knowledge: Knowledge, after before: Nonce? = nil, _ access: Access) throws -> Nonce {
        let name = knowledge.name
        if try form(named: name, access.connection) != nil { return name }
        let base = try before.flatMap { try resolved($0, access.connection) }
        var out = ByteWriter()
        out.knowledge(KnowledgeForm(knowledge, known: base.flatMap { $0.depth < deepest ? $0.knowledge : nil }))
        let insert = try access.connection.statement("insert into kith_knowledge (name, encoded, noted) values (?, ?, ?)")
        insert.bind(1, name)
        insert.bind(2, copyingBlob: out.bytes)
        insert.bind(3, access.now)
        try insert.run()
        if try access.connection.number("select count(*) from kith_knowledge")! > 2 * keptKnowledgeCount { try sweep(access) }
        return name
    }

    /// Lets go of what nobody has said or heard last, but the newest; what these are relative to stays.
    private static func sweep(_ access: Access) throws {
        func names(_ sql: String) throws -> [Nonce] {
            let select = try access.connection.statement(sql)
            defer { select.reset() }
            var found: [Nonce] = []
            while try select.step() { found.append(try select.nonce(0)) }
            return found
        }
        var needed: Set<Nonce> = []
        // A delta that is set aside may name its base: a relay tells it once.
        var bases: [Nonce] = []
        let set = try access.connection.statement(
            "select manifest from kith_incoming where manifest is not null union all select manifest from kith_quarantine where discarded = 0")
        defer { set.reset() }
        while try set.step() { if case .relative(let name, _) = try Manifest(set.bytes(0)).base { bases.append(name) } }
        let wanted = try bases + names("select received from kith_peer where received is not null union select stated from kith_peer where stated is not null")
            + names("select name from kith_knowledge order by noted desc limit \(keptKnowledgeCount)")
        for name in wanted {
            var next: Nonce? = name
            while let one = next, needed.insert(one).inserted {
                next = if case .relative(let base, _)? = try form(named: one, access.connection) { base } else { nil }
            }
        }
        let delete = try access.connection.statement("delete from kith_knowledge where name = ?")
        for name in try names("select name from kith_knowledge") where !needed.contains(name) {
            delete.bind(1, name)
            try delete.run()
        }
    }
}
