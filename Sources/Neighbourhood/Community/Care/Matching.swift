/// Help that is asked for or offered, as far as matching looks at it.
package struct Help: Hashable, Sendable {
    package let id: String
    /// Who asks or offers: the contact that stands for the person.
    package let person: String
    package var category: String?
    package var setting: String?
    package var urgency: String?
    /// As typed.
    package var area: String?
    /// What it means in the space's areas (`AreaTree.id`), where that is known already.
    package var areaID: String?
    /// ISO 8601 dates, both included; nil: open.
    package var from: String?
    package var until: String?
    /// Times a week; nil: once.
    package var capacityPerWeek: Int?
    package var skills: Set<String>
    /// Matches of an offer that are accepted and not done.
    package var load: Int

    package init(
        id: String, person: String, category: String? = nil, setting: String? = nil, urgency: String? = nil, area: String? = nil,
        from: String? = nil, until: String? = nil, capacityPerWeek: Int? = nil, skills: Set<String> = [], load: Int = 0
    ) {
        self.id = id
        self.person = person
        self.category = category
        self.setting = setting
        self.urgency = urgency
        self.area = area
        self.from = from
        self.until = until
        self.capacityPerWeek = capacityPerWeek
        self.skills = skills
        self.load = load
    }

    package var capacity: Int { max(1, capacityPerWeek ?? 1) }
    package var isFull: Bool { load >= capacity }
}

/// Which offers suit a request, and why.
///
/// An offer is a candidate when it is somebody else's, its category is the request's (or one of the two names none), and
/// its days meet those of the request. Candidates are ordered by points, then by load, then by id, so equal replicas give
/// equal lists. A full one is a candidate as well, after all others: people know when one more is possible.
package struct Candidate: Hashable, Sendable {
    package enum Reason: String, CaseIterable, Sendable {
        case category, area, areaNear = "area-near", remote, setting, skills, allDays = "all-days", someDays = "some-days", free, busy, full
    }

    package let offer: Help
    package let points: Int
    package let reasons: [Reason]
}

package enum Matching {
    /// What each reason counts. Sums to 100 for an offer that suits in everything and is free.
    package static let points: [Candidate.Reason: Int] = [
        .category: 30, .area: 25, .areaNear: 12, .remote: 25, .setting: 10, .skills: 15, .allDays: 10, .someDays: 4, .free: 10,
        .busy: 5, .full: 0,
    ]

    /// - Parameter areas: to tell which names mean one area, and which lie beside each other.
    package static func candidates(for request: Help, among offers: [Help], areas: AreaTree) -> [Candidate] {
        offers.compactMap { candidate($0, for: request, areas) }.sorted { a, b in
            if a.offer.isFull != b.offer.isFull { return b.offer.isFull }
            if a.points != b.points { return a.points > b.points }
            if a.offer.load != b.offer.load { return a.offer.load < b.offer.load }
            return a.offer.id < b.offer.id
        }
    }

    private static func candidate(_ offer: Help, for request: Help, _ areas: AreaTree) -> Candidate? {
        guard offer.person != request.person else { return nil }
        var reasons: [Candidate.Reason] = []
        if let wanted = request.category, let given = offer.category {
            guard wanted == given else { return nil }
            reasons.append(.category)
        }
        // Dates of one form compare as text.
        let begins = max(request.from ?? "", offer.from ?? ""), ends = min(request.until ?? "9999", offer.until ?? "9999")
        guard begins <= ends else { return nil }
        if request.setting == "remote" || offer.setting == "remote" {
            reasons.append(.remote)
        } else if let wanted = request.area, let given = offer.area {
            switch areas.nearness(request.areaID ?? areas.id(of: wanted), offer.areaID ?? areas.id(of: given)) {
            case .same: reasons.append(.area)
            case .near: reasons.append(.areaNear)
            case .apart: break
            }
        }
        if let setting = request.setting, setting == offer.setting { reasons.append(.setting) }
        if !request.skills.isEmpty, request.skills.isSubset(of: offer.skills) { reasons.append(.skills) }
        let isWhole = (offer.from ?? "") <= (request.from ?? "") && (offer.until ?? "9999") >= (request.until ?? "9999")
        reasons.append(isWhole ? .allDays : .someDays)
        reasons.append(offer.isFull ? .full : offer.load == 0 ? .free : .busy)
        // Who asks for no skill misses none.
        let given = request.skills.isEmpty ? Matching.points[.skills] ?? 0 : 0
        return Candidate(offer: offer, points: reasons.reduce(given) { $0 + (points[$1] ?? 0) }, reasons: reasons)
    }

    /// The order in which requests are worked through: urgent ones first, then those that end soonest, then by id.
    package static func precedes(_ a: Help, _ b: Help) -> Bool {
        func rank(_ help: Help) -> Int { ["today", "this_week"].firstIndex(of: help.urgency ?? "") ?? 2 }
        return (rank(a), a.until ?? "9999", a.id) < (rank(b), b.until ?? "9999", b.id)
    }
}

/// The areas of a space, found by id, code or name in any case.
package struct AreaTree: Sendable {
    package enum Nearness: Sendable { case same, near, apart }

    private var ids: [String: String] = [:]
    private var parents: [String: String] = [:]

    /// Where two areas are called the same, the smaller id is meant.
    package init(_ areas: [(id: String, code: String?, name: String?, parent: String?)]) {
        for area in areas.sorted(by: { $0.id < $1.id }) {
            for name in [area.id, area.code, area.name] {
                guard let name, ids[AreaTree.folded(name)] == nil else { continue }
                ids[AreaTree.folded(name)] = area.id
            }
            parents[area.id] = area.parent
        }
    }

    private static func folded(_ name: String) -> String {
        String(name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }

    /// The id of the area of this id, code or name; words that name none stand for themselves.
    package func id(of name: String) -> String {
        let folded = AreaTree.folded(name)
        return ids[folded] ?? folded
    }

    /// Of two areas by id. Near: one lies right within the other, or both lie right within a third.
    package func nearness(_ first: String, _ second: String) -> Nearness {
        if first == second { return .same }
        if parents[first] == second || parents[second] == first { return .near }
        if let parent = parents[first], parent == parents[second] { return .near }
        return .apart
    }
}
