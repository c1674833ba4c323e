import Community
import CRDT
import Engine
import Schema
import Store
import Words

/// Changes what stands about help, an initiative, a gathering, a place and the like: every column that people fill in, by its form.
///
/// `/wijzigen/TABLE/ID`. What has a form of its own elsewhere (a successor, who takes part, the count) is changed there.
enum RecordEdit {
    static let screen = Screen(
        "wijzigen", tab: .find, templates: ["recordEdit": template].merging(EditForm.templates) { own, _ in own }, show: { visit in
            let row = try row(visit)
            return .page(try page(row, EditForm(fields: try fields(row, visit)), EditForm.Sent(), Refusals(), visit))
        }, act: act)

    static let tables: Set<String> = ["help_item", "initiative", "gathering", "organisation", "place", "area", "item", "note"]
    /// A chain has a form that looks for circles.
    private static let elsewhere: Set<String> = ["successor"]
    /// What few need stands folded.
    private static let rare: Set<String> = [
        "time_zone", "recurrence_time_zone", "lat", "lon", "country", "province", "adapted_from", "parent", "capacity_distanced", "location_type", "mixed_groups", "priority", "code",
    ]
    private static let suggestedCount = 200
    private static let termCount = 200

    static func link(_ record: RecordID) -> String? { tables.contains(record.table) ? "/wijzigen/\(record.table)/\(record.key[0])" : nil }

    private static func row(_ visit: Visit) throws -> RecordRow {
        guard visit.rest.count == 2, tables.contains(visit.rest[0]) else { throw StoreError(.notFound) }
        return try visit.record(visit.rest[1], in: visit.rest[0])
    }

    /// Where one looks at it: of help that is the page of whoever it is about.
    private static func back(_ row: RecordRow) -> String {
        row.id.table == "help_item" ? row.value("contact").map { "/contact/\($0)" } ?? "/hulp" : Find.link(row.id)
    }

    private static func act(_ visit: Visit) throws -> Answer {
        let row = try row(visit)
        let name = try visit.replica.title(of: row.id, visit.language)
        if visit.form["doe"] == "verwijderen" {
            let (_, step) = try visit.write { replica in try replica.edit { try $0.delete(row.id) } }
            return .go(row.id.table == "help_item" ? back(row) : row.id.table == "initiative" ? "/initiatieven" : "/zoeken", visit.told(PersonPageSentence.personDeleted, name, step: step))
        }
        let form = EditForm(fields: try fields(row, visit))
        var refusals = Refusals()
        let sent = try form.sent(visit, &refusals)
        guard refusals.isEmpty, !sent.isStale else { return .page(try page(row, form, sent, refusals, visit)) }
        guard !sent.writes.isEmpty else { return .go(back(row), visit.told(PersonPageSentence.nothingChanged, name)) }
        let (_, step) = try visit.write { replica in
            try replica.edit { store in for write in sent.writes { try write(store) } }
        }
        return .go(back(row), visit.told(PersonPageSentence.personSaved, try visit.replica.title(of: row.id, visit.language), step: step))
    }

    // MARK: Fields

    private static func fields(_ row: RecordRow, _ visit: Visit) throws -> [EditForm.Field] {
        let replica = try visit.replica
        let table = try replica.sharedTable(row.id.table)
        var fields: [EditForm.Field] = []
        for column in table.columns where !elsewhere.contains(column.name) {
            let merges: Bool
            switch column.kind {
            case .once, .earliest, .counter: continue
            case .text: merges = true
            case .register, .rank: merges = false
            }
            for part in column.parts {
                guard let form = table.form(ofPart: part.name) else { continue }
                let (kind, hint) = try kind(form, of: part.name, merges: merges, row, visit)
                fields.append(EditForm.Field(
                    name: part.name.replacing("_", with: "-"), title: ColumnWords.title(part.name, in: table.name, visit), kind: kind, current: try typed(row[part.name], form, visit),
                    record: row.id, column: column.name, merges: merges, isRare: rare.contains(part.name), hint: hint) { .columns([(part.name, $0)]) })
            }
        }
        return try fields + ticks(row, visit)
    }

    private static func kind(_ form: Form, of name: String, merges: Bool, _ row: RecordRow, _ visit: Visit) throws -> (EditForm.Field.Kind, hint: String?) {
        if merges { return (.text, nil) }
        switch form {
        case .code(let list, false): return (.code(list), nil)
        case .language: return (.code("language"), nil)
        case .yesOrNo: return (.choice([("1", visit.say(PersonPageSentence.yes)), ("0", visit.say(PersonPageSentence.no))]), nil)
        case .recurrence: return (.choice(recurrences(row.value(name), visit)), nil)
        case .day: return (.line, visit.say(EditPageSentence.dayHint))
        case .localTime: return (.line, visit.say(EditPageSentence.timeHint))
        // Of people there are too many to be listed, and they are found by a part of their name.
        case .reference(let tables, _): return (.suggested(try tables == ["contact"] ? [] : tables.flatMap { try names($0, visit) }), visit.say(EditPageSentence.recordHint))
        case .words where name == "area": return (.suggested(try Choices.areas(visit.replica).compactMap { $0["areaName"] as? String }), nil)
        default: return (.line, nil)
        }
    }

