/// Statements of the roster in one frame: a number, how many bytes they are, and these as one zstd frame.
///
/// The bytes are a count of (number k, counted statement). A statement mostly builds on the one before it: k - 1 is where the id of
/// the one before it stands in it, and those 32 bytes are left out; k is 0 when nothing is.
enum StatementList {
    private static let place: StaticString = "statements"

    static func encode(_ statements: [[UInt8]], to out: inout ByteWriter) {
        var list = ByteWriter()
        list.number(statements.count)
        var last: StatementID?
        for statement in statements {
            let id = last?.bytes ?? []
            if let start = place(of: id, in: statement) {
                list.number(start + 1)
                list.number(statement.count - id.count)
                list.raw(statement[..<start])
                list.raw(statement[(start + id.count)...])
            } else {
                list.number(0)
                list.counted(statement)
            }
            last = StatementID(of: statement)
        }
        out.number(list.count)
        out.raw(Compression.compress(list.bytes, takingTime: true))
    }

    /// Parents stand near the beginning.
    private static func place(of id: [UInt8], in statement: [UInt8]) -> Int? {
        guard let first = id.first, statement.count >= id.count else { return nil }
        return (0...min(statement.count - id.count, 256)).first { start in
            statement[start] == first && statement[start..<start + id.count].elementsEqual(id)
        }
    }

    static func decode(_ reader: inout ByteReader) throws -> [[UInt8]] {
        let byteCount = try reader.number(limit: Limits.statementsByteCount)
        guard let list = Compression.decompress(Array(try reader.raw(reader.remaining)), byteCount: byteCount) else {
            throw reader.failure(.malformed)
        }
        return try list.withUnsafeBytes { raw in
            var reader = ByteReader(raw, in: place)
            var statements: [[UInt8]] = []
            for _ in 0..<(try reader.count(limit: Limits.rosterStatementCount, bytesEach: 2)) {
                let start = try reader.number(limit: Limits.statementsByteCount) - 1
                var statement = Array(try reader.counted(limit: Limits.statementsByteCount))
                if start >= 0 {
                    guard let last = statements.last, start <= statement.count else { throw reader.failure(.malformed) }
                    statement.insert(contentsOf: StatementID(of: last).bytes, at: start)
                }
                guard statement.count <= StatedBytes.byteCountLimit(of: statement) else { throw reader.failure(.tooLarge) }
                statements.append(statement)
            }
            try reader.finish()
            return statements
        }
    }
}
