import BundleFile
import CRDT
import Device
import Store
import Sync
import Transport
import Trust
import Wire

/// For whom a bundle is made.
package enum BundleDestination: Sendable {
    /// Everything: the bundle suits anyone in the space.
    case everyone
    /// What the replicas of these devices are not known to hold.
    case devices([DeviceID])
}

/// One whom a bundle is for.
package struct Recipient: Sendable {
    package let id: DeviceID
    package let label: String
    package let role: Role
    package let isOwn: Bool
    /// Collections of this replica that it cannot read, and those that it can; a relay reads none.
    package let closed: [String]
    package let open: [String]
}

package struct ExportReport: Sendable {
    package var changeCount = 0
    package var byteCount = 0
    /// Whether it holds everything, because that was asked or a destination is unknown.
    package var isWhole = true
    package var replaced = false
    /// Labels of those that it is for and that cannot open it, as far as is known here: nothing can be boxed to their keys, or there is
    /// no room for so many boxes.
    package var closedTo: [String] = []
}

extension Replica {
    /// The devices that a person means by names or endings of ids.
    package func devices(named names: [String]) throws -> [DeviceID] {
        let known = try store.devices
        return try names.map { name in
            let folded = name.lowercased()
            var found = known.filter { $0.label.lowercased() == folded }
            let ending = name.uppercased().filter { !$0.isWhitespace && $0 != "-" }
            if found.isEmpty, ending.count >= 4 { found = known.filter { $0.id.spoken.filter { $0 != "-" }.hasSuffix(ending) } }
            guard let first = found.first else { throw EngineError(.unknownDevice, name) }
            guard found.count == 1 else { throw EngineError(.ambiguousDevice, name) }
            return first.id
        }
    }

    /// Whom a bundle is for, as people named them.
    ///
    /// - Throws: `unknownDevice`, `ambiguousDevice`; `removedRecipient` and `paperRecipient` for what a bundle is of no use to.
    package func recipients(named names: [String]) throws -> [Recipient] {
        let devices = try devices(named: names)
        try unlock()
        let state = try membership.current()
        let all = store.collections
        return try devices.map { device in
            let label = state.label(of: device)
            guard let member = state.roster.state.members[device] else { throw EngineError(.unknownDevice, label) }
            if member.role == .recovery { throw EngineError(.paperRecipient, label) }
            if member.isRemoved { throw EngineError(.removedRecipient, label) }
            return Recipient(
                id: device, label: label, role: member.role, isOwn: device == state.device,
                closed: member.role == .relay ? [] : all.filter { !member.collections.contains($0) }, open: member.collections)
        }
    }

    /// Writes a bundle. A bundle that is in the way is replaced when this replica holds all of it.
    package func exportBundle(
        to path: String, for destination: BundleDestination, progress: ProgressReport = { _ in }
    ) throws -> ExportReport {
        var report = ExportReport()
        try prepare()
        let state = try membership.current()
        guard state.mayWrite else { throw WireError(.notPermitted, in: "export") }
        let knowledge = try store.knowledge()
        report.replaced = try checkTarget(path, knowledge)
        let base = try base(for: destination)
        report.isWhole = base == nil
        let (envelope, closedTo) = try envelope(for: destination, state)
        report.closedTo = closedTo.map { state.label(of: $0) }.sorted()
        let nonce = environment.nonce()
        let partial = BundleFileWriter.partialPath(of: path, nonce: nonce)
        let noted = Drafts.begin(partial.path, name: partial.ending, environment)
        defer { withExtendedLifetime(noted) {} }
        let writer = try BundleFileWriter(path: path, envelope: envelope, replacing: report.replaced, nonce: nonce)
        let knownHeads = base == nil ? nil : try knownHeads(destination)
        let heads = state.roster.heads
        try writer.append(.preamble(Preamble(
            space: identity.space.id, packer: identity.device, packerReplica: identity.replica,
            packedMilliseconds: environment.nowMilliseconds(), knownHeads: knownHeads ?? [], heads: heads)))
        try writer.append(.statements(state.roster.statements(beyond: knownHeads ?? [])))
        var unchanged: [(collection: String, held: Knowledge)] = []
        for (collection, held) in knowledge.sorted(by: { $0.key < $1.key }) {
            let spool: Spool? = try store.frozenDelta(
                of: collection, base: base?[collection] ?? Knowledge(), partial: []
            ) {
                progress(Progress(.packing, doneByteCount: writer.byteCount, itemCount: report.changeCount))
            }
            guard let spool else {
                unchanged.append((collection, held))
                continue
            }
            defer { spool.arrived() }
            try writer.append(.manifest(spool.manifest))
            for index in spool.manifest.segments.indices {
                try writer.append(.segment(
                    SealedSegment(delta: spool.manifest.id, index: index, bytes: try spool.segment(index))))
                report.changeCount += spool.manifest.segments[index].changeCount
                progress(Progress(.packing, doneByteCount: writer.byteCount, itemCount: report.changeCount))
            }
        }
        for (collection, held) in unchanged where try report.changeCount == 0 || !isTold(held, collection, destination) {
            if let statement = try statement(collection, held) { try writer.append(.manifest(statement)) }
        }
        report.byteCount = try writer.finish()
        return report
    }

