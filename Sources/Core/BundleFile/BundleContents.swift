import CRDT
import Trust
import Wire

/// What a bundle says of itself, read to its verified end without any replica.
package struct BundleContents: Sendable {
    package let preamble: Preamble
    /// Of the roster, each after those it builds on.
    package let statements: [[UInt8]]
    package let manifests: [Manifest]
    /// Of the file.
    package let byteCount: Int
    package let newcomerCount: Int

    /// - Parameter key: opens the bundle's envelope.
    package static func read(
        _ path: String, progress: ProgressReport = { _ in }, key: (BundleEnvelope) throws -> EpochKey?
    ) throws -> BundleContents {
        var newcomerCount = 0
        let reader = try BundleFileReader(path: path) { envelope in
            newcomerCount = envelope.newcomerCount
            return try key(envelope)
        }
        var preamble: Preamble?
        var statements: [[UInt8]] = []
        var manifests: [Manifest] = []
        while let message = try reader.next() {
            switch message {
            case .preamble(let found): preamble = found
            case .statements(let found): statements = found
            case .manifest(let manifest):
                guard manifest.space == preamble?.space else { throw WireError(.otherSpace, in: "manifest", at: reader.offset) }
                manifests.append(manifest)
            default: break
            }
            progress(Progress(.checking, doneByteCount: reader.offset, totalByteCount: reader.byteCount))
        }
        guard let preamble else { throw WireError(.truncated, in: "bundle") }
        return BundleContents(
            preamble: preamble, statements: statements, manifests: manifests, byteCount: reader.fileByteCount,
            newcomerCount: newcomerCount)
    }

    package var changeCount: Int { manifests.reduce(0) { $0 + $1.changeCount } }
}

/// What a bundle shows to who has no key for it.
package struct SealedBundle: Sendable {
    package let byteCount: Int
    /// Newcomers who can open it.
    package let newcomerCount: Int
    /// In hexadecimal digits; says nothing but to who has the key.
    package let epochTag: String

    package init(_ path: String) throws {
        let (envelope, byteCount) = try BundleFileReader.envelope(of: path)
        self.byteCount = byteCount
        newcomerCount = envelope.newcomerCount
        epochTag = envelope.epochTag
    }
}
