import Community
import CRDT
import Interchange
import Store

/// Two contacts that may be one person, with the reasons.
package struct PossibleDuplicate: Sendable {
    package struct Side: Sendable {
        package let id: RecordID
        package let name: String
        package let details: [String]
        /// The list it was imported from and its id there, if it was.
        package let source: String?
        package let sourceUID: String?
    }

    package let first: Side
    package let second: Side
    package let likeness: Likeness
}

extension Replica {
    /// The pairs that may be one person and on which nobody has decided, the most likely first. Of contacts that are already
    /// said to be one person, one pair stands for all.
    ///
    /// - Parameter level: only these; nil for all.
    package func duplicates(level: Likeness.Level? = nil, limit: Int? = nil) throws -> [PossibleDuplicate] {
        try described(openPairs(level: level, limit: limit))
    }

    /// The same without names and reasons: see `described`.
    package func openDuplicates(limit: Int) throws -> [CandidatePair] { try openPairs(level: nil, limit: limit) }

    /// How many there are, without their names and reasons.
    package func duplicateCount(level: Likeness.Level? = nil) throws -> Int { try openPairs(level: level, limit: nil).count }

    private func openPairs(level: Likeness.Level?, limit: Int?) throws -> [CandidatePair] {
        guard store.schema["contact"] != nil else { return [] }
        try stampUnasked()
        let identities = try store.identities()
        let decided = try store.decidedPairs()
        var seen: Set<[String]> = []
        var open: [CandidatePair] = []
        for candidate in try store.candidates(LikenessRules()) where level != .veryLikely || candidate.isVeryLikely {
            if let level, (level == .veryLikely) != candidate.isVeryLikely { continue }
            if let limit, open.count >= limit { break }
            guard !decided.contains([candidate.first, candidate.second]) else { continue }
            let folded = [identities.person(of: candidate.first), identities.person(of: candidate.second)]
                .sorted { $0.precedes($1) }
            guard folded[0] != folded[1], seen.insert(folded).inserted else { continue }
            open.append(candidate)
        }
        return open
    }

    /// Pairs with names, details and reasons.
    package func described(_ candidates: [CandidatePair]) throws -> [PossibleDuplicate] {
        let likenesses = try store.explain(candidates, LikenessRules()) { first, second, isCrowded in
            Likeness(ContactTraits(bytes: first), ContactTraits(bytes: second)) { isCrowded($0.hash) }
        }
        let sides = try sides(of: candidates.reduce(into: Set()) { $0.formUnion([$1.first, $1.second]) })
        return zip(candidates, likenesses).compactMap { candidate, likeness in
            guard let likeness, let first = sides[candidate.first], let second = sides[candidate.second] else { return nil }
            return PossibleDuplicate(first: first, second: second, likeness: likeness)
        }
    }

    private func sides(of ids: Set<String>) throws -> [String: PossibleDuplicate.Side] {
        let details = try store.contactDetails(of: ids)
        var sides: [String: PossibleDuplicate.Side] = [:]
        for row in try store.rows(ids.map { RecordID(table: "contact", key: [$0]) }) {
            func text(_ column: String) -> String? {
                guard case .text(let bytes) = row.values.first(where: { $0.name == column })?.value else { return nil }
                return String(decoding: bytes, as: UTF8.self)
            }
            sides[row.id.key[0]] = PossibleDuplicate.Side(
                id: row.id, name: displayName(of: row), details: details[row.id.key[0]] ?? [], source: text("source"),
                sourceUID: text("source_uid"))
        }
        return sides
    }

    /// Contacts that a new one with these values may be the same person as; best first.
    package func duplicates(of values: [(name: String, value: Value)], limit: Int = 5) throws -> [(contact: PossibleDuplicate.Side, score: Int, level: Likeness.Level)] {
        var rows = ContactRows()
        for (name, value) in values {
            if case .text(let bytes) = value { rows.contact[name] = String(decoding: bytes, as: UTF8.self) }
        }
        return try duplicates(of: rows, limit: limit)
    }

    /// The same of a contact with its numbers and addresses.
    package func duplicates(of rows: ContactRows, limit: Int = 5) throws -> [(contact: PossibleDuplicate.Side, score: Int, level: Likeness.Level)] {
        try stampUnasked()
        let found = try likely(rows).prefix(limit)
        let sides = try sides(of: Set(found.map(\.contact)))
        return found.compactMap { match in
            sides[match.contact].map { ($0, match.score, match.isVeryLikely ? .veryLikely : .possible) }
        }
    }

    /// Whether people were compared with one another, but for a few; on a long list that takes a while, and whoever adds one person does not
    /// wait for it.
    package func isCompared() throws -> Bool { try store.isCompared(LikenessRules()) }

    private func likely(_ rows: ContactRows) throws -> [(contact: String, score: Int, isVeryLikely: Bool)] {
        if try store.isReadOnly || isCompared() { return try store.candidates(like: rows, LikenessRules()) }
        return try store.candidates(like: rows, among: alike(rows), LikenessRules())
    }

    /// So many of one family name are compared with somebody who is added.
    private static let comparedCount = 1_000

    /// Who has a word in common with somebody by which people are told apart: a name, a number, an address.
    private func alike(_ rows: ContactRows) throws -> Set<String> {
        func text(_ columns: String...) -> String { columns.compactMap { rows.contact[$0] }.joined(separator: " ") }
        let names = [text("given_name", "family_name"), text("nickname", "family_name"), text("organisation"), text("family_name", "infix"), text("given_name")]
        let addresses = rows.addresses.map { address in ["street", "number", "postal_code"].compactMap { address[$0] }.joined(separator: " ") }
        var found: Set<String> = []
        for words in (names + rows.points.map(\.value) + addresses).map(SearchWords.typed) where !words.isEmpty {
            found.formUnion(try store.find(words, in: "contact", limit: Replica.comparedCount, SearchRules()).map { $0.key[0] })
        }
        return found
    }

    /// Keeps a person's verdict on two contacts; it travels, and can be undone.
    ///
    /// - Throws: `notFound`, also when both are one.
    @discardableResult
    package func link(
        _ a: RecordID, _ b: RecordID, _ verdict: IdentityVerdict, reason: String? = nil
    ) throws -> RecordID {
        let pair = b.key[0].precedes(a.key[0]) ? [b.key[0], a.key[0]] : [a.key[0], b.key[0]]
        guard pair[0] != pair[1], a.table == "contact", b.table == "contact" else { throw StoreError(.notFound, "contact") }
        let record = RecordID(table: "identity_link", key: pair)
        let values: [(name: String, value: Value)] = [
            ("verdict", .text(verdict.rawValue)), ("decided_by", .text(identity.label)),
            ("reason", reason.map { .text($0) } ?? .null),
        ]
        try edit { store in
            do {
                try store.edit(record, values)
            } catch let error as StoreError where error.code == .notFound {
                _ = try store.add("identity_link", [("contact", .text(pair[0])), ("other", .text(pair[1]))] + values)
            }
        }
        return record
    }
}
