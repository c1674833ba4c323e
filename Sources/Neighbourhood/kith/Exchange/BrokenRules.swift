import Community
import Engine
import Schema
import Store
import Words

// How broken rules look to people and to scripts.

/// A rule with the commands that put it right, ready to paste.
struct BrokenRuleText {
    let ids: ShortIDs
    private let replica: Replica
    /// What the rows that take part are called.
    private let titles: [BrokenRule.Row: String]

    init(_ rules: [BrokenRule], _ replica: Replica, _ ids: ShortIDs) throws {
        self.ids = ids
        self.replica = replica
        var titles: [BrokenRule.Row: String] = [:]
        for row in Set(rules.flatMap { [$0.row] + $0.others }) { titles[row] = try replica.title(of: RecordID(row), App.language) }
        self.titles = titles
    }

    func lines(_ rule: BrokenRule) -> [String] {
        var lines = [sentence(rule)]
        for (index, fix) in rule.fixes.enumerated() {
            if case .fill(let row, let column) = fix, guess(row, column) == nil {
                lines.append("  " + App.language.say(EntrySentence.fillLine, command(fix, whole: false), App.language.say(EntrySentence.fillName)))
            } else {
                lines.append("  " + App.language.say(index == 0 ? .fixLine : .fixOther, command(fix, whole: false)))
            }
        }
        lines.append("  " + App.language.say(DismissalSentence.dismissLine, "kith dismiss \(shellQuoted(ids.text(RecordID(rule.row))))"))
        return lines
    }

    /// One that somebody dismissed.
    func lines(_ rule: BrokenRule, dismissedBy dismissal: RecordID) -> [String] {
        [sentence(rule), "  " + App.language.say(DismissalSentence.listAgainLine, "kith delete \(ids.text(dismissal))")]
    }

    private func sentence(_ rule: BrokenRule) -> String {
        let language = App.language
        let others = rule.others
        func other(_ index: Int) -> String { others.indices.contains(index) ? name(others[index]) : "?" }
        func count(_ index: Int) -> String { rule.counts.indices.contains(index) ? language.number(rule.counts[index]) : "?" }
        switch rule.kind {
        case .overbooked:
            return language.say(.overbooked, other(0), count(0), count(1), name(rule.row))
        case .matchedTwice: return language.say(.matchedTwice, other(0), count(0), name(rule.row))
        case .lentTwice: return language.say(.lentTwice, other(0), count(0), name(rule.row), other(1))
        case .loggedAfterWithdrawal: return language.say(.loggedAfterWithdrawal, other(1), other(0))
        case .placeRemoved: return language.say(.placeRemoved, name(rule.row), other(0))
        case .parentLoop:
            let by = others.isEmpty ? name(rule.row) : others.map(name).joined(separator: ", ")
            return language.say(.parentLoop, name(rule.row), by, column(rule))
        case .contradictoryIdentity:
            return language.say(.contradictoryIdentity, name(rule.row), others.map(name).joined(separator: ", "))
        case .wrongValue: return language.say(EntrySentence.wrongValue, name(rule.row), column(rule), value(rule.row, rule.column))
        case .danglingReference:
            let gone = others.isEmpty ? value(rule.row, rule.column) : other(0)
            let blanks = [name(rule.row), column(rule), gone, language.number(max(0, rule.counts.first ?? 1) - 1)]
            return rule.counts.first ?? 1 > 1
                ? language.say(.danglingReferences, blanks[0], blanks[1], blanks[2], blanks[3])
                : language.say(.danglingReference, blanks[0], blanks[1], blanks[2])
        }
    }

    private func column(_ rule: BrokenRule) -> String { rule.column.map { App.language.column($0, in: rule.row.table) } ?? "" }

    /// "Fatima el Amrani (contact 3f2a91)"; of a pair of contacts both names.
    private func name(_ row: BrokenRule.Row) -> String {
        let id = "\(App.language.kind(of: row.table)) \(plain(ids.text(RecordID(row))))"
        return titles[row].flatMap { $0.isEmpty ? nil : "\(plain($0)) (\(id))" } ?? id
    }

    /// What stands in a column of a row.
    private func value(_ row: BrokenRule.Row, _ column: String?) -> String {
        guard let column, let found = try? replica.store.rows([RecordID(row)]).first else { return "?" }
        return (try? kith.text(found[column], of: column, in: Schema.community[row.table], replica)) ?? kith.text(found[column])
    }

    /// The row that a wrong reference names in words: "zoe" of the one contact called so.
    private func guess(_ row: BrokenRule.Row, _ column: String) -> RecordID? {
        guard case .reference(let tables, _)? = Schema.community[row.table]?.form(ofPart: column),
            let typed = try? replica.store.rows([RecordID(row)]).first?.text(column), let found = try? replica.record(named: typed, in: tables), found != RecordID(row)
        else { return nil }
        return found
    }

    /// - Parameter whole: with whole ids, for scripts.
    func command(_ fix: BrokenRule.Fix, whole: Bool) -> String {
        func id(_ row: BrokenRule.Row) -> String {
            let record = RecordID(row)
            return shellQuoted(whole ? record.text : ids.text(record))
        }
        switch fix {
        case .edit(let row, let column, let value): return "kith edit \(id(row)) \(shellQuoted("\(column)=\(value)"))"
        case .fill(let row, let column):
            let named = guess(row, column).map { whole ? $0.text : ids.text($0) } ?? App.language.say(EntrySentence.fillName)
            return "kith edit \(id(row)) \(shellQuoted("\(column)=\(named)"))"
        case .delete(let row): return "kith delete \(id(row))"
        case .undelete(let row): return "kith undelete \(id(row))"
        case .decline(let match): return "kith match decline \(id(.init("match", match)))"
        }
    }

    func json(_ rule: BrokenRule) -> [(String, JSON)] {
        let fixes = rule.fixes.map { JSON.string(command($0, whole: true)) }
        return kith.json(RecordID(rule.row)) + [
            ("column", rule.column.map { .string($0) } ?? .null), ("kind", .string(rule.kind.rawValue)), ("values", .array([])),
            ("others", .array(rule.others.map { .object(kith.json(RecordID($0))) })),
            ("counts", .array(rule.counts.map { .number($0) })), ("fix", fixes.first ?? .null), ("fixes", .array(fixes)),
        ]
    }
}

extension RecordID {
    init(_ row: BrokenRule.Row) { self.init(table: row.table, key: row.key) }
}

/// A word that a shell takes as it stands, in quotes when it has to be.
func shellQuoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "-_.:=/@+".utf8.contains(byte)
    }
    return isPlain && !word.hasPrefix("-") ? word : "'" + word.replacing("'", with: "'\\''") + "'"
}
