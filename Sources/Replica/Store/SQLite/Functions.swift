import CRDT
import CSQLite
import Wire

/// SQL functions of the engine's own connections, for set-based stamping. No trigger, view or index in the file uses
/// them, so every other client does without.
enum Functions {
    static func register(on connection: OpaquePointer) {
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
        sqlite3_create_function_v2(connection, "kith_record", -1, flags, nil, kithRecord, nil, nil, nil)
        sqlite3_create_function_v2(connection, "kith_key", 2, flags, nil, kithKey, nil, nil, nil)
        sqlite3_create_function_v2(connection, "kith_milliseconds", 1, flags, nil, kithMilliseconds, nil, nil, nil)
    }

    /// For as long as the connection is open.
    static func register(_ folding: Folding, on connection: OpaquePointer) {
        sqlite3_create_function_v2(
            connection, "kith_person", 1, SQLITE_UTF8 | SQLITE_INNOCUOUS, Unmanaged.passRetained(folding).toOpaque(), kithPerson, nil, nil
        ) { Unmanaged<Folding>.fromOpaque($0!).release() }
    }

    /// The wall clock of a note in milliseconds since 1970 UTC, from a Julian day; clamped as all times are.
    static func milliseconds(julianDay: Double) -> Int64 {
        let milliseconds = ((julianDay - 2_440_587.5) * 86_400_000).rounded()
        guard let exact = Int64(exactly: milliseconds) else { return clampedTime(milliseconds < 0 ? .min : .max) }
        return clampedTime(exact)
    }
}

/// Which contacts another one stands for, by their ids.
final class Folding {
    var persons: [String: String] = [:]
}

private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

private func text(_ value: OpaquePointer?) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: sqlite3_value_blob(value), count: Int(sqlite3_value_bytes(value)))
}

/// kith_record(table number, key part, …): the record's key in the log.
private func kithRecord(_ context: OpaquePointer?, _ count: Int32, _ arguments: UnsafeMutablePointer<OpaquePointer?>?) {
    guard let arguments, count >= 2 else { return sqlite3_result_null(context) }
    let table = sqlite3_value_int64(arguments[0])
    let key = text(arguments[1])
    // Nearly every record: a small table number and one usual id.
    if count == 2, table < 0x40, key.count == 32 {
        let packed = withUnsafeTemporaryAllocation(byteCount: 17, alignment: 8) { buffer -> Bool in
            guard packID(key, into: buffer.baseAddress! + 1) else { return false }
            buffer[0] = UInt8(table << 1)
            sqlite3_result_blob(context, buffer.baseAddress, 17, transient)
            return true
        }
        if packed { return }
    }
    let record = LoggedRecord.encode(
        table: Int(table), RecordKey(parts: (1..<Int(count)).map { Array(text(arguments[$0])) }))
    record.withUnsafeBytes { sqlite3_result_blob(context, $0.baseAddress, Int32($0.count), transient) }
}

/// kith_key(record, part): the text of a part of the record's key, from 0.
private func kithKey(_ context: OpaquePointer?, _ count: Int32, _ arguments: UnsafeMutablePointer<OpaquePointer?>?) {
    guard let arguments else { return sqlite3_result_null(context) }
    guard let parts = try? LoggedRecord.decode(text(arguments[0])).key.parts else { return sqlite3_result_null(context) }
    let index = Int(sqlite3_value_int64(arguments[1]))
    guard parts.indices.contains(index) else { return sqlite3_result_null(context) }
    parts[index].withUnsafeBytes { raw in
        if raw.isEmpty { sqlite3_result_text(context, "", 0, transient) } else {
            sqlite3_result_text(context, raw.baseAddress!.assumingMemoryBound(to: CChar.self), Int32(raw.count), transient)
        }
    }
}

/// kith_person(id of a contact): the id that stands for it, mostly its own.
private func kithPerson(_ context: OpaquePointer?, _ count: Int32, _ arguments: UnsafeMutablePointer<OpaquePointer?>?) {
    guard let arguments, let box = sqlite3_user_data(context) else { return sqlite3_result_null(context) }
    let persons = Unmanaged<Folding>.fromOpaque(box).takeUnretainedValue().persons
    guard !persons.isEmpty, let person = persons[String(decoding: text(arguments[0]), as: UTF8.self)] else {
        return sqlite3_result_value(context, arguments[0])
    }
    sqlite3_result_text(context, person, -1, transient)
}

/// kith_milliseconds(Julian day).
private func kithMilliseconds(_ context: OpaquePointer?, _ count: Int32, _ arguments: UnsafeMutablePointer<OpaquePointer?>?) {
    guard let arguments else { return sqlite3_result_null(context) }
    sqlite3_result_int64(context, Functions.milliseconds(julianDay: sqlite3_value_double(arguments[0])))
}
