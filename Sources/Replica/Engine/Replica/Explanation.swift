import Community
import Interchange
import Store
import Transport
import Trust
import Wire

/// An error for people and for scripts: a code that stays the same, and one sentence with what to do.
package struct Explanation: Hashable, Sendable {
    /// Where what is wrong came from: the remedy for a file is none for a connection.
    package enum Medium: Sendable { case file, network }

    package let code: String
    package let message: String

    /// - Parameters:
    ///   - subject: the path or address from the command line that the work was about.
    ///   - medium: of what was read.
    package init(_ error: any Error, about subject: String, over medium: Medium = .file, in language: Language) {
        switch error {
        case let error as EngineError:
            code = error.code.rawValue
            message = language.fill(language.text(error.code.phrase), [error.subject])
        case let error as StoreError:
            code = error.code.rawValue
            message = language.fill(language.text(error.code.phrase), [error.detail.isEmpty ? error.code.rawValue : error.detail])
        case let error as WireError:
            code = error.code.rawValue
            let place = error.offset.map { language.say(.placeAtByte, error.place, String($0)) } ?? error.place
            message = error.merged.map { language.say(.mergedOtherwise, $0) }
                ?? error.packer.map { language.say(.strangers, $0.spoken, language.number(Limits.strangerCount)) }
                ?? language.fill(language.text(error.code.phrase(over: medium)), [place])
        case let error as TransportError:
            code = error.code.rawValue
            message = language.fill(language.text(error.code.phrase), [error.place])
        case let error as BundleFileError:
            code = error.code.rawValue
            message = language.fill(language.text(error.code.phrase), [subject])
        case let error as ImportError:
            code = error.code
            message = language.text(error.phrase)
        case let error as EntryRefusal:
            code = error.code
            message = language.refusal(error)
        case let error as NameChoice:
            code = error.isNear ? StoreError.Code.notFound.rawValue : StoreError.Code.ambiguous.rawValue
            message = language.say(error.isNear ? EntrySentence.nearlyCalled : .severalCalled, error.name) + " "
                + error.candidates.map { ([$0.name] + $0.details.prefix(2)).filter { !$0.isEmpty }.joined(separator: ", ") }.joined(separator: "; ")
        case let error as MassChange:
            code = StoreError.Code.massChange.rawValue
            message = Explanation.massChange(error, in: language)
        default:
            // What no room has translated: its type, never its text, which could hold anything.
            code = "unexpected"
            message = language.say(.unexpectedError, "\(type(of: error))")
        }
    }

    /// "4,812 of 5,000 rows of contact: phone was changed by SQL", a sentence for each column.
    package static func massChange(_ change: MassChange, in language: Language) -> String {
        let parts = change.entries.map { entry in
            entry.column.map {
                language.say(.massChanged, language.number(entry.count), language.number(entry.rowCount), entry.table, $0)
            } ?? language.say(.massDeleted, language.number(entry.count), language.number(entry.rowCount), entry.table)
        }
        return parts.joined(separator: " ") + " " + language.say(.massChangeRemedy)
    }
}

extension ImportError {
    fileprivate var code: String {
        switch self {
        case .empty: "empty-file"
        case .notText: "not-text"
        case .badHeader: "bad-header"
        case .unknownEncoding: "unknown-encoding"
        case .knownAs: "known-list"
        case .nothingRecognised: "nothing-recognised"
        case .badRule: "bad-rule"
        case .unknownTarget: "unknown-target"
        case .unknownHeader: "unknown-header"
        case .targetTwice: "target-twice"
        }
    }
}
