#if Postgres
import ArgumentParser
import CRDT
import Foundation
import PostgresStore
import Relay
import SpaceFiles
import Synchronization
import Wire

extension BenchCommand {
    /// Only in a build with the package's trait Postgres.
    struct RelayPostgres: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "relay-postgres",
            abstract: "A relay's PostgreSQL store, by one relay and by two, beside the SQLite store in the same run: segments a second.",
            discussion: """
                Wall clock. Each relay is a store of its own on a thread of its own, as a process would be to the server; a transaction has as \
                many segments as --group says. The database is to be empty: its spaces are removed afterwards.
                """)

        @Argument(help: "postgres://user@host/database")
        var url: String

        @Option(help: "Segments for each figure.")
        var segments = 4_000

        @Option(help: "Megabytes for each figure, at the most.")
        var megabytes = 128

        func run() throws {
            for (segment, group) in [(64 << 10, 16), (2 << 10, 16), (2 << 10, 1)] {
                print("segments of \(segment >> 10) KiB, \(group) in a transaction")
                let count = min(segments, (megabytes << 20) / segment) / group
                let bench = StoreRace(segmentByteCount: segment, group: group, transactionCount: count)
                let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-bench-\(UUID().uuidString)").path
                defer { try? FileManager.default.removeItem(atPath: folder) }
                let files = try SpaceFolder(
                    folder, environment: SpaceFolderEnvironment(nowMilliseconds: { 0 }, nonce: { .zero }, machine: ""))
                try bench.race("SQLite, one space", [(files, 1)])
                try bench.race("SQLite, two spaces at a time", [(files, 2), (files, 3)])
                try files.close()
                let relays = try [1, 2].map { try relay($0) }
                try bench.race("PostgreSQL, one relay", [(relays[0], 1)])
                try bench.race("PostgreSQL, two relays, one space", [(relays[0], 2), (relays[1], 2)])
                try bench.race("PostgreSQL, two relays, a space each", [(relays[0], 3), (relays[1], 4)])
                for space in try relays[0].spaces() { try relays[0].remove(space) }
                for relay in relays { try relay.close() }
            }
        }

        private func relay(_ number: UInt64) throws -> PostgresRelayStore {
            let store = try PostgresRelayStore(
                url: url, environment: PostgresEnvironment(nowMilliseconds: { 0 }, nonce: { Nonce(high: number, low: UInt64.random(in: 1...UInt64.max)) }))
            // As a relay does: what one commits, the other hears.
            store.onChange { _ in }
            return store
        }
    }

    static let ofPostgres: [any ParsableCommand.Type] = [RelayPostgres.self]
}

/// Writers that take deltas in at the same time.
private struct StoreRace {
    let segmentByteCount: Int
    let group: Int
    /// Of all writers together.
    let transactionCount: Int

    func race(_ name: String, _ writers: [(store: any RelayStore, space: UInt64)]) throws {
        var generator = Workload.Generator(state: 1)
        let bytes = (0..<segmentByteCount).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let each = transactionCount / writers.count
        let failure = Mutex<(any Error)?>(nil)
        let ended = DispatchGroup()
        let prepared = try writers.enumerated().map { number, writer in
            let id = SpaceID(high: 7, low: writer.space)
            return (space: try writer.store.create(id, incarnation: id), deltas: deltas(each, bytes, id, number))
        }
        let clock = ContinuousClock()
        let start = clock.now
        for writer in prepared {
            ended.enter()
            nonisolated(unsafe) let space = writer.space
            let deltas = writer.deltas
            Thread.detachNewThread { [group] in
                do {
                    for (manifest, id) in deltas {
                        try space.transaction {
                            try space.begin(IncomingDelta(manifest: manifest, rosterPlace: 0, sinceMilliseconds: 0))
                            for index in 0..<group { try space.put(SealedSegment(delta: id, index: index, bytes: bytes)) }
                            _ = try space.complete(id)
                        }
                    }
                } catch { failure.withLock { $0 = error } }
                ended.leave()
            }
        }
        ended.wait()
        if let failure = failure.withLock({ $0 }) { throw failure }
        let seconds = start.duration(to: clock.now) / .seconds(1)
        let count = each * writers.count * group
        print("  " + name.padding(toLength: 40, withPad: " ", startingAt: 0) + String(
            format: "%8.0f segments/s %7.1f MB/s %8.2f ms a commit", Double(count) / seconds, Double(count * segmentByteCount) / seconds / 1e6,
            seconds / Double(each) * 1e3))
    }

    private func deltas(_ count: Int, _ bytes: [UInt8], _ space: SpaceID, _ writer: Int) -> [(Manifest, DeltaID)] {
        let part = Manifest.Segment(changeCount: 1, bodyByteCount: bytes.count, sealedByteCount: bytes.count, digest: Digest.sha256(bytes))
        return (0..<count).map { number in
            let name = Nonce(high: UInt64(writer), low: UInt64(number + 1))
            let manifest = Manifest(
                space: space, collection: "people", packer: .zero, packerReplica: .zero, packedMilliseconds: 0, base: .whole(Knowledge()),
                chains: [name: [BatchEnd(last: 1, nonce: name)]], segments: Array(repeating: part, count: group), epoch: .zero)
            return (manifest, manifest.id)
        }
    }
}
#else
import ArgumentParser

extension BenchCommand {
    static let ofPostgres: [any ParsableCommand.Type] = []
}
#endif
