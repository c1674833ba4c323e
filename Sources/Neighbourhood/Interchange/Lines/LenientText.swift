/// Bytes as text, whatever they are: by the character set that is told when it is known, else as UTF-8 in which each byte
/// that cannot be is read as Windows-1252. Nothing is left out.
func lenientText(_ bytes: some Collection<UInt8>, charset: String?) -> String {
    if let charset, let encoding = TextEncoding(named: charset), encoding != .utf8, let told = decodedText(bytes, in: encoding) { return told }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let bytes = Array(bytes)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + 16)
    var index = 0
    while index < bytes.count {
        let end = index + characterByteCount(bytes[index])
        let isCharacter = bytes[index] < 0x80
            || (end > index + 1 && end <= bytes.count && String(validating: bytes[index..<end], as: UTF8.self) != nil)
        if isCharacter {
            out += bytes[index..<end]
            index = end
        } else {
            out += utf8(windows1252: bytes[index...index])
            index += 1
        }
    }
    return String(decoding: out, as: UTF8.self)
}

/// Whether the character set's name is one that `lenientText` can read.
func isKnownCharset(_ name: String) -> Bool { TextEncoding(named: name) != nil }

private func characterByteCount(_ lead: UInt8) -> Int {
    switch lead {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
}

/// The bytes that a quoted-printable text stands for (RFC 2045, section 6.7). An equals sign that begins no pair of
/// hexadecimal digits is text; one at the end is left out.
func decodedQuotedPrintable(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
        let byte = bytes[index]
        index += 1
        guard byte == UInt8(ascii: "=") else {
            out.append(byte)
            continue
        }
        if index + 1 < bytes.endIndex, let high = hexadecimalDigit(bytes[index]), let low = hexadecimalDigit(bytes[index + 1]) {
            out.append(high << 4 | low)
            index += 2
        } else if index < bytes.endIndex {
            out.append(byte)
        }
    }
    return out
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
}
