/// Which contacts are one person, by people's verdicts.
///
/// "Same" links join contacts into a group, and the smallest id stands for it. A group with a "different" inside is not
/// joined at all: each of its contacts stands for itself, and the contradiction is listed. A pure function of the links,
/// whatever their order and direction.
///
///     let identities = Identities([.init("a", "b", "same"), .init("b", "c", "same")])
///     identities.person(of: "c")  // "a"
package struct Identities: Sendable {
    package struct Link: Hashable, Sendable {
        package let contact: String
        package let other: String
        /// A code of the list `identity_verdict`.
        package let verdict: String

        package init(_ contact: String, _ other: String, _ verdict: String) {
            self.contact = contact
            self.other = other
            self.verdict = verdict
        }
    }

    /// A "different" between two contacts that "same" links join.
    package struct Contradiction: Hashable, Sendable {
        package let different: Link
        /// A shortest way from one to the other, of those the first by ids: were one of these not so, all would be well.
        package let same: [Link]
    }

    /// The ids that "same" links join, ascending, and their numbers: places in it.
    private let ids: [String]
    private let numbers: [String: Int]
    /// By number: the smallest that "same" links join it with, whatever else was said; and by that one all of them, ascending.
    private let roots: [Int]
    private let joined: [[Int]]
    /// By number: the one that stands for it; nil for one that is absent, or in a group that a "different" keeps apart.
    private let standing: [Int?]
    /// By the number of the one that stands for them, ascending.
    private let groups: [[Int]]
    /// By the ids of the "different" links.
    package let contradictions: [Contradiction]

    /// - Parameter absent: contacts that are not in the table; links lead on through them, and they stand for nobody.
    package init(_ links: [Link], absent: Set<String> = []) {
        let same = links.filter { $0.verdict == "same" && $0.contact != $0.other }
        var all = Set(same.map(\.contact))
        for link in same { all.insert(link.other) }
        let ids = all.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
        // The smaller number stays the root, so that a group's root is the smallest of all.
        var parents = Array(ids.indices)
        func root(_ number: Int) -> Int {
            var at = number
            while parents[at] != at {
                parents[at] = parents[parents[at]]
                at = parents[at]
            }
            return at
        }
        for link in same {
            guard let one = numbers[link.contact], let other = numbers[link.other] else { continue }
            let a = root(one), b = root(other)
            parents[max(a, b)] = min(a, b)
        }
        var isBroken = [Bool](repeating: false, count: ids.count)
        var contradicting: Set<Link> = []
        for link in links where link.verdict == "different" && link.contact != link.other {
            guard let one = numbers[link.contact], let other = numbers[link.other], root(one) == root(other) else { continue }
            isBroken[root(one)] = true
            contradicting.insert(link)
        }
        var joined = [[Int]](repeating: [], count: ids.count)
        var groups = joined
        var standing = [Int?](repeating: nil, count: ids.count)
        // By root.
        var persons = standing
        for number in ids.indices {
            let root = root(number)
            joined[root].append(number)
            guard !isBroken[root], absent.isEmpty || !absent.contains(ids[number]) else { continue }
            let person = persons[root] ?? number
            persons[root] = person
            standing[number] = person
            groups[person].append(number)
        }
        roots = ids.indices.map(root)
        (self.ids, self.numbers, self.joined, self.standing, self.groups) = (ids, numbers, joined, standing, groups)
        contradictions = Identities.contradictions(contradicting, same)
    }

    private static func contradictions(_ contradicting: Set<Link>, _ same: [Link]) -> [Contradiction] {
        guard !contradicting.isEmpty else { return [] }
        var neighbours: [String: [(id: String, link: Link)]] = [:]
        for link in same {
            neighbours[link.contact, default: []].append((link.other, link))
            neighbours[link.other, default: []].append((link.contact, link))
        }
        return contradicting.sorted(by: precedes).map {
            Contradiction(different: $0, same: way(from: min($0.contact, $0.other), to: max($0.contact, $0.other), neighbours))
        }
    }

    /// The contacts that stand for several, ascending.
    package var persons: [String] { groups.indices.filter { groups[$0].count > 1 }.map { ids[$0] } }

    /// The contacts that another one stands for, with that one.
    package var folded: [String: String] {
        var folded: [String: String] = [:]
        for (number, person) in standing.enumerated() {
            if let person, person != number { folded[ids[number]] = ids[person] }
        }
        return folded
    }

    /// Whether every contact stands for itself.
    package var isEmpty: Bool { groups.allSatisfy(\.isEmpty) }

    /// The id that stands for a contact's group: its own when it is in none.
    package func person(of contact: String) -> String { numbers[contact].flatMap { standing[$0] }.map { ids[$0] } ?? contact }

    /// All contacts that are the person, ascending; at least the one given.
    package func contacts(of contact: String) -> [String] {
        numbers[contact].flatMap { standing[$0] }.map { groups[$0].map { ids[$0] } } ?? [contact]
    }

    /// All contacts that "same" links join with one, ascending: those that a "different" keeps apart and those that are absent
    /// as well; at least the one given. Whom it may concern that the person is forgotten.
    package func joined(with contact: String) -> [String] {
        numbers[contact].map { joined[roots[$0]].map { ids[$0] } } ?? [contact]
    }

    /// The contradictions among these.
    package func contradictions(within contact: String) -> [Contradiction] {
        let all = Set(joined(with: contact))
        return contradictions.filter { all.contains($0.different.contact) }
    }

    private static func precedes(_ a: Link, _ b: Link) -> Bool {
        (a.contact, a.other, a.verdict) < (b.contact, b.other, b.verdict)
    }

    /// Breadth first, the smallest ids first.
    private static func way(from start: String, to goal: String, _ neighbours: [String: [(id: String, link: Link)]]) -> [Link] {
        var came: [String: (from: String, link: Link)] = [:]
        var level = [start]
        var seen: Set<String> = [start]
        while !level.isEmpty, came[goal] == nil {
            var next: [String] = []
            for at in level.sorted() {
                for step in (neighbours[at] ?? []).sorted(by: { $0.id == $1.id ? precedes($0.link, $1.link) : $0.id < $1.id })
                where seen.insert(step.id).inserted {
                    came[step.id] = (at, step.link)
                    next.append(step.id)
                }
            }
            level = next
        }
        var way: [Link] = []
        var at = goal
        while at != start, let step = came[at] {
            way.append(step.link)
            at = step.from
        }
        return way.reversed()
    }
}

/// Rows that are their own ancestors.
package enum ParentLoops {
    /// The loops that following `parents` runs into, each with its smallest id first and then along the parents; by that
    /// id. Every row has one parent at most, so no two loops share a row.
    package static func found(in parents: [String: String]) -> [[String]] {
        var done: Set<String> = []
        var loops: [[String]] = []
        for start in parents.keys.sorted() where !done.contains(start) {
            var path: [String] = []
            var places: [String: Int] = [:]
            var at: String? = start
            while let id = at, !done.contains(id), places[id] == nil {
                places[id] = path.count
                path.append(id)
                at = parents[id]
            }
            if let id = at, let place = places[id] {
                let loop = path[place...]
                let first = loop.indices.min { loop[$0] < loop[$1] } ?? loop.startIndex
                loops.append(Array(loop[first...]) + Array(loop[..<first]))
            }
            done.formUnion(path)
        }
        return loops.sorted { $0[0] < $1[0] }
    }
}
