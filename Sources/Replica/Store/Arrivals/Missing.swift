import Wire

/// Changes that others are known to hold and this replica lacks.
package struct MissingChanges: Hashable, Sendable {
    /// The label or id of the device that wrote them; of a writer that the roster does not name, the writer's id.
    package let device: String
    package let isNamed: Bool
    package let count: Int

    package init(device: String, isNamed: Bool = true, count: Int) {
        self.device = device
        self.isNamed = isNamed
        self.count = count
    }
}

extension Store {
    /// What others are known to hold and this replica lacks, by the device that wrote it, most first.
    func missing(_ access: Access) throws -> [MissingChanges] {
        var labels: [DeviceID: String] = [:]
        let select = try access.connection.statement("select id, label from kith_device")
        defer { select.reset() }
        while try select.step() { labels[try select.nonce(0)] = select.text(1) }
        var named: [String: Int] = [:]
        var unnamed: [MissingChanges] = []
        for writer in access.writers.all where writer.heard > max(writer.closed, writer.origin?.before.last ?? 0) {
            let count = Int(writer.heard - max(writer.closed, writer.origin?.before.last ?? 0))
            if let device = writer.device { named[labels[device] ?? device.description, default: 0] += count } else {
                unnamed.append(MissingChanges(device: writer.id.description, isNamed: false, count: count))
            }
        }
        return (named.map { MissingChanges(device: $0.key, count: $0.value) } + unnamed)
            .sorted { ($1.count, $0.device) < ($0.count, $1.device) }
    }
}
