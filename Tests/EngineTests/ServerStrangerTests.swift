import CRDT
import Foundation
import Synchronization
import Testing
import Transport
import Wire

/// Who does not belong at a server, and who is one too many: a typed end, the place free again, the others undisturbed.
@Suite(.serialized) struct ServerStrangerTests {
    private let hello = ServerScene.hello

    /// A friend is served before, during and after the visit.
    private func besides(
        _ codes: [String], limits: Server.Limits = Server.Limits(), timeouts: ConnectionTimeouts = ServerScene.quick,
        _ visit: (ServerScene) throws -> Void
    ) throws {
        var timeouts = timeouts
        timeouts.idle = .seconds(120)
        try ServerScene.open(limits: limits, timeouts: timeouts) { scene in
            let friend = try scene.greet()
            try visit(scene)
            friend.send(.working)
            #expect(try friend.receive() == .working)
            waitUntil { scene.server.connectionCount == 1 && scene.log.codes.count >= codes.count }
            #expect(scene.server.handshakeCount == 0)
            #expect(Set(scene.log.codes) == Set(codes))
            #expect(scene.service.state.withLock { $0.opened.count } == 1)
            let again = try scene.greet()
            friend.close()
            again.close()
            waitUntil { scene.server.connectionCount == 0 }
        }
    }

    @Test func aKeyThatIsNotAdmitted() throws {
        try besides(["not-admitted"]) { scene in
            let stranger = try Stranger(Ends.stranger).visit(port: scene.server.port)
            #expect(stranger.bytes.isEmpty)
        }
    }

    @Test func plainText() throws {
        try besides(["not-kith"]) { scene in
            let socket = BareSocket(port: scene.server.port)
            socket.write(Array("GET / HTTP/1.1\r\nHost: kith\r\n\r\n".utf8) + [UInt8](repeating: 32, count: 1 << 20))
            #expect(socket.readToEnd() != nil && !socket.wasReset)
            socket.close()
        }
    }

    @Test(arguments: [[], [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]] as [[UInt8]])
    func halfAHandshakeThenSilence(beginning: [UInt8]) throws {
        try besides(["timed-out"]) { scene in
            let sockets = (0..<40).map { _ in BareSocket(port: scene.server.port) }
            for socket in sockets where !beginning.isEmpty { socket.write(beginning) }
            for socket in sockets { #expect(socket.isClosedByPeer()) }
            for socket in sockets { socket.close() }
        }
    }

    /// A thousand from one address: as many as there are places, and not one more is set up.
    @Test func oneAddress() throws {
        var timeouts = ServerScene.quick
        timeouts.handshake = .seconds(4)
        try besides(["closed", "too-many-connections"], timeouts: timeouts) { scene in
            let sockets = (0..<1_000).map { _ in BareSocket(port: scene.server.port) }
            // Those beyond the places are closed at once.
            for socket in sockets.suffix(200) { #expect(socket.isClosedByPeer()) }
            #expect(scene.server.connectionCount == 64)
            for socket in sockets { socket.close() }
        }
    }

    /// A flood of connections that say nothing: the next ones wait, those who are slow have less time, and who speaks gets in.
    @Test func aFloodBeforeTheHandshake() throws {
        var limits = Server.Limits()
        limits.connectionCountPerAddress = 1_000
        limits.handshakeCount = 16
        var timeouts = ServerScene.quick
        timeouts.handshake = .seconds(2)
        try besides(["closed"], limits: limits, timeouts: timeouts) { scene in
            let sockets = (0..<64).map { _ in BareSocket(port: scene.server.port) }
            waitUntil { scene.server.handshakeCount >= 16 }
            #expect(scene.server.handshakeCount < 32)
            for socket in sockets { #expect(socket.isClosedByPeer()) }
            for socket in sockets { socket.close() }
        }
    }

    @Test func placesOfAllTogether() throws {
        var limits = Server.Limits()
        limits.connectionCount = 5
        try ServerScene.open(secured: false, limits: limits) { scene in
            let kept = try (0..<5).map { _ in try scene.dial(secured: false) }
            for connection in kept {
                connection.send(hello)
                #expect(try connection.receive() == hello)
            }
            for _ in 0..<10 {
                let connection = try scene.dial(secured: false)
                connection.send(hello)
                #expect(throws: TransportError(.tooManyConnections, in: "handshake")) { try connection.receive() }
                connection.close()
            }
            #expect(scene.server.connectionCount == 5)
            kept[0].close()
            waitUntil { scene.server.connectionCount == 4 }
            let next = try scene.dial(secured: false)
            next.send(hello)
            #expect(try next.receive() == hello)
            for connection in kept + [next] { connection.close() }
        }
    }

    // MARK: After the handshake

    /// What a server is told of a bare socket that writes this, piece by piece.
    private func end(ofWriting pieces: [[UInt8]]) throws -> (any Error)? {
        var end: (any Error)?
        try ServerScene.open(secured: false, timeouts: ServerScene.quick) { scene in
            let socket = BareSocket(port: scene.server.port)
            for piece in pieces {
                guard scene.service.ends.isEmpty, socket.write(piece) else { break }
                if pieces.count > 2 { Thread.sleep(forTimeInterval: 0.05) }
            }
            waitUntil { !scene.service.ends.isEmpty }
            end = scene.service.ends.first
            socket.close()
            waitUntil { scene.server.connectionCount == 0 }
        }
        return end
    }

    @Test func silence() throws {
        #expect(try end(ofWriting: []) as? TransportError == TransportError(.timedOut, in: "handshake"))
        #expect(try end(ofWriting: [Frame.encode(hello)]) as? TransportError == TransportError(.timedOut, in: "session"))
    }

    /// A byte now and then, before the first frame and after it.
    @Test func slowloris() throws {
        let slow = Frame.encode(hello).map { [$0] }
        #expect(try end(ofWriting: slow) as? TransportError == TransportError(.timedOut, in: "handshake"))
        let frame = Frame.encode(ServerScene.segment(5_000)).map { [$0] }
        #expect(try end(ofWriting: [Frame.encode(hello)] + frame) as? TransportError == TransportError(.timedOut, in: "session"))
    }

    @Test func bytesThatAreNotKiths() throws {
        var damaged = Frame.encode(hello)
        damaged[damaged.count - 1] ^= 1
        let oversized: [UInt8] = [7, 0, 0, 0, 0xFF] + Array(repeating: 0, count: 20)
        #expect((try end(ofWriting: [Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)]) as? WireError)?.code == .notKith)
        #expect((try end(ofWriting: [oversized]) as? WireError)?.code == .notKith)
        #expect((try end(ofWriting: [Frame.encode(hello), damaged]) as? WireError)?.code == .damaged)
        #expect((try end(ofWriting: [Frame.encode(hello), oversized]) as? WireError)?.code == .tooLarge)
    }

    @Test func anEndInsideAFrame() throws {
        try ServerScene.open(secured: false) { scene in
            for resets in [false, true] {
                let socket = BareSocket(port: scene.server.port)
                socket.write(Frame.encode(hello) + Frame.encode(hello).dropLast(2))
                Thread.sleep(forTimeInterval: 0.1)
                resets ? socket.reset() : socket.close()
            }
            waitUntil { scene.service.ends.count == 2 }
            #expect(scene.service.ends.allSatisfy { ($0 as? TransportError) == TransportError(.closed, in: "frame") })
            waitUntil { scene.server.connectionCount == 0 }
        }
    }
}
