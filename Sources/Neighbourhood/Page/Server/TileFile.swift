import CRDT
import Foundation
import SQLite

/// A map in pieces, as MBTiles has it (https://github.com/mapbox/mbtiles-spec, version 1.3): a SQLite file of pictures of 256 by 256, in a pyramid.
///
/// It comes from anywhere, so it is only asked for pictures: from tables, never by a view of its own, and each small and of a kind that is known.
struct TileFile: Sendable {
    enum Fault: Error, Equatable {
        case missing
        /// Not a SQLite file, or without pictures where MBTiles has them.
        case foreign
        /// Of another kind than pictures, such as "pbf": shapes, which need a program to draw them.
        case kind(String)
    }

    /// Bytes of one picture: what maps have is a tenth of it.
    static let tileByteCount = 1 << 20
    private static let zoomLimit = 22

    let path: String
    /// What of the pyramid there is.
    let zooms: ClosedRange<Int>
    private let query: String

    /// - Throws: `Fault`; `SQLiteError`, for what cannot be read.
    init(_ path: String) throws {
        switch try DatabaseFile.header(of: path, followsLinks: true) {
        case .missing: throw Fault.missing
        case .foreign: throw Fault.foreign
        case .sqlite: break
        }
        let (query, zooms, kind) = try TileFile.asking(path) { connection -> (String, ClosedRange<Int>, String) in
            func isTable(_ name: String) throws -> Bool {
                try !connection.texts("select name from sqlite_schema where type = 'table' and name = ? and sql not like 'create virtual%'", name).isEmpty
            }
            let isPlain = try isTable("tiles")
            // What many programs make: equal pictures once, and a view over both, which is not asked.
            guard try isPlain || isTable("map") && isTable("images") else { throw Fault.foreign }
            let kind = try isTable("metadata") ? connection.texts("select value from metadata where name = ?", "format").first ?? "png" : "png"
            let places = isPlain ? "tiles" : "map"
            guard let low = try connection.number("select min(zoom_level) from \(places)"), let high = try connection.number("select max(zoom_level) from \(places)"),
                0 <= low, low <= high, high <= Int64(TileFile.zoomLimit)
            else { throw Fault.foreign }
            return (
                isPlain
                    ? "select tile_data from tiles where zoom_level = ?1 and tile_column = ?2 and tile_row = ?3 and length(tile_data) <= ?4 limit 1"
                    : "select images.tile_data from map join images on images.tile_id = map.tile_id where map.zoom_level = ?1 and map.tile_column = ?2 and map.tile_row = ?3 and length(images.tile_data) <= ?4 limit 1",
                Int(low)...Int(high), kind
            )
        }
        guard ["png", "jpg", "jpeg", "webp"].contains(kind.lowercased()) else { throw Fault.kind(String(kind.prefix(20))) }
        (self.path, self.zooms, self.query) = (path, zooms, query)
    }

    /// One picture, with its type; nil where there is none, or it is none.
    ///
    /// - Parameters:
    ///   - row: from the north, as pages count; the file counts from the south.
    func tile(zoom: Int, column: Int, row: Int) throws -> (bytes: [UInt8], type: String)? {
        guard zooms.contains(zoom), case let side = 1 << zoom, (0..<side).contains(column), (0..<side).contains(row) else { return nil }
        let bytes: [UInt8]? = try TileFile.asking(path) { connection in
            let statement = try connection.statement(query)
            for (index, value) in [zoom, column, side - 1 - row, TileFile.tileByteCount].enumerated() { statement.bind(Int32(index + 1), value) }
            return try statement.step() ? Array(statement.bytes(0)) : nil
        }
        return bytes.flatMap { bytes in TileFile.type(of: bytes).map { (bytes, $0) } }
    }

    /// By what it begins with: what a file says of itself is not asked.
    static func type(of bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) { return "image/webp" }
        return nil
    }

    /// A file on a stick that may not be written to is read all the same.
    private static func asking<Result>(_ path: String, _ body: (Connection) throws -> Result) throws -> Result {
        let hasLog = FileManager.default.fileExists(atPath: path + "-wal")
        let connection = try Connection(path, mode: hasLog ? .read : .readUnchanging, options: .init(followsLinks: true))
        defer { connection.close() }
        try connection.letOnlyAsk()
        return try body(connection)
    }
}
