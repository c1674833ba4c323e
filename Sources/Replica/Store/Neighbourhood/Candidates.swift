import Community
import CRDT
import SQLite

/// The rules by which contacts are compared. Pure: the same traits always give the same answer.
package protocol ContactComparing: Sendable {
    /// Traits taken apart: a contact is compared with many.
    associatedtype Compared: Sendable
    /// Traits and candidates made by another version are made anew.
    var version: Int { get }
    func traits(of rows: ContactRows) -> [UInt8]
    /// What two contacts must have in common to be compared; each once.
    func keys(of traits: [UInt8]) -> [Int64]
    /// A key that more contacts have pairs none of them.
    func limit(ofKey key: Int64) -> Int
    func compared(_ traits: [UInt8]) -> Compared
    /// nil when the pair is not to be listed.
    func compare(
        _ a: Compared, _ b: Compared, isCrowded: @escaping (Int64) -> Bool
    ) -> (score: Int, isVeryLikely: Bool)?
}

/// Two contacts that may be one person.
package struct CandidatePair: Hashable, Sendable {
    /// In ascending order.
    package let first: String
    package let second: String
    package let score: Int
    package let isVeryLikely: Bool
}

extension Store {
    /// Brings the candidates up to date with what has changed and gives them: the very likely first, then by score, then by
    /// id. A function of the rows alone, so equal replicas list the same.
    ///
    /// - Throws: `readOnly` when the file cannot be written and they are not up to date.
    package func candidates(_ rules: some ContactComparing) throws -> [CandidatePair] {
        try refreshCandidates(rules)
        return try read { access in try access.known("candidates") { try Store.candidates(access) } }
    }

    private static func candidates(_ access: Access) throws -> [CandidatePair] {
        guard try Derived.exists(access.connection) else { return [] }
        let select = try access.connection.statement(
            """
            select min(x.contact, y.contact), max(x.contact, y.contact), score, very_likely from kith_candidate
            join kith_trait as x on x.n = a join kith_trait as y on y.n = b order by very_likely desc, score desc, 1, 2
            """)
        defer { select.reset() }
        var found: [CandidatePair] = []
        while try select.step() {
            found.append(CandidatePair(
                first: select.text(0), second: select.text(1), score: Int(select.integer(2)),
                isVeryLikely: select.integer(3) == 1))
        }
        return found
    }

    /// - Returns: how many contacts were read again.
    @discardableResult
    package func refreshCandidates(_ rules: some ContactComparing) throws -> Int {
        guard try !read({ try Derived(access: $0, purpose: "candidates", version: rules.version).isCurrent() }) else { return 0 }
        // What takes long is made in tables of this connection alone: nobody who writes waits for it.
        let made = isReadOnly ? nil : try survey { try CandidateBuilding($0, rules).prepare() }
        do { return try write { try CandidateBuilding($0, rules).refresh(made) } } catch {
            if made != nil { try? survey { try CandidateBuilding($0, rules).drop() } }
            throw error
        }
    }

    /// Gives each pair with the traits that were compared, and which keys are crowded: to say why.
    package func explain<Reasons>(
        _ candidates: [CandidatePair], _ rules: some ContactComparing,
        _ body: (_ first: [UInt8], _ second: [UInt8], _ isCrowded: @escaping (Int64) -> Bool) -> Reasons
    ) throws -> [Reasons] {
        try read { access in
            let building = CandidateBuilding(access, rules)
            return try candidates.map { candidate in
                let first = try building.traits(ofContact: candidate.first), second = try building.traits(ofContact: candidate.second)
                return body(first, second) { building.isCrowded($0) }
            }
        }
    }

    /// Contacts that a row, which need not be there yet, may be the same person as; best first.
    package func candidates(like rows: ContactRows, _ rules: some ContactComparing) throws -> [(contact: String, score: Int, isVeryLikely: Bool)] {
        try refreshCandidates(rules)
        return try read { access in
            guard try Derived.exists(access.connection) else { return [] }
            return try CandidateBuilding(access, rules).candidates(like: rows)
        }
    }
}

/// The traits of a contact, as they are kept and taken apart: one object, so that each of its many pairs costs no copy of all its parts.
private final class KeptTraits<Compared> {
    let traits: [UInt8]
    let compared: Compared

    init(traits: [UInt8], compared: Compared) { (self.traits, self.compared) = (traits, compared) }
}

