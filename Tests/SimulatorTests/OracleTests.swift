import CRDT
import Simulator
import Testing

/// An oracle that never objects proves nothing: planted faults must be found.
@Suite struct OracleTests {
    /// A finished seed whose survivors hold a register with siblings and a counter with several increments.
    private let oracle: Oracle
    private let survivors: [Survivor]
    private let register: Int
    private let counter: Int

    init() throws {
        for seed in UInt64(1)... {
            let simulation = try Simulation(seed: seed)
            let survivors = try simulation.live()
            let register = survivors[0].cells.firstIndex {
                $0.record == 0 && $0.column == SimulatedSchema.name && $0.siblings.count > 1
            }
            let counter = survivors[0].cells.firstIndex { $0.column == SimulatedSchema.visits && $0.siblings.count > 1 }
            guard let register, let counter, survivors.count > 1 else { continue }
            oracle = simulation.oracle
            self.survivors = survivors
            self.register = register
            self.counter = counter
            return
        }
        throw SimulationFault("no seed has what this suite needs")
    }

    /// What the check says once the survivors of `which` have been spoiled; nil when it finds nothing.
    private func verdict(on which: some Sequence<Int>, _ spoil: (inout Survivor) -> Void) -> String? {
        var spoilt = survivors
        for index in which { spoil(&spoilt[index]) }
        do {
            try oracle.checkHealed(spoilt)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func with(_ cell: SimulatedCell, siblings: [SimulatedCell.Sibling]? = nil, shown: [Value]? = nil) -> SimulatedCell {
        SimulatedCell(record: cell.record, column: cell.column, siblings: siblings ?? cell.siblings, shown: shown ?? cell.shown)
    }

    @Test func aSoundEndPasses() { #expect(verdict(on: []) { _ in } == nil) }

    @Test func oneLaptopThatDivergesIsFound() {
        #expect(verdict(on: [1]) { $0.cells[register] = with($0.cells[register], shown: [.text("other")]) }?.contains("diverged") == true)
        #expect(verdict(on: [1]) { $0.cells.removeLast() }?.contains("diverged") == true)
    }

    @Test func aLossOnEveryLaptopIsFound() {
        #expect(verdict(on: survivors.indices) { $0.cells[register] = with($0.cells[register], siblings: Array($0.cells[register].siblings.dropLast())) } != nil)
        #expect(verdict(on: survivors.indices) { $0.cells.remove(at: register) }?.contains("blank") == true)
        #expect(verdict(on: survivors.indices) { $0.cells[counter] = with($0.cells[counter], siblings: Array($0.cells[counter].siblings.dropFirst())) } != nil)
    }

    @Test func aWrongValueOnEveryLaptopIsFound() {
        #expect(verdict(on: survivors.indices) { $0.cells[register] = with($0.cells[register], shown: [.text("other")]) }?.contains("shows") == true)
        #expect(verdict(on: survivors.indices) { $0.cells[counter] = with($0.cells[counter], shown: [.integer(-999)]) }?.contains("shows") == true)
    }

    @Test func aCellFromNowhereIsFound() {
        let unused = SimulatedCell(record: 0, column: 7, siblings: survivors[0].cells[0].siblings, shown: [])
        #expect(verdict(on: survivors.indices) { $0.cells.append(unused) } != nil)
    }

    @Test func claimsAreExact() throws {
        let writer = try #require(survivors[0].claims.ends.keys.min())
        #expect(verdict(on: survivors.indices) { $0.claims.ends[writer] = nil }?.contains("claims less") == true)
        let end = try #require(survivors[0].claims.ends[writer])
        let beyond = BatchEnd(last: end.last + 1, nonce: end.nonce)
        #expect(verdict(on: survivors.indices) { $0.claims.ends[writer] = beyond } != nil)
        // Without what laptop 0 holds, the same claims are too much.
        var poor = Oracle(laptopCount: survivors.count)
        #expect(throws: SimulationFault.self) { try poor.checkHealed(survivors) }
        poor = oracle
        try poor.checkHealed(survivors)
    }

    /// The second line of defence, by the writes alone, finds losses without the first.
    @Test func theRulesOfTheModelFindLosses() throws {
        let whole = oracle.whole(on: survivors[0].laptop)
        try oracle.checkNothingLost(survivors[0].cells, whole: whole)
        for place in [register, counter] {
            var cells = survivors[0].cells
            cells[place] = with(cells[place], siblings: Array(cells[place].siblings.dropFirst()))
            #expect(throws: SimulationFault.self) { try oracle.checkNothingLost(cells, whole: whole) }
            cells.remove(at: place)
            #expect(throws: SimulationFault.self) { try oracle.checkNothingLost(cells, whole: whole) }
        }
    }

    /// A replica that makes changes up, or uses a dot twice, is found at its stamping.
    @Test func madeUpChangesAreFound() throws {
        var oracle = Oracle(laptopCount: 2)
        let writer = Nonce(high: 1, low: 1), other = Nonce(high: 2, low: 2)
        oracle.edited(Edit(record: 0, .write([(column: 1, parts: [.text("a")])])), on: 0)
        try oracle.stamped([StampedWrite(writer: writer, sequence: 1, batch: writer, before: nil, record: 0, columns: [.exists, ColumnSet(number: 1)], timeMilliseconds: 1)], on: 0)
        #expect(throws: SimulationFault.self, "a dot twice") {
            oracle.edited(Edit(record: 0, .delete), on: 0)
            try oracle.stamped([StampedWrite(writer: writer, sequence: 1, batch: writer, before: nil, record: 0, columns: .exists, timeMilliseconds: 2)], on: 0)
        }
        #expect(throws: SimulationFault.self, "columns that nobody wrote") {
            oracle.edited(Edit(record: 1, .undelete), on: 1)
            try oracle.stamped([StampedWrite(writer: other, sequence: 1, batch: other, before: nil, record: 1, columns: [.exists, ColumnSet(number: 2)], timeMilliseconds: 2)], on: 1)
        }
        #expect(throws: SimulationFault.self, "a change that nobody made") {
            try oracle.stamped([StampedWrite(writer: other, sequence: 1, batch: other, before: nil, record: 3, columns: .exists, timeMilliseconds: 2)], on: 1)
        }
    }
}
