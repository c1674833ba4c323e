import Interchange
import Store

/// An address on one line, as people read and type it: "Kerkplein 3 bis, 1234 AB Ons Dorp".
package enum AddressLine {
    /// Of a row of `address`.
    package static func text(_ row: RecordRow) -> String {
        func joined(_ parts: [String]) -> String { parts.compactMap { row.text($0) }.filter { !$0.isEmpty }.joined(separator: " ") }
        return [joined(["street", "number", "addition"]), joined(["postal_code", "city"])].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// The parts of an address on one line. What stands behind the last comma is the town, also where its postal code was left out: an addition
    /// to the house number ("12, 3 hoog") has a digit or begins small.
    package static func parts(_ line: String) -> [String: String] {
        let whole = addressParts(line)
        guard whole["postal_code"] == nil, let comma = line.lastIndex(of: ","), case let tail = line[line.index(after: comma)...].trimmingSpaces(),
            !tail.isEmpty
        else { return whole }
        let head = addressParts(String(line[..<comma]))
        if tail.count > 1, tail.first?.isUppercase == true, !tail.contains(where: \.isNumber) { return head.merging(["city": tail]) { first, _ in first } }
        guard head["number"] != nil else { return whole }
        return head.merging(["addition": tail]) { $0 + ", " + $1 }
    }
}
