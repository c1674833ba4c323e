import CRDT
import Interchange
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#endif
import Foundation
import Words

@Suite("The directory for others") struct DirectoryExportTests {
    private func object(_ json: JSON) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any])
    }

    private func list(_ any: Any?) throws -> [[String: Any]] { try #require(any as? [[String: Any]]) }

    @Test func initiativesAreServicesAtLocations() throws {
        let hsds = try object(HSDSWriter(sampleDirectory()).json)
        let services = try list(hsds["services"])
        #expect(services.map { $0["name"] as? String } == ["Kookclub", "Wandelen", "00000000000000000000000000000006"])
        #expect(services.map { $0["status"] as? String } == ["active", "temporarily closed", "active"])
        #expect(services[0]["id"] as? String == "00000000-0000-0000-0000-000000000004")
        let schedules = try list(services[0]["schedules"])
        #expect(schedules[0]["freq"] as? String == "WEEKLY" && schedules[0]["byday"] as? String == "TU,TH" && schedules[0]["interval"] as? Int == 2)
        let locations = try list(services[0]["service_at_locations"])
        #expect(locations.count == 2)
        let dates = try list(locations[0]["schedules"])
        #expect(dates.map { $0["opens_at"] as? String } == ["18:00:00"] && dates[0]["closes_at"] as? String == "20:30:00")
        #expect(locations[1]["schedules"] == nil, "a cancelled date is none")
        let place = try #require(locations[0]["location"] as? [String: Any])
        #expect(try list(place["accessibility"])[0]["description"] as? String == "Step-free")
        #expect(try list(place["addresses"])[0]["address_1"] as? String == "Kerkplein 3")
        let attributes = try list(services[0]["attributes"])
        #expect(Set(attributes.map { ($0["taxonomy_term"] as? [String: Any])?["name"] as? String }) == ["Cohesion", "Cooking and eating"])
        #expect(try list(hsds["service_at_locations"]).count == 2)
    }

    @Test func whatIsNoAddressIsLeftOut() throws {
        let organizations = try list(try object(HSDSWriter(sampleDirectory()).json)["organizations"])
        #expect(organizations[0]["website"] as? String == "https://debrug.example")
        #expect(organizations[1]["website"] == nil && organizations[1]["email"] == nil)
        #expect(organizations[1]["name"] as? String == "handmade" && organizations[1]["description"] as? String == "handmade")
        #expect(UUID(uuidString: try #require(organizations[1]["id"] as? String)) != nil, "an id of any form gets a UUID")
    }

    @Test func theSameDirectoryGivesTheSameFile() {
        #expect(HSDSWriter(sampleDirectory()).json.text == HSDSWriter(sampleDirectory()).json.text)
    }

    @Test("It holds to the published schemas, where they are", .enabled(if: realFiles("hsds") != nil))
    func holdsToTheSchemas() throws {
        let folder = try #require(realFiles("hsds"))
        let file = FileManager.default.temporaryDirectory.appending(path: "hsds-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(HSDSWriter(sampleDirectory()).json.text.utf8).write(to: file)
        let script = """
            import json, sys, jsonschema
            file, folder = sys.argv[1:]
            data = json.load(open(file)); count = 0; faults = []
            for kind, name in (("services", "service"), ("organizations", "organization"), ("service_at_locations", "service_at_location")):
                schema = json.load(open(f"{folder}/{name}.json"))
                check = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
                for item in data[kind]:
                    count += 1
                    faults += [f"{name} {'/'.join(map(str, e.path))}: {e.message[:200]}" for e in check.iter_errors(item)]
            # The check itself can fail.
            assert list(check.iter_errors({"id": 1}))
            print(count, *faults[:10], sep="\\n")
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, file.path, folder.path]
        let out = Pipe()
        process.standardOutput = out
        try process.run()
        let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(text == "7\n", "\(text)")
    }

    @Test func pointsHaveLongitudeFirst() throws {
        let map = try object(geoJSON(sampleDirectory()))
        #expect(map["type"] as? String == "FeatureCollection")
        let features = try list(map["features"])
        #expect(features.count == 9)
        let geometry = try #require(features[0]["geometry"] as? [String: Any])
        #expect(geometry["type"] as? String == "Point" && geometry["coordinates"] as? [Double] == [4.3, 52.1])
        #expect(features[1]["geometry"] is NSNull)
        for feature in features {
            #expect(Set(feature.keys) == ["type", "id", "geometry", "properties"])
            #expect((feature["properties"] as? [String: Any])?["table"] != nil)
        }
        #expect(features.count { $0["geometry"] is [String: Any] } == 3, "an initiative and a date are where their place is")
    }
}
