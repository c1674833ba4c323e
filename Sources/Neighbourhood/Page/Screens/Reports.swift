import Community
import CRDT
import Engine
import Interchange
import Store
import Words

/// Ten reports, each with the figure that comes first; one of them whole, to be looked at, printed and saved.
enum Reports {
    static let screen = Screen("verslagen", tab: .reports, templates: ["reports": tiles, "reportsMaking": making, "report": one, "reportFilters": filters], show: show)

    private static let periods: [(code: String, name: ReportPageSentence)] = [
        ("jaar", .periodYear), ("dit-jaar", .periodThisYear), ("vorig-jaar", .periodLastYear), ("kwartaal", .periodQuarter), ("alles", .periodAll),
    ]

    /// What is asked for, as the address says it.
    private struct Choice {
        let period: String
        let area: String?
        let isShared: Bool
        let question: ReportDesk.Question

        init(_ visit: Visit) {
            period = Reports.periods.first { $0.code == visit.query["periode"] }?.code ?? "jaar"
            area = visit.query["gebied"]
            // On unless a form that was sent says otherwise.
            isShared = visit.query["getoond"] == nil || visit.query["delen"] != nil
            let today = CalendarDay(visit.today)
            let year = today?.year ?? 2_000
            func text(_ year: Int, _ month: Int, _ day: Int) -> String {
                func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
                return "\(year)-\(two(month))-\(two(day))"
            }
            var span: (String?, String?) = (nil, nil)
            switch period {
            case "dit-jaar": span = (text(year, 1, 1), visit.today)
            case "vorig-jaar": span = (text(year - 1, 1, 1), text(year - 1, 12, 31))
            case "kwartaal":
                let quarter = ((today?.month ?? 1) - 1) / 3
                let (ofYear, first) = quarter == 0 ? (year - 1, 10) : (year, quarter * 3 - 2)
                span = (text(ofYear, first, 1), text(ofYear, first + 2, [1, 10].contains(first) ? 31 : 30))
            case "alles": break
            default: span = (today?.adding(days: -364)?.text, visit.today)
            }
            question = ReportDesk.Question(from: span.0, until: span.1, area: area, isShared: isShared, today: visit.today)
        }

        var query: String {
            "?getoond=1&periode=\(period)" + (area.map { "&gebied=\(Fields.encoded($0))" } ?? "") + (isShared ? "&delen=1" : "")
        }
    }

    private static func show(_ visit: Visit) throws -> Answer {
        let choice = Choice(visit)
        let replica = try visit.replica
        let name = visit.rest.first.flatMap { ReportName(rawValue: $0) }
        if !visit.rest.isEmpty, name == nil, visit.rest != ["stand"] { return .missing }
        let standing = try visit.desk.reports.reports(choice.question, first: name, replica, visit.desk)
        if let failure = standing.failure as? StoreError, failure.code == .notFound || failure.code == .unknownName { throw failure }
        let language = visit.language.forReports
        if let name {
            guard let report = standing.reports[name] else { return .page(makingPage(standing, choice, visit)) }
            switch visit.rest.dropFirst().first {
            case "bladzijde": return .file(Array(ReportPage.html([report], language).utf8), name: "\(name.rawValue).html", type: "text/html; charset=utf-8")
            case "plaatje": return report.svg(language).map { .file(Array($0.utf8), name: "\(name.rawValue).svg", type: "image/svg+xml") } ?? .missing
            case "tabel":
                guard let table = report.tables.first(where: { $0.key == visit.rest.last }) ?? report.tables.first else { return .missing }
                return .file(table.csv(language, isForExcel: true), name: "\(name.rawValue)-\(table.key).csv", type: "text/csv; charset=utf-8")
            case nil: return .page(try page(report, choice, visit))
            default: return .missing
            }
        }
        if visit.rest == ["stand"] {
            return .event(template: "reportsMaking", values: makingValues(standing, visit), isLast: standing.isDone)
        }
        guard standing.isDone else { return .page(makingPage(standing, choice, visit)) }
        return .page(Page(template: "reports", title: visit.say(.tabReports), values: try filterValues(choice, visit, address: "/verslagen").merging([
            "tiles": ReportName.allCases.compactMap { standing.reports[$0].map { tile($0, choice, visit) } },
            "wrong": maybe(standing.failure.map { visit.say(ReportPageSentence.reportWrong, PageFault.words($0, about: choice.area ?? "", visit.language)) }),
        ]) { own, _ in own }))
    }

