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
        let source = options.source ?? ((path as NSString).lastPathComponent as NSString).deletingPathExtension
        var report = ListImportReport()
        var pending: [ImportTableRow] = []
        var pendingStart = 0
        // The line that the pending rows are of, and the last one that was found to be erased.
        var pendingLine = 0
        var erasedLine = 0

        /// One line's rows; nil at the end.
        let line: () throws -> [ImportTableRow]?
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
            case .taken(let row): taken(row.line, row.rows.map(ImportTableRow.init))
            case .rejected(let rejection): rejected(rejection)
            }
        }
        switch list.kind {
        case .table(let table):
            var lines = try TableList(table, rules: options.rules, source: source, identify: identity.id, chunks: chunks)
            report.unmappedHeaders = lines.unmappedHeaders
            report.encoding = "\(lines.encoding)"
            line = {
                switch try lines.next() {
                case .row(let row, let line): taken(line, [row])
                case .rejected(let rejection): rejected(rejection)
                case nil: nil
                }
            }
        case .contacts:
            let rules = try options.rules.map { try ColumnMap.Rule(parsing: $0) }
            var lines = try ContactImport(source: source, rules: rules, identify: identity.id, chunks: chunks)
            report.unmappedHeaders = lines.map.unmappedHeaders
            report.encoding = "\(lines.encoding)"
            line = { try lines.next().map(drafted) }
        case .cards:
            var cards = try VCardImport(source: source, identify: identity.id, chunks: chunks)
            report.encoding = "\(cards.encoding)"
            line = { try cards.next().map(drafted) }
        case .calendar:
            var events = try CalendarImport(source: source, identify: identity.id, chunks: chunks)
            report.encoding = "\(events.encoding)"
            line = {
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
            {
                while pendingStart == pending.count {
                    guard let rows = try line() else { return nil }
                    report.lineCount += 1
                    pending = rows
                    pendingStart = 0
                }
                defer { pendingStart += 1 }
                return pending[pendingStart]
            })
        return report
    }
}

extension ImportTableRow {
    fileprivate init(_ draft: DraftRow) {
        self.init(table: draft.table, key: draft.key, values: draft.values.map { ($0.name, $0.value) })
    }
}
