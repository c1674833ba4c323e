import Interchange
import Testing

/// All rows; the errors of those that cannot be read.
func readAll(_ reader: CSVReader) throws -> (rows: [[String]], lines: [Int], errors: [CSVError]) {
    var reader = reader
    var found: (rows: [[String]], lines: [Int], errors: [CSVError]) = ([], [], [])
    while true {
        do {
            guard let row = try reader.next() else { return found }
            found.rows.append(row.fields)
            found.lines.append(row.line)
        } catch let error as CSVError {
            found.errors.append(error)
        }
    }
}

/// Gives out `bytes` in pieces of one size.
func pieces(_ bytes: [UInt8], of size: Int) -> () -> [UInt8] {
    var start = 0
    return {
        let end = min(start + size, bytes.count)
        defer { start = end }
        return Array(bytes[start..<end])
    }
}

@Suite("Reading CSV") struct CSVReaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let rows: [[String]]
        var lines: [Int]? = nil
    }

    static let cases = [
        Case(testDescription: "plain", text: "a,b\n1,2\n", rows: [["a", "b"], ["1", "2"]], lines: [1, 2]),
        Case(testDescription: "no line end at the end", text: "a,b\n1,2", rows: [["a", "b"], ["1", "2"]]),
        Case(testDescription: "CRLF", text: "a,b\r\n1,2\r\n", rows: [["a", "b"], ["1", "2"]], lines: [1, 2]),
        Case(testDescription: "CR", text: "a,b\r1,2\r3,4", rows: [["a", "b"], ["1", "2"], ["3", "4"]], lines: [1, 2, 3]),
        Case(testDescription: "mixed line ends", text: "a,b\r\n1,2\n3,4\r5,6",
            rows: [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]], lines: [1, 2, 3, 4]),
        Case(testDescription: "quotes", text: "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", rows: [["a", "b"], ["x,y", "say \"hi\""]]),
        Case(testDescription: "line ends in quotes", text: "a,b\n\"1\n2\r\n3\r4\",z\n5,6\n",
            rows: [["a", "b"], ["1\n2\r\n3\r4", "z"], ["5", "6"]], lines: [1, 2, 6]),
        Case(testDescription: "empty fields", text: "a,b,c\n,,\n\"\",x,\n", rows: [["a", "b", "c"], ["", "", ""], ["", "x", ""]]),
        Case(testDescription: "ragged", text: "a,b,c\n1\n1,2,3,4\n1,2,3\n",
            rows: [["a", "b", "c"], ["1"], ["1", "2", "3", "4"], ["1", "2", "3"]]),
        Case(testDescription: "blank lines", text: "\n\na,b\n\n  \n1,2\n\n", rows: [["a", "b"], ["1", "2"]], lines: [3, 6]),
        Case(testDescription: "space before a quote", text: "a,b\n1,  \"x, y\"\n", rows: [["a", "b"], ["1", "x, y"]]),
        Case(testDescription: "quote inside a field", text: "a,b\n5\" pipe,the \"x\" one\n",
            rows: [["a", "b"], ["5\" pipe", "the \"x\" one"]]),
        Case(testDescription: "text behind a quote", text: "a,b\n\"x\"yz,2\n", rows: [["a", "b"], ["xyz", "2"]]),
        Case(testDescription: "duplicate headers", text: "a,a\n1,2\n", rows: [["a", "a"], ["1", "2"]]),
        Case(testDescription: "NUL bytes", text: "a,b\n1\0,the second field of this row\n",
            rows: [["a", "b"], ["1\0", "the second field of this row"]]),
        Case(testDescription: "semicolon, with commas in the cells", text: "naam;bedrag\n\"a, b\";1,50\nc;2,50\n",
            rows: [["naam", "bedrag"], ["a, b", "1,50"], ["c", "2,50"]]),
        Case(testDescription: "tab", text: "a\tb\n1;2\t3\n", rows: [["a", "b"], ["1;2", "3"]]),
        Case(testDescription: "pipe", text: "a|b\n1|2\n", rows: [["a", "b"], ["1", "2"]]),
        Case(testDescription: "one column", text: "e-mail\na@example.org\n", rows: [["e-mail"], ["a@example.org"]]),
        Case(testDescription: "Excel's line", text: "sep=|\r\na,b|c\n1,2|3\n", rows: [["a,b", "c"], ["1,2", "3"]], lines: [2, 3]),
        Case(testDescription: "nothing", text: "", rows: []),
        Case(testDescription: "a line end", text: "\r\n", rows: []),
    ]

    @Test(arguments: cases) func reads(_ example: Case) throws {
        let bytes = Array(example.text.utf8)
        for size in [1, 2, 3, 7, 1000] {
            let found = try readAll(CSVReader(chunks: pieces(bytes, of: size)))
            #expect(found.rows == example.rows)
            #expect(found.errors.isEmpty)
            if let lines = example.lines { #expect(found.lines == lines) }
        }
    }

    // A big file first fills the buffer from one chunk; then rows lie across the ends of chunks.
    @Test func rowsAcrossChunksComeWhole() throws {
        var text = "name,note\n"
        for index in 0..<4000 { text += "p\(index),\"line \(index)\r\nand \"\"more\"\"\"\r\n" }
        for size in [1 << 16, 4099] {
            let found = try readAll(CSVReader(chunks: pieces(Array(text.utf8), of: size)))
            #expect(found.errors.isEmpty)
            #expect(found.rows.count == 4001)
            #expect(found.rows[4000] == ["p3999", "line 3999\r\nand \"more\""])
            #expect(found.lines[4000] == 2 + 2 * 3999)
        }
    }

    /// Whatever is written comes back. A failure prints the seed.
    @Test(arguments: 0..<200) func writtenRowsComeBack(seed: Int) throws {
        var random = Seeded(UInt64(seed))
        let delimiter = [",", ";", "\t", "|"].randomElement(using: &random)!
        let lineEnd = ["\n", "\r\n", "\r"].randomElement(using: &random)!
        let alphabet = ["a", "b", " ", "\"", ",", ";", "\t", "|", "\n", "\r", "é", "€", "😀"]
        let columnCount = Int.random(in: 2...6, using: &random)
        let rows = (0..<Int.random(in: 1...60, using: &random)).map { row in
            (0..<columnCount).map { column in
                "\(row).\(column)"
                    + (0..<Int.random(in: 0...5, using: &random)).map { _ in alphabet.randomElement(using: &random)! }.joined()
            }
        }
        let text = rows.map { row in
            row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: delimiter) + lineEnd
        }.joined()
        let encoding = [TextEncoding.utf8, .utf16LittleEndian, .utf16BigEndian].randomElement(using: &random)!
        let bytes = encoded(text, as: encoding, mark: true)
        let chunks = pieces(bytes, of: Int.random(in: 1...100, using: &random))
        let reader = try CSVReader(delimiter: delimiter.utf8.first!, chunks: chunks)
        #expect(reader.encoding == encoding)
        let found = try readAll(reader)
        #expect(found.rows == rows)
        #expect(found.errors.isEmpty)
    }

    @Test(arguments: ["PK\u{3}\u{4}…", "%PDF-1.7"]) func refusesWhatIsNotText(beginning: String) {
        #expect(throws: ImportError.notText) { try CSVReader(bytes: Array(beginning.utf8)) }
    }
}

