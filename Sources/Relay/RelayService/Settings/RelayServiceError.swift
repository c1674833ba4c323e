import Relay
import Words

/// What is wrong with how the relay was set up or asked. `subject` is a setting's key, a path or an id, never a setting's value:
/// a store's address may have been typed with a password.
package struct RelayServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        case settingsFile = "settings-file"
        case unknownSetting = "unknown-setting"
        case badSetting = "bad-setting"
        /// The health port would be reachable from other machines.
        case notLoopback = "not-loopback"
        /// The relay has no keys yet.
        case notInitialised = "not-initialised"
        /// The bundle has no box for this relay: it was made before the relay was admitted, or for others.
        case notBoxed = "not-boxed"
        /// The roster in the bundle does not know this device as a relay.
        case notRelay = "not-relay"
        /// The bundle lacks what went before.
        case notWhole = "not-whole"
        case spaceExists = "space-exists"
        case badSpace = "bad-space"
        case badTime = "bad-time"
        /// The folder to back up into, or to restore from, is not fit for it.
        case backupFolder = "backup-folder"
        /// What stood in the backup is not what was read.
        case backupDamaged = "backup-damaged"
        /// Another user than the one that the state folder belongs to.
        case otherUser = "other-user"
        /// A relay runs here and does not answer.
        case noAnswer = "no-answer"
        /// A path too long for a socket's address.
        case socketPath = "socket-path"
        case portTaken = "port-taken"
        case stateFolder = "state-folder"
        case storeKind = "store-kind"
        /// The store's address has a password in it.
        case storePassword = "store-password"
        /// Something that cannot be taken back was not confirmed.
        case needsYes = "needs-yes"
    }

    package let code: Code
    package let subject: String

    package init(_ code: Code, _ subject: String = "") {
        self.code = code
        self.subject = subject
    }

    package var description: String { subject.isEmpty ? code.rawValue : "\(code.rawValue) (\(subject))" }
}

/// What a running relay answered instead of a result: the code, and a sentence in the asker's language.
package struct RemoteFailure: Error, Hashable, Sendable, Codable {
    package let error: String
    package let message: String
}

extension RelayServiceError: Explained {
    package var errorCode: String { code.rawValue }
    package var phrase: Phrase { code.sentence.phrase }
}

extension RelayError: Explained {
    package var errorCode: String { code.rawValue }
    package var phrase: Phrase { code.sentence.phrase }
}

/// It comes with its sentence.
extension RemoteFailure: Explained {
    package var errorCode: String { error }
    package var phrase: Phrase { Phrase(nl: message, en: message) }
    package var subject: String { "" }
    package func sentence(about work: String, over medium: Explanation.Medium, in language: Language) -> String { message }
}

extension RelayServiceError.Code {
    package var sentence: OperatorSentence {
        switch self {
        case .settingsFile: .relayErrorSettingsFile
        case .unknownSetting: .relayErrorUnknownSetting
        case .badSetting: .relayErrorBadSetting
        case .notLoopback: .relayErrorNotLoopback
        case .notInitialised: .relayErrorNotInitialised
        case .notBoxed: .relayErrorNotBoxed
        case .notRelay: .relayErrorNotRelay
        case .notWhole: .relayErrorNotWhole
        case .spaceExists: .relayErrorSpaceExists
        case .badSpace: .relayErrorBadSpace
        case .badTime: .relayErrorBadTime
        case .backupFolder: .relayErrorBackupFolder
        case .backupDamaged: .relayErrorBackupDamaged
        case .otherUser: .relayErrorOtherUser
        case .noAnswer: .relayErrorNoAnswer
        case .socketPath: .relayErrorSocketPath
        case .portTaken: .relayErrorPortTaken
        case .stateFolder: .relayErrorStateFolder
        case .storeKind: .relayErrorStoreKind
        case .storePassword: .relayErrorStorePassword
        case .needsYes: .relayErrorNeedsYes
        }
    }
}

extension RelayError.Code {
    package var sentence: OperatorSentence {
        switch self {
        case .unknownSpace: .relayErrorUnknownSpace
        case .full: .relayErrorFull
        case .storage: .relayErrorStorage
        case .damaged: .relayErrorDamaged
        case .newerVersion: .relayErrorNewerVersion
        case .inUse: .relayErrorInUse
        case .notAdmitted: .relayErrorNotAdmitted
        case .exists: .relayErrorExists
        }
    }
}
