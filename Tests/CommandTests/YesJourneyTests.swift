import Foundation
import Testing

/// Where nobody can be asked, only --yes says yes: for everything that lets in, puts out, changes keys, or throws away.
struct YesJourneyTests {
    /// A space in which each of the commands would do something; the file as it is.
    private func scene(_ folder: String) throws -> (fatima: Command, jan: Command, quarantined: String, contact: String) {
        let fatima = Command(folder: folder, laptop: "fatima"), jan = Command(folder: folder, laptop: "jan")
        try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
        let contact = try #require(try fatima.kith("add", "contact", "given_name=Noor", "--json").object()["id"] as? String)
        try jan.joined(by: fatima)
        let piet = Command(folder: folder, laptop: "piet")
        try piet.joined(by: fatima)
        try fatima.kith("recovery", "print", "--json")
        try fatima.kith("device", "revoke", "Laptop Piet", "--yes")
        try piet.kith("add", "contact", "given_name=Later")
        try piet.kith("bundle", "export", "piet.kithbundle")
        try fatima.kith("bundle", "import", "piet.kithbundle", code: 2)
        let quarantined = try #require(try fatima.kith("quarantine", "list", "--json", code: 2).array().first?["id"] as? String)
        try fatima.kith("backup", "backup.kith")
        try Command(folder: folder, laptop: "els").kith("join", "--request", "els.kithrequest", "--name", "Laptop Els")
        return (fatima, jan, quarantined, contact)
    }

    @Test("No terminal and no --yes: exit code 64, one sentence, and nothing is done")
    func refused() throws {
        try Command.inScratch { folder in
            var (fatima, _, quarantined, contact) = try scene(folder)
            fatima.input = ""
            let commands: [[String]] = [
                ["device", "admit", "els.kithrequest"], ["device", "admit", "els.kithrequest", "--role", "coordinator"],
                ["device", "admit", "els.kithrequest", "--role", "relay"], ["device", "revoke", "Laptop Jan"],
                ["device", "revoke", "Laptop Fatima"], ["key", "rotate"], ["recovery", "print"], ["recovery", "use"],
                ["quarantine", "accept", quarantined], ["quarantine", "discard", quarantined], ["erase", contact],
                ["restore", "backup.kith", "--replace"],
            ]
            func state() throws -> [String] {
                try ["device list", "invite list", "list contact", "erase --status"].map { text in
                    try fatima.run(Command.program, text.split(separator: " ").map(String.init) + ["--json"]).out
                } + [try fatima.run(Command.program, ["quarantine", "list", "--json"]).out]
            }
            let before = try state()
            for command in commands {
                for json in [false, true] {
                    let outcome = try fatima.kith(list: command + (json ? ["--json"] : []), code: 64)
                    #expect(outcome.err.contains("--yes") && outcome.err.contains("Nothing was done"), "\(command): \(outcome.err)")
                    if json { #expect(outcome.err.contains("\"needs-yes\""), "\(command)") }
                }
                #expect(try state() == before, "\(command)")
            }
        }
    }

    @Test("With --yes each is done; what only looks asks nothing")
    func given() throws {
        try Command.inScratch { folder in
            let (fatima, jan, quarantined, contact) = try scene(folder)
            try fatima.kith("quarantine", "accept", quarantined, "--dry-run")
            try fatima.kith("device", "admit", "els.kithrequest", "--yes")
            try fatima.kith("key", "rotate", "--yes")
            try fatima.kith("recovery", "print", "--yes", "--json")
            try fatima.kith("erase", contact, "--yes")
            try fatima.kith("restore", "backup.kith", "--replace", "--yes")
            // Removing oneself says what is so until the others have heard of it.
            let said = try jan.kith("device", "revoke", "Laptop Jan", "--yes").out
            #expect(said.contains("kith sync") && said.contains("can still read") && !said.contains("cannot read"))
        }
    }
}
