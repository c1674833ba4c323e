import Community
import CRDT
import Foundation
import Store
import Testing
import Wire

/// Three laptops that edit, delete, give rows to others, erase, meet and carry old sticks, in orders from a seed: whatever
/// the order, all come to hold the same, and no byte of what was erased.
///
/// Statements go before data, as the roster does, and what follows from ownership is stated by whoever finds it.
@Suite struct ErasureConvergenceTests {
    private static let marker = "geheim"

    private struct Stick {
        let manifest: Manifest
        let segments: [[UInt8]]
        let statements: Set<ErasedRecord>
    }

    private final class Run {
        let zuid: Neighbourhood
        let stores: [Store]
        let statements = Statements()
        var generator: SeededGenerator
        var sticks: [Stick] = []
        var serial = 0

        init(seed: UInt64) throws {
            zuid = try Neighbourhood()
            stores = try ["a", "b", "c"].map { [zuid] in try zuid.store($0, schema: erasureSchema) }
            generator = SeededGenerator(seed: seed)
        }

        func pick<Element>(_ choices: [Element]) -> Element { choices[Int.random(in: 0..<choices.count, using: &generator)] }
        func value(_ record: String) -> Value {
            serial += 1
            return .text("\(ErasureConvergenceTests.marker)-\(record)-\(serial)")
        }
    }

    private static let contacts = ["k1", "k2", "k3"]
    private static let points = ["p1", "p2", "p3", "p4"]
    private static let labels = ["l1", "l2"]

    private func edit(_ run: Run, _ store: Store) throws {
        let contact = run.pick(Self.contacts), point = run.pick(Self.points), label = run.pick(Self.labels)
        switch Int.random(in: 0..<11, using: &run.generator) {
        case 0: try store.executeAsClient("insert or ignore into contact (id, given_name, visits) values (?, ?, 1)", [.text(contact), run.value(contact)])
        case 1: try store.executeAsClient("update contact set given_name = ?, visits = coalesce(visits, 0) + 2 where id = ?", [run.value(contact), .text(contact)])
        case 2: try store.executeAsClient("insert or ignore into point (id, contact, value) values (?, ?, ?)", [.text(point), .text(contact), run.value(point)])
        case 3: try store.executeAsClient("update point set value = ?, clicks = coalesce(clicks, 0) + 1 where id = ?", [run.value(point), .text(point)])
        case 4: try store.executeAsClient("update point set contact = ? where id = ?", [.text(contact), .text(point)])
        case 5: try store.executeAsClient("insert or replace into label (id, point, text) values (?, ?, ?)", [.text(label), .text(point), run.value(label)])
        case 6: try store.executeAsClient("insert or ignore into consent values (?, ?, ?)", [.text(contact), .text("news"), run.value(contact + ":news")])
        case 7: try store.executeAsClient("delete from \(run.pick(["contact", "point", "label", "consent"])) where 1 = \(Int.random(in: 0...1, using: &run.generator))")
        case 8: try store.executeAsClient("insert or replace into tie (id, one, other, kind) values ('t', ?, ?, ?)", [.text(contact), .text(run.pick(Self.contacts)), run.value("t")])
        case 9: try store.executeAsClient("insert or replace into note (id, text) values (?, 'stays')", [.text(contact)])
        default: _ = try? store.undo()
        }
    }

    private func meet(_ run: Run, _ a: Store, _ b: Store) throws {
        for store in [a, b, a] { try run.statements.meet(store) }
        for (to, from) in [(a, b), (b, a)] {
            _ = try from.stamped()
            _ = try to.stamped()
            // As a session does, so that the base may be named by what was stated.
            for (collection, knowledge) in try to.knowledge() {
                try to.noteStatement(to: from.identity.replica, collection: collection, knowledge: knowledge)
            }
            try to.pull(from: from)
        }
        for store in [a, b] { try run.statements.meet(store) }
    }

    /// A stick is written for what some laptop held then, and read by anyone at any time.
    private func carry(_ run: Run, _ store: Store) throws {
        _ = try store.stamped()
        if run.sticks.isEmpty || Bool.random(using: &run.generator) {
            let base = Bool.random(using: &run.generator) ? Knowledge() : try run.pick(run.stores).knowledge()["people"]!
            guard let delta = try store.frozenDelta(of: "people", base: base, partial: [], working: {}) else { return }
            run.statements.state(try store.owedErasures().map(\.record))
            run.sticks.append(Stick(
                manifest: delta.manifest, segments: try delta.manifest.segments.indices.map { try delta.segment($0) },
                statements: run.statements.records))
        } else {
            let stick = run.pick(run.sticks)
            _ = try store.erase(Array(stick.statements))
            do {
                _ = try store.mergeBundle(dryRun: false, salvage: false) { bundle in
                    try bundle.begin(stick.manifest)
                    for (index, bytes) in stick.segments.enumerated() {
                        try bundle.add(SealedSegment(delta: stick.manifest.id, index: index, bytes: bytes))
                    }
                }
            } catch let error as WireError where error.code == .unknownReceipt {}
        }
    }

    /// More seeds: KITH_ERASURE_SEEDS=2000.
    private static let seeds = 1...(ProcessInfo.processInfo.environment["KITH_ERASURE_SEEDS"].flatMap { UInt64($0) } ?? 60)

    @Test(arguments: seeds) func whateverTheOrderAllHoldTheSame(_ seed: UInt64) throws {
        let run = try Run(seed: seed)
        for _ in 0..<60 {
            let store = run.pick(run.stores)
            switch Int.random(in: 0..<20, using: &run.generator) {
            case 0..<12: try edit(run, store)
            case 12..<14: _ = try store.stamped()
            case 14..<17: try meet(run, store, run.pick(run.stores.filter { $0 !== store }))
            case 17..<19: try carry(run, store)
            default:
                // One person, as the plan here says; the others' rows that are hers follow when they are met.
                let person = run.pick(Self.contacts)
                if Bool.random(using: &run.generator), let plan = try? store.erasurePlan(record("contact", person)) {
                    run.statements.state(plan.named)
                    _ = try store.erase(plan.named)
                } else {
                    run.statements.state([erased("contact", person)])
                    _ = try store.erase([erased("contact", person)])
                }
            }
        }
        // Until nothing new is stated or sent: all waiting sticks' links included.
        for _ in 0..<4 {
            for (a, b) in [(0, 1), (1, 2), (0, 2)] { try meet(run, run.stores[a], run.stores[b]) }
        }
        let dump = try run.stores[0].dump()
        let gone = try run.stores[0].erasedRecords()
        for store in run.stores {
            #expect(try store.dump() == dump, "seed \(seed)")
            #expect(try store.erasedRecords() == gone)
            #expect(try store.owedErasures().isEmpty)
            #expect(try store.remnants() == [])
            #expect(try store.knowledge() == run.stores[0].knowledge())
            try store.scrub()
            for record in gone where record.key.parts.count == 1 {
                #expect(try store.holdsBytes("\(Self.marker)-\(record.id.text)-") == [], "seed \(seed), \(record.id.text)")
                #expect(try store.holdsBytes("\(Self.marker)-\(record.id.text):news-") == [], "seed \(seed)")
            }
        }
        #expect(!dump.contains { cell in gone.contains { $0.table == cell.table && $0.key == cell.key } })
    }
}
