import CRDT
import Foundation
import Testing
import Trust
import Wire

/// The golden files of Fixtures/wire: what stands there is what this code writes, and it reads back as the same.
///
/// `KITH_WRITE_FIXTURES=1` writes them. A file that has been released never changes: a new version adds its own.
@Suite struct FixtureTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures/wire").standardizedFileURL

    private func check(_ name: String, _ bytes: [UInt8]) throws {
        let url = FixtureTests.folder.appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["KITH_WRITE_FIXTURES"] == "1" {
            try FileManager.default.createDirectory(at: FixtureTests.folder, withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }
        let found = try [UInt8](Data(contentsOf: url))
        #expect(found == bytes, "\(name) differs from what this code writes")
    }

    private func check(_ name: String, _ vectors: [Meaning]) throws {
        try check(name, Array((Meaning.list(vectors).json() + "\n").utf8))
    }

    private func vector(named name: String? = nil, _ bytes: [UInt8], _ fields: KeyValuePairs<String, Meaning>) -> Meaning {
        var all = name.map { [Meaning.Field(name: "name", value: .text($0))] } ?? []
        all.append(.init(name: "bytes", value: .hex(bytes)))
        all.append(contentsOf: fields.map { .init(name: $0.key, value: $0.value) })
        return .object(all)
    }

    // MARK: Valid

    @Test func primitives() throws {
        var vectors: [Meaning] = []
        let edges: [UInt64] = [0, 1, 127, 128, 300, 16_383, 16_384, 1 << 21 - 1, 1 << 21, 1 << 32 - 1, 1 << 53, 1 << 63 - 1, 1 << 63, .max]
        for number in edges {
            let bytes = written { $0.number(number) }
            #expect(try read(bytes) { try $0.number() } == number)
            vectors.append(vector(bytes, ["number": .count(number)]))
        }
        for number in [0, -1, 1, -64, 63, 64, -65, 1_763_000_000_000, .max, .min] as [Int64] {
            let bytes = written { $0.signed(number) }
            #expect(try read(bytes) { try $0.signed() } == number)
            vectors.append(vector(bytes, ["signed": .count(number)]))
        }
        let values: [Value] = [
            .null, .integer(-3), .integer(.min), .real(0.1), .real(-0.0), .text("Fatima"), .text([0, 0xC0]),
            .text(FixtureWorld.id), .blob([0, 0xFF]),
        ]
        for value in values {
            let bytes = written { $0.value(value) }
            #expect(try read(bytes) { try $0.value() } == value)
            vectors.append(vector(bytes, ["value": .value(value)]))
        }
        let keys: [[String]] = [
            [FixtureWorld.id], ["plain"], [""], ["0193E0C6A7B07000800000000000000A"], [FixtureWorld.id, "food"], ["é", ""],
            [String(repeating: "x", count: 126)], [String(repeating: "x", count: 127)],
        ]
        for parts in keys {
            let key = RecordKey(parts)
            #expect(try key.bytes.withUnsafeBytes { try RecordKey(checking: $0, partCount: parts.count) } == key)
            vectors.append(vector(key.bytes, ["key": .key(key)]))
        }
        try check("primitives.json", vectors)
    }

    @Test func knowledge() throws {
        let both = FixtureWorld.bothKnowledge
        let later = Knowledge([FixtureWorld.fatima: FixtureWorld.end(300, FixtureWorld.nonce(0xBB, 9)), FixtureWorld.els: FixtureWorld.end(1, FixtureWorld.els)])
        let forms: [KnowledgeForm] = [
            .whole(Knowledge()), .whole(both), .whole(later), .relative(to: both.name, changed: [:]),
            .relative(to: both.name, changed: [FixtureWorld.jan: nil, FixtureWorld.els: FixtureWorld.end(1, FixtureWorld.els)]),
        ]
        var vectors: [Meaning] = []
        for form in forms {
            let bytes = written { $0.knowledge(form) }
            #expect(try read(bytes) { try $0.knowledge() } == form)
            vectors.append(vector(bytes, ["knowledge": .knowledge(form)]))
        }
        for held in [[:], ["people": both], ["people": both, "directory": Knowledge()]] as [[String: Knowledge]] {
            vectors.append(.fields([
                "digest_of": .list(held.sorted { $0.key < $1.key }.map {
                    .fields(["collection": .text($0.key), "name": .nonce($0.value.name)])
                }),
                "digest": .nonce(Digest.ofKnowledge(held)),
            ]))
        }
        try check("knowledge.json", vectors)
    }

    @Test func frames() throws {
        let partial = [
            PartialDelta(delta: FixtureWorld.fatimasDelta.id, merged: [1]), PartialDelta(delta: FixtureWorld.wideDelta.id, merged: [0, 1, 5]),
            PartialDelta(delta: FixtureWorld.jansDelta.id, merged: [0], isUnreadable: true),
        ]
        let known = FixtureWorld.bothKnowledge
        let messages = FixtureWorld.joining.map(\.message) + [
            FixtureWorld.meeting[0].message, .statements([]), .heads((FixtureWorld.fatimasHeads + FixtureWorld.jansHeads).sorted()),
            .heads([]), .stated, .knowledge(collection: "people", .whole(known), partial: partial),
            .knowledge(collection: "people", .relative(to: known.name, changed: [:]), contents: [StatedContents(FixtureWorld.contents)], partial: []),
            .knowledge(collection: "people", .relative(to: known.name, changed: [:]), contents: [
                StatedContents(FixtureWorld.contents, isHeldWhole: true),
                StatedContents(ContentsDigest(living: FixtureWorld.contents.living, erased: ContentsDigest.noTombstones)),
            ], partial: partial),
            .wholeKnowledgeWanted(collection: "people"), .manifest(FixtureWorld.fatimasDelta),
            FixtureWorld.segment(FixtureWorld.fatimasDelta, 1, FixtureWorld.aPhoneNumber),
            .merged(delta: FixtureWorld.fatimasDelta.id, index: 300), .receipt(collection: "people", .whole(known)),
            .receipt(collection: "people", .whole(known), contents: [StatedContents(FixtureWorld.contents)]),
            .chains(collection: "people", [
                FixtureWorld.fatima: WholeChain(origin: nil, ends: [FixtureWorld.end(2, FixtureWorld.fatima)]),
                FixtureWorld.els: WholeChain(
                    origin: Origin(root: FixtureWorld.fatima, before: FixtureWorld.end(2, FixtureWorld.fatima)),
                    ends: [FixtureWorld.end(4, FixtureWorld.els), FixtureWorld.end(130, FixtureWorld.nonce(0xBB, 7))]),
            ]),
            .anew, .done, .working,
            .refusal(code: "busy"), FixtureWorld.bundle[0], .end(frameCount: 5, digest: Array(repeating: 0xC3, count: 32)),
        ]
        try check("frames.json", try messages.map { vector(Frame.encode($0), ["message": .message(try goneRound($0))]) })
    }

    /// What changes, their block, a writer and a tombstone come to, made once more from the page.
    @Test func contents() throws {
        func shape(_ table: String, _ columns: KeyValuePairs<String, Int>) -> [UInt8] {
            var out = ByteWriter()
            out.text(table)
            out.number(columns.count)
            for (name, partCount) in columns {
                out.text(name)
                out.number(partCount)
            }
            return out.bytes
        }
        let shapes = [shape("contact", ["given_name": 1, "home": 2]), shape("contact", [:])]
        var changes = ByteWriter()
        changes.raw(Digest.sha256(shapes[0]))
        changes.number(1)
        changes.signed(1_763_000_000_000)
        changes.byte(2 | 4)
        changes.number(1)
        changes.nonce(FixtureWorld.els)
        changes.number(4)
        changes.counted(RecordKey("0193e0c6a7b07000800000000000000a").bytes)
        changes.value(.text("Fatima"))
        changes.value(.null)
        changes.value(.integer(-3))
        var later = ByteWriter()
        later.raw(Digest.sha256(shapes[1]))
        later.number(256)
        later.signed(1_763_000_000_000)
        later.byte(1 | 4)
        later.number(0)
        later.counted(RecordKey("amina").bytes)
        let blocks = [changes.bytes, later.bytes].map(Digest.sha256)
        var writer = ByteWriter()
        writer.nonce(FixtureWorld.fatima)
        writer.number(2)
        for block in blocks { writer.raw(block) }
        var tombstone = ByteWriter()
        tombstone.text("contact")
        tombstone.counted(RecordKey("amina-berg").bytes)
        let living = Digest.sha256(writer.bytes), erased = Digest.sha256(tombstone.bytes)
        #expect(FixtureWorld.contents == ContentsDigest(living: living, erased: erased))
        try check("contents.json", [
            vector(changes.bytes, ["shapes": .list([.hex(shapes[0])]), "block": .hex(blocks[0])]),
            vector(later.bytes, ["shapes": .list([.hex(shapes[1])]), "block": .hex(blocks[1])]),
            vector(writer.bytes, ["living": .hex(living)]), vector(tombstone.bytes, ["erased": .hex(erased)]),
        ])
    }

    @Test func blocksBeginAtMultiples() {
        #expect([1, 255, 256, 257, 511, 512, UInt32.max].filter(BlockHasher.begins) == [256, 512])
    }

    @Test func manifests() throws {
        try check("manifests.json", try [FixtureWorld.fatimasDelta, FixtureWorld.jansDelta, FixtureWorld.wideDelta].map { manifest in
            let found = try manifest.payload.withUnsafeBytes { try Manifest($0) }
            #expect(found == manifest)
            #expect(try found.standing(by: FixtureKeys.sealing()) == .member)
            let scope = try found.scope { _ in FixtureWorld.bothKnowledge }
            return vector(manifest.payload, [
                "manifest": .manifest(found), "result": .knowledge(.whole(scope.result)),
                "writers": .list(found.writers(of: scope).map { .nonce($0) }),
            ])
        })
    }

    @Test func bodies() throws {
        try check("bodies.json", try FixtureWorld.bodies.map { name, count, bytes in
            vector(named: name, bytes, ["writer_count": .count(count), "body": try .body(bytes, writerCount: count)])
        })
    }

    /// Compressors may differ, so the vectors hold their bodies as stored zstd blocks; both forms open to the same.
    @Test func segments() throws {
        let sealing = FixtureKeys.sealing()
        for (_, _, body) in FixtureWorld.bodies {
            let sealed = try SealedSegment.seal(
                body, collection: "people", epoch: FixtureKeys.people.id, salt: Digest.name(body), by: sealing)
            for bytes in [sealed, FixtureWorld.sealed(FixtureWorld.stored(body))] {
                let manifest = FixtureWorld.manifest(
                    FixtureKeys.fatima, replica: FixtureWorld.fatimaReplica, chains: [:],
                    [FixtureWorld.part(bytes, bodyByteCount: body.count)])
                #expect(try SealedSegment(delta: manifest.id, index: 0, bytes: bytes).opened(of: manifest, by: sealing).body == body)
            }
        }
    }

    @Test func keys() throws { try check("keys.json", FixtureKeys.meaning) }

    @Test func conversations() throws {
        for (name, steps) in [
            ("session.json", FixtureWorld.meeting), ("session-equal.json", FixtureWorld.equalMeeting),
            ("session-join.json", FixtureWorld.joining),
        ] {
            try check(name, try steps.map { step in
                .fields([
                    "from": .text(step.isDialer ? "dialer" : "listener"), "bytes": .hex(Frame.encode(step.message)),
                    "message": .message(try goneRound(step.message)),
                ])
            })
        }
    }

    @Test func bundle() throws {
        let file = FixtureWorld.file(FixtureWorld.bundle)
        try check("small.\(Bundle.fileExtension)", file)
        let messages = try FixtureReading.bundle(file)
        #expect(Array(messages.dropLast()) == FixtureWorld.bundle)
        try check("bundle.json", messages.map { vector(Frame.encode($0), ["message": .message($0)]) })
    }

    // MARK: Invalid

    @Test func invalid() throws {
        let vectors = InvalidVector.all
        for vector in vectors {
            let found = code { try FixtureReading.refuse(vector) }
            #expect(found == vector.code, "\(vector.name)")
        }
        #expect(Set(vectors.map(\.name)).count == vectors.count, "each has a name of its own")
        try check("invalid.json", vectors.map { vector in
            var fields: [Meaning.Field] = [
                .init(name: "name", value: .text(vector.name)), .init(name: "error", value: .text(vector.code.rawValue)),
            ]
            fields.append(contentsOf: vector.kind.fields)
            fields.append(.init(name: "bytes", value: .hex(vector.bytes)))
            return .object(fields)
        })
    }

    // MARK: Parts

    private func written(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        write(&writer)
        return writer.bytes
    }

    private func read<Result>(_ bytes: [UInt8], _ work: (inout ByteReader) throws -> Result) throws -> Result {
        try FixtureReading.whole(bytes, work)
    }

    /// What a message's frame decodes to, which must be the message.
    private func goneRound(_ message: Message) throws -> Message {
        let found = try FixtureReading.frame(Frame.encode(message))
        #expect(found == message)
        return found
    }
}

