import CRDT
import Testing
import Trust
import Wire

@Suite struct SealedStreamTests {
    private static let chunk = SealedStream.chunkByteCount
    private static let sizes = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 7]
    private let key = epochKey(1)
    private let info = Array("test 1".utf8)

    private func seal(_ plaintext: [UInt8], salt: UInt64 = 7) throws -> [UInt8] {
        try SealedStream.seal(plaintext, under: key, info: info, salt: nonce(salt))
    }

    private func open(_ sealed: [UInt8]) throws -> [UInt8] { try SealedStream.open(sealed, under: key, info: info) }

    /// The head and the chunks of a stream.
    private func parts(_ sealed: [UInt8]) -> (head: [UInt8], chunks: [[UInt8]]) {
        var chunks: [[UInt8]] = []
        while let range = SealedStream.extent(ofChunk: chunks.count, in: sealed.count) { chunks.append(Array(sealed[range])) }
        return (Array(sealed.prefix(SealedStream.headByteCount)), chunks)
    }

    // MARK: Going round

    @Test(arguments: sizes) func whatIsSealedOpens(byteCount: Int) throws {
        let plaintext = patterned(byteCount)
        let sealed = try seal(plaintext)
        #expect(sealed.count == SealedStream.sealedByteCount(byteCount))
        #expect(sealed.count == 48 + byteCount + 16 * max(1, (byteCount + 65_535) / 65_536))
        #expect(try open(sealed) == plaintext)
    }

    @Test(arguments: sizes) func pieceByPieceGivesTheSameBytes(byteCount: Int) throws {
        let plaintext = patterned(byteCount)
        for step in [1_000, SealedStreamTests.chunk - 1, SealedStreamTests.chunk, SealedStreamTests.chunk + 1, 1 << 20] {
            var writer = SealedStreamWriter(under: key, info: info, salt: nonce(7))
            var sealed = writer.head
            for start in stride(from: 0, to: byteCount, by: step) {
                sealed += try writer.append(plaintext[start..<min(start + step, byteCount)])
            }
            sealed += try writer.finish()
            #expect(try sealed == seal(plaintext), "in steps of \(step)")
        }
    }

    @Test func anyChunkOpensOnItsOwn() throws {
        let plaintext = patterned(3 * SealedStreamTests.chunk + 7)
        let (head, chunks) = parts(try seal(plaintext))
        #expect(chunks.count == 4)
        let reader = try SealedStreamReader(head: head, under: key, info: info)
        for index in [3, 0, 2] {
            let opened = try reader.open(chunks[index], at: index)
            #expect(opened.isLast == (index == 3))
            #expect(opened.plaintext[...] == plaintext.dropFirst(index * SealedStreamTests.chunk).prefix(SealedStreamTests.chunk))
        }
        #expect(code { try reader.open(chunks[1], at: 2) } == .damaged)
    }

    @Test func aFullLastChunkSaysThatItIsTheLast() throws {
        let (head, chunks) = parts(try seal(patterned(2 * SealedStreamTests.chunk)))
        let reader = try SealedStreamReader(head: head, under: key, info: info)
        #expect(chunks.count == 2)
        #expect(try reader.open(chunks[0], at: 0).isLast == false)
        #expect(try reader.open(chunks[1], at: 1).isLast)
    }

    @Test func theSameTwiceLooksDifferent() throws {
        let plaintext = patterned(100)
        #expect(try seal(plaintext, salt: 1).dropFirst(48) != seal(plaintext, salt: 2).dropFirst(48))
    }

    // MARK: Damage

    @Test(arguments: [0, 1, 40]) func everyFlippedByteAndEveryCutIsFound(byteCount: Int) throws {
        let sealed = try seal(patterned(byteCount))
        for offset in sealed.indices {
            #expect(code { try open(sealed.flipped(at: offset)) } == .damaged, "byte \(offset)")
        }
        for length in 0..<sealed.count {
            let found = code { try open(Array(sealed.prefix(length))) }
            #expect(found == (length < 64 ? .truncated : .damaged), "cut to \(length)")
        }
        #expect(code { try open(sealed + [0]) } == .damaged)
    }

    @Test func chunksThatMoveDoNotOpen() throws {
        let (head, chunks) = parts(try seal(patterned(3 * SealedStreamTests.chunk)))
        func open(_ order: Int...) -> WireError.Code? { code { try self.open(head + order.flatMap { chunks[$0] }) } }
        #expect(open(0, 1, 2) == nil)
        #expect(open(1, 0, 2) == .damaged, "swapped")
        #expect(open(0, 0, 1, 2) == .damaged, "doubled")
        #expect(open(0, 2) == .damaged, "dropped")
        #expect(open(1, 2) == .damaged, "beheaded")
        #expect(open(0, 1) == .truncated, "cut off at a chunk's end")
        #expect(open(0, 1, 2, 2) == .trailing, "goes on after the last")
    }

    @Test func damageIsNamedByItsPlace() throws {
        let sealed = try seal(patterned(3 * SealedStreamTests.chunk))
        let second = try #require(SealedStream.extent(ofChunk: 1, in: sealed.count))
        let error = #expect(throws: WireError.self) { try open(sealed.flipped(at: second.lowerBound + 9)) }
        #expect(error?.offset == second.lowerBound)
        #expect(second.lowerBound == 48 + 65_552)
    }

    /// Two streams of one key are no quarry for each other.
    @Test func chunksOfAnotherStreamDoNotOpen() throws {
        let mine = parts(try seal(patterned(10), salt: 1)), other = parts(try seal(patterned(10), salt: 2))
        #expect(code { try open(mine.head + other.chunks[0]) } == .damaged)
    }

    // MARK: Keys

    @Test func anotherKeyOrPurposeIsStoppedByTheCommitment() throws {
        let sealed = try seal(patterned(10))
        #expect(code { try SealedStream.open(sealed, under: epochKey(2), info: info) } == .damaged)
        #expect(code { try SealedStream.open(sealed, under: key, info: info + [0]) } == .damaged)
        // Before any chunk: the head alone tells.
        #expect(code { try SealedStreamReader(head: sealed.prefix(48), under: epochKey(2), info: info) } == .damaged)
    }

    /// A head that commits to another key, before chunks that are good under ours.
    @Test func aForeignCommitmentBeforeGoodChunksIsRefused() throws {
        let mine = try seal(patterned(10))
        let other = try SealedStream.seal(patterned(10), under: epochKey(2), info: info, salt: nonce(7))
        #expect(mine.prefix(16) == other.prefix(16), "one salt")
        #expect(code { try open(Array(other.prefix(48)) + mine.dropFirst(48)) } == .damaged)
    }

    // MARK: Segments

    @Test func aSegmentOpensOnlyWhereItBelongs() throws {
        var ring = KeyRing()
        ring.add(key, to: "people")
        ring.add(key, to: "directory")
        ring.add(epochKey(2), to: "people")
        let seal = SegmentSeal(space: nonce(1), ring: ring)
        let body = patterned(5_000)
        let sealed = try seal.seal(body, collection: "people", epoch: key.id, salt: nonce(7))
        #expect(sealed.count == body.count + 64)
        #expect(try seal.open(sealed, collection: "people", epoch: key.id) == body)
        #expect(code { try seal.open(sealed, collection: "directory", epoch: key.id) } == .malformed)
        #expect(code { try seal.open(sealed, collection: "people", epoch: epochKey(2).id) } == .malformed)
        #expect(code { try SegmentSeal(space: nonce(2), ring: ring).open(sealed, collection: "people", epoch: key.id) } == .malformed)
        #expect(code { try seal.open(sealed.flipped(at: 100), collection: "people", epoch: key.id) } == .malformed)
        #expect(code { try seal.open([], collection: "people", epoch: key.id) } == .malformed)
        #expect(code { try seal.open(sealed, collection: "people", epoch: epochKey(3).id) } == .noKey)
        #expect(code { try seal.seal(body, collection: "polls", epoch: key.id, salt: nonce(7)) } == .noKey)
    }

    @Test func aKeyRingKeepsKeysByScopeInOrder() {
        var ring = KeyRing()
        for seed in [3, 1, 2, 1] as [UInt64] { ring.add(epochKey(seed), to: "people") }
        ring.add(epochKey(4), to: KeyScope.members)
        #expect(ring.keys(of: "people") == [3, 1, 2].map { epochKey($0) })
        #expect(ring.key(epochKey(4).id, of: "people") == nil)
        #expect(ring.key(epochKey(4).id, of: KeyScope.members) == epochKey(4))
        #expect(ring.scopes == ["members", "people"])
        #expect(ring.keys(of: "directory").isEmpty)
    }
}
