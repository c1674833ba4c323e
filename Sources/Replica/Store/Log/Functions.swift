import CRDT
import SQLite
import Wire

/// SQL functions of the engine's own connections, for set-based stamping. No trigger, view or index in the file uses
/// them, so every other client does without.
enum Functions {
    static func add(to connection: Connection, _ folding: Folding) throws {
        try connection.add(function: "kith_record", argumentCount: nil, record)
        try connection.add(function: "kith_key", argumentCount: 2, keyPart)
        try connection.add(function: "kith_milliseconds", argumentCount: 1) { $0.give(milliseconds(julianDay: $0.real(0))) }
        try connection.add(function: "kith_person", argumentCount: 1, isDeterministic: false) { person($0, folding) }
    }

    /// The wall clock of a note in milliseconds since 1970 UTC, from a Julian day; clamped as all times are.
    static func milliseconds(julianDay: Double) -> Int64 {
        let milliseconds = ((julianDay - 2_440_587.5) * 86_400_000).rounded()
        guard let exact = Int64(exactly: milliseconds) else { return clampedTime(milliseconds < 0 ? .min : .max) }
        return clampedTime(exact)
    }

    /// kith_record(table number, key part, …): the record's key in the log.
    private static func record(_ call: FunctionCall) {
        guard call.count >= 2 else { return }
        let table = call.integer(0)
        let key = call.bytes(1)
        // Nearly every record: a small table number and one usual id.
        if call.count == 2, table < 0x40, key.count == 32 {
            let packed = withUnsafeTemporaryAllocation(byteCount: 17, alignment: 8) { buffer -> Bool in
                guard packID(key, into: buffer.baseAddress! + 1) else { return false }
                buffer[0] = UInt8(table << 1)
                call.give(blob: UnsafeRawBufferPointer(buffer))
                return true
            }
            if packed { return }
        }
        let record = LoggedRecord.encode(table: Int(table), RecordKey(parts: (1..<call.count).map { Array(call.bytes($0)) }))
        record.withUnsafeBytes { call.give(blob: $0) }
    }

    /// kith_key(record, part): the text of a part of the record's key, from 0.
    private static func keyPart(_ call: FunctionCall) {
        guard let parts = try? LoggedRecord.decode(call.bytes(0)).key.parts else { return }
        let index = Int(call.integer(1))
        guard parts.indices.contains(index) else { return }
        parts[index].withUnsafeBytes { call.give(text: $0) }
    }

    /// kith_person(id of a contact): the id that stands for it, mostly its own.
    private static func person(_ call: FunctionCall, _ folding: Folding) {
        let id = call.bytes(0)
        guard folding.mayFold(id), let person = folding.persons[String(decoding: id, as: UTF8.self)] else {
            return call.giveArgument(0)
        }
        Array(person.utf8).withUnsafeBytes { call.give(text: $0) }
    }
}

/// Which contacts another one stands for, by their ids.
final class Folding {
    var persons: [String: String] = [:] {
        didSet {
            bits = persons.isEmpty ? [] : Array(repeating: 0, count: Folding.bitCount / 64)
            for id in persons.keys {
                var id = id
                let bit = id.withUTF8 { Folding.bit(of: UnsafeRawBufferPointer($0)) }
                bits[bit >> 6] |= 1 << (bit & 63)
            }
        }
    }
    /// Most contacts stand for themselves: one bit tells of nearly all of them that nobody else does (a Bloom filter of one hash).
    private var bits: [UInt64] = []
    private static let bitCount = 1 << 18

    func mayFold(_ id: UnsafeRawBufferPointer) -> Bool {
        guard !bits.isEmpty else { return false }
        let bit = Folding.bit(of: id)
        return bits[bit >> 6] & 1 << (bit & 63) != 0
    }

    private static func bit(of id: UnsafeRawBufferPointer) -> Int {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        var offset = 0
        while offset + 8 <= id.count {
            state = (state ^ id.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            state ^= state >> 32
            offset += 8
        }
        while offset < id.count {
            state = (state ^ UInt64(id[offset])) &* 0x100_0000_01B3
            offset += 1
        }
        return Int(truncatingIfNeeded: (state ^ state >> 29) & UInt64(bitCount - 1))
    }
}
