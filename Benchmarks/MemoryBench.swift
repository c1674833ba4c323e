import Community
import CRDT
import Foundation
import Store
import Sync
import Wire

/// The most memory that import, export, merging and a session take, beyond what the process had and SQLite's page caches.
struct MemoryBench {
    let rowCount: Int
    /// Page cache of one connection, as Store sets it: it belongs to SQLite, and two replicas are open at once.
    private static let cacheByteCount = 16_384_000

    func run() throws -> [Figure] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-memory-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var figures: [Figure] = []
        func watch(_ name: String, replicas: Int, _ work: () throws -> Void) throws {
            try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
            let before = peakMemoryByteCount()
            try work()
            let above = max(0, peakMemoryByteCount() - before - replicas * MemoryBench.cacheByteCount)
            figures.append(Figure(name: name, ours: Double(above) / Double(1 << 20), unit: "MB", promise: 64))
            print(figures.last!.line)
        }
        let a = try StoreBench.replica(folder.appendingPathComponent("a.kith").path)
        let b = try StoreBench.replica(folder.appendingPathComponent("b.kith").path)
        let c = try StoreBench.replica(folder.appendingPathComponent("c.kith").path)
        try watch("import of \(rowCount) contacts, above the cache", replicas: 1) {
            var rows = Workload.Rows(count: rowCount)
            _ = try a.importRows { _ in rows.next()?.draft }
        }
        var all: Spool?
        try watch("export", replicas: 0) { all = try a.frozenDelta(of: "people", base: Knowledge(), partial: [], working: {}) }
        try watch("merge of the bundle", replicas: 1) { try StoreBench.merge(all!, into: b) }
        all!.arrived()
        try watch("session, both ends", replicas: 1) { try SessionPair().run(c, a) }
        try watch("stamping an update of every row", replicas: 0) {
            try a.executeAsClient("update contact set neighbourhood = neighbourhood || '!'")
            try a.stamp(acceptingMassChange: true)
        }
        return figures
    }
}
