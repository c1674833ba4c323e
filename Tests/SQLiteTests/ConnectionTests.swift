import Foundation
import SQLite
import Testing

/// Our one layer over SQLite: what a replica's file and a relay's count on.
@Suite struct ConnectionTests {
    private let folder = Folder()
    private var path: String { folder.path("a.db") }

    private func file(_ mode: Connection.Mode = .make, _ options: Connection.Options = .init(trustsSchema: true)) throws -> Connection {
        try Connection(path, mode: mode, options: options, setup: mode == .make ? "pragma journal_mode = wal" : "")
    }

    @Test func aTransactionThatFailsLeavesNothing() throws {
        struct Stop: Error {}
        let file = try file()
        try file.execute("create table t (x integer unique)")
        #expect(throws: Stop.self) {
            try file.inTransaction {
                try file.statement("insert into t values (1)").run()
                throw Stop()
            }
        }
        #expect(try file.number("select count(*) from t") == 0)
        // SQLite itself rolls back here; the next transaction begins all the same.
        #expect(throws: SQLiteError.self) {
            try file.inTransaction { try file.execute("insert into t values (2); insert or rollback into t values (2)") }
        }
        try file.inTransaction { try file.statement("insert into t values (3)").run() }
        #expect(try file.texts("select x from t") == ["3"])
    }

    /// As when SQLite finds no memory: NULL would stand where the value belongs.
    @Test func aValueThatCannotBeBoundIsNotNull() throws {
        let file = try file()
        try file.execute("create table t (x)")
        let insert = try file.statement("insert into t values (?)")
        insert.bind(1, copying: "here")
        insert.bind(2, copying: "one too many")
        #expect(throws: SQLiteError.self) { try insert.run() }
        #expect(try file.number("select count(*) from t") == 0)
        insert.bind(1, copying: "here")
        try insert.run()
        #expect(try file.texts("select x from t") == ["here"])
    }

    /// A transaction that could not be taken back, for want of memory, does not swallow what comes after it.
    @Test func aTransactionThatWasLeftOpenIsTakenBackFirst() throws {
        let file = try file()
        try file.execute("create table t (x); begin; insert into t values (1)")
        try file.inTransaction { try file.statement("insert into t values (2)").run() }
        try file.execute("begin; insert into t values (3)")
        #expect(try file.inSnapshot { try file.number("select count(*) from t") } == 1)
        let other = try Connection(path, mode: .read)
        #expect(try other.texts("select x from t") == ["2"])
        // One within another is a mistake, and takes nothing back.
        #expect(throws: SQLiteError.self) { try file.inTransaction { try file.inTransaction {} } }
    }

    @Test func aStatementThatStillRunsHoldsUpNoCommit() throws {
        let file = try file()
        try file.execute("create table t (x); insert into t values (1), (2)")
        try file.inTransaction {
            let select = try file.statement("select x from t")
            #expect(try select.step())
            try file.statement("insert into t values (3)").run()
        }
        #expect(try file.number("select count(*) from t") == 3)
    }

    @Test(arguments: ["select 1; select 2", "select 1; delete from t", "delete from t; --"])
    func whatIsPreparedIsOneStatement(_ sql: String) throws {
        let file = try file()
        try file.execute("create table t (x); insert into t values (1)")
        if sql.hasSuffix("--") {
            // A comment after it is no second one, and is refused all the same.
            #expect(throws: SQLiteError.self) { try file.statement(sql) }
        } else {
            #expect(throws: SQLiteError(1, "not one statement")) { try file.statement(sql) }
        }
        #expect(try file.number("select count(*) from t") == 1)
    }

    @Test func aColumnThatDoesNotExistIsNoText() throws {
        let file = try file()
        try file.execute("create table t (x)")
        #expect(throws: SQLiteError.self) { try file.statement("select * from t where \"nobody\" = 'a'") }
    }

    @Test func valuesComeBackAsTheyWere() throws {
        let file = try file()
        try file.execute("create table t (a, b, c, d, e)")
        let insert = try file.statement("insert into t values (?, ?, ?, ?, ?)")
        insert.bind(1, Int64.min)
        insert.bind(2, -0.0)
        insert.bind(3, copying: "")
        insert.bind(4, copyingBlob: [])
        insert.bindNull(5)
        try insert.run()
        let select = try file.statement("select * from t")
        #expect(try select.step())
        #expect((0..<5).map { select.storageClass($0) } == [.integer, .real, .text, .blob, .null])
        #expect(select.integer(0) == .min)
        #expect(select.real(1).sign == .minus)
        #expect(select.byteCount(2) == 0 && select.byteCount(3) == 0)
        #expect(select.value(2) == .text([]) && select.value(3) == .blob([]) && select.value(4) == .null)
        #expect(throws: SQLiteError.damaged("a name is not 16 bytes")) { try select.nonce(2) }
    }

    @Test func aForeignTriggerRunsOnlyWhereItIsTrusted() throws {
        let ours = try file()
        try ours.execute("create table t (x); create table seen (x); create trigger g after insert on t begin insert into seen values (new.x); end")
        try ours.execute("insert into t values (1)")
        let theirs = try file(.write, .init())
        try theirs.execute("insert into t values (2)")
        try ours.withoutTriggers { try ours.execute("insert into t values (3)") }
        try ours.execute("insert into t values (4)")
        #expect(try ours.texts("select x from seen") == ["1", "4"])
    }

    @Test func aLinkIsFollowedOnlyOnRequest() throws {
        try file().close()
        let link = folder.path("link.db")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(throws: SQLiteError.self) { try Connection(link, mode: .write) }
        try Connection(link, mode: .write, options: .init(followsLinks: true)).close()
        #expect(throws: SQLiteError.self) { try DatabaseFile.header(of: link) }
        #expect(try DatabaseFile.header(of: link, followsLinks: true) == .sqlite(applicationID: 0, userVersion: 0))
        #expect(try DatabaseFile.header(of: folder.path("nobody")) == .missing)
    }

    @Test func lockedIsBusyAndSaysSo() throws {
        let one = try file()
        try one.execute("create table t (x)")
        let two = try file(.write, .init(waitedMilliseconds: 1))
        try one.inTransaction {
            do {
                try two.inTransaction {}
                Issue.record("two write at one time")
            } catch let error as SQLiteError { #expect(error.kind == .busy) }
        }
        try two.inTransaction {}
    }

    @Test func aReaderHoldsUpEmptyingTheWAL() throws {
        let one = try file()
        try one.execute("create table t (x); insert into t values (1)")
        let reader = try file(.read)
        try reader.inSnapshot {
            #expect(try reader.number("select count(*) from t") == 1)
            try one.execute("insert into t values (2)")
            #expect(try !one.emptyWAL())
        }
        #expect(try one.emptyWAL())
    }

    @Test func aCopyIsWholeAndTheFileSound() throws {
        let file = try file()
        try file.execute("create table t (x); insert into t values (zeroblob(100000))")
        try file.copy(into: folder.path("copy.db"))
        let copy = try Connection(folder.path("copy.db"), mode: .readUnchanging)
        #expect(try copy.faults().isEmpty)
        #expect(try copy.blob(table: "t", column: "x", row: 1)?.count == 100_000)
        #expect(try copy.blob(table: "t", column: "x", row: 2) == nil)
    }

    /// The name of a file with every kind of character is a path, in a URI too.
    @Test func aNameIsTakenAsItIs() throws {
        let odd = folder.path("a b?mode=rw&x#y%41 é'\".db")
        let file = try Connection(odd, mode: .make)
        try file.execute("create table t (x); insert into t values (7)")
        file.close()
        #expect(try Connection(odd, mode: .readUnchanging).number("select x from t") == 7)
        #expect(FileManager.default.fileExists(atPath: odd))
    }

    @Test func closedIsAnErrorAndNoCrash() throws {
        let file = try file()
        file.close()
        file.close()
        #expect(throws: SQLiteError.self) { try file.statement("select 1") }
        #expect(throws: SQLiteError.self) { try file.execute("select 1") }
        #expect(throws: SQLiteError.self) { try file.inSnapshot {} }
    }

    @Test func functionsGetAndGiveEveryKind() throws {
        let file = try file()
        try file.add(function: "twice", argumentCount: 1) { $0.give($0.integer(0) * 2) }
        try file.add(function: "reversed", argumentCount: nil) { call in
            Array(call.bytes(call.count - 1).reversed()).withUnsafeBytes { call.give(text: $0) }
        }
        try file.add(function: "same", argumentCount: 1) { $0.giveArgument(0) }
        try file.add(function: "gives_none", argumentCount: 1) { _ in }
        #expect(try file.texts("select twice(21)") == ["42"])
        #expect(try file.texts("select reversed(1, 'abc')") == ["cba"])
        #expect(try file.texts("select typeof(same(x'00')) || typeof(gives_none(1)) || typeof(reversed(''))") == ["blobnulltext"])
    }
}

/// A folder that goes with its test.
final class Folder {
    private let url = FileManager.default.temporaryDirectory.appendingPathComponent("kith-sqlite-\(UUID().uuidString)")
    init() { try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }
    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
