import Community
import CRDT
import Engine
import Store
import Words

/// How records are named and linked where a list has many kinds of them.
enum RecordWords {
    /// A name, and what kind of thing it is; in the bin too. Never an id.
    static func title(_ record: RecordID, _ visit: Visit) -> String {
        let kind = kind(record.table, visit)
        guard let title = try? visit.replica.title(of: record, visit.language), !title.trimmingSpaces().isEmpty, title != record.text else { return kind }
        return record.table == "contact" ? title : "\(title) (\(kind))"
    }

    /// "contact", "bijeenkomst".
    static func kind(_ table: String, _ visit: Visit) -> String {
        visit.language.kind(of: table)
    }

    /// The page on which it stands: its own, or that of the person it is about; nil where there is none.
    static func link(_ record: RecordID, _ visit: Visit) -> String? {
        guard let store = try? visit.replica.store, let row = try? store.rows([record]).first else { return nil }
        switch record.table {
        case "contact", "gathering", "help_item", "initiative": return Find.link(record)
        case "organisation", "place", "note", "item", "area", "contact_moment": return Find.link(record)
        case "match": return "/hulp"
        case "attendance": return "/tellen/\(record.key[0])"
        case "contact_moment_contact": return record.key.count > 1 ? "/contact/\(record.key[1])" : nil
        case "consent": return "/contact/\(record.key[0])"
        default:
            if let person = row.value("contact") { return "/contact/\(person)" }
            if let initiative = row.value("initiative") { return Find.link(RecordID(table: "initiative", key: [initiative])) }
            return nil
        }
    }

    static func values(_ changed: ChangedRecord, _ visit: Visit) -> Values {
        [
            "changedTitle": title(changed.record, visit), "changedLink": maybe(changed.isDeleted ? nil : link(changed.record, visit)),
            "changedCount": visit.count(changed.changeCount, ExchangePageSentence.changeOne, .changeMany), "changedWhen": visit.time(changed.timeMilliseconds),
            "changedWho": maybe(changed.author), "isDeleted": changed.isDeleted,
        ]
    }
}
