import BundleFile
import CRDT
import Foundation
import Glibc
import Testing
import Transport
import Trust
import Wire

/// Bundle files: written whole or not at all, read whole or with a typed error.
@Suite struct TransportBundleTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "kith-bundle-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func inFolder<Result>(_ body: (String) throws -> Result) rethrows -> Result {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func roundTrip() throws {
        try inFolder { folder in
            let path = folder + "/stick.kithbundle"
            let messages = Sample.messages()
            let byteCount = try Sample.write(messages, to: path)
            #expect(try names(folder) == ["stick.kithbundle"])
            let data = try #require(FileManager.default.contents(atPath: path))
            #expect(data.count == byteCount && data.starts(with: Bundle.magic))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let read = try Sample.read(path)
            #expect(read.dropLast() == messages[...])
            #expect(try Sample.salvage(path) == messages.filter { if case .manifest = $0 { true } else if case .segment = $0 { true } else { false } })
        }
    }

    @Test func manyAndLargeFrames() throws {
        try inFolder { folder in
            let path = folder + "/large"
            let messages = Sample.messages(deltas: [Array(repeating: 900_000, count: 5), Array(repeating: 40, count: 300), []])
            _ = try Sample.write(messages, to: path)
            #expect(try Sample.read(path).dropLast() == messages[...])
        }
    }

    @Test func everyFlippedByteAndEveryTruncation() throws {
        try inFolder { folder in
            let whole = folder + "/whole", path = folder + "/broken"
            let messages = Sample.messages(deltas: [[300, 500, 200], [400]])
            _ = try Sample.write(messages, to: whole)
            let bytes = [UInt8](try #require(FileManager.default.contents(atPath: whole)))
            #expect((2_048...4_096).contains(bytes.count))
            let intact = Set(messages)
            // In place: a disk takes its time over thousands of files written anew.
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            func put(_ byte: UInt8, at position: Int) throws {
                try file.seek(toOffset: UInt64(position))
                try file.write(contentsOf: [byte])
            }
            for position in bytes.indices {
                try put(bytes[position] ^ 1 << UInt8(position % 8), at: position)
                #expect(throws: WireError.self, "flipped \(position)") { try Sample.read(path) }
                // What is salvaged is intact. (All of this is one sealed chunk, which goes as a whole.)
                if position >= Bundle.magic.count {
                    let salvaged = (try? Sample.salvage(path)) ?? []
                    #expect(salvaged.allSatisfy(intact.contains), "salvage after flip \(position)")
                }
                try put(bytes[position], at: position)
            }
            #expect(try Sample.read(path).count == messages.count + 1)
            for count in bytes.indices.reversed() {
                try file.truncate(atOffset: UInt64(count))
                #expect(throws: WireError.self, "cut at \(count)") { try Sample.read(path) }
                if count >= Bundle.magic.count { #expect(((try? Sample.salvage(path)) ?? []).allSatisfy(intact.contains)) }
            }
            #expect([UInt8](try #require(FileManager.default.contents(atPath: whole))) == bytes)
        }
    }

    @Test func wrongBeginningsAndEnds() throws {
        try inFolder { folder in
            let whole = folder + "/whole", path = folder + "/other"
            _ = try Sample.write(Sample.messages(), to: whole)
            let bytes = [UInt8](try #require(FileManager.default.contents(atPath: whole)))
            let newer = Array("KITH BUNDLE 2\n".utf8) + bytes.dropFirst(Bundle.magic.count)
            let cases: [([UInt8], WireError.Code)] = [
                ([], .truncated), (Bundle.magic, .truncated), (Array("KITH".utf8), .truncated),
                (Array("SQLite format 3\0 and more".utf8), .notKith), (Array("K".utf8) + [0], .notKith),
                (newer, .newerFormat), (Array("KITH BUNDLE 12\n".utf8), .newerFormat), (Array("KITH BUNDLE X\n".utf8), .notKith),
                (bytes + [0], .damaged), (bytes + bytes, .damaged), (bytes + bytes.dropFirst(Bundle.magic.count), .damaged),
            ]
            for (content, code) in cases {
                try Data(content).write(to: URL(fileURLWithPath: path))
                let error = #expect(throws: WireError.self) { try Sample.read(path) }
                #expect(error?.code == code)
                #expect(error?.offset != nil)
            }
        }
    }

    @Test func framesOutOfOrder() throws {
        try inFolder { folder in
            let messages = Sample.messages(deltas: [[100, 100]])
            for wrong in [[messages[1]], [messages[0], messages[2]], [messages[0], messages[1], messages[3]], messages + [messages[2]], [.done]] {
                let writer = try BundleFileWriter(path: folder + "/x", envelope: Sample.envelope(), nonce: Nonce(high: 1, low: 1))
                let error = #expect(throws: WireError.self) { for message in wrong { try writer.append(message) } }
                #expect(error?.code == .unexpected)
                #expect(try names(folder).isEmpty)
            }
            let unfinished = try BundleFileWriter(path: folder + "/x", envelope: Sample.envelope(), nonce: Nonce(high: 1, low: 1))
            for message in messages.dropLast() { try unfinished.append(message) }
            #expect(throws: WireError.self) { _ = try unfinished.finish() }
            #expect(try names(folder).isEmpty)
        }
    }

    @Test func pathsThatAreNoFile() throws {
        try inFolder { folder in
            let whole = folder + "/whole"
            _ = try Sample.write(Sample.messages(), to: whole)
            let before = FileManager.default.contents(atPath: whole)
            #expect(symlink(whole, folder + "/link") == 0)
            #expect(symlink(folder + "/nowhere", folder + "/dangling") == 0)
            #expect(mkfifo(folder + "/pipe", 0o600) == 0)
            #expect(mkdir(folder + "/folder", 0o700) == 0)
            let kinds: [(String, BundleFileError.Kind)] = [
                (folder + "/link", .link), (folder + "/dangling", .link), (folder + "/pipe", .pipe), (folder + "/folder", .folder),
                ("/dev/null", .device),
            ]
            for (path, kind) in kinds {
                for attempt in [
                    { _ = try Sample.read(path) }, { _ = try BundleSalvage(path: path, key: Sample.key) },
                    { _ = try BundleFileWriter(path: path, envelope: Sample.envelope(), replacing: true, nonce: .zero) },
                ] {
                    let error = #expect(throws: BundleFileError.self, "\(kind)") { try attempt() }
                    #expect(error?.code == .notAFile && error?.kind == kind)
                }
            }
            #expect(throws: BundleFileError(.notFound, in: "opening", errno: ENOENT)) { try Sample.read(folder + "/none") }
            #expect(throws: BundleFileError(.notFound, in: "opening", errno: ENOENT)) {
                try BundleFileWriter(path: folder + "/none/x", envelope: Sample.envelope(), nonce: .zero)
            }
            #expect(FileManager.default.contents(atPath: whole) == before)
        }
    }

    @Test func anExistingFileIsLeftAlone() throws {
        try inFolder { folder in
            let path = folder + "/mine"
            try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
            #expect(throws: BundleFileError(.alreadyExists, in: "opening")) { try BundleFileWriter(path: path, envelope: Sample.envelope(), nonce: .zero) }
            // One that appears while the bundle is written is left alone as well.
            let late = folder + "/late"
            let writer = try BundleFileWriter(path: late, envelope: Sample.envelope(), nonce: .zero)
            for message in Sample.messages() { try writer.append(message) }
            try Data("precious".utf8).write(to: URL(fileURLWithPath: late))
            #expect(throws: BundleFileError(.alreadyExists, in: "publishing", errno: EEXIST)) { try writer.finish() }
            #expect(FileManager.default.contents(atPath: late) == Data("precious".utf8))
            #expect(try names(folder) == ["late", "mine"])

            let replacing = try BundleFileWriter(path: path, envelope: Sample.envelope(), replacing: true, nonce: .zero)
            for message in Sample.messages() { try replacing.append(message) }
            #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
            _ = try replacing.finish()
            #expect(try Sample.read(path).count == Sample.messages().count + 1)
        }
    }

    @Test func aWriterLetGoLeavesNothing() throws {
        try inFolder { folder in
            do {
                let writer = try BundleFileWriter(path: folder + "/x", envelope: Sample.envelope(), nonce: Nonce(high: 1, low: 1))
                try writer.append(Sample.messages()[0])
                #expect(try names(folder) == [".x.partial-0000000000000001"])
            }
            #expect(try names(folder).isEmpty)
        }
    }

    @Test func aFullStick() throws {
        try inFolder { folder in
            let stick = folder + "/stick"
            #expect(mkdir(stick, 0o700) == 0)
            guard geteuid() == 0, mount("none", stick, "tmpfs", 0, "size=256k") == 0 else {
                print("aFullStick: left out, needs the right to mount")
                return
            }
            defer { umount(stick) }
            let error = #expect(throws: BundleFileError.self) {
                _ = try Sample.write(Sample.messages(deltas: [Array(repeating: 100_000, count: 10)]), to: stick + "/x")
            }
            #expect(error?.code == .noSpace)
            #expect(try names(stick).isEmpty)
            _ = try Sample.write(Sample.messages(), to: stick + "/small")
            #expect(try names(stick) == ["small"])
        }
    }

    @Test func aFileThatChangesWhileRead() throws {
        try inFolder { folder in
            let path = folder + "/x"
            let messages = Sample.messages(deltas: [Array(repeating: 100_000, count: 4)])
            _ = try Sample.write(messages, to: path)
            for change in [
                { (file: FileHandle) in file.seekToEndOfFile(); file.write(Data([1])) },
                { (file: FileHandle) in file.truncateFile(atOffset: 1_000) },
                { (file: FileHandle) in file.seek(toFileOffset: 20_000); file.write(Data([1, 2, 3])) },
            ] {
                _ = try Sample.write(messages, to: path, replacing: true)
                let reader = try BundleFileReader(path: path, key: Sample.key)
                _ = try reader.next()
                let salvage = try BundleSalvage(path: path, key: Sample.key)
                _ = try salvage.next()
                let file = try #require(FileHandle(forUpdatingAtPath: path))
                change(file)
                try file.close()
                let error = #expect(throws: BundleFileError.self) { while try reader.next() != nil {} }
                #expect(error?.code == .changedWhileRead)
                #expect(throws: BundleFileError.self) { while try salvage.next() != nil {} }
            }
        }
    }

    /// The frame's checksum says nothing of what is sealed; the manifest does, when the bundle is read and already when it is written.
    @Test func aSegmentIsTheOneOfItsManifest() throws {
        try inFolder { folder in
            var messages = Sample.messages(deltas: [[300, 500]])
            guard case .segment(let segment) = messages[4] else { throw CancellationError() }
            var bytes = segment.bytes
            bytes[77] ^= 8
            messages[4] = .segment(SealedSegment(delta: segment.delta, index: segment.index, bytes: bytes))
            #expect { try Sample.write(messages, to: folder + "/x") } throws: {
                ($0 as? BundleFileError)?.code == .notWhatWasWritten
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func salvageKeepsWhatIsIntact() throws {
        try inFolder { folder in
            let path = folder + "/x"
            let messages = Sample.messages(deltas: [[200_000, 200_000, 200_000], [500]])
            _ = try Sample.write(messages, to: path)
            var bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
            // In the middle of the second segment, as a bad block would take it: sealed chunks before and after are of it too.
            let start = messages[..<4].reduce(0) { $0 + Frame.encode($1).count }
            let envelope = try BundleFileReader.envelope(of: path).envelope
            let middle = Bundle.magic.count + envelope.byteCount + start + 100_000
            for position in middle..<(middle + 1_500) { bytes[position] = 0 }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let salvage = try BundleSalvage(path: path, key: Sample.key)
            var found: [Message] = []
            while let message = try salvage.next() { found.append(message) }
            #expect(found == [messages[2], messages[3], messages[5], messages[6], messages[7]])
            #expect(salvage.lostSegmentCount == 1 && salvage.intactSegmentCount == 3 && salvage.intactManifestCount == 2)
            #expect(salvage.firstDamageOffset == start)
        }
    }

    /// Ten gigabytes of nothing behind a bundle, as broken sticks have it: to look at each byte of what can be searched took half a minute.
    @Test func salvagePassesOverALongTail() throws {
        try inFolder { folder in
            let messages = Sample.messages(deltas: [[100_000, 100_000, 300_000]])
            _ = try Sample.write(messages, to: folder + "/x")
            #expect(truncate(folder + "/x", 10 << 30) == 0)
            let salvage = try BundleSalvage(path: folder + "/x", key: Sample.key)
            var found: [Message] = []
            while let message = try salvage.next() { found.append(message) }
            // The last part of the file is sealed as the last, and is that no longer.
            #expect(found == Array(messages[2...4]))
            #expect(salvage.lostSegmentCount == 1 && salvage.notSearchedByteCount > 9 << 30)
            #expect(salvage.searchedPlaceCount < 1 << 20)
        }
    }

    @Test func anotherSpacesManifest() throws {
        try inFolder { folder in
            let messages = Sample.messages(), others = Sample.messages(space: Nonce(high: 8, low: 8))
            _ = try Sample.write(Array(messages.prefix(2) + others.dropFirst(2)), to: folder + "/x")
            let error = #expect(throws: WireError.self) { try BundleContents.read(folder + "/x", key: Sample.key) }
            #expect(error?.code == .otherSpace)
        }
    }
}

private enum Sample {
    private static let members = EpochKey([UInt8](repeating: 5, count: EpochKey.byteCount))!

    static func envelope() throws -> (envelope: BundleEnvelope, key: EpochKey) {
        try BundleEnvelope.make(epochKey: members, newcomers: [], random: { Nonce(high: 6, low: 6) })
    }

    /// As a member opens it.
    static func key(_ envelope: BundleEnvelope) -> EpochKey? {
        var ring = KeyRing()
        ring.add(members, to: KeyScope.members)
        return envelope.key(ring: ring)
    }

    /// Preamble, roster, then for each delta its manifest and segments of these sizes.
    static func messages(deltas: [[Int]] = [[300, 200]], space: SpaceID = Nonce(high: 1, low: 1)) -> [Message] {
        let writer = Nonce(high: 2, low: 2)
        var messages: [Message] = [
            .preamble(Preamble(
                space: space, packer: Nonce(high: 3, low: 3), packerReplica: Nonce(high: 4, low: 4), packedMilliseconds: 9,
                knownHeads: [], heads: [])),
            .statements([Array("a statement".utf8)]),
        ]
        for (number, sizes) in deltas.enumerated() {
            let parts = sizes.enumerated().map { index, size in
                [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                    var state = UInt64(number * 1_000 + index + 1)
                    for position in 0..<size {
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        buffer[position] = UInt8(truncatingIfNeeded: state >> 33)
                    }
                    count = size
                }
            }
            let manifest = Manifest(
                space: space, collection: "people", packer: Nonce(high: 3, low: 3), packerReplica: Nonce(high: 4, low: 4),
                packedMilliseconds: Int64(number), base: .whole(Knowledge()),
                chains: [writer: [BatchEnd(last: 1, nonce: writer)]],
                segments: parts.map {
                    .init(changeCount: 1, bodyByteCount: $0.count, sealedByteCount: $0.count, digest: Digest.sha256($0))
                }, epoch: .zero)
            messages.append(.manifest(manifest))
            for (index, part) in parts.enumerated() {
                messages.append(.segment(SealedSegment(delta: manifest.id, index: index, bytes: part)))
            }
        }
        return messages
    }

    static func write(_ messages: [Message], to path: String, replacing: Bool = false) throws -> Int {
        let writer = try BundleFileWriter(path: path, envelope: envelope(), replacing: replacing, nonce: Nonce(high: 7, low: 7))
        for message in messages { try writer.append(message) }
        return try writer.finish()
    }

    static func read(_ path: String) throws -> [Message] {
        let reader = try BundleFileReader(path: path, key: Sample.key)
        var messages: [Message] = []
        while let message = try reader.next() { messages.append(message) }
        return messages
    }

    static func salvage(_ path: String) throws -> [Message] {
        let salvage = try BundleSalvage(path: path, key: Sample.key)
        var messages: [Message] = []
        while let message = try salvage.next() { messages.append(message) }
        return messages
    }
}
