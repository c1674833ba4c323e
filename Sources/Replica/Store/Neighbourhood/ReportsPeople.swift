import Community
import CRDT
import Schema
import Words

// Reports on persons: who is reached, help asked and offered, new volunteers. A person is counted once, however many contacts
// are "the same".

extension ReportReader {
    // MARK: Reach

    /// `moment(id, person, day)`: each person who took part in each moment. Used by rows(_:).
    private var personMoments: String {
        """
        with moment as materialized (
            select contact_moment.id as id, \(personText("contact.id")) as person, \(dayText("contact_moment.occurred_at")) as day
            from contact_moment_contact join contact_moment on contact_moment.id = contact_moment_contact.contact_moment
                join contact on contact.id = contact_moment_contact.contact
            where 1 \(isPersonInArea(personText("contact.id")))),
        counted as (select * from moment where day <= \(ReportReader.today)),
        first as materialized (select person, min(day) as first, max(day) as last from counted group by person)
        """
    }

    func reach() throws -> Report {
        guard has("contact", "contact_moment", "contact_moment_contact") else { return Report(.reach, frame, tables: []) }
        let parts = Dictionary(grouping: try reachRows()) { $0.text(0) ?? "" }
        let byMonth = parts["month"] ?? []
        guard let period = parts["period"]?.first, let left = parts["left"]?.first, let quiet = parts["quiet"]?.first
        else { return Report(.reach, frame, tables: []) }

        func key(_ month: String, _ part: ReportWord) -> FigureKey { FigureKey("reach", month, part.rawValue) }
        func cells(_ month: String, _ reached: Int, _ first: Int) -> [ReportCell] {
            figures.note(key(month, .reached), reached)
            figures.note(key(month, .first), first)
            figures.note(key(month, .again), reached - first)
            figures.note(sum: key(month, .reached), of: [key(month, .first), key(month, .again)])
            return [
                .count(reached, key(month, .reached)), .count(first, key(month, .first)), .count(reached - first, key(month, .again)),
            ]
        }
        let found = Dictionary(byMonth.map { ($0.text(1) ?? "", ($0.integer(2) ?? 0, $0.integer(3) ?? 0)) }, uniquingKeysWith: { a, _ in a })
        let months = ReportReader.months(found.keys)
        let rows = months.map { ReportTable.Row([.day($0)] + cells($0, found[$0]?.0 ?? 0, found[$0]?.1 ?? 0)) }
        let total = cells("*", period.integer(2) ?? 0, period.integer(3) ?? 0)
        let often = period.integer(4) ?? 0, once = FigureKey("reach", "*", "once")
        figures.note(key("*", .moreThanOnce), often)
        figures.note(once, (period.integer(2) ?? 0) - often, hidden: true)
        figures.note(sum: key("*", .reached), of: [key("*", .moreThanOnce), once])
        figures.note(sum: key("*", .first), of: months.map { key($0, .first) })
        let columns: [ReportTable.Column] = [.init("reached", .reached), .init("first", .first), .init("again", .again)]
        return Report(
            .reach, frame,
            tables: [
                ReportTable(
                    "period", .reachPeriod, columns + [.init("more_than_once", .moreThanOnce)],
                    [.init(total + [.count(often, key("*", .moreThanOnce))])]),
                ReportTable(
                    "months", .reachMonths, [.init("month", .month, isNumber: false)] + columns, rows,
                    plots: rows.isEmpty ? [] : [
                        ReportPlot(.stacked, .reachPlot, months.map { .day($0) }, [
                            .init(ReportWord.first.phrase, rows.map { $0.cells[2] }), .init(ReportWord.again.phrase, rows.map { $0.cells[3] }),
                        ]),
                    ]),
                notReached(quiet),
            ],
            remarks: frame.isShared ? [] : [
                .init(word: .momentsWithoutDay, count: left.integer(2) ?? 0), .init(word: .momentsAfterToday, count: left.integer(3) ?? 0),
            ])
    }

    /// So many days without a moment.
    private static let quietDays = [30, 60, 90]

