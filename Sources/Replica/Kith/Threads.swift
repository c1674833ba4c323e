import Foundation

/// Begins a thread for work that blocks.
func detach(_ body: @escaping @Sendable () -> Void) { Thread.detachNewThread(body) }
