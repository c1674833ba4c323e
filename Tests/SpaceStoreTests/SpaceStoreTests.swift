import CRDT
import Relay
import Testing
import Wire

/// What every implementation of `RelayStore` and `SpaceStore` does.
@Suite struct SpaceStoreTests {
    // MARK: Spaces

    @Test(arguments: StoreKind.available) func spacesComeAndGo(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        let (one, two) = (SpaceID(high: 2, low: 0), SpaceID(high: 1, low: 0))
        #expect(try scene.store.spaces() == [])
        #expect(try code { _ = try scene.store.open(one) } == .unknownSpace)
        let made = try scene.store.create(one, incarnation: Nonce(high: 4, low: 4))
        #expect(made.space == one && made.incarnation == Nonce(high: 4, low: 4))
        _ = try scene.store.create(two, incarnation: Nonce(high: 5, low: 5))
        #expect(try scene.store.spaces() == [two, one])

        try made.transaction { try made.append([[1, 2, 3]]) }
        let again = try scene.store.create(one, incarnation: Nonce(high: 6, low: 6))
        #expect(again.incarnation == Nonce(high: 4, low: 4), "it was here already")
        #expect(try again.statements(after: 0).map(\.bytes) == [[1, 2, 3]])

        try scene.store.remove(one)
        #expect(try scene.store.spaces() == [two])
        #expect(try code { _ = try scene.store.open(one) } == .unknownSpace)
        #expect(try code { try scene.store.remove(one) } == .unknownSpace)
        #expect(try code { _ = try made.statements(after: 0) } == .unknownSpace, "what was open is gone as well")
        let anew = try scene.store.create(one, incarnation: Nonce(high: 7, low: 7))
        #expect(try anew.statements(after: 0).isEmpty)
    }

    @Test(arguments: StoreKind.available) func anotherSpaceSeesNothing(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        let space = try scene.begin()
        let other = try scene.store.create(SpaceID(high: 9, low: 9), incarnation: .zero)
        let delta = SampleDelta(1)
        try space.take(delta)
        try space.transaction { try space.archive(.whole(Knowledge()), as: Nonce(high: 1, low: 2)) }
        #expect(try other.deltas(after: 0).isEmpty && other.archivedNames().isEmpty && other.byteCount() == 0)
        #expect(try code { _ = try other.segment(0, of: delta.id) } == .storage)
        try other.transaction { try other.drop([delta.id]) }
        #expect(try space.segment(0, of: delta.id) == delta.segments[0].bytes)
    }

    // MARK: The roster

