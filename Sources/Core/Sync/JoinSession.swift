import CRDT
import Wire

/// How a device without a replica joins by invite, over a connection that it opened with the invite's own key: hello and
/// its request; the other side's hello and the roster; that it has it; what is new since, its admission above all. Then the connection
/// ends; with a replica made from the statements, the newcomer comes back under its own key and holds an ordinary session.
///
/// Only who has the roster is admitted, so that a connection which breaks on the way costs no use of the invite and leaves nobody behind.
/// One that breaks at the very end costs nothing either: the same device asks again by the same code.
package struct JoinSession {
    private enum State {
        case waiting
        case greeted
        /// The roster is here; whether it is the right one is the caller's to say.
        case judging([[UInt8]])
        case confirmed([[UInt8]])
        case joined, failed
    }

    package enum Step: Hashable, Sendable {
        /// The roster's statements. Answer: `confirmed(heads:)`.
        case roster([[UInt8]])
        /// All statements, with this device's admission.
        case admitted([[UInt8]])
    }

    private var state = State.waiting
    private let hello: Hello
    private let request: [UInt8]

    /// - Parameters:
    ///   - replica: any random name; the replica to be made takes its own.
    ///   - request: signed by the device and by the invite (Protocol.md, "Request to join").
    package init(device: DeviceID, replica: ReplicaID, request: [UInt8]) {
        hello = Hello(space: nil, device: device, replica: replica, digest: .zero, rosterDigest: .zero)
        self.request = request
    }

    /// What to say first.
    package var greeting: [Message] { [.hello(hello), .request(request)] }

    /// - Returns: nil when more has to come.
    /// - Throws: `WireError`: refused, or not how a listener answers.
    package mutating func received(_ message: Message) throws -> Step? {
        let before = state
        state = .failed
        if case .refusal(let code) = message { throw SyncSession.refusal(code) }
        switch (before, message) {
        case (.greeted, .working), (.confirmed, .working):
            state = before
            return nil
        case (.waiting, .hello(let hello)) where hello.space != nil:
            state = .greeted
            return nil
        case (.greeted, .statements(let statements)):
            state = .judging(statements)
            return .roster(statements)
        case (.confirmed(let statements), .statements(let more)):
            state = .joined
            return .admitted(statements + more)
        default:
            throw WireError(.unexpected, in: "joining")
        }
    }

    /// The roster is the right one, and here to its last byte.
    ///
    /// - Returns: what to say.
    package mutating func confirmed(heads: [StatementID]) -> Message {
        guard case .judging(let statements) = state else { preconditionFailure("no roster was to be judged") }
        state = .confirmed(statements)
        return .heads(heads)
    }
}
