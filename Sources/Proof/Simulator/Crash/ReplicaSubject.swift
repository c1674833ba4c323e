import CRDT
import Device
import Engine
import Foundation
import Store
import Synchronization
import Trust
import Wire

/// Fatima's laptop, to which everything happens, and Jan's, which it meets in the end.
final class ReplicaSubject: CrashSubject {
    /// What Fatima does.
    struct Work: Sendable {
        let name: String
        /// The program that she does it with.
        var client = Client.community
        /// Takes rows away that were there before.
        var removesRows = false
        /// What may be found in no file of hers in the end.
        var erased: String?
        /// Once, on both laptops.
        let prepare: @Sendable (Laptops) throws -> Void
        /// Opens her replica; other than by opening it, where that is the work.
        var open: @Sendable (Laptops, EngineEnvironment) throws -> Replica = { try Replica.open(for: $0.client, nil, $1) }
        /// Done again after a cut, it goes on from where that was.
        let body: @Sendable (Replica, Laptops, CrashLog) throws -> Void
    }

    let name: String
    var folder: String { laptops.folder("fatima") }
    private let work: Work
    private let laptops: Laptops
    private let images: [FolderImage]
    /// Of every table, before the work.
    private let rowsBefore: Set<String>

    init(_ work: Work, _ place: CrashPlace) throws {
        name = work.name
        self.work = work
        laptops = try Laptops(place.root, client: work.client)
        try work.prepare(laptops)
        rowsBefore = try Set(Laptops.ids(laptops.fatima))
        try laptops.close()
        images = [try FolderImage(laptops.folder("fatima")), try FolderImage(laptops.folder("jan"))]
    }

    func reset() throws {
        for image in images { try image.restore() }
        laptops.attempt = 0
    }

    func work(_ log: CrashLog) throws {
        let environment = laptops.environment("fatima")
        let replica = try log.attempt { try work.open(laptops, environment) }
        do {
            try log.attempt { try work.body(replica, laptops, log) }
            try log.attempt { try replica.close() }
        } catch {
            try? replica.close()
            throw error
        }
    }

    func examine(_ log: CrashLog) throws {
        laptops.attempt += 1
        let replica = try Replica.open(for: work.client, nil, laptops.environment("fatima"))
        defer { try? replica.close() }
        try ReplicaSubject.check(replica.store)
        try log.check(replica)
        let lost = rowsBefore.subtracting(try Laptops.ids(replica))
        guard work.removesRows || lost.isEmpty else { throw SimulationFault("rows are lost: \(lost.sorted().prefix(3))") }
    }

    /// SQLite finds every page in order, and all that is counted of the rows is what they are.
    static func check(_ store: Store) throws {
        guard try store.isSound() else { throw SimulationFault("SQLite finds the file damaged") }
        let verified = try store.verify()
        guard verified.altered.isEmpty else { throw SimulationFault("altered: \(verified.altered.prefix(3))") }
        let kept = try store.holdings()
        for (collection, holding) in verified.holdings where kept[collection]?.contents != holding.contents || kept[collection]?.knowledge != holding.knowledge {
            throw SimulationFault("what is kept of \(collection) is not what the rows say")
        }
    }

    func finish() throws -> [String] {
        laptops.attempt += 1
        let replica = try work.open(laptops, laptops.environment("fatima"))
        try work.body(replica, laptops, CrashLog())
        let jan = try laptops.openJan()
        try Laptops.meet(replica, jan)
        let digests = try [replica, jan].map { try $0.store.status().digest }
        guard digests[0] == digests[1] else { throw SimulationFault("two that have met hold something else") }
        try ReplicaSubject.check(replica.store)
        try ReplicaSubject.check(jan.store)
        let shown = try Laptops.rows(replica)
        // Jan's program may know less.
        let janShows = try Laptops.rows(jan)
        guard work.client.schema.tables.count != jan.client.schema.tables.count || shown == janShows else {
            throw SimulationFault("two that have met show something else")
        }
        try replica.close()
        try jan.close()
        if let erased = work.erased {
            let found = try FolderImage.files(in: folder, holding: erased)
            guard found.isEmpty else { throw SimulationFault("what was erased stands in \(found)") }
        }
        let drafts = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.contains(".partial") || $0.contains(".restoring") }
        guard drafts.isEmpty else { throw SimulationFault("left behind: \(drafts)") }
        return shown
    }
}

