// swift-tools-version:6.2
// The target list is the diagram: pure rooms first, then SQLite, sockets, and the thin executables.
// KITH_MUTANTS=1 builds the switches that break a rule on purpose (`make mutants`); never set it for a program people use.
import PackageDescription

let strict: [SwiftSetting] =
    [.treatAllWarnings(as: .error)] + (Context.environment["KITH_MUTANTS"] == "1" ? [.define("MUTANTS")] : [])

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let postgres: Target.Dependency = .target(name: "CPostgres", condition: .when(traits: ["Postgres"]))
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")

// A room stands in a wing: "Core/CRDT" is the target CRDT in Sources/Core.
func name(_ place: String) -> String { place.split(separator: "/").last.map(String.init) ?? place }

func room(_ place: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name(place), dependencies: dependencies, path: "Sources/\(place)", resources: resources, swiftSettings: strict)
}

func program(_ place: String, _ dependencies: [Target.Dependency], path: String? = nil) -> Target {
    .executableTarget(name: name(place), dependencies: dependencies, path: path ?? "Sources/\(place)", swiftSettings: strict)
}

func suite(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "kith",
    products: [
        .library(name: "Kith", targets: ["Kith"]),
        .executable(name: "kith", targets: ["kith"]),
        .executable(name: "kith-relay", targets: ["kith-relay"]),
    ],
    traits: [.trait(name: "Postgres", description: "Relays that share their spaces in a PostgreSQL database; needs libpq-dev.")],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        .systemLibrary(name: "CPostgres", path: "Sources/System/CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CQRencode", path: "Sources/System/CQRencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CSQLite", path: "Sources/System/CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZstd", path: "Sources/System/CZstd", providers: [.apt(["libzstd-dev"])]),

        // Pure: no IO, no clock, no randomness of their own.
        room("Core/CRDT"),
        room("Core/Words", ["CRDT"]),
        // Tables as data: what a client gives the engine.
        room("Core/Schema", ["CRDT"]),
        room("Core/Wire", ["CRDT", "CZstd", crypto]),
        room("Core/Trust", ["CRDT", "Wire", "Words", crypto, cryptoExtras]),
        room("Core/Sync", ["CRDT", "Wire"]),
        room("Relay/Relay", ["CRDT", "Sync", "Trust", "Wire"]),
        room("Neighbourhood/Community", ["CRDT", "Schema", "Words"]),
        room("Neighbourhood/Interchange", ["CRDT", "Community", "Schema", "Words"]),

        // What every program has of this machine: its terminal, its own files, bundles as files.
        room("Core/Platform", ["Words"]),
        room("Core/Device", ["CRDT", "Trust", "Wire", "Words"]),
        room("Core/BundleFile", ["CRDT", "Trust", "Wire", "Words"]),

        // The one room that calls SQLite, a replica's file on it, and a relay's spaces as files of their own.
        room("Replica/SQLite", ["CRDT", "CSQLite"]),
        room("Replica/Store", ["CRDT", "Community", "Schema", "SQLite", "Wire", "Words"]),
        room("Relay/SpaceFiles", ["CRDT", "Relay", "SQLite", "Wire"]),
        // The same in PostgreSQL, for several relay processes; empty without the trait.
        room("Relay/PostgresStore", ["CRDT", "Relay", "Wire", postgres]),
        // The one room with sockets.
        room("Replica/Transport", ["CRDT", "Trust", "Wire", "Words", crypto, logging, nioCore, nioPosix, nioSSL, nioTLS, x509]),

        // The only caller of Store and Transport together.
        room("Replica/Engine", ["BundleFile", "CRDT", "Community", "Device", "Interchange", "Platform", "Schema", "Store", "Sync", "Transport", "Trust", "Wire", "Words", logging]),
        // The face for other programs: the only public room.
        room("Replica/Kith", ["CRDT", "Device", "Engine", "Schema", "Store", "Transport", "Trust", "Words"]),
        // Codes that a camera reads, as squares.
        room("Neighbourhood/QR", ["CQRencode"]),
        // The page for people who do not type commands: HTTP on this machine alone.
        room("Neighbourhood/Page", ["Community", "CRDT", "Device", "Engine", "Interchange", "Platform", "QR", "SQLite", "Schema", "Store", "Trust", "Words", hummingbird, hummingbirdCore, logging, mustache],
             resources: [.embedInCode("Assets/kith.css"), .embedInCode("Assets/kith.js"), .embedInCode("Assets/kith.svg")]),
        program("Neighbourhood/kith", ["BundleFile", "Community", "CRDT", "Device", "Engine", "Interchange", "Page", "Platform", "QR", "Schema", "Store", "Trust", "Wire", "Words", argumentParser, logging]),

        // A space's deltas for those who are not there at the same hour: kept and passed on, unread.
        room("Relay/Hub", ["CRDT", "Relay", "Sync", "Transport", "Trust", "Wire", logging]),
        room("Relay/RelayService", ["BundleFile", "CRDT", "Device", "Hub", "Platform", "PostgresStore", "Relay", "SpaceFiles", "Transport", "Trust", "Wire", "Words", configuration, coreMetrics, hummingbird, lifecycle, logging, metrics]),
        program("Relay/kith-relay", ["Device", "Platform", "RelayService", "Trust", "Words", argumentParser, lifecycle, logging, unixSignals]),

        // The disk below SQLite, which is cut from its power and fails: for tests alone.
        .target(name: "CFaultyDisk", dependencies: ["CSQLite"], path: "Sources/Proof/CFaultyDisk"),
        // The same for the system's calls: in the one program that links it.
        .target(name: "CFaultyCalls", dependencies: ["CFaultyDisk"], path: "Sources/Proof/CFaultyCalls"),
        // The same code on virtual time, network and disk, beside a naive oracle.
        room("Proof/Simulator", ["BundleFile", "CFaultyDisk", "CRDT", "Community", "Device", "Engine", "Hub", "Relay", "Schema", "SpaceFiles", "Store", "Sync", "Transport", "Trust", "Wire", "Words"]),
        program("Proof/kith-sim", ["CRDT", "Simulator", argumentParser]),
        program("Proof/kith-crash", ["CFaultyCalls", "Simulator", argumentParser]),
        program("kith-bench", [
            "BundleFile", "CRDT", "Community", "CSQLite", "CZstd", "Device", "Engine", "Interchange", "Kith", "PostgresStore", "Relay", "Schema", "SpaceFiles", "Store", "Sync", "Transport", "Trust", "Wire",
            argumentParser, crypto, logging, nioCore, nioPosix, nioSSL, x509,
        ], path: "Benchmarks"),

        suite("CRDTTests", ["CRDT", "Simulator"]),
        suite("WireTests", ["CRDT", "Wire", "Trust"]),
        suite("TrustTests", ["CRDT", "Trust", "Wire", crypto]),
        suite("SyncTests", ["CRDT", "Sync", "Wire"]),
        suite("CommunityTests", ["CRDT", "Community", "Interchange", "Schema", "Words"]),
        suite("SQLiteTests", ["CRDT", "SQLite"]),
        suite("StoreTests", ["CRDT", "Community", "Schema", "Words", "Store", "Trust", "Wire", "CSQLite"]),
        suite("EngineTests", ["BundleFile", "Device", "Words", "CRDT", "Community", "Engine", "Interchange", "Relay", "Schema", "Store", "Sync", "Transport", "Trust", "Wire"]),
        suite("KithTests", ["Kith"]),
        suite("SimulatorTests", ["CRDT", "Simulator", "SQLite"]),
        suite("RelayTests", ["CRDT", "Relay", "Sync", "Trust", "Wire"]),
        suite("SpaceStoreTests", ["CRDT", "PostgresStore", "Relay", "SpaceFiles", "Wire"]),
        suite("RelayServiceTests", ["CRDT", "Device", "Words", "Hub", "Relay", "RelayService", "SpaceFiles", "Sync", "Trust", "Wire", coreMetrics, lifecycle, logging]),
        suite("PageTests", ["Community", "CRDT", "Device", "Engine", "Page", "SQLite", "Schema", "Store"]),
        suite("WordsTests", ["Words"]),
        suite("CommandTests", []),
        suite("RoomTests", []),
    ],
    swiftLanguageModes: [.v6]
)
