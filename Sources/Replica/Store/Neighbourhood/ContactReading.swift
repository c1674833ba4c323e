import Community
import CRDT
import SQLite

/// Reads contacts with their points and addresses in the order of their ids: three statements side by side, so that a
/// hundred thousand take one pass and no memory.
struct ContactReading {
    private let access: Access
    private let contacts: PreparedStatement
    private let points: PreparedStatement?
    private let addresses: PreparedStatement?
    private let columns: [String]
    private let addressParts: [String]
    private var nextPoint = false
    private var nextAddress = false

    /// What of a contact is read.
    private static let wanted: Set<String> = [
        "kind", "given_name", "infix", "family_name", "nickname", "organisation", "area", "extra_vcard",
        "linkage_marks",
    ]

    /// - Parameter ids: only these; nil for all.
    init?(_ access: Access, ids: Set<String>? = nil) throws {
        guard let contact = access.catalog["contact"], contact.isShown else { return nil }
        self.access = access
        let connection = access.connection
        if let ids {
            try connection.execute("create temp table if not exists kith_chosen (id text primary key) without rowid")
            try connection.execute("delete from temp.kith_chosen")
            let insert = try connection.statement("insert into temp.kith_chosen (id) values (?)")
            for id in ids {
                insert.bind(1, copying: id)
                try insert.run()
            }
        }
        func filter(_ column: String) -> String { ids == nil ? "" : " where \(column) in (select id from temp.kith_chosen)" }
        columns = contact.parts.map(\.name).filter(ContactReading.wanted.contains)
        contacts = try connection.prepare("select id, \(columns.map(quoted).joined(separator: ", ")) from contact\(filter("id")) order by id")
        func owned(_ name: String, _ parts: [String]) throws -> PreparedStatement? {
            guard let table = access.catalog[name], table.isShown else { return nil }
            return try connection.prepare("select contact, \(parts.map(quoted).joined(separator: ", ")) from \(quoted(name))\(filter("contact")) order by contact, id")
        }
        points = try owned("contact_point", ["type", "value"])
        let location = access.catalog["address"]?.column(named: "location")
        addressParts = (location?.parts ?? []).filter { $0 != "lat" && $0 != "lon" }
        addresses = addressParts.isEmpty ? nil : try owned("address", addressParts)
        nextPoint = try points?.step() ?? false
        nextAddress = try addresses?.step() ?? false
    }

    mutating func next() throws -> (id: String, rows: ContactRows)? {
        guard try contacts.step() else { return nil }
        let id = contacts.text(0)
        var rows = ContactRows()
        for (index, column) in columns.enumerated() {
            if let text = ContactReading.text(contacts, Int32(index + 1)) { rows.contact[column] = text }
        }
        while nextPoint, let points, case let owner = points.text(0), !id.precedes(owner) {
            if !owner.precedes(id), let type = ContactReading.text(points, 1), let value = ContactReading.text(points, 2) {
                rows.points.append((type, value))
            }
            nextPoint = try points.step()
        }
        while nextAddress, let addresses, case let owner = addresses.text(0), !id.precedes(owner) {
            if !owner.precedes(id) {
                var parts: [String: String] = [:]
                for (index, part) in addressParts.enumerated() {
                    if let text = ContactReading.text(addresses, Int32(index + 1)) { parts[part] = text }
                }
                if !parts.isEmpty { rows.addresses.append(parts) }
            }
            nextAddress = try addresses.step()
        }
        return (id, rows)
    }

    /// Texts and numbers: a house number may have been stored as one.
    private static func text(_ statement: PreparedStatement, _ index: Int32) -> String? {
        switch statement.value(index) {
        case .text(let bytes): bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
        case .integer(let number): String(number)
        case .real(let number): "\(number)"
        case .null, .blob: nil
        }
    }
}
