import Relay
import Words

/// Every call of an operation that changes something on the disk, as the last one before the power is gone; and every call that can fail,
/// failing.
package struct CrashPoints {
    /// One line of the table.
    package struct Row: Sendable {
        package let operation: String
        /// "lost", "EIO once", …
        package let variant: String
        /// Calls that there are.
        package let pointCount: Int
        /// Of these, the ones that were tried.
        package internal(set) var runCount = 0
        /// One line each, with what replays it.
        package internal(set) var failures: [String] = []
    }

    package struct Settings: Sendable {
        package var seed: UInt64 = 1
        /// At most so many points of each operation and variant, which the seed chooses; nil: all.
        package var sample: Int?
        /// Only operations whose name begins so.
        package var only: String?
        /// Only this point.
        package var point: Int?
        /// Allocations of SQLite's fail too; only with `FaultyMemory.install`.
        package var failsAllocations = false
        /// At most so many allocations of each operation; there are tens of thousands.
        package var allocationSample = 100
        package var variants: Set<FaultyDisk.Variant> = Set(FaultyDisk.Variant.allCases)

        package init() {}
    }

    private enum Trial {
        case cut(FaultyDisk.Variant)
        case fault(FaultyDisk.Fault, lasting: Bool)
        case allocation(lasting: Bool)

        var name: String {
            switch self {
            case .cut(let variant): "cut, \(variant.rawValue)"
            case .fault(let fault, let isLasting): "\(fault.name) \(isLasting ? "from then on" : "once")"
            case .allocation(let isLasting): "no memory \(isLasting ? "from then on" : "once")"
            }
        }
    }

    private let settings: Settings
    private var random: SplitMix64

    private init(_ settings: Settings) {
        self.settings = settings
        random = SplitMix64(seed: settings.seed)
    }

    /// - Parameters:
    ///   - root: a folder that the caller makes and removes.
    ///   - fixtures: the folder Fixtures.
    ///   - told: each line of the table, when it is done.
    package static func run(_ settings: Settings, root: String, fixtures: String, told: (Row) -> Void = { _ in }) throws -> [Row] {
        try FaultyDisk.install()
        var points = CrashPoints(settings)
        var rows: [Row] = []
        for make in CrashSubjects.all {
            guard settings.only.map({ make.name.hasPrefix($0) }) ?? true else { continue }
            let subject = try make.subject(CrashPlace(root: "\(root)/\(make.name)", fixtures: fixtures))
            for row in try points.run(subject) {
                rows.append(row)
                told(row)
            }
        }
        return rows
    }

    private mutating func run(_ subject: any CrashSubject) throws -> [Row] {
        // Twice: what the first run leaves with the process is there in all others.
        _ = try undisturbed(subject) { 0 }
        let (count, expected) = try undisturbed(subject) { FaultyDisk.changeCount }
        var rows: [Row] = []
        for variant in FaultyDisk.Variant.allCases where settings.variants.contains(variant) {
            rows.append(try run(subject, .cut(variant), count: count, expected))
        }
        for fault in FaultyDisk.Fault.allCases {
            let (count, _) = try undisturbed(subject, before: { FaultyDisk.fail(at: .max, fault) }) { FaultyDisk.callCount }
            for isLasting in [false, true] { rows.append(try run(subject, .fault(fault, lasting: isLasting), count: count, expected)) }
        }
        if settings.failsAllocations {
            let (count, _) = try undisturbed(subject, before: { FaultyMemory.fail(at: .max) }) { FaultyMemory.count }
            for isLasting in [false, true] { rows.append(try run(subject, .allocation(lasting: isLasting), count: count, expected)) }
        }
        return rows
    }

    /// - Returns: what is counted when the work is done, and what everybody shows in the end.
    private func undisturbed(
        _ subject: any CrashSubject, before: () -> Void = {}, _ count: () -> Int
    ) throws -> (count: Int, shown: [String]) {
        try subject.reset()
        FaultyDisk.watch(subject.folder)
        before()
        let log = CrashLog()
        let counted: Int
        do {
            try subject.work(log)
            counted = count()
        } catch {
            FaultyDisk.leave()
            throw error
        }
        FaultyDisk.leave()
        FaultyMemory.fail(at: 0)
        try subject.examine(log)
        return (counted, try subject.finish())
    }

    private mutating func run(_ subject: any CrashSubject, _ trial: Trial, count: Int, _ expected: [String]) throws -> Row {
        var row = Row(operation: subject.name, variant: trial.name, pointCount: count)
        var points = Array(1...max(count, 1))
        var most = settings.sample
        if case .allocation = trial { most = min(most ?? .max, settings.allocationSample) }
        if let most, most < points.count {
            random.shuffle(&points)
            points = points.prefix(most).sorted()
        }
        if let point = settings.point { points = [point] }
        for point in points {
            row.runCount += 1
            do { try run(subject, trial, at: point, expected) } catch {
                row.failures.append("\(subject.name), \(trial.name), point \(point) (\(FaultyDisk.event)), seed \(settings.seed): \(error)")
                FaultyDisk.leave()
                FaultyMemory.fail(at: 0)
            }
        }
        return row
    }

    private func run(_ subject: any CrashSubject, _ trial: Trial, at point: Int, _ expected: [String]) throws {
        try subject.reset()
        FaultyDisk.watch(subject.folder)
        let log: CrashLog
        switch trial {
        case .cut(let variant):
            FaultyDisk.cut(at: point)
            log = CrashLog()
            do { try subject.work(log) } catch {
                // A work that ends by itself may not end so.
                guard FaultyDisk.isCut else { throw error }
            }
            try FaultyDisk.fall(variant, seed: settings.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(point))
        case .fault(let fault, let isLasting):
            log = CrashLog { FaultyDisk.fail(at: 0) }
            FaultyDisk.fail(at: point, fault, lasting: isLasting)
            try subject.work(log)
            FaultyDisk.leave()
            try check(log.errors, for: fault)
        case .allocation(let isLasting):
            log = CrashLog { FaultyMemory.fail(at: 0) }
            FaultyMemory.fail(at: point, lasting: isLasting)
            try subject.work(log)
            FaultyMemory.fail(at: 0)
            FaultyDisk.leave()
            try check(log.errors, for: .memory)
        }
        try subject.examine(log)
        let shown = try subject.finish()
        guard shown == expected else { throw SimulationFault("ends otherwise: \(CrashPoints.difference(shown, expected))") }
    }

    /// An error says what is wrong: in words, and not that of something else.
    private func check(_ errors: [any Error], for fault: FaultyDisk.Fault) throws {
        for error in errors {
            // A relay's errors are its operator's to read, and are put into words there.
            let code = (error as? RelayError)?.code.rawValue ?? Explanation(error, about: "", in: .en).code
            guard fault.codes.contains(code) else { throw SimulationFault("\(fault.name) is called '\(code)': \(error)") }
        }
    }

    private static func difference(_ shown: [String], _ expected: [String]) -> String {
        let (a, b) = (Set(shown), Set(expected))
        return "beyond \(a.subtracting(b).sorted().prefix(3)), without \(b.subtracting(a).sorted().prefix(3))"
    }
}

extension FaultyDisk.Fault {
    var name: String {
        switch self {
        case .io: "EIO"
        case .full: "ENOSPC"
        case .memory: "NOMEM"
        }
    }

    /// What an error of it may be called.
    var codes: Set<String> {
        switch self {
        case .io: ["disk", "storage", "unwritable", "medium-failed"]
        case .full: ["full", "no-space"]
        // SQLite is one for both sides of a session: the other one may be who ends it.
        case .memory: ["memory", "storage", "refused", "closed"]
        }
    }
}

/// Where a subject lies, and what it begins with.
struct CrashPlace {
    let root: String
    let fixtures: String
}
