import CRDT
import Foundation
import Testing
import Trust
import Wire

/// Keys, boxes and the chain in random histories with real keys: coordinators rotate and remove at once, in halves; laptops are away
/// for long; boxes are dropped as soon as nobody needs them. `KITH_CHAIN_SEEDS=500` runs more of them.
@Suite struct KeyChainTests {
    private static let seeds = UInt64(ProcessInfo.processInfo.environment["KITH_CHAIN_SEEDS"] ?? "") ?? 12
    private static let scopes = ["directory", "members", "people"]

    private struct History {
        var laptops: [Laptop]
        var chance: Chance
        var next = 0
        /// Scopes and epochs that somebody has sealed something under, when it was current for them.
        var used: [String: Set<EpochID>] = [:]
        /// Rings before the removal was known.
        var dropCount = 0

        init(seed: UInt64) throws {
            chance = Chance(seed: seed)
            let jan = try Laptop(founder: "Jan")
            laptops = [jan, try jan.admit("Bea", as: .coordinator), try jan.admit("Els", as: .coordinator)]
            for laptop in laptops { try laptop.meet(jan) }
        }

        func isIn(_ laptop: Laptop) -> Bool { laptop.state.members[laptop.id]?.isRemoved == false }
        func isCoordinator(_ laptop: Laptop) -> Bool { isIn(laptop) && laptop.state.members[laptop.id]?.role == .coordinator }

        mutating func step() throws {
            let laptop = laptops[chance.below(laptops.count)]
            switch chance.below(12) {
            case 0...4: try meet(laptop, laptops[chance.below(laptops.count)])
            case 5, 6:
                guard isCoordinator(laptop), laptops.count < 14 else { return }
                next += 1
                let collections = chance.below(3) == 0 ? ["directory"] : ["directory", "people"]
                laptops.append(try laptop.admit("\(next)", as: chance.below(4) == 0 ? .reader : .member, collections: collections))
            case 7:
                guard isCoordinator(laptop) else { return }
                try laptop.sign { try $0.rotate(KeyChainTests.scopes) }
            case 8:
                let other = laptops[chance.below(laptops.count)]
                guard isCoordinator(laptop), laptop.state.members[other.id]?.isRemoved == false, other.name != "Jan", other !== laptop else { return }
                try laptop.sign { try $0.revoke(other.id) }
            case 9:
                guard isCoordinator(laptop) else { return }
                try laptop.sign { try $0.tend() }
            default: seal(laptop)
            }
            if chance.below(2) == 0 { dropCount += laptop.dropSpentBoxes() }
        }

        /// Who is removed, as one of the two knows, is not met.
        func meet(_ one: Laptop, _ other: Laptop) throws {
            guard one !== other, one.state.members[other.id]?.isRemoved != true, other.state.members[one.id]?.isRemoved != true else { return }
            try one.meet(other)
        }

        mutating func seal(_ laptop: Laptop) {
            guard isIn(laptop) else { return }
            for scope in KeyChainTests.scopes {
                guard let epoch = laptop.state.currentEpoch(of: scope), laptop.ring.key(epoch.id, of: scope) != nil else { continue }
                used[scope, default: []].insert(epoch.id)
            }
        }
    }

    @Test func everyHolderOpensWhatAnybodySealedAndNobodyRemovedLearnsALaterKey() throws {
        var (dropCount, removed, chained) = (0, 0, 0)
        for seed in 1...KeyChainTests.seeds {
            var history = try History(seed: seed)
            for _ in 0..<70 { try history.step() }
            let jan = history.laptops[0]
            // All who are in meet, and a coordinator does what is owed.
            for _ in 0..<3 {
                for laptop in history.laptops { try history.meet(jan, laptop) }
                try jan.sign { try $0.tend() }
                history.dropCount += jan.dropSpentBoxes()
            }
            for laptop in history.laptops { try history.meet(jan, laptop) }
            // Not what somebody sealed whom nobody met again.
            let known = try Set(jan.roster.statements.flatMap { encoded -> [EpochID] in
                guard case .rotate(let rotation) = try Statement(encoded: encoded).content else { return [] }
                return rotation.keys.values.map(\.epoch)
            })
            for scope in KeyChainTests.scopes {
                history.used[scope]?.formIntersection(known)
                #expect(!jan.state.needsRotation(scope) && jan.state.missingBoxes(scope).isEmpty, "seed \(seed)")
                let all = Set((jan.state.epochs[scope] ?? []).map(\.id)).union(history.used[scope] ?? [])
                for laptop in history.laptops where jan.state.members[laptop.id]?.mayHold(scope: scope) == true {
                    #expect(laptop.holdsCurrentKey(of: scope), "seed \(seed): \(laptop.name), \(scope)")
                    for epoch in history.used[scope] ?? [] {
                        #expect(laptop.ring.key(epoch, of: scope) != nil, "seed \(seed): \(laptop.name) lacks a key of \(scope)")
                    }
                    chained += all.count
                }
                let current = try #require(jan.state.currentEpoch(of: scope))
                for laptop in history.laptops where jan.state.members[laptop.id]?.mayHold(scope: scope) != true {
                    // Whatever statements it gets to see.
                    let thief = Laptop(laptop.name, keys: laptop.keys, from: jan)
                    #expect(thief.ring.key(current.id, of: scope) == nil, "seed \(seed): \(laptop.name) opens \(scope)")
                    #expect(laptop.ring.key(current.id, of: scope) == nil, "seed \(seed)")
                }
            }
            dropCount += history.dropCount
            removed += jan.state.removed.count
        }
        #expect(dropCount > 20 && removed > 5 && chained > 500)
    }

