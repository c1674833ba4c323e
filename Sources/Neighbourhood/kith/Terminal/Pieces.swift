import BundleFile
import Engine
@preconcurrency import Glibc
import Synchronization

/// Long work in pieces, each of which stays done: says how far it has come, and stops after a piece when somebody presses Ctrl-C.
final class Pieces {
    /// Set by the signal. A second Ctrl-C ends the program as it always does; what is committed is kept.
    private static let isAsked = Atomic<Bool>(false)

    private let meter = Meter()
    private(set) var isStopped = false
    private var done = 0
    private var total = 0

    init() {
        Pieces.isAsked.store(false, ordering: .relaxed)
        signal(SIGINT) { _ in
            Pieces.isAsked.store(true, ordering: .relaxed)
            signal(SIGINT, SIG_DFL)
        }
    }

    deinit { signal(SIGINT, SIG_DFL) }

    /// - Returns: whether to go on.
    func goOn(_ settledCount: Int, _ doneCount: Int, _ recordCount: Int) -> Bool {
        (done, total) = (doneCount, recordCount)
        meter.show(Progress(.settling, doneByteCount: doneCount, totalByteCount: recordCount, itemCount: settledCount))
        guard Pieces.isAsked.load(ordering: .relaxed), doneCount < recordCount else {
            if doneCount == recordCount { meter.clear() }
            return true
        }
        meter.clear()
        isStopped = true
        return false
    }

    /// Says what was done, and that there is more.
    func stop(_ replica: Replica, _ count: Int, _ key: String, isJSON: Bool) throws {
        try say(
            App.language.say(.stoppedAfter, App.language.number(count), App.language.number(total - done)),
            or: [(key, .number(count)), ("stopped", .bool(true)), ("left", .number(total - done))], isJSON: isJSON)
        try replica.close()
        throw NeedsPerson()
    }
}
