import Community
import Testing

/// Which offer comes first, and why.
struct MatchingTests {
    let areas = AreaTree([
        (id: "oost", code: "O", name: "Oost", parent: nil), (id: "dapper", code: nil, name: "Dapperbuurt", parent: "oost"),
        (id: "indische", code: nil, name: "Indische  Buurt", parent: "oost"), (id: "zuid", code: nil, name: "Zuid", parent: nil),
    ])
    let request = Help(
        id: "r", person: "fatima", category: "groceries", setting: "at_home", area: "Dapperbuurt", from: "2026-03-01", until: "2026-03-31",
        skills: ["cargo_bike"])

    private func offer(_ id: String, _ change: (inout Help) -> Void = { _ in }) -> Help {
        var help = Help(id: id, person: "helper \(id)", category: "groceries")
        change(&help)
        return help
    }

    private func order(_ offers: [Help]) -> [String] { Matching.candidates(for: request, among: offers, areas: areas).map(\.offer.id) }

    @Test func anOfferThatSuitsInEverythingHasAllPoints() throws {
        let best = offer("best") {
            ($0.setting, $0.area, $0.from, $0.skills, $0.capacityPerWeek) = ("at_home", "dapper", "2026-01-01", ["cargo_bike", "lifting"], 2)
        }
        let candidate = try #require(Matching.candidates(for: request, among: [best], areas: areas).first)
        #expect(candidate.points == 100)
        #expect(candidate.reasons == [.category, .area, .setting, .skills, .allDays, .free])
    }

    @Test func otherHelpOtherDaysAndOneselfDoNotSuit() {
        #expect(order([
            offer("other help") { $0.category = "reading" }, offer("too late") { $0.from = "2026-04-01" },
            offer("too early") { $0.until = "2026-02-28" },
            Help(id: "herself", person: "fatima", category: "groceries"), offer("any help") { $0.category = nil },
            offer("the last day") { $0.from = "2026-03-31" },
        ]) == ["the last day", "any help"])
    }

    @Test func nearnessThenLoadThenIdDecideAndFullComesLast() {
        let offers = [
            offer("full here") { ($0.area, $0.load) = ("Dapperbuurt", 1) },
            offer("far") { $0.area = "Zuid" },
            offer("beside") { $0.area = "indische buurt" },
            offer("around") { $0.area = "O" },
            offer("busy here") { ($0.area, $0.load, $0.capacityPerWeek) = ("DAPPERBUURT", 1, 2) },
            offer("here") { $0.area = "dapper" },
            offer("by phone") { $0.setting = "remote" },
        ]
        let expected = ["by phone", "here", "busy here", "around", "beside", "far", "full here"]
        #expect(order(offers) == expected)
        #expect(order(offers.reversed()) == expected, "whatever order they are read in")
    }

    @Test func urgentRequestsComeFirst() {
        let requests = [
            Help(id: "c", person: "p", urgency: "can_wait", until: "2026-01-01"), Help(id: "b", person: "p"),
            Help(id: "w", person: "p", urgency: "this_week"), Help(id: "t", person: "p", urgency: "today"),
        ]
        #expect(requests.sorted(by: Matching.precedes).map(\.id) == ["t", "w", "c", "b"])
    }
}

/// Who is one person, and what counts of what they said.
struct IdentityTests {
    private func link(_ a: String, _ b: String, _ verdict: String = "same") -> Identities.Link { .init(a, b, verdict) }

    @Test func theSmallestIdStandsForTheGroupWhateverTheOrder() {
        let links = [link("d", "c"), link("b", "d"), link("x", "y", "undecided"), link("b", "z", "different"), link("q", "q")]
        for identities in [Identities(links), Identities(links.reversed())] {
            #expect(["b", "c", "d"].map(identities.person) == ["b", "b", "b"])
            #expect(identities.contacts(of: "d") == ["b", "c", "d"])
            #expect(identities.person(of: "x") == "x" && identities.contacts(of: "x") == ["x"])
            #expect(identities.contradictions.isEmpty)
        }
        let without = Identities(links, absent: ["b"])
        #expect(without.person(of: "d") == "c" && without.contacts(of: "c") == ["c", "d"])
    }

    @Test func aDifferentInsideUnfoldsTheGroupAndSaysTheWay() {
        let links = [link("a", "b"), link("b", "c"), link("c", "d"), link("a", "d", "different"), link("e", "f")]
        let identities = Identities(links)
        #expect(["a", "b", "c", "d", "f"].map(identities.person) == ["a", "b", "c", "d", "e"])
        #expect(identities.contradictions.map(\.different) == [link("a", "d", "different")])
        #expect(identities.contradictions.map(\.same) == [[link("a", "b"), link("b", "c"), link("c", "d")]])
        // Both verdicts on one pair, by rows the two ways round.
        #expect(Identities([link("a", "b"), link("b", "a", "different")]).contradictions.map(\.same) == [[link("a", "b")]])
    }

    @Test func aLongChainIsOnePerson() {
        let links = (0..<20_000).map { link("k\(100_000 + $0)", "k\(100_001 + $0)") }
        #expect(Identities(links.reversed()).contacts(of: "k120000").count == 20_001)
    }

    @Test func withdrawnOnceCounts() {
        #expect(EffectiveConsent([], today: "2026-01-02") == .unknown)
        #expect(EffectiveConsent([(nil, nil)], today: "2026-01-02") == .unknown)
        #expect(EffectiveConsent([("given", "2026-01-02")], today: "2026-01-02") == .given)
        #expect(EffectiveConsent([("given", "2026-01-01")], today: "2026-01-02") == .expired)
        #expect(EffectiveConsent([("given", "2026-01-01"), ("given", nil)], today: "2026-01-02") == .given)
        #expect(EffectiveConsent([("given", nil), ("withdrawn", nil)], today: "2026-01-02") == .withdrawn)
    }
}
