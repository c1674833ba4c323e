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
        let catalog = now.catalog
        let written = try triggers(in: access)
        for table in catalog.shownTables {
            for trigger in Capture.triggers(table) where written[trigger.name] != trigger.sql {
                try access.connection.execute("drop trigger if exists \(quoted(trigger.name))")
                try access.connection.execute(trigger.sql)
            }
        }
        try SharedView.install(now)
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
            for part in added.flatMap(\.parts) {
                // A default that is computed cannot be added (https://sqlite.org/lang_altertable.html).
                let constant = part.defaultExpression.flatMap { $0.hasPrefix("(") ? nil : " default \($0)" } ?? ""
                try connection.execute("alter table \(quoted(definition.name)) add column \(quoted(part.name)) \(part.type.rawValue)\(constant)")
                try connection.execute("alter table \(quoted(complete.trash)) add column \(quoted(part.name))")
                try connection.execute("alter table \(quoted(complete.notes)) add column \(Capture.was(part.name))")
            }
        }
        if !shownNow.isEmpty { try showKept(shownNow, of: complete, access, Schema(tables: [definition])) }
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
    }

    private static func triggers(in access: Access) throws -> [String: String] {
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
    private static func checkColumns(of table: CatalogTable, _ access: Access) throws {
        let present = Set(try columns(of: table.name, access.connection))
        for name in table.keys + table.parts.map(\.name) where !present.contains(name) {
            throw StoreError(.tableChanged, "\(table.name).\(name)")
        }
    }
}
