import CRDT

/// Time, chance and the machine, as parameters.
package struct SpaceFolderEnvironment: Sendable {
    package let nowMilliseconds: @Sendable () -> Int64
    package let nonce: @Sendable () -> Nonce
    /// Names the machine (machine-id(5)): a file that finds itself on another one takes a new incarnation.
    package let machine: String

    package init(nowMilliseconds: @escaping @Sendable () -> Int64, nonce: @escaping @Sendable () -> Nonce, machine: String) {
        self.nowMilliseconds = nowMilliseconds
        self.nonce = nonce
        self.machine = machine
    }
}

/// Sizes of a folder of spaces. The defaults were measured (see `kith-bench relay-store`).
package struct SpaceFolderOptions: Sendable {
    /// Files that are open at one time; of the others only the lock is held.
    package var openFileCount = 64
    /// Of new files. Larger pages copy large segments faster, smaller ones make small commits cheaper.
    package var pageByteCount = 16 << 10
    /// The WAL is written back into the file beyond this.
    package var walByteCount = 32 << 20
    /// A transaction that puts so many bytes of segments is one of many, mostly: those after it go to the file at once, and not by way
    /// of the WAL.
    package var bulkByteCount = 512 << 10
    /// Of each open file; what is beyond it in one transaction goes to the WAL early.
    package var cacheByteCount = 1 << 20
    /// A file never grows beyond this: `RelayError.full`. nil: the disk alone decides.
    package var fileByteCountLimit: Int?

    package init() {}
}
