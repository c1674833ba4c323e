/// 16 random bytes. They name a batch, and so a writer: a writer is named by the nonce of its first batch.
///
/// Randomness comes in from the caller, so a simulation can replay it. Order is that of the bytes, read as one
/// big-endian number; it breaks ties between equal times and has no other meaning.
package struct Nonce: Hashable, Comparable, Sendable {
    package static let byteCount = 16
    package static let zero = Nonce(high: 0, low: 0)

    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(using generator: inout some RandomNumberGenerator) {
        self.init(high: generator.next(), low: generator.next())
    }

    /// The 16 bytes that begin at `bytes`' start; nil when there are not exactly 16.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Nonce.byteCount else { return nil }
        func number(_ part: some Sequence<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: number(bytes.prefix(8)), low: number(bytes.dropFirst(8)))
    }

    package var bytes: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> (56 - 8 * UInt64($0 % 8))) }
    }

    package static func < (a: Nonce, b: Nonce) -> Bool {
        (a.high, a.low) < (b.high, b.low)
    }
}

extension Nonce: CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The reverse of `description`.
    package init?(hexadecimal text: some StringProtocol) {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map(UInt8.init) }
        guard digits.count == 32, text.utf8.count == 32 else { return nil }
        self.init(bytes: stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }
}

/// Names an incarnation of a replica, per collection, that stamps changes: the nonce of its first batch.
package typealias WriterID = Nonce
