import Foundation
import Glibc
import Testing

/// Programs that are killed, disks that are full, files that are something else: through the built program.
struct FileCareJourneyTests {
    private func space(_ folder: String, rows: Int = 0) throws -> Command {
        let fatima = Command(folder: folder, laptop: "fatima")
        try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
        if rows > 0 {
            let lines = (0..<rows).map { "Gast \($0),Jansen,\(String(repeating: "notitie \($0) ", count: 20))" }
            try (["given_name,family_name,organisation"] + lines).joined(separator: "\n")
                .write(toFile: folder + "/people.csv", atomically: true, encoding: .utf8)
            try fatima.kith("import", "people.csv")
        }
        return fatima
    }

    private func names(_ folder: String) -> [String] {
        FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
            .filter { $0.contains(".partial-") || $0.contains(".restoring-") } ?? []
    }

    @Test("Killed at any moment, backup, restore and export leave nothing that the next command does not take away")
    func killed() throws {
        try Command.inScratch { folder in
            let fatima = try space(folder, rows: 4_000)
            try fatima.kith("backup", "whole.kith")
            var leftBehind = 0
            for (round, command) in [
                ["backup", "copy.kith"], ["restore", "whole.kith", "--replica", "elsewhere/zuid.kith"],
                ["bundle", "export", "stick.kithbundle"], ["export", "list.csv", "--table", "contact"],
            ].enumerated() {
                try? FileManager.default.createDirectory(atPath: folder + "/elsewhere", withIntermediateDirectories: true)
                for delay in stride(from: 5, through: 125, by: 15) {
                    let null = try #require(FileHandle(forWritingAtPath: "/dev/null"))
                    let process = fatima.process(Command.program, command, out: null, err: null)
                    try process.run()
                    // Until it has a draft, or so long.
                    for _ in 0..<(delay * 4) where process.isRunning && names(folder).isEmpty { usleep(500) }
                    usleep(useconds_t(delay * 100))
                    kill(process.processIdentifier, SIGKILL)
                    process.waitUntilExit()
                    leftBehind += names(folder).count
                    for name in names(folder) {
                        let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
                        #expect((attributes[.posixPermissions] as? Int) == 0o600, "\(name)")
                    }
                    try fatima.kith("list", "contact", "--limit", "1")
                    #expect(names(folder).isEmpty, "\(command) after \(delay): \(names(folder))")
                    for made in ["copy.kith", "elsewhere/zuid.kith", "stick.kithbundle", "list.csv"] {
                        try? FileManager.default.removeItem(atPath: folder + "/" + made)
                    }
                }
                _ = round
            }
            #expect(leftBehind > 0, "never killed while there was something to leave")
        }
    }

    @Test("A large file that is no backup is refused before anything of it is copied")
    func headersFirst() throws {
        try Command.inScratch { folder in
            let fatima = try space(folder)
            // 64 GiB, of which nothing is on the disk.
            let path = folder + "/large.kith"
            #expect(FileManager.default.createFile(atPath: path, contents: Data("SQLite format 3\0".utf8)))
            #expect(truncate(path, 64 << 30) == 0)
            let start = Date()
            #expect(try fatima.failure("restore", path, "--replica", "x.kith") == "not-a-replica")
            #expect(Date().timeIntervalSince(start) < 20)
            #expect(names(folder).isEmpty)
        }
    }

