import Community
import CRDT
import Schema
import Words

// Reports on initiatives, gatherings, polls, and on what is kept too long.

/// Gatherings of one month, area and channel that bring groups together, or do not.
struct GatheringFigure {
    /// nil: the day cannot be read.
    let month: String?
    let area: String
    let channel: String
    let bridges: Bool
    let count: Int
    let visitors: Int
}

extension ReportReader {
    func readGatherings() throws -> [GatheringFigure] {
        guard has("gathering", "initiative") else { return [] }
        let audiences = has("initiative_term", "term")
            ? """
                select initiative, count(*) as count from initiative_term join term on term.id = initiative_term.term
                where term.taxonomy = 'audience' and coalesce(term.code, '') <> 'everyone' group by initiative
                """
            : "select null as initiative, 0 as count"
        return try rows(
            """
            with audiences as materialized (\(audiences))
            select substr(day, 1, 7), coalesce(area_of.area, ''), channel, bridges, count(*), sum(visitors) from (
                select \(dayText("gathering.starts_at")) as day, initiative.area as area, gathering.channel as channel,
                    case when gathering.mixed_groups = 1 then 1 when gathering.mixed_groups is not null then 0
                        else coalesce(audiences.count >= 2, 0) end as bridges,
                    case when typeof(gathering.headcount) = 'integer' then min(max(gathering.headcount, 0), 1000000) else 0 end as visitors
                from gathering left join initiative on initiative.id = gathering.initiative
                    left join audiences on audiences.initiative = gathering.initiative
                where coalesce(gathering.status, '') <> 'cancelled') as held
            left join area_of on area_of.text = held.area
            where (day is null or (\(ReportReader.isInPeriod("day")) and day <= \(ReportReader.today))) \(isInArea("held.area"))
            group by 1, 2, 3, 4
            """
        ).map { row in
            GatheringFigure(
                month: row.text(0), area: row.text(1) ?? "", channel: row.text(2) ?? "", bridges: row.integer(3) == 1,
                count: row.integer(4) ?? 0, visitors: row.integer(5) ?? 0)
        }
    }

    // MARK: Bridging

    func bridging() throws -> Report {
        guard has("gathering", "initiative") else { return Report(.bridging, frame, tables: []) }
        let all = try gatheringFigures()
        struct Place: Hashable {
            let area: String
            let month: String
        }
        struct Tally {
            var count = 0
            var bridging = 0
            var cells: [ReportCell] { [.count(count), .count(bridging), .share(Shares.one(bridging, of: count))] }
            mutating func add(_ figure: GatheringFigure) {
                count += figure.count
                if figure.bridges { bridging += figure.count }
            }
        }
        var byMonth: [String: Tally] = [:], byArea: [String: Tally] = [:], byBoth: [Place: Tally] = [:], total = Tally()
        for figure in all {
            guard let month = figure.month else { continue }
            byMonth[month, default: Tally()].add(figure)
            byArea[figure.area, default: Tally()].add(figure)
            byBoth[Place(area: figure.area, month: month), default: Tally()].add(figure)
            total.add(figure)
        }
        let months = ReportReader.months(byMonth.keys), places = areas.sorted(byArea.keys)
        let sum = total.count > 0 ? [ReportTable.Row([.label(ReportWord.total)] + total.cells, isTotal: true)] : []
        let monthRows = months.map { ReportTable.Row([.day($0)] + (byMonth[$0] ?? Tally()).cells) }
        let plot = ReportPlot(.grouped, .bridgingPlot, months.map { .day($0) }, [
            .init(ReportWord.gatherings.phrase, monthRows.map { $0.cells[1] }), .init(ReportWord.bridging.phrase, monthRows.map { $0.cells[2] }),
        ])
        let columns: [ReportTable.Column] = [.init("gatherings", .gatherings), .init("bridging", .bridging), .init("share", .bridgingShare)]
        let month = ReportTable.Column("month", .month, isNumber: false), area = ReportTable.Column("area", .area, isNumber: false)
        return Report(
            .bridging, frame,
            tables: [
                ReportTable("months", .bridgingMonths, [month] + columns, monthRows + sum, plots: months.isEmpty ? [] : [plot]),
                ReportTable("areas", .bridgingAreas, [area] + columns, places.map { .init([areas.cell($0)] + (byArea[$0] ?? Tally()).cells) } + sum),
                ReportTable(
                    "areas_months", .bridgingAreaMonths, [area, month] + columns,
                    places.flatMap { place in
                        months.compactMap { month in
                            byBoth[Place(area: place, month: month)].map { .init([areas.cell(place), .day(month)] + $0.cells) }
                        }
                    }),
            ], remarks: [.init(word: .gatheringsWithoutDay, count: all.reduce(0) { $0 + ($1.month == nil ? $1.count : 0) })])
    }

