import CRDT
import Dispatch
import Foundation
import Synchronization
import Transport
import Trust
import Wire

/// W7: a relay with ten thousand connections at rest and five hundred that work.
struct RelayBench {
    var idleCount = 10_000
    var activeCount = 500
    var activePerSpace = 10
    var uploadsPerSecond = 50.0
    var seconds = 20.0
    var uploaderCount = 4
    var roundCount = 3
    /// Of one round of uploads, by each uploader.
    var uploadByteCount = 64 << 20
    /// kith-relay; nil: a relay in memory, which is transport and sessions alone.
    var program: String?

    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-bench-\(UUID().uuidString)").path
    private static let deviceCount = 510

    func run() throws -> [Figure] {
        let limit = RelayProcess.raiseFileLimit()
        let needed = idleCount + activeCount + 200
        guard limit >= needed else {
            throw RelayBenchError("only \(limit) open files are allowed here, and \(needed) are needed: ulimit -n \(needed), or fewer --idle")
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (world, relay) = try start()
        defer { relay.stop() }
        let load = LoadGenerator(port: relay.port)
        defer { load.close() }

        var figures: [Figure] = []
        let before = relay.memory.now
        let idle = (0..<idleCount).map { number in
            let index = number % world.devices.count
            return (LoadGenerator.Session(world.devices[index], in: world.quiet), world.identities[index])
        }
        let handshakes = now()
        let handshakeCPU = relay.cpuSeconds
        try load.open(idle)
        figures.append(Figure(
            name: "W7 relay, CPU for a handshake, hello and rest", ours: (relay.cpuSeconds - handshakeCPU) / Double(max(1, idleCount)) * 1e3,
            unit: "ms", note: "\(Int(Double(idleCount) / (now() - handshakes))) connections a second with the clients on the same processors"))
        figures.append(Figure(
            name: "W7 relay, memory of one connection at rest", ours: Double(relay.memory.now - before) / Double(max(1, idleCount)) / 1e3,
            unit: "kB"))

        let log = PushLog()
        let active = (0..<activeCount).map { number in
            (LoadGenerator.Session(
                world.devices[number], in: world.busy[number / activePerSpace], packed: log.begin, merged: log.arrived,
                confirmed: log.durable), world.identities[number])
        }
        try load.open(active)
        figures += try push(active.map(\.0), keeping: idle.map(\.0), log, relay) { load.failures.last }
        figures.append(Figure(
            name: "W7 relay, memory, \(idleCount) at rest, \(activeCount) active", ours: Double(relay.memory.now) / 1e6, unit: "MB"))
        figures += try throughput(world, load, relay)
        figures.append(Figure(
            name: "W7 relay, the most memory", ours: Double(relay.memory.most) / 1e6, unit: "MB", promise: 1_000))
        if let failure = load.failures.last {
            throw RelayBenchError("\(load.failures.count) connections failed, the last: \(failure)")
        }
        return figures
    }

    // MARK: The relay

    private func start() throws -> (RelayWorld, RelayProcess) {
        let spaceCount = (activeCount + activePerSpace - 1) / activePerSpace
        let isOwn = program == nil
        let keyFile = folder + "/relay.keys"
        let port = Int.random(in: 20_000..<30_000)
        let environment = [
            "KITH_RELAY_STATE_FOLDER": folder + "/state", "KITH_RELAY_LISTEN_HOST": "127.0.0.1", "KITH_RELAY_LISTEN_PORT": "\(port)",
            "KITH_RELAY_HEALTH_ENABLED": "false", "KITH_RELAY_LIMITS_SESSIONS_PER_DEVICE_HOUR": "1000000",
            "KITH_RELAY_QUOTA_DEVICE_DAY_BYTE_COUNT": "1099511627776", "KITH_RELAY_LOG_LEVEL": "error",
        ]
        let identity: DeviceIdentity
        if let program {
            try FileManager.default.createDirectory(atPath: folder + "/state", withIntermediateDirectories: true)
            try RelayProcess.run(program, ["init"], environment: environment)
            let request = try Data(contentsOf: URL(fileURLWithPath: folder + "/state/relay.kithrequest"))
            identity = try JoinRequest(file: Array(request)).identity
        } else {
            let relay = RelayWorld.Device()
            try Data(relay.keys.secret).write(to: URL(fileURLWithPath: keyFile))
            identity = relay.keys.identity
        }
        let world = try RelayWorld(
            relay: identity, deviceCount: RelayBench.deviceCount, busySpaceCount: spaceCount + uploaderSpaceCount,
            activePerSpace: activePerSpace)
        let bundles = try world.spaces.enumerated().map { index, space in
            let path = folder + "/space-\(index).kithbundle"
            try space.writeBundle(to: path, from: world.founder(of: index), for: identity)
            return path
        }
        if let program, !isOwn {
            for bundle in bundles { try RelayProcess.run(program, ["space", "add", bundle], environment: environment) }
            return (world, try RelayProcess(program, ["run"], environment: environment, port: port))
        }
        return (world, try RelayProcess(RelayBench.ownProgram, ["relay-in-memory", "--keys", keyFile] + bundles))
    }

    /// Uploaders have spaces of their own, in which nobody else is to fetch what they bring.
    private var uploaderSpaceCount: Int { (uploaderCount + activePerSpace - 1) / activePerSpace * activePerSpace }

    static var ownProgram: String { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0] }

