import CRDT
import Foundation
import Synchronization
import Testing
import Transport
import Wire

/// Fatima's door, at which Jan is admitted and each message answered with itself.
struct Door {
    static let hello = Message.hello(Hello(
        space: Nonce(high: 1, low: 1), device: Nonce(high: 2, low: 2), replica: Nonce(high: 3, low: 3),
        digest: .zero, rosterDigest: .zero))

    let listener: Listener
    let log: CodeLog
    /// The keys of those who got through.
    let met: @Sendable () -> [[UInt8]?]

    var port: Int { listener.port }

    /// Open while `body` runs.
    static func open(
        _ security: Security = Ends.listener(secured: true), host: String = "127.0.0.1", handshake: Duration = .seconds(10),
        _ body: (Door) throws -> Void
    ) throws {
        let met = Mutex<[[UInt8]?]>([])
        let log = CodeLog()
        var timeouts = ConnectionTimeouts()
        timeouts.handshake = handshake
        timeouts.linger = .milliseconds(300)
        let listener = try Listener(host: host, port: 0, security: security, timeouts: timeouts, logger: log.logger) { connection in
            met.withLock { $0.append(connection.peerKey) }
            while let message = try? connection.receive() { connection.send(message) }
        }
        defer { listener.close() }
        try body(Door(listener: listener, log: log) { met.withLock { $0 } })
    }

    static func dial(_ port: Int, _ security: Security, handshake: Duration = .seconds(10)) throws -> Connection {
        var timeouts = ConnectionTimeouts()
        timeouts.handshake = handshake
        return try Connection.connect(host: "127.0.0.1", port: port, security: security, timeouts: timeouts)
    }

    /// Dials, says hello, and gives what came of it.
    static func greet(_ port: Int, as security: Security) throws -> Message {
        let connection = try dial(port, security)
        defer { connection.close() }
        connection.send(hello)
        return try connection.receive()
    }

    /// A visitor who must not get through: refused with this code, met by nobody, told nothing of Kith, the place free again.
    static func refuses(
        _ code: String, handshake: Duration = .seconds(10), sourceLocation: SourceLocation = #_sourceLocation,
        _ visit: (Door) throws -> Void
    ) throws {
        try open(handshake: handshake) { door in
            try visit(door)
            waitUntil { !door.log.codes.isEmpty && door.listener.connectionCount == 0 }
            #expect(door.log.codes == [code], sourceLocation: sourceLocation)
            #expect(door.met().isEmpty, sourceLocation: sourceLocation)
            #expect(try greet(door.port, as: Ends.dialer(secured: true)) == hello, sourceLocation: sourceLocation)
        }
    }

    static func refuses(
        _ code: String, _ stranger: Stranger, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try refuses(code, sourceLocation: sourceLocation) { door in
            let visit = try stranger.visit(port: door.port)
            #expect(visit.bytes.isEmpty, sourceLocation: sourceLocation)
        }
    }
}
