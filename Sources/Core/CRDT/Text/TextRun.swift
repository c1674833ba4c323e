/// Consecutive scalars of one passage that share their fate: alive, or deleted by the same changes.
///
/// Plain data without references: a text has many, and they are copied often.
package struct TextRun: Sendable {
    package var dot: Dot
    /// Of the first scalar.
    package var offset: UInt32
    package var count: UInt32
    /// Index in `TextSequence.disputes` when several changes deleted it; else -1.
    package var dispute: Int32 = -1
    /// Its first scalar begins a passage, whose place follows; else it hangs after the scalar of the offset before it.
    package var isHead: Bool
    var slot: TextPlace.Slot
    var hasParent: Bool
    var parentDot: Dot
    var parentOffset: UInt32
    /// Index of the first scalar in `TextSequence.letters`; -1 when it came without.
    package var letters: Int
    /// The first to have deleted it; sequence 0: it is alive.
    package var deleter = TextRun.nobody

    package static let nobody = Dot(WriterOrdinal(0), 0)

    package init(dot: Dot, offset: UInt32, count: UInt32, place: TextPlace, letters: Int) {
        self.dot = dot
        self.offset = offset
        self.count = count
        isHead = offset == 0 || place != .following(dot, offset)
        slot = place.slot
        hasParent = place.parent != nil
        parentDot = place.parent?.dot ?? TextRun.nobody
        parentOffset = place.parent?.offset ?? 0
        self.letters = letters
    }

    @inline(__always) package var isAlive: Bool { deleter.sequence == 0 }
    @inline(__always) var end: UInt32 { offset + count }
    @inline(__always) var livingCount: Int { isAlive ? Int(count) : 0 }
    package var first: TextID { TextID(dot, offset) }
    package var last: TextID { TextID(dot, end - 1) }

    /// Where the first scalar of the run hangs.
    package var place: TextPlace {
        isHead ? TextPlace(slot, hasParent ? TextID(parentDot, parentOffset) : nil) : .following(dot, offset)
    }

    /// The same, at another place.
    package func hanging(_ place: TextPlace) -> TextRun {
        var run = TextRun(dot: dot, offset: offset, count: count, place: place, letters: letters)
        (run.deleter, run.dispute) = (deleter, dispute)
        return run
    }

    func hangs(_ slot: TextPlace.Slot, on id: TextID) -> Bool {
        if !isHead { return slot == .after && id.dot == dot && id.offset == offset - 1 }
        return self.slot == slot && hasParent && parentDot == id.dot && parentOffset == id.offset
    }

    /// The scalars from `index` on, counted from the run's first.
    func suffix(from index: UInt32) -> TextRun {
        var rest = self
        if index > 0 { rest.isHead = false }
        rest.offset += index
        rest.count -= index
        if letters >= 0 { rest.letters += Int(index) }
        return rest
    }

    /// Whether `next` goes on where this ends, so that both could be one.
    func continues(into next: TextRun) -> Bool {
        !next.isHead && dot == next.dot && end == next.offset && deleter == next.deleter && dispute == next.dispute
    }
}
