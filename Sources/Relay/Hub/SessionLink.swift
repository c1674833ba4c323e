import CRDT
import Wire

/// The connection of one device, as the hub sees it: a way to send that never blocks, and a brake.
package protocol SessionLink: AnyObject, Sendable {
    /// What the other side has proven to hold (32 bytes, Ed25519).
    var peerKey: [UInt8]? { get }
    var receivedByteCount: Int { get }
    var sentByteCount: Int { get }

    /// Never blocks.
    func send(_ messages: [Message])

    /// So many bytes of messages have been dealt with: reading goes on.
    func consumed(byteCount: Int)

    /// Lets what was sent go out, and closes. Never blocks.
    func close()
}

/// What there is to know of a hub's work, for logs and figures: codes, ids and numbers.
package enum HubEvent: Sendable {
    /// Somebody asked for what is not here, or may not have it; the code is what it was told.
    case refused(code: String)
    /// A session has begun.
    case began(space: SpaceID, device: DeviceID)
    /// A round is over.
    case round(space: SpaceID, device: DeviceID, wasEqual: Bool)
    /// A connection has ended; `code` is nil when nothing was wrong.
    case ended(space: SpaceID, device: DeviceID, receivedByteCount: Int, sentByteCount: Int, milliseconds: Int64, code: String?)
    /// What came at the same time has been made durable.
    case committed(space: SpaceID, eventCount: Int, microseconds: Int64)
    /// Whole deltas that came, and deltas that were dropped.
    case stored(space: SpaceID, deltaCount: Int, byteCount: Int)
    /// Deltas that devices took, and gave a receipt for.
    case sent(space: SpaceID, deltaCount: Int)
    /// A resting device was told of what had just become durable, and came for it: from then until it was handed to its connection.
    case pushed(space: SpaceID, microseconds: Int64)
    /// Devices that were told of news.
    case told(space: SpaceID, count: Int)
    /// All of a collection was asked for.
    case askedForSnapshot(space: SpaceID)
    /// The store failed; nothing of what came with it counts. `error` is for the log.
    case failed(space: SpaceID, error: String)
}

package typealias HubObserver = @Sendable (HubEvent) -> Void
