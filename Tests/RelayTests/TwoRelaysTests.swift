import CRDT
import Relay
import Testing
import Wire

/// Relay processes that share a store: each remembers what the store has, and others write to it meanwhile.
struct TwoRelaysTests {
    @Test("A delta that two sessions bring at the same time is held once")
    func twice() throws {
        let scene = try RelayScene()
        let laptop = scene.laptops[0]
        scene.edit(laptop)
        let (manifest, segments) = try scene.pack(laptop, base: Knowledge())
        let sessions = try [scene.session(laptop), scene.session(laptop)]
        try scene.space.store.transaction {
            for session in sessions { #expect(try session.admit(manifest) == .merges) }
            for session in sessions { for segment in segments { _ = try session.merge(segment, of: manifest) } }
        }
        #expect(scene.space.ledger("people")?.held.count == 1)
        #expect(try scene.space.store.deltas(after: 0).count == 1)
    }

    @Test("Begun at one relay, ended at the other: both hold it, once")
    func begunHereEndedThere() throws {
        let scene = try RelayScene()
        let laptop = scene.laptops[0]
        let other = try CarriedSpace(scene.memory, keys: scene.relayKeys, environment: scene.environment)
        scene.edit(laptop)
        let (manifest, segments) = try scene.pack(laptop, base: Knowledge())
        let session = try scene.session(laptop)
        try scene.space.store.transaction { _ = try session.admit(manifest) }
        try scene.memory.transaction {
            try other.refresh()
            guard var delta = try other.begin(bundled: manifest, heads: other.roster.heads) else { throw WireError(.unexpected, in: "delta") }
            for segment in segments { _ = try other.put(segment, of: &delta) }
        }
        try scene.space.store.transaction {
            try scene.space.refresh()
            for segment in segments { _ = try session.merge(segment, of: manifest) }
        }
        for space in [scene.space!, other] {
            try scene.memory.transaction { try space.refresh() }
            #expect(space.ledger("people")?.held.map(\.delta.manifest.id) == [manifest.id])
        }
    }

    @Test("A store that was set back under a running relay is read anew: what it lost is claimed no longer")
    func setBack() throws {
        let scene = try RelayScene()
        let laptop = scene.laptops[0]
        scene.edit(laptop)
        try scene.upload(laptop)
        let setBack = scene.memory.remember()
        let before = scene.space.ledger("people")?.claims
        scene.edit(laptop)
        try scene.upload(laptop)
        #expect(scene.space.ledger("people")?.claims != before)
        setBack()
        try scene.memory.transaction { try scene.space.refresh() }
        #expect(scene.space.ledger("people")?.claims == before)
        try scene.upload(laptop)
        #expect(scene.space.ledger("people")?.claims == laptop.knowledge)
    }
}
