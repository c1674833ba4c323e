import Dispatch
import Engine
import Platform
import Store
import Synchronization

/// Looks beside the pages for what is past its term, and keeps what it found until the list changes: of a long list every moment is read.
final class TermDesk: Sendable {
    private struct State {
        /// Of the list and the day that it was looked at.
        var mark: String?
        var past: [PastTerm]?
        var failure: (any Error)?
        var isBusy = false
        /// How much it was when it was looked at last, and on which day.
        var known: (day: String, count: Int)?
    }

    private static let patience: DispatchTimeInterval = .milliseconds(50)
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "kith.page.terms", qos: .utility)

    var known: (day: String, count: Int)? { state.withLock { $0.known } }

    /// - Returns: nil while it is being looked for.
    /// - Throws: what kept it from being found.
    func past(today: String, _ replica: Replica, _ desk: Desk) throws -> [PastTerm]? {
        let mark = try replica.store.changeMark() + today
        let done = DispatchSemaphore(value: 0)
        let isBegun = state.withLock { state in
            guard state.mark != mark, !state.isBusy else { return false }
            state = State(mark: mark, isBusy: true, known: state.known)
            return true
        }
        if isBegun {
            queue.async { [self] in
                let found = Result { try desk.beside(replica).store.pastTerm(today: today) }
                state.withLock { state in
                    state.isBusy = false
                    switch found {
                    case .success(let past): (state.past, state.known) = (past, (today, past.count))
                    case .failure(let error): state.failure = error
                    }
                }
                done.signal()
                Memory.giveBack()
            }
            _ = done.wait(timeout: .now() + TermDesk.patience)
        }
        return try state.withLock { state in
            guard state.mark == mark, !state.isBusy else { return nil }
            if let failure = state.failure {
                // Asked again it is tried again.
                state.mark = nil
                throw failure
            }
            return state.past
        }
    }
}
