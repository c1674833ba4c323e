import CRDT
import Community
import Words

/// The directory as JSON after the Human Services Data Specification 3.0 (https://docs.openreferral.org/en/v3.0.1/):
/// organisations, initiatives as services, places as locations, dates as schedules, terms as attributes.
///
/// One object with three arrays, `organizations`, `services` and `service_at_locations`, whose members each hold to the
/// published schema of that name. Ids of ours are UUIDs without their hyphens, and get them. Nothing stands in it that our
/// tables do not hold; people are in no table that is read.
package struct HSDSWriter: Sendable {
    private let directory: Directory
    private let gatherings: [String: [TableRow]]
    private let initiativeTerms: [String: [String]]
    private let placeTerms: [String: [String]]

    package init(_ directory: Directory) {
        self.directory = directory
        gatherings = directory.gatherings
        func terms(_ table: String) -> [String: [String]] {
            Dictionary(grouping: directory[table]) { $0.key[0] }.mapValues { $0.map { $0.key[1] } }
        }
        initiativeTerms = terms("initiative_term")
        placeTerms = terms("place_term")
    }

    package var json: JSON {
        let services = directory["initiative"]
        return .object([
            ("organizations", .sequence { each in
                for row in directory["organisation"] { try each(organization(row)) }
            }),
            ("services", .sequence { each in
                for row in services { try each(.object(service(row) + atLocations(row))) }
            }),
            ("service_at_locations", .sequence { each in
                for initiative in services {
                    for place in places(of: initiative) { try each(serviceAtLocation(initiative, place, alone: true)) }
                }
            }),
        ])
    }

    // MARK: Objects

    private func organization(_ row: TableRow) -> JSON {
        let name = row["name"] ?? row.id
        var members: [(String, JSON)] = [
            ("id", id(row)), ("name", .string(name)), ("description", .string(row["description"] ?? name)),
        ]
        if let email = email(row["email"]) { members.append(("email", .string(email))) }
        if let url = uri(row["url"]) { members.append(("website", .string(url))) }
        if let phone = row["phone"] {
            members.append(("phones", .array([.object([
                ("id", .string(derivedUUID(row.id, "phone"))), ("organization_id", id(row)), ("number", .string(phone)),
            ])])))
        }
        if let type = row["type"] {
            members.append(("attributes", .array([attribute(
                row.id, "organization", code: type, name: label(type, "organisation_type"), taxonomy: "organisation_type")])))
        }
        return .object(members)
    }

    private func service(_ row: TableRow) -> [(String, JSON)] {
        var members: [(String, JSON)] = [
            ("id", id(row)), ("name", .string(row["name"] ?? row["activity_type"].map { label($0, "activity_type") } ?? row.id)),
            ("status", .string(status(row["status"]))),
        ]
        if let text = row["description"] { members.append(("description", .string(text))) }
        var attributes = (initiativeTerms[row.id] ?? []).compactMap { attribute(row.id, "service", term: $0) }
        if let type = row["activity_type"] {
            attributes.append(attribute(
                row.id, "service", code: type, name: label(type, "activity_type"), taxonomy: "activity_type"))
        }
        if !attributes.isEmpty { members.append(("attributes", .array(attributes))) }
        var schedules = (gatherings[row.id] ?? []).filter { $0["place"] == nil }.compactMap { schedule($0, [("service_id", id(row))]) }
        if let rule = row["recurrence_rule"].map({ Recurrence($0).rule }), !rule.isEmpty { schedules.insert(recurrence(rule, row), at: 0) }
        if !schedules.isEmpty { members.append(("schedules", .array(schedules))) }
        return members
    }

    private func atLocations(_ initiative: TableRow) -> [(String, JSON)] {
        let places = places(of: initiative)
        return places.isEmpty ? [] : [("service_at_locations", .array(places.map { serviceAtLocation(initiative, $0, alone: false) }))]
    }

    private func serviceAtLocation(_ initiative: TableRow, _ place: TableRow, alone: Bool) -> JSON {
        let own = derivedUUID(initiative.id, place.id)
        var members: [(String, JSON)] = [
            ("id", .string(own)), ("service_id", id(initiative)), ("location_id", id(place)),
        ]
        let schedules = (gatherings[initiative.id] ?? []).filter { $0["place"] == place.id }
            .compactMap { schedule($0, [("service_at_location_id", .string(own))]) }
        if !schedules.isEmpty { members.append(("schedules", .array(schedules))) }
        members.append(("location", location(place)))
        if alone { members.append(("service", .object(service(initiative)))) }
        return .object(members)
    }

    /// Where it is, and where any of its dates is.
    private func places(of initiative: TableRow) -> [TableRow] {
        var seen: Set<String> = []
        let ids = [initiative["place"]] + (gatherings[initiative.id] ?? []).map { $0["place"] }
        return ids.compactMap { $0 }.filter { seen.insert($0).inserted }.compactMap { directory.row($0, in: "place") }
    }

    private func location(_ row: TableRow) -> JSON {
        let isVirtual = row["location_type"] == "virtual"
        var members: [(String, JSON)] = [("id", id(row)), ("location_type", .string(isVirtual ? "virtual" : "physical"))]
        if let url = uri(row["url"]) { members.append(("url", .string(url))) }
        if let name = row["name"] { members.append(("name", .string(name))) }
        if let text = row["description"] { members.append(("description", .string(text))) }
        if let lat = row.number("lat"), let lon = row.number("lon") { members += [("latitude", .real(lat)), ("longitude", .real(lon))] }
        let street = ["street", "number", "addition"].compactMap { row[$0] }.joined(separator: " ")
        if !street.isEmpty || row["city"] != nil || row["postal_code"] != nil {
            members.append(("addresses", .array([.object([
                ("id", .string(derivedUUID(row.id, "address"))), ("location_id", id(row)), ("address_1", .string(street)),
                ("city", .string(row["city"] ?? "")), ("state_province", .string(row["province"] ?? "")),
                ("postal_code", .string(row["postal_code"] ?? "")), ("country", .string(row["country"] ?? "")),
                ("address_type", .string("physical")),
            ])])))
        }
        let terms = placeTerms[row.id] ?? []
        let accessible = terms.compactMap { directory.row($0, in: "term") }.filter { $0["taxonomy"] == "accessibility" }
        if !accessible.isEmpty {
            members.append(("accessibility", .array(accessible.map { term in
                .object([("id", .string(derivedUUID(row.id, term.id))), ("location_id", id(row)), ("description", .string(name(of: term)))])
            })))
        }
        var attributes = terms.compactMap { attribute(row.id, "location", term: $0) }
        if let kind = row["kind"] {
            attributes.append(attribute(row.id, "location", code: kind, name: label(kind, "place_kind"), taxonomy: "place_kind"))
        }
        if !attributes.isEmpty { members.append(("attributes", .array(attributes))) }
        return .object(members)
    }

    // MARK: Times

    private func schedule(_ gathering: TableRow, _ link: [(String, JSON)]) -> JSON? {
        guard gathering["status"] != "cancelled", let start = gathering["starts_at"].flatMap({ CalendarTime.read($0)?.time }) else { return nil }
        var members: [(String, JSON)] = [("id", id(gathering))] + link
        let day = String(start.text.prefix(10))
        members += [("valid_from", .string(day)), ("valid_to", .string(day)), ("dtstart", .string(day))]
        if start.secondOfDay != nil { members.append(("opens_at", .string(clock(start)))) }
        if let end = gathering["ends_at"].flatMap({ CalendarTime.read($0)?.time }), end.secondOfDay != nil {
            members.append(("closes_at", .string(clock(end))))
        }
        if let channel = gathering["channel"] { members.append(("attending_type", .string(label(channel, "channel")))) }
        return .object(members)
    }

    private func clock(_ time: CalendarTime) -> String {
        let seconds = time.secondOfDay ?? 0
        return "\(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
    }

    /// The parts of a rule that HSDS has a place for; the whole of it as the description.
    private func recurrence(_ rule: String, _ initiative: TableRow) -> JSON {
        var members: [(String, JSON)] = [
            ("id", .string(derivedUUID(initiative.id, "recurrence"))), ("service_id", id(initiative)),
        ]
        let start = initiative["recurrence_rule"].flatMap { Recurrence($0).start.map { String($0.text.prefix(10)) } }
        if let day = initiative["starts_on"] ?? start { members += [("valid_from", .string(day)), ("dtstart", .string(day))] }
        if let day = initiative["ends_on"] { members.append(("valid_to", .string(day))) }
        for piece in rule.split(separator: ";") {
            let pair = piece.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2 else { continue }
            switch (pair[0].uppercased(), pair[1].uppercased()) {
            case ("FREQ", let freq) where ["WEEKLY", "MONTHLY"].contains(freq): members.append(("freq", .string(freq)))
            case ("WKST", let day) where ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].contains(day): members.append(("wkst", .string(day)))
            case ("INTERVAL", let text), ("COUNT", let text):
                if let number = Int(text) { members.append((pair[0].lowercased(), .number(number))) }
            case ("BYDAY", let text), ("BYWEEKNO", let text), ("BYMONTHDAY", let text), ("BYYEARDAY", let text):
                members.append((pair[0].lowercased(), .string(text)))
            case ("UNTIL", let text):
                var isUTC = false
                if let time = CalendarTime(basic: text, isUTC: &isUTC) { members.append(("until", .string(String(time.text.prefix(10))))) }
            default: continue
            }
        }
        members.append(("description", .string("RRULE:" + rule)))
        return .object(members)
    }

    // MARK: Words

    private func status(_ status: String?) -> String {
        switch status {
        case "ended": "defunct"
        case "paused": "temporarily closed"
        case "idea": "inactive"
        default: "active"
        }
    }

    private func name(of term: TableRow) -> String { term["name_en"] ?? term["name_nl"] ?? term["code"] ?? term.id }

    private func attribute(_ owner: String, _ entity: String, term id: String) -> JSON? {
        guard let term = directory.row(id, in: "term") else { return nil }
        var parent: [(String, JSON)] = []
        if let above = term["parent"] { parent = [("parent_id", .string(uuid(above) ?? derivedUUID(above, "")))] }
        return attribute(
            owner, entity, term: self.id(term), code: term["code"] ?? term.id, name: name(of: term),
            description: term["name_nl"] ?? name(of: term), taxonomy: term["taxonomy"] ?? "term", parent)
    }

    private func attribute(_ owner: String, _ entity: String, code: String, name: String, taxonomy: String) -> JSON {
        attribute(
            owner, entity, term: .string(derivedUUID(taxonomy, code)), code: code, name: name, description: name, taxonomy: taxonomy, [])
    }

    private func attribute(
        _ owner: String, _ entity: String, term: JSON, code: String, name: String, description: String, taxonomy: String,
        _ parent: [(String, JSON)]
    ) -> JSON {
        .object([
            ("id", .string(derivedUUID(owner, taxonomy + ":" + code))), ("link_id", .string(uuid(owner) ?? derivedUUID(owner, ""))),
            ("link_type", .string("taxonomy_term")), ("link_entity", .string(entity)), ("value", .string(code)),
            ("taxonomy_term", .object([
                ("id", term), ("code", .string(code)), ("name", .string(name)), ("description", .string(description)),
                ("taxonomy", .string(taxonomy)), ("language", .string("en")),
            ] + parent)),
        ])
    }

    private func label(_ code: String, _ list: String) -> String { CodeList.named(list)?[code]?.label.en ?? code }

    private func id(_ row: TableRow) -> JSON { .string(uuid(row.id) ?? derivedUUID(row.id, "")) }
}

