import Community

/// What a card says in the columns we have, and back.
///
/// A property may say more than its columns hold: a prefix, a type, a second value. So its lines fall into slots, one for
/// each value of ours. A slot's lines are kept with the contact when our columns alone would not give them back, and are
/// written back for as long as they still say what the columns say. Hence a round trip loses nothing, and what a person has
/// changed since always wins.
struct CardContent: Hashable {
    enum Slot: Hashable {
        case name
        /// A column of `contact`.
        case column(String)
        /// A row of `contact_point`, by its folded value.
        case point(String)
        /// A row of `address`, by its folded parts.
        case address(String)
    }

    struct Point: Hashable {
        let type: String
        let value: String
        let label: String?
        let isPreferred: Bool
        /// The row's id, when it is told.
        let id: String?
        let fold: String

        init(type: String, value: String, label: String? = nil, isPreferred: Bool = false, id: String? = nil) {
            self.type = type
            self.value = value
            self.label = label
            self.isPreferred = isPreferred
            self.id = id
            fold = foldedPoint(value, type: type)
        }
    }

    struct Address: Hashable {
        /// None is empty.
        let parts: [String: String]
        let id: String?
        let fold: String

        init(parts: [String: String], id: String? = nil) {
            self.parts = parts
            self.id = id
            fold = foldedAddress(parts)
        }
    }

    var name = PersonName()
    /// Other columns of `contact`; none is empty. `kind` is always there.
    var columns: [String: String] = ["kind": "individual"]
    var points: [Point] = []
    var addresses: [Address] = []
    /// Told by a card that Kith wrote.
    var id: String?

    /// What a card says of each slot, ready to be asked of many: of points and addresses that are alike, the first.
    struct Sayings {
        private let content: CardContent
        private let points: [String: Point]
        private let addresses: [String: Address]

        init(_ content: CardContent) {
            self.content = content
            points = Dictionary(content.points.map { ($0.fold, $0) }) { first, _ in first }
            addresses = Dictionary(content.addresses.map { ($0.fold, $0) }) { first, _ in first }
        }

        /// Whether both say the same of a slot, whatever the row's id.
        func agree(with other: Sayings, on slot: Slot) -> Bool {
            switch slot {
            case .name: return content.name == other.content.name
            case .column(let column): return content.columns[column] == other.content.columns[column]
            case .point(let fold):
                let (a, b) = (points[fold], other.points[fold])
                return a?.type == b?.type && a?.value == b?.value && a?.label == b?.label && a?.isPreferred == b?.isPreferred
            case .address(let fold): return addresses[fold]?.parts == other.addresses[fold]?.parts
            }
        }
    }

    /// What stands for a contact without a name.
    var nameless: String? {
        columns["nickname"] ?? columns["organisation"] ?? points.filter { $0.type == "email" }.map(\.value).min()
            ?? points.filter { $0.type == "tel" }.map(\.value).min()
    }

    var displayName: String? {
        if !isIndividual(kind: columns["kind"]), let own = columns["organisation"] { return own }
        return name.full.isEmpty ? nameless : name.full
    }
}

/// Properties by which programs say what a card is of, beside KIND: Apple's groups and companies, Evolution's lists.
private let kindMarks: Set = ["X-ADDRESSBOOKSERVER-KIND", "X-ABSHOWAS", "X-EVOLUTION-LIST"]

/// Properties that fill one column of `contact`.
private let columnProperties: [String: String] = [
    "NICKNAME": "nickname", "ORG": "organisation", "LANG": "language", "KIND": "kind", "UID": "source_uid",
    "X-KITH-AREA": "area", "X-KITH-ACTIVE": "active", "X-KITH-VISIBILITY": "visibility",
    "X-KITH-PREFERRED-CHANNEL": "preferred_channel", "X-KITH-SOURCE": "source",
]

private let pointProperties = ["TEL": "tel", "EMAIL": "email", "URL": "url", "IMPP": "impp"]

// MARK: From lines