/// Makes and follows the traits, keys and candidates.
///
/// The candidates are all pairs that share a key which is not overfull and that the rules list. So when contacts change,
/// only pairs with one of them, or with a member of a key that has become overfull or has ceased to be, are looked at.
private final class CandidateBuilding<Rules: ContactComparing> {
    private let access: Access
    private let rules: Rules
    private let derived: Derived
    private var connection: Connection { access.connection }
    private var kept: [Int64: KeptTraits<Rules.Compared>] = [:]
    private var keptByteCount = 0
    private var crowded: [Int64: Bool] = [:]

    /// Traits kept in memory, and pairs gathered before they are compared.
    private static var keptByteLimit: Int { 32 << 20 }
    private static var pairLimit: Int { 1 << 20 }

    init(_ access: Access, _ rules: Rules) {
        self.access = access
        self.rules = rules
        derived = Derived(access: access, purpose: "candidates", version: rules.version)
    }

    /// - Parameter made: what `prepare` gave, on this connection.
    func refresh(_ made: (count: Int, marks: Derived.Marks)?) throws -> Int {
        // What a survey left whose writing failed would go before the file's own tables here.
        if made == nil { try drop() }
        try derived.create()
        var count = 0
        if let made {
            if try derived.isBasis(of: made.marks), try hasPrepared() {
                try take()
                try derived.keep(made.marks)
                // With edits that wait nothing can be followed: the next time all is made anew.
                guard made.marks.isStamped else { return made.count }
                count = made.count
            } else {
                try drop()
            }
        }
        switch try derived.changedContacts() {
        case .everything: count = try buildAll()
        case .some(let contacts, _): count += try follow(contacts)
        }
        try derived.keepMarks()
        return count
    }

    // MARK: Everything

    private static var tables: [String] { ["kith_trait", "kith_trait_key", "kith_candidate"] }

    /// Makes everything in temporary tables, which go before those of the file where they are named, if it is to be made anew.
    ///
    /// - Returns: how many contacts were read, and up to where; nil when what changed can be followed.
    func prepare() throws -> (count: Int, marks: Derived.Marks)? {
        guard case .everything = try derived.changedContacts() else { return nil }
        try drop()
        for sql in Derived.temporary(Self.tables) { try connection.execute(sql) }
        return (try buildAll(), try derived.currentMarks())
    }

    private func hasPrepared() throws -> Bool {
        try connection.number("select count(*) from temp.sqlite_master where name in ('kith_trait', 'kith_trait_key', 'kith_candidate')") == 3
    }

    /// What was made takes the place of what was there.
    private func take() throws {
        for table in Self.tables {
            try connection.execute("delete from main.\(table)")
            try connection.execute("insert into main.\(table) select * from temp.\(table) order by 1, 2")
        }
        try drop()
        // An index is made of the table that a name means: as long as they were there, of the temporary ones.
        try derived.create()
    }

    func drop() throws {
        for table in Self.tables { try connection.execute("drop table if exists temp.\(table)") }
        kept.removeAll()
        crowded.removeAll()
    }

    private func buildAll() throws -> Int {
        for table in Self.tables { try connection.execute("delete from \(table)") }
        guard var reading = try ContactReading(access) else { return 0 }
        try connection.execute("create temp table if not exists kith_key (key integer, n integer)")
        try connection.execute("delete from temp.kith_key")
        let trait = try connection.statement("insert into kith_trait (n, contact, traits) values (?, ?, ?)")
        let key = try connection.statement("insert into temp.kith_key (key, n) values (?, ?)")
        var n = 0
        while let (id, rows) = try reading.next() {
            n += 1
            let traits = rules.traits(of: rows)
            trait.bind(1, n)
            trait.bind(2, copying: id)
            trait.bind(3, copyingBlob: traits)
            try trait.run()
            for hash in rules.keys(of: traits) {
                key.bind(1, hash)
                key.bind(2, n)
                try key.run()
            }
        }
        // In their order they are appended.
        try connection.execute("insert into kith_trait_key (key, n) select key, n from temp.kith_key order by key, n")
        try connection.execute("delete from temp.kith_key")
        try compareAll()
        return n
    }

