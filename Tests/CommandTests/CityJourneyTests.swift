import Foundation
import Testing

/// A partner city takes an initiative over, by what `--help` says alone.
struct CityJourneyTests {
    private func id(_ command: Command, _ arguments: String...) throws -> String {
        let outcome = try command.run(Command.program, arguments + ["--json"])
        return try #require(try outcome.object()["id"] as? String, "\(outcome.err)")
    }

    @Test("Published, taken over, made one's own, published anew, taken over again, and lessons sent back")
    func cities() throws {
        try Command.inScratch { folder in
            let zuid = Command(folder: folder, laptop: "zuid")
            var berlin = Command(folder: folder, laptop: "berlin")
            try zuid.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            try zuid.kith("import", people + "/fatima.csv")
            try berlin.kith("init", "--space", "Berlin", "--name", "Laptop Anna")
            // The help says it all: what the overview names, and the examples of each command.
            let help = try zuid.kith("--help").out
            #expect(help.contains("publish") && help.contains("adopt") && help.contains("initiative"))
            #expect(try zuid.kith("publish", "--help").out.contains("--initiative") && zuid.kith("adopt", "--help").out.contains("--take"))

            let bingo = try id(
                zuid, "add", "initiative", "name=Balcony bingo", "activity_type=balcony_bingo", "status=active",
                "description=Bingo from the balcony", "lessons=Bring a megaphone")
            try zuid.kith("add", "initiative_term", "initiative=\(bingo)", "term=need-people")
            let note = try id(zuid, "add", "note", "subject=\(bingo)", "kind=lesson", "title=Noise", "body=Piet de Jong knows the neighbours")

            // A text names a contact: nothing leaves until it is edited.
            let held = try zuid.kith("publish", "zuid.kithpublic", "--as", "Zuid, Apeldoorn", code: 2)
            #expect(held.out.contains("Piet de Jong") && held.out.contains("--despite-mentions"))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/zuid.kithpublic"))
            let mentions = try zuid.kith("publish", "zuid.kithpublic", "--json", code: 2).object()
            #expect(mentions["written"] as? Bool == false && (mentions["mentions"] as? [[String: Any]])?.first?["id"] as? String == note)
            try zuid.kith("edit", note, "body=Ask the neighbours first")
            let published = try zuid.kith("publish", "zuid.kithpublic", "--as", "Zuid, Apeldoorn", "--json").object()
            #expect(published["written"] as? Bool == true)
            #expect(try zuid.files(holding: ["Fatima", "Jong", "Amrani"], under: "\(folder)/zuid.kithpublic").isEmpty)

            // Everybody can look; the words are those that the publisher reads out.
            let stranger = Command(folder: folder, laptop: "stranger")
            let look = try stranger.kith("bundle", "inspect", "zuid.kithpublic", "--json").object()
            #expect(look["public"] as? Bool == true && look["words"] as? String == published["words"] as? String)
            #expect(look["device"] as? String == published["device"] as? String && look["name"] as? String == "Zuid, Apeldoorn")
            #expect(try stranger.kith("bundle", "verify", "zuid.kithpublic").out.contains("intact"))
            // It is no bundle of this space, and the refusal says what it is for.
            #expect(try berlin.failure("bundle", "import", "zuid.kithpublic") == "published")
            #expect(try berlin.failure("import", "zuid.kithpublic") == "published")
            #expect(try berlin.kith("import", "zuid.kithpublic", code: 1).err.contains("kith adopt"))

            let list = try berlin.kith("adopt", "zuid.kithpublic").out
            let words = try #require(published["words"] as? String)
            #expect(list.contains("Balcony bingo") && list.contains(words))
            try berlin.kith("adopt", "zuid.kithpublic", "Balcony bingo", "--dry-run")
            #expect(try berlin.kith("list", "initiative", "--json").array().isEmpty)
            let adopted = try berlin.kith("adopt", "zuid.kithpublic", "Balcony bingo", "--area", "Mitte", "--json").object()
            let own = try #require((adopted["adopted"] as? [[String: Any]])?.first?["id"] as? String)
            let row = try #require(try berlin.kith("list", "initiative", "--json").array().first)
            #expect(row["adapted_from"] as? String == bingo && row["status"] as? String == "idea" && row["area"] as? String == "Mitte")
            #expect(try berlin.kith("conflicts").out.contains("nothing to choose"))
            #expect(try berlin.kith("initiative", "chain", own).out.contains("another city"))

            // Both go on.
            try berlin.kith("edit", own, "name=Balkonbingo Mitte", "status=active")
            try zuid.kith("edit", bingo, "lessons=Bring two megaphones")
            try zuid.kith("add", "note", "subject=\(bingo)", "kind=lesson", "body=Saturdays are busier")
            #expect(try zuid.kith("publish", "zuid.kithpublic", "--as", "Zuid, Apeldoorn", code: 1).err.contains("zuid.kithpublic"))
            try zuid.kith("publish", "zuid.kithpublic", "--as", "Zuid, Apeldoorn", "--replace")
            let news = try berlin.kith("adopt", "zuid.kithpublic").out
            #expect(news.contains("new there: 1, different: 2"), "\(news)")
            let again = try berlin.kith("adopt", "zuid.kithpublic", "Balcony bingo").out
            #expect(again.contains("Lessons differs") && again.contains("Name differs") && again.contains("--take"), "\(again)")
            #expect(try berlin.kith("list", "initiative", "--json").array().first?["name"] as? String == "Balkonbingo Mitte")
            try berlin.kith("adopt", "zuid.kithpublic", "Balcony bingo", "--take", "lessons")
            let later = try #require(try berlin.kith("list", "initiative", "--json").array().first)
            #expect(later["lessons"] as? String == "Bring two megaphones" && later["name"] as? String == "Balkonbingo Mitte")
            #expect(try berlin.kith("list", "note", "--json").array().count == 2)

            // And back.
            try berlin.kith("add", "note", "subject=\(own)", "kind=lesson", "body=In winter indoors")
            try berlin.kith("publish", "berlin.kithpublic", "--as", "Berlin", "--initiative", String(own.suffix(8)))
            let returned = try zuid.kith("adopt", "berlin.kithpublic", "Balkonbingo Mitte", "--json").object()
            #expect((returned["adopted"] as? [[String: Any]])?.first?["state"] as? String == "returned")
            #expect(try zuid.kith("list", "note", "--json").array().contains { $0["body"] as? String == "In winter indoors" })
            #expect(try zuid.kith("list", "initiative", "--json").array().count == 1)

            // One comes after the other.
            let next = try id(berlin, "add", "initiative", "name=Hofbingo")
            #expect(try berlin.kith("initiative", "succeed", own, next).out.contains("kith edit"))
            #expect(try berlin.kith("initiative", "chain", next, "--json").array().compactMap { $0["relation"] as? String } == ["predecessor", "this"])
            #expect(try berlin.failure("initiative", "succeed", next, own) == "successor-loop")
            try berlin.kith("initiative", "succeed", own, code: 64)
            try berlin.kith("adopt", "zuid.kithpublic", "--take", "lessons", code: 64)
            try berlin.kith("adopt", "zuid.kithpublic", "Balcony bingo", "--take", "status", code: 64)
            berlin.language = "nl"
            #expect(try berlin.kith("adopt", "zuid.kithpublic").out.contains("Openbaar bestand van 'Zuid, Apeldoorn'"))
            #expect(try berlin.kith("adopt", "zuid.kithpublic", "Walking", code: 1).err.contains("kith adopt BESTAND"))
        }
    }

