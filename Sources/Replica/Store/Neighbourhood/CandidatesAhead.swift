import Community
import CRDT
import SQLite

// Before people were compared with one another: somebody who is added does not wait for that.
extension Store {
    /// Contacts that are compared with one another in a moment.
    private static let quicklyCompared = 1_000

    /// Whether the candidates follow in no time what changed since they were made; or there are so few contacts that they are made in no time.
    package func isCompared(_ rules: some ContactComparing) throws -> Bool {
        try read { access in
            if try Derived(access: access, purpose: "candidates", version: rules.version).isNear() { return true }
            guard access.catalog["contact"]?.isShown == true else { return true }
            return try access.connection.number("select count(*) from (select 1 from contact limit \(Store.quicklyCompared + 1))") ?? 0 <= Int64(Store.quicklyCompared)
        }
    }

    /// Of some contacts those that a row, which need not be there yet, may be the same person as; best first. Nothing is kept of it.
    package func candidates(like rows: ContactRows, among contacts: Set<String>, _ rules: some ContactComparing) throws -> [(contact: String, score: Int, isVeryLikely: Bool)] {
        let compared = rules.compared(rules.traits(of: rows))
        return try survey { access in
            guard !contacts.isEmpty, var reading = try ContactReading(access, ids: contacts) else { return [] }
            var found: [(contact: String, score: Int, isVeryLikely: Bool)] = []
            while let (id, other) = try reading.next() {
                guard let likeness = rules.compare(compared, rules.compared(rules.traits(of: other)), isCrowded: { _ in false }) else { continue }
                found.append((id, likeness.score, likeness.isVeryLikely))
            }
            return found.sorted { ($0.isVeryLikely ? 0 : 1, -$0.score, $0.contact) < ($1.isVeryLikely ? 0 : 1, -$1.score, $1.contact) }
        }
    }
}
