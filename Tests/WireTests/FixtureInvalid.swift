import CRDT
import Wire

/// Bytes that every implementation must refuse, each with the code of Protocol.md, "Errors".
struct InvalidVector {
    /// Which decoder they are for (Fixtures/wire/README.md).
    enum Kind {
        case number, bytesOfLimit(Int), key(partCount: Int), knowledge, manifest, packer, frame, body(writerCount: Int)
        /// The manifest has one segment.
        case segment(Manifest)
        /// The bodies of a delta, each counted; the manifest has a whole base.
        case delta(Manifest)
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

    static var all: [InvalidVector] { primitives + knowledges + manifests + packers + frames + bodies + values + deltas + edits + segments + bundles }

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
        .init("a key of no parts for two", .key(partCount: 2), [], .malformed),
        .init("a usual id and a part too many", .key(partCount: 1), [0] + Array(repeating: 1, count: 16) + [2, 0x61], .malformed),
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
        chains: [UInt8] = chains([(1, [(2, World.fatima)])]),
        contents: [UInt8] = [0], segments: [UInt8] = [0]
    ) -> [UInt8] {
        written { out in
            out.number(format)
            out.number(critical)
            out.number(UInt64(0))
            out.nonce(World.space)
            out.counted(collection)
            out.nonce(World.fatimaDevice)
            out.nonce(World.fatimaReplica)
            out.nonce(FixtureKeys.people.id)
            out.signed(World.packed)
            out.raw(base + chains + contents + segments)
            out.raw([UInt8](repeating: 0, count: Manifest.signatureByteCount))
        }
    }

    /// Steps and nonces by writer.
    private static func chains(_ chains: [(UInt8, [(UInt64, Nonce)])], origin: [UInt8] = [0]) -> [UInt8] {
        written { out in
            out.number(chains.count)
            for (writer, ends) in chains {
                out.nonce(World.nonce(0xAA, writer))
                out.raw(origin)
                out.number(ends.count)
                for (step, nonce) in ends {
                    out.number(step)
                    out.nonce(nonce)
                }
            }
        }
    }

