import CRDT
import Foundation
import Relay
import SpaceFiles
import Testing

/// Large transactions go to the file at once, small ones by way of the WAL; either way what was committed is there.
struct PaceTests {
    private func scene() throws -> StoreScene {
        var options = SpaceFolderOptions()
        options.bulkByteCount = 200_000
        return try StoreScene(.files, options: options)
    }

    private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
    private func large(_ number: UInt64) -> SampleDelta { SampleDelta(number, segmentByteCounts: [150_000, 150_000]) }

    @Test func largeOnesGoToTheFileAtOnce() throws {
        let scene = try scene()
        var space = try scene.begin()
        #expect(isThere(scene.file + "-wal"))
        try space.take(large(1))
        #expect(!isThere(scene.file + "-wal"))
        for number in 2...4 as ClosedRange<UInt64> { try space.take(large(number)) }
        // What a reader of another connection sees, while this one is open.
        #expect(try SpaceFile.verify(scene.file).deltaCount == 4)
        // After some small ones the WAL is used again.
        for number in 5...13 as ClosedRange<UInt64> { try space.take(SampleDelta(number)) }
        #expect(isThere(scene.file + "-wal"))
        #expect(try SpaceFile.verify(scene.file).isSound)
        space = try scene.reopen()
        for number in 1...4 as ClosedRange<UInt64> {
            #expect(try space.segment(1, of: large(number).id) == large(number).segments[1].bytes)
        }
        #expect(try space.deltas(after: 0).count == 13 && SpaceFile.verify(scene.file).isSound)
    }

    @Test func whatIsTakenBackLeavesNothing() throws {
        struct Doubt: Error {}
        let scene = try scene()
        let space = try scene.begin()
        try space.take(large(1))
        let version = try space.version()
        #expect(throws: Doubt.self) {
            try space.transaction {
                try space.begin(large(2).incoming())
                for segment in large(2).segments { try space.put(segment) }
                throw Doubt()
            }
        }
        #expect(try space.version() == version && space.partialDeltas().isEmpty)
        try space.take(large(3))
        let report = try SpaceFile.verify(scene.file)
        #expect(report.isSound && report.deltaCount == 2)
    }

    /// A backup, or a check, reads for long: it is said before, and then nobody waits.
    @Test func aReaderKeepsNobodyWaiting() throws {
        let scene = try scene()
        let space = try scene.begin()
        let file = try #require(space as? SpaceFile)
        try space.take(large(1))
        #expect(!isThere(scene.file + "-wal"))
        try space.transaction { file.reads(beginning: true) }
        // Although they are large.
        for number in 2...3 as ClosedRange<UInt64> { try space.take(large(number)) }
        #expect(isThere(scene.file + "-wal"))
        try SpaceFile.backup(scene.file, to: scene.folder + "/copy")
        try space.transaction { file.reads(beginning: false) }
        try space.take(large(4))
        #expect(!isThere(scene.file + "-wal"))
        #expect(try SpaceFile.verify(scene.folder + "/copy").deltaCount == 3)
    }
}
