import Foundation
import Wire

/// What a laptop, a relay or a space is called.
package enum DeviceName {
    /// - Throws: `badName` for what is blank, longer than a label may be, or has control characters.
    package static func check(_ name: String) throws {
        let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        let isBlank = name.allSatisfy(\.isWhitespace)
        guard !isBlank, isPlain, name.utf8.count <= Limits.labelByteCount else { throw DeviceError(.badName) }
    }

    /// What this machine is called when nobody says.
    package static var ofThisMachine: String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let isKnown = buffer.withUnsafeMutableBytes { gethostname($0.bindMemory(to: CChar.self).baseAddress!, $0.count - 1) == 0 }
        let name = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        return isKnown && !name.isEmpty ? name : "laptop"
    }
}
