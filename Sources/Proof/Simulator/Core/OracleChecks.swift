import CRDT
import Sync
import Wire

/// What a laptop ends with.
package struct Survivor: Sendable {
    package let laptop: Int
    package var cells: [SimulatedCell]
    package var claims: Knowledge
}

/// What must hold. Each check throws with what is wrong.
extension Oracle {
    /// Rule 1: nobody claims what did not come whole, and what came whole is claimed.
    package func checkClaims(_ knowledge: Knowledge, of laptop: Int) throws {
        let claimed = try set(of: knowledge)
        guard claimed.isSubset(of: laptops[laptop].whole) else {
            throw SimulationFault("laptop \(laptop) claims more than it received whole")
        }
        guard laptops[laptop].whole.isSubset(of: claimed) else {
            throw SimulationFault("laptop \(laptop) claims less than it received whole")
        }
    }

    /// The siblings that a laptop must have in a cell: what came and was not overwritten by someone who had it.
    func expected(_ cell: Int, on laptop: Int) -> WriteSet {
        var siblings = laptops[laptop].arrived[cell]
        let (record, column) = cell.quotientAndRemainder(dividingBy: SimulatedSchema.cellStride)
        if column > 0, !siblings.isEmpty, case .counter = SimulatedSchema.kind(record: record, column: column) { return siblings }
        for later in siblings.members { siblings.subtract(writes[later].seen) }
        return siblings
    }

    /// The same with their values, ascending by writer and sequence.
    func expectedSiblings(_ cell: Int, on laptop: Int) -> [SimulatedCell.Sibling] {
        let column = cell % SimulatedSchema.cellStride
        return expected(cell, on: laptop).members
            .map { number -> SimulatedCell.Sibling in
                let write = writes[number]
                return SimulatedCell.Sibling(
                    writer: name(of: write.id.batch, on: laptop), sequence: write.id.sequence, batch: write.id.batch,
                    timeMilliseconds: write.timeMilliseconds,
                    parts: write.values[column] ?? [])
            }
            .sorted { ($0.writer, $0.sequence) < ($1.writer, $1.sequence) }
    }

    /// A laptop shows exactly what the history demands: siblings, values, and which of them a person sees.
    package func check(_ cells: [SimulatedCell], of laptop: Int) throws {
        var rest = Dictionary(
            uniqueKeysWithValues: cells.map { ($0.record * SimulatedSchema.cellStride + $0.column, $0) })
        for cell in laptops[laptop].arrived.indices {
            let wanted = expectedSiblings(cell, on: laptop)
            guard let found = rest.removeValue(forKey: cell) else {
                guard wanted.isEmpty else { throw SimulationFault("laptop \(laptop): cell \(cell) is blank") }
                continue
            }
            let column = cell % SimulatedSchema.cellStride
            guard found.siblings == wanted else {
                throw SimulationFault(
                    "laptop \(laptop), record \(found.record), column \(column): found \(found.siblings), expected \(wanted)")
            }
            guard found.shown == shown(wanted, record: found.record, column: column) else {
                throw SimulationFault("laptop \(laptop): cell \(cell) shows another value than the siblings demand")
            }
        }
        guard rest.isEmpty else { throw SimulationFault("laptop \(laptop) has cells that nobody wrote") }
    }

    /// After the survivors have met: they agree, nothing was lost, nothing is blank, counters are exact.
    ///
    package func checkHealed(_ survivors: [Survivor]) throws {
        guard let first = survivors.first else { return }
        for survivor in survivors {
            try checkClaims(survivor.claims, of: survivor.laptop)
            guard survivor.claims == first.claims else {
                throw SimulationFault("laptops \(first.laptop) and \(survivor.laptop) claim different things")
            }
            guard survivor.cells == first.cells else {
                throw SimulationFault("laptops \(first.laptop) and \(survivor.laptop) diverged")
            }
            try check(survivor.cells, of: survivor.laptop)
        }
        try checkNothingLost(first.cells, whole: whole(on: first.laptop))
    }

    /// The writes that a laptop holds whole.
    package func whole(on laptop: Int) -> WriteSet { laptops[laptop].whole }

    /// By the writes alone (Docs/Engine.md, "Soundness"): a whole write that is not shown was overwritten by someone who had it.
    package func checkNothingLost(_ cells: [SimulatedCell], whole: WriteSet) throws {
        var siblings: [Int: Set<Int>] = [:]
        for cell in cells {
            let id = cell.record * SimulatedSchema.cellStride + cell.column
            siblings[id] = Set(cell.siblings.compactMap { numbers[WriteID(batch: $0.batch, sequence: $0.sequence)] })
        }
        for number in whole.members {
            let write = writes[number]
            for column in write.columns.numbers {
                let cell = write.record * SimulatedSchema.cellStride + column
                guard let living = siblings[cell], !living.isEmpty else { throw SimulationFault("\(describe(number)) is blank") }
                if living.contains(number) { continue }
                if column > 0, case .counter = SimulatedSchema.kind(record: write.record, column: column) {
                    throw SimulationFault("the increment of \(describe(number)) is lost")
                }
                let overwritten = writes.contains {
                    $0.record == write.record && $0.columns.contains(number: column) && $0.seen.contains(number)
                }
                guard overwritten else { throw SimulationFault("\(describe(number)) is lost in column \(column)") }
            }
        }
    }

    /// What a person must see: the rules of Docs/Engine.md, "Merge kinds", once more and without looking at `MergeKind.shown`.
    func shown(_ siblings: [SimulatedCell.Sibling], record: Int, column: Int) -> [Value] {
        if column == 0 {
            return [.integer(siblings.contains { $0.parts == [.integer(1)] } ? 1 : 0)]
        }
        let newest = siblings.sorted {
            $0.timeMilliseconds != $1.timeMilliseconds
                ? $0.timeMilliseconds > $1.timeMilliseconds
                : $0.writer != $1.writer ? $0.writer > $1.writer : $0.sequence > $1.sequence
        }
        switch SimulatedSchema.kind(record: record, column: column) {
        case .register, .once, .text:
            return newest[0].parts
        case .earliest:
            return newest.map(\.parts).min { $0[0] < $1[0] } ?? []
        case .rank(let order):
            for code in order {
                if let safest = newest.first(where: { $0.parts == [.text(code)] }) { return safest.parts }
            }
            return newest[0].parts
        case .counter:
            return [.integer(siblings.reduce(0) { $0 &+ $1.parts[0].countedAsInteger })]
        }
    }

    /// An edit is later than what it replaces, unless the time has reached its end.
    func checkTime(of number: Int) throws {
        let write = writes[number]
        for column in write.columns.numbers {
            if column > 0, case .counter = SimulatedSchema.kind(record: write.record, column: column) { continue }
            let cell = write.record * SimulatedSchema.cellStride + column
            for earlier in laptops[write.author].arrived[cell].members where write.seen.contains(earlier) {
                guard writes[earlier].timeMilliseconds < write.timeMilliseconds || write.timeMilliseconds == 1 << 53 else {
                    throw SimulationFault("\(describe(number)) is not later than what it replaces")
                }
            }
        }
    }
}