    // MARK: Coverage

    func coverage() throws -> Report {
        guard has("initiative", "initiative_term", "term") else { return Report(.coverage, frame, tables: []) }
        let conditions = try rows(
            """
            select id, coalesce(code, id), coalesce(nullif(trim(name_nl), ''), nullif(trim(name_en), ''), code, id),
                coalesce(nullif(trim(name_en), ''), nullif(trim(name_nl), ''), code, id)
            from term where taxonomy = 'condition' order by id
            """)
        let order = FoundingRow.community.filter { $0.table == "term" }.map(\.id)
        let sorted = conditions.sorted { a, b in
            let x = order.firstIndex(of: a.text(0) ?? "") ?? order.count, y = order.firstIndex(of: b.text(0) ?? "") ?? order.count
            return x == y ? (a.text(0) ?? "").precedes(b.text(0) ?? "") : x < y
        }
        let running = """
            with running as materialized (
                select initiative.id as id, coalesce(area_of.area, '') as place from initiative left join area_of on area_of.text = initiative.area
                where coalesce(status, '') not in ('idea', 'ended') and coalesce(\(dayText("starts_on")), '') <= \(ReportReader.today)
                    and coalesce(\(dayText("ends_on")), '9999-12-31') >= \(ReportReader.today) \(isInArea("initiative.area")))
            """
        var counts: [String: [String: Int]] = [:], totals: [String: Int] = [:]
        for row in try rows("\(running) select place, count(*) from running group by 1") { totals[row.text(0) ?? ""] = row.integer(1) }
        for row in try rows(
            """
            \(running) select place, initiative_term.term, count(*) from running join initiative_term on initiative_term.initiative = running.id
            group by 1, 2
            """)
        { counts[row.text(0) ?? "", default: [:]][row.text(1) ?? ""] = row.integer(2) }
        let places = areas.sorted(areas.shown(in: frame.area) + totals.keys)
        let names = sorted.map { Phrase(nl: $0.text(2) ?? "", en: $0.text(3) ?? "") }
        var gaps: [ReportTable.Row] = []
        var rows = places.map { place in
            let found = sorted.map { counts[place]?[$0.text(0) ?? ""] ?? 0 }
            for (index, count) in found.enumerated() where count == 0 {
                gaps.append(.init([areas.cell(place), .label(sorted[index].text(1) ?? "", names[index])]))
            }
            return ReportTable.Row(
                [areas.cell(place)] + found.map { .count($0) } + [.count(totals[place] ?? 0), .count(found.count { $0 == 0 })])
        }
        if !rows.isEmpty {
            let sums = (1...sorted.count + 2).map { index in
                rows.reduce(0) { sum, row in if case .count(let count) = row.cells[index].content { sum + count } else { sum } }
            }
            rows.append(.init([.label(ReportWord.total)] + sums.map { .count($0) }, isTotal: true))
        }
        let area = ReportTable.Column("area", .area, isNumber: false)
        return Report(
            .coverage, frame,
            tables: [
                ReportTable(
                    "conditions", .coverageTable,
                    [area] + zip(sorted, names).map { .init($0.text(1) ?? "", $1) }
                        + [.init("initiatives", .initiativesRunning), .init("empty", .emptyCells)], rows, marksZero: true),
                ReportTable("empty", .coverageGaps, [area, .init("condition", .condition, isNumber: false)], gaps),
            ])
    }

    // MARK: Continuity

