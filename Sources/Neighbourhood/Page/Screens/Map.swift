import Community
import CRDT
import Engine
import Foundation
import SQLite
import Store
import Words

/// Where places and areas are: a picture of our own, with a map under it where somebody gave a file of one.
enum Map {
    static let screen = Screen("kaart", tab: .initiatives, templates: ["map": template], show: show, act: act)

    private static let width = 960, height = 600
    /// So many are drawn; further ones stand in the list below.
    private static let drawnCount = 200
    private static let readCount = 5_000

    private struct Point {
        let id: RecordID
        let name: String
        let latitude: Double, longitude: Double
    }

    private static func show(_ visit: Visit) throws -> Answer {
        guard visit.rest.first == "tegel" else { return visit.rest.isEmpty ? .page(try page(visit, Refusals())) : .missing }
        let numbers = visit.rest.dropFirst().compactMap { Int($0) }
        guard numbers.count == 3, visit.rest.count == 4, let path = visit.desk.settings.map,
            let tile = try? TileFile(path).tile(zoom: numbers[0], column: numbers[1], row: numbers[2])
        else { return .missing }
        return .picture(tile.bytes, type: tile.type)
    }

    private static func act(_ visit: Visit) throws -> Answer {
        var refusals = Refusals()
        switch visit.form["doe"] {
        case "weg":
            try visit.desk.set { $0.map = nil }
            return .go("/kaart", visit.told(MapPageSentence.backgroundGone, ""))
        case "achtergrond":
            guard let path = visit.form["bestand"], path.hasPrefix("/"), !path.contains(where: \.isNewline) else {
                refusals.add("bestand", visit.say(MapPageSentence.backgroundMissing))
                break
            }
            do {
                _ = try TileFile(path)
                try visit.desk.set { $0.map = path }
                return .go("/kaart", visit.told(MapPageSentence.backgroundSet, (path as NSString).lastPathComponent))
            } catch let fault as TileFile.Fault {
                switch fault {
                case .missing: refusals.add("bestand", visit.say(MapPageSentence.backgroundMissing))
                case .foreign: refusals.add("bestand", visit.say(MapPageSentence.backgroundForeign))
                case .kind(let kind): refusals.add("bestand", visit.say(MapPageSentence.backgroundKind, kind))
                }
            } catch is SQLiteError {
                refusals.add("bestand", visit.say(MapPageSentence.backgroundForeign))
            }
        default: return .missing
        }
        return .page(try page(visit, refusals))
    }

    private static func points(_ visit: Visit) throws -> [Point] {
        let store = try visit.replica.store
        var points: [Point] = []
        for table in ["area", "place"] where store.schema[table] != nil {
            try store.list(table, where: "typeof(lat) in ('real', 'integer') and typeof(lon) in ('real', 'integer')", limit: readCount) { row in
                func degrees(_ column: String) -> Double? {
                    switch row[column] {
                    case .real(let number): number
                    case .integer(let number): Double(number)
                    default: nil
                    }
                }
                guard let latitude = degrees("lat"), let longitude = degrees("lon"), abs(latitude) <= MapView.latitudeLimit, abs(longitude) <= 180 else { return }
                points.append(Point(id: row.id, name: displayName(of: row), latitude: latitude, longitude: longitude))
            }
        }
        return points.sorted { ($0.id.table, $0.name.lowercased(), $0.id.text) < ($1.id.table, $1.name.lowercased(), $1.id.text) }
    }

