import Community
import CRDT

/// Reads a vCard file as rows of contacts, one card at a time.
///
///     var cards = try VCardImport(source: "phone", identify: identity.id, chunks: file.read)
///     while let card = try cards.next() { … }
///
/// Invariant: the ids are a function of the source and the card alone (Docs/Community.md, "Ids of imported rows"), but for cards
/// that Kith wrote: these name their rows (`X-KITH-ID`), so that whoever takes them back has no second contact.
package struct VCardImport {
    package var encoding: TextEncoding { reader.encoding }
    /// Whether another character set would read the text as well.
    package var isDoubtful: Bool { reader.isDoubtful }

    private var reader: VCardReader
    private let source: String
    private let owners: ListOwners
    private let identify: ([String]) -> String
    private var last = VCardReader.Card(line: 0, lines: [])
    /// What became of the lines of the cards so far: none of a card that is taken is lost.
    package private(set) var tally = ImportTally()

    /// - Parameters:
    ///   - source: names the list, as in `ContactImport`.
    ///   - owners: of the same file, from `owners(chunks:)`.
    ///   - identify: an id of 32 lower-case hexadecimal digits from parts; a keyed hash.
    package init(
        source: String, owners: ListOwners = ListOwners(), encoding: TextEncoding? = nil,
        identify: @escaping (_ parts: [String]) -> String, chunks: @escaping () throws -> [UInt8]
    ) throws {
        reader = try VCardReader(encoding: encoding, chunks: chunks)
        self.source = source
        self.owners = owners
        self.identify = identify
    }

    /// A first reading of a whole file: who stands under its UIDs.
    package static func owners(encoding: TextEncoding? = nil, chunks: @escaping () throws -> [UInt8]) throws -> ListOwners {
        var reader = try VCardReader(encoding: encoding, chunks: chunks)
        var owners = ListOwners()
        while let item = try reader.next() {
            guard case .card(let card) = item, card.lines.contains(where: saysSomething) else { continue }
            let content = CardContent(card.lines)
            if content.id == nil { owners.note(VCardImport.identity(of: content, card.lines)) }
        }
        return owners
    }

    /// The next card; nil at the end of the file.
    package mutating func next() throws -> ContactImport.Line? {
        switch try reader.next() {
        case .card(let card):
            last = card
            let count = card.lines.count { $0.property != "X-KITH-ID" }
            tally.read(count)
            if card.lines.contains(where: saysSomething) { tally.take(count) } else { tally.reject(count) }
            return draft(card, isOther: false).map { .taken($0) } ?? .rejected(RejectedLine(line: card.line, reason: .nobody))
        case .rejected(let line): return .rejected(line)
        case nil: return nil
        }
    }

    /// The last card again, as one that is not about whom its UID stands for here.
    package func other() -> ContactImport.Line {
        draft(last, isOther: true).map { .taken($0) } ?? .rejected(RejectedLine(line: last.line, reason: .nobody))
    }

    /// Nil for a card that says nothing.
    private func draft(_ card: VCardReader.Card, isOther: Bool) -> ImportRow? {
        let lines = card.lines
        guard lines.contains(where: saysSomething) else { return nil }
        var content = CardContent(lines)
        if let id = content.id, content.columns["source_uid"] == universalID(id) { content.columns["source_uid"] = nil }

        let identity = VCardImport.identity(of: content, lines)
        let id = content.id ?? identify([source] + (isOther ? owners.ownParts(of: identity) : owners.parts(of: identity)))
        var texts = content.columns
        texts["given_name"] = content.name.given
        texts["infix"] = content.name.infix
        texts["family_name"] = content.name.family
        if content.id == nil { texts["source"] = source }
        texts["extra_vcard"] = content.keptLines(of: lines).map(\.text).joined(separator: "\n")
        var rows = [DraftRow(table: "contact", key: [id], values: contactParts(texts))]
        for point in content.points {
            let key = point.id ?? identify([id, "contact_point", point.fold])
            rows.append(DraftRow(
                contact: id, key: key, type: point.type, value: point.value, label: point.label, isPreferred: point.isPreferred))
        }
        for address in content.addresses {
            let key = address.id ?? identify([id, "address", address.fold])
            rows.append(DraftRow(contact: id, key: key, address: address.parts))
        }
        var remarks: [ImportRemark] = []
        let uid = content.id == nil ? content.columns["source_uid"] : nil
        if content.id == nil, isOther || owners.isShared(identity) {
            remarks.append(ImportRemark(line: card.line, about: .sharedNumber(uid ?? content.displayName ?? "")))
        }
        let asText = lines.filter { $0.property == ContentLine.unreadable }.map { line in
            String(unescaped(line.value).prefix { $0 != ":" && $0 != ";" }.prefix(40))
        }
        if !asText.isEmpty, content.id == nil { remarks.append(ImportRemark(line: card.line, about: .keptAsText(Set(asText).sorted()))) }
        return ImportRow(line: card.line, rows: rows, uid: isOther ? nil : uid, remarks: remarks)
    }

    /// As a CSV line's: its UID; else name with telephone and e-mail; else the whole card, but not when and by which program
    /// it was written.
    private static func identity(of content: CardContent, _ lines: [ContentLine]) -> LineIdentity {
        let name = folded(content.name.full.isEmpty ? content.columns["nickname"] ?? content.columns["organisation"] ?? "" : content.name.full)
        let phone = content.points.first { $0.type == "tel" }?.fold ?? ""
        let email = content.points.first { $0.type == "email" }?.fold ?? ""
        let isNamed = !name.isEmpty && !(phone.isEmpty && email.isEmpty)
        let uid = content.columns["source_uid"]
        return LineIdentity(
            key: uid.map { [$0] } ?? (isNamed ? [name, phone, email] : nil), name: name,
            day: lines.first { $0.property == "BDAY" }.map { folded($0.value) } ?? "",
            whole: lines.filter { $0.property != "REV" && $0.property != "PRODID" }.map { folded($0.text) }, isNumbered: uid != nil)
    }
}

