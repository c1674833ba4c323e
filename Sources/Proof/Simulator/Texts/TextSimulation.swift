import CRDT
import Foundation
import Schema
import Store
import Sync
import Wire

/// Laptops that write in the same texts by plain SQL and meet, on real SQLite files: edits, emptied and unreadable values, rows made
/// twice, deletes, undo, deltas that wait, copied files.
///
/// The oracle keeps every change as its author stamped it, and takes all of them in at once, without deltas, forgetting or rows:
/// what every laptop holds in the end must be that, change by change; and nobody reads a word that nobody wrote.
package struct TextSimulation {
    package struct Outcome: Sendable {
        package var counts: [String: Int] = [:]
    }

    static let schema = Schema(tables: [
        Table(
            "note", in: SimulatedSchema.collection, columns: [Column("title"), Column("body", .text), Column("aside", .text)],
            purpose: "Texts that several write in."),
    ])
    static let ids = ["0193e0c6a7b07000800000000000000a", "r2"]
    static let columns = ["body", "aside"]

    private static let sentences = [
        "Anna komt morgen om tien uur langs met de boodschappen.",
        "De sleutel ligt bij mevrouw El Amrani, zij is thuis.\nBel eerst even (06-12345678).\n\nNeem handschoenen mee.",
        "Yar\u{131}n saat onda \u{e7}ay i\u{e7}meye gelecek misiniz?",
        "Feest \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} op 5 mei \u{1F389}\u{1F3FD} in het cafe\u{301} van Zoe\u{308}",
    ]
    private static let news = ["vrijdag", "pas", "twaalf", "niet", "yar\u{131}m", "\u{1F38A}", "cafe\u{301}s", "12.30", "zo'n", "A", "later"]

    private final class Laptop {
        let store: Store
        let path: String
        let environment: StoreEnvironment
        init(_ store: Store, _ path: String, _ environment: StoreEnvironment) { (self.store, self.path, self.environment) = (store, path, environment) }
    }

    private var chance: SplitMix64
    private let narrate: ((String) -> Void)?
    private let folder: URL
    private let withCopies: Bool
    private let seed: UInt64
    private var laptops: [Laptop] = []
    private var now: Int64 = 1_763_000_000_000
    private var words: Set<[Unicode.Scalar]> = []
    private var names: [WriterID] = []
    /// By text: every change, as its author had it right after stamping.
    private var history: [String: [Dot: TextChange]] = [:]
    private var outcome = Outcome()
    /// Deltas on sticks.
    private var sticks: [(from: Int, spool: Spool)] = []

    private init(seed: UInt64, withCopies: Bool, narrate: ((String) -> Void)?) throws {
        self.seed = seed
        self.withCopies = withCopies
        self.narrate = narrate
        chance = SplitMix64(seed: seed)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-texts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// - Throws: `SimulationFault`, which names the seed.
    @discardableResult
    package static func run(seed: UInt64, withCopies: Bool = false, narrate: ((String) -> Void)? = nil) throws -> Outcome {
        var simulation = try TextSimulation(seed: seed, withCopies: withCopies, narrate: narrate)
        defer { try? FileManager.default.removeItem(at: simulation.folder) }
        do { try simulation.run() } catch { throw SimulationFault("text seed \(seed)\(withCopies ? " with copies" : ""): \(error)") }
        return simulation.outcome
    }

    private mutating func run() throws {
        for number in 0..<(2 + chance.below(2)) { try found(number) }
        if chance.chance(percent: 70) {
            try edit(laptops[0], TextSimulation.ids[0], "body", .text(Array(chance.pick(TextSimulation.sentences).utf8)))
            try stamp(0)
            for other in 1..<laptops.count { try exchange(from: 0, to: other) }
        }
        for _ in 0..<(8 + chance.below(24)) { try step() }
        for _ in 0..<3 { for a in laptops.indices { for b in laptops.indices where a != b { try exchange(from: a, to: b) } } }
        try compare()
    }

    private func count(_ what: String, _ outcome: inout Outcome) { outcome.counts[what, default: 0] += 1 }

    private mutating func found(_ number: Int) throws {
        var generator = SplitMix64(seed: seed &* 31 &+ UInt64(number))
        let nonces = TextNonces(seed: seed &* 131 &+ UInt64(number))
        let clock = TextClock()
        let space = SpaceIdentity(id: Nonce(high: 1, low: seed), name: "texts", importSecret: [UInt8](repeating: 7, count: SpaceIdentity.importSecretByteCount))
        let environment = StoreEnvironment(nowMilliseconds: { clock.now }, nonce: { nonces.next() }, sealing: SimulatedSealing(space: space.id))
        let path = folder.appendingPathComponent("\(number).kith").path
        let identity = ReplicaIdentity(space: space, device: Nonce(using: &generator), replica: Nonce(using: &generator), label: "laptop \(number)")
        laptops.append(Laptop(try Store.create(path, identity: identity, schema: TextSimulation.schema, environment: environment), path, environment))
    }

    // MARK: Steps

    private mutating func step() throws {
        let who = chance.below(laptops.count)
        let deed = chance.below(100)
        let id = chance.pick(TextSimulation.ids + [TextSimulation.ids[0]])
        switch deed {
        case 0..<50: try write(who, id)
        case 50..<54: try delete(who, id)
        case 54..<58:
            if (try? laptops[who].store.undelete(RecordID(table: "note", key: [id]))) != nil { count("undeleted", &outcome) }
            try stamp(who)
        case 58..<62: try undo(who)
        case 62..<66: try settle(who)
        case 66..<88:
            let other = chance.below(laptops.count)
            if other != who { try exchange(from: who, to: other) }
        case 88..<93: try freeze(who)
        case 93..<97: try deliver(who)
        default: if withCopies, laptops.count < 5 { try copy(who) }
        }
    }

    private mutating func write(_ who: Int, _ id: String) throws {
        let column = chance.chance(percent: 85) ? "body" : "aside"
        let value: Value
        let old = try shown(laptops[who], id, column)
        switch chance.below(20) {
        case 0: value = .null
        case 1: value = .text([])
        case 2: value = chance.chance(percent: 50) ? .blob([1, 2, 3]) : .text([0x41, 0, 0x42])
        case 3: value = .text(Array(chance.pick(TextSimulation.sentences).utf8))
        default:
            let base = old?.prose.map { string($0) } ?? ""
            value = .text(Array(edited(base.isEmpty ? chance.pick(TextSimulation.sentences) : base).utf8))
        }
        try edit(laptops[who], id, column, value)
        count("written", &outcome)
        if chance.chance(percent: 70) { try stamp(who) }
    }

    /// Changes a few words, as a person does.
    private mutating func edited(_ text: String) -> String {
        var parts = text.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false).map { String($0) }
        for _ in 0..<chance.pick([1, 1, 1, 2, 3]) {
            let place = chance.below(parts.count)
            switch chance.below(10) {
            case 0..<3: parts[place] = chance.pick(TextSimulation.news)
            case 3..<6: parts.insert(chance.pick(TextSimulation.news), at: chance.below(parts.count + 1))
            case 6..<8:
                parts.removeSubrange(place..<min(parts.count, place + chance.pick([1, 1, 2, 4])))
                if parts.isEmpty { parts = [chance.pick(TextSimulation.news)] }
            case 8: parts[place] += chance.pick([".", ",", "\n", " (\(chance.pick(TextSimulation.news)))"])
            default: parts[0] = chance.pick(TextSimulation.news)
            }
        }
        return parts.joined(separator: " ")
    }

    private mutating func edit(_ laptop: Laptop, _ id: String, _ column: String, _ value: Value) throws {
        if let prose = value.prose { words.formUnion(TextTokens.words(of: prose)) }
        narrate?("\(laptop.store.identity.label) \(id.suffix(2)) \(column): \(value)")
        if try laptop.store.hasRow(in: "note", where: "id = ?", [.text(Array(id.utf8))]) {
            try laptop.store.executeAsClient("update note set \(column) = ? where id = ?", [value, .text(Array(id.utf8))])
        } else {
            try laptop.store.executeAsClient("insert into note (id, \(column)) values (?, ?)", [.text(Array(id.utf8)), value])
        }
    }

    private mutating func delete(_ who: Int, _ id: String) throws {
        try laptops[who].store.executeAsClient("delete from note where id = ?", [.text(Array(id.utf8))])
        try stamp(who)
        count("deleted", &outcome)
    }

    private mutating func undo(_ who: Int) throws {
        try stamp(who)
        if let report = try? laptops[who].store.undo(), report.restored > 0 { count("undone", &outcome) }
        try stamp(who)
    }

    private mutating func settle(_ who: Int) throws {
        try stamp(who)
        let store = laptops[who].store
        let conflicts = try store.conflicts()
        guard !conflicts.isEmpty else { return }
        let conflict = chance.pick(conflicts)
        let choice = chance.pick([Store.Choice.mine, .theirs, .newest, .both])
        let passage = chance.chance(percent: 50) ? conflict.passage : nil
        narrate?("\(store.identity.label) settles \(conflict.column) by \(choice)\(passage.map { ": \($0.words)" } ?? "")")
        for each in conflicts {
            let wordings = each.siblings.map { "\($0.author.isOwn ? "own" : "other") \($0.parts)" }.joined(separator: " | ")
            narrate?("  \(each.column) \(each.passage.map { "…\($0.before)[\($0.words)]\($0.after)…" } ?? "whole"): \(wordings)")
        }
        let before = try shown(laptops[who], conflict.record.key[0], conflict.column)
        let settled = try store.settle(conflict.record, column: conflict.column, passage: passage, choice)
        try check(conflicts)
        try checkWords(who)
        if settled > 0 { count(conflict.passage == nil ? "settled values" : "settled passages", &outcome) }
        try remember(who)
        let inColumn = conflicts.filter { $0.record == conflict.record && $0.column == conflict.column }
        guard inColumn.allSatisfy({ $0.passage != nil }), let before = before?.prose else { return }
        // Nothing goes but the wordings of those passages that were not chosen.
        let wordings = inColumn.filter { passage == nil || $0.passage == passage }.flatMap { $0.siblings.compactMap { $0.parts.first?.prose } }
        let mayGo = choice == .both ? [] : wordings.reduce(into: Set<[Unicode.Scalar]>()) { $0.formUnion(TextTokens.words(of: $1)) }
        let after = try shown(laptops[who], conflict.record.key[0], conflict.column)?.prose ?? []
        let lost = TextTokens.words(of: before).subtracting(mayGo).subtracting(TextTokens.words(of: after))
        guard lost.isEmpty else {
            throw SimulationFault("settling by \(choice) took \(lost.map { string($0) }) away: \(string(before)) became \(string(after))")
        }
    }

    private mutating func copy(_ who: Int) throws {
        try stamp(who)
        let laptop = laptops[who]
        try laptop.store.checkpoint()
        let path = folder.appendingPathComponent("copy-\(laptops.count).kith").path
        try FileManager.default.copyItem(atPath: laptop.path, toPath: path)
        let nonces = TextNonces(seed: seed &* 977 &+ UInt64(laptops.count))
        let clock = TextClock()
        let environment = StoreEnvironment(nowMilliseconds: { clock.now }, nonce: { nonces.next() }, sealing: laptop.environment.sealing)
        let store = try Store.open(path, schema: TextSimulation.schema, environment: environment)
        try store.newReplicaID(nonces.next())
        laptops.append(Laptop(store, path, environment))
        count("copied", &outcome)
    }

    // MARK: Stamping, and what the oracle keeps

    private mutating func stamp(_ who: Int) throws {
        try laptops[who].store.stamp(acceptingMassChange: true)
        try remember(who)
    }

    private mutating func number(_ name: WriterID) -> WriterOrdinal {
        if let place = names.firstIndex(of: name) { return WriterOrdinal(UInt32(place)) }
        names.append(name)
        return WriterOrdinal(UInt32(names.count - 1))
    }

    private mutating func changes(_ laptop: Laptop, _ id: String, _ column: String) throws -> [TextChange] {
        var names = names
        let found = try laptop.store.textChanges("note", [id], column) { name in
            if let place = names.firstIndex(of: name) { return WriterOrdinal(UInt32(place)) }
            names.append(name)
            return WriterOrdinal(UInt32(names.count - 1))
        }
        self.names = names
        return found
    }

    private mutating func remember(_ who: Int) throws {
        guard !withCopies else { return }
        let own = Set(try laptops[who].store.ownWriters.map(\.writer))
        for id in TextSimulation.ids {
            for column in TextSimulation.columns {
                for change in try changes(laptops[who], id, column) where own.contains(names[Int(change.dot.writer.number)]) {
                    let text = "\(id) \(column)"
                    if history[text]?[change.dot] == nil { history[text, default: [:]][change.dot] = change }
                }
            }
        }
    }

    // MARK: Meeting

    private mutating func exchange(from: Int, to: Int) throws {
        try stamp(from)
        try stamp(to)
        let (sender, receiver) = (laptops[from].store, laptops[to].store)
        let collection = SimulatedSchema.collection.rawValue
        guard let base = try receiver.knowledge()[collection] else { return }
        let spool: Spool? = try sender.frozenDelta(of: collection, base: base, partial: [], resumable: chance.chance(percent: 50), working: {})
        guard let spool else { return }
        try take(spool, to)
        count("met", &outcome)
        try check(from, to)
    }

    private mutating func freeze(_ who: Int) throws {
        try stamp(who)
        let collection = SimulatedSchema.collection.rawValue
        let base = try chance.chance(percent: 50) ? Knowledge() : laptops[chance.below(laptops.count)].store.knowledge()[collection] ?? Knowledge()
        let spool: Spool? = try laptops[who].store.frozenDelta(of: collection, base: base, partial: [], working: {})
        if let spool { sticks.append((who, spool)) }
    }

    private mutating func deliver(_ who: Int) throws {
        guard !sticks.isEmpty else { return }
        try stamp(who)
        try take(chance.pick(sticks).spool, who)
        count("sticks", &outcome)
    }

    private mutating func take(_ spool: Spool, _ who: Int) throws {
        let store = laptops[who].store
        let manifest = spool.manifest
        guard try store.admit(manifest) == .merges else { return }
        for index in manifest.segments.indices {
            _ = try store.merge(SealedSegment(delta: manifest.id, index: index, bytes: try spool.segment(index)), of: manifest)
        }
        narrate?("\(store.identity.label) takes a delta")
        try checkWords(who)
    }

    // MARK: Checks

    private func shown(_ laptop: Laptop, _ id: String, _ column: String) throws -> Value? {
        try laptop.store.values(of: [column], in: "note", where: "id = ?", [.text(Array(id.utf8))])?.first
    }

    private func checkWords(_ who: Int) throws {
        for id in TextSimulation.ids {
            for column in TextSimulation.columns {
                guard let prose = try shown(laptops[who], id, column)?.prose else { continue }
                let unknown = TextTokens.words(of: prose).subtracting(words)
                guard unknown.isEmpty else { throw SimulationFault("nobody wrote \(unknown.map { string($0) }) in \(string(prose))") }
            }
        }
    }

    /// Nor is there one in a wording that may be chosen.
    private func check(_ conflicts: [Conflict]) throws {
        for conflict in conflicts where conflict.passage != nil {
            for prose in conflict.siblings.compactMap({ $0.parts.first?.prose }) {
                let unknown = TextTokens.words(of: prose).subtracting(words)
                guard unknown.isEmpty else { throw SimulationFault("nobody wrote \(unknown.map { string($0) }) in the wording \(string(prose))") }
            }
        }
    }

    /// Two who know the same hold the same.
    private mutating func check(_ a: Int, _ b: Int) throws {
        let (first, second) = (laptops[a].store, laptops[b].store)
        guard try first.knowledge() == second.knowledge() else { return }
        count("knew the same", &outcome)
        for (collection, holding) in try first.holdings() where try second.holdings()[collection]?.contents != holding.contents {
            throw SimulationFault("\(first.identity.label) and \(second.identity.label) know the same and hold different things")
        }
    }

    private mutating func compare() throws {
        for who in laptops.indices {
            let store = laptops[who].store
            let verified = try store.verify()
            guard verified.altered.isEmpty else { throw SimulationFault("\(store.identity.label): the digest that is kept is not that of the rows") }
            try check(0, who)
            guard try store.knowledge() == laptops[0].store.knowledge() else { throw SimulationFault("\(store.identity.label) lacks something") }
        }
        for id in TextSimulation.ids {
            for column in TextSimulation.columns {
                let first = try changes(laptops[0], id, column)
                let row = try shown(laptops[0], id, column)
                for laptop in laptops.dropFirst() {
                    let others = try changes(laptop, id, column)
                    guard others == first else { throw SimulationFault("\(id) \(column): \(laptop.store.identity.label) holds another text\n\(first)\n\(others)") }
                    guard try shown(laptop, id, column) == row else { throw SimulationFault("\(id) \(column): \(laptop.store.identity.label) shows another text") }
                    guard try laptop.store.conflicts().count == laptops[0].store.conflicts().count else { throw SimulationFault("other conflicts") }
                }
                if !withCopies { try compare(first, row, id, column) }
            }
        }
    }

    private mutating func compare(_ held: [TextChange], _ row: Value?, _ id: String, _ column: String) throws {
        let all = (history["\(id) \(column)"] ?? [:]).values.sorted { $0.dot < $1.dot }
        var oracle = Text(names: Dictionary(uniqueKeysWithValues: names.enumerated().map { (WriterOrdinal(UInt32($0.offset)), $0.element) }))
        try oracle.take(all)
        let expected = oracle.changes(beyond: VersionVector()).map { change in
            change.named(seeing: history["\(id) \(column)"]?[change.dot]?.context ?? .empty) { $0 }
        }.sorted { $0.dot < $1.dot }
        guard expected == held else { throw SimulationFault("\(id) \(column): not what all changes come to\n\(expected)\n\(held)") }
        if let row, row.prose != nil, oracle.livingCount > 0, row != .text(Array(oracle.shown.utf8)) {
            throw SimulationFault("\(id) \(column): shows \(row), and all changes come to \(oracle.shown)")
        }
        if !oracle.isOfOneGeneration { count("late words", &outcome) }
        if !oracle.view.overlaps.isEmpty { count("overlaps", &outcome) }
        if held.contains(where: { $0.opens == nil }) { count("edited passages", &outcome) }
    }
}

private final class TextNonces: @unchecked Sendable {
    private var generator: SplitMix64
    init(seed: UInt64) { generator = SplitMix64(seed: seed) }
    func next() -> Nonce { Nonce(using: &generator) }
}

/// Every look is a millisecond later: equal times are a case of their own, and rare among people.
private final class TextClock: @unchecked Sendable {
    private var time: Int64 = 1_763_000_000_000
    var now: Int64 {
        time += 1
        return time
    }
}
