import CRDT
import Wire

/// Bytes as people read them out, type and compare them: base32 (RFC 4648, section 6, without padding) in blocks that each end
/// in a check character, shown in groups.
///
/// The check character is Luhn's, modulo 32: from the right every second value is doubled, the digits (base 32) of all are
/// summed, and with the check character the sum is 0 modulo 32. The data character beside the check character is the first that
/// is doubled, so that it cannot change places with it unseen. (Syncthing's ids begin at the left and are not the same.)
///
/// What it finds: every single wrong character, and every swap of two neighbours but `A` and `7`, whose values, 0 and 31, are
/// the same doubled. Of other changes it misses one in 32.
package struct CheckedText: Sendable {
    /// What is wrong with a text. People mistype: the case says where.
    package enum Fault: Error, Hashable, Sendable {
        /// A character that is none of base32; which, from 1, spaces and hyphens not counted.
        case character(Int)
        case length(found: Int, expected: Int)
        /// The check characters of these groups, from 1, do not fit.
        case check(groups: [Int])
    }

    /// A device's id: 26 characters in two blocks, four groups of 7 with the checks.
    package static let deviceID = CheckedText(byteCount: 16, blockCount: 2, groupCount: 4)
    /// An invite: 32 characters in four blocks, four groups of 9 with the checks.
    package static let invite = CheckedText(byteCount: 20, blockCount: 4, groupCount: 4)

    private let byteCount: Int
    private let blockCount: Int
    private let groupCount: Int

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// Of the bytes alone.
    private var dataCharacterCount: Int { (byteCount * 8 + 4) / 5 }
    private var characterCount: Int { dataCharacterCount + blockCount }
    private var blockCharacterCount: Int { characterCount / blockCount }
    private var groupCharacterCount: Int { characterCount / groupCount }

    // MARK: Writing

    package func text(_ bytes: [UInt8]) -> String {
        precondition(bytes.count == byteCount, "another form's bytes")
        let values = CheckedText.base32(bytes)
        let checked = stride(from: 0, to: values.count, by: blockCharacterCount - 1).flatMap { start in
            let block = values[start..<start + blockCharacterCount - 1]
            return block + [CheckedText.check(block)]
        }
        let characters = checked.map { CheckedText.alphabet[Int($0)] }
        let groups = (0..<groupCount).map { characters[$0 * groupCharacterCount..<($0 + 1) * groupCharacterCount] }
        return String(decoding: Array(groups.joined(separator: "-".utf8)), as: UTF8.self)
    }

    // MARK: Reading

    /// Case, spaces and hyphens do not matter, and 0, 1 and 8, which base32 does not have, are read as O, I and B.
    package func bytes(_ text: some StringProtocol) throws(Fault) -> [UInt8] {
        var values: [UInt8] = []
        for character in text where !character.isWhitespace && !CheckedText.hyphens.contains(character) {
            // A text far too long is not worth reading to its end.
            guard values.count < 1_000 else { break }
            guard let value = CheckedText.value(of: character) else { throw .character(values.count + 1) }
            values.append(value)
        }
        guard values.count == characterCount else { throw .length(found: values.count, expected: characterCount) }

        let blocks = (0..<blockCount).map { values[$0 * blockCharacterCount..<($0 + 1) * blockCharacterCount] }
        let wrong = blocks.indices.filter { CheckedText.check(blocks[$0].dropLast()) != blocks[$0].last }
        guard wrong.isEmpty else { throw .check(groups: wrong.flatMap(groups(ofBlock:))) }
        guard let bytes = CheckedText.bytes(base32: blocks.flatMap { $0.dropLast() }) else {
            throw .check(groups: groups(ofBlock: blockCount - 1))
        }
        return bytes
    }

    /// Word processors have several.
    private static let hyphens: Set<Character> = ["-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}"]

    private static func value(of character: Character) -> UInt8? {
        guard var ascii = character.asciiValue else { return nil }
        switch ascii {
        case UInt8(ascii: "0"): ascii = UInt8(ascii: "O")
        case UInt8(ascii: "1"): ascii = UInt8(ascii: "I")
        case UInt8(ascii: "8"): ascii = UInt8(ascii: "B")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): ascii -= 0x20
        default: break
        }
        return alphabet.firstIndex(of: ascii).map { UInt8($0) }
    }

    /// From 1.
    private func groups(ofBlock block: Int) -> [Int] {
        let groupsEach = groupCount / blockCount
        return Array(block * groupsEach + 1...(block + 1) * groupsEach)
    }

    // MARK: Parts

    /// Values below 32, the most significant bits first; the last is filled up with zeros.
    private static func base32(_ bytes: [UInt8]) -> [UInt8] {
        var values: [UInt8] = []
        var (bits, bitCount) = (0 as UInt32, 0)
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                values.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount) & 31))
            }
        }
        if bitCount > 0 { values.append(UInt8(truncatingIfNeeded: bits << UInt32(5 - bitCount) & 31)) }
        return values
    }

    /// nil when the bits that fill up the last character are not zero.
    private static func bytes(base32 values: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, bitCount) = (0 as UInt32, 0)
        for value in values {
            bits = bits << 5 | UInt32(value)
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        return bits & (1 << UInt32(bitCount) - 1) == 0 ? bytes : nil
    }

    private static func check(_ values: ArraySlice<UInt8>) -> UInt8 {
        let sum = values.reversed().enumerated().reduce(0) { sum, next in
            let addend = Int(next.element) * (next.offset % 2 == 0 ? 2 : 1)
            return sum + addend / 32 + addend % 32
        }
        return UInt8((32 - sum % 32) % 32)
    }
}

extension DeviceID {
    /// A device's id as people see it: `AAAAAAA-BBBBBBB-CCCCCCC-DDDDDDD`.
    package var spoken: String { CheckedText.deviceID.text(bytes) }

    /// nil for what is mistyped; `CheckedText.deviceID.bytes` says where.
    package init?(spoken: some StringProtocol) {
        guard let bytes = try? CheckedText.deviceID.bytes(spoken) else { return nil }
        self.init(bytes: bytes)
    }
}
