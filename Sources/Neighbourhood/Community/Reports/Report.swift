import Schema
import Words

// A report as a value: tables with typed cells, and plots drawn from the same cells. Made by the store, written by
// Interchange. It holds no clock, no place and no language.

/// What a report was asked for: it stands in the report, and with the tables it decides every byte of it.
package struct ReportFrame: Hashable, Sendable {
    /// The name of the space.
    package let space: String
    /// ISO 8601 dates. Both ends of the period are in it; nil: no end on that side.
    package let today: String
    package let from: String?
    package let until: String?
    /// An area by its id, code or name, with all that lies within it.
    package let area: String?
    /// For handing out: small numbers of people are withheld, and so are people's own words.
    package let isShared: Bool
    /// Funding that ends within so many days is named.
    package let fundingDays: Int

    package init(
        space: String, today: String, from: String? = nil, until: String? = nil, area: String? = nil, isShared: Bool = false,
        fundingDays: Int = ContinuityRule.fundingDayCount
    ) {
        self.space = space
        self.today = today
        self.from = from
        self.until = until
        self.area = area
        self.isShared = isShared
        self.fundingDays = fundingDays
    }

    package var hasPeriod: Bool { from != nil || until != nil }

    package func contains(_ day: String) -> Bool { day >= from ?? "" && day <= until ?? "9999-12-31" }
}

/// One report on one state of a replica.
package struct Report: Sendable {
    package let name: ReportName
    package let frame: ReportFrame
    package var tables: [ReportTable]
    /// What the figures leave out, with how many.
    package var remarks: [Remark]

    package struct Remark: Hashable, Sendable {
        package let word: ReportWord
        package let count: Int

        package init(word: ReportWord, count: Int) {
            self.word = word
            self.count = count
        }
    }

    package init(_ name: ReportName, _ frame: ReportFrame, tables: [ReportTable], remarks: [Remark] = []) {
        self.name = name
        self.frame = frame
        self.tables = tables
        self.remarks = remarks.filter { $0.count > 0 }
    }
}

package struct ReportTable: Sendable {
    package struct Column: Sendable {
        /// For scripts; never changes.
        package let key: String
        package let title: Phrase
        package let isNumber: Bool

        package init(_ key: String, _ title: Phrase, isNumber: Bool = true) {
            self.key = key
            self.title = title
            self.isNumber = isNumber
        }

        package init(_ key: String, _ word: ReportWord, isNumber: Bool = true) { self.init(key, word.phrase, isNumber: isNumber) }
    }

    package struct Row: Sendable {
        package var cells: [ReportCell]
        package let isTotal: Bool

        package init(_ cells: [ReportCell], isTotal: Bool = false) {
            self.cells = cells
            self.isTotal = isTotal
        }
    }

    /// For scripts; never changes.
    package let key: String
    package let title: Phrase
    package let columns: [Column]
    package var rows: [Row]
    package var plots: [ReportPlot]
    /// An empty cell is news: it is shown as such.
    package let marksZero: Bool

    package init(
        _ key: String, _ word: ReportWord, _ columns: [Column], _ rows: [Row], plots: [ReportPlot] = [], marksZero: Bool = false
    ) {
        self.key = key
        title = word.phrase
        self.columns = columns
        self.rows = rows
        self.plots = plots
        self.marksZero = marksZero
    }
}

