import CRDT
import Dispatch
import Foundation
import Glibc
import Logging
import Synchronization
import Testing
import Transport
import Wire

/// Listener and connection over loopback.
@Suite(.serialized) struct TransportConnectionTests {
    private let hello = Message.hello(Hello(
        space: Nonce(high: 1, low: 1), device: Nonce(high: 2, low: 2), replica: Nonce(high: 3, low: 3),
        digest: .zero, rosterDigest: .zero))

    private var quick: ConnectionTimeouts {
        var timeouts = ConnectionTimeouts()
        timeouts.connect = .seconds(2)
        timeouts.handshake = .milliseconds(300)
        timeouts.answer = .milliseconds(600)
        timeouts.idle = .milliseconds(400)
        timeouts.linger = .milliseconds(300)
        return timeouts
    }

    private func listen(
        secured: Bool = false, limits: Listener.Limits = Listener.Limits(), timeouts: ConnectionTimeouts? = nil,
        _ handler: @escaping @Sendable (Connection) -> Void
    ) throws -> Listener {
        try Listener(
            host: "127.0.0.1", port: 0, security: Ends.listener(secured: secured), limits: limits,
            timeouts: timeouts ?? (secured ? ConnectionTimeouts() : quick), logger: Logger(label: "test"),
            handler: handler)
    }

    private func dial(
        _ listener: Listener, secured: Bool = false, timeouts: ConnectionTimeouts? = nil
    ) throws -> Connection {
        try Connection.connect(
            host: "localhost", port: listener.port, security: Ends.dialer(secured: secured),
            timeouts: timeouts ?? (secured ? ConnectionTimeouts() : quick))
    }

    @Test(arguments: [false, true]) func echo(secured: Bool) throws {
        let listener = try listen(secured: secured) { connection in
            while let message = try? connection.receive() { connection.send(message) }
        }
        defer { listener.close() }
        #expect(listener.port > 0)
        let connection = try dial(listener, secured: secured)
        let messages: [Message] = [
            hello, .working, .done,
            .segment(SealedSegment(delta: Nonce(high: 4, low: 4), index: 3, bytes: Array(repeating: 9, count: 12 << 20))),
            .segment(SealedSegment(delta: Nonce(high: 4, low: 4), index: 4, bytes: Array(repeating: 8, count: 300_000))),
        ]
        for message in messages {
            connection.send(message)
            #expect(try connection.receive() == message)
        }
        #expect(connection.sentByteCount == connection.receivedByteCount)
        #expect(connection.sentByteCount == messages.reduce(0) { $0 + Frame.encode($1).count })
        connection.close()
        waitUntil { listener.connectionCount == 0 }
    }