/// Whether a line tells anything about somebody.
private func saysSomething(_ line: ContentLine) -> Bool {
    if ["PRODID", "REV", "UID", "X-KITH-ID", "X-ABLABEL"].contains(line.property) { return false }
    return line.value.unicodeScalars.contains { $0 != ";" && $0 != "," && !$0.properties.isWhitespace }
}

/// The UID of a contact that came from no other list: its id as a UUID, where it has the form of one (RFC 9562).
func universalID(_ id: String) -> String { "urn:uuid:" + (uuid(id) ?? id) }

/// Nil unless it is 32 hexadecimal digits.
func uuid(_ id: String) -> String? {
    let digits = Array(id.utf8)
    guard digits.count == 32, digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(decoding: digits[$0], as: UTF8.self) }
    return groups.joined(separator: "-")
}

extension CardContent {
    /// What a card says beside what our columns say, as lines to keep with the contact.
    func keptLines(of lines: [ContentLine]) -> [ContentLine] {
        let (slots, rest) = CardContent.slots(of: lines.map(\.withoutID))
        var canonicalLines: [Slot: [ContentLine]] = [:]
        for (slot, lines) in canonical() { canonicalLines[slot, default: []] += lines }
        var kept: [ContentLine] = []
        // The name first, as it is written.
        for (slot, lines) in slots.filter({ $0.slot == .name }) + slots.filter({ $0.slot != .name }) {
            // Whose card it is, when that is told otherwise.
            if slot == .column("source_uid"), columns["source_uid"] == nil, id != nil { continue }
            let ours = canonicalLines[slot] ?? []
            if slot == .column("kind") {
                kept += lines.filter { !ours.contains($0.inAnyGroup) }
                continue
            }
            if lines.allSatisfy({ ours.contains($0.inAnyGroup) }) { continue }
            if slot == .name, !lines.contains(where: { $0.property == "N" || $0.property == exactName }) {
                kept += ours.filter { $0.property != "FN" }
            }
            // The whole name that we would write anyway need not be kept.
            kept += slot == .name ? lines.filter { $0.property != "FN" || !ours.contains($0.inAnyGroup) } : lines
        }
        return kept + rest
    }
}

extension ContentLine {
    fileprivate var withoutID: ContentLine {
        var line = self
        line.parameters.removeAll { $0.name == "X-KITH-ID" }
        return line
    }

    /// The group's name says nothing.
    fileprivate var inAnyGroup: ContentLine {
        guard !group.isEmpty else { return self }
        var line = self
        line.group = CardContent.anyGroup
        return line
    }
}
