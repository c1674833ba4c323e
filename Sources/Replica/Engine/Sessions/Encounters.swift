import BundleFile
import CRDT
import Store
import Transport
import Trust
import Wire

/// Somebody whom `sync` without an address meets.
package enum Encounter: Sendable {
    case relay(RelayEntry)
    /// Found on the local network.
    case found(Address)
}

extension Replica {
    /// The keys that beacons are made with, the newest first; none for a device that takes no part any more.
    private var beaconKeys: BeaconKeys {
        { [membership] in
            guard let state = try? membership.current(), let own = state.own, !own.isRemoved else { return [] }
            return (state.roster.state.epochs[KeyScope.members] ?? []).compactMap { state.ring.key($0.id, of: KeyScope.members) }
        }
    }

    /// Answers members who look for this listener on the local network.
    ///
    /// - Throws: `TransportError` when the port of discovery cannot be had.
    package func answerSearches(
        tcpPort: Int, settings: DiscoverySettings = DiscoverySettings()
    ) throws -> DiscoveryResponder {
        try unlock()
        return try DiscoveryResponder(
            tcpPort: UInt16(clamping: tcpPort), settings: settings, keys: beaconKeys, random: environment.nonce)
    }

    /// Begins to look for listeners of this space on the local network.
    package func search(_ settings: DiscoverySettings = DiscoverySettings()) throws -> DiscoverySearch {
        try unlock()
        return DiscoverySearch(settings: settings, keys: beaconKeys(), random: environment.nonce)
    }

    package func syncWithAll(
        isDiscovering: Bool, progress: @escaping ProgressReport = { _ in },
        met: (Encounter, Result<MeetingReport, any Error>) throws -> Void
    ) throws {
        try syncWithAll(discovering: isDiscovering ? DiscoverySettings() : nil, progress: progress, met: met)
    }

    /// Meets every relay that is known and everyone who listens on the local network, each in turn; one who fails does not stop the others.
    ///
    /// - Parameters:
    ///   - discovering: nil: only relays.
    ///   - met: called after each.
    /// - Throws: `nobodyToMeet`, `noNetwork`, `nobodyFound`, `onlyStrangers` when there is nobody at all.
    package func syncWithAll(
        discovering: DiscoverySettings?, progress: @escaping ProgressReport = { _ in },
        met: (Encounter, Result<MeetingReport, any Error>) throws -> Void
    ) throws {
        try unlock()
        try stamp()
        let search = try discovering.map(search)
        defer { search?.close() }
        let relays = try relayEntries().filter { !$0.isRemoved }
        for relay in relays { try met(.relay(relay), Result { try sync(with: relay, progress: progress) }) }
        guard let search, let discovering else {
            if relays.isEmpty { throw EngineError(.nobodyToMeet) }
            return
        }
        let outcome = search.finish()
        // One laptop may have answered on several ways; this one as well, when it listens.
        var known: Set<[UInt8]> = [try membership.current().keys.identity.signingKey]
        var hasMet = false
        for (host, port) in outcome.found {
            let address = Address(host: host, port: port)
            let result: Result<MeetingReport, any Error>? = Result {
                let connection = try Connection.connect(host: host, port: port, security: try security(admitting: .members))
                guard let key = connection.peerKey, known.insert(key).inserted else {
                    connection.abort()
                    return nil
                }
                return try meet(over: connection, as: .dialer, progress: progress)
            }.unwrapped()
            guard let result else { continue }
            hasMet = true
            try met(.found(address), result)
        }
        guard relays.isEmpty, !hasMet else { return }
        if !outcome.hasNetwork { throw EngineError(.noNetwork) }
        if outcome.strangerCount > 0 { throw EngineError(.onlyStrangers) }
        throw EngineError(.nobodyFound, String(Int(discovering.longest / .seconds(1))))
    }
}

extension Result {
    /// nil for a success that is none.
    fileprivate func unwrapped<Wrapped>() -> Result<Wrapped, Failure>? where Success == Wrapped? {
        switch self {
        case .success(let value): value.map { .success($0) }
        case .failure(let error): .failure(error)
        }
    }
}
