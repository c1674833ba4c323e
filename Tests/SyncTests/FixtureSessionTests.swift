import CRDT
import Foundation
import Sync
import Testing
import Wire

/// The transcripts of Fixtures/wire: a real session that gets one side's frames sends the other's, byte for byte.
@Suite struct FixtureSessionTests {
    private struct Step: Decodable {
        let from: String
        let bytes: String

        var frame: [UInt8] {
            let digits = bytes.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map(UInt8.init) }
            return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        }
    }

    /// One side, with the other's frames and canned answers for what it asks of its replica.
    private struct Player {
        var session: SyncSession
        var sent: [[UInt8]] = []
        var hasFinished = false
        var held: [String: Knowledge]
        let own: [[UInt8]]
        let heads: RosterHeads
        let statements: [[UInt8]]
        let delta: Manifest?
        let segments: [[UInt8]]
        /// What a newcomer gets first.
        var roster: [[UInt8]] = []
        /// What was stated and heard, by name.
        var named: [Nonce: Knowledge] = [:]

        mutating func perform(_ actions: [SessionAction]) throws {
            for action in actions {
                switch action {
                case .send(let message): sent.append(Frame.encode(message))
                case .readKnowledge: try perform(session.read(held, roster: heads))
                case .recall: try perform(session.recalled(stated: [:], partial: [:]))
                case .freeze(let collection, _, _): try perform(try session.frozen(collection == "people" ? delta : nil))
                case .sendSegment(let index, let name):
                    sent.append(Frame.encode(.segment(SealedSegment(delta: name, index: index, bytes: segments[index]))))
                case .admit: try perform(session.admitted(.merges))
                case .merge(let segment, let manifest):
                    if segment.index == manifest.segments.count - 1 {
                        held["people"] = try held["people"]?.union(manifest.scope { _ in nil }.result)
                    }
                    try perform(session.mergedSegment())
                case .keepReceipt(_, _, let knowledge), .noteStatement(_, _, let knowledge): named[knowledge.name] = knowledge
                case .sendStatements: sent.append(Frame.encode(.statements(statements)))
                case .welcomeNewcomer: try perform(session.welcomedNewcomer(roster))
                case .admitNewcomer: try perform(session.admittedNewcomer())
                case .meet, .learn, .heal, .sendChains, .keepBase, .arrived, .keepContents: break
                case .rest, .finish: hasFinished = true
                }
            }
        }
    }

    private func steps(_ name: String) throws -> [Step] {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Fixtures/wire/\(name)")
        return try JSONDecoder().decode([Step].self, from: Data(contentsOf: url))
    }

    private func message(_ frame: [UInt8]) throws -> Message {
        var decoder = FrameDecoder()
        decoder.append(frame)
        return try #require(try decoder.next())
    }

    /// What a side's own frames say about its replica.
    private func player(_ role: SyncSession.Role, _ own: [[UInt8]], space: SpaceIdentity, held: [String: Knowledge]) throws -> Player {
        let messages = try own.map(message)
        guard case .hello(let hello)? = messages.first else { throw WireError(.unexpected, in: "transcript") }
        let identity = ReplicaIdentity(space: space, device: hello.device, replica: hello.replica, label: "")
        var heads: [StatementID] = [], statements: [[UInt8]] = [], delta: Manifest?, segments: [[UInt8]] = []
        for message in messages {
            if case .heads(let found) = message { heads = found }
            if case .statements(let found) = message { statements = found }
            if case .manifest(let found) = message { delta = found }
            if case .segment(let found) = message { segments.append(found.bytes) }
        }
        return Player(
            session: SyncSession(own: identity, role: role), held: held, own: own,
            heads: RosterHeads(digest: hello.rosterDigest, heads: heads), statements: statements, delta: delta, segments: segments)
    }

    @Test(arguments: ["session.json", "session-equal.json"], [SyncSession.Role.dialer, .listener])
    func aRealSessionSaysTheSame(name: String, role: SyncSession.Role) throws {
        let steps = try steps(name)
        let isOwn = { (step: Step) in (step.from == "dialer") == (role == .dialer) }
        let own = steps.filter(isOwn).map(\.frame)
        let space = SpaceIdentity(
            id: Nonce(high: 0x5555_5555_5555_5555, low: 0x5555_5555_5555_5555), name: "Zuid", importSecret: Array(repeating: 0xA5, count: 32))
        var held: [String: Knowledge] = ["directory": Knowledge(), "people": Knowledge()]
        if name == "session-equal.json" {
            held["people"] = Knowledge(Dictionary(uniqueKeysWithValues: [(UInt64(1), UInt32(2)), (2, 1)].map { number, last in
                let writer = Nonce(high: 0xAAAA_AAAA_AAAA_AAAA, low: 0xAAAA_AAAA_AAAA_AA00 | number)
                return (writer, BatchEnd(last: last, nonce: writer))
            }))
        }
        for frame in own {
            if case .knowledge(let collection, .whole(let stated), _, _) = try message(frame) { held[collection] = stated }
        }
        var player = try player(role, own, space: space, held: held)
        try player.perform(player.session.connected())
        for step in steps where !isOwn(step) {
            let named = player.named
            try player.perform(player.session.received(try message(step.frame)) { named[$0] })
        }
        #expect(player.sent == own)
        #expect(player.hasFinished)
    }

    @Test func joining() throws {
        let steps = try steps("session-join.json")
        let messages = try steps.map { try message($0.frame) }
        guard messages.count == 6, case .hello(let asked) = messages[0], case .request(let request) = messages[1],
            case .hello(let answer) = messages[2], case .statements(let roster) = messages[3], case .heads(let heads) = messages[4],
            case .statements(let admission) = messages[5], let space = answer.space
        else {
            Issue.record("the transcript has other frames")
            return
        }
        var newcomer = JoinSession(device: asked.device, replica: asked.replica, request: request)
        #expect(newcomer.greeting.map(Frame.encode) == steps[..<2].map(\.frame))
        #expect(try newcomer.received(messages[2]) == nil)
        #expect(try newcomer.received(messages[3]) == .roster(roster))
        #expect(newcomer.confirmed(heads: heads) == messages[4])
        #expect(try newcomer.received(messages[5]) == .admitted(roster + admission))

        let own = ReplicaIdentity(
            space: SpaceIdentity(id: space, name: "", importSecret: []), device: answer.device, replica: answer.replica, label: "")
        var player = Player(
            session: SyncSession(own: own, role: .listener), held: [:], own: [],
            heads: RosterHeads(digest: .zero, heads: []), statements: admission, delta: nil, segments: [])
        player.roster = roster
        try player.perform(player.session.connected())
        for message in messages[..<2] + [messages[4]] { try player.perform(player.session.received(message) { _ in nil }) }
        #expect(player.sent == [steps[2].frame, steps[3].frame, steps[5].frame] && player.hasFinished)
    }
}
