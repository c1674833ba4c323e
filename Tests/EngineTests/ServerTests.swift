import CRDT
import Dispatch
import Foundation
import Logging
import Synchronization
import Testing
import Transport
import Wire

/// A server by events: what is sent arrives, in order and at the other side's pace.
@Suite(.serialized) struct ServerTests {
    private let hello = ServerScene.hello

    @Test(arguments: [false, true]) func echo(secured: Bool) throws {
        try ServerScene.open(secured: secured) { scene in
            let connection = try scene.dial(secured: secured)
            let messages = [hello, .working, ServerScene.segment(12 << 20), .done, ServerScene.segment(300_000)]
            for message in messages {
                connection.send(message)
                #expect(try connection.receive() == message)
            }
            let served = try #require(scene.service.state.withLock { $0.opened.first })
            #expect(served.peerKey == (secured ? Ends.bytes(Ends.jan) : nil))
            #expect(served.peerAddress == "127.0.0.1")
            #expect(served.receivedByteCount == connection.sentByteCount && served.sentByteCount == connection.sentByteCount)
            waitUntil { served.unsentByteCount == 0 }
            connection.close()
            waitUntil { scene.server.connectionCount == 0 }
            #expect(scene.service.ends.map { $0 as? TransportError } == [TransportError(.closed, in: "session")])
        }
    }

    /// Thousands of small frames in one call and in many, large ones among them: they arrive as they were sent.
    @Test func everythingArrivesInOrder() throws {
        try ServerScene.open { scene in
            let connection = try scene.greet()
            let served = try #require(scene.service.state.withLock { $0.opened.first })
            let sizes = [10, 60_000, 1_000, 57_344, 3, 200_000, 57_331, 57_300]
            let messages = (0..<4_000).map { ServerScene.segment($0 % 100 == 0 ? sizes[$0 / 100 % sizes.count] : 900, index: $0) }
            served.send(Array(messages[..<2_000]))
            for message in messages[2_000...] { served.send([message]) }
            for message in messages { #expect(try connection.receive() == message) }
            connection.close()
        }
    }

    /// Two hundred connections at once, each of which has its own messages back.
    @Test func manyAtOnce() throws {
        var limits = Server.Limits()
        limits.connectionCountPerAddress = 1_000
        limits.handshakeCount = 8
        try ServerScene.open(limits: limits) { scene in
            let dialing = DispatchQueue(label: "dialing", attributes: .concurrent)
            let group = DispatchGroup()
            let wrong = Mutex(0)
            for number in 0..<200 {
                dialing.async(group: group) {
                    do {
                        let connection = try scene.dial()
                        connection.send(hello)
                        for index in 0..<20 { connection.send(ServerScene.segment(number * 10, index: index)) }
                        var isRight = try connection.receive() == hello
                        for index in 0..<20 { isRight = try connection.receive() == ServerScene.segment(number * 10, index: index) && isRight }
                        if !isRight { wrong.withLock { $0 += 1 } }
                        connection.close()
                    } catch {
                        wrong.withLock { $0 += 1 }
                    }
                }
            }
            group.wait()
            #expect(wrong.withLock { $0 } == 0)
            waitUntil { scene.server.connectionCount == 0 }
        }
    }

    // MARK: Backpressure

    /// Reading stops when the worker is behind, and goes on when it is not; also of what comes while the key is still judged, which takes
    /// its time on a busy machine.
    @Test(arguments: [0, 0.4]) func readingWaitsForTheWorker(judgement: TimeInterval) throws {
        var limits = Server.Limits()
        limits.served.readAheadByteCount = 1 << 20
        let jan = Ends.bytes(Ends.jan)
        let security = Security.tls(own: Ends.fatima) { key in
            Thread.sleep(forTimeInterval: judgement)
            return key == jan
        }
        try ServerScene.open(.keep, limits: limits, security: security) { scene in
            let connection = try scene.dial()
            connection.send(hello)
            let finished = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                for index in 0..<300 { connection.send(ServerScene.segment(100_000, index: index)) }
                finished.signal()
            }
            waitUntil { scene.server.readAheadByteCount >= 1 << 20 }
            Thread.sleep(forTimeInterval: 0.2)
            let held = scene.server.readAheadByteCount
            #expect(held >= 1 << 20 && held < 3 << 19, "\(held)")
            scene.service.consumeAll()
            finished.wait()
            waitUntil { scene.service.messageCount == 301 }
            #expect(scene.service.state.withLock { $0.messages.values.first?.last } == ServerScene.segment(100_000, index: 299))
            connection.close()
        }
    }

    /// Many together hold no more than the total; who holds little gets through meanwhile.
    @Test func theBudgetOfAll() throws {
        var limits = Server.Limits()
        limits.served.totalReadAheadByteCount = 1 << 20
        try ServerScene.open(.keep, limits: limits) { scene in
            let greedy = try (0..<6).map { _ in try scene.dial() }
            for connection in greedy {
                connection.send(hello)
                for index in 0..<20 { connection.send(ServerScene.segment(100_000, index: index)) }
            }
            Thread.sleep(forTimeInterval: 0.5)
            let held = scene.server.readAheadByteCount
            // A read, and the part of a frame, of each beyond it.
            #expect(held >= 1 << 20 && held < (1 << 20) + 6 * 150_000, "\(held)")
            let modest = try scene.dial()
            modest.send(hello)
            modest.send(.done)
            waitUntil {
                scene.service.state.withLock { state in
                    state.opened.last.map { state.messages[ObjectIdentifier($0)]?.count == 2 } ?? false
                }
            }
            scene.service.consumeAll()
            waitUntil { scene.service.messageCount == 6 * 21 + 2 }
            for connection in greedy + [modest] { connection.close() }
        }
    }

