import Community
import CRDT
import Interchange
import Schema
import Store

/// A list out with the columns that somebody chose, as to call people by: of contacts also what other tables hold, each in one
/// cell (`name`, `phone`, `email`, `address` …), in the order of their family names.
///
///     name,phone,address
///     Fatima el Amrani,"06-11111111, 010-5550101","Kerkplein 3, 1234 AB Ons Dorp"
///
/// `kith import` takes it back: its headers are known there in both languages.
struct ChosenColumns {
    private enum Column {
        /// Of the table.
        case own(String)
        case name
        /// All of a type, the preferred one first.
        case points(String)
        /// Of the first address: all of it in one line, or a part.
        case address
        case addressPart(String)
    }

    let headers: [String]
    private let columns: [Column]

    /// What may be asked of contacts beside their own columns, in both languages.
    private static let ofContacts: [String: Column] = {
        var names: [String: Column] = [
            "name": .name, "naam": .name, "phone": .points("tel"), "telefoon": .points("tel"), "email": .points("email"), "e-mail": .points("email"),
            "website": .points("url"), "address": .address, "adres": .address, "straat": .addressPart("street"), "huisnummer": .addressPart("number"),
            "toevoeging": .addressPart("addition"), "postcode": .addressPart("postal_code"), "woonplaats": .addressPart("city"), "plaats": .addressPart("city"),
            "wijk": .own("area"), "organisatie": .own("organisation"), "voornaam": .own("given_name"), "tussenvoegsel": .own("infix"),
            "achternaam": .own("family_name"), "taal": .own("language"),
        ]
        for part in ["street", "number", "addition", "postal_code", "city", "province", "country"] { names[part] = .addressPart(part) }
        return names
    }()

    /// - Throws: `StoreError.unknownName` for a column that the table has not.
    init(_ names: [String], of table: Table) throws {
        headers = names
        columns = try names.map { name in
            let word = name.lowercased()
            if table.column(ofPart: word) != nil || table.key.columns.contains(word) { return .own(word) }
            guard table.name == "contact", let column = ChosenColumns.ofContacts[word] else { throw StoreError(.unknownName, name) }
            return column
        }
    }

    var needsPoints: Bool { columns.contains { if case .points = $0 { true } else { false } } }
    var needsAddresses: Bool {
        columns.contains {
            switch $0 {
            case .address, .addressPart: true
            default: false
            }
        }
    }

    func cells(_ row: RecordRow, points: [RecordRow], addresses: [RecordRow]) -> [Value] {
        let keys = Dictionary(zip(store(row), row.id.key), uniquingKeysWith: { first, _ in first })
        return columns.map { column in
            switch column {
            case .own(let name): row.values.first { $0.name == name }?.value ?? keys[name].map { .text($0) } ?? .null
            case .name: text(displayName(of: row))
            case .points(let type):
                text(points.filter { $0.text("type") == type }.sorted { isPreferred($0) && !isPreferred($1) }.compactMap { $0.text("value") }.joined(separator: ", "))
            case .address: text(addresses.first.map(AddressLine.text) ?? "")
            case .addressPart(let part): text(addresses.first?.text(part) ?? "")
            }
        }
    }

    private func store(_ row: RecordRow) -> [String] { Schema.community[row.id.table]?.key.columns ?? ["id"] }

    private func text(_ text: String) -> Value { text.isEmpty ? .null : .text(text) }

    private func isPreferred(_ row: RecordRow) -> Bool { row.values.contains { $0.name == "preferred" && $0.value == .integer(1) } }

    /// By family name, as a list on paper is searched.
    static func order(of row: RecordRow) -> String {
        folded([row.text("family_name") ?? displayName(of: row), row.text("given_name") ?? "", row.text("infix") ?? ""].joined(separator: " "))
    }
}
