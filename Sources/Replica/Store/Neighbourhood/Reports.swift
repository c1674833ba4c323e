import Community
import CRDT

// Reports: what they have in common. Each is read set by set in one snapshot, so that memory goes with the months, areas
// and codes there are, and not with the rows; what stands in them is defined by `ReportName.definition`.

extension Store {
    /// Reports on this replica as it is now, all in one snapshot: the same, cell by cell, on equal replicas.
    ///
    /// - Parameter made: told of each that is made, with the report where it is what is given in the end; says whether to go on.
    /// - Throws: `unknownName` for an area that is neither in `area` nor written anywhere.
    package func reports(_ names: [ReportName], _ frame: ReportFrame, made: (ReportName, Report?) -> Bool = { _, _ in true }) throws -> [Report] {
        try read { access in
            let reader = try ReportReader(access, frame)
            var all: [ReportName: Report] = [:]
            // What is withheld in one report depends on what all of them tell.
            for name in frame.isShared ? ReportName.allCases : names {
                let report = try reader.report(name)
                all[name] = report
                guard made(name, frame.isShared ? nil : report) else { return [] }
            }
            guard frame.isShared else { return names.compactMap { all[$0] } }
            let withheld = reader.figures.withheld()
            return names.compactMap { all[$0]?.shared(withheld) }
        }
    }
}

/// Makes the reports of one frame in one snapshot.
final class ReportReader {
    let access: Access
    let frame: ReportFrame
    let areas: ReportAreas
    var figures = FigureSystem()
    /// Words for areas, as they stand in rows, with the area that is meant (`areaTable`); with an area given, those alone.
    let areaPairs: String
    private var moments: MomentFigures?
    private var gatherings: [GatheringFigure]?

    init(_ access: Access, _ frame: ReportFrame) throws {
        self.access = access
        self.frame = frame
        try access.fold()
        var areas = try ReportAreas(access, isShared: frame.isShared)
        areaPairs = try areas.pairs(in: frame.area, access)
        self.areas = areas
    }

    func has(_ tables: String...) -> Bool { BrokenRules.has(tables, access) }

    func report(_ name: ReportName) throws -> Report {
        switch name {
        case .channels: try channels()
        case .reach: try reach()
        case .encounters: try encounters()
        case .demand: try demand()
        case .continuity: try continuity()
        case .coverage: try coverage()
        case .bridging: try bridging()
        case .starts: try starts()
        case .polls: try polls()
        case .retention: try retention()
        }
    }

    /// Read once for all reports that count them.
    func momentFigures() throws -> MomentFigures {
        if let moments { return moments }
        let read = try readMoments()
        moments = read
        return read
    }

    func gatheringFigures() throws -> [GatheringFigure] {
        if let gatherings { return gatherings }
        let read = try readGatherings()
        gatherings = read
        return read
    }

    // MARK: SQL that reports share

    /// Numbers of the parameters that `rows` binds.
    static let today = "?1", from = "?2", until = "?3"

    /// Runs a query that may use `personText` and the table `area_of`, and these parameters.
    func rows(_ sql: String) throws -> [QueryRow] {
        let tables = """
            with area_of(text, area) as materialized (
                select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(?4))
            """
        return try access.rows(
            sql.hasPrefix("with ") ? tables + ", " + sql.dropFirst(5) : tables + " " + sql,
            [
                .text(frame.today), .text(frame.from ?? ""), .text(frame.until ?? "9999-12-31"), .text(areaPairs),
            ])
    }

    /// Whether a day is in the period; without a period every readable one is.
    static func isInPeriod(_ day: String) -> String { "(\(day) >= \(from) and \(day) <= \(until))" }

    /// `and …` when an area is given: what a column of words for areas must be.
    func isInArea(_ column: String) -> String {
        frame.area == nil ? "" : "and \(column) in (select text from area_of)"
    }

    /// Persons with a contact in the area, as a condition on a column of persons.
    func isPersonInArea(_ column: String) -> String {
        guard frame.area != nil else { return "" }
        return """
            and \(column) in (
                select \(personText("contact.id")) from contact where contact.area in (select text from area_of))
            """
    }

    /// The months from the first to the last, those between filled in when they are few enough to read.
    static func months(_ known: some Sequence<String>) -> [String] {
        let known = Set(known).sorted()
        guard let first = known.first.flatMap(number), let last = known.last.flatMap(number), last - first < 60 else { return known }
        return (first...last).map { month in
            let year = String(month / 12)
            return String(repeating: "0", count: 4 - year.count) + year + (month % 12 < 9 ? "-0" : "-") + String(month % 12 + 1)
        }
    }

