import CRDT

/// The runs of a text in reading order, columnar: each said by what it is to the run that it hangs on.
///
/// Most runs go on where another ended: the next change of the same writer, or the rest of a passage in whose midst somebody
/// typed. So a run is said relative to the one before it; and a passage that hangs before another run is said when that run
/// comes, which is when all between has been read (a stack: what hangs before something lies one in another).
private enum RunCode {
    /// Where it hangs. `following`: no passage begins here; `explicit`: the parent is told.
    static let after: UInt64 = 0, before: UInt64 = 1, inPlace: UInt64 = 2, following: UInt64 = 3, beginning: UInt64 = 4
    static let explicitAfter: UInt64 = 5, explicitInPlace: UInt64 = 6
    /// Whose it is, of what is no `following`: the next change of the writer, the same change where it ended, the same change
    /// elsewhere, another.
    static let nextChange: UInt64 = 0, goesOn: UInt64 = 1, sameChange: UInt64 = 2, otherChange: UInt64 = 3
    /// Who deleted it: nobody; the change before the one that deleted the last deleted run, the same, the one after it, another, and
    /// several, by the number of their set.
    static let alive: UInt64 = 0, earlier: UInt64 = 1, same: UInt64 = 2, later: UInt64 = 3, other: UInt64 = 4, several: UInt64 = 5

    /// One number: how many runs that hang before this one have been read, where it hangs, and whose it is.
    static func shape(_ closedCount: Int, _ place: UInt64, _ change: UInt64) -> UInt64 { (UInt64(closedCount) << 3 | place) << 2 | change }
}

extension ByteWriter {
    mutating func runs(_ stored: TextStored) {
        let runs = stored.runs
        var (shapes, writers, sequences, offsets, counts) = (NumberColumn(), NumberColumn(), NumberColumn(), NumberColumn(), NumberColumn())
        var (parentWriters, parentSequences, parentOffsets) = (NumberColumn(), NumberColumn(), NumberColumn())
        var (fates, deleterWriters, deleterSequences) = (NumberColumn(), NumberColumn(), NumberColumn())
        /// Runs that hang before one that has not come yet.
        var open: [Int] = []
        var deleter = Dot(WriterOrdinal(0), 1)
        for (index, run) in runs.enumerated() {
            var closedCount = 0
            var base: TextRun? = index > 0 ? runs[index - 1] : nil
            while let last = open.last, runs[last].place.parent == run.first {
                open.removeLast()
                closedCount += 1
                base = last > 0 ? runs[last - 1] : nil
            }
            let code = placeCode(of: run, after: base)
            if code == RunCode.before { open.append(index) }
            let isFollowing = code == RunCode.following
            let change = changeCode(of: run, after: base)
            shapes.append(RunCode.shape(closedCount, code, isFollowing ? 0 : change))
            if !isFollowing {
                if change == RunCode.otherChange {
                    writers.append(run.dot.writer.number)
                    sequences.append(signed: Int64(run.dot.sequence) - Int64(index > 0 ? runs[index - 1].dot.sequence : 0))
                }
                if change >= RunCode.sameChange { offsets.append(run.offset) }
            }
            counts.append(run.count)
            if code >= RunCode.explicitAfter, let parent = run.place.parent {
                parentWriters.append(parent.dot.writer.number)
                parentSequences.append(signed: Int64(parent.dot.sequence) - Int64(run.dot.sequence))
                parentOffsets.append(parent.offset)
            }
            let fate = fateCode(of: run, lastDeleter: deleter)
            fates.append(fate)
            if fate == RunCode.other {
                deleterWriters.append(run.deleter.writer.number)
                deleterSequences.append(signed: Int64(run.deleter.sequence) - Int64(run.dot.sequence))
            }
            if !run.isAlive, run.dispute < 0 { deleter = run.deleter }
        }
        number(runs.count)
        columns(shapes, writers, sequences, offsets, counts, parentWriters, parentSequences, parentOffsets, fates, deleterWriters, deleterSequences)
        number(stored.disputes.count)
        for dispute in stored.disputes {
            number(dispute.count)
            for dot in dispute {
                number(UInt64(dot.writer.number))
                number(UInt64(dot.sequence))
            }
        }
    }

