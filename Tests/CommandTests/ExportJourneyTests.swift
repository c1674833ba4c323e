import Foundation
import Testing

/// Lists out and in again, as people type it.
struct ExportJourneyTests {
    private func fatima(_ folder: String) throws -> Command {
        let fatima = Command(folder: folder, laptop: "fatima")
        try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
        try fatima.kith("import", people + "/fatima.csv")
        return fatima
    }

    private func text(_ folder: String, _ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }

    @Test("Contacts go out as cards and as a list, and come back as they were")
    func contacts() throws {
        try Command.inScratch { folder in
            let fatima = try fatima(folder)
            let before = try fatima.kith("list", "contact", "--json").out
            for name in ["mensen.vcf", "mensen.csv"] {
                let written = try fatima.kith("export", name, "--json").object()
                #expect(written["file"] as? String == name && (written["items"] as? Int ?? 0) > 10)
                let look = try fatima.kith("import", name, "--dry-run", "--json").object()
                #expect(look["new"] as? Int == 0 && look["differing"] as? Int == 0 && look["rejected"] as? Int == 0, "\(look)")
                try fatima.kith("import", name)
            }
            #expect(try fatima.kith("list", "contact", "--json").out == before)
            #expect(try text(folder, "mensen.vcf").hasPrefix("BEGIN:VCARD\r\nVERSION:4.0\r\n"))
            #expect(try fatima.kith("export", "-", "--format", "csv", "--table", "contact_point").out.hasPrefix("id,contact,type,value,label,preferred,created_at\r\n"))
        }
    }

    @Test("The directory goes out without persons")
    func directory() throws {
        try Command.inScratch { folder in
            let fatima = try fatima(folder)
            let place = try fatima.kith("add", "place", "name=Buurthuis", "lat=52.1", "lon=4.3", "--json").object()
            let initiative = try fatima.kith("add", "initiative", "name=Kookclub", "place=\(place["id"] as? String ?? "")", "--json").object()
            try fatima.kith(
                "add", "gathering", "initiative=\(initiative["id"] as? String ?? "")", "starts_at=2026-03-24T18:00", "time_zone=Europe/Amsterdam")
            for (name, format) in [("gids.json", "hsds"), ("kaart.geojson", "geojson"), ("agenda.ics", "ics")] {
                try fatima.kith("export", name, "--format", format)
                #expect(try text(folder, name).contains("Kookclub"))
            }
            #expect(try text(folder, "agenda.ics").contains("DTSTART;TZID=Europe/Amsterdam:20260324T180000\r\n"))
            #expect(try fatima.kith("import", "agenda.ics", "--json").object()["new"] as? Int == 0)
        }
    }

    @Test("Somebody asks for everything that is held on them")
    func person() throws {
        try Command.inScratch { folder in
            var fatima = try fatima(folder)
            let id = try #require(try fatima.kith("list", "contact", "--where", "family_name = 'Jong'", "--json").array().first?["id"] as? String)
            let report = try fatima.kith("export", "person", id, "inzage.json", "--json").object()
            #expect((report["rows"] as? Int ?? 0) >= 2)
            let held = try #require(try JSONSerialization.jsonObject(with: Data(text(folder, "inzage.json").utf8)) as? [String: Any])
            #expect(held["contact"] as? String == id)
            try fatima.kith("export", "person", id, "inzage.vcf")
            #expect(try text(folder, "inzage.vcf").contains("Jong"))
            fatima.language = "nl"
            #expect(try fatima.kith("export", "person", id, "nog.json").out.contains("staat deze persoon"))
        }
    }

    @Test("What cannot be written is said, and nothing is replaced")
    func refusals() throws {
        try Command.inScratch { folder in
            let fatima = try fatima(folder)
            #expect(try fatima.kith("export", "lijst.json", code: 1).err.contains("--format"))
            try fatima.kith("export", "lijst.csv")
            #expect(try fatima.kith("export", "lijst.csv", code: 1).err.contains("--replace"))
            try fatima.kith("export", "lijst.csv", "--replace")
            try fatima.kith("export", "kaart.geojson", "--table", "contact", code: 64)
            try fatima.kith("export", "agenda.ics", "--where", "1", code: 64)
            try fatima.kith("export", "x.csv", "--table", "nope", code: 1)
            try fatima.kith("export", "weg/x.csv", code: 1)
            let error = try fatima.kith("export", "x.csv", "--where", "nope = 1", "--json", code: 1).err
            #expect(try JSONSerialization.jsonObject(with: Data(error.utf8)) is [String: Any])
        }
    }
}
