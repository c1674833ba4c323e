import Community
import CRDT
import Interchange
import Store

/// A person as they are added in one go: a name, and ways to reach them.
package struct NewPerson: Sendable {
    /// Whole, as people say it: "Wilhelmina van den Berg", "Berg, van den".
    package var name: String
    package var phones: [String] = []
    package var emails: [String] = []
    /// Each on one line: "Lindelaan 12, 1234 AB Zuiderhaven".
    package var addresses: [String] = []
    /// Columns of `contact` besides the name.
    package var more: [(name: String, text: String)] = []

    package init(name: String) { self.name = name }
}

/// A person who is checked, and not yet in the list.
package struct DraftPerson: Sendable {
    let contact: [(name: String, value: Value)]
    /// Without whose they are.
    let rows: [(table: String, values: [(name: String, value: Value)])]
    /// Contacts that may be the same person, the likeliest first.
    package let known: [(contact: PossibleDuplicate.Side, score: Int, level: Likeness.Level)]
}

extension Replica {
    /// Checks all of a person before anything is written, and looks whether they are in the list already.
    ///
    /// - Throws: `EntryRefusal`.
    package func draft(_ person: NewPerson) throws -> DraftPerson {
        let split = PersonName(splitting: person.name)
        let name = [("given_name", split.given), ("infix", split.infix), ("family_name", split.family)].filter { !$0.1.isEmpty }
        let contact = try entered(name.map { (name: $0.0, text: $0.1) } + person.more, newIn: sharedTable("contact"))
        // Whose it is stands there once the contact does: an id stands in for it until then.
        let owner = "00000000000000000000000000000000"
        func rows(_ table: String, _ typed: [[(name: String, text: String)]]) throws -> [(table: String, values: [(name: String, value: Value)])] {
            let shape = try sharedTable(table)
            return try typed.map { row in
                let values = try entered(row + [(name: "contact", text: owner)], newIn: shape, trusting: owner)
                return (table: table, values: values.filter { $0.name != "contact" })
            }
        }
        func point(_ type: String, _ value: String) -> [(name: String, text: String)] { [("type", type), ("value", value)] }
        let points = try rows("contact_point", person.phones.map { point("tel", $0) } + person.emails.map { point("email", $0) })
        let addresses = try rows("address", person.addresses.map { line in addressParts(line).sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) } })
        var known = ContactRows()
        func text(_ value: Value) -> String? { if case .text(let bytes) = value { String(decoding: bytes, as: UTF8.self) } else { nil } }
        for (name, value) in contact { known.contact[name] = text(value) }
        for row in points {
            let values = Dictionary(row.values.map { ($0.name, text($0.value) ?? "") }) { first, _ in first }
            known.points.append((values["type"] ?? "", values["value"] ?? ""))
        }
        for row in addresses { known.addresses.append(Dictionary(row.values.compactMap { value in text(value.value).map { (value.name, $0) } }) { first, _ in first }) }
        return DraftPerson(contact: contact, rows: points + addresses, known: try duplicates(of: known))
    }

    /// Adds a person with all that was drafted, as one step.
    package func add(_ person: DraftPerson) throws -> RecordID {
        try edit { try $0.addAll("contact", person.contact, owned: person.rows, by: "contact") }
    }
}
