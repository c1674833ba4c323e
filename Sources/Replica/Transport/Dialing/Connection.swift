import Dispatch
import NIOCore
import Synchronization
import Wire

/// How long to wait for the other side. One place for all of it; tests make it short.
package struct ConnectionTimeouts: Sendable {
    package var connect: Duration = .seconds(10)
    /// Until TLS stands, and until the first whole frame, both counted from the connection: who connects and says nothing,
    /// or a byte now and then, holds a place for no longer.
    package var handshake: Duration = .seconds(10)
    /// The same for the dialer, whose listener may first have to stamp a large import.
    package var answer: Duration = .seconds(60)
    /// Each such period of waiting must bring a whole frame or `trickleByteCount`.
    package var idle: Duration = .seconds(120)
    package var trickleByteCount = 4_096
    /// On closing: until what was sent has been taken, and then until the other side closes too.
    package var linger: Duration = .seconds(2)

    package init() {}
}

/// One connection that carries messages, over TLS or, on this machine, plain TCP. For a thread of its own: `receive` and
/// `send` block, never an event loop.
///
/// Invariant: no more than `readAheadByteCount` and one frame is held unread, and no more than that waits to be sent; both
/// are beyond the window of a session, so two sides that send at once never wait for each other.
package final class Connection: Sendable {
    /// Twice `SessionWindow.byteCount` of the room Sync, which this room does not know.
    static let readAheadByteCount = 8 << 20
    static let readAheadFrameCount = 4_096

    private struct State {
        var queue: [(message: Message, byteCount: Int)] = []
        var head = 0
        var queuedByteCount = 0
        var isReadingPaused = false
        var hasFirstFrame = false
        var receivedByteCount = 0
        var sentByteCount = 0
        var unsentByteCount = 0
        /// Why nothing more will come.
        var end: (any Error)?
        var isInputClosed = false
        /// Nothing can be sent any more.
        var isClosed = false
        var wasActive = false
        var peerKey: [UInt8]?
        /// This side is leaving: what comes is read and dropped.
        var isLeaving = false

        /// Bytes that show that the other side lives: sent by it, or taken from this one.
        var movedByteCount: Int { receivedByteCount + sentByteCount - unsentByteCount }

        var isFull: Bool {
            queuedByteCount >= Connection.readAheadByteCount || queue.count - head >= Connection.readAheadFrameCount
        }
    }

    private let channel: any Channel
    private let timeouts: ConnectionTimeouts
    private let firstFrameTimeout: Duration
    private let start = DispatchTime.now()
    private let state = Mutex(State())
    private let changed = DispatchSemaphore(value: 0)

    init(channel: any Channel, timeouts: ConnectionTimeouts, firstFrameTimeout: Duration) {
        self.channel = channel
        self.timeouts = timeouts
        self.firstFrameTimeout = firstFrameTimeout
    }

    /// The address of the other side in numbers, for people.
    package var peerAddress: String { PeerAddress.numbers(of: channel.remoteAddress) }

    /// The Ed25519 key (32 bytes) that the other side was accepted with and has proven to hold; nil over plain TCP.
    package var peerKey: [UInt8]? { state.withLock { $0.peerKey } }
    package var receivedByteCount: Int { state.withLock { $0.receivedByteCount } }
    package var sentByteCount: Int { state.withLock { $0.sentByteCount } }
    var wasActive: Bool { state.withLock { $0.wasActive } }
    /// Something that came waits for the session, or nothing more will come and the session has not ended.
    var isBehind: Bool { state.withLock { $0.end != nil || $0.head < $0.queue.count } }

    // MARK: For the session's thread

    private enum Taken {
        case message(Message, resumesReading: Bool)
        case end(any Error)
        case nothing
    }

    /// The next message; waits for it.
    ///
    /// - Throws: `WireError` for what is not Kith or is damaged; `TransportError` when the other side is gone or silent.
    ///   Messages that came before are given first.
    package func receive() throws -> Message {
        var period = Period(connection: self)
        while true {
            switch take() {
            case .message(.refusal("busy"), _):
                throw TransportError(.tooManyConnections, in: "handshake")
            case .message(let message, let resumesReading):
                if resumesReading { channel.eventLoop.execute { [channel] in channel.read() } }
                return message
            case .end(let error):
                throw error
            case .nothing:
                period.wait()
            }
        }
    }

    /// The next message if one comes in time, else nil: for a connection that rests. Whether the other side has been silent for
    /// too long is the caller's to judge.
    package func receive(within duration: Duration) throws -> Message? {
        let deadline = DispatchTime.now() + duration
        while true {
            switch take() {
            case .message(.refusal("busy"), _):
                throw TransportError(.tooManyConnections, in: "handshake")
            case .message(let message, let resumesReading):
                if resumesReading { channel.eventLoop.execute { [channel] in channel.read() } }
                return message
            case .end(let error):
                throw error
            case .nothing:
                guard changed.wait(timeout: deadline) == .success else { return nil }
            }
        }
    }

    private func take() -> Taken {
        state.withLock { state in
            guard state.head < state.queue.count else { return state.end.map { .end($0) } ?? .nothing }
            let next = state.queue[state.head]
            state.head += 1
            if state.head == state.queue.count {
                state.queue.removeAll(keepingCapacity: state.head <= 64)
                state.head = 0
            }
            state.queuedByteCount -= next.byteCount
            let resumes = state.isReadingPaused && !state.isFull
            if resumes { state.isReadingPaused = false }
            return .message(next.message, resumesReading: resumes)
        }
    }

    /// Sends a message; waits as long as much that was sent before has not been taken by the other side.
    ///
    /// Nothing is thrown: whether the other side still lives, and why it left, is what `receive` tells, after what it said
    /// last.
    package func send(_ message: Message) {
        var period = Period(connection: self)
        while state.withLock({ !$0.isClosed && $0.unsentByteCount >= Connection.readAheadByteCount }) { period.wait() }
        let (head, body) = Frame.parts(of: message)
        var frame = channel.allocator.buffer(capacity: head.count + body.count)
        frame.writeBytes(head)
        frame.writeBytes(body)
        let byteCount = frame.readableBytes
        let isOpen = state.withLock { state in
            guard !state.isClosed else { return false }
            state.unsentByteCount += byteCount
            state.sentByteCount += byteCount
            return true
        }
        guard isOpen else { return }
        channel.writeAndFlush(frame).whenComplete { [self] _ in
            state.withLock { $0.unsentByteCount -= byteCount }
            changed.signal()
        }
    }

    /// Lets what was sent go out, tells the other side that no more comes, and closes once it has done so too.
    package func close() {
        let wasOpen = state.withLock { state in
            defer { state.isLeaving = true }
            state.queue.removeAll()
            state.head = 0
            state.queuedByteCount = 0
            state.isReadingPaused = false
            return !state.isClosed
        }
        if wasOpen {
            channel.eventLoop.execute { [channel] in channel.read() }
            let deadline = DispatchTime.now() + timeouts.linger
            wait(until: deadline) { $0.unsentByteCount == 0 || $0.isClosed }
            channel.close(mode: .output, promise: nil)
            wait(until: DispatchTime.now() + timeouts.linger) { $0.isInputClosed || $0.isClosed }
        }
        abort()
    }

    /// Closes at once. May be called from any thread; a `receive` under way throws `closed`.
    package func abort() {
        closed(TransportError(.closed, in: "session"))
        channel.close(promise: nil)
    }

    private func wait(until deadline: DispatchTime, _ isMet: (borrowing State) -> Bool) {
        while !state.withLock({ isMet($0) }) {
            guard changed.wait(timeout: deadline) == .success else { return }
        }
    }

    /// A period of waiting in which the other side must show life.
    private struct Period {
        let connection: Connection
        var start = DispatchTime.now()
        var byteCount: Int

        init(connection: Connection) {
            self.connection = connection
            byteCount = connection.state.withLock { $0.movedByteCount }
        }

        /// Waits until something changes; ends the connection when a period passes without enough.
        mutating func wait() {
            let timeouts = connection.timeouts
            let hasFirstFrame = connection.state.withLock { $0.hasFirstFrame }
            let deadline = hasFirstFrame ? start + timeouts.idle : connection.start + connection.firstFrameTimeout
            guard connection.changed.wait(timeout: deadline) == .timedOut else { return }
            let moved = connection.state.withLock { $0.movedByteCount }
            guard hasFirstFrame, moved - byteCount >= timeouts.trickleByteCount else {
                connection.closed(TransportError(.timedOut, in: hasFirstFrame ? "session" : "handshake"))
                connection.channel.close(promise: nil)
                return
            }
            start = .now()
            byteCount = moved
        }
    }

    // MARK: For the event loop

    /// Whether to read on.
    var wantsToRead: Bool {
        state.withLock { state in
            guard state.isFull, !state.isLeaving else { return true }
            state.isReadingPaused = true
            return false
        }
    }

    var isLeaving: Bool { state.withLock { $0.isLeaving } }

    func came(byteCount: Int) {
        state.withLock { $0.receivedByteCount += byteCount }
    }

    func came(_ message: Message, byteCount: Int) {
        state.withLock { state in
            state.hasFirstFrame = true
            guard !state.isLeaving else { return }
            state.queue.append((message, byteCount))
            state.queuedByteCount += byteCount
        }
        changed.signal()
    }

    /// The other side has proven this key.
    func secured(by key: [UInt8]) {
        state.withLock { $0.peerKey = key }
    }

    func activated() {
        state.withLock { $0.wasActive = true }
    }

    /// Nothing more can be understood. The first end counts.
    func ended(_ error: any Error) {
        state.withLock { if $0.end == nil { $0.end = error } }
        changed.signal()
    }

    /// The other side sends no more.
    func inputClosed(_ error: any Error) {
        state.withLock { $0.isInputClosed = true }
        ended(error)
    }

    /// Nothing goes in either direction any more.
    func closed(_ error: any Error) {
        state.withLock { $0.isClosed = true }
        ended(error)
    }
}

extension DispatchTime {
    fileprivate static func + (time: DispatchTime, duration: Duration) -> DispatchTime {
        let (seconds, attoseconds) = duration.components
        return time + DispatchTimeInterval.nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    }
}
