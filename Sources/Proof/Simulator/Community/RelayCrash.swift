import CRDT
import Foundation
import Glibc
import Relay
import SpaceFiles
import Wire

/// A relay's store under a writer that is killed at any moment, again and again, on the same file.
///
/// The writer is a process of its own. It says on its standard output what each transaction has made durable, after `transaction` has
/// returned; what it said before it was killed must be there. It does not show what a power failure does: a killed process leaves its
/// writes with the system.
package enum RelayCrash {
    package static let space = SpaceID(high: 0xC4A5, low: 1)

    package struct Outcome: Sendable {
        package var killCount = 0
        /// Transactions that were acknowledged.
        package var acknowledgedCount = 0
        package var segmentCount = 0
        package var dropCount = 0
        /// Kills before the writer had said anything.
        package var earlyKillCount = 0
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    // MARK: The writer

    /// Writes until it is killed. `say` must hand on each line at once.
    package static func write(folder: String, seed: UInt64, say: (String) -> Void) throws -> Never {
        var random = SplitMix64(seed: seed)
        let store = try open(folder, seed: seed)
        let space = try store.create(RelayCrash.space, incarnation: Nonce(using: &random))
        say("ready")
        var number = seed << 20
        while true {
            number += 1
            if random.chance(percent: 25) {
                let statement = Array("\(number) \(random.next())".utf8)
                try space.transaction { try space.append([statement]) }
                say("statement \(StatementID(of: statement))")
            }
            try takeDelta(number, into: space, &random, say)
            let living = try space.deltas(after: 0).map(\.manifest.id) + space.partialDeltas().map(\.manifest.id)
            if living.count > 24 {
                // Said before, too: the transaction may be whole although nothing was said after it.
                let gone = Array(living.prefix(random.below(20) + 1))
                for id in gone { say("dropping \(id)") }
                try space.transaction { try space.drop(gone) }
                say("dropped \(gone.count)")
            }
        }
    }

    /// In one transaction or in several, whole or in part.
    private static func takeDelta(
        _ number: UInt64, into space: any SpaceStore, _ random: inout SplitMix64, _ say: (String) -> Void
    ) throws {
        let segments = (0..<random.below(5) + 1).map { _ -> [UInt8] in
            let count = random.chance(percent: 20) ? random.below(300_000) : random.below(8_000)
            var bytes = [UInt8](repeating: 0, count: count)
            for index in stride(from: 0, to: count, by: 8) { bytes[index] = UInt8(truncatingIfNeeded: random.next()) }
            return bytes
        }
        let writer = Nonce(high: 7, low: number)
        let manifest = Manifest(
            space: RelayCrash.space, collection: "people", packer: .zero, packerReplica: .zero, packedMilliseconds: 0,
            base: .whole(Knowledge()), chains: [writer: [BatchEnd(last: 1, nonce: writer)]],
            segments: segments.map {
                .init(changeCount: 1, bodyByteCount: $0.count, sealedByteCount: $0.count, digest: Digest.sha256($0))
            }, epoch: .zero)
        let id = manifest.id
        let size = random.below(segments.count) + 1
        for start in stride(from: 0, to: segments.count, by: size) {
            let end = min(start + size, segments.count)
            let isLast = end == segments.count && random.chance(percent: 90)
            try space.transaction {
                try space.begin(IncomingDelta(manifest: manifest, rosterPlace: 0, sinceMilliseconds: Int64(number)))
                for index in start..<end { try space.put(SealedSegment(delta: id, index: index, bytes: segments[index])) }
                if isLast { _ = try space.complete(id) }
            }
            say("segments \(id) \(start) \(end) \(isLast ? "whole" : "part")")
        }
    }

    private static func open(_ folder: String, seed: UInt64) throws -> SpaceFolder {
        let environment = SpaceFolderEnvironment(
            nowMilliseconds: { Int64(seed) }, nonce: { Nonce(high: 0xBAD, low: seed) }, machine: "simulated")
        // Small, so that the WAL is often being written back when the end comes.
        var options = SpaceFolderOptions()
        options.walByteCount = 1 << 20
        // And so that it is written by way of the WAL and at once, in turn.
        options.bulkByteCount = 100_000
        return try SpaceFolder(folder, environment: environment, options: options)
    }

    // MARK: The killer

    /// - Parameter writer: arguments of a process that calls `write` with this folder and seed.
    package static func run(
        kills: Int, seed: UInt64, folder: String, program: String, writer: (String, UInt64) -> [String]
    ) throws -> Outcome {
        var random = SplitMix64(seed: seed)
        var outcome = Outcome()
        var ledger = Ledger()
        for round in 0..<UInt64(kills) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = writer(folder, seed &+ round &+ 1)
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            try pipe.fileHandleForWriting.close()
            var said: [UInt8] = []
            // Most are killed at work, some on their way to it.
            if random.chance(percent: 85) {
                while !said.contains(UInt8(ascii: "\n")) {
                    let more = pipe.fileHandleForReading.availableData
                    guard !more.isEmpty else { throw Failure(description: "round \(round): the writer ended by itself") }
                    said += more
                }
            }
            usleep(UInt32(random.below(40_000)))
            kill(process.processIdentifier, SIGKILL)
            said += pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            guard process.terminationReason == .uncaughtSignal else {
                throw Failure(description: "round \(round): the writer ended by itself, code \(process.terminationStatus)")
            }
            let lines = String(decoding: said, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if lines.isEmpty { outcome.earlyKillCount += 1 }
            for line in lines { try ledger.enter(line, &outcome) }
            outcome.killCount += 1
            try ledger.audit(folder, round, seed: seed)
        }
        return outcome
    }

    /// What was acknowledged, over all rounds.
    private struct Ledger {
        /// By their ids, in hexadecimal digits.
        private var statements: Set<String> = []
        private var segments: [DeltaID: Set<Int>] = [:]
        private var whole: Set<DeltaID> = []
        private var dropping: Set<DeltaID> = []
        private var gone: Set<DeltaID> = []
        private var incarnation: ReplicaID?

        mutating func enter(_ line: Substring, _ outcome: inout Outcome) throws {
            let words = line.split(separator: " ")
            func id(_ index: Int) throws -> Nonce {
                guard words.indices.contains(index), let id = Nonce(hexadecimal: words[index]) else {
                    throw Failure(description: "not a line: \(line)")
                }
                return id
            }
            switch words.first {
            case "ready": return
            case "statement":
                guard words.count == 2, words[1].count == 64 else { throw Failure(description: "not a line: \(line)") }
                statements.insert(String(words[1]))
            case "segments":
                guard words.count == 5, let start = Int(words[2]), let end = Int(words[3]) else {
                    throw Failure(description: "not a line: \(line)")
                }
                try segments[id(1), default: []].formUnion(start..<end)
                if words[4] == "whole" { try whole.insert(id(1)) }
                outcome.segmentCount += end - start
            case "dropping":
                try dropping.insert(id(1))
                return
            case "dropped":
                gone.formUnion(dropping)
                outcome.dropCount += dropping.count
                dropping = []
            default: throw Failure(description: "not a line: \(line)")
            }
            outcome.acknowledgedCount += 1
        }

        /// Opens the file as the next relay would, and compares.
        mutating func audit(_ folder: String, _ round: UInt64, seed: UInt64) throws {
            func check(_ isTrue: Bool, _ what: @autoclosure () -> String) throws {
                guard isTrue else { throw Failure(description: "round \(round) of seed \(seed): \(what()) (\(folder) is kept)") }
            }
            let store = try RelayCrash.open(folder, seed: 0)
            defer { try? store.close() }
            guard let opened = try? store.open(RelayCrash.space), let space = opened as? SpaceFile else {
                let isNew = try store.spaces().isEmpty && segments.isEmpty && statements.isEmpty
                return try check(isNew, "the space cannot be opened")
            }
            let report = try space.verify()
            try check(report.isSound, "\(report.faults)")
            try check(incarnation == nil || incarnation == space.incarnation, "another incarnation")
            incarnation = space.incarnation
            let held = try Set(space.statements(after: 0).map { StatementID(of: $0.bytes).description })
            try check(held.isSuperset(of: statements), "\(statements.subtracting(held).count) statements are lost")
            let deltas = try Set(space.deltas(after: 0).map(\.manifest.id))
            let parts = try Dictionary(uniqueKeysWithValues: space.partialDeltas().map { ($0.manifest.id, Set($0.held)) })
            for id in dropping where !deltas.contains(id) && parts[id] == nil { gone.insert(id) }
            dropping = []
            for id in gone {
                try check(!deltas.contains(id) && parts[id] == nil, "\(id) was dropped and is here")
                segments[id] = nil
                whole.remove(id)
            }
            for (id, indices) in segments where !deltas.contains(id) {
                try check(!whole.contains(id), "\(id) was whole and is not")
                try check(parts[id]?.isSuperset(of: indices) ?? false, "segments of \(id) are lost")
            }
        }
    }
}
