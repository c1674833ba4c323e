/// One writer cut in two, in a replica's own ordinals: what is beyond `last` gets another name, in dots and contexts alike.
///
/// A change of the renamed part had seen all of the part before, as every change has seen the earlier ones of its writer;
/// now that they are two writers, its context says so.
package struct Rename: Hashable, Sendable {
    package let writer: WriterOrdinal
    package let last: UInt32
    package let name: WriterOrdinal

    package init(_ writer: WriterOrdinal, after last: UInt32, to name: WriterOrdinal) {
        self.writer = writer
        self.last = last
        self.name = name
    }

    package func renames(_ dot: Dot) -> Bool { dot.writer == writer && dot.sequence > last }

    package func dot(_ dot: Dot) -> Dot { renames(dot) ? Dot(name, dot.sequence) : dot }

    /// The context of a change whose dot was `dot` before.
    package func context(_ context: Context, of dot: Dot) -> Context {
        let isOwn = renames(dot)
        guard isOwn || context.entries.contains(where: { $0.writer == writer && $0.last > last }) else { return context }
        var greatest: [WriterOrdinal: UInt32] = isOwn ? [writer: last] : [:]
        for entry in context.entries {
            guard entry.writer == writer, entry.last > last else {
                greatest[entry.writer] = max(greatest[entry.writer] ?? 0, entry.last)
                continue
            }
            greatest[writer] = last
            greatest[name] = max(greatest[name] ?? 0, entry.last)
        }
        // How much it had seen of its own writer, where that is said, is said of the part that it is in.
        if isOwn, let own = context.last(of: writer) { greatest[name] = max(own, last) }
        return Context(greatest.map { Context.Entry($0.key, $0.value) })
    }

    package func change(_ change: Change) -> Change {
        Change(
            dot: dot(change.dot), timeMilliseconds: change.timeMilliseconds, columns: change.columns,
            context: context(change.context, of: change.dot), deletes: change.deletes, isAnchor: change.isAnchor, edits: change.edits)
    }

    package func vector(_ vector: VersionVector) -> VersionVector {
        guard vector[writer] > last else { return vector }
        var vector = vector
        vector[name] = max(vector[name], vector[writer])
        vector[writer] = last
        return vector
    }
}

/// What the numbers of writers in a delta's segments stand for here. A writer that has other names here is found piece by
/// piece; all others, and that is nearly always all, by one look.
package struct WriterNumbers: Sendable {
    package struct Piece: Hashable, Sendable {
        package let after: UInt32
        package let writer: WriterOrdinal
    }

    private let plain: [WriterOrdinal]
    private let renamed: [Int: [Piece]]

    /// - Parameters:
    ///   - writers: the sender's, by number.
    ///   - ordinal: the place of a writer in this replica's register.
    package init(
        _ writers: [WriterID], renamed lines: [WriterID: RenamedLine], ordinal: (WriterID) throws -> WriterOrdinal
    ) rethrows {
        plain = try writers.map { try ordinal(lines[$0]?.pieces.first?.name ?? $0) }
        var renamed: [Int: [Piece]] = [:]
        for (number, writer) in writers.enumerated() {
            guard let line = lines[writer] else { continue }
            renamed[number] = try line.pieces.map { Piece(after: $0.after, writer: try ordinal($0.name)) }
        }
        self.renamed = renamed
    }

    package var count: Int { plain.count }

    package func dot(_ dot: Dot) -> Dot {
        let number = Int(dot.writer.number)
        guard !renamed.isEmpty, let pieces = renamed[number] else { return Dot(plain[number], dot.sequence) }
        return Dot((pieces.last { $0.after < dot.sequence } ?? pieces[0]).writer, dot.sequence)
    }

    package func context(of change: Change) -> Context {
        guard !renamed.isEmpty else {
            return change.context.entries.isEmpty
                ? .empty : Context(change.context.entries.map { .init(plain[Int($0.writer.number)], $0.last) })
        }
        var greatest: [WriterOrdinal: UInt32] = [:]
        func raise(_ writer: WriterOrdinal, _ last: UInt32) { greatest[writer] = max(greatest[writer] ?? 0, last) }
        for entry in change.context.entries {
            let number = Int(entry.writer.number)
            guard let pieces = renamed[number] else {
                raise(plain[number], entry.last)
                continue
            }
            for (piece, next) in zip(pieces, pieces.dropFirst().map(\.after) + [.max]) where piece.after < entry.last {
                raise(piece.writer, min(entry.last, next))
            }
        }
        // The author's own earlier changes were implied; those that have another writer's name now are said.
        if let pieces = renamed[Int(change.dot.writer.number)] {
            for (piece, next) in zip(pieces, pieces.dropFirst()) where next.after < change.dot.sequence {
                raise(piece.writer, next.after)
            }
            if let own = change.context.last(of: change.dot.writer), let piece = pieces.last(where: { $0.after < change.dot.sequence }) {
                raise(piece.writer, max(own, piece.after))
            }
        }
        return Context(greatest.map { Context.Entry($0.key, $0.value) })
    }
}
