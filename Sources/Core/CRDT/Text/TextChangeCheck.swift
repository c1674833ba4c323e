/// What can be judged of a change to a text by itself, without the text: so all who get it judge alike.
extension TextChange {
    package func check() throws(TextError) {
        guard passages.count <= TextLimit.runCount, deletes.count <= TextLimit.runCount else { throw .tooLarge }
        try checkPassages()
        try checkDeletes()
        guard opens == nil || (deletes.isEmpty && isOnePassage) else { throw .badGeneration(dot) }
    }

    private func checkPassages() throws(TextError) {
        let limit = UInt32(TextLimit.scalarCount)
        var end: UInt32 = 0
        for passage in passages {
            guard passage.offset <= limit, passage.count <= limit - passage.offset else { throw .tooLarge }
            guard passage.count > 0, passage.offset >= end, passage.letters.map({ $0.count == Int(passage.count) }) ?? true else { throw .overlapping(dot) }
            end = passage.offset + passage.count
            if let parent = passage.place.parent {
                guard parent.dot != dot || parent.offset < passage.offset else { throw .ring(dot) }
                guard generation == .over || hasSeen(parent.dot) else { throw .unseen(parent.dot, by: dot) }
            } else if passage.place.slot != .after {
                throw .overlapping(dot)
            }
        }
    }

    private func checkDeletes() throws(TextError) {
        let limit = UInt32(TextLimit.scalarCount)
        var ranges = deletes
        ranges.sort { TextID.isBefore(TextID($0.dot, $0.offset), TextID($1.dot, $1.offset)) }
        var reached: TextRange?
        for range in ranges {
            guard range.offset <= limit, range.count <= limit - range.offset else { throw .tooLarge }
            guard range.count > 0 else { throw .overlapping(dot) }
            if let reached, reached.dot == range.dot, reached.offset + reached.count > range.offset { throw .overlapping(dot) }
            guard generation == .over || hasSeen(range.dot) else { throw .unseen(range.dot, by: dot) }
            reached = range
        }
    }

    private func hasSeen(_ other: Dot) -> Bool {
        other.writer == dot.writer ? other.sequence <= dot.sequence : context.includes(other)
    }

    /// From the beginning on, without a gap; nothing, where what was written is no prose or empty. Of a generation that gave way
    /// there is what is left.
    private var isOnePassage: Bool {
        guard generation == .opened(dot) else { return generation == .over }
        var end: UInt32 = 0
        for passage in passages {
            guard passage.offset == end, passage.place == (end == 0 ? .beginning : .following(dot, end)) else { return false }
            end += passage.count
        }
        return true
    }
}
