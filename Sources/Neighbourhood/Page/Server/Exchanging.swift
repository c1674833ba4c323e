import CRDT
import Dispatch
import Engine
import Foundation
import Store
import Synchronization
import Words

/// One exchange with everybody who is there: beside the pages, until it is done or stopped. Its report stays until somebody has seen it.
///
/// Sticks are one after the other on a thread of their own, the network on another: a dead way never holds up the others.
final class Exchanging: Sendable {
    enum Way: Hashable, Sendable {
        /// A folder: everything on it is read, and ours is written back.
        case stick(name: String, path: String)
        /// One file, read alone.
        case file(String)
        case laptop(Address)
        /// By the device that must answer.
        case relay(String)
    }

    struct Line: Sendable {
        enum State: Sendable { case waits, busy, done, failed, skipped }
        /// Who, or which file.
        let name: String
        let place: ExchangePageSentence
        var state = State.waits
        /// What came of it.
        var what: String?
    }

    /// What of it is told afterwards.
    struct Report: Sendable {
        var lines: [Line] = []
        var arrived = Arrived()
        /// What was known before it: what is beyond that came.
        var knownBefore: [String: Knowledge] = [:]
        /// What went to others: to whom, how many changes, and whether it is all of the list.
        var sent: [(name: String, count: Int, isWhole: Bool)] = []
        var conflicts: [(record: RecordID, column: String)] = []
        var failures: [(name: String, text: String)] = []
        var sticks: [(name: String, release: Sticks.Release)] = []
        /// Deltas that wait for an earlier one, sets of words as the engine says them.
        var remarks: [String] = []
        var wasStopped = false
        var finishedMilliseconds: Int64 = 0
        var wroteStick: Bool { !sticks.isEmpty }
    }

    struct Standing: Sendable {
        var lines: [Line]
        var doneByteCount: Int
        var totalByteCount: Int
        var secondsLeft: Int?
        var isStopping: Bool
    }

    private struct State {
        var isRunning = false
        var isStopping = false
        var lines: [Line] = []
        var done: [Int: Int] = [:]
        var totals: [Int: Int] = [:]
        var begin = ContinuousClock().now
        var report: Report?
        var massChange: MassChange?
    }

    private let state = Mutex(State())
    private let clock = ContinuousClock()

    /// Of one kind so many are named in a report.
    fileprivate static let namedCount = 100

    var isRunning: Bool { state.withLock { $0.isRunning } }
    /// The last one's, until it was seen.
    var report: Report? { state.withLock { $0.report } }
    /// What other programs changed in one go: a person says whether it is to leave this laptop.
    var massChange: MassChange? { state.withLock { $0.massChange } }

    func markSeen() { state.withLock { $0.report = nil } }
    func forgetMassChange() { state.withLock { $0.massChange = nil } }
    func stop() { state.withLock { $0.isStopping = true } }

    var standing: Standing {
        let now = clock.now
        return state.withLock { state in
            let total = state.totals.values.reduce(0, +)
            let done = state.totals.keys.reduce(0) { $0 + min(state.done[$1] ?? 0, state.totals[$1] ?? 0) }
            let elapsed = Double((now - state.begin).components.seconds)
            // Said once something can be told from it, and to five seconds: nobody counts along.
            let left = done * 20 > total && total > done && elapsed >= 1 ? elapsed * Double(total - done) / Double(done) : nil
            return Standing(
                lines: state.lines, doneByteCount: done, totalByteCount: total, secondsLeft: left.map { max(5, Int(($0 / 5).rounded(.up)) * 5) },
                isStopping: state.isStopping)
        }
    }

    // MARK: The work

    /// Begins, unless one is under way.
    ///
    /// - Parameters:
    ///   - releases: sticks are unmounted afterwards, where that can be done.
    ///   - acceptsMassChange: what other programs changed in one go may leave this laptop.
    /// - Returns: false when it waits for a person's word about that.
    @discardableResult
    func start(_ ways: [Way], _ desk: Desk, releases: Bool, acceptsMassChange: Bool = false, _ language: Language) throws -> Bool {
        let replica = try desk.replica()
        guard state.withLock({ state in
            guard !state.isRunning else { return false }
            state = State(isRunning: true, begin: clock.now)
            return true
        }) else { return true }
        do {
            try replica.stamp(acceptingMassChange: acceptsMassChange)
        } catch let change as MassChange {
            state.withLock { state in
                state.isRunning = false
                state.massChange = change
            }
            return false
        } catch {
            state.withLock { $0.isRunning = false }
            throw error
        }
        let run = Run(self, replica, desk, releases: releases, language)
        DispatchQueue.global().async { run.all(ways) }
        return true
    }

