import CRDT
import Device
import Engine
import Store
import Trust

/// A device of the space.
public struct Member: Hashable, Sendable {
    /// In groups, for people to compare.
    public let id: String
    public let label: String
    public let role: Role
    public let collections: [String]
    public let isOwn: Bool
    public let isRemoved: Bool
    /// When it was met last, milliseconds since 1970 UTC; nil: never.
    public let metMilliseconds: Int64?
}

/// What a device may do.
public enum Role: String, Hashable, Sendable, CaseIterable {
    /// Admits, removes and erases; and all that a member may.
    case coordinator
    case member
    /// Reads, and writes nothing that others take.
    case reader
    /// Carries what it cannot read.
    case relay
    /// Printed words in a drawer, which make a new coordinator.
    case recovery

    init(_ role: Trust.Role) {
        self = switch role {
        case .coordinator: .coordinator
        case .member: .member
        case .reader: .reader
        case .relay: .relay
        case .recovery: .recovery
        }
    }

    var stored: Trust.Role {
        switch self {
        case .coordinator: .coordinator
        case .member: .member
        case .reader: .reader
        case .relay: .relay
        case .recovery: .recovery
        }
    }
}

/// A file that a newcomer has written; see `Replica.request`. Nothing is decided yet.
public struct Request: Sendable {
    /// What the newcomer's device told its person: to be compared before it is admitted.
    public let id: String
    public let label: String
    let stored: JoinRequest
}

extension Replica {
    /// All devices that were ever admitted, in the order in which they were.
    public func members() throws -> [Member] {
        try explaining {
            try engine.deviceEntries().map {
                Member(
                    id: $0.id.spoken, label: $0.label, role: Role($0.role), collections: $0.collections, isOwn: $0.isOwn, isRemoved: $0.isRemoved,
                    metMilliseconds: $0.metMilliseconds)
            }
        }
    }

    /// What a request file asks.
    public static func request(at path: String) throws -> Request {
        try explaining(path) {
            let found = try RequestFile.read(path)
            return Request(id: found.identity.id.spoken, label: found.label, stored: found)
        }
    }

    /// Lets a device in: it can read everything that its collections hold, from the first. It makes its replica of the next bundle.
    ///
    /// - Parameters:
    ///   - request: its id compared with what the newcomer's device told.
    ///   - role: what it may do.
    ///   - collections: nil: all.
    ///   - label: what it is called from now on; nil: as it asked.
    /// - Throws: `KithError`: `not-permitted` unless this device is a coordinator; `removed` for one that was.
    public func admit(_ request: Request, as role: Role = .member, collections: [String]? = nil, label: String? = nil) throws {
        try explaining { try engine.admit(request.stored, as: role.stored, collections: collections, label: label) }
    }

    /// A code that lets devices in at this device's listener. Whoever has it may come: it is said aloud, or sent by a way that is trusted.
    ///
    /// - Parameters:
    ///   - role: what they may do.
    ///   - collections: nil: all.
    ///   - uses: 1 to 1,000 devices.
    public func invite(as role: Role = .member, collections: [String]? = nil, uses: Int = 1) throws -> String {
        try explaining { try engine.invite(as: role.stored, collections: collections, mostUses: uses).text }
    }

    /// Removes a device for ever and gives the others new keys. What it holds already it keeps: nothing can take that away.
    ///
    /// - Parameter name: its label, its id, or an ending of that.
    /// - Throws: `KithError`: `not-permitted`; `last-coordinator`; `unknown-device`, `ambiguous-device`.
    public func revoke(_ name: String) throws { try explaining(name) { try engine.revoke(try engine.device(named: name)) } }
}
