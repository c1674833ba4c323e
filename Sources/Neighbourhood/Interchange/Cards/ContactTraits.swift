import Community
import CRDT

/// What of a contact is compared with others, folded: names with the infix split off, telephone numbers as E.164, e-mail
/// addresses, and postcode, number, street and city.
///
/// Kept as bytes (one block for each contact, so that a hundred thousand fit in memory): fields parted by 0x1F, the items
/// of a field by 0x1E, the parts of an item by 0x1D. None of these is in folded text.
package struct ContactTraits: Hashable, Sendable {
    /// Traits made by another version of the rules are made anew.
    package static let version = 4

    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    private static let comparedItemCount = 8
    private static let comparedByteCount = 256

    package init(_ rows: ContactRows) {
        var name = PersonName(
            given: rows.contact["given_name"] ?? "", infix: rows.contact["infix"] ?? "", family: rows.contact["family_name"] ?? "")
        if name.family.isEmpty, name.infix.isEmpty, name.given.contains(" ") {
            name = PersonName(splitting: name.given)
        } else if name.given.isEmpty, name.infix.isEmpty, name.family.contains(" ") || name.family.contains(",") {
            name = PersonName(splittingFamily: name.family)
        } else if name.infix.isEmpty, name.family.contains(" ") {
            let split = PersonName(splittingFamily: name.family)
            name.infix = split.infix
            name.family = split.family
        }
        let kept = KeptNumbers(rows.contact["extra_vcard"] ?? "")
        let generation = ContactTraits.generation(&name.family) ?? ContactTraits.generation(&name.given) ?? kept.generation
        let nickname = rows.contact["nickname"] ?? ""
        if name.full.isEmpty, nickname.isEmpty { name.family = rows.contact["organisation"] ?? "" }

        var fields: [[UInt8]] = []
        func add(_ items: [[UInt8]]) {
            var seen: Set<[UInt8]> = []
            let kept = items.filter { !$0.isEmpty && $0.count <= ContactTraits.comparedByteCount && seen.insert($0).inserted }
            fields.append(Array(kept.prefix(ContactTraits.comparedItemCount).joined(separator: [0x1E])))
        }
        add([!isIndividual(kind: rows.contact["kind"]) ? Array("g".utf8) : []])
        add([ContactTraits.words(name.given), ContactTraits.words(nickname)])
        add([ContactTraits.words(name.family)])
        add([ContactTraits.letters(name.infix)])
        add(rows.points.filter { $0.type == "tel" }.map { Array(foldedPhone($0.value).utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
        add(rows.points.filter { $0.type == "email" }.map { Array(foldedEmail($0.value).utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
        add(rows.addresses.map(ContactTraits.address).sorted { $0.lexicographicallyPrecedes($1) })
        let marks = (rows.contact["linkage_marks"] ?? "").utf8.split(separator: 0x20).map(Array.init)
        add(kept.numbers)
        add(kept.days)
        add(marks.filter { $0.first == UInt8(ascii: "n") })
        add(marks.filter { $0.first == UInt8(ascii: "d") })
        add(generation.map { [[$0.rawValue]] } ?? [])
        bytes = Array(fields.joined(separator: [0x1F]))
    }

    /// Takes "jr." and the like from the end of a name that has more.
    private static func generation(_ name: inout String) -> Generation? {
        let words = name.split { $0 == " " || $0 == "," }
        guard words.count > 1, let last = words.last, let found = Generation(String(last)) else { return nil }
        name = words.dropLast().joined(separator: " ")
        return found
    }

    /// Folded letters and digits; words parted by one space.
    private static func words(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        for byte in folded(text).utf8 {
            switch byte {
            case 0x30...0x39, 0x61...0x7A, 0x80...: out.append(byte)
            // d'Hondt, 't Hart
            case UInt8(ascii: "'"): continue
            default: if let last = out.last, last != 0x20 { out.append(0x20) }
            }
        }
        if out.last == 0x20 { out.removeLast() }
        return out
    }

    private static func letters(_ text: String) -> [UInt8] { words(text).filter { $0 != 0x20 } }

    private static func address(_ parts: [String: String]) -> [UInt8] {
        let number = letters((parts["number"] ?? "") + (parts["addition"] ?? ""))
        let all = [letters(parts["postal_code"] ?? ""), number, letters(parts["street"] ?? ""), letters(parts["city"] ?? "")]
        return all.allSatisfy(\.isEmpty) ? [] : Array(all.joined(separator: [0x1D]))
    }

    /// Whether nothing at all is known to compare by.
    var isEmpty: Bool { bytes.allSatisfy { $0 == 0x1F } }
}

/// Numbers and days among the lines that are kept of a card: a membership number, a birthday. Only whole lines: what stands
/// in the middle of a note is a remark.
private struct KeptNumbers {
    private(set) var numbers: [[UInt8]] = []
    private(set) var days: [[UInt8]] = []
    /// Of what stands behind a name (RFC 6350, section 6.2.2).
    private(set) var generation: Generation?

    private static let leastDigitCount = 6

    init(_ lines: String) {
        guard !lines.isEmpty else { return }
        for line in lines.split(whereSeparator: \.isNewline) {
            let colon = line.firstIndex(of: ":")
            let property = colon.map { line[..<$0].split(separator: ";").first.map { $0.uppercased() } ?? "" } ?? "NOTE"
            let text = colon.map { line[line.index(after: $0)...] } ?? line
            if property == "N" { generation = generation ?? text.split(separator: ";", omittingEmptySubsequences: false).dropFirst(4).first.flatMap { Generation(String($0)) } }
            guard text.utf8.count <= 40 else { continue }
            let digits = text.utf8.filter { (0x30...0x39).contains($0) }
            let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) || " -./".utf8.contains($0) }
            guard isNumber, digits.count >= KeptNumbers.leastDigitCount else { continue }
            if property == "BDAY" || KeptNumbers.isDay(digits) { days.append(digits) } else { numbers.append(digits) }
        }
    }

    /// Eight digits that are a day of the last two centuries, year first or last.
    private static func isDay(_ digits: [UInt8]) -> Bool {
        guard digits.count == 8 else { return false }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
        func isDay(_ year: Int, _ month: Int, _ day: Int) -> Bool {
            (1850...2100).contains(year) && (1...12).contains(month) && (1...31).contains(day)
        }
        return isDay(number(0..<4), number(4..<6), number(6..<8)) || isDay(number(4..<8), number(2..<4), number(0..<2))
    }
}

/// Traits taken apart, for comparing: where each field lies; its items are only parted when they are asked for, since most
/// pairs are told apart by their names.
package struct ParsedTraits: Sendable {
    typealias Text = ArraySlice<UInt8>

    struct Address {
        let postalCode: Text
        let number: Text
        let street: Text
        let city: Text
    }

    private static let fieldCount = 12

    private let bytes: [UInt8]
    /// The end of each field.
    private let ends: [12 of Int]
    /// The given name and the nickname; words parted by spaces.
    let given: [Text]
    /// Without spaces.
    let wholeFamily: [UInt8]

    package init?(_ traits: ContactTraits) {
        bytes = traits.bytes
        var ends = [12 of Int](repeating: 0)
        var field = 0
        bytes.withUnsafeBufferPointer { bytes in
            for (index, byte) in bytes.enumerated() where byte == 0x1F {
                if field < ParsedTraits.fieldCount { ends[field] = index }
                field += 1
            }
        }
        guard field == ParsedTraits.fieldCount - 1 else { return nil }
        ends[field] = bytes.count
        self.ends = ends
        let given = bytes[(ends[0] + 1)..<ends[1]]
        self.given = given.isEmpty ? [] : given.split(separator: 0x1E)
        wholeFamily = bytes[(ends[1] + 1)..<ends[2]].filter { $0 != 0x20 }
    }

    private func field(_ number: Int) -> Text { bytes[(number == 0 ? 0 : ends[number - 1] + 1)..<ends[number]] }

    private func items(_ number: Int) -> [Text] {
        let field = field(number)
        return field.isEmpty ? [] : field.split(separator: 0x1E)
    }

    var isGroup: Bool { ends[0] > 0 }
    var family: Text { field(2) }
    var infix: Text { field(3) }
    var phones: [Text] { items(4) }
    var emails: [Text] { items(5) }
    var numbers: [Text] { items(7) }
    var days: [Text] { items(8) }
    var hasNumbers: Bool { !field(7).isEmpty || !field(9).isEmpty }
    var numberMarks: [Text] { items(9) }
    var dayMarks: [Text] { items(10) }
    /// "jr." and the like; empty: none.
    var generation: Text { field(11) }

    var addresses: [Address] {
        items(6).compactMap { item in
            let parts = item.split(separator: 0x1D, omittingEmptySubsequences: false)
            return parts.count == 4 ? Address(postalCode: parts[0], number: parts[1], street: parts[2], city: parts[3]) : nil
        }
    }

    /// The given name without spaces.
    var firstGiven: [UInt8] { given.first.map { $0.filter { $0 != 0x20 } } ?? [] }
}

extension ContactRows {
    /// A line of a list, as it would stand in the tables.
    package init(_ rows: [DraftRow]) {
        self.init()
        for row in rows {
            var texts: [String: String] = [:]
            for part in row.values {
                if case .text(let bytes) = part.value { texts[part.name] = String(decoding: bytes, as: UTF8.self) }
            }
            switch row.table {
            case "contact": contact = texts
            case "contact_point": points.append((texts["type"] ?? "", texts["value"] ?? ""))
            case "address": addresses.append(texts)
            default: continue
            }
        }
    }
}
