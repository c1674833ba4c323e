@preconcurrency import Glibc

/// What the process holds of the machine's memory, as far as the C library is asked: its header is in no module.
package enum Memory {
    /// Gives back what long work has left free: whatever lives for hours should not keep what one minute of it took.
    package static func giveBack() {
        guard let found = dlsym(nil, "malloc_trim") else { return }
        _ = unsafeBitCast(found, to: (@convention(c) (Int) -> Int32).self)(0)
    }

    /// Threads share two heaps: of one for each thread, each keeps what the work on it took once.
    package static func shareHeaps() {
        guard let found = dlsym(nil, "mallopt") else { return }
        // M_ARENA_MAX, of malloc.h.
        _ = unsafeBitCast(found, to: (@convention(c) (Int32, Int32) -> Int32).self)(-8, 2)
    }
}
