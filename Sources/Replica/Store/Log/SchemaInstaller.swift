import CRDT
import Schema
import SQLite
import Wire

/// Makes the people's tables, trash, notes and triggers that the schema asks for and the file lacks.
///
/// Tables are only ever added to: a column that somebody added by hand stays theirs, and is not shared.
enum SchemaInstaller {
    /// Whether nothing is to be done: every column is shown, merges as this version merges it, and every trigger is just as this version writes it.
    static func isCurrent(_ access: Access) throws -> Bool {
        let kept = try FileSchema(access.connection).fingerprints()
        return try access.catalog.schema.tables.allSatisfy { kept[$0.name] == $0.fingerprint } && isInstalled(access)
    }

    /// The same, whether or not the file says what its tables are.
    private static func isInstalled(_ access: Access) throws -> Bool {
        for definition in access.catalog.schema.tables {
            guard let table = access.catalog[definition.name], table.isShown,
                definition.columns.allSatisfy({ table.column(named: $0.name).map { $0.isShown && isCurrent($0) } == true })
            else { return false }
            try checkColumns(of: table, access)
        }
        let written = try triggers(in: access)
        for table in access.catalog.shownTables {
            for trigger in Capture.triggers(table) where written[trigger.name] != trigger.sql { return false }
        }
        return try Views.owed(access).make.isEmpty
    }

    private static func isCurrent(_ column: CatalogColumn) -> Bool {
        column.isKindSaid && column.kind == column.definition?.kind
    }

    static func install(_ access: Access, _ schema: Schema) throws {
        guard try !isCurrent(access) else { return }
        if try isInstalled(access) {
            // Only what the file says is to be done, or belongs to somebody else now: edits wait as they did.
            try FileSchema(access.connection).keep(access.catalog.schema.tables)
            return try Erasing(access).eraseOwned()
        }
        // What the old triggers noted is stamped by the old definition of the tables.
        var stamping = try Stamping(access)
        try stamping.stampNotes(acceptingMassChange: true)
        let kept = try FileSchema(access.connection).fingerprints()
        for definition in access.catalog.schema.tables { try install(definition, isKept: kept[definition.name] != nil, access) }
        try FileSchema(access.connection).keep(access.catalog.schema.tables)
        // From here on with the file's new definition.
        let now = Access(
            access.connection, try Registers(access.connection, schema: schema), environment: access.environment,
            folding: access.folding)
        try Erasing(now).eraseOwned()
        try access.takeOver(now)
        try makeTriggers(now)
        try Lookup.make(now)
        try Views.install(now)
    }

    /// Makes the triggers that are missing or not as this version writes them.
    static func makeTriggers(_ access: Access) throws {
        let written = try triggers(in: access)
        for table in access.catalog.shownTables {
            for trigger in Capture.triggers(table) where written[trigger.name] != trigger.sql {
                try access.connection.execute("drop trigger if exists \(quoted(trigger.name))")
                try access.connection.execute(trigger.sql)
            }
        }
    }

    /// - Parameter isKept: programs with other tables knew what this one is, and showed what came for it.
    private static func install(_ definition: Table, isKept: Bool, _ access: Access) throws {
        let connection = access.connection
        let table = try access.catalog.table(
            meeting: try fitting(definition, access), connection)
        let isNew = try columns(of: definition.name, connection).isEmpty
        var added: [Column] = []
        var shownNow: [CatalogColumn] = []
        for column in definition.columns {
            if let known = table.column(named: column.name) {
                if known.isShown {
                    guard !isCurrent(known) || !isKept else { continue }
                    // This version shows another of the values that are kept, or somebody kept them aside: they are looked at anew.
                    try Catalog.say(column.kind, of: known.number, in: table, connection)
                    shownNow.append(known)
                    continue
                }
                if known.parts != column.parts.map(\.name) || known.accumulates != column.kind.accumulates {
                    try forget(known, of: table, as: column, access)
                }
                try Catalog.say(column.kind, of: known.number, in: table, connection)
                shownNow.append(known)
            } else {
                _ = try access.catalog.register(
                    WireColumn(name: column.name, parts: column.parts.map(\.name), kind: column.kind), definition: column,
                    in: table, connection)
            }
            added.append(column)
        }
        let show = try connection.statement("update kith_column set shown = 1 where tbl = ? and number = ?")
        for column in shownNow {
            show.bind(1, table.number)
            show.bind(2, column.number)
            try show.run()
        }
        let complete = try Catalog(connection, schema: Schema(tables: [definition]))[definition.name]!
        if isNew {
            try connection.execute(Capture.createTable(definition))
            try connection.execute(Capture.createTrash(complete))
            try connection.execute(Capture.createNotes(complete))
        } else {
            for part in added.flatMap(\.parts) { try add(part, to: complete, access) }
            if added.flatMap(\.parts).contains(where: { $0.defaultExpression != nil }) { try ShownDigest.forgetAll(access) }
        }
        if !shownNow.isEmpty { try showKept(shownNow, of: complete, access, Schema(tables: [definition])) }
    }

