import CRDT
import Dispatch
import Foundation
import Logging
import Synchronization
import Testing
import Transport
import Wire

/// What a server in the tests does with its connections, and what it saw.
final class Service: ConnectionServing {
    struct State {
        var opened: [ServedConnection] = []
        var messages: [ObjectIdentifier: [Message]] = [:]
        var unconsumed: [(ServedConnection, Int)] = []
        var ends: [any Error] = []
    }

    enum Manner {
        /// Each message is answered with itself.
        case echo
        /// Messages are kept and not consumed until `consumeAll`.
        case keep
        /// The first message is answered with these, and the connection closed.
        case answerAndClose([Message])
    }

    private let manner: Manner
    private let consumes = Mutex(false)
    let state = Mutex(State())

    init(_ manner: Manner = .echo) { self.manner = manner }

    var ends: [any Error] { state.withLock { $0.ends } }
    var messageCount: Int { state.withLock { $0.messages.values.reduce(0) { $0 + $1.count } } }

    func opened(_ connection: ServedConnection) { state.withLock { $0.opened.append(connection) } }

    func received(_ message: Message, byteCount: Int, on connection: ServedConnection) {
        state.withLock { $0.messages[ObjectIdentifier(connection), default: []].append(message) }
        switch manner {
        case .echo:
            connection.send([message])
            connection.consumed(byteCount: byteCount)
        case .keep:
            let isThrough = consumes.withLock { consumes in
                if !consumes { state.withLock { $0.unconsumed.append((connection, byteCount)) } }
                return consumes
            }
            if isThrough { connection.consumed(byteCount: byteCount) }
        case .answerAndClose(let answers):
            connection.send(answers)
            connection.close()
        }
    }

    func closed(_ connection: ServedConnection, _ error: any Error) {
        state.withLock { $0.ends.append(error) }
        connection.close()
    }

    /// From now on messages are consumed.
    func consumeAll() {
        let kept = consumes.withLock { consumes in
            consumes = true
            return state.withLock { state in
                defer { state.unconsumed = [] }
                return state.unconsumed
            }
        }
        for (connection, byteCount) in kept { connection.consumed(byteCount: byteCount) }
    }
}

/// Fatima's server, at which Jan is admitted.
struct ServerScene {
    static let hello = Door.hello
    let server: Server
    let service: Service
    let log: CodeLog

    static func segment(_ byteCount: Int, index: Int = 0) -> Message {
        .segment(SealedSegment(delta: .zero, index: index, bytes: Array(repeating: 7, count: byteCount)))
    }

    static var quick: ConnectionTimeouts {
        var timeouts = ConnectionTimeouts()
        timeouts.handshake = .milliseconds(500)
        timeouts.idle = .milliseconds(500)
        timeouts.linger = .milliseconds(300)
        return timeouts
    }

    /// Open while `body` runs; then all places are free again.
    static func open(
        _ manner: Service.Manner = .echo, secured: Bool = true, limits: Server.Limits = Server.Limits(),
        timeouts: ConnectionTimeouts = ConnectionTimeouts(), security: Security? = nil, _ body: (ServerScene) throws -> Void
    ) throws {
        let service = Service(manner)
        let log = CodeLog()
        let server = try Server(
            host: "127.0.0.1", port: 0, security: security ?? Ends.listener(secured: secured), limits: limits, timeouts: timeouts,
            logger: log.logger, serving: service)
        do {
            try body(ServerScene(server: server, service: service, log: log))
        } catch {
            server.close()
            throw error
        }
        server.close()
        waitUntil { server.connectionCount == 0 }
        #expect(server.handshakeCount == 0)
        #expect(server.readAheadByteCount == 0)
        #expect(service.ends.count == service.state.withLock { $0.opened.count })
    }

    func dial(secured: Bool = true) throws -> Connection {
        try Connection.connect(host: "127.0.0.1", port: server.port, security: Ends.dialer(secured: secured))
    }

    /// Dials and has its hello answered.
    func greet() throws -> Connection {
        let connection = try dial()
        connection.send(ServerScene.hello)
        #expect(try connection.receive() == ServerScene.hello)
        return connection
    }
}
