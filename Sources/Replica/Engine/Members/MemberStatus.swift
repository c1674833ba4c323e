import CRDT
import Store
import Trust
import Wire

/// How this device stands in its space, as far as that needs no key: it follows from the statements alone, so that it can be told
/// while the keys are behind a passphrase.
package struct MemberStatus: Sendable {
    /// nil: the roster does not know this device.
    package let role: Role?
    package let isRemoved: Bool
    /// Devices that take part; recovery keys are not counted.
    package let deviceCount: Int
    package let coordinatorCount: Int
    package let hasRecoveryKey: Bool
    /// Deltas that a removed device packed, waiting for a decision.
    package let quarantinedCount: Int
    /// Deltas that cannot be read here.
    package let unreadableCount: Int
    /// Erase statements that some device has not confirmed.
    package let awaitedErasureCount: Int
    /// Scopes whose key somebody has who may not: the next work of a coordinator gives them new ones.
    package let scopesToRotate: [String]
    /// Labels of devices that have signed as much as one device may.
    package let fullSigners: [String]
}

extension Replica {
    package func memberStatus() throws -> MemberStatus {
        let roster = try membership.isLoaded ? membership.current().roster : Roster(statements: try store.statements(), verifying: false)
        let state = roster.state
        let labels = roster.fullSigners.isEmpty
            ? [:] : Dictionary(try store.devices.map { ($0.id, $0.label) }) { first, _ in first }
        let present = state.members.values.filter { !$0.isRemoved }
        let own = state.members[identity.device]
        let awaited = state.erasures.count { erasure in
            let confirmed = state.confirmations[erasure.id] ?? []
            return state.members.contains { device, member in
                member.role != .recovery && member.mayHold(scope: erasure.erasure.collection) && !confirmed.contains(device)
            }
        }
        let aside = try store.quarantined()
        return MemberStatus(
            role: own?.role, isRemoved: own?.isRemoved ?? false, deviceCount: present.count { $0.role != .recovery },
            coordinatorCount: present.count { $0.role == .coordinator }, hasRecoveryKey: present.contains { $0.role == .recovery },
            quarantinedCount: aside.count { $0.unreadable == nil }, unreadableCount: aside.count { $0.unreadable != nil },
            awaitedErasureCount: awaited,
            scopesToRotate: state.epochs.keys.filter { state.needsRotation($0) }.sortedByBytes(),
            fullSigners: roster.fullSigners.map { labels[$0] ?? $0.spoken })
    }

    /// For what only a coordinator may do, before anybody is asked anything.
    ///
    /// - Throws: `removed`; `notCoordinator`, with the labels of those who are; `noCoordinator`, `noCoordinatorNorKey`.
    package func checkCoordinator() throws {
        try unlock()
        let state = try membership.current()
        guard !state.isCoordinator else { return }
        if state.own?.isRemoved == true { throw EngineError(.removed) }
        let present = state.roster.state.members.filter { !$0.value.isRemoved }
        let coordinators = present.filter { $0.value.role == .coordinator }.keys
        guard !coordinators.isEmpty else {
            throw EngineError(present.values.contains { $0.role == .recovery } ? .noCoordinator : .noCoordinatorNorKey)
        }
        throw EngineError(.notCoordinator, coordinators.map { state.label(of: $0) }.sorted().joined(separator: ", "))
    }

    // MARK: Quarantine

    package func quarantineEntries() throws -> [(delta: QuarantinedDelta, packer: String)] {
        try unlock()
        let state = try membership.current()
        return try store.quarantined().map { ($0, state.label(of: $0.packer)) }
    }

    /// What is held back and meant by an ending of its id, four characters or more, or by the name of the laptop that sent it.
    ///
    /// - Parameter one: only where that is one.
    /// - Throws: `unknownQuarantined`.
    package func quarantined(_ name: String, one: Bool = false) throws -> [QuarantinedDelta] {
        let held = try store.quarantined()
        let named = held.filter { isMeant($0.delta, by: name) }
        guard named.isEmpty else {
            guard named.count == 1 else { throw EngineError(.unknownQuarantined, name) }
            return named
        }
        let sent = try held.filter { try label(of: $0.packer).lowercased() == name.lowercased() }
        guard !sent.isEmpty, !one || sent.count == 1 else { throw EngineError(.unknownQuarantined, name) }
        return sent
    }

    /// Merges what a removed device packed, or tries again what could not be read: this device vouches for it from now on.
    ///
    /// - Parameter dryRun: the report is exact, and nothing is kept.
    package func accept(_ delta: QuarantinedDelta, dryRun: Bool = false) throws -> BundleReport {
        if dryRun {
            try unlock()
            return try store.acceptQuarantined(delta.delta, dryRun: true)
        }
        try prepare()
        guard try membership.current().mayWrite else { throw WireError(.notPermitted, in: "quarantine") }
        let report = try store.acceptQuarantined(delta.delta)
        try nameWriters()
        try signWhatIsOwed()
        return report
    }
}

/// Whether somebody means an id by its ending: four characters or more.
func isMeant(_ id: some CustomStringConvertible, by ending: String) -> Bool { ending.count >= 4 && id.description.hasSuffix(ending.lowercased()) }
