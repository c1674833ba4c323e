import CRDT
import Wire

/// The receiving half of a session: one delta at a time; at most one for each collection, unless a relay sends what many have packed.
///
/// Invariant: a segment is merged only as part of a delta that the replica has admitted, in the order announced by the
/// manifest, and once.
package struct IncomingDeltas {
    private enum State {
        case idle
        case admitting(Manifest)
        case receiving(Receiving)
        /// There is no room for it: its segments are not taken, and not confirmed.
        case declining(DeltaID)
        /// Every segment has been merged; the receipt waits for the knowledge that came of it.
        case concluding(collection: String)
        case done
    }

    private struct Receiving {
        let manifest: Manifest
        let delta: DeltaID
        /// Indices to come, ascending; of these `merged` have been.
        let order: [Int]
        var merged = 0
    }

    private let peerCarries: Bool
    private var state = State.idle
    /// A second delta of one collection would make a session without end. A relay has many, and an end all the same.
    private var collections: Set<String> = []
    private var count = 0

    package init(peerCarries: Bool) {
        self.peerCarries = peerCarries
    }

    var isDone: Bool { if case .done = state { true } else { false } }

    package mutating func manifest(_ manifest: Manifest) throws -> [SessionAction] {
        count += 1
        guard case .idle = state, collections.insert(manifest.collection).inserted || peerCarries else {
            throw WireError(.unexpected, in: "manifest frame")
        }
        guard count <= Limits.sessionDeltaCount else { throw WireError(.tooLarge, in: "manifest frame") }
        state = .admitting(manifest)
        return [.admit(manifest)]
    }

    /// - Parameter partial: by collection, what this side said that it holds parts of: segments that will not come again.
    package mutating func admitted(_ admission: Admission, partial: [String: [PartialDelta]]) throws -> [SessionAction] {
        guard case .admitting(let manifest) = state else { preconditionFailure("no delta was to be admitted") }
        switch admission {
        // What a relay passes on may wait for something that it may not pass on: it is set aside, whole.
        case .merges, .known,
            .waits where peerCarries:
            let delta = manifest.id
            let merged = (partial[manifest.collection] ?? []).mergedSegments(of: delta)
            let order = manifest.segments.indices.filter { !merged.contains($0) }
            return goOn(Receiving(manifest: manifest, delta: delta, order: order))
        case .waits:
            // The other side was told what is held here, so an honest one sends nothing that waits.
            throw WireError(.unexpected, in: "manifest base")
        case .forked:
            preconditionFailure("a fork ends the exchange")
        }
    }

    private mutating func goOn(_ receiving: Receiving) -> [SessionAction] {
        guard receiving.merged == receiving.order.count else {
            state = .receiving(receiving)
            return []
        }
        state = .concluding(collection: receiving.manifest.collection)
        return [.readKnowledge]
    }

    mutating func declined() {
        guard case .admitting(let manifest) = state else { preconditionFailure("no delta was to be admitted") }
        state = .declining(manifest.id)
    }

    var hasDeclined: Bool { if case .declining = state { true } else { false } }

    mutating func segment(_ segment: SealedSegment) throws -> [SessionAction] {
        if case .declining(segment.delta) = state { return [] }
        guard case .receiving(let receiving) = state, segment.delta == receiving.delta,
            segment.index == receiving.order[receiving.merged]
        else { throw WireError(.unexpected, in: "segment frame") }
        return [.merge(segment, receiving.manifest)]
    }

    mutating func mergedSegment() -> (Manifest.Segment, [SessionAction]) {
        guard case .receiving(var receiving) = state else { preconditionFailure("no segment was to be merged") }
        let index = receiving.order[receiving.merged]
        receiving.merged += 1
        let confirmation = SessionAction.send(.merged(delta: receiving.delta, index: index))
        return (receiving.manifest.segments[index], [confirmation] + goOn(receiving))
    }

    /// The collection whose receipt was waiting.
    package mutating func concluded() -> String {
        guard case .concluding(let collection) = state else { preconditionFailure("no receipt was waiting") }
        state = .idle
        return collection
    }

    mutating func peerIsDone() throws {
        guard case .idle = state else { throw WireError(.unexpected, in: "done frame") }
        state = .done
    }
}
