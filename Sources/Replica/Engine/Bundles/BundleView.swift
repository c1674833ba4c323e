import BundleFile
import CRDT
import Device
import Transport
import Trust
import Wire

/// A bundle as somebody sees it who only looks: with a key all of its plain words, without one its outside.
package enum BundleView: Sendable {
    /// This device has no key for it.
    case closed(SealedBundle)
    case open(BundleContents, space: String, packer: String)
    /// Everybody can read it.
    case published(Publication)

    /// Looks at a bundle with this device's own keys, or with those of a replica; needs neither.
    ///
    /// - Parameter replica: the one named, else the only one there is.
    package static func look(
        for client: Client, _ path: String, replica named: String?, _ environment: EngineEnvironment, progress: ProgressReport = { _ in }
    ) throws -> BundleView {
        if try Publication.begins(path) { return .published(try Publication.read(path, progress: progress)) }
        // First of all: a file that is no bundle is that for everybody.
        let outside = try SealedBundle(path)
        let replica = try named.map { try Replica.open(for: client, $0, forReading: true, environment) }
            ?? (try? Replica.open(for: client, nil, forReading: true, environment))
        defer { try? replica?.store.close() }
        do {
            if let replica {
                let contents = try BundleContents.read(path, progress: progress, key: replica.bundleKey)
                let state = try replica.membership.current()
                if contents.preamble.space == replica.identity.space.id {
                    var roster = state.roster
                    try roster.add(contents.statements)
                    return open(contents, Membership.State(keys: state.keys, roster: roster))
                }
                return open(contents, try Membership.State(keys: state.keys, roster: Roster(statements: contents.statements)))
            }
            guard let keys = try DeviceFile.load(environment) else { return .closed(outside) }
            let contents = try BundleContents.read(path, progress: progress) { $0.key(device: keys) }
            return open(contents, try Membership.State(keys: keys, roster: Roster(statements: contents.statements)))
        } catch let error as WireError where error.code == .noKey {
            return .closed(outside)
        }
    }

    private static func open(_ contents: BundleContents, _ state: Membership.State) -> BundleView {
        let space = try? state.roster.spaceDescription(with: state.ring).name
        return .open(contents, space: space ?? contents.preamble.space.description, packer: state.label(of: contents.preamble.packer))
    }
}

extension Replica {
    /// The label of a device, or its id in groups.
    package func label(of device: DeviceID) throws -> String {
        try unlock()
        return try membership.current().label(of: device)
    }

    /// Refuses what no import could take, before anything is written: a file that is not a bundle, or is none for this replica.
    package func checkBeginning(of path: String) throws {
        guard case .preamble(let preamble)? = try? BundleFileReader(path: path, key: bundleKey).next() else {
            // Said by its own error; only what is wrong further on is left to the import.
            _ = try BundleFileReader(path: path, key: bundleKey)
            return
        }
        guard preamble.space == identity.space.id else { throw WireError(.otherSpace, in: "bundle") }
    }

    /// Checks a bundle as an import would, and keeps nothing: who packed what, and every segment that this device may open.
    package func verifyBundle(_ path: String, progress: ProgressReport = { _ in }) throws -> BundleContents {
        try unlock()
        let contents = try BundleContents.read(path, progress: progress, key: bundleKey)
        guard contents.preamble.space == identity.space.id else { throw WireError(.otherSpace, in: "bundle") }
        return try believing(contents.statements, dryRun: true) { _ in
            let reader = try BundleFileReader(path: path, key: bundleKey)
            var current: Manifest?
            while let message = try reader.next() {
                switch message {
                case .manifest(let manifest):
                    _ = try manifest.standing(by: membership)
                    current = manifest
                case .segment(let segment):
                    guard let current, store.collections.contains(current.collection) else { continue }
                    _ = try segment.opened(of: current, by: membership)
                default: break
                }
                progress(Progress(.checking, doneByteCount: reader.offset, totalByteCount: reader.byteCount))
            }
            return contents
        }
    }
}
