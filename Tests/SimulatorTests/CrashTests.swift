import Foundation
import Simulator
import SQLite
import Testing

/// The disk of `make crash-points`. The points themselves are tried by that command, in a process of its own: here other suites start programs
/// meanwhile, which hold every lock of this one until they have begun.
@Suite(.serialized) struct CrashTests {
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
