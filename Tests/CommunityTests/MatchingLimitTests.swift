import Community
import Testing

/// Of thousands of offers a few are shown: those that a list of all would begin with.
struct MatchingLimitTests {
    private let areas = AreaTree([(id: "oost", code: "O", name: "Oost", parent: nil), (id: "dapper", code: nil, name: "Dapperbuurt", parent: "oost")])
    private let request = Help(id: "r", person: "fatima", category: "groceries", setting: "at_home", area: "Dapperbuurt", skills: ["cargo_bike"])

    @Test("The best few are the first of all, whoever is left out") func theBestFew() throws {
        let offers = (0..<40).map { number in
            Help(id: "o\(number % 10)\(number)", person: "p\(number)", category: number % 3 == 0 ? nil : request.category, setting: number % 4 == 0 ? "remote" : nil, area: number % 2 == 0 ? "O" : nil,
                 capacityPerWeek: number % 5, load: number % 7)
        }
        let all = Matching.candidates(for: request, among: offers, areas: areas)
        #expect(all.count > 20)
        for limit in [0, 1, 3, 20, 999, 1_001, 5_000] {
            #expect(Matching.candidates(for: request, among: offers, areas: areas, limit: limit) == Array(all.prefix(limit)))
        }
        let excluded = Set(all.prefix(2).map(\.offer.id))
        #expect(Matching.candidates(for: request, among: offers, areas: areas, excluding: excluded, limit: 3) == Array(all.dropFirst(2).prefix(3)))
    }
}
