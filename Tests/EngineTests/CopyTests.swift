import CRDT
import Engine
import Foundation
import Glibc
import Store
import Testing
import Trust
import Wire

/// Files of replicas that were copied, restored or cloned with the whole disk: told apart, nothing lost, nothing made up.
struct CopyTests {
    /// Fatima and Jan, who meet; a gathering with five heads.
    private func team(_ scratch: Scratch) throws -> (fatima: Replica, jan: Replica, gathering: RecordID) {
        let (fatima, jan) = try fatimaAndJan(scratch)
        try jan.add("Vroeger")
        let gathering = try jan.store.add("gathering", [("channel", .text("onsite"))])
        try jan.store.executeAsClient("update gathering set headcount = 5")
        try meet(jan, fatima)
        return (fatima, jan, gathering)
    }

    private func increase(_ replica: Replica, by number: Int) throws {
        for _ in 0..<number { try replica.store.executeAsClient("update gathering set headcount = headcount + 1") }
    }

    private func headcount(_ replica: Replica, _ gathering: RecordID) throws -> Value? {
        try replica.store.show(gathering).columns.lazy.flatMap(\.parts).first { $0.name == "headcount" }?.value
    }

    private func witness(_ replica: Replica, _ home: String) -> String { "\(home)/state/kith/\(replica.identity.replica).witness" }

