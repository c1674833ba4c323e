/// How a text file's bytes are to be read.
package enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    case windows1252 = "Windows-1252"

    /// Guesses from the beginning of a file, and says how many bytes its byte order mark takes.
    ///
    /// Without a mark: UTF-16 when most of every second byte is zero; else Windows-1252 when more bytes are wrong as
    /// UTF-8 than characters are right; else UTF-8. A later field that is wrong as UTF-8 is read as Windows-1252 by itself.
    package static func sniff(_ beginning: some RandomAccessCollection<UInt8>) -> (encoding: TextEncoding, markByteCount: Int) {
        let marks: [(TextEncoding, [UInt8])] = [
            (.utf8, [0xEF, 0xBB, 0xBF]), (.utf16LittleEndian, [0xFF, 0xFE]), (.utf16BigEndian, [0xFE, 0xFF]),
        ]
        for (encoding, mark) in marks where beginning.starts(with: mark) { return (encoding, mark.count) }

        var zeroesAtEven = 0
        var zeroesAtOdd = 0
        for (index, byte) in beginning.enumerated() where byte == 0 {
            if index.isMultiple(of: 2) { zeroesAtEven += 1 } else { zeroesAtOdd += 1 }
        }
        let many = beginning.count / 8 + 1
        if zeroesAtOdd >= many, zeroesAtEven < zeroesAtOdd / 8 + 1 { return (.utf16LittleEndian, 0) }
        if zeroesAtEven >= many, zeroesAtOdd < zeroesAtEven / 8 + 1 { return (.utf16BigEndian, 0) }

        // A character may be cut at the end: it says nothing.
        let whole = beginning.count > 4 ? beginning.dropLast(cutByteCount(beginning)) : beginning[...]
        var right = 0
        var wrong = 0
        for scalar in String(decoding: whole, as: UTF8.self).unicodeScalars where !scalar.isASCII {
            if scalar == "\u{FFFD}" { wrong += 1 } else { right += 1 }
        }
        return (wrong > right ? .windows1252 : .utf8, 0)
    }

    private static func cutByteCount(_ bytes: some RandomAccessCollection<UInt8>) -> Int {
        var count = 0
        for byte in bytes.reversed().prefix(3) {
            if byte < 0x80 { return 0 }
            count += 1
            if byte >= 0xC0 { return count }
        }
        return 0
    }
}

/// Turns bytes of a known encoding into UTF-8, piece by piece. What cannot be read becomes U+FFFD.
struct Transcoder {
    let encoding: TextEncoding
    /// The first byte of a UTF-16 unit whose second has not come.
    private var pendingByte: UInt8?
    /// The first half of a surrogate pair whose second has not come.
    private var pendingLead: UInt16?

    init(_ encoding: TextEncoding) { self.encoding = encoding }

    mutating func append(_ bytes: some Collection<UInt8>, to out: inout [UInt8]) {
        switch encoding {
        case .utf8:
            out.append(contentsOf: bytes)
        case .windows1252:
            for byte in bytes { appendUTF8(windows1252Scalar(byte), to: &out) }
        case .utf16LittleEndian, .utf16BigEndian:
            for byte in bytes {
                guard let first = pendingByte else {
                    pendingByte = byte
                    continue
                }
                pendingByte = nil
                let (low, high) = encoding == .utf16LittleEndian ? (first, byte) : (byte, first)
                append(unit: UInt16(high) << 8 | UInt16(low), to: &out)
            }
        }
    }

    /// The end of the file: half a character becomes U+FFFD.
    mutating func finish(to out: inout [UInt8]) {
        if pendingByte != nil || pendingLead != nil { appendUTF8("\u{FFFD}", to: &out) }
        pendingByte = nil
        pendingLead = nil
    }

    private mutating func append(unit: UInt16, to out: inout [UInt8]) {
        if let lead = pendingLead {
            pendingLead = nil
            if UTF16.isTrailSurrogate(unit) {
                let number = 0x10000 + (UInt32(lead) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
                return appendUTF8(Unicode.Scalar(number) ?? "\u{FFFD}", to: &out)
            }
            appendUTF8("\u{FFFD}", to: &out)
        }
        if UTF16.isLeadSurrogate(unit) {
            pendingLead = unit
        } else {
            appendUTF8(Unicode.Scalar(unit) ?? "\u{FFFD}", to: &out)
        }
    }
}

private func appendUTF8(_ scalar: Unicode.Scalar, to out: inout [UInt8]) {
    if scalar.isASCII {
        out.append(UInt8(scalar.value))
    } else {
        out.append(contentsOf: UTF8.encode(scalar)!)
    }
}

/// The bytes as UTF-8, each read as one Windows-1252 character.
func utf8(windows1252 bytes: some Collection<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    for byte in bytes { appendUTF8(windows1252Scalar(byte), to: &out) }
    return out
}

/// Source: https://encoding.spec.whatwg.org/index-windows-1252.txt. Bytes without a character stay control characters.
private func windows1252Scalar(_ byte: UInt8) -> Unicode.Scalar {
    byte & 0xE0 == 0x80 ? windows1252Upper[Int(byte - 0x80)] : Unicode.Scalar(byte)
}

private let windows1252Upper: [Unicode.Scalar] = [
    "\u{20AC}", "\u{81}", "\u{201A}", "\u{0192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}",
    "\u{02C6}", "\u{2030}", "\u{0160}", "\u{2039}", "\u{0152}", "\u{8D}", "\u{017D}", "\u{8F}",
    "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}",
    "\u{02DC}", "\u{2122}", "\u{0161}", "\u{203A}", "\u{0153}", "\u{9D}", "\u{017E}", "\u{0178}",
]
