import CRDT
import Community
import Foundation
import Store
import Testing
import Wire

/// Deltas for a connection that may break: small segments, kept until they have arrived.
@Suite struct ResumableDeltaTests {
    /// A sealed segment of 48 KiB is expected; the last change may be one too many, and the next block of text compress worse than the last.
    private let mostByteCount = 72 << 10

    private func filled(_ zuid: Neighbourhood, _ notes: String, count: Int) throws -> Store {
        let store = try zuid.store("fatima", schema: .community)
        try store.executeAsClient(
            """
            with recursive n (i) as (select 1 union all select i + 1 from n where i < ?1)
            insert into contact (given_name, family_name, language, organisation)
            select 'Gast ' || (i * 7919 % 1000), 'Jansen ' || (i * 104729 % 5000), 'nl', \(notes) from n
            """, [.integer(Int64(count))])
        _ = try store.stamp(acceptingMassChange: true)
        return store
    }

    private func delta(_ store: Store, resumable: Bool) throws -> Spool {
        try #require(try store.frozenDelta(of: "people", base: Knowledge(), partial: [], resumable: resumable, working: {}))
    }

    private func byteCount(_ spool: Spool) -> Int { spool.manifest.segments.reduce(0) { $0 + $1.sealedByteCount } }

    private let plain = "'Komt op ' || (i % 28) || ' maart langs met ' || (i * 31 % 997) || ' en belt ' || (i * 17 % 89) || ' keer terug'"

    @Test("What compresses, and what does not, comes in segments that a poor link brings over", arguments: [true, false])
    func sizes(compresses: Bool) throws {
        let store = try filled(try Neighbourhood(), compresses ? plain : "hex(randomblob(900))", count: compresses ? 20_000 : 2_000)
        let small = try delta(store, resumable: true), large = try delta(store, resumable: false)
        #expect(small.manifest.segments.count > large.manifest.segments.count)
        #expect(small.manifest.segments.allSatisfy { $0.sealedByteCount <= mostByteCount })
        // In the middle they are not much smaller than they may be: each costs a line of the manifest.
        let middle = small.manifest.segments.dropFirst().dropLast()
        #expect(middle.allSatisfy { $0.sealedByteCount > 24 << 10 }, "\(middle.map(\.sealedByteCount))")
        // What it costs: 4 % where nothing compresses, 13 % of text that is all alike.
        #expect(Double(byteCount(small)) <= 1.15 * Double(byteCount(large)))
    }

    @Test("A delta for a connection is kept from 64 KiB on until it has arrived; one for a file is not")
    func kept() throws {
        let zuid = try Neighbourhood()
        let store = try filled(zuid, "hex(randomblob(900))", count: 300)
        let folder = store.path + "-outgoing"
        _ = try delta(store, resumable: false)
        #expect(!FileManager.default.fileExists(atPath: folder))
        let first = try delta(store, resumable: true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
        let bytes = try first.manifest.segments.indices.map { try first.segment($0) }
        let name = first.manifest.id
        try store.close()
        let again = try zuid.reopen("fatima", schema: .community)
        let found = try #require(try again.frozenDelta(
            of: "people", base: Knowledge(), partial: [PartialDelta(delta: name, merged: [0])], resumable: true, working: {}))
        #expect(found.manifest.id == name)
        #expect(try found.manifest.segments.indices.map { try found.segment($0) } == bytes)
        found.arrived()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
}
