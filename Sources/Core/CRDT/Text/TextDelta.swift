extension Text {
    /// What is left of each change beyond a base: its passages, of deleted scalars the identity alone, and what it deleted.
    /// Nobody keeps what a change was when it was written (rule 7). Ascending by dot.
    package func changes(beyond base: VersionVector) -> [TextChange] {
        var drafts: [Dot: Draft] = [:]
        let current = generation.map { TextGeneration.opened($0) } ?? .first
        for (dot, context) in contexts.all where !base.includes(dot) {
            drafts[dot] = Draft(dot: dot, context: context, generation: current, opens: dot == generation ? opened : nil,
                leavesNull: nulls.contains(dot), timeMilliseconds: dot == generation ? openedMilliseconds : 0)
        }
        for (dot, old) in lost where !base.includes(dot) {
            drafts[dot] = Draft(dot: dot, context: old.context, generation: .over, opens: old.opens, leavesNull: old.leavesNull,
                timeMilliseconds: old.timeMilliseconds)
        }
        // By identity: what one change inserted, in the order of its offsets.
        for run in sequence.runs.sorted(by: { TextID.isBefore($0.first, $1.first) }) {
            if !base.includes(run.dot) {
                let letters = run.isAlive ? Array(sequence.letters(of: run)) : nil
                drafts[run.dot]?.add(TextPassage(offset: run.offset, count: run.count, place: run.place, letters: letters))
            }
            for deleter in sequence.deleters(of: run) where !base.includes(deleter) {
                drafts[deleter]?.add(TextRange(run.dot, run.offset, count: run.count))
            }
        }
        for run in late.runs {
            if !base.includes(run.dot) {
                let letters = run.isAlive ? Array(late.letters(of: run)) : nil
                drafts[run.dot, default: Draft(dot: run.dot)].add(TextPassage(offset: run.offset, count: run.count, place: run.place, letters: letters))
            }
            for deleter in late.deleters(of: run) where !base.includes(deleter) {
                drafts[deleter, default: Draft(dot: deleter)].add(TextRange(run.dot, run.offset, count: run.count))
            }
        }
        return drafts.sorted { $0.key < $1.key }.map { dot, draft in
            TextChange(
                dot: dot, context: draft.context, passages: draft.passages, deletes: draft.deletes, generation: draft.generation,
                opens: draft.opens, leavesNull: draft.leavesNull, timeMilliseconds: draft.timeMilliseconds)
        }
    }

    /// A change that is being put together; by itself one of a generation that is over.
    private struct Draft {
        let dot: Dot
        var context = Context.empty
        var generation = TextGeneration.over
        var opens: Nonce?
        var leavesNull = false
        var timeMilliseconds: Int64 = 0
        var passages: [TextPassage] = []
        var deletes: [TextRange] = []

        mutating func add(_ passage: TextPassage) {
            if let last = passages.last, last.offset + last.count == passage.offset, passage.place == .following(dot, passage.offset),
                (last.letters == nil) == (passage.letters == nil) {
                passages[passages.count - 1].count += passage.count
                passages[passages.count - 1].letters?.append(contentsOf: passage.letters ?? [])
            } else {
                passages.append(passage)
            }
        }

        mutating func add(_ range: TextRange) {
            guard let last = deletes.last, last.dot == range.dot, last.offset + last.count == range.offset else { return deletes.append(range) }
            deletes[deletes.count - 1] = TextRange(last.dot, last.offset, count: last.count + range.count)
        }
    }

    // MARK: Renaming (rule 8)

    /// The same under other names. What is here under both names is one.
    ///
    /// Names decide what stands first of what hangs in one place, so all is read anew.
    package func renamed(_ rename: Rename, as name: WriterID) throws(TextError) -> Text {
        var text = Text(names: names.names)
        text.learn(rename.name, name)
        try text.take(changes(beyond: VersionVector()).map { change in
            change.named(seeing: rename.context(change.context, of: change.dot), rename.dot)
        })
        return text
    }

    // MARK: Generations (rule 9)

    /// The change that writes the text as one passage. To be made when receipts of all living devices cover `context`.
    ///
    /// - Parameters:
    ///   - timeMilliseconds: of the change; it is beyond that of the generation here, whatever the clock says.
    ///   - name: names a text by its scalars, as everywhere in the space (a hash that nobody can aim at).
    /// - Returns: nil when there is nothing to write, or something is unsettled.
    package func generation(
        as dot: Dot, seeing context: Context, at timeMilliseconds: Int64 = 0, name: ([Unicode.Scalar]) -> Nonce
    ) -> TextChange? {
        let view = view
        guard !view.shown.isEmpty, view.overlaps.isEmpty, strays(name: name).isEmpty else { return nil }
        return TextChange(
            dot: dot, context: context, passages: [TextPassage(offset: 0, place: .beginning, letters: view.shown)],
            generation: .opened(dot), opens: name(view.shown), timeMilliseconds: max(timeMilliseconds, openedMilliseconds + 1))
    }

    /// Words of late changes, to be listed: what is left of each, ascending by dot.
    package func strays(name: ([Unicode.Scalar]) -> Nonce) -> [(dot: Dot, words: String)] {
        var found: [(dot: Dot, words: [Unicode.Scalar])] = []
        for run in late.runs where run.isAlive {
            if found.last?.dot != run.dot { found.append((run.dot, [])) }
            found[found.count - 1].words += late.letters(of: run)
        }
        return found.filter { !$0.words.allSatisfy(\.properties.isWhitespace) && name($0.words) != opened }
            .map { ($0.dot, string($0.words)) }
    }
}

extension TextChange {
    /// The same with other names for all dots.
    package func named(seeing context: Context, _ name: (Dot) -> Dot) -> TextChange {
        func place(_ place: TextPlace) -> TextPlace { TextPlace(place.slot, place.parent.map { TextID(name($0.dot), $0.offset) }) }
        var generation = generation
        if case .opened(let dot) = generation { generation = .opened(name(dot)) }
        return TextChange(
            dot: name(dot), context: context,
            passages: passages.map { TextPassage(offset: $0.offset, count: $0.count, place: place($0.place), letters: $0.letters) },
            deletes: deletes.map { TextRange(name($0.dot), $0.offset, count: $0.count) }
                .sorted { TextID.isBefore(TextID($0.dot, $0.offset), TextID($1.dot, $1.offset)) },
            generation: generation, opens: opens,
            leavesNull: leavesNull, timeMilliseconds: timeMilliseconds)
    }
}

extension Text: Equatable {
    /// Whether both hold the same changes: runs in reading order, contexts, generations and late words.
    package static func == (a: Text, b: Text) -> Bool {
        func state(_ text: Text) -> [TextChange] { text.changes(beyond: VersionVector()) }
        return a.generation == b.generation && a.opened == b.opened && a.lost == b.lost && a.nulls == b.nulls
            && a.sequence.living == b.sequence.living && state(a) == state(b)
    }
}
