import Foundation
import Testing

/// Every example line that people read, in `--help` of both languages, README and Docs, run as it is written: a new one that does not run fails here.
@Suite struct ExampleTests {
    /// What becomes of a line.
    enum Outcome {
        /// It is done; exit code 0.
        case done
        /// It is done, and may say that somebody is needed; exit code 0 or 2.
        case mayNeedPerson
        /// It asks, and where nobody can be asked it does nothing; with --yes it is done.
        case asks
        /// It goes on until it is ended.
        case stays
        /// It wants a network, a stranger or secrets: on a laptop without a list it must be refused for another reason than how it is written.
        case written
    }

    /// Every line that is not simply done, by how it begins. One that fits no example fails as well.
    static let others: [(line: String, outcome: Outcome)] = [
        ("kith open", .stays), ("kith export calendar.ics --watch", .stays), ("kith export agenda.ics --watch", .stays),
        ("kith join CODE@", .written), ("kith join /media", .written), ("kith sync", .written), ("kith listen", .written), ("kith watch", .written),
        ("kith relay add", .written), ("kith relay remove", .written), ("kith recovery use", .written), ("kith device passphrase", .written),
        ("kith duplicates --review", .written),
        ("kith device admit", .asks), ("kith device promote", .asks), ("kith device revoke", .asks), ("kith key rotate", .asks),
        ("kith erase '", .asks), ("kith restore", .asks), ("kith quarantine discard", .asks), ("kith settle", .mayNeedPerson), ("kith bundle import", .mayNeedPerson), ("kith quarantine accept", .mayNeedPerson),
        ("kith conflicts", .mayNeedPerson), ("kith continuity", .mayNeedPerson), ("kith quarantine list", .mayNeedPerson), ("kith status", .mayNeedPerson),
    ]

    /// What is done before a command can be.
    static let before = ["redo": ["kith undo"], "match done": ["kith match accept 'Truus Smit'"]]

    static func outcome(_ line: String) -> Outcome { others.first { line.hasPrefix($0.line) }?.outcome ?? .done }

    // MARK: Lines

    struct Page: Sendable {
        /// "match accept", or the place in a file.
        let name: String
        let lines: [String]
    }

