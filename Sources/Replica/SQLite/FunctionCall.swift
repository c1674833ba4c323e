import CSQLite

/// A call of a SQL function: its arguments, and its result, which is NULL when none is set. Valid until the function returns.
package struct FunctionCall {
    fileprivate let context: OpaquePointer?
    fileprivate let arguments: UnsafeMutablePointer<OpaquePointer?>?
    package let count: Int

    // MARK: Arguments; indices from 0

    @inline(__always) package func integer(_ index: Int) -> Int64 { sqlite3_value_int64(arguments?[index]) }
    @inline(__always) package func real(_ index: Int) -> Double { sqlite3_value_double(arguments?[index]) }

    /// Of a text or blob.
    @inline(__always) package func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        let value = arguments?[index]
        return UnsafeRawBufferPointer(start: sqlite3_value_blob(value), count: Int(sqlite3_value_bytes(value)))
    }

    // MARK: The result, which is copied

    package func give(_ number: Int64) { sqlite3_result_int64(context, number) }

    package func give(blob: UnsafeRawBufferPointer) {
        if blob.isEmpty { sqlite3_result_zeroblob(context, 0) } else {
            sqlite3_result_blob(context, blob.baseAddress, Int32(blob.count), PreparedStatement.copies)
        }
    }

    package func give(text: UnsafeRawBufferPointer) {
        guard let base = text.baseAddress else { return sqlite3_result_text(context, "", 0, PreparedStatement.copies) }
        sqlite3_result_text(context, base.assumingMemoryBound(to: CChar.self), Int32(text.count), PreparedStatement.copies)
    }

    package func giveArgument(_ index: Int) { sqlite3_result_value(context, arguments?[index]) }
}

/// Keeps what a function does for as long as the connection is open.
private final class Function {
    let body: (FunctionCall) -> Void
    init(_ body: @escaping (FunctionCall) -> Void) { self.body = body }
}

extension Connection {
    /// Adds a SQL function (https://sqlite.org/c3ref/create_function.html). Triggers and views may use it.
    ///
    /// - Parameters:
    ///   - argumentCount: nil: any number.
    ///   - isDeterministic: the same arguments give the same result, always.
    package func add(
        function name: String, argumentCount: Int32?, isDeterministic: Bool = true, _ body: @escaping (FunctionCall) -> Void
    ) throws {
        let code = sqlite3_create_function_v2(
            handle, name, argumentCount ?? -1, SQLITE_UTF8 | SQLITE_INNOCUOUS | (isDeterministic ? SQLITE_DETERMINISTIC : 0),
            Unmanaged.passRetained(Function(body)).toOpaque(),
            { context, count, arguments in
                guard let function = sqlite3_user_data(context) else { return }
                Unmanaged<Function>.fromOpaque(function)._withUnsafeGuaranteedRef {
                    $0.body(FunctionCall(context: context, arguments: arguments, count: Int(count)))
                }
            }, nil, nil
        ) { Unmanaged<Function>.fromOpaque($0!).release() }
        guard code == SQLITE_OK else { throw SQLiteError(of: handle) }
    }
}
