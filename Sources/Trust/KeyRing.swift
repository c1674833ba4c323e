import Wire

/// The epoch keys that a device has opened, by scope. They come from the roster's boxes and stand in no replica.
package struct KeyRing: Sendable {
    /// In the order in which they were added.
    private var byScope: [String: [EpochID: EpochKey]] = [:]
    private var order: [String: [EpochID]] = [:]

    package init() {}

    /// A key that is already there stays where it is.
    package mutating func add(_ key: EpochKey, to scope: String) {
        let id = key.id
        guard byScope[scope, default: [:]].updateValue(key, forKey: id) == nil else { return }
        order[scope, default: []].append(id)
    }

    package func key(_ id: EpochID, of scope: String) -> EpochKey? { byScope[scope]?[id] }

    /// In the order in which they were added.
    package func keys(of scope: String) -> [EpochKey] { order[scope, default: []].compactMap { byScope[scope]?[$0] } }

    /// Those with at least one key, ascending.
    package var scopes: [String] { order.keys.sorted() }
}
