import Dispatch
import Engine
import Platform
import Synchronization

/// Takes in a list of others beside the pages, one at a time. What came of it stays until another is begun.
final class ListDesk: Sendable {
    struct Work: Sendable {
        let path: String
        let options: ListImportOptions
        var state = State.busy(doneByteCount: 0, totalByteCount: nil, itemCount: 0)

        var isBusy: Bool { if case .busy = state { true } else { false } }
    }

    enum State: Sendable {
        case busy(doneByteCount: Int, totalByteCount: Int?, itemCount: Int)
        /// With the step that takes it back; nil: nothing was changed.
        case done(ListImportReport, step: Int64?)
        case failed(any Error)
    }

    private static let patience: DispatchTimeInterval = .milliseconds(400)
    private let state = Mutex<Work?>(nil)
    private let queue = DispatchQueue(label: "kith.page.lists", qos: .userInitiated)

    var work: Work? { state.withLock { $0 } }

    /// Begins, unless one is being taken in. A short list is done when it returns.
    func begin(_ path: String, _ options: ListImportOptions, _ visit: Visit) {
        guard state.withLock({ work in
            guard work?.isBusy != true else { return false }
            work = Work(path: path, options: options)
            return true
        }) else { return }
        let done = DispatchSemaphore(value: 0)
        queue.async { [self] in
            let result: State
            do {
                let (report, step) = try visit.write { replica in
                    let report = try replica.importList(path, options) { [self] progress in
                        state.withLock { $0?.state = .busy(doneByteCount: progress.doneByteCount, totalByteCount: progress.totalByteCount, itemCount: progress.itemCount) }
                    }
                    if !options.dryRun { try replica.followManyRows() }
                    return report
                }
                result = .done(report, step: options.dryRun ? nil : step)
            } catch {
                result = .failed(error)
            }
            state.withLock { $0?.state = result }
            done.signal()
            visit.desk.workEnded()
            Memory.giveBack()
        }
        _ = done.wait(timeout: .now() + ListDesk.patience)
    }
}
