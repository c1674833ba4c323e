import Foundation
import Kith

/// A second client of the engine: its tables have nothing of the neighbourhood, but for one name.
enum Garden {
    static let schema = Schema {
        Table("plot") {
            Column("name")
            Column("waterings", .counter)
            Column(composite: "place", [Column.Part("row_number", .integer), Column.Part("side")])
            Column.createdAt
        }
        Table("contact", ownedBy: [Table.Owner("plot", of: "plot")]) {
            Column("plot", references: "plot")
            Column("plant")
            Column("state", .rank(["sick", "sown", "empty"]))
            Column("sown_on", .once)
        }
        Table("tends", key: .pair("plot", "gardener"), columns: [])
    }

    static func client() throws -> Client {
        try Client(schema: schema, founding: [Client.Seed("plot", id: "herbs", ["name": "Herbs", "created_at": "2026-03-01T00:00:00.000Z"])])
    }
}

/// A folder that is gone when the test is; each device has one in it.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "kith-face-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    struct OtherDevice: Error {}

    func file(_ name: String) -> String { path + "/" + name }
    func device(_ name: String) -> Environment { Environment(folder: file(name)) }

    func found(_ name: String = "shed") throws -> Replica { try Replica.found("Allotments", for: Garden.client(), as: name, device(name)) }

    /// By stick: a request, the admission, a bundle.
    func join(_ name: String, at coordinator: Replica, as role: Role = .member) throws -> Replica {
        let id = try Replica.request(to: file("\(name).request"), as: name, device(name))
        let request = try Replica.request(at: file("\(name).request"))
        guard request.id == id else { throw OtherDevice() }
        try coordinator.admit(request, as: role)
        try coordinator.exportBundle(to: file("\(name).kithbundle"))
        return try Replica.join(bundle: file("\(name).kithbundle"), for: Garden.client(), device(name))
    }

    /// By stick, one way.
    func carry(_ from: Replica, to other: Replica) throws -> Changes {
        let stick = file("stick-\(UUID().uuidString).kithbundle")
        try from.exportBundle(to: stick)
        return try other.importBundle(stick)
    }
}

extension Replica {
    func texts(_ sql: String, _ arguments: [Value] = []) throws -> [String] {
        try read { try $0.rows(sql, arguments).map { $0.values.map(\.description).joined(separator: "|") } }
    }
}
