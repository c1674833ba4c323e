import BundleFile
import Community
import CRDT
import Device
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
    /// Columns that fill nothing, in the file's order.
    package var unmappedHeaders: [String] = []
    /// What became of every cell, card line and property.
    package var values = ImportTally()
    /// Columns of which only a mark is kept, to find duplicates by.
    package var markedHeaders: [String] = []
    /// The character set that the list was read in, by its IANA name.
    package var encoding = ""
    /// Whether another would read it as well: somebody should look at the letters.
    package var isEncodingDoubtful = false
    /// Columns whose days were read with the month first.
    package var monthFirst: [String] = []
    /// Columns of which no cell, or cells of both kinds, say whether day or month is first.
    package var doubtfulDates: [String] = []
    /// Areas by which the list's rows go and that are no row of `area` here, with how many lines name them; so many are listed.
    package var wordAreas: [String: Int] = [:]
    /// Lines that were taken: those that changed something here, and those that were here already.
    package var changedLineCount = 0
    package var unchangedLineCount = 0
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
    /// The character set of the list; nil: as it looks.
    package var encoding: String?
    /// A character set that is not sure is asked about (`ImportError.doubtfulEncoding`) rather than assumed.
    package var asksEncoding = false
    /// Rows that were deleted or undone here come in again.
    package var bringsBack = false

    package init() {}
}

extension Replica {
    /// So many rejected lines are listed; more are only counted.
    private static let listedRejectionCount = 100
    private static let listedAreaCount = 200

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
        let encoding = try options.encoding.map { name throws -> TextEncoding in
            guard let encoding = TextEncoding(named: name) else { throw ImportError.unknownEncoding(name) }
            return encoding
        }
        if encoding == nil, options.asksEncoding {
            let readings = TextEncoding.readings(try again()())
            if readings.count > 1 { throw ImportError.doubtfulEncoding(readings) }
        }
        let source = options.source ?? ((path as NSString).lastPathComponent as NSString).deletingPathExtension
        var report = ListImportReport()
        var pending: [ImportTableRow] = []
        var pendingStart = 0
        // The line that the pending rows are of, and the last one that was found to be erased.
        var pendingLine = 0
        var erasedLine = 0
        // What became of the values up to the line that is on its way, and of that line's.
        var earlier = ImportTally()
        var erased: [ImportTally] = []

        // The line whose rows are on their way, and the counts before them.
        var openLine: Int?
        var counts = ImportReport()
        func remark(_ remark: ImportRemark) {
            report.remarkCount += 1
            if report.remarks.count < Replica.listedRejectionCount { report.remarks.append(remark) }
        }
        /// What became of the last line that was taken.
        func account(_ now: ImportReport) {
            defer { counts = now }
            guard let line = openLine else { return }
            openLine = nil
            let isChanged = [\ImportReport.new, \.filled, \.overwritten, \.broughtBack].contains { now[keyPath: $0] > counts[keyPath: $0] }
            if isChanged { report.changedLineCount += 1 } else { report.unchangedLineCount += 1 }
            let told: [(KeyPath<ImportReport, Int>, ImportRemark.Subject)] = [
                (\.differing, .differs), (\.deletedHere, .deletedHere), (\.refused, .refused),
            ]
            for (path, about) in told where now[keyPath: path] > counts[keyPath: path] { remark(ImportRemark(line: line, about: about)) }
        }

