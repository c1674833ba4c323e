import CRDT

/// A contact with all that a card can say of it.
package struct ContactCard: Sendable {
    package struct Row: Sendable {
        package let id: String
        /// SQL columns as text; none is empty.
        package let values: [String: String]

        package init(id: String, values: [String: String]) {
            self.id = id
            self.values = values
        }
    }

    package let contact: Row
    package let points: [Row]
    package let addresses: [Row]

    package init(contact: Row, points: [Row], addresses: [Row]) {
        self.contact = contact
        self.points = points
        self.addresses = addresses
    }
}

/// Writes contacts as vCard 4.0 (RFC 6350), with the lines that were kept of the cards they came from.
///
/// The contact's id stands in `X-KITH-ID`, and that of a row which an import would not give it: so Kith takes its own cards
/// back as the rows they are.
package struct VCardWriter: Sendable {
    private let identify: @Sendable ([String]) -> String

    /// - Parameter identify: that of the import.
    package init(identify: @escaping @Sendable (_ parts: [String]) -> String) { self.identify = identify }

    package func append(_ card: ContactCard, to out: inout [UInt8]) {
        for line in lines(of: card) { line.append(to: &out) }
    }

    private func lines(of card: ContactCard) -> [ContentLine] {
        let current = CardContent(card)
        // Line feeds alone: other characters that end a line elsewhere are text here.
        let kept = (card.contact.values["extra_vcard"] ?? "").utf8.split { $0 == .lineFeed || $0 == .carriageReturn }.map { text in
            RawContentLine(Array(text))?.plain ?? ContentLine(ContentLine.unreadable, escaped(String(decoding: text, as: UTF8.self)))
        }
        var (keptSlots, rest) = CardContent.slots(of: kept)
        let ours = current.canonical(ids(of: card.contact.id))
        // A whole name that was kept without its parts goes with the parts we have.
        if let place = keptSlots.firstIndex(where: { $0.slot == .name }),
            !keptSlots[place].lines.contains(where: { $0.property != "FN" })
        {
            keptSlots[place].lines += ours[0].lines.filter { $0.property != "FN" }
        }
        let keptLines = Dictionary(keptSlots.map { ($0.slot, $0.lines) }, uniquingKeysWith: +)
        let oursBySlot = Dictionary(ours.map { ($0.slot, $0.lines) }) { first, _ in first }

        var lines: [ContentLine] = []
        var groups = Groups(taken: Set(kept.map { $0.group.lowercased() }))
        var written: Set<CardContent.Slot> = []
        // What was kept comes in its order, so that reading the card again keeps the same; the name is always first.
        // Nothing is read back of a contact that never came from a card.
        if !keptSlots.isEmpty {
            let told = CardContent(keptSlots.flatMap(\.lines) + ours.filter { keptLines[$0.slot] == nil }.flatMap(\.lines))
            let (toldSayings, currentSayings) = (CardContent.Sayings(told), CardContent.Sayings(current))
            for (slot, kept) in keptSlots where toldSayings.agree(with: currentSayings, on: slot) {
                written.insert(slot)
                lines += withID(kept, like: oursBySlot[slot] ?? [])
                // Every card says whose it is.
                if slot == .name, !kept.contains(where: { $0.property == "FN" }) { lines += (oursBySlot[slot] ?? []).filter { $0.property == "FN" } }
                // What it is of stands in everybody's words.
                if slot == .column("kind"), !kept.contains(where: { $0.property == "KIND" }) { lines += oursBySlot[slot] ?? [] }
            }
        }
        var others: [ContentLine] = []
        // Two rows may be alike: what was kept stands for the first.
        for (slot, canonical) in ours where written.remove(slot) == nil {
            let canonical = slot == .name ? withAffixes(canonical, of: keptLines[slot] ?? []) : canonical
            if slot == .name { lines = canonical + lines } else { others += numbered(canonical, &groups) }
        }
        lines += others
        if current.columns["source_uid"] == nil { lines.append(ContentLine("UID", universalID(card.contact.id))) }
        lines.append(ContentLine("X-KITH-ID", escaped(card.contact.id)))
        rest.removeAll { $0.property == "X-KITH-ID" || $0.property == "PRODID" }
        return [ContentLine("BEGIN", "VCARD"), ContentLine("VERSION", "4.0"), ContentLine("PRODID", "-//Kith//Kith//EN")] + lines + rest + [ContentLine("END", "VCARD")]
    }

    /// The id of a row, when an import would give it another.
    private func ids(of contact: String) -> (point: (CardContent.Point) -> String?, address: (CardContent.Address) -> String?) {
        (
            { $0.id == identify([contact, "contact_point", $0.fold]) ? nil : $0.id },
            { $0.id == identify([contact, "address", $0.fold]) ? nil : $0.id }
        )
    }

    private func withID(_ kept: [ContentLine], like ours: [ContentLine]) -> [ContentLine] {
        guard let id = ours.first?.parameter("X-KITH-ID"), var first = kept.first else { return kept }
        first.parameters.append(id)
        return [first] + kept.dropFirst()
    }

    /// A changed name keeps the titles that stood before and behind it.
    private func withAffixes(_ ours: [ContentLine], of kept: [ContentLine]) -> [ContentLine] {
        guard let old = kept.first(where: { $0.property == "N" }), let place = ours.firstIndex(where: { $0.property == "N" })
        else { return ours }
        var pieces = split(ours[place].value, at: ";")
        let affixes = split(old.value, at: ";")
        for index in [3, 4] where index < affixes.count && index < pieces.count { pieces[index] = affixes[index] }
        var lines = ours
        lines[place].value = pieces.joined(separator: ";")
        return lines
    }

    private func numbered(_ lines: [ContentLine], _ groups: inout Groups) -> [ContentLine] {
        guard lines.contains(where: { !$0.group.isEmpty }) else { return lines }
        let name = groups.next()
        return lines.map { line in
            var line = line
            line.group = name
            return line
        }
    }

    /// Gives groups names that no kept line has.
    private struct Groups {
        let taken: Set<String>
        private var number = 0

        init(taken: Set<String>) { self.taken = taken }

        mutating func next() -> String {
            repeat { number += 1 } while taken.contains("item\(number)")
            return "item\(number)"
        }
    }
}

extension CardContent {
    fileprivate init(_ card: ContactCard) {
        self.init()
        let values = card.contact.values
        func text(_ column: String) -> String { values[column] ?? "" }
        name = PersonName(given: text("given_name"), infix: text("infix"), family: text("family_name"))
        for column in ["kind", "nickname", "organisation", "language", "source_uid", "area", "active", "visibility", "preferred_channel", "source"] {
            if let value = values[column], !value.isEmpty { columns[column] = value }
        }
        points = card.points.compactMap { row in
            guard let value = row.values["value"] else { return nil }
            return Point(
                type: row.values["type"] ?? "tel", value: value, label: row.values["label"],
                isPreferred: row.values["preferred"] == "1", id: row.id)
        }
        addresses = card.addresses.compactMap { row in
            let parts = row.values.filter { ColumnMap.Target.addressParts.contains($0.key) }
            return parts.isEmpty ? nil : Address(parts: parts, id: row.id)
        }
    }
}
