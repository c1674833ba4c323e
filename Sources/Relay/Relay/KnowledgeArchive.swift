import CRDT
import Wire

/// Knowledge by its name, as a relay keeps it: bases of deltas that were packed for it, and receipts. With 500 writers each is 18 kB, and each
/// differs from the one before in a writer or two; so most are kept relative to the one archived before.
///
/// Invariant: no form is more than `deepest` steps from a whole one, and what a form is relative to is archived as long as it is.
struct KnowledgeArchive {
    private static let deepest = 64
    private static let cached = 256

    private let store: any SpaceStore
    /// Last archived, of each collection: what the next is relative to.
    private var newest: [String: (name: Nonce, knowledge: Knowledge, depth: Int)] = [:]
    private var cache: [Nonce: Knowledge] = [:]
    /// Forms archived since this began, or since `keepOnly`.
    private(set) var newCount = 0

    init(_ store: any SpaceStore) {
        self.store = store
    }

    /// - Returns: nil when nothing of this name is archived.
    mutating func knowledge(named name: Nonce) throws -> Knowledge? {
        if let known = cache[name] { return known }
        var chain: [[WriterID: BatchEnd?]] = []
        var next = name
        var knowledge: Knowledge?
        while knowledge == nil {
            if let known = cache[next] {
                knowledge = known
                break
            }
            guard chain.count <= 2 * KnowledgeArchive.deepest, let form = try store.archived(next) else { return nil }
            switch form {
            case .whole(let whole): knowledge = whole
            case .relative(let to, let changed):
                chain.append(changed)
                next = to
            }
        }
        guard var found = knowledge else { return nil }
        for changed in chain.reversed() { for (writer, end) in changed { found.ends[writer] = end } }
        remember(found, name)
        return found
    }

    /// Archives knowledge, in a transaction.
    mutating func archive(_ knowledge: Knowledge, of collection: String) throws -> Nonce {
        let name = knowledge.name
        if try cache[name] != nil || store.archived(name) != nil { return name }
        let before = newest[collection].flatMap { $0.depth < KnowledgeArchive.deepest ? $0 : nil }
        let form = KnowledgeForm(knowledge, known: before?.knowledge)
        try store.archive(form, as: name)
        newCount += 1
        let depth = if case .relative = form { (before?.depth ?? 0) + 1 } else { 0 }
        newest[collection] = (name, knowledge, depth)
        remember(knowledge, name)
        return name
    }

    private mutating func remember(_ knowledge: Knowledge, _ name: Nonce) {
        if cache.count >= KnowledgeArchive.cached { cache.removeAll(keepingCapacity: true) }
        cache[name] = knowledge
    }

    /// Drops all that none of these names needs, in a transaction.
    mutating func keepOnly(_ names: Set<Nonce>) throws {
        var needed: Set<Nonce> = []
        for name in names {
            var next: Nonce? = name
            while let one = next, needed.insert(one).inserted {
                next = if case .relative(let to, _)? = try store.archived(one) { to } else { nil }
            }
        }
        try store.dropArchived(try store.archivedNames().filter { !needed.contains($0) })
        newest = [:]
        cache = [:]
        newCount = 0
    }
}
