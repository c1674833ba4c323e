import CRDT
import Foundation
import Glibc
import Relay
import SpaceFiles
import Testing
import Wire

/// What holds of SQLite files alone: copies, damage, the disk, and what is left in the bytes.
@Suite struct SpaceFileTests {
    private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

    private func contains(_ path: String, _ part: [UInt8]) throws -> Bool {
        try Data(contentsOf: URL(fileURLWithPath: path)).range(of: Data(part)) != nil
    }

    private func mode(_ path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
    }

    @Test func onlyTheOwnerReads() throws {
        let scene = try StoreScene(.files)
        let space = try scene.begin()
        try space.take(SampleDelta(1))
        #expect(mode(scene.folder) == 0o700)
        for name in try FileManager.default.contentsOfDirectory(atPath: scene.folder) {
            #expect(mode("\(scene.folder)/\(name)") == 0o600, "\(name)")
        }
    }

    /// Two relays on one store by mistake.
    @Test func oneProcessHasASpace() throws {
        let scene = try StoreScene(.files)
        let space = try scene.begin()
        let another = try scene.another()
        #expect(try code { _ = try another.open(StoreScene.space) } == .inUse)
        #expect(try code { _ = try another.create(StoreScene.space, incarnation: .zero) } == .inUse)
        #expect(try code { try another.remove(StoreScene.space) } == .inUse)
        #expect(try another.spaces() == [StoreScene.space])
        try space.take(SampleDelta(1))
        try scene.store.close()
        let taken = try another.open(StoreScene.space)
        #expect(try taken.deltas(after: 0).count == 1)
        #expect(taken.incarnation == space.incarnation, "nothing was copied or restored")
        try another.close()
    }

    // MARK: Copies and backups

    @Test func aStoreThatStaysKeepsItsIncarnation() throws {
        let scene = try StoreScene(.files)
        let name = try scene.begin().incarnation
        try #expect(scene.reopen().incarnation == name)
        try scene.reopen().take(SampleDelta(1))
        let space = try scene.reopen()
        #expect(space.incarnation == name)
        #expect(try space.events(sinceMilliseconds: 0, limit: 9).isEmpty)
    }

