import CRDT
import Sync
import Wire

/// Everybody is a member here, and there is nothing to learn of anybody: rosters are simulated by themselves.
extension SimulatedReplica {
    package var rosterHeads: RosterHeads { RosterHeads(digest: .zero, heads: []) }
    package func meet(_ peer: ReplicaIdentity) throws {}
    package func statements(beyond heads: [StatementID]) throws -> [[UInt8]] { [] }
    package func learn(_ statements: [[UInt8]], from peer: ReplicaIdentity) throws {}
}

extension Laptop {
    var rosterHeads: RosterHeads { get throws { try replica.rosterHeads } }
    func meet(_ peer: ReplicaIdentity) throws {}
    func statements(beyond heads: [StatementID]) throws -> [[UInt8]] { [] }
    func learn(_ statements: [[UInt8]], from peer: ReplicaIdentity) throws {}
}
