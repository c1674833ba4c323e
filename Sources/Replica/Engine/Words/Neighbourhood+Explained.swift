import Community
import Interchange
import Store
import Words

extension ImportError: Explained {
    package var errorCode: String {
        switch self {
        case .empty: "empty-file"
        case .notText: "not-text"
        case .badHeader: "bad-header"
        case .unknownEncoding: "unknown-encoding"
        case .doubtfulEncoding: "doubtful-encoding"
        case .knownAs: "known-list"
        case .nothingRecognised: "nothing-recognised"
        case .badRule: "bad-rule"
        case .unknownTarget: "unknown-target"
        case .unknownHeader: "unknown-header"
        case .targetTwice: "target-twice"
        }
    }

    package var subject: String { "" }

    package func sentence(about work: String, over medium: Explanation.Medium, in language: Language) -> String { language.text(phrase) }
}

extension EntryRefusal: Explained {
    package var errorCode: String { code }
    package var phrase: Phrase { EntrySentence.unknownColumn.phrase }
    package var subject: String { "" }

    package func sentence(about work: String, over medium: Explanation.Medium, in language: Language) -> String { language.refusal(self) }
}

extension NameChoice: Explained {
    package var errorCode: String { isNear ? StoreError.Code.notFound.rawValue : StoreError.Code.ambiguous.rawValue }
    package var phrase: Phrase { (isNear ? EntrySentence.nearlyCalled : .severalCalled).phrase }
    package var subject: String { name }

    package func sentence(about work: String, over medium: Explanation.Medium, in language: Language) -> String {
        language.fill(language.text(phrase), [name]) + " "
            + candidates.map { ([$0.name] + $0.details.prefix(2)).filter { !$0.isEmpty }.joined(separator: ", ") }.joined(separator: "; ")
    }
}
