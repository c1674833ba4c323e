import Crypto
import CryptoExtras
import Foundation
import NIOSSL
import Synchronization
import Testing
import Transport
import Wire
import X509

/// Who does not belong at a TLS port, and dialers who find somebody who does not: a typed end, not a byte of Kith, the place
/// free again.
@Suite(.serialized) struct TransportStrangerTests {
    private let hello = Door.hello
    private let jan = Ends.dialer(secured: true)

    // MARK: Certificates that are none

    @Test func withoutACertificate() throws {
        var stranger = try Stranger(Ends.jan)
        stranger.configuration.certificateChain = []
        stranger.configuration.privateKey = nil
        try Door.refuses("not-kith", stranger)
    }

    @Test func otherKindsOfKeys() throws {
        let p256 = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let rsa = Certificate.PrivateKey(try _RSA.Signing.PrivateKey(keySize: .bits2048))
        for key in [p256, rsa] {
            let stranger = try Stranger([Stranger.certificate(of: key)], key)
            try Door.open(.tls(own: Ends.fatima) { _ in true }) { (door) throws in
                #expect(try stranger.visit(port: door.port).bytes.isEmpty)
                waitUntil { !door.log.codes.isEmpty }
                #expect(door.met().isEmpty)
            }
            try stranger.listen { port in
                #expect(throws: WireError(.notKith, in: "handshake")) { try Door.dial(port, .tls(own: Ends.jan) { _ in true }) }
            }
        }
    }

    @Test func oneCertificateAndNoMore() throws {
        let key = Certificate.PrivateKey(Ends.jan)
        let certificate = try Stranger.certificate(of: key)
        try Door.refuses("not-admitted", Stranger([certificate, certificate], key))
        let fatima = Certificate.PrivateKey(Ends.fatima)
        let own = try Stranger.certificate(of: fatima)
        try Stranger([own, certificate], fatima).listen { port in
            #expect(throws: TransportError(.wrongDevice, in: "handshake")) { try Door.dial(port, jan) }
        }
    }

    /// Jan's certificate is no secret; his key is. That the key was accepted is not enough.
    @Test func aCertificateWithoutItsKey() throws {
        try Door.refuses("not-kith", Stranger(posingAs: Ends.jan))
        try Stranger(posingAs: Ends.fatima).listen { port in
            #expect(throws: WireError(.notKith, in: "handshake")) { try Door.dial(port, jan) }
        }
    }

    // MARK: Other protocols

    @Test func anOlderTLS() throws {
        var stranger = try Stranger(Ends.jan)
        stranger.configuration.minimumTLSVersion = .tlsv12
        stranger.configuration.maximumTLSVersion = .tlsv12
        try Door.refuses("not-kith", stranger)
        var fatima = try Stranger(Ends.fatima)
        fatima.configuration.maximumTLSVersion = .tlsv12
        try fatima.listen { port in
            #expect(throws: WireError(.notKith, in: "handshake")) { try Door.dial(port, jan) }
        }
    }

    @Test(arguments: [[], ["h2", "http/1.1"], ["kith/2"]]) func anotherApplication(protocols: [String]) throws {
        try Door.refuses("not-kith", Stranger(Ends.jan, protocols: protocols))
        try Stranger(Ends.fatima, protocols: protocols).listen { port in
            #expect(throws: WireError(.newerFormat, in: "handshake")) { try Door.dial(port, jan) }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: kith\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\u{16}\u{03}\u{01}\u{00}\u{02}\u{01}\u{00}",
        "\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}", "KITH BUNDLE 1\n",
    ])
    func whatIsNotTLS(greeting: String) throws {
        try Door.refuses(greeting.hasPrefix("\u{16}") ? "timed-out" : "not-kith", handshake: .milliseconds(500)) { door in
            let socket = BareSocket(port: door.port)
            socket.write(Array(greeting.unicodeScalars.map { UInt8($0.value) }))
            let answer = try #require(socket.readToEnd())
            // At most a TLS alert.
            #expect(answer.isEmpty || (answer[0] == 0x15 && answer.count <= 7))
            socket.close()
        }
    }

