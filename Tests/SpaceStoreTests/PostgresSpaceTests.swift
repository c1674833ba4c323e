#if Postgres
import CRDT
import Foundation
import PostgresStore
import Relay
import Synchronization
import Testing
import Wire

/// What holds of PostgreSQL alone: several processes on the same spaces. Two stores in one process are to the server as two processes.
@Suite(.serialized, .enabled(if: TestServer.url != nil)) struct PostgresSpaceTests {
    /// Two relays take turns at one space.
    @Test func twoRelaysServeOneSpace() throws {
        let scene = try StoreScene(.postgres)
        let one = try scene.begin()
        let second = try scene.another()
        defer { try? second.close() }
        let two = try second.open(one.space)
        #expect(two.incarnation == one.incarnation)
        for number in 1...6 as ClosedRange<UInt64> {
            let delta = SampleDelta(number, space: one.space)
            let (writer, reader) = number % 2 == 0 ? (one, two) : (two, one)
            #expect(try writer.take(delta) == Int64(number))
            #expect(try reader.version() == SpaceVersion(place: Int64(number), dropCount: 0))
            #expect(try reader.segment(1, of: delta.id) == delta.segments[1].bytes)
        }
        #expect(try one.deltas(after: 0) == two.deltas(after: 0))
    }

    /// Both write as fast as they can: places are given once, and nothing is lost.
    @Test func writersComeOneAfterAnother() async throws {
        let scene = try StoreScene(.postgres)
        let space = try scene.begin()
        let id = space.space
        let stores = try [scene.another(), scene.another(), scene.another()]
        let places = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for (writer, store) in stores.enumerated() {
                group.addTask {
                    let space = try store.open(id)
                    return try (0..<15).map { try space.take(SampleDelta(UInt64(writer * 100 + $0), space: id)) }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(places.sorted() == Array(1...45))
        #expect(try space.deltas(after: 0).map(\.place) == Array(1...45))
        for store in stores { try store.close() }
    }

    /// Live push from one relay's laptops to the other's.
    @Test(.timeLimit(.minutes(2))) func theOtherRelayHears() async throws {
        let scene = try StoreScene(.postgres)
        let space = try scene.begin()
        let second = try scene.another()
        defer { try? second.close() }
        let (heard, continuation) = AsyncStream.makeStream(of: SpaceID.self)
        let own = Mutex<[SpaceID]>([])
        second.onChange { continuation.yield($0) }
        scene.store.onChange { space in own.withLock { $0.append(space) } }
        try space.transaction { try space.note(contact: .zero, device: .zero, milliseconds: 1, receivedByteCount: 0, sentByteCount: 0) }
        #expect(throws: SpaceStoreTests.Regret()) {
            try space.transaction {
                try space.append([[7]])
                throw SpaceStoreTests.Regret()
            }
        }
        try space.take(SampleDelta(1, space: space.space))
        var iterator = heard.makeAsyncIterator()
        #expect(await iterator.next() == space.space)
        #expect(try second.open(space.space).deltas(after: 0).count == 1, "what is heard of is there")
        #expect(own.withLock { $0 }.isEmpty, "not of one's own")
    }

    /// A backup of hours holds no relay up, and has what was there when it began.
    @Test func readingKeepsNobodyWaiting() throws {
        let scene = try StoreScene(.postgres)
        let one = try scene.begin()
        try one.take(SampleDelta(1, space: one.space))
        let second = try scene.another()
        defer { try? second.close() }
        let two = try second.open(one.space)
        try one.reading {
            try two.take(SampleDelta(2, space: two.space))
            #expect(try one.deltas(after: 0).map(\.place) == [1])
            #expect(try one.version().place == 1 && two.version().place == 2)
            #expect(try code { try one.put(SampleDelta(3, space: one.space).segments[0]) } == .storage, "nothing is written")
        }
        #expect(try one.deltas(after: 0).map(\.place) == [1, 2])
    }

    /// What another relay forgets or removes is not remembered here.
    @Test(.timeLimit(.minutes(2))) func theOtherRelayHearsOfWhatIsGone() async throws {
        let scene = try StoreScene(.postgres)
        let space = try scene.begin()
        let second = try scene.another()
        defer { try? second.close() }
        let (heard, continuation) = AsyncStream.makeStream(of: SpaceID.self)
        second.onChange { continuation.yield($0) }
        let knowledge = Knowledge([Nonce(high: 4, low: 4): BatchEnd(last: 1, nonce: Nonce(high: 4, low: 4))])
        try space.transaction { try space.archive(.whole(knowledge), as: knowledge.name) }
        let before = try space.version()
        try space.transaction { try space.dropArchived([.zero]) }
        #expect(try space.version() == before)
        try space.transaction { try space.dropArchived([knowledge.name]) }
        #expect(try space.version() != before)
        var iterator = heard.makeAsyncIterator()
        #expect(await iterator.next() == space.space)
        try scene.store.remove(space.space)
        #expect(await iterator.next() == space.space)
        #expect(try second.spaces().isEmpty)
        #expect(try code { try space.transaction {} } == .unknownSpace)
    }

    /// The server ends our connections, as when it is started anew: a typed error in the middle of a transaction, nothing of which
    /// remains, and then everything goes on.
    @Test func theServerGoesAway() throws {
        let scene = try StoreScene(.postgres)
        let space = try scene.begin()
        try space.take(SampleDelta(1, space: space.space))
        func endConnections() throws {
            try TestServer.run(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where pid <> pg_backend_pid() and datname = current_database()
                """, on: scene.folder)
        }
        try endConnections()
        #expect(try space.deltas(after: 0).count == 1, "an idle connection is replaced")
        let lost = SampleDelta(2, space: space.space)
        #expect(try code {
            try space.transaction {
                try space.begin(lost.incoming())
                try endConnections()
                try space.put(lost.segments[0])
            }
        } == .storage)
        #expect(try space.partialDeltas().isEmpty)
        #expect(try space.take(lost) == 2)
    }

    @Test func passwordsStayOutOfURLs() throws {
        let environment = PostgresEnvironment(nowMilliseconds: { 1 }, nonce: { .zero })
        for url in ["postgres://kith:geheim@127.0.0.1:1/x", "postgres://127.0.0.1:1/x?password=geheim", "postgres://kith:geheim@[", "geheim"] {
            do {
                _ = try PostgresRelayStore(url: url, environment: environment)
                Issue.record("\(url) was taken")
            } catch let error as RelayError {
                #expect(error.code == .storage && !"\(error)".contains("geheim"), "\(error)")
            }
        }
    }
}

/// The server of `make test-postgres`: each scene has a database of its own.
enum TestServer {
    static let url = ProcessInfo.processInfo.environment["KITH_POSTGRES"]

    static func makeDatabase() throws -> String {
        let url = try #require(url)
        let name = "kith_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        try run("create database \(name)", on: url)
        return url.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/" + name
    }

    static func drop(_ database: String) throws {
        guard let url, let name = database.split(separator: "/").last else { return }
        try run("drop database \(name) with (force)", on: url)
    }

    static func run(_ sql: String, on url: String) throws {
        let psql = Process()
        psql.executableURL = URL(fileURLWithPath: "/usr/bin/psql")
        psql.arguments = [url, "-qAtc", sql]
        psql.standardOutput = FileHandle.nullDevice
        try psql.run()
        psql.waitUntilExit()
        #expect(psql.terminationStatus == 0, "\(sql)")
    }
}
#endif
