import CRDT

/// The payload of each message; the numbers are the frame types of Protocol.md.
extension Message {
    private enum Kind: UInt8 {
        case hello = 1, space, roster, knowledge, wholeKnowledgeWanted, manifest, segment, merged, receipt, done, working
        case refusal, preamble, end
    }

    package static func isKnown(type: UInt8) -> Bool { Kind(rawValue: type) != nil }

    var type: UInt8 { kind.rawValue }

    private var kind: Kind {
        switch self {
        case .hello: .hello
        case .space: .space
        case .roster: .roster
        case .knowledge: .knowledge
        case .wholeKnowledgeWanted: .wholeKnowledgeWanted
        case .manifest: .manifest
        case .segment: .segment
        case .merged: .merged
        case .receipt: .receipt
        case .done: .done
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
            out.text(hello.label)
            out.nonce(hello.digest)
        case .space(let space):
            out.space(space)
        case .roster(let roster):
            out.number(roster.devices.count)
            for device in roster.devices {
                out.nonce(device.id)
                out.text(device.label)
                out.number(device.writers.count)
                for writer in device.writers { out.nonce(writer) }
            }
        case .knowledge(let collection, let form, let partial):
            out.text(collection)
            out.knowledge(form)
            out.number(partial.count)
            for delta in partial {
                out.nonce(delta.delta)
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
            return manifest.encoded
        case .segment(let segment):
            out.nonce(segment.delta)
            out.number(segment.index)
            out.raw(segment.bytes)
        case .merged(let delta, let index):
            out.nonce(delta)
            out.number(index)
        case .receipt(let collection, let form):
            out.text(collection)
            out.knowledge(form)
        case .done, .working:
            break
        case .refusal(let code):
            out.text(code)
        case .preamble(let preamble):
            out.space(preamble.space)
            out.nonce(preamble.packer)
            out.text(preamble.label)
            out.signed(preamble.packedMilliseconds)
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
            self = .hello(Hello(
                version: version, space: space == .zero ? nil : space, device: try reader.nonce(),
                replica: try reader.nonce(), label: try reader.text(limit: Limits.labelByteCount), digest: try reader.nonce()))
        case .space:
            self = .space(try reader.space())
        case .roster:
            let count = try reader.count(limit: Limits.deviceCount, bytesEach: 18)
            var devices: [Roster.Device] = []
            for _ in 0..<count {
                let id = try reader.nonce()
                if let last = devices.last, last.id >= id { throw reader.failure(.malformed) }
                let label = try reader.text(limit: Limits.labelByteCount)
                let writers = try (0..<(try reader.count(limit: Limits.writerCount, bytesEach: 16))).map { _ in try reader.nonce() }
                guard zip(writers, writers.dropFirst()).allSatisfy(<) else { throw reader.failure(.malformed) }
                devices.append(Roster.Device(id: id, label: label, writers: writers))
            }
            self = .roster(Roster(devices: devices))
        case .knowledge:
            let collection = try reader.text(limit: Limits.nameByteCount)
            let form = try reader.knowledge()
            var partial: [PartialDelta] = []
            for _ in 0..<(try reader.count(limit: Limits.bundleDeltaCount, bytesEach: 17)) {
                let delta = try reader.nonce()
                var merged: [Int] = []
                for _ in 0..<(try reader.count(limit: Limits.deltaSegmentCount)) {
                    merged.append((merged.last ?? -1) + 1 + (try reader.number(limit: Limits.deltaSegmentCount)))
                }
                partial.append(PartialDelta(delta: delta, merged: merged))
            }
            self = .knowledge(collection: collection, form, partial: partial)
        case .wholeKnowledgeWanted:
            self = .wholeKnowledgeWanted(collection: try reader.text(limit: Limits.nameByteCount))
        case .segment:
            let delta = try reader.nonce()
            let index = try reader.number(limit: Limits.deltaSegmentCount)
            self = .segment(SealedSegment(delta: delta, index: index, bytes: Array(try reader.raw(reader.remaining))))
        case .merged:
            let delta = try reader.nonce()
            self = .merged(delta: delta, index: try reader.number(limit: Limits.deltaSegmentCount))
        case .receipt:
            let collection = try reader.text(limit: Limits.nameByteCount)
            self = .receipt(collection: collection, try reader.knowledge())
        case .done:
            self = .done
        case .working:
            self = .working
        case .refusal:
            self = .refusal(code: try reader.text(limit: Limits.nameByteCount))
        case .preamble:
            let space = try reader.space()
            self = .preamble(Preamble(
                space: space, packer: try reader.nonce(), label: try reader.text(limit: Limits.labelByteCount),
                packedMilliseconds: try reader.signed()))
        case .end:
            let count = try reader.number(limit: 1 << 40)
            self = .end(frameCount: count, digest: Array(try reader.raw(32)))
        case .manifest:
            preconditionFailure("decoded above")
        }
        try reader.finish()
    }
}

extension ByteWriter {
    fileprivate mutating func space(_ space: SpaceIdentity) {
        nonce(space.id)
        text(space.name)
        raw(space.importSecret)
    }
}

extension ByteReader {
    fileprivate mutating func space() throws -> SpaceIdentity {
        SpaceIdentity(
            id: try nonce(), name: try text(limit: Limits.labelByteCount),
            importSecret: Array(try raw(SpaceIdentity.importSecretByteCount)))
    }
}
