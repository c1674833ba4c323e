import CRDT
import Community
import Foundation
import Schema
import Store
import Trust
import Wire

/// W1 to W3 on real files: each round makes its own folder, runs plain SQLite and ours in turn, and removes it.
struct StoreBench {
    let rowCount: Int
    let roundCount: Int
    let folder: URL
    let rows: [Workload.Row]
    private var samples: [String: [Double]] = [:]

    init(rowCount: Int, roundCount: Int) throws {
        self.rowCount = rowCount
        self.roundCount = roundCount
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        rows = Array(Workload.Rows(count: rowCount))
    }

    @Sendable static func nonce() -> Nonce {
        var generator = SystemRandomNumberGenerator()
        return Nonce(using: &generator)
    }

    static let space = SpaceIdentity(id: Nonce(high: 1, low: 1), name: "Bench", importSecret: Array(repeating: 7, count: 32))

    /// A replica of a device of its own, which seals and signs with real keys.
    static func replica(_ path: String, _ schema: Schema = Workload.schema) throws -> Store {
        let keys = DeviceKeys(secret: (0..<4).flatMap { _ in nonce().bytes })!
        return try Store.create(
            path, identity: ReplicaIdentity(space: space, device: keys.identity.id, replica: nonce(), label: "bench"),
            schema: schema,
            environment: StoreEnvironment(
                nowMilliseconds: { Int64(Date().timeIntervalSince1970 * 1000) }, nonce: nonce,
                sealing: MeteredSealing(keys, in: space.id)))
    }

    private mutating func note(_ name: String, _ seconds: Double) { samples[name, default: []].append(seconds) }

    /// Notes the time, and which share of it sealing took.
    private mutating func noteSealed(_ name: String, _ body: () throws -> Void) throws {
        var seconds = 0.0
        let sealing = try MeteredSealing.spent { seconds = try measured(body) }
        note(name, seconds)
        note("sealing share of " + name, 100 * sealing / seconds)
    }

    mutating func run() throws -> [Figure] {
        defer { try? FileManager.default.removeItem(at: folder) }
        var sizes: [String: Double] = [:]
        for round in 0..<roundCount { try runRound(round, &sizes) }
        func median(_ name: String) -> Double { (samples[name] ?? []).median }
        func time(_ name: String, _ ours: String, _ plain: String, _ promise: Double?) -> Figure {
            Figure(name: name, ours: median(ours), plain: median(plain), unit: "s", promise: promise)
        }
        let scale = Double(rowCount) / 100_000
        return [
            time("W1 capture by triggers, any client", "capture", "plain load", 2.2),
            time("W1 capture by triggers and stamp", "capture+stamp", "plain load", 2.8),
            time("W1 own import and stamp", "import", "plain load", 1.8),
            time("W1 export everything", "export", "plain load", 2.0),
            Figure(name: "W1 export, bytes", ours: sizes["export"]! / 1e6, unit: "MB", promise: 7.0 * scale),
            time("W1 merge everything into an empty replica", "merge", "plain load", 3.0),
            Figure(name: "W1 replica file", ours: sizes["file"]! / 1e6, plain: sizes["plain file"]! / 1e6, unit: "MB", promise: 1.25),
            Figure(name: "W1 sealing share of export", ours: median("sealing share of export"), unit: "%", promise: 15),
            Figure(name: "W1 sealing share of merge", ours: median("sealing share of merge"), unit: "%", promise: 15),
            time("W2 churn by any client", "churn", "plain churn", nil),
            time("W2 stamp the churn", "churn stamp", "plain churn", nil),
            time("W2 export the churn", "churn export", "plain churn", nil),
            Figure(name: "W2 churn delta, bytes", ours: sizes["churn"]! / 1e3, unit: "kB", promise: 150 * scale),
            time("W2 merge the churn", "churn merge", "plain churn", 1.7),
            Figure(name: "W2 sealing share of export", ours: median("sealing share of churn export"), unit: "%", promise: 15),
            Figure(name: "W2 sealing share of merge", ours: median("sealing share of churn merge"), unit: "%", promise: 15),
            Figure(name: "W2 replica file after VACUUM", ours: sizes["file 2"]! / 1e6, plain: sizes["plain file 2"]! / 1e6, unit: "MB", promise: 1.3),
            Figure(name: "W2 same bundle again", ours: median("again") * 1e3, unit: "ms", promise: 10),
            time("W3 small transactions of 4 inserts", "inserts", "plain inserts", 2.0),
            time("W3 small transactions of 4 updates", "updates", "plain updates", 1.9),
            time("W3 single-row edits one by one", "singles", "plain singles", nil),
        ]
    }

