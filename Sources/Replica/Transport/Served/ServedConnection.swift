import NIOCore
import Synchronization
import Wire

/// One end of a connection that is served by events, not by a thread of its own.
///
/// Invariant: a connection at rest holds no buffer of its own. Messages that are not consumed hold reading up, each connection's and
/// that of all together (`ServedLimits`); what is sent waits here, and no more than a window of it lies with TLS and the socket.
package final class ServedConnection: Sendable {
    /// As much as goes through TLS at once: the buffers that TLS keeps for good stay under 64 KiB.
    fileprivate static let sliceByteCount = 56 << 10
    fileprivate static let inFlightByteCount = 4 * sliceByteCount
    /// What a message costs at least in memory.
    private static let leastByteCount = 256

    fileprivate struct State {
        var peerKey: [UInt8]?
        var isOpened = false
        var count = LifeSigns.Count()
        var signs: LifeSigns
        var sentByteCount = 0
        // Out.
        /// Of frames, what TLS does not have yet: a segment is sent from where it is, a slice at a time.
        var pending = CircularBuffer<ArraySlice<UInt8>>(initialCapacity: 0)
        var inFlightByteCount = 0
        var isFlushScheduled = false
        var isWriting = false
        // In.
        var unconsumedByteCount = 0
        var partByteCount = 0
        var isReadingPaused = false
        // The end.
        /// When it was told that nothing more comes.
        var endedAt: NIODeadline?
        var isInputClosed = false
        /// This side is leaving: what comes is read and dropped.
        var isLeaving = false
        var isOutputClosed = false
        /// Nothing goes in either direction any more.
        var isClosed = false

        var heldByteCount: Int { unconsumedByteCount + partByteCount }
        var isDropping: Bool { isLeaving || endedAt != nil }
    }

    /// The address of the other side in numbers, for people; IPv4 inside IPv6 is shown as IPv4.
    package let peerAddress: String
    private let channel: any Channel
    private let keeper: ConnectionKeeper
    private let firstFrameTimeout: Duration
    private let state: Mutex<State>

    init(channel: any Channel, keeper: ConnectionKeeper, firstFrameTimeout: Duration) {
        self.channel = channel
        self.keeper = keeper
        self.firstFrameTimeout = firstFrameTimeout
        peerAddress = PeerAddress.numbers(of: channel.remoteAddress)
        state = Mutex(State(signs: LifeSigns(start: .now())))
    }

    /// Names its channel.
    var channelName: ObjectIdentifier { ObjectIdentifier(channel) }

    /// The Ed25519 key (32 bytes) that the other side was accepted with and has proven to hold; nil over plain TCP.
    package var peerKey: [UInt8]? { state.withLock { $0.peerKey } }
    /// Bytes of frames, TLS not counted.
    package var receivedByteCount: Int { state.withLock { $0.count.receivedByteCount } }
    package var sentByteCount: Int { state.withLock { $0.sentByteCount } }
    /// Of what was sent, what the socket has not taken yet.
    package var unsentByteCount: Int { state.withLock { $0.count.unsentByteCount } }

    // MARK: From any thread

    /// Sends messages, in one write as far as they fit. Never blocks: who sends much looks at `unsentByteCount`. What is sent to a
    /// connection that has ended is dropped.
    package func send(_ messages: [Message]) {
        var parts: [ArraySlice<UInt8>] = []
        var byteCount = 0
        for message in messages {
            let (head, body) = Frame.parts(of: message)
            byteCount += head.count + body.count
            parts.append(head[...])
            if !body.isEmpty { parts.append(body[...]) }
        }
        guard byteCount > 0 else { return }
        let schedules = state.withLock { state in
            guard !state.isClosed, !state.isLeaving else { return false }
            state.sentByteCount += byteCount
            state.count.unsentByteCount += byteCount
            state.pending.append(contentsOf: parts)
            defer { state.isFlushScheduled = true }
            return !state.isFlushScheduled
        }
        if schedules { channel.eventLoop.execute { self.write() } }
    }

    /// The worker is through with so many bytes of messages that it was given: reading goes on.
    package func consumed(byteCount: Int) {
        let (given, resumes, hasPart) = state.withLock { state in
            let given = min(byteCount, state.unconsumedByteCount)
            state.unconsumedByteCount -= given
            return (given, state.isReadingPaused && !isFull(state), state.partByteCount > 0)
        }
        if given > 0 { keeper.budget.change(by: -given, of: self, hasPart: hasPart) }
        if resumes { resumeReading() }
    }

    /// Lets what was sent go out, tells the other side that no more comes, and closes once it has done so too, or has taken its time.
    package func close() {
        let begins = state.withLock { state in
            defer { state.isLeaving = true }
            return !state.isLeaving && !state.isClosed
        }
        guard begins else { return }
        channel.eventLoop.execute { self.leave() }
    }

    /// Closes at once.
    package func abort() {
        let begins = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        if begins { channel.close(promise: nil) }
    }

    func resumeReading() {
        state.withLock { $0.isReadingPaused = false }
        channel.eventLoop.execute { self.channel.read() }
    }

    // MARK: On the event loop, out

    /// Hands frames to TLS, a window at a time, and what is small together. A write may be over before it returns: what its end lets
    /// out is left to the one loop, or it would overtake.
    private func write() {
        let allocator = channel.allocator
        var slice = state.withLock { state in
            state.isFlushScheduled = false
            return state.isWriting ? nil : state.takeSlice(allocator)
        }
        while let bytes = slice {
            let byteCount = bytes.readableBytes
            channel.writeAndFlush(bytes).whenComplete { result in self.wrote(byteCount, result) }
            slice = state.withLock { $0.takeSlice(allocator) }
        }
    }

    private func wrote(_ byteCount: Int, _ result: Result<Void, any Error>) {
        let (goesOn, leaves) = state.withLock { state in
            state.inFlightByteCount -= byteCount
            state.count.unsentByteCount -= byteCount
            if case .success = result { state.count.takenByteCount += byteCount }
            return (!state.pending.isEmpty, state.isLeaving && state.count.unsentByteCount == 0)
        }
        if goesOn { write() }
        if leaves { closeOutput() }
    }

    private func leave() {
        release()
        write()
        // What still comes is read and dropped: bytes unread would turn the close into a reset, which swallows what was said last.
        channel.read()
        guard unsentByteCount > 0 else { return closeOutput() }
        channel.eventLoop.scheduleTask(in: TimeAmount(keeper.timeouts.linger)) { self.closeOutput() }
    }

    private func closeOutput() {
        let (begins, isInputClosed) = state.withLock { state in
            defer { state.isOutputClosed = true }
            return (!state.isOutputClosed && !state.isClosed, state.isInputClosed)
        }
        guard begins else { return }
        channel.close(mode: .output, promise: nil)
        guard !isInputClosed else { return abort() }
        channel.eventLoop.scheduleTask(in: TimeAmount(keeper.timeouts.linger)) { self.abort() }
    }

    // MARK: On the event loop, in

    private func isFull(_ state: borrowing State) -> Bool { state.unconsumedByteCount >= keeper.limits.readAheadByteCount }

    /// Whether to read on; reading is resumed later when not.
    var wantsToRead: Bool {
        enum Answer { case yes, no, ask(held: Int, isPart: Bool) }
        let answer = state.withLock { state -> Answer in
            if state.isDropping { return .yes }
            guard isFull(state) else { return .ask(held: state.heldByteCount, isPart: state.unconsumedByteCount == 0) }
            state.isReadingPaused = true
            return .no
        }
        switch answer {
        case .yes: return true
        case .no: return false
        case .ask(let held, let isPart):
            let mayRead = keeper.budget.mayRead(self, held: held, isPart: isPart)
            if !mayRead { state.withLock { $0.isReadingPaused = true } }
            return mayRead
        }
    }

    var isDropping: Bool { state.withLock { $0.isDropping } }

    func secured(by key: [UInt8]) { state.withLock { $0.peerKey = key } }

    func opened() {
        state.withLock { $0.isOpened = true }
        keeper.opened(self)
        keeper.serving.opened(self)
    }

    func came(byteCount: Int) { state.withLock { $0.count.receivedByteCount += byteCount } }

    func came(_ message: Message, byteCount: Int) {
        let byteCount = max(byteCount, ServedConnection.leastByteCount)
        state.withLock { state in
            state.count.frameCount += 1
            state.unconsumedByteCount += byteCount
        }
        keeper.budget.change(by: byteCount, of: self, hasPart: true)
        keeper.serving.received(message, byteCount: byteCount, on: self)
    }

    /// So many bytes of a frame that is not whole are held.
    func holds(partByteCount: Int) {
        let difference = state.withLock { state in
            defer { state.partByteCount = partByteCount }
            return partByteCount - state.partByteCount
        }
        if difference != 0 { keeper.budget.change(by: difference, of: self, hasPart: partByteCount > 0) }
    }

    // MARK: On the event loop, the end

    /// Nothing more can be understood, or will come. The first end is told.
    func ended(_ error: any Error) {
        let tells = state.withLock { state in
            guard state.endedAt == nil else { return false }
            state.endedAt = .now()
            return state.isOpened
        }
        if tells { keeper.serving.closed(self, error) }
    }

    /// The other side sends no more.
    func inputClosed(_ error: any Error) {
        let closes = state.withLock { state in
            state.isInputClosed = true
            return state.isOutputClosed
        }
        ended(error)
        if closes { abort() }
    }

    /// Nothing goes in either direction any more.
    func closed(_ error: any Error) {
        state.withLock { state in
            state.isClosed = true
            state.pending = CircularBuffer(initialCapacity: 0)
        }
        release()
        ended(error)
    }

    /// Gives back what it held of the budget.
    private func release() {
        let held = state.withLock { state in
            defer {
                state.unconsumedByteCount = 0
                state.partByteCount = 0
            }
            return state.heldByteCount
        }
        keeper.budget.forget(self, held: held)
    }

    // MARK: Sweeps

    /// Judged from the sweep's thread, ended on the connection's.
    ///
    /// - Parameter patience: how long a handshake may take that its own deadline would let go on.
    func sweep(at now: NIODeadline, patience: Duration?) {
        let verdict = state.withLock { state -> TransportError? in
            guard !state.isClosed, !state.isLeaving else { return nil }
            guard state.isOpened else {
                return patience.flatMap { state.signs.isOlder(than: $0, at: now) ? TransportError(.timedOut, in: "handshake") : nil }
            }
            if let endedAt = state.endedAt {
                return now - endedAt >= TimeAmount(keeper.timeouts.idle) ? TransportError(.timedOut, in: "session") : nil
            }
            var count = state.count
            count.isWaitedFor = state.unconsumedByteCount == 0 && !state.isReadingPaused
            return state.signs.judge(
                count, at: now, firstFrame: firstFrameTimeout, timeouts: keeper.timeouts, unsentLimit: keeper.limits.unsentByteCount)
        }
        guard let verdict else { return }
        channel.eventLoop.execute {
            self.ended(verdict)
            self.abort()
        }
    }
}

extension ServedConnection.State {
    /// What may go out now: a slice, which is a write of its own, so that it is known what of a large frame was taken.
    fileprivate mutating func takeSlice(_ allocator: ByteBufferAllocator) -> ByteBuffer? {
        isWriting = inFlightByteCount < ServedConnection.inFlightByteCount && !pending.isEmpty && !isClosed
        guard isWriting else { return nil }
        let most = ServedConnection.sliceByteCount
        var byteCount = 0
        for part in pending where byteCount < most { byteCount = min(most, byteCount + part.count) }
        var slice = allocator.buffer(capacity: byteCount)
        while slice.readableBytes < byteCount, let part = pending.popFirst() {
            let taken = part.prefix(byteCount - slice.readableBytes)
            slice.writeBytes(taken)
            if taken.count < part.count { pending.prepend(part.dropFirst(taken.count)) }
        }
        if pending.isEmpty { pending = CircularBuffer(initialCapacity: 0) }
        inFlightByteCount += slice.readableBytes
        return slice
    }
}
