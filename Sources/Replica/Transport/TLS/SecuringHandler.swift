import NIOCore
import NIOSSL
import NIOTLS
import Wire

/// Stands between TLS and the frames: lets nothing through, in particular not that the channel is active, until the other
/// side's key is accepted and proven and both speak the same protocol.
///
/// In TLS 1.3 the dialer is through with the handshake before the listener has judged it: a listener's "no" arrives as an
/// alert in place of its first frame, and is told from other ends here.
final class SecuringHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum State {
        case handshaking
        case secured(hasRead: Bool)
        case failed
    }

    private let role: PinnedTLS.Role
    private let judgement: PinnedTLS.Judgement
    private let timeout: Duration
    private let ended: (Result<[UInt8], any Error>) -> Void
    private var state = State.handshaking
    private var deadline: Scheduled<Void>?

    init(
        _ role: PinnedTLS.Role, _ judgement: PinnedTLS.Judgement, timeout: Duration,
        ended: @escaping (Result<[UInt8], any Error>) -> Void
    ) {
        self.role = role
        self.judgement = judgement
        self.timeout = timeout
        self.ended = ended
    }

    /// TLS tells it before the handshake.
    func channelActive(context: ChannelHandlerContext) {
        guard case .handshaking = state else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) { [self] in
            fail(TransportError(.timedOut, in: "handshake"), context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (state, event) {
        case (.handshaking, TLSUserEvent.handshakeCompleted(let protocolName)):
            completed(protocolName, context)
        case (.secured, _):
            context.fireUserInboundEventTriggered(event)
        default:
            break
        }
    }

    private func completed(_ protocolName: String?, _ context: ChannelHandlerContext) {
        // No key: a resumed session, in which nobody was asked.
        guard let key = judgement.acceptedKey else { return fail(TransportError(.notAdmitted, in: "handshake"), context) }
        guard protocolName == PinnedTLS.applicationProtocol else {
            // A stranger to a listener; to a dialer the very device that it looked for, which speaks something else.
            return fail(WireError(role == .listener ? .notKith : .newerFormat, in: "handshake"), context)
        }
        deadline?.cancel()
        state = .secured(hasRead: false)
        ended(.success(key))
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .secured(let hasRead) = state else { return }
        if !hasRead { state = .secured(hasRead: true) }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .handshaking:
            fail(handshakeError(error), context)
        case .secured(let hasRead):
            let isRefusal = role == .dialer && !hasRead && SecuringHandler.isAlert(error)
            context.fireErrorCaught(isRefusal ? TransportError(.notAdmitted, in: "handshake") : error)
        case .failed:
            break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(TransportError(.closed, in: "handshake"), context)
        context.fireChannelInactive()
    }

    /// A channel that never became active has no other end.
    func handlerRemoved(context: ChannelHandlerContext) {
        fail(TransportError(.closed, in: "handshake"), context)
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        guard case .handshaking = state else { return }
        deadline?.cancel()
        state = .failed
        ended(.failure(error))
        context.close(promise: nil)
    }

    // MARK: What TLS says

    private func handshakeError(_ error: any Error) -> any Error {
        if judgement.wasRefused { return TransportError(role == .dialer ? .wrongDevice : .notAdmitted, in: "handshake") }
        guard case NIOSSLError.handshakeFailed(let cause) = error, cause != .sslError([.eofDuringHandshake]) else {
            return TransportError(.closed, in: "handshake")
        }
        // A dialer that finds another device says so in an alert; it is none of the listener's business what it looked for.
        if role == .listener, SecuringHandler.isAlert(error) { return TransportError(.closed, in: "handshake") }
        return WireError(.notKith, in: "handshake")
    }

    /// Whether the other side ended it, by an alert (RFC 8446, section 6.2). The library shows that only in its description.
    private static func isAlert(_ error: any Error) -> Bool {
        let cause: BoringSSLError? =
            if case NIOSSLError.handshakeFailed(let cause) = error { cause } else { error as? BoringSSLError }
        guard case .sslError(let stack) = cause else { return false }
        return stack.contains { $0.description.contains("_ALERT_") }
    }
}

/// What a listener does beside the handshake, next to the socket: it reads no more of a stranger than a handshake takes, since TLS keeps
/// what comes while the key is judged; and it closes a channel whose handshake failed so that the alert arrives: a close with bytes unread
/// would become a reset, which swallows it.
final class FarewellHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    /// A handshake with one raw key takes about 2 kB.
    private static let handshakeByteCount = 32 << 10

    private let linger: Duration
    private var deadline: Scheduled<Void>?
    private var isLeaving = false
    private var readByteCount = 0
    /// A read that waits until the key is judged.
    private var owesRead = false
    private var context: ChannelHandlerContext?
    /// From then on a close is the session's, and how much is read too.
    var isSecured = false { didSet { readOn() } }

    init(linger: Duration) {
        self.linger = linger
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func read(context: ChannelHandlerContext) {
        guard isSecured || isLeaving || readByteCount < FarewellHandler.handshakeByteCount else { return owesRead = true }
        context.read()
    }

    private func readOn() {
        guard owesRead else { return }
        owesRead = false
        context?.read()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, !isSecured, context.channel.isActive else { return context.close(mode: mode, promise: promise) }
        context.channel.closeFuture.cascade(to: promise)
        guard !isLeaving else { return }
        isLeaving = true
        context.close(mode: .output, promise: nil)
        readOn()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(linger)) { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isSecured { readByteCount += unwrapInboundIn(data).readableBytes }
        if !isLeaving { context.fireChannelRead(data) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard isLeaving else { return context.fireUserInboundEventTriggered(event) }
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        self.context = nil
    }
}
