import CRDT
import Engine
import Foundation
import Schema
import Store

/// What people do with a replica, each on a small one.
extension ReplicaSubject.Work {
    private static func has(_ table: String, _ id: String) -> (Replica) throws -> Bool { { try $0.store.ids(in: table).contains(id) } }

    private static func has(_ value: String, in column: String, of id: String) -> (Replica) throws -> Bool {
        { try $0.store.hasRow(in: "contact", where: "id = ? and \(column) = ?", [.text(id), .text(value)]) }
    }

    /// As any SQLite client.
    private static func insert(_ id: String, _ name: String, _ replica: Replica) throws {
        guard try !has("contact", id)(replica) else { return }
        try replica.store.executeAsClient("insert into contact (id, given_name) values (?, ?)", [.text(id), .text(name)])
    }

    private static func rename(_ id: String, _ name: String, _ replica: Replica) throws {
        try replica.store.executeAsClient("update contact set given_name = ? where id = ? and given_name is not ?", [.text(name), .text(id), .text(name)])
    }

    /// The contacts of the list, in its order.
    private static func listed(_ replica: Replica) throws -> [String] {
        var found: [(name: String, id: String)] = []
        try replica.store.list("contact") { row in
            if case .text(let name)? = row.values.first(where: { $0.name == "family_name" })?.value { found.append((String(decoding: name, as: UTF8.self), row.id.key[0])) }
        }
        return found.sorted { $0.name < $1.name }.map(\.id)
    }

    /// A dozen edits of Jan's, a removal among them.
    private static func janEdits(_ laptops: Laptops) throws {
        for number in 1...4 { try insert("jan-\(number)", "Van Jan \(number)", laptops.jan) }
        let ids = try listed(laptops.jan)
        for id in ids[2...5] { try rename(id, "Door Jan", laptops.jan) }
        try laptops.jan.store.executeAsClient("delete from contact where id = ?", [.text(ids[7])])
        try laptops.jan.stamp(acceptingMassChange: true)
    }

    static let stamp = ReplicaSubject.Work(name: "stamp", prepare: { _ in }) { replica, _, log in
        for number in 1...3 {
            try insert("stamp-\(number)", "Erbij \(number)", replica)
            log.acknowledge("row \(number)", has("contact", "stamp-\(number)"))
        }
        let id = try listed(replica)[1]
        try rename(id, "Anders", replica)
        log.acknowledge("edit", has("Anders", in: "given_name", of: id))
        try replica.stamp(acceptingMassChange: true)
        try insert("stamp-4", "Erbij 4", replica)
        log.acknowledge("row 4", has("contact", "stamp-4"))
        try replica.stamp(acceptingMassChange: true)
        log.acknowledge("stamped") { (replica: Replica) in try replica.store.status().unstampedNotes == 0 }
    }

    static let importList = ReplicaSubject.Work(name: "import") { laptops in
        let list = "Voornaam,Achternaam,Telefoon,Plaats\n" + (1...8).map { "Nieuw\($0),Lijst\($0),06987654\(10 + $0),Rotterdam\n" }.joined()
        try Data(list.utf8).write(to: URL(fileURLWithPath: laptops.root + "/nieuw.csv"))
    } body: { replica, laptops, log in
        _ = try replica.importList(laptops.root + "/nieuw.csv", ListImportOptions())
        log.acknowledge("the list") { (replica: Replica) in
            try (1...8).allSatisfy { try replica.store.hasRow(in: "contact", where: "family_name = ?", [.text("Lijst\($0)")]) }
        }
    }

    static let merge = ReplicaSubject.Work(name: "merge", removesRows: true) { laptops in
        try janEdits(laptops)
        _ = try laptops.jan.exportBundle(to: laptops.root + "/jan.kithbundle", for: .everyone)
        // Fatima has edited the same.
        try rename(try listed(laptops.fatima)[3], "Door Fatima", laptops.fatima)
    } body: { replica, laptops, log in
        _ = try replica.importBundle(laptops.root + "/jan.kithbundle")
        log.acknowledge("merged", has("contact", "jan-4"))
    }

    static let export = ReplicaSubject.Work(name: "export") { laptops in
        for number in 1...3 { try insert("export-\(number)", "Mee \(number)", laptops.fatima) }
    } body: { replica, laptops, log in
        let path = laptops.folder("fatima") + "/stick.kithbundle"
        _ = try replica.exportBundle(to: path, for: .everyone)
        log.acknowledge("a whole bundle") { (replica: Replica) in
            _ = try replica.verifyBundle(path)
            return true
        }
    }

