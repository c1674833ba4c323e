import Engine
import Logging
import Relay
import Synchronization
import Transport
import Trust
import Wire

extension ServedConnection: SessionLink {}

/// The relay's port: connections of the server, handed to the hub.
package final class ServerDoor: RelayDoor, ConnectionServing {
    private let hub: RelayHub
    private let metrics: RelayMetrics
    private let server = Mutex<Server?>(nil)

    /// - Throws: `port-taken`; `TransportError` for an address that cannot be listened on.
    package init(_ hub: RelayHub, _ settings: RelaySettings, metrics: RelayMetrics, logger: Logger) throws {
        self.hub = hub
        self.metrics = metrics
        var timeouts = ConnectionTimeouts()
        timeouts.handshake = .seconds(settings.handshakeSeconds)
        timeouts.idle = .seconds(settings.idleSeconds)
        do {
            let opened = try Server(
                host: settings.listenHost, port: settings.listenPort, security: .tls(own: hub.keys.signing) { [hub] in hub.accepts($0) },
                limits: ServerDoor.limits(settings), timeouts: timeouts, logger: logger, serving: self)
            server.withLock { $0 = opened }
        } catch let error as TransportError where error.code == .addressInUse {
            throw RelayServiceError(.portTaken, "\(settings.listenPort)")
        }
    }

    private static func limits(_ settings: RelaySettings) -> Server.Limits {
        var limits = Server.Limits()
        limits.connectionCount = settings.connectionCount
        limits.connectionCountPerAddress = settings.connectionsPerAddress
        limits.handshakeCount = settings.handshakeCount
        return limits
    }

    package var port: Int { server.withLock { $0?.port } ?? 0 }
    package var connectionCount: Int { server.withLock { $0?.connectionCount } ?? 0 }
    package func apply(_ settings: RelaySettings) { server.withLock { $0 }?.set(ServerDoor.limits(settings)) }
    package func close() { server.withLock { $0 }?.close() }

    // MARK: What the server tells

    package func opened(_ connection: ServedConnection) { metrics.connectionOpened() }

    package func received(_ message: Message, byteCount: Int, on connection: ServedConnection) {
        hub.received(message, byteCount: byteCount, on: connection)
    }

    package func closed(_ connection: ServedConnection, _ error: any Error) {
        metrics.connectionClosed()
        hub.closed(connection, error)
        connection.close()
    }
}
