import Foundation
import Kith
import Testing

/// Rows that come again when somebody has written.
@Suite struct LiveTests {
    @Test func rowsComeAgainAfterAWrite() async throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        var names = shed.rows("select name from plot order by name").makeAsyncIterator()
        #expect(try await names.next()?.map { $0["name"] } == ["Herbs"])
        try shed.write { try $0.add("plot", ["name": "North"]) }
        #expect(try await names.next()?.map { $0["name"] } == ["Herbs", "North"])
        // Another connection, as another program has one.
        let other = try Replica.open(shed.path, for: Garden.client(), scratch.device("shed"))
        try other.write { try $0.add("plot", ["name": "Orchard"]) }
        #expect(try await names.next()?.map { $0["name"] } == ["Herbs", "North", "Orchard"])
        // What it does not read changes nothing in it: the next answer is that after the next write to it.
        try other.write { try $0.add("contact", ["plant": "Leek"]) }
        try other.write { try $0.add("plot", ["name": "Pond"]) }
        #expect(try await names.next()?.count == 4)
        try shed.close()
        #expect(try await names.next() == nil)
    }

    /// Python's sqlite3 is any SQLite program.
    @Test func rowsComeAgainAfterAnotherProgramsWrite() async throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        var names = shed.rows("select name from plot order by name").makeAsyncIterator()
        _ = try await names.next()
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-c", """
            import sqlite3, sys
            garden = sqlite3.connect(sys.argv[1], timeout=10)
            with garden: garden.execute("insert into plot (name) values ('South')")
            """, shed.path]
        try python.run()
        #expect(try await names.next()?.map { $0["name"] } == ["Herbs", "South"])
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
    }

    /// A meeting is a write as any other; and a task that is cancelled ends its sequence.
    @Test func rowsComeAgainAfterAMeeting() async throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        let home = try scratch.join("home", at: shed)
        var names = home.rows("select name from plot where name > ? order by name", ["I"]).makeAsyncIterator()
        #expect(try await names.next()?.isEmpty == true)
        try shed.write { try $0.add("plot", ["name": "North"]) }
        _ = try scratch.carry(shed, to: home)
        #expect(try await names.next()?.map { $0["name"] } == ["North"])
        let endless = Task { [home] in for try await _ in home.rows("select 1") {} }
        endless.cancel()
        try await endless.value
    }

    @Test func aQueryThatIsNoneThrows() async throws {
        let scratch = try Scratch()
        let shed = try scratch.found()
        var rows = shed.rows("delete from plot").makeAsyncIterator()
        await #expect(throws: KithError.self) { try await rows.next() }
    }
}
