import Foundation
import Testing

/// One vector: fields by name.
typealias Vector = [String: Field]

/// A field of a vector, as it stands in JSON: bytes are lower-case hexadecimal.
enum Field: Codable, ExpressibleByStringLiteral {
    case text(String), number(Int), list([Field])

    init(stringLiteral value: String) { self = .text(value) }

    static func hex(_ bytes: [UInt8]) -> Field {
        let digits = Array("0123456789abcdef".utf8)
        return .text(String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self))
    }

    /// nil unless it is bytes.
    var bytes: [UInt8]? {
        guard case .text(let text) = self, text.utf8.count % 2 == 0 else { return nil }
        let digits = text.compactMap { $0.hexDigitValue.map(UInt8.init) }
        guard digits.count == text.utf8.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else {
            self = .list(try container.decode([Field].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .list(let list): try container.encode(list)
        }
    }
}

extension Vector {
    func bytes(_ name: String) throws -> [UInt8] { try #require(self[name]?.bytes, "\(name)") }

    func list(_ name: String) throws -> [[UInt8]] {
        guard case .list(let fields) = self[name] else { return [] }
        return try fields.map { try #require($0.bytes) }
    }
}

/// The files of Fixtures/trust.
enum Fixtures {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures/trust").standardizedFileURL
    private static let writes = ProcessInfo.processInfo.environment["KITH_WRITE_FIXTURES"] == "1"

    /// What the file holds is what this code writes.
    static func check(_ name: String, _ vectors: [Vector]) throws {
        let bytes = try encoded(vectors)
        if writes { try write(name, bytes) }
        #expect(try Data(contentsOf: folder.appendingPathComponent(name)) == bytes, "\(name) differs from what this code writes")
    }

    /// What the file holds. It is written when it is not there: what it holds cannot be made twice.
    static func once(_ name: String, _ make: () throws -> [Vector]) throws -> [Vector] {
        let url = folder.appendingPathComponent(name)
        if writes, !FileManager.default.fileExists(atPath: url.path) { try write(name, try encoded(try make())) }
        let vectors = try JSONDecoder().decode([Vector].self, from: try Data(contentsOf: url))
        #expect(!vectors.isEmpty)
        return vectors
    }

    private static func encoded(_ vectors: [Vector]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(vectors) + Data("\n".utf8)
    }

    private static func write(_ name: String, _ bytes: Data) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try bytes.write(to: folder.appendingPathComponent(name))
    }
}
