import Foundation
import Testing

/// Who takes part: requests, codes, removal, lost coordinators, passphrases; all through the built program.
struct MemberJourneyTests {
    private func space(_ folder: String) throws -> Command {
        let fatima = Command(folder: folder, laptop: "fatima")
        try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
        try fatima.kith("import", people + "/fatima.csv")
        return fatima
    }

    @Test("By files: a request, an id that both see, an admission, a bundle")
    func request() throws {
        try Command.inScratch { folder in
            let fatima = try space(folder), jan = Command(folder: folder, laptop: "jan")
            #expect(try jan.failure("device", "id") == "no-device")
            let asked = try jan.kith("join", "--request", "jan.kithrequest", "--name", "Laptop Jan", "--json").object()
            try fatima.kith("bundle", "export", "early.kithbundle")
            #expect(try jan.failure("join", "early.kithbundle") == "not-admitted")
            let admitted = try fatima.kith("device", "admit", "jan.kithrequest", "--yes", "--json").object()
            let shown = try jan.kith("device", "id", "--json").object()
            let id = try #require(asked["device"] as? String)
            #expect(admitted["device"] as? String == id && shown["device"] as? String == id && id.count == 31)
            #expect(admitted["role"] as? String == "member" && admitted["collections"] as? [String] == ["directory", "people"])
            try fatima.kith("bundle", "export", "stick.kithbundle")
            #expect(try jan.kith("join", "stick.kithbundle", "--json").object()["new"] as? Int ?? 0 > 100)

            try fatima.kith("device", "rename", "Laptop Jan", "Laptop buurthuis")
            let devices = try fatima.kith("device", "list", "--json").array()
            #expect(devices.map { $0["label"] as? String } == ["Laptop Fatima", "Laptop buurthuis"])
            #expect(devices[0]["own"] as? Bool == true && devices[1]["met"] is NSNull && devices[1]["removed"] as? Bool == false)
            // An ending of the id names a device too, its hyphens or not.
            #expect(try fatima.kith("device", "rename", String(id.suffix(9)), "Laptop Jan").out.contains("Laptop buurthuis"))
            #expect(try jan.failure("device", "rename", "Laptop Fatima", "X") == "not-coordinator")
            #expect(try fatima.failure("device", "admit", people + "/fatima.csv") == "not-kith")
            #expect(try fatima.failure("device", "admit", "jan.kithrequest", "--collections", "secrets", "--yes") == "unknown-collection")
            #expect(try fatima.failure("device", "admit", folder) == "not-a-file")
        }
    }

    @Test("A reader of the directory gets its tables and no person, and hands on nothing")
    func reader() throws {
        try Command.inScratch { folder in
            let fatima = try space(folder), guide = Command(folder: folder, laptop: "guide")
            try fatima.kith("add", "organisation", "name=De Brug")
            try guide.joined(by: fatima, "--role", "reader", "--collections", "directory")
            #expect(try guide.kith("list", "organisation", "--json").array().count == 1)
            #expect(try guide.failure("list", "contact") == "unknown-name")
            #expect(try guide.files(holding: ["Amrani", "Müller"], under: folder + "/guide").isEmpty)
            #expect(try guide.failure("bundle", "export", "x.kithbundle") == "not-permitted")
            let status = try guide.kith("status", "--json").object()
            #expect(status["role"] as? String == "reader" && status["devices"] as? Int == 2)
        }
    }

    @Test("A QR code for people, none for scripts")
    func qrCode() throws {
        try Command.inScratch { folder in
            let fatima = try space(folder)
            let lines = try fatima.kith("device", "id").out.split(separator: "\n").map(String.init)
            let code = lines.dropFirst()
            // 25 modules and the quiet zone: two rows to a line.
            #expect(code.count == 17 && code.allSatisfy { $0.count == 33 && $0.allSatisfy { "█▀▄ ".contains($0) } })
            // The upper edge of a finder pattern, under the quiet zone.
            #expect(code.dropFirst(2).first?.hasPrefix("████ ▄▄▄▄▄ █") == true)
            #expect(try fatima.kith("device", "id", "--no-qr").out.split(separator: "\n").count == 1)
            #expect(try fatima.kith("device", "id", "--json").out.contains("█") == false)
        }
    }