    private static func makingValues(_ standing: ReportDesk.Standing, _ visit: Visit) -> Values {
        let all = ReportName.allCases.count
        return ["done": String(standing.madeCount), "all": String(all), "count": visit.say(ReportPageSentence.makingCount, String(standing.madeCount), String(all)), "isPage": false]
    }

    private static func makingPage(_ standing: ReportDesk.Standing, _ choice: Choice, _ visit: Visit) -> Page {
        Page(template: "reportsMaking", title: visit.say(ReportPageSentence.makingReports), values: makingValues(standing, visit).merging(["refreshes": true, "isPage": true, "query": choice.query]) { _, new in new })
    }

    private static func filterValues(_ choice: Choice, _ visit: Visit, address: String) throws -> Values {
        var areas: [String] = []
        if try visit.replica.store.schema["area"] != nil {
            try visit.replica.store.list("area", limit: 200) { row in if let name = row.value("name") { areas.append(name) } }
        }
        if let area = choice.area, !areas.contains(area) { areas.append(area) }
        return [
            "filterAddress": address, "isShared": choice.isShared,
            "periods": periods.map { ["periodCode": $0.code, "periodName": visit.say($0.name), "isChosen": $0.code == choice.period] as Values },
            "areas": areas.sorted().map { ["areaName": $0, "isChosen": $0 == choice.area] as Values },
        ]
    }

    // MARK: A tile

    /// The first figure of the line that sums up. One line of several that no line sums up tells nothing of the whole.
    private static func figure(_ report: Report) -> (cell: ReportCell, title: Phrase)? {
        for table in report.tables {
            guard let row = table.rows.last(where: \.isTotal) ?? (table.rows.count == 1 ? table.rows[0] : nil) else { continue }
            for (column, cell) in zip(table.columns, row.cells) where column.isNumber {
                switch cell.content {
                case .none, .text, .label, .words, .day: continue
                default: return (cell, column.title)
                }
            }
        }
        return nil
    }

    private static func tile(_ report: Report, _ choice: Choice, _ visit: Visit) -> Values {
        let language = visit.language.forReports
        let figure = figure(report)
        return [
            "tileName": visit.language.text(report.name.title), "tileWhat": visit.language.text(report.name.summary), "tileLink": "/verslagen/\(report.name.rawValue)\(choice.query)",
            "tileFigure": maybe(figure.map { language.text($0.cell) }), "tileFigureWords": figure.map { visit.language.text($0.title) } ?? "",
            "isUncounted": report.tables.allSatisfy(\.rows.isEmpty), "spark": spark(report), "hasSpark": !spark(report).isEmpty,
        ]
    }

    /// The first plot's first series, small: its shape alone, since the figures are a page away.
    private static func spark(_ report: Report) -> [Values] {
        guard let plot = report.tables.lazy.flatMap(\.plots).first, let series = plot.series.first else { return [] }
        let numbers = series.cells.map { cell -> Int? in
            switch cell.content {
            case .count(let number), .amount(let number), .share(let number), .ratio(let number): number
            default: nil
            }
        }
        guard let most = numbers.compactMap({ $0 }).max(), most > 0, numbers.count > 1 else { return [] }
        // Whole points, 200 by 40; what is withheld leaves a gap.
        let width = 200 / numbers.count
        return numbers.enumerated().compactMap { index, number in
            number.map { number -> Values in
                let height = max(1, number * 38 / most)
                return ["barX": String(index * width), "barY": String(40 - height), "barWidth": String(max(1, width - 1)), "barHeight": String(height)]
            }
        }
    }