    private static func number(_ month: String) -> Int? {
        guard let year = Int(month.prefix(4)), let part = Int(month.suffix(2)) else { return nil }
        return year * 12 + part - 1
    }

    static func codes(_ list: String) -> [Code] { CodeList.named(list)?.codes ?? [] }
}

/// The areas of a space as reports name them.
struct ReportAreas {
    private let tree: AreaTree
    private let rows: [(id: String, code: String?, name: String?, parent: String?, kind: String?)]
    private let names: [String: String]
    private let parents: [String: String]
    private let isShared: Bool
    /// How words that name no area were first written.
    private var spellings: [String: String] = [:]

    /// Words that name no area, in reports for handing out: they may be anything.
    static let other = "?"
    /// No word at all.
    static let none = ""

    init(_ access: Access, isShared: Bool) throws {
        self.isShared = isShared
        rows = BrokenRules.has(["area"], access)
            ? try access.rows("select id, code, nullif(trim(name), ''), parent, kind from area order by id").map {
                ($0.text(0) ?? "", $0.text(1), $0.text(2), $0.text(3), $0.text(4))
            } : []
        tree = AreaTree(rows.map { ($0.id, $0.code, $0.name, $0.parent) })
        names = Dictionary(rows.map { ($0.id, $0.name ?? $0.code ?? $0.id) }, uniquingKeysWith: { first, _ in first })
        parents = Dictionary(rows.compactMap { row in row.parent.map { (row.id, $0) } }, uniquingKeysWith: { first, _ in first })
    }

    /// What words in a row mean: an area's id; `~` and the words where they name none.
    private func area(of text: String) -> String {
        if text.allSatisfy(\.isWhitespace) { return ReportAreas.none }
        let id = tree.id(of: text)
        return names[id] != nil ? id : "~" + id
    }

    private func isWithin(_ area: String, _ outer: String) -> Bool {
        var at = area
        var seen: Set<String> = []
        while at != outer {
            guard seen.insert(at).inserted, let parent = parents[at] else { return false }
            at = tree.id(of: parent)
        }
        return true
    }

    /// Pairs of words as they stand in rows and the area that is meant, as JSON; with an area given, of what lies within it.
    mutating func pairs(in wanted: String?, _ access: Access) throws -> String {
        let outer = wanted.map(area)
        var isKnown = outer == nil || names[outer ?? ""] != nil
        var pairs: [String] = []
        let tables = ["contact", "help_item", "initiative"].filter { BrokenRules.has([$0], access) }
        guard !tables.isEmpty else { return "[]" }
        for row in try access.rows(
            tables.map { "select area from \($0) where typeof(area) = 'text' union select trim(area) from \($0) where typeof(area) = 'text'" }.joined(separator: " union ") + " order by 1")
        {
            guard let text = row.text(0) else { continue }
            let meant = area(of: text)
            if let outer {
                guard isWithin(meant, outer) else { continue }
                isKnown = true
            }
            if meant.hasPrefix("~"), spellings[meant] == nil { spellings[meant] = text }
            let told = isShared && meant.hasPrefix("~") ? ReportAreas.other : meant
            pairs.append("[\(jsonText(text)),\(jsonText(told))]")
        }
        guard isKnown else { throw StoreError(.unknownName, "area") }
        return "[\(pairs.joined(separator: ","))]"
    }

    /// Areas that are always shown, by name: districts, neighbourhoods, municipalities; with an area given, those within it.
    func shown(in wanted: String?) -> [String] {
        let outer = wanted.map(area)
        return rows.filter { ["wijk", "buurt", "municipality"].contains($0.kind) || $0.id == outer }.map(\.id)
            .filter { id in outer.map { isWithin(id, $0) } ?? true }
    }

    func cell(_ area: String) -> ReportCell {
        if area == ReportAreas.none { return .label(ReportWord.noArea) }
        if area == ReportAreas.other { return .label(ReportWord.otherArea) }
        return .text(names[area] ?? spellings[area] ?? area)
    }

    /// By name, then id; other words, and none, come last.
    func sorted(_ areas: some Sequence<String>) -> [String] {
        func rank(_ area: String) -> (Int, String) {
            area == ReportAreas.none ? (3, "") : area == ReportAreas.other ? (2, "") : area.hasPrefix("~") ? (1, area) : (0, names[area] ?? area)
        }
        return Set(areas).sorted { a, b in
            let x = rank(a), y = rank(b)
            if x.0 != y.0 { return x.0 < y.0 }
            return x.1 == y.1 ? a.precedes(b) : x.1.precedes(y.1)
        }
    }
}
