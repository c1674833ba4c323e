import CRDT
import Device
import Dispatch
import Engine
import Foundation
import Trust
import Wire

/// A roster that has lived long: so many laptops, so many removals, each with new keys; what that costs on disk, on a stick, and at every
/// start of the program.
///
/// The statements are those that coordinators' programs make. Most removals happen while the community is small, because boxing keys
/// to a thousand laptops a thousand times takes minutes and leaves nothing behind: of boxes only the newest are kept. The last few, and
/// those that are timed, are made with all laptops in.
struct RosterBench {
    var deviceCount = 1_000
    var removalCount = 1_000
    /// The program kith, whose whole process is timed.
    var program: String?
    let folder: URL

    /// Of two coordinators: laptops that stay while the removals of the early years happen.
    private static let smallCount = 20
    private static let lateRemovalCount = 5

    func run() throws -> [Figure] {
        var environment = EngineEnvironment.system()
        environment = EngineEnvironment(
            variables: environment.variables.merging(
                ["HOME": folder.path, "KITH_HOME": folder.path, "XDG_DATA_HOME": folder.path + "/data", "XDG_CONFIG_HOME": folder.path + "/config",
                 "XDG_STATE_HOME": folder.path + "/state"]) { $1 },
            nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce)
        let path = folder.appendingPathComponent("space.kith").path
        let replica = try Replica.create(for: .community, space: "Zuid", label: "Laptop 0", at: path, environment)
        try replica.unlock()
        let before = try replica.exportBundle(to: folder.appendingPathComponent("before.kithbundle").path, for: .everyone).byteCount
        let state = try replica.membership.current()
        var roster = state.roster
        let growth = try live(state.keys, &roster, environment)
        try replica.store.replace(statements: roster.statements)
        try replica.store.keep(statements: roster.statements)
        try replica.close()

        let opened = try Replica.open(for: .community, path, environment)
        let unlocking = try seconds { try opened.unlock() }
        let members = opened.membership
        let victim = try members.current().roster.newestFirst(members.current().roster.state.holders(of: "people"))[3]
        let revoking = try seconds { try opened.revoke(victim) }
        let bundle = folder.appendingPathComponent("everyone.kithbundle").path
        var byteCount = 0
        let exporting = try seconds { byteCount = try opened.exportBundle(to: bundle, for: .everyone).byteCount }
        let statements = try opened.store.statements()
        let bare = try statements.map { try StatedBytes.split($0).statement.count }.reduce(0, +)
        let boxed = statements.reduce(0) { $0 + $1.count } - bare
        let resolving = try seconds { _ = try Trust.Roster(statements: statements, verifying: false) }
        let verifying = try seconds { _ = try Trust.Roster(statements: statements) }
        try opened.close()
        var figures = [
            Figure(name: "statements", ours: Double(statements.count), unit: ""),
            Figure(name: "laptops in", ours: Double(try members.current().roster.state.holders(of: "members").count), unit: ""),
            Figure(name: "removed", ours: Double(try members.current().roster.state.removed.count), unit: ""),
            Figure(name: "statements without boxes", ours: Double(bare) / 1_000, unit: "kB"),
            Figure(name: "boxes that are kept: the newest", ours: Double(boxed) / 1_000, unit: "kB"),
            Figure(name: "growth by a removal and its rotation, beside the boxes", ours: Double(growth), unit: "bytes", promise: 1_000),
            Figure(name: "a bundle for everyone, above its data", ours: Double(byteCount - before) / 1_000, unit: "kB", promise: 1_000),
            Figure(name: "to remove a laptop, with new keys for all", ours: revoking, unit: "s", promise: 1),
            Figure(name: "to write that bundle", ours: exporting, unit: "s"),
            Figure(name: "to open the keys at a start", ours: unlocking, unit: "s"),
            Figure(name: "to resolve all statements", ours: resolving, unit: "s"),
            Figure(name: "to check all signatures, once", ours: verifying, unit: "s"),
        ]
        if let program {
            let times = try (0..<5).map { _ in try seconds { try status(program, path, environment) } }
            figures.append(Figure(name: "kith status, the whole process", ours: times.median, unit: "s", promise: 0.15, note: "median of 5"))
        }
        return figures
    }

    /// - Returns: bytes of the last removal and its rotation, without boxes.
    private func live(_ keys: DeviceKeys, _ roster: inout Trust.Roster, _ environment: EngineEnvironment) throws -> Int {
        var number = 0
        func newcomer() -> DeviceKeys {
            number += 1
            return DeviceKeys(secret: Digest.sha256(Array("laptop \(number) a".utf8)) + Digest.sha256(Array("laptop \(number) b".utf8)))!
        }
        func sign(_ make: (inout RosterAuthor) throws -> Void) throws {
            var author = RosterAuthor(
                keys: keys, roster: roster, ring: roster.keys(for: keys), random: environment.nonce,
                nowMilliseconds: environment.nowMilliseconds())
            try make(&author)
            roster = author.roster
            _ = roster.dropSpentBoxes(keeping: keys)
        }
        func admit(_ author: inout RosterAuthor) throws -> DeviceID {
            let identity = newcomer().identity
            _ = try author.admit(identity, as: .member, collections: author.roster.collections, label: "Laptop \(number)")
            return identity.id
        }
        var laptops: [DeviceID] = []
        try sign { author in for _ in 0..<RosterBench.smallCount { laptops.append(try admit(&author)) } }
        // In portions, so that a statement costs what it costs and not a resolution of all that came before.
        let early = max(0, removalCount - RosterBench.lateRemovalCount)
        for start in stride(from: 0, to: early, by: 25) {
            try sign { author in
                for _ in start..<min(start + 25, early) {
                    _ = try author.revoke(laptops.removeFirst())
                    laptops.append(try admit(&author))
                }
            }
        }
        try sign { author in while laptops.count < deviceCount - 1 { laptops.append(try admit(&author)) } }
        var growth = 0
        for _ in early..<removalCount {
            try sign { author in
                laptops.append(try admit(&author))
                let made = try author.revoke(laptops.removeFirst())
                growth = try made.map { try StatedBytes.split($0).statement.count }.reduce(0, +)
            }
        }
        return growth
    }

    private func status(_ program: String, _ path: String, _ environment: EngineEnvironment) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["status", "--replica", path]
        process.environment = environment.variables
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchFailure(what: "kith status ended with \(process.terminationStatus)") }
    }

    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = DispatchTime.now().uptimeNanoseconds
        try body()
        return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    }
}

struct BenchFailure: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
}
