/// Headers of address books that write several of a kind, each with its own number or place: "Phone 2 - Type",
/// "Address 1 - City" (Google, old and new), "Business Street" (Outlook), "Work ZipCode" (Thunderbird), "Huisadres, plaats".
///
/// - Parameter letters: the header folded, letters and digits only.
/// - Returns: what the column fills, and which of several it is; 0 is that of columns without a number.
func numberedColumn(_ letters: String) -> (target: ColumnMap.Target, set: Int)? {
    if let found = prefixed(letters) { return found }
    guard let match = letters.wholeMatch(of: /(address|phone|email|website|organization|im)([0-9]{1,2})([a-z]+)/),
        let number = Int(match.2)
    else { return nil }
    switch (match.1, match.3) {
    case ("address", let part):
        return addressNames[String(part)].map { ($0, number == 1 ? 0 : number) }
    case ("phone", "type"), ("phone", "label"): return (.pointLabel(type: "tel"), number)
    case ("email", "type"), ("email", "label"): return (.pointLabel(type: "email"), number)
    case ("website", "type"), ("website", "label"): return (.pointLabel(type: "url"), number)
    case ("phone", "value"): return (.point(type: "tel", label: nil), number)
    case ("email", "value"): return (.point(type: "email", label: nil), number)
    case ("website", "value"): return (.point(type: "url", label: nil), number)
    case ("im", "value"): return (.point(type: "impp", label: nil), number)
    case ("organization", "name") where number == 1: return (.contact("organisation"), 0)
    case ("organization", "title") where number == 1: return (.line("TITLE"), 0)
    default: return nil
    }
}

private func prefixed(_ letters: String) -> (target: ColumnMap.Target, set: Int)? {
    for (prefix, set) in places where letters.hasPrefix(prefix) {
        if let target = addressNames[String(letters.dropFirst(prefix.count))] { return (target, set) }
    }
    return nil
}

/// The longer come first.
private let places: [(prefix: String, set: Int)] = [
    ("huisadres", 0), ("werkadres", 101), ("anderadres", 102), ("home", 0), ("business", 101), ("work", 101), ("other", 102),
]

private let addressNames: [String: ColumnMap.Target] = [
    "street": .address("street"), "straat": .address("street"), "address": .addressLine, "city": .address("city"),
    "plaats": .address("city"), "region": .address("province"), "state": .address("province"), "provincie": .address("province"),
    "postalcode": .address("postal_code"), "zipcode": .address("postal_code"), "postcode": .address("postal_code"),
    "country": .address("country"), "countryregion": .address("country"), "landregio": .address("country"),
]

/// A type or label as such a program writes it, as ours: `* Home`, `Mobile`, `Werk`; nil when it says nothing.
func pointLabel(_ text: String) -> String? {
    let plain = singleSpaced(String(text.drop { $0 == "*" || $0 == " " }))
    switch folded(plain) {
    case "", "other", "overig", "main", "internet": return nil
    case "mobile", "mobiel", "cell", "gsm": return "mobile"
    case "home", "thuis", "prive": return "home"
    case "work", "werk", "business", "zakelijk": return "work"
    case let fold where fold.contains("fax"): return "fax"
    default: return plain
    }
}
