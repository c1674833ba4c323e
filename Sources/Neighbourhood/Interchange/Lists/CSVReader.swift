/// Reads rows of a CSV file, one at a time, from chunks of bytes that the caller brings.
///
///     var reader = try CSVReader(bytes: file)
///     while let row = try reader.next() { print(row.line, row.text(0)) }
///
/// RFC 4180, and what real programs write: other delimiters, encodings and line ends (told by looking at the beginning),
/// Excel's `sep=;` line, spaces before a quote, blank lines, rows of unequal length. Quotes open a field only at its start;
/// elsewhere they are text.
///
/// Invariant: memory is bounded by the row limit and a chunk, however long the file. A `CSVError` concerns one row, and
/// `next` may be called again after it.
package struct CSVReader {
    package struct Limits: Sendable {
        /// Of one row in UTF-8, without its line end.
        package var rowByteCount = 1 << 20
        package var columnCount = 512
        package init() {}
    }

    package static let chunkByteCount = 1 << 16

    package let encoding: TextEncoding
    /// Whether another character set would read the text as well.
    package let isDoubtful: Bool
    package let delimiter: UInt8

    private let limits: Limits
    private let chunks: () throws -> [UInt8]
    private var transcoder: Transcoder
    /// UTF-8 that has not been read from `position` on.
    private var buffer: [UInt8]
    private var position = 0
    private var isAtEnd: Bool
    /// The line that `position` is on, from 1.
    private var line = 1

    /// - Parameter chunks: the next bytes of the file; none at its end. About `chunkByteCount` at a time is best.
    package init(
        encoding: TextEncoding? = nil, delimiter: UInt8? = nil, limits: Limits = Limits(),
        chunks: @escaping () throws -> [UInt8]
    ) throws {
        var beginning: [UInt8] = []
        var ended = false
        while beginning.count < CSVReader.chunkByteCount && !ended {
            let chunk = try chunks()
            ended = chunk.isEmpty
            beginning += chunk
        }
        guard !isBinary(beginning) else { throw ImportError.notText }
        let sniffed = TextEncoding.sniff(beginning)
        self.encoding = encoding ?? sniffed.encoding
        isDoubtful = encoding == nil && sniffed.isDoubtful
        self.limits = limits
        self.chunks = chunks
        var transcoder = Transcoder(self.encoding)
        var decoded: [UInt8] = []
        transcoder.append(beginning.dropFirst(self.encoding == sniffed.encoding ? sniffed.markByteCount : 0), to: &decoded)
        if ended { transcoder.finish(to: &decoded) }
        self.transcoder = transcoder
        buffer = decoded
        isAtEnd = ended

        if let told = toldDelimiter(decoded) {
            self.delimiter = delimiter ?? told.delimiter
            position = told.end
            line = 2
        } else {
            self.delimiter = delimiter ?? sniffDelimiter(decoded, isWhole: ended)
        }
    }

    package init(
        bytes: [UInt8], encoding: TextEncoding? = nil, delimiter: UInt8? = nil, limits: Limits = Limits()
    ) throws {
        var start = 0
        try self.init(encoding: encoding, delimiter: delimiter, limits: limits) {
            let end = min(start + CSVReader.chunkByteCount, bytes.count)
            defer { start = end }
            return Array(bytes[start..<end])
        }
    }

    /// The next row that is not blank; nil at the end of the file.
    package mutating func next() throws -> CSVRow? {
        while true {
            var row = CSVRow(line: line)
            // A byte past the limit, and one to see whether a carriage return is followed by a line feed.
            let end = min(buffer.count, position + limits.rowByteCount + 2)
            let isWhole = isAtEnd && end == buffer.count
            if position == end && isWhole { return nil }
            let outcome = buffer.withUnsafeBufferPointer {
                row.scan($0[position..<end], isWhole: isWhole, delimiter: delimiter, columnLimit: limits.columnCount)
            }
            switch outcome {
            case .row(let contentByteCount, let byteCount, let lineCount, let hasTooManyColumns):
                position += byteCount
                line += lineCount
                guard contentByteCount <= limits.rowByteCount else { throw CSVError(code: .rowTooLong, line: row.line) }
                guard !hasTooManyColumns else { throw CSVError(code: .tooManyColumns, line: row.line) }
                if row.isBlank { continue }
                if encoding == .utf8 { row.repairEncoding() }
                return row
            case .unterminatedQuote:
                // Everything behind the stray quote would be lost with it: go on with the next line.
                try skipLine()
                throw CSVError(code: .unterminatedQuote, line: row.line)
            case .needsMore(let isQuoted, let lineCount):
                guard end - position == limits.rowByteCount + 2 else {
                    try fill()
                    continue
                }
                if !isQuoted {
                    position += limits.rowByteCount
                    line += lineCount
                }
                try skipLine()
                throw CSVError(code: .rowTooLong, line: row.line)
            }
        }
    }

    /// Brings in more bytes: at least as many as are waiting, so that a long row is not scanned too often.
    private mutating func fill() throws {
        buffer.removeSubrange(..<position)
        position = 0
        let wanted = max(2 * buffer.count, 1)
        while buffer.count < wanted && !isAtEnd {
            let chunk = try chunks()
            isAtEnd = chunk.isEmpty
            transcoder.append(chunk, to: &buffer)
            if isAtEnd { transcoder.finish(to: &buffer) }
        }
    }

    /// Moves past the next line end, holding no more than a chunk.
    private mutating func skipLine() throws {
        while true {
            if let end = buffer[position...].firstIndex(where: { $0 == .lineFeed || $0 == .carriageReturn }) {
                position = end
                if end + 1 == buffer.count && !isAtEnd { try fill() }
                let isPair = buffer[position] == .carriageReturn && position + 1 < buffer.count
                    && buffer[position + 1] == .lineFeed
                position += isPair ? 2 : 1
                line += 1
                return
            }
            position = buffer.count
            if isAtEnd { return }
            try fill()
        }
    }
}
