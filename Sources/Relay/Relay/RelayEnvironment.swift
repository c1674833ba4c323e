import CRDT
import Trust
import Wire

/// What a relay takes from the machine and its operator. Made at the edge; tests and the simulator make their own.
package struct RelayEnvironment: Sendable {
    package let nowMilliseconds: @Sendable () -> Int64
    package let nonce: @Sendable () -> Nonce
    /// Bytes that one space may take in the store.
    package let quotaByteCount: @Sendable (SpaceID) -> Int
    /// Whether a device may bring so many bytes more today; spends them.
    package let mayTake: @Sendable (DeviceID, _ byteCount: Int) -> Bool

    package init(
        nowMilliseconds: @escaping @Sendable () -> Int64, nonce: @escaping @Sendable () -> Nonce,
        quotaByteCount: @escaping @Sendable (SpaceID) -> Int,
        mayTake: @escaping @Sendable (DeviceID, _ byteCount: Int) -> Bool = { _, _ in true }
    ) {
        self.mayTake = mayTake
        self.nowMilliseconds = nowMilliseconds
        self.nonce = nonce
        self.quotaByteCount = quotaByteCount
    }
}
