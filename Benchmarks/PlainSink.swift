import Crypto
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import X509

/// Bytes over TLS by NIO alone: what comes is counted and dropped, and each `quota` of it answered with one byte. The measure of what
/// a relay may cost.
enum PlainSink {
    private static func configuration() throws -> (chain: NIOSSLCertificate, key: NIOSSLPrivateKey) {
        let key = Certificate.PrivateKey(Curve25519.Signing.PrivateKey())
        let name = try DistinguishedName { CommonName("sink") }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(bytes: [1]), publicKey: key.publicKey, notValidBefore: Date() - 86_400,
            notValidAfter: Date() + 86_400, issuer: name, subject: name, extensions: .init(), issuerPrivateKey: key)
        return (
            try NIOSSLCertificate(bytes: Array(try certificate.serializeAsPEM().pemString.utf8), format: .pem),
            try NIOSSLPrivateKey(bytes: Array(try key.serializeAsPEM().pemString.utf8), format: .pem))
    }

    /// Listens; gives the port.
    static func listen(quota: Int) throws -> (any Channel, port: Int) {
        let (chain, key) = try configuration()
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: [.certificate(chain)], privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv13
        configuration.signingSignatureAlgorithms = [.ed25519]
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 2))
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(NIOSSLServerHandler(context: context), SinkHandler(quota: quota))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        return (channel, channel.localAddress?.port ?? 0)
    }

    /// Sends `quota` bytes, in writes of `writeByteCount`, over each of some connections at once; returns when all are answered.
    ///
    /// - Returns: seconds from the first byte to the last answer.
    static func send(to port: Int, connectionCount: Int, quota: Int, writeByteCount: Int) throws -> Double {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.minimumTLSVersion = .tlsv13
        configuration.verifySignatureAlgorithms = [.ed25519]
        let context = try NIOSSLContext(configuration: configuration)
        let answered = DispatchSemaphore(value: 0)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        defer { try? group.syncShutdownGracefully() }
        let channels = try (0..<connectionCount).map { _ in
            try ClientBootstrap(group: group).channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers(
                            NIOSSLClientHandler(context: context, serverHostname: nil), AnswerHandler(answered: answered))
                    }
                }
                .connect(host: "127.0.0.1", port: port).wait()
        }
        let bytes = ByteBuffer(bytes: SegmentStock(count: 1, byteCount: writeByteCount).segments[0])
        let start = now()
        for channel in channels { sendOn(channel, bytes, left: quota, window: 4) }
        for _ in channels {
            guard answered.wait(timeout: .now() + 120) == .success else { throw RelayBenchError("the plain sink does not answer") }
        }
        let seconds = now() - start
        for channel in channels { channel.close(promise: nil) }
        return seconds
    }

    /// Four writes are under way at a time.
    private static func sendOn(_ channel: any Channel, _ bytes: ByteBuffer, left: Int, window: Int) {
        let pace = Pace(left: left)
        @Sendable func next() {
            guard let count = pace.take(bytes.readableBytes), let slice = bytes.getSlice(at: bytes.readerIndex, length: count) else { return }
            channel.writeAndFlush(slice).whenSuccess { next() }
        }
        channel.eventLoop.execute { for _ in 0..<window { next() } }
    }

    private final class Pace: Sendable {
        private let left: Mutex<Int>
        init(left: Int) { self.left = Mutex(left) }

        func take(_ most: Int) -> Int? {
            left.withLock { left in
                guard left > 0 else { return nil }
                let count = min(left, most)
                left -= count
                return count
            }
        }
    }

    private final class SinkHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let quota: Int
        private var count = 0

        init(quota: Int) { self.quota = quota }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            count += unwrapInboundIn(data).readableBytes
            guard count >= quota else { return }
            count -= quota
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [1])), promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private final class AnswerHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let answered: DispatchSemaphore

        init(answered: DispatchSemaphore) { self.answered = answered }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { answered.signal() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
