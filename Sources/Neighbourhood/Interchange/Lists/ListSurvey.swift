import Community

/// What a first reading of a list finds.
package struct ListSurvey {
    package internal(set) var owners = ListOwners()
    /// Of columns of days that were not settled yet, by their place.
    private var columns: [Int: DateOrder] = [:]
    /// By the column's name.
    package private(set) var orders: [String: DateOrder] = [:]

    package init() {}

    mutating func note(_ day: String, in column: Int) { columns[column, default: DateOrder()].note(day) }

    /// A column that says nothing itself goes by the others of its list.
    mutating func settle(_ map: ColumnMap) {
        let all = Array(columns.values)
        for column in columns.keys {
            columns[column]?.follow(all)
            orders[map.name(of: column)] = columns[column]
        }
    }

    func isMonthFirst(_ column: Int) -> Bool { columns[column]?.isMonthFirst ?? false }
}
