/// What is wrong with what a person asked for. `subject` is the path or name from the command line, and nothing else.
package struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        /// No replica is named and the data folder has none.
        case noReplica = "no-replica"
        /// The data folder has several: their names.
        case severalReplicas = "several-replicas"
        /// Neither XDG_DATA_HOME nor HOME says where a person's data belongs.
        case noDataFolder = "no-data-folder"
        case deviceFileDamaged = "device-file-damaged"
        case badName = "bad-name"
        case fileMissing = "file-missing"
        /// A folder, FIFO, device or symbolic link.
        case notAFile = "not-a-file"
        case unreadable
        case unwritable
        /// A file of another kind is in the way.
        case fileExists = "file-exists"
        /// A bundle with something that this replica lacks is in the way.
        case bundleNotImported = "bundle-not-imported"
        case replicaExists = "replica-exists"
        case unknownDevice = "unknown-device"
        case ambiguousDevice = "ambiguous-device"
        case badAddress = "bad-address"
        /// Connections are not encrypted yet: only this machine may be at the other end.
        case notLoopback = "not-loopback"
        case unknownHeader = "unknown-header"
        case nothingToImport = "nothing-to-import"
    }

    package let code: Code
    package let subject: String

    package init(_ code: Code, _ subject: String = "") {
        self.code = code
        self.subject = subject
    }

    package var description: String { code.rawValue }
}
