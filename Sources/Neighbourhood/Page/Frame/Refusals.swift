import Community
import CRDT
import Engine
import Words

/// What of a form was refused: by the field it stands in, with what to do. What was typed stays.
struct Refusals {
    /// By the field's name; "" for what belongs to none.
    private(set) var lines: [(field: String, text: String)] = []

    var isEmpty: Bool { lines.isEmpty }

    mutating func add(_ field: String, _ text: String) { lines.append((field, text)) }

    /// Runs what reads one field, and notes what is refused there.
    ///
    /// - Returns: nil when it was.
    mutating func reading<Result>(_ field: String, _ visit: Visit, _ body: () throws -> Result) throws -> Result? {
        do { return try body() } catch let refusal as EntryRefusal {
            add(field, visit.language.refusal(refusal, byName: false))
        } catch let choice as NameChoice {
            add(field, Explanation(choice, about: "", in: visit.language).message)
        }
        return nil
    }

    subscript(field: String) -> String? { lines.first { $0.field == field }?.text }

    /// For `{{>faults}}`.
    func values(_ visit: Visit) -> Values {
        [
            "faultsTitle": visit.count(lines.count, PageSentence.faultsOne, .faultsMany),
            "faultLines": lines.map { ["faultField": maybe($0.field.isEmpty ? nil : $0.field), "faultText": $0.text] as Values },
        ]
    }

    /// For a field of a form: what stands in it, and what is wrong with that.
    func field(_ name: String, _ value: String?) -> Values { ["fieldName": name, "value": value ?? "", "fault": maybe(self[name])] }
}