/// A UUID of what has no id of its own, always the same (RFC 9562, version 8): FNV-1a over both texts, twice.
func derivedUUID(_ first: String, _ second: String) -> String {
    func hash(_ start: UInt64) -> UInt64 {
        (Array(first.utf8) + [0xFF] + Array(second.utf8)).reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
    let high = hash(0xCBF2_9CE4_8422_2325) & ~0xF000 | 0x8000
    let low = hash(0x8422_2325_CBF2_9CE4) & ~(0xC << 60) | 0x8 << 60
    func hexadecimal(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
    return uuid(hexadecimal(high) + hexadecimal(low)) ?? ""
}

/// An address that a program can follow; what people type without a scheme is a page. nil for what cannot be one.
func uri(_ text: String?) -> String? {
    guard let text, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }) else { return nil }
    if text.wholeMatch(of: /[A-Za-z][A-Za-z0-9+.-]*:.+/) != nil { return text }
    return text.wholeMatch(of: /[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+([\/?#].*)?/) != nil ? "https://" + text : nil
}

/// nil for what is no e-mail address.
private func email(_ text: String?) -> String? {
    guard let text, text.wholeMatch(of: /[A-Za-z0-9.!#$%&'*+\/=?^_{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*/) != nil else { return nil }
    return text
}
