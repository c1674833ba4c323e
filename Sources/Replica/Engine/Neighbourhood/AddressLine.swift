import Store

/// An address on one line, as people read and type it: "Kerkplein 3 bis, 1234 AB Ons Dorp".
package enum AddressLine {
    /// Of a row of `address`.
    package static func text(_ row: RecordRow) -> String {
        func joined(_ parts: [String]) -> String { parts.compactMap { row.text($0) }.filter { !$0.isEmpty }.joined(separator: " ") }
        return [joined(["street", "number", "addition"]), joined(["postal_code", "city"])].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