/// One cell, and the figures that it would tell: where one of them is withheld, so is the cell.
package struct ReportCell: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// There is nothing to say, such as a share of nothing.
        case none
        /// A name or words as they stand in a row.
        case text(String)
        /// A code with its name.
        case label(String, Phrase)
        /// Words in both languages.
        case words(Phrase)
        /// An ISO 8601 date, or a month: its first seven characters.
        case day(String)
        case count(Int)
        /// A number that goes with a count, such as its minutes.
        case amount(Int)
        /// Tenths of a percent.
        case share(Int)
        /// Hundredths.
        case ratio(Int)
        /// Fewer than `FigureSystem.leastCount`, and not none.
        case below
        /// Not told, because it would tell a smaller figure.
        case withheld
    }

    package var content: Content
    /// The first is the figure that the cell itself shows, if it shows one.
    package let figures: [FigureKey]

    package init(_ content: Content, _ figures: [FigureKey] = []) {
        self.content = content
        self.figures = figures
    }

    package static let none = ReportCell(.none)
    package static func text(_ text: String?) -> ReportCell { text.map { ReportCell(.text($0)) } ?? .none }
    package static func label(_ code: String, _ name: Phrase) -> ReportCell { ReportCell(.label(code, name)) }
    package static func label(_ word: ReportWord) -> ReportCell { ReportCell(.label(word.rawValue, word.phrase)) }
    package static func day(_ day: String?) -> ReportCell { day.map { ReportCell(.day($0)) } ?? .none }
    package static func count(_ count: Int, _ figures: FigureKey...) -> ReportCell { ReportCell(.count(count), figures) }
    package static func amount(_ amount: Int, _ figures: FigureKey...) -> ReportCell { ReportCell(.amount(amount), figures) }
    package static func share(_ share: Int?, _ figures: FigureKey...) -> ReportCell {
        share.map { ReportCell(.share($0), figures) } ?? .none
    }
    package static func ratio(_ ratio: Int?, _ figures: FigureKey...) -> ReportCell {
        ratio.map { ReportCell(.ratio($0), figures) } ?? .none
    }
}

/// A plot of figures that stand in the table beside it.
package struct ReportPlot: Sendable {
    package enum Kind: Sendable {
        /// Columns of 100 percent, each divided among the series.
        case shares
        /// Columns of counts, the series upon one another.
        case stacked
        /// Columns of counts, the series side by side.
        case grouped
        /// A bar for each category; one series.
        case bars
    }

    package struct Series: Sendable {
        package let name: Phrase
        /// One for each category.
        package var cells: [ReportCell]

        package init(_ name: Phrase, _ cells: [ReportCell]) {
            self.name = name
            self.cells = cells
        }
    }

    package let kind: Kind
    package let title: Phrase
    package let categories: [ReportCell]
    package var series: [Series]

    /// A plot shows so many categories at most, the last ones: more cannot be told apart.
    package static let categoryCount = 36

    package init(_ kind: Kind, _ word: ReportWord, _ categories: [ReportCell], _ series: [Series]) {
        self.init(kind, word.phrase, categories, series)
    }

    package init(_ kind: Kind, _ title: Phrase, _ categories: [ReportCell], _ series: [Series]) {
        self.kind = kind
        self.title = title
        let first = max(0, categories.count - ReportPlot.categoryCount)
        self.categories = Array(categories[first...])
        self.series = series.map { Series($0.name, Array($0.cells[first...])) }
    }
}

/// Shares of a whole in tenths of a percent, by whole numbers alone.
package enum Shares {
    /// Each part's share; together exactly 1000. Every share is rounded down, and what is left goes to those that lost most
    /// by it, the first of equals first (the method of largest remainders).
    ///
    /// - Parameter parts: none negative, together at most 2^53.
    /// - Returns: nil for each when there is nothing to share.
    package static func of(_ parts: [Int]) -> [Int?] {
        let total = parts.reduce(0, +)
        guard total > 0 else { return parts.map { _ in nil } }
        var shares = parts.map { $0 * 1000 / total }
        let left = 1000 - shares.reduce(0, +)
        let losers = parts.indices.sorted { a, b in
            let lostA = parts[a] * 1000 % total, lostB = parts[b] * 1000 % total
            return lostA == lostB ? a < b : lostA > lostB
        }
        for index in losers.prefix(left) { shares[index] += 1 }
        return shares
    }

    /// One part of a whole, halves up.
    package static func one(_ part: Int, of whole: Int) -> Int? {
        whole > 0 ? (part * 2000 + whole) / (2 * whole) : nil
    }
}