    /// The examples of each command, as the program itself lists its help.
    private static func helpPages(_ command: Command) throws -> [Page] {
        var pages: [Page] = []
        func walk(_ command: [String: Any], _ path: [String]) {
            let text = command["discussion"] as? String ?? ""
            let path = path + [command["commandName"] as? String ?? ""]
            let lines = text.split(separator: "\n").compactMap { line -> String? in
                guard let match = line.firstMatch(of: /^(?:.*(?:Voorbeeld|Voorbeelden|Example|Examples): | +)(kith .+)$/) else { return nil }
                return String(match.1).trimmingCharacters(in: .whitespaces)
            }
            if !lines.isEmpty, path.count > 1 { pages.append(Page(name: path.dropFirst().joined(separator: " "), lines: lines)) }
            for inner in command["subcommands"] as? [[String: Any]] ?? [] where inner["commandName"] as? String != "help" { walk(inner, path) }
        }
        walk(try #require(try command.run(Command.program, ["--experimental-dump-help"]).object()["command"] as? [String: Any]), [])
        return pages
    }

    /// The blocks of a page that begin with `kith`, each with its lines.
    private static func blocks(_ page: String) throws -> [[String]] {
        let text = try String(contentsOfFile: root + "/" + page, encoding: .utf8)
        return text.components(separatedBy: "\n```").enumerated().filter { $0.offset % 2 == 1 }
            .map { $0.element.split(separator: "\n").map(String.init).filter { $0.hasPrefix("kith ") || $0.hasPrefix("sqlite3 ") } }.filter { !$0.isEmpty }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardizedFileURL.path

    // MARK: Running

    /// Runs a line as a shell does, with /media and the home of this laptop inside the folder.
    private static func run(_ line: String, _ command: Command, wait: Bool = true) throws -> Command.Outcome {
        var line = line.replacing("/media/", with: command.folder + "/media/").replacing("~/.local/share", with: "\(command.folder)/\(command.laptop)")
        if !wait { line = line.replacing(/^kith/, with: "/usr/bin/timeout -k 3 3 '\(Command.program)'") }
        return try command.run("/bin/bash", ["-c", "set -o pipefail; kith() { '\(Command.program)' \"$@\"; }; lp() { cat; }; " + line])
    }

    /// Puts a prepared file where the line names one that is not there.
    private static func prepare(_ line: String, _ command: Command) throws {
        guard !line.contains("--request"), line.wholeMatch(of: /kith (import|adopt|join|restore|device admit|bundle import|bundle inspect|bundle verify)\b.*/) != nil else { return }
        for word in line.split(separator: " ").map({ $0.trimmingCharacters(in: ["'", "\""]) }) {
            let path = word.hasPrefix("/media/") ? command.folder + word : command.folder + "/" + word
            let ending = (word as NSString).pathExtension
            guard !ending.isEmpty, !FileManager.default.fileExists(atPath: path) else { continue }
            let source = command.folder + "/prepared/" + (line.contains("--table gathering") ? "gathering." : "list.") + ending
            if FileManager.default.fileExists(atPath: source) { try FileManager.default.copyItem(atPath: source, toPath: path) }
        }
    }

    private static func check(_ line: String, on command: Command, _ place: String, joins: Bool = false) throws {
        try prepare(line, command)
        let stranger = Command(folder: command.folder, laptop: "stranger", language: command.language)
        let (code, result): (Int32, Command.Outcome)
        let line = String(line.prefix(upTo: line.firstRange(of: /\s+# .*$/)?.lowerBound ?? line.endIndex))
        switch joins && line.hasPrefix("kith join /media") ? .done : outcome(line) {
        case .done: (code, result) = (0, try run(line, command))
        case .mayNeedPerson:
            result = try run(line, command)
            code = result.code == 2 ? 2 : 0
        case .asks:
            let asked = try run(line, command)
            #expect(asked.code == 64 && asked.err.contains("--yes"), "\(place): \(line): \(asked.code) \(asked.out)\(asked.err)")
            (code, result) = (0, try run(line + " --yes", command))
        case .stays:
            let ended = try run(line + (line.hasPrefix("kith open") ? " --no-browser" : ""), command, wait: false)
            (code, result) = ([9, 124, 137].contains(ended.code) ? ended.code : 0, ended)
        case .written:
            let outcome = try run(line + " --json", stranger)
            #expect(!outcome.err.contains(#""error":"usage""#), "\(place): \(line): \(outcome.err)")
            return
        }
        #expect(result.code == code, "\(place): \(line): \(result.code) \(result.out)\(result.err)")
        // Nobody reads a moment as computers write it; an address or a path may look so.
        #expect(!(result.out + result.err).contains(/\d{4}-\d\d-\d\dT\d\d:\d\d/), "\(place): \(line): \(result.out)")
    }

    /// The list to practise on, with what a laptop meets in a month: another laptop, a difference, a full gathering, somebody without access.
    private static func scene(_ folder: String, _ language: String) throws -> Command {
        var fatima = Command(folder: folder, laptop: "fatima", language: language)
        fatima.variables["KITH_REPLICA"] = folder + "/fatima/kith/practice/practice.kith"
        for name in ["media/stick", "media/schijf", "media/disk", "prepared"] {
            try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
        }
        try fatima.kith("init", "--practice")
        let jan = Command(folder: folder, laptop: "jan", language: language), piet = Command(folder: folder, laptop: "piet", language: language)
        try jan.joined(by: fatima)
        try piet.joined(by: fatima)
        try jan.kith("edit", "Jan de Vries", "language=tr")
        try fatima.kith("edit", "Jan de Vries", "language=pl")
        try jan.kith("bundle", "export", "jan.kithbundle")
        try fatima.kith("bundle", "import", "jan.kithbundle", code: 2)
        try fatima.kith("device", "revoke", "Laptop Piet", "--yes")
        try piet.kith("edit", "Maria Jansen", "language=de")
        try piet.kith("bundle", "export", "piet.kithbundle")
        try fatima.kith("bundle", "import", "piet.kithbundle", code: 2)
        for name in ["Jan de Vries", "Henk Bakker"] { try fatima.kith("add", "attendance", "gathering=Wandelgroep", "contact=\(name)", "status=signed_up") }
        try fatima.kith("edit", "Wandelgroep", "max_participants=1")
        for area in ["Zuid", "Oost", "East", "South"] {
            try fatima.kith("add", "area", "name=\(area)")
            try fatima.kith("add", "initiative", "name=Tuin \(area)", "area=\(area)")
        }
        try fatima.kith("invite", "--no-wait", "--no-qr")
        for kind in ["vcf", "ics"] { try fatima.kith("export", "prepared/list.\(kind)") }
        try fatima.kith("export", "prepared/gathering.csv", "--table", "gathering")
        try fatima.kith("backup", "prepared/list.kith")
        try Data("Voornaam,Achternaam,Telefoon,Roepnaam,Nick,Lidnr,Member no\nRoos,Dekker,06-00000201,Roos,Roosje,1,1\n".utf8)
            .write(to: URL(fileURLWithPath: folder + "/prepared/list.csv"))
        try jan.kith("edit", "Truus Smit", "area=Oost")
        try jan.kith("bundle", "export", "prepared/list.kithbundle")
        try FileManager.default.copyItem(atPath: folder + "/prepared/list.kithbundle", toPath: folder + "/media/stick/jan.kithbundle")
        let els = Command(folder: folder, laptop: "els", language: language)
        try els.kith("join", "--request", "prepared/list.kithrequest", "--name", "Laptop Els")
        var berlin = Command(folder: folder, laptop: "berlin", language: language)
        try berlin.kith("init", "--space", "Berlin", "--name", "Laptop Berlin")
        berlin.variables["KITH_REPLICA"] = folder + "/berlin/kith/berlin.kith"
        for name in ["Balkonbingo", "Balcony bingo"] { try berlin.kith("add", "initiative", "name=\(name)", "lessons=Warm") }
        try berlin.kith("publish", "prepared/list.kithpublic", "--as", "Berlin")
        return fatima
    }

    /// Runs each page of examples, from the first to the last line of it, on a list of its own.
    private func run(_ language: String, _ pages: (Command) throws -> [Page]) throws {
        try Command.inScratch { folder in
            let made = folder + "/made"
            try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
            let fatima = try ExampleTests.scene(made, language)
            let copy = folder + "/copy"
            for page in try pages(fatima) {
                try FileManager.default.copyItem(atPath: made, toPath: copy)
                defer { try? FileManager.default.removeItem(atPath: copy) }
                var command = Command(folder: copy, laptop: "fatima", language: language)
                command.variables["KITH_REPLICA"] = copy + "/fatima/kith/practice/practice.kith"
                // Who begins or asks to take part has no list yet.
                if ["init", "join"].contains(page.name) { command = Command(folder: copy, laptop: "nobody", language: language) }
                for line in (ExampleTests.before[page.name] ?? []) + page.lines { try ExampleTests.check(line, on: command, page.name) }
            }
        }
    }

    @Test("Every example of --help runs as it is written", arguments: ["nl", "en"])
    func help(_ language: String) throws {
        try run(language) { command in
            let pages = try ExampleTests.helpPages(command)
            let count = pages.map(\.lines.count).reduce(0, +)
            #expect(pages.count > 70 && count > 100, "\(pages.count) \(count)")
            return pages
        }
    }

    @Test("Every line of Docs that begins with kith runs as it is written", arguments: ["nl", "en"])
    func docs(_ language: String) throws {
        try run(language) { _ in
            let pages = try ["Docs/Community.md"].flatMap { page in try ExampleTests.blocks(page).map { Page(name: page, lines: $0) } }
            #expect(pages.count >= 4)
            return pages
        }
    }

    @Test("An exception of the table is an exception of something")
    func table() throws {
        try Command.inScratch { folder in
            var lines = try ["Docs/Community.md", "README.md"].flatMap { try ExampleTests.blocks($0).flatMap { $0 } }
            for language in ["nl", "en"] { lines += try ExampleTests.helpPages(Command(folder: folder, laptop: "x", language: language)).flatMap(\.lines) }
            for (begin, _) in ExampleTests.others { #expect(lines.contains { $0.hasPrefix(begin) }, "\(begin)") }
        }
    }

    @Test("README's five minutes go as they are written", .enabled(if: hasSQLite), arguments: ["nl", "en"])
    func fiveMinutes(_ language: String) throws {
        try Command.inScratch { folder in
            try FileManager.default.createDirectory(atPath: folder + "/media/stick", withIntermediateDirectories: true)
            try Data("Voornaam;Achternaam;Telefoon\nNoor;Quispel;06-00990099\n".utf8).write(to: URL(fileURLWithPath: folder + "/people.csv"))
            // The second reader's lines, and make's, are other programs'.
            let blocks = try ExampleTests.blocks("README.md").filter { !$0[0].hasPrefix("kith-") }
            let laptops = ["fatima", "jan", "fatima", "jan", "fatima"]
            #expect(blocks.count == laptops.count)
            for (block, laptop) in zip(blocks, laptops) {
                for line in block {
                    try ExampleTests.check(line, on: Command(folder: folder, laptop: laptop, language: language), "README.md", joins: true)
                }
            }
        }
    }

    // MARK: What is named

    /// Commands that sentences, help and pages name, in quotes: each is there, with each option.
    @Test("Every command that a sentence names is there, with its options")
    func named() throws {
        var options: [String: Set<String>] = [:]
        func walk(_ command: [String: Any], _ path: [String], _ above: Set<String>) {
            let path = path + [command["commandName"] as? String ?? ""]
            let names = (command["arguments"] as? [[String: Any]] ?? []).flatMap { $0["names"] as? [[String: Any]] ?? [] }.compactMap { $0["name"] as? String }
            let inner = command["subcommands"] as? [[String: Any]] ?? []
            let first = command["defaultSubcommand"] as? String
            options[path.joined(separator: " ")] = Set(names)
            for inner in inner { walk(inner, path, []) }
            let more = first.flatMap { options[(path + [$0]).joined(separator: " ")] } ?? []
            options[path.joined(separator: " "), default: []].formUnion(more)
        }
        try Command.inScratch { folder in
            for program in ["kith", "kith-relay"] {
                let file = (Command.program as NSString).deletingLastPathComponent + "/" + program
                walk(try #require(try Command(folder: folder, laptop: "x").run(file, ["--experimental-dump-help"]).object()["command"] as? [String: Any]), [], [])
            }
        }
        var texts = try ["README.md", "Docs/Community.md", "Docs/Relay.md"].map { ($0, try String(contentsOfFile: ExampleTests.root + "/" + $0, encoding: .utf8)) }
        let sources = URL(fileURLWithPath: ExampleTests.root + "/Sources")
        for case let file as URL in FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)! where file.pathExtension == "swift" {
            texts.append((file.lastPathComponent, try String(contentsOf: file, encoding: .utf8)))
        }
        var count = 0
        for (place, text) in texts {
            let isPage = place.hasSuffix(".md")
            let found = isPage ? text.matches(of: /`(kith(?:-relay)? [^`]+)`/).map(\.1) : text.matches(of: /'(kith(?:-relay)? [^'"\n]+)['"]/).map(\.1)
            // A name that is hashed, and no command.
            for command in found where !command.hasPrefix("kith dismissal ") {
                let words = command.split(whereSeparator: \.isWhitespace).map(String.init)
                // As many words as name a command; the rest is what it is given.
                let path = (1...min(3, words.count)).map { words.prefix($0).joined(separator: " ") }.last { options[$0] != nil }
                guard let path, path.contains(" ") || ["kith", "kith-relay"].contains(words.joined(separator: " ")) || words[1].hasPrefix("-") || words[1].hasPrefix("%") else {
                    Issue.record("\(place): there is no '\(command)'")
                    continue
                }
                count += 1
                for word in words where word.hasPrefix("--") {
                    let name = String(word.dropFirst(2).prefix { $0.isLetter || $0 == "-" })
                    let isThere = ["help", "version", "yes", ""].contains(name) || options[path]?.contains(name) == true
                    #expect(isThere, "\(place): '\(command)' has no --\(name)")
                }
            }
        }
        #expect(count > 300, "\(count)")
    }
}