    @Test(arguments: StoreKind.available) func statementsGetPlacesOnce(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        var space = try scene.begin()
        let long = SampleDelta.bytes(200_000, seed: 1)
        try space.transaction { try space.append([[1], long]) }
        try space.transaction { try space.append([[1], [2], long, [2]]) }
        #expect(try space.statements(after: 0) == [
            StoredStatement(place: 1, bytes: [1]), StoredStatement(place: 2, bytes: long), StoredStatement(place: 3, bytes: [2]),
        ])
        #expect(try space.statements(after: 2).map(\.place) == [3])
        #expect(try space.version() == SpaceVersion(place: 3, dropCount: 0))
        space = try scene.reopen()
        #expect(try space.statements(after: 1).map(\.place) == [2, 3])
        #expect(try space.version() == SpaceVersion(place: 3, dropCount: 0))
    }

    // MARK: Deltas

    /// A laptop leaves in the middle of its delta, and comes back.
    @Test(arguments: StoreKind.available) func aDeltaComesInParts(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        var space = try scene.begin()
        let delta = SampleDelta(1, segmentByteCounts: [70_000, 1, 300])
        try space.transaction {
            try space.begin(delta.incoming(rosterPlace: 4, since: 17))
            try space.put(delta.segments[2])
            try space.put(delta.segments[0])
        }
        #expect(try space.deltas(after: 0).isEmpty)
        #expect(try space.version().place == 0, "a part has no place")
        #expect(try space.partialDeltas() == [
            IncomingDelta(manifest: delta.manifest, rosterPlace: 4, sinceMilliseconds: 17, held: [0, 2])
        ])
        #expect(try space.byteCount() == delta.byteCount - 1)
        #expect(try code { try space.transaction { _ = try space.complete(delta.id) } } == .storage, "one is missing")

        space = try scene.reopen()
        scene.clock.move(to: 1_790_000_001_234)
        let place = try space.transaction {
            try space.append([[1]])
            try space.begin(delta.incoming(rosterPlace: 9, since: 99))
            try space.put(delta.segments[0])
            try space.put(delta.segments[1])
            return try space.complete(delta.id)
        }
        #expect(place == 2)
        #expect(try space.partialDeltas().isEmpty)
        #expect(try space.deltas(after: 0) == [
            StoredDelta(place: 2, manifest: delta.manifest, rosterPlace: 4, receivedMilliseconds: 1_790_000_001_234)
        ], "the first manifest counts")
        for (index, segment) in delta.segments.enumerated() { #expect(try space.segment(index, of: delta.id) == segment.bytes) }
        #expect(try space.byteCount() == delta.byteCount)
        #expect(try space.deltas(after: 2).isEmpty)
        #expect(try space.transaction { try space.complete(delta.id) } == 2, "the same again changes nothing")
        try space.take(delta)
        #expect(try space.version() == SpaceVersion(place: 2, dropCount: 0))
    }

    @Test(arguments: StoreKind.available) func segmentsAreOfTheirDelta(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        let space = try scene.begin()
        let delta = SampleDelta(1)
        #expect(try code { try space.transaction { try space.put(delta.segments[0]) } } == .storage, "no such delta")
        try space.transaction { try space.begin(delta.incoming()) }
        for index in [-1, 2, 65_536, Int.max] {
            let stray = SealedSegment(delta: delta.id, index: index, bytes: [1])
            #expect(try code { try space.transaction { try space.put(stray) } } == .storage, "\(index)")
            #expect(try code { _ = try space.segment(index, of: delta.id) } == .storage, "\(index)")
        }
        #expect(try code { _ = try space.segment(0, of: delta.id) } == .storage, "not here yet")
        #expect(try space.partialDeltas().map(\.held) == [[]])
    }

    /// The newest first, so that what a laptop goes on with is found soon.
    @Test(arguments: StoreKind.available) func partsAreForgottenWhenNobodyGoesOn(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        let space = try scene.begin()
        let deltas = (1...4).map { SampleDelta(UInt64($0)) }
        scene.clock.move(to: 1_000)
        for (delta, since) in zip(deltas, [100, 200, 300, 400] as [Int64]) {
            try space.transaction { try space.begin(delta.incoming(since: since)) }
        }
        #expect(try space.partialDeltas().map(\.sinceMilliseconds) == [400, 300, 200, 100])
        try space.transaction { try space.put(deltas[1].segments[0]) }
        try space.take(deltas[0])
        try space.transaction { try space.dropParts(olderThanMilliseconds: 350) }
        #expect(try space.partialDeltas().map(\.manifest) == [deltas[3].manifest, deltas[1].manifest], "the second was added to at 1,000")
        try space.transaction { try space.dropParts(olderThanMilliseconds: 1_001) }
        #expect(try space.partialDeltas().isEmpty)
        #expect(try space.byteCount() == deltas[0].byteCount)
        #expect(try space.version() == SpaceVersion(place: 1, dropCount: 0), "only whole deltas count as dropped")
    }

    @Test(arguments: StoreKind.available) func droppingKeepsTheRest(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        var space = try scene.begin()
        let deltas = (1...5).map { SampleDelta(UInt64($0), segmentByteCounts: [40_000, 20_000, 10]) }
        for delta in deltas { try space.take(delta) }
        try space.transaction { try space.drop([deltas[1].id, deltas[4].id, SampleDelta(77).id]) }
        #expect(try space.deltas(after: 0).map(\.place) == [1, 3, 4])
        #expect(try code { _ = try space.segment(0, of: deltas[4].id) } == .storage)
        #expect(try space.version() == SpaceVersion(place: 5, dropCount: 2))
        #expect(try space.byteCount() == deltas[0].byteCount * 3)
        space = try scene.reopen()
        #expect(try space.version() == SpaceVersion(place: 5, dropCount: 2), "places are not given twice")
        #expect(try space.take(deltas[4]) == 6)
        #expect(try space.segment(2, of: deltas[4].id) == deltas[4].segments[2].bytes)
        #expect(try space.segment(1, of: deltas[3].id) == deltas[3].segments[1].bytes)
    }

    @Test(arguments: StoreKind.available) func segmentsMayBeEmptyAndLarge(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        let space = try scene.begin()
        let delta = SampleDelta(1, segmentByteCounts: [0, 3 << 20, 1 << 20])
        try space.take(delta)
        let none = SampleDelta(2, segmentByteCounts: [])
        try space.take(none)
        for (index, segment) in delta.segments.enumerated() { #expect(try space.segment(index, of: delta.id) == segment.bytes) }
        #expect(try space.deltas(after: 0).map(\.byteCount) == [delta.byteCount, none.byteCount])
        #expect(try space.byteCount() == delta.byteCount + none.byteCount)
    }

    // MARK: Transactions

    struct Regret: Error, Equatable {}

    @Test(arguments: StoreKind.available) func whatThrowsLeavesNothing(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        var space = try scene.begin()
        let (kept, lost) = (SampleDelta(1), SampleDelta(2))
        try space.take(kept)
        let before = try space.version()
        #expect(throws: Regret()) {
            try space.transaction {
                try space.append([[1]])
                try space.begin(lost.incoming())
                try space.put(lost.segments[0])
                try space.drop([kept.id])
                try space.archive(.whole(Knowledge()), as: .zero)
                try space.note(StoredEvent(milliseconds: 1, kind: "x", device: nil, detail: ""))
                #expect(try space.statements(after: 0).count == 1, "one's own writing is seen")
                #expect(try space.version() != before)
                throw Regret()
            }
        }
        for _ in 0..<2 {
            #expect(try space.version() == before)
            #expect(try space.byteCount() == kept.byteCount)
            #expect(try space.statements(after: 0).isEmpty && space.partialDeltas().isEmpty && space.archivedNames().isEmpty)
            #expect(try space.segment(1, of: kept.id) == kept.segments[1].bytes)
            space = try scene.reopen()
        }
        #expect(throws: WireError(.malformed, in: "test")) { try space.transaction { throw WireError(.malformed, in: "test") } }
        try space.take(lost)
    }

    @Test(arguments: StoreKind.available) func writingNeedsATransaction(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        let space = try scene.begin()
        #expect(try code { try space.append([[1]]) } == .storage)
        #expect(try code { try space.begin(SampleDelta(1).incoming()) } == .storage)
        #expect(try code { try space.note(StoredEvent(milliseconds: 1, kind: "x", device: nil, detail: "")) } == .storage)
        #expect(try code { try space.transaction { try space.transaction {} } } == .storage, "one at a time")
        #expect(try space.statements(after: 0).isEmpty && space.partialDeltas().isEmpty)
        try space.transaction { try space.append([[1]]) }
    }

    // MARK: Who was here, and what they hold

    @Test(arguments: StoreKind.available) func receiptsAreKeptByReplicaAndCollection(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        var space = try scene.begin()
        let (replica, other, device) = (Nonce(high: 1, low: 1), Nonce(high: 1, low: 2), Nonce(high: 2, low: 1))
        func name(_ number: UInt64) -> Nonce { Nonce(high: 3, low: number) }
        try space.transaction {
            try space.keep(receipt: name(1), of: replica, device: device, collection: "people", stated: false)
            try space.keep(receipt: name(2), of: replica, device: device, collection: "people", stated: true)
            try space.keep(receipt: name(3), of: replica, device: device, collection: "directory", stated: false)
            try space.keep(receipt: name(4), of: other, device: device, collection: "people", stated: true)
        }
        try space.transaction { try space.keep(receipt: name(5), of: replica, device: device, collection: "people", stated: false) }
        try space.transaction {
            try space.note(contact: replica, device: device, milliseconds: 50, receivedByteCount: 7, sentByteCount: 1 << 40)
            try space.note(contact: replica, device: device, milliseconds: 40, receivedByteCount: 8, sentByteCount: 2)
        }
        space = try scene.reopen()
        #expect(try space.receipt(of: replica, collection: "people", stated: false) == name(5))
        #expect(try space.receipt(of: replica, collection: "people", stated: true) == name(2))
        #expect(try space.receipt(of: replica, collection: "directory", stated: true) == nil)
        #expect(try space.receipt(of: device, collection: "people", stated: false) == nil)
        #expect(try space.contacts() == [
            StoredContact(
                replica: replica, device: device, lastMilliseconds: 50, receivedByteCount: 15, sentByteCount: 1 << 40 + 2,
                receipts: ["people": name(5), "directory": name(3)]),
            StoredContact(replica: other, device: device, lastMilliseconds: 0, receivedByteCount: 0, sentByteCount: 0, receipts: [:]),
        ])
    }

    @Test(arguments: StoreKind.available) func knowledgeIsArchivedByName(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        let space = try scene.begin()
        let whole = Knowledge([Nonce(high: 1, low: 1): BatchEnd(last: 7, nonce: Nonce(high: 1, low: 7))])
        let changed: [WriterID: BatchEnd?] = [
            Nonce(high: 1, low: 1): BatchEnd?.none, Nonce(high: 2, low: 2): BatchEnd(last: 1, nonce: .zero),
        ]
        let relative = KnowledgeForm.relative(to: whole.name, changed: changed)
        try space.transaction {
            try space.archive(.whole(whole), as: whole.name)
            try space.archive(relative, as: Nonce(high: 0, low: 1))
            try space.archive(.whole(Knowledge()), as: whole.name)
        }
        #expect(try space.archived(whole.name) == .whole(whole), "the first counts")
        #expect(try space.archived(Nonce(high: 0, low: 1)) == relative)
        #expect(try space.archived(.zero) == nil)
        #expect(try Set(space.archivedNames()) == [whole.name, Nonce(high: 0, low: 1)])
        try space.transaction { try space.dropArchived([whole.name, .zero]) }
        #expect(try space.archivedNames() == [Nonce(high: 0, low: 1)])
    }

    @Test(arguments: StoreKind.available) func eventsAreReadByTime(kind: StoreKind) throws {
        let scene = try StoreScene(kind)
        let space = try scene.begin()
        let events = [5, 3, 9, 5].enumerated().map {
            StoredEvent(milliseconds: $1, kind: "kind \($0)", device: $0 == 1 ? Nonce(high: 1, low: 1) : nil, detail: "\($0)")
        }
        try space.transaction { for event in events { try space.note(event) } }
        #expect(try space.events(sinceMilliseconds: 0, limit: 10) == [events[1], events[0], events[3], events[2]])
        #expect(try space.events(sinceMilliseconds: 5, limit: 2) == [events[0], events[3]])
        #expect(try space.events(sinceMilliseconds: 10, limit: 10).isEmpty)
    }
}
