import Dispatch
import Foundation
import Synchronization

/// A few threads that run pieces of work which may wait for a disk, each piece when a thread is free.
final class WorkerPool: Sendable {
    private struct State {
        var pieces: [@Sendable () -> Void] = []
        var head = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()
    private let threadCount: Int

    init(threadCount: Int) {
        self.threadCount = threadCount
        for number in 0..<threadCount {
            ended.enter()
            let thread = Thread { [self] in
                while let piece = next() { piece() }
                ended.leave()
            }
            thread.name = "relay-worker-\(number)"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    func run(_ piece: @escaping @Sendable () -> Void) {
        state.withLock { $0.pieces.append(piece) }
        work.signal()
    }

    /// Lets what was begun end, and waits for it.
    func close() {
        state.withLock { $0.isClosed = true }
        for _ in 0..<threadCount { work.signal() }
        ended.wait()
    }

    /// nil: the pool is closed and empty.
    private func next() -> (@Sendable () -> Void)? {
        while true {
            work.wait()
            let (piece, isClosed): ((@Sendable () -> Void)?, Bool) = state.withLock { state in
                guard state.head < state.pieces.count else { return (nil, state.isClosed) }
                let piece = state.pieces[state.head]
                state.head += 1
                if state.head > 1_024, state.head * 2 > state.pieces.count {
                    state.pieces.removeFirst(state.head)
                    state.head = 0
                }
                return (piece, false)
            }
            if let piece { return piece }
            if isClosed { return nil }
        }
    }
}
