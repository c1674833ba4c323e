import CRDT

/// The payload of each message; the numbers are the frame types of Protocol.md.
extension Message {
    private enum Kind: UInt8 {
        case hello = 1, request, statements, knowledge, wholeKnowledgeWanted, manifest, segment, merged, receipt, done, working
        // 22 and 23 are what a TLS client begins with: never used, so that a stranger is known by one byte.
        case refusal, preamble, end, heads, stated, chains, news, snapshotWanted, base, anew
    }

    package static func isKnown(type: UInt8) -> Bool { Kind(rawValue: type) != nil }
    static func isSegment(type: UInt8) -> Bool { type == Kind.segment.rawValue }

    var type: UInt8 { kind.rawValue }

    private var kind: Kind {
        switch self {
        case .hello: .hello
        case .request: .request
        case .statements: .statements
        case .heads: .heads
        case .stated: .stated
        case .anew: .anew
        case .knowledge: .knowledge
        case .wholeKnowledgeWanted: .wholeKnowledgeWanted
        case .manifest: .manifest
        case .segment: .segment
        case .merged: .merged
        case .receipt: .receipt
        case .done: .done
        case .chains: .chains
        case .news: .news
        case .snapshotWanted: .snapshotWanted
        case .base: .base
        case .working: .working
        case .refusal: .refusal
        case .preamble: .preamble
        case .end: .end
        }
    }

    var payload: [UInt8] {
        var out = ByteWriter()
        switch self {
        case .hello(let hello):
            out.raw("KITH".utf8)
            out.number(hello.version)
            out.nonce(hello.space ?? .zero)
            out.nonce(hello.device)
            out.nonce(hello.replica)
            out.nonce(hello.digest)
            out.nonce(hello.rosterDigest)
            out.byte((hello.carries ? 1 : 0) | (hello.stays ? 2 : 0))
        case .request(let request):
            return request
        case .statements(let statements):
            StatementList.encode(statements, to: &out)
        case .heads(let heads):
            out.statementIDs(heads)
        case .knowledge(let collection, let form, let contents, let partial):
            out.text(collection)
            out.knowledge(form)
            out.stated(contents)
            out.number(partial.count)
            for delta in partial {
                out.nonce(delta.delta)
                out.byte(delta.isUnreadable ? 1 : 0)
                out.number(delta.merged.count)
                var previous = -1
                for index in delta.merged {
                    out.number(index - previous - 1)
                    previous = index
                }
            }
        case .wholeKnowledgeWanted(let collection):
            out.text(collection)
        case .manifest(let manifest):
            return manifest.payload
        case .segment(let segment):
            out.nonce(segment.delta)
            out.number(segment.index)
            out.raw(segment.bytes)
        case .merged(let delta, let index):
            out.nonce(delta)
            out.number(index)
        case .receipt(let collection, let form, let contents):
            out.text(collection)
            out.knowledge(form)
            out.stated(contents)
        case .base(let collection, let form):
            out.text(collection)
            out.knowledge(form)
        case .chains(let collection, let chains):
            out.text(collection)
            out.chains(chains)
        case .snapshotWanted(let collection):
            out.text(collection)
        case .done, .working, .stated, .news, .anew:
            break
        case .refusal(let code):
            out.text(code)
        case .preamble(let preamble):
            out.nonce(preamble.space)
            out.nonce(preamble.packer)
            out.nonce(preamble.packerReplica)
            out.signed(preamble.packedMilliseconds)
            out.statementIDs(preamble.knownHeads)
            out.statementIDs(preamble.heads)
        case .end(let frameCount, let digest):
            out.number(frameCount)
            out.raw(digest)
        }
        return out.bytes
    }

