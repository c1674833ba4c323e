import CRDT
import Wire

/// Records of a segment that may belong to an erased one, looked at when all of the segment has been merged: a change
/// that gives the row to another owner may follow.
struct OwnedArrivals {
    private let access: Access
    private var records: Set<[UInt8]> = []

    init(_ access: Access) { self.access = access }

    /// A change was merged that carries these columns.
    mutating func note(_ record: [UInt8], _ table: CatalogTable, _ columns: ColumnSet) {
        guard !access.erased.isEmpty, !columns.isDisjoint(with: access.erased.ownerColumns(of: table)) else { return }
        records.insert(record)
    }

    /// A row was written that is new here, with these values of the segment's columns in `set`.
    mutating func note(
        _ record: [UInt8], _ table: CatalogTable, _ set: ColumnSet, _ columns: [CatalogColumn], _ values: [RawValue]
    ) throws {
        guard !access.erased.isEmpty, !access.erased.ownerColumns(of: table).isEmpty else { return }
        var start = 0
        for column in set.numbers.lazy.filter({ $0 > 0 }).map({ columns[$0 - 1] }) {
            for part in access.erased.ownerParts(of: table) {
                guard case .part(let index, column.number) = part.place else { continue }
                if try access.erased.erasedOwner(part, values[start + index - column.firstPart].value) != nil {
                    records.insert(record)
                }
            }
            start += column.parts.count
        }
    }

    func erase() throws {
        guard !records.isEmpty else { return }
        let erasing = try Erasing(access)
        try erasing.erase(owned: try records.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { record in
            try erasing.erasedOwner(of: record).map { .init(record: record, owner: $0, isByKey: false) }
        })
    }
}
