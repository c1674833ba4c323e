/// Which contacts people have said to be one person.
///
/// "Same" links contacts to groups; the smallest id stands for the group, and reads fold it. A "different" between two
/// contacts of one group contradicts it: then that group is not folded, and is listed until people agree.
/// A pure function of the verdicts, so equal replicas fold alike.
package struct IdentityGroups: Sendable {
    package enum Verdict: String, Sendable, CaseIterable {
        case same, different, undecided
    }

    package struct Link: Hashable, Sendable {
        /// In ascending order.
        package let first: String
        package let second: String
        package let verdict: Verdict

        package init(_ a: String, _ b: String, _ verdict: Verdict) {
            (first, second) = b.precedes(a) ? (b, a) : (a, b)
            self.verdict = verdict
        }
    }

    /// Groups of two or more that are folded, by the id that stands for each; members ascending.
    package let groups: [String: [String]]
    /// Groups that are not folded because of a "different" inside, members ascending.
    package let contradictory: [[String]]
    private let representatives: [String: String]
    private let verdicts: [[String]: Verdict]

    package init(_ links: [Link]) {
        var parents: [String: String] = [:]
        func root(_ id: String) -> String {
            var id = id
            while let parent = parents[id], parent != id { id = parent }
            return id
        }
        for link in links where link.verdict == .same && link.first != link.second {
            let a = root(link.first), b = root(link.second)
            for id in [link.first, link.second] where parents[id] == nil { parents[id] = root(id) }
            let least = b.precedes(a) ? b : a
            parents[a] = least
            parents[b] = least
        }
        var members: [String: [String]] = [:]
        for id in parents.keys.sorted(by: { $0.precedes($1) }) { members[root(id), default: []].append(id) }
        var broken: Set<String> = []
        for link in links where link.verdict == .different && link.first != link.second {
            guard parents[link.first] != nil, parents[link.second] != nil else { continue }
            if root(link.first) == root(link.second) { broken.insert(root(link.first)) }
        }
        groups = members.filter { !broken.contains($0.key) && $0.value.count > 1 }
        contradictory = broken.sorted(by: { $0.precedes($1) }).map { members[$0] ?? [] }
        var found: [String: String] = [:]
        for (representative, ids) in groups { for id in ids { found[id] = representative } }
        representatives = found
        verdicts = Dictionary(links.map { ([$0.first, $0.second], $0.verdict) }) { $1 }
    }

    /// The contact that stands for a contact's group: itself when it is in none.
    package func representative(of id: String) -> String { representatives[id] ?? id }

    /// What people said of these two themselves.
    package func verdict(_ a: String, _ b: String) -> Verdict? { verdicts[b.precedes(a) ? [b, a] : [a, b]] }
}

extension String {
    /// By bytes, as SQLite orders keys.
    package func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
