import Community
import CRDT
import Schema

// Reports on contact moments: channels, encounters, reach.

/// Contact moments by month and channel.
struct MomentFigures {
    struct Figure {
        var count = 0
        var minutes = 0

        static func + (a: Figure, b: Figure) -> Figure { Figure(count: a.count + b.count, minutes: a.minutes + b.minutes) }
    }

    /// nil: the day cannot be read. A channel without known code is `unknown`.
    struct Cell: Hashable {
        let month: String?
        let channel: String
    }

    private(set) var figures: [Cell: Figure] = [:]
    private var totals: [String: Figure] = [:]
    var withoutDuration = 0
    /// Left out, because a period was asked for.
    var withoutDay = 0

    /// With those of no month last, if there are any.
    var months: [String?] {
        let known = ReportReader.months(figures.keys.compactMap(\.month))
        return known.map { $0 } + (figures.keys.contains { $0.month == nil } ? [nil] : [])
    }

    /// Those that occur, in the order of the code list.
    var channels: [String] {
        let used = Set(figures.keys.map(\.channel))
        return (ReportReader.codes("channel").map(\.code) + [MomentFigures.unknown]).filter(used.contains)
    }

    static let unknown = "unknown"

    /// - Parameter month: none: all of them.
    func sum(_ month: String??, _ channels: [String]) -> Figure {
        channels.reduce(Figure()) { sum, channel in
            guard let month else { return sum + (totals[channel] ?? Figure()) }
            return sum + (figures[Cell(month: month, channel: channel)] ?? Figure())
        }
    }

    mutating func add(_ figure: Figure, to cell: Cell) {
        figures[cell] = figures[cell, default: Figure()] + figure
        totals[cell.channel] = totals[cell.channel, default: Figure()] + figure
    }

    /// Online, offline, unknown.
    static func mode(_ channel: String) -> ReportWord {
        switch CodeList.named("channel")?[channel]?.isOnline {
        case true: .online
        case false: .offline
        case nil: .unknown
        }
    }
}

extension ReportReader {
    func readMoments() throws -> MomentFigures {
        var moments = MomentFigures()
        guard has("contact_moment") else { return moments }
        let isInArea = frame.area == nil || !has("contact", "contact_moment_contact")
            ? ""
            : """
                where id in (
                    select contact_moment_contact.contact_moment from contact_moment_contact
                        join contact on contact.id = contact_moment_contact.contact join area_of on area_of.text = contact.area)
                """
        let known = Set(ReportReader.codes("channel").map(\.code))
        for row in try rows(
            """
            select substr(day, 1, 7), channel, count(*), coalesce(sum(minutes), 0), sum(minutes is null) from (
                select \(dayText("occurred_at")) as day, channel,
                    case when typeof(duration_minutes) = 'integer' and duration_minutes between 0 and 1000000
                        then duration_minutes end as minutes
                from contact_moment \(isInArea))
            where day is null or \(ReportReader.isInPeriod("day")) group by 1, 2
            """)
        {
            let count = row.integer(2) ?? 0
            if row.text(0) == nil, frame.hasPeriod {
                moments.withoutDay += count
                continue
            }
            let channel = row.text(1).flatMap { known.contains($0) ? $0 : nil } ?? MomentFigures.unknown
            moments.add(.init(count: count, minutes: row.integer(3) ?? 0), to: .init(month: row.text(0), channel: channel))
            moments.withoutDuration += row.integer(4) ?? 0
        }
        note(moments)
        return moments
    }

    // MARK: Figures and their sums

    private func key(_ month: String?, _ channel: String) -> FigureKey { FigureKey("moments", month ?? "unknown", channel) }
    /// Of all months.
    private func key(_ channel: String) -> FigureKey { FigureKey("moments", "*", channel) }
    private func modeKey(_ mode: ReportWord) -> String { "=" + mode.rawValue }

