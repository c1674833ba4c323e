import CRDT
import Foundation
import Store
import Wire

/// Copies of a whole replica, made and put back on purpose. A backup is a replica file: who has it reads everything in it.
extension Replica {
    /// Writes a copy of this replica, as it is now, to a new file that only its owner can read.
    ///
    /// - Returns: how many bytes it has.
    package func backup(to path: String) throws -> Int {
        guard access(path, F_OK) != 0 else { throw EngineError(.fileExists, path) }
        try stamp()
        let draft = "\(path).partial-\(environment.nonce().description.prefix(16))"
        defer { unlink(draft) }
        try NewFile.write([], to: draft)
        try store.copy(into: draft)
        guard NewFile.sync(draft) else { throw EngineError(.unwritable, path) }
        // The name is taken first, so that of two backups at once one is told that it exists.
        try NewFile.write([], to: path)
        guard Glibc.rename(draft, path) == 0 else {
            unlink(path)
            throw EngineError(.unwritable, path)
        }
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Puts a backup back. It becomes a replica of its own, under new writers: whatever the others have seen of the state that was
    /// lost comes back with the next meeting, and nothing is taken for what it is not.
    ///
    /// - Parameters:
    ///   - replacing: a replica that is in the way is set aside under another name, and what it knows of the roster is kept:
    ///     nobody who was erased or removed since comes back.
    /// - Returns: the replica, and where the one in the way is now.
    package static func restore(
        from file: String, at named: String?, replacing: Bool, _ environment: EngineEnvironment
    ) throws -> (Replica, setAside: String?) {
        let location = ReplicaLocation(environment)
        let folder = try named.map { ($0 as NSString).deletingLastPathComponent } ?? location.dataFolder()
        if named == nil { try ReplicaLocation.makePrivateFolder(folder) }
        let draft = (folder.isEmpty ? "." : folder) + "/.restoring-\(environment.nonce().description.prefix(16))"
        defer { for suffix in ["", "-wal", "-shm"] { unlink(draft + suffix) } }
        try copy(file, to: draft)

        let membership = Membership()
        let store = try Store.open(draft, schema: .community, environment: environment.store(membership, path: draft))
        defer { try? store.close() }
        guard try store.isSound() else { throw StoreError(.damaged, "backup") }
        let keys = try DeviceFile.load(environment)
        guard keys?.identity.id == store.identity.device else {
            throw EngineError(.otherDevice, file)
        }
        let path = try location.new(named, space: store.identity.space)
        let setAside = try makeWay(at: path, replacing: replacing, for: store, environment)
        try store.newReplicaID(environment.nonce())
        try store.checkpoint()
        try store.close()
        guard Glibc.rename(draft, path) == 0 else { throw EngineError(.unwritable, path) }
        let replica = try open(path, environment)
        try replica.unlock()
        return (replica, setAside)
    }

    private static func copy(_ file: String, to draft: String) throws {
        let source = try FileChunks(file)
        try NewFile.write([], to: draft)
        guard let handle = FileHandle(forWritingAtPath: draft) else { throw EngineError(.unwritable, draft) }
        defer { try? handle.close() }
        while true {
            let bytes = try source.next(1 << 20)
            guard !bytes.isEmpty else { break }
            do { try handle.write(contentsOf: Data(bytes)) } catch { throw EngineError(.unwritable, draft) }
        }
    }

    /// Takes over what the replica in the way knows of the roster, and sets it aside.
    private static func makeWay(
        at path: String, replacing: Bool, for restored: Store, _ environment: EngineEnvironment
    ) throws -> String? {
        guard access(path, F_OK) == 0 else { return nil }
        guard replacing else { throw EngineError(.replicaExists, path) }
        let membership = Membership()
        // One that is too damaged to be opened is set aside all the same.
        if let present = try? Store.open(path, schema: .community, environment: environment.store(membership, path: path)) {
            if present.identity.space.id == restored.identity.space.id { try restored.keep(statements: try present.statements()) }
            try? present.checkpoint()
            try present.close()
        }
        let aside = "\(path).before-restore-\(environment.nowMilliseconds() / 1000)"
        guard access(aside, F_OK) != 0, Glibc.rename(path, aside) == 0 else { throw EngineError(.unwritable, aside) }
        for suffix in ["-wal", "-shm"] where access(path + suffix, F_OK) == 0 { Glibc.rename(path + suffix, aside + suffix) }
        return aside
    }
}
