import Schema

/// A rule that no single edit broke and that edits made apart have: it holds nowhere in the tables, because then one of the
/// edits would be lost. Both are kept, and the break is listed until somebody puts it right.
///
/// The list is a pure function of the tables: replicas that hold the same list the same, in the same order, and today's
/// date plays no part.
package struct BrokenRule: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// More people signed up for a planned gathering than its `max_participants`: one for each too many, who signed up last.
        case overbooked
        /// A request has a match that is accepted, and another that is accepted or done: one for each but the first.
        case matchedTwice = "matched-twice"
        /// An item is lent while it is not back from an earlier loan: one for each loan but the last.
        case lentTwice = "lent-twice"
        /// A moment was logged with a contact after the contact withdrew consent to keep in touch.
        case loggedAfterWithdrawal = "logged-after-withdrawal"
        /// An initiative that goes on, or a planned gathering, is at a place that is no longer there or was deleted.
        case placeRemoved = "place-removed"
        /// An initiative, area or term is its own ancestor.
        case parentLoop = "parent-loop"
        /// "Same" verdicts join two contacts that another verdict calls different.
        case contradictoryIdentity = "contradictory-identity"
        /// A row names a row that is not there.
        case danglingReference = "dangling-reference"
        /// A value that its column cannot mean: a code of no list, a day that the calendar has not. Commands refuse it; plain SQL or
        /// another program wrote it.
        case wrongValue = "wrong-value"
    }

    /// Names a row; the key's parts as in the table.
    package struct Row: Hashable, Sendable, Comparable {
        package let table: String
        package let key: [String]

        package init(_ table: String, _ key: String...) {
            self.table = table
            self.key = key
        }

        package init(_ table: String, key: [String]) {
            self.table = table
            self.key = key
        }

        package static func < (a: Row, b: Row) -> Bool {
            a.table == b.table ? a.key.lexicographicallyPrecedes(b.key) : a.table < b.table
        }
    }

    /// One command that puts it right.
    package enum Fix: Hashable, Sendable {
        case edit(Row, column: String, value: String)
        /// Somebody must say what belongs there.
        case fill(Row, column: String)
        case delete(Row)
        case undelete(Row)
        case decline(match: String)
    }

    package let kind: Kind
    /// What the first fix is about, or the row that names what is gone.
    package let row: Row
    /// The column at issue, where there is one.
    package let column: String?
    /// The other rows that take part, in the order that the kind says.
    package let others: [Row]
    /// How many there are and, for `overbooked`, how many there may be.
    package let counts: [Int]
    /// Any of them puts it right; the first is the one to try when nobody knows better.
    package let fixes: [Fix]

    package init(_ kind: Kind, _ row: Row, column: String? = nil, others: [Row] = [], counts: [Int] = [], fixes: [Fix]) {
        self.kind = kind
        self.row = row
        self.column = column
        self.others = others
        self.counts = counts
        self.fixes = fixes
    }
}

extension Schema {
    /// Columns that are for people to follow from row to row: they must not come back to where they began.
    package static let parentColumns: [(table: String, column: String)] = [
        ("initiative", "parent"), ("area", "parent"), ("term", "parent"),
    ]
}
