import Foundation

/// Takes the last bytes of what was removed out of the file: free pages and the gaps in others, the WAL, and frozen deltas.
///
/// `secure_delete` alone does not do: other programs' connections have pragmas of their own, and what they deleted or
/// moved lies in free pages and in gaps. VACUUM writes every page anew from the living rows.
///
/// Out of reach: deltas that wait here (sealed; counted in the report), copies that others made of the file, what a disk
/// keeps of blocks that were written over or freed, and tables that somebody added by hand.
extension Store {
    /// Whether rows were removed since the last scrubbing: kept in the file, so that whoever opens it next can finish.
    package var isScrubOwed: Bool {
        get throws { try read { try Store.isScrubOwed($0) } }
    }

    /// Empties free pages and the WAL, and removes frozen deltas. Takes about as long as copying the file, and waits for nobody.
    ///
    /// - Throws: `busy` at once when another program is reading or writing, `full` when there is no room for a copy of the
    ///   file. It stays owed and can be done again; the disk has as much room as before.
    package func scrub() throws {
        try withoutWaiting {
            let owed = try write { try $0.connection.number("select owed from kith_scrub") ?? 0 }
            // A reader of an old state would hold the WAL open, and every attempt adds the whole file to that.
            try checkpoint()
            try vacuum()
            try checkpoint()
            // Last: whoever froze a delta of the old state was reading, and nobody is any more.
            removeOutgoing()
            try write { access in
                let update = try access.connection.statement("update kith_scrub set owed = 0 where owed = ?")
                update.bind(1, owed)
                try update.run()
            }
        }
    }

    /// Removes all frozen deltas: what they held is packed anew when somebody lacks it.
    func removeOutgoing() { try? FileManager.default.removeItem(at: outgoingFolder) }
}
