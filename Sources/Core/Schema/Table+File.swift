import CRDT

// A replica's file says of every table what it is, so that programs with other tables, or with an earlier version of these, merge, capture
// and erase in it as its own does.
extension Table {
    /// The table with what another version, or the file, has beyond it. Where both say something of a column, this one counts.
    package func joined(with other: Table) -> Table {
        guard other.key == key, other.collection == collection else { return self }
        let more = other.columns.filter { column in !columns.contains { $0.name == column.name } }
        return Table(
            name, in: collection, key: key, columns: columns + more, ownedBy: owners + other.owners.filter { !owners.contains($0) },
            telling: telling ?? other.telling, needed: needed.isEmpty ? other.needed : needed,
            keyCodes: keyCodes.merging(other.keyCodes) { own, _ in own }, leads: leads, purpose: purpose.isEmpty ? other.purpose : purpose)
    }

    /// Why rows of one cannot be read as rows of the other; nil when they can.
    package func difference(from other: Table) -> SchemaFault? {
        guard key == other.key, collection == other.collection else { return SchemaFault(.differs, name) }
        for column in columns {
            guard let same = other[column: column.name] else { continue }
            let isLike = column.parts.map(\.name) == same.parts.map(\.name) && column.kind.accumulates == same.kind.accumulates
            if !isLike { return SchemaFault(.differs, "\(name).\(column.name)") }
        }
        return nil
    }

    /// Tells whether two say the same of merging, capturing and erasing; in whatever order their columns are. FNV-1a, 64 bits
    /// (http://www.isthe.com/chongo/tech/comp/fnv/): it is compared with what this very file says, not with anybody's else.
    package var fingerprint: Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ text: String) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        add(name)
        add(collection.rawValue)
        for key in key.columns { add(key) }
        for column in columns.sorted(by: { $0.name < $1.name }) {
            add(column.name)
            add("\(column.kind)")
            for part in column.parts {
                add(part.name)
                add(part.type.rawValue)
                add(part.defaultExpression ?? "")
            }
            for target in column.targets { add(target) }
            add(column.isFree ? "free" : "")
            add(column.codes ?? "")
        }
        for owner in owners.sorted(by: { ($0.part, $0.table) < ($1.part, $1.table) }) {
            add(owner.part)
            add(owner.table)
        }
        if let telling {
            add(telling.links)
            for name in telling.counted { add(name) }
        }
        return Int64(bitPattern: hash)
    }
}

extension Schema {
    /// The schema with the tables, and columns of its own, that a file has beyond it; those of the file's own last.
    package func joined(with file: [Table]) -> Schema {
        let own = Set(tables.map(\.name))
        return Schema(
            tables: tables.map { table in file.first { $0.name == table.name }.map { table.joined(with: $0) } ?? table }
                + file.filter { !own.contains($0.name) },
            views: views, codes: codes, sameness: sameness)
    }
}
