import Logging
import Synchronization
import Transport
import Trust
import Wire

extension ServedConnection: SessionLink {}

/// A hub's port: connections of the server, handed to the hub.
///
/// Example: `let door = try HubDoor(hub, host: "::", port: 7400, logger: logger)`; at the end `door.close()`, then `hub.close()`.
package final class HubDoor: ConnectionServing {
    /// What becomes of connections.
    package enum Event: Sendable {
        case opened
        case closed
    }

    private let hub: RelayHub
    private let tell: @Sendable (Event) -> Void
    private let server = Mutex<Server?>(nil)

    /// - Throws: `TransportError` for an address that cannot be listened on.
    package init(
        _ hub: RelayHub, host: String, port: Int, limits: Server.Limits = Server.Limits(),
        timeouts: ConnectionTimeouts = ConnectionTimeouts(), logger: Logger, tell: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws {
        self.hub = hub
        self.tell = tell
        let opened = try Server(
            host: host, port: port, security: .tls(own: hub.keys.signing) { [hub] in hub.accepts($0) }, limits: limits,
            timeouts: timeouts, logger: logger, serving: self)
        server.withLock { $0 = opened }
    }

    package var port: Int { server.withLock { $0?.port } ?? 0 }
    package var connectionCount: Int { server.withLock { $0?.connectionCount } ?? 0 }
    package func set(_ limits: Server.Limits) { server.withLock { $0 }?.set(limits) }
    package func close() { server.withLock { $0 }?.close() }

    // MARK: What the server tells

    package func opened(_ connection: ServedConnection) { tell(.opened) }

    package func received(_ message: Message, byteCount: Int, on connection: ServedConnection) {
        hub.received(message, byteCount: byteCount, on: connection)
    }

    package func closed(_ connection: ServedConnection, _ error: any Error) {
        tell(.closed)
        hub.closed(connection, error)
        connection.close()
    }
}
