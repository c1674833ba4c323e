import CRDT
import Wire

/// What of a ledger is still needed, and what something newer has taken the place of.
extension Ledger {
    var newestServedWhole: Held? { newestWhole }
    private var newestWhole: Held? { held.last { $0.isWhole && $0.isServed && !$0.isDoubted } }

    /// Bytes of the newest delta that holds everything of its time; 0 without one.
    var snapshotByteCount: Int { newestWhole?.delta.byteCount ?? 0 }

    /// Bytes of all that is still needed beside it; what it has taken the place of waits for receipts.
    var tailByteCount: Int { needed().reduce(0) { $0 + $1.delta.byteCount } - snapshotByteCount }

    /// What nobody needs to be served any more: the newest whole one has it, or it may not be served or is doubted, and all of it is claimed.
    func superseded() -> [Held] {
        let whole = newestWhole
        return held.filter { isSuperseded($0, by: whole) }
    }

    /// What is served to those who lack it, and a snapshot can take the place of.
    func needed() -> [Held] {
        let whole = newestWhole
        return held.filter { $0.isServed && !$0.isDoubted && !isSuperseded($0, by: whole) }
    }

    private func isSuperseded(_ held: Held, by whole: Held?) -> Bool {
        if let whole, held.delta.place < whole.delta.place, whole.scope.result.includes(held.scope.result) { return true }
        return (!held.isServed || held.isDoubted) && claims.includes(held.scope.result)
    }
}