    init(type: UInt8, payload: UnsafeRawBufferPointer) throws {
        guard let kind = Kind(rawValue: type) else { throw WireError(.newerFormat, in: "frame") }
        if kind == .manifest {
            self = .manifest(try Manifest(payload))
            return
        }
        var reader = ByteReader(payload, in: "frame payload")
        switch kind {
        case .hello:
            guard try reader.raw(4).elementsEqual("KITH".utf8) else { throw reader.failure(.notKith) }
            let version = try reader.number(limit: 1 << 20)
            guard version == Hello.protocolVersion else { throw reader.failure(.newerFormat) }
            let space = try reader.nonce()
            let (device, replica, digest, rosterDigest) = (try reader.nonce(), try reader.nonce(), try reader.nonce(), try reader.nonce())
            let flags = try reader.byte()
            guard flags & ~3 == 0 else { throw reader.failure(.malformed) }
            self = .hello(Hello(
                version: version, space: space == .zero ? nil : space, device: device, replica: replica, digest: digest,
                rosterDigest: rosterDigest, carries: flags & 1 != 0, stays: flags & 2 != 0))
        case .request:
            guard payload.count <= Limits.requestByteCount else { throw reader.failure(.tooLarge) }
            self = .request(Array(try reader.raw(reader.remaining)))
        case .statements:
            self = .statements(try StatementList.decode(&reader))
        case .heads:
            self = .heads(try reader.statementIDs(limit: Limits.rosterStatementCount))
        case .knowledge:
            let collection = try reader.text(limit: Limits.nameByteCount)
            let form = try reader.knowledge()
            let contents = try reader.statedContents()
            var partial: [PartialDelta] = []
            for _ in 0..<(try reader.count(limit: Limits.bundleDeltaCount, bytesEach: 18)) {
                let delta = try reader.nonce()
                let flag = try reader.byte()
                guard flag <= 1 else { throw reader.failure(.malformed) }
                var merged: [Int] = []
                for _ in 0..<(try reader.count(limit: Limits.deltaSegmentCount)) {
                    let index = (merged.last ?? -1) + 1 + (try reader.segmentIndex())
                    guard index < Limits.deltaSegmentCount else { throw reader.failure(.malformed) }
                    merged.append(index)
                }
                partial.append(PartialDelta(delta: delta, merged: merged, isUnreadable: flag == 1))
            }
            self = .knowledge(collection: collection, form, contents: contents, partial: partial)
        case .wholeKnowledgeWanted:
            self = .wholeKnowledgeWanted(collection: try reader.text(limit: Limits.nameByteCount))
        case .segment:
            let delta = try reader.nonce()
            let index = try reader.segmentIndex()
            self = .segment(SealedSegment(delta: delta, index: index, bytes: Array(try reader.raw(reader.remaining))))
        case .merged:
            let delta = try reader.nonce()
            self = .merged(delta: delta, index: try reader.segmentIndex())
        case .receipt:
            let collection = try reader.text(limit: Limits.nameByteCount)
            self = .receipt(collection: collection, try reader.knowledge(), contents: try reader.statedContents())
        case .base:
            let collection = try reader.text(limit: Limits.nameByteCount)
            self = .base(collection: collection, try reader.knowledge())
        case .chains:
            let collection = try reader.text(limit: Limits.nameByteCount)
            self = .chains(collection: collection, try reader.wholeChains())
        case .done:
            self = .done
        case .working:
            self = .working
        case .stated:
            self = .stated
        case .anew:
            self = .anew
        case .news:
            self = .news
        case .snapshotWanted:
            self = .snapshotWanted(collection: try reader.text(limit: Limits.nameByteCount))
        case .refusal:
            self = .refusal(code: try reader.text(limit: Limits.nameByteCount))
        case .preamble:
            self = .preamble(Preamble(
                space: try reader.nonce(), packer: try reader.nonce(), packerReplica: try reader.nonce(),
                packedMilliseconds: try reader.signed(), knownHeads: try reader.statementIDs(limit: Limits.rosterStatementCount),
                heads: try reader.statementIDs(limit: Limits.rosterStatementCount)))
        case .end:
            let count = try reader.number(limit: 1 << 40)
            self = .end(frameCount: count, digest: Array(try reader.raw(32)))
        case .manifest:
            preconditionFailure("decoded above")
        }
        try reader.finish()
    }
}

extension ByteReader {
    /// From 0; a delta has at most `Limits.deltaSegmentCount`.
    fileprivate mutating func segmentIndex() throws -> Int { try number(limit: Limits.deltaSegmentCount - 1) }
}
