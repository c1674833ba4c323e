import CRDT
import Sync
import Wire

/// A set of writes by their numbers.
package struct WriteSet: Hashable, Sendable {
    private var words: [UInt64] = []

    package init() {}

    package func contains(_ number: Int) -> Bool {
        number >> 6 < words.count && words[number >> 6] & 1 << UInt64(number & 63) != 0
    }

    package mutating func insert(_ number: Int) {
        while number >> 6 >= words.count { words.append(0) }
        words[number >> 6] |= 1 << UInt64(number & 63)
    }

    package mutating func formUnion(_ other: WriteSet) {
        while words.count < other.words.count { words.append(0) }
        for index in other.words.indices { words[index] |= other.words[index] }
    }

    package mutating func subtract(_ other: WriteSet) {
        for index in 0..<min(words.count, other.words.count) { words[index] &= ~other.words[index] }
    }

    package func isSubset(of other: WriteSet) -> Bool {
        words.indices.allSatisfy { words[$0] & ~($0 < other.words.count ? other.words[$0] : 0) == 0 }
    }

    package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    package var members: [Int] {
        var members: [Int] = []
        for index in words.indices {
            var rest = words[index]
            while rest != 0 {
                members.append(index << 6 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return members
    }
}

/// What really happened, kept naively: every write that anyone ever made, and for every laptop which writes it held whole
/// and which reached it at all. From that it says what every laptop must show.
///
/// It is written apart from the merge on purpose: it knows no contexts, forgets nothing, and takes no word from a replica
/// but its dots, its times and its answers. A write is covered when someone who really held it whole wrote the same cell later.
///
/// It does not check: times as such (only that an edit is later than what it replaces), the sealing of segments, and how
/// deltas are cut. Cells are numbered `record * SimulatedSchema.cellStride + column`.
package struct Oracle {
    struct Write {
        let author: Int
        let id: WriteID
        let record: Int
        let columns: ColumnSet
        let values: [Int: [Value]]
        let timeMilliseconds: Int64
        /// What the author's laptop held whole when the person wrote.
        let seen: WriteSet
    }

    /// An edit that is not stamped yet.
    struct Pending {
        let record: Int
        var columns: ColumnSet
        var values: [Int: [Value]]
        /// At some time since the last stamping.
        var wasDeleted = false
        var seen: WriteSet
    }

    struct Laptop {
        var pending: [Pending] = []
        var whole = WriteSet()
        /// By cell: the writes that ever came here carrying it.
        var arrived: [WriteSet] = Array(
            repeating: WriteSet(), count: SimulatedSchema.recordCount * SimulatedSchema.cellStride)
        /// By delta: the segments that came.
        var segments: [DeltaID: Set<Int>] = [:]
        /// The cuts that the replica says it knows, by root: they decide what writers are called there.
        var cuts: [WriterID: Set<UInt32>] = [:]
    }

    /// One stamping, as it happened: the tree of these is what copies have in common.
    struct Batch {
        let before: Nonce?
        let first: UInt32
        var last: UInt32
    }

    /// What a delta held when it was frozen.
    struct Truth {
        let base: WriteSet
        let promise: WriteSet
        let content: [[(write: Int, columns: ColumnSet)]]
    }

    /// What a write is called for ever, whatever its writer is called.
    struct WriteID: Hashable {
        let batch: Nonce
        let sequence: UInt32
    }

    var laptops: [Laptop]
    var writes: [Write] = []
    var numbers: [WriteID: Int] = [:]
    var batches: [Nonce: Batch] = [:]
    var truths: [DeltaID: Truth] = [:]

    /// Whether the replicas compare what was with what is, and stamp only what really changed and all columns of a new
    /// row, as the store does; else they stamp just the columns that were written.
    private let stampsWhatChanged: Bool

    package init(laptopCount: Int, stampsWhatChanged: Bool = false) {
        laptops = Array(repeating: Laptop(), count: laptopCount)
        self.stampsWhatChanged = stampsWhatChanged
    }

    package var writeCount: Int { writes.count }

    package func knows(_ delta: DeltaID) -> Bool { truths[delta] != nil }

    // MARK: What happens

    package mutating func edited(_ edit: Edit, on laptop: Int) {
        var pending = Pending(record: edit.record, columns: .exists, values: [:], seen: WriteSet())
        if let place = laptops[laptop].pending.firstIndex(where: { $0.record == edit.record }) {
            pending = laptops[laptop].pending.remove(at: place)
        }
        pending.seen = laptops[laptop].whole
        pending.values[0] = [.integer(1)]
        switch edit.act {
        case .write(let values):
            for (column, parts) in values {
                pending.columns.formUnion(ColumnSet(number: column))
                pending.values[column] = parts
            }
        case .increment(let column, let by):
            pending.columns.formUnion(ColumnSet(number: column))
            let before = pending.values[column]?.first?.countedAsInteger ?? 0
            pending.values[column] = [.integer(before &+ by)]
        case .delete:
            pending.values[0] = [.integer(0)]
            pending.wasDeleted = true
        case .undelete:
            break
        }
        laptops[laptop].pending.append(pending)
    }

    package mutating func stamped(_ stamped: [StampedWrite], on laptop: Int) throws {
        var seenEarlierInBatch: [Int] = []
        for stamp in stamped {
            guard let place = laptops[laptop].pending.firstIndex(where: { $0.record == stamp.record }) else {
                throw SimulationFault("a change was stamped that nobody made")
            }
            let edited = laptops[laptop].pending.remove(at: place)
            let pending = try stampsWhatChanged
                ? agreed(edited, with: stamp, on: laptop) : exactly(edited, as: stamp)
            let id = WriteID(batch: stamp.batch, sequence: stamp.sequence)
            guard numbers[id] == nil, follow(stamp) else {
                throw SimulationFault("a dot was used twice, or one was left out")
            }
            let number = writes.count
            numbers[id] = number
            writes.append(Write(
                author: laptop, id: id, record: stamp.record, columns: stamp.columns, values: pending.values,
                timeMilliseconds: stamp.timeMilliseconds, seen: pending.seen))
            try checkTime(of: number)
            seenEarlierInBatch.append(number)
            for column in stamp.columns.numbers { arrive(number, column: column, on: laptop) }
        }
        for number in seenEarlierInBatch { laptops[laptop].whole.insert(number) }
        if stampsWhatChanged { try dropUnchanged(on: laptop) }
    }

    /// Takes up the stamped write's place in its batch, and the batch's place after the one before. False when it has none.
    private mutating func follow(_ stamp: StampedWrite) -> Bool {
        if let batch = batches[stamp.batch] {
            guard stamp.sequence == batch.last + 1 else { return false }
            batches[stamp.batch]?.last = stamp.sequence
            return true
        }
        if let before = stamp.before, batches[before.nonce]?.last != before.last { return false }
        guard stamp.sequence == (stamp.before?.last ?? 0) + 1 else { return false }
        batches[stamp.batch] = Batch(before: stamp.before?.nonce, first: stamp.sequence, last: stamp.sequence)
        return true
    }

    /// What was edited and not stamped changed nothing: it is as it was, or was made and deleted again.
    private mutating func dropUnchanged(on laptop: Int) throws {
        for pending in laptops[laptop].pending {
            let exists = shownBefore(pending.record, 0, on: laptop)
            if exists == nil, pending.values[0] == [.integer(0)] { continue }
            for column in pending.columns.numbers {
                guard wasShown(pending, column, on: laptop) else {
                    throw SimulationFault("an edit of record \(pending.record), column \(column), was not stamped")
                }
            }
        }
        laptops[laptop].pending = []
    }

    private func exactly(_ pending: Pending, as stamp: StampedWrite) throws -> Pending {
        guard stamp.columns == pending.columns else {
            throw SimulationFault(
                "a change of record \(stamp.record) has columns \(stamp.columns.rawValue), written were \(pending.columns.rawValue)")
        }
        return pending
    }

    /// What was written and not stamped must have been shown already; what was stamped and not written must be the NULLs
    /// of a row that is new.
    ///
    /// A row that was deleted, made again and deleted again between two stampings may state what it showed once more.
    private func agreed(_ pending: Pending, with stamp: StampedWrite, on laptop: Int) throws -> Pending {
        var pending = pending
        for column in pending.columns.subtracting(stamp.columns).numbers {
            guard wasShown(pending, column, on: laptop) else {
                throw SimulationFault("a change of record \(stamp.record) lacks column \(column)")
            }
        }
        let isNew = laptops[laptop].arrived[stamp.record * SimulatedSchema.cellStride].isEmpty
        let table = SimulatedSchema.schema.tables[SimulatedSchema.keys[stamp.record].table]
        for column in stamp.columns.subtracting(pending.columns).numbers {
            let parts = table.columns[column - 1].parts.count
            pending.values[column] = shownBefore(stamp.record, column, on: laptop) ?? Array(repeating: .null, count: parts)
            guard isNew || pending.wasDeleted else {
                throw SimulationFault("a change of record \(stamp.record) has column \(column), which nobody wrote")
            }
        }
        return pending
    }

    /// Whether an edit left a column as the laptop showed it: a counter by nothing.
    private func wasShown(_ pending: Pending, _ column: Int, on laptop: Int) -> Bool {
        let isCounter = column > 0 && SimulatedSchema.kind(record: pending.record, column: column).accumulates
        guard !isCounter else { return pending.values[column]?.first?.countedAsInteger == 0 }
        return pending.values[column] == shownBefore(pending.record, column, on: laptop)
    }

    private func shownBefore(_ record: Int, _ column: Int, on laptop: Int) -> [Value]? {
        let siblings = expectedSiblings(record * SimulatedSchema.cellStride + column, on: laptop)
        return siblings.isEmpty ? nil : shown(siblings, record: record, column: column)
    }

    /// Notes what a delta holds, and checks that it is everything the laptop shows and the base lacks.
    package mutating func froze(_ delta: DeltaContent, on laptop: Int) throws {
        let held = try set(of: delta.base)
        var carried: [Int: ColumnSet] = [:]
        let found = try delta.segments.map { segment in
            try segment.map { part -> (write: Int, columns: ColumnSet) in
                guard let number = numbers[WriteID(batch: part.batch, sequence: part.sequence)] else {
                    throw SimulationFault("a delta holds a change that nobody made")
                }
                guard carried.updateValue(part.columns, forKey: number) == nil else {
                    throw SimulationFault("a delta holds a change twice")
                }
                return (number, part.columns)
            }
        }
        for cell in laptops[laptop].arrived.indices {
            let (record, column) = cell.quotientAndRemainder(dividingBy: SimulatedSchema.cellStride)
            for number in expected(cell, on: laptop).members where !held.contains(number) {
                guard carried[number]?.contains(number: column) == true else {
                    throw SimulationFault("a delta lacks \(describe(number)) in column \(column) of record \(record)")
                }
                carried[number]?.remove(ColumnSet(number: column))
            }
        }
        guard carried.values.allSatisfy(\.isEmpty) else { throw SimulationFault("a delta holds columns that were overwritten") }
        truths[delta.id] = Truth(base: held, promise: laptops[laptop].whole, content: found)
    }

    /// A segment was committed. Nothing of it is shown before all of its delta is here.
    package mutating func merged(_ delta: DeltaID, segment: Int, on laptop: Int) throws {
        guard let truth = truths[delta] else { throw SimulationFault("a delta was merged that nobody froze") }
        precondition(truth.content.indices.contains(segment))
        laptops[laptop].segments[delta, default: []].insert(segment)
        gotWhole(delta, on: laptop)
    }

    /// A delta became whole if all its segments came and its base was held.
    package mutating func gotWhole(_ delta: DeltaID, on laptop: Int) {
        guard let truth = truths[delta], (laptops[laptop].segments[delta] ?? []).count == truth.content.count,
            truth.base.isSubset(of: laptops[laptop].whole)
        else { return }
        for (number, columns) in truth.content.joined() {
            for column in columns.numbers { arrive(number, column: column, on: laptop) }
        }
        laptops[laptop].whole.formUnion(truth.promise)
    }

    private mutating func arrive(_ number: Int, column: Int, on laptop: Int) {
        laptops[laptop].arrived[writes[number].record * SimulatedSchema.cellStride + column].insert(number)
    }

    /// The writes that knowledge claims: of each writer those from the batch that names it.
    func set(of knowledge: Knowledge) throws -> WriteSet {
        var set = WriteSet()
        for (writer, end) in knowledge.ends {
            var nonce = end.nonce
            guard batches[nonce]?.last == end.last else { throw SimulationFault("knowledge ends within a batch, or at none") }
            while let batch = batches[nonce] {
                for sequence in batch.first...batch.last {
                    guard let number = numbers[WriteID(batch: nonce, sequence: sequence)] else {
                        throw SimulationFault("knowledge claims a change that nobody made")
                    }
                    set.insert(number)
                }
                if nonce == writer { break }
                guard let before = batch.before else { throw SimulationFault("knowledge names a writer of another line") }
                nonce = before
            }
        }
        return set
    }

    func describe(_ number: Int) -> String {
        let write = writes[number]
        return "write \(number) (laptop \(write.author), sequence \(write.id.sequence), record \(write.record))"
    }
}
