import Community
import CRDT
import Engine
import Foundation
import Store
import Synchronization
import Testing

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
    func laptop(_ name: String, seed: UInt64) -> EngineEnvironment {
        let clock = Mutex<Int64>(1_700_000_000_000)
        let random = Mutex<UInt64>(seed &* 0x9E37_79B9_7F4A_7C15)
        return EngineEnvironment(
            variables: ["XDG_DATA_HOME": file(name)],
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
        return try store.status().digest
    }

    /// The bytes of the replica: the file and the log beside it.
    func bytes() throws -> [Data] {
        try ["", "-wal"].map { suffix in
            FileManager.default.fileExists(atPath: path + suffix) ? try Data(contentsOf: URL(fileURLWithPath: path + suffix)) : Data()
        }
    }
}

/// Fatima's laptop with her list, and Jan's that joined by stick and has his.
func fatimaAndJan(_ scratch: Scratch) throws -> (fatima: Replica, jan: Replica) {
    let fatima = try Replica.create(space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
    _ = try fatima.importFixture("fatima.csv")
    _ = try fatima.exportBundle(to: scratch.file("first.kithbundle"), for: .everyone)
    let (jan, _) = try Replica.join(
        bundle: scratch.file("first.kithbundle"), label: "Laptop Jan", at: nil, scratch.laptop("jan", seed: 2))
    return (fatima, jan)
}
