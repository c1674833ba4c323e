/// Names a count of people, or of rows that belong to people, across all reports: the same name, the same number.
package struct FigureKey: Hashable, Comparable, Sendable {
    package let text: String
    package init(_ parts: String...) { text = parts.joined(separator: "|") }
    package static func < (a: FigureKey, b: FigureKey) -> Bool { a.text.precedes(b.text) }
}

/// The counts of people of all reports, with the sums between them: what decides which of them a report for handing out
/// withholds.
///
/// A count of 1 to 4 is withheld. Where sums of what is told would leave fewer than three values possible for it, another
/// figure of that sum is withheld as well, the smallest first, until they do not. It is decided for all reports at once, so
/// that two of them laid side by side tell no more than one.
///
/// What is checked stands with `FigureAudit`. A reader knows the mark: fewer than five is 1 to 4, and what is withheld for
/// another's sake is 5 or more.
/// What it cannot guard against: reports of other days, periods or areas laid beside this one.
package struct FigureSystem: Sendable {
    /// Smaller counts of people are not told.
    package static let leastCount = 5

    private struct Sum: Sendable {
        let total: Int
        let parts: [Int]
    }

    private var numbers: [FigureKey: Int] = [:]
    private var keys: [FigureKey] = []
    private var values: [Int] = []
    /// Stands in no table, though a reader may work it out.
    private var isHidden: [Bool] = []
    private var sums: [Sum] = []

    package init() {}

    /// Notes a figure. None is told everywhere and needs no name.
    ///
    /// - Parameter hidden: no table shows it.
    package mutating func note(_ key: FigureKey, _ value: Int, hidden: Bool = false) {
        guard numbers[key] == nil else {
            if !hidden, let number = numbers[key] { isHidden[number] = false }
            return
        }
        numbers[key] = values.count
        keys.append(key)
        values.append(value)
        isHidden.append(hidden)
    }

    /// Notes that a figure is the sum of others, all of them noted before.
    package mutating func note(sum total: FigureKey, of parts: [FigureKey]) {
        guard let total = numbers[total] else { return }
        let parts = parts.compactMap { numbers[$0] }.filter { values[$0] != 0 && $0 != total }
        if !parts.isEmpty { sums.append(Sum(total: total, parts: parts)) }
    }

    /// What is not told, and which of it is fewer than five itself.
    package struct Withheld: Sendable {
        package let below: Set<FigureKey>
        package let others: Set<FigureKey>

        package static let nothing = Withheld(below: [], others: [])

        package func contains(_ key: FigureKey) -> Bool { below.contains(key) || others.contains(key) }
    }

    package func withheld() -> Withheld {
        var audit = FigureAudit(values: values, isHidden: isHidden, sums: sums.map { ($0.total, $0.parts) })
        // By name, and not by the order in which they were noted.
        let ranks = Dictionary(uniqueKeysWithValues: keys.indices.sorted { keys[$0] < keys[$1] }.enumerated().map { ($1, $0) })
        audit.withhold { ranks[$0] ?? 0 }
        let shown = values.indices.filter { !isHidden[$0] && !audit.isTold[$0] }
        return Withheld(
            below: Set(shown.filter { audit.isSmall[$0] }.map { keys[$0] }),
            others: Set(shown.filter { !audit.isSmall[$0] }.map { keys[$0] }))
    }
}

extension ReportCell {
    /// The cell as it may be handed out.
    package func shared(_ withheld: FigureSystem.Withheld) -> ReportCell {
        guard let own = figures.first, figures.contains(where: withheld.contains) else { return self }
        if case .count = content, withheld.below.contains(own) { return ReportCell(.below) }
        return ReportCell(.withheld)
    }
}

extension Report {
    /// The report as it may be handed out: what is withheld in its tables is withheld in its plots.
    package func shared(_ withheld: FigureSystem.Withheld) -> Report {
        var report = self
        report.tables = tables.map { table in
            var table = table
            table.rows = table.rows.map { ReportTable.Row($0.cells.map { $0.shared(withheld) }, isTotal: $0.isTotal) }
            table.plots = table.plots.map { plot in
                var plot = plot
                plot.series = plot.series.map { ReportPlot.Series($0.name, $0.cells.map { $0.shared(withheld) }) }
                return plot
            }
            return table
        }
        return report
    }
}
