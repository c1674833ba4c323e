import Dispatch
import Engine
import Synchronization
import Words

/// Looks for laptops of this list on the network while somebody is on the page that shows them, and lets others find this one.
final class Nearby: Sendable {
    private struct State {
        var found: [Address] = []
        var isSearching = false
        var searchedMilliseconds: Int64 = .min
        /// Stops answering those who look.
        var silence: (@Sendable () -> Void)?
        /// Ends staying connected with the relays.
        var leave: (@Sendable () -> Void)?
    }

    /// So long a search's outcome is shown before it is searched again.
    private static let freshMilliseconds: Int64 = 8_000
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "kith.page.nearby", qos: .utility)

    /// Those that answered last; looks again beside when that is a while ago.
    func laptops(_ desk: Desk) -> [Address] {
        guard desk.environment.variables["KITH_NEARBY"] != "off", let replica = try? desk.replica() else { return [] }
        let now = desk.environment.nowMilliseconds()
        let begins = state.withLock { state in
            guard !state.isSearching, now - Nearby.freshMilliseconds > state.searchedMilliseconds else { return false }
            state.isSearching = true
            return true
        }
        if begins {
            queue.async { [self] in
                let own = Set(ownAddresses()), port = desk.listening.port
                var found: [Address] = []
                if let search = try? replica.search() {
                    // One laptop answers on several ways: one of them is enough.
                    var hosts: Set<String> = []
                    for (host, itsPort) in search.finish().found where !(own.contains(host) && itsPort == port) && hosts.insert(host).inserted {
                        found.append(Address(host: host, port: itsPort))
                    }
                    search.close()
                }
                state.withLock { state in
                    state.found = found
                    state.isSearching = false
                    state.searchedMilliseconds = desk.environment.nowMilliseconds()
                }
            }
        }
        return state.withLock { $0.found }
    }

    var isSearching: Bool { state.withLock { $0.isSearching } }
    var isFindable: Bool { state.withLock { $0.silence != nil } }
    var staysConnected: Bool { state.withLock { $0.leave != nil } }

    /// Lets others meet this laptop until the page ends or somebody stops it.
    func letFind(_ desk: Desk, _ language: Language) throws {
        guard !isFindable else { return }
        let replica = try desk.replica()
        try desk.listening.start(replica, language)
        let responder = try replica.answerSearches(tcpPort: desk.listening.port)
        state.withLock { $0.silence = { responder.close() } }
    }

    func hide(_ desk: Desk) {
        let silence = state.withLock { state in
            defer { state.silence = nil }
            return state.silence
        }
        silence?()
        desk.listening.stop()
    }

    /// Stays connected with every relay.
    func stay(_ desk: Desk) throws {
        guard !staysConnected else { return }
        let nonce = desk.environment.nonce
        let watch = Watch(try desk.replica(), random: { Double(nonce().bytes[0]) / 256 }) { [weak desk] event in
            if case .exchanged = event { desk?.noteWrite() }
        }
        state.withLock { $0.leave = { watch.stop() } }
        DispatchQueue.global().async { [weak self] in
            try? watch.run()
            self?.state.withLock { $0.leave = nil }
        }
    }

    func leave() { state.withLock { $0.leave }?() }
}
