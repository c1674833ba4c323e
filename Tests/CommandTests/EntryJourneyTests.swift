import Foundation
import Testing

/// A volunteer's first hour: names instead of ids, days and codes as people say them, and nothing wrong is stored.
struct EntryJourneyTests {
    @Test("References, codes and days are typed as people say them; what cannot be meant is refused and stores nothing", arguments: ["nl", "en"])
    func entering(_ language: String) throws {
        try Command.inScratch { folder in
            var fatima = Command(folder: folder, laptop: "fatima")
            fatima.language = language
            func said(_ nl: String, _ en: String) -> String { language == "nl" ? nl : en }
            func values(_ name: String) throws -> [String: Any] { try #require(try fatima.kith("show", name, "--json").object()["values"] as? [String: Any]) }
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            try fatima.kith("add", "contact", "given_name=Zoë", "family_name=Bakker", said("language=Turks", "language=Turkish"), said("active=ja", "active=yes"))
            try fatima.kith("add", "contact", "given_name=Piet", "infix=van der", "family_name=Berg")
            #expect(try values("zoe")["language"] as? String == "tr" && values("ZOË BAKKER")["active"] as? Int == 1)
            try fatima.kith("add", "contact_point", "contact=bakker", "value=06-12345678")
            // By a telephone number too.
            #expect(try values("0612345678")["given_name"] as? String == "Zoë")

            let request = try fatima.kith("add", "help_item", "contact=zoe", said("direction=vraag", "direction=request"), said("category=boodschappen", "category=groceries"), said("until=over 2 weken", "until=in 2 weeks"), "--json").object()
            let asked = try values(try #require(request["id"] as? String))
            let zoe = try fatima.kith("show", "zoe", "--json").object()["id"] as? String
            #expect(asked["contact"] as? String == zoe)
            #expect(asked["direction"] as? String == "request" && asked["category"] as? String == "groceries" && (asked["until"] as? String)?.count == 10)

            let before = try fatima.kith("list", "help_item", "--json").out
            for (arguments, code, why) in [
                (["contact=zoe", "direction=request", "until=31-02-2026"], "not-a-time", said("februari 2026 heeft 28 dagen", "February 2026 has 28 days")),
                (["contact=zoe", "direction=hulp"], "not-a-code", "request"),
                (["contact=zoe", "direction=request", "category=boodschapen"], "not-a-code", said("Bedoelde u 'groceries'", "Did you mean 'groceries'")),
                (["contact=zoe", "direction=request", "capacity_per_week=veel"], "not-a-number", said("heel getal", "whole number")),
                (["direction=request"], "empty-row", "contact"),
                (["contact=", "direction=request"], "empty-row", "contact"),
            ] {
                let outcome = try fatima.kith(list: ["add", "help_item"] + arguments, code: 64)
                #expect(outcome.err.contains(why), "\(outcome.err)")
                #expect(try fatima.run(Command.program, ["add", "help_item"] + arguments + ["--json"]).err.contains("\"\(code)\""))
            }
            #expect(try fatima.kith("add", "help_item", "contact=zeo", "direction=request", code: 1).err.contains("Zoë Bakker"), "nearly called so")
            #expect(try fatima.kith("add", "help_item", "contact=Mohammed", "direction=request", code: 1).out.isEmpty)
            #expect(try fatima.failure("add", "help_item", "contact=Mohammed", "direction=request") == "not-found")
            #expect(try fatima.kith("add", "help_item", "contcat=zoe", code: 1).err.contains(said("Bedoelde u 'contact'", "Did you mean 'contact'")))
            #expect(try fatima.kith("add", "help_itm", "contact=zoe", code: 1).err.contains(said("Bedoelde u 'help_item'", "Did you mean 'help_item'")))
            #expect(try fatima.kith("list", "help_item", "--json").out == before)
            #expect(try fatima.kith("edit", "zoe", "given_name=", "family_name=", code: 64).err.contains("given_name"))
            #expect(try values("zoe")["given_name"] as? String == "Zoë")

            // Another infix, and a letter other: told, never taken.
            #expect(try fatima.kith("show", "piet van den berg", code: 1).err.contains("Piet van der Berg"))
            #expect(try fatima.kith("delete", "piet bergg", code: 1).err.contains("Piet van der Berg"))

            try fatima.kith("log", "zoe", "--channel", said("telefoon", "telephone"), "--at", said("gisteren 14:30", "yesterday 14:30"), "--minutes", "15", "--follow-up", said("vr", "Fri"), "Thee")
            let moments = try fatima.kith("list", "contact_moment", "--json").array()
            #expect(moments.count == 1 && moments[0]["channel"] as? String == "phone" && (moments[0]["occurred_at"] as? String)?.contains("T14:30:00") == true)
            #expect(try fatima.kith("log", "zoe", "--channel", "duif", code: 64).err.contains("--channel"))
            #expect(try fatima.kith("log", "zoe", "--channel", "phone", "--at", "31-02 10:00", code: 64).err.contains("--at"))
            #expect(try fatima.kith("list", "contact_moment", "--json").array().count == 1)
            try fatima.kith("consent", "record", "zoe", said("nieuwsbrief", "newsletter"), said("gegeven", "given"), "--how", said("mondeling", "spoken"), "--valid-until", "31-12-2999")
            #expect(try fatima.kith("consent", "show", "bakker", "--json").object()["purposes"] != nil)
            #expect(try fatima.kith("consent", "record", "zoe", "newsletter", "given", "--how", "spoken", "--valid-until", "31-2-2999", code: 64).err.contains("valid_until"))
        }
    }

    @Test("A name that several have lists them with what tells them apart, and does nothing; whole names come before beginnings")
    func names() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            func add(_ arguments: String...) throws -> String {
                try #require(try fatima.run(Command.program, ["add"] + arguments + ["--json"]).object()["id"] as? String)
            }
            let one = try add("contact", "given_name=Jan", "family_name=Dijk"), other = try add("contact", "given_name=Jan", "family_name=Dijk")
            let dijkstra = try add("contact", "given_name=Jan", "family_name=Dijkstra")
            try fatima.kith("add", "contact_point", "contact=\(one)", "value=06-11111111")
            try fatima.kith("add", "address", "contact=\(other)", "street=Lindelaan", "number=12", "city=Zuid")
            for arguments in [
                ["show", "jan dijk"], ["edit", "jan dijk", "language=nl"], ["delete", "jan dijk"], ["log", "jan dijk", "--channel", "phone"],
                ["consent", "record", "jan dijk", "photos", "given", "--how", "spoken"], ["link", "jan dijk", dijkstra, "same"],
                ["export", "person", "jan dijk", "x.json"], ["erase", "jan dijk"], ["add", "help_item", "contact=jan dijk", "direction=request"],
            ] {
                let outcome = try fatima.kith(list: arguments, code: 64)
                #expect(outcome.err.contains("06-11111111") && outcome.err.contains("Lindelaan 12") && !outcome.err.contains("Dijkstra"), "\(arguments): \(outcome.err)")
                #expect(outcome.out.isEmpty)
            }
            let error = try #require(try JSONSerialization.jsonObject(with: Data(try fatima.kith("show", "jan dijk", "--json", code: 64).err.utf8)) as? [String: Any])
            let candidates = (error["candidates"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
            #expect(error["error"] as? String == "ambiguous" && Set(candidates) == [one, other])
            #expect(try fatima.kith("list", "contact", "--json").array().count == 3)
            try fatima.kith("delete", "dijkstra")
            #expect(try fatima.kith("undelete", "jan dijkstra").out.contains("Jan Dijkstra"))

            // Help, matches and gatherings are called by whose they are.
            let soup = try add("initiative", "name=Soepbus")
            let date = try add("gathering", "initiative=soepbus", "starts_at=3-12-2026 18:00")
            #expect(try fatima.kith("count", "soepbus", "+3", "--json").object()["id"] as? String == date)
            try fatima.kith("add", "involvement", "contact=\(one)", "subject=soepbus", "code=vrijwilliger")
            #expect(try fatima.kith("list", "involvement", "--json").array()[0]["subject"] as? String == soup)
            let zoe = try add("contact", "given_name=Zoe")
            let request = try add("help_item", "contact=zoe", "direction=request", "category=meals")
            let match = try #require(try fatima.kith("match", "propose", "zoe", "dijkstra", "--json").object()["id"] as? String)
            let made = try #require(try fatima.kith("show", match, "--json").object()["values"] as? [String: Any])
            #expect(made["request"] as? String == request && made["helper"] as? String == dijkstra)
            #expect(try fatima.kith("match", "accept", "zoe").out.contains("Zoe, Request Meals – Jan Dijkstra"))
            #expect(try fatima.kith("edit", zoe, "area=Zuid").out.contains("Zoe"))
        }
    }

    @Test("A row typed wrong can be put right before anybody else can have it; later it is a fact")
    func facts() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            let id = try #require(try fatima.kith("add", "contact_moment", "occurred_at=gisteren 10:00", "duration_minutes=150", "--json").object()["id"] as? String)
            try fatima.kith("edit", id, "duration_minutes=15")
            #expect((try fatima.kith("show", id, "--json").object()["values"] as? [String: Any])?["duration_minutes"] as? Int == 15)
            try fatima.kith("bundle", "export", "stick.kithbundle")
            #expect(try fatima.failure("edit", id, "duration_minutes=20") == "written-once")
        }
    }

