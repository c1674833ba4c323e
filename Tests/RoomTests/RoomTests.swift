import Foundation
import Testing

/// The walls between the rooms, and that Protocol.md says what the code does. Read as text, because the compiler guards
/// neither.
@Suite struct RoomTests {
    /// What a room may import beside what it is made of itself: the rooms below it, and the libraries that only it has.
    private struct Walls {
        let rooms: Set<String>
        let libraries: Set<String>
        init(_ rooms: Set<String>, _ libraries: Set<String> = []) {
            self.rooms = rooms
            self.libraries = libraries
        }
    }

    /// The rooms (Docs/Engine.md, "Rooms"). `Foundation` is the operating system: files, dates, processes.
    private static let walls: [String: Walls] = [
        "CRDT": Walls([]),
        "Words": Walls(["CRDT"]),
        "Platform": Walls(["Words"], ["Glibc"]),
        "Device": Walls(["CRDT", "Trust", "Wire", "Words"], ["Foundation", "Glibc"]),
        "BundleFile": Walls(["CRDT", "Trust", "Wire", "Words"], ["Glibc"]),
        "Schema": Walls(["CRDT"]),
        "Wire": Walls(["CRDT"], ["CZstd", "Crypto", "Synchronization"]),
        "Trust": Walls(["CRDT", "Wire", "Words"],
            ["Crypto", "CryptoExtras", "Foundation"]),
        "Sync": Walls(["CRDT", "Wire"]),
        "Community": Walls(["CRDT", "Schema", "Words"]),
        "Interchange": Walls(["CRDT", "Community", "Schema", "Words"],
            ["Foundation"]),
        "SQLite": Walls(["CRDT"], ["CSQLite", "Glibc", "Synchronization"]),
        "Store": Walls(["CRDT", "Community", "Schema", "SQLite", "Wire", "Words"],
            ["Foundation", "Synchronization"]),
        "SpaceFiles": Walls(["CRDT", "Relay", "SQLite", "Wire"], ["Foundation", "Glibc", "Synchronization"]),
        "PostgresStore": Walls(["CRDT", "Relay", "Wire"], ["CPostgres", "Foundation", "Glibc", "Synchronization"]),
        "Transport": Walls(["CRDT", "Trust", "Wire", "Words"],
            ["Crypto", "Dispatch", "Foundation", "Glibc", "Logging", "NIOCore", "NIOPosix", "NIOSSL", "NIOTLS", "Synchronization", "X509"]),
        "Engine": Walls(["BundleFile", "CRDT", "Community", "Device", "Interchange", "Platform", "Schema", "Store", "Sync", "Transport", "Trust", "Wire", "Words"],
            ["Foundation", "Glibc", "Logging", "Synchronization"]),
        "Kith": Walls(["CRDT", "Device", "Engine", "Schema", "Store", "Transport", "Trust", "Words"], ["Foundation", "Glibc", "Synchronization"]),
        "Relay": Walls(["CRDT", "Sync", "Trust", "Wire"]),
        "Hub": Walls(
            ["CRDT", "Relay", "Sync", "Transport", "Trust", "Wire"], ["Dispatch", "Foundation", "Logging", "Synchronization"]),
        "RelayService": Walls(["BundleFile", "CRDT", "Device", "Hub", "Platform", "PostgresStore", "Relay", "SpaceFiles", "Transport", "Trust", "Wire", "Words"],
            ["Configuration", "CoreMetrics", "Dispatch", "Foundation", "Glibc", "Hummingbird", "Logging", "Metrics", "ServiceLifecycle", "Synchronization"]),
        "kith-relay": Walls(["Device", "Platform", "RelayService", "Trust", "Words"],
            ["ArgumentParser", "Dispatch", "Foundation", "Glibc", "Logging", "ServiceLifecycle", "UnixSignals"]),
        "Simulator": Walls(["BundleFile", "CRDT", "Community", "Device", "Engine", "Hub", "Relay", "Schema", "SpaceFiles", "Store", "Sync", "Transport", "Trust", "Wire", "Words"],
            ["CFaultyDisk", "Dispatch", "Foundation", "Glibc", "Synchronization"]),
        "QR": Walls([], ["CQRencode"]),
        "Page": Walls(["CRDT", "Community", "Device", "Engine", "Interchange", "Platform", "QR", "SQLite", "Schema", "Store", "Trust", "Words"],
            ["Dispatch", "Foundation", "Glibc", "Hummingbird", "HummingbirdCore", "Logging", "Mustache", "Synchronization"]),
        "kith": Walls(["BundleFile", "CRDT", "Community", "Device", "Engine", "Interchange", "Page", "Platform", "QR", "Schema", "Store", "Trust", "Wire", "Words"],
            ["ArgumentParser", "Dispatch", "Foundation", "Glibc", "Logging", "Synchronization"]),
        "kith-sim": Walls(["CRDT", "Simulator"], ["ArgumentParser", "Foundation", "Glibc"]),
        "kith-crash": Walls(["Simulator"], ["ArgumentParser", "CFaultyCalls", "Foundation", "Glibc"]),
    ]