    /// A writer that a cut has made: its root, and the batch before its first.
    private static func origin(_ root: WriterID, _ last: UInt64) -> [UInt8] {
        written { out in
            out.byte(1)
            out.nonce(root)
            out.number(last)
            out.nonce(World.nonce(0xBB, 1))
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
        .init("a count of chains that lies", .manifest, manifest(chains: [0x7F]), .truncated),
        .init("a batch of no changes", .manifest, manifest(chains: chains([(1, [(2, World.fatima), (0, World.els)])])), .malformed),
        .init("a chain beyond 2^32", .manifest, manifest(chains: chains([(1, [(0xFFFF_FFFF, World.fatima), (1, World.els)])])), .malformed),
        .init("a step of 2^32", .manifest, manifest(chains: chains([(1, [(1 << 32, World.fatima)])])), .tooLarge),
        .init("one nonce for two batches of a writer", .manifest, manifest(chains: chains([(1, [(1, World.fatima), (1, World.fatima)])])), .malformed),
        .init("one nonce for batches of two writers", .manifest, manifest(
            chains: chains([(1, [(1, World.fatima), (1, World.els)]), (2, [(1, World.jan), (1, World.els)])])), .malformed),
        .init("chains out of order", .manifest, manifest(chains: chains([(2, [(1, World.jan)]), (1, [(1, World.fatima)])])), .malformed),
        .init("a first batch that does not name its writer", .manifest, manifest(chains: chains([(1, [(2, World.els)])])), .malformed),
        .init("a chain that begins before its base", .manifest, manifest(base: [0] + ends([(1, 2)])), .malformed),
        .init("a line of an unknown kind", .manifest, manifest(chains: chains([(1, [(2, World.fatima)])], origin: [2])), .malformed),
        .init("a writer cut from itself", .manifest, manifest(chains: chains([(1, [(2, World.fatima)])], origin: origin(World.fatima, 1))), .malformed),
        .init("a writer that begins before it was cut", .manifest, manifest(chains: chains([(1, [(2, World.fatima)])], origin: origin(World.jan, 2))), .malformed),
        .init("a cut before everything", .manifest, manifest(chains: chains([(1, [(2, World.fatima)])], origin: origin(World.jan, 0))), .malformed),
        .init("more segments than there is room for", .manifest, manifest(segments: [2] + segment().dropFirst()), .truncated),
        .init("2^63 segments", .manifest, manifest(segments: enormous), .tooLarge),
        .init("a segment with too many changes", .manifest, manifest(segments: segment(changes: 65_537)), .tooLarge),
        .init("a segment with too large a body", .manifest, manifest(segments: segment(body: 33_554_433)), .tooLarge),
        .init("a byte after a manifest", .manifest, manifest() + [0], .trailing),
        .init("a manifest without its signature", .manifest, Array(manifest().dropLast(64)), .truncated),
        .init("half a signature", .manifest, Array(manifest().dropLast(32)), .truncated),
    ]

    // MARK: Frames

    /// A frame with a checksum that fits.
    /// A list of statements, of less than 32 bytes, as one zstd frame with a block that is not compressed (RFC 8878, section 3.1.1).
    private static func list(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt8(bytes.count)
        return [count, 0x28, 0xB5, 0x2F, 0xFD, 0x20, count, 1 | count << 3, 0, 0] + bytes
    }

    private static func frame(_ type: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [type] + (0..<4).map { UInt8(truncatingIfNeeded: payload.count >> (8 * $0)) }
            + written { $0.fixed(Frame.checksum(type: type, payload: payload)) } + payload
    }

    static func changed(_ bytes: [UInt8], at index: Int, by bits: UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= bits
        return bytes
    }

    private static let hello = Frame.encode(FixtureWorld.meeting[0].message)
    private static let segment = Frame.encode(.segment(SealedSegment(delta: World.jan, index: 0, bytes: [1, 2, 3])))
    private static func helloPayload(version: UInt8) -> [UInt8] { Array("KITH".utf8) + [version] + hello[18...] }

    private static let people = written { $0.text("people") }
    /// Of no writers, with what follows them.
    private static func receipt(contents: [UInt8]) -> [UInt8] { frame(9, people + [0, 0] + contents) }
    private static let heads = (World.fatimasHeads + World.jansHeads).sorted()
    private static func headsFrame(_ ids: [StatementID]) -> [UInt8] { frame(15, written { $0.statementIDs(ids) }) }

    private static let frames: [InvalidVector] = [
        .init("another protocol", .frame, Array("GET / HTTP/1.1\r\n\r\n".utf8), .notKith),
        .init("a TLS client", .frame, [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03, 0x00, 0x00], .notKith),
        .init("frame type 0", .frame, frame(0, []), .notKith),
        .init("frame type 128", .frame, frame(128, []), .notKith),
        .init("a frame type of no version yet", .frame, frame(23, []), .notKith),
        .init("contents that say nothing", .frame, receipt(contents: [1, 0] + Array(repeating: 0, count: 33)), .malformed),
        .init("contents held in another way", .frame, receipt(contents: [1, 1] + Array(repeating: 1, count: 32) + [2]), .malformed),
        .init("contents of three hashes", .frame, receipt(contents: [1, 3] + Array(repeating: 1, count: 96) + [0]), .malformed),
        .init("half of the contents", .frame, receipt(contents: [1, 2] + Array(repeating: 1, count: 33)), .truncated),
        .init("no tombstones, said at length", .frame, receipt(contents: [1, 2] + Array(repeating: 1, count: 32) + ContentsDigest.noTombstones + [0]), .malformed),
        .init("more contents than the limit", .frame, receipt(contents: [65] + Array(repeating: 0, count: 65 * 34)), .tooLarge),
        .init("a receipt without contents or their count", .frame, receipt(contents: []), .truncated),
        .init("anew, and something behind", .frame, frame(21, [0]), .trailing),
        .init("a header that stops", .frame, Array(hello[..<12]), .truncated),
        .init("a payload that stops", .frame, Array(hello.dropLast()), .truncated),
        .init("a payload of 2^32 - 1", .frame, [10, 0xFF, 0xFF, 0xFF, 0xFF] + Array(repeating: 0, count: 8), .tooLarge),
        .init("a wrong checksum", .frame, changed(hello, at: 5, by: 1), .damaged),
        .init("a flipped bit in a payload", .frame, changed(hello, at: 30, by: 0x10), .damaged),
        .init("a flipped bit in the name of a segment's delta", .frame, changed(segment, at: 14, by: 4), .damaged),
        .init("another index of a segment under the same checksum", .frame, changed(segment, at: 29, by: 1), .damaged),
        .init("another length of a segment under the same checksum", .frame, changed(segment, at: 1, by: 1) + [0], .damaged),
        .init("another type under the same checksum", .frame, changed(Frame.encode(.done), at: 0, by: 1), .damaged),
        .init("a hello without its word", .frame, frame(1, Array("HTTP".utf8) + hello[17...]), .notKith),
        .init("a hello of a newer protocol", .frame, frame(1, helloPayload(version: 2)), .newerFormat),
        .init("a payload of done", .frame, frame(10, [0]), .trailing),
        .init("a code that is not UTF-8", .frame, frame(12, [2, 0xC3, 0x28]), .malformed),
        .init("a payload of stated", .frame, frame(16, [0]), .trailing),
        .init("heads out of order", .frame, headsFrame(heads.reversed()), .malformed),
        .init("a head twice", .frame, headsFrame([heads[0], heads[0]]), .malformed),
        .init("a count of heads that lies", .frame, frame(15, [2] + heads[0].bytes), .truncated),
        .init("more heads than a roster has", .frame, frame(15, [0x81, 0x80, 0x08]), .tooLarge),
        .init("a count of statements that lies", .frame, frame(3, list([9, 0, 1, 7])), .truncated),
        .init("more statements than a roster has", .frame, frame(3, list([0x81, 0x80, 0x08])), .tooLarge),
        .init("an overlong list of statements", .frame, frame(3, [0x81, 0x80, 0x80, 0x18]), .tooLarge),
        .init("a byte after the statements", .frame, frame(3, list([1, 0, 1, 7, 0])), .trailing),
        .init("statements that are not compressed", .frame, frame(3, [3, 0, 1, 7]), .malformed),
        .init("a list of another length", .frame, frame(3, [5] + list([1, 0, 1, 7]).dropFirst()), .malformed),
        .init("an id left out of the first statement", .frame, frame(3, list([1, 1, 1, 7])), .malformed),
        .init("an id left out behind the end", .frame, frame(3, list([2, 0, 1, 7, 3, 1, 7])), .malformed),
        .init("an overlong request", .frame, frame(2, Array(repeating: 7, count: 1_025)), .tooLarge),
        .init("a whole chain that does not begin with its writer", .frame, frame(17, people + chains([(1, [(2, World.els)])])), .malformed),
        .init("a whole chain that begins before its origin", .frame, frame(17, people + chains([(1, [(2, World.fatima)])], origin: origin(World.jan, 2))), .malformed),
        .init("a part that is beyond every delta", .frame, frame(8, World.jan.bytes + [0x81, 0x80, 0x04]), .tooLarge),
        .init("the part after the last of the largest delta", .frame, frame(8, World.jan.bytes + [0x80, 0x80, 0x04]), .tooLarge),
        .init("a segment after the last of the largest delta", .frame, Array(Frame.encode(.segment(
            SealedSegment(delta: World.jan, index: 65_536, bytes: [1, 2, 3])))), .tooLarge),
        .init("a part held that is beyond every delta", .frame, frame(4, people + [0, 0, 0, 1] + World.jan.bytes + [0, 1, 0x80, 0x80, 0x04]), .tooLarge),
        .init("parts held whose steps lead beyond every delta", .frame, frame(
            4, people + [0, 0, 0, 1] + World.jan.bytes + [0, 2, 0xFF, 0xFF, 0x03, 0]), .malformed),
        .init("one nonce for batches of two whole chains", .frame, frame(17, people + chains([
            (1, [(1, World.fatima), (1, World.els)]), (2, [(1, World.jan), (1, World.els)])])), .malformed),
    ]

    // MARK: Bodies

    /// One table `t` with one column `c`, one record, one change; each part can be replaced by a lie.
    static func body(
        tableCount: [UInt8] = [1], table: [UInt8] = [1, 0x74, 1, 1, 1, 0x63, 8, 0], setCount: [UInt8] = [1],
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
        ofBody("a column twice", body(table: [1, 0x74, 1, 2, 1, 0x63, 8, 0, 1, 0x63, 8, 0])),
        ofBody("63 columns", body(table: [1, 0x74, 1, 63] + (0..<63).flatMap { [1, UInt8(0x40 + $0), 8, 0] }), .tooLarge),
        ofBody("a table without a name", body(table: [0, 1, 1, 1, 0x63, 8, 0])),
        ofBody("a name with a line break", body(table: [1, 0x0A, 1, 1, 1, 0x63, 8, 0])),
        ofBody("a table without a key", body(table: [1, 0x74, 0, 1, 1, 0x63, 8, 0])),
        ofBody("a column of no parts", body(table: [1, 0x74, 1, 1, 1, 0x63, 0, 0])),
        ofBody("a kind of a later version", body(table: [1, 0x74, 1, 1, 1, 0x63, 8 | 6, 0]), .newerFormat),
        ofBody("a rank without values", body(table: [1, 0x74, 1, 1, 1, 0x63, 8 | 3, 0, 0])),
        ofBody("a rank with a value twice", body(table: [1, 0x74, 1, 1, 1, 0x63, 8 | 3, 0, 2, 1, 0x61, 1, 0x61])),
        ofBody("a rank with more values than the limit", body(table: [1, 0x74, 1, 1, 1, 0x63, 8 | 3, 0, 65]), .tooLarge),
        ofBody("a counter of two parts", body(table: [1, 0x74, 1, 1, 1, 0x63, 16 | 4, 1, 0x61, 1, 0x62])),
        ofBody("a part twice", body(table: [1, 0x74, 1, 1, 1, 0x63, 16, 1, 0x61, 1, 0x61])),
        ofBody("a key of one id in a table of two parts", body(table: [1, 0x74, 2, 1, 1, 0x63, 8, 0], record: [0, 0, 0] + Array(repeating: 1, count: 16))),
        ofBody("a key of one part in a table of two", body(table: [1, 0x74, 2, 1, 1, 0x63, 8, 0])),
        ofBody("a key of two parts in a table of one", body(record: [0, 1, 4, 2, 0x6B, 2, 0x6B])),
        ofBody("an anchor whose sequences sum up to 2^32", body(
            recordCount: [2], record: [0, 0, 2, 2] + [0] + written { $0.signed(0xFFFF_FFFF) } + [0, 2], changeCount: [2],
            change: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], stream: [0x80, 0, 0])),
        ofBody("changes whose sequences sum up to 2^32", body(
            changeCount: [2], change: [0, 1, 0, 0] + written { $0.signed(0xFFFF_FFFE) } + [0, 0, 0, 0, 0, 0, 0, 2, 2], stream: [0x80, 0, 0])),
        ofBody("the name of a column's only part again", body(table: [1, 0x74, 1, 1, 1, 0x63, 8, 1, 0x63])),
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
        ofBody("a counter that is a text", body(table: [1, 0x74, 1, 1, 1, 0x63, 8 | 4, 0])),
        ofBody("a counter that is nothing", body(table: [1, 0x74, 1, 1, 1, 0x63, 8 | 4, 0], stream: [0x80, 0, 0])),
        ofBody("a counter that is nothing, among types", body(table: [1, 0x74, 1, 1, 1, 0x63, 8 | 4, 0], stream: [0, 1, 0, 0, 0])),
        ofBody("a value too many", body(stream: [0x83, 2, 2, 0, 2, 0x68, 0x69])),
        ofBody("bytes left over", body(stream: [0x83, 1, 1, 2, 0x68, 0x69])),
        ofBody("a text beyond the end", body(stream: [0x83, 1, 3, 2, 0x68, 0x69]), .truncated),
        ofBody("a text beyond the limit", body(stream: [0x83, 4, 0x81, 0x80, 0x80, 0x08, 0]), .tooLarge),
    ]
}
