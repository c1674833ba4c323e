import CRDT
import Testing
import Trust
import Wire

@Suite struct KeyFileTests {
    private let keys = deviceKeys(1)
    private let cheap = KeyFile.Cost(log2N: 10, r: 1, p: 1)

    private func error(_ bytes: [UInt8], passphrase: String? = nil) -> KeyFileError? {
        do {
            _ = try KeyFile.keys(bytes, passphrase: passphrase)
            return nil
        } catch {
            return error as? KeyFileError
        }
    }

    /// With a checksum that fits: what somebody made on purpose.
    private func checked(_ bytes: [UInt8]) -> [UInt8] { bytes + Digest.sha256(bytes).prefix(8) }

    @Test func anOpenFileGivesTheKeysBack() throws {
        let file = KeyFile.open(keys)
        #expect(try KeyFile.keys(file).secret == keys.secret)
        #expect(try KeyFile.keys(file, passphrase: "ignored").secret == keys.secret)
        #expect(try !KeyFile.isLocked(file))
    }

    @Test func aLockedFileNeedsItsPassphrase() throws {
        let file = try KeyFile.locked(keys, passphrase: "caf\u{E9} op de hoek", salt: nonce(1))
        #expect(file.count == KeyFile.maximumByteCount)
        #expect(try KeyFile.isLocked(file))
        #expect(try KeyFile.keys(file, passphrase: "caf\u{E9} op de hoek").secret == keys.secret)
        // The same é, typed on another keyboard: e and an accent.
        #expect(try KeyFile.keys(file, passphrase: "cafe\u{301} op de hoek").secret == keys.secret)
        #expect(error(file, passphrase: "cafe op de hoek") == .wrongPassphrase)
        #expect(error(file) == .needsPassphrase)
        #expect(error(file, passphrase: "") == .needsPassphrase)
        #expect(throws: KeyFileError.needsPassphrase) { try KeyFile.locked(keys, passphrase: "", salt: nonce(1)) }
        // The secret is not to be seen.
        for start in stride(from: 0, to: 64, by: 8) {
            #expect(!file.indices.contains { file[$0...].starts(with: keys.secret[start..<start + 8]) })
        }
    }

    @Test func damageIsNotAWrongPassphrase() throws {
        for file in [KeyFile.open(keys), try KeyFile.locked(keys, passphrase: "x", salt: nonce(1), cost: cheap)] {
            for offset in file.indices {
                let found = error(file.flipped(at: offset), passphrase: "x")
                #expect(found == (offset < 16 ? .notAKeyFile : offset < 18 ? .newer : .damaged), "byte \(offset)")
            }
            for length in file.indices { #expect(error(Array(file.prefix(length)), passphrase: "x") == .damaged, "cut to \(length)") }
            #expect(error(file + [0], passphrase: "x") == .damaged)
        }
    }

    @Test func otherFilesAreToldApart() throws {
        #expect(error(Array("0193e0c6a7b07000800000000000000a\n".utf8)) == .notAKeyFile)
        #expect(error(KeyFile.magic.dropLast(2) + Array("2\nwhatever".utf8)) == .newer)
        #expect(error(checked(KeyFile.magic + [2])) == .newer)
        #expect(error(checked(KeyFile.magic)) == .damaged)
        #expect(error(checked(KeyFile.magic + [0] + patterned(63))) == .damaged)
        #expect(error(checked(KeyFile.magic + [1, 15]), passphrase: "x") == .damaged)
    }

    /// The costs are looked at before they are spent.
    @Test func costsAreLimited() throws {
        func asking(_ log2N: UInt8, _ r: UInt8, _ p: UInt8) -> KeyFileError? {
            error(checked(KeyFile.magic + [1, log2N, r, p] + patterned(96)), passphrase: "x")
        }
        for (log2N, r, p) in [(255, 8, 1), (19, 8, 1), (9, 8, 1), (15, 9, 1), (15, 0, 1), (15, 255, 1), (15, 8, 5), (15, 8, 0), (0, 0, 0)] {
            #expect(asking(UInt8(log2N), UInt8(r), UInt8(p)) == .tooCostly, "\(log2N) \(r) \(p)")
        }
        #expect(asking(10, 1, 1) == .wrongPassphrase)
        #expect(asking(10, 8, 4) == .wrongPassphrase)
    }
}
