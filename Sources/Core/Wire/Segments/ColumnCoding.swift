import CRDT

/// A column as a segment names it: all that a version which does not know it needs to keep it, cover it, forward it and, after
/// an upgrade, show it; and all by which a version that merges it otherwise notices.
package struct WireColumn: Hashable, Sendable {
    package let name: String
    /// The SQL columns: one, or the parts of a composite.
    package let parts: [String]
    package let kind: MergeKind

    package init(name: String, parts: [String], kind: MergeKind = .register) {
        self.name = name
        self.parts = parts
        self.kind = kind
    }

    /// How the column is covered: false, a later change replaces it; true, values add up.
    package var accumulates: Bool { kind.accumulates }
}

extension MergeKind {
    /// The number that a kind has in segments and in a replica's own tables; 6 and 7 are for later versions.
    package var number: Int {
        switch self {
        case .register: 0
        case .once: 1
        case .earliest: 2
        case .rank: 3
        case .counter: 4
        case .text: 5
        }
    }

    /// The values of a rank, safest first; of any other kind none.
    package var order: [String] {
        if case .rank(let order) = self { order } else { [] }
    }

    /// - Returns: nil for a number that this version does not have.
    package init?(number: Int, order: [String]) {
        switch number {
        case 0: self = .register
        case 1: self = .once
        case 2: self = .earliest
        case 3: self = .rank(order: order)
        case 4: self = .counter
        case 5: self = .text
        default: return nil
        }
    }
}

extension ByteWriter {
    /// Name, parts × 8 + kind, the parts (one that is named as the column is empty), and the order of a rank.
    mutating func column(_ column: WireColumn) {
        text(column.name)
        number(column.parts.count << 3 | column.kind.number)
        if column.parts == [column.name] { text("") } else {
            for part in column.parts { text(part) }
        }
        guard case .rank(let order) = column.kind else { return }
        number(order.count)
        for value in order { text(value) }
    }
}

extension ByteReader {
    /// - Throws: `newerFormat` for a kind that this version does not have.
    mutating func column() throws -> WireColumn {
        let name = try shownName()
        let shape = try number(limit: Limits.partCount << 3 | 7)
        guard shape >> 3 > 0 else { throw failure(.malformed) }
        let first = try shownName(allowingEmpty: true)
        // One part with the column's name is the empty text, and nothing else is.
        guard first.isEmpty ? shape >> 3 == 1 : shape >> 3 > 1 || first != name else { throw failure(.malformed) }
        var parts = [first.isEmpty ? name : first]
        for _ in 1..<(shape >> 3) { parts.append(try shownName()) }
        guard Set(parts).count == parts.count else { throw failure(.malformed) }
        var order: [String] = []
        if shape & 7 == 3 {
            for _ in 0..<(try count(limit: Limits.rankValueCount, bytesEach: 2)) { order.append(try shownName()) }
            guard !order.isEmpty, Set(order).count == order.count else { throw failure(.malformed) }
        }
        guard let kind = MergeKind(number: shape & 7, order: order) else { throw failure(.newerFormat) }
        // An increment is one integer.
        guard !kind.accumulates || parts.count == 1 else { throw failure(.malformed) }
        return WireColumn(name: name, parts: parts, kind: kind)
    }

    /// A name without control characters: SQLite's ends at NUL, and a replica keeps the parts of a column a line each.
    mutating func shownName(allowingEmpty: Bool = false) throws -> String {
        let name = try text(limit: Limits.nameByteCount)
        guard allowingEmpty || !name.isEmpty, name.utf8.allSatisfy({ $0 >= 0x20 }) else { throw failure(.malformed) }
        return name
    }
}
