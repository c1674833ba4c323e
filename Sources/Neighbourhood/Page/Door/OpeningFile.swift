import CRDT
import Device
import Engine
import Foundation
import Words

/// The file by which a browser is handed a code: its owner alone may read it, and all it says is where to go. On a command line every
/// user of the machine could read the code.
struct OpeningFile: Sendable {
    let path: String

    /// Writes the file in a person's runtime folder, else in the data folder: only they get into either.
    init(code: String, port: Int, _ environment: EngineEnvironment) throws {
        let runtime = environment.variables["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") && FileManager.default.isWritableFile(atPath: $0) ? $0 : nil }
        let folder = try runtime ?? PersonalFolders(environment).data()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        path = folder + "/kith-open-" + hexadecimal(Array(environment.nonce().bytes.prefix(6))) + ".html"
        let text = """
            <!doctype html><html><head><meta charset="utf-8"><title>Kith</title><meta name="referrer" content="no-referrer">
            <meta http-equiv="refresh" content="0;url=http://127.0.0.1:\(port)\(Guard.beginning)\(code)"></head><body></body></html>
            """
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DeviceError(.unwritable, path) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            unlink(path)
            throw DeviceError(.unwritable, path)
        }
    }

    func remove() { unlink(path) }
}
