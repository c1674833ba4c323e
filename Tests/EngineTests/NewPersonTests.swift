import Engine
import Testing

/// Whoever is added in one go is looked for first.
@Suite struct NewPersonTests {
    @Test("Who was added a moment ago is known already")
    func knownAtOnce() throws {
        let scratch = try Scratch()
        let fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
        var person = NewPerson(name: "Willemien van den Berg")
        person.phones = ["06-12345678"]
        let first = try fatima.draft(person)
        #expect(first.known.isEmpty)
        let record = try fatima.add(first)
        // Nothing has stamped it meanwhile.
        #expect(try fatima.draft(person).known.map(\.contact.id) == [record])
        try fatima.close()
    }

    @Test("What stands behind the last comma of an address is the town, unless it belongs to the number", arguments: [
        ("Lindelaan 12, Oefenstad", ["street": "Lindelaan", "number": "12", "city": "Oefenstad"]),
        ("Lindelaan 12, 1234 AB Oefenstad", ["street": "Lindelaan", "number": "12", "postal_code": "1234 AB", "city": "Oefenstad"]),
        ("Lindelaan 12, 3 hoog", ["street": "Lindelaan", "number": "12", "addition": "3 hoog"]),
        ("Lindelaan 12, achterhuis", ["street": "Lindelaan", "number": "12", "addition": "achterhuis"]),
    ]) func towns(_ line: String, _ parts: [String: String]) {
        #expect(AddressLine.parts(line) == parts)
    }
}
