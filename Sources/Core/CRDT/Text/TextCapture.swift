extension Text {
    /// What the column holds: nil is NULL.
    package var value: [Unicode.Scalar]? { isNull ? nil : shown.unicodeScalars.map { $0 } }

    /// Takes in what somebody made of what the column holds; nil is NULL.
    ///
    /// - Returns: the change.
    package mutating func write(value: [Unicode.Scalar]?, as dot: Dot, seeing context: Context) throws(TextError) {
        let written = try write(value ?? [], as: dot, seeing: context)
        if written == nil {
            try take([TextChange(
                dot: dot, context: context, generation: generation.map { .opened($0) } ?? .first, leavesNull: value == nil)])
        } else if value == nil {
            leaveNull(dot)
        }
    }

    /// Takes in what somebody made of the text that is shown here, in whole words (rules 1 and 2).
    ///
    /// - Parameters:
    ///   - new: what the column holds now.
    ///   - dot: of the change; greater than any of its writer here.
    ///   - context: its author has seen all that is here.
    /// - Returns: the change; nil when nothing is different.
    package mutating func write(_ new: [Unicode.Scalar], as dot: Dot, seeing context: Context) throws(TextError) -> TextChange? {
        guard !contexts.concurrent.isEmpty else { return try writePlainly(new, as: dot, seeing: context) }
        let view = view
        guard view.shown != new else { return nil }
        // A space that is in no change goes when its neighbours change. Where what was typed does not come out of that, the words
        // around such spaces are written anew; and if even that is not what was typed, all of it is.
        for keepsSpaces in [true, false] {
            let old = keepsSpaces ? view.shown.map(\.value) : valuesWithoutSpaces(view)
            let change = change(for: TextDiff.hunks(from: old, to: new.map(\.value)), in: view, new, as: dot, seeing: context)
            var trial = self
            try trial.take([change])
            if trial.view.shown == new {
                self = trial
                return change
            }
        }
        let change = change(for: [TextDiff.Hunk(old: 0..<view.shown.count, new: 0..<new.count)], in: view, new, as: dot, seeing: context)
        try take([change])
        return change
    }

    /// A number that no scalar has, for a space that is in no change.
    private func valuesWithoutSpaces(_ view: TextView) -> [UInt32] {
        var values = view.shown.map(\.value)
        for part in view.parts where part.living == nil { values[part.position] = .max }
        return values
    }

    /// Where nothing is concurrent what is shown is what stands: hunk by hunk, the last first, so that positions stay.
    private mutating func writePlainly(_ new: [Unicode.Scalar], as dot: Dot, seeing context: Context) throws(TextError) -> TextChange? {
        let hunks = TextDiff.hunks(from: sequence.living, to: new)
        guard !hunks.isEmpty else { return nil }
        let whole = plainChange(for: hunks, new, as: dot, seeing: context)
        guard hunks.allSatisfy({ sequence.canReplace($0.old) }) else {
            try take([whole])
            return whole
        }
        var end = hunks.reduce(0) { $0 + $1.new.count }
        for hunk in hunks.reversed() {
            end -= hunk.new.count
            try type(new[hunk.new], over: hunk.old, as: dot, seeing: context, offset: UInt32(end))
        }
        return whole
    }

    private func plainChange(for hunks: [TextDiff.Hunk], _ new: [Unicode.Scalar], as dot: Dot, seeing context: Context) -> TextChange {
        var passages: [TextPassage] = []
        var deletes: [TextRange] = []
        var offset = 0
        for hunk in hunks {
            let part = change(typing: new[hunk.new], over: hunk.old, as: dot, seeing: context, offset: UInt32(offset))
            passages += part.passages
            deletes += part.deletes
            offset += hunk.new.count
        }
        return TextChange(
            dot: dot, context: context, passages: passages, deletes: deletes, generation: generation.map { .opened($0) } ?? .first)
    }

    /// The change of these hunks of what is shown; with them goes what is not shown (rule 5).
    func change(
        for hunks: [TextDiff.Hunk], in view: TextView, _ new: [Unicode.Scalar], as dot: Dot, seeing context: Context
    ) -> TextChange {
        var passages: [TextPassage] = []
        var deletes = view.hidden.flatMap(sequence.ranges)
        var offset = 0
        for hunk in hunks {
            let gone = view.living(hunk.old).flatMap(sequence.ranges)
            deletes += gone
            guard !hunk.new.isEmpty else { continue }
            let place: TextPlace
            if let first = gone.first {
                place = TextPlace(.inPlace, TextID(first.dot, first.offset))
            } else {
                // After the last that stays before it, over a space that is in no change.
                let left = view.living(0..<hunk.old.lowerBound).last?.upperBound ?? 0
                place = sequence.place(at: left)
            }
            passages.append(TextPassage(offset: UInt32(offset), place: place, letters: Array(new[hunk.new])))
            offset += hunk.new.count
        }
        return TextChange(
            dot: dot, context: context, passages: passages, deletes: deletes, generation: generation.map { .opened($0) } ?? .first)
    }
}
