import CRDT

/// What a replica knows of that the roster does not say yet, read in one access.
package struct OwedSignatures: Sendable {
    /// The writers of this replica, past ones too, by collection.
    package let ownWriters: [(collection: String, writer: WriterID)]
    /// Cuts that no signed statement tells, of collections that are here.
    package let cuts: [(collection: String, cut: Cut)]
    /// Erasures that follow from ownership and that no statement names.
    package let erasures: [OwedErasure]
    package let isScrubOwed: Bool
}

extension Store {
    /// Asked for at the beginning of everything that leaves or comes in: mostly nothing is owed.
    package func owedSignatures() throws -> OwedSignatures {
        try read { access in
            OwedSignatures(
                ownWriters: access.writers.all.filter { $0.own > 0 }.map { ($0.collection, $0.id) },
                cuts: try Store.cuts(access, untoldOnly: true).compactMap { cut in
                    access.writers.ordinal(of: cut.root).map { (access.writers[$0].collection, cut) }
                },
                erasures: try Store.owedErasures(access), isScrubOwed: try Store.isScrubOwed(access))
        }
    }
}
