import CRDT
import Device
import Dispatch
import Engine
import Foundation
import Store
import Synchronization
import Transport
import Trust
import Wire

/// W4 and W5: the bytes of one cell, ten and a hundred; and of nothing to do between replicas with 50 writers.
///
/// Fifty devices as people have them: each with keys and a replica of its own, admitted by the first; sessions go over
/// loopback and mutual TLS. Bytes of a session are those of its frames, after the handshake; a bundle is the whole file.
struct SessionBench {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-bench-\(UUID().uuidString)")
    private static let deviceCount = 50

    func run() throws -> [Figure] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let a = try Replica.create(for: .community, space: "Bench", label: "Laptop 0", at: nil, environment(0))
        for row in 0..<1_000 { try add(row, to: a) }
        let b = try join(1, a)
        for number in 2..<SessionBench.deviceCount {
            let other = try join(number, a)
            try add(1_000 + number, to: other)
            _ = try meet(other, a)
            try other.close()
        }
        try add(1_000, to: b)
        // The second time around both hold each other's receipts.
        _ = try meet(b, a)
        _ = try meet(b, a)
        var figures: [Figure] = []
        for (cellCount, bundlePromise, sessionPromise) in [(1, 1.0, 1.2), (10, nil, nil), (100, nil, nil)] as [(Int, Double?, Double?)] {
            try edit(cellCount, in: a, "value \(cellCount)")
            let path = folder.appendingPathComponent("\(cellCount).kithbundle").path
            let report = try a.exportBundle(to: path, for: .devices([b.identity.device]))
            figures.append(Figure(
                name: "W4 bundle of \(cellCount) cells, 50 writers", ours: Double(report.byteCount) / 1e3, unit: "kB",
                promise: bundlePromise))
            figures.append(Figure(
                name: "W4 session of \(cellCount) cells, 50 writers", ours: Double(try meet(b, a).byteCount) / 1e3, unit: "kB",
                promise: sessionPromise))
        }
        var last = 0
        let times = try (0..<21).map { _ in try measured { last = try meet(b, a).byteCount } }
        figures.append(Figure(name: "W5 session with nothing to do, bytes", ours: Double(last) / 1e3, unit: "kB", promise: 2))
        figures.append(Figure(
            name: "W5 session with nothing to do, both ends, TLS", ours: times.median * 1e3, unit: "ms", promise: 10))
        return figures
    }

    private func environment(_ number: Int) -> EngineEnvironment {
        let home = folder.appendingPathComponent("\(number)").path
        return EngineEnvironment(
            variables: ["XDG_DATA_HOME": home, "XDG_STATE_HOME": home + "/state"],
            nowMilliseconds: { Int64(Date().timeIntervalSince1970 * 1000) }, nonce: StoreBench.nonce)
    }

    /// A request by file, the admission, a bundle.
    private func join(_ number: Int, _ coordinator: Replica) throws -> Replica {
        let request = folder.appendingPathComponent("request-\(number)").path
        let bundle = folder.appendingPathComponent("for-\(number)").path
        _ = try RequestFile.write(to: request, label: "Laptop \(number)", environment(number))
        try coordinator.admit(try RequestFile.read(request), as: .member, collections: nil)
        _ = try coordinator.exportBundle(to: bundle, for: .everyone)
        return try Replica.join(for: .community, bundle: bundle, at: nil, environment(number)).0
    }

    private func meet(_ dialing: Replica, _ listening: Replica) throws -> (report: MeetingReport, byteCount: Int) {
        let other = Mutex<Result<MeetingReport, any Error>?>(nil)
        let ended = DispatchSemaphore(value: 0)
        let listener = try listening.listen(host: "127.0.0.1", port: 0) { result in
            other.withLock { $0 = result }
            ended.signal()
        }
        defer { listener.close() }
        let report = try dialing.sync(with: Address(host: "127.0.0.1", port: listener.port))
        ended.wait()
        _ = try other.withLock { try $0?.get() }
        return (report, report.sentByteCount + report.receivedByteCount)
    }

    private func add(_ number: Int, to replica: Replica) throws {
        try replica.store.executeAsClient(
            "insert into contact (id, given_name, family_name, area) values (?, ?, ?, ?)",
            [.text("row \(number)"), .text("Given \(number)"), .text("Family \(number)"), .text("Wijk \(number % 40)")])
    }

    private func edit(_ count: Int, in replica: Replica, _ value: String) throws {
        for row in 0..<count {
            try replica.store.executeAsClient(
                "update contact set nickname = ? where id = ?", [.text(value), .text("row \(row)")])
        }
    }
}
