import ArgumentParser
import Community
import CRDT
import Engine
import Interchange
import Store
import Words

struct AddPerson: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "person",
            abstract: both("Voeg een persoon toe, met telefoon, e-mail en adres.", "Add a person, with phone, e-mail and address."),
            discussion: both(
                "Kijkt eerst of de persoon er al in staat; dan wordt er gevraagd, of met --yes toch toegevoegd. Alles is één stap: 'kith undo' maakt haar ongedaan.\nVoorbeeld: kith add person 'Roos van den Heuvel' --phone 06-12345678 --email roos@voorbeeld.nl --address 'Lindelaan 12, 1234 AB Zuiderhaven'",
                "Looks first whether the person is in the list already; then asks, or adds all the same with --yes. All of it is one step: 'kith undo' undoes it.\nExample: kith add person 'Roos van den Heuvel' --phone 06-12345678 --email roos@example.org --address 'Lindelaan 12, 1234 AB Zuiderhaven'"))
    }

    @Argument(help: ArgumentHelp(both("De hele naam.", "The whole name."), valueName: both("naam", "name"))) var name: String
    @Argument(help: assignmentHelp) var values: [Assignment] = []
    @Option(help: ArgumentHelp(both("Een telefoonnummer; mag vaker.", "A telephone number; may be given more than once."), valueName: both("nummer", "number")))
    var phone: [String] = []
    @Option(help: ArgumentHelp(both("Een e-mailadres; mag vaker.", "An e-mail address; may be given more than once."), valueName: "e-mail"))
    var email: [String] = []
    @Option(help: ArgumentHelp(both("Een adres op één regel; mag vaker.", "An address on one line; may be given more than once."), valueName: both("adres", "address")))
    var address: [String] = []
    @OptionGroup var yes: YesOptions
    @OptionGroup var options: ReplicaOptions

    func run() throws {
        let replica = try options.open()
        var person = NewPerson(name: name)
        (person.phones, person.emails, person.addresses) = (phone, email, address)
        person.more = values.map { ($0.name, $0.text) }
        let draft = try replica.draft(person)
        if !draft.known.isEmpty, !yes.isGiven {
            if !options.json { Terminal.write(try exists(draft, ShortIDs(replica.store)) + "\n") }
            try yes.confirm(App.language.say(EntrySentence.addAllTheSame), isJSON: options.json)
        }
        let record = try replica.add(draft)
        try say(
            App.language.say(.added, "contact", try ShortIDs(replica.store).text(record), try replica.title(of: record, App.language)),
            or: json(record) + [("may_exist", .array(draft.known.map { .object(json($0.contact.id) + [("name", .string($0.contact.name))]) }))],
            isJSON: options.json)
        try replica.close()
    }

    private func exists(_ draft: DraftPerson, _ ids: ShortIDs) -> String {
        let language = App.language
        return ([language.say(.addMayExist)] + draft.known.map {
            language.say(
                .addMayExistLine, ids.text($0.contact.id), plain($0.contact.name), $0.contact.details.map(plain).joined(separator: " · "),
                language.say($0.level), language.number($0.score))
        }).joined(separator: "\n")
    }
}