    private static func page(_ visit: Visit, _ refusals: Refusals) throws -> Page {
        let points = try points(visit)
        // Where people meet; the areas that every list begins with are far apart.
        let places = points.filter { $0.id.table == "place" }
        let whole = MapView(around: (places.isEmpty ? points : places).map { ($0.latitude, $0.longitude) }, width: width, height: height)
        func number(_ name: String, _ limit: Double) -> Double? { visit.query[name].flatMap { Double($0) }.flatMap { abs($0) <= limit ? $0 : nil } }
        let view = number("lat", 90).flatMap { latitude in
            number("lon", 180).map { MapView(latitude: latitude, longitude: $0, zoom: visit.query["z"].flatMap { Int($0) } ?? whole.zoom, width: width, height: height) }
        } ?? whole
        func link(_ east: Double = 0, _ south: Double = 0, zoom: Int = 0) -> String {
            let middle = view.middle(east: east, south: south)
            return "/kaart?lat=\(Map.text(middle.latitude))&lon=\(Map.text(middle.longitude))&z=\(min(max(view.zoom + zoom, MapView.zooms.lowerBound), MapView.zooms.upperBound))#beeld"
        }
        let file = visit.desk.settings.map.flatMap { try? TileFile($0) }
        let part = Part(visit)
        let drawn = points.prefix(drawnCount).enumerated().compactMap { index, point -> Values? in
            let place = view.position(point.latitude, point.longitude)
            guard (0...Double(width)).contains(place.x), (0...Double(height)).contains(place.y) else { return nil }
            return ["x": Map.text(place.x), "y": Map.text(place.y), "textY": Map.text(place.y + 5), "number": String(index + 1), "isArea": point.id.table == "area"]
        }
        let files = Volumes.mounted(visit.desk.environment).flatMap { Volumes.files(in: $0.path, ending: ".mbtiles") }
            + (visit.desk.environment.variables["HOME"].map { home in ["/Downloads", "/Documents", "/Documenten"].flatMap { Volumes.files(in: home + $0, ending: ".mbtiles") } } ?? [])
        return Page(template: "map", title: visit.say(MapPageSentence.mapTitle), values: [
            "lead": points.isEmpty ? visit.say(MapPageSentence.mapNone) : visit.count(points.count, MapPageSentence.mapOne, .mapMany), "hasPoints": !points.isEmpty, "width": String(width), "height": String(height),
            "drawn": drawn, "description": visit.say(MapPageSentence.mapDescription, visit.language.number(drawn.count)),
            "tiles": (file.map { view.tiles($0.zooms) } ?? []).map { tile in
                ["address": "/kaart/tegel/\(tile.zoom)/\(tile.column)/\(tile.row)", "x": Map.text(tile.x), "y": Map.text(tile.y), "side": Map.text(tile.side)] as Values
            },
            "isLost": visit.desk.settings.map != nil && file == nil, "hasFile": visit.desk.settings.map != nil, "fileName": (visit.desk.settings.map ?? "" as String).split(separator: "/").last.map(String.init) ?? "",
            "nearer": link(zoom: 1), "farther": link(zoom: -1), "north": link(0, -0.4), "south": link(0, 0.4), "east": link(0.4), "west": link(-0.4),
            "points": zip(points.indices, points).dropFirst(part.first).prefix(part.size).map { index, point in
                ["number": String(index + 1), "name": point.name.isEmpty ? visit.say(.noName) : point.name, "link": Find.link(point.id), "kind": visit.language.kind(of: point.id.table)] as Values
            }, "more": part.next(of: points.count, "/kaart?", hash: "#lijst", visit) ?? false as Any,
            "fileField": refusals.field("bestand", visit.form.sent("bestand") ?? visit.desk.settings.map), "files": files.prefix(50).map { ["file": $0] as Values },
            "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : 422)
    }

    /// Of a number in an address or a picture: as many digits as are seen.
    private static func text(_ number: Double) -> String { String((number * 100_000).rounded() / 100_000) }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="/initiatieven">{{>i-left}}{{w.tabInitiatives}}</a></p>
          <h1>{{w.mapTitle}}</h1>
          <p class="lead">{{lead}}</p>
        </header>
        {{#isLost}}<p class="notice wait">{{>i-alert}}<span>{{w.backgroundLost}}</span></p>{{/isLost}}
        {{#hasPoints}}<section class="plot map" aria-labelledby="beeld"><h2 id="beeld" class="unseen">{{w.mapTitle}}</h2>
          <p class="acts near screen"><a class="button" href="{{nearer}}">{{w.mapNearer}}</a> <a class="button" href="{{farther}}">{{w.mapFarther}}</a> <a class="button quiet" href="{{north}}">{{w.mapNorth}}</a> <a class="button quiet" href="{{south}}">{{w.mapSouth}}</a> <a class="button quiet" href="{{west}}">{{w.mapWest}}</a> <a class="button quiet" href="{{east}}">{{w.mapEast}}</a> <a class="button quiet" href="/kaart">{{w.mapAll}}</a></p>
          <div class="scroll" tabindex="0" role="region" aria-labelledby="beeld"><svg viewBox="0 0 {{width}} {{height}}" role="img"><title>{{w.mapTitle}}</title><desc>{{description}}</desc>
            <rect class="grid" x="0.5" y="0.5" width="{{width}}" height="{{height}}"/>
            {{#tiles}}<image href="{{address}}" x="{{x}}" y="{{y}}" width="{{side}}" height="{{side}}"></image>{{/tiles}}
            {{#drawn}}{{#isArea}}<rect class="dot" x="{{x}}" y="{{y}}" width="26" height="26" transform="translate(-13 -13)"/>{{/isArea}}{{^isArea}}<circle class="dot" cx="{{x}}" cy="{{y}}" r="14"/>{{/isArea}}<text class="now" x="{{x}}" y="{{textY}}" text-anchor="middle">{{number}}</text>
            {{/drawn}}</svg></div>
        </section>
        <section aria-labelledby="lijst">
          <h2 id="lijst">{{w.mapList}}</h2>
          <ol class="rows">{{#points}}<li class="plain"><p><b>{{number}}</b> <a href="{{link}}"><bdi>{{name}}</bdi></a> <span class="what">{{kind}}</span></p></li>{{/points}}</ol>
          {{#more}}<p><a class="button quiet" href="{{moreLink}}">{{moreWords}}</a></p>{{/more}}
        </section>{{/hasPoints}}
        <section class="screen" aria-labelledby="achtergrond">
          <h2 id="achtergrond">{{w.backgroundTitle}}</h2>
          <p class="text">{{w.backgroundHint}}</p>
          {{#hasFile}}<form class="acts" method="post" action="/kaart"><span><bdi>{{fileName}}</bdi></span> <button class="quiet" name="doe" value="weg">{{w.backgroundRemove}}</button></form>{{/hasFile}}
          <form class="form text" method="post" action="/kaart">
            {{#fileField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="bestand">{{w.whichFile}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="bestand" name="bestand" value="{{value}}" list="kaarten" autocomplete="off" spellcheck="false"{{#fault}} aria-invalid="true" aria-describedby="bestand-fout"{{/fault}}><datalist id="kaarten">{{#files}}<option value="{{file}}">{{/files}}</datalist></div>{{/fileField}}
            <p class="acts"><button name="doe" value="achtergrond">{{w.backgroundUse}}</button></p>
          </form>
        </section>
        """#
}
