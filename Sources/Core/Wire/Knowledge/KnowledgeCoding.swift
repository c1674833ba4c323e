import CRDT

/// Knowledge as it travels: whole, or as what differs from knowledge that the other side is known to hold.
package enum KnowledgeForm: Hashable, Sendable {
    case whole(Knowledge)
    /// `changed` has, for each writer that differs from the named knowledge, its end; nil where the writer is absent.
    case relative(to: Nonce, changed: [WriterID: BatchEnd?])

    /// The shorter form of `knowledge` for a receiver that holds `known`.
    package init(_ knowledge: Knowledge, known: Knowledge?) {
        guard let known, !known.ends.isEmpty else {
            self = .whole(knowledge)
            return
        }
        var changed: [WriterID: BatchEnd?] = [:]
        for (writer, end) in knowledge.ends where known.ends[writer] != end { changed[writer] = .some(end) }
        for writer in known.ends.keys where knowledge.ends[writer] == nil { changed[writer] = .some(nil) }
        self = changed.count < knowledge.ends.count ? .relative(to: known.name, changed: changed) : .whole(knowledge)
    }

    /// The knowledge meant.
    ///
    /// - Parameter named: finds knowledge by its name.
    /// - Throws: `unknownReceipt` when it is relative to one that is not held.
    package func resolved(_ named: (Nonce) throws -> Knowledge?) throws -> Knowledge {
        switch self {
        case .whole(let knowledge):
            return knowledge
        case .relative(let name, let changed):
            guard var knowledge = try named(name) else { throw WireError(.unknownReceipt, in: "knowledge") }
            for (writer, end) in changed { knowledge.ends[writer] = end }
            return knowledge
        }
    }
}

extension Knowledge {
    /// Names this knowledge: the first 16 bytes of the SHA-256 of its whole encoding.
    package var name: Nonce {
        var out = ByteWriter()
        out.knowledge(.whole(self))
        return Digest.name(out.bytes)
    }
}

extension ByteWriter {
    package mutating func knowledge(_ form: KnowledgeForm) {
        switch form {
        case .whole(let knowledge):
            byte(0)
            ends(knowledge.ends.mapValues { .some($0) })
        case .relative(let name, let changed):
            byte(1)
            nonce(name)
            ends(changed)
        }
    }

    /// Ascending by writer: the writer, its last sequence, and the nonce of that batch unless the sequence is 0.
    private mutating func ends(_ ends: [WriterID: BatchEnd?]) {
        number(ends.count)
        for (writer, end) in ends.sorted(by: { $0.key < $1.key }) {
            nonce(writer)
            number(UInt64(end?.last ?? 0))
            if let end { nonce(end.nonce) }
        }
    }
}

extension ByteReader {
    package mutating func knowledge() throws -> KnowledgeForm {
        switch try byte() {
        case 0:
            let ends = try ends()
            guard ends.values.allSatisfy({ $0 != nil }) else { throw failure(.malformed) }
            return .whole(Knowledge(ends.compactMapValues { $0 }))
        case 1:
            let name = try nonce()
            return .relative(to: name, changed: try ends())
        default:
            throw failure(.malformed)
        }
    }

    private mutating func ends() throws -> [WriterID: BatchEnd?] {
        let count = try count(limit: Limits.writerCount, bytesEach: 17)
        var ends: [WriterID: BatchEnd?] = [:]
        var previous: WriterID?
        for _ in 0..<count {
            let writer = try nonce()
            if let previous, previous >= writer { throw failure(.malformed) }
            previous = writer
            let last = try sequence()
            ends[writer] = last == 0 ? .some(nil) : .some(BatchEnd(last: last, nonce: try nonce()))
        }
        return ends
    }
}
