import CRDT
import Sync
import Testing
import Wire

/// What a relay may send in one round, at limit - 1, limit and limit + 1.
@Suite struct SessionLimitTests {
    @Test func deltasOfARound() throws {
        var incoming = IncomingDeltas(peerCarries: true)
        let manifest = Manifest(
            space: Nonce(high: 1, low: 1), collection: "people", packer: Nonce(high: 1, low: 2), packerReplica: Nonce(high: 1, low: 3),
            packedMilliseconds: 0, base: .whole(Knowledge()), chains: [:], segments: [], epoch: Nonce(high: 1, low: 4))
        for _ in 0..<Limits.sessionDeltaCount {
            _ = try incoming.manifest(manifest)
            _ = try incoming.admitted(.known, partial: [:])
            _ = incoming.concluded()
        }
        #expect(throws: WireError(.tooLarge, in: "manifest frame")) { try incoming.manifest(manifest) }
    }
}
