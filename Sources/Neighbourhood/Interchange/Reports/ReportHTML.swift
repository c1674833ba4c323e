import Community

// Reports as one page that opens anywhere: no script, no link, no font or picture from elsewhere, and written as XML, so that
// every parser can read it.

package enum ReportPage {
    /// - Parameter reports: at least one; all of one frame.
    package static func html(_ reports: [Report], _ language: ReportLanguage) -> String {
        guard let frame = reports.first?.frame else { return "" }
        let single = reports.count == 1 ? reports[0] : nil
        let title = single.map { language.text($0.name.title) } ?? frame.space
        var body = "<header>\n<h1>\(xmlText(title))</h1>\n<p>\(xmlText(language.frame(frame)))</p>\n</header>\n"
        if single == nil {
            body += "<nav aria-label=\"\(xmlText(language.text(.contents)))\">\n<ol>\n" + reports.map { report in
                "<li><a href=\"#\(report.name.rawValue)\">\(xmlText(language.text(report.name.title)))</a></li>\n"
            }.joined() + "</ol>\n</nav>\n"
        }
        body += "<main>\n"
        for report in reports { body += section(report, language, hasHeading: single == nil) }
        body += "</main>\n<footer>\n"
        for phrase in [ReportName.commonDefinition] + (frame.isShared ? [ReportName.sharedDefinition] : []) {
            body += "<p>\(xmlText(language.text(phrase)))</p>\n"
        }
        body += "<p>\(xmlText(language.text(.madeBy)))</p>\n</footer>\n"
        return """
            <!DOCTYPE html>
            <html xmlns="http://www.w3.org/1999/xhtml" lang="\(language.isDutch ? "nl" : "en")">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>\(xmlText("\(title), \(frame.today)"))</title>
            <style>
            \(style)
            </style>
            </head>
            <body>
            \(body)</body>
            </html>

            """
    }

    private static func section(_ report: Report, _ language: ReportLanguage, hasHeading: Bool) -> String {
        let name = report.name
        var out = "<section id=\"\(name.rawValue)\">\n"
        if hasHeading { out += "<h2>\(xmlText(language.text(name.title)))</h2>\n" }
        out += "<p class=\"summary\">\(xmlText(language.text(name.summary)))</p>\n"
        if report.tables.isEmpty { out += "<p>\(xmlText(language.text(.nothing)))</p>\n" }
        for table in report.tables {
            let plots = table.plots.enumerated().map { index, plot in
                "<figure>\n\(plot.svg(language, id: "\(name.rawValue)-\(table.key)-\(index + 1)"))\n</figure>\n"
            }.joined()
            if plots.isEmpty {
                out += html(table, language)
            } else {
                // A wide table has no room beside a plot: it stands below, and the plots beside each other.
                let isNarrow = table.columns.count <= 5
                out += "<div class=\"\(isNarrow ? "pair" : "stack")\">\n<div class=\"plots\">\n\(plots)</div>\n\(html(table, language))</div>\n"
            }
        }
        let remarks = language.remarks(report)
        if !remarks.isEmpty { out += "<ul class=\"remarks\">\n" + remarks.map { "<li>\(xmlText($0))</li>\n" }.joined() + "</ul>\n" }
        out += """
            <div class="definition">
            <h3>\(xmlText(language.text(.frameDefinition)))</h3>
            <p>\(xmlText(language.text(name.definition)))</p>
            </div>
            </section>

            """
        return out
    }

    private static func html(_ table: ReportTable, _ language: ReportLanguage) -> String {
        var out = "<div class=\"table\">\n<table>\n<caption>\(xmlText(language.text(table.title)))</caption>\n<thead><tr>"
        for column in table.columns {
            out += "<th scope=\"col\"\(column.isNumber ? " class=\"number\"" : "")>\(xmlText(language.text(column.title)))</th>"
        }
        out += "</tr></thead>\n<tbody>\n"
        if table.rows.isEmpty { out += "<tr><td colspan=\"\(table.columns.count)\">\(xmlText(language.text(.nothing)))</td></tr>\n" }
        for row in table.rows {
            out += row.isTotal ? "<tr class=\"total\">" : "<tr>"
            for (index, (column, cell)) in zip(table.columns, row.cells).enumerated() {
                var classes = column.isNumber ? ["number"] : []
                if table.marksZero, !row.isTotal, cell.content == .count(0), column.key != "empty" { classes.append("empty") }
                let tag = index == 0 ? "th" : "td"
                out += "<\(tag)\(index == 0 ? " scope=\"row\"" : "")\(classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\"")>"
                out += html(cell, language) + "</\(tag)>"
            }
            out += "</tr>\n"
        }
        return out + "</tbody>\n</table>\n</div>\n"
    }

    private static func html(_ cell: ReportCell, _ language: ReportLanguage) -> String {
        let text = xmlText(language.text(cell))
        return switch cell.content {
        case .none: "–"
        case .below: "<abbr title=\"\(xmlText(language.text(.legendBelow)))\">\(text)</abbr>"
        case .withheld: "<abbr title=\"\(xmlText(language.text(.legendWithheld)))\">\(text)</abbr>"
        default: text
        }
    }

    private static let style = """
        :root { color-scheme: light; }
        body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: #fff; color: #1f2430;
          font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", Arial, sans-serif; }
        h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; }
        h2 { margin: 0 0 .25rem; font-size: 1.45rem; }
        h3 { margin: 0; font-size: 1rem; }
        header p, .summary { margin: .25rem 0 1rem; color: #4b5263; }
        nav ol { columns: 2 20rem; margin: 0 0 1rem; padding-left: 1.5rem; }
        a { color: #1b5e8c; }
        section { border-top: 3px solid #1b5e8c; margin-top: 2rem; padding-top: 1rem; }
        .pair { display: grid; gap: 1.5rem; align-items: start; margin-bottom: 1.5rem; }
        @media (min-width: 64rem) {
          .pair { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
          .stack .plots { display: grid; gap: 1.5rem; grid-template-columns: repeat(2, minmax(0, 1fr)); }
        }
        figure { margin: 0 0 1rem; }
        svg { display: block; width: 100%; height: auto; font-family: inherit; }
        .table { overflow-x: auto; margin-bottom: 1.5rem; }
        table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: bold; padding-bottom: .4rem; }
        th, td { padding: .25rem .7rem; border-bottom: 1px solid #d5d9e0; text-align: left; vertical-align: top; font-weight: normal; }
        thead th { font-weight: bold; border-bottom: 2px solid #1f2430; vertical-align: bottom; }
        .number { text-align: right; }
        tbody .number, tbody th { white-space: nowrap; }
        td.empty { background: #fbe3d6; color: #8a2f0a; font-weight: bold; }
        .total th, .total td { font-weight: bold; border-top: 2px solid #1f2430; }
        abbr { text-decoration: none; color: #4b5263; }
        .remarks { color: #4b5263; font-size: .9rem; padding-left: 1.2rem; }
        .definition, footer { background: #f3f5f8; padding: .8rem 1rem; font-size: .85rem; line-height: 1.45; }
        .definition p { margin: .25rem 0 0; }
        footer { margin-top: 2rem; }
        @media print {
          body { max-width: none; padding: 0; font-size: 10.5pt; }
          .pair, .stack .plots { display: block; }
          section { break-before: page; }
          section:first-child { break-before: auto; }
          figure, tr, .definition { break-inside: avoid; }
          thead { display: table-header-group; }
          .table { overflow: visible; }
          td.empty, .definition, footer { print-color-adjust: exact; }
          nav { display: none; }
        }
        """
}
