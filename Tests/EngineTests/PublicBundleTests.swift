import BundleFile
import Community
import CRDT
import Engine
import Foundation
import Store
import Testing
import Transport
import Trust
import Wire

/// What is in a public bundle, and above all what is not.
struct PublicBundleTests {
    private func opened(_ path: String) throws -> [UInt8] {
        let file = try PublicFile(path: path)
        let reader = file.reader()
        var manifest: Manifest?
        var bytes: [UInt8] = []
        while let message = try reader.next() {
            if case .manifest(let found) = message { manifest = found }
            if case .segment(let segment) = message {
                bytes += try segment.opened(of: try #require(manifest), by: PublicSealing(file.head)).body
            }
        }
        return bytes
    }

    @Test("No byte of a person, a device's name, the trash or what was before is in the file")
    func nobody() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        let bingo = try fatima.addBingo()
        try fatima.store.edit(bingo, [("description", .text("GEHEIMVROEGER"))])
        try fatima.stamp()
        try fatima.store.edit(bingo, [("description", .text("Bingo vanaf het balkon"))])
        let gone = try fatima.store.add("initiative", [("name", .text("PRULLENBAK"))])
        try fatima.stamp()
        try fatima.store.delete(gone)
        _ = try fatima.store.add("organisation", [("name", .text("Woonhof")), ("source", .text("LIJSTVANFATIMA")), ("source_uid", .text("uid7"))])
        // A sibling: both edit one text apart.
        try carry(fatima, jan, scratch)
        try jan.store.edit(bingo, [("description", .text("BROERTJE"))])
        try fatima.store.edit(bingo, [("description", .text("Bingo op het plein"))])
        try carry(jan, fatima, scratch)
        #expect(try fatima.store.conflicts().count == 1)
        _ = try fatima.store.settle(bingo, .value(.text("Bingo op het plein")))
        let poll = try fatima.store.add("poll", [("question_nl", .text("Wat vind je ervan?"))])
        _ = try fatima.store.add("open_answer", [("poll", .text(poll.text)), ("text", .text("MIJNANTWOORD"))])

        let path = scratch.file("zuid.kithpublic")
        let report = try fatima.publish(to: path, PublicSelection(), as: "Zuid")
        #expect(report.isWritten && report.mentions.isEmpty && report.isChecked, "\(report.mentions)")

        let raw = try Data(contentsOf: URL(fileURLWithPath: path)), body = Data(try opened(path))
        func holds(_ text: String) -> Bool {
            raw.range(of: Data(text.utf8)) != nil || body.range(of: Data(text.utf8)) != nil
                || (packedID(Array(text.utf8)).map { raw.range(of: Data($0)) != nil || body.range(of: Data($0)) != nil } ?? false)
        }
        // Codes, languages and areas are words of everybody.
        let persons = try fatima.personTexts().filter { $0.count >= 5 && $0.contains { $0.isUppercase || $0.isNumber || $0 == "@" } }
            .subtracting(["Europe/Amsterdam", "Zuid"])
        #expect(persons.count > 100)
        for person in persons where holds(person) { Issue.record("the file holds \(person)") }
        for text in ["GEHEIMVROEGER", "PRULLENBAK", "BROERTJE", "MIJNANTWOORD", "LIJSTVANFATIMA", "uid7", "Laptop Fatima", "Laptop Jan"] {
            #expect(!holds(text), "\(text)")
        }
        for nonce in [fatima.identity.replica] + Array(try fatima.store.knowledge().values.flatMap { $0.ends.keys }) {
            #expect(raw.range(of: Data(nonce.bytes)) == nil)
        }
        #expect(holds("Neem een megafoon mee"))

        // With a yes the answers go too, and still nobody's name.
        let all = scratch.file("alles.kithpublic")
        var selection = PublicSelection()
        selection.withAnswers = true
        _ = try fatima.publish(to: all, selection)
        #expect(try Publication.read(all).rows(of: "open_answer").count == 1)
        #expect(try Publication.read(path).rows(of: "open_answer").isEmpty)
    }

    @Test("A text that names a contact holds it up, and says where; editing or a yes lets it go")
    func mentions() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let contact = try fatima.store.add("contact", [
            ("given_name", .text("Noor")), ("infix", .text("van der")), ("family_name", .text("Kòning")),
        ])
        _ = try fatima.store.add("contact_point", [("contact", .text(contact.text)), ("type", .text("tel")), ("value", .text("06-12345678"))])
        _ = try fatima.store.add("contact_point", [("contact", .text(contact.text)), ("type", .text("email")), ("value", .text("noor@voorbeeld.nl"))])
        // The public number of an organisation may be somebody's.
        _ = try fatima.store.add("organisation", [("name", .text("Woonhof")), ("phone", .text("0612345678")), ("email", .text("noor@voorbeeld.nl"))])
        let path = scratch.file("z.kithpublic")
        let bingo = try fatima.addBingo()
        #expect(try fatima.publish(to: path, PublicSelection()).isWritten)
        for (text, isNaming) in [
            ("Vraag het Noor van der Koning eens", true), ("koning, noor", true), ("Noor weet het", true), ("mevrouw Koning", true),
            ("bel +31 6 1234 5678", true), ("mail NOOR@voorbeeld.nl", true), ("noordelijk van het plein, de koning", false),
            ("om 12 uur, 345 678 mensen", false),
        ] {
            try fatima.store.edit(bingo, [("description", .text(text))])
            let report = try fatima.publish(to: path, PublicSelection(), replacing: true)
            #expect(report.isWritten != isNaming, "\(text)")
            if isNaming { #expect(report.mentions.map(\.record) == [bingo] && report.mentions[0].column == "description", "\(text)") }
        }
        try fatima.store.edit(bingo, [("description", .text("Noor weet het"))])
        try fatima.store.delete(contact)
        #expect(try !fatima.publish(to: path, PublicSelection(), replacing: true).isWritten, "the trash is looked through as well")
        let yes = try fatima.publish(to: path, PublicSelection(), despiteMentions: true, replacing: true)
        #expect(yes.isWritten && yes.mentions.count == 1)
    }

