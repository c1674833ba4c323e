import Community

// Plots as SVG 1.1 (https://www.w3.org/TR/SVG11/): shapes and text alone, no script, no link, no font of their own. Whole numbers
// throughout, so that the same report gives the same bytes on every machine.

/// Text within XML.
func xmlText(_ text: String) -> String {
    var out = ""
    for character in text.unicodeScalars {
        switch character {
        case "&": out += "&amp;"
        case "<": out += "&lt;"
        case ">": out += "&gt;"
        case "\"": out += "&quot;"
        default: out.unicodeScalars.append(character)
        }
    }
    return out
}

extension Report {
    /// All plots of a report, one below the other, as a file of its own; nil when it has none.
    package func svg(_ language: ReportLanguage) -> String? {
        let plots = tables.flatMap(\.plots)
        guard !plots.isEmpty else { return nil }
        var top = 64
        var body = ""
        for (index, plot) in plots.enumerated() {
            let drawing = PlotDrawing(plot, language, id: "plot\(index + 1)")
            body += "<g transform=\"translate(0 \(top))\">\n\(drawing.content)</g>\n"
            top += drawing.height + 24
        }
        let title = "\(language.text(name.title)): \(language.frame(frame))"
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(PlotDrawing.width) \(top)" role="img" aria-labelledby="title desc" \
            font-family="system-ui, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif" font-size="13" fill="#1f2430">
            <title id="title">\(xmlText(title))</title>
            <desc id="desc">\(xmlText(language.text(name.summary)))</desc>
            <rect width="\(PlotDrawing.width)" height="\(top)" fill="#ffffff"/>
            <text x="16" y="26" font-size="18" font-weight="bold">\(xmlText(language.text(name.title)))</text>
            <text x="16" y="46" fill="#4b5263">\(xmlText(([language.frame(frame)] + language.remarks(self)).joined(separator: ". ")))</text>
            \(body)</svg>

            """
    }
}

extension ReportPlot {
    /// The plot by itself, for a page that has its figures beside it.
    ///
    /// - Parameter id: unique in the page.
    func svg(_ language: ReportLanguage, id: String) -> String {
        let drawing = PlotDrawing(self, language, id: id)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(PlotDrawing.width) \(drawing.height)" role="img" \
            aria-labelledby="\(id)-title \(id)-desc" font-size="13" fill="#1f2430">
            \(drawing.content)</svg>
            """
    }
}

/// One plot, laid out.
private struct PlotDrawing {
    static let width = 760
    /// Told apart by people who see no difference between red and green, too, by their lightness; all dark enough for white words.
    private static let colours = [
        "#1b5e8c", "#c8501e", "#2f7d4f", "#7c4593", "#8f6a00", "#0b7a7c", "#a23b5a", "#56657a", "#5c7a1f", "#b0557c", "#7a5230", "#3f57b8",
        "#6b6b6b",
    ]

    private let plot: ReportPlot
    private let language: ReportLanguage
    private(set) var content = ""
    private(set) var height = 0

    init(_ plot: ReportPlot, _ language: ReportLanguage, id: String) {
        self.plot = plot
        self.language = language
        let names = plot.series.map { language.text($0.name) }.joined(separator: ", ")
        let kind: ReportWord = switch plot.kind {
        case .shares: .plotShares
        case .stacked: .plotStacked
        case .grouped: .plotGrouped
        case .bars: .plotBars
        }
        let first = plot.categories.first.map(language.text) ?? "", last = plot.categories.last.map(language.text) ?? ""
        let about = language.text(kind, names) + " " + language.text(.plotBeside, first, last)
        content = """
            <title id="\(id)-title">\(xmlText(language.text(plot.title)))</title>
            <desc id="\(id)-desc">\(xmlText(about))</desc>
            <text x="16" y="18" font-size="15" font-weight="bold">\(xmlText(language.text(plot.title)))</text>

            """
        if plot.kind == .bars { drawBars() } else { drawColumns() }
    }

    private func colour(_ index: Int) -> String { PlotDrawing.colours[index % PlotDrawing.colours.count] }

    /// What a shape is as long as; nil for what is withheld.
    private func size(_ cell: ReportCell) -> Int? {
        switch cell.content {
        case .count(let number), .amount(let number), .share(let number): number
        case .below, .withheld: nil
        default: 0
        }
    }

    private mutating func text(_ x: Int, _ y: Int, _ words: String, _ more: String = "") {
        content += "<text x=\"\(x)\" y=\"\(y)\"\(more.isEmpty ? "" : " " + more)>\(xmlText(words))</text>\n"
    }

    /// A shape that tells its figure to who points at it, or hears it read.
    private mutating func bar(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ colour: String, _ words: String) {
        guard width > 0, height > 0 else { return }
        content += "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(colour)\"><title>\(xmlText(words))</title></rect>\n"
    }

    /// - Returns: the height of the legend.
    private mutating func legend(at top: Int) -> Int {
        guard plot.series.count > 1 else { return 0 }
        var x = 16, y = top
        for (index, series) in plot.series.enumerated() {
            let name = language.text(series.name), length = 30 + name.unicodeScalars.count * 8
            if x + length > PlotDrawing.width - 16, x > 16 { (x, y) = (16, y + 20) }
            content += "<rect x=\"\(x)\" y=\"\(y)\" width=\"12\" height=\"12\" fill=\"\(colour(index))\"/>\n"
            text(x + 18, y + 11, name)
            x += length
        }
        return y + 28 - top
    }

