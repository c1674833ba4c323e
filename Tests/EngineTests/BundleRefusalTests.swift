import BundleFile
import CRDT
import Device
import Engine
import Foundation
import Glibc
import Store
import Testing
import Transport
import Wire

/// Bad bundles: a typed error, and a replica that keeps every byte it had, in the file and in the log beside it (FAULTS, "Bundles").
struct BundleRefusalTests {
    /// Runs an import that must fail, and checks that the replica's file is as it was.
    private func refused(_ replica: Replica, _ path: String, _ matches: (any Error) -> Bool) throws {
        let before = try replica.bytes()
        #expect(performing: { try replica.importBundle(path) }, throws: matches)
        #expect(try replica.bytes() == before)
    }

    @Test("Another space's bundle")
    func otherSpace() throws {
        let scratch = try Scratch()
        let (_, jan) = try fatimaAndJan(scratch)
        let other = try Replica.create(for: .community, space: "Noord", label: "Laptop Ans", at: nil, scratch.laptop("ans", seed: 9))
        _ = try other.importFixture("jan.csv")
        _ = try other.exportBundle(to: scratch.file("other"), for: .everyone)
        try refused(jan, scratch.file("other"), isWire(.noKey))
    }

    @Test("Unstamped edits stay unstamped when a bundle is refused")
    func unstampedEdits() throws {
        let scratch = try Scratch()
        let (_, jan) = try fatimaAndJan(scratch)
        _ = try jan.store.add("contact", [("given_name", .text("Noor"))])
        let other = try Replica.create(for: .community, space: "Noord", label: "Laptop Ans", at: nil, scratch.laptop("ans", seed: 9))
        _ = try other.exportBundle(to: scratch.file("other"), for: .everyone)
        try refused(jan, scratch.file("other"), isWire(.noKey))
    }

    @Test("Flipped bytes and truncations")
    func damage() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        _ = try fatima.store.add("contact", [("given_name", .text("Noor"))])
        _ = try fatima.exportBundle(to: scratch.file("b"), for: .everyone)
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.file("b"))))
        let everything = try jan.everything()
        let digest = try jan.digest()
        let bad = scratch.file("bad")
        func expectRefused(_ bytes: [UInt8], _ what: String) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: bad))
            #expect(throws: WireError.self, "\(what)") { try jan.importBundle(bad) }
        }
        for position in stride(from: 0, to: whole.count, by: 13) {
            var flipped = whole
            flipped[position] ^= 0x10
            try expectRefused(flipped, "flipped at \(position)")
            try expectRefused(Array(whole[..<position]), "cut at \(position)")
        }
        try expectRefused(whole + [0], "one byte more")
        try expectRefused(whole + whole, "twice")
        #expect(try jan.everything() == everything)
        #expect(try jan.digest() == digest)
        try refused(jan, bad, isWire(.damaged))
        #expect(try jan.importBundle(scratch.file("b")).report.merge.newRecordCount == 1)
    }

    @Test("What is not a file, or not a bundle")
    func notBundles() throws {
        let scratch = try Scratch()
        let (_, jan) = try fatimaAndJan(scratch)
        mkfifo(scratch.file("pipe"), 0o600)
        symlink(scratch.file("first.kithbundle"), scratch.file("link"))
        try Data("Naam;Telefoon\n".utf8).write(to: URL(fileURLWithPath: scratch.file("list.csv")))
        try Data("KITH BUNDLE 2\nx".utf8).write(to: URL(fileURLWithPath: scratch.file("newer")))
        try Data().write(to: URL(fileURLWithPath: scratch.file("empty")))
        func isFile(_ code: BundleFileError.Code) -> (any Error) -> Bool { { ($0 as? BundleFileError)?.code == code } }
        try refused(jan, scratch.file("nothing"), isFile(.notFound))
        try refused(jan, scratch.path, isFile(.notAFile))
        try refused(jan, scratch.file("pipe"), isFile(.notAFile))
        try refused(jan, scratch.file("link"), isFile(.notAFile))
        try refused(jan, scratch.file("list.csv"), isWire(.notKith))
        try refused(jan, scratch.file("newer"), isWire(.newerFormat))
        try refused(jan, scratch.file("empty"), isWire(.truncated))
    }

    @Test("A newcomer with a damaged bundle gets no replica")
    func damagedJoin() throws {
        let scratch = try Scratch()
        let (fatima, _) = try fatimaAndJan(scratch)
        let omar = scratch.laptop("omar", seed: 3)
        _ = try RequestFile.write(to: scratch.file("omar.request"), label: "Laptop Omar", omar)
        try fatima.admit(try RequestFile.read(scratch.file("omar.request")), as: .member, collections: nil)
        _ = try fatima.exportBundle(to: scratch.file("welcome"), for: .everyone)
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.file("welcome"))))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: scratch.file("bad")))
        #expect(throws: WireError.self) { try Replica.join(for: .community, bundle: scratch.file("bad"), at: nil, omar) }
        #expect(!FileManager.default.fileExists(atPath: scratch.file("omar/kith/zuid.kith")))
        #expect(try Replica.join(for: .community, bundle: scratch.file("welcome"), at: nil, omar).0.everything() == fatima.everything())
    }

    @Test("What is intact of a damaged bundle is written as edits of this laptop, kept apart, and merged with the rest")
    func salvage() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        try fatima.store.executeAsClient(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000) insert into contact(given_name) select 'Piet' || i from n")
        try fatima.stamp()
        _ = try fatima.exportBundle(to: scratch.file("b"), for: .everyone)
        let contents = try BundleContents.read(scratch.file("b"), key: jan.bundleKey)
        #expect(try #require(contents.manifests.first { $0.collection == "people" }).segments.count >= 3)
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.file("b"))))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: scratch.file("bad")))
        let digest = try jan.digest()

        let report = try jan.importBundle(scratch.file("bad"), salvage: true)
        // A byte takes the sealed chunk that it lies in, which may hold the end of one segment and the beginning of the next.
        #expect((1...2).contains(report.lostSegmentCount))
        #expect(report.report.merge.newRecordCount == 0 && report.notSearchedByteCount == 0)
        guard case .partly(let held, let count, let salvage)? = report.report.deltas.first(where: { $0.collection == "people" })?.state else {
            throw WireError(.unexpected, in: "a delta that lacks a part")
        }
        #expect(held < count && salvage.takenCount > 10_000 && salvage.leftCount == 0 && salvage.taken.count == SalvageReport.namedCount)
        #expect(report.needsPerson)
        #expect(try jan.store.count("contact") > 10_000)
        // The same again writes nothing new.
        let digest2 = try jan.digest()
        _ = try jan.importBundle(scratch.file("bad"), salvage: true)
        #expect(try jan.digest() == digest2)
        let status = try jan.store.status()
        #expect(status.inParts.count == 1 && status.inParts[0].packer == "Laptop Fatima" && status.inParts[0].heldCount > 0)
        #expect(status.digest != digest, "the edits of this laptop")

        _ = try jan.importBundle(scratch.file("b"))
        #expect(try jan.store.status().inParts.isEmpty)
        #expect(try jan.store.status().conflicts == 0)
        #expect(try jan.everything() == fatima.everything())
    }
}
