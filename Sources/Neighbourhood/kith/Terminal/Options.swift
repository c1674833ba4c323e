import ArgumentParser
import Community
import CRDT
import Engine
import Platform
import Schema
import Store
import Words

struct OutputOptions: ParsableArguments {
    @Flag(help: ArgumentHelp(both("Voor scripts: JSON met vaste sleutels.", "For scripts: JSON with stable keys.")))
    var json = false
}

struct ReplicaOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        both("De lijst (anders KITH_REPLICA, anders die in de gegevensmap).",
             "The list (else KITH_REPLICA, else the one in the data folder)."),
        valueName: both("bestand", "file")))
    var replica: String?

    @OptionGroup var output: OutputOptions

    var json: Bool { output.json }

    func open(forReading: Bool = false) throws -> Replica {
        let opened = try about(replica ?? "") { try Replica.open(for: .community, replica, forReading: forReading, App.environment) }
        Terminal.tellUnwatched(opened, isJSON: json)
        return opened
    }

    /// Opens the replica, and resolves an id or an ending of one in it.
    func open(_ id: String, in table: String? = nil, includingTrash: Bool = false, trashFirst: Bool = false) throws -> (Replica, RecordID) {
        let replica = try open()
        return (replica, try record(id, in: table.map { [$0] }, replica, includingTrash: includingTrash, trashFirst: trashFirst))
    }

    /// The one row that a person means, by an id, an ending of one or a name; of several a person at a terminal chooses.
    func record(
        _ name: String, in tables: [String]? = nil, _ replica: Replica, includingTrash: Bool = false, trashFirst: Bool = false
    ) throws -> RecordID {
        try chosen(name, replica) { try replica.record(named: name, in: tables, includingTrash: includingTrash, trashFirst: trashFirst) }
    }

    /// The same of what has all these columns: of a person's own, where the person has them not.
    func record(_ name: String, having columns: [String], _ replica: Replica) throws -> RecordID {
        try chosen(name, replica) { try replica.record(named: name, having: columns) }
    }

    /// The same of some rows alone: of what there is to choose, or to look at.
    func record(_ name: String, among records: Set<RecordID>, _ replica: Replica) throws -> RecordID {
        try chosen(name, replica) { try replica.record(named: name, among: records) }
    }

    private func chosen(_ name: String, _ replica: Replica, _ find: () throws -> RecordID) throws -> RecordID {
        do {
            return try about(name, find)
        } catch let failure as Failure {
            guard let choice = failure.underlying as? NameChoice, let chosen = try Terminal.choose(choice, replica, isJSON: json) else { throw failure }
            return chosen
        }
    }

    /// What people typed for columns as it is to be stored; of several that a name fits, a person at a terminal chooses.
    func entered<Values>(
        _ typed: [Assignment], _ replica: Replica, _ read: ([(name: String, text: String)]) throws -> Values
    ) throws -> Values {
        var typed = typed.map { (name: $0.name, text: $0.text) }
        while true {
            do {
                return try read(typed)
            } catch let choice as NameChoice {
                guard let chosen = try Terminal.choose(choice, replica, isJSON: json), let index = typed.firstIndex(where: { $0.text.contains(choice.name) })
                else { throw choice }
                typed[index].text = chosen.key[0]
            }
        }
    }
}

struct MassChangeOptions: ParsableArguments {
    @Flag(help: ArgumentHelp(both(
        "Er is met SQL veel tegelijk veranderd, en dat is de bedoeling.",
        "Much was changed at once by SQL, and that is meant.")))
    var acceptMassChange = false
}

/// `column=value` as typed. Nothing after the sign sets NULL.
struct Assignment: ExpressibleByArgument {
    let name: String
    let text: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else { return nil }
        name = String(argument[..<sign])
        text = String(argument[argument.index(after: sign)...])
    }

    init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
    }
}

func table(named name: String, in replica: Replica) throws -> Table { try replica.sharedTable(name) }

let assignmentHelp = ArgumentHelp(
    both("kolom=waarde, zoals voornaam=Fatima; kolom= maakt leeg.", "column=value, such as area=South; column= makes it empty."),
    valueName: both("kolom=waarde", "column=value"))

let idHelp = ArgumentHelp(
    both("Een naam, een kenmerk, of een einde daarvan van ten minste vier tekens.", "A name, a reference, or an ending of one of four or more characters."),
    valueName: both("naam", "name"))

/// Says that something was done: a sentence, or an object.
func say(
    _ text: @autoclosure () throws -> String, or json: @autoclosure () throws -> [(String, JSON)], isJSON: Bool
) throws {
    if isJSON { try Output.json(try json()) } else { try Output.line(try text()) }
}
