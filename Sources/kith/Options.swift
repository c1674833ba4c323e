import ArgumentParser
import Community
import CRDT
import Engine
import Store

struct OutputOptions: ParsableArguments {
    @Flag(help: ArgumentHelp(both("Voor scripts: JSON met vaste sleutels.", "For scripts: JSON with stable keys.")))
    var json = false
}

struct ReplicaOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        both("De replica (anders KITH_REPLICA, anders die in de gegevensmap).",
             "The replica (else KITH_REPLICA, else the one in the data folder)."),
        valueName: both("bestand", "file")))
    var replica: String?

    @OptionGroup var output: OutputOptions

    var json: Bool { output.json }

    func open(forReading: Bool = false) throws -> Replica {
        let opened = try about(replica ?? "") { try Replica.open(replica, forReading: forReading, App.environment) }
        Terminal.tellUnwatched(opened, isJSON: json)
        return opened
    }

    /// Opens the replica, and resolves an id or an ending of one in it.
    func open(_ id: String, in table: String? = nil, includingTrash: Bool = false) throws -> (Replica, RecordID) {
        let replica = try open()
        return (replica, try replica.store.resolve(id, in: table, includingTrash: includingTrash))
    }
}

struct MassChangeOptions: ParsableArguments {
    @Flag(help: ArgumentHelp(both(
        "Een groot deel van een tabel is met SQL veranderd, en dat is de bedoeling.",
        "A large share of a table was changed by SQL, and that is meant.")))
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

    /// The value for a table's column: a number where the column holds numbers.
    func value(in table: Table) throws -> (name: String, value: Value) {
        let type = table.key.columns.contains(name) ? .text : table.column(ofPart: name)?.parts.first { $0.name == name }?.type
        guard let type else { throw StoreError(.unknownName, "\(table.name).\(name)") }
        return (name, text.isEmpty ? .null : Value(typed: text, as: type))
    }
}

func table(named name: String, in replica: Replica) throws -> Table {
    guard let table = replica.store.sharedTables.first(where: { $0.name == name }) else { throw StoreError(.unknownName, name) }
    return table
}

let assignmentHelp = ArgumentHelp(
    both("kolom=waarde; kolom= maakt leeg.", "column=value; column= makes it empty."),
    valueName: both("kolom=waarde", "column=value"))

let idHelp = ArgumentHelp(
    both("Een id, of een eenduidig einde van ten minste vier tekens.", "An id, or an unambiguous ending of four or more characters."),
    valueName: "id")

/// Says that something was done: a sentence, or an object.
func say(
    _ text: @autoclosure () throws -> String, or json: @autoclosure () throws -> [(String, JSON)], isJSON: Bool
) throws {
    if isJSON { try Output.json(.object(try json())) } else { try Output.line(try text()) }
}