    // MARK: One report

    private static func page(_ report: Report, _ choice: Choice, _ visit: Visit) throws -> Page {
        let language = visit.language.forReports
        let address = "/verslagen/\(report.name.rawValue)"
        let title = visit.language.text(report.name.title)
        // The engine's own picture, without what stands before it in a file.
        let picture = report.svg(language).flatMap { text in text.firstRange(of: "<svg").map { String(text[$0.lowerBound...]) } }
        let remarks = language.remarks(report)
        let figure = figure(report)
        return Page(template: "report", title: title, values: try filterValues(choice, visit, address: address).merging([
            "reportTitle": title, "reportLead": visit.language.text(report.name.summary), "listLink": "/verslagen\(choice.query)",
            "figure": maybe(figure.map { language.text($0.cell) }), "figureWords": figure.map { visit.language.text($0.title) } ?? "",
            "frame": language.frame(report.frame), "picture": picture ?? false as Any, "isPrint": visit.query["afdruk"] != nil,
            "paper": visit.say(ReportPageSentence.printedFrom, report.frame.space, title, visit.day(visit.today), visit.desk.standing?.laptop ?? ""),
            "printLink": "\(address)\(choice.query)&afdruk=1", "htmlLink": "\(address)/bladzijde\(choice.query)", "svgLink": maybe(picture == nil ? nil : "\(address)/plaatje\(choice.query)"),
            "definition": visit.language.text(report.name.definition), "common": visit.language.text(ReportName.commonDefinition), "shared": maybe(choice.isShared ? visit.language.text(ReportName.sharedDefinition) : nil),
            "remarks": remarks.map { ["remark": $0] as Values },
            "tables": report.tables.map { table in
                [
                    "tableTitle": visit.language.text(table.title), "tableKey": table.key, "csvLink": "\(address)/tabel/\(table.key)\(choice.query)", "isEmptyTable": table.rows.isEmpty,
                    "columns": table.columns.map { ["columnTitle": visit.language.text($0.title), "isNumber": $0.isNumber] as Values },
                    "tableRows": table.rows.map { row in
                        [
                            "cells": zip(table.columns, row.cells).enumerated().map { index, pair in
                                ["cellText": pair.1.content == .none ? "–" : language.text(pair.1), "isNumber": pair.0.isNumber, "isHead": index == 0] as Values
                            },
                        ] as Values
                    },
                ] as Values
            },
            "hasTables": !report.tables.isEmpty,
        ]) { own, _ in own })
    }

