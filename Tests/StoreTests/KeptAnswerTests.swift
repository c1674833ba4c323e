import Community
import CRDT
import Foundation
import Store
import Testing

/// Contacts of one given name may be one person.
private struct NameRules: ContactComparing {
    var version = 1
    func traits(of rows: ContactRows) -> [UInt8] { Array((rows.contact["given_name"] ?? "").utf8) }
    func keys(of traits: [UInt8]) -> [Int64] { [traits.reduce(Int64(7)) { $0 &* 31 &+ Int64($1) }] }
    func limit(ofKey key: Int64) -> Int { 9 }
    func compared(_ traits: [UInt8]) -> [UInt8] { traits }
    func compare(_ a: [UInt8], _ b: [UInt8], isCrowded: @escaping (Int64) -> Bool) -> (score: Int, isVeryLikely: Bool)? { a == b ? (1, true) : nil }
}

/// What is told again for as long as the file is as it was is told anew as soon as it is not, whoever wrote.
struct KeptAnswerTests {
    enum Writer: String, CaseIterable { case thisConnection, anotherConnection, anotherProgram }

    private static let today = "2026-06-01"

    private static func ask(_ question: String, _ store: Store) throws -> String {
        switch question {
        case "persons": "\(try store.identities().persons.sorted())"
        case "decided": "\(try store.decidedPairs().map { $0.joined(separator: "=") }.sorted())"
        case "unreached": "\(try store.unreached(since: today, limit: 9).contacts.map(\.id.text))"
        case "requests": "\(try store.openRequests(today: today, candidateCount: 3).map { "\($0.request.id) \($0.candidates.map(\.offer.id)) \($0.proposed)" })"
        case "at risk": "\(try store.initiativesAtRisk(today: today).map { "\($0.id) \($0.reasons)" })"
        case "broken": "\(try store.brokenRules().map { "\($0.kind) \($0.row)" })"
        case "conflicts": "\(try store.conflicts().map { "\($0.record.text) \($0.column) \($0.siblings.count)" })"
        case "conflict count": "\(try store.conflictCount())"
        case "notices": "\(try store.notices().map { "\($0.kind) \($0.record.text)" })"
        case "unsent": "\(try store.status().unsentChanges)"
        case "pairs": "\(try store.candidates(NameRules()).map { "\($0.first) \($0.second)" })"
        default: throw Client.Failure(message: question)
        }
    }

    private static let questions = [
        "persons", "decided", "unreached", "requests", "at risk", "broken", "conflicts", "conflict count", "notices", "unsent", "pairs",
    ]

    private static func told(_ store: Store) throws -> [String: String] {
        try Dictionary(uniqueKeysWithValues: questions.map { ($0, try ask($0, store)) })
    }

    private let zuid: Neighbourhood
    private let store: Store
    private let beside: Store
    private let jan: Store

    init() throws {
        zuid = try Neighbourhood()
        store = try zuid.store("fatima", schema: .community)
        jan = try zuid.store("jan", schema: .community)
        for sql in [
            "insert into contact (id, given_name, created_at) values ('a', 'Amina', '2026-01-01'), ('b', 'Bram', '2026-01-02'), ('c', 'Cor', '2026-01-03'), ('d', 'Dirk', '2026-01-04')",
            "insert into gathering (id, max_participants) values ('g', 1)",
            "insert into attendance (gathering, contact, created_at) values ('g', 'a', '2026-01-01T00:00:00.000Z')",
        ] { try store.executeAsClient(sql) }
        try store.stamp(acceptingMassChange: true)
        try store.meet(jan)
        beside = try store.beside()
    }

