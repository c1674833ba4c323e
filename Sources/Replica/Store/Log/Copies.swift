import CRDT
import Wire

/// Copies of replicas: what sessions, bundles and the roster's statements tell of them.
extension Store {
    /// Takes in that copies of a root parted after `last`, and renames what is held beyond it, in one transaction.
    ///
    /// - Parameter told: a signed statement says so already.
    package func learn(cut root: WriterID, last: UInt32, told: Bool = false) throws {
        try learn(cuts: [Cut(root: root, last: last)], told: told)
    }

    /// Takes in several, in one transaction.
    package func learn(cuts: [Cut], told: Bool) throws {
        guard !cuts.isEmpty else { return }
        try writeStamped { access in
            let cutting = Cutting(access, moment: Moment(access, .merge))
            for cut in cuts {
                _ = try cutting.learn(cut, told: told)
                if told { try access.writers.markTold(cut) }
            }
        }
    }

    /// The cuts of a collection, of which those that no signed statement tells yet.
    package func cuts(untoldOnly: Bool = false) throws -> [Cut] { try read { try Store.cuts($0, untoldOnly: untoldOnly) } }

    static func cuts(_ access: Access, untoldOnly: Bool) throws -> [Cut] {
        let select = try access.connection.statement(
            "select root, last from kith_cut \(untoldOnly ? "where told = 0" : "") order by root, last")
        defer { select.reset() }
        var cuts: [Cut] = []
        while try select.step() { cuts.append(Cut(root: try select.nonce(0), last: UInt32(select.integer(1)))) }
        return cuts
    }

    package func markTold(_ cuts: [Cut]) throws {
        try write { access in for cut in cuts { try access.writers.markTold(cut) } }
    }

    /// Copies found since this was last asked. Cuts that a statement told are among them: they are news here too.
    package func takeFoundCopies() -> [FoundCopy] { foundCopies.withLock { found in defer { found = [] }; return found } }

    // MARK: Sessions

    package func chains(of collection: String, _ writers: [WriterID]) throws -> [WriterID: WholeChain] {
        try read { access in
            try access.writers.wholeChains(of: writers).filter { chain in
                access.writers.ordinal(of: chain.key).map { access.writers[$0].collection == collection } ?? false
            }
        }
    }

    package func heal(_ collection: String, _ chains: [WriterID: WholeChain]) throws {
        guard collections.contains(collection) else {
            throw WireError(.unexpected, in: "chains frame")
        }
        try writeStamped { access in
            let moment = Moment(access, .merge)
            let cutting = Cutting(access, moment: moment)
            for writer in chains.keys {
                let known = access.writers.ordinal(of: writer).map { access.writers[$0].collection }
                guard known == nil || known == collection else { throw WireError(.malformed, in: "chains") }
            }
            guard try Passage.compare(chains, in: access.writers, learn: { try cutting.learn($0) }) else {
                throw WireError(.malformed, in: "chains")
            }
            // What waited for the other chain may link now.
            let door = Door(access, identity: identity)
            try door.mergeWaiting()
        }
    }

    // MARK: This file as a copy

    /// Gives this file a name of its own unless the witness lets it go on under the names that it has, as far as it has used
    /// any. Asked before others are told anything: a file that was copied or restored is a replica of its own, and receipts are
    /// kept by replica. What was done to it elsewhere is not known either, so its rows are compared with its log.
    package func becomeAnotherUnlessVouched(_ replica: ReplicaID) throws {
        guard environment.witness != nil, !isReadOnly else { return }
        let became: Bool = try write { access in
            let ends = try access.writers.currentEnds
            guard !ends.isEmpty, !access.continuity.mayContinue(try access.replica(), { ends }) else { return false }
            try Store.become(replica, access)
            try access.doubt()
            return true
        }
        guard became else { return }
        try reloadIdentity()
        // At once: what is found is said by the command that opened it.
        try write { _ in () }
    }

    /// From the next stamping on, and that is of what is noted already too, this replica goes on under new writers: after a
    /// restore, or whenever in doubt.
    package func beginNewWriters() throws {
        try write { try Store.beginNewWriters($0) }
    }

    /// Makes this file a replica of its own: a copy that is to live beside the original. Receipts are kept by replica.
    package func newReplicaID(_ replica: ReplicaID) throws {
        try write { try Store.become(replica, $0) }
        try reloadIdentity()
    }

    private static func become(_ replica: ReplicaID, _ access: Access) throws {
        try beginNewWriters(access)
        let update = try access.connection.statement("update kith_replica set replica = ?")
        update.bind(1, replica)
        try update.run()
    }

    private static func beginNewWriters(_ access: Access) throws {
        for writer in access.writers.all where writer.isCurrent {
            try access.writers.update(writer.ordinal) { $0.isCurrent = false }
        }
    }
}
