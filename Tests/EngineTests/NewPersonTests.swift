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
}
