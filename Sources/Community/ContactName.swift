/// A contact's name as people write it: "Fatima el Amrani"; else the nickname, else the organisation, else nil.
/// The view `contact_name` says the same in SQL.
package func contactName(
    given: String?, infix: String?, family: String?, nickname: String?, organisation: String?
) -> String? {
    func filled(_ text: String?) -> String? { text.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 } }
    let name = [given, infix, family].compactMap(filled).joined(separator: " ")
    return filled(name) ?? filled(nickname) ?? filled(organisation)
}
