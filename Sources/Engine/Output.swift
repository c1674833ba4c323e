// Standard output and JSON, for every program of the house.
import CRDT
@preconcurrency import Glibc
import Interchange

/// Nobody reads standard output any more.
package struct OutputClosed: Error {
    package init() {}
}

/// Standard output, written at once and whole.
package enum Output {
    /// - Throws: `OutputClosed`.
    package static func write(_ text: String) throws {
        guard put(text, STDOUT_FILENO) else { throw OutputClosed() }
    }

    package static func line(_ text: String) throws { try write(text + "\n") }

    package static func json(_ value: JSON) throws { try write(value.text + "\n") }

    package static func put(_ text: String, _ descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }
}

/// As exports have it too.
package typealias JSON = Interchange.JSON

package func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