    @Test("By a code over the network, once; a mistyped, used or withdrawn one lets nobody in")
    func invite() throws {
        try Command.inScratch { folder in
            let fatima = try space(folder), omar = Command(folder: folder, laptop: "omar")
            let made = try fatima.kith("invite", "--json").object()
            let code = try #require(made["code"] as? String)
            let other = try #require(try fatima.kith("invite", "new", "--uses", "3", "--json").object()["code"] as? String)
            try fatima.listening { (address: String) throws in
                let wrong = (code.first == "A" ? "B" : "A") + code.dropFirst()
                #expect(try omar.failure("join", "\(wrong)@\(address)") == "bad-code")
                let joined = try omar.kith("join", "\(code.lowercased())@\(address)", "--name", "Laptop Omar", "--json").object()
                #expect(joined["space"] as? String == "Zuid" && joined["received_changes"] as? Int ?? 0 > 100)
                #expect(try omar.kith("list", "contact", "--json").out == fatima.kith("list", "contact", "--json").out)
                #expect(try Command(folder: folder, laptop: "eve").failure("join", "\(code)@\(address)") == "refused-code")
            }
            let invites = try fatima.kith("invite", "list", "--json").array()
            #expect(invites.map { $0["open"] as? Bool } == [false, true] && invites.map { $0["used"] as? Int } == [1, 0])
            #expect(try fatima.kith("invite", "list").out.contains(code) == false)
            let id = try #require(invites[1]["id"] as? String)
            #expect(try fatima.failure("invite", "withdraw", "zz") == "unknown-invite")
            try fatima.kith("invite", "withdraw", String(id.suffix(8)))
            try fatima.listening { (address: String) throws in
                #expect(try Command(folder: folder, laptop: "eve").failure("join", "\(other)@\(address)") == "refused-code")
            }
            #expect(try omar.failure("invite") == "not-coordinator")
            #expect(try fatima.kith("key", "rotate", "--yes", "--json").object()["rotated"] as? [String] == ["members", "directory", "people"])
        }
    }