    /// The questions are asked twice, something is written, and the first of them is the first that is asked then.
    private func expect(_ changed: [String], after what: String, _ write: () throws -> Void) throws {
        let before = try Self.told(store)
        #expect(try Self.told(store) == before)
        for _ in 0..<2 { #expect(try Self.ask(changed[0], store) == before[changed[0]]) }
        try write()
        let first = try Self.ask(changed[0], store)
        #expect(first != before[changed[0]], "\(changed[0]) after \(what)")
        let after = try Self.told(store)
        for question in changed { #expect(after[question] != before[question], "\(question) after \(what)") }
        // A connection that was never asked before keeps nothing.
        let fresh = try store.beside()
        defer { try? fresh.close() }
        #expect(try Self.told(fresh) == after && first == after[changed[0]], "\(what)")
    }

    @Test(arguments: Writer.allCases) func endWithEveryEdit(_ writer: Writer) throws {
        for (changed, sql) in [
            (["persons", "decided", "unreached"], "insert into identity_link (contact, other, verdict) values ('a', 'b', 'same')"),
            (["decided"], "insert into identity_link (contact, other, verdict) values ('a', 'c', 'different')"),
            (["unreached"], "update contact set active = 0 where id = 'c'"),
            (["requests"], "insert into help_item (id, direction, contact, category, status, created_at) values ('r', 'request', 'a', 'meals', 'open', '2026-05-01')"),
            (["at risk"], "insert into initiative (id, name, status) values ('i', 'Kookclub', 'active')"),
            (["broken"], "insert into attendance (gathering, contact, created_at) values ('g', 'd', '2026-01-02T00:00:00.000Z')"),
            (["pairs"], "update contact set given_name = 'Amina' where id = 'd'"),
            (["unreached"], "delete from identity_link where other = 'b'"),
        ] {
            try expect(changed, after: "\(writer): \(sql)") {
                switch writer {
                case .thisConnection: try store.executeAsClient(sql)
                case .anotherConnection: try beside.executeAsClient(sql)
                case .anotherProgram: try Client(zuid.path("fatima")).run(sql)
                }
                // These two follow what is stamped.
                if ["broken", "pairs"].contains(changed[0]) { try (writer == .thisConnection ? store : beside).stamp(acceptingMassChange: true) }
            }
        }
    }

    @Test(arguments: [Writer.thisConnection, .anotherConnection]) func endWithEveryStampAndMerge(_ writer: Writer) throws {
        let one = writer == .thisConnection ? store : beside
        try store.executeAsClient("update contact set nickname = 'x' where id = 'a'")
        try store.executeAsClient("update contact set nickname = 'y' where id = 'b'")
        try expect(["unsent"], after: "\(writer): a stamp") { try one.stamp() }
        try jan.executeAsClient("update contact set nickname = 'z' where id = 'a'")
        try jan.executeAsClient("delete from contact where id = 'b'")
        try jan.stamp(acceptingMassChange: true)
        try expect(["conflicts", "conflict count", "notices"], after: "\(writer): a merge") { try one.pull(from: jan) }
    }

    @Test("SQLite's own lock on the file stays while a second connection comes and goes") func locksStay() throws {
        let file = open(zuid.path("fatima"), O_RDWR)
        // Closing it would itself end the locks: it goes when everything has gone.
        defer { close(file) }
        func isLocked() -> Bool {
            // The bytes that every connection in WAL mode holds shared (https://sqlite.org/src/file/src/os_unix.c, SHARED_FIRST); F_OFD_GETLK
            // tells of the process's own locks too.
            var lock = flock()
            (lock.l_type, lock.l_whence, lock.l_start, lock.l_len) = (Int16(F_WRLCK), Int16(SEEK_SET), 0x4000_0002, 510)
            let code = withUnsafeMutablePointer(to: &lock) { fcntl(file, 36, UnsafeMutableRawPointer($0)) }
            return code == 0 && lock.l_type != Int16(F_UNLCK)
        }
        _ = try store.identities()
        #expect(isLocked())
        try beside.close()
        for _ in 0..<3 {
            let again = try store.beside()
            _ = try again.identities()
            #expect(isLocked())
            try again.close()
            #expect(isLocked())
        }
    }
}
