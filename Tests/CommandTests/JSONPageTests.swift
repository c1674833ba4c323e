import Foundation
import Testing

/// The page of JSON tells of every command, and of nothing that is not there. That what it tells is so, `Command` sees in every answer of every test.
struct JSONPageTests {
    /// The commands that take `--json`, as the program itself lists them.
    private func commands(_ program: String) throws -> Set<String> {
        var found: Set<String> = []
        func walk(_ command: [String: Any], _ path: [String]) {
            let path = path + [command["commandName"] as? String ?? ""]
            let inner = (command["subcommands"] as? [[String: Any]] ?? []).filter { $0["commandName"] as? String != "help" }
            for command in inner { walk(command, path) }
            let names = (command["arguments"] as? [[String: Any]] ?? []).flatMap { $0["names"] as? [[String: Any]] ?? [] }
            if inner.isEmpty, names.contains(where: { $0["name"] as? String == "json" }) { found.insert(path.joined(separator: " ")) }
        }
        try Command.inScratch { folder in
            let file = (Command.program as NSString).deletingLastPathComponent + "/" + program
            let outcome = try Command(folder: folder, laptop: "fatima").run(file, ["--experimental-dump-help"])
            walk(try #require(try outcome.object()["command"] as? [String: Any]), [])
        }
        return found
    }

    @Test("Each command with --json has a section, and each section a command")
    func sections() throws {
        let page = try JSONPage.page.get()
        let commands = try commands("kith").union(commands("kith-relay"))
        #expect(commands.count > 80)
        let sections = Set(page.sections.keys.filter { $0.hasPrefix("kith") })
        #expect(commands == sections, "\(commands.symmetricDifference(sections).sorted())")
        #expect(sections.allSatisfy { !page.sections[$0]!.isEmpty })
    }

    @Test("Each key of the page stands in the sources")
    func keys() throws {
        let root = URL(fileURLWithPath: JSONPage.file).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
        var text = ""
        for folder in ["Neighbourhood/kith", "Neighbourhood/Interchange", "Relay/kith-relay"] {
            for case let file as URL in FileManager.default.enumerator(at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)! where file.pathExtension == "swift" {
                text += try String(contentsOf: file, encoding: .utf8)
            }
        }
        let keys = Set(try JSONPage.page.get().sections.values.joined().flatMap(\.pieces).map { String($0.prefix { $0 != "[" }) }).subtracting(["*"])
        #expect(keys.count > 150)
        let missing = keys.filter { !text.contains("(\"\($0)\",") && !text.contains("named(\"\($0)\"") && !text.contains("[(\"\($0)\"") }
        #expect(missing.isEmpty, "\(missing.sorted())")
    }

    @Test("What the page does not tell is seen", arguments: [
        (#"{"format": 1, "device": "X"}"#, true), (#"{"format": 1, "device": null}"#, false), (#"{"format": 1, "device": 3}"#, false),
        (#"{"format": 1, "device": "X", "more": 1}"#, false), (#"{"device": "X"}"#, false), (#"[]"#, false),
        (#"{"format": 1, "device": {"id": "X"}}"#, false), (#"{"format": 1, "device": ["X"]}"#, false),
    ])
    func untold(_ answer: String, _ isRight: Bool) throws {
        #expect(try JSONPage.page.get().faults(of: answer, in: "kith device id").isEmpty == isRight)
    }

    @Test("Times are times, lists are lists of what they are told to be")
    func types() throws {
        let page = try JSONPage.page.get()
        let relay = #""device": "X", "label": "R", "address": "H:1#X", "lacks": 0, "removed": false"#
        #expect(page.faults(of: #"{"format": 1, "relays": [{\#(relay), "met": "2026-03-01T10:00:00Z"}, {\#(relay), "met": null}]}"#, in: "kith relay list").isEmpty)
        #expect(!page.faults(of: #"{"format": 1, "relays": [{\#(relay), "met": 1772000000000}]}"#, in: "kith relay list").isEmpty)
        #expect(!page.faults(of: #"{"format": 1, "relays": ["X"]}"#, in: "kith relay list").isEmpty)
        #expect(page.faults(of: #"{"format": 1, "relays": []}"#, in: "kith relay list").isEmpty)
    }
}
