import CRDT

/// What one record looks like in the people's table or in the trash.
struct RowImage {
    enum Place { case table, trash, nowhere }
    var place: Place
    /// By `CatalogTable.parts`; NULLs when the record is nowhere.
    var values: [Value]

    func parts(of column: CatalogColumn) -> [Value] {
        Array(values[column.firstPart..<column.firstPart + column.parts.count])
    }
}
