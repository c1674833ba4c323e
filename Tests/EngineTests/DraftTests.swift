import CRDT
import Device
import Engine
import Foundation
import Glibc
import Store
import Testing
import Wire

/// What a file is comes before what is done with it; a copy is worth its name; and nothing readable stays behind.
struct FileCareTests {
    private func bytes(_ path: String) throws -> [String: Data] {
        let folder = (path as NSString).deletingLastPathComponent
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return Dictionary(uniqueKeysWithValues: names.compactMap { name in
            FileManager.default.contents(atPath: folder + "/" + name).map { (name, $0) }
        })
    }

    /// Files of others, by what made them.
    private func foreign(_ folder: String) throws -> [String] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        func write(_ name: String, _ bytes: [UInt8]) throws -> String {
            try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
            return folder + "/" + name
        }
        /// A database header with these numbers (https://sqlite.org/fileformat.html#the_database_header), a page long.
        func database(application: UInt32, version: UInt32, journal: UInt8 = 1) -> [UInt8] {
            var page = [UInt8](repeating: 0, count: 4_096)
            page.replaceSubrange(0..<16, with: Array("SQLite format 3\0".utf8))
            page[16] = 0x10
            (page[18], page[19], page[21], page[22], page[23]) = (journal, journal, 64, 32, 32)
            page[31] = 1
            page[47] = 4
            page[59] = 1
            func put(_ number: UInt32, at offset: Int) { for index in 0..<4 { page[offset + index] = UInt8(truncatingIfNeeded: number >> (24 - 8 * index)) } }
            put(1, at: 28)
            put(version, at: 60)
            put(application, at: 68)
            // An empty schema: a leaf page without cells.
            page[100] = 13
            page[105] = 0x10
            return page
        }
        return [
            try write("empty.kith", []), try write("short.kith", Array("SQLite format 3".utf8)),
            try write("text.kith", Array(repeating: 65, count: 5_000)),
            try write("other.kith", database(application: 0, version: 0)), try write("relay.kith", database(application: 0x4B49_5452, version: 1)),
            try write("magic.kith", database(application: 0x4B49_5448, version: 0)),
            try write("hollow.kith", database(application: 0x4B49_5448, version: 1)),
            try write("newer.kith", database(application: 0x4B49_5448, version: 99)),
            try write("wal.kith", database(application: 0x1234_5678, version: 3, journal: 2)),
        ]
    }

    @Test("A file that is no replica keeps every byte, and gets no file beside it")
    func untouched() throws {
        let scratch = try Scratch()
        let laptop = scratch.laptop("fatima", seed: 1)
        _ = try DeviceFile.loadOrMake(laptop)
        let folder = scratch.file("foreign")
        for path in try foreign(folder) {
            for permissions in [0o644, 0o444] {
                chmod(path, mode_t(permissions))
                let before = try bytes(path)
                let attempts: [() throws -> Void] = [
                    { _ = try Replica.open(for: .community, path, laptop) }, { _ = try Replica.open(for: .community, path, forReading: true, laptop) },
                    { _ = try Replica.restore(for: .community, from: path, at: scratch.file("restored/x.kith"), replacing: true, laptop) },
                    { _ = try Replica.create(for: .community, space: "Zuid", label: "Laptop", at: path, laptop) },
                ]
                for attempt in attempts { #expect(throws: (any Error).self, "\(path)") { try attempt() } }
                #expect(try bytes(path) == before, "\(path)")
            }
        }
    }

    @Test("A replica whose first page is still in its WAL is one")
    func freshAndKilled() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        try fatima.add("Noor")
        let copy = scratch.file("copy.kith")
        // As a killed program leaves it.
        for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: fatima.path + suffix, toPath: copy + suffix) }
        #expect(try Replica.open(for: .community, copy, scratch.laptop("fatima", seed: 2)).has("Noor"))
    }

    @Test("A backup of a damaged replica is none, and says so; one of a sound one can be put back")
    func damagedBackup() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        for number in 0..<400 { try fatima.add("Gast \(number)", "Jansen") }
        let good = scratch.file("good.kith")
        _ = try fatima.backup(to: good)
        let path = fatima.path
        try fatima.close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let pageCount = whole.count / 4_096
        var refused = 0
        for page in stride(from: 2, to: pageCount, by: 3) {
            var broken = whole
            // The header of the page and what lies next to it.
            broken.replaceSubrange((page * 4_096)..<(page * 4_096 + 64), with: [UInt8](repeating: 0xA5, count: 64))
            try broken.write(to: URL(fileURLWithPath: path))
            let target = scratch.file("copy-\(page).kith")
            do {
                let replica = try Replica.open(for: .community, path, fatima.environment)
                defer { try? replica.store.close() }
                _ = try replica.backup(to: target)
                try replica.store.close()
                // Whatever is called a backup can be put back.
                let (back, _) = try Replica.restore(for: .community, from: target, at: scratch.file("back-\(page).kith"), replacing: false, fatima.environment)
                #expect(try back.store.count("contact") == 400)
                try back.close()
            } catch {
                refused += 1
                #expect(error is StoreError || error is EngineError, "\(error)")
                #expect(!FileManager.default.fileExists(atPath: target))
            }
        }
        #expect(refused > 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { $0.contains("partial") } == [])
        try whole.write(to: URL(fileURLWithPath: path))
        let (back, aside) = try Replica.restore(for: .community, from: good, at: path, replacing: true, fatima.environment)
        #expect(try back.store.count("contact") == 400 && aside != nil)
    }

    @Test("What a killed program left under a temporary name goes at the next start, and nothing else does")
    func sweeping() throws {
        let scratch = try Scratch()
        let fatima = try found(scratch)
        let laptop = fatima.environment
        let drafts = scratch.file("fatima/state/kith/drafts")
        let stick = scratch.file("stick")
        try FileManager.default.createDirectory(atPath: drafts, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: stick, withIntermediateDirectories: true)
        func entry(_ name: String, _ path: String) throws { try Data(path.utf8).write(to: URL(fileURLWithPath: drafts + "/" + name)) }
        func file(_ name: String) throws -> String {
            try Data("Quispel".utf8).write(to: URL(fileURLWithPath: stick + "/" + name))
            return stick + "/" + name
        }
        // Left by a program that is gone.
        let names = (0..<6).map { String(repeating: "\($0)", count: 16) }
        for suffix in ["", "-wal", "-shm"] { try entry(names[0], try file(".restoring-\(names[0])" + suffix).replacing(suffix, with: "")) }
        try entry(names[1], try file("copy.kith.partial-\(names[1])"))
        // Of a program that lives: its lock is held.
        let living = try file("living.partial-\(names[2])")
        try entry(names[2], living)
        let lock = Glibc.open(drafts + "/" + names[2], O_RDWR)
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
        // Names like ours that nobody noted; an entry for a file of another name; one for a link.
        let others = [try file("mine.partial-0123456789abcdef"), try file(".restoring-fedcba9876543210"), try file("letter.txt")]
        try entry(names[3], others[2])
        let link = stick + "/link-\(names[4])"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: others[2])
        try entry(names[4], link)
        // A stick that is not here now.
        try entry(names[5], scratch.file("elsewhere/gone/x.partial-\(names[5])"))

        _ = try Replica.open(for: .community, fatima.path, laptop)
        let left = Set(try FileManager.default.contentsOfDirectory(atPath: stick))
        #expect(left == Set((others + [living, link]).map { ($0 as NSString).lastPathComponent }))
        #expect(FileManager.default.fileExists(atPath: drafts + "/" + names[5]))
        #expect(!FileManager.default.fileExists(atPath: drafts + "/" + names[0]))
        // An erasure by a program that has been running since before reaches them as well. Closed once: a number that is closed again is
        // by then a socket of another test.
        Glibc.close(lock)
        try fatima.add("Weg", "Gewist")
        try fatima.erase(try fatima.planErasure(try fatima.contact(named: "Gewist")).plan)
        #expect(!FileManager.default.fileExists(atPath: living))
    }

    @Test("Who writes under a temporary name has noted it first, and takes the note away")
    func notes() throws {
        let scratch = try Scratch()
        let (fatima, _) = try fatimaAndJan(scratch)
        _ = try fatima.backup(to: scratch.file("a.kith"))
        _ = try fatima.exportBundle(to: scratch.file("a.kithbundle"), for: .everyone)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("fatima/state/kith/drafts")).isEmpty)
    }
}
