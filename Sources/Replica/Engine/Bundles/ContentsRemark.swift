import Store
import Sync
import Trust
import Wire

/// Somebody who knows the same as this laptop and held something else, for people to read.
package struct ContentsRemark: Hashable, Sendable {
    /// Who: the packer of a bundle's delta, or the other side of a session.
    package let label: String
    package let collection: String
    /// Records that changed here, by the name of the device that wrote what was lacking; nil: unknown.
    package let changedRecords: [String?: Int]
    package let sentence: ContentsSentence
    /// Both hold the same now.
    package let isSettled: Bool
}

extension Replica {
    private func changedRecords(_ differences: [ContentsDifference]) throws -> [String?: Int] {
        let state = try membership.current()
        return differences.reduce(into: [:]) { sum, difference in
            for (device, count) in difference.changedRecords { sum[device.map { state.label(of: $0) }, default: 0] += count }
        }
    }

    /// What bundles have shown.
    func remarks(_ differences: [ContentsDifference]) throws -> [ContentsRemark] {
        let state = try membership.current()
        return try differences.map { difference in
            ContentsRemark(
                label: state.label(of: difference.packer), collection: difference.collection, changedRecords: try changedRecords([difference]),
                sentence: difference.isSettled ? .differedBundle : .differsStillBundle, isSettled: difference.isSettled)
        }
    }

    /// What a session has shown.
    func remarks(_ outcome: SessionOutcome, label: String, _ differences: [ContentsDifference]) throws -> [ContentsRemark] {
        let collections = outcome.differing.union(differences.map(\.collection))
        return try collections.sorted().map { collection in
            let isSettled = !outcome.unsettled.contains(collection)
            return ContentsRemark(
                label: label, collection: collection, changedRecords: try changedRecords(differences.filter { $0.collection == collection }),
                sentence: isSettled ? .differed : outcome.peerCarries ? .differsStillRelay : .differsStill, isSettled: isSettled)
        }
    }
}
