/// How the siblings of a column resolve to what is shown. Siblings that are not shown are kept until a person or a later
/// edit settles them.
package enum MergeKind: Hashable, Sendable, Codable {
    /// Shows the greatest (time, writer); differing siblings are a conflict.
    case register
    /// As register; the interface refuses to edit it.
    case once
    /// Shows the smallest value; never a conflict.
    case earliest
    /// Shows the safest value: the first of `order` that a sibling holds; codes outside the order come last.
    /// A person hears of it as a notice.
    case rank(order: [String])
    /// The sum of increments, each named by its dot. Never a conflict.
    case counter
    /// Merges by words (`Text`). As long as nobody has edited a value that somebody else may have edited too it is as a register.
    case text

    /// Whether differing siblings wait for a person.
    package var hasConflicts: Bool {
        switch self {
        case .register, .once, .text: true
        case .earliest, .rank, .counter: false
        }
    }

    /// Whether a value adds to what was there, so that nothing covers it but erasing.
    package var accumulates: Bool { self == .counter }
}

/// One sibling with its value: the parts of a composite, or one part.
package struct Sibling: Sendable {
    package let dot: Dot
    package let timeMilliseconds: Int64
    package let writer: WriterID
    package let parts: [Value]

    package init(dot: Dot, timeMilliseconds: Int64, writer: WriterID, parts: [Value]) {
        self.dot = dot
        self.timeMilliseconds = timeMilliseconds
        self.writer = writer
        self.parts = parts
    }

    /// The order that picks the shown one of concurrent registers: (time, writer).
    package func isShownBefore(_ other: Sibling) -> Bool {
        (timeMilliseconds, writer, dot.sequence) > (other.timeMilliseconds, other.writer, other.dot.sequence)
    }
}

extension MergeKind {
    /// The index of the sibling to show; nil when there is none. Not for counters, which show a sum.
    ///
    /// A function of the set of siblings only, so every replica with the same changes shows the same.
    package func shown(of siblings: [Sibling]) -> Int? {
        func best(_ precedes: (Sibling, Sibling) -> Bool) -> Int? {
            siblings.indices.min { precedes(siblings[$0], siblings[$1]) }
        }
        switch self {
        case .register, .once, .text, .counter:
            return best { $0.isShownBefore($1) }
        case .earliest:
            return best { a, b in
                a.parts == b.parts ? a.isShownBefore(b) : a.parts.lexicographicallyPrecedes(b.parts)
            }
        case .rank(let order):
            let place = { (sibling: Sibling) -> Int in
                order.firstIndex { sibling.parts.first == .text($0) } ?? order.count
            }
            return best { a, b in
                place(a) == place(b) ? a.isShownBefore(b) : place(a) < place(b)
            }
        }
    }
}

/// What a counter shows: the sum of its increments modulo 2^64, as a 64-bit integer; NULL when there are none.
///
/// So the order does not matter, and whatever others have added, there is one increment that makes the counter show what a
/// person types: `counterIncrement`. A sum that stops at the ends has none beyond them: after four times 2^63 - 1 nobody's
/// typing would count.
package func counterTotal(_ increments: some Sequence<Int64>) -> Value {
    var total: Int64?
    for increment in increments { total = (total ?? 0) &+ increment }
    return total.map { .integer($0) } ?? .null
}

/// The increment that takes a counter from what it shows to what is typed.
package func counterIncrement(from shown: Int64, to typed: Int64) -> Int64 { typed &- shown }
