import CRDT

/// The layout of a bundle file: a magic line and an envelope; sealed behind them frames: preamble, statements, for every
/// delta its manifest and its segments in order, end (Protocol.md, "Bundle"). A bundle is one side of a session, written down.
package enum Bundle {
    package static let magic: [UInt8] = Array("KITH BUNDLE 1\n".utf8)
    package static let fileExtension = "kithbundle"
}

/// Collects what the end frame of a bundle repeats: how many frames came before, and the SHA-256 of their checksums.
package struct BundleTally {
    package private(set) var frameCount = 0
    private var checksums = ByteWriter()

    package init() {}

    package mutating func add(checksum: UInt64) {
        frameCount += 1
        checksums.fixed(checksum)
    }

    package var end: Message { .end(frameCount: frameCount, digest: Digest.sha256(checksums.bytes)) }
}

/// The order of frames in a bundle, checked frame by frame.
package struct BundleOrder {
    private enum State {
        case start, preamble, statements, segments(DeltaID, next: Int, of: Int), ended
    }
    private var state = State.start
    private var deltas: Set<DeltaID> = []

    package init() {}

    package mutating func check(_ message: Message) throws {
        switch (state, message) {
        case (.start, .preamble):
            state = .preamble
        case (.preamble, .statements):
            state = .statements
        case (.statements, .manifest(let manifest)):
            state = try started(manifest)
        case (.segments(_, let next, let count), .manifest(let manifest)) where next == count:
            state = try started(manifest)
        case (.segments(let delta, let next, let count), .segment(let segment))
        where segment.delta == delta && segment.index == next && next < count:
            state = .segments(delta, next: next + 1, of: count)
        case (.statements, .end):
            state = .ended
        case (.segments(_, let next, let count), .end) where next == count:
            state = .ended
        default:
            throw WireError(.unexpected, in: "bundle")
        }
    }

    private mutating func started(_ manifest: Manifest) throws -> State {
        guard deltas.insert(manifest.id).inserted else { throw WireError(.unexpected, in: "bundle") }
        guard deltas.count <= Limits.bundleDeltaCount else { throw WireError(.tooLarge, in: "bundle") }
        return .segments(manifest.id, next: 0, of: manifest.segments.count)
    }

    package var hasEnded: Bool {
        if case .ended = state { true } else { false }
    }
}