    /// A column that somebody had added by hand under this name becomes the shared one, with what it holds.
    private static func add(_ part: Column.Part, to table: CatalogTable, _ access: Access) throws {
        let connection = access.connection
        let isThere = try columns(of: table.name, connection).contains { $0.lowercased() == part.name.lowercased() }
        let isThrown = try columns(of: table.trash, connection).contains { $0.lowercased() == part.name.lowercased() }
        if !isThere {
            // A default that is computed cannot be added (https://sqlite.org/lang_altertable.html).
            let constant = part.defaultExpression.flatMap { $0.hasPrefix("(") ? nil : " default \($0)" } ?? ""
            try connection.execute("alter table \(quoted(table.name)) add column \(quoted(part.name)) \(part.type.rawValue)\(constant)")
        }
        if !isThrown { try connection.execute("alter table \(quoted(table.trash)) add column \(quoted(part.name))") }
        try connection.execute("alter table \(quoted(table.notes)) add column \(Capture.was(part.name))")
        guard isThere, let column = table.columns.lazy.compactMap({ $0 }).first(where: { $0.parts.contains(part.name) }) else { return }
        let keys = table.keys.map(quoted).joined(separator: ", ")
        try connection.execute(
            """
            insert into \(quoted(table.notes)) (\(Capture.keyNotes(table).joined(separator: ", ")), existed, columns, time)
            select \(keys), \(Comparison.unknownBefore), \(column.set.rawValue), \(Capture.now) from \(quoted(table.name))
            where \(quoted(part.name)) is not null
            """)
        try connection.execute("delete from kith_hand_column where tbl = \(table.number) and lower(name) = lower(\(literal(part.name)))")
    }

    /// The table as this version has it.
    ///
    /// What came under its name with a key of another number of parts was no such table: it is forgotten.
    private static func fitting(_ definition: Table, _ access: Access) throws -> WireTable {
        let wire = WireTable(name: definition.name, keyPartCount: definition.key.columns.count, columns: [])
        guard let known = access.catalog[definition.name], known.keyPartCount != wire.keyPartCount else { return wire }
        for record in try records(of: known, access) {
            for sql in ["delete from kith_aside where dot in (select dot from kith_change where record = ?)",
                        "delete from kith_change where record = ?", "delete from kith_increment where record = ?",
                        "delete from kith_parked where record = ?", "delete from kith_text where record = ?"] {
                let delete = try access.connection.statement(sql)
                delete.bind(1, copyingBlob: record)
                try delete.run()
            }
        }
        try access.connection.execute("delete from kith_column where tbl = \(known.number)")
        try access.connection.execute(
            "update kith_table set key_parts = \(wire.keyPartCount) where number = \(known.number)")
        access.catalog.forget(known, keyPartCount: wire.keyPartCount)
        try ShownDigest.forgetAll(access)
        access.contents.touchAll()
        return wire
    }

    /// What came under a column's name in another shape was nothing that this version or another of its kind wrote: it can be
    /// neither merged nor shown, and is forgotten.
    private static func forget(_ column: CatalogColumn, of table: CatalogTable, as definition: Column, _ access: Access) throws {
        for record in try records(of: table, access) {
            for sql in [
                "delete from kith_aside where col = ?2 and dot in (select dot from kith_change where record = ?1)",
                "delete from kith_increment where record = ?1 and col = ?2",
                "delete from kith_text where record = ?1 and col = ?2",
                "update kith_change set flags = flags & ~(8 << ?2) where record = ?1",
                "update kith_change set columns = columns & ~(1 << ?2) where record = ?1",
                "delete from kith_change where record = ?1 and columns = 0 and not flags & 1 and ?2",
            ] {
                let run = try access.connection.statement(sql)
                run.bind(1, copyingBlob: record)
                run.bind(2, column.number)
                try run.run()
            }
        }
        let update = try access.connection.statement("update kith_column set parts = ? where tbl = ? and number = ?")
        access.contents.touchAll()
        update.bind(1, copying: definition.parts.map(\.name).joined(separator: "\n"))
        update.bind(2, table.number)
        update.bind(3, column.number)
        try update.run()
    }

