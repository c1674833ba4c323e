import CRDT
import Wire

/// How a device without a replica learns which space it joins: hello, the listener's hello, the space. Then the connection
/// ends; with a replica made for that space, the newcomer comes back and holds an ordinary session.
package struct JoinSession {
    private enum State {
        case waitingForHello
        case waitingForSpace(Hello)
        case joined(Welcome)
        case failed
    }

    /// The space, and who let the newcomer in.
    package struct Welcome: Hashable, Sendable {
        package let space: SpaceIdentity
        package let device: DeviceID
        package let label: String
    }

    private var state = State.waitingForHello
    private let hello: Hello

    /// - Parameters:
    ///   - device: this device, as its replica will name it.
    ///   - replica: any random name; the replica to be made takes its own.
    package init(device: DeviceID, replica: ReplicaID, label: String) {
        hello = Hello(space: nil, device: device, replica: replica, label: label, digest: .zero)
    }

    /// What to say first.
    package var greeting: Message { .hello(hello) }

    /// - Returns: the space, once it is known.
    /// - Throws: `WireError`: refused, or not how a listener answers.
    package mutating func received(_ message: Message) throws -> Welcome? {
        let before = state
        state = .failed
        if case .refusal(let code) = message { throw SyncSession.refusal(code) }
        switch (before, message) {
        case (.waitingForHello, .hello(let hello)) where hello.space != nil:
            state = .waitingForSpace(hello)
            return nil
        case (.waitingForSpace(let hello), .space(let space)) where space.id == hello.space:
            let welcome = Welcome(space: space, device: hello.device, label: hello.label)
            state = .joined(welcome)
            return welcome
        default:
            throw WireError(.unexpected, in: "joining")
        }
    }
}
