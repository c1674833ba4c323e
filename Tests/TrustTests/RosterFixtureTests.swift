import CRDT
import Foundation
import Testing
import Trust
import Wire

/// Fixtures/trust/statements.json: statements with what follows from them, and statements that are refused.
///
/// `KITH_WRITE_FIXTURES=1` writes it. Boxes are random, so the roster with real keys is written once and only read afterwards;
/// histories and invalid statements must come out the same.
@Suite struct RosterFixtureTests {
    private static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures/trust/statements.json").standardizedFileURL

    private struct File: Codable {
        var roster: Space
        var histories: [History]
        var invalid: [Invalid]
    }

    /// A space with real keys, as its founder opens it.
    private struct Space: Codable {
        let founderSecret: String
        let statements: [String]
        let name: String
        let importSecret: String
        let labels: [String: String]
        let keys: [String: [String]]
        let erased: [[String]]
        let outcome: Outcome
    }

    private struct History: Codable, Equatable {
        let statements: [String]
        let outcome: Outcome
    }

    /// What follows from the statements.
    private struct Outcome: Codable, Equatable {
        let space: String
        let heads: [String]
        let digest: String
        let void: [String]
        let removed: [String]
        /// By device: number of the role.
        let roles: [String: Int]
        let currentEpoch: String
        let needsRotation: Bool
        let missingBoxes: [String]

        init(_ roster: Trust.Roster) {
            space = roster.space.description
            heads = roster.heads.map(\.description)
            digest = roster.digest.description
            void = roster.state.void.sorted().map(\.description)
            removed = roster.state.removed.sorted().map(\.description)
            roles = Dictionary(uniqueKeysWithValues: roster.state.members.map { ($0.key.description, Int($0.value.role.rawValue)) })
            currentEpoch = roster.state.currentEpoch(of: "people")?.id.description ?? ""
            needsRotation = roster.state.needsRotation("people")
            missingBoxes = roster.state.missingBoxes("people").map(\.description)
        }
    }

    /// Added to the first history.
    private struct Invalid: Codable, Equatable {
        let name: String
        let statement: String
        let code: String
    }

    @Test func theFileSaysWhatThisCodeSays() throws {
        if ProcessInfo.processInfo.environment["KITH_WRITE_FIXTURES"] == "1" { try write() }
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: RosterFixtureTests.url))
        try check(file.roster)
        #expect(try file.histories == histories(1...8))
        let invalid = try invalidStatements()
        #expect(file.invalid == invalid && invalid.count >= 30)
    }

    /// `KITH_WRITE_HISTORIES=FILE` writes a thousand histories for `Fixtures/trust/roster_model.py`, which shares no code with this.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["KITH_WRITE_HISTORIES"] != nil)) func historiesForTheModel() throws {
        let name = try #require(ProcessInfo.processInfo.environment["KITH_WRITE_HISTORIES"])
        try encoded(["histories": try histories(1...1_000)]).write(to: URL(fileURLWithPath: name))
    }

    private func write() throws {
        let folder = RosterFixtureTests.url.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = File(roster: try space(), histories: try histories(1...8), invalid: try invalidStatements())
        try encoded(file).write(to: RosterFixtureTests.url)
    }

    private func encoded(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.keyEncodingStrategy = .useDefaultKeys
        return try encoder.encode(value) + Data("\n".utf8)
    }

    private func histories(_ seeds: ClosedRange<UInt64>) throws -> [History] {
        try seeds.map { seed in
            let history = try RosterHistory(seed: seed)
            let roster = try Trust.Roster(statements: history.statements, verifying: false)
            return History(statements: history.statements.map(hex), outcome: Outcome(roster))
        }
    }

    // MARK: Valid

    private func space() throws -> Space {
        let scene = try RosterInputTests.Scene()
        let (roster, ring) = (scene.jan.roster, scene.jan.ring)
        let description = try roster.spaceDescription(with: ring)
        let labels = scene.jan.state.members.keys.map { ($0.description, roster.label(of: $0, with: ring) ?? "") }
        let keys = ring.scopes.map { scope in (scope, ring.keys(of: scope).map { hex($0.bytes) }.sorted()) }
        let erased = try scene.jan.state.erasures.flatMap { try $0.erasure.open(with: ring).records }.map { [$0.table, hex($0.key)] }
        return Space(
            founderSecret: hex(scene.jan.keys.secret), statements: scene.statements.map(hex), name: description.name,
            importSecret: hex(description.importSecret), labels: Dictionary(uniqueKeysWithValues: labels),
            keys: Dictionary(uniqueKeysWithValues: keys), erased: erased, outcome: Outcome(roster))
    }

    private func check(_ space: Space) throws {
        let keys = try #require(DeviceKeys(secret: try bytes(space.founderSecret)))
        let roster = try Trust.Roster(statements: try space.statements.map(bytes))
        let ring = roster.keys(for: keys)
        #expect(Outcome(roster) == space.outcome && roster.count == space.statements.count)
        #expect(try roster.spaceDescription(with: ring).name == space.name)
        #expect(try hex(roster.spaceDescription(with: ring).importSecret) == space.importSecret)
        for (device, member) in roster.state.members {
            #expect(member.label.open(of: device, with: ring) == space.labels[device.description])
        }
        for scope in ring.scopes { #expect(ring.keys(of: scope).map { hex($0.bytes) }.sorted() == space.keys[scope]) }
        #expect(ring.scopes.count == space.keys.count)
        let erased = try roster.state.erasures.flatMap { try $0.erasure.open(with: ring).records }.map { [$0.table, hex($0.key)] }
        #expect(erased == space.erased)
        for statement in space.statements {
            let read = try Statement(encoded: try bytes(statement))
            #expect(try hex(read.encodedBody) == hex(Array(StatedBytes.split(bytes(statement)).statement.dropLast(64))))
        }
    }

    // MARK: Invalid

    private func invalidStatements() throws -> [Invalid] {
        let history = try RosterHistory(seed: 1).statements
        let roster = try Trust.Roster(statements: history)
        return try InvalidStatements(roster).all.map { name, statement in
            var copy = roster
            var code = "none"
            do { try copy.add([statement]) } catch let error as WireError { code = error.code.rawValue }
            #expect(code != "none", "\(name)")
            return Invalid(name: name, statement: hex(statement), code: code)
        }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func bytes(_ text: String) throws -> [UInt8] {
        try stride(from: 0, to: text.utf8.count, by: 2).map { offset in
            try #require(UInt8(text.dropFirst(offset).prefix(2), radix: 16))
        }
    }
}
