import Crypto
import Dispatch
import Foundation
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization
import Testing
import Transport
import X509

/// Keys, and the two ends of a connection that know each other by them.
enum Ends {
    static func key(_ seed: UInt8) -> Curve25519.Signing.PrivateKey {
        // Any 32 bytes are a key.
        (try? Curve25519.Signing.PrivateKey(rawRepresentation: Data(repeating: seed, count: 32))) ?? .init()
    }

    static func bytes(_ key: Curve25519.Signing.PrivateKey) -> [UInt8] { Array(key.publicKey.rawRepresentation) }

    static let fatima = key(1)
    static let jan = key(2)
    static let stranger = key(3)

    /// `own`, for those who accept only `peers`.
    static func tls(
        _ own: Curve25519.Signing.PrivateKey, accepting peers: Curve25519.Signing.PrivateKey...
    ) -> Security {
        let keys = Set(peers.map(bytes))
        return .tls(own: own) { keys.contains($0) }
    }

    /// Fatima listens, Jan dials.
    static func listener(secured: Bool) -> Security { secured ? tls(fatima, accepting: jan) : .plain }
    static func dialer(secured: Bool) -> Security { secured ? tls(jan, accepting: fatima) : .plain }
}

/// Keeps what a listener logs.
final class CodeLog: Sendable {
    private let state = Mutex<(codes: [String], text: String)>(([], ""))

    var codes: [String] { state.withLock { $0.codes } }
    var text: String { state.withLock { $0.text } }
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: CodeLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.state.withLock { state in
                if let code = event.metadata?["code"] { state.codes.append("\(code)") }
                state.text += "\(event.message) \(event.metadata ?? [:])\n"
            }
        }
    }
}

/// A TLS end of somebody else's making, that trusts everybody.
struct Stranger {
    /// What it met.
    final class Visit: Sendable {
        struct State {
            var hasCompletedHandshake = false
            var protocolName: String?
            var bytes: [UInt8] = []
            var errors: [String] = []
            var isOver = false
        }

        let state = Mutex(State())
        private let over = DispatchSemaphore(value: 0)

        func wait() -> State {
            #expect(over.wait(timeout: .now() + 10) == .success)
            return state.withLock { $0 }
        }

        func end() {
            state.withLock { $0.isOver = true }
            over.signal()
        }
    }

    var configuration: TLSConfiguration

    init(_ chain: [Certificate], _ key: Certificate.PrivateKey, protocols: [String] = ["kith/1"]) throws {
        configuration = .makeClientConfiguration()
        configuration.certificateChain = try chain.map {
            .certificate(try NIOSSLCertificate(bytes: Array(try $0.serializeAsPEM().pemString.utf8), format: .pem))
        }
        configuration.privateKey = .privateKey(
            try NIOSSLPrivateKey(bytes: Array(try key.serializeAsPEM().pemString.utf8), format: .pem))
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        configuration.verifySignatureAlgorithms = [.ed25519, .ecdsaSecp256R1Sha256, .rsaPssRsaeSha256]
        configuration.applicationProtocols = protocols
    }

    /// With a certificate for this key, in the usual years.
    init(_ key: Curve25519.Signing.PrivateKey, protocols: [String] = ["kith/1"]) throws {
        try self.init([Stranger.certificate(of: .init(key))], .init(key), protocols: protocols)
    }

    static func certificate(
        of key: Certificate.PrivateKey, from start: Double = 1_700_000_000, to end: Double = 4_000_000_000
    ) throws -> Certificate {
        let name = try DistinguishedName { CommonName("stranger") }
        return try Certificate(
            version: .v3, serialNumber: .init(bytes: [7]), publicKey: key.publicKey,
            notValidBefore: Date(timeIntervalSince1970: start), notValidAfter: Date(timeIntervalSince1970: end),
            issuer: name, subject: name, extensions: .init(), issuerPrivateKey: key)
    }

    /// With the certificate of somebody else, whose key it does not have.
    init(posingAs key: Curve25519.Signing.PrivateKey) throws {
        try self.init(key)
        configuration.privateKey = .privateKey(NIOSSLPrivateKey(customPrivateKey: Forgery(key: Ends.stranger)))
    }

    /// Signs with a key that is not the certificate's.
    private struct Forgery: NIOSSLCustomPrivateKey, Hashable {
        let key: Curve25519.Signing.PrivateKey
        var signatureAlgorithms: [SignatureAlgorithm] { [.ed25519] }
        var derBytes: [UInt8] { [] }

        static func == (a: Forgery, b: Forgery) -> Bool { a.key.rawRepresentation == b.key.rawRepresentation }
        func hash(into hasher: inout Hasher) { hasher.combine(key.rawRepresentation) }

        func sign(channel: any Channel, algorithm: SignatureAlgorithm, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
            let key = key
            return channel.eventLoop.makeCompletedFuture {
                ByteBuffer(bytes: try key.signature(for: Data(data.readableBytesView)))
            }
        }

        func decrypt(channel: any Channel, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
            channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }
    }

    /// Connects, sends some bytes once TLS stands, and waits for the end.
    func visit(port: Int, sending bytes: [UInt8] = Array(repeating: 1, count: 100)) throws -> Visit.State {
        let visit = Visit()
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(
                    NIOSSLClientHandler(context: context, serverHostname: nil) { $1.succeed(.certificateVerified) })
                try pipeline.addHandler(Recorder(visit: visit, bytes: bytes))
            }
        }.connect(host: "127.0.0.1", port: port).wait()
        defer { channel.close(promise: nil) }
        return visit.wait()
    }

    /// Listens while `body` runs with the port.
    func listen(_ body: (Int) throws -> Void) throws {
        let context = try NIOSSLContext(configuration: configuration)
        let server = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    NIOSSLServerHandler(context: context) { $1.succeed(.certificateVerified) })
            }
        }.bind(host: "127.0.0.1", port: 0).wait()
        defer { server.close(promise: nil) }
        try body(server.localAddress?.port ?? 0)
    }

    private final class Recorder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        let visit: Visit
        let bytes: [UInt8]

        init(visit: Visit, bytes: [UInt8]) {
            self.visit = visit
            self.bytes = bytes
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard case TLSUserEvent.handshakeCompleted(let name) = event else { return }
            visit.state.withLock { state in
                state.hasCompletedHandshake = true
                state.protocolName = name
            }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data).readableBytesView
            visit.state.withLock { $0.bytes += bytes }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            visit.state.withLock { $0.errors.append("\(error)") }
        }

        func channelInactive(context: ChannelHandlerContext) { visit.end() }
    }
}
