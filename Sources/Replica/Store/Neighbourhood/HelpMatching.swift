import Community
import CRDT
import SQLite

/// An open request for help with the offers that suit it.
package struct OpenRequest: Sendable {
    package let request: Help
    package let description: String?
    /// The best first.
    package let candidates: [Candidate]
    /// Matches that were proposed and wait for an answer, by id.
    package let proposed: [String]
}

extension Store {
    /// The open requests in the order in which to work through them, each with its best offers.
    ///
    /// Left out: help whose days are over, of contacts that are not active or not here, and of persons who withdrew consent
    /// to be matched; and offers that were declined for the request before.
    ///
    /// - Parameter today: an ISO 8601 date.
    package func openRequests(today: String, candidateCount: Int) throws -> [OpenRequest] {
        try read { access in try access.known("open requests \(today) \(candidateCount)") { try Store.openRequests(access, today: today, candidateCount: candidateCount) } }
    }

    private static func openRequests(_ access: Access, today: String, candidateCount: Int) throws -> [OpenRequest] {
        guard BrokenRules.has(["help_item", "match", "contact", "consent"], access) else { return [] }
        let reader = try HelpReader(access)
        let areas = try reader.areas()
        let requests = try reader.help("request", statuses: ["open"], today, areas)
        let offers = try reader.help("offer", statuses: ["open", "matched"], today, areas)
        let pairs = try access.rows("select id, request, offer, status from match order by id")
        var declined: [String: Set<String>] = [:]
        var proposed: [String: [String]] = [:]
        for pair in pairs {
            guard let id = pair.text(0), let request = pair.text(1) else { continue }
            switch pair.text(3) {
            case "declined": if let offer = pair.text(2) { declined[request, default: []].insert(offer) }
            case "proposed": proposed[request, default: []].append(id)
            default: continue
            }
        }
        // One pass over the offers for each category asked for, not for each request.
        let offered = offers.map(\.help)
        let uncategorised = offered.filter { $0.category == nil }
        let byCategory = Dictionary(grouping: offered.filter { $0.category != nil }, by: \.category).mapValues { $0 + uncategorised }
        return requests.sorted { Matching.precedes($0.help, $1.help) }.map { request in
            let category = request.help.category
            let possible = category == nil ? offered : byCategory[category] ?? uncategorised
            let candidates = Matching.candidates(
                for: request.help, among: possible, areas: areas, excluding: declined[request.help.id] ?? [], limit: candidateCount)
            return OpenRequest(
                request: request.help, description: request.description, candidates: candidates,
                proposed: proposed[request.help.id] ?? [])
        }
    }

    /// What people call contacts, by id.
    package func contactNames(_ ids: some Sequence<String>) throws -> [String: String] {
        try read { access in
            var names: [String: String] = [:]
            guard access.catalog["contact"]?.isShown == true else { return names }
            for id in Set(ids) {
                let row = try access.rows(
                    "select given_name, infix, family_name, nickname, organisation, kind from contact where id = ?", [.text(id)]).first
                names[id] = row.flatMap {
                    contactName(
                        kind: $0.text(5), given: $0.text(0), infix: $0.text(1), family: $0.text(2), nickname: $0.text(3), organisation: $0.text(4))
                }
            }
            return names
        }
    }

    /// The contact of a request or an offer.
    package func contact(ofHelp id: String) throws -> String? {
        try read { try $0.rows("select contact from help_item where id = ?", [.text(id)]).first?.text(0) }
    }
}

// MARK: Steps of a match

extension Store {
    package enum MatchStep: String, CaseIterable, Sendable {
        case accepted, done, declined

        /// The states from which it follows.
        fileprivate var follows: [String] {
            switch self {
            case .accepted: ["proposed"]
            case .done: ["accepted"]
            case .declined: ["proposed", "accepted"]
            }
        }
    }