    private func note(_ moments: MomentFigures) {
        let channels = moments.channels, months = moments.months
        let modes = [ReportWord.online, .offline, .unknown]
        for (cell, figure) in moments.figures { figures.note(key(cell.month, cell.channel), figure.count) }
        for month in months {
            for mode in modes {
                let parts = channels.filter { MomentFigures.mode($0) == mode }
                figures.note(key(month, modeKey(mode)), moments.sum(month, parts).count)
                figures.note(sum: key(month, modeKey(mode)), of: parts.map { key(month, $0) })
            }
            figures.note(key(month, "*"), moments.sum(month, channels).count)
            figures.note(sum: key(month, "*"), of: channels.map { key(month, $0) })
            figures.note(sum: key(month, "*"), of: modes.map { key(month, modeKey($0)) })
        }
        for channel in channels {
            figures.note(key(channel), moments.sum(nil, [channel]).count)
            figures.note(sum: key(channel), of: months.map { key($0, channel) })
        }
        figures.note(key("*"), moments.sum(nil, channels).count)
        for mode in modes {
            let parts = channels.filter { MomentFigures.mode($0) == mode }
            figures.note(key(modeKey(mode)), moments.sum(nil, parts).count)
            figures.note(sum: key(modeKey(mode)), of: parts.map { key($0) })
            figures.note(sum: key(modeKey(mode)), of: months.map { key($0, modeKey(mode)) })
        }
        figures.note(sum: key("*"), of: channels.map { key($0) })
        figures.note(sum: key("*"), of: modes.map { key(modeKey($0)) })
        figures.note(sum: key("*"), of: months.map { key($0, "*") })
    }

    private func name(_ channel: String) -> ReportCell {
        CodeList.named("channel")?[channel].map { .label($0.code, $0.label) } ?? .label(ReportWord.unknown)
    }

    static func cell(month: String?) -> ReportCell { month.map { .day($0) } ?? .label(ReportWord.unknown) }

    private func remarks(_ moments: MomentFigures) -> [Report.Remark] {
        [
            .init(word: .momentsWithoutDuration, count: frame.isShared ? 0 : moments.withoutDuration),
            .init(word: .momentsWithoutDay, count: frame.isShared ? 0 : moments.withoutDay),
        ]
    }

    // MARK: Channels

    func channels() throws -> Report {
        guard has("contact_moment") else { return Report(.channels, frame, tables: []) }
        let moments = try momentFigures(), channels = moments.channels, months = moments.months
        /// Cells of the channels of one month, or of all.
        func cells(_ month: String??) -> [(channel: String, cells: [ReportCell], share: ReportCell, minuteShare: ReportCell)] {
            let found = channels.map { moments.sum(month, [$0]) }
            let whole = month.map { key($0, "*") } ?? key("*")
            return zip(channels, zip(found, zip(Shares.of(found.map(\.count)), Shares.of(found.map(\.minutes))))).map { channel, rest in
                let own = month.map { key($0, channel) } ?? key(channel)
                let share = ReportCell.share(rest.1.0, own, whole), minuteShare = ReportCell.share(rest.1.1, own, whole)
                return (
                    channel,
                    [
                        name(channel), .label(MomentFigures.mode(channel)), .count(rest.0.count, own), share,
                        .amount(rest.0.minutes, own), minuteShare,
                    ], share, minuteShare)
            }
        }
        let columns = [
            ReportTable.Column("channel", .channel, isNumber: false), .init("mode", .mode, isNumber: false), .init("moments", .moments),
            .init("share", .share), .init("minutes", .minutes), .init("share_minutes", .minuteShare),
        ]
        let all = moments.sum(nil, channels)
        var totals = cells(nil).map { ReportTable.Row($0.cells) }
        if !totals.isEmpty {
            totals.append(.init(
                [
                    .label(ReportWord.total), .none, .count(all.count, key("*")), .share(1000, key("*")), .amount(all.minutes, key("*")),
                    .share(all.minutes > 0 ? 1000 : nil, key("*")),
                ], isTotal: true))
        }
        var rows: [ReportTable.Row] = []
        var shares: [[ReportCell]] = channels.map { _ in [] }, minuteShares = shares
        for month in months {
            for (index, row) in cells(month).enumerated() {
                shares[index].append(row.share)
                minuteShares[index].append(row.minuteShare)
                if row.cells[2].content != .count(0) { rows.append(.init([ReportReader.cell(month: month)] + row.cells)) }
            }
        }
        let categories = months.map(ReportReader.cell)
        func plot(_ word: ReportWord, _ cells: [[ReportCell]]) -> ReportPlot {
            ReportPlot(.shares, word, categories, zip(channels, cells).map { .init(CodeList.named("channel")?[$0]?.label ?? ReportWord.unknown.phrase, $1) })
        }
        return Report(
            .channels, frame,
            tables: [
                ReportTable("totals", .channelTotals, columns, totals),
                ReportTable(
                    "months", .channelMonths, [.init("month", .month, isNumber: false)] + columns, rows,
                    plots: rows.isEmpty ? [] : [plot(.channelPlotCount, shares), plot(.channelPlotMinutes, minuteShares)]),
            ], remarks: remarks(moments))
    }