    /// Rooms that ask nobody for the time, for chance or for the environment: these come in as parameters.
    private static let withoutClock: Set<String> = ["BundleFile", "CRDT", "Schema", "Words", "Wire", "Trust", "Sync", "Community", "Interchange", "SQLite", "Store", "Simulator", "Relay", "SpaceFiles",
        "PostgresStore", "QR"]

    private static let clocksAndChance = [
        "Date()", "Date.now", "SystemRandomNumberGenerator", "ProcessInfo", "ContinuousClock", "SuspendingClock", "DispatchTime",
        "clock_gettime", "gettimeofday", ".random(", ".randomElement(", ".shuffled()", "arc4random", "UUID()",
    ]

    // MARK: Walls

    @Test(arguments: walls.keys.sorted()) func roomsImportOnlyWhatIsBelow(room: String) throws {
        let walls = try #require(RoomTests.walls[room])
        for file in try Sources.files(of: Sources.room(room)) {
            for imported in file.imports where !walls.rooms.contains(imported) && !walls.libraries.contains(imported) {
                // Mutations are broken rules of a build of their own.
                if file.name == "Sources/Core/CRDT/Mutation.swift", imported == "Foundation" { continue }
                Issue.record("\(file.name) imports \(imported)")
            }
        }
    }

    @Test func everyRoomHasWalls() throws {
        // In C: libraries of the system, and a disk for tests.
        let systemLibraries: Set<String> = ["CFaultyCalls", "CFaultyDisk", "CPostgres", "CQRencode", "CSQLite", "CZstd"]
        let rooms = try Sources.folders(of: "Sources").flatMap { try Sources.folders(of: "Sources/\($0)") }
        #expect(Set(rooms).subtracting(systemLibraries) == Set(RoomTests.walls.keys))
        #expect(Set(rooms).count == rooms.count, "two rooms of one name")
    }

