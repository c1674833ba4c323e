import Foundation
import Wire

/// A frozen delta: small ones in memory, large ones in a file that only its owner can read, so that memory stays bounded
/// and a cut transfer can go on with the very same segments later.
package final class Spool {
    /// Up to this size a delta for a file stays in memory.
    static let memoryByteCount = 4 << 20
    /// From this size on a delta for a connection lies on the disk: another connection goes on with it, also of another process.
    static let resumableByteCount = 64 << 10

    package private(set) var manifest: Manifest
    private var segments: [[UInt8]] = []
    private var file: FileHandle?
    /// Of its files.
    private var folder: URL?
    private var offsets: [Int] = []

    /// Collects segments until `finish` has the manifest.
    final class Writer {
        private let folder: URL
        private var segments: [[UInt8]] = []
        private var file: (handle: FileHandle, url: URL)?
        private var byteCount = 0
        private let memoryByteCount: Int
        private let now: Date

        /// - Parameters:
        ///   - folder: made when it is needed.
        ///   - memoryByteCount: more than this goes to a file.
        ///   - now: when it is asked for.
        init(folder: URL, memoryByteCount: Int, now: Date) {
            self.folder = folder
            self.memoryByteCount = memoryByteCount
            self.now = now
        }

        func append(_ sealed: [UInt8]) throws {
            byteCount += sealed.count
            if let file {
                try Spool.writing { try file.handle.write(contentsOf: sealed) }
                return
            }
            segments.append(sealed)
            guard byteCount > memoryByteCount else { return }
            try Spool.writing {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                let url = folder.appendingPathComponent("\(UUID().uuidString).partial")
                guard FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                    throw StoreError(.readOnly, "folder for outgoing deltas")
                }
                let handle = try FileHandle(forUpdating: url)
                for segment in segments { try handle.write(contentsOf: segment) }
                file = (handle, url)
            }
            segments = []
        }

        func finish(_ manifest: Manifest) throws -> Spool {
            guard let file else { return Spool(manifest, segments: segments) }
            let target = folder.appendingPathComponent(manifest.id.description)
            try Spool.writing {
                try Data(manifest.payload).write(to: target.appendingPathExtension("manifest"))
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: target.appendingPathExtension("manifest").path)
                _ = rename(file.url.path, target.path)
            }
            Spool.note(target, askedFor: now)
            return Spool(manifest, file: file.handle, folder: folder)
        }

        func discard() {
            if let file { try? FileManager.default.removeItem(at: file.url) }
        }
    }

    private init(_ manifest: Manifest, segments: [[UInt8]]) {
        self.manifest = manifest
        self.segments = segments
    }

    private init(_ manifest: Manifest, file: FileHandle, folder: URL) {
        self.manifest = manifest
        self.file = file
        self.folder = folder
        var offset = 0
        for segment in manifest.segments {
            offsets.append(offset)
            offset += segment.sealedByteCount
        }
    }

    /// A delta that was frozen before; nil when it is no longer held whole.
    ///
    /// - Parameter now: when it was asked for last.
    static func reopen(_ id: DeltaID, folder: URL, now: Date) -> Spool? {
        let target = folder.appendingPathComponent(id.description)
        guard let encoded = try? Data(contentsOf: target.appendingPathExtension("manifest")),
            let manifest = try? [UInt8](encoded).withUnsafeBytes({ try Manifest($0) }), manifest.id == id,
            let handle = try? FileHandle(forReadingFrom: target),
            let end = try? handle.seekToEnd(), Int(end) == manifest.segments.reduce(0, { $0 + $1.sealedByteCount })
        else { return nil }
        note(target, askedFor: now)
        return Spool(manifest, file: handle, folder: folder)
    }

    /// The date of its files says when it was asked for last, by the clock that `removeOld` goes by.
    private static func note(_ target: URL, askedFor now: Date) {
        for url in [target, target.appendingPathExtension("manifest")] {
            try? FileManager.default.setAttributes([.modificationDate: now], ofItemAtPath: url.path)
        }
    }

    /// Removes deltas, and what a program that was stopped had begun of one, that nobody has asked for in a week. One that
    /// somebody should ask for after that is packed anew.
    static func removeOld(in folder: URL, now: Date) {
        let week: TimeInterval = 7 * 24 * 60 * 60
        let found = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.contentModificationDateKey])) ?? []
        for url in found {
            let modified = (try? url.resourceValues(forKeys: [.contentModificationDateKey]))?.contentModificationDate
            // A date far ahead comes of a clock that was wrong.
            if let modified, abs(now.timeIntervalSince(modified)) > week { try? FileManager.default.removeItem(at: url) }
        }
    }

    /// The delta has arrived whole: its files are no longer needed.
    package func arrived() { if let folder { remove(from: folder) } }

    private func remove(from folder: URL) {
        let target = folder.appendingPathComponent(manifest.id.description)
        try? FileManager.default.removeItem(at: target)
        try? FileManager.default.removeItem(at: target.appendingPathExtension("manifest"))
    }

    package func segment(_ index: Int) throws -> [UInt8] {
        guard let file else { return segments[index] }
        return try Spool.writing {
            try file.seek(toOffset: UInt64(offsets[index]))
            let data = try file.read(upToCount: manifest.segments[index].sealedByteCount) ?? Data()
            let bytes = Array(data)
            // Nothing waited for the disk when it was written: what the power took away is packed anew the next time.
            guard Digest.sha256(bytes) == manifest.segments[index].digest else {
                arrived()
                throw StoreError(.disk, "a delta on its way out")
            }
            return bytes
        }
    }

    /// Gives Foundation's file errors this room's form.
    private static func writing<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as CocoaError {
            switch error.code {
            case .fileWriteOutOfSpace: throw StoreError(.full)
            case .fileWriteNoPermission, .fileWriteVolumeReadOnly, .fileReadNoPermission: throw StoreError(.readOnly)
            default: throw StoreError(.disk)
            }
        }
    }
}
