import CRDT
import Dispatch
import Engine
import Foundation
import Store
import Synchronization
import Testing
import Wire

/// Several programs work on one replica at the same time: they take turns, and stay one writer.
struct ManyProgramsTests {
    /// Waits for its turn as a person would, by trying again.
    private func patiently<Result>(_ body: () throws -> Result) throws -> Result {
        for _ in 0..<20 {
            do { return try body() } catch let error as StoreError where error.code == .busy { continue }
        }
        return try body()
    }

    @Test func eightProgramsAtOnceBreedNoWriters() throws {
        let scratch = try Scratch()
        let first = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
        try first.store.executeAsClient("insert into contact (id, given_name) values ('c', 'Amina')")
        try first.stamp()
        try first.close()
        let editCount = 12
        let failures = Mutex<[String]>([])
        // Each has randomness of its own, as programs have.
        let environments = (0..<8 * editCount).map { scratch.laptop("fatima", seed: UInt64(100 + $0)) }
        DispatchQueue.concurrentPerform(iterations: 8) { program in
            for edit in 0..<editCount {
                do {
                    let replica = try patiently { try Replica.open(for: .community, nil, environments[program * editCount + edit]) }
                    try patiently { try replica.store.executeAsClient("insert into contact (id, given_name) values ('p\(program)-\(edit)', 'x')") }
                    try patiently { try replica.stamp() }
                    try patiently { try replica.close() }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock { $0 } == [])
        let last = try Replica.open(for: .community, nil, scratch.laptop("fatima", seed: 9_999))
        #expect(try last.store.count("contact") == 8 * editCount + 1)
        #expect(try last.store.knowledge()["people"]?.ends.count == 1)
        #expect(last.identity.replica == first.identity.replica)
        try last.close()
    }

    /// A program that was killed between its commit and taking back the ends before it: the next one goes on.
    @Test func aProgramThatDiedRightAfterItsCommitIsVouchedFor() throws {
        let scratch = try Scratch()
        let replica = try Replica.create(for: .community, space: "Zuid", label: "Laptop Fatima", at: nil, scratch.laptop("fatima", seed: 1))
        let witness = scratch.file("fatima/state/kith/\(replica.identity.replica).witness")
        func edit(_ replica: Replica, _ id: String) throws -> String {
            try replica.store.executeAsClient("insert into contact (id, given_name) values ('\(id)', 'x')")
            try replica.stamp()
            return try String(contentsOfFile: witness, encoding: .utf8)
        }
        let before = try edit(replica, "a").split(separator: "\n", omittingEmptySubsequences: false)
        let after = try edit(replica, "b").split(separator: "\n", omittingEmptySubsequences: false)
        try replica.close()
        // As it stood within the last commit.
        let within = (before.dropLast() + ["or"] + after.dropFirst(3)).joined(separator: "\n")
        try within.write(toFile: witness, atomically: false, encoding: .utf8)
        let next = try Replica.open(for: .community, nil, scratch.laptop("fatima", seed: 2))
        _ = try edit(next, "c")
        #expect(try next.store.knowledge()["people"]?.ends.count == 1)
        // One that is two behind is a copy that was put back.
        try next.close()
        try within.write(toFile: witness, atomically: false, encoding: .utf8)
        let restored = try Replica.open(for: .community, nil, scratch.laptop("fatima", seed: 3))
        _ = try? edit(restored, "d")
        #expect(try restored.store.knowledge()["people"]?.ends.count == 2)
    }
}