    private func placeCode(of run: TextRun, after base: TextRun?) -> UInt64 {
        let place = run.place
        guard let parent = place.parent else { return RunCode.beginning }
        guard run.isHead else {
            return base?.last == parent ? RunCode.following : RunCode.explicitAfter
        }
        switch place.slot {
        case .after: return parent == base?.last ? RunCode.after : RunCode.explicitAfter
        case .inPlace: return parent == base?.last ? RunCode.inPlace : RunCode.explicitInPlace
        case .before: return RunCode.before
        }
    }

    private func changeCode(of run: TextRun, after base: TextRun?) -> UInt64 {
        guard let base, base.dot.writer == run.dot.writer else { return RunCode.otherChange }
        if base.dot == run.dot { return base.last.offset + 1 == run.offset ? RunCode.goesOn : RunCode.sameChange }
        return base.dot.sequence < .max && run.dot.sequence == base.dot.sequence + 1 && run.offset == 0 ? RunCode.nextChange : RunCode.otherChange
    }

    private func fateCode(of run: TextRun, lastDeleter: Dot) -> UInt64 {
        if run.isAlive { return RunCode.alive }
        if run.dispute >= 0 { return RunCode.several + UInt64(run.dispute) }
        guard run.deleter.writer == lastDeleter.writer else { return RunCode.other }
        switch Int64(run.deleter.sequence) - Int64(lastDeleter.sequence) {
        case -1: return RunCode.earlier
        case 0: return RunCode.same
        case 1: return RunCode.later
        default: return RunCode.other
        }
    }
}

/// The runs of a blob while they are read.
private struct RunReaders {
    var shapes, writers, sequences, offsets, counts: NumberColumn.Reader
    var parentWriters, parentSequences, parentOffsets: NumberColumn.Reader
    var fates, deleterWriters, deleterSequences: NumberColumn.Reader

    init(_ reader: inout ByteReader) throws {
        shapes = try reader.numbers()
        writers = try reader.numbers()
        sequences = try reader.numbers()
        offsets = try reader.numbers()
        counts = try reader.numbers()
        parentWriters = try reader.numbers()
        parentSequences = try reader.numbers()
        parentOffsets = try reader.numbers()
        fates = try reader.numbers()
        deleterWriters = try reader.numbers()
        deleterSequences = try reader.numbers()
    }

    mutating func finish() throws {
        try shapes.finish()
        try writers.finish()
        try sequences.finish()
        try offsets.finish()
        try counts.finish()
        try parentWriters.finish()
        try parentSequences.finish()
        try parentOffsets.finish()
        try fates.finish()
        try deleterWriters.finish()
        try deleterSequences.finish()
    }
}

extension ByteReader {
    mutating func runs() throws -> TextStored {
        var stored = TextStored()
        let count = try number(limit: TextLimit.runCount)
        var read = try RunReaders(&self)
        stored.disputes = try disputes()
        /// Runs that hang before one that has not come yet.
        var open: [Int] = []
        var deleter = Dot(WriterOrdinal(0), 1)
        var letters = 0
        for index in 0..<count {
            let shape = try read.shapes.next(limit: (TextLimit.runCount << 3 | 7) << 2 | 3)
            let (closedCount, code, change) = (shape >> 5, UInt64(shape >> 2 & 7), UInt64(shape & 3))
            guard closedCount <= open.count else { throw failure(.malformed) }
            let closed = Array(open.suffix(closedCount))
            open.removeLast(closedCount)
            let baseIndex = (closed.first ?? index) - 1
            let base: TextRun? = baseIndex >= 0 ? stored.runs[baseIndex] : nil
            let (dot, offset) = try identity(code, change, base, stored.runs.last, &read)
            let length = UInt32(try read.counts.next(limit: TextLimit.scalarCount - min(TextLimit.scalarCount, Int(offset))))
            guard length > 0 else { throw failure(.malformed) }
            for place in closed { stored.runs[place] = stored.runs[place].hanging(TextPlace(.before, TextID(dot, offset))) }
            let place = try place(code, dot, base, &read)
            var run = TextRun(dot: dot, offset: offset, count: length, place: place, letters: -1)
            if code == RunCode.before { open.append(index) }
            try fate(of: &run, &deleter, &letters, stored.disputes, &read)
            stored.runs.append(run)
        }
        guard open.isEmpty else { throw failure(.malformed) }
        try read.finish()
        return stored
    }

