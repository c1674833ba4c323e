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

    /// Devices by their admission, the newest first; those that none admits last.
    package func newestFirst(_ devices: [DeviceID]) -> [DeviceID] {
        var admissions: [DeviceID: Int] = [:]
        for place in membership {
            guard case .admit(let admission) = entries[place].statement.content, !state.void.contains(entries[place].id) else { continue }
            if let known = admissions[admission.identity.id], !ranks(known, below: place) { continue }
            admissions[admission.identity.id] = place
        }
        return devices.filter { admissions[$0] != nil }.sorted { ranks(admissions[$1] ?? 0, below: admissions[$0] ?? 0) }
            + devices.filter { admissions[$0] == nil }
    }
}
