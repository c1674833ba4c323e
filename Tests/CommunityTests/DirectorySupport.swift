import CRDT
import Interchange

/// A directory to export: two initiatives, two places, three dates, an organisation and terms.
func sampleDirectory() -> Directory {
    func id(_ number: Int) -> String { String(repeating: "0", count: 31) + String(number, radix: 16) }
    func row(_ key: [String], _ texts: [String: String], _ numbers: [String: Double] = [:]) -> TableRow {
        let values = texts.mapValues { Value.text($0) }.merging(numbers.mapValues { Value.real($0) }) { a, _ in a }.sorted { $0.key < $1.key }
        return TableRow(key: key, columns: .init(values.map(\.key)), cells: values.map(\.value))
    }
    return Directory([
        "organisation": [
            row([id(1)], ["name": "Stichting De Brug", "type": "association", "url": "debrug.example", "phone": "010-5550123", "email": "info@debrug.example"]),
            row(["handmade"], ["url": "geen idee", "email": "bel maar"]),
        ],
        "place": [
            row([id(2)], [
                "name": "Buurthuis, zuid; \"De Brug\"", "kind": "community_centre", "location_type": "physical", "street": "Kerkplein", "number": "3",
                "city": "Zuiderhaven", "postal_code": "1234 AB", "country": "NL",
            ], ["lat": 52.1, "lon": 4.3]),
            row([id(3)], ["name": "Online", "location_type": "virtual", "url": "https://example.org/a b"]),
        ],
        "initiative": [
            row([id(4)], [
                "name": "Kookclub", "activity_type": "cook", "status": "active", "place": id(2), "description": "Samen koken,\nelke week; gratis",
                "recurrence_rule": "FREQ=WEEKLY;BYDAY=TU,TH;INTERVAL=2", "recurrence_time_zone": "Europe/Amsterdam", "starts_on": "2026-03-03",
                "created_at": "2026-01-02T03:04:05.678Z",
            ]),
            row([id(5)], ["name": "Wandelen", "status": "paused"]),
            row([id(6)], ["recurrence_rule": "FREQ=DAILY"]),
        ],
        "gathering": [
            row([id(7)], [
                "initiative": id(4), "place": id(2), "starts_at": "2026-03-24T18:00", "ends_at": "2026-03-24T20:30", "time_zone": "Europe/Amsterdam",
                "status": "planned", "created_at": "2026-01-02T03:04:05.678Z",
            ]),
            row([id(8)], ["initiative": id(4), "place": id(3), "starts_at": "2026-10-29T18:00", "time_zone": "Europe/Amsterdam", "status": "cancelled"]),
            row([id(9)], ["initiative": id(5), "starts_at": "2026-05-01", "time_zone": "Nergens/Huizen", "status": "held"]),
            row([id(10)], ["initiative": id(5), "starts_at": "ooit"]),
        ],
        "term": [row([id(11)], ["taxonomy": "condition", "code": "cohesion", "name_nl": "Samenhang", "name_en": "Cohesion"]),
                 row([id(12)], ["taxonomy": "accessibility", "code": "step_free", "name_nl": "Drempelloos", "name_en": "Step-free"])],
        "initiative_term": [row([id(4), id(11)], [:])],
        "place_term": [row([id(2), id(12)], [:])],
    ])
}