    // MARK: Push

    private func push(
        _ active: [LoadGenerator.Session], keeping idle: [LoadGenerator.Session], _ log: PushLog, _ relay: RelayProcess, failures: () -> String?
    ) throws -> [Figure] {
        guard !active.isEmpty else { return [] }
        let small = SegmentStock(count: 1, byteCount: 1_024)
        let start = now(), cpu = relay.cpuSeconds
        var count = 0, pinged = 0
        while now() - start < seconds {
            while Double(count) < (now() - start) * uploadsPerSecond {
                // Another space each time.
                try active[(count * activePerSpace + count / (active.count / activePerSpace)) % active.count].upload(small)
                count += 1
            }
            // Each that rests says once a minute that it lives.
            while pinged < Int((now() - start) / 60 * Double(idle.count)) {
                idle[pinged % idle.count].ping()
                pinged += 1
            }
            usleep(1_000)
        }
        let spent = relay.cpuSeconds - cpu
        let expected = count * (activePerSpace - 1)
        for _ in 0..<200 where log.all.reduce(0, { $0 + $1.arrived.count }) < expected { usleep(50_000) }
        let (fromReceipt, fromBeginning) = log.milliseconds
        guard fromBeginning.count == expected, fromReceipt.count == expected else {
            throw RelayBenchError("of \(expected) pushes \(fromBeginning.count) arrived, \(fromReceipt.count) with a receipt; \(failures() ?? "no failure")")
        }
        let note = "\(Int(uploadsPerSecond)) uploads a second, each to \(activePerSpace - 1) others"
        return [
            Figure(name: "W7 push after the receipt, p50", ours: fromReceipt.percentile(50), unit: "ms", note: note),
            Figure(name: "W7 push after the receipt, p99", ours: fromReceipt.percentile(99), unit: "ms", promise: 100),
            Figure(name: "W7 push from the uploader's hello, p50", ours: fromBeginning.percentile(50), unit: "ms"),
            Figure(name: "W7 push from the uploader's hello, p99", ours: fromBeginning.percentile(99), unit: "ms"),
            Figure(name: "W7 relay, CPU for one push", ours: spent / Double(expected) * 1e3, unit: "ms"),
        ]
    }

    // MARK: Throughput

    private func throughput(_ world: RelayWorld, _ load: LoadGenerator, _ relay: RelayProcess) throws -> [Figure] {
        guard uploaderCount > 0 else { return [] }
        let sink = try RelayProcess(RelayBench.ownProgram, ["relay-plain-sink", "--quota", "\(uploadByteCount)"])
        defer { sink.stop() }
        let gibibytes = Double(uploaderCount * uploadByteCount) / Double(1 << 30)
        let first = world.busy.count - uploaderSpaceCount
        let receipts = DispatchSemaphore(value: 0)
        let uploaders = (0..<uploaderCount).map { number in
            let device = (first + number) * activePerSpace
            return (LoadGenerator.Session(
                world.devices[device], in: world.busy[first + number], confirmed: { _ in receipts.signal() }), world.identities[device])
        }
        try load.open(uploaders)
        var figures: [Figure] = []
        for (name, byteCount) in [("1 MiB", 1 << 20), ("64 KiB", 64 << 10)] {
            // A delta of 16 MiB, with a receipt for each.
            let stock = SegmentStock(count: (16 << 20) / byteCount, byteCount: byteCount)
            let deltaCount = uploadByteCount / stock.byteCount
            var ours: [Double] = [], plain: [Double] = [], ourCPU: [Double] = [], plainCPU: [Double] = []
            for _ in 0..<roundCount {
                var cpu = sink.cpuSeconds
                plain.append(try PlainSink.send(
                    to: sink.port, connectionCount: uploaderCount, quota: uploadByteCount, writeByteCount: byteCount) / gibibytes)
                plainCPU.append((sink.cpuSeconds - cpu) / gibibytes)
                cpu = relay.cpuSeconds
                let start = now()
                for (session, _) in uploaders { for _ in 0..<deltaCount { try session.upload(stock) } }
                for _ in 0..<(uploaderCount * deltaCount) {
                    guard receipts.wait(timeout: .now() + 60) == .success else {
                        throw RelayBenchError("no receipt: \(load.failures.last ?? "the relay is silent")")
                    }
                }
                ours.append((now() - start) / gibibytes)
                ourCPU.append((relay.cpuSeconds - cpu) / gibibytes)
            }
            figures.append(Figure(
                name: "W7 uploads in segments of \(name), time", ours: ours.median, plain: plain.median, unit: "s/GiB", promise: 1 / 0.6,
                note: "\(uploaderCount) uploaders; plain: NIO and TLS that drop what comes"))
            figures.append(Figure(
                name: "W7 uploads in segments of \(name), CPU of the relay", ours: ourCPU.median, plain: plainCPU.median, unit: "s/GiB"))
        }
        return figures
    }
}

extension [Double] {
    /// nearest-rank
    func percentile(_ percent: Int) -> Double {
        isEmpty ? .nan : sorted()[Swift.min(count - 1, Swift.max(0, (count * percent + 99) / 100 - 1))]
    }
}
