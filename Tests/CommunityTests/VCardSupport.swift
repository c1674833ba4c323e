import CRDT
import Interchange
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A vCard file read to its end, and written again from its rows alone.
struct ReadCards {
    var taken: [ImportRow] = []
    var rejected: [RejectedLine] = []

    init(_ bytes: [UInt8], source: String = "phone", chunkByteCount: Int = 1 << 16) throws {
        var position = 0
        var cards = try VCardImport(source: source, identify: testIdentity) {
            let end = min(position + chunkByteCount, bytes.count)
            defer { position = end }
            return Array(bytes[position..<end])
        }
        while let line = try cards.next() {
            switch line {
            case .taken(let row): taken.append(row)
            case .rejected(let line): rejected.append(line)
            }
        }
    }

    init(_ text: String, source: String = "phone") throws { try self.init(Array(text.utf8), source: source) }

    var rows: [DraftRow] { taken.flatMap(\.rows) }
    func rows(_ table: String) -> [DraftRow] { rows.filter { $0.table == table } }

    /// The cards as the tables give them back.
    var written: [UInt8] {
        var out: [UInt8] = []
        for row in taken { write(row.rows, to: &out) }
        return out
    }
}

/// What a store would read of rows.
func write(_ rows: [DraftRow], to out: inout [UInt8]) {
    func texts(_ row: DraftRow) -> ContactCard.Row {
        var values: [String: String] = [:]
        for part in row.values {
            switch part.value {
            case .text(let bytes): values[part.name] = String(decoding: bytes, as: UTF8.self)
            case .integer(let number): values[part.name] = String(number)
            case .real(let number): values[part.name] = "\(number)"
            case .null, .blob: break
            }
        }
        return .init(id: row.key[0], values: values)
    }
    var all = rows.map(texts)
    let contact = all.removeFirst()
    let tables = rows.dropFirst().map(\.table)
    func children(_ table: String) -> [ContactCard.Row] {
        zip(tables, all).filter { $0.0 == table }.map(\.1).sorted { $0.id < $1.id }
    }
    VCardWriter(identify: testIdentity).append(
        ContactCard(contact: contact, points: children("contact_point"), addresses: children("address")), to: &out)
}

/// A property as it is meant: its name, and pieces of text that it holds. Written apart from the product's parser, so it looks at
/// less: no parameters, no order.
struct PlainProperty: Hashable {
    let name: String
    let text: String
}

/// What the lines of version 4.0 without folding say.
func plainProperties(_ lines: [String]) -> [PlainProperty] {
    lines.compactMap { line in
        guard let colon = valueColon(line) else { return nil }
        let name = line[..<colon].split(separator: ";")[0].split(separator: ".").last!.uppercased()
        let value = line[line.index(after: colon)...].replacing("\\n", with: " ").replacing("\\N", with: " ")
        return PlainProperty(name: name, text: String(value.filter { !$0.isWhitespace && $0 != "\\" }))
    }
}

private func valueColon(_ line: String) -> String.Index? {
    var isQuoted = false
    for index in line.indices {
        if line[index] == "\"" { isQuoted.toggle() }
        if line[index] == ":" && !isQuoted { return index }
    }
    return line.firstIndex(of: ":")
}

func unfolded(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).replacing("\r\n ", with: "").split(separator: "\r\n").map(String.init)
}

/// A folder of files from elsewhere, which are no part of the project: in KITH_REAL_FILES, or in `shared/data` beside it.
func realFiles(_ folder: String) -> URL? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let all = ProcessInfo.processInfo.environment["KITH_REAL_FILES"].map { URL(filePath: $0) }
        ?? root.deletingLastPathComponent().appending(path: "shared/data")
    let found = all.appending(path: folder)
    return FileManager.default.fileExists(atPath: found.path) ? found : nil
}