    /// One pass over the keys in their order: those of one value are a block.
    private func compareAll() throws {
        let overfull = try connection.statement("select key, count(*) from kith_trait_key group by key having count(*) > 1")
        while try overfull.step() {
            let key = overfull.integer(0)
            if Int(overfull.integer(1)) > rules.limit(ofKey: key) { crowded[key] = true }
        }
        overfull.reset()
        let select = try connection.prepare("select key, n from kith_trait_key order by key, n")
        defer { select.reset() }
        var pairs: [UInt64] = []
        var block: [Int64] = []
        var key: Int64?
        func close() throws {
            if let key, block.count > 1, crowded[key] == nil {
                for (offset, a) in block.enumerated() {
                    for b in block[(offset + 1)...] { pairs.append(UInt64(a) << 32 | UInt64(b)) }
                }
            }
            block.removeAll(keepingCapacity: true)
            if pairs.count >= Self.pairLimit { try compare(&pairs) }
        }
        let isCrowded = crowded
        knownCrowds = { isCrowded[$0] != nil }
        while try select.step() {
            if select.integer(0) != key {
                try close()
                key = select.integer(0)
            }
            block.append(select.integer(1))
        }
        try close()
        try compare(&pairs)
        knownCrowds = nil
    }

    private var knownCrowds: ((Int64) -> Bool)?

    private func compare(_ pairs: inout [UInt64]) throws {
        pairs.sort()
        var last: UInt64?
        for pair in pairs where pair != last {
            last = pair
            try compare(Int64(pair >> 32), Int64(pair & 0xFFFF_FFFF))
        }
        pairs.removeAll(keepingCapacity: true)
    }

    private func compare(_ a: Int64, _ b: Int64) throws {
        guard let first = try traits(a), let second = try traits(b),
            let found = rules.compare(first.compared, second.compared, isCrowded: knownCrowds ?? { [unowned self] in isCrowded($0) })
        else { return }
        let insert = try connection.statement(
            "insert or replace into kith_candidate (a, b, very_likely, score) values (?, ?, ?, ?)")
        insert.bind(1, min(a, b))
        insert.bind(2, max(a, b))
        insert.bind(3, found.isVeryLikely ? 1 : 0)
        insert.bind(4, found.score)
        try insert.run()
    }

    private func traits(_ n: Int64) throws -> KeptTraits<Rules.Compared>? {
        if let known = kept[n] { return known }
        let select = try connection.statement("select traits from kith_trait where n = ?")
        defer { select.reset() }
        select.bind(1, n)
        guard try select.step() else { return nil }
        let traits = Array(select.bytes(0))
        let both = KeptTraits(traits: traits, compared: rules.compared(traits))
        // Taken apart they take as much again, and some more.
        keptByteCount += traits.count + 256
        if keptByteCount > Self.keptByteLimit {
            kept.removeAll(keepingCapacity: true)
            keptByteCount = traits.count + 256
        }
        kept[n] = both
        return both
    }

    // MARK: What changed

    private struct Member {
        let n: Int64
        let keys: [Int64]
    }

    private func follow(_ contacts: Set<String>) throws -> Int {
        guard !contacts.isEmpty, var reading = try ContactReading(access, ids: contacts) else { return 0 }
        var gone = contacts
        var changed: [(id: String, traits: [UInt8]?)] = []
        while let (id, rows) = try reading.next() {
            gone.remove(id)
            changed.append((id, rules.traits(of: rows)))
        }
        changed += gone.map { ($0, nil) }

        // Which of them are other than they were, and which keys they have lost or got.
        var work: [(n: Int64, id: String, old: [UInt8]?, new: [UInt8]?)] = []
        var next = try connection.number("select coalesce(max(n), 0) + 1 from kith_trait") ?? 1
        let known = try connection.statement("select n, traits from kith_trait where contact = ?")
        for (id, traits) in changed {
            known.bind(1, copying: id)
            defer { known.reset() }
            if try known.step() {
                let old = Array(known.bytes(1))
                if old != traits { work.append((known.integer(0), id, old, traits)) }
            } else if let traits {
                work.append((next, id, nil, traits))
                next += 1
            }
        }
        var touchedKeys: Set<Int64> = []
        var losses: [(Int64, Int64)] = [], gains: [(Int64, Int64)] = []
        for each in work {
            let old = Set(each.old.map { rules.keys(of: $0) } ?? []), new = Set(each.new.map { rules.keys(of: $0) } ?? [])
            losses += old.subtracting(new).map { ($0, each.n) }
            gains += new.subtracting(old).map { ($0, each.n) }
            touchedKeys.formUnion(old.symmetricDifference(new))
        }
        let before = try Dictionary(uniqueKeysWithValues: touchedKeys.map { ($0, try count(of: $0)) })
        try apply(work, losses, gains)
        var dirty = Set(work.map(\.n))
        for key in touchedKeys where (before[key]! > rules.limit(ofKey: key)) != (try count(of: key) > rules.limit(ofKey: key)) {
            dirty.formUnion(try members(of: key))
        }
        try compareAgain(dirty)
        return changed.count
    }