@Suite("Encodings") struct TextEncodingTests {
    static let text = "naam;plaats\nZoë Müller;Sïtt€rd\nJosé Çelik;Zürich\n"

    @Test(arguments: [TextEncoding.utf8, .utf16LittleEndian, .utf16BigEndian, .windows1252], [false, true]) func eachIsTold(encoding: TextEncoding, mark: Bool) throws {
        let bytes = encoded(TextEncodingTests.text, as: encoding, mark: mark)
        for size in [1, 5, 1000] {
            let reader = try CSVReader(chunks: pieces(bytes, of: size))
            #expect(reader.encoding == encoding)
            #expect(reader.delimiter == UInt8(ascii: ";"))
            #expect(try readAll(reader).rows == [["naam", "plaats"], ["Zoë Müller", "Sïtt€rd"], ["José Çelik", "Zürich"]])
        }
    }

    @Test func aFieldOfAnotherEncodingIsReadByItself() throws {
        let mixed = Array("naam,stad,land\nZoë,Malmö,Österreich\nRen".utf8) + [0xE9] + Array("e,Gijón,x\n".utf8)
        #expect(try readAll(CSVReader(bytes: mixed)).rows.last == ["Renée", "Gijón", "x"])
    }

    @Test func firstAccentFarFromTheBeginning() throws {
        let plain = Array("naam,stad\n".utf8) + Array(repeatElement(Array("jan,ede\n".utf8), count: 20_000).joined())
        let last = try readAll(CSVReader(bytes: plain + [0x5A, 0x6F, 0xEB] + Array(",ede\n".utf8))).rows.last
        #expect(last == ["Zoë", "ede"])
    }

