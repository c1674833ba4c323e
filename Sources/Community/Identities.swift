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

    private var standing: [String: String] = [:]
    private var groups: [String: [String]] = [:]
    /// Of contacts that "same" links join, whatever else was said: the smallest of them, and by it all.
    private var roots: [String: String] = [:]
    private var joined: [String: [String]] = [:]
    /// By the ids of the "different" links.
    package private(set) var contradictions: [Contradiction] = []

    /// - Parameter absent: contacts that are not in the table; links lead on through them, and they stand for nobody.
    package init(_ links: [Link], absent: Set<String> = []) {
        var parents: [String: String] = [:]
        func root(_ id: String) -> String {
            var at = id
            while let parent = parents[at], parent != at { at = parent }
            var walked = id
            while let parent = parents[walked], parent != at {
                parents[walked] = at
                walked = parent
            }
            return at
        }
        var neighbours: [String: [(id: String, link: Link)]] = [:]
        for link in links where link.verdict == "same" && link.contact != link.other {
            neighbours[link.contact, default: []].append((link.other, link))
            neighbours[link.other, default: []].append((link.contact, link))
            let a = root(link.contact), b = root(link.other)
            // The smaller id stays the root, so that the group's root is the smallest of all.
            parents[max(a, b)] = min(a, b)
            parents[min(a, b)] = min(a, b)
        }
        var broken: Set<String> = []
        var contradicting: [Link] = []
        for link in links where link.verdict == "different" && link.contact != link.other {
            guard parents[link.contact] != nil, parents[link.other] != nil, root(link.contact) == root(link.other) else { continue }
            broken.insert(root(link.contact))
            contradicting.append(link)
        }
        for id in parents.keys.sorted() {
            roots[id] = root(id)
            joined[root(id), default: []].append(id)
        }
        var standing: [String: String] = [:]
        for id in parents.keys.sorted() where !absent.contains(id) && !broken.contains(root(id)) {
            let person = standing[root(id), default: id]
            standing[root(id)] = person
            self.standing[id] = person
            groups[person, default: []].append(id)
        }
        contradictions = Set(contradicting).sorted(by: Identities.precedes).map {
            Contradiction(different: $0, same: Identities.way(from: min($0.contact, $0.other), to: max($0.contact, $0.other), neighbours))
        }
    }

    /// The contacts that stand for several, ascending.
    package var persons: [String] { groups.filter { $0.value.count > 1 }.keys.sorted() }

    /// Whether every contact stands for itself.
    package var isEmpty: Bool { groups.isEmpty }

    /// The id that stands for a contact's group: its own when it is in none.
    package func person(of contact: String) -> String { standing[contact] ?? contact }

    /// All contacts that are the person, ascending; at least the one given.
    package func contacts(of contact: String) -> [String] { groups[person(of: contact)] ?? [contact] }

    /// All contacts that "same" links join with one, ascending: those that a "different" keeps apart and those that are absent
    /// as well; at least the one given. Whom it may concern that the person is forgotten.
    package func joined(with contact: String) -> [String] { joined[roots[contact] ?? contact] ?? [contact] }

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