    @Test("Initiatives at risk are listed with the reason, and each suggested command does what it says")
    func continuity() throws {
        try Command.inScratch { folder in
            var zuid = Command(folder: folder, laptop: "zuid")
            try zuid.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            #expect(try zuid.kith("continuity").out.contains("No initiative seems about to stop"))
            let walk = try id(zuid, "add", "initiative", "name=Walking", "status=active", "funded_until=2020-01-01")
            try zuid.kith("add", "initiative_term", "initiative=\(walk)", "term=need-people")
            let ended = try id(zuid, "add", "initiative", "name=Soup", "status=ended")
            try zuid.kith("add", "initiative", "name=Dream", "status=idea")
            let fatima = try id(zuid, "add", "contact", "given_name=Fatima"), jan = try id(zuid, "add", "contact", "given_name=Jan")

            func risks() throws -> [String: [[String: Any]]] {
                let list = try zuid.run(Command.program, ["continuity", "--json"]).array()
                return Dictionary(uniqueKeysWithValues: list.map { ($0["id"] as? String ?? "", $0["reasons"] as? [[String: Any]] ?? []) })
            }
            func kinds(_ id: String) throws -> [String] { try risks()[id]?.compactMap { $0["kind"] as? String } ?? [] }
            #expect(try Set(risks().keys) == [walk, ended])
            #expect(try kinds(walk) == ["no-next-gathering", "no-organiser", "funding-ends", "open-needs"])
            #expect(try kinds(ended) == ["no-successor"])
            let text = try zuid.kith("continuity", code: 2).out
            #expect(text.contains("kith add gathering initiative=Walking") && text.contains("kith initiative succeed Soup"))

            // Each command, as it stands there, with its capitals filled in.
            let blanks = ["YYYY-MM-DDTHH:MM": "2199-03-24T18:00", "YYYY-MM-DD": "2199-01-01", "CONTACT": fatima, "SUCCESSOR": walk]
            for reasons in try risks().values {
                for reason in reasons {
                    var command = try #require(reason["command"] as? String)
                    for (blank, value) in blanks.sorted(by: { $0.key.count > $1.key.count }) { command = command.replacing(blank, with: value) }
                    try zuid.succeeds(command.split(separator: " ").dropFirst().map(String.init))
                }
            }
            #expect(try kinds(walk) == ["one-organiser"] && kinds(ended).isEmpty)
            try zuid.kith("add", "involvement", "subject=\(walk)", "code=organiser", "contact=\(jan)")
            #expect(try zuid.kith("continuity", "--json").array().isEmpty)
            zuid.language = "nl"
            #expect(try zuid.kith("continuity").out.contains("Geen initiatief"))
            try zuid.kith("continuity", "--funding", "-1", code: 64)
        }
    }
}

extension Command {
    fileprivate func succeeds(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let outcome = try run(Command.program, arguments)
        #expect(outcome.code == 0, "kith \(arguments.joined(separator: " ")): \(outcome.out)\(outcome.err)", sourceLocation: sourceLocation)
    }
}
