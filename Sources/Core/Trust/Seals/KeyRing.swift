import Wire

/// The epoch keys that a device has opened, by scope. They come from the roster's boxes and stand in no replica.
package struct KeyRing: Sendable {
    /// In the order in which they were added.
    private var byScope: [String: [EpochID: EpochKey]] = [:]
    private var order: [String: [EpochID]] = [:]
    /// Keys that another key of the scope opens.
    private var chained: [String: Set<EpochID>] = [:]

    package init() {}

    /// A key that is already there stays where it is.
    ///
    /// - Returns: whether it is new.
    @discardableResult
    package mutating func add(_ key: EpochKey, to scope: String) -> Bool {
        let id = key.id
        guard byScope[scope, default: [:]].updateValue(key, forKey: id) == nil else { return false }
        order[scope, default: []].append(id)
        return true
    }

    /// Notes that a newer key opens this one.
    mutating func note(chained id: EpochID, in scope: String) { chained[scope, default: []].insert(id) }

    package func key(_ id: EpochID, of scope: String) -> EpochKey? { byScope[scope]?[id] }

    /// In the order in which they were added.
    package func keys(of scope: String) -> [EpochKey] { order[scope, default: []].compactMap { byScope[scope]?[$0] } }

    /// The ends of the chains: keys that no other opens. Who has these opens all.
    func tips(of scope: String) -> [EpochKey] {
        order[scope, default: []].filter { chained[scope]?.contains($0) != true }.compactMap { byScope[scope]?[$0] }
    }

    /// Whether every key of another ring is here.
    package func includes(_ other: KeyRing) -> Bool {
        other.byScope.allSatisfy { scope, keys in keys.keys.allSatisfy { byScope[scope]?[$0] != nil } }
    }

    /// Those with at least one key, ascending.
    package var scopes: [String] { order.keys.sorted() }
}
