/// The parts of an address on one line, as people and programs write it: "Kerkplein 3 bis, 1234 AB Ons Dorp", "Lindelaan 12, 3 hoog, Zuid",
/// "1234 AB Zuid, Lindelaan 12", "Dorpsstraat 5 1234AB Zuid". What cannot be told apart stays with the street; nothing is left out.
///
/// - Returns: by the names of the parts of `address.location`; none is empty.
package func addressParts(_ line: String) -> [String: String] {
    var pieces = line.split(separator: ",").map { singleSpaced(String($0)) }.filter { !$0.isEmpty }
    if pieces.count == 1, let split = splitAtPostalCode(pieces[0]) { pieces = split }
    var found: [String: String] = [:]
    if let place = pieces.indices.first(where: { postalCode(beginning: pieces[$0], isFirst: $0 == 0) != nil }), pieces.count > 1 || place > 0 {
        let code = postalCode(beginning: pieces[place], isFirst: place == 0)!
        found["postal_code"] = code
        var city = singleSpaced(String(pieces[place].dropFirst(code.count)))
        if city.isEmpty, place + 1 < pieces.count, isPlaceName(pieces[place + 1]) { city = pieces.remove(at: place + 1) }
        found["city"] = city
        pieces.remove(at: place)
        if place > 0, place + 1 == pieces.count, isPlaceName(pieces[place]) { found["country"] = pieces.removeLast() }
    } else {
        let numbered = pieces.firstIndex { HouseNumber(in: $0) != nil }
        let names = pieces.count - 1 - (pieces.lastIndex { !isPlaceName($0) } ?? 0)
        if names > 1, let numbered, numbered < pieces.count - 2 { found["country"] = pieces.removeLast() }
        if names > 0 { found["city"] = pieces.removeLast() }
    }
    return found.merging(streetParts(pieces)) { known, _ in known }.filter { !$0.value.isEmpty }
}

/// The parts of a street with what belongs to it: "Lindelaan 12, 3 hoog"; a place is not looked for.
func streetParts(_ text: String) -> [String: String] {
    streetParts(text.split(separator: ",").map { singleSpaced(String($0)) }.filter { !$0.isEmpty }).filter { !$0.value.isEmpty }
}

private func streetParts(_ pieces: [String]) -> [String: String] {
    // "Plein 1940, 12": a piece that is a number alone is the house's.
    if let place = pieces.indices.dropFirst().first(where: { pieces[$0].first?.isASCIIDigit == true && pieces[$0].count < 6 && pieces[$0].allSatisfy(\.isASCIIDigit) }) {
        return [
            "street": pieces[..<place].joined(separator: ", "), "number": pieces[place], "addition": pieces[(place + 1)...].joined(separator: ", "),
        ]
    }
    for (place, piece) in pieces.enumerated() {
        guard let house = HouseNumber(in: piece) else { continue }
        return [
            "street": (pieces[..<place] + [house.street]).joined(separator: ", "), "number": house.number,
            "addition": ([house.addition].filter { !$0.isEmpty } + pieces[(place + 1)...]).joined(separator: ", "),
        ]
    }
    return ["street": pieces.joined(separator: ", ")]
}

/// The house number in a street: the first number behind its first word whose rest reads as an addition, else the last.
private struct HouseNumber {
    let street: String
    let number: String
    let addition: String

    init?(in piece: String) {
        let words = piece.split(separator: " ").map(String.init)
        let numbers = words.indices.dropFirst().filter { words[$0].first?.isASCIIDigit == true }
        guard let last = numbers.last else { return nil }
        let place = numbers.first { place in
            // "Plein 1940 12": a year is the street's.
            let isYear = words[place].count == 4 && Int(words[place]).map { (1_500..<2_100).contains($0) } == true
            return place == last || (!isYear && words[(place + 1)...].allSatisfy(HouseNumber.isOfAddition))
        } ?? last
        street = words[..<place].joined(separator: " ")
        let tail = words[place...].joined(separator: " ")
        number = String(tail.prefix(while: \.isASCIIDigit))
        addition = String(tail.dropFirst(number.count).drop { " ,-/".contains($0) })
    }

    private static let words: Set = [
        "hoog", "links", "rechts", "boven", "beneden", "onder", "voor", "achter", "huis", "etage", "verdieping", "kamer", "unit", "appartement",
        "floor", "flat", "apartment", "room", "left", "right",
    ]

    private static func isOfAddition(_ word: String) -> Bool { word.count <= 3 || words.contains(word.lowercased()) }
}

/// A name of a town or a country: it begins with a capital and has no digit.
private func isPlaceName(_ piece: String) -> Bool {
    piece.count > 1 && !piece.contains(where: \.isNumber) && (piece.first?.isUppercase == true || piece.hasPrefix("'s-") || piece.hasPrefix("'t "))
}

/// "Dorpsstraat 5 1234AB Zuid", without a comma.
private func splitAtPostalCode(_ piece: String) -> [String]? {
    let words = piece.split(separator: " ").map(String.init)
    guard words.count > 2 else { return nil }
    for place in 2..<words.count {
        let rest = words[place...].joined(separator: " ")
        if dutchPostalCode(beginning: rest) != nil, words[1..<place].contains(where: { $0.first?.isASCIIDigit == true }) {
            return [words[..<place].joined(separator: " "), rest]
        }
    }
    return nil
}

/// - Parameter isFirst: nothing stands before it; then four digits alone may be a name ("1940 Plein").
private func postalCode(beginning text: String, isFirst: Bool) -> String? {
    if let code = dutchPostalCode(beginning: text) { return code }
    let digits = text.prefix(while: \.isASCIIDigit)
    let name = text.dropFirst(digits.count)
    guard !isFirst, digits.count == 4 || digits.count == 5, name.first == " ", isPlaceName(String(name.dropFirst())) else { return nil }
    return String(digits)
}

/// Four digits and two letters with or without a space, as they stand at the start.
private func dutchPostalCode(beginning text: String) -> String? {
    let letters = text.dropFirst(4).drop { $0 == " " }
    guard text.prefix(4).count == 4, text.prefix(4).allSatisfy(\.isASCIIDigit), letters.prefix(2).count == 2,
        letters.prefix(2).allSatisfy({ $0.isASCII && $0.isLetter }), letters.dropFirst(2).first?.isLetter != true
    else { return nil }
    let code = text.prefix(text.count - letters.count + 2)
    return code.contains(" ") || code.count == 6 ? String(code) : nil
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
