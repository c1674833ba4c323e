import Community

/// One line sorted by what its columns mean.
struct Card {
    struct Point {
        let type: String
        var label: String?
        let text: String
    }

    private(set) var name = PersonName()
    private(set) var uid: String?
    /// Other columns of `contact`, by name.
    private(set) var contact: [String: String] = [:]
    private(set) var points: [Point] = []
    /// By which of several it is: the parts of an address, by name; none is empty.
    private(set) var addresses: [Int: [String: String]] = [:]
    /// Cells of which only a mark is kept.
    private(set) var marked: [(mark: LinkageMark, cell: String, column: Int)] = []
    /// What has no column here, as vCard lines (RFC 6350).
    private(set) var vCardLines: [String] = []

    var isSomebody: Bool {
        !displayName.isEmpty || points.contains { $0.type == "tel" || $0.type == "email" }
    }

    /// The name, else the nickname, else the organisation; may be empty.
    var displayName: String {
        if !name.full.isEmpty { return name.full }
        return contact["nickname"] ?? contact["organisation"] ?? ""
    }

    init(_ cells: [String], _ map: ColumnMap) {
        var fullName = ""
        var middleName = ""
        // Where the points of a column's number are, for its label.
        var places: [String: Range<Int>] = [:]
        var labels: [(String, String)] = []
        for (column, ((cell, target), set)) in zip(zip(cells, map.targets), map.sets).enumerated() where !cell.isEmpty {
            switch target {
            case .contact("given_name"): name.given = singleSpaced(cell)
            case .contact("infix"): name.infix = singleSpaced(cell)
            case .contact("family_name"): name.family = singleSpaced(cell)
            case .contact("extra_vcard"): contact["extra_vcard"] = cell
            case .contact(let name): contact[name] = singleSpaced(cell)
            case .fullName: fullName = singleSpaced(cell)
            case .middleName: middleName = singleSpaced(cell)
            case .note: vCardLines.append("NOTE:" + escaped(cell))
            case .uid: uid = cell
            case .point(let type, let label):
                let first = points.count
                points += several(cell, type: type).map { text in
                    guard type == "tel", let (number, words) = numberBesideWords(text) else { return Point(type: type, label: label, text: text) }
                    return Point(type: type, label: [label, words].compactMap { $0 }.joined(separator: ", "), text: number)
                }
                if set > 0 { places["\(type) \(set)"] = first..<points.count }
            case .pointLabel(let type): if let label = pointLabel(cell) { labels.append(("\(type) \(set)", label)) }
            case .line(let property):
                let values = property == "CATEGORIES" ? cell.split(separator: /\s*(:::|;)\s*/).map { $0.drop { $0 == "*" || $0 == " " } } : [cell[...]]
                vCardLines.append(property + ":" + values.filter { !$0.isEmpty }.map { escaped(String($0)) }.joined(separator: ","))
            case .address(let part): addresses[set, default: [:]][part] = singleSpaced(cell)
            case .addressLine: addresses[set, default: [:]].merge(addressParts(singleSpaced(cell))) { known, _ in known }
            case .mark(let mark): marked.append((mark, cell, column))
            case .ignored, nil: break
            }
        }
        for (place, label) in labels { for index in places[place] ?? 0..<0 { points[index].label = label } }
        completeName(fullName: fullName, middleName: middleName)
    }

    private mutating func completeName(fullName: String, middleName: String) {
        if !middleName.isEmpty {
            if name.infix.isEmpty, isInfix(middleName.split(separator: " ").map(String.init)) {
                name.infix = middleName
            } else {
                name.given += (name.given.isEmpty ? "" : " ") + middleName
            }
        }
        // Infixes also stand before or behind the family name, or half of them do: "van" and "'t Hof".
        let family = PersonName(splittingFamily: name.family)
        if !family.infix.isEmpty {
            if folded(name.infix) != folded(family.infix) {
                name.infix += (name.infix.isEmpty ? "" : " ") + family.infix
            }
            name.family = family.family
        }
        if fullName.isEmpty { return }
        if name.full.isEmpty {
            name = PersonName(splitting: fullName)
        } else if folded(fullName) != folded(name.full) {
            vCardLines.append("FN:" + escaped(fullName))
        }
    }
}

/// Several numbers or addresses in one cell, when every piece is one: "06-00000001 / 010-5550123", "a@x.nl; b@x.nl".
private func several(_ cell: String, type: String) -> [String] {
    // Nearly every cell holds one: a look at its bytes is enough.
    guard type == "tel" || type == "email", cell.utf8.contains(where: { separatorBytes.contains($0) }) else { return [cell] }
    for separator in [";", ",", "/", " of ", " ::: ", "\n", "\r\n"] {
        let pieces = cell.split(separator: separator).map { trimmed(String($0)) }.filter { !$0.isEmpty }
        guard pieces.count > 1 else { continue }
        switch type {
        case "tel" where pieces.allSatisfy { foldedPhone($0).hasPrefix("+") }: return pieces
        case "email" where pieces.allSatisfy { $0.contains("@") && !$0.contains(" ") }: return pieces
        default: continue
        }
    }
    return [cell]
}

private let separatorBytes = Array(";,/ \n".utf8)