    /// Proposes an offer, or a helper who made none, for an open request. A proposal that is there already is given again.
    ///
    /// - Parameter helper: a help_item that is an offer, or a contact.
    /// - Throws: `wrongState` when the request is not open, the offer is not one, or both are the same person's.
    package func proposeMatch(request: RecordID, helper: RecordID) throws -> RecordID {
        try write { access in
            let asked = try HelpState(request, access)
            guard asked.direction == "request" else { throw StoreError(.wrongState, "help_item.direction") }
            guard asked.status == "open" else { throw StoreError(.wrongState, "help_item.status: \(asked.status)") }
            var person: String? = helper.key.first
            let column = helper.table == "help_item" ? "offer" : "helper"
            if helper.table == "help_item" {
                let offered = try HelpState(helper, access)
                guard offered.direction == "offer" else { throw StoreError(.wrongState, "help_item.direction") }
                guard ["open", "matched"].contains(offered.status) else {
                    throw StoreError(.wrongState, "help_item.status: \(offered.status)")
                }
                person = offered.contact
            } else if helper.table != "contact" {
                throw StoreError(.wrongState, helper.table)
            }
            let identities = try access.identities(around: [person, asked.contact].compactMap { $0 })
            if let person, let other = asked.contact, identities.person(of: person) == identities.person(of: other) {
                throw StoreError(.wrongState, "help_item.contact")
            }
            let known = try access.rows(
                "select id from match where request = ? and \(column) = ? and status = 'proposed' order by id limit 1",
                [.text(request.key[0]), .text(helper.key[0])])
            if let id = known.first?.text(0) { return RecordID(table: "match", key: [id]) }
            return try Store.add(
                "match", [("request", .text(request.key[0])), (column, .text(helper.key[0]))], access)
        }
    }

    /// Takes a match a step further, with the request and the offer it is about, in one transaction: accepted, the request is
    /// matched, and the offer too when it is full by that; done, the request is fulfilled; declined, the request is open again
    /// unless somebody else helps. What somebody withdrew stays withdrawn.
    ///
    /// - Parameter at: when, as ISO 8601 with offset.
    /// - Throws: `wrongState`.
    package func take(_ step: MatchStep, _ match: RecordID, at: String, feedback: String? = nil) throws {
        try write { access in
            guard match.table == "match", let row = try access.rows(
                "select status, request, offer from match where id = ?", match.key.map { .text($0) }).first
            else { throw StoreError(.notFound, "match") }
            let status = row.text(0) ?? "proposed"
            guard step.follows.contains(status) else { throw StoreError(.wrongState, "match.status: \(status)") }
            if step == .accepted, let request = row.text(1) {
                // Twice at once is for two laptops to do, and for people to settle.
                let asked = try HelpState(RecordID(table: "help_item", key: [request]), access)
                guard asked.status == "open" else { throw StoreError(.wrongState, "help_item.status: \(asked.status)") }
            }
            var values: [(name: String, value: Value)] = [("status", .text(step.rawValue))]
            if step == .accepted { values.append(("agreed_at", .text(at))) }
            if let feedback { values.append(("feedback", .text(feedback))) }
            try Store.edit(match, values, access)
            if let request = row.text(1) { try Store.followRequest(request, step, access) }
            if let offer = row.text(2) { try Store.followOffer(offer, access) }
        }
    }

    private static func followRequest(_ id: String, _ step: MatchStep, _ access: Access) throws {
        guard let request = try? HelpState(RecordID(table: "help_item", key: [id]), access) else { return }
        let others = try access.rows("select 1 from match where request = ? and status = 'accepted' limit 1", [.text(id)])
        switch step {
        case .accepted where request.status == "open": try request.set("matched", access)
        case .done where ["open", "matched"].contains(request.status) && others.isEmpty: try request.set("fulfilled", access)
        case .declined where request.status == "matched" && others.isEmpty: try request.set("open", access)
        case .accepted, .done, .declined: return
        }
    }

