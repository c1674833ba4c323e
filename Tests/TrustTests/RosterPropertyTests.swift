import CRDT
import Foundation
import Testing
import Trust
import Wire

/// What holds of every history. `KITH_ROSTER_SEEDS=5000` runs more of them.
@Suite struct RosterPropertyTests {
    private static let seeds = UInt64(ProcessInfo.processInfo.environment["KITH_ROSTER_SEEDS"] ?? "") ?? 150

    @Test func everyOrderOfArrivalEndsTheSame() throws {
        var (removals, void, rotations, rings) = (0, 0, 0, 0)
        for seed in 1...RosterPropertyTests.seeds {
            let history = try RosterHistory(seed: seed)
            let expected = try Trust.Roster(statements: history.statements)
            var chance = Chance(seed: seed)
            for _ in 0..<4 {
                var rest = Array(history.statements.dropFirst()).shuffled(using: &chance)
                var roster = try Trust.Roster(genesis: history.statements[0])
                while !rest.isEmpty {
                    let count = 1 + chance.below(rest.count)
                    try roster.add(Array(rest.prefix(count)) + history.statements.prefix(3), verifying: false)
                    rest.removeFirst(count)
                }
                #expect(roster.state == expected.state, "seed \(seed)")
                #expect(roster.digest == expected.digest && roster.statements == expected.statements, "seed \(seed)")
                #expect(roster.state.currentEpoch(of: "people") == expected.state.currentEpoch(of: "people"), "seed \(seed)")
            }
            removals += expected.state.removed.count
            void += expected.state.void.count
            rotations += expected.state.epochs["people"]?.count ?? 0
            rings += expected.state.members.values.filter(\.isRemoved).isEmpty ? 0 : 1
        }
        // The histories are worth the trouble.
        #expect(removals > 100 && void > 1_000 && rotations > 200 && rings > 50)
    }

    /// Erase and cut stand once they stand, whatever comes later; each device may act upon them at once.
    @Test func whatCannotBeTakenBackIsNeverTakenBack() throws {
        for seed in 1...RosterPropertyTests.seeds / 3 {
            let history = try RosterHistory(seed: seed)
            let whole = try Trust.Roster(statements: history.statements, verifying: false)
            var roster = try Trust.Roster(genesis: history.statements[0])
            var chance = Chance(seed: seed)
            for encoded in history.statements.dropFirst().shuffled(using: &chance) {
                try roster.add([encoded], verifying: false)
                #expect(Set(roster.state.erasures.map(\.id)).isSubset(of: whole.state.erasures.map(\.id)), "seed \(seed)")
                for (collection, cuts) in roster.state.cuts {
                    #expect(cuts.isSubset(of: whole.state.cuts[collection] ?? []), "seed \(seed)")
                }
            }
        }
    }

    /// Of the removed only that stands which each removal had seen, and what cannot be taken back.
    @Test func nothingOfTheRemovedStandsThatTheirRemovalHadNotSeen() throws {
        for seed in 1...RosterPropertyTests.seeds {
            let history = try RosterHistory(seed: seed)
            let roster = try Trust.Roster(statements: history.statements, verifying: false)
            let ids = history.statements.map { StatementID(of: $0) }
            for (encoded, id) in zip(history.statements, ids) where !roster.state.void.contains(id) {
                guard case .revoke(let device) = try Statement(encoded: encoded).content else { continue }
                let unseen = try roster.statements(beyond: [id]).filter { bytes in
                    let statement = try Statement(encoded: bytes)
                    guard statement.signer == device, !roster.state.void.contains(StatementID(of: bytes)) else { return false }
                    switch statement.content {
                    // Removals of a ring hold.
                    case .erase, .cut, .revoke: return false
                    default: return true
                    }
                }
                #expect(unseen.isEmpty, "seed \(seed)")
            }
            #expect(roster.state.members.values.allSatisfy { $0.isRemoved == roster.state.removed.contains($0.identity.id) })
        }
    }

    /// 500 devices: for the figure that Protocol.md and the reports give. It asserts nothing of time.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["KITH_ROSTER_MEASURE"] == "1")) func aLargeRoster() throws {
        let jan = try Laptop(founder: "Jan")
        let clock = ContinuousClock()
        let devices = (0..<500).map { Laptop.keys("device \($0)") }
        let coordinators = (0..<10).map { Laptop.keys("device \($0)") }
        var all = [try jan.raw(.revoke(.zero))]
        var heads = [StatementID(of: all[0])]
        var chance = Chance(seed: 1)
        func sign(_ content: Statement.Content, _ keys: DeviceKeys) throws {
            let made = try jan.raw(content, parents: heads, by: keys)
            all.append(made)
            // Sometimes two at once.
            if chance.below(5) == 0, heads.count < 3 { heads.append(StatementID(of: made)) } else { heads = [StatementID(of: made)] }
        }
        for (index, keys) in devices.enumerated() {
            let admission = Statement.Admission(
                identity: keys.identity, role: index < 10 ? .coordinator : .member, collections: ["directory", "people"],
                label: Samples.label, use: nil, keys: [:], boxes: .zero)
            try sign(.admit(admission), index < 10 ? jan.keys : coordinators[index % 10])
        }
        for index in 0..<4_500 {
            let keys = devices[10 + chance.below(490)]
            switch index {
            case _ where index % 45 == 0: try sign(.revoke(devices[10 + index / 10].identity.id), coordinators[index % 10])
            case _ where index % 9 == 0: try sign(Samples.erasure(), coordinators[index % 10])
            default: try sign(.writer([.init(collection: "people", writer: Nonce(high: 2, low: UInt64(index)))]), keys)
            }
        }
        var roster = jan.roster
        let adding = try clock.measure { try roster.add(all) }
        let unverified = try clock.measure { _ = try Trust.Roster(statements: roster.statements, verifying: false) }
        let one = try jan.raw(.revoke(Nonce(high: 9, low: 9)), parents: roster.heads)
        let again = try clock.measure { try roster.add([one]) }
        let ring = clock.measure { _ = roster.keys(for: jan.keys) }
        print("\(roster.count) statements, \(roster.state.removed.count) removed, \(roster.state.erasures.count) erasures:",
              "take in \(adding), without signatures \(unverified), one more \(again), keys \(ring)")
        #expect(roster.count == 5_003)
    }
}