    /// The target list is the diagram: what it says is what the walls allow.
    @Test func thePackageSaysTheSame() throws {
        let libraries = ["crypto": "Crypto", "logging": "Logging", "nioCore": "NIOCore", "nioPosix": "NIOPosix",
                         "nioSSL": "NIOSSL", "nioTLS": "NIOTLS", "x509": "X509", "cryptoExtras": "CryptoExtras",
                         "argumentParser": "ArgumentParser", "configuration": "Configuration", "coreMetrics": "CoreMetrics",
                         "hummingbird": "Hummingbird", "hummingbirdCore": "HummingbirdCore", "lifecycle": "ServiceLifecycle", "metrics": "Metrics", "mustache": "Mustache", "postgres": "CPostgres", "unixSignals": "UnixSignals"]
        let line = /(?:room|program)\(\s*"(?:[A-Za-z]+\/)?([A-Za-z-]+)"(?:,\s*\[([^\]]*)\])?/
        var seen: Set<String> = []
        for match in try Sources.text("Package.swift").matches(of: line) {
            let room = String(match.1)
            guard let walls = RoomTests.walls[room] else {
                #expect(room == "kith-bench", "\(room) has no walls here")
                continue
            }
            seen.insert(room)
            let named = (match.2 ?? "").split(separator: ",").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " \"\n")) }
            for name in named {
                let name = libraries[name] ?? name
                #expect(walls.rooms.contains(name) || walls.libraries.contains(name), "\(room) may not depend on \(name)")
            }
            for below in walls.rooms { #expect(named.contains(below), "\(room) should depend on \(below), or have no door to it") }
        }
        #expect(seen == Set(RoomTests.walls.keys))
    }

    @Test func onlyOneRoomHasSQLiteAndOnlyTransportHasSockets() throws {
        for (room, walls) in RoomTests.walls {
            #expect(!walls.libraries.contains("CSQLite") || room == "SQLite", "\(room)")
            #expect(!walls.libraries.contains("CPostgres") || room == "PostgresStore", "\(room)")
            #expect(!walls.libraries.contains("Hummingbird") || ["Page", "RelayService"].contains(room), "\(room)")
            #expect(walls.libraries.isDisjoint(with: ["NIOCore", "NIOPosix"]) || room == "Transport", "\(room)")
            #expect(!walls.rooms.isSuperset(of: ["Store", "Transport"]) || ["Engine", "Kith", "Simulator"].contains(room), "\(room)")
        }
    }

    /// A relay reads no table, merges nothing and knows no domain: what its program links has none of that.
    @Test func theRelaysProgramStandsOnNoReplica() throws {
        var reached: Set<String> = []
        var next = ["kith-relay"]
        while let room = next.popLast() {
            guard reached.insert(room).inserted else { continue }
            next += try #require(RoomTests.walls[room]).rooms
        }
        #expect(reached.isDisjoint(with: ["Store", "Engine", "Community", "Interchange"]), "\(reached.sorted())")
        #expect(reached.isSuperset(of: ["Relay", "Hub", "SpaceFiles", "SQLite", "Transport"]))
    }

    @Test(arguments: withoutClock.sorted()) func nobodyBelowTheEngineAsksTheClock(room: String) throws {
        for file in try Sources.files(of: Sources.room(room)) where file.name != "Sources/Core/CRDT/Mutation.swift" {
            for found in file.code(with: RoomTests.clocksAndChance) { Issue.record("\(file.name):\(found.number) uses \(found.word)") }
        }
    }

    // MARK: Files

    @Test func filesStayReadable() throws {
        for file in try Sources.files(of: "Sources") + Sources.files(of: "Tests") + Sources.files(of: "Benchmarks") {
            #expect(file.lines.count <= 450, "\(file.name) has \(file.lines.count) lines")
        }
    }

    @Test func nothingTrapsOnBadInput() throws {
        for file in try Sources.files(of: "Sources") + Sources.files(of: "Benchmarks") {
            for found in file.code(with: ["try!", "fatalError(", " as! "]) {
                Issue.record("\(file.name):\(found.number) has \(found.word)")
            }
        }
    }

    @Test func nothingIsPublicOrUnfinished() throws {
        for file in try Sources.files(of: "Sources") {
            let declarations = ["final", "static", "struct", "class", "enum", "func", "let", "var", "protocol", "extension"]
            // The face that other programs see, and nothing else.
            let isFace = file.name.hasPrefix("Sources/Replica/Kith/")
            for found in file.code(with: declarations.flatMap { ["public \($0) ", "open \($0) "] }) where !isFace {
                Issue.record("\(file.name):\(found.number) is \(found.word)")
            }
            for (offset, line) in file.lines.enumerated() where line.contains("TODO") || line.contains("FIXME") {
                Issue.record("\(file.name):\(offset + 1) is unfinished")
            }
        }
    }

    // MARK: Protocol.md

    /// Every limit stands in the table of Protocol.md with its value.
    @Test func limitsStandInTheProtocol() throws {
        let declaration = /static let (\w+) = ([0-9_]+)(?: << ([0-9]+))?$/
        let rows = try Sources.text("Protocol.md").split(separator: "\n").filter { $0.hasPrefix("|") }
        var count = 0
        for file in try Sources.files(of: Sources.room("Wire")) where file.name.hasSuffix("Limits.swift") {
            for line in file.lines.lazy.filter({ $0.contains("static let") }) {
                let match = try #require(line.firstMatch(of: declaration), "\(line)")
                let factor = try #require(Int(match.2.filter { $0 != "_" }))
                let value = factor << (match.3.flatMap { Int($0) } ?? 0)
                let name = String(match.1)
                let row = rows.first { $0.contains("`\(name)`") }
                #expect(row?.contains(" \(Sources.grouped(value)) ") == true, "\(name) = \(Sources.grouped(value)): \(row ?? "no row")")
                count += 1
            }
        }
        #expect(count >= 32)
    }

    /// Every limit is asked for somewhere: one that nobody enforces is a sentence that is not true.
    @Test func limitsAreInUse() throws {
        let limits = try Sources.text("Sources/Core/Wire/Limits.swift").matches(of: #/static let (\w+) = /#).map { String($0.1) }
        #expect(limits.count >= 40)
        let sources = try Sources.files(of: "Sources").filter { !$0.name.hasSuffix("Wire/Limits.swift") }.map { $0.lines.joined(separator: "\n") }
        let tests = try Sources.files(of: "Tests").map { $0.lines.joined(separator: "\n") }
        for limit in limits {
            let use = try Regex("Limits\\.\(limit)\\b")
            #expect(sources.contains { $0.contains(use) }, "nobody enforces \(limit)")
            #expect(tests.contains { $0.contains(use) }, "no test goes to the edge of \(limit)")
        }
    }

    /// Every code stands in the registry of Protocol.md, and every code of the registry in the sources.
    @Test func errorCodesStandInTheProtocol() throws {
        let protocolText = try Sources.text("Protocol.md")
        let source = try Sources.text("Sources/Core/Wire/WireError.swift")
        let codes = source.split(separator: "\n").compactMap { line -> String? in
            guard let match = line.firstMatch(of: /^        case (\w+)(?: = "([a-z-]+)")?$/) else { return nil }
            return String(match.2 ?? match.1)
        }
        #expect(codes.count >= 12)
        let section = try #require(protocolText.split(separator: "\n## ").first { $0.hasPrefix("Errors") || $0.contains(" Errors\n") })
        let registered = section.matches(of: /\n\| `([a-z-]+)` \|/).map { String($0.1) }
        let refusals = try Sources.text("Sources/Core/Sync/SessionRefusal.swift").matches(of: /static let \w+ = "([a-z-]+)"/).map { String($0.1) }
        #expect(Set(registered) == Set(codes + refusals), "registry: \(registered), code: \(codes + refusals)")
    }

    /// Every type of frame stands in the table of Protocol.md under its number.
    @Test func frameTypesStandInTheProtocol() throws {
        let source = try Sources.text("Sources/Core/Wire/Frames/MessageCoding.swift")
        let block = try #require(source.firstMatch(of: /enum Kind: UInt8 \{([^}]*)\}/)?.1)
        let cases = block.split(separator: "\n").filter { !$0.contains("//") }.joined(separator: "\n")
        var number = 0
        var count = 0
        let text = try Sources.text("Protocol.md")
        for match in (cases + "\n").matches(of: /(\w+)(?: = (\d+))?(?=[,\n])/) {
            number = match.2.flatMap { Int($0) } ?? number + 1
            count += 1
            #expect(text.contains("\n| \(number) | `\(match.1)` |"), "\(number) \(match.1)")
        }
        #expect(count == 21)
    }

    /// What is signed, derived from or hashed for a purpose stands in Protocol.md, and so does each file's first line.
    @Test func purposesStandInTheProtocol() throws {
        let text = try Sources.text("Protocol.md")
        var count = 0
        for file in try Sources.files(of: Sources.room("Trust")) + Sources.files(of: Sources.room("Wire")) {
            for line in file.lines where !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") {
                for match in line.matches(of: /"((?:kith [a-z ]+|KITH [A-Z ]+) 1)[ "\\]/) {
                    #expect(text.contains("`\(match.1)"), "\(file.name): \(match.1)")
                    count += 1
                }
            }
        }
        #expect(count >= 15, "\(count)")
    }

    /// Every kind of statement stands in the table of Protocol.md under its number.
    @Test func statementKindsStandInTheProtocol() throws {
        let source = try Sources.text("Sources/Core/Trust/Roster/StatementCoding.swift")
        let block = try #require(source.firstMatch(of: /enum Kind: UInt8 \{([^}]*)\}/)?.1)
        let names = block.matches(of: /(\w+)(?: = 1)?(?=[,\n])/).map { String($0.1) }.filter { $0 != "case" && $0 != "1" }
        let text = try Sources.text("Protocol.md")
        #expect(names.count == 12, "\(names)")
        for (index, name) in names.enumerated() {
            #expect(text.contains("\n| \(index + 1) | \(name) |"), "\(index + 1) \(name)")
        }
    }

    /// The private tables of a replica file are named in Protocol.md: nobody else should use these names.
    @Test func privateTablesStandInTheProtocol() throws {
        let text = try Sources.text("Protocol.md")
        let tables = try Sources.text("Sources/Replica/Store/Log/Layout.swift").matches(of: /create table (kith_\w+)/).map { String($0.1) }
        #expect(tables.count >= 20)
        for table in tables { #expect(text.contains("`\(table)`"), "\(table)") }
    }

    /// Files that Protocol.md names are there.
    @Test func filesNamedByTheProtocolExist() throws {
        for match in try Sources.text("Protocol.md").matches(of: /`(Fixtures\/[A-Za-z0-9_.\/-]+)`/) {
            #expect(FileManager.default.fileExists(atPath: Sources.url(String(match.1)).path), "\(match.1)")
        }
    }
}
