import Words

/// Why something could not be done: a code that stays the same, a sentence for people, and what to do, for programs.
///
/// What a closure of yours throws comes out as it is.
public struct KithError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The languages that sentences are in.
    public enum Language: String, CaseIterable, Sendable { case english = "en", dutch = "nl" }

    /// What puts it right.
    public enum Remedy: String, CaseIterable, Sendable {
        /// Again, a little later: another program was writing, or a connection broke.
        case tryAgain
        /// There is no room on the disk.
        case makeRoom
        /// The device's key file has a passphrase.
        case unlock
        /// A coordinator has to admit this device, or do this.
        case askCoordinator
        /// A person has to say whether it is meant; see `Replica.acceptMassChange`.
        case askPerson
        /// What was given is not right: a name, a path, a query, a schema.
        case correctInput
        /// A file is damaged: put back a copy.
        case restoreCopy
        /// A newer program wrote it.
        case update
        /// A fault in Kith itself.
        case report
    }

    /// Lower case and hyphens, as `kith --json` gives it.
    public let code: String
    public let remedy: Remedy
    private let sentences: [Language: String]

    /// What is wrong and what to do, in one or two sentences. It holds names and paths, and never a value of a row.
    public func sentence(in language: Language = .english) -> String { sentences[language] ?? code }

    public var description: String { sentence() }

    init(_ error: any Error, about subject: String, over medium: Explanation.Medium) {
        let english = Explanation(error, about: subject, over: medium, in: .en)
        code = english.code
        remedy = KithError.remedy(of: english.code)
        sentences = [.english: english.message, .dutch: Explanation(error, about: subject, over: medium, in: .nl).message]
    }

    private static func remedy(of code: String) -> Remedy {
        switch code {
        case "busy", "timed-out", "closed", "unreachable", "connection-refused", "cannot-resolve", "too-many-connections", "no-network", "nobody-found",
            "nobody-to-meet", "only-strangers", "changed-while-read", "forked":
            .tryAgain
        case "full", "no-space", "owed-work": .makeRoom
        case "needs-passphrase", "wrong-passphrase": .unlock
        case "not-admitted", "removed", "not-coordinator", "no-coordinator", "no-coordinator-nor-key", "not-permitted", "no-key", "refused-code":
            .askCoordinator
        case "mass-change": .askPerson
        case "damaged", "backup-damaged", "device-file-damaged", "truncated", "malformed", "medium-failed", "disk", "not-what-was-written": .restoreCopy
        case "newer-format", "newer-replica": .update
        case "unexpected", "keys-not-loaded": .report
        default: .correctInput
        }
    }
}

/// Runs `body` and gives the engine's errors their sentences; all others pass.
func explaining<Result>(_ subject: String = "", over medium: Explanation.Medium = .file, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw explained(error, subject, medium) }
}

func explained(_ error: any Error, _ subject: String = "", _ medium: Explanation.Medium = .file) -> any Error {
    error is any Explained ? KithError(error, about: subject, over: medium) : error
}

/// Runs what blocks on a thread of its own, away from those that tasks share.
func onThread<Result: Sendable>(
    _ subject: String = "", over medium: Explanation.Medium = .network, _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        detach { continuation.resume(with: Swift.Result { try explaining(subject, over: medium, body) }) }
    }
}
