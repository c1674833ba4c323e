import Words

// Which initiatives may not last, and why: one rule for everybody who lists them.

/// Why an initiative may not last.
package enum ContinuityReason: Hashable, Sendable {
    /// No gathering is planned for today or later, and no recurrence reaches that far.
    ///
    /// - Parameter last: the day of the last gathering that was not cancelled, an ISO 8601 date.
    case noNextGathering(last: String?)
    /// Nobody organises it any more, or as far as is known.
    case noOrganiser
    /// All rests on one person.
    case oneOrganiser
    /// The last funded day is near, or gone by.
    case fundingEnds(on: String)
    /// It asks for time, people or means: terms of the taxonomy `need`, by id.
    case openNeeds([NamedTerm])
    /// It ended, and nothing goes on in its place.
    case noSuccessor(endedOn: String?)

    /// What tells the reasons apart, in the order in which they are listed.
    package enum Kind: String, CaseIterable, Sendable {
        case noNextGathering = "no-next-gathering"
        case noOrganiser = "no-organiser"
        case oneOrganiser = "one-organiser"
        case fundingEnds = "funding-ends"
        case openNeeds = "open-needs"
        case noSuccessor = "no-successor"
    }

    package var kind: Kind {
        switch self {
        case .noNextGathering: .noNextGathering
        case .noOrganiser: .noOrganiser
        case .oneOrganiser: .oneOrganiser
        case .fundingEnds: .fundingEnds
        case .openNeeds: .openNeeds
        case .noSuccessor: .noSuccessor
        }
    }
}

extension ContinuityReason.Kind {
    /// In a few words, for lists.
    package var phrase: Phrase {
        switch self {
        case .noNextGathering: Phrase(nl: "geen volgende bijeenkomst", en: "no next gathering")
        case .noOrganiser: Phrase(nl: "geen organisator", en: "no organiser")
        case .oneOrganiser: Phrase(nl: "maar één organisator", en: "one organiser only")
        case .fundingEnds: Phrase(nl: "geld loopt af", en: "funding ends")
        case .openNeeds: Phrase(nl: "vraagt om", en: "asks for")
        case .noSuccessor: Phrase(nl: "gestopt zonder opvolger", en: "ended without successor")
        }
    }
}

/// A term with its names; its code where it has none.
package struct NamedTerm: Hashable, Sendable {
    package let id: String
    package let name: Phrase

    package init(id: String, name: Phrase) {
        self.id = id
        self.name = name
    }
}

/// An initiative that may not last.
package struct InitiativeAtRisk: Hashable, Sendable {
    package let id: String
    package let name: String
    /// As it stands in the row: an area's id, code or name, or any words.
    package let area: String?
    /// In the order of `ContinuityReason.Kind`; at least one.
    package let reasons: [ContinuityReason]

    package init(id: String, name: String, area: String?, reasons: [ContinuityReason]) {
        self.id = id
        self.name = name
        self.area = area
        self.reasons = reasons
    }
}

/// The rule by which an initiative is at risk. Pure: what is known of it, and the day.
///
/// Days are ISO 8601 dates. An initiative that is an idea is not judged, since it has not begun. One whose last day
/// (`ends_on`) is before today has ended, whatever its status says; a status that we do not know counts as active.
package struct ContinuityRule: Sendable {
    package let today: String
    /// Funding that ends on this day or before is named.
    package let fundingHorizon: String
    /// What ended before this day is past: no successor is asked for any more.
    package let endedHorizon: String

    /// So many days ahead the end of funding is named, unless asked otherwise.
    package static let fundingDayCount = 90
    /// So many days after its end an initiative without successor is named.
    package static let endedDayCount = 365

    package init(today: String, fundingHorizon: String, endedHorizon: String) {
        self.today = today
        self.fundingHorizon = fundingHorizon
        self.endedHorizon = endedHorizon
    }

    /// What is known of an initiative; days that cannot be read are nil.
    package struct State: Sendable {
        package var status: String?
        package var endsOn: String?
        package var fundedUntil: String?
        package var hasSuccessor = false
        /// RRULE of RFC 5545, section 3.3.10.
        package var recurrence: String?
        package var nextGathering: String?
        package var lastGathering: String?
        /// Persons, each counted once; nil: this replica does not hold the people.
        package var organiserCount: Int?
        package var needs: [NamedTerm] = []

        package init() {}
    }

    package func reasons(_ state: State) -> [ContinuityReason] {
        if state.status == "idea" { return [] }
        if state.status == "ended" || state.endsOn.map({ $0 < today }) == true {
            guard !state.hasSuccessor, (state.endsOn ?? today) >= endedHorizon else { return [] }
            return [.noSuccessor(endedOn: state.endsOn)]
        }
        var reasons: [ContinuityReason] = []
        if state.nextGathering == nil, !reachesToday(state.recurrence) { reasons.append(.noNextGathering(last: state.lastGathering)) }
        switch state.organiserCount {
        case 0: reasons.append(.noOrganiser)
        case 1: reasons.append(.oneOrganiser)
        default: break
        }
        if let day = state.fundedUntil, day <= fundingHorizon { reasons.append(.fundingEnds(on: day)) }
        if !state.needs.isEmpty { reasons.append(.openNeeds(state.needs)) }
        return reasons
    }

    /// Whether a recurrence goes on today: it has no end, or has a date yet. One that counts its dates without saying where it
    /// begins tells nothing by itself: its gatherings do.
    private func reachesToday(_ recurrence: String?) -> Bool {
        guard let recurrence, !recurrence.isEmpty, let day = CalendarTime(typed: today), let last = CalendarTime(9999, 12, 31) else { return false }
        let set = Recurrence(recurrence)
        // A set without a beginning, or a rule that cannot be followed, goes by what its text says.
        if set.start != nil, let dates = set.dates(within: day...last, limit: 1) { return !dates.isEmpty }
        for part in set.rule.uppercased().split(separator: ";") {
            if part.hasPrefix("COUNT=") { return false }
            if part.hasPrefix("UNTIL=") { return part.dropFirst(6).prefix(8) >= today.filter { $0 != "-" } }
        }
        return true
    }
}