    /// Yesterday's file is put back over today's: the same machine, path and even inode.
    @Test func anOlderStateTakesANewIncarnation() throws {
        let scene = try StoreScene(.files)
        var space = try scene.begin()
        let name = space.incarnation
        try space.take(SampleDelta(1))
        try scene.store.close()
        let yesterday = try bytes(scene.file)
        space = try scene.reopen()
        try space.take(SampleDelta(2))
        try scene.store.close()
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: scene.file))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: yesterday)
        try handle.close()

        space = try scene.reopen()
        #expect(space.incarnation != name)
        #expect(try space.events(sinceMilliseconds: 0, limit: 9).map { "\($0.kind) \($0.detail)" } == ["new-incarnation witness"])
        let anew = space.incarnation
        #expect(try scene.reopen().incarnation == anew, "once")
    }

    @Test func aCopyElsewhereTakesANewIncarnation() throws {
        let scene = try StoreScene(.files)
        let name = try scene.begin().incarnation
        var names: Set<Nonce> = [name]
        var space = try scene.reopen(machine: "machine b")
        names.insert(space.incarnation)
        #expect(try space.events(sinceMilliseconds: 0, limit: 9).map(\.detail) == ["machine"])
        try scene.store.close()

        // The whole folder under another name, lock files and all.
        let elsewhere = scene.folder + "-elsewhere"
        defer { try? FileManager.default.removeItem(atPath: elsewhere) }
        try FileManager.default.copyItem(atPath: scene.folder, toPath: elsewhere)
        let environment = SpaceFolderEnvironment(nowMilliseconds: { 1 }, nonce: { Nonce(high: 0xF, low: 0xF) }, machine: "machine b")
        let copy = try SpaceFolder(elsewhere, environment: environment)
        space = try copy.open(StoreScene.space)
        names.insert(space.incarnation)
        #expect(try space.events(sinceMilliseconds: 0, limit: 9).last?.kind == "new-incarnation")
        try copy.close()

        // The lock's file was lost.
        try FileManager.default.removeItem(atPath: scene.file + "-lock")
        names.insert(try scene.reopen(machine: "machine b").incarnation)
        #expect(names.count == 4)
    }

    @Test func aBackupIsAFileAndComesBack() throws {
        let scene = try StoreScene(.files)
        let space = try #require(try scene.begin() as? SpaceFile)
        let (old, new) = (SampleDelta(1), SampleDelta(2))
        try space.take(old)
        let backup = scene.folder + "/backup"
        try space.backup(to: backup)
        #expect(mode(backup) == 0o600)
        #expect(try code { try space.backup(to: backup) } == .exists)
        let before = try bytes(backup)
        try space.take(new)
        // Another process, while the relay has the file.
        let second = scene.folder + "/second"
        try SpaceFile.backup(scene.file, to: second)
        #expect(try SpaceFile.verify(second).deltaCount == 2)
        #expect(try bytes(backup) == before)

        let report = try SpaceFile.verify(backup)
        #expect(report.isSound && report.deltaCount == 1 && report.segmentCount == 2 && report.byteCount == old.byteCount)
        let folder = try #require(scene.store as? SpaceFolder)
        #expect(try code { _ = try SpaceFile.restore(backup, into: folder) } == .inUse, "the space is here, and open")
        try scene.store.remove(StoreScene.space)
        #expect(try SpaceFile.restore(backup, into: folder) == StoreScene.space)
        #expect(try code { _ = try SpaceFile.restore(backup, into: folder) } == .exists)
        let restored = try scene.store.open(StoreScene.space)
        #expect(restored.incarnation != space.incarnation)
        #expect(try restored.segment(0, of: old.id) == old.segments[0].bytes)
        #expect(try restored.deltas(after: 0).count == 1, "peers offer the other one again")
    }

    // MARK: Damage and strangers

    @Test func foreignFilesAreLeftAlone() throws {
        let scene = try StoreScene(.files)
        _ = try scene.begin()
        try scene.store.close()
        let whole = try bytes(scene.file)
        var newer = whole
        newer[63] = 2
        var foreign = whole
        foreign[68] = 0
        let strangers: [(String, [UInt8], RelayError.Code)] = [
            ("empty", [], .damaged), ("text", Array("Dear relay,".utf8), .damaged), ("header alone", Array(whole.prefix(100)), .damaged),
            ("another program's", foreign, .damaged), ("a newer version's", newer, .newerVersion),
            ("another space's", try replaced(whole, StoreScene.space.bytes, SpaceID(high: 8, low: 8).bytes), .damaged),
        ]
        for (name, bytes, expected) in strangers {
            try Data(bytes).write(to: URL(fileURLWithPath: scene.file))
            #expect(try code { _ = try scene.reopen() } == expected, "\(name)")
            #expect(try self.bytes(scene.file) == bytes, "\(name) is not rewritten")
        }
    }

    private func replaced(_ bytes: [UInt8], _ part: [UInt8], _ other: [UInt8]) throws -> [UInt8] {
        var data = Data(bytes)
        let range = try #require(data.range(of: Data(part)))
        data.replaceSubrange(range, with: other)
        return [UInt8](data)
    }

    /// A byte of a segment flips on the disk: `verify` names the segment. A page's structure breaks: reading says so. Nothing is rewritten.
    @Test func damageIsNamed() throws {
        let scene = try StoreScene(.files)
        var space = try scene.begin()
        let deltas = (1...3).map { SampleDelta(UInt64($0), segmentByteCounts: [100_000, 50_000]) }
        for delta in deltas { try space.take(delta) }
        try space.transaction { try space.append([SampleDelta.bytes(500, seed: 9)]) }
        try scene.store.close()
        let whole = try bytes(scene.file)

        let flipped = try replaced(
            whole, Array(deltas[1].segments[1].bytes[30_000..<30_016]), Array(repeating: 0x55, count: 16))
        try Data(flipped).write(to: URL(fileURLWithPath: scene.file))
        var report = try SpaceFile.verify(scene.file)
        #expect(report.faults == ["segment 1 of delta \(deltas[1].id) is not the one that its manifest names"])
        #expect(try bytes(scene.file) == flipped)

        try Data(try replaced(whole, SampleDelta.bytes(500, seed: 9), SampleDelta.bytes(500, seed: 8)))
            .write(to: URL(fileURLWithPath: scene.file))
        report = try SpaceFile.verify(scene.file)
        #expect(report.faults == ["statement at place 4 is not the one that its id names"])

        // Everything after the first pages is gone to noise.
        let torn = Array(whole.prefix(3 * 16_384)) + SampleDelta.bytes(whole.count - 3 * 16_384, seed: 4)
        try Data(torn).write(to: URL(fileURLWithPath: scene.file))
        let found = try code {
            space = try scene.reopen()
            for delta in deltas { _ = try space.segment(0, of: delta.id) }
            guard try SpaceFile.verify(scene.file).isSound else { throw RelayError(.damaged) }
        }
        #expect(found == .damaged)
        let end = try bytes(scene.file).suffix(whole.count - 3 * 16_384)
        #expect(Array(end) == Array(torn.suffix(whole.count - 3 * 16_384)), "nothing of it is rewritten")
    }

    // MARK: The disk

    /// No room: a typed error, nothing half there, reading goes on, and so does writing when there is room again.
    @Test func aFullDiskIsReadOnly() throws {
        var options = SpaceFolderOptions()
        options.fileByteCountLimit = 1 << 20
        let scene = try StoreScene(.files, options: options)
        var space = try scene.begin()
        let (small, large) = (SampleDelta(1), SampleDelta(2, segmentByteCounts: Array(repeating: 300_000, count: 5)))
        try space.take(small)
        let version = try space.version()
        for _ in 0..<3 { #expect(try code { try space.take(large) } == .full) }
        #expect(try space.version() == version && space.byteCount() == small.byteCount && space.partialDeltas().isEmpty)
        #expect(try space.segment(0, of: small.id) == small.segments[0].bytes)
        try space.transaction { try space.append([[1]]) }
        space = try scene.reopen()
        #expect(try space.byteCount() == small.byteCount)
        try space.take(large)
        #expect(try SpaceFile.verify(scene.file).isSound)
    }

    /// A year of deltas that come and are dropped: the file stays within twice what is in it, and nothing dropped is left in any file.
    @Test("What is dropped leaves no byte, by way of the WAL and under a journal", arguments: [512 << 10, 40_000])
    func whatIsDroppedLeavesNoByte(bulkByteCount: Int) throws {
        var options = SpaceFolderOptions()
        options.bulkByteCount = bulkByteCount
        let scene = try StoreScene(.files, options: options)
        let space = try scene.begin()
        var living: [SampleDelta] = []
        for number in 1...120 as ClosedRange<UInt64> {
            let delta = SampleDelta(number, segmentByteCounts: [Int(number % 7) * 30_000 + 1_000, 64_000])
            try space.take(delta)
            living.append(delta)
            guard living.count > 20 else { continue }
            let gone = Array(living.prefix(15))
            living.removeFirst(15)
            try space.transaction { try space.drop(gone.map(\.id)) }
            let names = try FileManager.default.contentsOfDirectory(atPath: scene.folder).filter { !$0.hasSuffix("-lock") }
            for delta in gone.suffix(3) {
                for segment in delta.segments {
                    // Whatever is left of it: a page holds at least this much in one piece.
                    for start in stride(from: 0, to: segment.bytes.count - 32, by: 8_000) {
                        let part = Array(segment.bytes[start..<start + 32])
                        for name in names { #expect(try !contains("\(scene.folder)/\(name)", part), "\(name) at \(start)") }
                    }
                }
            }
            let size = try bytes(scene.file).count
            let kept = try space.byteCount()
            #expect(size < 2 * kept + 20 * 16_384, "\(size) bytes for \(kept)")
            for suffix in ["-wal", "-journal"] where FileManager.default.fileExists(atPath: scene.file + suffix) {
                #expect(try bytes(scene.file + suffix).isEmpty)
            }
        }
        for delta in living { #expect(try space.segment(1, of: delta.id) == delta.segments[1].bytes) }
        let report = try #require(space as? SpaceFile).verify()
        #expect(report.isSound && report.deltaCount == living.count, "\(report.faults)")
    }

    /// A year of single edits, of which three in five are dropped: SQLite leaves pages that are not quite two thirds empty as they are.
    @Test func gapsAreClosed() throws {
        let scene = try StoreScene(.files)
        let space = try scene.begin()
        let deltas = (1...1_500).map { SampleDelta(UInt64($0), segmentByteCounts: [1_000 + $0 % 300]) }
        for start in stride(from: 0, to: deltas.count, by: 50) {
            try space.transaction {
                for delta in deltas[start..<start + 50] {
                    try space.begin(delta.incoming())
                    try space.put(delta.segments[0])
                    _ = try space.complete(delta.id)
                }
            }
        }
        let before = try bytes(scene.file + "-wal").count + bytes(scene.file).count
        let gone = deltas.indices.filter { $0 % 5 < 3 }.map { deltas[$0].id }
        try space.transaction { try space.drop(gone) }
        let (size, kept) = (try bytes(scene.file).count, try space.byteCount())
        #expect(size < before && size <= 2 * kept, "\(size) bytes for \(kept)")
        for delta in deltas.indices.filter({ $0 % 5 >= 3 }).map({ deltas[$0] }) {
            #expect(try space.segment(0, of: delta.id) == delta.segments[0].bytes)
        }
        #expect(try #require(space as? SpaceFile).verify().isSound)
    }

    // MARK: Many spaces

    @Test func onlySoManyFilesAreOpen() throws {
        var options = SpaceFolderOptions()
        options.openFileCount = 3
        let scene = try StoreScene(.files, options: options)
        let folder = try #require(scene.store as? SpaceFolder)
        let spaces = try (0..<12).map { try folder.create(SpaceID(high: 1, low: UInt64($0)), incarnation: .zero) }
        for round in 0..<3 as Range<UInt64> {
            for (number, space) in spaces.enumerated() {
                try space.transaction { try space.append([[UInt8(number), UInt8(round)]]) }
                #expect(folder.openFileCount <= 3)
            }
        }
        for (number, space) in spaces.enumerated() {
            #expect(try space.statements(after: 0).map(\.bytes) == (0..<3).map { [UInt8(number), $0] })
        }
        #expect(try folder.spaces().count == 12)
        let another = try scene.another()
        #expect(try code { _ = try another.open(spaces[0].space) } == .inUse, "a closed file is still ours")
    }

    /// Each thread a space of its own.
    @Test func spacesAreUsedAtOneTime() async throws {
        var options = SpaceFolderOptions()
        options.openFileCount = 2
        let scene = try StoreScene(.files, options: options)
        let folder = try #require(scene.store as? SpaceFolder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<6 as Range<UInt64> {
                group.addTask {
                    let id = SpaceID(high: 3, low: number)
                    let space = try folder.create(id, incarnation: .zero)
                    for round in 0..<20 as Range<UInt64> {
                        let delta = SampleDelta(number << 8 | round, space: id)
                        try space.take(delta)
                        #expect(try space.segment(0, of: delta.id) == delta.segments[0].bytes)
                    }
                    #expect(try space.deltas(after: 0).count == 20)
                }
            }
            try await group.waitForAll()
        }
        #expect(folder.openFileCount <= 6)
    }
}
