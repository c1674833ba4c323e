import CRDT
import Trust
import Wire

/// The space that all vectors in Fixtures/wire speak of: two laptops, Fatima's and Jan's, that meet once.
///
/// Nothing here may change once a version has been released: the files are golden.
enum FixtureWorld {
    /// 15 times `tag`, then `number`.
    static func nonce(_ tag: UInt8, _ number: UInt8) -> Nonce {
        let pattern = UInt64(tag) &* 0x0101_0101_0101_0101
        return Nonce(high: pattern, low: pattern & ~0xFF | UInt64(number))
    }

    static let fatima = nonce(0xAA, 1), jan = nonce(0xAA, 2), els = nonce(0xAA, 3)
    static let fatimaDevice = FixtureKeys.fatima.identity.id, janDevice = FixtureKeys.jan.identity.id
    static let fatimaReplica = nonce(0xEE, 1), janReplica = nonce(0xEE, 2)
    static let space = FixtureKeys.space
    static let packed: Int64 = 1_763_000_000_000

    static func end(_ last: UInt32, _ nonce: Nonce) -> BatchEnd { BatchEnd(last: last, nonce: nonce) }

    static let fatimasKnowledge = Knowledge([fatima: end(2, fatima)])
    static let jansKnowledge = Knowledge([jan: end(1, jan)])
    static let bothKnowledge = fatimasKnowledge.union(jansKnowledge)

    // MARK: Bodies

    static let id = "0193e0c6a7b07000800000000000000a"
    static let nextID = "0193e0c6a7b07000800000000000000b"

    private static func column(_ name: String, _ parts: [String]? = nil, _ kind: MergeKind = .register) -> WireColumn {
        WireColumn(name: name, parts: parts ?? [name], kind: kind)
    }

    static let contact = WireTable(name: "contact", keyPartCount: 1, columns: [column("given_name")])
    private static let point = WireTable(name: "contact_point", keyPartCount: 1, columns: [column("contact"), column("value")])

    /// A change with text values, of the column numbers in order.
    static func change(
        _ table: Int, _ key: RecordKey, _ writer: UInt32, _ sequence: UInt32, time: Int64 = packed, anchor: Dot? = nil,
        context: Context = .empty, deletes: Bool = false, isAnchor: Bool = false, exists: Bool = true, _ values: [Int: [Value]]
    ) -> SampleChange {
        let columns = values.keys.reduce(into: exists ? ColumnSet.exists : []) { $0.insert(ColumnSet(number: $1)) }
        return SampleChange(
            table: table, key: key, anchor: anchor,
            change: Change(
                dot: Dot(WriterOrdinal(writer), sequence), timeMilliseconds: time, columns: columns, context: context,
                deletes: deletes, isAnchor: isAnchor),
            values: values)
    }

    static func bytes(_ writers: [WriterID], _ tables: [WireTable], _ changes: [SampleChange]) -> [UInt8] {
        SampleBody(writers: writers, tables: tables, changes: changes).bytes
    }

    static let oneChange = bytes([fatima], [contact], [
        change(0, RecordKey(id), 0, 1, isAnchor: true, [1: [.text("Fatima")]]),
    ])

    static let aPhoneNumber = bytes([fatima], [point], [
        change(0, RecordKey(nextID), 0, 2, time: packed + 1, isAnchor: true, [1: [.text(id)], 2: [.text("+31 6 12345678")]]),
    ])

    static let jansChange = bytes([jan], [contact], [
        change(0, RecordKey(nextID), 0, 1, time: packed + 60_000, isAnchor: true, [1: [.text("Jan")]]),
    ])

