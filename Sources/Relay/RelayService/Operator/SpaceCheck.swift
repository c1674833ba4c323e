import CRDT
import Relay
import Synchronization
import Trust
import Wire
import Words

/// A check of all that a space holds against what was signed, in slices: between two of them the space's devices go on.
///
///     let check = try SpaceCheck(store, beside: [])
///     while try check.readSlice(store) { check.judgeSlice() }
///     return check.report
///
/// The statements and deltas checked are those of the beginning; of a delta that is dropped meanwhile, what was not read yet is left out.
package final class SpaceCheck: Sendable {
    /// Bytes of segments that are read in one turn of the space, and held.
    static let sliceByteCount = 8 << 20

    fileprivate struct State {
        let space: SpaceID
        let statementCount: Int
        let byteCount: Int
        /// Those that are not through, if none was dropped since.
        var deltas: ArraySlice<StoredDelta>
        var dropCount: Int64
        /// Of the first of these deltas.
        var nextIndex = 0
        var read: [(manifest: Manifest, segment: SealedSegment)] = []
        var deltaCount = 0
        var segmentCount = 0
        var faults: [String]
    }

    private let state: Mutex<State>

    /// Judges the roster and every manifest.
    ///
    /// - Parameter found: what the store itself found wrong.
    package init(_ store: any SpaceStore, beside found: [String]) throws {
        let statements = try store.statements(after: 0)
        let deltas = try store.deltas(after: 0)
        var state = State(
            space: store.space, statementCount: statements.count, byteCount: try store.byteCount(), deltas: [],
            dropCount: try store.version().dropCount, faults: found)
        var roster: Roster?
        do {
            let found = try Roster(statements: statements.map(\.bytes))
            guard found.space == store.space else { throw WireError(.otherSpace, in: "roster") }
            guard found.count == statements.count else { throw WireError(.truncated, in: "roster") }
            roster = found
        } catch { state.fault("roster", error) }
        for delta in deltas {
            do {
                try SpaceCheck.judge(delta.manifest, of: store.space, by: roster)
                state.deltas.append(delta)
            } catch { state.fault("\(delta.manifest.id)", error) }
        }
        state.deltaCount = deltas.count
        self.state = Mutex(state)
    }

    private static func judge(_ manifest: Manifest, of space: SpaceID, by roster: Roster?) throws {
        guard manifest.space == space else { throw WireError(.otherSpace, in: "manifest") }
        // One who was removed since has packed it all the same.
        if let roster {
            guard let packer = roster.state.members[manifest.packer] else { throw WireError(.unknownPacker, in: "manifest") }
            guard packer.identity.verifies(manifest.signature, of: manifest.encoded, as: .manifest) else {
                throw WireError(.badSignature, in: "manifest")
            }
        }
    }

    /// Reads some segments: in a turn of the space.
    ///
    /// - Returns: false when all have been read.
    package func readSlice(_ store: any SpaceStore) throws -> Bool {
        try state.withLock { state in
            guard !state.deltas.isEmpty else { return false }
            try state.leaveOutDropped(store)
            var byteCount = 0
            while let delta = state.deltas.first, byteCount < SpaceCheck.sliceByteCount {
                guard state.nextIndex < delta.manifest.segments.count else {
                    state.endDelta()
                    continue
                }
                let (index, id) = (state.nextIndex, delta.manifest.id)
                state.nextIndex += 1
                do {
                    let bytes = try store.segment(index, of: id)
                    byteCount += bytes.count
                    state.read.append((delta.manifest, SealedSegment(delta: id, index: index, bytes: bytes)))
                } catch {
                    state.fault("\(id)", error)
                    state.endDelta()
                }
            }
            return true
        }
    }

    /// Compares what was read with its manifests: outside the space's turn.
    package func judgeSlice() {
        state.withLock { state in
            for (manifest, segment) in state.read {
                do {
                    try segment.checked(against: manifest)
                    state.segmentCount += 1
                } catch { state.fault("\(manifest.id)", error) }
            }
            state.read = []
        }
    }

    package var report: VerificationReport {
        state.withLock {
            VerificationReport(
                space: $0.space.description, statementCount: $0.statementCount, deltaCount: $0.deltaCount, segmentCount: $0.segmentCount,
                byteCount: $0.byteCount, faults: $0.faults)
        }
    }
}

extension SpaceCheck.State {
    fileprivate mutating func fault(_ subject: String, _ error: any Error) {
        let fault = "\(subject) \(Explanation(error, about: "", in: .en).code)"
        // One line for a delta, however many of its segments are damaged in this way.
        if faults.last != fault { faults.append(fault) }
    }

    fileprivate mutating func endDelta() {
        deltas.removeFirst()
        nextIndex = 0
    }

    fileprivate mutating func leaveOutDropped(_ store: any SpaceStore) throws {
        let now = try store.version().dropCount
        guard now != dropCount else { return }
        dropCount = now
        let here = Set(try store.deltas(after: 0).map(\.place))
        if let first = deltas.first, !here.contains(first.place) { nextIndex = 0 }
        deltas = deltas.filter { here.contains($0.place) }[...]
    }
}
