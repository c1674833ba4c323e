/// Reads the content lines of a vCard or iCalendar file, one at a time and unfolded, from chunks of bytes that the caller
/// brings.
///
/// Lines end at CRLF, LF or CR alone. A line that begins with a space or a tab goes on with the one before it (RFC 6350,
/// section 3.2). For vCard 2.1 also: a quoted-printable line goes on behind a `=` at its end, and a base64 line over lines
/// that are nothing but base64.
///
/// Invariant: memory is bounded by the limit of a line and a chunk, however long the file.
struct ContentLineReader {
    enum Line {
        /// `number` is the line on which it begins, from 1.
        case whole([UInt8], number: Int)
        /// Longer than the limit; it was read past.
        case tooLong(number: Int)
    }

    /// Of one unfolded line.
    static let lineByteCount = 4 << 20

    /// What most of it is in.
    let encoding: TextEncoding
    /// Whether another character set would read the text as well.
    let isDoubtful: Bool
    private let limit: Int
    private let chunks: () throws -> [UInt8]
    private var transcoder: Transcoder
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    /// Of the next physical line, from 1.
    private var number = 1
    private var waiting: Physical?
    /// Whether the last line of the file has no line end.
    private(set) var endsWithoutLineEnd = false

    private struct Physical {
        var bytes: [UInt8]
        let number: Int
        var isTooLong: Bool
    }

    /// - Parameter encoding: nil: as the beginning looks; lines that name their own character set are left to it.
    /// - Throws: `ImportError.notText`, and what `chunks` throws.
    init(encoding told: TextEncoding? = nil, limit: Int = lineByteCount, chunks: @escaping () throws -> [UInt8]) throws {
        var beginning: [UInt8] = []
        var ended = false
        while beginning.count < 4_096 && !ended {
            let chunk = try chunks()
            ended = chunk.isEmpty
            beginning += chunk
        }
        guard !isBinary(beginning) else { throw ImportError.notText }
        let sniffed = TextEncoding.sniff(beginning.prefix(1 << 16))
        encoding = told ?? sniffed.encoding
        isDoubtful = told == nil && sniffed.isDoubtful
        // In UTF-8 and Windows-1252 both, or in what each line says, each line is told by itself.
        let isByLine = told == nil && (sniffed.encoding == .windows1252 || sniffed.markByteCount == 0 && namesCharset(beginning))
        self.limit = limit
        self.chunks = chunks
        transcoder = Transcoder(isByLine ? .utf8 : encoding)
        transcoder.append(beginning.dropFirst(sniffed.encoding == encoding ? sniffed.markByteCount : 0), to: &buffer)
        if ended { transcoder.finish(to: &buffer) }
        isAtEnd = ended
    }

    /// The next line that is not blank; nil at the end.
    mutating func next() throws -> Line? {
        while let first = try waiting ?? physical() {
            waiting = nil
            if first.bytes.isEmpty && !first.isTooLong { continue }
            var line = first
            let (isQuotedPrintable, isBase64) = ContentLineReader.encodings(line.bytes)
            while let following = try physical() {
                if isQuotedPrintable, line.bytes.last == UInt8(ascii: "="), !isBoundary(following.bytes) {
                    // A space behind a soft line break is text (RFC 2045, section 6.7).
                    line.bytes.removeLast()
                    append(following, from: 0, to: &line)
                } else if let start = following.bytes.first, start == .space || start == .tab {
                    append(following, from: 1, to: &line)
                } else if isBase64, !following.bytes.isEmpty, following.bytes.allSatisfy(isBase64Byte) {
                    append(following, from: 0, to: &line)
                } else {
                    waiting = following
                    break
                }
            }
            return line.isTooLong ? .tooLong(number: first.number) : .whole(line.bytes, number: first.number)
        }
        return nil
    }

