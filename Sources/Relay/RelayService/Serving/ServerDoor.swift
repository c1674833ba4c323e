import Hub
import Logging
import Relay
import Transport
import Wire

/// The relay's port, by what the settings say, and counted.
package final class ServerDoor: RelayDoor {
    private let door: HubDoor

    /// - Throws: `port-taken`; `TransportError` for an address that cannot be listened on.
    package init(_ hub: RelayHub, _ settings: RelaySettings, metrics: RelayMetrics, logger: Logger) throws {
        var timeouts = ConnectionTimeouts()
        timeouts.handshake = .seconds(settings.handshakeSeconds)
        timeouts.idle = .seconds(settings.idleSeconds)
        do {
            door = try HubDoor(
                hub, host: settings.listenHost, port: settings.listenPort, limits: ServerDoor.limits(settings), timeouts: timeouts,
                logger: logger
            ) { event in
                switch event {
                case .opened: metrics.connectionOpened()
                case .closed: metrics.connectionClosed()
                }
            }
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

    package var port: Int { door.port }
    package var connectionCount: Int { door.connectionCount }
    package func apply(_ settings: RelaySettings) { door.set(ServerDoor.limits(settings)) }
    package func close() { door.close() }
}
