import Community
import CRDT
import Words

// A report as text, CSV and JSON. Pure: the same report and language give the same bytes.

/// The language a report is written in: its words, and how it writes numbers.
package struct ReportLanguage: Sendable {
    package let isDutch: Bool

    package init(isDutch: Bool) { self.isDutch = isDutch }

    package func text(_ phrase: Phrase) -> String { isDutch ? phrase.nl : phrase.en }
    package func text(_ word: ReportWord) -> String { text(word.phrase) }

    /// With the blank `%1` filled, and `%2`. One pass, so that what fills a blank is never read as one.
    func text(_ word: ReportWord, _ first: String, _ second: String = "") -> String {
        text(word).split(separator: "%1", omittingEmptySubsequences: false).map {
            $0.split(separator: "%2", omittingEmptySubsequences: false).joined(separator: second)
        }.joined(separator: first)
    }

    /// 4.812 or 4,812.
    func number(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var grouped = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped += isDutch ? "." : "," }
            grouped.append(digit)
        }
        return grouped
    }

    /// A number of so many tenths or hundredths.
    func decimal(_ value: Int, places: Int, _ mark: String? = nil) -> String {
        let unit = places == 1 ? 10 : 100
        let rest = String(value % unit + unit).dropFirst()
        return (mark == nil ? number(value / unit) : String(value / unit)) + (mark ?? (isDutch ? "," : ".")) + rest
    }

    /// As people read it; nothing for a cell that says nothing.
    package func text(_ cell: ReportCell) -> String {
        switch cell.content {
        case .none: ""
        case .text(let text): ShownText.line(text)
        case .label(_, let name), .words(let name): ShownText.line(self.text(name))
        case .day(let day): day
        case .count(let count), .amount(let count): number(count)
        case .share(let share): decimal(share, places: 1) + (isDutch ? " %" : "%")
        case .ratio(let ratio): decimal(ratio, places: 2)
        case .below: "<\(FigureSystem.leastCount)"
        case .withheld: "*"
        }
    }

    /// What was asked for, in a line: the space, the day, the period, the area.
    package func frame(_ frame: ReportFrame) -> String {
        let period: String = switch (frame.from, frame.until) {
        case (let from?, let until?): text(.framePeriod, from, until)
        case (let from?, nil): text(.frameFrom, from)
        case (nil, let until?): text(.frameUntil, until)
        case (nil, nil): text(.frameAlways)
        }
        let parts = [ShownText.line(frame.space), text(.frameToday, frame.today), period]
            + (frame.area.map { [text(.frameArea, ShownText.line($0))] } ?? []) + (frame.isShared ? [text(.frameShared)] : [])
        return parts.joined(separator: ", ")
    }

    /// What the marks in a report mean, for those that occur, and what is left out.
    package func remarks(_ report: Report) -> [String] {
        let contents = report.tables.lazy.flatMap(\.rows).flatMap(\.cells).map(\.content)
        return (contents.contains(.below) ? [text(.legendBelow)] : []) + (contents.contains(.withheld) ? [text(.legendWithheld)] : [])
            + report.remarks.map { text($0.word, number($0.count)) }
    }
}

// MARK: Text

extension Report {
    /// For a screen of fixed-width letters.
    package func text(_ language: ReportLanguage) -> String {
        var lines = [language.text(name.title), language.frame(frame)]
        for table in tables {
            lines += ["", language.text(table.title)]
            lines += table.rows.isEmpty ? ["  " + language.text(.nothing)] : table.lines(language)
        }
        if tables.isEmpty { lines += ["", language.text(.nothing)] }
        let remarks = language.remarks(self)
        if !remarks.isEmpty { lines += [""] + remarks }
        return lines.joined(separator: "\n")
    }
}

extension ReportTable {
    fileprivate func lines(_ language: ReportLanguage) -> [String] {
        var cells = [columns.map { language.text($0.title) }] + rows.map { row in
            row.cells.map { cell in cell.content == .none ? "-" : language.text(cell) }
        }
        // What repeats from line to line is said once.
        for column in columns.indices where !columns[column].isNumber && column < 2 {
            for line in rows.indices.dropFirst().reversed() where !rows[line].isTotal && rows[line].cells[...column] == rows[line - 1].cells[...column] {
                cells[line + 1][column] = ""
            }
        }
        let widths = columns.indices.map { column in cells.map { $0[column].unicodeScalars.count }.max() ?? 0 }
        return cells.map { row in
            let parts = zip(columns, zip(row, widths)).map { column, rest in
                let space = String(repeating: " ", count: rest.1 - rest.0.unicodeScalars.count)
                return column.isNumber ? space + rest.0 : rest.0 + space
            }
            var line = "  " + parts.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}

// MARK: CSV

extension ReportTable {
    /// For spreadsheets, in the reader's words; what a spreadsheet would calculate is marked (see `CSVWriter`). Shares are
    /// percents with one decimal.
    ///
    /// - Parameter isForExcel: a byte order mark, semicolons and, in Dutch, decimal commas: as a Dutch Excel opens it.
    package func csv(_ language: ReportLanguage, isForExcel: Bool = false) -> [UInt8] {
        let writer = CSVWriter(delimiter: UInt8(ascii: isForExcel ? ";" : ","))
        var out: [UInt8] = isForExcel ? [0xEF, 0xBB, 0xBF] : []
        writer.append(header: columns.map { language.text($0.title) }, to: &out)
        let mark = isForExcel && language.isDutch ? "," : "."
        for row in rows {
            writer.append(
                row.cells.map { cell -> Value in
                    switch cell.content {
                    case .none: .null
                    case .count(let count), .amount(let count): .integer(Int64(count))
                    case .share(let share): .text(language.decimal(share, places: 1, mark))
                    case .ratio(let ratio): .text(language.decimal(ratio, places: 2, mark))
                    default: .text(language.text(cell))
                    }
                }, to: &out)
        }
        return out
    }
}

// MARK: JSON

extension Report {
    /// For scripts: keys and codes, the same in every language. A figure that is withheld is a text: `<5` or `*`.
    package var json: [(String, JSON)] {
        [
            ("report", .string(name.rawValue)), ("space", .string(frame.space)), ("today", .string(frame.today)),
            ("from", frame.from.map { .string($0) } ?? .null), ("until", frame.until.map { .string($0) } ?? .null),
            ("area", frame.area.map { .string($0) } ?? .null), ("shared", .bool(frame.isShared)),
            ("tables", .object(tables.map { ($0.key, $0.json) })),
            ("remarks", .array(remarks.map { .object([("about", .string($0.word.rawValue)), ("count", .number($0.count))]) })),
        ]
    }
}

extension ReportTable {
    fileprivate var json: JSON {
        .array(rows.map { row in
            .object(zip(columns, row.cells).map { ($0.key, $1.json) } + (row.isTotal ? [("total", .bool(true))] : []))
        })
    }
}

extension ReportCell {
    fileprivate var json: JSON {
        switch content {
        case .none: .null
        case .text(let text), .label(let text, _), .day(let text): .string(text)
        case .words(let phrase): .object([("nl", .string(phrase.nl)), ("en", .string(phrase.en))])
        case .count(let count), .amount(let count): .number(count)
        case .share(let share): .real(Double(share) / 10)
        case .ratio(let ratio): .real(Double(ratio) / 100)
        case .below: .string("<\(FigureSystem.leastCount)")
        case .withheld: .string("*")
        }
    }
}
