import Wire

/// What is done with served connections. Calls for one connection come in order, from its event loop, and must not block: what takes
/// time goes to a worker, which says `consumed` when it is through with a message.
package protocol ConnectionServing: AnyObject, Sendable {
    /// TLS stands, and the key is proven and accepted.
    func opened(_ connection: ServedConnection)

    /// - Parameter byteCount: what is to be given back by `consumed`: the frame's bytes, or a little more for a very small one, so that
    ///   a flood of these is bounded too.
    func received(_ message: Message, byteCount: Int, on connection: ServedConnection)

    /// Once for each connection that was opened, after its last message: why nothing more comes. `WireError` for what is not Kith's or
    /// is damaged; `TransportError.timedOut`; `closed` when either side has closed it.
    ///
    /// As far as it still stands, last words can be sent; then `close` or `abort` is to be called. Who has done neither after an idle
    /// period is closed.
    func closed(_ connection: ServedConnection, _ error: any Error)
}

/// What served connections may hold of memory.
package struct ServedLimits: Sendable {
    /// Unconsumed messages of one connection: beyond, its reading stops. One frame that is not whole may be held beside them.
    package var readAheadByteCount = 8 << 20
    /// Unconsumed messages and parts of frames of all connections together: beyond, reading stops on those that hold more than
    /// `ReadBudget.smallByteCount`.
    package var totalReadAheadByteCount = 256 << 20
    /// A connection of which more than this stays unsent for an idle period, in which less than a trickle was taken, is closed.
    package var unsentByteCount = 256 << 10

    package init() {}
}