extension CardContent {
    /// The lines by slot, in their order; the rest belong to none.
    static func slots(of lines: [ContentLine]) -> (slots: [(slot: Slot, lines: [ContentLine])], rest: [ContentLine]) {
        var slots: [(slot: Slot, lines: [ContentLine])] = []
        var places: [Slot: Int] = [:]
        var rest: [ContentLine] = []
        // The label and the exact parts of a line in its group.
        var groups: [String: Slot] = [:]
        for line in lines where !line.group.isEmpty && groups[line.group] == nil {
            if let slot = slot(of: line) { groups[line.group] = slot }
        }
        for line in lines where line.property == exactAddress && !line.group.isEmpty {
            if case .address? = groups[line.group] { groups[line.group] = .address(foldedAddress(parts(ofExact: line))) }
        }
        for line in lines where !["X-KITH-ID", "VERSION", "BEGIN", "END"].contains(line.property) {
            let isMate = !line.group.isEmpty && (line.property == "X-ABLABEL" || line.property == exactAddress)
            let isWhere = line.property == "ADR" && groups[line.group] != nil
            guard let slot = isMate || isWhere ? groups[line.group] : slot(of: line) else {
                rest.append(line)
                continue
            }
            if let place = places[slot] {
                slots[place].lines.append(line)
            } else {
                places[slot] = slots.count
                slots.append((slot, [line]))
            }
        }
        return (slots, rest)
    }

    private static func slot(of line: ContentLine) -> Slot? {
        let property = line.property
        if property == "N" || property == "FN" || property == exactName { return .name }
        if let column = columnProperties[property] { return .column(column) }
        if kindMarks.contains(property) { return .column("kind") }
        if let type = pointProperties[property] {
            let value = pointValue(line, type)
            return value.isEmpty ? nil : .point(foldedPoint(value, type: type))
        }
        if property == "ADR" {
            let parts = addressParts(of: line)
            return parts.isEmpty ? nil : .address(foldedAddress(parts))
        }
        return nil
    }

    init(_ lines: [ContentLine]) {
        self.init()
        var labels: [String: String] = [:]
        var exactParts: [String: [String: String]] = [:]
        for line in lines where !line.group.isEmpty {
            if line.property == "X-ABLABEL" { labels[line.group] = plainLabel(unescaped(line.value)) }
            if line.property == exactAddress { exactParts[line.group] = parts(ofExact: line) }
        }
        var rows = SeenRows()
        for line in lines {
            let property = line.property
            let id = line.parameter("X-KITH-ID")?.values.first
            if property == "X-KITH-ID" {
                let text = trimmed(unescaped(line.value))
                if !text.isEmpty && text.utf8.count <= 128 { self.id = text }
            } else if let column = columnProperties[property] {
                let text = columnText(line, column)
                if !text.isEmpty, columns[column] == nil || column == "kind" { columns[column] = text }
            } else if let type = pointProperties[property] {
                let value = pointValue(line, type)
                if value.isEmpty { continue }
                let point = Point(
                    type: type, value: value, label: labels[line.group] ?? label(line),
                    isPreferred: line.parameter("PREF")?.value == "1", id: id)
                if rows.isNew(.point(point.fold), id) { points.append(point) }
            } else if property == "ADR" {
                let parts = exactParts[line.group] ?? addressParts(of: line)
                if parts.isEmpty { continue }
                let address = Address(parts: parts, id: id)
                if rows.isNew(.address(address.fold), id) { addresses.append(address) }
            }
        }
        columns["kind"] = CardContent.kind(lines) ?? columns["kind"]
        readName(lines)
    }

    /// What a card says it is of; nil: it does not say.
    private static func kind(_ lines: [ContentLine]) -> String? {
        func value(_ property: String) -> String? { lines.first { $0.property == property }.map { trimmed($0.value).lowercased() } }
        switch value("KIND") {
        case let kind? where ["group", "org", "location", "individual"].contains(kind): return kind
        default: break
        }
        if value("X-ADDRESSBOOKSERVER-KIND") == "group" || value("X-EVOLUTION-LIST") == "true" { return "group" }
        if value("X-ABSHOWAS") == "company" { return "org" }
        // Nobody's name, but a firm's: that is whose card it is.
        func texts(_ property: String) -> [String] {
            lines.filter { $0.property == property }.map { folded(split($0.value, at: ";").map { unescaped($0) }.joined(separator: " ")) }.filter { !$0.isEmpty }
        }
        let firms = lines.filter { $0.property == "ORG" }.map { folded(unescaped(split($0.value, at: ";")[0])) }.filter { !$0.isEmpty }
        let names = (texts("N") + texts("FN") + texts("NICKNAME")).filter { !firms.contains($0) }
        return !firms.isEmpty && names.isEmpty && !lines.contains { $0.property == exactName } ? "org" : nil
    }

    /// What stands twice in a card is one row, unless two rows are told apart.
    private struct SeenRows {
        private struct Row: Hashable {
            let slot: Slot
            let id: String?
        }

        private var slots: Set<Slot> = []
        private var rows: Set<Row> = []

        mutating func isNew(_ slot: Slot, _ id: String?) -> Bool {
            let isFirst = slots.insert(slot).inserted
            let isOther = rows.insert(Row(slot: slot, id: id)).inserted
            return isFirst || (id != nil && isOther)
        }
    }

