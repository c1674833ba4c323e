import CRDT
import Foundation
import Wire

/// The name of this device: 32 hexadecimal digits in a file that only its owner can read, shared by a person's replicas
/// on one machine. In this version random; the hash of the device's keys once it has keys.
package enum DeviceFile {
    /// Reads the name, or makes one.
    package static func load(_ path: String, nonce: () -> Nonce) throws -> DeviceID {
        if let device = try read(path) { return device }
        try ReplicaLocation.makePrivateFolder((path as NSString).deletingLastPathComponent)
        let device = nonce()
        // Written whole under another name and then linked: of two programs that start at once, one wins.
        let draft = "\(path).\(nonce().description)"
        defer { unlink(draft) }
        let descriptor = Glibc.open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw EngineError(.unwritable, path) }
        let line = Array((device.description + "\n").utf8)
        let isWritten = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) == $0.count } && fsync(descriptor) == 0
        Glibc.close(descriptor)
        guard isWritten else { throw EngineError(.unwritable, path) }
        if link(draft, path) == 0 { return device }
        guard errno == EEXIST, let other = try read(path) else { throw EngineError(.unwritable, path) }
        return other
    }

    private static func read(_ path: String) throws -> DeviceID? {
        guard let data = FileManager.default.contents(atPath: path) else {
            guard !FileManager.default.fileExists(atPath: path) else { throw EngineError(.unreadable, path) }
            return nil
        }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let device = Nonce(hexadecimal: text), device != .zero else { throw EngineError(.deviceFileDamaged, path) }
        return device
    }
}
