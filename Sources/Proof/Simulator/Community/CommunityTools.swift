import CRDT
import Engine
import Store

extension CommunitySimulation {
    /// What database tools do to "edit a table": a new one, the rows copied, the old one dropped, the new one renamed. The triggers go with the
    /// old one, so that nothing sees what is edited next.
    func rebuildTable(_ home: Home) throws {
        guard let store = home.replica?.store else { return }
        let table = home.client.root.table
        guard case .text(let bytes)? = try store.values(of: ["sql"], in: "sqlite_master", where: "type = 'table' and name = ?", [.text(table)])?.first,
            case let sql = String(decoding: bytes, as: UTF8.self), let body = sql.firstIndex(of: "(")
        else { throw SimulationFault("no table \(table) on \(home.name)") }
        let statements = [
            "pragma legacy_alter_table = 1", "create table made \(sql[body...])", "insert into made select * from \(table)", "drop table \(table)",
            "alter table made rename to \(table)", "pragma legacy_alter_table = 0",
        ]
        for statement in statements { try store.executeAsClient(statement) }
        count("table rebuilt by a tool")
        say("a tool rebuilds \(table) on \(home.name)")
    }
}