    /// Every type of value, alone in its stream and mixed with others.
    private static let values: [UInt8] = {
        let table = WireTable(
            name: "specimen", keyPartCount: 1,
            columns: ["nothing", "number", "real", "words", "bytes", "reference", "mixed"].map { column($0) })
        func row(_ sequence: UInt32, _ key: String, _ all: [Value]) -> SampleChange {
            change(0, RecordKey(key), 0, sequence, isAnchor: true, Dictionary(uniqueKeysWithValues: all.enumerated().map { ($0 + 1, [$1]) }))
        }
        return bytes([fatima], [table], [
            row(1, id, [.null, .integer(0), .real(0.1), .text("é"), .blob([]), .text(id), .null]),
            row(2, nextID, [.null, .integer(-1), .real(-0.0), .text(""), .blob([0, 0xFF]), .text(nextID), .integer(.max)]),
            row(3, "plain", [.null, .integer(.min), .real(.infinity), .text([0, 0xC0]), .blob(Array(id.utf8)), .text(id), .real(1)]),
            row(4, "", [.null, .integer(64), .real(-1e-300), .text(id.uppercased()), .blob([7]), .text(id), .text("x")]),
            row(5, "é", [.null, .integer(-64), .real(1), .text("a'b\"c"), .blob([1]), .text(id), .blob([2])]),
            row(6, "O'Hara", [.null, .integer(127), .real(2), .text("y"), .blob([3]), .text(id), .text(nextID)]),
        ])
    }()

    /// A composite, a counter, a key of two parts, names that need quoting, and two tables of which one lacks columns.
    private static let shapes: [UInt8] = {
        let tables = [
            WireTable(name: "address", keyPartCount: 1, columns: [
                column("contact"), column("location", ["street", "number", "lat"]), column("visits", nil, .counter),
            ]),
            WireTable(name: "tag \"x\" /* é", keyPartCount: 2, columns: [column("note")]),
        ]
        return bytes([fatima, jan], tables, [
            change(0, RecordKey(id), 0, 1, isAnchor: true, [2: [.text("Kerkstraat"), .text("12"), .real(52.5)], 3: [.integer(-2)]]),
            change(1, RecordKey([id, "food"]), 1, 1, isAnchor: true, [:]),
            change(1, RecordKey([id, nextID]), 1, 2, time: -1, isAnchor: true, [1: [.text("n")]]),
            change(0, RecordKey(id), 1, 9, time: clampedTime(.max), context: Context([.init(WriterOrdinal(0), 1)]), [3: [.integer(5)]]),
        ])
    }()

    /// Records named by anchors, contexts shared and not, a delete, an anchor that has lost all columns, steps back.
    private static let causes: [UInt8] = {
        let key = RecordKey("in the base")
        let ours = Context([.init(WriterOrdinal(0), 4), .init(WriterOrdinal(2), 7)])
        return bytes([fatima, jan, els], [contact], [
            change(0, key, 0, 5, anchor: Dot(WriterOrdinal(1), 3), context: Context([.init(WriterOrdinal(1), 3)]), [1: [.text("F")]]),
            change(0, key, 1, 10, time: packed - 86_400_000, anchor: Dot(WriterOrdinal(1), 3), context: ours, exists: false, [1: [.text("J")]]),
            change(0, RecordKey("gone"), 0, 6, anchor: Dot(WriterOrdinal(1), 1), context: ours, deletes: true, [:]),
            change(0, RecordKey(id), 2, 1, isAnchor: true, exists: false, [:]),
            change(0, RecordKey(id), 1, 8, context: Context([.init(WriterOrdinal(2), 1)]), [1: [.null]]),
            change(0, RecordKey(nextID), 0, 4_294_967_295, isAnchor: true, [1: [.text("last")]]),
        ])
    }()

    static let note = WireTable(name: "note", keyPartCount: 1, columns: [column("body", nil, .text)])

    /// A change that edits the text of the one column of `note`.
    static func edit(_ writer: UInt32, _ sequence: UInt32, seeing context: Context, _ bytes: [UInt8]) -> SampleChange {
        var sample = change(0, RecordKey(id), writer, sequence, time: packed + Int64(sequence), context: context, [:])
        sample.change.columns.insert(ColumnSet(number: 1))
        sample.edits = [1: bytes]
        return sample
    }

    static let whole = Dot(WriterOrdinal(0), 1), saw = Context([.init(WriterOrdinal(0), 1)])

