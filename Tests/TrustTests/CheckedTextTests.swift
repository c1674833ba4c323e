import CRDT
import Testing
import Trust
import Wire

@Suite struct CheckedTextTests {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    private let ids = [DeviceID.zero, nonce(1), nonce(.max), deviceKeys(1).identity.id, deviceKeys(2).identity.id]

    private func fault(_ text: String, _ form: CheckedText = .deviceID) -> CheckedText.Fault? {
        do {
            _ = try form.bytes(text)
            return nil
        } catch {
            return error
        }
    }

    @Test func anIDIsSpokenInFourGroups() throws {
        #expect(DeviceID.zero.spoken == "AAAAAAA-AAAAAAA-AAAAAAA-AAAAAAA")
        for id in ids {
            #expect(id.spoken.count == 31)
            #expect(id.spoken.split(separator: "-").map(\.count) == [7, 7, 7, 7])
            #expect(DeviceID(spoken: id.spoken) == id)
        }
    }

    @Test func readingForgivesWhatPeopleDo() throws {
        for id in ids {
            let text = id.spoken
            #expect(DeviceID(spoken: text.lowercased()) == id)
            #expect(DeviceID(spoken: text.filter { $0 != "-" }) == id)
            #expect(DeviceID(spoken: " \(text.replacing("-", with: " - ")) \n") == id)
            #expect(DeviceID(spoken: text.replacing("-", with: "\u{2013}")) == id)
            #expect(DeviceID(spoken: text.replacing("O", with: "0").replacing("I", with: "1").replacing("B", with: "8")) == id)
        }
    }

    @Test func mistakesAreNamedByTheirPlace() throws {
        let text = nonce(0x0123_4567_89AB_CDEF).spoken
        #expect(fault("") == .length(found: 0, expected: 28))
        #expect(fault(String(text.dropLast())) == .length(found: 27, expected: 28))
        #expect(fault(text + "A") == .length(found: 29, expected: 28))
        #expect(fault(String(repeating: "A", count: 1_000_000)) == .length(found: 1_000, expected: 28))
        #expect(fault(text.replacing("-", with: "!")) == .character(8))
        #expect(fault("9" + text.dropFirst()) == .character(1))
        #expect(fault("\u{C1}" + text.dropFirst()) == .character(1))
        var characters = Array(text)
        characters[0] = characters[0] == "C" ? "D" : "C"
        #expect(fault(String(characters)) == .check(groups: [1, 2]))
        characters[30] = characters[30] == "C" ? "D" : "C"
        #expect(fault(String(characters)) == .check(groups: [1, 2, 3, 4]))
        // 26 characters hold two bits more than 16 bytes: they are zero. The block's check fits.
        #expect(fault("AAAAAAA-AAAAAAA-AAAAAAA-AAAAABU") == .check(groups: [3, 4]))
        #expect(DeviceID(spoken: "no device") == nil)
    }

    @Test func everySingleWrongCharacterIsFound() throws {
        for id in ids {
            let text = Array(id.spoken.filter { $0 != "-" })
            for position in text.indices {
                for other in CheckedTextTests.alphabet where other != text[position] {
                    var wrong = text
                    wrong[position] = other
                    #expect(DeviceID(spoken: String(wrong)) == nil, "\(position) \(other)")
                }
            }
        }
    }

    /// But for A and 7: 0 doubled is 0, and 31 doubled is 62, which is 1 and 30, 31 again.
    @Test func everySwapOfNeighboursIsFoundButAAnd7() throws {
        for seed in 1...400 as ClosedRange<UInt64> {
            let text = Array(deviceKeys(seed).identity.id.spoken.filter { $0 != "-" })
            for position in text.indices.dropLast() where text[position] != text[position + 1] {
                var wrong = text
                wrong.swapAt(position, position + 1)
                let isTwin = Set([text[position], text[position + 1]]) == ["A", "7"]
                #expect(isTwin || DeviceID(spoken: String(wrong)) == nil, "\(String(text)) at \(position)")
            }
        }
        // 5 zero bits, then 5 ones: the check characters of A7A… are those of 7AA…
        let id = try #require(DeviceID(bytes: [0b0000_0111, 0b1100_0000] + Array(repeating: 0, count: 14)))
        #expect(id.spoken.hasPrefix("A7A"))
        let swapped = try #require(DeviceID(spoken: "7A" + id.spoken.dropFirst(2)))
        #expect(swapped != id)
    }

    // MARK: Invites

    @Test func anInviteIsACodeAndAKey() throws {
        let device = deviceKeys(1).identity.id
        let code = try #require(InviteCode(secret: patterned(10), device: device))
        #expect(code.text.split(separator: "-").map(\.count) == [9, 9, 9, 9])
        let read = try InviteCode(text: code.text.lowercased())
        #expect(read == code)
        #expect(try read.publicKey == code.publicKey)
        #expect(read.matches(device))
        #expect(!read.matches(deviceKeys(2).identity.id))

        let other = try #require(InviteCode(secret: patterned(10, seed: 2), device: device))
        let elsewhere = try #require(InviteCode(secret: patterned(10), device: deviceKeys(2).identity.id))
        #expect(try Set([code, other, elsewhere].map { try $0.publicKey }).count == 3)
        #expect(InviteCode(secret: patterned(11), device: device) == nil)
    }

    @Test func aMistypedInviteIsCaughtInItsGroup() throws {
        let text = try #require(InviteCode(secret: patterned(10), device: nonce(1))).text
        for (group, start) in [0, 10, 20, 30].enumerated() {
            var characters = Array(text)
            characters[start + 4] = characters[start + 4] == "Q" ? "P" : "Q"
            #expect(fault(String(characters), .invite) == .check(groups: [group + 1]))
        }
        #expect(fault(nonce(1).spoken, .invite) == .length(found: 28, expected: 36), "a device's id is no invite")
    }
}
