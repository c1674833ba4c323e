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
        guard !folding.persons.isEmpty, let person = folding.persons[String(decoding: call.bytes(0), as: UTF8.self)] else {
            return call.giveArgument(0)
        }
        Array(person.utf8).withUnsafeBytes { call.give(text: $0) }
    }
}

/// Which contacts another one stands for, by their ids.
final class Folding {
    var persons: [String: String] = [:]
}
