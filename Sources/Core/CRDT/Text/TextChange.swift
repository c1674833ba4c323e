/// Names one Unicode scalar of a text for ever: the change that inserted it, and its place in what that change inserted.
package struct TextID: Hashable, Sendable {
    package let dot: Dot
    /// From 0; the passages of one change share one count.
    package let offset: UInt32

    package init(_ dot: Dot, _ offset: UInt32) {
        self.dot = dot
        self.offset = offset
    }

    /// One order of all identities, for searching; it has no meaning, and differs from replica to replica.
    static func isBefore(_ a: TextID, _ b: TextID) -> Bool { a.dot == b.dot ? a.offset < b.offset : a.dot < b.dot }
}

/// Where the first scalar of a passage hangs. Reading a scalar is: what hangs before it, itself, what stands in its place,
/// what hangs after it; within a slot by identity.
///
/// Without `inPlace` this is the tree of Fugue: before and after are its left and right children (Weidner, Kleppmann: The Art
/// of the Fugue, arXiv 2305.00583, algorithm 1).
package struct TextPlace: Hashable, Sendable {
    package enum Slot: UInt8, Sendable {
        case before, inPlace, after
    }

    /// nil: the text's beginning, and then the slot is `after`.
    package let parent: TextID?
    package let slot: Slot

    package init(_ slot: Slot, _ parent: TextID?) {
        self.parent = parent
        self.slot = slot
    }

    package static let beginning = TextPlace(.after, nil)

    /// The place of every scalar of a passage but its first.
    static func following(_ dot: Dot, _ offset: UInt32) -> TextPlace { TextPlace(.after, TextID(dot, offset - 1)) }
}

/// Consecutive scalars that a change inserted: one passage, or what is left of a part of one.
package struct TextPassage: Hashable, Sendable {
    /// Of the first scalar.
    package let offset: UInt32
    package internal(set) var count: UInt32
    /// Of the first scalar; each further one hangs after the one before it.
    package let place: TextPlace
    /// As many as `count`; nil when they have been deleted since: then nobody keeps them.
    package internal(set) var letters: [Unicode.Scalar]?

    package init(offset: UInt32, place: TextPlace, letters: [Unicode.Scalar]) {
        self.init(offset: offset, count: UInt32(letters.count), place: place, letters: letters)
    }

    package init(offset: UInt32, place: TextPlace, deletedCount: UInt32) {
        self.init(offset: offset, count: deletedCount, place: place, letters: nil)
    }

    package init(offset: UInt32, count: UInt32, place: TextPlace, letters: [Unicode.Scalar]?) {
        self.offset = offset
        self.count = count
        self.place = place
        self.letters = letters
    }
}

/// Consecutive identities of one change.
package struct TextRange: Hashable, Sendable {
    package let dot: Dot
    package let offset: UInt32
    package let count: UInt32

    package init(_ dot: Dot, _ offset: UInt32, count: UInt32) {
        self.dot = dot
        self.offset = offset
        self.count = count
    }
}

/// Which writing of the text as one passage a change belongs to.
package enum TextGeneration: Hashable, Sendable {
    /// Before anybody has written the text as one passage.
    case first
    /// The change of this dot wrote it so.
    case opened(Dot)
    /// One that is over: only words are left of the change.
    case over
}

/// What one change did to one text, as far as it is still there.
///
/// Example: `Anna komt` becomes `Anna belt`: one passage ` belt` in place of the first scalar of ` komt`, and the five of
/// ` komt` deleted.
package struct TextChange: Hashable, Sendable {
    package let dot: Dot
    /// What its author had seen; the author's own earlier changes are implied.
    package let context: Context
    /// Ascending by offset, none into another.
    package var passages: [TextPassage]
    /// Ascending, none into another.
    package var deletes: [TextRange]
    package let generation: TextGeneration
    /// A change that begins a generation: the name of the text that it wrote as one passage. Then `generation` is its own dot, or
    /// `over` if a greater one took its place.
    package let opens: Nonce?
    /// What it leaves is NULL, unless words stand there: nothing was typed, as an empty text would say.
    package let leavesNull: Bool
    /// Of a change that begins a generation: its time, by which the greatest is found. It is beyond that of all its author had seen.
    package let timeMilliseconds: Int64

    package init(
        dot: Dot, context: Context, passages: [TextPassage] = [], deletes: [TextRange] = [], generation: TextGeneration = .first,
        opens: Nonce? = nil, leavesNull: Bool = false, timeMilliseconds: Int64 = 0
    ) {
        self.leavesNull = leavesNull
        self.timeMilliseconds = timeMilliseconds
        self.dot = dot
        self.context = context
        self.passages = passages
        self.deletes = deletes
        self.generation = generation
        self.opens = opens
    }
}

extension TextChange {
    /// The same, of a generation that began at a time.
    package func at(_ timeMilliseconds: Int64) -> TextChange {
        TextChange(
            dot: dot, context: context, passages: passages, deletes: deletes, generation: generation, opens: opens,
            leavesNull: leavesNull, timeMilliseconds: timeMilliseconds)
    }

    /// The same, of which only words are left.
    package var over: TextChange {
        TextChange(
            dot: dot, context: context, passages: passages.filter { $0.letters != nil }, deletes: deletes, generation: .over,
            opens: opens, leavesNull: leavesNull, timeMilliseconds: timeMilliseconds)
    }
}

/// What is wrong with changes to a text that came from outside. Nothing of what was to be taken in is kept.
package enum TextError: Error, Hashable, Sendable {
    /// A passage hangs on an identity that nobody has.
    case unknownPlace(TextID)
    /// What is deleted is nowhere.
    case unknownDeletion(TextRange)
    /// A change hangs on, or deletes, what its author had not seen.
    case unseen(Dot, by: Dot)
    /// Passages hang on one another in a ring.
    case ring(Dot)
    /// Passages or deletions of one change lie in one another, are empty, or are not in ascending order.
    case overlapping(Dot)
    /// Letters are missing of scalars that nobody has deleted.
    case lettersMissing(TextID)
    /// A generation that is not one passage at the beginning, or deletes; or one that nobody began.
    case badGeneration(Dot)
    /// A writer whose name is not known here.
    case unknownWriter(WriterOrdinal)
    /// More than a text may have; see `TextLimit`.
    case tooLarge
}

/// How large a text may grow. Protocol.md, "Text", repeats these.
package enum TextLimit {
    /// Bytes of UTF-8: what is longer is a register.
    package static let byteCount = 10 << 20
    /// Scalars that one change may have inserted, deleted ones counted.
    package static let scalarCount = 10 << 20
    /// Runs of one text, and passages or deletions of one change.
    package static let runCount = 1 << 20
    /// Deleters of one scalar beyond which no more are kept apart: that many people on one word is a dispute whoever else comes.
    package static let deleterCount = 64
}