    private static func followOffer(_ id: String, _ access: Access) throws {
        guard let offer = try? HelpState(RecordID(table: "help_item", key: [id]), access) else { return }
        let load = try access.rows("select count(*) from match where offer = ? and status = 'accepted'", [.text(id)])[0].integer(0) ?? 0
        let isFull = load >= max(1, offer.capacity ?? 1)
        if isFull, offer.status == "open" { try offer.set("matched", access) }
        if !isFull, offer.status == "matched" { try offer.set("open", access) }
    }
}

/// A request or an offer as it stands.
private struct HelpState {
    let record: RecordID
    let direction: String?
    let status: String
    let contact: String?
    let capacity: Int?

    init(_ record: RecordID, _ access: Access) throws {
        guard record.table == "help_item" else { throw StoreError(.wrongState, record.table) }
        guard let row = try access.rows(
            "select direction, status, contact, capacity_per_week from help_item where id = ?", record.key.map { .text($0) }).first
        else { throw StoreError(.notFound, "help_item") }
        self.record = record
        direction = row.text(0)
        status = row.text(1) ?? "open"
        contact = row.text(2)
        capacity = row.integer(3)
    }

    func set(_ status: String, _ access: Access) throws { try Store.edit(record, [("status", .text(status))], access) }
}

/// Reads help with all that matching looks at, set-based.
private struct HelpReader {
    private let access: Access
    private let identities: Identities
    private let refused: Set<String>
    private let skills: [String: Set<String>]
    private let loads: [String: Int]

    init(_ access: Access) throws {
        self.access = access
        let identities = try access.identities()
        self.identities = identities
        let withdrawn = try access.rows("select contact from consent where purpose = 'matching' and state = 'withdrawn'")
        refused = Set(withdrawn.compactMap { $0.text(0) }.flatMap { identities.contacts(of: $0) })
        var skills: [String: Set<String>] = [:]
        if access.catalog["help_item_skill"]?.isShown == true {
            for row in try access.rows("select help_item, skill from help_item_skill") {
                if let id = row.text(0), let skill = row.text(1) { skills[id, default: []].insert(skill) }
            }
        }
        self.skills = skills
        var loads: [String: Int] = [:]
        for row in try access.rows("select offer, count(*) from match where status = 'accepted' and offer is not null group by offer") {
            if let id = row.text(0) { loads[id] = row.integer(1) }
        }
        self.loads = loads
    }

    func help(_ direction: String, statuses: [String], _ today: String, _ areas: AreaTree) throws -> [(help: Help, description: String?)] {
        let rows = try access.rows(
            """
            select help_item.id, help_item.contact, category, setting, urgency, coalesce(help_item.area, contact.area), "from", "until",
                capacity_per_week, description
            from help_item join contact on contact.id = help_item.contact
            where direction = ? and coalesce(status, 'open') in (\(statuses.map(literal).joined(separator: ", ")))
              and coalesce("until", '9999') >= ? and coalesce(contact.active, 1) <> 0
            order by help_item.id
            """, [.text(direction), .text(today)])
        return rows.compactMap { row in
            guard let id = row.text(0), let contact = row.text(1), !refused.contains(contact) else { return nil }
            func filled(_ index: Int) -> String? { row.text(index).flatMap { $0.isEmpty ? nil : $0 } }
            var help = Help(
                id: id, person: identities.person(of: contact), category: filled(2), setting: filled(3), urgency: filled(4), area: filled(5),
                from: filled(6), until: filled(7), capacityPerWeek: row.integer(8), skills: skills[id] ?? [], load: loads[id] ?? 0)
            help.areaID = help.area.map(areas.id)
            return (help, filled(9))
        }
    }

    func areas() throws -> AreaTree {
        guard access.catalog["area"]?.isShown == true else { return AreaTree([]) }
        return AreaTree(try access.rows("select id, code, name, parent from area").map {
            (id: $0.text(0) ?? "", code: $0.text(1), name: $0.text(2), parent: $0.text(3))
        })
    }
}
