import ArgumentParser
import Foundation
import Simulator
@preconcurrency import Glibc

/// W6 of the promises.
struct YearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "year",
        abstract: "W6: a year of small edits by many devices, through a relay and sticks, and what it leaves behind.",
        discussion: """
            Virtual days, real replicas, TLS and relay. The active devices are used all year; each of the others joins in the course \
            of it, edits once and meets the relay once. Figures marked MISSED do not keep what is promised.
            """)

    @Option(help: "Devices in the roster at the end.")
    var devices = 100

    @Option(help: "Of these, used all year.")
    var active = 12

    @Option(help: "Days.")
    var days = 365

    @Option(help: "Contacts at the beginning.")
    var contacts = 2_000

    @Option(help: "Of a hundred days, on how many an active device is used.")
    var use = 30

    @Option(help: "Decides what happens.")
    var seed: UInt64 = 1

    @Option(help: "Also write the figures as JSON to this file.")
    var json: String?

    private struct Figure: Encodable {
        let name: String
        let value: Double
        let unit: String
        var promise: Double?
        var isKept: Bool { promise.map { value <= $0 } ?? true }

        var line: String {
            let number = unit == "B" || unit == "" ? String(Int(value)) : String((value * 100).rounded() / 100)
            let kept = promise.map { " <= \($0)\(unit == "B" ? " B" : "")\(isKept ? "" : "  MISSED")" } ?? ""
            return "  \(name.padding(toLength: 58, withPad: " ", startingAt: 0)) \(number) \(unit)\(kept)"
        }
    }

    func run() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("kith-year-\(getpid())").path
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        var size = YearSimulation.Size()
        (size.deviceCount, size.activeCount, size.dayCount, size.contactCount, size.useOfHundred) = (devices, active, days, contacts, use)
        let outcome = try YearSimulation.run(size, seed: seed, root: root, seconds: YearCommand.seconds) { text in
            let bytes = Array("\(text)\n".utf8)
            _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
        }
        let figures = figures(outcome)
        print(
            """
            W6: \(devices) devices (\(active) used all year, \(devices - active) that joined, edited once and met the relay once), \(days) days, \
            \(outcome.editCount) edits, \(outcome.sessionCount) sessions over TLS with one relay, \(outcome.stickCount) sticks, \
            \(outcome.changesOnTheWay) changes on the way
            """)
        for figure in figures { print(figure.line) }
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(figures).write(to: URL(fileURLWithPath: json))
        }
        if !figures.allSatisfy(\.isKept) { throw ExitCode.failure }
    }

    private func figures(_ outcome: YearSimulation.Outcome) -> [Figure] {
        let living = Double(max(outcome.livingByteCount, 1))
        return [
            Figure(name: "living data, packed anew", value: living, unit: "B"),
            Figure(name: "relay's store / living data, after the year", value: Double(outcome.carriedByteCount) / living, unit: "x", promise: 2),
            Figure(name: "the same on its worst day", value: outcome.mostShare, unit: "x"),
            Figure(name: "deltas in the relay's store", value: Double(outcome.carriedDeltaCount), unit: ""),
            Figure(name: "relay's files, roster and receipts included", value: Double(outcome.relayFileByteCount), unit: "B"),
            Figure(name: "writers in the knowledge", value: Double(outcome.writerCount), unit: ""),
            Figure(name: "knowledge, told whole", value: Double(outcome.knowledgeByteCount), unit: "B"),
            Figure(name: "statements of the roster", value: Double(outcome.statementCount), unit: ""),
            Figure(name: "roster", value: Double(outcome.rosterByteCount), unit: "B"),
            Figure(name: "replica, written anew", value: Double(outcome.replicaByteCount), unit: "B"),
            Figure(
                // What does not follow the living data has a limit: 2,048 to 4,096 statements by name, some hundred bytes each.
                name: "replica beyond that of somebody who joins now", value: Double(outcome.replicaByteCount - outcome.freshReplicaByteCount),
                unit: "B", promise: 4_000_000),
            Figure(name: "whole bundle", value: Double(outcome.bundleByteCount), unit: "B"),
            Figure(name: "one more sync, nothing to do", value: Double(outcome.equalByteCount), unit: "B", promise: 2_000),
            Figure(name: "  processor time, both sides", value: outcome.equalSeconds * 1_000, unit: "ms"),
            Figure(name: "one more sync, one edit", value: Double(outcome.editByteCount), unit: "B"),
            Figure(name: "  processor time, both sides", value: outcome.editSeconds * 1_000, unit: "ms"),
        ]
    }

    /// clock_gettime(2): of the whole process, relay included.
    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
