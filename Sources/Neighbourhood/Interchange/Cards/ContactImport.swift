import Community
import CRDT

/// Reads a CSV list of contacts, one line at a time.
///
///     var lines = try ContactImport(source: "fatima", identify: identity.id, chunks: file.read)
///     show(lines.map.unmappedHeaders)
///     while let line = try lines.next() { … }
///
/// Invariant: the ids are a function of the source and the line's own text, so the same line gives the same rows on every
/// laptop and every time (Docs/Community.md, "Ids of imported rows").
package struct ContactImport {
    package enum Line: Sendable {
        case taken(ImportRow)
        case rejected(RejectedLine)
    }

    package let map: ColumnMap
    package var encoding: TextEncoding { reader.encoding }
    /// Whether another character set would read the text as well.
    package var isDoubtful: Bool { reader.isDoubtful }
    package var delimiter: UInt8 { reader.delimiter }

    private var reader: CSVReader
    private let drafter: ContactDrafter
    private var last: (cells: [String], line: Int) = ([], 0)
    /// What became of the cells so far.
    package private(set) var tally = ImportTally()

    /// - Parameters:
    ///   - source: names the list. The same list must have the same name on every laptop; two lists, two names.
    ///   - survey: of the same list, from `survey(rules:chunks:)`.
    ///   - identify: an id of 32 lower-case hexadecimal digits from parts; a keyed hash.
    package init(
        _ reader: CSVReader, source: String, rules: [ColumnMap.Rule] = [], survey: ListSurvey = ListSurvey(),
        identify: @escaping (_ parts: [String]) -> String
    ) throws {
        var reader = reader
        let header: CSVRow?
        do {
            header = try reader.next()
        } catch let error as CSVError {
            throw ImportError.badHeader(error.code)
        }
        guard let header else { throw ImportError.empty }
        map = try ColumnMap(headers: header.fields, rules: rules)
        drafter = ContactDrafter(map: map, source: source, survey: survey, identify: identify)
        self.reader = reader
    }

    package init(
        source: String, rules: [ColumnMap.Rule] = [], survey: ListSurvey = ListSurvey(), encoding: TextEncoding? = nil,
        identify: @escaping (_ parts: [String]) -> String, chunks: @escaping () throws -> [UInt8]
    ) throws {
        try self.init(try CSVReader(encoding: encoding, chunks: chunks), source: source, rules: rules, survey: survey, identify: identify)
    }

    /// A first reading of a whole list: who stands under its numbers, and in which order its columns write days.
    package static func survey(
        rules: [ColumnMap.Rule] = [], encoding: TextEncoding? = nil, chunks: @escaping () throws -> [UInt8]
    ) throws -> ListSurvey {
        var lines = try ContactImport(source: "", rules: rules, encoding: encoding, identify: { _ in "" }, chunks: chunks)
        var survey = ListSurvey()
        let days = lines.map.targets.indices.filter { lines.map.targets[$0] == .mark(.day) }
        while true {
            do {
                guard let (cells, _) = try lines.nextCells() else {
                    survey.settle(lines.map)
                    return survey
                }
                let count = (cells.lastIndex { !$0.isEmpty } ?? -1) + 1
                guard count <= lines.map.targets.count else { continue }
                for column in days where column < count { survey.note(cells[column], in: column) }
                survey.owners.note(ContactDrafter.identity(of: Card(cells, lines.map), cells.prefix(count)))
            } catch is CSVError {
                continue
            }
        }
    }

    /// The next line that is not empty; nil at the end of the file.
    package mutating func next() throws -> Line? {
        do {
            guard let found = try nextCells() else { return nil }
            last = found
            let line = line(isOther: false)
            let isTaken = if case .taken = line { true } else { false }
            tally.note(cells: found.cells, isTaken: isTaken) { column in
                switch map.targets[column] {
                case .mark(let mark)?: drafter.hasMark(found.cells[column], mark, column) ? .marked : .leftOut(map.name(of: column))
                case nil, .ignored?: .leftOut(map.name(of: column))
                default: .taken
                }
            }
            return line
        } catch let error as CSVError {
            return .rejected(RejectedLine(line: error.line, reason: .malformed(error.code)))
        }
    }

    /// The last line again, as one that is not about whom its number stands for here.
    package func other() -> Line { line(isOther: true) }

    private func line(isOther: Bool) -> Line {
        switch drafter.draft(last.cells, at: last.line, isOther: isOther) {
        case .success(let row): .taken(row)
        case .failure(let reason): .rejected(RejectedLine(line: last.line, reason: reason))
        }
    }

    /// The fields of the next line that is not empty, trimmed.
    private mutating func nextCells() throws -> (cells: [String], line: Int)? {
        while let row = try reader.next() {
            // "0/0/00" is how Outlook writes no day.
            let cells = row.fields.map { unmarked(trimmed($0)) }.map { $0 == "0/0/00" ? "" : $0 }
            if !cells.allSatisfy(\.isEmpty) { return (cells, row.line) }
        }
        return nil
    }
}

extension RejectedLine.Reason: Error {}
