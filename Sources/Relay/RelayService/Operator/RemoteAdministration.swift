import CRDT
import Device
import Foundation
import Wire
import Words

/// What an operator does, asked of a running relay over its local socket.
package struct RemoteAdministration: RelayAdministration {
    private let path: String
    private let language: Language

    /// nil when no relay listens there.
    package init?(_ settings: RelaySettings, language: Language) throws {
        path = settings.socketPath
        self.language = language
        guard access(path, F_OK) == 0 else {
            // A folder that this user may not look into says nothing either way.
            if errno == EACCES { throw RelayServiceError(.otherUser, settings.stateFolder) }
            return nil
        }
        guard try LocalSocket.ask(path, "GET", "/v1/ping", language: language) != nil else { return nil }
    }

    private func ask<Result: Decodable>(
        _ method: String, _ target: String, sending content: LocalSocket.Content = .nothing
    ) throws -> Result {
        guard let (status, body) = try LocalSocket.ask(path, method, target, language: language, sending: content) else {
            throw RelayServiceError(.noAnswer, path)
        }
        let decoder = JSONDecoder()
        if status == 200, let result = try? decoder.decode(Result.self, from: Data(body)) { return result }
        if let failure = try? decoder.decode(RemoteFailure.self, from: Data(body)) { throw failure }
        throw RelayServiceError(.noAnswer, path)
    }

    private func encoded(_ value: some Encodable) throws -> LocalSocket.Content { .bytes(Array(try JSONEncoder().encode(value))) }

    package func spaces() async throws -> [SpaceReport] { try ask("GET", "/v1/spaces") }

    package func devices(of space: SpaceID?) async throws -> [DeviceReport] {
        try ask("GET", "/v1/devices" + (space.map { "?space=\($0)" } ?? ""))
    }

    package func events(sinceMilliseconds: Int64, limit: Int) async throws -> [EventReport] {
        try ask("GET", "/v1/events?since=\(sinceMilliseconds)&limit=\(limit)")
    }

    package func statistics() async throws -> RelayStatistics { try ask("GET", "/v1/statistics") }

    /// The relay may not be able to read where the bundle lies: it is handed over.
    package func addSpace(bundle path: String) async throws -> SpaceReport {
        var status = stat()
        guard let handle = FileHandle(forReadingAtPath: path), fstat(handle.fileDescriptor, &status) == 0 else {
            throw DeviceError(access(path, F_OK) == 0 ? .unreadable : .fileMissing, path)
        }
        defer { try? handle.close() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw DeviceError(.notAFile, path) }
        return try ask("POST", "/v1/spaces", sending: .file(handle, byteCount: Int(status.st_size)))
    }

    package func removeSpace(_ space: SpaceID) async throws { let _: [String] = try ask("DELETE", "/v1/spaces/\(space)") }

    package func backup(to folder: String) async throws -> BackupReport {
        try ask("POST", "/v1/backup", sending: encoded(["path": folder]))
    }

    package func restore(from folder: String) async throws -> [SpaceReport] {
        try ask("POST", "/v1/restore", sending: encoded(["path": folder]))
    }

    package func verify() async throws -> [VerificationReport] { try ask("POST", "/v1/verify") }

    /// Has it read its settings again; connections stay.
    package func reload() async throws -> ReloadReport { try ask("POST", "/v1/reload") }
}
