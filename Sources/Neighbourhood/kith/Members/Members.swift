import ArgumentParser
import Community
import CRDT
import Engine
@preconcurrency import Glibc
import Trust

// What the commands on members and keys share.

extension Role {
    /// As it is typed and stands in JSON.
    var name: String { "\(self)" }

    init?(name: String) {
        guard let role = Role.allCases.first(where: { $0.name == name && $0 != .recovery }) else { return nil }
        self = role
    }

    var text: String {
        let sentence: MemberSentence = switch self {
        case .coordinator: .roleCoordinator
        case .member: .roleMember
        case .reader: .roleReader
        case .relay: .roleRelay
        case .recovery: .roleRecovery
        }
        return App.language.say(sentence)
    }
}

/// What a device is admitted as, and to what.
struct GrantOptions: ParsableArguments {
    @Option(name: .customLong("role"), help: ArgumentHelp(
        both("coordinator (coördinator), member (lid), reader (meelezer) of relay (doorgeefserver); anders member.",
             "coordinator, member, reader or relay; member otherwise."),
        valueName: both("rol", "role")))
    var roleName = "member"

    @Option(name: .customLong("collections"), help: ArgumentHelp(
        both("Voor people (de mensen), directory (de buurtgids), of beide; anders beide.", "For people, directory (the guide), or both; both otherwise."),
        valueName: both("namen", "names")))
    var collectionNames: String?

    func validate() throws {
        guard Role(name: roleName) != nil else {
            throw ValidationError(both(
                "--role is coordinator, member, reader of relay.", "--role is coordinator, member, reader or relay."))
        }
    }

    var role: Role { Role(name: roleName) ?? .member }

    /// nil: all.
    var collections: [String]? {
        collectionNames.map { Set($0.split(separator: ",").map { $0.filter { !$0.isWhitespace } }).sortedByBytes() }
    }
}

struct QROptions: ParsableArguments {
    @Flag(name: .customLong("no-qr"), help: ArgumentHelp(App.language.say(.noQR))) var hidden = false

    /// Under what was said, for people.
    func show(_ content: String, isJSON: Bool) throws {
        if !hidden && !isJSON { try QRCode.show(content) }
    }
}

struct YesOptions: ParsableArguments {
    @Flag(name: .customLong("yes"), help: ArgumentHelp(both("Vraag niets.", "Ask nothing."))) var isGiven = false

    /// Returns when it is meant. In a pipe, only --yes says so.
    func confirm(_ question: String, isJSON: Bool) throws {
        if isGiven { return }
        try demand(isJSON: isJSON)
        try YesOptions.ask(question)
    }

    /// For what a person at the keyboard says in another way: only where nobody can be asked, --yes must say it.
    func demand(isJSON: Bool) throws {
        guard !isGiven, !Terminal.canAsk || isJSON else { return }
        Terminal.report(EngineError(.needsYes), about: "", isJSON: isJSON)
        throw ExitCode(EX_USAGE)
    }

    /// For what is gone for good: the word that names it has to be typed.
    func confirm(_ question: String, typing word: String, isJSON: Bool) throws {
        if isGiven { return }
        try demand(isJSON: isJSON)
        guard Terminal.ask(question).trimmingSpaces() == word.lowercased() else { try YesOptions.stop() }
    }

    /// For what can be taken back: asks where somebody can answer.
    func confirmIfAsked(_ question: String, isJSON: Bool) throws {
        if !isGiven, Terminal.canAsk, !isJSON { try YesOptions.ask(question) }
    }

    private static func ask(_ question: String) throws {
        guard Terminal.ask(question).first == (App.language == .nl ? "j" : "y") else {
            try stop()
        }
    }

    private static func stop() throws -> Never {
        Terminal.write(App.language.say(.stopped) + "\n")
        throw NeedsPerson()
    }
}

/// The collections that an admission gives, for people.
func collectionText(_ collections: [String]?, of replica: Replica) -> String {
    (collections ?? replica.store.schema.collections.map(\.rawValue)).map(App.language.collection).joined(separator: ", ")
}
