import CRDT
import Wire

/// Bytes that every implementation must refuse, each with the code of Protocol.md, "Errors".
struct InvalidVector {
    /// Which decoder they are for (Fixtures/wire/README.md).
    enum Kind {
        case number, bytesOfLimit(Int), key(partCount: Int), knowledge, manifest, frame, body(writerCount: Int)
        case segment(Manifest.Segment)
        case bundle
    }

    let name: String
    let kind: Kind
    let bytes: [UInt8]
    let code: WireError.Code

    init(_ name: String, _ kind: Kind, _ bytes: [UInt8], _ code: WireError.Code) {
        self.name = name
        self.kind = kind
        self.bytes = bytes
        self.code = code
    }
}

extension InvalidVector {
    private typealias World = FixtureWorld

    static var all: [InvalidVector] { primitives + knowledges + manifests + frames + bodies + values + segments + bundles }

    /// 2^63 as a number.
    private static let enormous: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]
    private static let idText = Array(FixtureWorld.id.utf8)

    private static func written(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        write(&writer)
        return writer.bytes
    }

    // MARK: Primitives

    private static let primitives: [InvalidVector] = [
        .init("a number with a byte too many", .number, [0x80, 0x00], .malformed),
        .init("a number of three bytes for one", .number, [0xFF, 0x80, 0x00], .malformed),
        .init("a number beyond 64 bits", .number, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], .malformed),
        .init("a number of eleven bytes", .number, Array(repeating: 0x80, count: 10) + [0x01], .malformed),
        .init("a number that stops", .number, [0x80], .truncated),
        .init("no number", .number, [], .truncated),
        .init("a byte after a number", .number, [0x05, 0x00], .trailing),
        .init("a size of 2^63", .bytesOfLimit(1 << 20), enormous, .tooLarge),
        .init("a size beyond the end", .bytesOfLimit(1 << 20), [5, 1, 2], .truncated),
        .init("a size beyond its limit", .bytesOfLimit(2), [3, 1, 2, 3], .tooLarge),
        .init("a usual id as text in a key", .key(partCount: 1), [33] + idText, .malformed),
        .init("a key with a longer count", .key(partCount: 1), [0x82, 0x00, 0x6B], .malformed),
        .init("a key of two parts for one", .key(partCount: 1), [2, 0x61, 2, 0x62], .malformed),
        .init("a key of one part for two", .key(partCount: 2), [2, 0x61], .malformed),
        .init("a key that stops within an id", .key(partCount: 1), [0] + Array(repeating: 1, count: 15), .truncated),
        .init("a key of no parts", .key(partCount: 1), [], .malformed),
        .init("an overlong key", .key(partCount: 1), RecordKey(parts: [Array(repeating: 0x61, count: 4_095)]).bytes, .tooLarge),
    ]

    // MARK: Knowledge

    private static func ends(_ writers: [(UInt8, UInt64)]) -> [UInt8] {
        written { out in
            out.number(writers.count)
            for (writer, last) in writers {
                out.nonce(World.nonce(0xAA, writer))
                out.number(last)
                if last > 0 { out.nonce(World.nonce(0xBB, writer)) }
            }
        }
    }

    private static let knowledges: [InvalidVector] = [
        .init("writers out of order", .knowledge, [0] + ends([(2, 1), (1, 1)]), .malformed),
        .init("a writer twice", .knowledge, [0] + ends([(1, 1), (1, 1)]), .malformed),
        .init("an absent writer in whole knowledge", .knowledge, [0] + ends([(1, 0)]), .malformed),
        .init("a sequence of 2^32", .knowledge, [0] + ends([(1, 1 << 32)]), .tooLarge),
        .init("an unknown form", .knowledge, [2] + ends([]), .malformed),
        .init("a count of writers that lies", .knowledge, [0, 3] + ends([(1, 1)]).dropFirst(), .truncated),
        .init("more writers than the limit", .knowledge, [0, 0x81, 0x80, 0x04], .tooLarge),
        .init("a byte after knowledge", .knowledge, [0] + ends([(1, 1)]) + [0], .trailing),
    ]

    // MARK: Manifests

    /// A manifest of which each part can be replaced by a lie.
    private static func manifest(
        format: UInt64 = 1, critical: UInt64 = 0, collection: [UInt8] = Array("people".utf8), base: [UInt8] = [0, 0],
        chains: [UInt8] = chains([(1, [(2, World.fatima)])]), further: [UInt8] = [0], early: UInt64 = 0,
        segments: [UInt8] = [0]
    ) -> [UInt8] {
        written { out in
            out.number(format)
            out.number(critical)
            out.number(UInt64(0))
            out.nonce(World.space.id)
            out.counted(collection)
            out.nonce(World.fatimaDevice)
            out.nonce(World.fatimaReplica)
            out.number(UInt64(0))
            out.signed(World.packed)
            out.raw(base + chains + further)
            out.number(early)
            out.raw(segments)
        }
    }

    /// Steps and nonces by writer.
    private static func chains(_ chains: [(UInt8, [(UInt64, Nonce)])]) -> [UInt8] {
        written { out in
            out.number(chains.count)
            for (writer, ends) in chains {
                out.nonce(World.nonce(0xAA, writer))
                out.number(ends.count)
                for (step, nonce) in ends {
                    out.number(step)
                    out.nonce(nonce)
                }
            }
        }
    }

    private static func segment(changes: UInt64 = 1, body: UInt64 = 60, sealed: UInt64 = 69) -> [UInt8] {
        written { out in
            out.number(UInt64(1))
            out.number(changes)
            out.number(body)
            out.number(sealed)
            out.raw(Array(repeating: 7, count: 32))
        }
    }

    private static let manifests: [InvalidVector] = [
        .init("a newer format", .manifest, manifest(format: 2), .newerFormat),
        .init("a critical feature", .manifest, manifest(critical: 1), .newerFormat),
        .init("the last critical feature", .manifest, manifest(critical: 1 << 63), .newerFormat),
        .init("a collection that is not UTF-8", .manifest, manifest(collection: [0xC0, 0x80]), .malformed),
        .init("a collection with an overlong name", .manifest, manifest(collection: Array(repeating: 0x61, count: 257)), .tooLarge),
        .init("a chain of no batches", .manifest, manifest(chains: chains([(1, []), (2, [(1, World.jan), (1, World.els), (1, World.els)])])), .malformed),
        .init("a chain of one writer, empty", .manifest, manifest(chains: chains([(1, [])])), .truncated),
        .init("a batch of no changes", .manifest, manifest(chains: chains([(1, [(2, World.fatima), (0, World.els)])])), .malformed),
        .init("a chain beyond 2^32", .manifest, manifest(chains: chains([(1, [(0xFFFF_FFFF, World.fatima), (1, World.els)])])), .malformed),
        .init("chains out of order", .manifest, manifest(chains: chains([(2, [(1, World.jan)]), (1, [(1, World.fatima)])])), .malformed),
        .init("a first batch that does not name its writer", .manifest, manifest(chains: chains([(1, [(2, World.els)])])), .malformed),
        .init("a chain that begins before its base", .manifest, manifest(base: [0] + ends([(1, 2)])), .malformed),
        .init("further writers out of order", .manifest, manifest(further: [2] + World.els.bytes + World.jan.bytes), .malformed),
        .init("a further writer of the result", .manifest, manifest(further: [1] + World.fatima.bytes), .malformed),
        .init("more segments than there is room for", .manifest, manifest(segments: [2] + segment().dropFirst()), .truncated),
        .init("2^63 segments", .manifest, manifest(segments: enormous), .tooLarge),
        .init("a segment with too many changes", .manifest, manifest(segments: segment(changes: 65_537)), .tooLarge),
        .init("a segment with too large a body", .manifest, manifest(segments: segment(body: 33_554_433)), .tooLarge),
        .init("a byte after a manifest", .manifest, manifest() + [0], .trailing),
    ]

    // MARK: Frames

    /// A frame with a checksum that fits.
    private static func frame(_ type: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [type] + (0..<4).map { UInt8(truncatingIfNeeded: payload.count >> (8 * $0)) }
            + written { $0.fixed(Frame.checksum(type: type, payload: payload)) } + payload
    }

    private static func changed(_ bytes: [UInt8], at index: Int, by bits: UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= bits
        return bytes
    }

    private static let hello = Frame.encode(FixtureWorld.meeting[0].message)
    private static func helloPayload(version: UInt8) -> [UInt8] { Array("KITH".utf8) + [version] + hello[18...] }

    private static let frames: [InvalidVector] = [
        .init("another protocol", .frame, Array("GET / HTTP/1.1\r\n\r\n".utf8), .notKith),
        .init("a TLS client", .frame, [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03, 0x00, 0x00], .notKith),
        .init("frame type 0", .frame, frame(0, []), .notKith),
        .init("frame type 128", .frame, frame(128, []), .notKith),
        .init("a frame type of no version yet", .frame, frame(15, []), .notKith),
        .init("a header that stops", .frame, Array(hello[..<12]), .truncated),
        .init("a payload that stops", .frame, Array(hello.dropLast()), .truncated),
        .init("a payload of 2^32 - 1", .frame, [10, 0xFF, 0xFF, 0xFF, 0xFF] + Array(repeating: 0, count: 8), .tooLarge),
        .init("a wrong checksum", .frame, changed(hello, at: 5, by: 1), .damaged),
        .init("a flipped bit in a payload", .frame, changed(hello, at: 30, by: 0x10), .damaged),
        .init("another type under the same checksum", .frame, changed(Frame.encode(.done), at: 0, by: 1), .damaged),
        .init("a hello without its word", .frame, frame(1, Array("HTTP".utf8) + hello[17...]), .notKith),
        .init("a hello of a newer protocol", .frame, frame(1, helloPayload(version: 2)), .newerFormat),
        .init("a payload of done", .frame, frame(10, [0]), .trailing),
        .init("a label that is not UTF-8", .frame, frame(12, [2, 0xC3, 0x28]), .malformed),
        .init("a roster out of order", .frame, Frame.encode(FixtureWorld.roster([
            (FixtureWorld.janDevice, "", FixtureWorld.jan), (FixtureWorld.fatimaDevice, "", FixtureWorld.fatima),
        ])), .malformed),
        .init("a part that is beyond every delta", .frame, frame(8, World.jan.bytes + [0x81, 0x80, 0x04]), .tooLarge),
    ]

    // MARK: Bodies

    /// One table `t` with one column `c`, one record, one change; each part can be replaced by a lie.
    private static func body(
        tableCount: [UInt8] = [1], table: [UInt8] = [1, 0x74, 1, 1, 1, 0x63, 2, 0], setCount: [UInt8] = [1],
        set: [UInt8] = [0, 0b11], contexts: [UInt8] = [0], recordCount: [UInt8] = [1],
        record: [UInt8] = [0, 1, 2, 2, 0x6B], changeCount: [UInt8] = [1], change: [UInt8] = [0, 0, 0, 0, 0, 0, 0],
        stream: [UInt8] = [0x83, 1, 2, 2, 0x68, 0x69]
    ) -> [UInt8] {
        tableCount + table + setCount + set + contexts + recordCount + record + changeCount + change + stream
    }

    private static func ofBody(_ name: String, _ bytes: [UInt8], _ code: WireError.Code = .malformed) -> InvalidVector {
        .init(name, .body(writerCount: 1), bytes, code)
    }

    private static let bodies: [InvalidVector] = [
        ofBody("2^63 tables", body(tableCount: enormous), .tooLarge),
        ofBody("2^63 changes", body(changeCount: enormous), .tooLarge),
        ofBody("a table twice", body(tableCount: [2], table: [1, 0x74, 1, 0, 1, 0x74, 1, 0])),
        ofBody("a column twice", body(table: [1, 0x74, 1, 2, 1, 0x63, 2, 0, 1, 0x63, 2, 0])),
        ofBody("63 columns", body(table: [1, 0x74, 1, 63] + (0..<63).flatMap { [1, UInt8(0x40 + $0), 2, 0] }), .tooLarge),
        ofBody("a table without a name", body(table: [0, 1, 1, 1, 0x63, 2, 0])),
        ofBody("a name with a line break", body(table: [1, 0x0A, 1, 1, 1, 0x63, 2, 0])),
        ofBody("a table without a key", body(table: [1, 0x74, 0, 1, 1, 0x63, 2, 0])),
        ofBody("a column of no parts", body(table: [1, 0x74, 1, 1, 1, 0x63, 0, 0])),
        ofBody("the name of a column's only part again", body(table: [1, 0x74, 1, 1, 1, 0x63, 2, 1, 0x63])),
        ofBody("a column set of another table", body(set: [1, 0b11])),
        ofBody("a column set with a column too many", body(set: [0, 0b111])),
        ofBody("an empty context", body(contexts: [1, 0, 0, 0])),
        ofBody("a context with sequence 0", body(contexts: [1, 1, 0, 0])),
        ofBody("a context with a writer twice", body(contexts: [1, 2, 0, 1, 0, 2])),
        ofBody("a context with an unknown writer", body(contexts: [1, 1, 1, 1])),
        ofBody("an unknown kind of record", body(record: [0, 3, 2, 2, 0x6B])),
        ofBody("a usual id among other keys", body(record: [0, 1, 17, 0] + Array(repeating: 1, count: 16))),
        ofBody("an anchor at sequence 0", body(record: [0, 2, 0, 0])),
        ofBody("an anchor beyond 2^32", body(record: [0, 2, 0, 0x80, 0x80, 0x80, 0x80, 0x20])),
        ofBody("more records than changes", body(recordCount: [2], record: [0, 0, 1, 1, 2, 2, 0x6B, 2, 2, 0x6C])),
        ofBody("no changes", body(setCount: [0], set: [], recordCount: [0], record: [], changeCount: [0], change: [], stream: [0x83, 0, 0])),
        ofBody("a record before the first", body(change: [1, 0, 0, 0, 0, 0, 0])),
        ofBody("an unknown writer", body(change: [0, 1, 0, 0, 0, 0, 0])),
        ofBody("sequence 0", body(change: [0, 0, 1, 0, 0, 0, 0])),
        ofBody("a time beyond 2^53", body(change: [0, 0, 0] + written { $0.signed(1 << 53 + 1) } + [0, 0, 0])),
        ofBody("an unknown column set", body(change: [0, 0, 0, 0, 1, 0, 0])),
        ofBody("an unknown context", body(change: [0, 0, 0, 0, 0, 1, 0])),
        ofBody("unknown flags", body(change: [0, 0, 0, 0, 0, 0, 4])),
        ofBody("a change without columns that is no anchor", body(set: [0, 0])),
        ofBody("a body that stops", Array(body().dropLast()), .truncated),
        ofBody("a byte after a body", body() + [0], .trailing),
    ]

    private static let values: [InvalidVector] = [
        ofBody("32 hexadecimal digits as plain text", body(stream: [0x83, 1, 32, 32] + idText)),
        ofBody("NaN", body(stream: [0x82, 0, 8, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F])),
        ofBody("a negative NaN", body(stream: [0x82, 0, 8, 1, 0, 0, 0, 0, 0, 0xF0, 0xFF])),
        ofBody("an unknown type of value", body(stream: [0x86, 1, 2, 2, 0x68, 0x69])),
        ofBody("an unknown type among others", body(stream: [0, 1, 6, 1, 2, 2, 0x68, 0x69])),
        ofBody("too few types", body(stream: [0, 0, 1, 2, 2, 0x68, 0x69])),
        ofBody("too many types", body(stream: [0, 2, 3, 3, 1, 2, 2, 0x68, 0x69])),
        ofBody("a value too many", body(stream: [0x83, 2, 2, 0, 2, 0x68, 0x69])),
        ofBody("bytes left over", body(stream: [0x83, 1, 1, 2, 0x68, 0x69])),
        ofBody("a text beyond the end", body(stream: [0x83, 1, 3, 2, 0x68, 0x69]), .truncated),
        ofBody("a text beyond the limit", body(stream: [0x83, 4, 0x81, 0x80, 0x80, 0x08, 0]), .tooLarge),
    ]

    // MARK: Segments

    private static func sealed(_ name: String, _ bytes: [UInt8], body: Int, digest: [UInt8]? = nil, _ code: WireError.Code) -> InvalidVector {
        .init(
            name,
            .segment(.init(
                changeCount: 1, bodyByteCount: body, sealedByteCount: bytes.count, digest: digest ?? Digest.sha256(bytes))),
            bytes, code)
    }

    private static let segments: [InvalidVector] = {
        let body = FixtureWorld.oneChange
        let good = FixtureWorld.stored(body)
        // A frame of one block that says: 65,536 times the byte 0 (RFC 8878, RLE block).
        let bomb: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0, 0, 1, 0, 0x03, 0x00, 0x08, 0]
        return [
            sealed("not what the manifest names", good, body: body.count, digest: Digest.sha256([]), .damaged),
            sealed("not zstd", body, body: body.count, .malformed),
            sealed("larger than declared", good, body: body.count - 1, .malformed),
            sealed("smaller than declared", good, body: body.count + 1, .malformed),
            sealed("a bomb", bomb, body: 1_000, .malformed),
            sealed("a declared size beyond the limit", good, body: 33_554_433, .tooLarge),
            sealed("a compressed frame that stops", Array(good.dropLast(4)), body: body.count, .malformed),
        ]
    }()

    // MARK: Bundles

    private static let bundles: [InvalidVector] = {
        let messages = FixtureWorld.bundle
        let good = FixtureWorld.file(messages)
        let end = Frame.encode(.done).count + 33
        func file(_ name: String, _ messages: [Message], _ code: WireError.Code = .unexpected) -> InvalidVector {
            .init(name, .bundle, FixtureWorld.file(messages), code)
        }
        func bytes(_ name: String, _ bytes: [UInt8], _ code: WireError.Code) -> InvalidVector { .init(name, .bundle, bytes, code) }
        return [
            bytes("an empty file", [], .truncated),
            bytes("half a magic line", Array(good[..<7]), .truncated),
            bytes("another kind of file", Array("PK\u{3}\u{4} and so on".utf8), .notKith),
            bytes("a bundle of a newer format", Array("KITH BUNDLE 2\n".utf8) + good[14...], .newerFormat),
            bytes("only the magic line", Array(good[..<14]), .truncated),
            bytes("no end", Array(good.dropLast(end)), .truncated),
            bytes("a byte after the end", good + [0], .trailing),
            bytes("two bundles in one file", good + good, .trailing),
            bytes("an end that counts wrongly", Bundle.magic + messages.flatMap(Frame.encode)
                + Frame.encode(.end(frameCount: 4, digest: Array(repeating: 0, count: 32))), .damaged),
            bytes("a flipped bit in a segment", changed(good, at: good.count - end - 5, by: 2), .damaged),
            file("no roster", [messages[0]] + messages[2...]),
            file("the roster first", [messages[1], messages[0]] + messages[2...]),
            file("segments in the wrong order", [0, 1, 2, 4, 3].map { messages[$0] }),
            file("a segment missing", Array(messages[..<4])),
            file("a segment twice", messages + [messages[4]]),
            file("a segment of another delta", Array(messages[..<4]) + [FixtureWorld.segment(FixtureWorld.jansDelta, 1, FixtureWorld.aPhoneNumber)]),
            file("a delta twice", messages + messages[2...]),
            file("a frame of a session", messages + [.done]),
            file("only a preamble", [messages[0]]),
        ]
    }()
}
