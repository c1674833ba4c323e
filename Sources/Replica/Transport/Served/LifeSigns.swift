import NIOCore

/// Whether the other side of a served connection still lives and takes what it is sent: judged at each sweep, from counts alone.
///
/// Invariant: time counts against the other side only while it is waited for: nothing unconsumed, and reading goes on.
struct LifeSigns {
    /// What has happened on a connection until now.
    struct Count {
        var frameCount = 0
        var receivedByteCount = 0
        /// By the other side.
        var takenByteCount = 0
        var unsentByteCount = 0
        var isWaitedFor = true
    }

    private let start: NIODeadline
    private var waitingSince: NIODeadline
    private var unsentSince: NIODeadline
    private var frameCount = 0
    private var movedByteCount = 0
    private var takenByteCount = 0

    init(start: NIODeadline) {
        self.start = start
        waitingSince = start
        unsentSince = start
    }

    func isOlder(than age: Duration, at now: NIODeadline) -> Bool { now - start >= TimeAmount(age) }

    /// Judges what has happened since the sweeps before.
    ///
    /// - Parameter firstFrame: how long a first frame may take, from the connection's beginning.
    /// - Returns: why the connection is to be closed; nil when it is well.
    mutating func judge(
        _ count: Count, at now: NIODeadline, firstFrame: Duration, timeouts: ConnectionTimeouts, unsentLimit: Int
    ) -> TransportError? {
        let moved = count.receivedByteCount + count.takenByteCount
        if !count.isWaitedFor || count.frameCount > frameCount || moved - movedByteCount >= timeouts.trickleByteCount {
            waitingSince = now
            frameCount = count.frameCount
            movedByteCount = moved
        }
        if count.unsentByteCount <= unsentLimit || count.takenByteCount - takenByteCount >= timeouts.trickleByteCount {
            unsentSince = now
            takenByteCount = count.takenByteCount
        }
        if count.frameCount == 0, now - start >= TimeAmount(firstFrame) { return TransportError(.timedOut, in: "handshake") }
        let idle = TimeAmount(timeouts.idle)
        return now - waitingSince >= idle || now - unsentSince >= idle ? TransportError(.timedOut, in: "session") : nil
    }
}
