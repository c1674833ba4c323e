import Engine
import Store

/// One state of the file.
public struct Snapshot {
    let questions: Reader.Questions

    /// Asks by SQL of your own: one SELECT over synced tables, views, or any other table of the file. Nothing can be written by it.
    ///
    /// - Parameters:
    ///   - sql: one SELECT.
    ///   - arguments: for the parameters of the query, in their order.
    /// - Throws: `KithError`, `sqlite`, with SQLite's words for what is not such a query.
    public func rows(_ sql: String, _ arguments: [Value] = []) throws -> [Row] {
        try explaining { Row.rows(try questions.ask(sql, arguments.map(\.stored))) }
    }
}

extension Replica {
    /// Reads: all answers within `body` are of one state of the file, whoever writes meanwhile.
    public func read<Result>(_ body: (Snapshot) throws -> Result) throws -> Result {
        try explaining(path) {
            for index in engine.client.derived { try engine.store.refresh(index) }
            return try reader.snapshot { try body(Snapshot(questions: $0)) }
        }
    }

    /// The answer to a query, and again each time it has become another one: by a write of this process, of any other SQLite program, or
    /// by a meeting. Within 50 ms of the commit on a machine that is not overloaded, and in any case: if the system tells nothing, the file
    /// is looked at every quarter of a second.
    ///
    /// Answers that nobody took in time are passed over for the newest. The sequence ends when the replica is closed, and when its task is
    /// cancelled.
    public func rows(_ sql: String, _ arguments: [Value] = []) -> LiveRows { LiveRows(replica: self, sql: sql, arguments: arguments) }
}

/// See `Replica.rows`.
public struct LiveRows: AsyncSequence, Sendable {
    public typealias Element = [Row]
    let replica: Replica
    let sql: String
    let arguments: [Value]

    public func makeAsyncIterator() -> Iterator { Iterator(rows: self, commits: replica.observer.commits().makeAsyncIterator()) }

    public struct Iterator: AsyncIteratorProtocol {
        let rows: LiveRows
        var commits: AsyncStream<Void>.Iterator
        var last: [Row]?

        public mutating func next() async throws -> [Row]? {
            while await commits.next() != nil {
                let found: [Row]
                do {
                    found = try rows.replica.read { try $0.rows(rows.sql, rows.arguments) }
                } catch {
                    // It was closed meanwhile.
                    if rows.replica.observer.isStopped { return nil }
                    throw error
                }
                guard found != last else { continue }
                last = found
                return found
            }
            return nil
        }
    }
}
