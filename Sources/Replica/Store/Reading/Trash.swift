import CRDT

/// A row that was deleted, with who deleted it and when, as far as that is known here.
package struct TrashedRow: Sendable {
    package let row: RecordRow
    /// nil: it was deleted by SQL, and is not stamped yet.
    package let author: Author?
    package var timeMilliseconds: Int64? { author?.timeMilliseconds }
}

extension Store {
    /// What lies in the trash, what was deleted last first. It lies there until it is put back or erased.
    ///
    /// - Parameters:
    ///   - name: only of this table.
    ///   - since: only what was deleted from then on, in milliseconds since 1970.
    /// - Throws: `unknownName`.
    package func trash(of name: String? = nil, since: Int64? = nil) throws -> [TrashedRow] {
        try read { access in
            let details = try Details(access, own: identity.device)
            var found: [TrashedRow] = []
            for table in try name.map({ [try access.sharedTable($0)] }) ?? access.catalog.shownTables {
                let rows = try RowCursor(access, table.name, where: nil, deleted: true)
                while let row = try rows.next() {
                    let key = row.id.recordKey
                    // Of one that was put back the trash may still have a copy.
                    guard try details.records.image(of: table, key: key).place == .trash else { continue }
                    let deletion = try details.records.changes(of: table.record(key)).map(\.change).filter { $0.deletes && $0.columns.contains(.exists) }
                        .max { $0.timeMilliseconds < $1.timeMilliseconds }
                    let author = deletion.map { details.author(of: $0) }
                    if let since, let author, author.timeMilliseconds < since { continue }
                    found.append(TrashedRow(row: row, author: author))
                }
            }
            func place(_ row: TrashedRow) -> Int64 { row.timeMilliseconds ?? .max }
            return found.enumerated().sorted { a, b in
                place(a.element) == place(b.element) ? a.offset < b.offset : place(a.element) > place(b.element)
            }.map(\.element)
        }
    }

    /// What a step deleted, and is in the trash now.
    ///
    /// - Throws: `noSuchStep`.
    package func deleted(inStep step: Int64) throws -> [RecordID] {
        try read { access in
            guard try access.connection.number("select exists (select 1 from kith_moment where id = ? and kind in ('edit', 'import'))", step) == 1 else {
                throw StoreError(.noSuchStep, String(step))
            }
            let records = try Records(access)
            let select = try access.connection.statement("select record from kith_replaced where moment = ? and columns & 1 order by record")
            defer { select.reset() }
            select.bind(1, step)
            var found: [RecordID] = []
            while try select.step() {
                let (table, key) = try access.catalog.locate(select.bytes(0))
                guard table.isShown, try records.image(of: table, key: key).place == .trash else { continue }
                found.append(RecordID(table, key))
            }
            return found
        }
    }
}
