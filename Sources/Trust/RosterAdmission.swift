import CRDT
import Wire

extension Roster {
    /// The newest statement that counts and admits a device, or changes what it may do; nil for one that none admits.
    package func admission(of device: DeviceID) -> StatementID? {
        membership.filter { place in
            guard case .admit(let admission) = entries[place].statement.content else { return false }
            return admission.identity.id == device && !state.void.contains(entries[place].id)
        }.max { ranks($0, below: $1) }.map { entries[$0].id }
    }
}