    /// All that is asked of persons and moments, in one statement: who took part in what is read once. A part's name comes first, then
    /// the month, then numbers.
    private func reachRows() throws -> [QueryRow] {
        let isInPeriod = ReportReader.isInPeriod("day")
        let isFirst = "first.first >= \(ReportReader.from)"
        let quiet = ReportReader.quietDays.map { days in
            let isQuiet = "coalesce(last, created, '') < date(\(ReportReader.today), '-\(days) days')"
            return "coalesce(sum(\(isQuiet)), 0), coalesce(sum(\(isQuiet) and last is null), 0)"
        }
        return try rows(
            """
            \(personMoments),
            active as (
                select \(personText("contact.id")) as person, min(\(dayText("contact.created_at"))) as created from contact
                where \(isIndividualText("kind")) and coalesce(active, 1) <> 0 \(isPersonInArea(personText("contact.id")))
                group by 1)
            select 'month', month, count(*), sum(is_first), null, null, null, null, null from (
                select substr(day, 1, 7) as month, counted.person, max(day = first.first and \(isFirst)) as is_first
                from counted join first on first.person = counted.person where \(isInPeriod) group by 1, 2)
            group by month
            union all
            select 'period', null, count(*), coalesce(sum(is_first), 0), coalesce(sum(moments > 1), 0), null, null, null, null from (
                select counted.person, count(distinct id) as moments, max(\(isFirst)) as is_first
                from counted join first on first.person = counted.person where \(isInPeriod) group by counted.person)
            union all
            select 'left', null, coalesce(sum(day is null), 0), coalesce(sum(day > \(ReportReader.today)), 0), null, null, null, null, null from moment
            union all
            select 'quiet', null, count(*), \(quiet.joined(separator: ", ")) from active left join first on first.person = active.person
            """)
    }

    private func notReached(_ found: QueryRow) -> ReportTable {
        func key(_ part: String) -> FigureKey { FigureKey("quiet", part) }
        let active = found.integer(2) ?? 0
        figures.note(key("active"), active)
        var rows: [ReportTable.Row] = []
        var before: (name: String, count: Int, never: Int?) = ("active", active, nil)
        for (index, days) in ReportReader.quietDays.enumerated() {
            let name = String(days), quiet = found.integer(3 + 2 * index) ?? 0, never = found.integer(4 + 2 * index) ?? 0
            figures.note(key(name), quiet)
            figures.note(key(name + " never"), never)
            // What lies between two spans follows from both.
            figures.note(key(name + " less"), before.count - quiet, hidden: true)
            figures.note(sum: key(before.name), of: [key(name), key(name + " less")])
            figures.note(key(name + " once"), quiet - never, hidden: true)
            figures.note(sum: key(name), of: [key(name + " never"), key(name + " once")])
            if let known = before.never {
                figures.note(key(name + " never less"), known - never, hidden: true)
                figures.note(sum: key(before.name + " never"), of: [key(name + " never"), key(name + " never less")])
            }
            before = (name, quiet, never)
            let label = Phrase(nl: "\(days) dagen", en: "\(days) days")
            rows.append(.init([
                ReportCell.label(name, label), .count(quiet, key(name)),
                .share(Shares.one(quiet, of: active), key(name), key("active")), .count(never, key(name + " never")),
            ]))
        }
        let plot = ReportPlot(.bars, .notReachedPlot, rows.map { $0.cells[0] }, [.init(ReportWord.persons.phrase, rows.map { $0.cells[1] })])
        rows.append(.init([.label(ReportWord.active), .count(active, key("active")), .none, .none], isTotal: true))
        return ReportTable(
            "not_reached", .notReached,
            [.init("days", .days, isNumber: false), .init("persons", .persons), .init("share", .personShare), .init("never", .never)], rows,
            plots: active > 0 ? [plot] : [])
    }

    // MARK: Demand and supply

    private struct HelpCell: Hashable {
        let category: String
        let area: String
    }

