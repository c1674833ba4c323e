import Community
import CRDT
import Foundation
import Schema

/// Reads an iCalendar file (RFC 5545) as gatherings with their initiatives and places, one event at a time.
///
/// An event is a gathering; its summary names the initiative and its location the place, which are made once for each name
/// in a list. An event that recurs gives the initiative its dates (`Recurrence`) and its place; where several of one name do,
/// each is an initiative of its own. Dates that the calendar took away, moved or changed are none of the series: those that
/// have an event of their own are gatherings. Attendees and organisers are never taken: the directory holds no person.
///
/// Invariant: ids are a function of the source and the event's UID (without one: its summary and beginning), but for events
/// that Kith wrote, which name their rows.
package struct CalendarImport {
    package var encoding: TextEncoding { reader.encoding }
    /// Whether another character set would read the text as well.
    package var isDoubtful: Bool { reader.isDoubtful }
    /// What became of the properties so far: those of events, and those of the calendar that say more than how it is written.
    package private(set) var tally = ImportTally()

    /// Of one event, unfolded.
    package static let eventByteCount = 7 << 20

    private var reader: ContentLineReader
    private let source: String
    private let survey: CalendarSurvey
    private let identify: ([String]) -> String
    /// What the calendar calls its zones: of a first reading what was read so far.
    private var zones: CalendarZones
    /// Zones of the file's own of which it was said what they were taken for.
    private var toldZones: Set<String> = []
    /// METHOD:CANCEL: the file takes its events back.
    private var isCancelling = false

    /// - Parameter survey: of the same file, from `survey(chunks:)`.
    package init(
        source: String, survey: CalendarSurvey = CalendarSurvey(), encoding: TextEncoding? = nil,
        identify: @escaping (_ parts: [String]) -> String, chunks: @escaping () throws -> [UInt8]
    ) throws {
        reader = try ContentLineReader(encoding: encoding, chunks: chunks)
        self.source = source
        self.survey = survey
        self.identify = identify
        zones = survey.zones
    }

    /// A first reading of a whole file.
    package static func survey(encoding: TextEncoding? = nil, chunks: @escaping () throws -> [UInt8]) throws -> CalendarSurvey {
        var events = try CalendarImport(source: "", encoding: encoding, identify: { _ in "" }, chunks: chunks)
        var survey = CalendarSurvey()
        while let item = try events.nextItem() {
            if case .event(let event, _) = item { survey.note(event) }
        }
        survey.zones = events.zones
        return survey
    }

    /// The next event; nil at the end of the file.
    package mutating func next() throws -> ContactImport.Line? {
        switch try nextItem() {
        case .event(let event, let number):
            tally.read(event.lines.count + event.components.count)
            let result = survey.isOutdated(event) ? .failure(.outdated) : draft(event, at: number)
            switch result {
            case .success(let row): return .taken(row)
            case .failure(let reason):
                tally.reject(event.lines.count + event.components.count)
                return .rejected(RejectedLine(line: number, reason: reason))
            }
        case .rejected(let line): return .rejected(line)
        case nil: return nil
        }
    }

    /// Components that hold events, or tell of their zones.
    private static let envelopes: Set = ["VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT"]

    private enum Item {
        case event(CalendarEvent, line: Int)
        case rejected(RejectedLine)
    }

    private mutating func nextItem() throws -> Item? {
        while let line = try reader.next() {
            guard case .whole(let bytes, let number) = line else { continue }
            if isLine(bytes, "BEGIN:VEVENT") { return try event(from: number) }
            guard let read = RawContentLine(bytes)?.plain else { continue }
            zones.read(read)
            switch read.property {
            case "METHOD": isCancelling = trimmed(read.value).uppercased() == "CANCEL"
            case "BEGIN" where !CalendarImport.envelopes.contains(trimmed(read.value).uppercased()):
                return try component(trimmed(read.value).uppercased(), from: number)
            case let property where !zones.isWithin && !CalendarImport.frame.contains(property):
                tally.read(1)
                tally.leaveOut(property)
            default: continue
            }
        }
        return nil
    }

    /// How a calendar is written, and what is read of its zones.
    private static let frame: Set = ["BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "X-WR-TIMEZONE", "X-KITH-ID"]

    /// What is no event is no gathering: it is read past, and named.
    private mutating func component(_ name: String, from number: Int) throws -> Item {
        while let line = try reader.next() {
            guard case .whole(let bytes, _) = line, let read = RawContentLine(bytes)?.plain else { continue }
            if read.property != "END", read.property != "BEGIN" {
                tally.read(1)
                tally.reject(1)
            }
            if read.property == "END", [name, "VCALENDAR"].contains(read.value.uppercased()) { break }
        }
        return .rejected(RejectedLine(line: number, reason: .noEvent(name)))
    }

    private mutating func event(from number: Int) throws -> Item {
        var lines: [ContentLine] = []
        var components: Set<String> = []
        var byteCount = 0
        var rejection: RejectedLine?
        var isEnded = false
        var depth = 0
        while !isEnded, let line = try reader.next() {
            guard case .whole(let bytes, _) = line else {
                if rejection == nil, case .tooLong(let at) = line { rejection = RejectedLine(line: at, reason: .lineTooLong) }
                continue
            }
            byteCount += bytes.count
            if byteCount > CalendarImport.eventByteCount, rejection == nil {
                rejection = RejectedLine(line: number, reason: .cardTooLong)
                lines = []
            }
            guard let read = RawContentLine(bytes)?.plain else { continue }
            if isLine(bytes, "END:VEVENT") || isLine(bytes, "END:VCALENDAR") {
                isEnded = true
            } else if read.property == "BEGIN" {
                // An alarm.
                if components.count < 10 { components.insert(read.value.uppercased()) }
                depth += 1
            } else if read.property == "END" {
                depth = max(0, depth - 1)
            } else if depth == 0, rejection == nil {
                lines.append(read)
            }
        }
        if let rejection { return .rejected(rejection) }
        guard isEnded || !reader.endsWithoutLineEnd else { return .rejected(RejectedLine(line: number, reason: .cutCard)) }
        if lines.contains(where: { $0.value.utf8.contains(0) }) { return .rejected(RejectedLine(line: number, reason: .nulByte)) }
        return .event(CalendarEvent(lines: lines, components: components.sorted()), line: number)
    }

    // MARK: Rows

    private static let taken: Set = [
        "UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "STATUS", "RRULE", "RECURRENCE-ID", "EXDATE", "RDATE", "EXRULE",
        "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE",
    ]

    private mutating func draft(_ event: CalendarEvent, at number: Int) -> Result<ImportRow, RejectedLine.Reason> {
        guard let first = event.line("DTSTART") else { return .failure(.noStart) }
        guard let start = time(first) else { return .failure(.badDate("DTSTART")) }
        var leftOut = Set(event.lines.map(\.property)).filter { !CalendarImport.taken.contains($0) && !$0.hasPrefix("X-KITH-") }
        leftOut.formUnion(event.components)
        if event.text("LOCATION") != nil { leftOut.remove("GEO") }
        var remarks: [ImportRemark] = []
        func remark(_ about: ImportRemark.Subject) { remarks.append(ImportRemark(line: number, about: about)) }

        let (end, doubt) = ending(of: event, start)
        if let doubt { remark(doubt) }
        if !event.doubled.isEmpty { remark(.doubled(event.doubled)) }
        if let zone = start.zone, ZoneClock(zone) == nil { remark(.unknownZone(zone)) }
        if let name = first.parameter("TZID")?.values.first, let found = zones.found(for: name), toldZones.insert(name).inserted {
            remark(.zoneByItsRules(name, found))
        }
        /// Each line of the event, once.
        func account() {
            var firsts: Set<String> = []
            let doubled = Set(event.doubled)
            for line in event.lines {
                let isSecond = doubled.contains(line.property) && !firsts.insert(line.property).inserted
                let isBadEnd = if case .badEnd(line.property)? = doubt { true } else { false }
                if isSecond || isBadEnd || leftOut.contains(line.property) { tally.leaveOut(line.property) } else { tally.take() }
            }
            for component in event.components { tally.leaveOut(component) }
        }
        func taken(_ rows: [DraftRow], uid: String? = nil) -> Result<ImportRow, RejectedLine.Reason> {
            account()
            if !leftOut.isEmpty { remarks.insert(ImportRemark(line: number, about: .leftOut(leftOut.sorted())), at: 0) }
            return .success(ImportRow(line: number, rows: rows, uid: uid, remarks: remarks))
        }
        if event.text("X-KITH-TABLE") == "initiative", let id = event.text("X-KITH-ID") {
            let rule = event.text("X-KITH-RULE") ?? event.line("RRULE")?.value
            return taken([initiative(id, event.text("SUMMARY"), rule, event.text("X-KITH-TIME-ZONE"))])
        }
        let lastEnd = inclusive(end, of: start.time)
        if event.text("X-KITH-ID") != nil { return taken(ownRows(event, start, lastEnd)) }

        // The place, then what happens there, then when.
        var rows: [DraftRow] = []
        func place(_ event: CalendarEvent) -> String? {
            guard let location = event.text("LOCATION") else { return nil }
            let id = identify([source, "place", folded(location)])
            if !rows.contains(where: { $0.key == [id] }) { rows.append(self.place(id, location, event.line("GEO")?.value)) }
            return id
        }
        let uid = event.text("UID")
        let placeID = place(event)
        let summary = event.text("SUMMARY")
        var owner = summary.map { initiativeID($0, uid) }
        var isHeld = true
        let isOrphan = survey.isOrphan(event)
        if isOrphan { remark(.partOfAbsentSeries) }
        if event.isSeries || isOrphan && event.isFromHereOn && event.hasRule {
            var series = CalendarSeries(event, start: start.time, end: end, zone: start.zone, zoneName: zone)
            let id = owner ?? identify([source, "initiative", "", uid ?? start.time.text])
            owner = id
            let exceptions = (uid.map { survey.exceptions(of: $0) } ?? []).filter { !isOrphan || $0.fromHereOn == nil }
            var parts = series.leave(exceptions, zone) { ending(of: $0, ($1, start.zone)).end }
            parts.removeAll { status($0.event) == "cancelled" }
            if status(event) == "cancelled" {
                series.cancel()
                remark(.seriesCancelled)
            }
            for name in ([series] + parts.map(\.series)).flatMap(\.leftOut) { remark(.datesLeftOut(name)) }
            rows.append(initiative(id, summary, series.dates.text, series.zone, place: placeID))
            for part in parts {
                let there = place(part.event)
                rows.append(initiative(
                    partID(part.event, uid, part.date), part.event.text("SUMMARY"), part.series.dates.text, part.series.zone, place: there))
            }
            for (start, end) in series.doubled(by: exceptions, zone) where status(event) != "cancelled" && start != series.dates.start {
                rows.append(gathering(
                    identify([source, "gathering", uid ?? "", "date", start.basic]),
                    [("starts_at", start.text), ("ends_at", inclusive(end, of: start)?.text), ("time_zone", series.zone)], id, placeID, status(event)))
            }
            isHeld = status(event) == "cancelled" || !series.dates.excluded.contains(start.time) && !parts.contains { $0.series.dates.start == start.time && series.dates.rule.isEmpty }
            for period in event.all("RDATE") where period.parameter("VALUE")?.value.uppercased() == "PERIOD" {
                for text in period.value.split(separator: ",") {
                    guard let (begin, end) = self.period(String(text), period, in: start.zone) else {
                        remark(.datesLeftOut("RDATE"))
                        continue
                    }
                    rows.append(gathering(
                        identify([source, "gathering", uid ?? folded(summary ?? ""), "RDATE", begin.basic]),
                        [("starts_at", begin.text), ("ends_at", end?.text), ("time_zone", start.zone)], id, placeID, status(event)))
                }
            }
        } else if let date = event.line("RECURRENCE-ID"), event.isFromHereOn {
            owner = partID(event, uid, date)
        }
        if let summary, !rows.contains(where: { $0.table == "initiative" }) {
            rows.append(initiative(owner!, summary, nil, nil))
        }
        if isHeld {
            if survey.owners.isShared(event.identity), event.line("RECURRENCE-ID") == nil { remark(.sharedNumber(uid ?? "")) }
            rows.append(gathering(
                identify([source, "gathering"] + identity(event, start.time)),
                [("starts_at", start.time.text), ("ends_at", lastEnd?.text), ("time_zone", start.zone)], owner, placeID, status(event)))
        }
        return taken(rows, uid: uid)
    }

    private func status(_ event: CalendarEvent) -> String? {
        if isCancelling { return "cancelled" }
        return event.text("STATUS").map { $0.uppercased() == "CANCELLED" ? "cancelled" : "planned" }
    }

    private func gathering(
        _ id: String, _ schedule: [(String, String?)], _ initiative: String?, _ place: String?, _ status: String?
    ) -> DraftRow {
        DraftRow(table: "gathering", key: [id], values: parts(
            schedule + [("initiative", initiative), ("place", place), ("status", status)], "gathering"))
    }

    /// An event that Kith wrote of a gathering: its rows are named in it.
    private func ownRows(_ event: CalendarEvent, _ start: (time: CalendarTime, zone: String?), _ end: CalendarTime?) -> [DraftRow] {
        var values: [(String, String?)] = [("starts_at", start.time.text), ("ends_at", end?.text), ("time_zone", start.zone)]
        if let exact = event.line("X-KITH-SCHEDULE") {
            let pieces = split(exact.value, at: ";").map { unescaped($0) } + ["", "", ""]
            values = zip(values, pieces).map { ($0.0, $1.isEmpty ? nil : $1) }
        }
        var columns: [String: String] = [:]
        for (property, column) in ownColumns { columns[column] = event.text(property) }
        if columns["status"] == nil { columns["status"] = status(event) }
        var rows: [DraftRow] = []
        if let summary = event.text("SUMMARY"), let id = columns["initiative"] { rows.append(initiative(id, summary, nil, nil)) }
        values += ["initiative", "place", "channel", "status", "max_participants", "mixed_groups"].map { ($0, columns[$0]) }
        rows.append(DraftRow(table: "gathering", key: [event.text("X-KITH-ID") ?? ""], values: parts(values, "gathering")))
        return rows
    }

    private func initiativeID(_ summary: String, _ uid: String?) -> String {
        identify([source, "initiative", folded(summary)] + (survey.isShared(summary: summary) ? [uid].compactMap { $0 } : []))
    }

    /// Of a series from one of its dates on.
    private func partID(_ event: CalendarEvent, _ uid: String?, _ date: ContentLine) -> String {
        identify([source, "initiative", folded(event.text("SUMMARY") ?? ""), uid ?? "", trimmed(date.value)])
    }

    private func identity(_ event: CalendarEvent, _ start: CalendarTime) -> [String] {
        guard let uid = event.text("UID") else { return [folded(event.text("SUMMARY") ?? ""), start.text] }
        if let date = event.line("RECURRENCE-ID") { return [uid, date.value] }
        return survey.owners.parts(of: event.identity)
    }

    private func initiative(_ id: String, _ name: String?, _ rule: String?, _ zone: String?, place: String? = nil) -> DraftRow {
        DraftRow(table: "initiative", key: [id], values: parts(
            [("name", name == "?" ? nil : name), ("recurrence_rule", rule), ("recurrence_time_zone", zone), ("place", place)], "initiative"))
    }

    private func place(_ id: String, _ name: String, _ position: String?) -> DraftRow {
        var values = [DraftRow.Part(name: "name", value: .text(name))]
        let numbers = position?.split(separator: ";").compactMap { Double($0) } ?? []
        if numbers.count == 2, numbers.allSatisfy(\.isFinite) {
            values += [.init(name: "lat", value: .real(numbers[0])), .init(name: "lon", value: .real(numbers[1]))]
        }
        return DraftRow(table: "place", key: [id], values: values)
    }

    /// In the table's order, without what is empty.
    private func parts(_ values: [(String, String?)], _ table: String) -> [DraftRow.Part] {
        let texts = Dictionary(values, uniquingKeysWith: { first, _ in first })
        return (Schema.community[table]?.columns ?? []).flatMap(\.parts).compactMap { part in
            guard let text = texts[part.name] ?? nil, !text.isEmpty else { return nil }
            let number = part.type == .integer ? Int64(text) : nil
            return DraftRow.Part(name: part.name, value: number.map { .integer($0) } ?? .text(text))
        }
    }

    // MARK: Times

    /// The end of an event on the clock of its beginning, of whole days the day behind the last; and what is doubtful of it.
    private func ending(
        of event: CalendarEvent, _ start: (time: CalendarTime, zone: String?)
    ) -> (end: CalendarTime?, doubt: ImportRemark.Subject?) {
        let end: CalendarTime
        if let last = event.line("DTEND") {
            guard let read = time(last) else { return (nil, .badEnd("DTEND")) }
            let isOnOtherClock = start.zone == nil && read.zone != nil && read.time.secondOfDay != nil
            guard !isOnOtherClock, let found = converted(read.time, from: read.zone, to: start.zone) else { return (nil, .endWithoutZone(read.zone ?? "")) }
            end = found
        } else if let duration = event.text("DURATION") {
            guard let length = CalendarImport.duration(duration), let found = self.end(of: start, length) else { return (nil, .badEnd("DURATION")) }
            end = found
        } else {
            return (nil, nil)
        }
        return end.seconds < start.time.seconds ? (nil, .endBeforeStart) : (end, nil)
    }

    private func time(_ line: ContentLine) -> (time: CalendarTime, zone: String?)? {
        var isUTC = false
        guard let time = CalendarTime(basic: trimmed(line.value), isUTC: &isUTC) else { return nil }
        if time.secondOfDay == nil { return (time, nil) }
        if isUTC { return (time, "UTC") }
        return (time, line.parameter("TZID")?.values.first.map(zone))
    }

    private func zone(_ name: String) -> String { zones.name(of: name) }

    /// Of whole days the last one, which a calendar names by the day behind it.
    private func inclusive(_ end: CalendarTime?, of start: CalendarTime) -> CalendarTime? {
        guard start.secondOfDay == nil, let day = end, day.secondOfDay == nil else { return end }
        return day > start ? CalendarTime(seconds: day.seconds - 86_400, isWholeDay: true) : start
    }

    /// The end of what begins and lasts so long: days by the calendar, the rest by the clock (RFC 5545, section 3.8.2.5).
    private func end(of start: (time: CalendarTime, zone: String?), _ length: (days: Int64, seconds: Int64)) -> CalendarTime? {
        let isWholeDay = start.time.secondOfDay == nil
        guard let day = CalendarTime(seconds: start.time.seconds + length.days * 86_400, isWholeDay: isWholeDay) else { return nil }
        guard length.seconds != 0 else { return day }
        guard !isWholeDay, let clock = start.zone.flatMap(ZoneClock.init) else { return CalendarTime(seconds: day.seconds + length.seconds, isWholeDay: isWholeDay) }
        return CalendarTime(seconds: clock.utc(day).seconds + length.seconds).map(clock.local)
    }

    /// `start/end` or `start/duration` (RFC 5545, section 3.3.9), on the clock of a zone.
    private func period(_ text: String, _ line: ContentLine, in zone: String?) -> (CalendarTime, CalendarTime?)? {
        let halves = text.split(separator: "/").map { trimmed(String($0)) }
        func clock(_ text: String) -> CalendarTime? {
            time(ContentLine(line.name, text, line.parameters)).flatMap { converted($0.time, from: $0.zone, to: zone) }
        }
        guard halves.count == 2, let start = clock(halves[0]) else { return nil }
        if let length = CalendarImport.duration(halves[1]) { return (start, end(of: (start, zone), length)) }
        return clock(halves[1]).map { (start, $0) }
    }

    /// `PT1H30M`, `P2D`, `P1W` (RFC 5545, section 3.3.6); nil for none, and for one that goes back.
    static func duration(_ text: String) -> (days: Int64, seconds: Int64)? {
        let pattern = /\+?P(?:([0-9]{1,5})W)?(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,5})M)?(?:([0-9]{1,6})S)?)?/
        guard let match = text.wholeMatch(of: pattern) else { return nil }
        func part(_ text: Substring?, _ size: Int64) -> Int64 { (text.flatMap { Int64($0) } ?? 0) * size }
        return (part(match.1, 7) + part(match.2, 1), part(match.3, 3600) + part(match.4, 60) + part(match.5, 1))
    }
}