    private func append(_ following: Physical, from start: Int, to line: inout Physical) {
        if following.isTooLong || line.isTooLong || line.bytes.count + following.bytes.count > limit {
            line.isTooLong = true
            line.bytes = []
        } else {
            line.bytes += following.bytes[start...]
        }
    }

    /// What stands before the colon says how the value is encoded.
    private static func encodings(_ bytes: [UInt8]) -> (isQuotedPrintable: Bool, isBase64: Bool) {
        guard let colon = bytes.firstIndex(of: .colon), bytes[..<colon].contains(.semicolon) else { return (false, false) }
        let header = String(decoding: bytes[..<colon], as: UTF8.self).uppercased()
        return (
            header.contains("QUOTED-PRINTABLE"),
            header.contains("BASE64") || header.hasSuffix("ENCODING=B") || header.contains("ENCODING=B;")
        )
    }

    // MARK: Physical lines

    private mutating func physical() throws -> Physical? {
        var line = Physical(bytes: [], number: number, isTooLong: false)
        while true {
            let end = buffer.withUnsafeBufferPointer { bytes in
                var index = position
                while index < bytes.count && bytes[index] != .lineFeed && bytes[index] != .carriageReturn { index += 1 }
                return index
            }
            if line.bytes.count + end - position > limit {
                line.isTooLong = true
                line.bytes = []
            }
            if !line.isTooLong { line.bytes += buffer[position..<end] }
            position = end
            if end == buffer.count {
                if isAtEnd {
                    guard !line.bytes.isEmpty || line.isTooLong else { return nil }
                    endsWithoutLineEnd = true
                    number += 1
                    return line
                }
                try fill()
                continue
            }
            if buffer[end] == .carriageReturn && end + 1 == buffer.count && !isAtEnd { try fill() }
            let isPair = buffer[position] == .carriageReturn && position + 1 < buffer.count && buffer[position + 1] == .lineFeed
            position += isPair ? 2 : 1
            number += 1
            // Files that were joined have a byte order mark in their middle.
            if line.bytes.first == 0xEF, line.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { line.bytes.removeFirst(3) }
            return line
        }
    }

    /// Brings in the next chunk in the place of what has been read.
    private mutating func fill() throws {
        buffer.removeSubrange(..<position)
        position = 0
        let chunk = try chunks()
        isAtEnd = chunk.isEmpty
        transcoder.append(chunk, to: &buffer)
        if isAtEnd { transcoder.finish(to: &buffer) }
    }
}

/// Whether values say in which character set they are (vCard 2.1).
private func namesCharset(_ beginning: [UInt8]) -> Bool {
    String(decoding: beginning.filter { $0 < 0x80 }, as: UTF8.self).uppercased().contains(";CHARSET=")
}

/// ZIP (xlsx, ods), the old Office format, PDF.
func isBinary(_ beginning: [UInt8]) -> Bool {
    ([[0x50, 0x4B, 3, 4], [0xD0, 0xCF, 0x11, 0xE0], [0x25, 0x50, 0x44, 0x46]] as [[UInt8]]).contains { beginning.starts(with: $0) }
}

/// Whether a line begins or ends a card, in capitals or not.
func isBoundary(_ bytes: [UInt8]) -> Bool { isLine(bytes, "BEGIN:VCARD") || isLine(bytes, "END:VCARD") }

/// Whether a line is this text, in capitals or not, with nothing but spaces around it and its colon.
func isLine(_ bytes: [UInt8], _ text: StaticString) -> Bool {
    // Nearly every line is another one: its first letter says so.
    guard bytes.count < 64, bytes.count >= text.utf8CodeUnitCount, let first = bytes.first,
        first & 0xDF == text.utf8Start[0] || first == .space || first == .tab
    else { return false }
    let plain = bytes.filter { $0 != .space && $0 != .tab }.map { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }
    return text.withUTF8Buffer { plain.elementsEqual($0) }
}

private func isBase64Byte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
    default: false
    }
}