    @Test func whoWasAwayForTenRotationsOpensTheNewestBoxAndWalksBack() throws {
        let jan = try Laptop(founder: "Jan")
        let piet = try jan.admit("Piet")
        for _ in 0..<10 { try jan.sign { try $0.rotate(["people"]) } }
        #expect(jan.dropSpentBoxes() == 9)
        // The genesis and Piet's admission have keys of scopes that were never rotated.
        #expect(jan.roster.statements.filter { $0[0] == 0 }.count == 3)
        try piet.meet(jan)
        #expect(piet.ring.keys(of: "people").count == 11)
        let fatima = try jan.admit("Fatima")
        #expect(fatima.ring.keys(of: "people").count == 11)
        try jan.sign { try $0.rotate(["members", "directory", "people"]) }
        jan.dropSpentBoxes()
        #expect(jan.roster.statements.filter { $0[0] == 0 }.count == 1)
        #expect(Laptop("Piet", from: jan).ring.keys(of: "people").count == 12)
    }

    /// A coordinator that seals rubbish as the older keys takes no key from anybody who has it, and the next rotation mends the chain.
    @Test func aChainThatIsMadeUpLosesNoKey() throws {
        let jan = try Laptop(founder: "Jan")
        let eve = try jan.admit("Eve", as: .coordinator)
        let piet = try jan.admit("Piet")
        for laptop in [eve, piet] { try laptop.meet(jan) }
        let before = try #require(jan.state.currentEpoch(of: "people"))
        let key = EpochKey([UInt8](repeating: 9, count: 32))!
        var boxes = KeyBoxes()
        for laptop in [jan, eve, piet] { boxes.seal([key], to: laptop.keys.identity, space: jan.roster.space) }
        let rotation = Statement.Rotation(keys: ["people": Samples.newKey(key.id, older: [before.id])], boxes: boxes.name)
        let statement = Statement(
            space: jan.roster.space, signer: eve.id, timeMilliseconds: 0, parents: eve.roster.heads, content: .rotate(rotation))
        let made = try statement.signed(with: eve.keys, boxes: boxes)
        for laptop in [jan, piet] {
            try laptop.take([made])
            #expect(laptop.dropSpentBoxes() == 0 && laptop.ring.keys(of: "people").count == 2)
        }
        try jan.sign { try $0.rotate(["people"]) }
        try piet.meet(jan)
        _ = piet.dropSpentBoxes()
        #expect(piet.ring.keys(of: "people").count == 3)
        #expect(try jan.admit("Fatima").ring.keys(of: "people").count == 3)
    }

    @Test func boxesThatWereLeftAwayAreTakenWhenTheyCome() throws {
        let jan = try Laptop(founder: "Jan")
        let piet = try jan.admit("Piet")
        let before = piet.roster
        try jan.sign { try $0.rotate(["people"]) }
        let bare = try jan.roster.statements(beyond: before.heads).map { try StatedBytes.split($0).statement }
        let other = Laptop("Piet", keys: piet.keys, from: piet)
        for laptop in [piet, other] { try laptop.take(bare) }
        #expect(piet.roster.digest == jan.roster.digest && !piet.holdsCurrentKey(of: "people"))
        try piet.take(jan.roster.statements)
        #expect(piet.holdsCurrentKey(of: "people"))
        // Somebody else's are refused.
        var boxes = KeyBoxes()
        boxes.seal([EpochKey([UInt8](repeating: 1, count: 32))!], to: piet.keys.identity, space: jan.roster.space)
        #expect(throws: WireError(.malformed, in: "boxes")) { try other.take([StatedBytes.join(bare[0], boxes: boxes.encoded)]) }
    }

    /// A box for each, whatever the scopes; the statement itself does not grow with the number of devices.
    @Test func aRotationIsSmallBesideItsBoxes() throws {
        let jan = try Laptop(founder: "Jan")
        for number in 0..<30 { _ = try jan.admit("\(number)") }
        try jan.sign { try $0.rotate(["members", "directory", "people"]) }
        let (statement, boxes) = try StatedBytes.split(try #require(jan.roster.statements.last))
        #expect(statement.count < 600)
        // A recipient, a count, and HPKE's 48 bytes around three keys.
        let boxByteCount: Int = 16 + 2 + 48 + 3 * 32
        #expect(boxes?.count == 1 + 31 * boxByteCount)
    }
}

extension Laptop {
    /// - Returns: of how many statements.
    @discardableResult
    func dropSpentBoxes() -> Int {
        var next = roster
        let count = next.dropSpentBoxes(keeping: keys).count
        replace(roster: next)
        return count
    }
}
