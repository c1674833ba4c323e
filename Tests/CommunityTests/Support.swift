import CRDT
import Interchange
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// SplitMix64 (https://prng.di.unimi.it/splitmix64.c): the same numbers for the same seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Written apart from the product's reader.
func encoded(_ text: String, as encoding: TextEncoding, mark: Bool) -> [UInt8] {
    switch encoding {
    case .utf8: (mark ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
    case .utf16LittleEndian: ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case .utf16BigEndian: ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    default: text.unicodeScalars.map { $0 == "€" ? 0x80 : UInt8($0.value) }
    }
}

/// Stands for the engine's keyed hash: FNV-1a, twice. Each part ends with a byte that text does not have.
func testIdentity(_ parts: [String]) -> String {
    func hash(_ start: UInt64) -> UInt64 {
        parts.flatMap { Array($0.utf8) + [0xFF] }.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
    return Nonce(high: hash(0xCBF2_9CE4_8422_2325), low: hash(0x8422_2325_CBF2_9CE4)).description
}

struct ReadList {
    var map: ColumnMap
    var taken: [ImportRow] = []
    var rejected: [RejectedLine] = []

    /// Reads a list to its end.
    init(_ bytes: [UInt8], source: String = "list", rules: [String] = []) throws {
        var lines = try ContactImport(
            CSVReader(bytes: bytes), source: source, rules: rules.map { try ColumnMap.Rule(parsing: $0) },
            identify: testIdentity)
        map = lines.map
        while let line = try lines.next() {
            switch line {
            case .taken(let row): taken.append(row)
            case .rejected(let line): rejected.append(line)
            }
        }
    }

    init(_ text: String, source: String = "list", rules: [String] = []) throws {
        try self.init(Array(text.utf8), source: source, rules: rules)
    }

    var rows: [DraftRow] { taken.flatMap(\.rows) }
    func rows(_ table: String) -> [DraftRow] { rows.filter { $0.table == table } }
}

extension DraftRow {
    /// A text, or nothing.
    func text(_ name: String) -> String {
        guard case .text(let bytes) = self[name] else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A file of the project's Fixtures.
func fixture(_ path: String) throws -> [UInt8] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return Array(try Data(contentsOf: root.appending(path: "Fixtures").appending(path: path)))
}

/// The events of a calendar that comes in one piece, read as an import does: once to see what it is, and once for its rows.
func calendarEvents(_ bytes: [UInt8]) throws -> CalendarImport {
    func chunks() -> () -> [UInt8] {
        var isRead = false
        return {
            defer { isRead = true }
            return isRead ? [] : bytes
        }
    }
    let survey = try CalendarImport.survey(chunks: chunks())
    return try CalendarImport(source: "agenda", survey: survey, identify: testIdentity, chunks: chunks())
}
