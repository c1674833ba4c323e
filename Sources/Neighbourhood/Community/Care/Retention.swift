import Words

/// How long something is kept for a purpose (a code of the list `consent_purpose`), after the day on which it was last of use.
/// A starting point for a space's own rules: what is past its term is listed, and nothing goes by itself.
package struct RetentionTerm: Sendable {
    /// What a term is about. Each is a question that the store knows how to answer.
    package enum Subject: String, CaseIterable, Sendable {
        /// A contact, since the last sign of life: a moment, a gathering, help, a loan, consent given, or when it was added.
        case contact
        /// A contact that does not want us to keep in touch, since that was withdrawn.
        case withdrawnContact = "withdrawn-contact"
        /// What was noted of a moment, since it occurred.
        case moment
        /// Help that is fulfilled or withdrawn, or whose days are over: since its last day, else since it was added.
        case help
        /// Who came to a gathering, since it began.
        case attendance
        /// Who had an item, since it was returned.
        case loan
        /// Consent that was given until a day, since that day.
        case consent
    }

    package let purpose: String
    package let subject: Subject
    package let table: String
    package let months: Int
    /// Why it is kept so long, for people.
    package let reason: Phrase

    package static let all: [RetentionTerm] = [
        RetentionTerm(
            purpose: "contact", subject: .contact, table: "contact", months: 24,
            reason: Phrase(nl: "twee jaar niets van elkaar gehoord", en: "not heard of one another for two years")),
        RetentionTerm(
            purpose: "contact", subject: .withdrawnContact, table: "contact", months: 1,
            reason: Phrase(nl: "wil geen contact meer; een maand om af te ronden", en: "wants no more contact; a month to finish")),
        RetentionTerm(
            purpose: "contact", subject: .moment, table: "contact_moment", months: 24,
            reason: Phrase(nl: "wat besproken is, telt na twee jaar niet meer", en: "what was said no longer matters after two years")),
        RetentionTerm(
            purpose: "matching", subject: .help, table: "help_item", months: 6,
            reason: Phrase(nl: "een half jaar om op terug te komen", en: "half a year to come back to it")),
        RetentionTerm(
            purpose: "gatherings", subject: .attendance, table: "attendance", months: 12,
            reason: Phrase(nl: "een jaar voor verslag en subsidie", en: "a year for reports and funding")),
        RetentionTerm(
            purpose: "lending", subject: .loan, table: "loan", months: 6,
            reason: Phrase(nl: "een half jaar voor schade en vragen", en: "half a year for damage and questions")),
        RetentionTerm(
            purpose: "newsletter", subject: .consent, table: "consent", months: 0,
            reason: Phrase(nl: "de toestemming is verlopen: vraag opnieuw", en: "consent has run out: ask again")),
        RetentionTerm(
            purpose: "photos", subject: .consent, table: "consent", months: 0,
            reason: Phrase(nl: "de toestemming is verlopen: vraag opnieuw", en: "consent has run out: ask again")),
    ]
}

/// Whether a contact agrees to a purpose today, of all rows of the person.
package enum EffectiveConsent: String, CaseIterable, Sendable {
    case withdrawn, given, expired
    /// Nobody asked.
    case unknown

    /// Withdrawn once counts; then given, as long as it is valid on any row; then expired.
    ///
    /// - Parameter today: an ISO 8601 date; the last day of `valid_until` is included.
    package init(_ rows: [(state: String?, validUntil: String?)], today: String) {
        if rows.contains(where: { $0.state == "withdrawn" }) {
            self = .withdrawn
        } else if rows.contains(where: { $0.state == "given" && ($0.validUntil ?? today) >= today }) {
            self = .given
        } else {
            self = rows.contains { $0.state == "given" } ? .expired : .unknown
        }
    }
}
