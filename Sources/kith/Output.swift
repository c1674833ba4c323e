@preconcurrency import Glibc
import Interchange

/// Nobody reads standard output any more.
struct OutputClosed: Error {}

/// Standard output, written at once and whole.
enum Output {
    /// - Throws: `OutputClosed`.
    static func write(_ text: String) throws {
        guard put(text, STDOUT_FILENO) else { throw OutputClosed() }
    }

    static func line(_ text: String) throws { try write(text + "\n") }

    static func json(_ value: JSON) throws { try write(value.text + "\n") }

    static func put(_ text: String, _ descriptor: Int32) -> Bool {
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
typealias JSON = Interchange.JSON
