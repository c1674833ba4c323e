/// What became of the values of a list: the cells of its lines that hold something, the lines of its cards, the properties of
/// its events. Every value that was read is in just one of the others.
package struct ImportTally: Hashable, Sendable {
    /// Of lines, cards and events that could be read at all.
    package private(set) var valueCount = 0
    package private(set) var takenCount = 0
    /// Of which only a mark is kept, to find duplicates by.
    package private(set) var markedCount = 0
    /// Of lines that were not taken.
    package private(set) var rejectedCount = 0
    /// Those that have no place here, by column or property.
    package private(set) var leftOut: [String: Int] = [:]

    /// A file may have any number of names; those behind so many are counted together.
    private static let nameCount = 200
    package static let otherNames = "…"

    package init() {}

    package var leftOutCount: Int { leftOut.values.reduce(0, +) }
    package var isBalanced: Bool { valueCount == takenCount + markedCount + leftOutCount + rejectedCount }

    mutating func read(_ count: Int) { valueCount += count }
    mutating func take(_ count: Int = 1) { takenCount += count }
    mutating func mark() { markedCount += 1 }
    mutating func reject(_ count: Int) { rejectedCount += count }
    mutating func leaveOut(_ name: String, _ count: Int = 1) {
        leftOut[leftOut[name] != nil || leftOut.count < ImportTally.nameCount ? name : ImportTally.otherNames, default: 0] += count
    }

    package enum Fate {
        case taken, marked
        /// By the name of its column.
        case leftOut(String)
    }

    /// A line of a table, cell by cell.
    package mutating func note(cells: [String], isTaken: Bool, _ fate: (_ column: Int) -> Fate) {
        for (column, cell) in cells.enumerated() where !cell.isEmpty {
            read(1)
            guard isTaken else {
                reject(1)
                continue
            }
            switch fate(column) {
            case .taken: take()
            case .marked: mark()
            case .leftOut(let name): leaveOut(name)
            }
        }
    }

    /// What was read since.
    package func since(_ before: ImportTally) -> ImportTally {
        var part = ImportTally()
        part.valueCount = valueCount - before.valueCount
        part.takenCount = takenCount - before.takenCount
        part.markedCount = markedCount - before.markedCount
        part.rejectedCount = rejectedCount - before.rejectedCount
        part.leftOut = leftOut.filter { $0.value != before.leftOut[$0.key] }
        for (name, count) in before.leftOut where part.leftOut[name] != nil { part.leftOut[name]! -= count }
        return part
    }

    /// Takes a part of it back, of a line that turns out not to be taken.
    package mutating func reject(_ part: ImportTally) {
        takenCount -= part.takenCount
        markedCount -= part.markedCount
        rejectedCount += part.valueCount - part.rejectedCount
        for (name, count) in part.leftOut { leftOut[name, default: 0] -= count }
        leftOut = leftOut.filter { $0.value != 0 }
    }
}
