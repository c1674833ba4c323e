import Community
import CRDT
import Foundation

/// Writes gatherings, and initiatives that recur, as iCalendar (RFC 5545).
///
/// A time stands in its own zone, and each zone with its rules (VTIMEZONE, section 3.6.5) for the years that are needed; a
/// zone that nobody knows stays as a word beside a floating time. A UID is the row's id, for ever. An initiative that recurs
/// begins where it says, or else where its first date does; its known dates are exceptions to the rule, because each is an
/// event of its own.
/// DTSTAMP is when the row was made: the same rows give the same file.
package struct CalendarWriter {
    private let directory: Directory
    /// Initiatives whose rule has no first date, which are not written.
    package private(set) var unstartedCount = 0
    package private(set) var eventCount = 0

    package init(_ directory: Directory) { self.directory = directory }

    package mutating func bytes() -> [UInt8] {
        var events: [UInt8] = []
        var zones: [String: ClosedRange<Int>] = [:]
        let gatherings = directory.gatherings
        for initiative in directory["initiative"] where initiative["recurrence_rule"] != nil {
            series(initiative, gatherings[initiative.id] ?? [], &events, &zones)
        }
        for gathering in directory["gathering"] { event(gathering, &events, &zones) }

        var lines = [
            ContentLine("BEGIN", "VCALENDAR"), ContentLine("VERSION", "2.0"), ContentLine("PRODID", "-//Kith//Kith//EN"),
            ContentLine("CALSCALE", "GREGORIAN"),
        ]
        for (zone, years) in zones.sorted(by: { $0.key < $1.key }) { lines += timeZoneLines(zone, years) }
        var out: [UInt8] = []
        for line in lines { line.append(to: &out) }
        out += events
        ContentLine("END", "VCALENDAR").append(to: &out)
        return out
    }

    // MARK: Events

    private mutating func event(_ row: TableRow, _ out: inout [UInt8], _ zones: inout [String: ClosedRange<Int>]) {
        guard let start = row["starts_at"].flatMap({ CalendarTime(typed: $0) }) else { return }
        let initiative = directory.row(row["initiative"], in: "initiative")
        let place = directory.row(row["place"], in: "place")
        var event = beginning(row)
        add("DTSTART", start, row["time_zone"], &event, &zones)
        let end = row["ends_at"].flatMap { CalendarTime(typed: $0) }
        if let end = end.flatMap({ CalendarWriter.end($0, of: start) }) { add("DTEND", end, row["time_zone"], &event, &zones) }
        event.append(ContentLine("SUMMARY", escaped(initiative?["name"] ?? "?")))
        if let text = initiative?["description"] { event.append(ContentLine("DESCRIPTION", escaped(text))) }
        event += location(place)
        switch row["status"] {
        case "cancelled"?: event.append(ContentLine("STATUS", "CANCELLED"))
        case "planned"?, "held"?: event.append(ContentLine("STATUS", "CONFIRMED"))
        default: break
        }
        event.append(ContentLine("X-KITH-ID", escaped(row.id)))
        for (property, column) in ownColumns { if let text = row[column] { event.append(ContentLine(property, escaped(text))) } }
        // What iCalendar cannot say of the schedule to the letter.
        let told = [start.text, end?.text, row["time_zone"].flatMap(knownZone) == nil ? nil : row["time_zone"]]
        let actual = [row["starts_at"], row["ends_at"], row["time_zone"]]
        if told != actual || event.contains(where: { $0.property == "DTEND" }) != (end != nil) {
            event.append(ContentLine("X-KITH-SCHEDULE", actual.map { escaped($0 ?? "") }.joined(separator: ";")))
        }
        for line in event + [ContentLine("END", "VEVENT")] { line.append(to: &out) }
        eventCount += 1
    }

    /// As RFC 5545 writes an end: after the beginning, of its kind (section 3.6.1), and of whole days the day behind the last.
    private static func end(_ end: CalendarTime, of start: CalendarTime) -> CalendarTime? {
        guard (end.secondOfDay == nil) == (start.secondOfDay == nil) else { return nil }
        guard start.secondOfDay == nil else { return end > start ? end : nil }
        return end >= start ? CalendarTime(seconds: end.seconds + 86_400, isWholeDay: true) : nil
    }

    private mutating func series(
        _ row: TableRow, _ dates: [TableRow], _ out: inout [UInt8], _ zones: inout [String: ClosedRange<Int>]
    ) {
        guard let text = row["recurrence_rule"] else { return }
        let set = Recurrence(text)
        let first = dates.first { $0["starts_at"].flatMap { CalendarTime(typed: $0) } != nil }
        let zone = row["recurrence_time_zone"] ?? (set.start == nil ? first?["time_zone"] : nil)
        guard let start = set.start ?? (first?["starts_at"] ?? row["starts_on"]).flatMap({ CalendarTime(typed: $0) }) else {
            unstartedCount += 1
            return
        }
        var event = beginning(row)
        add("DTSTART", start, zone, &event, &zones, yearsOn: 10)
        let known = first?["ends_at"].flatMap({ CalendarTime(typed: $0) })
        if let end = set.end ?? (set.start == nil ? known.flatMap({ CalendarWriter.end($0, of: start) }) : nil), end > start {
            add("DTEND", end, zone, &event, &zones)
        }
        // A rule is no text: its commas and semicolons are its own.
        if !set.rule.isEmpty { event.append(ContentLine("RRULE", set.rule)) }
        for time in set.added { add("RDATE", time, zone, &event, &zones) }
        // A date that has an event of its own is none of the series.
        var own = dates.compactMap { date in
            date["starts_at"].flatMap { CalendarTime(typed: $0) }.flatMap { converted($0, from: date["time_zone"], to: zone) }
        }
        own.removeAll { ($0.secondOfDay == nil) != (start.secondOfDay == nil) }
        if let first = own.min(), let last = own.max() {
            let clock = zone.flatMap(ZoneClock.init)
            let known = set.dates(from: start, within: first...last, limit: 100_000, local: { clock?.local($0) ?? $0 }).map(Set.init)
            if let known { own.removeAll { !known.contains($0) } }
        }
        for time in Set(set.excluded + own).sorted() {
            add("EXDATE", time, zone, &event, &zones)
        }
        event.append(ContentLine("SUMMARY", escaped(row["name"] ?? "?")))
        if set.rule.isEmpty, set.added.isEmpty, set.excluded.contains(start) { event.append(ContentLine("STATUS", "CANCELLED")) }
        if let text = row["description"] { event.append(ContentLine("DESCRIPTION", escaped(text))) }
        event += location(directory.row(row["place"], in: "place"))
        event.append(ContentLine("X-KITH-ID", escaped(row.id)))
        event.append(ContentLine("X-KITH-TABLE", "initiative"))
        if text != set.rule { event.append(ContentLine("X-KITH-RULE", escaped(text))) }
        if let zone = row["recurrence_time_zone"] { event.append(ContentLine("X-KITH-TIME-ZONE", escaped(zone))) }
        for line in event + [ContentLine("END", "VEVENT")] { line.append(to: &out) }
        eventCount += 1
    }

    private func beginning(_ row: TableRow) -> [ContentLine] {
        let made = row["created_at"].flatMap { CalendarTime.read($0)?.time }
        let stamp = made.flatMap { CalendarTime($0.year, $0.month, $0.day, hour: 0)?.basic } ?? "19700101T000000"
        let exact = made?.secondOfDay == nil ? stamp : made?.basic ?? stamp
        return [ContentLine("BEGIN", "VEVENT"), ContentLine("UID", uuid(row.id) ?? row.id), ContentLine("DTSTAMP", exact + "Z")]
    }

    private func location(_ place: TableRow?) -> [ContentLine] {
        guard let place else { return [] }
        let street = ["street", "number", "addition"].compactMap { place[$0] }.joined(separator: " ")
        let text = [place["name"], street.isEmpty ? nil : street, place["city"]].compactMap { $0 }.joined(separator: ", ")
        var lines = text.isEmpty ? [] : [ContentLine("LOCATION", escaped(text))]
        if let lat = place.number("lat"), let lon = place.number("lon") { lines.append(ContentLine("GEO", "\(lat);\(lon)")) }
        if let url = uri(place["url"]) { lines.append(ContentLine("URL", url)) }
        return lines
    }

    private func add(
        _ property: String, _ time: CalendarTime, _ zone: String?, _ lines: inout [ContentLine],
        _ zones: inout [String: ClosedRange<Int>], yearsOn: Int = 0
    ) {
        if time.secondOfDay == nil {
            lines.append(ContentLine(property, time.basic, [.init("VALUE", "DATE")]))
        } else if zone == "UTC" {
            lines.append(ContentLine(property, time.basic + "Z"))
        } else if let zone, knownZone(zone) != nil {
            let years = zones[zone] ?? time.year...time.year
            zones[zone] = min(years.lowerBound, time.year)...max(years.upperBound, min(time.year + yearsOn, 9_998))
            lines.append(ContentLine(property, time.basic, [.init("TZID", zone)]))
        } else {
            lines.append(ContentLine(property, time.basic))
        }
    }
}

