import CRDT
import Wire

/// How a device without a replica joins by invite, over a connection that it opened with the invite's own key: hello,
/// its request, the roster with its admission. Then the connection ends; with a replica made from the roster, the newcomer
/// comes back under its own key and holds an ordinary session.
package struct JoinSession {
    private enum State { case waiting, joined, failed }

    private var state = State.waiting
    private let hello: Hello
    private let request: [UInt8]

    /// - Parameters:
    ///   - replica: any random name; the replica to be made takes its own.
    ///   - request: signed by the device and by the invite (Protocol.md, "Join request").
    package init(device: DeviceID, replica: ReplicaID, request: [UInt8]) {
        hello = Hello(space: nil, device: device, replica: replica, digest: .zero, rosterDigest: .zero)
        self.request = request
    }

    /// What to say first.
    package var greeting: [Message] { [.hello(hello), .request(request)] }

    /// - Returns: the roster's statements, once they have come.
    /// - Throws: `WireError`: refused, or not how a listener answers.
    package mutating func received(_ message: Message) throws -> [[UInt8]]? {
        let before = state
        state = .failed
        if case .refusal(let code) = message { throw SyncSession.refusal(code) }
        switch (before, message) {
        case (.waiting, .working):
            state = .waiting
            return nil
        case (.waiting, .statements(let statements)):
            state = .joined
            return statements
        default:
            throw WireError(.unexpected, in: "joining")
        }
    }
}
