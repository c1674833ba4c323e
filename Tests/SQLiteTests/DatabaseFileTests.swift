import Foundation
import SQLite
import Synchronization
import Testing

/// One connection for several threads: what each reads is one moment, and none writes by reading.
@Suite struct DatabaseFileTests {
    private let folder = Folder()

    private func file(_ name: String = "a.db") throws -> DatabaseFile {
        try DatabaseFile(folder.path(name), mode: .make, options: .init(trustsSchema: true, waitedMilliseconds: 5_000)) {
            try $0.execute("pragma journal_mode = wal; create table if not exists t (x integer)")
        }
    }

    /// What a person's own condition could be made to contain.
    @Test(arguments: [
        "insert into t values (2)", "delete from t", "update t set x = 9", "drop table t", "create table u (x)", "create temp table u (x)",
        "delete from t returning x", "pragma user_version = 7", "vacuum", "create index i on t (x)",
    ]) func readingWritesNothing(_ sql: String) throws {
        let file = try file()
        try file.use { try $0.execute("insert into t values (1)") }
        do {
            try file.read { reading in
                let statement = try reading.statement(sql)
                while try statement.step() {}
            }
            Issue.record("\(sql) was run")
        } catch let error as SQLiteError { #expect(error.kind == .readOnly || sql == "vacuum", "\(sql): \(error)") }
        // Reading and writing go on as before.
        #expect(try file.read { try $0.texts("select x from t") } == ["1"])
        #expect(try file.read { try $0.number("pragma user_version") } == 0)
        try file.use { writing in try writing.inTransaction { try writing.statement("insert into t values (2)").run() } }
        #expect(try file.read { try $0.texts("select x from t") } == ["1", "2"])
    }

    @Test func whatIsUsedOutsideATransactionIsNotPartOfOneThatWasLeftOpen() throws {
        let file = try file()
        try file.use { try $0.execute("begin; insert into t values (1)") }
        try file.use { try $0.execute("insert into t values (2)") }
        let other = try Connection(folder.path("a.db"), mode: .write)
        #expect(try other.texts("select x from t") == ["2"])
    }

    @Test func whatIsReadIsOneMoment() throws {
        let file = try file()
        let other = try Connection(folder.path("a.db"), mode: .write)
        try file.read { reading in
            #expect(try reading.number("select count(*) from t") == 0)
            try other.execute("insert into t values (1)")
            #expect(try reading.number("select count(*) from t") == 0)
        }
        #expect(try file.read { try $0.number("select count(*) from t") } == 1)
    }

    @Test func anErrorEndsTheSnapshotAndTheStatements() throws {
        struct Stop: Error {}
        let file = try file()
        try file.use { try $0.execute("insert into t values (1), (2)") }
        #expect(throws: Stop.self) {
            try file.read { reading in
                #expect(try reading.statement("select x from t").step())
                throw Stop()
            }
        }
        try file.use { try $0.execute("insert into t values (3)"); try $0.writeBackWAL() }
        #expect(try file.read { try $0.number("select count(*) from t") } == 3)
    }

    /// Counts up by reading and writing in one transaction: none is lost, whether by threads of one connection or by several connections.
    @Test func threadsAndConnectionsTakeTurns() throws {
        let files = [try file(), try file()]
        try files[0].use { try $0.execute("insert into t values (0)") }
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { number in
            for _ in 0..<25 {
                do {
                    try files[number % 2].use { file in
                        try file.inTransaction {
                            let count = try file.number("select x from t") ?? 0
                            let update = try file.statement("update t set x = ?")
                            update.bind(1, count + 1)
                            try update.run()
                        }
                    }
                    let (first, second) = try files[(number + 1) % 2].read { (try $0.number("select x from t"), try $0.number("select x from t")) }
                    if first != second { failures.withLock { $0.append("a snapshot moved") } }
                } catch { failures.withLock { $0.append("\(error)") } }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try files[0].read { try $0.number("select x from t") } == 200)
    }

    @Test func closedIsAnErrorForWhoeverComesAfter() throws {
        let file = try file()
        file.close()
        file.close()
        #expect(throws: SQLiteError.self) { try file.read { try $0.number("select 1") } }
        #expect(throws: SQLiteError.self) { try file.use { try $0.execute("select 1") } }
    }
}
