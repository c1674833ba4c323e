import ArgumentParser
import Community
import CRDT
import Foundation
import Interchange
import Trust
import Wire

/// How well possible duplicates are told on a labelled list: of the pairs that are one person, how many are found (recall),
/// and of those found, how many are one person (precision).
///
///     kith-bench duplicates febrl3.csv
///
/// A line's label is the number in its id: `rec-122-org` and `rec-122-dup-0` are one person, as the FEBRL lists have it
/// (P. Christen, "Febrl: a freely available record linkage system", 2008). Read as `kith import` reads it: of a birth date
/// and a number only the marks are kept, unless they are mapped.
struct Duplicates: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Recall and precision of possible duplicates on labelled lists.",
        discussion: "Example: kith-bench duplicates febrl3.csv --map soc_sec_id=note")

    @Argument(help: "Labelled lists (CSV).") var files: [String]
    @Option(name: .customLong("map"), help: "As kith import --map.") var rules: [String] = []
    @Flag(help: "Also show pairs that are told wrongly.") var wrong = false

    func run() throws {
        for file in files { try measure(file) }
    }

    private struct Labelled {
        let label: String
        let traits: ContactTraits
        let line: String
    }

    private func measure(_ file: String) throws {
        let (people, rejectedCount) = try read(file)
        let clock = ContinuousClock()
        let start = clock.now
        var blocks: [Int64: [Int]] = [:]
        for (index, person) in people.enumerated() {
            for key in LikenessKey.all(of: person.traits) { blocks[key, default: []].append(index) }
        }
        var pairs: Set<Pair> = []
        var crowded: Set<Int64> = []
        for (key, members) in blocks {
            guard members.count <= LikenessKey.limit(ofHash: key) else {
                crowded.insert(key)
                continue
            }
            for (offset, first) in members.enumerated() {
                for second in members[(offset + 1)...] { pairs.insert(Pair(first: first, second: second)) }
            }
        }
        var sizes: [String: Int] = [:]
        for person in people { sizes[person.label, default: 0] += 1 }
        let truth = sizes.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
        let covered = pairs.count { people[$0.first].label == people[$0.second].label }
        var found: [Likeness.Level: (right: Int, wrong: Int)] = [:]
        for pair in pairs {
            let first = people[pair.first], second = people[pair.second]
            let isOne = first.label == second.label
            let likeness = Likeness(first.traits, second.traits) { crowded.contains($0.hash) }
            if let likeness {
                if isOne { found[likeness.level, default: (0, 0)].right += 1 } else { found[likeness.level, default: (0, 0)].wrong += 1 }
            }
            if wrong, isOne != (likeness?.level == .veryLikely) {
                print("\(isOne ? "missed" : "joined") \(likeness.map { "\($0.score) \($0.level)" } ?? "-")\n  \(first.line)\n  \(second.line)")
            }
        }
        let seconds = start.duration(to: clock.now) / .seconds(1)
        let very = found[.veryLikely] ?? (0, 0), possible = found[.possible] ?? (0, 0)
        print("\(file): \(people.count) contacts (\(rejectedCount) lines rejected), \(truth) pairs are one person")
        print("  compared \(pairs.count) pairs, with \(share(covered, truth)) of those that are one person, in \(String(format: "%.2f", seconds)) s")
        print("  very likely: recall \(share(very.right, truth)), precision \(share(very.right, very.right + very.wrong))")
        print("  listed:      recall \(share(very.right + possible.right, truth)), precision \(share(very.right + possible.right, very.right + very.wrong + possible.right + possible.wrong))")
    }

    private struct Pair: Hashable {
        let first: Int
        let second: Int
    }

    private func share(_ part: Int, _ whole: Int) -> String {
        whole == 0 ? "-" : String(format: "%.4f", Double(part) / Double(whole))
    }

    private func read(_ file: String) throws -> (people: [Labelled], rejectedCount: Int) {
        guard let handle = FileHandle(forReadingAtPath: file) else { throw ValidationError("\(file) cannot be read") }
        defer { try? handle.close() }
        let identity = ImportIdentity(space: SpaceIdentity(
            id: Nonce(bytes: Array(repeating: 0, count: 16))!, name: "", importSecret: Array(repeating: 1, count: SpaceIdentity.importSecretByteCount)))
        var lines = try ContactImport(
            source: "labelled", rules: rules.map { try ColumnMap.Rule(parsing: $0) },
            identify: identity.id,
            chunks: { [UInt8](try handle.read(upToCount: CSVReader.chunkByteCount) ?? Data()) })
        var people: [Labelled] = []
        var rejectedCount = 0
        while let line = try lines.next() {
            guard case .taken(let row) = line else {
                rejectedCount += 1
                continue
            }
            let rows = ContactRows(row.rows)
            guard let uid = rows.contact["source_uid"] else { throw ValidationError("\(file) line \(row.line): no id, no label") }
            let number = uid.drop { !$0.isNumber }.prefix { $0.isNumber }
            let shown = row.rows.flatMap(\.values).compactMap { part -> String? in
                if case .text(let bytes) = part.value { String(decoding: bytes, as: UTF8.self) } else { nil }
            }
            people.append(Labelled(
                label: number.isEmpty ? uid : String(number), traits: ContactTraits(rows), line: shown.joined(separator: " | ")))
        }
        return (people, rejectedCount)
    }
}
