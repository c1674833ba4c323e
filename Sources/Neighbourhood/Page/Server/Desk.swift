import Community
import CRDT
import Device
import Dispatch
import Engine
import Platform
import Store
import Synchronization

/// How the list stands, as every page says it at its top.
struct Standing: Sendable {
    var space: String
    var laptop: String
    /// Changes that nobody else is known to hold.
    var unsent: Int
    /// Whom this laptop met last.
    var lastMet: (label: String, milliseconds: Int64)?
    var conflicts: Int
    /// As far as they are counted.
    var broken: Int
    /// What waits for a person: differences and broken rules.
    var choices: Int { conflicts + broken }
    /// Pairs that may be one person; nil until they are counted.
    var duplicates: Int?
    /// Initiatives that may not last, and what is kept longer than needed: as far as they are counted.
    var risks = 0, past = 0
    /// Equal on laptops that hold the same; nil until it is known.
    var five: String?
}

/// A code that is being read out: it is shown until somebody has come in by it, or its hour is over.
struct Invitation: Sendable {
    let code: String
    let sinceMilliseconds: Int64
    /// Of the invite in the roster.
    let id: String
}

/// The list that the page is about, for all its windows: opened when it is first asked for.
final class Desk: Sendable {
    private struct State {
        var replica: Replica?
        /// The same by a connection of its own.
        var beside: Replica?
        var besideOf: Store?
        /// What is found by words is not all followed yet.
        var isIndexing = false
        /// People are compared with one another for the first time.
        var isComparing = false
        /// Of the list when they were (see `changeMark`).
        var comparedMark: String?
        var isReadOnly = false
        var standing: Standing?
        /// Something was written since `standing` was taken.
        var isStale = true
        var isCounting = false
        /// When it was taken, and when all was counted.
        var takenMilliseconds: Int64 = 0
        var countedMilliseconds: Int64 = 0
        /// How long the cheap part took, in milliseconds.
        var cost: Int64 = 0
        var settings = PageSettings()
        var invitation: Invitation?
    }

    /// Another program on this laptop may have written: the page's top is no older than this, what is counted beside no older than that.
    private static let freshMilliseconds: Int64 = 5_000
    private static let countedMilliseconds: Int64 = 60_000
    /// A list of so many contacts is counted in a moment.
    private static let quicklyCounted = 1_000
    /// Beyond this a page does not wait for its own top.
    private static let patientMilliseconds: Int64 = 15
    let environment: EngineEnvironment
    let windows = Windows()
    let listening = Listening()
    let exchanging = Exchanging(), sticks = Sticks(), nearby = Nearby(), reports = ReportDesk(), lists = ListDesk(), terms = TermDesk()
    let keyhole: Keyhole
    /// The file that was named, else the only one there is.
    let named: String?
    /// A bundle that was opened by a double click.
    let bundle: String?
    /// Where invited laptops come in; nil: by the whole network.
    let listenHost: String?
    private let state = Mutex(State())
    private let counting = DispatchQueue(label: "kith.page.counts", qos: .utility)

    init(_ named: String?, bundle: String? = nil, listenHost: String? = nil, _ environment: EngineEnvironment) {
        self.named = named
        self.listenHost = listenHost
        self.bundle = bundle
        let keyhole = Keyhole()
        self.keyhole = keyhole
        // Nobody at a terminal is asked: whoever sits before the page is.
        self.environment = EngineEnvironment(
            variables: environment.variables, nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce, passphrase: { keyhole.passphrase })
        let settings = PageSettings.load(environment)
        state.withLock { $0.settings = settings }
    }

    // MARK: The list

    /// - Throws: `noReplica` before there is one; what else keeps it from being opened.
    func replica() throws -> Replica {
        try state.withLock { state in
            if let replica = state.replica { return replica }
            let opened: Replica
            do {
                opened = try Replica.open(for: .community, named, environment)
            } catch let error as StoreError where error.code == .readOnly || error.code == .full {
                opened = try Replica.open(for: .community, named, forReading: true, environment)
                state.isReadOnly = true
            }
            state.replica = opened
            return opened
        }
    }

