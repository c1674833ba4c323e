import CRDT
import Sync
import Trust
import Wire

/// What others hold, as a relay is told: it opens nothing, and believes nobody alone.
extension CarriedSpace {
    // MARK: What others hold

    /// All contents that are named for a knowledge: by the receipts of devices, and by the deltas that lead to it, unless two devices
    /// agree and no other says anything else: then what a delta said is settled.
    private func named(_ knowledge: Knowledge, _ collection: String) throws -> Set<ContentsDigest> {
        let name = knowledge.name
        var found: Set<ContentsDigest> = []
        var devices: Set<DeviceID> = []
        for contact in try store.contacts() where contact.receipts[collection] == name && member(contact.device) != nil {
            guard let contents = contact.contents[collection] else { continue }
            found.insert(contents)
            devices.insert(contact.device)
        }
        if found.count == 1, devices.count >= 2 { return found }
        for held in ledger(collection)?.held ?? [] where held.isServed && held.scope.result == knowledge {
            if let contents = held.delta.manifest.contents { found.insert(contents) }
        }
        return found
    }

    /// What others hold at what is claimed here, as a device is told: it sees whether it holds something else.
    func statedContents(of collection: String, to device: DeviceID?) throws -> [StatedContents] {
        guard let ledger = ledger(collection) else { return [] }
        return try named(ledger.claims, collection).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.prefix(Limits.bundleDeltaCount).map { contents in
            StatedContents(contents, isHeldWhole: ledger.held.contains {
                $0.isServed && $0.isWhole && $0.scope.result == ledger.claims && $0.delta.manifest.contents == contents && $0.delta.manifest.packer == device
            })
        }
    }

    /// Whether those who know what a delta leads to hold something else, some of them.
    func isDisputed(_ manifest: Manifest, _ result: Knowledge) throws -> Bool {
        guard let contents = manifest.contents else { return false }
        return try named(result, manifest.collection).contains { $0.contradicts(contents) }
    }

    /// Of the deltas that lead to what a device knows, those that were packed by others and hold something else.
    func contradicting(_ contents: ContentsDigest, at knowledge: Knowledge, _ collection: String, besides device: DeviceID) -> [Ledger.Held] {
        (ledger(collection)?.held ?? []).filter {
            $0.isServed && $0.delta.manifest.packer != device && $0.scope.result == knowledge
                && $0.delta.manifest.contents?.contradicts(contents) == true
        }
    }

    /// Whether all that a delta brings is here by the word of one other device.
    func isOneWord(against manifest: Manifest, _ result: Knowledge, _ ledger: Ledger) throws -> Bool {
        guard !manifest.chains.isEmpty else { return false }
        var devices = Set(ledger.held.lazy.filter { $0.isServed && $0.scope.result.includes(result) }.map(\.delta.manifest.packer))
        // Its own packer has sent it, or what covers it, before.
        guard !devices.contains(manifest.packer), devices.count < 2 else { return false }
        for contact in try store.contacts() where member(contact.device) != nil && contact.device != manifest.packer {
            guard let name = contact.receipts[ledger.collection], let held = try archive.knowledge(named: name) else { continue }
            if held.includes(result) { devices.insert(contact.device) }
        }
        return devices.count < 2
    }

    /// Whether the newest whole delta may take the place of others: nobody who knows what it leads to holds something else, and two
    /// others hold the same: they name just what lives in it, or in each other's, of what covers it. Tombstones may differ for long: what was
    /// typed for an erased person, and sent to nobody, has one on that laptop alone.
    func isSafeToDrop(in ledger: Ledger, _ receipts: [String: [DeviceID: [Knowledge]]]) throws -> Bool {
        guard !mutated(.relayDropsUnsafe), let whole = ledger.newestServedWhole else { return true }
        guard try !isDisputed(whole.delta.manifest, whole.scope.result) else { return false }
        let able = roster.state.members.values.count {
            $0.identity.id != whole.delta.manifest.packer && member($0.identity.id)?.collections.contains(ledger.collection) ?? false
        }
        guard able > 0 else { return true }
        var agreeing: [Said: Set<DeviceID>] = [:]
        for contact in try store.contacts() where member(contact.device) != nil && contact.device != whole.delta.manifest.packer {
            guard let name = contact.receipts[ledger.collection], let held = try archive.knowledge(named: name), held.includes(whole.scope.result) else { continue }
            let living = contact.contents[ledger.collection]?.living
            if held == whole.scope.result, living != whole.delta.manifest.contents?.living { continue }
            agreeing[Said(name: name, living: living), default: []].insert(contact.device)
        }
        return agreeing.values.contains { $0.count >= min(2, able) }
    }

    /// Whether two devices agree on what lives at the newest whole delta's knowledge, and it is something else because of their tombstones: no
    /// receipt will name its contents any more, so only another one can take the place of what is older.
    ///
    /// - Parameter contents: what they hold.
    func outdatesWhole(_ contents: ContentsDigest, of collection: String) throws -> Bool {
        guard let ledger = ledger(collection), let whole = ledger.newestServedWhole, let packed = whole.delta.manifest.contents,
            packed.erased != contents.erased, packed.living != contents.living, !ledger.superseded().isEmpty
        else { return false }
        let name = whole.scope.result.name
        let devices = Set(try store.contacts().filter {
            $0.receipts[collection] == name && $0.contents[collection]?.living == contents.living && member($0.device) != nil
        }.map(\.device))
        return devices.count >= 2
    }

    private struct Said: Hashable {
        let name: Nonce
        /// The half of the contents.
        let living: [UInt8]?
    }
}