    private mutating func readName(_ lines: [ContentLine]) {
        if let exact = lines.first(where: { $0.property == exactName }) {
            let pieces = split(exact.value, at: ";").map { unescaped($0) } + ["", "", ""]
            name = PersonName(given: pieces[0], infix: pieces[1], family: pieces[2])
            return
        }
        let person = lines.lazy.filter { $0.property == "N" }.map(personName).first { !$0.full.isEmpty }
        let whole = lines.lazy.filter { $0.property == "FN" }.map { singleSpaced(unescaped($0.value)) }.first { !$0.isEmpty }
        guard isIndividual(kind: columns["kind"]) else {
            // What is no person goes by the name of an organisation; another name on its card is whom to ask for.
            if columns["organisation"] == nil { columns["organisation"] = whole ?? person?.full }
            let own = [columns["organisation"], whole].compactMap { $0.map(folded) }
            if let person, !own.contains(folded(person.full)) { name = person }
            return
        }
        if let person {
            name = person
            return
        }
        guard let whole else { return }
        let fold = folded(whole)
        let others = [columns["nickname"], columns["organisation"]].compactMap { $0 } + points.map(\.value)
        if !others.contains(where: { folded($0) == fold }) { name = PersonName(splitting: whole) }
    }
}

// MARK: The values of lines

let exactName = "X-KITH-NAME"
let exactAddress = "X-KITH-ADR"

/// Family name, given names, additional names; prefixes and suffixes have no column.
private func personName(_ line: ContentLine) -> PersonName {
    let pieces = split(line.value, at: ";").map { piece in
        singleSpaced(split(piece, at: ",").map { unescaped($0) }.joined(separator: " "))
    } + ["", "", ""]
    var name = PersonName(splittingFamily: pieces[0])
    name.given = pieces[1]
    if !pieces[2].isEmpty {
        if name.infix.isEmpty, isInfix(pieces[2].split(separator: " ").map(String.init)) {
            name.infix = pieces[2]
        } else {
            name.given += (name.given.isEmpty ? "" : " ") + pieces[2]
        }
    }
    return name
}

private func columnText(_ line: ContentLine, _ column: String) -> String {
    switch column {
    case "organisation": singleSpaced(unescaped(split(line.value, at: ";")[0]))
    case "kind": ["group", "org", "location"].first { $0 == trimmed(line.value).lowercased() } ?? "individual"
    default: trimmed(unescaped(line.value))
    }
}

private func pointValue(_ line: ContentLine, _ type: String) -> String {
    let text = trimmed(unescaped(line.value))
    for scheme in ["tel": ["tel:"], "email": ["mailto:"]][type] ?? [] where text.lowercased().hasPrefix(scheme) {
        return trimmed(String(text.dropFirst(scheme.count)))
    }
    return text
}

/// Ours for the type that says most.
private func label(_ line: ContentLine) -> String? {
    let types = line.parameters.filter { $0.name == "TYPE" }.flatMap(\.values).map { $0.lowercased() }
    if types.contains(where: { ["cell", "mobile", "iphone"].contains($0) }) { return "mobile" }
    for known in ["fax", "work", "home"] where types.contains(known) { return known }
    let saysNothing: Set = ["voice", "internet", "pref", "msg", "text", "video", "x400", "textphone", "isdn", "other"]
    return types.first { !$0.isEmpty && !saysNothing.contains($0) }
}

/// Apple writes its own labels as `_$!<Home>!$_`.
private func plainLabel(_ text: String) -> String {
    guard text.hasPrefix("_$!<"), text.hasSuffix(">!$_"), text.count > 8 else { return trimmed(text) }
    return String(text.dropFirst(4).dropLast(4)).lowercased()
}

private func addressParts(of line: ContentLine) -> [String: String] {
    let pieces = split(line.value, at: ";").map { piece in
        singleSpaced(split(piece, at: ",").map { unescaped($0) }.joined(separator: ", "))
    }
    var found: [String: String] = pieces.count > 2 ? streetParts(pieces[2]) : [:]
    for (index, part) in [3: "city", 4: "province", 5: "postal_code", 6: "country"] where index < pieces.count {
        if !pieces[index].isEmpty { found[part] = pieces[index] }
    }
    if let place = line.parameter("GEO")?.value.filter({ $0 != "\"" }), place.hasPrefix("geo:") {
        let numbers = place.dropFirst(4).split(separator: ";")[0].split(separator: ",")
        if numbers.count >= 2, let lat = Double(numbers[0]), let lon = Double(numbers[1]), lat.isFinite, lon.isFinite {
            found["lat"] = "\(lat)"
            found["lon"] = "\(lon)"
        }
    }
    return found
}

