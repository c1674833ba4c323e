import CRDT
import Simulator
import Testing

/// The state of a record is a function of the set of changes, not of their order. Tried on every history of a small family
/// in every order, and on drawn ones.
@Suite struct DeliveryOrderTests {
    private static let columns: [ColumnSet] = [
        ColumnSet(number: 1), ColumnSet(number: 2), [ColumnSet(number: 1), ColumnSet(number: 2)],
    ]

    /// Every history of 4 changes: each by one of 3 writers, to one of 3 sets of columns, having seen any of the changes
    /// before it (with what those had seen).
    @Test func everyHistoryOfFourChangesInEveryOrder() {
        var historyCount = 0
        var isSound = true
        History.forEach(changeCount: 4, columns: DeliveryOrderTests.columns) { history in
            historyCount += 1
            if isSound { isSound = expectOneState(history) }
        }
        #expect(historyCount > 10_000)
    }

    /// Of the far more histories of 6 changes by 3 writers: a fixed four thousand, each in all 720 orders.
    @Test func historiesOfSixChangesInEveryOrder() {
        var random = SplitMix64(seed: 6)
        for _ in 0..<4_000 {
            guard expectOneState(History(drawing: 6, columns: DeliveryOrderTests.columns, from: &random)) else { return }
        }
    }

    /// And what the one state is: a change keeps the columns that nobody who saw it wrote again.
    @Test func theStateIsWhatNobodyOverwrote() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<2_000 {
            let history = History(drawing: 6, columns: DeliveryOrderTests.columns, from: &random)
            var record = RecordChanges()
            for change in history.changes { record.merge(change, accumulating: []) }
            guard state(record) == history.living else {
                Issue.record("\(history.changes) became \(state(record))")
                return
            }
        }
    }

    /// Says only once what is wrong, and whether all is well.
    private func expectOneState(_ history: History) -> Bool {
        var first: Set<Change>?
        var isSound = true
        forEachOrder(of: history.changes) { order in
            guard isSound else { return }
            var record = RecordChanges()
            for change in order { record.merge(change, accumulating: []) }
            let found = state(record)
            if first == nil { first = found }
            isSound = found == first
        }
        if !isSound { Issue.record("an order changed the state of \(history.changes)") }
        return isSound
    }

    private func state(_ record: RecordChanges) -> Set<Change> { Set(record.changes) }
}

/// A causal history of one record: changes that each saw some of the earlier ones.
private struct History {
    private(set) var changes: [Change] = []
    /// By change: the indices of those it saw, closed under "what they had seen".
    private var seen: [Set<Int>] = []

    private mutating func append(writer: UInt32, columns: ColumnSet, seeing wanted: Set<Int>) {
        let ordinal = WriterOrdinal(writer)
        var saw = wanted
        for index in changes.indices where changes[index].dot.writer == ordinal { saw.insert(index) }
        for index in saw { saw.formUnion(seen[index]) }
        // Whoever holds a change holds its writer's earlier ones: knowledge is closed.
        for index in saw {
            for earlier in 0..<index where changes[earlier].dot.writer == changes[index].dot.writer {
                saw.insert(earlier)
                saw.formUnion(seen[earlier])
            }
        }
        var lasts: [WriterOrdinal: UInt32] = [:]
        for index in saw {
            lasts[changes[index].dot.writer] = max(lasts[changes[index].dot.writer] ?? 0, changes[index].dot.sequence)
        }
        let sequence = (lasts[ordinal] ?? 0) + 1
        lasts[ordinal] = nil
        seen.append(saw)
        changes.append(Change(
            dot: Dot(ordinal, sequence), timeMilliseconds: Int64(changes.count), columns: columns,
            context: Context(lasts.map { Context.Entry($0.key, $0.value) })))
    }

    /// What must be left, by who saw what and nothing else.
    var living: Set<Change> {
        Set(changes.indices.compactMap { index in
            var change = changes[index]
            for later in changes.indices where seen[later].contains(index) { change.columns.subtract(changes[later].columns) }
            return change.columns.isEmpty ? nil : change
        })
    }

    init(drawing count: Int, columns: [ColumnSet], from random: inout SplitMix64) {
        for index in 0..<count {
            append(
                writer: UInt32(random.below(3)), columns: random.pick(columns),
                seeing: Set((0..<index).filter { _ in random.chance(percent: 40) }))
        }
    }

    private init() {}

    static func forEach(changeCount: Int, columns: [ColumnSet], _ body: (History) -> Void) {
        func extend(_ history: History) {
            guard history.changes.count < changeCount else { return body(history) }
            let size = history.changes.count
            // Writers are named in the order in which they come: the other namings are the same history.
            let writers = Set(history.changes.map(\.dot.writer)).count
            for writer in 0...UInt32(min(writers, 2)) {
                for set in columns {
                    var tried: Set<Set<Int>> = []
                    for mask in 0..<(1 << size) {
                        var longer = history
                        longer.append(writer: writer, columns: set, seeing: Set((0..<size).filter { mask & 1 << $0 != 0 }))
                        if tried.insert(longer.seen[size]).inserted { extend(longer) }
                    }
                }
            }
        }
        extend(History())
    }
}

/// Heap's algorithm: every order once, one swap apart. https://doi.org/10.1093/comjnl/6.3.293
private func forEachOrder(of changes: [Change], _ body: ([Change]) -> Void) {
    var order = changes
    func permute(_ count: Int) {
        guard count > 1 else { return body(order) }
        for index in 0..<count {
            permute(count - 1)
            if index < count - 1 { order.swapAt(count.isMultiple(of: 2) ? index : 0, count - 1) }
        }
    }
    permute(order.count)
}