/// Two laptops with homes of their own, in a folder that their owner makes and removes.
final class Laptops {
    let root: String
    let client: Client
    /// Another one has other nonces, and a later hour.
    var attempt = 0
    let fatima: Replica
    let jan: Replica

    init(_ root: String, client: Client) throws {
        self.root = root
        self.client = client
        let environment = Laptops.environment(root, "fatima", 100)
        for name in ["fatima", "jan"] { try FileManager.default.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: true) }
        fatima = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, environment)
        let list = "Voornaam,Achternaam,Telefoon\n" + (1...12).map { "Naam\($0),Achternaam\($0),06123456\(10 + $0)\n" }.joined()
        try Data(list.utf8).write(to: URL(fileURLWithPath: root + "/leden.csv"))
        _ = try fatima.importList(root + "/leden.csv", ListImportOptions())
        let here = Laptops.environment(root, "jan", 101)
        _ = try RequestFile.write(to: root + "/jan.request", label: "Laptop Jan", here)
        try fatima.admit(try RequestFile.read(root + "/jan.request"), as: .member, collections: nil)
        _ = try fatima.exportBundle(to: root + "/welcome.kithbundle", for: .everyone)
        (jan, _) = try Replica.join(for: .community, bundle: root + "/welcome.kithbundle", at: nil, here)
        try Laptops.meet(fatima, jan)
    }

    func close() throws {
        try fatima.close()
        try jan.close()
    }

    func openJan() throws -> Replica { try Replica.open(for: .community, nil, environment("jan")) }

    func folder(_ name: String) -> String { "\(root)/\(name)" }

    func environment(_ name: String) -> EngineEnvironment { Laptops.environment(root, name, attempt) }

    /// The same nonces for the same laptop and attempt.
    private static func environment(_ root: String, _ name: String, _ attempt: Int) -> EngineEnvironment {
        let nonces = Mutex(SplitMix64(seed: UInt64(attempt) << 8 + (name == "jan" ? 1 : 2)))
        let hour: Int64 = 3_600_000
        return EngineEnvironment(
            variables: ["XDG_DATA_HOME": "\(root)/\(name)", "XDG_STATE_HOME": "\(root)/\(name)/state"],
            // What was prepared was before all attempts.
            nowMilliseconds: { 1_763_000_000_000 + Int64(attempt >= 100 ? attempt - 200 : attempt) * hour },
            nonce: { nonces.withLock { Nonce(using: &$0) } })
    }

    /// On loopback, without TLS.
    static func meet(_ here: Replica, _ there: Replica) throws {
        let listener = try there.listen(host: "127.0.0.1", port: 0, plain: true) { _ in }
        defer { listener.close() }
        _ = try here.sync(with: Address(host: "127.0.0.1", port: listener.port), plain: true)
    }

    static func ids(_ replica: Replica) throws -> [String] {
        var ids: [String] = []
        for table in replica.store.sharedTables { try replica.store.list(table.name) { ids.append("\(table.name) \($0.id.text)") } }
        return ids
    }

    /// Every row of every table, as people see it; without when it was made, which SQLite takes from the machine.
    static func rows(_ replica: Replica) throws -> [String] {
        var rows: [String] = []
        for table in replica.store.sharedTables {
            try replica.store.list(table.name) { row in
                rows.append("\(table.name) \(row.id.text) " + row.values.filter { $0.name != "created_at" }.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
            }
        }
        return rows
    }
}
