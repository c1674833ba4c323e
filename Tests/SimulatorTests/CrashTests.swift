import Foundation
import Simulator
import SQLite
import Testing

/// A sample of the crash points and errors that `make crash-points` runs all of; another one in each run.
@Suite(.serialized) struct CrashTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures").standardizedFileURL.path

    private func run(_ settings: CrashPoints.Settings) throws -> [CrashPoints.Row] {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("kith-crash-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        return try CrashPoints.run(settings, root: root, fixtures: CrashTests.fixtures)
    }

    @Test func aSampleOfCutsAndErrorsLosesNothing() throws {
        var settings = CrashPoints.Settings()
        settings.seed = UInt64.random(in: 0..<1 << 40)
        settings.sample = 2
        print("crash points: seed \(settings.seed)")
        let rows = try run(settings)
        #expect(Set(rows.map(\.operation)).count == 13)
        for row in rows {
            // Every operation has many calls that change something: a disk that counts none would find nothing.
            #expect(row.pointCount > 20, "\(row.operation), \(row.variant)")
            #expect(row.failures.isEmpty, "\(row.failures.first ?? "")")
        }
    }

    /// What the disk is for: who says "done" before anything was synced is found out.
    @Test(arguments: ["full", "normal", "off"]) func whatWasNotSyncedIsLost(synchronous: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kith-disk-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/a.db"
        let made = try Connection(path, mode: .make, setup: "pragma journal_mode = wal; create table t (x); insert into t values (1)")
        made.close()
        try FaultyDisk.install()
        func rows(_ variant: FaultyDisk.Variant) throws -> Int64? {
            FaultyDisk.watch(folder)
            let file = try Connection(path, mode: .write, setup: "pragma synchronous = \(synchronous)")
            try file.execute("insert into t values (2)")
            FaultyDisk.cut(at: 1)
            #expect(throws: SQLiteError.self) { try file.execute("insert into t values (3)") }
            #expect(FaultyDisk.isCut)
            file.close()
            try FaultyDisk.fall(variant, seed: 1)
            let again = try Connection(path, mode: .write)
            defer { again.close() }
            #expect(try again.faults() == [])
            let count = try again.number("select count(*) from t")
            try again.execute("delete from t where x > 1")
            return count
        }
        #expect(try rows(.kept) == 2)
        #expect(try rows(.lost) == (synchronous == "full" ? 2 : 1))
    }
}
