import CRDT
import Engine
import Foundation
import Page
import SQLite
import Store
import Testing

/// Places and areas on a map of our own; a map of somebody else's below it, from a file that may mean harm.
@Suite struct MapPageTests {
    private static let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 7, count: 40)

    private func scene(_ names: [(table: String, name: String, latitude: Value, longitude: Value)]) throws -> PageScene {
        try PageScene { replica in
            try replica.edit { store in
                for each in names { _ = try store.add(each.table, [("name", .text(Array(each.name.utf8))), ("lat", each.latitude), ("lon", each.longitude)]) }
            }
        }
    }

    private func street() throws -> PageScene {
        try scene([("place", "De Linde", .real(51.9), .real(4.45)), ("place", "De <b>Eik", .real(51.91), .real(4.47)), ("area", "Zuid", .real(51.905), .real(4.46)), ("place", "Nergens", .null, .null)])
    }

    /// A file of a map: all of one zoom, as tables or as many programs make it.
    private func tiles(_ path: String, kind: String = "png", picture: [UInt8] = MapPageTests.picture, isShared: Bool = false, more: String = "") throws {
        try? FileManager.default.removeItem(atPath: path)
        let file = try Connection(path, mode: .make)
        defer { file.close() }
        try file.execute("create table metadata (name text, value text); insert into metadata values ('format', \(literal(kind)))")
        let data = "x'" + picture.map { String(format: "%02x", $0) }.joined() + "'"
        if isShared {
            try file.execute("create table images (tile_id text, tile_data blob); create table map (zoom_level integer, tile_column integer, tile_row integer, tile_id text); create view tiles as select zoom_level, tile_column, tile_row, tile_data from map join images using (tile_id); insert into images values ('a', \(data)); insert into map values (0, 0, 0, 'a')")
        } else {
            try file.execute("create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob); insert into tiles values (0, 0, 0, \(data)), (1, 0, 0, \(data))")
        }
        if !more.isEmpty { try file.execute(more) }
    }

    @Test("What has a position is drawn with a number, and the same numbers stand in the list") func drawn() throws {
        let scene = try street()
        let window = try scene.window()
        #expect(window.go("/initiatieven").body.contains("href=\"/kaart\""))
        window.go("/kaart")
        let page = Markup(window.page.body)
        #expect(page.faults == [])
        #expect(page.text.contains("plekken en gebieden met een ligging") && page.text.contains("De Linde") && page.text.contains("De <b>Eik") && !page.text.contains("Nergens"))
        #expect(page.tags.count { $0.name == "circle" && $0.attributes["class"] == "dot" } == 2 && page.tags.contains { $0.name == "rect" && $0.attributes["class"] == "dot" })
        // Every list begins with areas of its own; each number that is drawn stands in the list.
        let drawn = page.tags.filter { $0.name == "text" && !$0.isEnd }.map { $0.text.trimmingCharacters(in: .whitespaces) }
        #expect(drawn.count >= 3 && Set(drawn).count == drawn.count && drawn.allSatisfy { number in page.tags.contains { $0.name == "b" && $0.text == number } }, "\(drawn)")
        #expect(page.count("image") == 0, "nothing is fetched")
        for link in ["Dichterbij", "Verder weg", "Naar het noorden", "Naar het oosten", "Alles in beeld"] {
            window.go("/kaart")
            window.go(try #require(Markup(window.page.body).link(link)))
            #expect(window.page.status == 200 && Markup(window.page.body).faults == [], "\(link)")
        }
        for query in ["?lat=x&lon=y&z=z", "?lat=91&lon=0", "?lat=nan&lon=inf&z=1", "?lat=0&lon=0&z=99999999999999999999", "?lat=-90&lon=180&z=18", "?lat=1e308&lon=1e308", "?van=-5", "?van=99999"] {
            #expect(window.go("/kaart" + query).status == 200 && Markup(window.page.body).faults == [], "\(query)")
        }
        let empty = try PageScene()
        #expect(Markup(try empty.window().go("/kaart").body).faults == [])
    }

    @Test("Positions that are none, and names of strangers, take no page apart") func hostile() throws {
        let wrong: [Value] = [.real(90), .real(-90), .real(1e300), .integer(400), .text(Array("52".utf8)), .blob([1]), .real(85.05)]
        let scene = try scene(HostileTextTests.texts.enumerated().map { ("place", $1, wrong[$0 % wrong.count], .real(4.0 + Double($0) / 10)) } + [("area", "Zuid", .real(52), .real(180)), ("area", "Noord", .real(52), .real(-180))])
        let window = try scene.window()
        let page = Markup(window.go("/kaart").body)
        #expect(window.page.status == 200 && page.faults == [] && page.count("script") == 1 && page.count("img") == 0)
    }

    @Test("A map below comes from a file of pictures; what is none is said beside the field, and no file is asked for more than pictures") func background() throws {
        let scene = try street()
        let window = try scene.window()
        let path = scene.folder + "/zuid.mbtiles"
        func use(_ path: String) -> Markup {
            window.go("/kaart")
            window.send([("bestand", path)], press: ("doe", "achtergrond"), in: window.form(with: "bestand"))
            return Markup(window.page.body)
        }
        func refused(_ path: String, _ word: String) {
            let page = use(path)
            #expect(window.page.status == 422 && page.faults == [] && page.text.contains(word), "\(path): \(page.text.suffix(600))")
            #expect(Markup(window.go("/kaart").body).count("image") == 0)
        }
        for file in ["", "zuid.mbtiles", scene.folder + "/weg.mbtiles"] { refused(file, "Dit bestand is er niet") }
        try "geen kaart".write(toFile: path, atomically: true, encoding: .utf8)
        for file in [path, "/dev/zero", scene.folder] { refused(file, "geen kaart die Kith lezen kan") }
        // The list itself is no map.
        refused(try scene.list { $0.path }, "geen kaart")
        try tiles(path, kind: "pbf")
        refused(path, "bestaat uit vormen (pbf)")
        // A view that never ends is not asked.
        try tiles(path, more: "drop table tiles; create view tiles as with recursive n(i) as (select 0 union all select i + 1 from n) select i as zoom_level, 0 as tile_column, 0 as tile_row, x'89504e470d0a1a0a' as tile_data from n")
        refused(path, "geen kaart")

        for isShared in [false, true] {
            try tiles(path, isShared: isShared)
            #expect(use(path).text.contains("zuid.mbtiles ligt nu onder de kaart."))
            let page = Markup(window.go("/kaart?lat=52&lon=4&z=1").body)
            let address = try #require(page.tags.first { $0.name == "image" }?.attributes["href"])
            #expect(page.faults == [])
            #expect(window.go(address == "/kaart/tegel/1/0/0" ? "/kaart/tegel/0/0/0" : address).status == 200)
            let reply = window.go("/kaart/tegel/0/0/0")
            #expect(reply.status == 200 && reply["content-type"] == "image/png" && reply["x-content-type-options"] == "nosniff" && reply["content-disposition"] == nil)
            for nowhere in ["/kaart/tegel/0/1/0", "/kaart/tegel/0/0/-1", "/kaart/tegel/99/0/0", "/kaart/tegel/0/0", "/kaart/tegel/0/0/0/0", "/kaart/tegel/x/0/0", "/kaart/tegel/0/0/99999999999999999999", "/kaart/anders"] {
                #expect(window.go(nowhere).status == 404, "\(nowhere)")
            }
        }
        // What is no picture, or too much of one, is not handed on, whatever the file calls it.
        for bytes in [Array("<svg onload=alert(1)>".utf8), Array("<!doctype html><script>".utf8), [0x89, 0x50], MapPageTests.picture + [UInt8](repeating: 0, count: 1 << 20)] {
            try tiles(path, picture: bytes)
            #expect(window.go("/kaart/tegel/0/0/0").status == 404)
        }
        // The stick is out.
        try FileManager.default.removeItem(atPath: path)
        #expect(Markup(window.go("/kaart").body).text.contains("De kaart die eronder lag is er niet meer") && Markup(window.page.body).faults == [])
        window.send([], press: ("doe", "weg"), in: Markup(window.page.body).forms.first { $0.action == "/kaart" })
        #expect(!Markup(window.page.body).text.contains("er niet meer"))
    }
}
