import Synchronization

/// What all connections of a server hold together of messages not consumed and frames not whole.
///
/// Invariant: beyond `byteCount` only those read on that hold little, and one that is *favoured*: it holds nothing but a part of a
/// frame, so that it can get on even when parts of frames alone have used the budget up.
final class ReadBudget: Sendable {
    /// Who holds no more reads on: the small frames of the many get through while a few wait.
    static let smallByteCount = 16 << 10
    /// How many are woken at once: each may read a buffer before it is asked again.
    private static let wokenCount = 16

    fileprivate struct State {
        var heldByteCount = 0
        /// In the order in which they stopped.
        var waiting: [ServedConnection] = []
        var favoured: ObjectIdentifier?
    }

    private let byteCount: Int
    private let state = Mutex(State())

    init(byteCount: Int) {
        self.byteCount = byteCount
    }

    var heldByteCount: Int { state.withLock { $0.heldByteCount } }

    /// Whether a connection may read on; it is woken later when not.
    ///
    /// - Parameters:
    ///   - held: by this connection.
    ///   - isPart: what it holds is part of one frame.
    func mayRead(_ connection: ServedConnection, held: Int, isPart: Bool) -> Bool {
        state.withLock { state in
            if state.heldByteCount < byteCount || held <= ReadBudget.smallByteCount { return true }
            let name = ObjectIdentifier(connection)
            if isPart, state.favoured == nil || state.favoured == name {
                state.favoured = name
                return true
            }
            if state.favoured == name { state.favoured = nil }
            if !state.waiting.contains(where: { $0 === connection }) { state.waiting.append(connection) }
            return false
        }
    }

    /// A connection holds so many bytes more, or less.
    ///
    /// - Parameter hasPart: whether a part of a frame is among what it holds.
    func change(by difference: Int, of connection: ServedConnection, hasPart: Bool) {
        wake(state.withLock { state in
            state.heldByteCount += difference
            if !hasPart, state.favoured == ObjectIdentifier(connection) {
                state.favoured = nil
                // The next one that has only a part of a frame is favoured when it asks.
                return state.takeWaiting(state.waiting.count)
            }
            return difference < 0 && state.heldByteCount < byteCount ? state.takeWaiting(ReadBudget.wokenCount) : []
        })
    }

    /// A connection is gone, with all that it held.
    func forget(_ connection: ServedConnection, held: Int) {
        state.withLock { $0.waiting.removeAll { $0 === connection } }
        change(by: -held, of: connection, hasPart: false)
    }

    /// Wakes some of those who wait, if there is room: at each sweep, so that nobody waits for one that has no need to read.
    func tend() {
        wake(state.withLock { $0.heldByteCount < byteCount ? $0.takeWaiting(ReadBudget.wokenCount) : [] })
    }

    private func wake(_ connections: [ServedConnection]) {
        for connection in connections { connection.resumeReading() }
    }
}

extension ReadBudget.State {
    fileprivate mutating func takeWaiting(_ count: Int) -> [ServedConnection] {
        guard !waiting.isEmpty else { return [] }
        let taken = Array(waiting.prefix(count))
        waiting.removeFirst(taken.count)
        return taken
    }
}
