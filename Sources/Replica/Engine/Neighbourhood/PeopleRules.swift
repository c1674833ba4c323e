import Community
import Interchange
import Store

/// How contacts are compared (Interchange), as the store asks for it.
struct LikenessRules: ContactComparing {
    let version = ContactTraits.version

    func traits(of rows: ContactRows) -> [UInt8] { ContactTraits(rows).bytes }
    func keys(of traits: [UInt8]) -> [Int64] { LikenessKey.all(of: ContactTraits(bytes: traits)) }
    func limit(ofKey key: Int64) -> Int { LikenessKey.limit(ofHash: key) }

    func compared(_ traits: [UInt8]) -> ParsedTraits? { ParsedTraits(ContactTraits(bytes: traits)) }

    func compare(
        _ a: ParsedTraits?, _ b: ParsedTraits?, isCrowded: @escaping (Int64) -> Bool
    ) -> (score: Int, isVeryLikely: Bool)? {
        guard let a, let b, let found = Likeness(a, b, { isCrowded($0.hash) }) else { return nil }
        return (found.score, found.level == .veryLikely)
    }
}

/// By which words records are found (Interchange), as the store asks for it.
struct SearchRules: SearchReading {
    let version = SearchWords.version
    /// What people look for by name or by what is written in it; contacts come with their points and addresses.
    let tables = ["organisation", "place", "initiative", "gathering", "note", "help_item", "contact_moment", "item"]

    func words(of contact: ContactRows) -> String { SearchWords.of(contact: contact) }
    func details(of contact: ContactRows) -> [String] {
        let points = contact.points.filter { $0.type == "tel" || $0.type == "email" }.map(\.value)
        let addresses = contact.addresses.map { address in
            ["street", "number", "addition", "city"].compactMap { address[$0] }.joined(separator: " ")
        }
        return (points + addresses).prefix(4).map { String($0.prefix(80)).replacing("\n", with: " ") }.filter { !$0.isEmpty }
    }

    func words(of texts: [String]) -> String { SearchWords.of(texts: texts) }
}

/// What of a row its name is made of.
let displayNameColumns: Set<String> = Set(["kind", "given_name", "infix", "family_name", "nickname", "organisation"] + titleColumns)

/// Of tables without people, the first that is filled.
private let titleColumns = ["name", "title", "label", "name_nl", "summary", "starts_at", "description", "body", "purpose"]

/// How a record is called among people.
package func displayName(of row: RecordRow) -> String {
    func text(_ column: String) -> String? {
        guard case .text(let bytes) = row.values.first(where: { $0.name == column })?.value else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.allSatisfy(\.isWhitespace) ? nil : text
    }
    if row.id.table == "contact" {
        return contactName(
            kind: text("kind"), given: text("given_name"), infix: text("infix"), family: text("family_name"), nickname: text("nickname"),
            organisation: text("organisation")) ?? ""
    }
    for column in titleColumns {
        if let text = text(column) { return String(text.prefix(80)) }
    }
    return ""
}
