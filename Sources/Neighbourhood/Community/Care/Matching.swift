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

        /// Its place among all.
        fileprivate var number: Int {
            switch self {
            case .category: 0
            case .area: 1
            case .areaNear: 2
            case .remote: 3
            case .setting: 4
            case .skills: 5
            case .allDays: 6
            case .someDays: 7
            case .free: 8
            case .busy: 9
            case .full: 10
            }
        }
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

    /// - Parameters:
    ///   - areas: to tell which names mean one area, and which lie beside each other.
    ///   - excluded: ids of offers that are none.
    ///   - limit: of those given, the best.
    package static func candidates(
        for request: Help, among offers: [Help], areas: AreaTree, excluding excluded: Set<String> = [], limit: Int = .max
    ) -> [Candidate] {
        guard limit > 0 else { return [] }
        func precedes(_ a: Rated, _ b: Rated) -> Bool {
            if a.isFull != b.isFull { return b.isFull }
            if a.points != b.points { return a.points > b.points }
            if a.load != b.load { return a.load < b.load }
            return offers[a.index].id < offers[b.index].id
        }
        // Thousands of requests each look at thousands of offers, and show a few: only those are put into words.
        var best: [Rated] = []
        for index in offers.indices {
            guard excluded.isEmpty || !excluded.contains(offers[index].id), let rated = rated(index, of: offers, for: request, areas) else { continue }
            if best.count == limit {
                guard precedes(rated, best[limit - 1]) else { continue }
                best.removeLast()
            }
            guard limit < keptInOrder else {
                best.append(rated)
                continue
            }
            best.insert(rated, at: best.firstIndex { precedes(rated, $0) } ?? best.count)
        }
        if limit >= keptInOrder { best.sort(by: precedes) }
        return best.prefix(limit).map { rated in
            Candidate(
                offer: offers[rated.index], points: rated.points,
                reasons: Candidate.Reason.allCases.enumerated().filter { rated.reasons & 1 << $0.offset != 0 }.map(\.element))
        }
    }

    /// So many are kept in order while they are found; more are sorted when all are.
    private static let keptInOrder = 1_001

    /// An offer with what speaks for it, a bit for each reason in their order.
    private struct Rated {
        let index: Int
        let reasons: UInt16
        let points: Int
        let isFull: Bool
        let load: Int
    }

    private static let pointsInOrder = Candidate.Reason.allCases.map { points[$0] ?? 0 }

    private static func rated(_ index: Int, of offers: [Help], for request: Help, _ areas: AreaTree) -> Rated? {
        guard offers[index].person != request.person else { return nil }
        // Who asks for no skill misses none.
        var points = request.skills.isEmpty ? pointsOf(.skills) : 0
        var reasons: UInt16 = 0
        func add(_ reason: Candidate.Reason) {
            reasons |= 1 << reason.number
            points += pointsOf(reason)
        }
        if let wanted = request.category, let given = offers[index].category {
            guard wanted == given else { return nil }
            add(.category)
        }
        // Dates of one form compare as text.
        let asksDays = request.from != nil || request.until != nil, givesDays = offers[index].from != nil || offers[index].until != nil
        if asksDays || givesDays {
            let from = offers[index].from ?? "", until = offers[index].until ?? "9999"
            guard max(request.from ?? "", from) <= min(request.until ?? "9999", until) else { return nil }
            add(from <= (request.from ?? "") && until >= (request.until ?? "9999") ? .allDays : .someDays)
        } else {
            add(.allDays)
        }
        if request.setting == "remote" || offers[index].setting == "remote" {
            add(.remote)
        } else if let wanted = request.area, let given = offers[index].area {
            switch areas.nearness(request.areaID ?? areas.id(of: wanted), offers[index].areaID ?? areas.id(of: given)) {
            case .same: add(.area)
            case .near: add(.areaNear)
            case .apart: break
            }
        }
        if let setting = request.setting, setting == offers[index].setting { add(.setting) }
        if !request.skills.isEmpty, request.skills.isSubset(of: offers[index].skills) { add(.skills) }
        let load = offers[index].load, isFull = load >= max(1, offers[index].capacityPerWeek ?? 1)
        add(isFull ? .full : load == 0 ? .free : .busy)
        return Rated(index: index, reasons: reasons, points: points, isFull: isFull, load: load)
    }

    private static func pointsOf(_ reason: Candidate.Reason) -> Int { pointsInOrder[reason.number] }

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
        if parents.isEmpty { return .apart }
        if parents[first] == second || parents[second] == first { return .near }
        if let parent = parents[first], parent == parents[second] { return .near }
        return .apart
    }
}
