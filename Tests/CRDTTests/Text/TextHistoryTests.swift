import CRDT
import Foundation
import Simulator
import Testing

/// Beside the executable model: histories it drew (`python3 Tests/Models/text.py fixture Fixtures/text.json`), with what they
/// must come to, in whatever order causes and effects arrive.
@Suite struct TextHistoryTests {
    struct History: Decodable {
        struct Made: Decodable {
            let dot: Stamp
            let context: [Stamp]
            let runs: [Typed]
            let deletes: [Gone]
            let generation: Stamp?
            let opens: Bool
            let time: Int64

            var change: TextChange {
                let passages = runs.map(\.passage)
                let generation = generation.map { TextGeneration.opened($0.dot) } ?? .first
                return TextChange(
                    dot: dot.dot, context: Context(context.map { .init($0.dot.writer, $0.dot.sequence) }), passages: passages,
                    deletes: deletes.map(\.range), generation: generation,
                    opens: opens ? TextLaptop.name(passages.flatMap { $0.letters ?? [] }) : nil, timeMilliseconds: time)
            }
        }

        struct State: Decodable {
            let count: Int
            let shown: String
            let overlaps: [[Stamp]]
            let whole: [[Stamp]]
            let strays: [Stray]
        }

        let changes: [Made]
        let states: [State]
    }

    /// `["a", 1]`
    struct Stamp: Decodable {
        let dot: Dot
        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            dot = try Stamp.dot(&list)
        }

