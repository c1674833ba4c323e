import CRDT

/// What a replica holds of one collection, in 64 bytes (Protocol.md, "Contents"): a function of the set of changes and of the
/// tombstones, whatever the order in which they came and wherever their values lie.
///
/// So whoever claims the same and has the same tombstones has the same `living`; where it differs, somebody lacks something or
/// holds something else, and both can say so.
package struct ContentsDigest: Hashable, Sendable {
    /// Over the blocks of all writers.
    package let living: [UInt8]
    /// Over the tombstones. Where these differ, `living` may.
    package let erased: [UInt8]

    package static let byteCount = 64
    /// What no tombstones come to.
    package static let noTombstones = Digest.sha256([UInt8]())

    /// nil unless these are 64 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == ContentsDigest.byteCount else { return nil }
        self.init(living: Array(bytes.prefix(32)), erased: Array(bytes.suffix(32)))
    }

    package init(living: [UInt8], erased: [UInt8]) {
        precondition(living.count == 32 && erased.count == 32, "two hashes")
        self.living = living
        self.erased = erased
    }

    package var bytes: [UInt8] { living + erased }

    /// Whether the two, of equal knowledge, cannot both be right.
    package func contradicts(_ other: ContentsDigest) -> Bool { erased == other.erased && living != other.living }
}

/// What a replica says of one collection: what it claims, and what it has; nil when it has no contents of its own to speak of
/// (a relay opens nothing).
package struct Holding: Hashable, Sendable {
    package var knowledge: Knowledge
    package var contents: ContentsDigest?

    package init(_ knowledge: Knowledge, _ contents: ContentsDigest? = nil) {
        self.knowledge = knowledge
        self.contents = contents
    }

    /// Whether one of two who claim the same is wrong.
    package func contradicts(_ other: Holding) -> Bool {
        guard let contents, let theirs = other.contents, contents.contradicts(theirs) else { return false }
        return knowledge == other.knowledge
    }
}

/// What somebody says is held at a knowledge.
package struct StatedContents: Hashable, Sendable {
    package let contents: ContentsDigest
    /// A relay's: it has a whole delta of these contents that the other side's device packed.
    package let isHeldWhole: Bool

    package init(_ contents: ContentsDigest, isHeldWhole: Bool = false) {
        self.contents = contents
        self.isHeldWhole = isHeldWhole
    }
}

extension ByteWriter {
    /// A count of hashes: none when nothing is said, `living` alone where there are no tombstones.
    package mutating func contents(_ contents: ContentsDigest?) {
        guard let contents else { return byte(0) }
        let hasTombstones = contents.erased != ContentsDigest.noTombstones
        byte(hasTombstones ? 2 : 1)
        raw(contents.living)
        if hasTombstones { raw(contents.erased) }
    }

    mutating func stated(_ contents: [StatedContents]) {
        number(contents.count)
        for stated in contents {
            self.contents(stated.contents)
            byte(stated.isHeldWhole ? 1 : 0)
        }
    }
}

extension ByteReader {
    package mutating func contents() throws -> ContentsDigest? {
        switch try byte() {
        case 0: return nil
        case 1: return ContentsDigest(living: Array(try raw(32)), erased: ContentsDigest.noTombstones)
        case 2:
            let contents = ContentsDigest(living: Array(try raw(32)), erased: Array(try raw(32)))
            guard contents.erased != ContentsDigest.noTombstones else { throw failure(.malformed) }
            return contents
        default: throw failure(.malformed)
        }
    }

    mutating func statedContents() throws -> [StatedContents] {
        try (0..<count(limit: Limits.bundleDeltaCount, bytesEach: 34)).map { _ in
            guard let contents = try contents() else { throw failure(.malformed) }
            let flag = try byte()
            guard flag < 2 else { throw failure(.malformed) }
            return StatedContents(contents, isHeldWhole: flag == 1)
        }
    }
}

extension Digest {
    /// Names what is held of all collections: `name` of, ascending by the bytes of its name, each collection's name, its
    /// knowledge's name and its contents, if it has any, their count first. Who has other collections has another digest.
    package static func ofHoldings(_ holdings: [String: Holding]) -> Nonce {
        var out = ByteWriter()
        out.number(holdings.count)
        for (collection, held) in holdings.sorted(by: { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }) {
            out.text(collection)
            out.nonce(held.knowledge.name)
            if let contents = held.contents { out.raw(contents.bytes) }
        }
        return name(out.bytes)
    }
}