    /// The records of one table in the log. Reads all of it: this happens once, after an upgrade.
    private static func records(of table: CatalogTable, _ access: Access) throws -> [[UInt8]] {
        let select = try access.connection.statement("select distinct record from kith_change order by record")
        defer { select.reset() }
        var found: [[UInt8]] = []
        while try select.step() {
            let record = Array(select.bytes(0))
            if try record.withUnsafeBytes({ try LoggedRecord.decode($0).table }) == table.number { found.append(record) }
        }
        return found
    }

    /// Shows the values that were kept aside for columns this version did not know until now.
    private static func showKept(_ columns: [CatalogColumn], of table: CatalogTable, _ access: Access, _ schema: Schema) throws {
        let now = Access(
            access.connection, try Registers(access.connection, schema: schema), environment: access.environment,
            continuity: access.continuity, folding: access.folding)
        let records = try Records(now)
        let moment = Moment(now, .merge)
        let select = try now.connection.statement(
            """
            select distinct record from kith_change
            where columns & ? and (flags & 4 or record in (select record from kith_text)) order by record
            """)
        select.bind(1, Int64(bitPattern: columns.reduce(into: ColumnSet()) { $0.insert($1.set) }.rawValue))
        var found: [[UInt8]] = []
        while try select.step() { found.append(Array(select.bytes(0))) }
        select.reset()
        try now.connection.withoutTriggers {
            for record in found where try record.withUnsafeBytes({ try now.catalog.locate($0).0.number }) == table.number {
                try records.showAgain(record, moment: moment)
            }
        }
        try access.takeOver(now)
    }

    static func triggers(in access: Access) throws -> [String: String] {
        let select = try access.connection.statement("select name, sql from sqlite_master where type = 'trigger'")
        defer { select.reset() }
        var found: [String: String] = [:]
        while try select.step() {
            // SQLite keeps the text from CREATE on, with the keyword in upper case.
            found[select.text(0)] = "create trigger" + select.text(1).dropFirst("create trigger".count)
        }
        return found
    }

    static func columns(of table: String, _ connection: Connection) throws -> [String] {
        let select = try connection.statement("select name from pragma_table_info(?)")
        defer { select.reset() }
        select.bind(1, copying: table)
        var names: [String] = []
        while try select.step() { names.append(select.text(0)) }
        return names
    }

    /// A shared column that somebody renamed or dropped cannot be merged into.
    ///
    /// - Throws: `tableChanged`, with the SQL that puts it right.
    static func checkColumns(of table: CatalogTable, _ access: Access) throws {
        let names = try columns(of: table.name, access.connection)
        guard !names.isEmpty else { throw StoreError(.tableChanged, "\(table.name): \(try wayBack(to: table, access))") }
        let present = Set(names.map { $0.lowercased() })
        let shared = table.keys + table.parts.map(\.name)
        for name in shared where !present.contains(name.lowercased()) {
            // One column that nobody knows, where one is gone: it was given another name.
            let known = Set((shared + table.handColumns).map { $0.lowercased() })
            let gone = shared.filter { !present.contains($0.lowercased()) }
            let unknown = names.filter { !known.contains($0.lowercased()) }
            let remedy = gone.count == 1 && unknown.count == 1
                ? "alter table \(quoted(table.name)) rename column \(quoted(unknown[0])) to \(quoted(name))"
                : "alter table \(quoted(table.name)) add column \(quoted(name))"
            throw StoreError(.tableChanged, "\(table.name).\(name): \(remedy)")
        }
    }

    /// A table that has all columns of one that is gone was given another name.
    private static func wayBack(to table: CatalogTable, _ access: Access) throws -> String {
        let select = try access.connection.statement("select name from sqlite_master where type = 'table' and name not like 'kith\\_%' escape '\\'")
        var others: [String] = []
        while try select.step() { others.append(select.text(0)) }
        select.reset()
        let wanted = Set((table.keys + table.parts.map(\.name)).map { $0.lowercased() })
        let renamed = try others.filter { other in
            try access.catalog[other]?.isShown != true
                && wanted.isSubset(of: columns(of: other, access.connection).map { $0.lowercased() })
        }
        if renamed.count == 1 { return "alter table \(quoted(renamed[0])) rename to \(quoted(table.name))" }
        return Capture.createTable(table.definition!).split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }.joined(separator: " ")
    }
}
