import Community
import CRDT

/// Reads a CSV list of contacts, one line at a time.
///
///     var lines = try ContactImport(source: "fatima", identify: identity.id, chunks: file.read)
///     show(lines.map.unmappedHeaders)
///     while let line = try lines.next() { … }
///
/// Invariant: the ids are a function of the source and the line's own text, so the same line gives the same rows on every
/// laptop and every time (DOMAIN.md, "Import").
package struct ContactImport {
    package enum Line: Sendable {
        case taken(ImportRow)
        case rejected(RejectedLine)
    }

    package let map: ColumnMap
    package var encoding: TextEncoding { reader.encoding }
    package var delimiter: UInt8 { reader.delimiter }

    private var reader: CSVReader
    private let drafter: ContactDrafter

    /// - Parameters:
    ///   - source: names the list. The same list must have the same name on every laptop; two lists, two names.
    ///   - identify: an id of 32 lower-case hexadecimal digits from parts; a keyed hash.
    package init(
        _ reader: CSVReader, source: String, rules: [ColumnMap.Rule] = [],
        identify: @escaping (_ parts: [String]) -> String
    ) throws {
        var reader = reader
        let header: CSVRow?
        do {
            header = try reader.next()
        } catch let error as CSVError {
            throw ImportError.badHeader(error.code)
        }
        guard let header else { throw ImportError.empty }
        map = try ColumnMap(headers: header.fields, rules: rules)
        drafter = ContactDrafter(map: map, source: source, identify: identify)
        self.reader = reader
    }

    package init(
        source: String, rules: [ColumnMap.Rule] = [], identify: @escaping (_ parts: [String]) -> String,
        chunks: @escaping () throws -> [UInt8]
    ) throws {
        try self.init(try CSVReader(chunks: chunks), source: source, rules: rules, identify: identify)
    }

    /// The next line that is not empty; nil at the end of the file.
    package mutating func next() throws -> Line? {
        while true {
            do {
                guard let row = try reader.next() else { return nil }
                let cells = row.fields.map { unmarked(trimmed($0)) }
                if cells.allSatisfy(\.isEmpty) { continue }
                switch drafter.draft(cells) {
                case .success(let rows): return .taken(ImportRow(line: row.line, rows: rows))
                case .failure(let reason): return .rejected(RejectedLine(line: row.line, reason: reason))
                }
            } catch let error as CSVError {
                return .rejected(RejectedLine(line: error.line, reason: .malformed(error.code)))
            }
        }
    }
}

extension RejectedLine.Reason: Error {}
