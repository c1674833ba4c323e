import Community

/// What a line of a list is known by, from what its list is expected to keep to what only tells lines apart.
struct LineIdentity {
    /// The list's own number for it; else name, telephone and e-mail; nil when there is too little of these.
    let key: [String]?
    /// The folded name of who it is about; may be empty.
    let name: String
    /// The birth date as the list writes it, folded; empty for none.
    let day: String
    /// Everything the line says, folded.
    let whole: [String]
    /// Whether the key is the list's own number.
    let isNumbered: Bool
}

/// Who stands under each key of a list: what a first reading of it finds, so that two people whom their list gives one
/// number (a household's, a mistake) become two rows and not one.
///
/// Ids made with it do not depend on the order of the lines: all owners of a shared key are told apart, none keeps it.
///
/// Invariant: about 40 bytes of memory for a line, whatever it says.
package struct ListOwners {
    private struct Owner {
        /// Hashes; 0: the line does not say.
        var name: Int
        var day: Int
    }

    private var firsts: [Int: Owner] = [:]
    /// The birth dates that stand under a shared key and a name.
    private var days: [Int: Int] = [:]
    private var shared: Set<Int> = []
    /// Keys with a name that are shared all the same.
    private var sharedNames: Set<Int> = []

    /// The keys of the first lines, by which a list is known again under another name.
    package private(set) var sample: [[String]] = []
    private static let sampleCount = 200

    package init() {}

    mutating func note(_ identity: LineIdentity) {
        guard let parts = identity.key else { return }
        if sample.count < ListOwners.sampleCount { sample.append(parts) }
        let key = ListOwners.hash(parts)
        let owner = Owner(name: ListOwners.hash([identity.name]), day: ListOwners.hash([identity.day]))
        guard var first = firsts[key] else {
            firsts[key] = owner
            return
        }
        let isOther = ListOwners.differ(first.name, owner.name) || ListOwners.differ(first.day, owner.day)
        if isOther || shared.contains(key) {
            if shared.insert(key).inserted { note(key, first) }
            note(key, owner)
        } else {
            // What one line left open the next one tells.
            if first.name == 0 { first.name = owner.name }
            if first.day == 0 { first.day = owner.day }
            firsts[key] = first
        }
    }

    private mutating func note(_ key: Int, _ owner: Owner) {
        var hasher = Hasher()
        hasher.combine(key)
        hasher.combine(owner.name)
        let named = hasher.finalize()
        guard let day = days[named] else {
            days[named] = owner.day
            return
        }
        if ListOwners.differ(day, owner.day) { sharedNames.insert(named) } else if day == 0 { days[named] = owner.day }
    }

    /// Whether others stand under the line's key.
    func isShared(_ identity: LineIdentity) -> Bool {
        identity.key.map { !shared.isEmpty && shared.contains(ListOwners.hash($0)) } ?? false
    }

    /// The parts of the line's id, without the list's name.
    func parts(of identity: LineIdentity) -> [String] {
        guard let key = identity.key else { return ["line"] + identity.whole }
        guard isShared(identity) else { return key }
        return ownParts(of: identity)
    }

    /// The same for a line that must not be whom its key stands for.
    func ownParts(of identity: LineIdentity) -> [String] {
        guard let key = identity.key, identity.isNumbered, !identity.name.isEmpty else { return ["line"] + identity.whole }
        var hasher = Hasher()
        hasher.combine(ListOwners.hash(key))
        hasher.combine(ListOwners.hash([identity.name]))
        return sharedNames.contains(hasher.finalize()) ? ["line"] + identity.whole : key + ["name", identity.name]
    }

    private static func differ(_ a: Int, _ b: Int) -> Bool { a != b && a != 0 && b != 0 }

    /// 0 for nothing but empty texts.
    private static func hash(_ parts: [String]) -> Int {
        guard parts.contains(where: { !$0.isEmpty }) else { return 0 }
        let hash = parts.hashValue
        return hash == 0 ? 1 : hash
    }
}

/// Whether two can only be different people, going by their names: what people correct in a name stays one person.
package func areSurelyTwo(_ a: ContactRows, _ b: ContactRows) -> Bool {
    func words(_ rows: ContactRows, _ columns: [String]) -> [[UInt8]] {
        columns.flatMap { folded(rows.contact[$0] ?? "").split(separator: " ").map { Array($0.utf8) } }
    }
    func areAlike(_ columns: [String], _ others: [String]) -> Bool? {
        let first = words(a, columns), second = words(b, others)
        guard !first.isEmpty, !second.isEmpty else { return nil }
        return first.contains { x in
            second.contains { y in
                x[0] == y[0] && min(x.filter { $0 != 0x2E }.count, y.filter { $0 != 0x2E }.count) == 1
                    || GivenNames.areRelated(x[...], y[...]) || TextLikeness.jaroWinkler(x[...], y[...]) > 0.86
            }
        }
    }
    let given = ["given_name", "nickname"]
    if let alike = areAlike(given, given) { return !alike }
    // A name may stand in any of the columns.
    let all = given + ["family_name", "organisation"]
    return areAlike(all, all) == false
}
