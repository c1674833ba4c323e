import Community
import CRDT
import Foundation

/// Reads an iCalendar file (RFC 5545) as gatherings with their initiatives and places, one event at a time.
///
/// An event is a gathering; its summary names the initiative and its location the place, which are made once for each name
/// in a list; a recurring event also gives the initiative its rule. Attendees and organisers are never taken: the directory
/// holds no person.
///
/// Invariant: ids are a function of the source and the event's UID (without one: its summary and beginning), but for events
/// that Kith wrote, which name their rows.
package struct CalendarImport {
    package var encoding: TextEncoding { reader.encoding }
    /// Properties of events that were not taken, ascending.
    package var unmappedProperties: [String] { unmapped.sorted() }

    /// Of one event, unfolded.
    package static let eventByteCount = 7 << 20

    private var reader: ContentLineReader
    private let source: String
    private let identify: ([String]) -> String
    private var unmapped: Set<String> = []
    /// What a calendar calls a zone, by its TZID.
    private var zones: [String: String] = [:]

    package init(
        source: String, identify: @escaping (_ parts: [String]) -> String, chunks: @escaping () throws -> [UInt8]
    ) throws {
        reader = try ContentLineReader(chunks: chunks)
        self.source = source
        self.identify = identify
    }

    /// The next event; nil at the end of the file.
    package mutating func next() throws -> ContactImport.Line? {
        var zone: String?
        while let line = try reader.next() {
            guard case .whole(let bytes, let number) = line else { continue }
            if isLine(bytes, "BEGIN:VEVENT") { return try event(from: number) }
            guard let read = RawContentLine(bytes)?.plain else { continue }
            switch read.property {
            case "TZID": zone = read.value
            case "X-LIC-LOCATION": if let zone { zones[zone] = read.value }
            default: continue
            }
        }
        return nil
    }

    private mutating func event(from number: Int) throws -> ContactImport.Line {
        var lines: [ContentLine] = []
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
        switch draft(lines) {
        case .success(let rows): return .taken(ImportRow(line: number, rows: rows))
        case .failure(let reason): return .rejected(RejectedLine(line: number, reason: reason))
        }
    }

    // MARK: Rows

    private static let taken: Set = [
        "UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "GEO", "STATUS", "RRULE", "RECURRENCE-ID", "EXDATE", "RDATE",
        "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "TRANSP", "CLASS", "PRIORITY",
    ]

    private mutating func draft(_ lines: [ContentLine]) -> Result<[DraftRow], RejectedLine.Reason> {
        func line(_ property: String) -> ContentLine? { lines.first { $0.property == property } }
        func text(_ property: String) -> String? {
            line(property).map { trimmed(unescaped($0.value)) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let first = line("DTSTART") else { return .failure(.noStart) }
        guard let start = time(first) else { return .failure(.badDate("DTSTART")) }
        var end: CalendarTime?
        if let last = line("DTEND") {
            guard let time = time(last) else { return .failure(.badDate("DTEND")) }
            end = time.time
        } else if let duration = text("DURATION") {
            guard let seconds = CalendarImport.seconds(ofDuration: duration),
                let time = CalendarTime(seconds: start.time.seconds + seconds, isWholeDay: start.time.secondOfDay == nil)
            else { return .failure(.badDate("DURATION")) }
            end = time
        }
        for property in Set(lines.map(\.property)) where !CalendarImport.taken.contains(property) && !property.hasPrefix("X-") {
            unmapped.insert(property)
        }
        if text("X-KITH-TABLE") == "initiative", let id = text("X-KITH-ID") {
            return .success([initiative(id, text("SUMMARY"), line("RRULE")?.value, text("X-KITH-TIME-ZONE"))])
        }

        var values: [(String, String?)] = [
            ("starts_at", start.time.text), ("ends_at", end?.text), ("time_zone", start.zone),
        ]
        if let exact = line("X-KITH-SCHEDULE") {
            let pieces = split(exact.value, at: ";").map { unescaped($0) } + ["", "", ""]
            values = zip(values, pieces).map { ($0.0, $1.isEmpty ? nil : $1) }
        }
        var rows: [DraftRow] = []
        var columns: [String: String] = [:]
        for (property, column) in ownColumns { columns[column] = text(property) }
        let isOwn = text("X-KITH-ID") != nil
        if let summary = text("SUMMARY"), isOwn ? columns["initiative"] != nil : true {
            let id = columns["initiative"] ?? identify([source, "initiative", folded(summary)])
            columns["initiative"] = id
            let rule = isOwn ? nil : line("RRULE")?.value
            rows.append(initiative(id, summary, rule, rule == nil ? nil : start.zone))
        }
        if !isOwn, let location = text("LOCATION") {
            let id = identify([source, "place", folded(location)])
            columns["place"] = id
            rows.append(place(id, location, line("GEO")?.value))
        }
        if columns["status"] == nil, let status = text("STATUS") {
            columns["status"] = status.uppercased() == "CANCELLED" ? "cancelled" : "planned"
        }
        let id = text("X-KITH-ID") ?? identify(identity(text("UID"), line("RECURRENCE-ID")?.value, text("SUMMARY"), start.time))
        values += ["initiative", "place", "channel", "status", "max_participants", "mixed_groups"].map { ($0, columns[$0]) }
        rows.append(DraftRow(table: "gathering", key: [id], values: parts(values, "gathering")))
        return .success(rows)
    }

    private func identity(_ uid: String?, _ recurrence: String?, _ summary: String?, _ start: CalendarTime) -> [String] {
        if let uid { return [source, "gathering", uid] + [recurrence].compactMap { $0 } }
        return [source, "gathering", folded(summary ?? ""), start.text]
    }

    private func initiative(_ id: String, _ name: String?, _ rule: String?, _ zone: String?) -> DraftRow {
        DraftRow(table: "initiative", key: [id], values: parts(
            [("name", name == "?" ? nil : name), ("recurrence_rule", rule), ("recurrence_time_zone", zone)], "initiative"))
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

    private func time(_ line: ContentLine) -> (time: CalendarTime, zone: String?)? {
        var isUTC = false
        guard let time = CalendarTime(basic: trimmed(line.value), isUTC: &isUTC) else { return nil }
        if time.secondOfDay == nil { return (time, nil) }
        if isUTC { return (time, "UTC") }
        return (time, line.parameter("TZID")?.values.first.map(zone))
    }

    /// The name that others know: an IANA zone, also for what Outlook writes.
    private func zone(_ name: String) -> String {
        if let told = zones[name], knownZone(told) != nil { return told }
        // "/example.org/Olson_20150306/Europe/Amsterdam"
        if name.hasPrefix("/") {
            let tail = name.split(separator: "/").suffix(2).joined(separator: "/")
            if knownZone(tail) != nil { return tail }
        }
        return windowsZones[name] ?? name
    }

    /// `PT1H30M`, `P2D`, `P1W` (RFC 5545, section 3.3.6); nil for none, and for one that goes back.
    static func seconds(ofDuration text: String) -> Int64? {
        let pattern = /\+?P(?:([0-9]{1,5})W)?(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,5})M)?(?:([0-9]{1,6})S)?)?/
        guard let match = text.wholeMatch(of: pattern) else { return nil }
        func part(_ text: Substring?, _ seconds: Int64) -> Int64 { (text.flatMap { Int64($0) } ?? 0) * seconds }
        return part(match.1, 604_800) + part(match.2, 86_400) + part(match.3, 3600) + part(match.4, 60) + part(match.5, 1)
    }
}

/// Source: Unicode CLDR, windowsZones.xml, for the zones of Europe.
private let windowsZones = [
    "W. Europe Standard Time": "Europe/Berlin", "Romance Standard Time": "Europe/Paris", "GMT Standard Time": "Europe/London",
    "Central Europe Standard Time": "Europe/Budapest", "Central European Standard Time": "Europe/Warsaw",
    "FLE Standard Time": "Europe/Kiev", "GTB Standard Time": "Europe/Bucharest", "E. Europe Standard Time": "Europe/Chisinau",
    "Turkey Standard Time": "Europe/Istanbul", "UTC": "UTC", "Greenwich Standard Time": "Atlantic/Reykjavik",
    "Russian Standard Time": "Europe/Moscow",
]
