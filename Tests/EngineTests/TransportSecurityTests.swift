import Crypto
import Foundation
import NIOSSL
import Synchronization
import Testing
import Transport
import Wire
import X509

/// Who gets through the door, and what the others see of it. Fatima listens and admits Jan.
@Suite(.serialized) struct TransportSecurityTests {
    private let hello = Door.hello
    private let jan = Ends.dialer(secured: true)
    private let notAdmitted = TransportError(.notAdmitted, in: "handshake")

    // MARK: Who belongs

    @Test func bothSeeTheOthersKey() throws {
        try Door.open { door in
            let connection = try Door.dial(door.port, jan)
            #expect(connection.peerKey == Ends.bytes(Ends.fatima))
            let segment = SealedSegment(delta: .zero, index: 0, bytes: Array(repeating: 7, count: 3 << 20))
            for message in [hello, .segment(segment), .done] {
                connection.send(message)
                #expect(try connection.receive() == message)
            }
            connection.close()
            #expect(door.met() == [Ends.bytes(Ends.jan)])
            #expect(door.log.codes.isEmpty)
        }
    }

    /// What was sent last arrives before the end, on both sides.
    @Test func closingDeliversWhatWasSentLast() throws {
        let count = Mutex(0)
        let last = Message.segment(SealedSegment(delta: .zero, index: 9, bytes: Array(repeating: 9, count: 5 << 20)))
        let listener = try Listener(
            host: "127.0.0.1", port: 0, security: Ends.listener(secured: true), logger: CodeLog().logger
        ) { connection in
            while (try? connection.receive()) != nil { count.withLock { $0 += 1 } }
            connection.send(last)
        }
        defer { listener.close() }
        let connection = try Door.dial(listener.port, jan)
        connection.send(hello)
        for _ in 0..<3 { connection.send(last) }
        connection.close()
        waitUntil { listener.connectionCount == 0 }
        #expect(count.withLock { $0 } == 4)
        let other = try Listener(
            host: "127.0.0.1", port: 0, security: Ends.listener(secured: true), logger: CodeLog().logger
        ) { [hello = Door.hello] in
            $0.send(hello)
            $0.send(last)
        }
        defer { other.close() }
        let reader = try Door.dial(other.port, jan)
        #expect(try reader.receive() == hello)
        #expect(try reader.receive() == last)
        #expect(throws: TransportError(.closed, in: "session")) { try reader.receive() }
        reader.close()
    }

    /// A laptop whose clock says 1970 or 2099 made its certificate accordingly: only the key counts.
    @Test(arguments: [(0, 86_400), (4_000_000_000, 4_100_000_000)])
    func datesDoNotCount(from start: Double, to end: Double) throws {
        let key = Certificate.PrivateKey(Ends.jan)
        let stranger = try Stranger([Stranger.certificate(of: key, from: start, to: end)], key)
        try Door.open { door in
            let visit = try stranger.visit(port: door.port, sending: Frame.encode(hello) + [0])
            #expect(visit.bytes == Frame.encode(hello))
            #expect(visit.protocolName == "kith/1")
            #expect(door.met() == [Ends.bytes(Ends.jan)])
        }
        var fatima = try Stranger(Ends.fatima)
        fatima.configuration.certificateChain = [.certificate(try NIOSSLCertificate(
            bytes: Array(try Stranger.certificate(of: .init(Ends.fatima), from: start, to: end).serializeAsPEM().pemString.utf8),
            format: .pem))]
        try fatima.listen { port in
            let connection = try Door.dial(port, jan)
            #expect(connection.peerKey == Ends.bytes(Ends.fatima))
            connection.abort()
        }
    }

    // MARK: Keys that do not fit

    @Test func anUnknownKeyIsNotAdmitted() throws {
        try Door.refuses("not-admitted") { door in
            // TLS 1.3: the dialer believes that it is connected until it reads.
            let connection = try Door.dial(door.port, Ends.tls(Ends.stranger, accepting: Ends.fatima))
            connection.send(hello)
            #expect(throws: notAdmitted) { try connection.receive() }
            connection.close()
            #expect(!door.log.text.contains("kith") && !door.log.text.contains("127.0.0.1"))
        }
    }

    /// However much the dialer has sent already, the refusal arrives.
    @Test func theRefusalIsNotSwallowed() throws {
        let segment = Message.segment(SealedSegment(delta: .zero, index: 0, bytes: Array(repeating: 1, count: 1 << 20)))
        try Door.open { door in
            for _ in 0..<50 {
                let connection = try Door.dial(door.port, Ends.tls(Ends.stranger, accepting: Ends.fatima))
                connection.send(hello)
                for _ in 0..<4 { connection.send(segment) }
                #expect(throws: notAdmitted) { try connection.receive() }
                connection.abort()
            }
            #expect(door.met().isEmpty)
        }
    }

