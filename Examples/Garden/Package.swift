// swift-tools-version:6.2
// A second client of Kith: three tables of its own, and nothing but `import Kith`. Its tables are read and observed by GRDB too, because
// any SQLite library may.
import PackageDescription

let package = Package(
    name: "garden",
    dependencies: [
        .package(name: "kith", path: "../.."),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "GardenModel", dependencies: [.product(name: "Kith", package: "kith"), .product(name: "GRDB", package: "GRDB.swift")]),
        .executableTarget(name: "garden", dependencies: ["GardenModel", .product(name: "Kith", package: "kith")]),
        .testTarget(name: "GardenTests", dependencies: ["GardenModel", .product(name: "Kith", package: "kith")]),
    ],
    swiftLanguageModes: [.v6]
)
