import CRDT

/// What one change did to one text, as it travels in place of a value (Protocol.md, "Text"): the changes of a text, of which there is
/// one, without a context, since the segment says both dot and context of the change.
package enum TextEdit {
    /// - Parameter change: in the numbers of the segment's writers.
    package static func encode(_ change: TextChange) -> [UInt8] {
        var out = ByteWriter()
        out.textChanges([TextChange(
            dot: change.dot, context: .empty, passages: change.passages, deletes: change.deletes, generation: change.generation,
            opens: change.opens, leavesNull: change.leavesNull)])
        return out.bytes
    }

    /// - Parameter dot: of the change, as the segment says it.
    /// - Throws: `malformed` also when it is of another change.
    package static func decode(_ bytes: UnsafeRawBufferPointer, of dot: Dot, writerCount: Int) throws -> TextChange {
        var reader = ByteReader(bytes, in: "text edit")
        let changes = try reader.textChanges(writerCount: writerCount)
        try reader.finish()
        guard changes.count == 1, changes[0].dot == dot, changes[0].context == .empty else { throw reader.failure(.malformed) }
        return changes[0]
    }

    /// What can be judged of a change by itself, so that all who get it judge alike.
    package static func check(_ change: TextChange, column: Int) throws {
        do { try change.check() } catch { throw WireError(error == .tooLarge ? .tooLarge : .malformed, in: "text edit") }
    }

    /// The bytes of a change that are hashed (Protocol.md, "Contents"): by the names of writers, whatever their numbers here.
    package static func canonical(_ change: TextChange, _ name: (WriterOrdinal) -> WriterID) -> [UInt8] {
        var out = ByteWriter()
        func dot(_ dot: Dot) {
            out.nonce(name(dot.writer))
            out.number(UInt64(dot.sequence))
        }
        let kind: UInt8 = switch change.generation {
        case .first: 0
        case .opened: 1
        case .over: 2
        }
        out.byte(kind | (change.opens == nil ? 0 : 4) | (change.leavesNull ? 8 : 0))
        if case .opened(let opening) = change.generation { dot(opening) }
        if let opens = change.opens { out.nonce(opens) }
        out.number(change.passages.count)
        for passage in change.passages {
            out.number(UInt64(passage.offset))
            out.number(UInt64(passage.count))
            out.byte(passage.place.slot.rawValue | (passage.place.parent == nil ? 0 : 4))
            if let parent = passage.place.parent {
                dot(parent.dot)
                out.number(UInt64(parent.offset))
            }
            out.byte(passage.letters == nil ? 0 : 1)
            if let letters = passage.letters { out.text(string(letters)) }
        }
        let deletes = change.deletes.sorted { a, b in
            let (first, second) = (name(a.dot.writer), name(b.dot.writer))
            return (first, a.dot.sequence, a.offset) < (second, b.dot.sequence, b.offset)
        }
        out.number(deletes.count)
        for range in deletes {
            dot(range.dot)
            out.number(UInt64(range.offset))
            out.number(UInt64(range.count))
        }
        return out.bytes
    }

    /// Names a text by its scalars.
    package static func name(_ scalars: [Unicode.Scalar]) -> Nonce { Digest.name(Array(string(scalars).utf8)) }
}