    /// What Jan makes of Fatima's `Anna komt.`: `Anna belt.`
    static let wording = TextChange(
        dot: Dot(WriterOrdinal(1), 1), context: .empty,
        passages: [TextPassage(offset: 0, place: TextPlace(.inPlace, TextID(whole, 4)), letters: Array(" belt".unicodeScalars))],
        deletes: [TextRange(whole, 4, count: 5)], generation: .opened(whole))

    /// A whole of which somebody has deleted words, so that it travels as an edit; one who did, and one who emptied a text.
    private static let texts: [UInt8] = {
        let left = TextChange(
            dot: whole, context: .empty,
            passages: [
                TextPassage(offset: 0, place: .beginning, letters: Array("Anna".unicodeScalars)),
                TextPassage(offset: 4, place: TextPlace(.after, TextID(whole, 3)), deletedCount: 5),
                TextPassage(offset: 9, place: TextPlace(.after, TextID(whole, 8)), letters: Array(".".unicodeScalars)),
            ], generation: .opened(whole), opens: TextEdit.name(Array("Anna komt.".unicodeScalars)))
        var first = edit(0, 1, seeing: .empty, TextEdit.encode(left))
        first.change = Change(dot: whole, timeMilliseconds: packed, columns: first.change.columns, isAnchor: true)
        let emptied = TextChange(dot: Dot(WriterOrdinal(1), 2), context: .empty, generation: .opened(whole), leavesNull: true)
        return bytes([fatima, jan], [note], [
            first, edit(1, 1, seeing: saw, TextEdit.encode(wording)), edit(1, 2, seeing: saw, TextEdit.encode(emptied)),
            change(0, RecordKey(nextID), 1, 3, isAnchor: true, [1: [.text("a value as any")]]),
        ])
    }()

    static let bodies: [(name: String, writerCount: Int, bytes: [UInt8])] = [
        ("one change", 1, oneChange), ("a phone number", 1, aPhoneNumber), ("every type of value", 1, values),
        ("composite, counter, pair, quoting", 2, shapes), ("anchors, contexts, a delete", 3, causes),
        ("edited texts", 2, texts),
    ]

    // MARK: Segments

    /// A zstd frame (RFC 8878) that holds a body as it is: what comes of it does not depend on a compressor's version.
    static func stored(_ body: [UInt8]) -> [UInt8] {
        // Single segment; the content's size in one byte, or in two less 256; one raw block, the last.
        let size = body.count < 256 ? [0x20, UInt8(body.count)] : [0x60, UInt8((body.count - 256) & 0xFF), UInt8((body.count - 256) >> 8)]
        let block = body.count << 3 | 1
        return [0x28, 0xB5, 0x2F, 0xFD] + size + (0..<3).map { UInt8(block >> (8 * $0) & 0xFF) } + body
    }

    /// Sealed as it lies in these vectors: the salt follows from the body.
    static func sealed(
        _ content: [UInt8], collection: String = "people", epoch: EpochID = FixtureKeys.people.id,
        by sealing: any Sealing = FixtureKeys.sealing()
    ) -> [UInt8] {
        guard let sealed = try? sealing.seal(content, collection: collection, epoch: epoch, salt: Digest.name(content)) else {
            preconditionFailure("the key is in the ring")
        }
        return sealed
    }

    static func part(_ body: [UInt8], changeCount: Int = 1) -> Manifest.Segment {
        part(sealed(stored(body)), bodyByteCount: body.count, changeCount: changeCount)
    }

    static func part(_ sealed: [UInt8], bodyByteCount: Int, changeCount: Int = 1) -> Manifest.Segment {
        Manifest.Segment(
            changeCount: changeCount, bodyByteCount: bodyByteCount, sealedByteCount: sealed.count, digest: Digest.sha256(sealed))
    }

