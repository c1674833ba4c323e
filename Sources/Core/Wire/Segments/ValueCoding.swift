import CRDT

extension ByteWriter {
    /// One value: its type, then a signed number, the bits of a real, or counted bytes.
    package mutating func value(_ value: Value) {
        switch value {
        case .null:
            byte(ValueType.null.rawValue)
        case .integer(let number):
            byte(ValueType.integer.rawValue)
            signed(number)
        case .real(let number):
            byte(ValueType.real.rawValue)
            fixed(number.bitPattern)
        case .text(let bytes):
            byte(ValueType.text.rawValue)
            counted(bytes)
        case .blob(let bytes):
            byte(ValueType.blob.rawValue)
            counted(bytes)
        }
    }
}

extension ByteReader {
    package mutating func value() throws -> Value {
        switch ValueType(rawValue: try byte()) {
        case .null: .null
        case .integer: .integer(try signed())
        case .real: .real(Double(bitPattern: try fixed()))
        case .text: .text(Array(try counted(limit: Limits.valueByteCount)))
        case .blob: .blob(Array(try counted(limit: Limits.valueByteCount)))
        case .id, .edit, nil: throw failure(.malformed)
        }
    }
}
