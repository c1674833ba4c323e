import CRDT
import Wire

extension Roster {
    /// The devices whose statements say that copies parted there, ascending, whether or not the statements count.
    package func signers(ofCut cut: Statement.Cut) -> [DeviceID] {
        Set(entries.compactMap { entry in
            if case .cut(collection: _, cut) = entry.statement.content { entry.statement.signer } else { nil }
        }).sorted()
    }
}

extension Roster {
    /// The writers that a statement says are somebody's, whether or not it counts: a device that was removed had them all the
    /// same, and whoever merged them before passes them on.
    package var namedWriters: Set<WriterID> {
        entries.reduce(into: []) { named, entry in
            if case .writer(let claims) = entry.statement.content { named.formUnion(claims.lazy.map(\.writer)) }
        }
    }
}
