import ArgumentParser
import CRDT
import Foundation
import Relay
import SpaceFiles
import Wire

extension BenchCommand {
    struct RelayStore: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "relay-store",
            abstract: "A relay's SQLite store: segments taken in, read and dropped, in MB a second, beside plain files in the same run.",
            discussion: """
                Wall clock and CPU. A transaction has as many segments as --group says (the relay commits together what has come while \
                the last commit was under way); the plain file is written in the same pieces with an fsync after each.
                """)

        @Option(help: "Megabytes for each figure.")
        var megabytes = 192

        @Option(help: "Page sizes of the file, in KiB.")
        var pages: [Int] = [16]

        @Option(help: "How much the WAL may hold, in MiB.")
        var wal: [Int] = [32]

        @Option(help: "Folder to write to.")
        var folder = FileManager.default.temporaryDirectory.path

        func run() throws {
            let bench = RelayStoreBench(folder: "\(folder)/kith-bench-\(UUID().uuidString)", byteCount: megabytes << 20)
            try FileManager.default.createDirectory(atPath: bench.folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: bench.folder) }
            for (segment, group) in [(1 << 20, 16), (1 << 20, 1), (64 << 10, 64), (64 << 10, 1), (2 << 10, 16), (2 << 10, 1)] {
                print("segments of \(segment >> 10) KiB, \(group) in a transaction")
                try bench.plainFile(segment, group)
                for page in pages {
                    for wal in wal {
                        var options = SpaceFolderOptions()
                        options.pageByteCount = page << 10
                        options.walByteCount = wal << 20
                        try bench.store(segment, group, options)
                    }
                }
            }
            try bench.idleSpaces()
        }
    }
}

struct RelayStoreBench {
    let folder: String
    let byteCount: Int
    private let clock = ContinuousClock()
    private static let space = SpaceID(high: 1, low: 1)

    private func timed(_ name: String, _ byteCount: Int, commits: Int = 0, _ body: () throws -> Void) rethrows {
        let (start, cpu) = (clock.now, cpuSeconds())
        try body()
        let (seconds, used) = (start.duration(to: clock.now) / .seconds(1), cpuSeconds() - cpu)
        var line = "  " + name.padding(toLength: 40, withPad: " ", startingAt: 0)
        line += String(format: "%7.0f MB/s %7.0f MB per CPU second", Double(byteCount) / seconds / 1e6, Double(byteCount) / used / 1e6)
        if commits > 0 { line += String(format: " %8.2f ms a commit", seconds / Double(commits) * 1e3) }
        print(line)
    }

    /// Small segments need many commits: less of them says as much.
    private func count(_ segment: Int, _ group: Int) -> Int {
        let wanted = min(byteCount / segment, 800 * group)
        return max(1, wanted / group) * group
    }

    func plainFile(_ segment: Int, _ group: Int) throws {
        let path = folder + "/plain"
        let descriptor = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0o600)
        defer {
            close(descriptor)
            unlink(path)
        }
        let bytes = [UInt8](repeating: 0x5A, count: segment)
        let count = count(segment, group)
        timed("plain file, fsync", count * segment, commits: count / group) {
            for _ in 0..<count / group {
                for _ in 0..<group { _ = write(descriptor, bytes, bytes.count) }
                fsync(descriptor)
            }
        }
    }

    func store(_ segment: Int, _ group: Int, _ options: SpaceFolderOptions) throws {
        let place = "\(folder)/store"
        defer { try? FileManager.default.removeItem(atPath: place) }
        let store = try SpaceFolder(place, environment: environment, options: options)
        defer { try? store.close() }
        let space = try store.create(RelayStoreBench.space, incarnation: .zero)
        var generator = Workload.Generator(state: 1)
        let bytes = (0..<segment).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let part = Manifest.Segment(changeCount: 1, bodyByteCount: segment, sealedByteCount: segment, digest: Digest.sha256(bytes))
        // Deltas as large as a transaction, and two at least, so that half can be dropped.
        let size = min(group, 1_024)
        let deltas = (0..<max(2, count(segment, group) / size)).map { number -> Manifest in
            let writer = Nonce(high: 7, low: UInt64(number))
            return Manifest(
                space: RelayStoreBench.space, collection: "people", packer: .zero, packerReplica: .zero, packedMilliseconds: 0,
                base: .whole(Knowledge()), chains: [writer: [BatchEnd(last: 1, nonce: writer)]],
                segments: Array(repeating: part, count: size), epoch: .zero)
        }
        let ids = deltas.map(\.id)
        let total = deltas.count * size * segment
        let name = "pages of \(options.pageByteCount >> 10) KiB, WAL \(options.walByteCount >> 20) MiB: "
        try timed(name + "take", total, commits: deltas.count) {
            for (manifest, id) in zip(deltas, ids) {
                try space.transaction {
                    try space.begin(IncomingDelta(manifest: manifest, rosterPlace: 0, sinceMilliseconds: 0))
                    for index in 0..<size { try space.put(SealedSegment(delta: id, index: index, bytes: bytes)) }
                    _ = try space.complete(id)
                }
            }
        }
        try timed("  read", total) {
            for id in ids {
                for index in 0..<size where try space.segment(index, of: id).count != segment { throw RelayError(.storage) }
            }
        }
        try timed("  drop half", total / 2) {
            try space.transaction { try space.drop(stride(from: 0, to: ids.count, by: 2).map { ids[$0] }) }
        }
        print("  file \(fileByteCount("\(place)/\(RelayStoreBench.space).kithrelay") >> 10) KiB for \(try space.byteCount() >> 10) KiB")
    }

    /// What an open space costs that has nothing to do.
    func idleSpaces() throws {
        let place = "\(folder)/many"
        defer { try? FileManager.default.removeItem(atPath: place) }
        var options = SpaceFolderOptions()
        options.openFileCount = 1_000
        let before = residentByteCount()
        let store = try SpaceFolder(place, environment: environment, options: options)
        let start = clock.now
        for number in 0..<200 as Range<UInt64> { _ = try store.create(SpaceID(high: 2, low: number), incarnation: .zero) }
        let seconds = start.duration(to: clock.now) / .seconds(1)
        let cost = (residentByteCount() - before) / 200
        print(String(format: "200 open spaces: %d KiB each, %.1f ms to make one", cost >> 10, seconds / 200 * 1e3))
        try store.close()
    }

    private var environment: SpaceFolderEnvironment {
        SpaceFolderEnvironment(nowMilliseconds: { 0 }, nonce: { .zero }, machine: "")
    }

    private func residentByteCount() -> Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").dropFirst().first
        return (pages.flatMap { Int($0) } ?? 0) * 4_096
    }
}