    /// What is in a witness for a file at a path now, but for the batches: so a disk image's witness fits its file.
    private func place(_ path: String) throws -> (place: String, file: String) {
        let machine = (try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8)) ?? ""
        var status = stat()
        try #require(stat(path, &status) == 0)
        let place = "\(machine)\n\(URL(fileURLWithPath: path).standardizedFileURL.path)"
        return (Digest.name(Array(place.utf8)).description, "\(status.st_dev) \(status.st_ino)")
    }

    /// The whole home on another disk, where file and folder have the same numbers as here: nothing tells the image that it is one.
    private func image(_ replica: Replica, _ scratch: Scratch, seed: UInt64) throws -> (Replica, Replica) {
        let home = scratch.file("jan"), other = scratch.file("jan-image"), environment = replica.environment
        let name = witness(replica, home)
        try replica.close()
        try FileManager.default.copyItem(atPath: home, toPath: other)
        let copied = witness(replica, other)
        let file = other + replica.path.dropFirst(home.count)
        var lines = try String(contentsOfFile: name, encoding: .utf8).components(separatedBy: "\n")
        (lines[1], lines[2]) = try place(file)
        try lines.joined(separator: "\n").write(toFile: copied, atomically: false, encoding: .utf8)
        return (
            try Replica.open(for: .community, nil, environment), try Replica.open(for: .community, nil, scratch.laptop("jan-image", seed: seed)))
    }

    private func expectHealed(_ replicas: [Replica], _ gathering: RecordID, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for replica in replicas {
            try expectSame(replica, replicas[0], sourceLocation: sourceLocation)
            #expect(try replica.has("Een") && replica.has("Twee"), sourceLocation: sourceLocation)
            #expect(try headcount(replica, gathering) == .integer(10), sourceLocation: sourceLocation)
            #expect(try replica.store.conflictCount() == 0, sourceLocation: sourceLocation)
            let status = try replica.store.status()
            #expect(status.inParts.isEmpty && status.waitingBundles == 0 && status.missing.isEmpty, sourceLocation: sourceLocation)
        }
    }

    @Test("A file copied to another folder goes on as another writer, of its own accord", arguments: [false, true])
    func otherFolder(byStick: Bool) throws {
        let scratch = try Scratch()
        let (fatima, jan, gathering) = try team(scratch)
        let environment = jan.environment, path = scratch.file("werk.kith")
        try jan.close()
        try FileManager.default.copyItem(atPath: jan.path, toPath: path)
        let one = try Replica.open(for: .community, jan.path, environment), two = try Replica.open(for: .community, path, environment)
        try one.add("Een")
        try increase(one, by: 2)
        try two.add("Twee")
        try increase(two, by: 3)
        let before = Set(try one.store.ownWriters.map(\.writer))
        try two.prepare()
        #expect(!Set(try two.store.ownWriters.map(\.writer)).isSubset(of: before), "the copy has writers of its own")
        var copies = 0
        if byStick {
            for replica in [one, two] { copies += try carry(replica, fatima, scratch).report.copies.count }
            copies += try carry(one, two, scratch).report.copies.count
            copies += try carry(two, one, scratch).report.copies.count
            for replica in [one, two] { copies += try carry(fatima, replica, all: false, scratch).report.copies.count }
            for replica in [one, two] { try carry(replica, fatima, scratch) }
        } else {
            for replica in [one, two, one] { try meet(replica, fatima) }
            try meet(two, one)
        }
        #expect(copies == 0, "nothing parted: there is nothing to warn of")
        try expectHealed([fatima, one, two], gathering)
    }

    @Test("Without its witness a file goes on as another writer", arguments: [false, true])
    func lostWitness(isMade: Bool) throws {
        let scratch = try Scratch()
        let (fatima, jan, gathering) = try team(scratch)
        let environment = jan.environment
        let writers = Set(try jan.store.ownWriters.map(\.writer))
        try jan.close()
        if isMade {
            try Data("kith witness 1\n".utf8).write(to: URL(fileURLWithPath: witness(jan, scratch.file("jan"))))
        } else {
            try FileManager.default.removeItem(atPath: scratch.file("jan/state"))
        }
        let again = try Replica.open(for: .community, nil, environment)
        try again.add("Een")
        try again.add("Twee")
        try increase(again, by: 5)
        try meet(again, fatima)
        #expect(!Set(try again.store.ownWriters.map(\.writer)).isSubset(of: writers))
        try expectHealed([fatima, again], gathering)
        // And there is one again.
        let more = Set(try again.store.ownWriters.map(\.writer))
        try again.close()
        let third = try Replica.open(for: .community, nil, environment)
        try third.add("Drie")
        try third.prepare()
        #expect(Set(try third.store.ownWriters.map(\.writer)) == more)
        // Also when the last stamping was of one collection alone.
        try third.close()
        let fourth = try Replica.open(for: .community, nil, environment)
        try fourth.add("Vier")
        try increase(fourth, by: 1)
        try fourth.prepare()
        #expect(Set(try fourth.store.ownWriters.map(\.writer)) == more)
        #expect(fourth.identity == again.identity)
    }

    @Test("A disk image, both alive: both go on as one writer, and are told apart by whoever sees both", arguments: [false, true])
    func diskImage(byStick: Bool) throws {
        let scratch = try Scratch()
        let (fatima, jan, gathering) = try team(scratch)
        let ans = try join("ans", seed: 3, admittedBy: fatima, scratch)
        let (one, two) = try image(jan, scratch, seed: 77)
        let writers = Set(try one.store.ownWriters.map(\.writer))
        try one.add("Een")
        try increase(one, by: 2)
        try two.add("Twee")
        try increase(two, by: 3)
        for replica in [one, two] { try replica.prepare() }
        #expect(Set(try one.store.ownWriters.map(\.writer)) == writers)
        #expect(Set(try two.store.ownWriters.map(\.writer)) == writers, "nothing told the image that it is one")

        var found: [FoundCopy] = []
        if byStick {
            found += try carry(one, fatima, scratch).report.copies
            #expect(found.isEmpty)
            found += try carry(two, fatima, scratch).report.copies
            #expect(Set(found.map(\.cut.root)).isSubset(of: writers) && found.count == 2, "one for each collection: \(found)")
            #expect(found.allSatisfy { $0.label == "Laptop Jan" && !$0.isOwn })
            #expect(try carry(one, fatima, scratch).report.copies.isEmpty, "told once")
            #expect(try carry(two, fatima, scratch).report.copies.isEmpty, "told once")
            for _ in 0..<2 {
                for replica in [one, two, ans] { try carry(fatima, replica, scratch) }
                for replica in [one, two, ans] { try carry(replica, fatima, scratch) }
            }
        } else {
            found += try meet(one, fatima).listener.copies
            #expect(found.isEmpty)
            found += try meet(two, fatima).listener.copies
            #expect(found.count == 2, "one for each collection: \(found)")
            for replica in [one, two, ans, one, two] { #expect(try meet(replica, fatima).listener.copies.isEmpty, "told once") }
            try meet(one, two)
        }
        try expectHealed([fatima, one, two, ans], gathering)
        // They go on under names of their own.
        try one.add("Drie")
        try two.add("Vier")
        for replica in [one, two, one] { try meet(replica, fatima) }
        for replica in [one, fatima] { #expect(try replica.has("Drie") && replica.has("Vier")) }
        #expect(try fatima.store.conflictCount() == 0)
    }

    @Test("Two images meet each other first, by stick")
    func imagesAmongThemselves() throws {
        let scratch = try Scratch()
        let (fatima, jan, gathering) = try team(scratch)
        let (one, two) = try image(jan, scratch, seed: 78)
        try one.add("Een")
        try increase(one, by: 2)
        try two.add("Twee")
        try increase(two, by: 3)
        // Where one says "for everyone", and the other has its own already.
        #expect(try carry(one, two, scratch).report.copies.allSatisfy(\.isOwn))
        try carry(two, one, scratch)
        try carry(one, two, scratch)
        for replica in [one, two] {
            try carry(replica, fatima, scratch)
            try carry(fatima, replica, scratch)
        }
        try carry(fatima, one, scratch)
        try expectHealed([fatima, one, two], gathering)
    }

    @Test("Yesterday's file over today's: what was lost comes back, and what was done since stands beside it", arguments: [false, true])
    func yesterday(hasEdited: Bool) throws {
        let scratch = try Scratch()
        let (fatima, jan, gathering) = try team(scratch)
        let environment = jan.environment
        try jan.close()
        let yesterday = try Data(contentsOf: URL(fileURLWithPath: jan.path))
        let today = try Replica.open(for: .community, nil, environment)
        try today.add("Een")
        try increase(today, by: 2)
        try meet(today, fatima)
        try today.close()
        // In place, so that even the file's number stays.
        let file = try #require(FileHandle(forWritingAtPath: jan.path))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: yesterday)
        try file.close()
        let restored = try Replica.open(for: .community, nil, environment)
        #expect(try !restored.has("Een"))
        if hasEdited {
            try restored.add("Twee")
            try increase(restored, by: 3)
        }
        let met = try meet(restored, fatima)
        #expect(met.listener.copies.isEmpty, "the witness knew")
        if !hasEdited {
            try restored.add("Twee")
            try increase(restored, by: 3)
            try meet(restored, fatima)
        }
        try expectHealed([fatima, restored], gathering)
    }
}
