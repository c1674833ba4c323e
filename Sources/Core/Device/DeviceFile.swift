import CRDT
import Foundation
import Trust
import Wire

/// The file with this device's private keys: one for all of a person's replicas on one machine, apart from them, readable by
/// its owner alone (mode 0600). A passphrase, when it has one, is asked for by the environment and never taken from a command line.
package enum DeviceFile {
    package static func path(_ environment: EngineEnvironment) throws -> String { try PersonalFolders(environment).deviceFile() }

    /// Reads the keys; nil when the device has none yet.
    package static func load(_ environment: EngineEnvironment) throws -> DeviceKeys? {
        let path = try PersonalFolders(environment).deviceFile()
        guard let bytes = try read(path) else { return nil }
        return try reporting(path) {
            guard try KeyFile.isLocked(bytes) else { return try KeyFile.keys(bytes) }
            guard let passphrase = try environment.passphrase() else { throw KeyFileError.needsPassphrase }
            return try KeyFile.keys(bytes, passphrase: passphrase)
        }
    }

    /// Reads the keys, or makes them.
    package static func loadOrMake(_ environment: EngineEnvironment) throws -> DeviceKeys {
        if let keys = try load(environment) { return keys }
        let path = try PersonalFolders(environment).deviceFile()
        try PersonalFolders.make((path as NSString).deletingLastPathComponent)
        guard let keys = DeviceKeys(secret: (0..<4).flatMap { _ in environment.nonce().bytes }) else {
            throw DeviceError(.deviceFileDamaged, path)
        }
        // Written whole under another name and then linked: of two programs that start at once, one wins.
        let (draft, noted) = try write(KeyFile.open(keys), besides: path, environment)
        defer { withExtendedLifetime(noted) { _ = unlink(draft) } }
        if link(draft, path) == 0 { return keys }
        guard errno == EEXIST, let other = try load(environment) else { throw DeviceError(.unwritable, path) }
        return other
    }

    package static func isLocked(_ environment: EngineEnvironment) throws -> Bool {
        let path = try PersonalFolders(environment).deviceFile()
        return try reporting(path) { try read(path).map(KeyFile.isLocked) ?? false }
    }

    /// Locks the file with a passphrase, or unlocks it for good with none.
    package static func setPassphrase(_ passphrase: String?, _ environment: EngineEnvironment) throws {
        let keys = try loadOrMake(environment)
        let path = try PersonalFolders(environment).deviceFile()
        let bytes = try passphrase.map { try KeyFile.locked(keys, passphrase: $0, salt: environment.nonce()) } ?? KeyFile.open(keys)
        let (draft, noted) = try write(bytes, besides: path, environment)
        try withExtendedLifetime(noted) {
            guard rename(draft, path) == 0 else {
                unlink(draft)
                throw DeviceError(.unwritable, path)
            }
            try NewFile.syncFolder(of: path)
        }
    }

    private static func write(
        _ bytes: [UInt8], besides path: String, _ environment: EngineEnvironment
    ) throws -> (draft: String, noted: Draft?) {
        let name = environment.draftName()
        let draft = "\(path).\(name)"
        let noted = Drafts.begin(draft, name: name, environment)
        try NewFile.write(bytes, to: draft)
        return (draft, noted)
    }

    private static func read(_ path: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: KeyFile.maximumByteCount + 1) else {
            throw DeviceError(.unreadable, path)
        }
        return Array(data)
    }

    private static func reporting<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as KeyFileError {
            switch error {
            case .needsPassphrase: throw DeviceError(.needsPassphrase, path)
            case .wrongPassphrase: throw DeviceError(.wrongPassphrase, path)
            case .notAKeyFile, .newer, .damaged, .tooCostly: throw DeviceError(.deviceFileDamaged, path)
            }
        }
    }
}
