import CRDT
import Trust
import Wire

/// What must be refused because of who sealed or signed it, and whole bundles.
extension InvalidVector {
    private typealias World = FixtureWorld

    // MARK: Packers

    static let packers: [InvalidVector] = {
        func packed(_ keys: DeviceKeys) -> Manifest {
            World.manifest(keys, replica: World.fatimaReplica, chains: [World.fatima: [World.end(2, World.fatima)]], [])
        }
        let good = packed(FixtureKeys.fatima)
        let own = good.encoded
        let otherwise = (try? FixtureKeys.fatima.sign(own, as: .statement)) ?? []
        return [
            .init("a flipped bit in a signature", .packer, changed(good.payload, at: own.count + 40, by: 1), .badSignature),
            .init("a flipped bit in what is signed", .packer, changed(good.payload, at: 90, by: 1), .badSignature),
            .init("no signature but zeros", .packer, own + Array(repeating: 0, count: 64), .badSignature),
            .init("another member's signature", .packer, own + ((try? FixtureKeys.jan.sign(own, as: .manifest)) ?? []), .badSignature),
            .init("a signature for another purpose", .packer, own + otherwise, .badSignature),
            .init("packed by nobody of the space", .packer, packed(FixtureKeys.stranger).payload, .unknownPacker),
        ]
    }()

    // MARK: Segments

    private static func sealed(
        _ name: String, _ bytes: [UInt8], body: Int, digest: [UInt8]? = nil, epoch: EpochID = FixtureKeys.people.id, _ code: WireError.Code
    ) -> InvalidVector {
        let part = Manifest.Segment(
            changeCount: 1, bodyByteCount: body, sealedByteCount: bytes.count, digest: digest ?? Digest.sha256(bytes))
        let manifest = World.manifest(FixtureKeys.fatima, replica: World.fatimaReplica, chains: [:], [part], epoch: epoch)
        return .init(name, .segment(manifest), bytes, code)
    }

    static let segments: [InvalidVector] = {
        let body = World.oneChange
        let content = World.stored(body)
        let good = World.sealed(content)
        // A frame of one block that says: 65,536 times the byte 0 (RFC 8878, RLE block).
        let bomb: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0, 0, 1, 0, 0x03, 0x00, 0x08, 0]
        let unheld = FixtureKeys.unheld.id
        // Without the bit for a single segment a byte says how far the frame looks back, and a content of less than 256 bytes has no size.
        let unsized = Array(content[..<4]) + [0x00, 0x58] + content[6...]
        // 2^25 bytes and an eighth; the size in two bytes, less 256.
        let long = body + Array(repeating: 0, count: 256)
        let windowed = Array(content[..<4]) + [0x40, 15 << 3 | 1] + World.stored(long)[5...]
        return [
            sealed("not what the manifest names", good, body: body.count, digest: Digest.sha256([]), .damaged),
            sealed("not zstd", World.sealed(body), body: body.count, .malformed),
            sealed("two frames", World.sealed(World.stored(Array(body[..<20])) + World.stored(Array(body[20...]))), body: body.count, .malformed),
            sealed("a frame to be skipped before", World.sealed([0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0] + content), body: body.count, .malformed),
            sealed("a frame to be skipped behind", World.sealed(content + [0x5F, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 7]), body: body.count, .malformed),
            sealed("bytes behind the frame", World.sealed(content + [0]), body: body.count, .malformed),
            sealed("a frame that does not say its size", World.sealed(unsized), body: body.count, .malformed),
            sealed("a dictionary's id", World.sealed(Array(content[..<4]) + [0x21, 7] + content[5...]), body: body.count, .malformed),
            sealed("a window larger than any body", World.sealed(windowed), body: long.count, .malformed),
            sealed("larger than declared", good, body: body.count - 1, .malformed),
            sealed("smaller than declared", good, body: body.count + 1, .malformed),
            sealed("a bomb", World.sealed(bomb), body: 1_000, .malformed),
            sealed("a declared size beyond the limit", good, body: 33_554_433, .tooLarge),
            sealed("a compressed frame that stops", World.sealed(Array(content.dropLast(4))), body: body.count, .malformed),
            sealed("not sealed", content, body: body.count, .malformed),
            sealed("a stream that stops", Array(good.dropLast()), body: body.count, .malformed),
            sealed("a changed byte that the manifest names", changed(good, at: 70, by: 1), body: body.count, .malformed),
            sealed("sealed for another collection", World.sealed(content, collection: "directory"), body: body.count, .malformed),
            sealed(
                "sealed for another space", World.sealed(content, by: FixtureKeys.sealing(space: World.nonce(0x55, 0x56))),
                body: body.count, .malformed),
            sealed(
                "sealed under a key that is not here", World.sealed(content, epoch: unheld, by: FixtureKeys.outsider),
                body: body.count, epoch: unheld, .noKey),
            sealed(
                "sealed under another key than the manifest says", World.sealed(content, epoch: unheld, by: FixtureKeys.outsider),
                body: body.count, .malformed),
        ]
    }()

    // MARK: Bundles

    static let bundles: [InvalidVector] = {
        let messages = FixtureWorld.bundle
        let frames = FixtureWorld.frames(messages)
        let good = FixtureWorld.file(frames)
        let end = Frame.encode(.done).count + 33
        // The magic line, and the envelope of a bundle without newcomers.
        let head = 14 + 98
        func file(_ name: String, _ messages: [Message], _ code: WireError.Code = .unexpected) -> InvalidVector {
            .init(name, .bundle, FixtureWorld.file(messages), code)
        }
        func sealed(_ name: String, _ frames: [UInt8], _ code: WireError.Code) -> InvalidVector {
            .init(name, .bundle, FixtureWorld.file(frames), code)
        }
        func bytes(_ name: String, _ bytes: [UInt8], _ code: WireError.Code) -> InvalidVector { .init(name, .bundle, bytes, code) }
        return [
            bytes("an empty file", [], .truncated),
            bytes("half a magic line", Array(good[..<7]), .truncated),
            bytes("another kind of file", Array("PK\u{3}\u{4} and so on".utf8), .notKith),
            bytes("a bundle of a newer format", Array("KITH BUNDLE 2\n".utf8) + good[14...], .newerFormat),
            bytes("only the magic line", Array(good[..<14]), .truncated),
            bytes("half an envelope", Array(good[..<60]), .truncated),
            bytes("a flipped bit in the envelope", changed(good, at: 40, by: 1), .damaged),
            bytes("only the envelope", Array(good[..<head]), .truncated),
            bytes("another space's bundle", FixtureWorld.file(frames, key: FixtureKeys.unheld), .noKey),
            bytes("a sealed stream that stops", Array(good.dropLast(20)), .damaged),
            bytes("a byte after the sealed stream", good + [0], .damaged),
            bytes("two bundles in one file", good + good, .damaged),
            sealed("nothing sealed", [], .truncated),
            sealed("no end", Array(frames.dropLast(end)), .truncated),
            sealed("a byte after the end", frames + [0], .trailing),
            sealed("the frames of two bundles", frames + frames, .trailing),
            sealed("an end that counts wrongly", messages.flatMap(Frame.encode)
                + Frame.encode(.end(frameCount: 4, digest: Array(repeating: 0, count: 32))), .damaged),
            sealed("a flipped bit in a segment", changed(frames, at: frames.count - end - 5, by: 2), .damaged),
            file("no statements", [messages[0]] + messages[2...]),
            file("the statements first", [messages[1], messages[0]] + messages[2...]),
            file("the statements twice", [messages[0], messages[1]] + messages[1...]),
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