/// Decoding as Fixtures/wire/README.md says.
enum FixtureReading {
    static func whole<Result>(_ bytes: [UInt8], _ work: (inout ByteReader) throws -> Result) throws -> Result {
        try bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw, in: "fixture")
            let result = try work(&reader)
            try reader.finish()
            return result
        }
    }

    /// Exactly one frame.
    static func frame(_ bytes: [UInt8]) throws -> Message {
        var decoder = FrameDecoder()
        decoder.append(bytes)
        guard let message = try decoder.next() else { throw WireError(.truncated, in: "frame") }
        return message
    }

    /// A bundle's frames, the end included; everything is checked but what is sealed in the segments.
    static func bundle(_ bytes: [UInt8]) throws -> [Message] {
        let magic = Bundle.magic
        guard bytes.count >= magic.count || !bytes.elementsEqual(magic.prefix(bytes.count)) else {
            throw WireError(.truncated, in: "magic line")
        }
        guard bytes.starts(with: magic) else {
            throw WireError(bytes.starts(with: magic.dropLast(2)) ? .newerFormat : .notKith, in: "magic line")
        }
        let envelope = try BundleEnvelope(parsing: Array(bytes[magic.count...]))
        var ring = KeyRing()
        ring.add(FixtureKeys.members, to: KeyScope.members)
        guard let key = envelope.key(ring: ring) else { throw WireError(.noKey, in: "bundle") }
        let stream = Array(bytes[(magic.count + envelope.byteCount)...])
        return try frames(SealedStream.open(stream, under: key, info: envelope.streamInfo))
    }

    /// To the verified end.
    private static func frames(_ bytes: [UInt8]) throws -> [Message] {
        var offset = 0
        var order = BundleOrder()
        var tally = BundleTally()
        var messages: [Message] = []
        var manifest: Manifest?
        while !order.hasEnded {
            let header = try Frame.header(bytes[offset...], at: offset)
            let end = offset + Frame.headerByteCount + header.payloadByteCount
            guard end <= bytes.count else { throw WireError(.truncated, in: "frame", at: offset) }
            let message = try Frame.message(header, payload: Array(bytes[(offset + Frame.headerByteCount)..<end]), at: offset)
            if case .end = message, message != tally.end { throw WireError(.damaged, in: "bundle end", at: offset) }
            try order.check(message)
            if case .manifest(let next) = message { manifest = next }
            if case .segment(let segment) = message { try segment.checked(against: try #require(manifest)) }
            tally.add(checksum: header.checksum)
            messages.append(message)
            offset = end
        }
        guard offset == bytes.count else { throw WireError(.trailing, in: "bundle", at: offset) }
        return messages
    }

    /// The bodies of a delta, against one another and its manifest.
    static func delta(_ bytes: [UInt8], _ manifest: Manifest) throws {
        let scope = try manifest.scope { _ in nil }
        let writers = manifest.writers(of: scope)
        func ordinal(_ writer: WriterID) -> WriterOrdinal { WriterOrdinal(UInt32(writers.firstIndex(of: writer)!)) }
        func vector(_ knowledge: Knowledge) -> VersionVector {
            knowledge.ends.reduce(into: VersionVector()) { $0[ordinal($1.key)] = $1.value.last }
        }
        var bounds = DeltaBounds(base: vector(scope.base), result: vector(scope.result)) { $0 == $1 }
        try whole(bytes) { reader in
            for segment in manifest.segments {
                try SegmentReader.check(
                    try reader.counted(limit: Limits.segmentByteCount), changeCount: segment.changeCount,
                    writers: WriterNumbers(writers, renamed: [:], ordinal: ordinal), &bounds)
            }
        }
    }

    static func refuse(_ vector: InvalidVector) throws {
        let bytes = vector.bytes
        switch vector.kind {
        case .number: _ = try whole(bytes) { try $0.number() }
        case .bytesOfLimit(let limit): _ = try whole(bytes) { _ = try $0.counted(limit: limit) }
        case .key(let count): _ = try bytes.withUnsafeBytes { try RecordKey(checking: $0, partCount: count) }
        case .knowledge: _ = try whole(bytes) { try $0.knowledge() }
        case .manifest: _ = try bytes.withUnsafeBytes { try Manifest($0) }.scope { _ in nil }
        case .frame: _ = try frame(bytes)
        case .body(let count): _ = try Meaning.body(bytes, writerCount: count)
        case .packer: _ = try bytes.withUnsafeBytes { try Manifest($0) }.standing(by: FixtureKeys.sealing())
        case .segment(let manifest):
            _ = try SealedSegment(delta: manifest.id, index: 0, bytes: bytes).opened(of: manifest, by: FixtureKeys.sealing())
        case .delta(let manifest): try delta(bytes, manifest)
        case .bundle: _ = try bundle(bytes)
        }
    }
}

extension InvalidVector.Kind {
    /// The decoder's name, and what it must be told.
    var fields: [Meaning.Field] {
        func named(_ name: String, _ more: KeyValuePairs<String, Meaning> = [:]) -> [Meaning.Field] {
            [.init(name: "decoder", value: .text(name))] + more.map { .init(name: $0.key, value: $0.value) }
        }
        return switch self {
        case .number: named("number")
        case .bytesOfLimit(let limit): named("counted", ["limit": .count(limit)])
        case .key(let count): named("key", ["part_count": .count(count)])
        case .knowledge: named("knowledge")
        case .manifest: named("manifest")
        case .frame: named("frame")
        case .body(let count): named("body", ["writer_count": .count(count)])
        case .packer: named("packer")
        case .segment(let manifest):
            named("segment", [
                "epoch": .nonce(manifest.epoch), "body_byte_count": .count(manifest.segments[0].bodyByteCount),
                "digest": .hex(manifest.segments[0].digest),
            ])
        case .delta(let manifest): named("delta", ["manifest": .hex(manifest.payload)])
        case .bundle: named("bundle")
        }
    }
}