    func continuity() throws -> Report {
        guard has("initiative") else { return Report(.continuity, frame, tables: []) }
        var found = try Store.initiativesAtRisk(access, today: frame.today, fundingDays: frame.fundingDays, endedDays: ContinuityRule.endedDayCount)
        if frame.area != nil {
            let within = Set(try rows("select text from area_of").compactMap { $0.text(0) })
            found = found.filter { $0.area.map(within.contains) ?? false }
        }
        let meant = Dictionary(try rows("select text, area from area_of").map { ($0.text(0) ?? "", $0.text(1) ?? "") }, uniquingKeysWith: { a, _ in a })
        var tally: [ContinuityReason.Kind: Int] = [:]
        let rows = found.map { initiative in
            var cells = [ReportCell](repeating: .none, count: 5)
            for reason in initiative.reasons {
                tally[reason.kind, default: 0] += 1
                switch reason {
                case .noNextGathering(let last): cells[0] = last.map { .day($0) } ?? .label(ReportWord.noneYet)
                case .noOrganiser: cells[1] = .label(frame.isShared ? ReportWord.fewOrganisers : ReportWord.none)
                case .oneOrganiser: cells[1] = .label(frame.isShared ? ReportWord.fewOrganisers : ReportWord.one)
                case .fundingEnds(let day): cells[2] = .day(day)
                case .openNeeds(let needs):
                    cells[3] = ReportCell(.words(Phrase(
                        nl: needs.map(\.name.nl).joined(separator: ", "), en: needs.map(\.name.en).joined(separator: ", "))))
                case .noSuccessor(let day): cells[4] = day.map { .day($0) } ?? .label(ReportWord.unknown)
                }
            }
            return ReportTable.Row([.text(initiative.name), areas.cell(initiative.area.flatMap { meant[$0] } ?? "")] + cells)
        }
        var reasons: [ReportTable.Row] = []
        for kind in ContinuityReason.Kind.allCases {
            var count = tally[kind] ?? 0
            var name = ReportCell.label(kind.rawValue, kind.phrase)
            if frame.isShared {
                // Whether it is one person or nobody is not for everybody.
                if kind == .oneOrganiser { continue }
                if kind == .noOrganiser {
                    count += tally[.oneOrganiser] ?? 0
                    name = .label("few-organisers", Phrase(nl: "te weinig organisatoren", en: "too few organisers"))
                }
            }
            if count > 0 { reasons.append(.init([name, .count(count)])) }
        }
        let plot = ReportPlot(.bars, .riskPlot, reasons.map { $0.cells[0] }, [.init(ReportWord.initiatives.phrase, reasons.map { $0.cells[1] })])
        return Report(
            .continuity, frame,
            tables: [
                ReportTable(
                    "reasons", .riskReasons, [.init("reason", .reason, isNumber: false), .init("initiatives", .initiatives)], reasons,
                    plots: reasons.isEmpty ? [] : [plot]),
                ReportTable(
                    "initiatives", .riskInitiatives,
                    [
                        .init("initiative", .initiative, isNumber: false), .init("area", .area, isNumber: false),
                        .init("no_next_gathering", .nextGathering, isNumber: false), .init("organisers", .organisers, isNumber: false),
                        .init("funding_ends", .fundingEnds, isNumber: false), .init("open_needs", .openNeeds, isNumber: false),
                        .init("no_successor", .endedOn, isNumber: false),
                    ], rows),
            ])
    }

    // MARK: Polls

