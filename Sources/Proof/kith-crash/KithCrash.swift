import ArgumentParser
import CFaultyCalls
import Foundation
import Simulator
@preconcurrency import Glibc

/// Runs every crash point and every error: `make crash-points`.
@main
struct KithCrash: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kith-crash",
        abstract: "Cut the power at every write, sync, truncation and removal of every operation, and let every call fail.",
        discussion: """
            At each point the disk then has what was synced alone, all that was written, or random sectors of it. The replica must be sound, \
            have all that was acknowledged, do the work again, and end as if nothing had happened. A failure names its seed and its point: \
            --only NAME --point N --seed S runs it alone.
            """)

    @Option(help: "Chooses the points of a sample, and the sectors of what is torn.")
    var seed: UInt64 = 1

    @Option(help: "At most so many points of each operation and kind of fault; without it, all.")
    var sample: Int?

    @Option(help: "Only operations whose name begins so.")
    var only: String?

    @Option(help: "Only this point.")
    var point: Int?

    @Option(help: "At most so many of SQLite's allocations of each operation fail.")
    var allocations = 200

    @Option(help: "The folder Fixtures.")
    var fixtures = "Fixtures"

    func run() throws {
        try FaultyMemory.install()
        // Own files are on the same disk: bundles, copies, keys, witnesses.
        guard kith_calls_install() == 0 else { throw ExitCode.failure }
        var settings = CrashPoints.Settings()
        settings.seed = seed
        settings.sample = sample
        settings.only = only
        settings.point = point
        settings.failsAllocations = true
        settings.allocationSample = allocations
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("kith-crash-points-\(getpid())").path
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        print("seed \(seed)\(sample.map { ", at most \($0) points of each" } ?? ", every point")")
        KithCrash.line("operation", "what happens", "points", "runs", "failures")
        let rows = try CrashPoints.run(settings, root: root, fixtures: URL(fileURLWithPath: fixtures).standardizedFileURL.path) { row in
            KithCrash.line(row.operation, row.variant, "\(row.pointCount)", "\(row.runCount)", "\(row.failures.count)")
            for failure in row.failures.prefix(5) { print("  \(failure)") }
        }
        let cuts = rows.filter { $0.variant.hasPrefix("cut") }
        let failures = rows.reduce(0) { $0 + $1.failures.count }
        print(
            """
            \(failures == 0 ? "ok" : "failed"): \(cuts.reduce(0) { $0 + $1.runCount }) cuts, \
            \(rows.reduce(0) { $0 + $1.runCount } - cuts.reduce(0) { $0 + $1.runCount }) errors, \(failures) failures
            """)
        guard failures == 0 else { throw ExitCode.failure }
    }

    private static func line(_ operation: String, _ variant: String, _ points: String, _ runs: String, _ failures: String) {
        func left(_ text: String, _ width: Int) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }
        func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
        print(left(operation, 14) + left(variant, 24) + right(points, 8) + right(runs, 8) + right(failures, 10))
        fflush(nil)
    }
}
