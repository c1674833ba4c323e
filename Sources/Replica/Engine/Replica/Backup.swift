import CRDT
import Device
import Foundation
import Store
import Trust
import Wire

/// Copies of a whole replica, made and put back on purpose. A backup is a replica file: who has it reads everything in it.
extension Replica {
    /// Writes a copy of this replica, as it is now, to a new file that only its owner can read.
    ///
    /// - Returns: how many bytes it has.
    /// - Throws: `backupDamaged` when the copy could not take the replica's place; nothing is left of it then.
    package func backup(to path: String) throws -> Int {
        guard access(path, F_OK) != 0 else { throw DeviceError(.fileExists, path) }
        try stamp()
        let name = environment.draftName()
        let draft = "\(path).partial-\(name)"
        let noted = Drafts.begin(draft, name: name, environment)
        defer { withExtendedLifetime(noted) { for suffix in ["", "-journal"] { unlink(draft + suffix) } } }
        try NewFile.make(draft)
        do {
            guard try store.isSound() else { throw StoreError(.damaged, "replica") }
            let before = try store.rowCounts()
            try store.copy(into: draft)
            // Somebody may have edited meanwhile; then the copy is of one moment or the other, and only its soundness can be told.
            try check(copy: draft, against: try store.rowCounts() == before ? before : nil)
        } catch let error as StoreError where error.code == .damaged || error.code == .notAReplica || error.code == .sqlite {
            throw EngineError(.backupDamaged, path)
        }
        // Of two backups at once one is told that it exists.
        try NewFile.finish(draft, as: path)
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Opens a copy as `restore` would, and compares.
    ///
    /// - Parameter counts: the rows that each table must have; nil when that is not known.
    /// - Throws: `StoreError`, `damaged` for what cannot take this replica's place.
    private func check(copy path: String, against counts: [String: Int64]?) throws {
        let copy = try Store.open(path, schema: client.schema, environment: environment.store(Membership(), path: path), mode: .read)
        defer { try? copy.close() }
        guard try copy.isSound(), copy.identity == identity else { throw StoreError(.damaged, "backup") }
        let found = try copy.rowCounts()
        guard counts.map({ $0 == found }) ?? true else { throw StoreError(.damaged, "backup") }
        do { _ = try Roster(statements: try copy.statements(), verifying: false) } catch { throw StoreError(.damaged, "backup") }
    }

    /// Puts a backup back. It becomes a replica of its own, under new writers: whatever the others have seen of the state that was
    /// lost comes back with the next meeting, and nothing is taken for what it is not.
    ///
    /// - Parameters:
    ///   - space: whose list it has to be a copy of; nil: of any.
    ///   - replacing: a replica that is in the way is set aside under another name, and what it knows of the roster is kept:
    ///     nobody who was erased or removed since comes back.
    /// - Returns: the replica, and where the one in the way is now.
    /// - Throws: `otherDevice`, `otherSpace`, `replicaExists`; what keeps the file from being read.
    package static func restore(
        for client: Client, from file: String, of space: SpaceID? = nil, at named: String?, replacing: Bool, _ environment: EngineEnvironment
    ) throws -> (Replica, setAside: String?) {
        Drafts.sweep(environment)
        // What the file is comes before what is in it: a copy of it may take long, and much room.
        let source = try FileChunks(file)
        try Store.checkHeader(file)
        let location = ReplicaLocation(environment)
        let folder = try named.map { ($0 as NSString).deletingLastPathComponent } ?? PersonalFolders(environment).data()
        if named == nil { try PersonalFolders.make(folder) }
        let name = environment.draftName()
        let draft = (folder.isEmpty ? "." : folder) + "/.restoring-\(name)"
        let noted = Drafts.begin(draft, name: name, environment)
        defer { withExtendedLifetime(noted) { for suffix in ["", "-journal", "-wal", "-shm"] { unlink(draft + suffix) } } }
        try copy(source, to: draft)

        let membership = Membership()
        let store = try Store.open(draft, schema: client.schema, environment: environment.store(membership, path: draft))
        defer { try? store.close() }
        guard try store.isSound() else { throw StoreError(.damaged, "backup") }
        let keys = try DeviceFile.load(environment)
        guard keys?.identity.id == store.identity.device else {
            throw EngineError(.otherDevice, file)
        }
        guard space == nil || space == store.identity.space.id else { throw WireError(.otherSpace, in: "backup") }
        let path = try location.new(named, space: store.identity.space)
        let setAside = try makeWay(at: path, replacing: replacing, for: store, of: client, environment)
        try store.newReplicaID(environment.nonce())
        try store.checkpoint()
        try store.close()
        guard Glibc.rename(draft, path) == 0 else { throw DeviceError(.unwritable, path) }
        try NewFile.syncFolder(of: path)
        let replica = try open(for: client, path, environment)
        try replica.unlock()
        return (replica, setAside)
    }

    private static func copy(_ source: FileChunks, to draft: String) throws {
        try NewFile.make(draft)
        if let room = Store.freeByteCount(at: draft), room < source.byteCount { throw StoreError(.full) }
        let descriptor = Glibc.open(draft, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw DeviceError(.unwritable, draft) }
        defer { Glibc.close(descriptor) }
        while true {
            let bytes = try source.next(1 << 20)
            guard !bytes.isEmpty else { break }
            try NewFile.write(bytes, on: descriptor, of: draft)
        }
    }

    /// Takes over what the replica in the way knows of the roster, and sets it aside.
    ///
    /// Until the restored one takes its name it keeps that as well: whenever the power goes, a list stands in its place, and a restore that is
    /// begun anew learns from it who was erased.
    private static func makeWay(
        at path: String, replacing: Bool, for restored: Store, of client: Client, _ environment: EngineEnvironment
    ) throws -> String? {
        let first = "\(path).before-restore-\(environment.nowMilliseconds() / 1000)"
        // What an attempt of this very second set aside stays.
        var aside = first, number = 1
        while access(aside, F_OK) == 0 { (number, aside) = (number + 1, "\(first)-\(number + 1)") }
        // A WAL that stayed behind when its replica went would be read into the restored one.
        func moveLog() { for suffix in ["-wal", "-shm"] where access(path + suffix, F_OK) == 0 { Glibc.rename(path + suffix, aside + suffix) } }
        guard access(path, F_OK) == 0 else {
            moveLog()
            return nil
        }
        guard replacing else { throw EngineError(.replicaExists, path) }
        let membership = Membership()
        var opened: Store?
        do { opened = try Store.open(path, schema: client.schema, environment: environment.store(membership, path: path)) } catch {
            // One that is too damaged to be opened is set aside all the same; one that cannot be read just now may know who was erased.
            if let error = error as? StoreError, [.memory, .full, .busy, .disk].contains(error.code) { throw error }
        }
        if let present = opened {
            if present.identity.space.id == restored.identity.space.id { try restored.keep(statements: try present.statements()) }
            try? present.checkpoint()
            try present.close()
        }
        // A stick may know no links.
        guard Glibc.link(path, aside) == 0 || Glibc.rename(path, aside) == 0 else { throw DeviceError(.unwritable, aside) }
        moveLog()
        try NewFile.syncFolder(of: path)
        return aside
    }
}