    /// Parts of frames alone use the budget up: one after the other becomes whole all the same.
    @Test func partsOfFrames() throws {
        var limits = Server.Limits()
        limits.served.totalReadAheadByteCount = 256 << 10
        try ServerScene.open(secured: false, limits: limits) { scene in
            let frame = Frame.encode(hello) + Frame.encode(ServerScene.segment(200_000))
            let sockets = (0..<6).map { _ in BareSocket(port: scene.server.port) }
            for socket in sockets { socket.write(Array(frame[..<100_000])) }
            waitUntil { scene.server.readAheadByteCount >= 256 << 10 }
            for socket in sockets { socket.write(Array(frame[100_000...])) }
            waitUntil { scene.service.messageCount == 12 }
            #expect(scene.server.readAheadByteCount == 0)
            for socket in sockets { socket.close() }
        }
    }

    /// Who takes nothing of what is sent is left after an idle period, though it speaks.
    @Test func whoDoesNotListen() throws {
        try ServerScene.open(.keep, secured: false, timeouts: ServerScene.quick) { scene in
            let socket = BareSocket(port: scene.server.port)
            socket.write(Frame.encode(hello))
            waitUntil { scene.service.messageCount == 1 }
            scene.service.consumeAll()
            let served = try #require(scene.service.state.withLock { $0.opened.first })
            for index in 0..<64 { served.send([ServerScene.segment(1 << 20, index: index)]) }
            for _ in 0..<40 where scene.service.ends.isEmpty {
                socket.write(Frame.encode(.working))
                Thread.sleep(forTimeInterval: 0.05)
            }
            #expect(scene.service.ends.map { $0 as? TransportError } == [TransportError(.timedOut, in: "session")])
            #expect(served.unsentByteCount > 1 << 20)
            waitUntil { scene.server.connectionCount == 0 }
            socket.close()
        }
    }

    // MARK: Closing

    /// The last words arrive, much that was sent before them too, though the other side is still sending.
    @Test func closingLetsTheLastFramesOut() throws {
        let answers = [hello] + (0..<6).map { ServerScene.segment(1 << 19, index: $0) } + [Message.refusal(code: "other-space")]
        try ServerScene.open(.answerAndClose(answers)) { scene in
            let connection = try scene.dial()
            connection.send(hello)
            Thread.detachNewThread { for index in 0..<20 { connection.send(ServerScene.segment(200_000, index: index)) } }
            for answer in answers { #expect(try connection.receive() == answer) }
            #expect(throws: TransportError(.closed, in: "session")) { try connection.receive() }
            connection.close()
            waitUntil { scene.server.connectionCount == 0 }
            #expect(scene.service.ends.map { $0 as? TransportError } == [TransportError(.closed, in: "session")])
        }
    }

    @Test func aborting() throws {
        try ServerScene.open { scene in
            let connection = try scene.greet(), other = try scene.greet()
            let served = try #require(scene.service.state.withLock { $0.opened.first })
            served.abort()
            served.abort()
            #expect(throws: TransportError(.closed, in: "session")) { try connection.receive() }
            waitUntil { scene.server.connectionCount == 1 && scene.service.ends.count == 1 }
            served.send([.working])
            #expect(served.unsentByteCount == 0)
            other.send(.working)
            #expect(try other.receive() == .working)
            connection.close()
            other.close()
        }
    }

    /// Those who are there go on when nobody else is accepted.
    @Test func stopAccepting() throws {
        try ServerScene.open { scene in
            let connection = try scene.greet()
            scene.server.stopAccepting()
            #expect(throws: TransportError(.refused, in: "connecting")) { try scene.dial() }
            connection.send(.working)
            #expect(try connection.receive() == .working)
            scene.server.close()
            #expect(throws: TransportError(.closed, in: "session")) { try connection.receive() }
        }
    }

    /// The other end by events too.
    @Test func dialledByEvents() throws {
        try ServerScene.open { scene in
            let service = Service(.keep)
            let dialer = Dialer(serving: service)
            let jan = try Dialer.Identity(own: Ends.jan) { $0 == Ends.bytes(Ends.fatima) }
            let stranger = try Dialer.Identity(own: Ends.jan) { _ in false }
            let ends = Mutex<[any Error]>([])
            for number in 1...40 {
                dialer.connect(host: "127.0.0.1", port: scene.server.port, from: "127.0.0.\(number)", as: jan) { result in
                    if case .success(let connection) = result { connection.send([hello, .working]) }
                }
            }
            waitUntil { service.messageCount == 80 }
            #expect(dialer.connectionCount == 40 && scene.server.connectionCount == 40)
            dialer.connect(host: "127.0.0.1", port: scene.server.port, as: stranger) { result in
                if case .failure(let error) = result { ends.withLock { $0.append(error) } }
            }
            dialer.connect(host: "127.0.0.1", port: 1, as: jan) { result in
                if case .failure(let error) = result { ends.withLock { $0.append(error) } }
            }
            waitUntil { ends.withLock { $0.count } == 2 }
            #expect(ends.withLock { $0 }.contains { $0 as? TransportError == TransportError(.wrongDevice, in: "handshake") })
            dialer.close()
            waitUntil { dialer.connectionCount == 0 && scene.server.connectionCount == 0 }
            #expect(service.ends.count == 40)
        }
    }
}
