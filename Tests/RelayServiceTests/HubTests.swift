import CRDT
import Dispatch
import Foundation
import Hub
import Relay
import RelayService
import SpaceFiles
import Synchronization
import Testing
import Wire

/// The hub at work, without sockets: what it counts, and what an operator does beside it.
struct HubTests {
    /// On a thread that may wait.
    private func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
        }
    }

    @Test("Deltas out are counted when their receipts come, and a push from the commit to the connection")
    func pushes() async throws {
        try await onThread {
            let metrics = RelayMetrics()
            let waits = Mutex<[Int64]>([])
            let scene = try HubScene(laptopCount: 3) { event in
                event.count(in: metrics)
                if case .pushed(_, let microseconds) = event { waits.withLock { $0.append(microseconds) } }
            }
            let (fatima, jan, els) = (scene.laptop(0), scene.laptop(1), scene.laptop(2))
            for laptop in [fatima, jan, els] { try laptop.connect() }
            func sample(_ name: String) throws -> Double? {
                let page = try MetricsPage(metrics.registry.text())
                return page.samples[name]
            }
            #expect(try sample("kith_relay_deltas_sent_total") ?? 0 == 0)

            try fatima.upload([3_000, 2_000])
            #expect(fatima.confirmedDeltaCount == 1)
            // Jan's link is slow: so much is between the commit and what he is handed.
            let news = try jan.news()
            #expect(news == .news)
            usleep(30_000)
            try jan.hear(news)
            try jan.rest()
            #expect(jan.receivedDeltaCount == 1)
            #expect(waits.withLock { $0.count } == 1 && waits.withLock { $0[0] } >= 30_000)
            // His round may rest before the hub has counted what he said last.
            try scene.hub.perform(on: scene.roster.space) { _ in }
            #expect(try sample("kith_relay_deltas_sent_total") == 1 && sample("kith_relay_deltas_received_total") == 1)
            #expect(try sample("kith_relay_push_latency_seconds_count") == 1)
            #expect(try sample("kith_relay_push_latency_seconds_sum") ?? 0 >= 0.03)

            try els.hear(try els.news())
            try els.rest()
            try scene.hub.perform(on: scene.roster.space) { _ in }
            #expect(try sample("kith_relay_deltas_sent_total") == 2 && sample("kith_relay_push_latency_seconds_count") == 2)
            // Who packed it was not pushed to.
            #expect(try sample("kith_relay_deltas_received_total") == 1)
        }
    }

    @Test("A check goes on in slices: devices bring more, and what is dropped meanwhile is no fault")
    func checkInSlices() async throws {
        try await onThread {
            let scene = try HubScene(laptopCount: 1) { _ in }
            let fatima = scene.laptop(0)
            try fatima.connect()
            for _ in 0..<3 { try fatima.upload(Array(repeating: 1 << 20, count: 5)) }
            let id = scene.roster.space
            let check = try scene.hub.perform(on: id) { try SpaceCheck($0.store, beside: []) }
            var sliceCount = 0
            while try scene.hub.perform(on: id, { try check.readSlice($0.store) }) {
                check.judgeSlice()
                sliceCount += 1
                if sliceCount == 1 {
                    // A device is served between two slices, and the last delta of those to be checked is dropped.
                    try fatima.upload([500])
                    try scene.hub.perform(on: id) { carried in
                        let last = try carried.store.deltas(after: 0)[2]
                        try carried.store.drop([last.manifest.id])
                    }
                }
            }
            #expect(sliceCount == 2 && fatima.confirmedDeltaCount == 4)
            let report = check.report
            #expect(report.faults == [] && report.deltaCount == 3 && report.segmentCount >= 10)
        }
    }

    @Test("What is damaged on the disk is found, once for each delta")
    func checkFindsDamage() async throws {
        try await onThread {
            let scene = try HubScene(laptopCount: 1) { _ in }
            let fatima = scene.laptop(0)
            try fatima.connect()
            try fatima.upload([3_000, 3_000])
            try fatima.upload([700])
            let id = scene.roster.space
            try scene.hub.perform(on: id) { carried in
                let manifest = try carried.store.deltas(after: 0)[0].manifest
                let check = try SpaceCheck(DamagedStore(carried.store, manifest.id), beside: ["from the file"])
                while try check.readSlice(DamagedStore(carried.store, manifest.id)) { check.judgeSlice() }
                #expect(check.report.faults == ["from the file", "\(manifest.id) damaged"] && check.report.segmentCount == 1)
            }
        }
    }
}

/// A store whose disk has changed a bit in every segment of one delta.
private final class DamagedStore: SpaceStore {
    private let store: any SpaceStore
    private let damaged: DeltaID

    init(_ store: any SpaceStore, _ damaged: DeltaID) {
        self.store = store
        self.damaged = damaged
    }

    func segment(_ index: Int, of delta: DeltaID) throws -> [UInt8] {
        var bytes = try store.segment(index, of: delta)
        if delta == damaged { bytes[bytes.count / 2] ^= 1 }
        return bytes
    }

    var space: SpaceID { store.space }
    var incarnation: ReplicaID { store.incarnation }
    func transaction<Result>(_ body: () throws -> Result) throws -> Result { try store.transaction(body) }
    func version() throws -> SpaceVersion { try store.version() }
    func statements(after place: Int64) throws -> [StoredStatement] { try store.statements(after: place) }
    func deltas(after place: Int64) throws -> [StoredDelta] { try store.deltas(after: place) }
    func partialDeltas() throws -> [IncomingDelta] { try store.partialDeltas() }
    func archived(_ name: Nonce) throws -> KnowledgeForm? { try store.archived(name) }
    func archivedNames() throws -> [Nonce] { try store.archivedNames() }
    func receipt(of replica: ReplicaID, collection: String, stated: Bool) throws -> Nonce? { nil }
    func contacts() throws -> [StoredContact] { [] }
    func events(sinceMilliseconds: Int64, limit: Int) throws -> [StoredEvent] { [] }
    func byteCount() throws -> Int { try store.byteCount() }
    func append(_ statements: [[UInt8]]) throws { throw RelayError(.storage) }
    func replace(_ statements: [[UInt8]]) throws { throw RelayError(.storage) }
    func begin(_ delta: IncomingDelta) throws { throw RelayError(.storage) }
    func put(_ segment: SealedSegment) throws { throw RelayError(.storage) }
    func complete(_ delta: DeltaID) throws -> Int64 { throw RelayError(.storage) }
    func drop(_ deltas: [DeltaID]) throws { throw RelayError(.storage) }
    func dropParts(olderThanMilliseconds: Int64) throws { throw RelayError(.storage) }
    func keep(contents: ContentsDigest, of replica: ReplicaID, collection: String) throws {}
    func keep(receipt name: Nonce, of replica: ReplicaID, device: DeviceID, collection: String, stated: Bool) throws {}
    func archive(_ form: KnowledgeForm, as name: Nonce) throws {}
    func dropArchived(_ names: [Nonce]) throws {}
    func note(contact replica: ReplicaID, device: DeviceID, milliseconds: Int64, receivedByteCount: Int, sentByteCount: Int) throws {}
    func note(_ event: StoredEvent) throws {}
}