    func demand() throws -> Report {
        guard has("help_item", "contact") else { return Report(.demand, frame, tables: []) }
        let kinds = ["request", "offer"].flatMap { direction in ReportReader.codes("help_status").map { direction + " " + $0.code } }
        let known = Set(ReportReader.codes("help_category").map(\.code))
        let statuses = Set(ReportReader.codes("help_status").map(\.code))
        var counts: [HelpCell: [String: Int]] = [:]
        var undated = 0
        for row in try rows(
            """
            select item.category, coalesce(area_of.area, ''), item.direction, item.status, day is null, count(*) from (
                select help_item.category, help_item.direction, help_item.status, \(dayText("help_item.created_at")) as day,
                    coalesce(nullif(trim(help_item.area), ''), contact.area) as area
                from help_item left join contact on contact.id = help_item.contact
                where help_item.direction in ('request', 'offer') and (help_item.contact is null or contact.id is not null)) as item
            left join area_of on area_of.text = item.area
            where (day is null or \(ReportReader.isInPeriod("day"))) \(isInArea("item.area")) group by 1, 2, 3, 4, 5
            """)
        {
            let count = row.integer(5) ?? 0
            if row.integer(4) == 1, frame.hasPeriod {
                undated += count
                continue
            }
            let cell = HelpCell(
                category: row.text(0).flatMap { known.contains($0) ? $0 : nil } ?? ReportWord.unknown.rawValue, area: row.text(1) ?? "")
            let status = row.text(3).flatMap { statuses.contains($0) ? $0 : nil } ?? "open"
            counts[cell, default: [:]]["\(row.text(2) ?? "") \(status)", default: 0] += count
        }
        let categories = (ReportReader.codes("help_category").map(\.code) + [ReportWord.unknown.rawValue])
            .filter { code in counts.keys.contains { $0.category == code } }
        let areas = areas.sorted(counts.keys.map(\.area))
        var perCategory: [String: [String: Int]] = [:]
        var all: [String: Int] = [:]
        for (cell, found) in counts {
            perCategory[cell.category, default: [:]].merge(found, uniquingKeysWith: +)
            all.merge(found, uniquingKeysWith: +)
        }
        /// The cells of one line, its figures noted.
        func cells(_ category: String, _ area: String, _ found: [String: Int]) -> [ReportCell] {
            func key(_ kind: String) -> FigureKey { FigureKey("help", category, area, kind) }
            var cells: [ReportCell] = []
            var standing: [Int] = []
            for direction in ["request", "offer"] {
                let own = kinds.filter { $0.hasPrefix(direction) }
                for kind in own {
                    figures.note(key(kind), found[kind] ?? 0)
                    cells.append(.count(found[kind] ?? 0, key(kind)))
                }
                let total = own.reduce(0) { $0 + (found[$1] ?? 0) }
                figures.note(key(direction), total)
                figures.note(sum: key(direction), of: own.map(key))
                cells.append(.count(total, key(direction)))
                standing.append(total - (found["\(direction) withdrawn"] ?? 0))
            }
            let guards = ["offer", "offer withdrawn", "request", "request withdrawn"].map(key)
            cells.append(standing[0] > 0 ? ReportCell(.ratio(standing[1] * 100 / standing[0]), guards) : .none)
            return cells
        }
        func name(_ category: String) -> ReportCell {
            CodeList.named("help_category")?[category].map { .label($0.code, $0.label) } ?? .label(ReportWord.unknown)
        }
        var byArea: [ReportTable.Row] = [], byCategory: [ReportTable.Row] = []
        for category in categories {
            let found = areas.filter { counts[HelpCell(category: category, area: $0)] != nil }
            for area in found {
                byArea.append(.init([name(category), self.areas.cell(area)] + cells(category, area, counts[HelpCell(category: category, area: area)] ?? [:])))
            }
            byCategory.append(.init([name(category)] + cells(category, "*", perCategory[category] ?? [:])))
            for kind in kinds + ["request", "offer"] {
                figures.note(sum: FigureKey("help", category, "*", kind), of: found.map { FigureKey("help", category, $0, kind) })
            }
        }
        let plot = ReportPlot(.grouped, .demandPlot, byCategory.map { $0.cells[0] }, [
            .init(ReportWord.requests.phrase, byCategory.map { $0.cells[5] }), .init(ReportWord.offers.phrase, byCategory.map { $0.cells[10] }),
        ])
        if !categories.isEmpty {
            byCategory.append(.init([.label(ReportWord.total)] + cells("*", "*", all), isTotal: true))
            for kind in kinds + ["request", "offer"] {
                figures.note(sum: FigureKey("help", "*", "*", kind), of: categories.map { FigureKey("help", $0, "*", kind) })
            }
        }
        let columns: [ReportTable.Column] = [
            .init("requests_open", .requestsOpen), .init("requests_matched", .requestsMatched), .init("requests_fulfilled", .requestsFulfilled),
            .init("requests_withdrawn", .requestsWithdrawn), .init("requests", .requests), .init("offers_open", .offersOpen),
            .init("offers_matched", .offersMatched), .init("offers_fulfilled", .offersFulfilled), .init("offers_withdrawn", .offersWithdrawn),
            .init("offers", .offers), .init("offers_per_request", .ratio),
        ]
        let category = ReportTable.Column("category", .category, isNumber: false)
        return Report(
            .demand, frame,
            tables: [
                ReportTable("categories", .demandCategories, [category] + columns, byCategory, plots: categories.isEmpty ? [] : [plot]),
                ReportTable("areas", .demandAreas, [category, .init("area", .area, isNumber: false)] + columns, byArea),
            ], remarks: [.init(word: .helpWithoutDay, count: frame.isShared ? 0 : undated)])
    }

