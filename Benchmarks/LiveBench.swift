import ArgumentParser
import Foundation
import Kith

extension BenchCommand {
    struct LiveFigures: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "live", abstract: "How soon rows come again after a commit: of this process, of Python's sqlite3, of SQLite's shell.",
            discussion: "Wall clock, so it says most on a machine that is left alone. From the moment that the writer had its commit; of the shell, from that its line was sent.")

        @Option(help: "Commits of each.")
        var rounds = 300

        func run() throws {
            let bench = LiveBench(roundCount: rounds)
            let done = DispatchSemaphore(value: 0)
            let outcome = Outcome()
            Task.detached {
                outcome.figures = await Result { try await bench.run() }
                done.signal()
            }
            done.wait()
            for figure in try outcome.figures?.get() ?? [] { print(figure.line) }
        }

        /// Written before the signal, read after it.
        private final class Outcome: @unchecked Sendable { var figures: Result<[Figure], any Error>? }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

private struct LiveBench: Sendable {
    let roundCount: Int

    func run() async throws -> [Figure] {
        let folder = NSTemporaryDirectory() + "kith-live-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let client = try Client(schema: Schema { Table("plot") { Column("name"); Column("waterings", .counter) } }, founding: [Client.Seed("plot", id: "a", ["name": "A"])])
        let replica = try Replica.found("Live", for: client, as: "bench", Environment(folder: folder))
        defer { try? replica.close() }
        let python = try Writer("python3", "-u", "-c", LiveBench.script, replica.path)
        let shell = try Writer("sqlite3", "-cmd", ".timeout 10000", replica.path)
        let own = try await measure(replica) {
            try replica.write { try $0.increment(Record("plot", "a"), "waterings") }
            return LiveBench.now()
        }
        let others = try await measure(replica) { try python.send("\n"); return nil } committed: { Int64(try python.line()) ?? 0 }
        let shells = try await measure(replica) { let sent = LiveBench.now(); try shell.send("update plot set waterings = waterings + 1;\n"); return sent }
        python.end()
        shell.end()
        return figures("this process", own) + figures("Python's sqlite3", others) + figures("SQLite's shell", shells)
    }

    private func figures(_ writer: String, _ milliseconds: [Double]) -> [Figure] {
        let sorted = milliseconds.sorted()
        func percentile(_ part: Double) -> Double { sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))] }
        return [("p50", 0.5), ("p99", 0.99)].map { Figure(name: "rows again after a write by \(writer), \($0.0)", ours: percentile($0.1), unit: "ms", promise: 50) }
    }

    /// - Parameters:
    ///   - write: begins one commit; when it was there, in nanoseconds, if that is known.
    ///   - committed: else when it was.
    private func measure(_ replica: Replica, _ write: () throws -> Int64?, committed: () throws -> Int64 = { 0 }) async throws -> [Double] {
        var rows = replica.rows("select waterings from plot").makeAsyncIterator()
        var last = try await rows.next()
        var found: [Double] = []
        for _ in 0..<roundCount {
            let known = try write()
            var answer = last
            while answer == last { answer = try await rows.next() }
            let seen = LiveBench.now()
            last = answer
            found.append(Double(seen - (try known ?? committed())) / 1e6)
            // As after a while in which nothing happened.
            try await Task.sleep(for: .milliseconds(20))
        }
        return found
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// One commit for each line that it reads, and when it had it.
    private static let script = """
        import sqlite3, sys, time
        garden = sqlite3.connect(sys.argv[1], timeout=10)
        for line in sys.stdin:
            with garden: garden.execute("update plot set waterings = waterings + 1")
            print(time.monotonic_ns())
        """
}

/// Another program that writes what it is told to.
private final class Writer {
    private let process = Process()
    private let input = Pipe(), output = Pipe()

    init(_ words: String...) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    func send(_ text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    /// One line that it says.
    func line() throws -> String {
        var bytes: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != 0x0A { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