    private static let filters = #"""
        <form class="filters screen" method="get" action="{{filterAddress}}">
          <input type="hidden" name="getoond" value="1">
          <div class="field"><label for="periode">{{w.period}}</label><select id="periode" name="periode">{{#periods}}<option value="{{periodCode}}"{{#isChosen}} selected{{/isChosen}}>{{periodName}}{{/periods}}</select></div>
          <div class="field"><label for="gebied">{{w.whereArea}}</label><select id="gebied" name="gebied"><option value="">{{w.allAreas}}{{#areas}}<option value="{{areaName}}"{{#isChosen}} selected{{/isChosen}}>{{areaName}}{{/areas}}</select></div>
          <label class="check"><input type="checkbox" name="delen" value="1"{{#isShared}} checked{{/isShared}}> <span>{{w.forHandingOut}} <span class="what">{{w.forHandingOutHint}}</span></span></label>
          <button>{{w.showReports}}</button>
        </form>
        """#

    private static let tiles = #"""
        <header class="head"><h1>{{w.tabReports}}</h1><p class="lead">{{w.reportsLead}}</p></header>
        {{>reportFilters}}
        {{#wrong}}<p class="notice wait">{{>i-alert}}<span>{{wrong}}</span></p>{{/wrong}}
        <div class="ways">
          {{#tiles}}<div class="card way">
            <h2><a href="{{tileLink}}">{{tileName}}</a></h2>
            {{#tileFigure}}<p><b class="five">{{tileFigure}}</b> {{tileFigureWords}}</p>{{/tileFigure}}{{#isUncounted}}<p class="soft">{{w.noFigure}}</p>{{/isUncounted}}
            {{#hasSpark}}<svg viewBox="0 0 200 40" aria-hidden="true">{{#spark}}<rect class="dot c1" x="{{barX}}" y="{{barY}}" width="{{barWidth}}" height="{{barHeight}}"/>{{/spark}}</svg>{{/hasSpark}}
            <p class="what">{{tileWhat}}</p></div>
          {{/tiles}}
        </div>
        """#

    private static let making = #"""
        {{#isPage}}<header class="head"><h1>{{w.tabReports}}</h1></header><div data-events="/verslagen/stand{{query}}">{{/isPage}}
        <section class="card" aria-labelledby="maken">
          <h2 id="maken">{{w.makingReports}}</h2>
          <progress aria-labelledby="maken" max="{{all}}" value="{{done}}"></progress>
          <p role="status">{{count}}</p>
        </section>
        {{#isPage}}</div><p class="what">{{w.mayClose}} <a href="/verslagen{{query}}">{{w.refreshPage}}</a></p>{{/isPage}}
        """#

    private static let one = #"""
        <header class="head">
          <p class="paper"><bdi>{{paper}}</bdi></p>
          <p><a class="back" href="{{listLink}}">{{>i-left}}{{w.allReports}}</a></p>
          <h1>{{reportTitle}}</h1>
          <p class="lead">{{#figure}}<b>{{figure}}</b> {{figureWords}}. {{/figure}}{{reportLead}}</p>
          <p class="what"><bdi>{{frame}}</bdi></p>
        </header>
        {{>reportFilters}}
        {{^hasTables}}<p class="text soft">{{w.nothingYet}}</p>{{/hasTables}}
        {{#picture}}<section class="plot" aria-labelledby="beeld"><h2 id="beeld" class="unseen">{{w.plotOf}}</h2><div class="scroll" tabindex="0" role="region" aria-labelledby="beeld">{{{picture}}}</div></section>{{/picture}}
        <p class="acts screen"><a class="button primary" href="{{printLink}}" data-print>{{>i-print}}{{w.printReport}}</a> <a class="button" href="{{htmlLink}}">{{w.saveHTML}}</a> {{#svgLink}}<a class="button" href="{{svgLink}}">{{w.saveSVG}}</a>{{/svgLink}}</p>
        {{#remarks}}<p class="what">{{remark}}</p>{{/remarks}}
        <details class="text"><summary>{{w.howCounted}}</summary><p>{{definition}}</p><p class="what">{{common}}</p>{{#shared}}<p class="what">{{shared}}</p>{{/shared}}</details>
        {{#hasTables}}<details class="last" open><summary>{{w.showNumbers}}</summary>
          {{#tables}}<div class="scroll" tabindex="0" role="region" aria-label="{{tableTitle}}"><table>
            <caption>{{tableTitle}}</caption>
            <thead><tr>{{#columns}}<th scope="col"{{#isNumber}} class="n"{{/isNumber}}>{{columnTitle}}</th>{{/columns}}</tr></thead>
            <tbody>{{#tableRows}}<tr>{{#cells}}{{#isHead}}<th scope="row">{{/isHead}}{{^isHead}}<td{{#isNumber}} class="n"{{/isNumber}}>{{/isHead}}<bdi>{{cellText}}</bdi>{{#isHead}}</th>{{/isHead}}{{^isHead}}</td>{{/isHead}}{{/cells}}</tr>
            {{/tableRows}}</tbody>
          </table></div>
          <p class="screen"><a class="button quiet" href="{{csvLink}}">{{w.saveCSV}}<span class="unseen">: {{tableTitle}}</span></a></p>
          {{/tables}}</details>{{/hasTables}}
        """#
}
