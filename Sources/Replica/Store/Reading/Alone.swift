import CRDT
import SQLite
import Wire

/// What stands on one device alone.
extension Store {
    /// When the oldest of the changes was made that `unsentChanges` counts; nil where there is none. Milliseconds since 1970 UTC, by the clock
    /// of the device then.
    package func oldestUnsent() throws -> Int64? {
        try read { access in
            let held = try heldByOthers(access)
            let select = try access.connection.statement("select min(time) from kith_change where dot > ? and dot <= ?")
            var oldest: Int64?
            for writer in access.writers.all where writer.own > 0 {
                select.bind(1, Dot(writer.ordinal, held.map { $0[writer.id] }.max() ?? 0).packed)
                select.bind(2, Dot(writer.ordinal, .max).packed)
                if try select.step(), !select.isNull(0) { oldest = min(oldest ?? .max, select.integer(0)) }
                select.reset()
            }
            return oldest
        }
    }
}
