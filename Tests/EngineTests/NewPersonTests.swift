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

    @Test("Who is added to a long list is looked for by name, number and address, and does not wait until everybody was compared")
    func knownInALongList() throws {
        let scratch = try Scratch()
        let fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
        for portion in 0..<3 {
            let rows = (0..<400).map { index in "('c\(portion)x\(index)', 'Naam\(index)', 'Ander\(portion)')" }
            try fatima.store.executeAsClient("insert into contact (id, given_name, family_name) values " + rows.joined(separator: ", "))
        }
        try fatima.stamp(acceptingMassChange: true)
        func person(_ name: String, phone: String? = nil, address: String? = nil) -> NewPerson {
            var person = NewPerson(name: name)
            person.phones = [phone].compactMap { $0 }
            person.addresses = [address].compactMap { $0 }
            return person
        }
        let whole = person("Willemien van den Berg", phone: "06-12345678", address: "Lindelaan 12, 1234 AB Oefenstad")
        let record = try fatima.add(fatima.draft(whole))
        for again in [
            whole, person("Willemien van den Berg"), person("W. Berg", phone: "+31 6 12345678"), person("Wilhelmina van den Berg", address: "Lindelaan 12, 1234 AB Oefenstad"),
        ] {
            #expect(try fatima.draft(again).known.map(\.contact.id) == [record], "\(again)")
        }
        #expect(try fatima.draft(person("Zonderling Nergensmans")).known.isEmpty)
        #expect(try !fatima.isCompared())
        _ = try fatima.duplicates(limit: 1)
        #expect(try fatima.isCompared())
        #expect(try fatima.draft(whole).known.map(\.contact.id) == [record])
        try fatima.close()
    }
}