private func parts(ofExact line: ContentLine) -> [String: String] {
    let pieces = split(line.value, at: ";").map { unescaped($0) }
    return Dictionary(uniqueKeysWithValues: zip(exactParts, pieces).filter { !$0.1.isEmpty }.map { ($0.0, $0.1) })
}

private let exactParts = ColumnMap.Target.addressParts

// MARK: To lines

extension CardContent {
    /// The group of a line with a label of its own; whoever writes the card gives each its number.
    static let anyGroup = "item"

    /// The lines that our columns alone give, by slot.
    func canonical(_ ids: (point: (Point) -> String?, address: (Address) -> String?) = ({ _ in nil }, { _ in nil })) -> [(slot: Slot, lines: [ContentLine])] {
        var slots: [(slot: Slot, lines: [ContentLine])] = [(.name, nameLines)]
        for (property, column) in columnLines {
            guard let text = columns[column], !text.isEmpty else { continue }
            if column == "kind" && text == "individual" || column == "active" && text == "1" || column == "visibility" && text == "team" { continue }
            slots.append((.column(column), [ContentLine(property, escaped(text))]))
        }
        for point in points { slots.append((.point(point.fold), Self.lines(point, ids.point(point)))) }
        for address in addresses { slots.append((.address(address.fold), Self.lines(address, ids.address(address)))) }
        return slots
    }

    private var nameLines: [ContentLine] {
        var lines: [ContentLine] = []
        // Version 3.0 asks for an N, also where there is no name.
        let family = [name.infix, name.family].filter { !$0.isEmpty }.joined(separator: " ")
        lines.append(ContentLine("N", "\(escaped(family));\(escaped(name.given));;;"))
        lines.append(ContentLine("FN", escaped(displayName ?? "?")))
        // Where the name cannot be read back from these, it is written out.
        var read = CardContent()
        read.columns = columns
        read.points = points
        read.readName(lines)
        if read.name != name {
            lines.append(ContentLine(exactName, [name.given, name.infix, name.family].map(escaped).joined(separator: ";")))
        }
        return lines
    }

    private static func lines(_ point: Point, _ id: String?) -> [ContentLine] {
        let property = point.type.uppercased()
        let isURI = point.type == "url" || point.type == "impp"
        let value = isURI ? point.value.replacing("\\", with: "\\\\").replacing("\n", with: "\\n") : escaped(point.value)
        var line = ContentLine(pointProperties[property] == nil ? "X-KITH-\(property)" : property, value)
        var labelLine: ContentLine?
        if let text = point.label, !text.isEmpty {
            line.parameters.append(.init("TYPE", text == "mobile" ? "cell" : text))
            let isToken = text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
            if !isToken || interchangeLabel(line) != text {
                line.parameters.removeLast()
                line.group = anyGroup
                labelLine = ContentLine("X-ABLabel", escaped(text), group: anyGroup)
            }
        }
        if point.isPreferred { line.parameters.append(.init("PREF", "1")) }
        if let id { line.parameters.append(.init("X-KITH-ID", id)) }
        return [line] + [labelLine].compactMap { $0 }
    }

    private static func interchangeLabel(_ line: ContentLine) -> String? { label(line) }

    private static func lines(_ address: Address, _ id: String?) -> [ContentLine] {
        let parts = address.parts
        func part(_ name: String) -> String { parts[name] ?? "" }
        let street = ["street", "number", "addition"].map(part).filter { !$0.isEmpty }.joined(separator: " ")
        let value = ["", "", street, part("city"), part("province"), part("postal_code"), part("country")].map(escaped).joined(separator: ";")
        var line = ContentLine("ADR", value)
        if let lat = parts["lat"], let lon = parts["lon"] { line.parameters.append(.init("GEO", "\"geo:\(lat),\(lon)\"")) }
        if let id { line.parameters.append(.init("X-KITH-ID", id)) }
        guard addressParts(of: line) != parts else { return [line] }
        line.group = anyGroup
        let exact = ContentLine(exactAddress, exactParts.map { escaped(part($0)) }.joined(separator: ";"), group: anyGroup)
        return [line, exact]
    }
}

private let columnLines: [(property: String, column: String)] = [
    ("KIND", "kind"), ("NICKNAME", "nickname"), ("ORG", "organisation"), ("LANG", "language"), ("UID", "source_uid"),
    ("X-KITH-AREA", "area"), ("X-KITH-ACTIVE", "active"), ("X-KITH-VISIBILITY", "visibility"),
    ("X-KITH-PREFERRED-CHANNEL", "preferred_channel"), ("X-KITH-SOURCE", "source"),
]
