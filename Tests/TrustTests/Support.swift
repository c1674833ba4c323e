import CRDT
import Foundation
import Testing
import Trust
import Wire

/// Bytes that look random and are always the same: the stream of SplitMix64.
func patterned(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    var out: [UInt8] = []
    out.reserveCapacity(count + 8)
    while out.count < count {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        withUnsafeBytes(of: (word ^ word >> 31).littleEndian) { out.append(contentsOf: $0) }
    }
    return Array(out.prefix(count))
}

func nonce(_ seed: UInt64) -> Nonce { Nonce(high: seed, low: ~seed) }

/// Nonces one after another, the same in every run.
func nonces(from seed: UInt64 = 1) -> () -> Nonce {
    var next = seed
    return {
        next += 1
        return Nonce(bytes: patterned(16, seed: next)) ?? .zero
    }
}

func epochKey(_ seed: UInt64) -> EpochKey {
    guard let key = EpochKey(patterned(32, seed: seed)) else { preconditionFailure("32 bytes are a key") }
    return key
}

func deviceKeys(_ seed: UInt64) -> DeviceKeys {
    guard let keys = DeviceKeys(secret: patterned(64, seed: seed)) else { preconditionFailure("64 bytes are a secret") }
    return keys
}

/// The code of the error that this throws; nil when it throws none.
func code<Result>(_ work: () throws -> Result) -> WireError.Code? {
    do {
        _ = try work()
        return nil
    } catch let error as WireError {
        return error.code
    } catch {
        Issue.record("not a WireError: \(error)")
        return nil
    }
}

extension [UInt8] {
    /// With one bit changed.
    func flipped(at offset: Int, bit: UInt8 = 1) -> [UInt8] {
        var out = self
        out[offset] ^= bit
        return out
    }
}
