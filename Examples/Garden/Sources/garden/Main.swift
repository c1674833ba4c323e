import Foundation
import GardenModel
import Kith

/// `garden COMMAND …`: a shared garden in one file. GARDEN names its folder; each folder is a device.
@main enum Main {
    static let usage = """
        garden found SPACE NAME | request FILE NAME | admit FILE | join BUNDLE | plots | add PLOT | grow PLOT PLANT | water PLOT [TIMES]
             | health BED blight|doubtful|well | tend PLOT GARDENER | export FILE | import FILE | listen PORT | sync HOST:PORT | watch | unsettled
             | settle mine|theirs|newest
        """

    static func main() async {
        do { try await run(Array(CommandLine.arguments.dropFirst())) } catch let error as KithError {
            FileHandle.standardError.write(Data("\(error.sentence()) [\(error.code)]\n".utf8))
            exit(1)
        } catch { exit(2) }
    }

    static func run(_ words: [String]) async throws {
        let here = Environment(folder: ProcessInfo.processInfo.environment["GARDEN"] ?? "garden")
        let client = try Garden.client.get()
        func word(_ index: Int) -> String { words.count > index ? words[index] : "" }
        switch word(0) {
        case "found": return print("founded at \(try Replica.found(word(1), for: client, as: word(2), here).path)")
        case "request": return print("this device is \(try Replica.request(to: word(1), as: word(2), here))")
        case "join": return print("joined \(try Replica.join(bundle: word(1), for: client, here).space)")
        case "": return print(usage)
        default: break
        }
        let garden = try Replica.open(for: client, here)
        defer { try? garden.close() }
        func plot(_ name: String) throws -> Record {
            let found = try garden.read { try $0.rows("select id from plot where name = ? order by id", [.text(name)]) }
            return try found.first.map { Record("plot", $0["id"].description) } ?? garden.write { try $0.add("plot", ["name": .text(name)]) }
        }
        switch word(0) {
        case "plots": for row in try garden.read({ try $0.rows(plots) }) { show(row) }
        case "add": _ = try plot(word(1))
        case "grow": try garden.write { [plot = try plot(word(1))] in print(try $0.add("bed", ["plot": .text(plot.id), "plant": .text(word(2)), "health": "well"]).id) }
        case "water": try garden.write { [plot = try plot(word(1))] in try $0.increment(plot, "waterings", by: Int64(word(2)) ?? 1) }
        case "health": try garden.write { try $0.edit(Record("bed", word(1)), ["health": .text(word(2))]) }
        case "tend": try garden.write { [plot = try plot(word(1))] in try $0.add("tends", ["plot": .text(plot.id), "gardener": .text(word(2))]) }
        case "admit": try garden.admit(Replica.request(at: word(1)))
        case "export": print("\(try garden.exportBundle(to: word(1)).changeCount) changes")
        case "import": for change in try garden.importBundle(word(1)).records { print(change.kind, change.record.table, change.record.id, change.columns.joined(separator: ", ")) }
        case "listen": for await meeting in try garden.listen(host: "127.0.0.1", port: Int(word(1)) ?? 0).meetings { print(try meeting.get().label) }
        case "sync": print("met \(try await garden.sync(with: word(1)).label)")
        case "watch": for try await rows in garden.rows(plots) { print("\(rows.count) plots"); rows.forEach(show); fflush(nil) }
        case "unsettled": for item in try garden.unsettled() { print(item) }
        case "settle": print(try garden.settle(nil, word(1) == "mine" ? .mine : word(1) == "theirs" ? .theirs : .newest))
        default: print(usage)
        }
    }

    static let plots = "select name, waterings, (select group_concat(gardener, ', ') from tends where plot = plot.id) as gardeners from plot order by name"
    static func show(_ row: Row) { print("\(row["name"]): watered \(row["waterings"]) times\(row["gardeners"].isNull ? "" : ", tended by \(row["gardeners"])")") }
}
