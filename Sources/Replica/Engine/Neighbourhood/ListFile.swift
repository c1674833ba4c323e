import Community
import Interchange
import Schema
import Store
import Trust
import Wire

/// A list that somebody wants in: what kind it is, told by what it begins with, and its bytes from the beginning.
struct ListFile {
    enum Kind {
        /// CSV with headers of any kind.
        case contacts
        /// CSV headed by a table's columns.
        case table(Table)
        case cards
        case calendar
    }

    let kind: Kind
    let chunks: () throws -> [UInt8]

    /// - Parameter next: the next bytes; none at the end.
    /// - Throws: `unknownName` for a table that is not there; `notForThisFile` for a map or a table with cards or a calendar.
    init(_ next: @escaping () throws -> [UInt8], named path: String, _ options: ListImportOptions, _ schema: Schema) throws {
        let beginning = try next()
        if beginning.starts(with: PublicHead.magic.dropLast(2)) { throw WireError(.published, in: "magic line", at: 0) }
        var isFirst = true
        chunks = {
            defer { isFirst = false }
            return isFirst ? beginning : try next()
        }
        // In any encoding: the letters alone.
        let letters = String(decoding: beginning.prefix(512).filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self).uppercased()
        let ending = path.split(separator: ".").last?.lowercased() ?? ""
        let isCalendar = letters.hasPrefix("BEGIN:VCALENDAR")
        let isCSV = !options.rules.isEmpty || options.table != nil
        guard !isCSV || !(isCalendar || letters.hasPrefix("BEGIN:VCARD")) else { throw EngineError(.notForThisFile, path) }
        if letters.hasPrefix("BEGIN:VCARD") || (["vcf", "vcard"].contains(ending) && !isCSV) {
            kind = .cards
        } else if isCalendar || (["ics", "ical"].contains(ending) && !isCSV) {
            kind = .calendar
        } else if let name = options.table, name != "contact" {
            guard let table = schema[name] else { throw StoreError(.unknownName, name) }
            kind = .table(table)
        } else {
            var isGiven = false
            var reader = try? CSVReader {
                defer { isGiven = true }
                return isGiven ? [] : beginning
            }
            let headers = (try? reader?.next())?.fields ?? []
            kind = options.rules.isEmpty ? TableList.owner(of: headers, in: schema).map { .table($0) } ?? .contacts : .contacts
        }
    }
}