        static func dot(_ list: inout any UnkeyedDecodingContainer) throws -> Dot {
            let name = try list.decode(String.self)
            return Dot(WriterOrdinal(UInt32(name.utf8.first ?? 0) - 96), try list.decode(UInt32.self))
        }
    }

    /// `[offset, slot, parent or null, letters]`
    struct Typed: Decodable {
        let passage: TextPassage
        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            let offset = try list.decode(UInt32.self)
            let slot: TextPlace.Slot = switch try list.decode(String.self) {
            case "L": .before
            case "M": .inPlace
            default: .after
            }
            var parent: TextID?
            if try !list.decodeNil() {
                var inner = try list.nestedUnkeyedContainer()
                parent = TextID(try Stamp.dot(&inner), try inner.decode(UInt32.self))
            }
            passage = TextPassage(offset: offset, place: TextPlace(slot, parent), letters: scalars(try list.decode(String.self)))
        }
    }

    /// `[writer, sequence, offset, count]`
    struct Gone: Decodable {
        let range: TextRange
        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            range = TextRange(try Stamp.dot(&list), try list.decode(UInt32.self), count: try list.decode(UInt32.self))
        }
    }

    /// `[writer, sequence, words]`
    struct Stray: Decodable {
        let dot: Dot
        let words: String
        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            dot = try Stamp.dot(&list)
            words = try list.decode(String.self)
        }
    }

    static let histories: [History] = {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Fixtures/text.json")
        do { return try JSONDecoder().decode([History].self, from: Data(contentsOf: url)) } catch {
            Issue.record("Fixtures/text.json: \(error)")
            return []
        }
    }()

    private static func expect(_ text: Text, _ state: History.State, _ number: Int) {
        let view = text.view
        let overlaps = Set(view.overlaps.map { Set($0.changes) })
        #expect(view.shown == scalars(state.shown), "history \(number): \(string(view.shown))")
        #expect(overlaps == Set(state.overlaps.map { Set($0.map(\.dot)) }), "history \(number): \(overlaps)")
        let whole = Set(view.overlaps.filter(\.isWhole).map { Set($0.changes) })
        #expect(whole == Set(state.whole.map { Set($0.map(\.dot)) }), "history \(number): \(whole)")
        let strays = text.strays(name: TextLaptop.name)
        #expect(strays.map(\.dot) == state.strays.map(\.dot), "history \(number): \(strays)")
        #expect(strays.map { scalars($0.words) } == state.strays.map { scalars($0.words) }, "history \(number): \(strays)")
    }

    @Test func theModelAndThisShowTheSame() throws {
        #expect(TextHistoryTests.histories.count >= 200)
        for (number, history) in TextHistoryTests.histories.enumerated() {
            for state in history.states {
                var text = Text(names: TextLaptop.names)
                try text.take(history.changes.prefix(state.count).map(\.change))
                TextHistoryTests.expect(text, state, number)
            }
        }
    }

    /// One at a time, each after what its author had seen, in drawn orders; changes come twice, and as what is left of them.
    @Test func everyCausalOrderComesToTheSame() throws {
        var random = SplitMix64(seed: 16)
        for (number, history) in TextHistoryTests.histories.enumerated() {
            guard let state = history.states.last else { continue }
            let changes = history.changes.map(\.change)
            var whole = Text(names: TextLaptop.names)
            try whole.take(changes)
            for _ in 0..<4 {
                var text = Text(names: TextLaptop.names)
                var left = changes
                var taken: [TextChange] = []
                while !left.isEmpty {
                    let ready = left.indices.filter { place in !left.contains { left[place].dot != $0.dot && saw(left[place], $0.dot) } }
                    let next = left.remove(at: try #require(ready.randomElement(using: &random)))
                    taken.append(next)
                    try text.take([next])
                    if Bool.random(using: &random) { try text.take(taken.shuffled(using: &random)) }
                }
                #expect(text == whole, "history \(number)")
                TextHistoryTests.expect(text, state, number)
                var other = Text(names: TextLaptop.names)
                try other.take(text.changes(beyond: VersionVector()).shuffled(using: &random))
                #expect(other == whole, "what is left of history \(number)")
                TextHistoryTests.expect(other, state, number)
            }
        }
    }

    private func saw(_ change: TextChange, _ dot: Dot) -> Bool {
        change.context.includes(dot) || (change.dot.writer == dot.writer && change.dot.sequence > dot.sequence)
    }

    /// All histories of four edits by two people, each edit one of three, met or not met before it.
    @Test func smallHistoriesInEveryOrder() throws {
        let edits: [@Sendable (String) -> String] = [
            { text in text.isEmpty ? "nu" : text + " ja" },
            { text in text.split(separator: " ").dropFirst().joined(separator: " ") },
            { text in text.isEmpty ? "nee" : text.replacing("twee", with: "drie", maxReplacements: 1) + "!" },
        ]
        for code in 0..<(6 * 6 * 6 * 6) {
            var laptops = [TextLaptop(1), TextLaptop(2)]
            var changes = [try #require(try laptops[0].write("een twee"))]
            try laptops[1].receive(laptops[0])
            var rest = code
            for step in 0..<4 {
                let who = step % 2
                if rest % 2 == 1 { try laptops[who].receive(laptops[1 - who]) }
                if let change = try laptops[who].write(edits[rest / 2 % 3](laptops[who].shown)) { changes.append(change) }
                rest /= 6
            }
            var whole = Text(names: TextLaptop.names)
            try whole.take(changes)
            let view = whole.view
            var orders: [[TextChange]] = [[]]
            for _ in changes {
                orders = orders.flatMap { order in
                    changes.filter { next in
                        !order.contains { $0.dot == next.dot } && changes.allSatisfy { cause in
                            cause.dot == next.dot || !saw(next, cause.dot) || order.contains { $0.dot == cause.dot }
                        }
                    }.map { order + [$0] }
                }
            }
            for order in orders {
                var text = Text(names: TextLaptop.names)
                for change in order { try text.take([change]) }
                guard text == whole, text.view.shown == view.shown, text.view.overlaps == view.overlaps else {
                    Issue.record("history \(code): \(text.shown) or \(whole.shown)")
                    return
                }
            }
        }
    }

    /// Three laptops write, meet by deltas, and write again; all end with the same, and nobody reads a word that nobody wrote.
    @Test func laptopsThatWriteAndMeetEndAlike() throws {
        for seed in 0..<600 {
            var random = SplitMix64(seed: UInt64(seed))
            var laptops = (1...3).map { TextLaptop($0) }
            var words: Set<[Unicode.Scalar]> = []
            let generates = seed % 3 == 0
            func note(_ text: String) { words.formUnion(TextTokens.words(of: text.unicodeScalars)) }
            let first = TextDrawing.sentence(&random)
            note(first)
            try laptops[0].write(first)
            for other in 1...2 { try laptops[other].receive(laptops[0]) }
            for _ in 0..<14 {
                let who = Int.random(in: 0..<3, using: &random)
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<6:
                    let new = TextDrawing.edited(laptops[who].shown, &random)
                    note(new)
                    try laptops[who].write(new)
                    #expect(scalars(laptops[who].shown) == scalars(new), "seed \(seed): what was typed is not what is shown")
                case 6..<9: try laptops[who].receive(laptops[Int.random(in: 0..<3, using: &random)])
                default: if generates { try laptops[who].collapse() }
                }
            }
            for _ in 0..<2 {
                for who in 0..<3 { for other in 0..<3 where other != who { try laptops[who].receive(laptops[other]) } }
            }
            for laptop in laptops {
                #expect(laptop.text == laptops[0].text, "seed \(seed)")
                #expect(laptop.text.view.overlaps == laptops[0].text.view.overlaps, "seed \(seed)")
                let unknown = TextTokens.words(of: laptop.shown.unicodeScalars).subtracting(words)
                #expect(unknown.isEmpty, "seed \(seed): nobody wrote \(unknown.map(string))")
            }
        }
    }
}
