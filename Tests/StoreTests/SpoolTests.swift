import Community
import CRDT
import Foundation
import Store
import Testing
import Wire

/// Sealed deltas that lie beside a replica, and what is too large to be sealed.
@Suite struct SpoolTests {
    private let zuid: Neighbourhood
    private let fatima: Store

    init() throws {
        zuid = try Neighbourhood()
        fatima = try zuid.store("fatima")
    }

    private var outgoing: [String] {
        get throws {
            let folder = zuid.path("fatima") + "-outgoing"
            guard FileManager.default.fileExists(atPath: folder) else { return [] }
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        }
    }

    /// More than stays in memory, of bytes that do not compress.
    private func large(_ id: String) throws {
        var chance = SystemRandomNumberGenerator()
        for part in 0..<3 {
            let noise = (0..<(2 << 20)).map { _ in UInt8.random(in: 0...255, using: &chance) }
            try fatima.executeAsClient("insert into person (id, photo) values (?, ?)", [.text("\(id)\(part)"), .blob(noise)])
        }
    }

    private func freeze(_ partial: [PartialDelta] = []) throws -> Spool {
        try #require(try fatima.frozenDelta(of: "people", base: Knowledge(), partial: partial, working: {}))
    }

    @Test func sealedCopiesGoAfterAWeek() throws {
        try large("a")
        let first = try freeze().manifest.id
        #expect(try outgoing.count == 2)
        zuid.clock.offset = 6 * 86_400_000
        let second = try freeze().manifest.id
        #expect(try outgoing.count == 4)
        // Who has a part of the first and asks for it keeps it alive.
        #expect(try freeze([PartialDelta(delta: first, merged: [0])]).manifest.id == first)
        zuid.clock.offset = 12 * 86_400_000
        #expect(try freeze([PartialDelta(delta: first, merged: [0])]).manifest.id == first)
        zuid.clock.offset = 14 * 86_400_000
        let third = try freeze().manifest.id
        #expect(try Set(outgoing.map { $0.replacing(".manifest", with: "") }) == [first.description, third.description])
        zuid.clock.offset = 30 * 86_400_000
        try large("b")
        let last = try freeze().manifest.id
        #expect(try Set(outgoing.map { $0.replacing(".manifest", with: "") }) == [last.description])
        #expect(second != last)
    }

    /// A small delta is sealed in memory; what is old goes all the same.
    @Test func aSmallExportRemovesWhatIsOld() throws {
        try large("a")
        _ = try freeze()
        zuid.clock.offset = 8 * 86_400_000
        try fatima.executeAsClient("insert into tag values ('a', 'b', 'c')")
        _ = try fatima.frozenDelta(of: "directory", base: Knowledge(), partial: [], working: {})
        #expect(try outgoing.isEmpty)
    }

    /// All texts and blobs of one change, as a builder counts them, the two parts of it each within a value's limit.
    @Test(arguments: [Limits.changeByteCount - 1, Limits.changeByteCount, Limits.changeByteCount + 1])
    func aChangeHasALimit(_ byteCount: Int) throws {
        try fatima.executeAsClient(
            "insert into person (id, name, kind, photo, since) values ('a', null, null, zeroblob(?), zeroblob(?))",
            [.integer(Int64(byteCount / 2)), .integer(Int64(byteCount - byteCount / 2))])
        let jan = try zuid.store("jan")
        try jan.pull(from: fatima)
        #expect(try jan.count("person") == 1)
        // What is beyond stays here by name, and the row goes without it.
        #expect(try fatima.status().tooLarge.count == (byteCount > Limits.changeByteCount ? 1 : 0))
    }
}