    /// Two changes of one writer, each in a block of its own, and one tombstone.
    static let contents: ContentsDigest = {
        var block = BlockHasher()
        block.change(
            sequence: 1, timeMilliseconds: 1_763_000_000_000, carriesExistence: true, deletes: false, isAnchor: true,
            context: [(writer: els, last: 4)], shape: BlockHasher.shape(table: "contact", columns: [("given_name", 1), ("home", 2)]))
        block.key(RecordKey("0193e0c6a7b07000800000000000000a"))
        block.value(.text("Fatima"))
        block.value(.null)
        block.value(.integer(-3))
        let first = block.finish().digest
        block.change(
            sequence: 256, timeMilliseconds: 1_763_000_000_000, carriesExistence: true, deletes: true, isAnchor: false,
            context: [], shape: BlockHasher.shape(table: "contact", columns: []))
        block.key(RecordKey("amina"))
        var hasher = ContentsHasher()
        hasher.writer(fatima, digests: [first, block.finish().digest])
        return ContentsDigest(
            living: hasher.finish(), erased: ContentsHasher.erased([(table: "contact", key: RecordKey("amina-berg"))]))
    }()

    /// Signed by the device whose keys these are.
    static func manifest(
        _ keys: DeviceKeys, replica: ReplicaID, base: KnowledgeForm = .whole(Knowledge()), chains: [WriterID: [BatchEnd]],
        origins: [WriterID: Origin] = [:], _ segments: [Manifest.Segment], contents: ContentsDigest? = nil,
        optionalFeatures: UInt64 = 0, epoch: EpochID = FixtureKeys.people.id
    ) -> Manifest {
        let manifest = Manifest(
            space: space, collection: "people", packer: keys.identity.id, packerReplica: replica, packedMilliseconds: packed,
            base: base, chains: chains, origins: origins, contents: contents, segments: segments, epoch: epoch,
            optionalFeatures: optionalFeatures)
        guard let signed = try? manifest.signed(by: FixtureKeys.sealing(keys)) else { preconditionFailure("a key signs") }
        return signed
    }

    static let fatimasDelta = manifest(
        FixtureKeys.fatima, replica: fatimaReplica, chains: [fatima: [end(2, fatima)]], [part(oneChange), part(aPhoneNumber)])
    static let jansDelta = manifest(
        FixtureKeys.jan, replica: janReplica, chains: [jan: [end(1, jan)]], [part(jansChange)])
    /// With a base, chains of several batches, a writer that a cut has made, and a bit that may be ignored.
    static let wideDelta = manifest(
        FixtureKeys.fatima, replica: fatimaReplica,
        base: .relative(to: bothKnowledge.name, changed: [jan: nil]),
        chains: [
            fatima: [end(5, nonce(0xBB, 5)), end(900, nonce(0xBB, 6))], jan: [end(1, jan), end(130, nonce(0xBB, 7))],
            els: [end(4, els)],
        ],
        origins: [els: Origin(root: fatima, before: end(2, fatima))], [part(shapes, changeCount: 4)], contents: contents,
        optionalFeatures: 1 << 63)

    static func segment(_ manifest: Manifest, _ index: Int, _ body: [UInt8]) -> Message {
        .segment(SealedSegment(delta: manifest.id, index: index, bytes: sealed(stored(body))))
    }

    // MARK: Conversations

    /// Stand-ins for statements, of which the session and the bundle know nothing but the hashes. Both have the first; the
    /// second is Fatima's alone.
    static let statements: [[UInt8]] = ["the first statement", "a second one"].map { Array($0.utf8) }
    static let fatimasHeads = [StatementID(of: statements[1])], jansHeads = [StatementID(of: statements[0])]

    static func hello(_ device: DeviceID, _ replica: ReplicaID, _ held: Knowledge, _ heads: [StatementID]) -> Message {
        .hello(Hello(
            space: space, device: device, replica: replica,
            digest: Digest.ofKnowledge(["directory": Knowledge(), "people": held]), rosterDigest: Digest.name(heads.flatMap(\.bytes))))
    }

    struct Step {
        let isDialer: Bool
        let message: Message
    }

    private static func dialer(_ message: Message) -> Step { Step(isDialer: true, message: message) }
    private static func listener(_ message: Message) -> Step { Step(isDialer: false, message: message) }