    /// Both send a whole window before either reads: neither waits for the other.
    @Test(arguments: [false, true]) func bothSendAtOnce(secured: Bool) throws {
        let segment = Message.segment(SealedSegment(delta: .zero, index: 0, bytes: Array(repeating: 1, count: 1 << 20)))
        let listener = try listen(secured: secured, timeouts: ConnectionTimeouts()) { [hello] connection in
            connection.send(hello)
            for _ in 0..<24 { for _ in 0..<4 { connection.send(segment) }; for _ in 0..<4 { _ = try? connection.receive() } }
        }
        defer { listener.close() }
        let connection = try dial(listener, secured: secured, timeouts: ConnectionTimeouts())
        connection.send(hello)
        #expect(try connection.receive() == hello)
        for _ in 0..<24 {
            for _ in 0..<4 { connection.send(segment) }
            for _ in 0..<4 { #expect(try connection.receive() == segment) }
        }
        connection.close()
    }

    /// A reader that does not read holds the sender back, and memory stays bounded.
    @Test(arguments: [false, true]) func aSlowReaderHoldsTheSenderBack(secured: Bool) throws {
        let mayRead = DispatchSemaphore(value: 0)
        let count = Mutex(0)
        let listener = try listen(secured: secured, timeouts: ConnectionTimeouts()) { connection in
            mayRead.wait()
            while (try? connection.receive()) != nil { count.withLock { $0 += 1 } }
        }
        defer { listener.close() }
        let connection = try dial(listener, secured: secured, timeouts: ConnectionTimeouts())
        let segment = Message.segment(SealedSegment(delta: .zero, index: 0, bytes: Array(repeating: 1, count: 1 << 20)))
        let sent = Mutex(0)
        connection.send(hello)
        let finished = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            for _ in 0..<100 {
                connection.send(segment)
                sent.withLock { $0 += 1 }
            }
            finished.signal()
        }
        Thread.sleep(forTimeInterval: 0.7)
        let stopped = sent.withLock { $0 }
        // 8 MiB at each end, and what the system holds between them: tcp(7), up to 36 MiB.
        #expect(stopped < 64)
        mayRead.signal()
        finished.wait()
        connection.close()
        waitUntil { count.withLock { $0 } == 101 }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: kith\r\n\r\n", "\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}\u{00}\u{01}\u{FC}\u{03}\u{03}",
        "SSH-2.0-OpenSSH_9.2\r\n", "\u{00}\u{00}\u{00}", "\u{01}\u{FF}\u{FF}\u{00}\u{00}12345678901234567890",
        "\u{05}\u{02}\u{00}\u{00}\u{00}12345678ab",
    ])
    func strangers(greeting: String) throws {
        let error = try listenerError { socket in
            socket.write(Array(greeting.unicodeScalars.map { UInt8($0.value) }))
            #expect(socket.isClosedByPeer())
        }
        #expect((error as? WireError)?.code == .notKith)
    }

    @Test func whoSaysNothingIsLeft() throws {
        let error = try listenerError { #expect($0.isClosedByPeer()) }
        #expect(error as? TransportError == TransportError(.timedOut, in: "handshake"))
    }

    @Test func slowloris() throws {
        let frame = Frame.encode(hello)
        let start = DispatchTime.now()
        let error = try listenerError { socket in
            for byte in frame {
                guard socket.write([byte]) else { break }
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
        #expect(error as? TransportError == TransportError(.timedOut, in: "handshake"))
        #expect(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds < 5_000_000_000)
    }

    /// Half-open: a hello, then silence, or a byte now and then that never becomes a frame.
    @Test(arguments: [false, true]) func silenceAndTrickle(trickles: Bool) throws {
        let segment = Frame.encode(.segment(SealedSegment(delta: .zero, index: 0, bytes: Array(repeating: 1, count: 5_000))))
        let error = try listenerError { [hello] socket in
            socket.write(Frame.encode(hello))
            if trickles {
                for byte in segment {
                    guard socket.write([byte]) else { break }
                    Thread.sleep(forTimeInterval: 0.05)
                }
            } else {
                #expect(socket.isClosedByPeer())
            }
        }
        #expect(error as? TransportError == TransportError(.timedOut, in: "session"))
    }

    @Test func endInsideAFrame() throws {
        let error = try listenerError { [hello] socket in
            socket.write(Frame.encode(hello) + Frame.encode(.working).dropLast(2))
            socket.close()
        }
        #expect(error as? TransportError == TransportError(.closed, in: "frame"))
    }

    @Test func resetInsideAFrame() throws {
        let error = try listenerError { [hello] socket in
            socket.write(Frame.encode(hello) + Frame.encode(hello).dropLast(2))
            Thread.sleep(forTimeInterval: 0.1)
            socket.reset()
        }
        #expect(error as? TransportError == TransportError(.closed, in: "frame"))
    }

    @Test func endBetweenFrames() throws {
        let error = try listenerError { [hello] socket in
            socket.write(Frame.encode(hello))
            socket.close()
        }
        #expect(error as? TransportError == TransportError(.closed, in: "session"))
    }

    @Test func damageAndUnknownTypesAfterTheFirstFrame() throws {
        var damaged = Frame.encode(hello)
        damaged[damaged.count - 1] ^= 1
        let first = try listenerError { [hello, damaged] socket in
            socket.write(Frame.encode(hello) + damaged)
            #expect(socket.isClosedByPeer())
        }
        #expect((first as? WireError)?.code == .damaged)
        let second = try listenerError { [hello] socket in
            socket.write(Frame.encode(hello) + [7, 0, 0, 0, 0xFF])
            socket.write(Array(repeating: 0, count: 20))
            #expect(socket.isClosedByPeer())
        }
        #expect((second as? WireError)?.code == .tooLarge)
    }

    /// The last words of a side that gives up arrive, though the other side is still sending.
    @Test(arguments: [false, true]) func aRefusalArrives(secured: Bool) throws {
        let listener = try listen(secured: secured) { connection in
            _ = try? connection.receive()
            connection.send(.refusal(code: "other-space"))
        }
        defer { listener.close() }
        let connection = try dial(listener, secured: secured)
        connection.send(hello)
        for _ in 0..<20 {
            connection.send(.segment(SealedSegment(delta: .zero, index: 0, bytes: Array(repeating: 1, count: 200_000))))
        }
        #expect(try connection.receive() == .refusal(code: "other-space"))
        #expect(throws: TransportError(.closed, in: "session")) { try connection.receive() }
        connection.close()
    }

    @Test func connectionsBeyondTheLimitAreToldSo() throws {
        var limits = Listener.Limits()
        limits.connectionCountPerAddress = 2
        let listener = try listen(limits: limits) { connection in
            while let message = try? connection.receive() { connection.send(message) }
        }
        defer { listener.close() }
        var kept: [Connection] = []
        for _ in 0..<2 {
            let connection = try dial(listener)
            connection.send(hello)
            #expect(try connection.receive() == hello)
            kept.append(connection)
        }
        for _ in 0..<20 {
            let connection = try dial(listener)
            connection.send(hello)
            #expect(throws: TransportError(.tooManyConnections, in: "handshake")) { try connection.receive() }
            connection.close()
        }
        #expect(listener.connectionCount == 2)
        kept[0].send(.working)
        #expect(try kept[0].receive() == .working)
        for connection in kept { connection.close() }
        waitUntil { listener.connectionCount == 0 }
        let again = try dial(listener)
        again.send(hello)
        #expect(try again.receive() == hello)
        again.close()
    }

    @Test(arguments: [false, true]) func closingTheListenerEndsSessions(secured: Bool) throws {
        let listener = try listen(secured: secured, timeouts: ConnectionTimeouts()) { _ = try? $0.receive() }
        let connection = try dial(listener, secured: secured, timeouts: ConnectionTimeouts())
        waitUntil { listener.connectionCount == 1 }
        listener.close()
        #expect(throws: TransportError(.closed, in: "session")) { try connection.receive() }
        waitUntil { listener.connectionCount == 0 }
        #expect(throws: TransportError(.refused, in: "connecting")) {
            try Connection.connect(
                host: "127.0.0.1", port: listener.port == 0 ? 1 : listener.port, security: .plain, timeouts: quick)
        }
    }

    @Test func addressesThatDoNotWork() throws {
        let listener = try listen { _ in }
        defer { listener.close() }
        #expect(throws: TransportError(.addressInUse, in: "listening")) {
            try Listener(host: "127.0.0.1", port: listener.port, security: .plain, logger: Logger(label: "test")) { _ in }
        }
        #expect(throws: TransportError(.cannotListen, in: "listening")) {
            try Listener(host: "192.0.2.1", port: 0, security: Ends.listener(secured: true), logger: Logger(label: "test")) { _ in }
        }
        #expect(throws: TransportError(.cannotResolve, in: "connecting")) {
            try Connection.connect(
                host: "no-such-name.invalid", port: 1, security: Ends.dialer(secured: true), timeouts: quick)
        }
    }

    // MARK: Scenes

    /// What a listener's session meets when the other end is a bare socket.
    private func listenerError(_ client: @Sendable (BareSocket) -> Void) throws -> (any Error)? {
        let error = Mutex<(any Error)?>(nil)
        let done = DispatchSemaphore(value: 0)
        let listener = try listen { connection in
            do { while true { _ = try connection.receive() } } catch let met { error.withLock { $0 = met } }
            connection.close()
            done.signal()
        }
        defer { listener.close() }
        let socket = BareSocket(port: listener.port)
        client(socket)
        #expect(done.wait(timeout: .now() + .seconds(10)) == .success)
        socket.close()
        return error.withLock { $0 }
    }
}
