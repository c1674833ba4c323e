import BundleFile
import CRDT
import Transport
import Trust
import Wire

/// A bundle by which a relay begins to carry a space: read to its verified end, opened by a newcomer's box for the relay's own key.
///
/// Example: `let bundle = try SpaceBundle(path, keys: keys)`, then in one transaction `carried.takeIn(bundle, …)`.
///
/// Invariants: the roster is whole and has this relay as a relay; every delta is of this space, signed by a member who may pack it,
/// and whole from the beginning, so that a store that has nothing can take it in.
package struct SpaceBundle: Sendable {
    private let path: String
    private let keys: DeviceKeys
    package let contents: BundleContents
    package let roster: Roster

    package var space: SpaceID { roster.space }
    /// With segments; a delta without any says what its packer holds.
    package var manifests: [Manifest] { contents.manifests.filter { !$0.segments.isEmpty } }
    package var segmentByteCount: Int {
        manifests.reduce(0) { $0 + $1.payload.count + $1.segments.reduce(0) { $0 + $1.sealedByteCount } }
    }

    /// - Throws: `RelayServiceError`: `not-boxed`, `not-relay`, `not-whole`; `WireError`, `BundleFileError` for a damaged file.
    package init(_ path: String, keys: DeviceKeys) throws {
        self.path = path
        self.keys = keys
        do {
            contents = try BundleContents.read(path) { $0.key(device: keys) }
        } catch let error as WireError where error.code == .noKey {
            throw RelayServiceError(.notBoxed, path)
        }
        guard contents.preamble.knownHeads.isEmpty else { throw RelayServiceError(.notWhole, path) }
        roster = try Roster(statements: contents.statements)
        guard roster.space == contents.preamble.space else { throw WireError(.otherSpace, in: "roster") }
        guard let own = roster.state.members[keys.identity.id], own.role == .relay, !own.isRemoved else {
            throw RelayServiceError(.notRelay, path)
        }
        for manifest in manifests { try check(manifest) }
    }

    private func check(_ manifest: Manifest) throws {
        guard case .member = roster.standing(of: manifest.packer, for: manifest.collection),
            let packer = roster.state.members[manifest.packer]
        else { throw WireError(.notPermitted, in: "manifest") }
        guard packer.identity.verifies(manifest.signature, of: manifest.encoded, as: .manifest) else {
            throw WireError(.badSignature, in: "manifest")
        }
        guard case .whole(let base) = manifest.base, base.ends.isEmpty else { throw RelayServiceError(.notWhole, path) }
        _ = try manifest.scope { _ in nil }
    }

    /// Reads the file once more, segment by segment; at most one is in memory.
    ///
    /// - Parameters:
    ///   - begin: a delta, before its segments.
    ///   - segment: checked against the manifest.
    package func forEachDelta(
        begin: (Manifest) throws -> Void, segment: (SealedSegment) throws -> Void
    ) throws {
        let reader = try BundleFileReader(path: path) { $0.key(device: keys) }
        var current: Manifest?
        while let message = try reader.next() {
            switch message {
            case .manifest(let manifest):
                guard contents.manifests.contains(manifest) else { throw WireError(.damaged, in: "bundle") }
                current = nil
                guard !manifest.segments.isEmpty else { continue }
                try begin(manifest)
                current = manifest
            case .segment(let sealed):
                guard let manifest = current, sealed.delta == manifest.id else { throw WireError(.malformed, in: "segment") }
                try sealed.checked(against: manifest)
                try segment(sealed)
            default: break
            }
        }
    }
}
