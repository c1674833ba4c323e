import Community
import CRDT
import Device
import Dispatch
import Engine
import Foundation
import Store
import Synchronization
import Testing
import Transport
import Trust
import Wire

/// A folder that is gone when the test is.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "kith-engine-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    /// The surroundings of one laptop: a home of its own, a clock that goes on by a second a look, seeded randomness.
    ///
    /// - Parameter seed: two environments with one seed would draw the same keys and nonces: what comes later needs another.
    func laptop(_ name: String, seed: UInt64) -> EngineEnvironment {
        let clock = Mutex<Int64>(1_700_000_000_000)
        let random = Mutex<UInt64>(seed &* 0x9E37_79B9_7F4A_7C15)
        return EngineEnvironment(
            variables: ["XDG_DATA_HOME": file(name), "XDG_STATE_HOME": file("\(name)/state")],
            nowMilliseconds: {
                clock.withLock {
                    $0 += 1000
                    return $0
                }
            },
            nonce: {
                random.withLock { state in
                    func next() -> UInt64 {
                        // SplitMix64: https://prng.di.unimi.it/splitmix64.c
                        state &+= 0x9E37_79B9_7F4A_7C15
                        var z = state
                        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
                        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
                        return z ^ (z >> 31)
                    }
                    return Nonce(high: next(), low: next())
                }
            })
    }

    private let count = Mutex(0)

    /// A name that no file of this test has.
    func fresh(_ what: String) -> String {
        file(count.withLock { $0 += 1; return "\(what)-\($0)" })
    }
}

let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Fixtures").standardizedFileURL.path

extension Replica {
    /// Every row of every shared table, as people see it.
    func everything() throws -> [String] {
        var rows: [String] = []
        for table in store.sharedTables {
            try store.list(table.name) { row in
                rows.append("\(table.name) \(row.id.text) " + row.values.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
            }
        }
        return rows
    }

    func importFixture(_ name: String) throws -> ListImportReport {
        try importList("\(fixtures)/people/\(name)", ListImportOptions())
    }

    /// The id of the contact with this family name.
    func contact(named name: String) throws -> RecordID {
        var found: RecordID?
        try store.list("contact", where: "family_name = '\(name)'", limit: 1) { found = $0.id }
        return try #require(found)
    }

    func digest() throws -> Nonce {
        try stamp()
        return try #require(try store.status().digest)
    }

    /// The bytes of the replica: the file and the log beside it.
    func bytes() throws -> [Data] {
        try ["", "-wal"].map { suffix in
            FileManager.default.fileExists(atPath: path + suffix) ? try Data(contentsOf: URL(fileURLWithPath: path + suffix)) : Data()
        }
    }
}

/// A laptop joins as people do it by stick: a request, the admission, a bundle for everyone.
func join(
    _ name: String, seed: UInt64, admittedBy coordinator: Replica, as role: Role = .member, collections: [String]? = nil,
    _ scratch: Scratch
) throws -> Replica {
    let laptop = scratch.laptop(name, seed: seed)
    let request = scratch.fresh("request"), bundle = scratch.fresh("welcome")
    let id = try RequestFile.write(to: request, label: "Laptop \(name.capitalized)", laptop)
    let asked = try RequestFile.read(request)
    #expect(asked.identity.id == id)
    try coordinator.admit(asked, as: role, collections: collections)
    _ = try coordinator.exportBundle(to: bundle, for: .everyone)
    return try Replica.join(for: .community, bundle: bundle, at: nil, laptop).0
}

func found(_ scratch: Scratch, space: String = "Zuid", _ name: String = "fatima", seed: UInt64 = 1) throws -> Replica {
    try Replica.create(for: .community, space: space, label: "Laptop \(name.capitalized)", at: nil, scratch.laptop(name, seed: seed))
}

/// Fatima's laptop with her list, and Jan's that joined by stick and has it too. The stick is `first.kithbundle`.
func fatimaAndJan(_ scratch: Scratch) throws -> (fatima: Replica, jan: Replica) {
    let fatima = try found(scratch)
    _ = try fatima.importFixture("fatima.csv")
    let laptop = scratch.laptop("jan", seed: 2)
    _ = try RequestFile.write(to: scratch.file("jan.request"), label: "Laptop Jan", laptop)
    try fatima.admit(try RequestFile.read(scratch.file("jan.request")), as: .member, collections: nil)
    _ = try fatima.exportBundle(to: scratch.file("first.kithbundle"), for: .everyone)
    let (jan, _) = try Replica.join(for: .community, bundle: scratch.file("first.kithbundle"), at: nil, laptop)
    return (fatima, jan)
}

/// By stick, one way: all that one has, or what the other lacks as far as is known.
@discardableResult
func carry(_ from: Replica, _ to: Replica, all: Bool = true, _ scratch: Scratch) throws -> BundleImportReport {
    let stick = scratch.fresh("stick")
    _ = try from.exportBundle(to: stick, for: all ? .everyone : .devices([to.identity.device]))
    return try to.importBundle(stick)
}

/// The ends of a listener's sessions, one after another.
final class Sessions: Sendable {
    private let results = Mutex<[Result<MeetingReport, any Error>]>([])
    private let came = DispatchSemaphore(value: 0)

    func add(_ result: Result<MeetingReport, any Error>) {
        results.withLock { $0.append(result) }
        came.signal()
    }

    func next() throws -> MeetingReport {
        #expect(came.wait(timeout: .now() + 30) == .success)
        return try results.withLock { $0.removeFirst() }.get()
    }
}

/// A session over loopback and TLS, as people have it: one listens, the other dials.
@discardableResult
func meet(_ dialing: Replica, _ listening: Replica) throws -> (dialer: MeetingReport, listener: MeetingReport) {
    let sessions = Sessions()
    let listener = try listening.listen(host: "127.0.0.1", port: 0) { sessions.add($0) }
    defer { listener.close() }
    let report = try dialing.sync(with: Address(host: "127.0.0.1", port: listener.port))
    return (report, try sessions.next())
}

/// Whether two replicas show and know the same.
func expectSame(_ a: Replica, _ b: Replica, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try a.digest() == b.digest(), sourceLocation: sourceLocation)
    #expect(try a.everything() == b.everything(), sourceLocation: sourceLocation)
}

/// Whether an error is one of the wire's.
func isWire(_ codes: WireError.Code...) -> (any Error) -> Bool {
    { error in (error as? WireError).map { codes.contains($0.code) } ?? false }
}

func isEngine(_ code: EngineError.Code) -> (any Error) -> Bool { { ($0 as? EngineError)?.code == code } }
func isDevice(_ code: DeviceError.Code) -> (any Error) -> Bool { { ($0 as? DeviceError)?.code == code } }

extension Replica {
    /// Adds a contact; gives its row.
    @discardableResult
    func add(_ given: String, _ family: String = "Jansen") throws -> RecordID {
        try store.add("contact", [("given_name", .text(given)), ("family_name", .text(family))])
    }

    func has(_ given: String) throws -> Bool {
        guard store.sharedTables.contains(where: { $0.name == "contact" }) else { return false }
        var found = false
        try store.list("contact", where: "given_name = '\(given)'", limit: 1) { _ in found = true }
        return found
    }
}

/// The files in a folder, and in its folders, that hold a text.
func filesHolding(_ texts: String..., in folder: String) throws -> [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { name in
        guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { return false }
        return texts.contains { data.range(of: Data($0.utf8)) != nil }
    }
}
