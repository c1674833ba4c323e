import CRDT
import Wire

/// The sending half of a session: one delta at a time, collection by collection, then done.
///
/// Invariant: at most `SessionWindow` is on its way unconfirmed, segments go out ascending, and a segment that the receiver
/// said it has merged is left out.
struct OutgoingDeltas {
    private enum State {
        /// Until the other side has stated its knowledge of every collection.
        case waiting
        case freezing(Demand)
        case sending(Sending)
        case done
    }

    /// What the other side lacks of one collection, in its own words.
    struct Demand {
        let collection: String
        let base: Knowledge
        let partial: [PartialDelta]
    }

    private struct Sending {
        let collection: String
        let delta: DeltaID
        let segments: [Manifest.Segment]
        /// Indices to send, ascending; of these `confirmed` have been merged and `sent` sent.
        let order: [Int]
        var confirmed = 0
        var sent = 0
        var unconfirmedByteCount = 0

        var isThrough: Bool { confirmed == order.count }
    }

    /// What a confirmation was for.
    struct Confirmed {
        let segment: Manifest.Segment
        let actions: [SessionAction]
    }

    private var state = State.waiting
    private var demands: ArraySlice<Demand> = []

    var isWaiting: Bool { if case .waiting = state { true } else { false } }
    var isDone: Bool { if case .done = state { true } else { false } }

    mutating func skip() { state = .done }

    /// The other side's statement is whole.
    mutating func start(_ demands: [Demand]) -> [SessionAction] {
        self.demands = demands[...]
        return next()
    }

    private mutating func next() -> [SessionAction] {
        guard let demand = demands.popFirst() else {
            state = .done
            return [.send(.done)]
        }
        state = .freezing(demand)
        return [.freeze(collection: demand.collection, base: demand.base, partial: demand.partial)]
    }

    mutating func frozen(_ manifest: Manifest?) -> [SessionAction] {
        guard case .freezing(let demand) = state else { preconditionFailure("no delta was asked for") }
        guard let manifest else { return next() }
        let delta = manifest.id
        let merged = demand.partial.mergedSegments(of: delta)
        var sending = Sending(
            collection: demand.collection, delta: delta, segments: manifest.segments,
            order: manifest.segments.indices.filter { !merged.contains($0) })
        let actions = [.send(.manifest(manifest))] + fillWindow(&sending)
        state = .sending(sending)
        return actions
    }

    private func fillWindow(_ sending: inout Sending) -> [SessionAction] {
        var actions: [SessionAction] = []
        while sending.sent < sending.order.count {
            let index = sending.order[sending.sent]
            let byteCount = sending.segments[index].sealedByteCount
            let unconfirmed = sending.sent - sending.confirmed
            let fits = unconfirmed < SessionWindow.segmentCount
                && sending.unconfirmedByteCount + byteCount <= SessionWindow.byteCount
            guard unconfirmed == 0 || fits else { break }
            sending.sent += 1
            sending.unconfirmedByteCount += byteCount
            actions.append(.sendSegment(index: index, delta: sending.delta))
        }
        return actions
    }

    mutating func confirmed(delta: DeltaID, index: Int) throws -> Confirmed {
        guard case .sending(var sending) = state, sending.delta == delta, sending.confirmed < sending.sent,
            sending.order[sending.confirmed] == index
        else { throw WireError(.unexpected, in: "merged frame") }
        let segment = sending.segments[index]
        sending.confirmed += 1
        sending.unconfirmedByteCount -= segment.sealedByteCount
        let actions = fillWindow(&sending)
        state = .sending(sending)
        return Confirmed(segment: segment, actions: actions)
    }

    mutating func receipt(for collection: String) throws -> [SessionAction] {
        guard case .sending(let sending) = state, sending.collection == collection, sending.isThrough else {
            throw WireError(.unexpected, in: "receipt frame")
        }
        return next()
    }
}

extension [PartialDelta] {
    func mergedSegments(of delta: DeltaID) -> Set<Int> {
        Set(first { $0.delta == delta }?.merged ?? [])
    }
}
