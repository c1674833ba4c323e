import Community
import CRDT
import Schema

/// Makes the rows of one line.
struct ContactDrafter {
    let map: ColumnMap
    let source: String
    let survey: ListSurvey
    let identify: ([String]) -> String

    /// - Parameters:
    ///   - cells: the line's fields, trimmed.
    ///   - line: the number it begins on.
    ///   - isOther: the line is not about whom its number stands for here.
    func draft(_ cells: [String], at line: Int, isOther: Bool = false) -> Result<ImportRow, RejectedLine.Reason> {
        let fieldCount = (cells.lastIndex { !$0.isEmpty } ?? -1) + 1
        guard fieldCount <= map.targets.count else {
            return .failure(.moreFieldsThanHeaders(headerCount: map.targets.count, fieldCount: fieldCount))
        }
        guard !cells.contains(where: { $0.utf8.contains(0) }) else { return .failure(.nulByte) }

        let card = Card(cells, map)
        guard card.isSomebody else { return .failure(.nobody) }

        let identity = ContactDrafter.identity(of: card, cells.prefix(fieldCount))
        let id = identify([source] + (isOther ? survey.owners.ownParts(of: identity) : survey.owners.parts(of: identity)))
        var rows = [DraftRow(table: "contact", key: [id], values: contactValues(card))]
        // A number that stands in two columns is one.
        var keys: Set<[String]> = [[id]]
        for point in card.points {
            let row = pointRow(point, of: id)
            if keys.insert(row.key).inserted { rows.append(row) }
        }
        for (_, address) in card.addresses.sorted(by: { $0.key < $1.key }) {
            if let row = addressRow(address, of: id), keys.insert(row.key).inserted { rows.append(row) }
        }
        var remarks: [ImportRemark] = []
        if isOther || survey.owners.isShared(identity) { remarks.append(ImportRemark(line: line, about: .sharedNumber(card.uid ?? card.displayName))) }
        let unmarked = card.marked.filter { !hasMark($0.cell, $0.mark, $0.column) }.map { map.name(of: $0.column) }
        if !unmarked.isEmpty { remarks.append(ImportRemark(line: line, about: .noMark(unmarked))) }
        return .success(ImportRow(line: line, rows: rows, uid: isOther ? nil : card.uid, remarks: remarks))
    }

    /// Whether a mark can be made of a column's cell.
    func hasMark(_ cell: String, _ mark: LinkageMark, _ column: Int) -> Bool { mark.reads(cell, monthFirst: survey.isMonthFirst(column)) }

    /// What stands for the line in its list: its UID; else name with telephone and e-mail; else, when these are too little
    /// to tell two people apart, the whole line.
    static func identity(of card: Card, _ cells: ArraySlice<String>) -> LineIdentity {
        let name = folded(card.displayName)
        let phone = card.points.first { $0.type == "tel" }.map { foldedPhone($0.text) } ?? ""
        let email = card.points.first { $0.type == "email" }.map { foldedEmail($0.text) } ?? ""
        let isNamed = !name.isEmpty && !(phone.isEmpty && email.isEmpty)
        return LineIdentity(
            key: card.uid.map { [$0] } ?? (isNamed ? [name, phone, email] : nil), name: name,
            day: card.marked.first { $0.mark == .day }.map { folded($0.cell) } ?? "", whole: cells.map(folded),
            isNumbered: card.uid != nil)
    }

    private func contactValues(_ card: Card) -> [DraftRow.Part] {
        var texts = card.contact
        texts["given_name"] = card.name.given
        texts["infix"] = card.name.infix
        texts["family_name"] = card.name.family
        texts["source"] = source
        texts["source_uid"] = card.uid
        // A row with nothing but a company is that company.
        let isFirm = card.name.full.isEmpty && card.contact["nickname"] == nil && card.contact["organisation"] != nil
        if texts["kind"] == nil { texts["kind"] = isFirm ? "org" : "individual" }
        let lines = [texts["extra_vcard"]].compactMap { $0 } + card.vCardLines
        texts["extra_vcard"] = lines.joined(separator: "\n")
        let marks = Set(card.marked.compactMap { $0.mark.text(of: $0.cell, monthFirst: survey.isMonthFirst($0.column), identify: identify) }).sorted()
        if !marks.isEmpty { texts["linkage_marks"] = marks.joined(separator: " ") }
        return contactParts(texts)
    }

