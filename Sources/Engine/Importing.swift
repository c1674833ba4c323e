import Community
import CRDT
import Foundation
import Interchange
import Store
import Trust
import Wire

/// What the import of a list did, or would do.
package struct ListImportReport: Sendable {
    package var lineCount = 0
    package var rejected: [RejectedLine] = []
    package var rejectedCount = 0
    /// What was left out of lines that were taken, and what was decided on them: so many are listed, the others counted.
    package var remarks: [ImportRemark] = []
    package var remarkCount = 0
    package var unmappedHeaders: [String] = []
    package var encoding = ""
    package var rows = ImportReport()
}

/// How a list is to be read.
package struct ListImportOptions: Sendable {
    /// Names the list: with the same name its lines get the same ids on every laptop. nil: the file's name.
    package var source: String?
    /// HEADER=TARGET, as typed.
    package var rules: [String] = []
    /// The table to fill; nil: contacts with their points and addresses.
    package var table: String?
    package var overwrite = false
    package var dryRun = false

    package init() {}
}

extension Replica {
    /// So many rejected lines are listed; more are only counted.
    private static let listedRejectionCount = 100

    /// Reads a list of contacts (CSV or vCard), of gatherings (iCalendar) or of the rows of one table (CSV). The same file
    /// again changes nothing, on any laptop of the space.
    package func importList(
        _ path: String, _ options: ListImportOptions, progress: @escaping ProgressReport = { _ in }
    ) throws -> ListImportReport {
        let file = try FileChunks(path)
        let identity = ImportIdentity(space: identity.space)
        let list = try ListFile({ try file.next(CSVReader.chunkByteCount) }, named: path, options, store.schema)
        let chunks = list.chunks
        /// The file from its beginning, for a first reading.
        func again() throws -> () throws -> [UInt8] {
            let file = try FileChunks(path)
            return { try file.next(CSVReader.chunkByteCount) }
        }
        let source = options.source ?? ((path as NSString).lastPathComponent as NSString).deletingPathExtension
        var report = ListImportReport()
        var pending: [ImportTableRow] = []
        var pendingStart = 0
        // The line that the pending rows are of, and the last one that was found to be erased.
        var pendingLine = 0
        var erasedLine = 0

        /// One line's rows; nil at the end.
        let line: (RowsHere) throws -> [ImportTableRow]?
        func rejected(_ rejection: RejectedLine) -> [ImportTableRow] {
            report.rejectedCount += 1
            if report.rejected.count < Replica.listedRejectionCount { report.rejected.append(rejection) }
            return []
        }
        func taken(_ line: Int, _ rows: [ImportTableRow]) -> [ImportTableRow] {
            pendingLine = line
            return rows
        }
        func drafted(_ line: ContactImport.Line) -> [ImportTableRow] {
            switch line {
            case .taken(let row):
                report.remarkCount += row.remarks.count
                report.remarks += row.remarks.prefix(Replica.listedRejectionCount - report.remarks.count)
                return taken(row.line, row.rows.map(ImportTableRow.init))
            case .rejected(let rejection): return rejected(rejection)
            }
        }
        /// A line whose number stands for somebody else here is about another person: nothing of it goes to them.
        func settled(_ line: ContactImport.Line, _ here: RowsHere, _ other: () -> ContactImport.Line) throws -> ContactImport.Line {
            guard case .taken(let row) = line, row.uid != nil, try Replica.isOther(row, here) else { return line }
            return other()
        }
        switch list.kind {
        case .table(let table):
            var lines = try TableList(table, rules: options.rules, source: source, identify: identity.id, chunks: chunks)
            report.unmappedHeaders = lines.unmappedHeaders
            report.encoding = "\(lines.encoding)"
            line = { _ in
                switch try lines.next() {
                case .row(let row, let line): taken(line, [row])
                case .rejected(let rejection): rejected(rejection)
                case nil: nil
                }
            }
        case .contacts:
            let rules = try options.rules.map { try ColumnMap.Rule(parsing: $0) }
            let owners = try ContactImport.owners(rules: rules, chunks: again())
            var lines = try ContactImport(source: source, rules: rules, owners: owners, identify: identity.id, chunks: chunks)
            report.unmappedHeaders = lines.map.unmappedHeaders
            report.encoding = "\(lines.encoding)"
            line = { here in try lines.next().map { drafted(try settled($0, here) { lines.other() }) } }
        case .cards:
            let owners = try VCardImport.owners(chunks: again())
            var cards = try VCardImport(source: source, owners: owners, identify: identity.id, chunks: chunks)
            report.encoding = "\(cards.encoding)"
            line = { here in try cards.next().map { drafted(try settled($0, here) { cards.other() }) } }
        case .calendar:
            let survey = try CalendarImport.survey(chunks: again())
            var events = try CalendarImport(source: source, survey: survey, identify: identity.id, chunks: chunks)
            report.encoding = "\(events.encoding)"
            line = { _ in
                let event = try events.next()
                report.unmappedHeaders = events.unmappedProperties
                return event.map(drafted)
            }
        }
        report.rows = try store.importRows(
            overwrite: options.overwrite, dryRun: options.dryRun,
            progress: { count in
                progress(Progress(
                    .readingFile, doneByteCount: file.offset, totalByteCount: file.byteCount, itemCount: count))
            },
            erased: { _ in
                // All rows of a line belong to its first.
                guard erasedLine != pendingLine else { return }
                erasedLine = pendingLine
                _ = rejected(RejectedLine(line: pendingLine, reason: .erased))
            },
            { here in
                while pendingStart == pending.count {
                    guard let rows = try line(here) else { return nil }
                    report.lineCount += 1
                    pending = rows
                    pendingStart = 0
                }
                defer { pendingStart += 1 }
                return pending[pendingStart]
            })
        return report
    }

    /// Whether a row is here under a line's number, and is of somebody else.
    private static func isOther(_ row: ImportRow, _ here: RowsHere) throws -> Bool {
        guard let first = row.rows.first, first.table == "contact", let known = try here.texts("contact", first.key) else { return false }
        guard areSurelyTwo(ContactRows(contact: known), ContactRows(row.rows)) else { return false }
        // A number or address that is theirs already says it is them, whatever their name is now.
        return try !row.rows.contains { try $0.table == "contact_point" && here.texts($0.table, $0.key) != nil }
    }
}

extension ImportTableRow {
    fileprivate init(_ draft: DraftRow) {
        self.init(table: draft.table, key: draft.key, values: draft.values.map { ($0.name, $0.value) })
    }
}
