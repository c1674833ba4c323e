/// A contact's name as people write it: "Fatima el Amrani"; else the nickname, else the organisation, else nil. A group,
/// organisation or place goes by its own name before that of whom to ask for there.
/// The view `contact_name` says the same in SQL.
package func contactName(
    kind: String?, given: String?, infix: String?, family: String?, nickname: String?, organisation: String?
) -> String? {
    func filled(_ text: String?) -> String? { text.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 } }
    let name = [given, infix, family].compactMap(filled).joined(separator: " ")
    if !isIndividual(kind: kind), let own = filled(organisation) { return own }
    return filled(name) ?? filled(nickname) ?? filled(organisation)
}

/// Whether a contact of this kind is one person: what nobody said otherwise of is.
package func isIndividual(kind: String?) -> Bool { kind.map { !impersonalKinds.contains($0) } ?? true }

/// Codes of `contact_kind` of what is no person.
private let impersonalKinds = ["group", "org", "location"]

/// The same in SQL, of a column.
package func isIndividualText(_ column: String) -> String {
    "coalesce(\(column), 'individual') not in (\(impersonalKinds.map { "'\($0)'" }.joined(separator: ", ")))"
}