    /// The list for what takes long: pages do not wait for it.
    func beside(_ replica: Replica) throws -> Replica {
        // Where nothing can be written the first connection may have the file to itself, as on a full disk.
        if replica.store.isReadOnly { return replica }
        return try state.withLock { state in
            // Another list since, or one that was opened anew: its tables may be others.
            if let beside = state.beside, state.besideOf === replica.store { return beside }
            try? state.beside?.store.close()
            let beside = try replica.beside()
            (state.beside, state.besideOf) = (beside, replica.store)
            return beside
        }
    }

    /// The words of a long list are being gathered for the first time: until then nothing is found by them.
    var isIndexing: Bool { state.withLock { $0.isIndexing } }

    /// Whether people were compared with one another; if not, that is begun beside.
    func isCompared(_ replica: Replica) throws -> Bool {
        // While edits wait to be stamped nothing is followed: what was made of this state of the list is shown all the same.
        let mark = try replica.store.changeMark()
        let isDone = try state.withLock { $0.comparedMark } == mark || replica.store.isReadOnly || replica.isCompared()
        guard !isDone, state.withLock({ state in
            defer { state.isComparing = true }
            return !state.isComparing
        }) else { return isDone }
        counting.async { [self] in
            _ = try? beside(replica).duplicateCount()
            let mark = try? replica.store.changeMark()
            state.withLock { ($0.isComparing, $0.comparedMark) = (false, mark) }
            Memory.giveBack()
        }
        return false
    }

    /// Whether there is no list on this laptop yet.
    var isEmpty: Bool {
        do {
            _ = try replica()
            return false
        } catch let error as EngineError where error.code == .noReplica {
            return true
        } catch {
            return false
        }
    }

    /// A list that was just made, or joined.
    func adopt(_ replica: Replica) {
        state.withLock {
            $0.replica = replica
            $0.isStale = true
            $0.standing = nil
        }
    }

    /// Another list in the place of this one, which is closed first: nobody reads meanwhile.
    func replace(_ make: () throws -> Replica) throws {
        listening.stop()
        try state.withLock { state in
            try? state.beside?.store.close()
            try? state.replica?.close()
            (state.replica, state.beside, state.besideOf, state.standing, state.comparedMark, state.isReadOnly, state.isStale) = (nil, nil, nil, nil, nil, false, true)
            state.replica = try make()
        }
    }

    /// Something runs that needs the list to stay what it is.
    var isAtWork: Bool { exchanging.isRunning || lists.work?.isBusy == true }

    func close() throws {
        listening.stop()
        let (replica, beside) = state.withLock { state in
            defer { (state.replica, state.beside, state.besideOf) = (nil, nil, nil) }
            return (state.replica, state.beside)
        }
        try? beside?.store.close()
        try replica?.close()
    }

    /// What stands above every page: that nothing can be written.
    func notice(_ visit: Visit) -> String? {
        let (isReadOnly, isFull) = state.withLock { ($0.isReadOnly, $0.replica?.isDiskFull ?? false) }
        return isFull ? visit.say(.diskFull) : isReadOnly ? visit.say(.readOnly) : nil
    }

    // MARK: Settings

    /// The code that was made here last.
    var invitation: Invitation? {
        get { state.withLock { $0.invitation } }
        set { state.withLock { $0.invitation = newValue } }
    }

    var settings: PageSettings { state.withLock { $0.settings } }

    func set(_ change: (inout PageSettings) -> Void) throws {
        let settings = state.withLock { state in
            change(&state.settings)
            return state.settings
        }
        try settings.save(environment)
    }

    // MARK: How it stands

    /// The list is closed with it: what is opened next asks for the passphrase again.
    func lock() {
        keyhole.lock()
        // Long work goes on with the list it has.
        if !isAtWork { try? close() }
        state.withLock { $0.standing = nil }
    }

    /// The list that long work kept open is closed if the page was locked meanwhile.
    func workEnded() {
        if keyhole.passphrase == nil, (try? DeviceFile.isLocked(environment)) ?? false { lock() }
    }