/// Columns of a gathering that stand as they are.
let ownColumns = [
    ("X-KITH-INITIATIVE", "initiative"), ("X-KITH-PLACE", "place"), ("X-KITH-CHANNEL", "channel"), ("X-KITH-STATUS", "status"),
    ("X-KITH-MAX-PARTICIPANTS", "max_participants"), ("X-KITH-MIXED-GROUPS", "mixed_groups"),
]

/// The rules of a zone from the first year to the last, each change by its date; none before 1900 and after 2200.
func timeZoneLines(_ name: String, _ years: ClosedRange<Int>) -> [ContentLine] {
    let years = years.clamped(to: 1900...2200)
    guard let zone = knownZone(name), let first = CalendarTime(years.lowerBound, 1, 1, hour: 0),
        let last = CalendarTime(years.upperBound, 12, 31, hour: 23)
    else { return [] }
    struct Observance: Hashable {
        let isSummer: Bool
        let from: Int
        let to: Int
    }
    var order: [Observance] = []
    var times: [Observance: [String]] = [:]
    func add(_ observance: Observance, at seconds: Int64) {
        // The time on the clock just before the change.
        guard let local = CalendarTime(seconds: seconds + Int64(observance.from)) else { return }
        if times[observance] == nil { order.append(observance) }
        times[observance, default: []].append(local.basic)
    }
    var seconds = first.seconds - 86_400
    let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
    let isSummer = zone.isDaylightSavingTime(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
    add(Observance(isSummer: isSummer, from: offset, to: offset), at: seconds)
    while let change = zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: TimeInterval(seconds))) {
        let next = Int64(change.timeIntervalSince1970.rounded())
        guard next > seconds, next <= last.seconds else { break }
        seconds = next
        let before = zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(next - 1)))
        let after = zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(next + 1)))
        add(Observance(isSummer: zone.isDaylightSavingTime(for: Date(timeIntervalSince1970: TimeInterval(next + 1))), from: before, to: after), at: next)
    }
    var lines = [ContentLine("BEGIN", "VTIMEZONE"), ContentLine("TZID", name)]
    for observance in order {
        let kind = observance.isSummer ? "DAYLIGHT" : "STANDARD"
        let all = times[observance] ?? []
        lines += [
            ContentLine("BEGIN", kind), ContentLine("DTSTART", all[0]), ContentLine("TZOFFSETFROM", offsetText(observance.from)),
            ContentLine("TZOFFSETTO", offsetText(observance.to)),
        ]
        for time in all.dropFirst() { lines.append(ContentLine("RDATE", time)) }
        lines.append(ContentLine("END", kind))
    }
    return lines + [ContentLine("END", "VTIMEZONE")]
}

private func offsetText(_ seconds: Int) -> String {
    let size = abs(seconds)
    let text = (seconds < 0 ? "-" : "+") + digits(size / 3600, 2) + digits(size / 60 % 60, 2)
    return size.isMultiple(of: 60) ? text : text + digits(size % 60, 2)
}
