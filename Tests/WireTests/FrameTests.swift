import CRDT
import Testing
import Wire

/// Messages in frames, frames in a stream or file.
@Suite struct FrameTests {
    static let messages: [Message] = [
        .hello(Hello(
            space: Samples.space, device: Samples.writer(1), replica: Samples.writer(2), digest: Samples.writer(3),
            rosterDigest: Samples.writer(4))),
        .hello(Hello(space: nil, device: Samples.writer(1), replica: Samples.writer(2), digest: .zero, rosterDigest: .zero)),
        .request([1, 2, 3]), .statements([[1, 2], [3]]), .statements([]), .heads([1, 2, 7].map(Samples.statement).sorted()), .heads([]),
        .stated,
        .knowledge(collection: "people", .whole(Samples.base), partial: [
            PartialDelta(delta: Samples.writer(5), merged: []), PartialDelta(delta: Samples.writer(6), merged: [0, 1, 7, 300]),
        ]),
        .wholeKnowledgeWanted(collection: "directory"), .manifest(Samples.manifest()),
        .segment(SealedSegment(delta: Samples.writer(7), index: 3, bytes: [1, 2, 3])),
        .segment(SealedSegment(delta: Samples.writer(7), index: 200, bytes: [])), .merged(delta: Samples.writer(7), index: 3),
        .receipt(collection: "people", .relative(to: Samples.writer(8), changed: [Samples.writer(1): nil])),
        .chains(collection: "people", [
            Samples.writer(3): WholeChain(
                origin: Origin(root: Samples.writer(1), before: Samples.end(4, 14)), ends: [Samples.end(300, 3), Samples.end(301, 33)])
        ]),
        .done, .working,
        .refusal(code: "busy"), .preamble(Preamble(
            space: Samples.space, packer: Samples.writer(1), packerReplica: Samples.writer(2), packedMilliseconds: -1,
            knownHeads: [Samples.statement(3)], heads: [4, 5].map(Samples.statement).sorted())),
        .end(frameCount: 7, digest: Array(repeating: 9, count: 32)),
    ]

    private func decoded(_ bytes: [UInt8]) throws -> [Message] {
        var decoder = FrameDecoder()
        decoder.append(bytes)
        var found: [Message] = []
        while let message = try decoder.next() { found.append(message) }
        return found
    }