    private func pointRow(_ point: Card.Point, of contact: String) -> DraftRow {
        let key = identify([contact, "contact_point", foldedPoint(point.text, type: point.type)])
        return DraftRow(contact: contact, key: key, type: point.type, value: point.text, label: point.label)
    }

    private func addressRow(_ address: [String: String], of contact: String) -> DraftRow? {
        guard !address.isEmpty else { return nil }
        return DraftRow(contact: contact, key: identify([contact, "address", foldedAddress(address)]), address: address)
    }
}

/// The columns of `contact` that are not empty, in the table's order.
func contactParts(_ texts: [String: String]) -> [DraftRow.Part] {
    contactColumns.compactMap { column in
        guard let text = texts[column.name], !text.isEmpty else { return nil }
        return DraftRow.Part(name: column.name, value: value(text, for: column))
    }
}

extension DraftRow {
    init(contact: String, key: String, type: String, value: String, label: String?, isPreferred: Bool = false) {
        var values = [
            Part(name: "contact", value: .text(contact)), Part(name: "type", value: .text(type)),
            Part(name: "value", value: .text(value)),
        ]
        if let label { values.append(Part(name: "label", value: .text(label))) }
        if isPreferred { values.append(Part(name: "preferred", value: .integer(1))) }
        self.init(table: "contact_point", key: [key], values: values)
    }

    init(contact: String, key: String, address: [String: String]) {
        var values = [Part(name: "contact", value: .text(contact))]
        for part in addressParts {
            guard let text = address[part.name], !text.isEmpty else { continue }
            let number = part.type == .real ? Double(String(text.map { $0 == "," ? "." : $0 })) : nil
            values.append(Part(name: part.name, value: number.map { .real($0) } ?? .text(text)))
        }
        self.init(table: "address", key: [key], values: values)
    }
}

/// A way to reach somebody as it is compared, and as the id of its row is made.
func foldedPoint(_ value: String, type: String) -> String {
    switch type {
    case "tel": foldedPhone(value)
    case "email": foldedEmail(value)
    default: folded(value)
    }
}

/// An address as it is compared, and as the id of its row is made.
func foldedAddress(_ parts: [String: String]) -> String {
    addressParts.map { part in
        let fold = folded(parts[part.name] ?? "")
        return part.name == "postal_code" ? fold.filter { $0 != " " } : fold
    }.joined(separator: "\u{1F}")
}

/// The code for a label of the column's list ("Nederlands": nl), a number for a number column; else the text.
func value(_ text: String, for column: Column) -> Value {
    if let list = column.codes, let code = codesByLabel[list]?[folded(text)] { return .text(code) }
    guard column.parts[0].type == .integer else { return .text(text) }
    switch folded(text) {
    case "ja", "yes", "j", "y", "x", "true", "waar": return .integer(1)
    case "nee", "no", "n", "false", "onwaar": return .integer(0)
    default: return Int64(text).map { .integer($0) } ?? .text(text)
    }
}

private let contactColumns = Schema.community["contact"]!.columns
private let addressParts = Schema.community["address"]![column: "location"]!.parts

/// List name to folded code or label in either language to code.
private let codesByLabel: [String: [String: String]] = {
    var lists: [String: [String: String]] = [:]
    for list in CodeList.all {
        for code in list.codes {
            for name in [code.code, code.label.nl, code.label.en] { lists[list.name, default: [:]][folded(name)] = code.code }
        }
    }
    return lists
}()
