import CRDT
import CSQLite
import Foundation
import Schema
import Store
import Wire

/// Text that merges, through a replica file: a client's `UPDATE` of a note, the stamp that finds the passage, and the delta of one word.
struct StoredTextBench {
    private static let schema = Schema(tables: [
        Table("note", in: .people, columns: [Column("title"), Column("body", .text)], ownedBy: [], purpose: "A note."),
    ])

    private final class Pair {
        let folder: URL
        let store: Store
        let client: PlainConnection
        let plain: PlainConnection

        init() throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-bench-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            self.folder = folder
            func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
            store = try StoreBench.replica(path("a.kith"), StoredTextBench.schema)
            client = try PlainConnection(path("a.kith"))
            plain = try PlainConnection(path("plain.db"))
            try plain.execute("create table note (id text primary key, title text, body text) without rowid")
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        /// - Returns: CPU seconds of plain SQLite, and of ours with the stamp.
        func write(_ bodies: [[UInt8]]) throws -> (plain: Double, ours: Double) {
            let sql = "update note set body = ? where id = 'n'"
            func run(_ connection: PlainConnection) throws {
                let update = try connection.prepare(sql)
                defer { sqlite3_finalize(update) }
                for body in bodies {
                    connection.bind(update, 1, body)
                    try withExtendedLifetime(body) { try connection.run(update) }
                }
            }
            let plainTime = try measured { try run(plain) }
            let ours = try measured {
                try run(client)
                try store.stamp()
            }
            return (plainTime, ours)
        }

        func insert(_ body: String) throws {
            for connection in [client, plain] {
                let insert = try connection.prepare("insert into note (id, title, body) values ('n', 'Keys', ?)")
                defer { sqlite3_finalize(insert) }
                let bytes = Array(body.utf8)
                connection.bind(insert, 1, bytes)
                // Bound without copying.
                try withExtendedLifetime(bytes) { try connection.run(insert) }
            }
            try store.stamp()
        }
    }

    func run() throws -> [Figure] {
        var figures: [Figure] = []
        for batch in [1, 20, 200] { figures.append(try updates(kilobytes: 10, batch: batch)) }
        figures.append(try oneWord(kilobytes: 100))
        return figures
    }

    /// A note in which somebody changes one word after another.
    private func updates(kilobytes: Int, batch: Int) throws -> Figure {
        let pair = try Pair()
        var words = string(TextTrace.prose(byteCount: kilobytes * 1_000, seed: 7)).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        try pair.insert(words.joined(separator: " "))
        var random = TextTrace.Drawing(state: 5)
        var times: [(plain: Double, ours: Double)] = []
        for round in 0..<max(7, 60 / batch) {
            let bodies = (0..<batch).map { index -> [UInt8] in
                words[Int(random.next() % UInt64(words.count))] = "woord\(round)x\(index)"
                return Array(words.joined(separator: " ").utf8)
            }
            times.append(try pair.write(bodies))
        }
        let beyond = times.map { ($0.ours - $0.plain) / Double(batch) * 1e6 }.median
        return Figure(
            name: "UPDATE of a \(kilobytes) kB note, a stamp every \(batch): beyond plain", ours: beyond, unit: "us", promise: 200,
            note: String(format: "plain %.0f us each; %.0f patches a second", times.map { $0.plain / Double(batch) * 1e6 }.median, Double(batch) / times.map(\.ours).median))
    }

    private func oneWord(kilobytes: Int) throws -> Figure {
        let pair = try Pair()
        let body = string(TextTrace.prose(byteCount: kilobytes * 1_000, seed: 9))
        try pair.insert(body)
        func delta(_ sql: String) throws -> Int {
            let base = try pair.store.knowledge()["people"] ?? Knowledge()
            try pair.client.execute(sql)
            try pair.store.stamp()
            let spool: Spool? = try pair.store.frozenDelta(of: "people", base: base, partial: [], working: {})
            guard let spool else { throw TextBench.Failure(description: "nothing to send") }
            return try spool.manifest.segments.indices.reduce(0) { $0 + (try spool.segment($1).count) }
        }
        let cell = try delta("update note set title = 'vrijdag'")
        let word = try delta("update note set body = substr(body, 1, 50000) || ' vrijdag' || substr(body, 50001)")
        return Figure(
            name: "one word in a \(kilobytes) kB text: beyond a one-cell delta", ours: Double(word - cell), unit: "B", promise: 100,
            note: "segments of \(word) and \(cell) B")
    }
}
