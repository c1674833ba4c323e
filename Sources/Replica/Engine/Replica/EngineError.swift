/// What is wrong with what a person asked for. `subject` is the path or name from the command line, and nothing else.
package struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        /// No replica is named and the data folder has none.
        case noReplica = "no-replica"
        /// The data folder has several: their names.
        case severalReplicas = "several-replicas"
        /// This device has no keys yet.
        case noDevice = "no-device"
        /// The replica belongs to another device: it was copied from there, or this device's key file is another one.
        case otherDevice = "other-device"
        /// A fault of Kith's own: keys were needed before they were opened.
        case keysNotLoaded = "keys-not-loaded"
        /// The bundle or listener does not know this device.
        case notAdmitted = "not-admitted"
        /// The roster says that this device has been removed.
        case removed
        /// What the roster asks of this replica has not been done for want of room; before that nothing leaves.
        case owedWork = "owed-work"
        /// A copy of the replica could not take its place.
        case backupDamaged = "backup-damaged"
        /// Only a coordinator may do this; the subject names those there are.
        case notCoordinator = "not-coordinator"
        /// The same, and the space has no coordinator any more: with a recovery key that makes one, or without.
        case noCoordinator = "no-coordinator"
        case noCoordinatorNorKey = "no-coordinator-nor-key"
        /// Some of a person's contacts were called different: --yes alone does not say which are meant.
        case contradictoryPerson = "contradictory-person"
        /// A bundle for a device that was removed, or for a recovery key, which is no laptop.
        case removedRecipient = "removed-recipient"
        case paperRecipient = "paper-recipient"
        /// Without this device nobody could admit, remove or erase any more.
        case lastCoordinator = "last-coordinator"
        /// A relay or a recovery key is not made a member, nor a member one of them.
        case otherKind = "other-kind"
        /// Something that cannot be taken back was not confirmed.
        case needsYes = "needs-yes"
        case unknownCollection = "unknown-collection"
        case badCode = "bad-code"
        /// The listener admits nobody by this code.
        case refusedCode = "refused-code"
        case badWords = "bad-words"
        /// Words that fit together, but of no recovery key that counts.
        case unknownRecoveryKey = "unknown-recovery-key"
        case unknownQuarantined = "unknown-quarantined"
        case unknownInvite = "unknown-invite"
        /// The listener is not the device that made the invite.
        case wrongInviter = "wrong-inviter"
        /// A file of another kind is in the way.
        case fileExists = "file-exists"
        /// A bundle with something that this replica lacks is in the way.
        case bundleNotImported = "bundle-not-imported"
        case replicaExists = "replica-exists"
        case unknownDevice = "unknown-device"
        case ambiguousDevice = "ambiguous-device"
        case badAddress = "bad-address"
        case badRelay = "bad-relay"
        /// The roster has no such device, or not as a relay.
        case notARelay = "not-a-relay"
        case unknownRelay = "unknown-relay"
        /// Nobody to meet: no relay is known, and there is no network, nobody answered, or only those of other spaces did.
        case noNetwork = "no-network"
        case nobodyFound = "nobody-found"
        case onlyStrangers = "only-strangers"
        case nobodyToMeet = "nobody-to-meet"
        case noRelays = "no-relays"
        case unknownHeader = "unknown-header"
        case nothingToImport = "nothing-to-import"
        /// A file that an export would replace.
        case exportExists = "export-exists"
        /// Nobody said what to write, or it cannot be written as that.
        case unknownFormat = "unknown-format"
        /// A column map or a table, with a file that has no columns.
        case notForThisFile = "not-for-this-file"
        /// A row that is no contact.
        case notAPerson = "not-a-person"
        /// Nothing of the directory is in what was chosen to be public.
        case nothingToPublish = "nothing-to-publish"
        /// A public bundle of this very space: there is nothing to take over.
        case ownPublication = "own-publication"
        /// No initiative of a public bundle has this name or ending of an id, or several have.
        case notInPublication = "not-in-publication"
        /// An initiative would come after itself.
        case successorLoop = "successor-loop"
    }

    package let code: Code
    package let subject: String

    package init(_ code: Code, _ subject: String = "") {
        self.code = code
        self.subject = subject
    }

    package var description: String { code.rawValue }
}
