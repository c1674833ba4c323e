/// One SQLite value, kept to the byte. Text is bytes because SQLite's text may hold NUL and invalid UTF-8, and
/// whatever a person's program stored must come back unchanged on every replica.
///
/// Source: https://sqlite.org/datatype3.html (storage classes). SQLite stores NaN as NULL.
package enum Value: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text([UInt8])
    case blob([UInt8])

    package static func text(_ string: some StringProtocol) -> Value { .text(Array(string.utf8)) }

    /// What SQLite's `CAST(value AS INTEGER)` gives for the numbers a counter may hold; text and blobs count as 0.
    package var countedAsInteger: Int64 {
        switch self {
        case .integer(let number): number
        case .real(let number): Int64(exactly: number.rounded(.towardZero)) ?? (number > 0 ? .max : number < 0 ? .min : 0)
        case .null, .text, .blob: 0
        }
    }

    /// The bit patterns of reals are compared, so that -0.0 and 0.0 stay apart as their bytes do.
    package static func == (a: Value, b: Value) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.integer(let a), .integer(let b)): a == b
        case (.real(let a), .real(let b)): a.bitPattern == b.bitPattern
        case (.text(let a), .text(let b)), (.blob(let a), .blob(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .integer(let number): hasher.combine(number)
        case .real(let number): hasher.combine(number.bitPattern)
        case .text(let bytes), .blob(let bytes): hasher.combine(bytes)
        }
    }
}

extension Value: Comparable {
    /// SQLite's order with NULL last, so that a missing `created_at` never beats a real one:
    /// numbers, then text and then blobs by their bytes (https://sqlite.org/datatype3.html#sort_order).
    package static func < (a: Value, b: Value) -> Bool {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a < b
        case (.real(let a), .real(let b)): a < b || (a == b && a.bitPattern < b.bitPattern)
        case (.integer(let a), .real(let b)): Double(a) < b || Double(a) == b
        case (.real(let a), .integer(let b)): a < Double(b)
        case (.text(let a), .text(let b)), (.blob(let a), .blob(let b)): a.lexicographicallyPrecedes(b)
        default: a.storageClassRank < b.storageClassRank
        }
    }

    private var storageClassRank: Int {
        switch self {
        case .integer, .real: 0
        case .text: 1
        case .blob: 2
        case .null: 3
        }
    }
}
