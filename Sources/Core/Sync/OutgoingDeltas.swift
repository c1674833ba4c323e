import CRDT
import Wire

/// The sending half of a session: delta by delta, collection by collection, then done.
///
/// A replica packs one delta for each collection, and waits for its receipt before the next. A relay, which holds many that others have
/// packed, sends one behind the other.
///
/// Invariant: at most `SessionWindow` is on its way unconfirmed, over all deltas; segments go out ascending, and a segment that
/// the receiver said it has merged is left out. Confirmations and receipts come in the order of what they are for.
struct OutgoingDeltas {
    private enum State {
        /// Until the other side has stated its knowledge of every collection.
        case waiting
        /// A delta has been asked for.
        case freezing
        case sending
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

        var isThrough: Bool { confirmed == order.count }
    }

    /// What a confirmation was for.
    struct Confirmed {
        let segment: Manifest.Segment
        let actions: [SessionAction]
    }

    private let carries: Bool
    private var state = State.waiting
    private var demands: ArraySlice<Demand> = []
    /// Deltas without a receipt, in the order in which they were begun; only the last has segments that are not sent.
    private var sendings: [Sending] = []
    private var unconfirmedCount = 0
    private var unconfirmedByteCount = 0

    /// - Parameter carries: this side is a relay.
    init(carries: Bool) {
        self.carries = carries
    }

    var isWaiting: Bool { if case .waiting = state { true } else { false } }
    var isDone: Bool { if case .done = state { true } else { false } }

    mutating func skip() { state = .done }

    /// The other side's statement is whole.
    mutating func start(_ demands: [Demand]) -> [SessionAction] {
        self.demands = demands[...]
        state = .sending
        return goOn()
    }

    private mutating func goOn() -> [SessionAction] {
        guard case .sending = state else { return [] }
        let actions = fillWindow()
        if let last = sendings.last {
            guard carries, last.sent == last.order.count, sendings.count < SessionWindow.deltaCount,
                unconfirmedCount < SessionWindow.segmentCount
            else { return actions }
        }
        if let demand = demands.first {
            state = .freezing
            return actions + [.freeze(collection: demand.collection, base: demand.base, partial: demand.partial)]
        }
        guard sendings.isEmpty else { return actions }
        state = .done
        return actions + [.send(.done)]
    }

    /// - Parameter manifest: nil when there is nothing (more) to send of the collection that was asked for.
    mutating func frozen(_ manifest: Manifest?) -> [SessionAction] {
        guard case .freezing = state, let demand = demands.first else { preconditionFailure("no delta was asked for") }
        state = .sending
        guard let manifest else {
            demands.removeFirst()
            return goOn()
        }
        if !carries { demands.removeFirst() }
        let delta = manifest.id
        let merged = demand.partial.mergedSegments(of: delta)
        sendings.append(Sending(
            collection: demand.collection, delta: delta, segments: manifest.segments,
            order: manifest.segments.indices.filter { !merged.contains($0) }))
        return [.send(.manifest(manifest))] + goOn()
    }

    private mutating func fillWindow() -> [SessionAction] {
        guard var sending = sendings.last else { return [] }
        var actions: [SessionAction] = []
        while sending.sent < sending.order.count {
            let index = sending.order[sending.sent]
            let byteCount = sending.segments[index].sealedByteCount
            let fits = unconfirmedCount < SessionWindow.segmentCount && unconfirmedByteCount + byteCount <= SessionWindow.byteCount
            guard unconfirmedCount == 0 || fits else { break }
            sending.sent += 1
            unconfirmedCount += 1
            unconfirmedByteCount += byteCount
            actions.append(.sendSegment(index: index, delta: sending.delta))
        }
        sendings[sendings.count - 1] = sending
        return actions
    }

    mutating func confirmed(delta: DeltaID, index: Int) throws -> Confirmed {
        guard let place = sendings.firstIndex(where: { !$0.isThrough }), sendings[place].delta == delta,
            sendings[place].confirmed < sendings[place].sent, sendings[place].order[sendings[place].confirmed] == index
        else { throw WireError(.unexpected, in: "merged frame") }
        let segment = sendings[place].segments[index]
        sendings[place].confirmed += 1
        unconfirmedCount -= 1
        unconfirmedByteCount -= segment.sealedByteCount
        return Confirmed(segment: segment, actions: goOn())
    }

    mutating func receipt(for collection: String) throws -> [SessionAction] {
        guard let first = sendings.first, first.collection == collection, first.isThrough else {
            throw WireError(.unexpected, in: "receipt frame")
        }
        sendings.removeFirst()
        return [.arrived(first.delta)] + goOn()
    }
}

extension [PartialDelta] {
    func mergedSegments(of delta: DeltaID) -> Set<Int> {
        Set(first { $0.delta == delta }?.merged ?? [])
    }
}
