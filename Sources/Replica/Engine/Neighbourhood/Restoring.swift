import Community
import CRDT
import Store

// What a row was, and having it again.
extension Replica {
    /// - Throws: `notFound`, `erased`, `unknownName`.
    package func history(of record: RecordID) throws -> RecordHistory {
        try stampUnasked()
        return try store.history(record)
    }

    /// Puts back what an entry of a history replaced, or takes what stands beside, by an edit as any other: it travels, and can be undone.
    ///
    /// - Throws: `writtenOnce` for a fact; `notFound` for what an entry does not know.
    package func restore(_ entry: RecordHistory.Entry, of record: RecordID) throws {
        switch entry.event {
        case .deleted, .made: try edit { try $0.undelete(record) }
        case .broughtBack: try edit { try $0.delete(record) }
        case .changed, .beside:
            guard let values = entry.from, values.count == entry.parts.count else { throw StoreError(.notFound, entry.column ?? record.table) }
            try edit { store in
                // Into a row that is in the trash nothing can be written.
                try store.undelete(record)
                try store.edit(record, Array(zip(entry.parts, values)).map { (name: $0, value: $1) })
            }
        }
    }
}

extension Replica {
    /// Brings back all that a step deleted and nobody has brought back since, as one step.
    ///
    /// - Throws: `noSuchStep`.
    package func undelete(step: Int64) throws -> [RecordID] {
        let records = try store.deleted(inStep: step)
        try edit { store in
            for record in records { try store.undelete(record) }
        }
        return records
    }
}
