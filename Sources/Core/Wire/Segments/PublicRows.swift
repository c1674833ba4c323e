import CRDT

/// One row of a public bundle: what is shown of it, and nothing of who wrote it when.
package struct PublicRow: Hashable, Sendable {
    /// A SQL column, or several that make one value.
    package struct Column: Hashable, Sendable {
        package let name: String
        package let parts: [String]
        /// Of a counter the value is its total.
        package let kind: MergeKind
        package let values: [Value]

        package init(name: String, parts: [String], kind: MergeKind = .register, values: [Value]) {
            self.name = name
            self.parts = parts
            self.kind = kind
            self.values = values
        }
    }

    package let table: String
    package let key: [String]
    /// Those that hold something.
    package let columns: [Column]

    package init(table: String, key: [String], columns: [Column]) {
        self.table = table
        self.key = key
        self.columns = columns
    }

    /// By SQL column.
    package subscript(part: String) -> Value {
        for column in columns {
            if let index = column.parts.firstIndex(of: part) { return column.values[index] }
        }
        return .null
    }

    /// The text of a SQL column; nil when it is empty or no text.
    package func text(_ part: String) -> String? {
        guard case .text(let bytes) = self[part], !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Rows as a delta of one writer that wrote each of them once, at time 0, having seen nothing: the form in which a public
/// bundle holds them (Protocol.md, "Public bundle").
package enum PublicRows {
    /// One segment's body, and how many rows it has.
    package struct Body: Sendable {
        package let bytes: [UInt8]
        package let rowCount: Int

        package init(bytes: [UInt8], rowCount: Int) {
            self.bytes = bytes
            self.rowCount = rowCount
        }
    }

    /// A writer that nobody else has. It follows from the bodies: the same rows make the same bytes.
    package static func writer(of bodies: [Body]) -> WriterID {
        Digest.name(Array("kith public writer 1".utf8) + [0] + bodies.flatMap { Digest.sha256($0.bytes) })
    }

    /// - Parameter columns: of each table, all that rows may have, in the table's order.
    /// - Throws: `tooLarge` for more than a public bundle may hold.
    package static func bodies(_ rows: [PublicRow], columns: [String: [WireColumn]]) throws -> [Body] {
        guard rows.count <= Limits.publicRowCount else { throw WireError(.tooLarge, in: "public rows") }
        let writer = WriterID(high: 0, low: 0)
        var bodies: [Body] = []
        var builder = SegmentBuilder(writers: [writer], expectedCount: rows.count)
        var byteCount = 0
        func close() throws {
            guard !builder.isEmpty else { return }
            let rowCount = builder.changeCount
            let full = builder
            builder = SegmentBuilder(writers: [writer])
            let bytes = full.finish()
            byteCount += bytes.count
            guard bytes.count <= Limits.segmentByteCount, byteCount <= Limits.publicByteCount else {
                throw WireError(.tooLarge, in: "public rows")
            }
            bodies.append(Body(bytes: bytes, rowCount: rowCount))
        }
        for (index, row) in rows.enumerated() {
            let known = columns[row.table] ?? []
            var set = ColumnSet.exists
            var values: [(number: Int, values: [Value])] = []
            for (offset, column) in known.enumerated() {
                guard let own = row.columns.first(where: { $0.name == column.name }) else { continue }
                set.insert(ColumnSet(number: offset + 1))
                values.append((offset + 1, own.values))
            }
            let table = builder.table(WireTable(name: row.table, keyPartCount: row.key.count, columns: known))
            let dot = Dot(WriterOrdinal(0), UInt32(index + 1))
            builder.add(
                Change(dot: dot, timeMilliseconds: 0, columns: set, isAnchor: true), table: table, key: RecordKey(row.key), anchor: nil)
            for (number, parts) in values {
                for (part, value) in parts.enumerated() {
                    try check(value)
                    builder.add(value, table: table, column: number, part: part)
                }
            }
            if builder.isFull { try close() }
        }
        try close()
        return bodies
    }

    /// Numbers, and text in UTF-8.
    private static func check(_ value: Value) throws {
        switch value {
        case .null, .integer, .real: return
        case .text(let bytes):
            guard bytes.count <= Limits.publicTextByteCount else { throw WireError(.tooLarge, in: "public rows") }
            guard String(validating: bytes, as: UTF8.self) != nil else { throw WireError(.malformed, in: "public rows") }
        case .blob: throw WireError(.malformed, in: "public rows")
        }
    }

    /// The rows of a body of unknown origin.
    ///
    /// - Throws: `malformed` for whatever is not rows written once by one writer who had seen nothing; `tooLarge`.
    package static func read(_ body: [UInt8]) throws -> [PublicRow] {
        try body.withUnsafeBytes { raw in
            var reader = try SegmentReader(raw, writerCount: 1)
            guard reader.changeCount <= Limits.publicRowCount else { throw WireError(.tooLarge, in: "public rows") }
            func malformed() -> WireError { WireError(.malformed, in: "public rows") }
            var rows: [PublicRow] = []
            while let entry = try reader.next() {
                let change = entry.change
                let record = reader.records[entry.record]
                // Each row once: the record is a new one every time.
                guard entry.record == rows.count, change.isAnchor, !change.deletes, change.context.entries.isEmpty,
                    change.columns.contains(.exists), case .key(let key) = record.reference
                else { throw malformed() }
                let table = reader.tables[record.table]
                let parts = try key.parts.map { part in
                    guard let text = String(validating: part, as: UTF8.self), !text.isEmpty else { throw malformed() }
                    return text
                }
                var columns: [PublicRow.Column] = []
                for number in change.columns.numbers where number > 0 {
                    guard let column = table.columns[number - 1] else { throw malformed() }
                    var values: [Value] = []
                    for part in column.parts.indices {
                        let value = try reader.value(column: number, part: part).value
                        try check(value)
                        values.append(value)
                    }
                    if column.accumulates {
                        guard values.count == 1, case .integer = values[0] else { throw malformed() }
                    }
                    columns.append(PublicRow.Column(name: column.name, parts: column.parts, kind: column.kind, values: values))
                }
                rows.append(PublicRow(table: table.name, key: parts, columns: columns))
            }
            return rows
        }
    }
}