    fileprivate func add(_ line: Line, byteCount: Int? = nil) -> Int {
        state.withLock { state in
            state.lines.append(line)
            if let byteCount { state.totals[state.lines.count - 1] = byteCount }
            return state.lines.count - 1
        }
    }

    fileprivate func set(_ number: Int, _ condition: Line.State, _ what: String? = nil) {
        state.withLock { state in
            state.lines[number].state = condition
            if let what { state.lines[number].what = what }
            if condition != .busy, condition != .waits { state.done[number] = state.totals[number] }
        }
    }

    fileprivate func note(_ number: Int, _ doneByteCount: Int) { state.withLock { $0.done[number] = doneByteCount } }
    fileprivate var isStopping: Bool { state.withLock { $0.isStopping } }

    fileprivate func finish(_ report: Report) {
        state.withLock { state in
            state.isRunning = false
            state.report = report
            state.report?.lines = state.lines
            state.report?.wasStopped = state.isStopping
        }
    }
}

/// One exchange under way.
private final class Run: Sendable {
    private let owner: Exchanging
    private let replica: Replica
    private let desk: Desk
    private let releases: Bool
    private let language: Language
    private let report = Mutex(Exchanging.Report())

    init(_ owner: Exchanging, _ replica: Replica, _ desk: Desk, releases: Bool, _ language: Language) {
        (self.owner, self.replica, self.desk, self.releases, self.language) = (owner, replica, desk, releases, language)
    }

    private func say(_ sentence: ExchangePageSentence, _ blanks: String...) -> String { language.fill(language.text(sentence.phrase), blanks) }

    func all(_ ways: [Exchanging.Way]) {
        let known = (try? replica.store.knowledge()) ?? [:]
        let before = Set(((try? replica.store.conflicts()) ?? []).map { Cell($0) })
        // All lines stand there from the beginning: what waits is seen to wait.
        var sticks: [() -> Void] = [], network: [() -> Void] = []
        for way in ways {
            switch way {
            case .stick(let name, let path): sticks.append(stick(name, path))
            case .file(let path): sticks += [file(path, .fromFile, on: nil)].compactMap { $0 }
            case .laptop(let address): network.append(laptop(address))
            case .relay(let device): network += [relay(device)].compactMap { $0 }
            }
        }
        let group = DispatchGroup()
        for work in [Work(sticks), Work(network)] {
            DispatchQueue.global().async(group: group) { for each in work.steps { each() } }
        }
        // Who works is there: the page does not end meanwhile.
        while group.wait(timeout: .now() + .seconds(20)) == .timedOut { desk.windows.seen() }
        var report = report.withLock { $0 }
        // Of much it takes a while: meanwhile the page has the list to itself.
        report.arrived = (try? desk.beside(replica).store.arrived(since: known, limit: Exchanging.namedCount)) ?? Arrived()
        report.knownBefore = known
        report.conflicts = ((try? replica.store.conflicts()) ?? []).filter { !before.contains(Cell($0)) }.map { ($0.record, $0.column) }
        report.finishedMilliseconds = desk.environment.nowMilliseconds()
        // The report says the words for the list as it is now.
        desk.countNow(replica)
        owner.finish(report)
        desk.workEnded()
    }

    private struct Cell: Hashable {
        let record: RecordID
        let column: String
        init(_ conflict: Conflict) { (record, column) = (conflict.record, conflict.column) }
    }

    /// Only ever run by one thread after the other.
    private struct Work: @unchecked Sendable {
        let steps: [() -> Void]
        init(_ steps: [() -> Void]) { self.steps = steps }
    }

    // MARK: Sticks

    private func stick(_ name: String, _ path: String) -> () -> Void {
        let reads = Volumes.files(in: path, ending: ".kithbundle").compactMap { file($0, .fromStick, on: name) }
        let writing = owner.add(.init(name: say(.writeBack), place: .onStick))
        return { [self] in
            for read in reads { read() }
            guard !owner.isStopping else { return owner.set(writing, .skipped) }
            owner.set(writing, .busy)
            do {
                let written = try write(to: path)
                owner.set(writing, .done, say(.writtenAndReadBack, language.number(written.changeCount)))
                report.withLock { $0.sent.append((say(.stickNamed, name), written.changeCount, written.isWhole)) }
            } catch {
                let text = words(error, "")
                owner.set(writing, .failed, text)
                report.withLock { $0.failures.append((say(.fileOnStick, say(.writeBack), name), text)) }
                return
            }
            let release = releases ? Sticks.release(path) : .nothingToDo
            report.withLock { $0.sticks.append((name, release)) }
        }
    }

