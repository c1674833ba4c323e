import Schema
import SQLite

/// Puts the schema's views into the file. They write nothing, so capture knows nothing of them.
enum Views {
    /// What tells a view of ours from somebody's own.
    private static let mark = "/* kith */"

    private static func sql(_ view: View) -> String { "create view \(quoted(view.name)) as \(mark) \(view.select)" }

    /// The views to be made, and those of ours to be dropped first.
    static func owed(_ access: Access) throws -> (make: [View], drop: [String]) {
        let select = try access.connection.statement("select name, type, sql from sqlite_master where type in ('view', 'table')")
        defer { select.reset() }
        var written: [String: String] = [:]
        var taken: Set<String> = []
        while try select.step() {
            let name = select.text(0).lowercased(), sql = select.text(2)
            if select.text(1) == "view", sql.contains(mark) {
                // SQLite keeps the text from CREATE on, with the keyword in upper case.
                written[name] = "create view" + sql.dropFirst("create view".count)
            } else {
                taken.insert(name)
            }
        }
        let possible = access.catalog.schema.views.filter { view in
            !taken.contains(view.name.lowercased()) && view.tables.allSatisfy { access.catalog[$0]?.isShown == true }
        }
        let make = possible.filter { written[$0.name.lowercased()] != sql($0) }
        // Also those that a later version made and this one does not know stay as they are.
        return (make, make.map(\.name).filter { written[$0.lowercased()] != nil })
    }

    static func install(_ access: Access) throws {
        let (make, drop) = try owed(access)
        for name in drop { try access.connection.execute("drop view \(quoted(name))") }
        for view in make { try access.connection.execute(sql(view)) }
    }
}
