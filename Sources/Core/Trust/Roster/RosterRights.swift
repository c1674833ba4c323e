import CRDT
import Wire

/// What an admission gives: a role, and the collections it is for.
struct Grant: Sendable {
    let role: Role
    let collections: [String]

    func holds(scope: String) -> Bool { role.holdsKeys && (scope == KeyScope.members || collections.contains(scope)) }

    /// Whether a device with this grant may sign this (Protocol.md, "Roster", "Rights").
    func permits(_ content: Statement.Content, by signer: DeviceID) -> Bool {
        switch content {
        case .genesis: false
        case .admit(let admission): role == .coordinator || (role == .recovery && admission.role == .coordinator)
        case .revoke(let device), .label(let device, _): role == .coordinator || device == signer
        case .rotate(let rotation): role == .coordinator && rotation.keys.keys.allSatisfy(holds)
        case .box(let gift): role.writes && holds(scope: gift.scope)
        case .invite, .withdraw: role == .coordinator
        case .writer(let claims): role.writes && claims.allSatisfy { collections.contains($0.collection) }
        case .cut(let collection, _): role.writes && collections.contains(collection)
        case .erase(let erasure): role == .coordinator && collections.contains(erasure.collection)
        case .confirm: role != .recovery
        }
    }
}

extension Statement.Content {
    /// Erase and cut cannot be taken back: they count if the signer had the right in the statement's own past.
    var isIrrevocable: Bool {
        switch self {
        case .erase, .cut: true
        default: false
        }
    }
}