        /// One line's rows; nil at the end.
        let line: (RowsHere) throws -> [ImportTableRow]?
        let values: () -> ImportTally
        func rejected(_ rejection: RejectedLine) -> [ImportTableRow] {
            report.rejectedCount += 1
            if report.rejected.count < Replica.listedRejectionCount { report.rejected.append(rejection) }
            return []
        }
        func taken(_ line: Int, _ rows: [ImportTableRow]) -> [ImportTableRow] {
            for case (name: "area", value: .text(let bytes)) in rows.flatMap(\.values) {
                let name = String(decoding: bytes, as: UTF8.self)
                if report.wordAreas[name] != nil || report.wordAreas.count < Replica.listedAreaCount { report.wordAreas[name, default: 0] += 1 }
            }
            pendingLine = line
            openLine = line
            return rows
        }
        func drafted(_ line: ContactImport.Line) -> [ImportTableRow] {
            switch line {
            case .taken(let row):
                row.remarks.forEach(remark)
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
            var first = try TableList(table, rules: options.rules, source: source, identify: identity.id, encoding: encoding, chunks: again())
            let orders = try first.readOrders()
            report.monthFirst = orders.filter { $0.value.isMonthFirst }.map(\.key).sorted()
            report.doubtfulDates = orders.filter { $0.value.isAssumed }.map(\.key).sorted()
            var lines = try TableList(
                table, rules: options.rules, source: source, identify: identity.id, orders: orders, encoding: encoding, chunks: chunks)
            report.unmappedHeaders = lines.unmappedHeaders
            (report.encoding, report.isEncodingDoubtful) = ("\(lines.encoding)", lines.isDoubtful)
            values = { lines.tally }
            line = { _ in
                switch try lines.next() {
                case .row(let row, let line): taken(line, [row])
                case .rejected(let rejection): rejected(rejection)
                case nil: nil
                }
            }
        case .contacts:
            let rules = try options.rules.map { try ColumnMap.Rule(parsing: $0) }
            let survey = try ContactImport.survey(rules: rules, encoding: encoding, chunks: again())
            try checkName(source, options, survey.owners.sample) { $0 }
            report.monthFirst = survey.orders.filter { $0.value.isMonthFirst }.map(\.key).sorted()
            report.doubtfulDates = survey.orders.filter { $0.value.isAssumed }.map(\.key).sorted()
            var lines = try ContactImport(
                source: source, rules: rules, survey: survey, encoding: encoding, identify: identity.id, chunks: chunks)
            report.unmappedHeaders = lines.map.unmappedHeaders
            report.markedHeaders = lines.map.markedHeaders
            (report.encoding, report.isEncodingDoubtful) = ("\(lines.encoding)", lines.isDoubtful)
            values = { lines.tally }
            line = { here in try lines.next().map { drafted(try settled($0, here) { lines.other() }) } }
        case .cards:
            let owners = try VCardImport.owners(encoding: encoding, chunks: again())
            try checkName(source, options, owners.sample) { $0 }
            var cards = try VCardImport(source: source, owners: owners, encoding: encoding, identify: identity.id, chunks: chunks)
            (report.encoding, report.isEncodingDoubtful) = ("\(cards.encoding)", cards.isDoubtful)
            values = { cards.tally }
            line = { here in try cards.next().map { drafted(try settled($0, here) { cards.other() }) } }
        case .calendar:
            let survey = try CalendarImport.survey(encoding: encoding, chunks: again())
            try checkName(source, options, survey.owners.sample, in: "gathering") { ["gathering"] + $0 }
            var events = try CalendarImport(source: source, survey: survey, encoding: encoding, identify: identity.id, chunks: chunks)
            (report.encoding, report.isEncodingDoubtful) = ("\(events.encoding)", events.isDoubtful)
            values = { events.tally }
            line = { _ in try events.next().map(drafted) }
        }
        report.rows = try store.importRows(
            overwrite: options.overwrite, bringsBack: options.bringsBack, dryRun: options.dryRun,
            progress: { count in
                progress(Progress(
                    .readingFile, doneByteCount: file.offset, totalByteCount: file.byteCount, itemCount: count))
            },
            erased: { _ in
                // All rows of a line belong to its first.
                guard erasedLine != pendingLine else { return }
                erasedLine = pendingLine
                openLine = nil
                erased.append(values().since(earlier))
                _ = rejected(RejectedLine(line: pendingLine, reason: .erased))
            },
            { here in
                while pendingStart == pending.count {
                    account(here.report)
                    earlier = values()
                    guard let rows = try line(here) else { return nil }
                    report.lineCount += 1
                    pending = rows
                    pendingStart = 0
                }
                defer { pendingStart += 1 }
                return pending[pendingStart]
            })
        account(report.rows)
        if !report.wordAreas.isEmpty, store.sharedTables.contains(where: { $0.name == "area" }) {
            try store.list("area") { row in
                let names = Set([row.id.key[0], row.text("code") ?? "", row.text("name") ?? ""].map(folded))
                report.wordAreas = report.wordAreas.filter { !names.contains(folded($0.key)) }
            }
        }
        report.values = values()
        erased.forEach { report.values.reject($0) }
        return report
    }

    /// A list whose lines are here under another name is asked about, unless its name was given.
    ///
    /// - Parameter sample: keys of its first lines.
    /// - Throws: `ImportError.knownAs`.
    private func checkName(
        _ source: String, _ options: ListImportOptions, _ sample: [[String]], in table: String = "contact",
        _ parts: ([String]) -> [String]
    ) throws {
        guard options.source == nil, !sample.isEmpty, store.sharedTables.contains(where: { $0.name == table }) else { return }
        let ids = ImportIdentity(space: identity.space)
        func share(_ name: String) throws -> Int {
            try store.rows(sample.map { RecordID(table: table, key: [ids.id([name] + parts($0))]) }).count
        }
        guard try share(source) * 2 < sample.count else { return }
        // What a browser or a person adds to a file's name that is there already: "kaarten (1)", "Kaarten 2026-11-30".
        let plain = source.replacing(/[ _-]*(\([0-9]+\)|[0-9]{4}-?[0-9]{2}-?[0-9]{2}|kopie|copy)$/.ignoresCase(), with: "")
        var names = try store.importSources()
        names += [plain, plain.lowercased()].filter { !$0.isEmpty && !names.contains($0) }
        for name in names where name != source {
            if try share(name) * 2 >= sample.count { throw ImportError.knownAs(before: name, now: source) }
        }
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
