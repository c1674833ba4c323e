import BundleFile
import CRDT
import Store
import Transport
import Trust
import Wire

/// A relay as a person names it: where it listens, and which device must answer there.
package struct RelayAddress: Hashable, Sendable {
    /// Of `kith-relay`.
    package static let standardPort = 7400

    package let address: Address
    package let device: DeviceID

    /// `HOST:PORT#DEVICEID`, the id in spoken groups.
    ///
    /// - Throws: `EngineError.badRelay`.
    package init(_ text: String) throws {
        guard let sign = text.lastIndex(of: "#"),
            let address = Address(String(text[..<sign]), standardPort: RelayAddress.standardPort),
            let device = DeviceID(spoken: text[text.index(after: sign)...])
        else { throw EngineError(.badRelay, text) }
        self.address = address
        self.device = device
    }

    package var text: String { "\(address.text)#\(device.spoken)" }
}

/// A relay that this replica meets by itself, for people.
package struct RelayEntry: Sendable {
    package let device: DeviceID
    package let label: String
    package let address: Address
    /// nil: never.
    package let metMilliseconds: Int64?
    /// Changes here that it is not known to hold.
    package let lackingCount: Int
    /// The roster has removed it, or given it another role.
    package let isRemoved: Bool
}

extension Replica {
    /// Adds a relay; of one that is known, notes where it listens now.
    ///
    /// - Throws: `badRelay`; `notARelay`.
    @discardableResult
    package func addRelay(_ text: String) throws -> RelayEntry {
        let relay = try RelayAddress(text)
        try unlock()
        guard try isRelay(relay.device) else { throw EngineError(.notARelay, relay.device.spoken) }
        try store.keep(KnownRelay(device: relay.device, host: relay.address.host, port: relay.address.port))
        return try relayEntries().first { $0.device == relay.device } ?? entry(of: relay)
    }

    private func isRelay(_ device: DeviceID) throws -> Bool {
        guard let member = try membership.current().roster.state.members[device] else { return false }
        return member.role == .relay && !member.isRemoved
    }

    private func entry(of relay: RelayAddress) throws -> RelayEntry {
        RelayEntry(
            device: relay.device, label: try membership.current().label(of: relay.device), address: relay.address,
            metMilliseconds: nil, lackingCount: try store.lackingCount(ofDevice: relay.device), isRemoved: false)
    }

    /// In the order in which they were added.
    package func relayEntries() throws -> [RelayEntry] {
        try unlock()
        let state = try membership.current()
        return try store.relays().map { relay in
            RelayEntry(
                device: relay.device, label: state.label(of: relay.device), address: Address(host: relay.host, port: relay.port),
                metMilliseconds: relay.metMilliseconds, lackingCount: try store.lackingCount(ofDevice: relay.device),
                isRemoved: try !isRelay(relay.device))
        }
    }

    /// - Parameter name: a label, an id, an ending of an id, or the address as it was typed.
    /// - Throws: `unknownRelay`.
    @discardableResult
    package func removeRelay(_ name: String) throws -> RelayEntry {
        let entries = try relayEntries()
        let ending = name.uppercased().filter { $0 != "-" && !$0.isWhitespace }
        let found = entries.filter {
            $0.address.text == name || $0.label.lowercased() == name.lowercased()
                || (ending.count >= 4 && $0.device.spoken.filter { $0 != "-" }.hasSuffix(ending))
        }
        guard let entry = found.first, found.count == 1, try store.removeRelay(entry.device) else {
            throw EngineError(.unknownRelay, name)
        }
        return entry
    }

    /// Meets a relay once: only the named device is spoken to.
    package func sync(with relay: RelayEntry, progress: @escaping ProgressReport = { _ in }) throws -> MeetingReport {
        try unlock()
        try stamp()
        return try meet(over: try connect(to: relay), as: .dialer, progress: progress)
    }

    func connect(to relay: RelayEntry) throws -> Connection {
        try Connection.connect(
            host: relay.address.host, port: relay.address.port, security: try security(admitting: .relay(relay.device)))
    }
}