    /// Fatima dials Jan; each has what the other lacks, and Fatima more of the roster. In the order of sending, each side
    /// answering at once.
    static let meeting: [Step] = [
        dialer(hello(fatimaDevice, fatimaReplica, fatimasKnowledge, fatimasHeads)),
        listener(hello(janDevice, janReplica, jansKnowledge, jansHeads)),
        listener(.heads(jansHeads)),
        dialer(.heads(fatimasHeads)),
        dialer(.statements([statements[1]])),
        listener(.statements([])),
        listener(.knowledge(collection: "directory", .whole(Knowledge()), partial: [])),
        listener(.knowledge(collection: "people", .whole(jansKnowledge), partial: [])),
        listener(.stated),
        dialer(.knowledge(collection: "directory", .whole(Knowledge()), partial: [])),
        dialer(.knowledge(collection: "people", .whole(fatimasKnowledge), partial: [])),
        dialer(.stated),
        dialer(.manifest(fatimasDelta)),
        dialer(segment(fatimasDelta, 0, oneChange)),
        dialer(segment(fatimasDelta, 1, aPhoneNumber)),
        listener(.manifest(jansDelta)),
        listener(segment(jansDelta, 0, jansChange)),
        listener(.merged(delta: fatimasDelta.id, index: 0)),
        listener(.merged(delta: fatimasDelta.id, index: 1)),
        listener(.receipt(collection: "people", KnowledgeForm(bothKnowledge, known: jansKnowledge))),
        dialer(.merged(delta: jansDelta.id, index: 0)),
        dialer(.receipt(collection: "people", KnowledgeForm(bothKnowledge, known: fatimasKnowledge))),
        dialer(.done),
        listener(.done),
    ]

    /// Both hold the same.
    static let equalMeeting: [Step] = [
        dialer(hello(fatimaDevice, fatimaReplica, bothKnowledge, fatimasHeads)),
        listener(hello(janDevice, janReplica, bothKnowledge, fatimasHeads)),
        listener(.done),
        dialer(.done),
    ]

    /// A laptop without a replica asks Jan, by his invite, to be admitted.
    static let joining: [Step] = [
        dialer(.hello(Hello(
            space: nil, device: FixtureKeys.stranger.identity.id, replica: nonce(0xEE, 9), digest: .zero, rosterDigest: .zero))),
        dialer(.request(FixtureKeys.request)),
        listener(.hello(Hello(space: space, device: janDevice, replica: janReplica, digest: .zero, rosterDigest: .zero))),
        listener(.statements(Array(statements.dropLast()))),
        dialer(.heads(jansHeads)),
        listener(.statements(Array(statements.suffix(1)))),
    ]

    // MARK: A bundle

    /// What Fatima gives Jan on a stick.
    static let bundle: [Message] = [
        .preamble(Preamble(
            space: space, packer: fatimaDevice, packerReplica: fatimaReplica, packedMilliseconds: packed, knownHeads: jansHeads,
            heads: fatimasHeads)),
        .statements([statements[1]]),
        .manifest(fatimasDelta), segment(fatimasDelta, 0, oneChange), segment(fatimasDelta, 1, aPhoneNumber),
    ]

    /// The bytes of a bundle with these frames, and an end that fits.
    static func file(_ messages: [Message]) -> [UInt8] { file(frames(messages)) }

    static func frames(_ messages: [Message]) -> [UInt8] {
        var tally = BundleTally()
        let frames = messages.map(Frame.encode)
        for frame in frames { tally.add(checksum: checksum(of: frame)) }
        return frames.flatMap { $0 } + Frame.encode(tally.end)
    }

    /// - Parameter key: of the members.
    static func file(_ frames: [UInt8], key: EpochKey = FixtureKeys.members) -> [UInt8] {
        guard let (envelope, streamKey) = FixtureKeys.envelope(key),
            let stream = try? SealedStream.seal(frames, under: streamKey, info: envelope.streamInfo, salt: nonce(0x99, 0))
        else { preconditionFailure("an envelope without boxes can be made") }
        return Bundle.magic + envelope.bytes + stream
    }

    static func checksum(of frame: [UInt8]) -> UInt64 { frame[5..<13].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
}