    private static func names(_ table: String, _ visit: Visit) throws -> [String] {
        let replica = try visit.replica
        guard replica.store.schema[table] != nil else { return [] }
        var names: Set<String> = []
        try replica.store.list(table, limit: suggestedCount) { names.insert(displayName(of: $0)) }
        return names.filter { !$0.isEmpty }.sorted()
    }

    /// How often people do things; another rule, as calendars have them, stays what it is.
    private static func recurrences(_ current: String?, _ visit: Visit) -> [(value: String, label: String)] {
        let known: [(value: String, label: String)] = [
            ("FREQ=DAILY", visit.say(EditPageSentence.everyDay)), ("FREQ=WEEKLY", visit.say(EditPageSentence.everyWeek)), ("FREQ=WEEKLY;INTERVAL=2", visit.say(EditPageSentence.everyOtherWeek)),
            ("FREQ=MONTHLY", visit.say(EditPageSentence.everyMonth)), ("FREQ=YEARLY", visit.say(EditPageSentence.everyYear)),
        ]
        guard let current, !known.contains(where: { $0.value == current }) else { return known }
        return known + [(current, visit.say(EditPageSentence.otherRecurrence))]
    }

    /// A value as people type it: a day with its year, since "tomorrow" is another day tomorrow.
    private static func typed(_ value: Value, _ form: Form, _ visit: Visit) throws -> String {
        switch value {
        case .null, .blob: return ""
        case .integer(let number): return String(number)
        case .real(let number): return String(number)
        case .text(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            switch form {
            case .day, .localTime: return day(text)
            case .reference(let tables, let isFree):
                for table in tables where try visit.replica.store.schema[table] != nil {
                    if let row = try visit.replica.store.rows([RecordID(table: table, key: [text])]).first { return try visit.replica.title(of: row.id, visit.language) }
                }
                // What it named is gone: an id says nothing to people.
                return isFree && text.contains(" ") ? text : ""
            default: return text
            }
        }
    }

    /// "3-12-2026 18:00" of an ISO 8601 day or local time; another text as it is.
    private static func day(_ text: String) -> String {
        guard let day = CalendarDay(text.prefix(10)), [10, 16].contains(text.utf8.count) else { return text }
        let parts = day.text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return text }
        return "\(parts[2])-\(parts[1])-\(parts[0])" + (text.utf8.count == 16 ? " " + text.suffix(5) : "")
    }

    // MARK: Words that it has or has not

    /// The terms of an initiative or a place, the skills that help needs or brings: one box each.
    private static func ticks(_ row: RecordRow, _ visit: Visit) throws -> [EditForm.Field] {
        let store = try visit.replica.store
        let words: [(id: String, name: String)]
        let pair: String
        switch row.id.table {
        case "help_item":
            pair = "help_item_skill"
            words = (CodeList.named("skill")?.codes ?? []).map { ($0.code, visit.language.text($0.label)) }
        case "initiative", "place":
            pair = row.id.table + "_term"
            guard store.schema["term"] != nil else { return [] }
            var terms: [RecordRow] = []
            try store.list("term", limit: termCount) { terms.append($0) }
            words = try terms.map { ($0.id.key[0], try visit.replica.title(of: $0.id, visit.language)) }.filter { !$0.name.isEmpty }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        default: return []
        }
        guard let columns = store.schema[pair]?.key.columns else { return [] }
        let records = words.map { RecordID(table: pair, key: [row.id.key[0], $0.id]) }
        let there = Set(try store.rows(records).map(\.id))
        return zip(words, records).map { word, record in
            EditForm.Field(name: "woord-" + word.id, title: word.name, kind: .tick, current: there.contains(record) ? "1" : "0", record: record, column: "") { typed in
                .other { store in
                    guard typed == "1" else { return try store.delete(record) }
                    // One that was there before comes back from the trash.
                    do { try store.undelete(record) } catch let error as StoreError where error.code == .notFound {
                        _ = try store.add(pair, zip(columns, record.key).map { ($0, .text(Array($1.utf8))) })
                    }
                }
            }
        }
    }

    // MARK: The page

    private static func page(_ row: RecordRow, _ form: EditForm, _ sent: EditForm.Sent, _ refusals: Refusals, _ visit: Visit) throws -> Page {
        let name = try visit.replica.title(of: row.id, visit.language)
        let title = visit.say(PersonPageSentence.editTitle, name.isEmpty ? visit.say(.noName) : name)
        return Page(template: "recordEdit", title: EditForm.title(title, sent, refusals, visit), values: try form.values(sent, refusals, visit).merging([
            "action": "/wijzigen/\(row.id.table)/\(row.id.key[0])", "back": back(row), "title": title,
            "ticksTitle": visit.say(row.id.table == "help_item" ? EditPageSentence.skills : .terms),
        ]) { _, new in new }, status: sent.isStale ? 409 : refusals.isEmpty ? 200 : 422)
    }

    private static let template = #"""
        {{>editTop}}
        <header class="head">
          <p><a class="back" href="{{back}}">{{>i-left}}{{w.backUnsaved}}</a></p>
          <h1><bdi>{{title}}</bdi></h1>
        </header>
        <form class="form text" method="post" action="{{action}}">
          <button hidden>{{w.save}}</button>
          {{>editFields}}
          <p class="acts"><button class="primary big" aria-keyshortcuts="Control+Enter">{{w.save}}</button> <a class="button quiet" href="{{back}}">{{w.cancel}}</a> <button class="quiet" name="doe" value="verwijderen">{{w.deletePerson}}</button></p>
        </form>
        """#
}
