import CRDT
import Foundation
import Store
import Testing

/// Knowledge kept by its name: long rows of statements, each of which differs a little from the one before.
struct NamedKnowledgeTests {
    @Test("Of many statements the newest are found as they were, whoever said what last stays, and they take little room")
    func manyStatements() throws {
        let neighbourhood = try Neighbourhood()
        let store = try neighbourhood.store("fatima")
        let writers = (1...200).map { Nonce(high: 9, low: UInt64($0)) }
        var knowledge = Knowledge(Dictionary(uniqueKeysWithValues: writers.map { ($0, BatchEnd(last: 1, nonce: $0)) }))
        let quiet = Nonce(high: 1, low: 1), busy = Nonce(high: 1, low: 2)
        try store.noteStatement(to: quiet, collection: "people", knowledge: knowledge)
        let first = knowledge
        var said: [Knowledge] = []
        let count = 4_200
        for step in 1...count {
            knowledge.ends[writers[step % writers.count]] = BatchEnd(last: UInt32(step + 1), nonce: Nonce(high: 3, low: UInt64(step)))
            // A writer that is not known any more, and later is again: differences take away as well.
            if step % 100 == 0 { knowledge.ends[writers[7]] = nil }
            neighbourhood.clock.offset += 1
            try store.noteStatement(to: busy, collection: "people", knowledge: knowledge)
            said.append(knowledge)
        }
        for knowledge in said.suffix(2_048) { #expect(try store.knowledge(named: knowledge.name) == knowledge) }
        #expect(try store.stated(to: quiet, collection: "people") == first)
        #expect(try store.stated(to: busy, collection: "people") == said.last)
        #expect(try store.knowledge(named: said[0].name) == nil, "the oldest are let go")
        try store.close()

        let byteCount = try #require(try FileManager.default.attributesOfItem(atPath: neighbourhood.path("fatima"))[.size] as? Int)
        let wholeByteCount = 2_048 * 200 * 30
        #expect(byteCount < wholeByteCount / 4, "\(byteCount) bytes")
    }
}