    // MARK: Starts

    func starts() throws -> Report {
        guard has("initiative") else { return Report(.starts, frame, tables: []) }
        var begun: [String: Int] = [:], volunteers: [String: Int] = [:]
        var undated = 0
        for row in try rows(
            """
            select substr(day, 1, 7), count(*) from (
                select \(dayText("starts_on")) as day, area from initiative where coalesce(status, '') <> 'idea')
            where (day is null or (\(ReportReader.isInPeriod("day")) and day <= \(ReportReader.today))) \(isInArea("area")) group by 1
            """)
        {
            if let month = row.text(0) { begun[month] = row.integer(1) } else { undated = row.integer(1) ?? 0 }
        }
        let knowsPeople = has("contact", "involvement")
        if knowsPeople {
            for row in try rows(
                """
                select substr(day, 1, 7), count(*) from (
                    select \(personText("contact.id")) as person,
                        min(coalesce(\(dayText("involvement.\"from\"")), \(dayText("involvement.created_at")))) as day
                    from involvement join contact on contact.id = involvement.contact
                    where (involvement.code = 'volunteer' or involvement.basis = 'volunteer')
                        \(isPersonInArea(personText("contact.id"))) group by 1)
                where \(ReportReader.isInPeriod("day")) and day <= \(ReportReader.today) group by 1
                """)
            {
                if let month = row.text(0) { volunteers[month] = row.integer(1) }
            }
        }
        func key(_ month: String) -> FigureKey { FigureKey("volunteers", month) }
        func cells(_ month: String, _ begun: Int, _ volunteers: Int) -> [ReportCell] {
            guard knowsPeople else { return [.count(begun), .none] }
            figures.note(key(month), volunteers)
            return [.count(begun), .count(volunteers, key(month))]
        }
        let months = ReportReader.months(Array(begun.keys) + Array(volunteers.keys))
        var rows = months.map { ReportTable.Row([.day($0)] + cells($0, begun[$0] ?? 0, volunteers[$0] ?? 0)) }
        let plot = ReportPlot(.grouped, .startPlot, months.map { .day($0) }, [
            .init(ReportWord.initiativesBegun.phrase, rows.map { $0.cells[1] }), .init(ReportWord.volunteersNew.phrase, rows.map { $0.cells[2] }),
        ])
        if !rows.isEmpty {
            rows.append(.init(
                [.label(ReportWord.total)] + cells("*", begun.values.reduce(0, +), volunteers.values.reduce(0, +)), isTotal: true))
            figures.note(sum: key("*"), of: months.map(key))
        }
        return Report(
            .starts, frame,
            tables: [
                ReportTable(
                    "months", .startMonths,
                    [.init("month", .month, isNumber: false), .init("initiatives", .initiativesBegun), .init("volunteers", .volunteersNew)], rows,
                    plots: rows.isEmpty ? [] : [plot]),
            ], remarks: [.init(word: .initiativesWithoutDay, count: undated)])
    }
}