    /// nil: it is none of ours to read, and is not touched.
    ///
    /// - Parameter stick: the name of the stick that it lies on: of four sticks somebody must know which one to give back.
    private func file(_ path: String, _ place: ExchangePageSentence, on stick: String?) -> (() -> Void)? {
        guard let found = desk.sticks.file(path, desk) else { return nil }
        if case .own = found.state { return nil }
        if case .published = found.state { return nil }
        // Twice: it is checked to its end before any of it is taken in.
        let label = if case .forUs(let packer, _) = found.state { packer } else { found.name }
        let line = owner.add(.init(name: label, place: place), byteCount: found.byteCount * 2)
        return { [self] in
            guard !owner.isStopping else { return owner.set(line, .skipped) }
            owner.set(line, .busy)
            do {
                try replica.checkBeginning(of: path)
                let came = try replica.importBundle(path) { [owner] progress in
                    owner.note(line, progress.activity == .merging ? found.byteCount + progress.doneByteCount : progress.doneByteCount)
                }
                let count = came.report.merge.changeCount
                let waits = came.waitingCount > 0 ? say(.waitsForEarlier) : nil
                owner.set(line, .done, waits ?? (came.isKnown ? say(.wasHereAlready) : say(count == 1 ? .readOne : .readMany, language.number(count))))
                report.withLock { report in
                    if let waits { report.remarks.append("\(label): \(waits)") }
                    if came.quarantinedCount + came.unreadableCount > 0 { report.remarks.append("\(label): \(say(.someSetAside))") }
                }
            } catch {
                let text = words(error, label)
                owner.set(line, .failed, text)
                report.withLock { $0.failures.append((stick.map { say(.fileOnStick, found.name, $0) } ?? found.name, text)) }
            }
        }
    }

    /// Ours, beside what others put there; read back before anybody is told that it is there.
    private func write(to folder: String) throws -> ExportReport {
        func plain(_ text: String) -> String {
            let kept = String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }).split(separator: "-").joined(separator: "-")
            return kept.isEmpty ? "kith" : String(kept.prefix(40))
        }
        let name = plain(replica.identity.space.name) + "-" + plain(replica.identity.label)
        for ending in ["", "-2", "-3", "-4"] {
            let path = "\(folder)/\(name)\(ending).kithbundle"
            do {
                let written = try replica.exportBundle(to: path, for: .everyone)
                _ = try replica.verifyBundle(path)
                return written
            } catch let error as EngineError where [.fileExists, .bundleNotImported].contains(error.code) && ending != "-4" {
                continue
            }
        }
        throw EngineError(.fileExists, name)
    }

    // MARK: The network

    private func laptop(_ address: Address) -> () -> Void {
        let line = owner.add(.init(name: address.host, place: .onNetwork))
        return { [self] in meet(line, address.host) { try replica.sync(with: address) } }
    }

    private func relay(_ device: String) -> (() -> Void)? {
        guard let entry = (try? replica.relayEntries())?.first(where: { $0.device.description == device }) else { return nil }
        let line = owner.add(.init(name: entry.label, place: .overRelay))
        return { [self] in meet(line, entry.label) { try replica.sync(with: entry) } }
    }

    private func meet(_ line: Int, _ name: String, _ body: () throws -> MeetingReport) {
        guard !owner.isStopping else { return owner.set(line, .skipped) }
        owner.set(line, .busy)
        do {
            let met = try body()
            let label = met.peerLabel.isEmpty ? name : met.peerLabel
            owner.set(line, .done, say(.metCounts, label, language.number(met.outcome.sentChangeCount), language.number(met.outcome.receivedChangeCount)))
            report.withLock { $0.sent.append((label, met.outcome.sentChangeCount, false)) }
        } catch {
            let text = PageFault.words(error, about: name, over: .network, language)
            owner.set(line, .failed, say(.othersGoOn, text))
            report.withLock { $0.failures.append((name, text)) }
        }
    }

    /// What is wrong with a file, in words that name no command.
    private func words(_ error: any Error, _ from: String) -> String {
        let explanation = Explanation(error, about: from, in: language)
        return StickWords.wrong(code: explanation.code, explanation.message, language)
    }
}

/// What is said of files of a stick.
package enum StickWords {
    package static func wrong(code: String, _ message: String, _ language: Language) -> String {
        func say(_ sentence: ExchangePageSentence) -> String { language.text(sentence.phrase) }
        return switch code {
        case "damaged", "truncated", "malformed", "trailing", "bad-signature": say(.fileDamaged)
        case "other-space": say(.fileOtherList)
        case "no-key": say(.fileClosed)
        case "newer-format": say(.fileNewer)
        case "not-kith": say(.fileNone)
        case "no-space": say(.stickFull)
        case "medium-failed", "not-found": say(.stickGone)
        case "not-what-was-written": say(.stickFails)
        default: message
        }
    }
}
