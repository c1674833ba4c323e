// A library of tools: two tables, three devices, and nothing but `import Kith`. Tests/outside.sh builds it as a package of its own.
import Kith

let schema = Schema {
    Table("tool") {
        Column("name")
        Column("lent", .counter)
        Column.createdAt
    }
    Table("loan", ownedBy: [Table.Owner("tool", of: "tool")]) {
        Column("tool", references: "tool")
        Column("borrower")
        Column("lent_on", .once)
    }
}

func expect(_ holds: Bool, _ what: String) {
    print("\(holds ? "ok " : "NOT"): \(what)")
    if !holds { fatalError(what) }
}

let client = try Client(schema: schema, founding: [Client.Seed("tool", id: "ladder", ["name": "The ladder"])])

func live() async throws {
    // Founds, and lets one device in by stick and one by an invite over TCP.
    let shed = try Replica.found("Tools", for: client, as: "Shed", Environment(folder: "tools/shed"))
    let vanID = try Replica.request(to: "stick/van.kithrequest", as: "Van", Environment(folder: "tools/van"))
    let request = try Replica.request(at: "stick/van.kithrequest")
    expect(request.id == vanID, "the request says which device it is of")
    try shed.admit(request)
    try shed.exportBundle(to: "stick/tools.kithbundle")
    let van = try Replica.join(bundle: "stick/tools.kithbundle", for: client, Environment(folder: "tools/van"))
    let listener = try shed.listen(host: "127.0.0.1", port: 0, findable: false)
    let address = "127.0.0.1:\(listener.port)"
    let home = try await Replica.join(invite: shed.invite(), at: address, for: client, as: "Home", Environment(folder: "tools/home"))
    let everybody = [shed, van, home]
    for replica in everybody {
        expect(try replica.read { try $0.rows("select name from tool") }.map(\.values) == [["The ladder"]], "\(replica.label) has the ladder")
    }

    // Live rows before anything is written.
    var lent = van.rows("select tool, borrower from loan order by borrower").makeAsyncIterator()
    expect(try await lent.next()?.isEmpty == true, "nothing is lent")

    // By TCP, and on by stick.
    try home.write { edits in
        try edits.add("loan", ["tool": "ladder", "borrower": "Noor", "lent_on": "2026-05-01"])
        try edits.increment(Record("tool", "ladder"), "lent")
    }
    let meeting = try await home.sync(with: address)
    expect(meeting.label == "Shed" && meeting.sentCount == 2, "what was written at home goes to the shed")
    try shed.exportBundle(to: "stick/tools.kithbundle")
    let changes = try van.importBundle("stick/tools.kithbundle")
    expect(changes.records.map(\.kind) == [.added, .changed], "the stick brings a loan, and a ladder that was lent")
    expect(try await lent.next()?.map(\.values) == [["ladder", "Noor"]], "the van's list comes again")

    // A conflict: named apart in the van and in the shed.
    let ladder = Record("tool", "ladder")
    try van.write { try $0.edit(ladder, ["name": "The long ladder"]) }
    try shed.write { try $0.edit(ladder, ["name": "Ladder, 6 m"]) }
    try van.exportBundle(to: "stick/back.kithbundle")
    expect(try shed.importBundle("stick/back.kithbundle").conflictsAfter == 1, "two names")
    var found: [Value] = []
    for case .conflict(ladder, "name", let values) in try shed.unsettled() { found = values.flatMap(\.values) }
    expect(Set(found) == ["The long ladder", "Ladder, 6 m"], "both are kept")
    try shed.settle(ladder, column: "name", .theirs)
    try await van.sync(with: address)
    try await home.sync(with: address)
    for replica in everybody {
        expect(try replica.read { try $0.rows("select name, lent from tool") }.map(\.values) == [["The long ladder", 1]], "\(replica.label) has the name that was chosen")
        expect(try replica.unsettled().isEmpty, "nothing waits at \(replica.label)")
    }

    // What cannot be synced is refused, with the column.
    do { _ = try Client(schema: Schema { Table("tool", columns: [Column("n", .counter, type: .text)]) }) } catch let error as KithError {
        expect(error.code == "wrong-kind" && error.sentence().contains("n"), error.sentence())
    }
    listener.close()
    for replica in everybody { try replica.close() }
    expect(try await lent.next() == nil, "a list ends when its replica is closed")
}

try await live()
