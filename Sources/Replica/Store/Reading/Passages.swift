import CRDT
import SQLite
import Wire

extension Conflict {
    /// A passage of a text, as it stands, with the rest of its lines.
    package struct Passage: Hashable, Sendable {
        package let before: String
        package let words: String
        package let after: String

        init(_ positions: Range<Int>, of shown: [Unicode.Scalar]) {
            let start = shown[..<positions.lowerBound].lastIndex(of: "\n").map { $0 + 1 } ?? 0
            let end = shown[positions.upperBound...].firstIndex(of: "\n") ?? shown.count
            before = string(shown[start..<positions.lowerBound])
            words = string(shown[positions])
            after = string(shown[positions.upperBound..<end])
        }

        /// Words that somebody types for it, with the blanks before that its words have here.
        func filled(with value: Value, _ cell: Unsettled.Cell) throws -> Value {
            guard value.isWords else { throw StoreError(.unknownName, "\(cell.table.name).\(cell.column.name)") }
            let typed = value.prose ?? [], blanks = words.unicodeScalars.prefix { $0.properties.isWhitespace }
            guard let first = typed.first, !first.properties.isWhitespace else { return .text(Array(string(typed).utf8)) }
            return .text(Array(string(Array(blanks) + typed).utf8))
        }
    }
}

extension Unsettled {
    struct Overlap {
        let changes: [Dot]
        let passage: Conflict.Passage

        /// The same in a text of which other passages may have been settled since.
        func found(in text: Text) -> TextOverlap? {
            let passages = text.passages, shown = passages.view.shown
            let same = passages.all.filter { $0.changes == changes }
            return same.first { Conflict.Passage($0.positions, of: shown) == passage } ?? same.first { string(shown[$0.positions]) == passage.words }
        }
    }

    /// A text in which changes of several stand together that nobody has read together.
    struct Met {
        let table: CatalogTable
        let key: RecordKey
        let record: [UInt8]
        let column: CatalogColumn
        let shown: Value
    }

    func met(of wanted: RecordID?) throws -> [Met] { try met(ofRecord: wanted.map { try access.sharedTable(of: $0).record($0.recordKey) }) }

    func met(ofRecord only: [UInt8]?) throws -> [Met] {
        guard access.hasTexts else { return [] }
        let select = try access.connection.statement(
            "select record, col from kith_text where met > 1 and not apart \(only == nil ? "" : "and record = ?1") order by record, col")
        defer { select.reset() }
        if let only { select.bind(1, copyingBlob: only) }
        var found: [Met] = []
        while try select.step() {
            let (table, key) = try access.catalog.locate(select.bytes(0))
            let number = Int(select.integer(1))
            guard table.columns.indices.contains(number), let column = table.columns[number], column.isShown else { continue }
            let image = try details.records.image(of: table, key: key)
            guard image.place == .table else { continue }
            found.append(Met(table: table, key: key, record: Array(select.bytes(0)), column: column, shown: image.values[column.firstPart]))
        }
        return found
    }

    /// Who wrote what in such texts.
    func met() throws -> [Notice] {
        try met(ofRecord: nil).map { found in
            let changes = try details.records.changes(of: found.record)
            let text = try details.records.text(found.record, found.column, changes, row: found.shown)
            return Notice(
                kind: .editsMet, record: RecordID(found.table, found.key), column: found.column.name, siblings: details.additions(to: text, changes), detail: "")
        }
    }
}

/// A passage of a text in which wordings of several stand side by side.
package struct PassageDetail: Sendable {
    package let passage: Conflict.Passage
    /// The newest first; empty where somebody only took words away.
    package let wordings: [SiblingDetail]
}

extension Details {
    /// The passages of a text in which wordings of several stand side by side, each with its wordings, the newest first.
    func passages(
        of text: Text, _ changes: [LoggedChange]
    ) -> [(overlap: Unsettled.Overlap, wordings: [(value: Sibling, detail: SiblingDetail)])] {
        let passages = text.passages
        return passages.all.map { overlap in
            (
                Unsettled.Overlap(changes: overlap.changes, passage: Conflict.Passage(overlap.positions, of: passages.view.shown)),
                wordings(passages.wordings(of: overlap), changes)
            )
        }
    }

    /// What each of several changes that overlap says in a passage, the newest first.
    private func wordings(_ said: [Dot: [Unicode.Scalar]], _ changes: [LoggedChange]) -> [(value: Sibling, detail: SiblingDetail)] {
        changes.compactMap { logged in
            guard let words = said[logged.change.dot] else { return nil }
            let value = Value.text(Array(string(words).utf8))
            let sibling = Sibling(
                dot: logged.change.dot, timeMilliseconds: logged.change.timeMilliseconds, writer: access.writers[logged.change.dot.writer].id,
                parts: [value])
            return (sibling, SiblingDetail(parts: [value], author: author(of: logged.change), isShown: true))
        }.sorted { $0.value.isShownBefore($1.value) }
    }

    /// What each of several that met in a text put in, the newest first.
    func additions(to text: Text, _ changes: [LoggedChange]) -> [SiblingDetail] {
        let heads = text.heads
        let added = text.additions(of: heads)
        return changes.filter { heads.contains($0.change.dot) }.sorted { $0.change.timeMilliseconds > $1.change.timeMilliseconds }.map { logged in
            let words = (added[logged.change.dot] ?? []).map { string($0) }.joined(separator: " … ")
            return SiblingDetail(parts: [.text(Array(words.utf8))], author: author(of: logged.change), isShown: true)
        }
    }
}