    @Test func anotherListenerIsTheWrongDevice() throws {
        try Door.refuses("closed") { door in
            #expect(throws: TransportError(.wrongDevice, in: "handshake")) {
                try Door.dial(door.port, Ends.tls(Ends.jan, accepting: Ends.stranger))
            }
        }
    }

    /// The key is asked about each time: a device that was removed a moment ago is out.
    @Test func everyConnectionIsJudgedAnew() throws {
        let admitted = Mutex<Set<[UInt8]>>([Ends.bytes(Ends.jan)])
        let asked = Mutex(0)
        let fatima = Security.tls(own: Ends.fatima) { key in
            asked.withLock { $0 += 1 }
            return admitted.withLock { $0.contains(key) }
        }
        try Door.open(fatima) { (door) throws in
            for _ in 0..<3 { #expect(try Door.greet(door.port, as: jan) == hello) }
            admitted.withLock { $0 = [] }
            for _ in 0..<3 { #expect(throws: notAdmitted) { try Door.greet(door.port, as: jan) } }
            #expect(asked.withLock { $0 } == 6)
            #expect(door.met().count == 3)
        }
    }

    /// A foreign client keeps the ticket of an accepted connection and shows it after the key was removed.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
    func aTicketDoesNotSkipTheQuestion() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = Certificate.PrivateKey(Ends.jan)
        try (key.serializeAsPEM().pemString + "\n" + Stranger.certificate(of: key).serializeAsPEM().pemString + "\n")
            .write(to: folder.appendingPathComponent("jan.pem"), atomically: true, encoding: .utf8)
        try Data(Frame.encode(hello)).write(to: folder.appendingPathComponent("hello"))
        func client(_ port: Int, _ session: String) throws -> String {
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = [
                "-c",
                "openssl s_client -connect 127.0.0.1:\(port) -tls1_3 -alpn kith/1 -cert jan.pem -key jan.pem -ign_eof \(session) "
                    + "<hello 2>&1",
            ]
            process.currentDirectoryURL = folder
            process.standardOutput = output
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return text
        }
        let met = Mutex(0)
        let admits = Mutex(true)
        let log = CodeLog()
        let listener = try Listener(
            host: "127.0.0.1", port: 0, security: .tls(own: Ends.fatima) { _ in admits.withLock { $0 } }, logger: log.logger
        ) { connection in
            met.withLock { $0 += 1 }
            if let message = try? connection.receive() { connection.send(message) }
        }
        defer { listener.close() }
        let first = try client(listener.port, "-sess_out ticket")
        #expect(first.contains("New, TLSv1.3") && met.withLock { $0 } == 1)
        try #require(FileManager.default.fileExists(atPath: folder.appendingPathComponent("ticket").path))
        admits.withLock { $0 = false }
        let second = try client(listener.port, "-sess_in ticket")
        #expect(second.contains("Reused, TLSv1.3"), "the ticket was shown: \(second)")
        #expect(met.withLock { $0 } == 1 && log.codes == ["not-admitted"])
    }

    // MARK: Addresses

    @Test func plainKeepsToThisMachine() throws {
        for host in ["192.0.2.1", "0.0.0.0", "::", "example.org", "127.evil.example", "1270.0.0.1", "127.0.0.1.example.org", ""] {
            #expect(throws: TransportError(.notLoopback, in: "connecting")) {
                try Connection.connect(host: host, port: 1, security: .plain)
            }
            #expect(throws: TransportError(.notLoopback, in: "listening")) {
                try Listener(host: host, port: 0, security: .plain, logger: CodeLog().logger) { _ in }
            }
        }
        for host in ["localhost", "127.0.0.1", "127.8.9.10", "::1"] { #expect(Loopback.contains(host)) }
    }

    @Test(arguments: ["0.0.0.0", "localhost", "127.0.0.1"]) func anyAddressOverTLS(host: String) throws {
        try Door.open(host: host) { (door) throws in
            #expect(try Door.greet(door.port, as: jan) == hello)
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/net/if_inet6"))) func bothFamilies() throws {
        try Door.open(host: "::") { door in
            for host in ["::1", "127.0.0.1", "localhost"] {
                let connection = try Connection.connect(host: host, port: door.port, security: jan)
                connection.send(hello)
                #expect(try connection.receive() == hello)
                connection.close()
            }
        }
    }
}