    @Test("What plain SQL wrote wrong is listed by name, with a command that puts it right", .enabled(if: hasSQLite, "the program sqlite3 is not installed"))
    func listed() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            try fatima.kith("add", "contact", "given_name=Zoe", "family_name=Bakker")
            try fatima.kith("add", "initiative", "name=Soepbus")
            try fatima.sqlite("insert into help_item (id, direction, contact) values ('aaaabbbb', 'request', 'zoe'), ('aaaacccc', 'request', 'Mohammed'); update initiative set starts_on = '3-12-2026', status = 'lopend'")
            let text = try fatima.kith("conflicts", code: 2).out
            #expect(text.contains("Soepbus") && text.contains("'lopend'") && text.contains("status=NAME") && text.contains("contact=NAME"))
            let rules = try fatima.kith("conflicts", "--json", code: 2).array()
            #expect(rules.map { $0["kind"] as? String } == ["dangling-reference", "dangling-reference", "wrong-value", "wrong-value"])
            for rule in rules {
                guard let fix = rule["fix"] as? String, !fix.contains("NAME") else { continue }
                let outcome = try fatima.run("/bin/sh", ["-c", fix.replacingOccurrences(of: "kith ", with: "'\(Command.program)' ", options: .anchored)])
                #expect(outcome.code == 0, "\(fix): \(outcome.err)")
            }
            let left = try fatima.kith("conflicts", "--json", code: 2).array()
            #expect(left.map { $0["column"] as? String } == ["contact", "status"])
            try fatima.kith("edit", "soepbus", "status=gestopt")
            try fatima.kith("delete", "aaaacccc")
            try fatima.kith("conflicts")
            let zoe = try fatima.kith("show", "zoe", "--json").object()["id"] as? String
            #expect(try fatima.kith("list", "help_item", "--json").array()[0]["contact"] as? String == zoe)
        }
    }
}
