import Community
import CRDT
import Store
import Words

// What people call a row: its own name, else those of the rows that it is about.
extension Replica {
    /// "Fatima el Amrani"; of a request "Fatima el Amrani: groceries"; of a gathering "Soup bus, Thu 3 December 2026, 18:00"; empty for
    /// what has no name here.
    package func title(of record: RecordID, _ language: Language) throws -> String { try title(of: record, language, depth: 3) }

    private func title(of record: RecordID, _ language: Language, depth: Int) throws -> String {
        guard depth > 0, let table = store.schema[record.table], let row = try row(record) else { return "" }
        func name(_ column: String, of target: String) throws -> String {
            let id = table.key.columns.firstIndex(of: column).flatMap { record.key.indices.contains($0) ? record.key[$0] : nil } ?? row.text(column)
            guard let id else { return "" }
            return try title(of: RecordID(table: target, key: [id]), language, depth: depth - 1)
        }
        func code(_ column: String, _ list: String) -> String { row.text(column).map { Entry.label($0, of: list, language) } ?? "" }
        func joined(_ parts: String..., by separator: String = ", ") -> String { parts.filter { !$0.isEmpty }.joined(separator: separator) }
        switch record.table {
        case "contact_point": return joined(try name("contact", of: "contact"), row.text("value") ?? "")
        case "address":
            return joined(try name("contact", of: "contact"), joined(row.text("street") ?? "", row.text("number") ?? "", row.text("city") ?? "", by: " "))
        case "involvement":
            let subject = try ["initiative", "organisation", "place"].lazy.map { try name("subject", of: $0) }.first { !$0.isEmpty } ?? ""
            return joined(try name("contact", of: "contact"), code("code", "involvement"), subject)
        case "relation": return joined(try name("contact", of: "contact"), code("code", "relation"), try name("other", of: "contact"))
        case "help_item": return joined(try name("contact", of: "contact"), joined(code("direction", "help_direction"), code("category", "help_category"), by: " "))
        case "help_item_skill": return try name("help_item", of: "help_item")
        case "match":
            let helper = try name("helper", of: "contact")
            return joined(try name("request", of: "help_item"), helper.isEmpty ? try name("offer", of: "help_item") : helper, by: " – ")
        case "contact_moment":
            let people = try participants(record).map { try title(of: $0, language, depth: depth - 1) }
            return joined(people.joined(separator: ", "), row.text("occurred_at").map(language.day) ?? "")
        case "contact_moment_contact": return joined(try name("contact", of: "contact"), try momentDay(record, language))
        case "consent": return joined(try name("contact", of: "contact"), Entry.label(record.key.last ?? "", of: "consent_purpose", language))
        case "consent_event": return joined(try name("contact", of: "contact"), code("purpose", "consent_purpose"))
        case "attendance": return joined(try name("contact", of: "contact"), try name("gathering", of: "gathering"))
        case "loan": return joined(try name("item", of: "item"), try name("holder", of: "contact"))
        case "identity_link": return joined(try name("contact", of: "contact"), try name("other", of: "contact"), by: " – ")
        case "gathering":
            let initiative = try name("initiative", of: "initiative")
            return joined(initiative.isEmpty ? try name("place", of: "place") : initiative, row.text("starts_at").map(language.day) ?? "")
        case "initiative_term": return joined(try name("initiative", of: "initiative"), try name("term", of: "term"))
        case "place_term": return joined(try name("place", of: "place"), try name("term", of: "term"))
        case "term": return row.text(language == .nl ? "name_nl" : "name_en") ?? displayName(of: row)
        case "poll": return row.text(language == .nl ? "question_nl" : "question_en") ?? row.text("question_nl") ?? row.text("question_en") ?? ""
        case "poll_option": return joined(try name("poll", of: "poll"), row.text("label") ?? "")
        case "open_answer": return try name("poll", of: "poll")
        default: return displayName(of: row)
        }
    }

    /// The row, in the trash too.
    private func row(_ record: RecordID) throws -> RecordRow? {
        if let row = try store.rows([record]).first { return row }
        guard let detail = try? store.show(record) else { return nil }
        return RecordRow(id: record, values: detail.columns.flatMap(\.parts))
    }

    private func participants(_ moment: RecordID) throws -> [RecordID] {
        var found: [RecordID] = []
        guard store.schema["contact_moment_contact"] != nil else { return [] }
        try store.list("contact_moment_contact", where: Store.condition("contact_moment", isOneOf: [moment.key[0]]), limit: 3) {
            found.append(RecordID(table: "contact", key: [$0.id.key[1]]))
        }
        return found
    }

    private func momentDay(_ link: RecordID, _ language: Language) throws -> String {
        guard link.key.count == 2 else { return "" }
        return try row(RecordID(table: "contact_moment", key: [link.key[0]]))?.text("occurred_at").map(language.day) ?? ""
    }
}

extension Entry {
    /// What a code is called; a code of no list as it is.
    package static func label(_ code: String, of list: String, _ language: Language) -> String {
        CodeList.named(list)?[code].map { language.text($0.label) } ?? code
    }
}
