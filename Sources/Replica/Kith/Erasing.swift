import Engine
import Store

/// What would be erased with a record. Nothing is changed until `Replica.erase`.
public struct ErasurePlan: Sendable {
    let stored: Store::ErasurePlan
    /// The records themselves, and all that belong to them by an owner column.
    public var records: [Record] { stored.entries.map { Record($0.record.table, key: $0.record.key.parts.map { String(decoding: $0, as: UTF8.self) }) } }
}

extension Record {
    init(_ table: String, key: [String]) {
        self.table = table
        self.key = key
    }
}

extension Replica {
    /// What erasing records would take with them.
    ///
    /// - Throws: `KithError`: `not-found`, `erased`, `unknown-name`.
    public func planErasure(of records: [Record]) throws -> ErasurePlan {
        try explaining { ErasurePlan(stored: try engine.store.erasurePlan(records.map(\.stored))) }
    }

    /// Erases for ever, on every replica that hears of it: rows, trash, replaced values, what is derived, and the free pages that held
    /// them. It cannot be undone, and what left a replica otherwise — a copy, a printed list — it does not reach.
    ///
    /// - Returns: whether no byte of them is left in this replica's file; else the rows are gone, and the rest follows when no other program
    ///   reads the file.
    /// - Throws: `KithError`: `not-permitted` unless this device is a coordinator.
    @discardableResult
    public func erase(_ plan: ErasurePlan) throws -> Bool {
        try explaining {
            let outcome = try engine.erase(plan.stored)
            return outcome.isDoneHere && !outcome.isScrubOwed
        }
    }
}