    private func identity(
        _ code: UInt64, _ change: UInt64, _ base: TextRun?, _ previous: TextRun?, _ read: inout RunReaders
    ) throws -> (Dot, UInt32) {
        if code == RunCode.following {
            guard let base, change == 0 else { throw failure(.malformed) }
            return (base.dot, base.last.offset + 1)
        }
        if change == RunCode.otherChange {
            let sequence = try read.sequences.next(from: previous?.dot.sequence ?? 0)
            return (try dot(&read.writers, sequence), UInt32(try read.offsets.next(limit: TextLimit.scalarCount)))
        }
        guard let base else { throw failure(.malformed) }
        switch change {
        case RunCode.nextChange:
            guard base.dot.sequence < .max else { throw failure(.malformed) }
            return (Dot(base.dot.writer, base.dot.sequence + 1), 0)
        case RunCode.goesOn: return (base.dot, base.last.offset + 1)
        default: return (base.dot, UInt32(try read.offsets.next(limit: TextLimit.scalarCount)))
        }
    }

    private func place(_ code: UInt64, _ own: Dot, _ base: TextRun?, _ read: inout RunReaders) throws -> TextPlace {
        switch code {
        // What hangs before something is told where it hangs when that comes.
        case RunCode.beginning, RunCode.before: return .beginning
        case RunCode.after, RunCode.inPlace, RunCode.following:
            guard let base else { throw failure(.malformed) }
            return TextPlace(code == RunCode.inPlace ? .inPlace : .after, base.last)
        case RunCode.explicitAfter, RunCode.explicitInPlace:
            let sequence = try read.parentSequences.next(from: own.sequence)
            let parent = TextID(try dot(&read.parentWriters, sequence), UInt32(try read.parentOffsets.next(limit: TextLimit.scalarCount)))
            return TextPlace(code == RunCode.explicitAfter ? .after : .inPlace, parent)
        default: throw failure(.malformed)
        }
    }

    private func fate(of run: inout TextRun, _ deleter: inout Dot, _ letters: inout Int, _ disputes: [[Dot]], _ read: inout RunReaders) throws {
        let fate = UInt64(try read.fates.next(limit: Int(RunCode.several) + TextLimit.runCount))
        switch fate {
        case RunCode.alive:
            run.letters = letters
            letters += Int(run.count)
            return
        case RunCode.earlier, RunCode.same, RunCode.later:
            let sequence = Int64(deleter.sequence) + Int64(fate) - Int64(RunCode.same)
            guard sequence > 0, sequence <= Int64(UInt32.max) else { throw failure(.malformed) }
            deleter = Dot(deleter.writer, UInt32(sequence))
        case RunCode.other:
            let sequence = try read.deleterSequences.next(from: run.dot.sequence)
            deleter = try dot(&read.deleterWriters, sequence)
        default:
            guard Int(fate - RunCode.several) < disputes.count else { throw failure(.malformed) }
            run.dispute = Int32(fate - RunCode.several)
            run.deleter = disputes[Int(run.dispute)][0]
            return
        }
        run.deleter = deleter
    }

    private mutating func disputes() throws -> [[Dot]] {
        var found: [[Dot]] = []
        for _ in 0..<(try count(limit: TextLimit.runCount, bytesEach: 5)) {
            var dots: [Dot] = []
            for _ in 0..<(try count(limit: TextLimit.deleterCount, bytesEach: 2)) { dots.append(Dot(WriterOrdinal(try sequence()), try sequence())) }
            guard dots.count > 1, dots.allSatisfy({ $0.sequence > 0 }), zip(dots, dots.dropFirst()).allSatisfy(<) else { throw failure(.malformed) }
            found.append(dots)
        }
        return found
    }
}
