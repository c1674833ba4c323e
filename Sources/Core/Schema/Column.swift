import CRDT

/// What merges as one: a SQL column, or the several parts of a composite.
package struct Column: Sendable, Codable {
    /// One SQL column.
    package struct Part: Hashable, Sendable, Codable {
        package let name: String
        package let type: SQLType
        /// An SQL expression in parentheses or a literal, for rows that plain SQL inserts.
        package let defaultExpression: String?
        /// What its values look like, where the column's codes or reference and the type do not say it (see `Table.form`).
        package let form: Form?

        package init(_ name: String, _ type: SQLType = .text, default expression: String? = nil, form: Form? = nil) {
            self.name = name
            self.type = type
            self.defaultExpression = expression
            self.form = form
        }
    }

    package enum SQLType: String, Sendable, Codable {
        case text, integer, real, blob
    }

    package let name: String
    package let kind: MergeKind
    /// One part named as the column, or the several parts of a composite.
    package let parts: [Part]
    /// The table that the value is an id in. A hint for people; dangling references are listed, never refused.
    package let references: String?
    /// The tables that the value is an id in one of.
    package let subjects: [String]
    /// A reference may name what is not here: a row of another space, or somebody by name.
    package let isFree: Bool
    /// The name of the code list that the value comes from.
    package let codes: String?

    package init(
        _ name: String, _ kind: MergeKind = .register, type: SQLType = .text, default expression: String? = nil,
        references: String? = nil, subjects: [String] = [], isFree: Bool = false, codes: String? = nil, form: Form? = nil
    ) {
        self.name = name
        self.kind = kind
        self.parts = [Part(name, type, default: expression, form: form)]
        self.references = references
        self.subjects = subjects
        self.isFree = isFree
        self.codes = codes
    }

    /// A composite: its parts are captured and merged as one register.
    package init(composite name: String, _ parts: [Part], kind: MergeKind = .register) {
        self.name = name
        self.kind = kind
        self.parts = parts
        self.references = nil
        subjects = []
        isFree = false
        self.codes = nil
    }

    package var isComposite: Bool { parts.count > 1 }

    /// The tables that the value names a row of one of.
    package var targets: [String] { references.map { [$0] } ?? subjects }

    /// When the row came to be, as ISO 8601 text in UTC; the earliest of concurrent ones counts.
    package static let createdAt = Column(
        "created_at", .earliest, default: "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))")
}