    /// The least of 1, 2, 5, 10, 20, … that needs five steps at most.
    private static func step(_ most: Int) -> Int {
        var unit = 1
        while true {
            for step in [unit, 2 * unit, 5 * unit] where most <= 5 * step { return step }
            guard unit < 1 << 50 else { return unit }
            unit *= 10
        }
    }

    // MARK: Columns

    private mutating func drawColumns() {
        let left = 64, right = PlotDrawing.width - 16
        let top = 32 + legend(at: 32) + 12, depth = 240, base = top + depth
        let isStack = plot.kind != .grouped
        let heights = plot.categories.indices.map { index -> Int in
            let sizes = plot.series.map { size($0.cells[index]) ?? 0 }
            return isStack ? sizes.reduce(0, +) : sizes.max() ?? 0
        }
        let step = plot.kind == .shares ? 250 : PlotDrawing.step(max(1, heights.max() ?? 1))
        let most = plot.kind == .shares ? 1000 : max(1, ((heights.max() ?? 1) + step - 1) / step) * step
        for tick in stride(from: 0, through: most, by: step) {
            let y = base - tick * depth / most
            content += "<path d=\"M\(left) \(y)H\(right)\" stroke=\"\(tick == 0 ? "#1f2430" : "#d5d9e0")\" stroke-width=\"1\"/>\n"
            text(
                left - 8, y + 4, plot.kind == .shares ? language.text(.share(tick)).replacing(language.isDutch ? ",0" : ".0", with: "") : language.number(tick),
                "text-anchor=\"end\" fill=\"#4b5263\"")
        }
        let slot = max(1, (right - left) / max(1, plot.categories.count)), gap = max(2, slot / 6)
        let isNarrow = slot < 60
        for (index, category) in plot.categories.enumerated() {
            let x = left + index * slot + gap / 2, width = slot - gap, name = language.text(category)
            var y = base
            var hidden: String?
            for (number, series) in plot.series.enumerated() {
                let cell = series.cells[index], words = "\(name), \(language.text(series.name)): \(language.text(cell))"
                guard let size = size(cell) else {
                    hidden = hidden == nil || language.text(cell) == "*" ? language.text(cell) : hidden
                    continue
                }
                if isStack {
                    // The edges are rounded, not the lengths: together they are as high as the whole.
                    let below = plot.series[..<number].reduce(0) { $0 + (self.size($1.cells[index]) ?? 0) }
                    let upper = base - (below + size) * depth / most, lower = base - below * depth / most
                    bar(x, upper, width, max(0, lower - upper - (lower - upper > 3 ? 1 : 0)), colour(number), words)
                    if plot.kind == .shares, lower - upper >= 15, width >= 34 {
                        text(x + width / 2, (upper + lower) / 2 + 4, language.decimal(size, places: 1), "text-anchor=\"middle\" font-size=\"11\" fill=\"#ffffff\"")
                    }
                    y = upper
                } else {
                    let each = max(1, width / plot.series.count), high = size * depth / most
                    bar(x + number * each, base - high, max(1, each - 1), high, colour(number), words)
                    if each >= 22, size > 0 {
                        text(x + number * each + each / 2, base - high - 4, language.number(size), "text-anchor=\"middle\" font-size=\"11\"")
                    }
                }
            }
            if let hidden { text(x + width / 2, (isStack ? y : base) - 4, hidden, "text-anchor=\"middle\" font-size=\"11\" fill=\"#4b5263\"") }
            if isNarrow {
                text(0, 0, String(name.prefix(18)), "transform=\"translate(\(x + width / 2 + 4) \(base + 16)) rotate(-45)\" text-anchor=\"end\" font-size=\"11\"")
            } else {
                let most = max(4, slot / 6)
                text(
                    x + width / 2, base + 18, name.count > most ? String(name.prefix(most - 1)) + "…" : name, "text-anchor=\"middle\" font-size=\"11\"")
            }
        }
        height = base + (isNarrow ? 88 : 34)
    }

    // MARK: Bars

    private mutating func drawBars() {
        let left = 260, right = PlotDrawing.width - 80, top = 36, line = 28
        let cells = plot.series.first?.cells ?? []
        let most = max(1, cells.compactMap(size).max() ?? 1)
        for (index, category) in plot.categories.enumerated() {
            let y = top + index * line, name = language.text(category)
            text(left - 10, y + 15, name.unicodeScalars.count > 34 ? String(name.prefix(33)) + "…" : name, "text-anchor=\"end\"")
            let width = (size(cells[index]) ?? 0) * (right - left) / most
            bar(left, y, max(width, (size(cells[index]) ?? 0) > 0 ? 2 : 0), 20, colour(0), "\(name): \(language.text(cells[index]))")
            text(left + width + 8, y + 15, language.text(cells[index]))
        }
        let bottom = top + plot.categories.count * line
        content += "<path d=\"M\(left) \(top - 4)V\(bottom - 4)\" stroke=\"#1f2430\" stroke-width=\"1\"/>\n"
        height = bottom + 8
    }
}