    @Test("An invite waits by itself until the newcomer has everything, and ends then")
    func inviteWaits() throws {
        try Command.inScratch { folder in
            let fatima = try space(folder), omar = Command(folder: folder, laptop: "omar")
            let output = "\(folder)/wait"
            try Data().write(to: URL(fileURLWithPath: output))
            let handle = try #require(FileHandle(forWritingAtPath: output))
            let waiting = fatima.process(Command.program, ["invite", "--wait", "--port", "0", "--json"], out: handle, err: handle)
            try waiting.run()
            defer { waiting.terminate() }
            func lines() throws -> [[String: Any]] {
                try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").compactMap {
                    try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
                }
            }
            for _ in 0..<600 where try lines().count < 2 { Thread.sleep(forTimeInterval: 0.05) }
            let said = try lines()
            let code = try #require(said.first?["code"] as? String), port = try #require(said.dropFirst().first?["listening"] as? Int)
            try omar.kith("join", "\(code)@127.0.0.1:\(port)", "--name", "Laptop Omar")
            waiting.waitUntilExit()
            #expect(waiting.terminationStatus == 0)
            #expect(try omar.kith("list", "contact", "--json").out == fatima.kith("list", "contact", "--json").out)
            // Who lacks what: omar has all there is, then not the next contact.
            func omarsLine() throws -> [String: Any]? {
                try fatima.kith("device", "list", "--json").array().first { $0["label"] as? String == "Laptop Omar" }
            }
            #expect(try omarsLine()?["lacks"] as? Int == 0)
            try fatima.kith("add", "contact", "given_name=Nieuw")
            #expect(try omarsLine()?["lacks"] as? Int == 1)
            #expect(try fatima.kith("device", "list").out.contains("lacks 1 change"))
        }
    }

    @Test("A laptop that takes part becomes coordinator without a new request, and member again")
    func promotion() throws {
        try Command.inScratch { folder in
            let fatima = try space(folder), jan = Command(folder: folder, laptop: "jan")
            try jan.joined(by: fatima)
            #expect(try jan.failure("device", "promote", "Laptop Jan", "--role", "coordinator", "--yes") == "not-coordinator")
            #expect(try fatima.failure("device", "promote", "Laptop Jan", "--role", "coordinator", code: 64) == "needs-yes")
            #expect(try fatima.failure("device", "promote", "Laptop Fatima", "--yes") == "last-coordinator")
            #expect(try fatima.failure("device", "promote", "Laptop Jan", "--role", "relay", "--yes") == "other-kind")
            #expect(try fatima.failure("device", "promote", "Laptop Piet", "--yes") == "unknown-device")
            try fatima.kith("device", "promote", "Laptop Jan", "--role", "coordinator", "--yes")
            try fatima.listening { (address: String) throws in try jan.kith("sync", address) }
            let made = try jan.kith("invite", "--json").object()
            #expect(made["code"] is String)
            // Now that there are two, each may make the other a member.
            try jan.kith("device", "promote", "Laptop Fatima", "--role", "reader", "--collections", "directory", "--yes")
            let roles = try jan.kith("device", "list", "--json").array().map { $0["role"] as? String }
            #expect(roles == ["reader", "coordinator"])
            try fatima.listening { (address: String) throws in try jan.kith("sync", address) }
            #expect(try fatima.failure("invite") == "not-coordinator")
        }
    }

    @Test("A lost laptop is removed: it opens nothing new, and what it writes waits in quarantine")
    func lostLaptop() throws {
        try Command.inScratch { folder in
            let fatima = try space(folder), jan = Command(folder: folder, laptop: "jan")
            try jan.joined(by: fatima)
            #expect(try fatima.failure("device", "revoke", "Laptop Jan", code: 64) == "needs-yes")
            #expect(try fatima.kith("device", "list", "--json").array().allSatisfy { $0["removed"] as? Bool == false })
            #expect(try fatima.failure("device", "revoke", "Laptop Fatima", "--yes") == "last-coordinator")
            try fatima.kith("device", "revoke", "Laptop Jan", "--yes")
            #expect(try fatima.kith("device", "revoke", "Laptop Jan", "--yes").out.contains("already"))

            try jan.kith("add", "contact", "given_name=Forged")
            try jan.kith("bundle", "export", "jan.kithbundle")
            let report = try fatima.kith("bundle", "import", "jan.kithbundle", "--json", code: 2).object()
            #expect(report["new"] as? Int == 0)
            #expect(try fatima.kith("status", "--json", code: 2).object()["quarantined"] as? Int == 2)
            let all = try fatima.kith("quarantine", "list", "--json", code: 2).array()
            let known = try #require(all.first { $0["collection"] as? String == "directory" }?["id"] as? String)
            try fatima.kith("quarantine", "discard", known, "--yes")
            let waiting = try fatima.kith("quarantine", "list", "--json", code: 2).array()
            #expect(waiting.first?["label"] as? String == "Laptop Jan")
            let ending = String(try #require(waiting.first?["id"] as? String).suffix(8))
            #expect(try fatima.failure("quarantine", "discard", ending, code: 64) == "needs-yes")
            #expect(try fatima.failure("quarantine", "accept", "zzzz") == "unknown-quarantined")
            try fatima.kith("quarantine", "discard", ending, "--yes")
            #expect(try fatima.kith("quarantine", "list").out.contains("Nothing"))
            // The same stick again, and this time somebody vouches for it.
            try fatima.kith("bundle", "import", "jan.kithbundle", code: 2)
            try fatima.kith("quarantine", "discard", known, "--yes")
            #expect(try fatima.kith("quarantine", "accept", ending, "--dry-run", "--json").object()["new"] as? Int == 1)
            #expect(try fatima.kith("status", "--json", code: 2).object()["quarantined"] as? Int == 1)
            #expect(try fatima.kith("quarantine", "accept", ending, "--yes", "--json").object()["new"] as? Int == 1)
            #expect(try fatima.kith("list", "contact", "--where", "given_name = 'Forged'", "--json").array().count == 1)

            try fatima.kith("bundle", "export", "after.kithbundle")
            #expect(try jan.failure("bundle", "verify", "after.kithbundle") == "no-key")
            #expect(try jan.kith("bundle", "inspect", "after.kithbundle", "--json").object()["open"] as? Bool == false)
            try fatima.listening { (address: String) throws in #expect(try jan.failure("sync", address) == "not-admitted") }
        }
    }

    @Test("A device that removed itself is told so, and a request of it is refused")
    func ownRemoval() throws {
        try Command.inScratch { folder in
            let fatima = try space(folder), jan = Command(folder: folder, laptop: "jan")
            try jan.joined(by: fatima)
            try jan.kith("device", "revoke", "Laptop Jan", "--yes")
            #expect(try jan.kith("status", code: 2).out.contains("was withdrawn"))
            #expect(try jan.kith("status", "--json", code: 2).object()["removed"] as? Bool == true)
            #expect(try jan.failure("invite") == "removed")
        }
    }

    @Test("The last coordinator is lost: printed words make another one")
    func recovery() throws {
        try Command.inScratch { folder in
            let fatima = try space(folder)
            var jan = Command(folder: folder, laptop: "jan")
            #expect(try fatima.kith("status").out.contains("kith recovery print"))
            let older = try #require(try fatima.kith("recovery", "print", "--json").object()["words"] as? [String])
            let shown = try fatima.kith("recovery", "print", "--yes", "--no-qr").out
            let words = shown.matches(of: /\d+\. ([a-z]+)/).map { (Int($0.output.0.prefix { $0 != "." }) ?? 0, String($0.output.1)) }
                .sorted { $0.0 < $1.0 }.map(\.1)
            #expect(words.count == 24 && older.count == 24 && words != older)
            #expect(try fatima.kith("status").out.contains("kith recovery print") == false)
            try jan.joined(by: fatima)

            jan.input = (["zzz"] + words.dropFirst()).joined(separator: " ")
            #expect(try jan.failure("recovery", "use", "--yes") == "bad-words")
            jan.input = older.joined(separator: "\n")
            #expect(try jan.failure("recovery", "use", "--yes") == "unknown-recovery-key")
            jan.input = words.joined(separator: " ")
            try jan.kith("recovery", "use", "--yes")
            jan.input = nil
            try jan.kith("device", "revoke", "Laptop Fatima", "--yes")
            #expect(try jan.kith("status", "--json").object()["role"] as? String == "coordinator")
            #expect(try jan.files(holding: [words.prefix(3).joined(separator: " ")], under: folder + "/jan").isEmpty)
        }
    }

    @Test("Keys behind a passphrase from a private file; status needs none")
    func passphrase() throws {
        try Command.inScratch { folder in
            var fatima = try space(folder)
            func write(_ text: String, _ permissions: Int = 0o600) throws {
                let path = folder + "/pass"
                try? FileManager.default.removeItem(atPath: path)
                try #require(FileManager.default.createFile(
                    atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: permissions]))
            }
            #expect(try fatima.failure("device", "passphrase") == "needs-passphrase")
            fatima.variables["KITH_PASSPHRASE_FILE"] = folder + "/pass"
            #expect(try fatima.failure("device", "passphrase") == "passphrase-file")
            try write("correct horse\n", 0o644)
            #expect(try fatima.failure("device", "passphrase") == "passphrase-file")
            try write("correct horse\n")
            try fatima.kith("device", "passphrase")
            try fatima.kith("bundle", "export", "a.kithbundle")

            fatima.variables = [:]
            #expect(try fatima.failure("bundle", "export", "b.kithbundle") == "needs-passphrase")
            #expect(try fatima.kith("status", "--json").object()["role"] as? String == "coordinator")
            #expect(try fatima.kith("list", "contact", "--json").array().count > 10)
            try fatima.kith("device", "id")

            fatima.variables["KITH_PASSPHRASE_FILE"] = folder + "/pass"
            try write("wrong\n")
            #expect(try fatima.failure("bundle", "export", "b.kithbundle") == "wrong-passphrase")
            try write("correct horse\nbattery staple\n")
            try fatima.kith("device", "passphrase")
            #expect(try fatima.failure("bundle", "export", "b.kithbundle") == "wrong-passphrase")
            try write("battery staple\n")
            try fatima.kith("device", "passphrase", "--remove")
            fatima.variables = [:]
            try fatima.kith("bundle", "export", "b.kithbundle")
            #expect(try fatima.kith("device", "passphrase", "--remove").out.contains("no passphrase"))
        }
    }
}
