import Community
import CRDT
import Engine
import Foundation
import Store
import Sync
import Wire

/// Two replicas that talk by the production session machine, frame by frame, in one process: bytes are exact and memory is
/// that of both ends.
final class SessionPair {
    private(set) var byteCount = 0
    private var toDialer: [[UInt8]] = []
    private var toListener: [[UInt8]] = []

    func run(_ dialing: Store, _ listening: Store) throws {
        byteCount = 0
        let dialer = SessionDriver(replica: dialing, role: .dialer) { [unowned self] in toListener.append(Frame.encode($0)) }
        let listener = SessionDriver(replica: listening, role: .listener) { [unowned self] in toDialer.append(Frame.encode($0)) }
        try dialer.start()
        try listener.start()
        while !toDialer.isEmpty || !toListener.isEmpty {
            if !toListener.isEmpty { try deliver(toListener.removeFirst(), to: listener) }
            if !toDialer.isEmpty { try deliver(toDialer.removeFirst(), to: dialer) }
        }
    }

    private func deliver(_ frame: [UInt8], to driver: SessionDriver) throws {
        byteCount += frame.count
        var decoder = FrameDecoder()
        decoder.append(frame)
        guard let message = try decoder.next() else { return }
        if !driver.isFinished { try driver.receive(message) }
    }
}

/// W4 and W5: the bytes of one cell, ten and a hundred; and of nothing to do between replicas with 50 writers.
struct SessionBench {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-bench-\(UUID().uuidString)")

    func run() throws -> [Figure] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let a = try StoreBench.replica(folder.appendingPathComponent("a.kith").path)
        let b = try StoreBench.replica(folder.appendingPathComponent("b.kith").path)
        let pair = SessionPair()
        let rows = Array(Workload.Rows(count: 1_050))
        for row in rows.prefix(1_000) { try add(row, to: a) }
        try pair.run(b, a)
        for number in 2..<50 {
            let other = try StoreBench.replica(folder.appendingPathComponent("\(number).kith").path)
            try pair.run(other, a)
            try add(rows[1_000 + number], to: other)
            try pair.run(other, a)
            try other.close()
        }
        try pair.run(b, a)
        try edit(1, of: rows, in: b, "first")
        try pair.run(b, a)
        var figures: [Figure] = []
        for (cellCount, promise) in [(1, 1.2), (10, nil), (100, nil)] as [(Int, Double?)] {
            try edit(cellCount, of: rows, in: a, "value \(cellCount)")
            let bundle = try bundleByteCount(from: a, to: b)
            figures.append(Figure(
                name: "W4 bundle of \(cellCount) cells, 50 writers", ours: Double(bundle) / 1e3, unit: "kB",
                promise: cellCount == 1 ? 1.0 : nil))
            try pair.run(b, a)
            figures.append(Figure(
                name: "W4 session of \(cellCount) cells, 50 writers", ours: Double(pair.byteCount) / 1e3, unit: "kB", promise: promise))
        }
        let times = try (0..<21).map { _ in try measured { try pair.run(b, a) } }
        figures.append(Figure(name: "W5 session with nothing to do, bytes", ours: Double(pair.byteCount) / 1e3, unit: "kB", promise: 2))
        figures.append(Figure(name: "W5 session with nothing to do, both ends", ours: times.median * 1e3, unit: "ms", promise: 10))
        return figures
    }

    private func add(_ row: Workload.Row, to store: Store) throws {
        try store.executeAsClient(
            Workload.insert,
            [.text(row.id)] + row.values.map { .text($0) })
    }

    private func edit(_ count: Int, of rows: [Workload.Row], in store: Store, _ value: String) throws {
        for row in rows.prefix(count) {
            try store.executeAsClient("update contact set notes = ? where id = ?", [.text(value), .text(row.id)])
        }
    }

    /// As `kith bundle export --for` writes it: from the receipt that the other side has given.
    private func bundleByteCount(from a: Store, to b: Store) throws -> Int {
        let base = try a.receipts(ofDevice: b.identity.device)?["people"] ?? Knowledge()
        guard let spool: Spool = try a.frozenDelta(of: "people", base: base, partial: [], working: {}) else { return 0 }
        let writers = Set(spool.manifest.chains.keys)
        let roster = Roster(devices: try a.roster.devices.filter { !writers.isDisjoint(with: $0.writers) })
        var messages: [Message] = [
            .preamble(Preamble(space: a.identity.space, packer: a.identity.device, label: a.identity.label, packedMilliseconds: 0)),
            .roster(roster), .manifest(spool.manifest),
        ]
        for index in spool.manifest.segments.indices {
            messages.append(.segment(SealedSegment(delta: spool.manifest.id, index: index, bytes: try spool.segment(index))))
        }
        return Bundle.magic.count + (messages + [BundleTally().end]).reduce(0) { $0 + Frame.encode($1).count }
    }
}