    /// Whether all for whom a bundle is were told in a session that just this is held here: a stick need not say it again.
    private func isTold(_ held: Knowledge, _ collection: String, _ destination: BundleDestination) throws -> Bool {
        guard case .devices(let devices) = destination else { return false }
        return try devices.allSatisfy { try store.isStated(held, of: collection, toDevice: $0) }
    }

    /// nil: everything.
    private func base(for destination: BundleDestination) throws -> [String: Knowledge]? {
        guard case .devices(let devices) = destination else { return nil }
        var base: [String: Knowledge]?
        for device in devices {
            guard let held = try store.receipts(ofDevice: device) else { return nil }
            guard let others = base else {
                base = held
                continue
            }
            base = held.compactMapValues { $0 }.reduce(into: [:]) { both, entry in
                if let other = others[entry.key] { both[entry.key] = entry.value.intersection(other) }
            }
        }
        return base
    }

    /// A delta without changes: it says what is held here, so that the stick's way back is a receipt.
    private func statement(_ collection: String, _ held: Knowledge) throws -> Manifest? {
        guard !held.ends.isEmpty else { return nil }
        return try Manifest(
            space: identity.space.id, collection: collection, packer: identity.device, packerReplica: identity.replica,
            packedMilliseconds: environment.nowMilliseconds(), base: .whole(held), chains: [:],
            segments: [], epoch: membership.currentEpoch(of: collection)
        ).signed(by: membership)
    }

    /// What stands in the clear: a box for each who may not have the newest key of the members yet; relays, which never have it,
    /// begin with one. Who is named has one in any case: the laptop may have been restored from a time before the key.
    ///
    /// - Returns: also those for whom there can be no box.
    private func envelope(
        for destination: BundleDestination, _ state: Membership.State
    ) throws -> (envelope: (envelope: BundleEnvelope, key: EpochKey), closedTo: [DeviceID]) {
        guard let epoch = state.roster.state.currentEpoch(of: KeyScope.members), let key = state.ring.key(epoch.id, of: KeyScope.members) else {
            throw WireError(.noKey, in: KeyScope.members)
        }
        let holders = state.roster.state.holders(of: KeyScope.members)
        let relays = state.roster.state.members.filter { !$0.value.isRemoved && $0.value.role == .relay }.keys.sorted()
        let boxed = switch destination {
        case .devices(let named): (holders + relays).filter(named.contains)
        case .everyone:
            try holders.filter { try $0 != state.device && !isKnownToHold(epoch.statement, $0, state.roster) }
                + relays.filter { try isNew(relay: $0, state.roster) }
        }
        let newestFirst = state.roster.newestFirst(boxed)
        let open = newestFirst.filter { state.roster.state.members[$0].map { Box.accepts(agreementKey: $0.identity.agreementKey) } ?? false }
            .prefix(Limits.newcomerCount)
        let newcomers = open.compactMap { state.roster.state.members[$0]?.identity.agreementKey }
        let envelope = try BundleEnvelope.make(epochKey: key, newcomers: newcomers, random: environment.nonce)
        return (envelope, Set(newestFirst).subtracting(open).sorted())
    }

    /// Whether every replica of a device has said that it holds a statement.
    private func isKnownToHold(_ statement: StatementID, _ device: DeviceID, _ roster: Roster) throws -> Bool {
        guard let known = try store.rosterHeads(ofDevice: device) else { return false }
        return known.allSatisfy { !roster.lacks($0, statement) }
    }

    /// Whether no replica of a relay is known to hold the statement that admitted it: it needs a bundle to begin with. A box opens
    /// this bundle's wrapping and nothing else, so a relay may have one.
    private func isNew(relay: DeviceID, _ roster: Roster) throws -> Bool {
        guard let admission = roster.admission(of: relay), let known = try store.rosterHeads(ofDevice: relay) else { return true }
        return known.allSatisfy { roster.lacks($0, admission) }
    }

    /// What the replicas of the devices are known to hold of the roster; nil when they differ or have not all said so.
    private func knownHeads(_ destination: BundleDestination) throws -> [StatementID]? {
        guard case .devices(let devices) = destination else { return nil }
        var known: Set<[StatementID]> = []
        for device in devices {
            guard let heads = try store.rosterHeads(ofDevice: device) else { return nil }
            known.formUnion(heads)
        }
        return known.count == 1 ? known.first : nil
    }

    /// Whether a file is in the way that may be replaced.
    private func checkTarget(_ path: String, _ knowledge: [String: Knowledge]) throws -> Bool {
        let found: BundleContents
        do {
            found = try BundleContents.read(path, key: bundleKey)
        } catch let error as BundleFileError where error.code == .notFound {
            return false
        } catch is WireError {
            throw EngineError(.fileExists, path)
        }
        guard found.preamble.space == identity.space.id else { throw EngineError(.fileExists, path) }
        for manifest in found.manifests {
            let scope = try? manifest.scope { try store.knowledge(named: $0) }
            guard let scope, knowledge[manifest.collection]?.includes(scope.result) == true else {
                throw EngineError(.bundleNotImported, path)
            }
        }
        return true
    }
}