    @Test("Only a coordinator publishes; who sees no contacts must say so")
    func roles() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        try fatima.addBingo()
        let jan = try join("jan", seed: 2, admittedBy: fatima, scratch)
        #expect { try jan.publish(to: scratch.file("x"), PublicSelection()) } throws: { isEngine(.notCoordinator)($0) }
        let noor = try join("noor", seed: 3, admittedBy: fatima, as: .coordinator, collections: ["directory"], scratch)
        let report = try noor.publish(to: scratch.file("x"), PublicSelection())
        #expect(!report.isWritten && !report.isChecked)
        #expect(!FileManager.default.fileExists(atPath: scratch.file("x")))
        #expect(try noor.publish(to: scratch.file("x"), PublicSelection(), despiteMentions: true).isWritten)
    }

    @Test("An area or an initiative alone takes along what belongs to it, and nothing else")
    func selection() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let bingo = try fatima.addBingo()
        let other = try fatima.store.add("initiative", [("name", .text("Wandelen")), ("area", .text("oost")), ("successor", .text(bingo.text))])
        let east = try fatima.store.add("area", [("code", .text("O")), ("name", .text("Oost")), ("kind", .text("wijk"))])
        let within = try fatima.store.add("area", [("code", .text("O1")), ("name", .text("Oosterpark")), ("parent", .text(east.text))])
        _ = try fatima.store.add("organisation", [("name", .text("Parkvrienden")), ("area", .text("O1"))])
        _ = try fatima.store.add("note", [("subject", .text(other.text)), ("kind", .text("plan")), ("body", .text("Elke week"))])
        _ = try fatima.store.add("note", [("subject", .text("iemand")), ("kind", .text("plan")), ("body", .text("Los"))])
        for headcount in [3, 12] {
            let gathering = try fatima.store.add("gathering", [("initiative", .text(other.text)), ("starts_at", .text("2026-03-24T18:00"))])
            try fatima.store.increment(gathering, "headcount", by: Int64(headcount))
        }
        func published(_ set: (inout PublicSelection) -> Void) throws -> Publication {
            var selection = PublicSelection()
            set(&selection)
            let path = scratch.fresh("z")
            _ = try fatima.publish(to: path, selection)
            return try Publication.read(path)
        }
        let one = try published { $0.initiatives = [bingo] }
        #expect(one.rows(of: "initiative").map { $0.text("name") } == ["Balkonbingo"])
        #expect(one.rows(of: "place").count == 1 && one.rows(of: "note").count == 1 && one.rows(of: "term").map(\.key) == [["need-people"]])
        #expect(one.rows(of: "organisation").isEmpty && one.rows(of: "area").isEmpty)
        let area = try published { $0.areas = ["OOST"] }
        #expect(area.rows(of: "initiative").map { $0.text("name") } == ["Wandelen"])
        #expect(area.rows(of: "initiative")[0].text("successor") == nil, "what it names is not there")
        #expect(Set(area.rows(of: "area").map { $0.key[0] }) == [east.text, within.text])
        #expect(area.rows(of: "organisation").count == 1 && area.rows(of: "note").count == 1)
        #expect(Set(area.rows(of: "gathering").map { $0["headcount"] }) == [.null, .integer(12)], "so few could be told who they are")
        let all = try published { _ in }
        #expect(all.rows(of: "note").count == 2, "a note comes with what it is about")
        #expect { try published { $0.areas = ["Mars"] } } throws: { isEngine(.nothingToPublish)($0) }
    }

    @Test("The same rows make the same bytes")
    func deterministic() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        try fatima.addBingo()
        let paths = [scratch.file("a"), scratch.file("b")]
        for path in paths { _ = try fatima.publish(to: path, PublicSelection(), as: "Zuid") }
        let bodies = try paths.map(opened)
        #expect(bodies[0] == bodies[1])
        let read = try paths.map { try Publication.read($0) }
        #expect(read[0].rows == read[1].rows && read[0].packedMilliseconds != read[1].packedMilliseconds && read[0].digest != read[1].digest)
        #expect(read[0].publisher == fatima.identity.device && read[0].space == fatima.identity.space.id && read[0].name == "Zuid")
    }

    @Test("The file of the fixtures reads as it says, and is what this version writes")
    func fixture() throws {
        let path = "\(fixtures)/wire/public.kithpublic"
        let rows = [
            PublicRow("initiative", "0193e0c6a7b07000800000000000000a", [
                ("name", "Balcony bingo"), ("lessons", "Bring a megaphone"), ("created_at", "2020-04-01T10:00:00.000Z"),
            ]),
            PublicRow(table: "initiative_term", key: ["0193e0c6a7b07000800000000000000a", "need-people"], columns: []),
        ]
        let publisher = Publisher(name: "Zuid, Apeldoorn")
        if ProcessInfo.processInfo.environment["KITH_WRITE_FIXTURES"] != nil { try publisher.write(path, rows) }
        let publication = try Publication.read(path)
        #expect(publication.rows == rows && publication.name == "Zuid, Apeldoorn" && publication.unknownRowCount == 0)
        #expect(publication.publisher == publisher.keys.identity.id && publication.space == publisher.space)
        #expect(publication.packedMilliseconds == 1_763_000_000_000)
        let body = try opened(path)
        #expect(try PublicRows.bodies(rows, columns: Publisher.columns(rows)).map(\.bytes) == [body])
    }
}
