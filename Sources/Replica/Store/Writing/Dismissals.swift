import Community
import CRDT
import Wire

// Broken rules that people looked at and let be. A dismissal is an ordinary row of the table `dismissal`, so it travels; its id
// is the hash of the rule's facts, so it stops counting when one of them changes, and two who dismiss the same write one row.

extension BrokenRule {
    /// The id of the row that dismisses it (Docs/Community.md, "Rules that are listed").
    var dismissal: String {
        var out = ByteWriter()
        out.raw("kith dismissal 1".utf8)
        out.byte(0)
        out.text(kind.rawValue)
        out.text(column ?? "")
        let rows = [row] + others
        out.number(rows.count)
        for row in rows {
            out.text(row.table)
            out.number(row.key.count)
            for part in row.key { out.text(part) }
        }
        out.number(counts.count)
        for count in counts { out.signed(Int64(count)) }
        return Digest.name(out.bytes).description
    }
}

extension Access {
    /// The ids of all dismissals; a replica without the directory has none.
    func dismissals() throws -> Set<String> {
        guard BrokenRules.has(["dismissal"], self) else { return [] }
        return Set(try rows("select id from dismissal").compactMap { $0.text(0) })
    }
}

extension Store {
    /// Those that were dismissed and whose facts are as they were then, with the row that dismisses each: deleting it lists
    /// the rule again.
    package func dismissedRules() throws -> [(rule: BrokenRule, dismissal: RecordID)] {
        try followSuspects()
        return try read { access in
            let dismissed = try access.dismissals()
            guard !dismissed.isEmpty else { return [] }
            return try BrokenRules(access, limit: .max).all().filter { dismissed.contains($0.dismissal) }
                .map { ($0, RecordID(table: "dismissal", key: [$0.dismissal])) }
        }
    }

    /// Lets broken rules be, for everybody, until their facts change. Nothing else is written: what broke the rule stays.
    ///
    /// - Parameter record: the row that the rules are about; nil for all.
    /// - Returns: how many are no longer listed.
    /// - Throws: `unknownName` for a replica without the directory.
    package func dismissBrokenRules(_ record: RecordID?, goOn: PieceReport = { _, _, _ in true }) throws -> Int {
        try followSuspects()
        let rules = try read { access in
            let dismissed = try access.dismissals()
            let rules = try BrokenRules(access, limit: .max).all().filter { rule in
                !dismissed.contains(rule.dismissal) && (record == nil || (rule.row.table == record?.table && rule.row.key == record?.key))
            }
            if !rules.isEmpty { _ = try access.sharedTable("dismissal") }
            return rules
        }
        var count = 0
        for start in stride(from: 0, to: rules.count, by: Store.pieceRuleCount) {
            let end = min(start + Store.pieceRuleCount, rules.count)
            count += try write { access in
                // Somebody else may have dismissed some meanwhile.
                let dismissed = try access.dismissals()
                let piece = rules[start..<end].filter { !dismissed.contains($0.dismissal) }
                for rule in piece {
                    _ = try Store.add("dismissal", [("id", .text(rule.dismissal)), ("kind", .text(rule.kind.rawValue))], access)
                }
                return piece.count
            }
            guard goOn(count, end, rules.count) else { break }
        }
        return count
    }

    private static let pieceRuleCount = 10_000
}