    // MARK: Encounters

    func encounters() throws -> Report {
        var tables: [ReportTable] = []
        var remarks: [Report.Remark] = []
        let modes = [ReportWord.online, .offline, .unknown]
        if has("contact_moment") {
            let moments = try momentFigures()
            remarks = self.remarks(moments)
            func cells(_ month: String??) -> [ReportCell] {
                func key(_ part: String) -> FigureKey { month.map { self.key($0, part) } ?? self.key(part) }
                let counts = modes.map { mode in moments.sum(month, moments.channels.filter { MomentFigures.mode($0) == mode }).count }
                return zip(modes, counts).map { .count($1, key(modeKey($0))) } + [
                    .count(counts.reduce(0, +), key("*")), .share(Shares.of(counts)[0], key(modeKey(.online)), key("*")),
                ]
            }
            let months = moments.months
            var rows = months.map { ReportTable.Row([ReportReader.cell(month: $0)] + cells($0)) }
            let plot = ReportPlot(
                .stacked, .encounterMomentsPlot, months.map(ReportReader.cell),
                modes.indices.map { index in .init(modes[index].phrase, rows.map { $0.cells[index + 1] }) })
            if !rows.isEmpty { rows.append(.init([.label(ReportWord.total)] + cells(nil), isTotal: true)) }
            tables.append(ReportTable(
                "moments", .encounterMoments,
                [
                    .init("month", .month, isNumber: false), .init("online", .onlineMoments), .init("offline", .offlineMoments),
                    .init("unknown", .unknownMoments), .init("moments", .moments), .init("share_online", .onlineShare),
                ], rows, plots: rows.isEmpty ? [] : [plot]))
        }
        if has("gathering") {
            let (table, undated) = try gatheringTable(modes)
            tables.append(table)
            remarks.append(.init(word: .gatheringsWithoutDay, count: undated))
        }
        return Report(.encounters, frame, tables: tables, remarks: remarks)
    }

    /// With how many gatherings have no day that can be read.
    private func gatheringTable(_ modes: [ReportWord]) throws -> (ReportTable, Int) {
        let all = try gatheringFigures()
        let found = all.filter { $0.month != nil }
        let months = ReportReader.months(found.compactMap(\.month))
        func key(_ month: String) -> FigureKey { FigureKey("visitors", month) }
        func cells(_ month: String?) -> [ReportCell] {
            let those = found.filter { month == nil || $0.month == month }
            let counts = modes.map { mode in those.filter { MomentFigures.mode($0.channel) == mode }.reduce(0) { $0 + $1.count } }
            let visitors = those.reduce(0) { $0 + $1.visitors }
            figures.note(key(month ?? "*"), visitors)
            return counts.map { .count($0) } + [.count(counts.reduce(0, +)), .count(visitors, key(month ?? "*"))]
        }
        var rows = months.map { ReportTable.Row([.day($0)] + cells($0)) }
        let plot = ReportPlot(
            .stacked, .encounterGatheringsPlot, months.map { .day($0) },
            modes.indices.map { index in .init(modes[index].phrase, rows.map { $0.cells[index + 1] }) })
        if !rows.isEmpty {
            rows.append(.init([.label(ReportWord.total)] + cells(nil), isTotal: true))
            figures.note(sum: key("*"), of: months.map(key))
        }
        let columns: [ReportTable.Column] = [
            .init("month", .month, isNumber: false), .init("online", .onlineGatherings), .init("offline", .offlineGatherings),
            .init("unknown", .unknownGatherings), .init("gatherings", .gatherings), .init("visitors", .visitors),
        ]
        return (
            ReportTable("gatherings", .encounterGatherings, columns, rows, plots: rows.isEmpty ? [] : [plot]),
            all.filter { $0.month == nil }.reduce(0) { $0 + $1.count })
    }
}