    private mutating func runRound(_ round: Int, _ sizes: inout [String: Double]) throws {
        let place = folder.appendingPathComponent("\(round)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        func path(_ name: String) -> String { place.appendingPathComponent(name).path }
        let ids = rows.map(\.id)
        let (left, right) = Workload.churn(rowCount: rowCount)

        let plain = try PlainConnection(path("plain.db"))
        try plain.execute(Workload.plainTable)
        note("plain load", try measured { try plain.load(rows) })
        try plain.checkpoint()
        sizes["plain file"] = Double(fileByteCount(path("plain.db")))

        // Capture by triggers, from a client that knows nothing of Kith.
        let captured = try StoreBench.replica(path("captured.kith"))
        let client = try PlainConnection(path("captured.kith"))
        let capture = try measured { try client.load(rows) }
        note("capture", capture)
        note("capture+stamp", capture + (try measured { try captured.stamp() }))
        try captured.close()

        let a = try StoreBench.replica(path("a.kith"))
        // Reading a list is not part of it: the rows are there, as for plain SQLite.
        let drafts = rows.map(\.draft)
        note("import", try measured {
            var iterator = drafts.makeIterator()
            _ = try a.importRows(overwrite: false, dryRun: false, progress: { _ in }) { _ in iterator.next() }
        })
        try a.checkpoint()
        sizes["file"] = Double(fileByteCount(path("a.kith")))

        var all: Spool?
        try noteSealed("export") { all = try a.frozenDelta(of: "people", base: Knowledge(), partial: [], working: {}) }
        sizes["export"] = Double(byteCount(all!))
        let b = try StoreBench.replica(path("b.kith"))
        try noteSealed("merge") { try StoreBench.merge(all!, into: b) }
        all!.arrived()

        // Churn on both sides, then a's changes to b.
        let base = try b.knowledge()["people"]!
        let leftClient = try PlainConnection(path("a.kith"))
        note("churn", try measured { try leftClient.apply(left, ids: ids) })
        note("churn stamp", try measured { try a.stamp(acceptingMassChange: true) })
        let rightClient = try PlainConnection(path("b.kith"))
        try rightClient.apply(right, ids: ids)
        try b.stamp(acceptingMassChange: true)
        note("plain churn", try measured { try plain.apply(left, ids: ids) })
        var churn: Spool?
        try noteSealed("churn export") { churn = try a.frozenDelta(of: "people", base: base, partial: [], working: {}) }
        sizes["churn"] = Double(byteCount(churn!))
        try noteSealed("churn merge") { try StoreBench.merge(churn!, into: b) }
        note("again", try measured { try StoreBench.merge(churn!, into: b) })
        try plain.execute("vacuum")
        try plain.checkpoint()
        sizes["plain file 2"] = Double(fileByteCount(path("plain.db")))
        try rightClient.execute("vacuum")
        try rightClient.checkpoint()
        try b.checkpoint()
        sizes["file 2"] = Double(fileByteCount(path("b.kith")))

        try smallTransactions(plain, leftClient, ids)
    }

    private mutating func smallTransactions(_ plain: PlainConnection, _ ours: PlainConnection, _ ids: [[UInt8]]) throws {
        let extra = Array(Workload.Rows(count: rowCount + 8_000).dropFirst(rowCount))
        let phones = (0..<5_000).map { Array("010-\($0)".utf8) }
        for (prefix, connection) in [("plain ", plain), ("", ours)] {
            let insert = try connection.prepare(Workload.insert)
            note(prefix + "inserts", try measured {
                try connection.smallTransactions(1_000) { step in
                    connection.bind(insert, 1, extra[step].id)
                    for (index, value) in extra[step].values.enumerated() { connection.bind(insert, index + 2, value) }
                    try connection.run(insert)
                }
            })
            let update = try connection.prepare("update contact set phone = ? where id = ?")
            note(prefix + "updates", try measured {
                try connection.smallTransactions(1_000) { step in
                    connection.bind(update, 1, phones[step])
                    connection.bind(update, 2, ids[(step &* 7919) % ids.count])
                    try connection.run(update)
                }
            })
            note(prefix + "singles", try measured {
                for step in 0..<1_000 {
                    connection.bind(update, 1, phones[4_000 + step])
                    connection.bind(update, 2, ids[(step &* 104_729) % ids.count])
                    try connection.run(update)
                }
            })
        }
    }

    private func byteCount(_ spool: Spool) -> Int {
        spool.manifest.payload.count + spool.manifest.segments.reduce(0) { $0 + $1.sealedByteCount }
    }

    static func merge(_ spool: Spool, into store: Store) throws {
        _ = try store.mergeBundle(dryRun: false, salvage: false) { bundle in
            try bundle.begin(spool.manifest)
            for index in spool.manifest.segments.indices {
                try bundle.add(SealedSegment(delta: spool.manifest.id, index: index, bytes: try spool.segment(index)))
            }
        }
    }
}
