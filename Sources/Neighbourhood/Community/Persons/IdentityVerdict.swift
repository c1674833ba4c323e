/// A person's verdict on two contacts: the codes of the list `identity_verdict`.
package enum IdentityVerdict: String, Sendable, CaseIterable {
    case same, different, undecided
}

extension String {
    /// By bytes, as SQLite orders keys.
    package func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
