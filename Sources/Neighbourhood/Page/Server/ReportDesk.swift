import Community
import Dispatch
import Engine
import Platform
import Store
import Synchronization

/// Makes reports beside the pages, one after the other, and keeps them until the list changes.
final class ReportDesk: Sendable {
    struct Question: Hashable, Sendable {
        let from: String?
        let until: String?
        let area: String?
        let isShared: Bool
        let today: String
    }

    private struct State {
        var question: Question?
        /// Of the list when they were begun.
        var mark: String?
        var reports: [ReportName: Report] = [:]
        /// How many are made; those for handing out are there when all of them are.
        var madeCount = 0
        var failure: (any Error)?
        /// Counts the runs: one that is overtaken stops by itself.
        var run = 0
    }

    struct Standing: Sendable {
        let reports: [ReportName: Report]
        let madeCount: Int
        let isDone: Bool
        let failure: (any Error)?
    }

    private static let patience: DispatchTimeInterval = .milliseconds(50)
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "kith.page.reports", qos: .utility)

    /// What there is by now; begins to make them where they are not there or are of another state of the list.
    ///
    /// - Parameter first: the one that is made before the others.
    func reports(_ question: Question, first: ReportName?, _ replica: Replica, _ desk: Desk) throws -> Standing {
        // What is not stamped yet is in no mark: an edit of this page is stamped with it, and others' programs' at the next stamping.
        let mark = try replica.store.changeMark()
        let run: Int? = state.withLock { state in
            guard state.question != question || state.mark != mark else { return nil }
            state = State(question: question, mark: mark, run: state.run + 1)
            return state.run
        }
        let done = DispatchSemaphore(value: 0)
        if let run {
            let names = (first.map { [$0] } ?? []) + ReportName.allCases.filter { $0 != first }
            queue.async { [self] in
                do {
                    // All in one reading: what is withheld in one goes by the others, and what several count is read once.
                    let made = try desk.beside(replica).reports(
                        names, today: question.today, from: question.from, until: question.until, area: question.area, isShared: question.isShared
                    ) { [self] name, report in
                        let isWanted = state.withLock { state in
                            guard state.run == run else { return false }
                            state.madeCount += 1
                            if let report { state.reports[name] = report }
                            return true
                        }
                        if name == first, report != nil { done.signal() }
                        return isWanted
                    }
                    state.withLock { state in
                        guard state.run == run else { return }
                        for report in made { state.reports[report.name] = report }
                    }
                } catch {
                    state.withLock { if $0.run == run { $0.failure = error } }
                }
                done.signal()
                Memory.giveBack()
            }
            _ = done.wait(timeout: .now() + ReportDesk.patience)
        }
        return state.withLock { Standing(reports: $0.reports, madeCount: $0.madeCount, isDone: $0.failure != nil || $0.reports.count == ReportName.allCases.count, failure: $0.failure) }
    }
}
