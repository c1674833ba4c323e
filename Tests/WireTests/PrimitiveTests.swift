import CRDT
import Testing
import Wire

/// Numbers, keys and knowledge: one valid encoding of each value.
@Suite struct PrimitiveTests {
    private func read<Result>(_ bytes: [UInt8], _ work: (inout ByteReader) throws -> Result) throws -> Result {
        try bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw, in: "test")
            let result = try work(&reader)
            try reader.finish()
            return result
        }
    }

    private static let sizes: [(number: UInt64, byteCount: Int)] = [
        (0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (0x1F_FFFF, 3), (0x20_0000, 4), (0x7FFF_FFFF_FFFF_FFFF, 9),
        (0x8000_0000_0000_0000, 10), (0xFFFF_FFFF_FFFF_FFFF, 10),
    ]

    @Test(arguments: sizes) func numbersTakeTheFewestBytes(_ row: (number: UInt64, byteCount: Int)) throws {
        var writer = ByteWriter()
        writer.number(row.number)
        #expect(writer.count == row.byteCount)
        #expect(try read(writer.bytes) { try $0.number() } == row.number)
        for count in 0..<writer.count {
            #expect(code { _ = try read(Array(writer.bytes[..<count])) { try $0.number() } } == .truncated)
        }
    }

    @Test(arguments: [0, 1, -1, 63, -64, 64, .max, .min] as [Int64]) func signedNumbersGoRound(_ number: Int64) throws {
        var writer = ByteWriter()
        writer.signed(number)
        #expect(try read(writer.bytes) { try $0.signed() } == number)
        #expect((writer.count == 1) == (-64..<64).contains(number))
    }

    @Test(arguments: [
        [0x80, 0x00], [0xFF, 0x00], [0x80, 0x80, 0x00],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
        [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    ] as [[UInt8]]) func otherEncodingsOfNumbersAreRefused(_ bytes: [UInt8]) {
        #expect(code { _ = try read(bytes) { try $0.number() } } == .malformed)
    }

    @Test func countsAreCheckedBeforeMemoryIsTaken() {
        var writer = ByteWriter()
        writer.number(UInt64(1) << 63)
        #expect(code { _ = try read(writer.bytes) { try $0.count(limit: 1 << 40) } } == .tooLarge)
        #expect(code { _ = try read([5, 1, 2]) { try $0.count(limit: 10) } } == .truncated)
        #expect(code { _ = try read([5, 1, 2]) { try $0.count(limit: 4) } } == .tooLarge)
        #expect(code { _ = try read([1, 0xC0]) { try $0.text(limit: 8) } } == .malformed, "text of the format is UTF-8")
        #expect(code { _ = try read([1, 2]) { try $0.byte() } } == .trailing)
    }

    // MARK: Keys

    private func checked(_ bytes: [UInt8], parts: Int) throws -> RecordKey {
        try bytes.withUnsafeBytes { try RecordKey(checking: $0, partCount: parts) }
    }

    @Test(arguments: [
        ["0193e0c6a7b07000800000000000000a"], [""], ["plain"], ["0193E0C6A7B07000800000000000000A"], ["a", "b"],
        ["0193e0c6a7b07000800000000000000a", ""], ["O'Hara \"x\" /* é"],
    ] as [[String]]) func keysGoRound(_ parts: [String]) throws {
        let key = RecordKey(parts)
        #expect(try checked(key.bytes, parts: parts.count) == key)
        #expect(key.parts == parts.map { Array($0.utf8) })
        #expect(code { _ = try checked(key.bytes, parts: parts.count + 1) } == .malformed)
    }

    @Test func aUsualKeyTakes17Bytes() {
        #expect(RecordKey("0193e0c6a7b07000800000000000000a").bytes.count == 17)
        #expect(RecordKey(parts: [[0, 0xFF]]).parts == [[0, 0xFF]], "any bytes")
    }

    @Test func anIDWrittenAsTextIsRefused() {
        let id = Array("0193e0c6a7b07000800000000000000a".utf8)
        #expect(code { _ = try checked([33] + id, parts: 1) } == .malformed)
        #expect(code { _ = try checked([0x85, 0x00] + [1, 2, 3, 4], parts: 1) } == .malformed, "a longer number")
        #expect(code { _ = try checked([5, 1], parts: 1) } == .truncated)
        #expect(code { _ = try checked([], parts: 1) } == .malformed)
    }

    @Test(arguments: [(count: -1, allowed: true), (0, true), (1, false)]) func keysHaveALimit(_ row: (count: Int, allowed: Bool)) {
        let key = RecordKey(parts: [Array(repeating: 97, count: Limits.keyByteCount - 2 + row.count)])
        #expect(key.bytes.count == Limits.keyByteCount + row.count)
        #expect(code { _ = try checked(key.bytes, parts: 1) } == (row.allowed ? nil : .tooLarge))
    }

    // MARK: Knowledge

    private func roundTrip(_ form: KnowledgeForm) throws -> KnowledgeForm {
        var writer = ByteWriter()
        writer.knowledge(form)
        return try read(writer.bytes) { try $0.knowledge() }
    }

    @Test func knowledgeGoesRoundInBothForms() throws {
        let known = Samples.base
        var later = known
        later.ends[Samples.writer(1)] = nil
        later.ends[Samples.writer(5)] = Samples.end(1, 5)
        for (index, count) in (0..<40).enumerated() { later.ends[Samples.writer(UInt64(100 + index))] = Samples.end(UInt32(count + 1), 7) }
        var wide = known
        for index in 0..<40 { wide.ends[Samples.writer(UInt64(100 + index))] = later.ends[Samples.writer(UInt64(100 + index))] }

        #expect(KnowledgeForm(later, known: nil) == .whole(later))
        #expect(KnowledgeForm(later, known: Knowledge()) == .whole(later))
        let relative = KnowledgeForm(later, known: wide)
        guard case .relative(let name, let changed) = relative else { return #expect(Bool(false), "two of 42 writers differ") }
        #expect(name == wide.name && changed.count == 2)
        for form in [.whole(later), .whole(Knowledge()), relative] { #expect(try roundTrip(form) == form) }
        #expect(try relative.resolved { $0 == wide.name ? wide : nil } == later)
        #expect(code { _ = try relative.resolved { _ in nil } } == .unknownReceipt)
        #expect(try KnowledgeForm(wide, known: wide).resolved { _ in wide } == wide, "nothing changed")
        #expect(later.name != wide.name)
    }

    @Test func knowledgeHasOneEncoding() {
        func ends(_ writers: [(UInt64, UInt8)], kind: UInt8 = 0) -> [UInt8] {
            var bytes = [kind]
            if kind == 1 { bytes += Samples.writer(0).bytes }
            bytes.append(UInt8(writers.count))
            for (writer, last) in writers {
                bytes += Samples.writer(writer).bytes
                bytes.append(last)
                if last > 0 { bytes += Samples.writer(9).bytes }
            }
            return bytes
        }
        func decoded(_ bytes: [UInt8]) -> WireError.Code? { code { _ = try read(bytes) { try $0.knowledge() } } }
        #expect(decoded(ends([(1, 1), (2, 1)])) == nil)
        #expect(decoded(ends([(2, 1), (1, 1)])) == .malformed, "ascending")
        #expect(decoded(ends([(1, 1), (1, 1)])) == .malformed, "each once")
        #expect(decoded(ends([(1, 0)])) == .malformed, "whole knowledge has no absent writers")
        #expect(decoded(ends([(1, 0)], kind: 1)) == nil)
        #expect(decoded([2]) == .malformed)
        #expect(decoded([0, 0xFF, 0xFF, 0x7F]) == .tooLarge)
    }
}
