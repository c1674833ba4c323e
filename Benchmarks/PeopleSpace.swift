import CRDT
import Engine
import Foundation
import Store

/// A neighbourhood at full size, the same at every run: what the commands of the day are timed on.
///
/// `contactCount` contacts with a number and an address each; every fifth is there twice, written a little otherwise, and somebody has
/// looked at each such pair; two moments a contact, some to be followed up; and what the other commands read.
struct PeopleSpace {
    let contactCount: Int
    private var twiceCount: Int { contactCount / 5 }
    private var personCount: Int { contactCount - twiceCount }
    /// Rows of one statement.
    private static let portion = 400
    private static let day: Int64 = 86_400_000

    /// Writes all of it as a client of SQLite would, and stamps it.
    func fill(_ replica: Replica, nowMilliseconds: Int64) throws {
        var generator = Workload.Generator(state: 7)
        let people = (0..<personCount).map { _ in Person(&generator) }
        func when(_ index: Int, spread days: Int) -> String { PeopleSpace.time(nowMilliseconds - Int64(index % days) * PeopleSpace.day - Int64(index % 86_400) * 1_000) }
        func id(_ table: Int, _ index: Int) -> String { PeopleSpace.id(table, index) }
        let channels = ["face_to_face", "phone", "video", "doorstep", "chat", "email"]

        func contact(_ index: Int) -> Person { index < personCount ? people[index] : people[index - personCount].again }
        try insert(replica, "contact (id, given_name, infix, family_name, language, area)", 0..<contactCount) { index in
            let person = contact(index)
            return [id(1, index), person.given, person.infix, person.family, index % 9 == 0 ? "tr" : "nl", "Wijk \(index % 12)"]
        }
        try insert(replica, "contact_point (id, contact, type, value)", 0..<contactCount) { index in
            [id(2, index), id(1, index), "tel", contact(index).phone]
        }
        try insert(replica, "address (id, contact, street, number, postal_code, city)", 0..<contactCount) { index in
            let person = contact(index)
            return [id(3, index), id(1, index), person.street, person.number, person.postalCode, "Zuiderhaven"]
        }
        try insert(replica, "identity_link (contact, other, verdict, decided_by)", 0..<twiceCount) { index in
            [id(1, index), id(1, personCount + index), index % 2 == 0 ? "same" : "different", "Fatima"]
        }
        try insert(replica, "contact_moment (id, worker, occurred_at, channel, duration_minutes, summary, follow_up_on)", 0..<2 * contactCount) { index in
            [id(4, index), id(1, index % 50), when(index, spread: 500), channels[index % 6], "\(5 + index % 55)",
             "\(Workload.words[index % Workload.words.count]) \(Workload.words[index / 7 % Workload.words.count])",
             index % 1_000 == 0 ? String(when(index / 1_000, spread: 14).prefix(10)) : nil]
        }
        try insert(replica, "contact_moment_contact (contact_moment, contact)", 0..<2 * contactCount) { index in
            [id(4, index), id(1, index / 2 % (contactCount * 4 / 5))]
        }
        try insert(replica, "help_item (id, direction, contact, category, area, status, description)", 0..<contactCount / 20) { index in
            [id(5, index), index % 2 == 0 ? "request" : "offer", id(1, index * 7 % contactCount), ["groceries", "meals", "company", "transport"][index / 2 % 4],
             "Wijk \(index % 12)", index % 10 < 7 ? "open" : "fulfilled", "graag op dinsdag"]
        }
        try insert(replica, "match (id, request, offer, status)", 0..<contactCount / 200) { index in
            [id(6, index), id(5, index * 10 + 8), id(5, index * 10 + 9), "done"]
        }
        try insert(replica, "initiative (id, name, activity_type, status, area)", 0..<contactCount / 200) { index in
            [id(7, index), "\(Workload.words[index % Workload.words.count].capitalized)club \(index)", "walk", index % 4 == 0 ? "ended" : "active", "Wijk \(index % 12)"]
        }
        try insert(replica, "involvement (id, contact, subject, code)", 0..<contactCount / 40) { index in
            [id(8, index), id(1, index * 11 % contactCount), id(7, index % max(1, contactCount / 200)), index % 5 == 0 ? "organiser" : "volunteer"]
        }
        try insert(replica, "gathering (id, initiative, starts_at, ends_at, time_zone, channel, headcount)", 0..<contactCount / 20) { index in
            let start = String(when(index, spread: 400).prefix(11))
            return [id(9, index), id(7, index % max(1, contactCount / 200)), start + "19:00", start + "21:00", "Europe/Amsterdam", "face_to_face", "\(index % 30)"]
        }
        try insert(replica, "attendance (gathering, contact, status)", 0..<contactCount / 5) { index in
            [id(9, index % max(1, contactCount / 20)), id(1, index * 3 % contactCount), "attended"]
        }
        try insert(replica, "consent (contact, purpose, state, valid_until)", 0..<contactCount / 2) { index in
            [id(1, index * 2), "newsletter", index % 20 == 0 ? "withdrawn" : "given", nil]
        }
        try replica.stamp(acceptingMassChange: true)
    }

    /// Of the row of a contact that is there twice.
    static func contactID(_ index: Int) -> String { id(1, index) }

    static func id(_ table: Int, _ index: Int) -> String { String(format: "%012lx%04lx%016lx", 1_700_000_000_000 + index, table, index) }

    private static func time(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000).formatted(.iso8601)
    }

    private func insert(_ replica: Replica, _ target: String, _ range: Range<Int>, _ row: (Int) -> [String?]) throws {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: PeopleSpace.portion) {
            let rows = (start..<min(start + PeopleSpace.portion, range.upperBound)).map { index in
                "(" + row(index).map { $0.map { "'\($0.replacing("'", with: "''"))'" } ?? "null" }.joined(separator: ", ") + ")"
            }
            try replica.store.executeAsClient("insert or ignore into \(target) values \(rows.joined(separator: ", "))")
        }
    }
}

private struct Person {
    var given: String
    var infix: String?
    var family: String
    var phone: String
    var street: String
    var number: String
    var postalCode: String

    init(_ generator: inout Workload.Generator) {
        given = Workload.given[generator.pick(Workload.given.count)]
        let whole = Workload.familyName(&generator).split(separator: " ")
        infix = whole.count > 1 ? whole.dropLast().joined(separator: " ") : nil
        family = whole.last.map(String.init) ?? "Bos"
        phone = "06-" + String(10_000_000 + generator.pick(89_999_999))
        let address = Workload.street(&generator).split(separator: " ")
        street = address.first.map(String.init) ?? "Dorpsstraat"
        number = address.last.map(String.init) ?? "1"
        postalCode = "\(1_000 + generator.pick(8_999)) \(["AB", "CD", "EF", "GH"][generator.pick(4)])"
    }

    /// As somebody else typed it.
    var again: Person {
        var other = self
        other.given = String(given.prefix(1)) + "."
        other.phone = phone.replacing("06-", with: "+316")
        return other
    }
}