    /// "Stop Kith" was pressed.
    func askToEnd() { windows.end() }

    func noteWrite() { state.withLock { $0.isStale = true } }

    /// nil before there is a list. Told anew after each write; what takes long is counted beside, and the page shows what it was before.
    var standing: Standing? {
        guard let replica = try? replica() else { return nil }
        let now = environment.nowMilliseconds()
        let (known, isWritten, isOld, isUncounted, cost) = state.withLock { state in
            (state.standing, state.isStale, now - state.takenMilliseconds > Desk.freshMilliseconds, now - state.countedMilliseconds > Desk.countedMilliseconds, state.cost)
        }
        if let known, !isWritten, !isOld { return known }
        let mayWait = known == nil || cost <= Desk.patientMilliseconds
        if mayWait { takeBrief(replica) }
        if isWritten || isUncounted || !mayWait { count(replica) }
        return state.withLock { $0.standing }
    }

    /// What is cheap to tell.
    private func takeBrief(_ replica: Replica) {
        let start = DispatchTime.now().uptimeNanoseconds
        guard let brief = try? replica.store.briefStatus() else { return }
        let cost = Int64((DispatchTime.now().uptimeNanoseconds - start) / 1_000_000)
        state.withLock { state in
            let before = state.standing
            state.cost = cost
            // The words are those of what is here: after a write not until they are told anew.
            let isSame = before.map { $0.unsent == brief.unsentChanges && $0.conflicts == brief.conflicts } ?? false
            state.isStale = false
            state.takenMilliseconds = environment.nowMilliseconds()
            state.standing = Standing(
                space: replica.identity.space.name, laptop: replica.identity.label, unsent: brief.unsentChanges,
                lastMet: brief.lastMet.map { ($0.label, $0.milliseconds) }, conflicts: brief.conflicts, broken: before?.broken ?? 0,
                duplicates: before?.duplicates, risks: before?.risks ?? 0, past: before?.past ?? 0, five: isSame ? before?.five : nil)
        }
    }

    /// Counts what takes long beside; the next page has it.
    private func count(_ replica: Replica) {
        guard state.withLock({ state in
            defer { state.isCounting = true }
            return !state.isCounting
        }) else { return }
        counting.async { [self] in
            countNow(replica)
            state.withLock { $0.isCounting = false }
            Memory.giveBack()
        }
    }

    /// The same at once: for pages that show these very counts, and for tests.
    func countNow(_ replica: Replica) {
        takeBrief(replica)
        // A short list takes no time, and two that write would wait for one another.
        let isLong = (try? replica.store.count("contact") > Desk.quicklyCounted) ?? false
        guard let replica = isLong ? try? beside(replica) : replica else { return }
        if isLong, let isFollowed = try? replica.isSearchFollowed(), !isFollowed {
            state.withLock { $0.isIndexing = true }
            try? replica.followRows()
            state.withLock { $0.isIndexing = false }
        }
        try? replica.store.followLastMet()
        _ = try? replica.store.steps(limit: Settings.stepCount)
        let broken = (try? replica.store.brokenRules().count) ?? 0
        // A long list is compared for the first time when somebody asks.
        let isQuick = (try? replica.isCompared()) ?? false
        let duplicates = isQuick ? (try? replica.duplicateCount()) : nil
        let today = ReaderClock.day(environment.nowMilliseconds())?.text ?? ""
        let risks = (try? replica.store.initiativesAtRisk(today: today).count) ?? 0
        // Every moment is read for it: once a day, and when somebody looks.
        if terms.known?.day != today { _ = try? terms.past(today: today, replica, self) }
        let five = (try? replica.store.status())?.digest.map { WordCode.of($0).replacing("-", with: " ") }
        state.withLock { state in
            state.standing?.broken = broken
            state.standing?.duplicates = duplicates
            state.standing?.risks = risks
            state.standing?.past = terms.known?.count ?? 0
            state.standing?.five = five
            state.countedMilliseconds = environment.nowMilliseconds()
        }
    }
}