    static let session = ReplicaSubject.Work(name: "session", removesRows: true) { laptops in
        try janEdits(laptops)
        for number in 1...3 { try insert("fatima-\(number)", "Van Fatima \(number)", laptops.fatima) }
    } body: { replica, laptops, log in
        let jan = try laptops.openJan()
        defer { try? jan.close() }
        try Laptops.meet(replica, jan)
        log.acknowledge("what Jan has", has("contact", "jan-4"))
        log.acknowledge("what is stamped") { (replica: Replica) in try replica.store.status().unstampedNotes == 0 }
    }

    private static let marker = "Kwikstaartpad"

    static let erase = ReplicaSubject.Work(name: "erase", removesRows: true, erased: marker) { laptops in
        try laptops.fatima.store.executeAsClient("insert into contact (id, given_name, nickname) values ('gone', 'Gewist', ?)", [.text(marker)])
        try laptops.fatima.stamp()
    } body: { replica, _, log in
        let gone = RecordID(table: "contact", key: ["gone"])
        if try !replica.store.isErased(ErasedRecord(gone)) { try replica.erase(try replica.planErasure(gone).plan) }
        log.acknowledge("erased") { (replica: Replica) in
            try !has("contact", "gone")(replica) && replica.store.isErased(ErasedRecord(gone))
        }
    }

    static let backup = ReplicaSubject.Work(name: "backup") { laptops in
        try insert("backup-1", "Mee", laptops.fatima)
    } body: { replica, laptops, log in
        let path = laptops.folder("fatima") + "/list.backup"
        if access(path, F_OK) != 0 { _ = try replica.backup(to: path) }
        log.acknowledge("a whole copy") { (_: Replica) in
            let copy = try Store.open(path, schema: .community, environment: replica.store.environment, mode: .read)
            defer { try? copy.close() }
            return try copy.isSound() && copy.ids(in: "contact").contains("backup-1")
        }
    }

    /// Somebody was erased since the backup was made: no cut brings them back.
    static let restore = ReplicaSubject.Work(name: "restore", removesRows: true) { laptops in
        try insert("gone", "Gewist", laptops.fatima)
        _ = try laptops.fatima.backup(to: laptops.root + "/list.backup")
        let gone = RecordID(table: "contact", key: ["gone"])
        try laptops.fatima.erase(try laptops.fatima.planErasure(gone).plan)
        try insert("lost", "Na de kopie", laptops.fatima)
        try laptops.fatima.stamp()
    } open: { laptops, environment in
        try Replica.restore(for: laptops.client, from: laptops.root + "/list.backup", at: nil, replacing: true, environment).0
    } body: { replica, _, log in
        log.acknowledge("restored") { (replica: Replica) in try !has("contact", "lost")(replica) }
        // Who was erased goes when there is room for it; that they are gone in the end, the rows say.
        try replica.unlock()
    }

    static let undo = ReplicaSubject.Work(name: "undo", removesRows: true) { laptops in
        try insert("undone", "Toch niet", laptops.fatima)
        for id in try listed(laptops.fatima)[0...3] { try rename(id, "Toch niet", laptops.fatima) }
        try laptops.fatima.stamp(acceptingMassChange: true)
    } body: { replica, _, log in
        if try has("contact", "undone")(replica) { _ = try replica.store.undo() }
        log.acknowledge("undone") { (replica: Replica) in
            try !has("contact", "undone")(replica) && !replica.store.hasRow(in: "contact", where: "given_name = 'Toch niet'", [])
        }
        // What the undoing has written goes on as any edit.
        try replica.stamp(acceptingMassChange: true)
    }

    /// A program with a table and a column more opens the file.
    static func growth() throws -> ReplicaSubject.Work {
        let community = Schema.community
        let tables = community.tables.map { table in
            guard table.name == "contact" else { return table }
            return Table(
                table.name, in: table.collection, key: table.key, columns: table.columns + [Column("pronouns")], purpose: table.purpose)
        } + [Table("tool", in: .people, columns: [Column("name"), .createdAt], purpose: "What can be borrowed.")]
        let grown = try Client(schema: Schema(tables: tables, views: community.views, codes: community.codes, sameness: community.sameness))
        return ReplicaSubject.Work(name: "growth", client: grown) { laptops in
            try insert("growth-1", "Eerst", laptops.fatima)
        } body: { replica, _, log in
            try replica.store.executeAsClient("update contact set pronouns = 'zij' where id = 'growth-1' and pronouns is not 'zij'")
            log.acknowledge("the new column", has("zij", in: "pronouns", of: "growth-1"))
            if try !replica.store.ids(in: "tool").contains("tool-1") {
                try replica.store.executeAsClient("insert into tool (id, name) values ('tool-1', 'ladder')")
            }
            log.acknowledge("the new table", has("tool", "tool-1"))
            try replica.stamp(acceptingMassChange: true)
        }
    }
}