    func polls() throws -> Report {
        guard has("poll", "poll_option", "open_answer") else { return Report(.polls, frame, tables: []) }
        let polls = try rows(
            """
            select poll.id, survey, coalesce(nullif(trim(question_nl), ''), nullif(trim(question_en), ''), poll.id),
                coalesce(nullif(trim(question_en), ''), nullif(trim(question_nl), ''), poll.id), coalesce(answers.count, 0)
            from poll left join (select poll, count(*) as count from open_answer group by poll) as answers on answers.poll = poll.id
            where coalesce(\(dayText("opens")), '') <= \(ReportReader.until) and coalesce(\(dayText("closes")), '9999-12-31') >= \(ReportReader.from)
            order by coalesce(\(dayText("opens")), ''), coalesce(survey, ''), poll.id
            """)
        let options = Dictionary(grouping: try rows(
            """
            select poll, id, coalesce(nullif(trim(label), ''), id),
                case when typeof(votes) = 'integer' then min(max(votes, 0), 1000000000) else 0 end
            from poll_option order by poll, id
            """)) { $0.text(0) ?? "" }
        var rows: [ReportTable.Row] = [], open: [ReportTable.Row] = [], plots: [ReportPlot] = []
        for poll in polls {
            let id = poll.text(0) ?? "", found = options[id] ?? []
            let question = Phrase(nl: poll.text(2) ?? "", en: poll.text(3) ?? "")
            let heads: [ReportCell] = [.text(poll.text(1)), ReportCell(.words(question))]
            let votes = found.map { $0.integer(3) ?? 0 }, whole = FigureKey("poll", id)
            func key(_ option: QueryRow) -> FigureKey { FigureKey("poll", id, option.text(1) ?? "") }
            for (option, count) in zip(found, votes) { figures.note(key(option), count) }
            figures.note(whole, votes.reduce(0, +))
            figures.note(sum: whole, of: found.map(key))
            let cells = zip(found, zip(votes, Shares.of(votes))).map { option, rest in
                [ReportCell.text(option.text(2)), .count(rest.0, key(option)), .share(rest.1, key(option), whole)]
            }
            rows += cells.map { .init(heads + $0) }
            if !found.isEmpty {
                rows.append(.init(
                    heads + [.label(ReportWord.total), .count(votes.reduce(0, +), whole), .share(votes.contains { $0 > 0 } ? 1000 : nil, whole)],
                    isTotal: true))
                plots.append(ReportPlot(.bars, question, cells.map { $0[0] }, [.init(ReportWord.votes.phrase, cells.map { $0[1] })]))
            }
            if let count = poll.integer(4), count > 0 {
                let answers = FigureKey("answers", id)
                figures.note(answers, count)
                open.append(.init(heads + [.count(count, answers)]))
            }
        }
        let heads: [ReportTable.Column] = [.init("survey", .survey, isNumber: false), .init("question", .question, isNumber: false)]
        var tables = [
            ReportTable(
                "answers", .pollAnswers, heads + [.init("answer", .answer, isNumber: false), .init("votes", .votes), .init("share", .share)], rows,
                plots: plots),
            ReportTable("open", .pollOpen, heads + [.init("answers", .openAnswers)], open),
        ]
        if !frame.isShared {
            let shown = Dictionary(polls.map { ($0.text(0) ?? "", $0) }, uniquingKeysWith: { a, _ in a })
            let texts = try self.rows("select poll, text from open_answer order by poll, id").compactMap { row -> ReportTable.Row? in
                guard let poll = row.text(0).flatMap({ shown[$0] }) else { return nil }
                return .init([.text(poll.text(1)), ReportCell(.words(Phrase(nl: poll.text(2) ?? "", en: poll.text(3) ?? ""))), .text(row.text(1))])
            }
            tables.append(ReportTable("texts", .pollTexts, heads + [.init("text", .text, isNumber: false)], texts))
        }
        return Report(.polls, frame, tables: tables)
    }

    // MARK: Retention

    func retention() throws -> Report {
        let past = try Store.pastTerm(access, today: frame.today)
        let rows = RetentionTerm.all.map { term in
            let those = past.filter { $0.term.purpose == term.purpose && $0.term.subject == term.subject }
            let key = FigureKey("past", term.purpose, term.subject.rawValue)
            figures.note(key, those.count)
            let oldest = those.map(\.since).min { $0.precedes($1) }
            return ReportTable.Row([
                CodeList.named("consent_purpose")?[term.purpose].map { .label($0.code, $0.label) } ?? .text(term.purpose),
                .label(term.table, Schema.community[term.table]?.kinds ?? Phrase(nl: term.table, en: term.table)), ReportCell(.words(term.reason)), .count(term.months), .count(those.count, key),
                oldest.map { ReportCell(.day($0), [key]) } ?? .none,
            ])
        }
        return Report(
            .retention, frame,
            tables: [
                ReportTable(
                    "terms", .retentionTerms,
                    [
                        .init("purpose", .purpose, isNumber: false), .init("table", .table, isNumber: false),
                        .init("why", .reason, isNumber: false), .init("months", .term), .init("past", .pastTerm),
                        .init("since", .longestPast, isNumber: false),
                    ], rows),
            ])
    }
}
