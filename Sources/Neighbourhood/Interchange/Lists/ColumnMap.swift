import Community
import CRDT
import Schema

/// What each column of a CSV file fills.
///
/// Rules that a person gives come first; then the file's headers are recognised in Dutch and English, by our own column
/// names, and as address books write them. What is not mapped is listed, so that nothing is left out silently.
package struct ColumnMap: Sendable {
    package enum Target: Hashable, Sendable {
        /// A column of `contact`.
        case contact(String)
        /// A whole name, to be split.
        case fullName
        /// A second name: an infix when it is one, else part of the given name.
        case middleName
        /// Kept as a NOTE line in `extra_vcard`.
        case note
        /// The row's id in its list.
        case uid
        /// A row of `contact_point`.
        case point(type: String, label: String?)
        /// What the value of the same number is called: "Phone 1 - Type".
        case pointLabel(type: String)
        /// Kept as a line of this property in `extra_vcard`.
        case line(String)
        /// A part of the row of `address`.
        case address(String)
        /// Street, number and addition in one.
        case addressLine
        /// Kept as a mark only.
        case mark(LinkageMark)
        /// Left out on purpose.
        case ignored

        /// Whether several columns may fill it.
        var isRepeatable: Bool {
            switch self {
            case .note, .point, .pointLabel, .mark, .ignored: true
            default: false
            }
        }

        var isMark: Bool { if case .mark = self { true } else { false } }

        /// Whether a column of it can tell who a line is about.
        var identifies: Bool {
            switch self {
            case .contact(let name): ["given_name", "family_name", "nickname", "organisation"].contains(name)
            case .fullName, .point(type: "tel", _), .point(type: "email", _): true
            default: false
            }
        }
    }

    /// One pair of an explicit map, as in `Roepnaam=contact.given_name`.
    ///
    /// Targets: `contact.COLUMN`, `contact_point.tel|email|url|impp`, `address.COLUMN`, `address.line`, `name`, `note`,
    /// `uid`, `mark.number`, `mark.day` (see `LinkageMark`), and `-` to leave a column out.
    package struct Rule: Hashable, Sendable {
        package let header: String
        package let target: Target

        package init(header: String, target: Target) {
            self.header = header
            self.target = target
        }

        /// The header is what stands before the last `=`.
        package init(parsing text: String) throws(ImportError) {
            guard let equals = text.lastIndex(of: "="), equals != text.startIndex else { throw .badRule(text) }
            header = singleSpaced(String(text[..<equals]))
            let name = singleSpaced(String(text[text.index(after: equals)...]))
            guard let target = Target(named: name) else { throw .unknownTarget(name) }
            self.target = target
        }
    }

    /// One a column of the file; nil when nothing is known of it.
    package let targets: [Target?]
    /// One a column of the file: which of several addresses, points or labels it is of.
    let sets: [Int]
    /// Headers of columns of which only a mark is kept.
    package let markedHeaders: [String]
    /// Headers of columns that fill nothing, in the file's order; `#7` for the seventh column when its header is empty.
    package let unmappedHeaders: [String]
    private let names: [String]

    package init(headers: [String], rules: [Rule] = []) throws(ImportError) {
        struct Place: Hashable {
            let target: Target
            let set: Int
        }
        var targets = [Target?](repeating: nil, count: headers.count)
        var sets = [Int](repeating: 0, count: headers.count)
        var filled = Set<Place>()
        func fill(_ index: Int, _ target: Target, set: Int = 0) -> Bool {
            let place = Place(target: target, set: set)
            guard targets[index] == nil, target.isRepeatable || filled.insert(place).inserted else { return false }
            targets[index] = target
            sets[index] = set
            return true
        }

        let folds = headers.map(folded)
        for rule in rules {
            let columns = folds.indices.filter { folds[$0] == folded(rule.header) }
            guard !columns.isEmpty else { throw .unknownHeader(rule.header) }
            for column in columns where !fill(column, rule.target) { throw .targetTwice(rule.header) }
        }
        for (column, header) in headers.enumerated() where targets[column] == nil {
            if let (target, set) = numberedColumn(folded(header).filter { $0.isLetter || $0.isNumber }) { _ = fill(column, target, set: set) }
        }
        // A header that surely means a column goes before one that may: "Voornaam" before "Voorletters".
        for names in [headerNames, weakHeaderNames, markHeaderNames] {
            for (column, header) in headers.enumerated() where targets[column] == nil {
                if let target = recognised(header, in: names) { _ = fill(column, target) }
            }
        }
        // Without a column for it, the house number stands behind the street.
        for street in targets.indices where targets[street] == .address("street") {
            if !filled.contains(Place(target: .address("number"), set: sets[street])) { targets[street] = .addressLine }
        }
        guard targets.contains(where: { $0?.identifies == true }) else { throw .nothingRecognised }
        self.targets = targets
        self.sets = sets
        let names = headers.enumerated().map { column, header in
            let header = singleSpaced(header)
            return header.isEmpty ? "#\(column + 1)" : header
        }
        self.names = names
        markedHeaders = targets.indices.filter { targets[$0]?.isMark == true }.map { names[$0] }
        unmappedHeaders = targets.indices.filter { targets[$0] == nil }.map { names[$0] }
    }

    /// Its header, or `#7`.
    package func name(of column: Int) -> String { names[column] }
}

extension ColumnMap.Target {
    init?(named name: String) {
        let pieces = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (pieces[0], pieces.count == 2 ? pieces[1] : nil) {
        case ("-", nil): self = .ignored
        case ("name", nil): self = .fullName
        case ("note", nil): self = .note
        case ("uid", nil), ("contact", "source_uid"): self = .uid
        case ("contact", let column?) where ColumnMap.Target.contactColumns.contains(column): self = .contact(column)
        case ("contact_point", let type?) where CodeList.named("contact_point_type")?[type] != nil:
            self = .point(type: type, label: nil)
        case ("address", "line"): self = .addressLine
        case ("mark", let kind?): guard let mark = LinkageMark(rawValue: kind) else { return nil }
            self = .mark(mark)
        case ("address", let part?) where ColumnMap.Target.addressParts.contains(part): self = .address(part)
        default: return nil
        }
    }

    /// The columns of `contact` that a file may fill; its source is told by whoever imports.
    static let contactColumns = Schema.community["contact"]!.columns.map(\.name).filter {
        $0 != "source" && $0 != "source_uid"
    }

    static let addressParts = Schema.community["address"]![column: "location"]!.parts.map(\.name)
}