    @Test func everyMessageGoesRound() throws {
        for message in Self.messages { #expect(try decoded(Frame.encode(message)) == [message]) }
        #expect(try decoded(Self.messages.flatMap(Frame.encode)) == Self.messages)
    }

    @Test func bytesMayComeOneAtATime() throws {
        var decoder = FrameDecoder()
        var found: [Message] = []
        for byte in Self.messages.flatMap(Frame.encode) {
            decoder.append([byte])
            while let message = try decoder.next() { found.append(message) }
        }
        #expect(found == Self.messages)
    }

    @Test func everyFlippedByteIsFound() {
        let bytes = Frame.encode(Self.messages[0])
        for place in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[place] ^= 1 << UInt8(bit)
                let found = code { if try decoded(damaged).isEmpty { throw WireError(.truncated, in: "test") } }
                #expect(found != nil, "byte \(place), bit \(bit)")
            }
        }
    }

    /// What names a segment is found by its frame's checksum, what is sealed by the manifest.
    @Test func everyFlippedByteOfASegmentIsFound() throws {
        let content = (0..<200).map { UInt8($0) }
        for count in [1, 130, 20_000] {
            let index = count - 1
            let manifest = Manifest(
                space: .zero, collection: "people", packer: .zero, packerReplica: .zero, packedMilliseconds: 0, base: .whole(Knowledge()),
                chains: [:],
                segments: Array(
                    repeating: .init(changeCount: 1, bodyByteCount: 200, sealedByteCount: 200, digest: Digest.sha256(content)), count: count),
                epoch: .zero)
            let bytes = Frame.encode(.segment(SealedSegment(delta: Nonce(high: 1, low: 2), index: index, bytes: content)))
            for place in bytes.indices {
                var damaged = bytes
                damaged[place] ^= 1 << UInt8(place % 8)
                let found = error {
                    guard case .segment(let segment) = try decoded(damaged).first else { throw WireError(.truncated, in: "test") }
                    try segment.checked(against: manifest)
                }
                if place >= bytes.count - 200 {
                    #expect(found == WireError(.damaged, in: "segment"), "byte \(place)")
                } else if place >= 5 {
                    #expect(found == WireError(.damaged, in: "frame", at: 0), "byte \(place)")
                } else {
                    #expect(found != nil, "byte \(place)")
                }
            }
        }
    }

    private func error(_ body: () throws -> Void) -> WireError? {
        do { try body() } catch { return error as? WireError }
        return nil
    }

    /// A segment is sent from where it is: both parts are the frame.
    @Test func aFrameInParts() {
        for message in Self.messages {
            let (head, body) = Frame.parts(of: message)
            #expect(head + body == Frame.encode(message))
            if case .segment(let segment) = message { #expect(body == segment.bytes) } else { #expect(body.isEmpty) }
        }
    }

    /// The checksum is made right again, so that the payload's own checks are what stands.
    @Test func damagedPayloadsNeverCrash() throws {
        for message in Self.messages {
            let bytes = Frame.encode(message)
            let header = try Frame.header(bytes, at: 0)
            let payload = Array(bytes[Frame.headerByteCount...])
            func read(_ payload: [UInt8]) throws -> Message {
                let checksum = Frame.checksum(type: header.type, payload: payload)
                let size = (0..<4).map { UInt8(truncatingIfNeeded: payload.count >> (8 * $0)) }
                let repaired = [header.type] + size + (0..<8).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
                return try Frame.message(try Frame.header(repaired, at: 0), payload: payload, at: 0)
            }
            for place in payload.indices {
                for pattern: UInt8 in [0x01, 0x10, 0x7F, 0x80, 0xFF] {
                    var damaged = payload
                    damaged[place] ^= pattern
                    guard let found = try? read(damaged) else { continue }
                    // zstd has many ways to say one thing.
                    if case .statements = message { continue }
                    #expect(Array(Frame.encode(found)[Frame.headerByteCount...]) == damaged)
                }
                _ = try? read(Array(payload[..<place]))
            }
            // Segments and requests end where their frame does; everything else knows its end.
            if case .segment = message { continue }
            if case .request = message { continue }
            // Behind a zstd frame there is nothing either.
            if case .statements = message {
                #expect(code { _ = try read(payload + [0]) } == .malformed)
                continue
            }
            #expect(code { _ = try read(payload + [0]) } == .trailing)
        }
    }

    @Test func strangersAreToldApart() {
        #expect(code { _ = try decoded([0]) } == .notKith)
        #expect(code { _ = try decoded([0x16 + 0x80]) } == .notKith)
        for greeting in ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "EHLO example.org\r\n"] {
            let found = code { _ = try decoded(Array(greeting.utf8)) }
            #expect(found == .notKith || found == .tooLarge, "\(greeting)")
        }
        #expect(code { _ = try decoded([23] + Array(repeating: 0, count: 12)) } == .notKith, "a type that nobody has")
    }

    @Test func aFrameHasALimit() throws {
        func header(_ count: Int) -> [UInt8] {
            [7] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + Array(repeating: 0, count: 8)
        }
        #expect(try Frame.header(header(Limits.frameByteCount - 1), at: 0).payloadByteCount == Limits.frameByteCount - 1)
        #expect(try Frame.header(header(Limits.frameByteCount), at: 0).payloadByteCount == Limits.frameByteCount)
        for count in [Limits.frameByteCount + 1, Int(UInt32.max)] {
            #expect(code { _ = try Frame.header(header(count), at: 0) } == .tooLarge)
            #expect(code { _ = try decoded(header(count)) } == .tooLarge, "before a byte of it is waited for")
        }
        #expect(code { _ = try Frame.header([1, 2], at: 0) } == .truncated)
    }

    @Test func newerVersionsAreToldApart() {
        let hello = Hello(version: 2, space: nil, device: .zero, replica: .zero, digest: .zero, rosterDigest: .zero)
        #expect(code { _ = try decoded(Frame.encode(.hello(hello))) } == .newerFormat)
    }

    /// A first frame that fits 4,096 bytes on every connection: hello is far below it.
    @Test func aHelloIsSmall() { #expect(Frame.encode(Self.messages[0]).count == 99) }

    @Test func requestsAndStatementsHaveLimits() {
        for offset in [-1, 0, 1] {
            let expected: WireError.Code? = offset > 0 ? .tooLarge : nil
            let request = Message.request(Array(repeating: 7, count: Limits.requestByteCount + offset))
            #expect(code { _ = try decoded(Frame.encode(request)) } == expected)
            let statement = Message.statements([Array(repeating: 7, count: Limits.statementByteCount + offset)])
            #expect(code { _ = try decoded(Frame.encode(statement)) } == expected)
            let many = Message.statements(Array(repeating: [7], count: Limits.rosterStatementCount + offset))
            #expect(code { _ = try decoded(Frame.encode(many)) } == expected)
            let heads = Message.heads((0..<UInt64(Limits.rosterStatementCount + offset)).map(Samples.statement).sorted())
            #expect(code { _ = try decoded(Frame.encode(heads)) } == expected)
        }
    }

    /// One valid encoding of a set of statements: ascending, each once, in a session and at a bundle's head.
    @Test func headsAscend() {
        let heads = [1, 2].map(Samples.statement).sorted()
        func preamble(_ known: [StatementID], _ own: [StatementID]) -> Message {
            .preamble(Preamble(
                space: Samples.space, packer: .zero, packerReplica: .zero, packedMilliseconds: 0, knownHeads: known, heads: own))
        }
        for wrong in [heads.reversed(), [heads[0], heads[0]]] {
            for message in [.heads(wrong), preamble(wrong, heads), preamble([], wrong)] {
                #expect(code { _ = try decoded(Frame.encode(message)) } == .malformed)
            }
        }
        #expect(code { _ = try decoded(Frame.encode(preamble(heads, heads))) } == nil)
    }

    @Test func anErrorSaysWhere() {
        var decoder = FrameDecoder()
        let first = Frame.encode(.done)
        var second = Frame.encode(.working)
        second[6] ^= 1
        decoder.append(first + second)
        do {
            while try decoder.next() != nil {}
            Issue.record("the damage was not seen")
        } catch {
            #expect((error as? WireError)?.offset == first.count)
            #expect("\(error)" == "damaged in frame at byte \(first.count)")
        }
    }
}
