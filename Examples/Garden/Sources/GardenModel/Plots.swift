import Foundation
import GRDB
import Kith

/// A plot as GRDB reads it: from the very file that Kith syncs.
public struct Plot: Codable, FetchableRecord, TableRecord, Hashable, Sendable {
    public static let databaseTableName = "plot"
    public let id: String
    public let name: String?
    public let waterings: Int
}

/// A garden's tables by GRDB, for reading and for observing: what Kith writes, or anybody else, shows here.
public struct PlotReader: Sendable {
    private let queue: DatabaseQueue

    public init(path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    public func plots() throws -> [Plot] {
        try queue.read { try Plot.order(sql: "name").fetchAll($0) }
    }

    /// The plots, and again whenever they have changed. GRDB sees the writes of its own connection; Kith tells of everybody's.
    public func plots(of garden: Replica) -> AsyncThrowingStream<[Plot], any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    for try await _ in garden.rows("select id, name, waterings from plot order by id") { continuation.yield(try plots()) }
                    continuation.finish()
                } catch { continuation.finish(throwing: error) }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}