    @Test func halfACharacterBecomesAReplacement() throws {
        let lone = encoded("a,b\n1,2", as: .utf16LittleEndian, mark: true) + [0x3D, 0xD8, 0x41]
        #expect(try readAll(CSVReader(bytes: lone)).rows.last == ["1", "2\u{FFFD}"])
    }

    @Test func everyByteOfWindows1252IsKeptApart() throws {
        let high = (UInt8(0x80)...0xFF).map { [UInt8(ascii: "x"), $0, 0x0A] }.joined()
        let rows = try readAll(CSVReader(bytes: Array(high), encoding: .windows1252)).rows.map { $0[0] }
        #expect(rows.count == 128)
        #expect(Set(rows).count == 128)
        #expect(rows[0] == "x€")
        #expect(rows[0x1C] == "xœ")
        #expect(rows[127] == "xÿ")
    }
}

@Suite("Limits of a row") struct CSVLimitTests {
    static let limit = CSVReader.Limits().rowByteCount

    @Test(arguments: [-1, 0, 1], ["\n", "\r\n", "\r"]) func bytes(beyond: Int, lineEnd: String) throws {
        for isQuoted in [false, true] {
            let content = String(repeating: "x", count: CSVLimitTests.limit + beyond - 2 - (isQuoted ? 2 : 0))
            let long = "a," + (isQuoted ? "\"\(content)\"" : content)
            #expect(long.utf8.count == CSVLimitTests.limit + beyond)
            for isLast in [false, true] {
                let text = "a,b" + lineEnd + long + (isLast ? "" : lineEnd + "c,d" + lineEnd)
                let found = try readAll(CSVReader(bytes: Array(text.utf8)))
                var expected = [["a", "b"]]
                if beyond <= 0 { expected.append(["a", content]) }
                if !isLast { expected.append(["c", "d"]) }
                #expect(found.rows == expected)
                #expect(found.errors == (beyond > 0 ? [CSVError(code: .rowTooLong, line: 2)] : []))
                if !isLast { #expect(found.lines.last == 3) }
            }
        }
    }

    @Test(arguments: [511, 512, 513]) func columns(count: Int) throws {
        let wide = Array(repeating: "x", count: count)
        let text = "a,b\n" + wide.joined(separator: ",") + "\nc,d\n"
        let found = try readAll(CSVReader(bytes: Array(text.utf8), delimiter: UInt8(ascii: ",")))
        #expect(found.rows == [["a", "b"]] + (count <= 512 ? [wide] : []) + [["c", "d"]])
        #expect(found.errors == (count <= 512 ? [] : [CSVError(code: .tooManyColumns, line: 2)]))
    }

    @Test func theWidestRowOfAllIsRefusedWithoutItsFields() throws {
        let text = "a,b\n" + String(repeating: ",", count: 1_000_000) + "\nc,d\n"
        let found = try readAll(CSVReader(bytes: Array(text.utf8)))
        #expect(found.rows == [["a", "b"], ["c", "d"]])
        #expect(found.errors == [CSVError(code: .tooManyColumns, line: 2)])
    }

    @Test func aStrayQuoteCostsItsLineOnly() throws {
        let found = try readAll(CSVReader(bytes: Array("a,b\n1,2\n3,\"4\n5,6\n7,8\n".utf8)))
        #expect(found.rows == [["a", "b"], ["1", "2"], ["5", "6"], ["7", "8"]])
        #expect(found.lines == [1, 2, 4, 5])
        #expect(found.errors == [CSVError(code: .unterminatedQuote, line: 3)])
    }

    @Test func aStrayQuoteBeforeMuchTextIsTooLong() throws {
        let rest = String(repeating: "5,6\n", count: 500_000)
        let found = try readAll(CSVReader(bytes: Array(("a,b\n3,\"4\n" + rest).utf8)))
        #expect(found.errors == [CSVError(code: .rowTooLong, line: 2)])
        #expect(found.rows.count == 500_001)
        #expect(found.lines.last == 500_002)
    }

    /// 64 MiB without a line end, given out as it is asked for: nothing keeps it.
    @Test func anEndlessLineIsSkippedInChunks() throws {
        var left = 1024
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
        let reader = try CSVReader {
            left -= 1
            return left == 1023 ? Array("a,b\n".utf8) : left > 0 ? chunk : left == 0 ? Array("\nc,d\n".utf8) : []
        }
        let found = try readAll(reader)
        #expect(found.rows == [["a", "b"], ["c", "d"]])
        #expect(found.lines == [1, 3])
        #expect(found.errors == [CSVError(code: .rowTooLong, line: 2)])
    }
}
