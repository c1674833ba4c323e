import Foundation
import GardenModel
import Kith
import Testing

/// What a package outside Kith's own can do: only what is public is in sight here.
@Suite final class GardenTests {
    private let folder = NSTemporaryDirectory() + "garden-\(UUID().uuidString)"
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func device(_ name: String) -> Environment { Environment(folder: "\(folder)/\(name)") }

    private func gardens() throws -> (shed: Replica, home: Replica) {
        let client = try Garden.client.get()
        let shed = try Replica.found("Allotments", for: client, as: "Shed", device("shed"))
        try Replica.request(to: "\(folder)/request", as: "Home", device("home"))
        try shed.admit(Replica.request(at: "\(folder)/request"))
        try shed.exportBundle(to: "\(folder)/welcome")
        return (shed, try Replica.join(bundle: "\(folder)/welcome", for: client, device("home")))
    }

    private func meet(_ one: Replica, _ other: Replica) throws {
        for (from, to) in [(one, other), (other, one)] {
            let stick = "\(folder)/stick-\(UUID().uuidString)"
            try from.exportBundle(to: stick)
            try to.importBundle(stick)
        }
    }

    /// A counter adds, a rank shows the safest, a set has each pair once.
    @Test func mergesByItsOwnRules() throws {
        let (shed, home) = try gardens()
        let bed = try shed.write { try $0.add("bed", ["plot": "common", "plant": "Leek", "health": "doubtful"]) }
        try meet(shed, home)
        for (garden, health, plant) in [(shed, "blight", "Leek"), (home, "well", "Kale")] {
            try garden.write { edits in
                try edits.increment(Record("plot", "common"), "waterings", by: 2)
                try edits.edit(bed, ["health": .text(health), "plant": .text(plant)])
                try edits.add("tends", ["plot": "common", "gardener": "Noor"])
            }
        }
        try meet(shed, home)
        for garden in [shed, home] {
            #expect(try garden.read { try $0.rows("select waterings from plot") }.map { $0["waterings"] } == [4])
            #expect(try garden.read { try $0.rows("select plant, health from bed") }.map(\.values) == [["Kale", "blight"]])
            #expect(try garden.read { try $0.rows("select count(*) from tends") }.map(\.values) == [[1]])
            #expect(try garden.unsettled().contains { if case .rankChose(bed, "health", _) = $0 { true } else { false } })
        }
    }

    @Test func meetsOverTCPAndIsObservedByGRDB() async throws {
        let (shed, home) = try gardens()
        let reader = try PlotReader(path: home.path)
        #expect(try reader.plots().map(\.name) == ["The common plot"])
        var plots = reader.plots(of: home).makeAsyncIterator()
        #expect(try await plots.next()?.map(\.waterings) == [0])
        let listener = try shed.listen(host: "127.0.0.1", port: 0, findable: false)
        defer { listener.close() }
        try shed.write { try $0.increment(Record("plot", "common"), "waterings", by: 5) }
        try await home.sync(with: "127.0.0.1:\(listener.port)")
        #expect(try await plots.next()?.map(\.waterings) == [5])
        try home.close()
    }
}
