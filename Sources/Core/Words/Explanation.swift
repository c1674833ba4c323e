/// An error that a room can explain: what is wrong, whose fault it is, and what to do.
package protocol Explained: Error {
    /// For scripts; it stays the same.
    var errorCode: String { get }
    /// `%1` is the subject.
    var phrase: Phrase { get }
    /// The path, name or place that it is about; empty: what the work was about.
    var subject: String { get }
    /// The whole sentence, where it is more than its phrase.
    func sentence(about work: String, over medium: Explanation.Medium, in language: Language) -> String
}

extension Explained {
    package func sentence(about work: String, over medium: Explanation.Medium, in language: Language) -> String {
        language.fill(language.text(phrase), [subject.isEmpty ? work : subject])
    }
}

/// An error for people and for scripts: a code that stays the same, and one sentence with what to do.
package struct Explanation: Hashable, Sendable {
    /// Where what is wrong came from: the remedy for a file is none for a connection.
    package enum Medium: Sendable { case file, network }

    package let code: String
    package let message: String

    /// - Parameters:
    ///   - work: the path or address from the command line that the work was about.
    ///   - medium: of what was read.
    package init(_ error: any Error, about work: String, over medium: Medium = .file, in language: Language) {
        guard let error = error as? any Explained else {
            // What no room has explained: its type, never its text, which could hold anything.
            code = "unexpected"
            message = language.say(.unexpectedError, "\(type(of: error))")
            return
        }
        code = error.errorCode
        message = error.sentence(about: work, over: medium, in: language)
    }
}
