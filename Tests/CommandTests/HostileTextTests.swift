import Foundation
import Testing

/// What others choose (names, ids, paths, codes, columns) cannot act on a terminal, hide in it or begin a line of its own: whatever is
/// printed, by both programs, to both streams, as text and as JSON.
struct HostileTextTests {
    /// Sequences that set titles and colours, move, ring and answer; overrides and isolates; what has no width; tags; line ends; lone surrogates.
    private static let hostile =
        "aa\u{1B}]0;pwned\u{07}\u{1B}[31mbb\u{9B}2Jcc\u{08}\u{202E}dd\u{2066}\u{200F}ee\u{200B}\u{200D}\u{2060}\u{FEFF}\u{AD}ff\u{E0041}\u{E007F}"
        + "\nINJECTED\r\u{7F}gg\u{0C}\u{2028}INJECTED\u{85}INJECTED"
    /// What may stand in a file's name, and in a name that is checked at the door.
    private static let hostileName = hostile.replacingOccurrences(of: "/", with: "_")
    private static let hostileLabel = "aa\u{9B}2J\u{202E}dd\u{2066}\u{200F}ee\u{200B}\u{200D}\u{2060}\u{FEFF}ff\u{E0041}\u{2028}INJECTED"

    /// Whether a character does what nobody sees.
    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF: true
        default: false
        }
    }

    private func check(_ outcome: Command.Outcome, _ what: String, isJSON: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
        for (stream, text) in [("out", outcome.out), ("err", outcome.err)] {
            let unseen = Set(text.unicodeScalars.filter(HostileTextTests.isUnseen).map { String($0.value, radix: 16) })
            #expect(unseen.isEmpty, "\(what), \(stream): \(unseen)", sourceLocation: sourceLocation)
            let forged = text.split(separator: "\n").filter { $0.hasPrefix("INJECTED") }
            #expect(forged.isEmpty, "\(what), \(stream): \(forged)", sourceLocation: sourceLocation)
        }
        #expect(!outcome.err.contains("Fatal error"), "\(what)", sourceLocation: sourceLocation)
        if isJSON, !outcome.out.isEmpty {
            #expect((try? JSONSerialization.jsonObject(with: Data(outcome.out.utf8), options: .fragmentsAllowed)) != nil, "\(what): \(outcome.out)", sourceLocation: sourceLocation)
        }
    }

    /// Runs a command in both languages and as JSON. Its exit code does not matter.
    private func look(_ laptop: Command, _ arguments: [String], program: String = Command.program, once: Bool = false, sourceLocation: SourceLocation = #_sourceLocation) throws {
        var dutch = laptop
        dutch.language = "nl"
        let name = arguments.map { $0 == HostileTextTests.hostile ? "HOSTILE" : $0 }.joined(separator: " ")
        check(try laptop.run(program, arguments), name, isJSON: false, sourceLocation: sourceLocation)
        if once { return }
        check(try dutch.run(program, arguments), name + " (nl)", isJSON: false, sourceLocation: sourceLocation)
        check(try laptop.run(program, arguments + ["--json"]), name + " --json", isJSON: true, sourceLocation: sourceLocation)
    }

    private func quoted(_ text: String) -> String { "'" + text.replacingOccurrences(of: "'", with: "''") + "'" }

    @Test("Hostile text in every table, name, path and argument, through every command of kith", .enabled(if: hasSQLite))
    func kith() throws {
        try Command.inScratch { folder in
            let hostile = HostileTextTests.hostile, label = HostileTextTests.hostileLabel
            let fatima = Command(folder: folder, laptop: "fatima"), jan = Command(folder: folder, laptop: "jan")
            try look(fatima, ["init", "--space", hostile, "--name", "Laptop"])
            check(try fatima.kith("init", "--space", "Zuid" + label, "--name", label, "--replica", fatima.replica), "init", isJSON: false)
            let located = ["--replica", fatima.replica]
            func run(_ arguments: String..., once: Bool = false) throws { try look(fatima, arguments + located, once: once) }

            // A column that somebody added, and every text column of every table hostile; ids too. A pair's key as well.
            let h = quoted(hostile)
            try sql(fatima, "alter table contact add column \"x\(hostile)\" text")
            try sql(fatima, "insert into contact (id, given_name, family_name, nickname, organisation, area, source, preferred_channel, language, extra_vcard, \"x\(hostile)\") values ('id'||\(h), \(h), \(h), \(h), \(h), \(h), \(h), \(h), \(h), \(h), \(h)), ('k1', 'Noor', 'Berg', \(h), \(h), \(h), \(h), \(h), \(h), null, null)")
            try sql(fatima, "insert into contact_point (id, contact, type, value, label) values ('p1', 'k1', 'tel', \(h), \(h)), ('p2', 'id'||\(h), \(h), \(h), \(h))")
            try sql(fatima, "insert into address (id, contact, street, number, city) values ('a1', 'k1', \(h), \(h), \(h))")
            try sql(fatima, "insert into identity_link (contact, other, verdict, decided_by, reason) values ('id'||\(h), 'k1', 'same', \(h), \(h))")
            try sql(fatima, "insert into consent (contact, purpose, state, how, valid_until) values ('k1', \(h), 'given', \(h), '2020-01-01'), ('k1', 'newsletter', 'given', \(h), '2020-01-01')")
            try sql(fatima, "insert into consent_event (id, contact, purpose, state, how, valid_until, occurred_at) values ('e1', 'k1', \(h), \(h), \(h), \(h), '2020-01-01')")
            try sql(fatima, "insert into help_item (id, direction, contact, category, urgency, setting, area, description) values ('h'||\(h), 'request', 'k1', \(h), \(h), \(h), \(h), \(h)), ('o1', 'offer', 'k1', \(h), \(h), \(h), \(h), \(h))")
            try sql(fatima, "insert into contact_moment (id, worker, occurred_at, channel, purpose, summary, concern, follow_up_on) values ('m'||\(h), \(h), '2020-01-01', \(h), \(h), \(h), \(h), '2020-01-02')")
            try sql(fatima, "insert into contact_moment_contact (contact_moment, contact) values ('m'||\(h), 'k1')")
            try sql(fatima, "insert into initiative (id, name, activity_type, status, area, description, lessons, place, parent, recurrence_rule) values ('i'||\(h), \(h), \(h), 'active', \(h), \(h), \(h), \(h), 'i'||\(h), \(h)), ('i2', \(h), \(h), \(h), \(h), \(h), \(h), \(h), null, \(h))")
            try sql(fatima, "insert into gathering (id, initiative, place, starts_at, channel, status, max_participants) values ('g'||\(h), 'i2', \(h), '2999-01-01T10:00:00Z', \(h), 'planned', 0)")
            try sql(fatima, "insert into attendance (gathering, contact, status) values ('g'||\(h), 'k1', \(h))")
            try sql(fatima, "insert into organisation (id, name, type, url, area, description) values ('r'||\(h), \(h), \(h), \(h), \(h), \(h))")
            try sql(fatima, "insert into place (id, name, kind, status, street, city) values ('l'||\(h), \(h), \(h), \(h), \(h), \(h))")
            try sql(fatima, "insert into note (id, subject, kind, title, body) values ('n'||\(h), \(h), \(h), \(h), \(h))")
            try sql(fatima, "insert into item (id, label, kind, serial) values ('t'||\(h), \(h), \(h), \(h)); insert into loan (id, item, holder, lent_on) values ('u1', 't'||\(h), 'k1', '2020-01-01'), ('u2', 't'||\(h), 'id'||\(h), '2020-01-02')")

            let id = "id" + hostile
            for table in ["contact", "contact_point", "address", "identity_link", "consent", "help_item", "contact_moment", "initiative", "gathering", "organisation", "place", "note", "item", "loan", "attendance", "term"] {
                try run("list", table, once: table == "term")
            }
            for each in [id, "k1", "m" + hostile, "i" + hostile, id + ":k1", "k1:" + hostile, hostile] {
                try run("show", each, "--who")
                try run("show", each)
            }
            try run("list", hostile)
            try run("list", "contact", "--where", hostile)
            try run("list", "contact", "--where", "given_name = \(h) and nothing_called_so")
            try run("find", "aa")
            try run("find", hostile)
            try run("find", "--in", hostile, "aa")
            try run("tables", hostile)
            try run("today")
            try run("duplicates")
            try run("match")
            try run("match", "propose", "h" + hostile, "o1")
            try run("consent", "show", "k1")
            try run("consent", "record", "k1", hostile, "given", "--how", "spoken")
            try run("consent", "record", hostile, "contact", "given", "--how", "spoken")
            try run("retention")
            try run("continuity")
            try run("conflicts")
            try run("notices")
            try run("status")
            try run("initiative", "chain", "i2")
            try run("initiative", "succeed", "i2", hostile)
            for report in ["channels", "reach", "encounters", "demand", "continuity", "coverage", "bridging", "starts", "retention"] {
                try run("report", report)
                try run("report", report, "--area", hostile, once: true)
            }
            try run("report", hostile)
            try run("log", "k1", hostile, "--channel", hostile)
            try run("log", hostile, hostile, "--channel", "phone")
            try run("add", "contact", "given_name=\(hostile)", "\(hostile)=x")
            try run("add", "contact", "given_name=\(hostile)", "family_name=Berg")
            try run("add", hostile)
            try run("edit", "k1", "nickname=\(hostile)")
            try run("edit", "k1", "kind=\(hostile)")
            try run("edit", id, "\(hostile)=x")
            try run("count", "k1", hostile)
            try run("link", "k1", hostile, "same")
            try run("link", id, "k1", hostile)
            try run("settle", hostile, "--take", hostile)
            try run("dismiss", hostile)
            try run("delete", hostile)
            try run("undelete", id)

            // Files and folders.
            let file = "stick" + HostileTextTests.hostileName
            try run("bundle", "export", file + ".kithbundle")
            try run("bundle", "inspect", file + ".kithbundle")
            try run("bundle", "verify", file + ".kithbundle")
            try run("bundle", "import", file + ".kithbundle")
            try run("bundle", "import", file)
            try run("bundle", "export", hostile + "/x", "--for", hostile)
            try Data("\(hostile)".utf8).write(to: URL(fileURLWithPath: folder + "/" + file + ".csv"))
            try Data("Naam,\(label),Telefoon\n\(label),x,\(label)\n\"\(label)\",y\n".utf8).write(to: URL(fileURLWithPath: folder + "/list.csv"))
            try Data("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:\(label)\r\nTEL:\(label)\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:x".utf8).write(to: URL(fileURLWithPath: folder + "/cards.vcf"))
            for list in [file + ".csv", "list.csv", "cards.vcf", hostile] {
                try run("import", list, "--dry-run")
                try run("import", list, "--source", hostile)
                try run("import", list, "--map", "\(label)=\(hostile)", once: true)
            }
            try run("export", "x" + hostile)
            try run("export", "k.csv", "--table", hostile, once: true)
            try run("export", "k\(HostileTextTests.hostileName).csv")
            try run("export", "person", id, "p\(HostileTextTests.hostileName).json")
            try run("export", "person", id, "q\(HostileTextTests.hostileName).json", "--every-entry", once: true)
            try run("backup", "b" + HostileTextTests.hostileName)
            try run("restore", "no" + hostile)
            try run("publish", "pub\(HostileTextTests.hostileName).kithbundle", "--despite-mentions", once: true)
            try run("adopt", hostile)

            // Members, addresses, codes.
            try run("device", "list")
            try run("device", "id", once: true)
            try run("device", "rename", label)
            try run("device", "rename", hostile)
            try run("device", "revoke", hostile, "--yes")
            try run("device", "admit", hostile, "--yes")
            try run("join", "--request", "req.kithrequest", "--name", hostile)
            try look(jan, ["join", "--request", "jan\(HostileTextTests.hostileName).kithrequest", "--name", label], once: true)
            try run("device", "admit", "jan\(HostileTextTests.hostileName).kithrequest", "--yes", once: true)
            try run("bundle", "export", "for.kithbundle", "--for", label)
            try run("device", "list")
            try run("device", "revoke", label, "--yes")
            try run("relay", "add", hostile, "--device", hostile)
            try run("relay", "add", label + ":7777", "--device", "x")
            try run("relay", "list")
            try run("relay", "remove", hostile)
            try run("sync", hostile)
            try run("join", "--code", hostile, "--at", hostile)
            try run("invite", "list")
            try run("invite", "withdraw", hostile)
            try run("quarantine", "list")
            try run("quarantine", "accept", hostile)
            try run("quarantine", "discard", hostile, "--yes")
            try run("key", "rotate", "--yes", once: true)
            try run("erase", id)
            try run("erase", hostile)
            try run("erase", id, "--yes", "--every-entry", once: true)
            try run("erase", "--status")
            try run("undo")
            // What the parser says.
            try look(fatima, [hostile])
            try look(fatima, ["list", "--" + hostile])
            try look(fatima, ["status", "--replica", hostile])
            try look(fatima, ["status", "--replica", folder + "/list.csv"])
            var variables = fatima
            variables.variables = ["KITH_REPLICA": hostile, "KITH_PASSPHRASE_FILE": hostile]
            try look(variables, ["status"])
            try look(variables, ["device", "list"] + located)
        }
    }

    @Test("And through every command of kith-relay")
    func relay() throws {
        try Command.inScratch { folder in
            let hostile = HostileTextTests.hostile
            let program = RelayCommandTests.Relay.program
            var laptop = RelayCommandTests.Relay(folder).command
            for arguments in [
                ["init", "--name", hostile], ["init", "--name", HostileTextTests.hostileLabel], ["space", "add", hostile], ["space", "add", "list\(hostile)"],
                ["space", "list"], ["space", "remove", hostile, "--yes"], ["devices"], ["devices", hostile], ["log"], ["log", hostile], ["stats"],
                ["verify"], ["verify", hostile], ["backup", "to" + HostileTextTests.hostileName], ["restore", hostile, "--yes"], ["reload"], [hostile],
                ["space", "list", "--config", hostile], ["stats", "--" + hostile],
            ] {
                try look(laptop, arguments, program: program)
            }
            try Data("listen:\n  port: \(hostile)\n".utf8).write(to: URL(fileURLWithPath: folder + "/settings"))
            laptop.variables["KITH_RELAY_CONFIG"] = folder + "/settings"
            try look(laptop, ["stats"], program: program)
            laptop.variables["KITH_RELAY_CONFIG"] = hostile
            try look(laptop, ["stats"], program: program)
            laptop.variables["KITH_RELAY_CONFIG"] = nil
            laptop.variables["KITH_RELAY_LISTEN_PORT"] = hostile
            try look(laptop, ["stats"], program: program)
            laptop.variables["KITH_RELAY_LISTEN_PORT"] = "0"
            laptop.variables["KITH_RELAY_STATE_FOLDER"] = folder + "/" + HostileTextTests.hostileName
            try look(laptop, ["init", "--name", "Relay"], program: program)
            try look(laptop, ["stats"], program: program)
        }
    }

    @Test("Joiners of scripts and emoji stay; a joiner between Latin letters does not hide")
    func scripts() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            let names = ["می\u{200C}خواهم", "👩\u{200D}👩\u{200D}👧", "❤\u{FE0F}", "क\u{094D}\u{200D}ष"]
            for name in names { try fatima.kith("add", "contact", "given_name=\(name)") }
            let shown = try fatima.kith("list", "contact").out
            for name in names { #expect(shown.contains(name)) }
            try fatima.kith("add", "contact", "given_name=Pa\u{200D}ul")
            #expect(try fatima.kith("list", "contact").out.contains("Pa\u{FFFD}ul"))
        }
    }

    private func sql(_ laptop: Command, _ text: String) throws {
        let outcome = try laptop.run("/usr/bin/sqlite3", [laptop.replica, text])
        #expect(outcome.code == 0, "\(outcome.err) \(text)")
    }
}
