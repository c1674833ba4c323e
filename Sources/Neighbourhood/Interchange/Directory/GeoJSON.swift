import CRDT
import Words

/// Places, initiatives and gatherings on a map (RFC 7946): points in WGS 84, longitude first. What has no position has no
/// geometry. People are in no table that is read.
package func geoJSON(_ directory: Directory) -> JSON {
    .object([("type", .string("FeatureCollection")), ("features", .sequence { each in try features(directory, each) })])
}

private func features(_ directory: Directory, _ each: (JSON) throws -> Void) throws {
    func add(_ table: String, _ row: TableRow, at place: TableRow?, name: String?, _ columns: [String]) throws {
        var geometry = JSON.null
        if let lat = place?.number("lat"), let lon = place?.number("lon"), abs(lat) <= 90, abs(lon) <= 180 {
            geometry = .object([("type", .string("Point")), ("coordinates", .array([.real(lon), .real(lat)]))])
        }
        var properties: [(String, JSON)] = [("table", .string(table))]
        if let name { properties.append(("name", .string(name))) }
        for column in columns {
            if let value = row.value(column), value != .null { properties.append((column, JSON(value))) }
        }
        try each(.object([
            ("type", .string("Feature")), ("id", .string(row.id)), ("geometry", geometry), ("properties", .object(properties)),
        ]))
    }
    for place in directory["place"] {
        try add("place", place, at: place, name: place["name"], [
            "kind", "location_type", "status", "url", "capacity", "street", "number", "addition", "postal_code", "city",
            "province", "country", "description",
        ])
    }
    for initiative in directory["initiative"] {
        try add("initiative", initiative, at: directory.row(initiative["place"], in: "place"), name: initiative["name"], [
            "activity_type", "status", "starts_on", "ends_on", "area", "place", "recurrence_rule", "recurrence_time_zone", "description",
        ])
    }
    for gathering in directory["gathering"] {
        let initiative = directory.row(gathering["initiative"], in: "initiative")
        let place = directory.row(gathering["place"] ?? initiative?["place"], in: "place")
        try add("gathering", gathering, at: place, name: initiative?["name"], [
            "initiative", "place", "starts_at", "ends_at", "time_zone", "channel", "status", "max_participants", "headcount",
        ])
    }
}
