import Community
import CRDT

/// Makes the people's tables, trash, notes and triggers that the schema asks for and the file lacks.
///
/// Tables are only ever added to: a column that somebody added by hand stays theirs, and is not shared.
enum SchemaInstaller {
    /// Whether nothing is to be done: every column is shown and every trigger is just as this version writes it.
    static func isCurrent(_ access: Access, _ schema: Schema) throws -> Bool {
        for definition in schema.tables {
            guard let table = access.catalog[definition.name], table.isShown,
                definition.columns.allSatisfy({ table.column(named: $0.name)?.isShown == true })
            else { return false }
            try checkColumns(of: table, access)
        }
        let written = try triggers(in: access)
        for table in access.catalog.shownTables {
            for trigger in Capture.triggers(table) where written[trigger.name] != trigger.sql { return false }
        }
        return try SharedView.owed(access).make.isEmpty
    }

    static func install(_ access: Access, _ schema: Schema) throws {
        guard try !isCurrent(access, schema) else { return }
        // What the old triggers noted is stamped by the old definition of the tables.
        var stamping = try Stamping(access)
        try stamping.stampNotes(acceptingMassChange: true)
        for definition in schema.tables { try install(definition, access) }
        // From here on with the file's new definition.
        let now = Access(
            access.connection, try Registers(access.connection, schema: schema), environment: access.environment)
        try Erasing(now).eraseOwned()
        try access.takeOver(now)
        try makeTriggers(now)
        try SharedView.install(now)
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

    private static func install(_ definition: Table, _ access: Access) throws {
        let connection = access.connection
        precondition(definition.columns.count < ColumnSet.limit, "a table has at most \(ColumnSet.limit - 1) columns")
        let table = try access.catalog.table(
            meeting: .init(name: definition.name, keyPartCount: definition.key.columns.count, columns: []), connection)
        let isNew = try columns(of: definition.name, connection).isEmpty
        var added: [Column] = []
        var shownNow: [CatalogColumn] = []
        for column in definition.columns {
            if let known = table.column(named: column.name) {
                guard !known.isShown else { continue }
                shownNow.append(known)
            } else {
                _ = try access.catalog.register(
                    name: column.name, parts: column.parts.map(\.name), accumulates: column.kind.accumulates,
                    definition: column, in: table, connection)
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

    /// Shows the values that were kept aside for columns this version did not know until now.
    private static func showKept(_ columns: [CatalogColumn], of table: CatalogTable, _ access: Access, _ schema: Schema) throws {
        let now = Access(
            access.connection, try Registers(access.connection, schema: schema), environment: access.environment,
            continuity: access.continuity)
        let records = try Records(now)
        let moment = Moment(now.connection, .merge, timeMilliseconds: now.now)
        let select = try now.connection.statement(
            "select distinct record from kith_change where columns & ? and flags & 4 order by record")
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