    /// A small disk of its own, or nil, told aloud, where none can be had.
    private func onSmallDisk(_ kilobytes: Int, _ body: (_ folder: String, _ fill: (_ leaving: Int) throws -> Void) throws -> Void) throws {
        try Command.inScratch { folder in
            let mount = try Command(folder: "/tmp", laptop: "x").run(
                "/bin/mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k,mode=700", "tmpfs", folder])
            guard mount.code == 0 else {
                print("SKIPPED: a small disk cannot be mounted here (\(mount.err.trimmingCharacters(in: .newlines))): full disks were not tried")
                return
            }
            defer { _ = try? Command(folder: "/tmp", laptop: "x").run("/bin/umount", ["-l", folder]) }
            try body(folder) { leaving in
                let filler = folder + "/filler"
                var status = statvfs()
                let descriptor = open(filler, O_CREAT | O_WRONLY | O_APPEND, 0o600)
                defer { close(descriptor) }
                while statvfs(folder, &status) == 0 {
                    let free = Int(status.f_bavail) * Int(status.f_frsize) - leaving
                    guard free > 0 else { break }
                    let bytes = [UInt8](repeating: 1, count: min(free, 1 << 16))
                    guard write(descriptor, bytes, bytes.count) > 0 else { break }
                }
            }
        }
    }

    /// The output files of `Command` lie on the same disk: here they go elsewhere.
    private func quietly(_ command: Command, _ arguments: [String]) throws -> (code: Int32, out: String, err: String) {
        let aside = NSTemporaryDirectory() + "kith-aside-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: aside) }
        let handles = try ["out", "err"].map { name in
            try Data().write(to: URL(fileURLWithPath: aside + "/" + name))
            return try #require(FileHandle(forWritingAtPath: aside + "/" + name))
        }
        let process = command.process(Command.program, arguments, out: handles[0], err: handles[1])
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOfFile: aside + "/out", encoding: .utf8),
            try String(contentsOfFile: aside + "/err", encoding: .utf8)
        )
    }

    @Test("Erasing on a full disk: what is said is true, nothing small is blocked, and room makes it whole")
    func fullWhileErasing() throws {
        for leaving in [0, 40_000, 200_000, 600_000] {
            try onSmallDisk(8_000) { folder, fill in
                let fatima = try space(folder, rows: 2_000)
                let gone = try #require(try fatima.kith("add", "contact", "given_name=Quispel", "family_name=Verweggistan", "--json").object()["id"] as? String)
                try fill(leaving)
                let erased = try quietly(fatima, ["erase", gone, "--yes"])
                #expect(!(erased.out + erased.err).contains("Nothing was changed"), "\(erased)")
                let isSigned = erased.code == 2 || erased.code == 0
                if !isSigned { #expect(erased.err.contains("disk is full"), "\(leaving): \(erased)") }
                // It can be read how it stands, whatever is full.
                let status = try quietly(fatima, ["status", "--json"])
                #expect(status.code == 0 || status.code == 2, "\(leaving): \(status)")
                // Little needs little.
                if leaving >= 200_000 {
                    let added = try quietly(fatima, ["add", "contact", "given_name=Klein"])
                    #expect(added.code == 0, "\(leaving): \(added)")
                    let exported = try quietly(fatima, ["bundle", "export", "/tmp/kith-\(UUID().uuidString).kithbundle"])
                    // Unless the erasure itself is still to be done, which comes first, and is said.
                    let waits = erased.out.contains("Nothing is gone on this laptop yet") && exported.err.contains("disk is full")
                    #expect(exported.code == 0 || waits, "\(leaving): \(exported)")
                }
                try FileManager.default.removeItem(atPath: folder + "/filler")
                if !isSigned { #expect(try fatima.kith("erase", gone, "--yes").code == 0) }
                _ = try fatima.run(Command.program, ["erase", "--status"])
                #expect(try fatima.failure("show", gone) == "erased")
                #expect(try fatima.kith("status", "--json").object()["scrub_owed"] as? Bool == false)
                #expect(try fatima.files(holding: ["Verweggistan"], under: folder + "/fatima").isEmpty, "\(leaving)")
            }
        }
    }

    @Test("Status on a full disk, with edits by SQL that wait", .enabled(if: hasSQLite))
    func statusWhenFull() throws {
        for leaving in [0, 8_192, 40_000] {
            try onSmallDisk(6_000) { folder, fill in
                let fatima = try space(folder, rows: 500)
                try fatima.sqlite("update contact set organisation = 'anders' where given_name = 'Gast 7'")
                try fill(leaving)
                let status = try quietly(fatima, ["status"])
                #expect(status.code == 2, "\(leaving): \(status)")
                if leaving == 0 { #expect(status.out.contains("disk is full") && status.out.contains("not taken in yet: 1"), "\(status)") }
                let list = try quietly(fatima, ["list", "contact", "--limit", "1"])
                #expect(list.code == 0, "\(leaving): \(list)")
                let added = try quietly(fatima, ["add", "contact", "given_name=Nieuw", "--json"])
                if added.code != 0 { #expect(added.code == 1 && added.err.contains("\"full\""), "\(leaving): \(added)") }
                try FileManager.default.removeItem(atPath: folder + "/filler")
                #expect(try fatima.kith("status", "--json").object()["disk_full"] as? Bool == false)
                #expect(try fatima.kith("list", "contact", "--where", "organisation = 'anders'", "--json").array().count == 1)
            }
        }
    }
}