    private func apply(
        _ work: [(n: Int64, id: String, old: [UInt8]?, new: [UInt8]?)], _ losses: [(Int64, Int64)], _ gains: [(Int64, Int64)]
    ) throws {
        let insert = try connection.statement("insert or replace into kith_trait (n, contact, traits) values (?, ?, ?)")
        let delete = try connection.statement("delete from kith_trait where n = ?")
        for each in work {
            if let traits = each.new {
                insert.bind(1, each.n)
                insert.bind(2, copying: each.id)
                insert.bind(3, copyingBlob: traits)
                try insert.run()
            } else {
                delete.bind(1, each.n)
                try delete.run()
            }
        }
        let lose = try connection.statement("delete from kith_trait_key where key = ? and n = ?")
        let gain = try connection.statement("insert or ignore into kith_trait_key (key, n) values (?, ?)")
        for (statement, pairs) in [(lose, losses), (gain, gains)] {
            for (key, n) in pairs {
                statement.bind(1, key)
                statement.bind(2, n)
                try statement.run()
            }
        }
    }

    private func compareAgain(_ dirty: Set<Int64>) throws {
        var pairs: [UInt64] = []
        for n in dirty.sorted() {
            for sql in ["delete from kith_candidate where a = ?", "delete from kith_candidate where b = ?"] {
                let delete = try connection.statement(sql)
                delete.bind(1, n)
                try delete.run()
            }
            guard let traits = try traits(n)?.traits else { continue }
            for key in rules.keys(of: traits) where !isCrowded(key) {
                for other in try members(of: key) where other != n {
                    pairs.append(UInt64(min(n, other)) << 32 | UInt64(max(n, other)))
                }
            }
        }
        try compare(&pairs)
    }

    /// Members, at most one more than the limit.
    private func count(of key: Int64) throws -> Int {
        let select = try connection.statement("select count(*) from (select 1 from kith_trait_key where key = ? limit ?)")
        defer { select.reset() }
        select.bind(1, key)
        select.bind(2, rules.limit(ofKey: key) + 1)
        return try select.step() ? Int(select.integer(0)) : 0
    }

    private func members(of key: Int64) throws -> [Int64] {
        let select = try connection.statement("select n from kith_trait_key where key = ? order by n")
        defer { select.reset() }
        select.bind(1, key)
        var found: [Int64] = []
        while try select.step() { found.append(select.integer(0)) }
        return found
    }

    /// Empty for a contact that has none.
    func traits(ofContact id: String) throws -> [UInt8] {
        let select = try connection.statement("select traits from kith_trait where contact = ?")
        defer { select.reset() }
        select.bind(1, copying: id)
        return try select.step() ? Array(select.bytes(0)) : []
    }

    func isCrowded(_ key: Int64) -> Bool {
        if let known = crowded[key] { return known }
        let found = (try? count(of: key)).map { $0 > rules.limit(ofKey: key) } ?? false
        crowded[key] = found
        return found
    }

    // MARK: One that need not be there

    func candidates(like rows: ContactRows) throws -> [(contact: String, score: Int, isVeryLikely: Bool)] {
        let traits = rules.traits(of: rows), compared = rules.compared(traits)
        var others: Set<Int64> = []
        for key in rules.keys(of: traits) where !isCrowded(key) { others.formUnion(try members(of: key)) }
        let contact = try connection.statement("select contact from kith_trait where n = ?")
        var found: [(contact: String, score: Int, isVeryLikely: Bool)] = []
        for n in others.sorted() {
            guard let other = try self.traits(n),
                let likeness = rules.compare(compared, other.compared, isCrowded: { [unowned self] in isCrowded($0) })
            else { continue }
            contact.bind(1, n)
            defer { contact.reset() }
            guard try contact.step() else { continue }
            found.append((contact.text(0), likeness.score, likeness.isVeryLikely))
        }
        return found.sorted {
            ($0.isVeryLikely ? 0 : 1, -$0.score, $0.contact) < ($1.isVeryLikely ? 0 : 1, -$1.score, $1.contact)
        }
    }
}
