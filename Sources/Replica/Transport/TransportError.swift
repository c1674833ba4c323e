import NIOCore
import NIOPosix

/// What is wrong with a connection, as far as it is not what came over it (`WireError`). Tests compare `code`. Holds no address: whoever asked for the connection knows it.
package struct TransportError: Error, Hashable, Sendable {
    package enum Code: String, CaseIterable, Sendable {
        case cannotResolve = "cannot-resolve"
        case refused = "connection-refused"
        case unreachable
        case timedOut = "timed-out"
        /// The other side, or this one, closed the connection before the session was over.
        case closed
        case tooManyConnections = "too-many-connections"
        case addressInUse = "address-in-use"
        case cannotListen = "cannot-listen"
        /// The other side judged this side's key and does not admit it; at a listener, the reverse.
        case notAdmitted = "not-admitted"
        /// This side judged the other's key: it is not the one expected.
        case wrongDevice = "wrong-device"
        /// Plain TCP for an address that is not this machine's own.
        case notLoopback = "not-loopback"
    }

    package let code: Code
    /// What was being done: "connecting", "listening", "handshake", "session".
    package let place: String

    package init(_ code: Code, in place: String) {
        self.code = code
        self.place = place
    }
}

extension TransportError: CustomStringConvertible {
    package var description: String { "\(code.rawValue) while \(place)" }
}

extension TransportError {
    /// What NIO says about connecting.
    static func connecting(_ error: any Error) -> TransportError {
        if let error = error as? NIOConnectionError {
            // The last address tried says as much as the first; a name without any address was not found.
            guard let last = error.connectionErrors.last else { return TransportError(.cannotResolve, in: "connecting") }
            return connecting(last.error)
        }
        if case ChannelError.connectTimeout = error { return TransportError(.timedOut, in: "connecting") }
        guard let error = error as? IOError else { return TransportError(.closed, in: "connecting") }
        return switch error.errnoCode {
        case ECONNREFUSED: TransportError(.refused, in: "connecting")
        case ETIMEDOUT: TransportError(.timedOut, in: "connecting")
        case EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, EINVAL, ENETDOWN: TransportError(.unreachable, in: "connecting")
        default: TransportError(.closed, in: "connecting")
        }
    }

    /// What NIO says about binding.
    static func listening(_ error: any Error) -> TransportError {
        if let error = error as? IOError, error.errnoCode == EADDRINUSE { return TransportError(.addressInUse, in: "listening") }
        return TransportError(error is SocketAddressError ? .cannotResolve : .cannotListen, in: "listening")
    }
}