    /// An alert that is followed by a reset may be lost on the way: what a stranger still sends is read and dropped.
    @Test func theLastWordIsNoReset() throws {
        try Door.refuses("not-kith") { door in
            let socket = BareSocket(port: door.port)
            let isSent = socket.write(Array("PUT / HTTP/1.1\r\n".utf8) + [UInt8](repeating: 32, count: 4 << 20))
            #expect(isSent)
            #expect(socket.readToEnd() != nil && !socket.wasReset)
            socket.close()
        }
    }

    @Test func plainKithOnATLSPort() throws {
        try Door.refuses("not-kith") { door in
            let connection = try Door.dial(door.port, .plain)
            connection.send(hello)
            #expect(throws: (any Error).self) { try connection.receive() }
            connection.close()
        }
        try Door.open(.plain) { door in
            #expect(throws: TransportError(.closed, in: "handshake")) { try Door.dial(door.port, jan) }
        }
    }

    // MARK: Places

    @Test func whoSaysNothingHoldsItsPlaceForTheHandshakeOnly() throws {
        try Door.refuses("timed-out", handshake: .milliseconds(500)) { door in
            let socket = BareSocket(port: door.port)
            #expect(socket.readToEnd() == [])
            socket.close()
        }
    }

    /// Half a client hello, a byte now and then.
    @Test func aHandshakeThatStopsHalfWay() throws {
        try Door.refuses("timed-out", handshake: .milliseconds(500)) { door in
            let socket = BareSocket(port: door.port)
            for byte in [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03] + [UInt8](repeating: 7, count: 100) {
                guard socket.write([byte]) else { break }
                Thread.sleep(forTimeInterval: 0.02)
            }
            #expect(socket.isClosedByPeer())
            socket.close()
        }
    }

    /// TLS stands, and then nothing: the time counts from the connection, and the session sees why.
    @Test func anAcceptedDeviceThatSaysNothing() throws {
        let error = Mutex<(any Error)?>(nil)
        var timeouts = ConnectionTimeouts()
        timeouts.handshake = .milliseconds(700)
        let listener = try Listener(
            host: "127.0.0.1", port: 0, security: Ends.listener(secured: true), timeouts: timeouts, logger: CodeLog().logger
        ) { connection in
            do { _ = try connection.receive() } catch let met { error.withLock { $0 = met } }
        }
        defer { listener.close() }
        let connection = try Door.dial(listener.port, jan)
        waitUntil { error.withLock { $0 != nil } }
        #expect(error.withLock { $0 } as? TransportError == TransportError(.timedOut, in: "handshake"))
        connection.abort()
    }

    @Test func aListenerThatSaysNothing() throws {
        let silent = try Listener(host: "127.0.0.1", port: 0, security: .plain, logger: CodeLog().logger) { _ in
            Thread.sleep(forTimeInterval: 1)
        }
        defer { silent.close() }
        #expect(throws: TransportError(.timedOut, in: "handshake")) {
            try Door.dial(silent.port, jan, handshake: .milliseconds(300))
        }
    }

    /// Strangers in the middle of a handshake count like anybody; who is one too many is closed without a word.
    @Test func eightFromOneAddress() throws {
        try Door.open(handshake: .seconds(3)) { door in
            let silent = (0..<4).map { _ in BareSocket(port: door.port) }
            waitUntil { door.listener.connectionCount == 4 }
            let kept = try (0..<4).map { _ in try Door.dial(door.port, jan) }
            for connection in kept {
                connection.send(hello)
                #expect(try connection.receive() == hello)
            }
            for _ in 0..<10 {
                #expect(throws: TransportError(.closed, in: "handshake")) { try Door.dial(door.port, jan) }
            }
            let surplus = BareSocket(port: door.port)
            #expect(surplus.readToEnd() == [])
            #expect(door.listener.connectionCount == 8)
            #expect(Set(door.log.codes) == ["too-many-connections"])
            for socket in silent + [surplus] { socket.close() }
            waitUntil { door.listener.connectionCount == 4 }
            #expect(try Door.greet(door.port, as: jan) == hello)
            for connection in kept { connection.close() }
            waitUntil { door.listener.connectionCount == 0 }
        }
    }
}
