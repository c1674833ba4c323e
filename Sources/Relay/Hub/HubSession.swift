import CRDT
import Relay
import Sync
import Wire

/// One device's connection within its space; touched by the space's worker alone.
final class HubSession {
    let link: any SessionLink
    let carried: CarriedSession
    private(set) var driver: SessionDriver!
    /// To be sent when what brought it about is durable.
    private var outbox: [Message] = []
    private let sinceMilliseconds: Int64
    /// When it was told of news and has not been sent any yet; monotonic.
    private var newsSinceNanoseconds: UInt64?
    private var countedSentDeltas = 0
    private(set) var isOver = false
    private var wasResting = false
    private(set) var code: String?

    init(_ link: any SessionLink, _ space: CarriedSpace, key: [UInt8], nowMilliseconds: Int64) throws {
        self.link = link
        sinceMilliseconds = nowMilliseconds
        carried = CarriedSession(space, provenKey: key)
        driver = SessionDriver(replica: carried, role: .listener, carries: true) { [unowned self] in outbox.append($0) }
        try driver.start()
    }

    /// - Throws: `RelayError`, when the store is at fault: then nothing of this transaction counts. Everything else ends this session alone.
    func receive(_ message: Message) throws {
        try ending {
            wasResting = false
            try driver.receive(message)
        }
    }

    func tellNews() throws { try ending { try driver.tellNews() } }

    /// The connection is gone.
    func lost(_ error: any Error) {
        if !isOver, !driver.isResting { code = code ?? SessionRefusal.code(for: error) }
        isOver = true
    }

    /// - Parameter code: told to the other side.
    func end(_ code: String) {
        guard !isOver else { return }
        outbox.append(.refusal(code: code))
        self.code = code
        isOver = true
    }

    /// Nothing of what was to be said has happened.
    func forget(_ code: String) {
        outbox = []
        end(code)
    }

    private func ending(_ step: () throws -> Void) throws {
        do {
            try step()
        } catch let error as RelayError {
            throw error
        } catch {
            code = SessionRefusal.code(for: error)
            isOver = true
        }
    }

    /// What is to be done when a round has just ended.
    ///
    /// - Returns: what happened, for those who watch.
    func afterRound(asksForSnapshot: Bool) throws -> (hasEnded: Bool, hasAsked: Bool) {
        guard !isOver, driver.isResting, !wasResting else { return (false, false) }
        wasResting = true
        // The news may have been statements of the roster alone.
        newsSinceNanoseconds = nil
        try carried.keepReceipts()
        var hasAsked = false
        try ending {
            if asksForSnapshot, let collection = try carried.snapshotToAskFor() {
                try driver.askForSnapshot(of: collection)
                wasResting = false
                hasAsked = true
            } else if !driver.isWatched {
                try driver.leave()
                isOver = true
            } else if !carried.isCurrent {
                try driver.tellNews()
            }
        }
        return (true, hasAsked)
    }

    /// Whether it waits for news, and has not all of what is here.
    var wantsNews: Bool { !isOver && driver.isResting && driver.isWatched && !carried.isCurrent }

    var device: DeviceID? { carried.peer?.device }

    /// Deltas that the other side has given a receipt for since the last call.
    func takeSentDeltaCount() -> Int {
        let all = driver.outcome.sentDeltaCount
        defer { countedSentDeltas = all }
        return all - countedSentDeltas
    }

    /// Sends what was to be said; closes when that was the last.
    ///
    /// - Parameter nanoseconds: what brought it about has just been made durable; monotonic.
    /// - Returns: how long ago the other side was told of news, when the first delta since then goes out.
    @discardableResult
    func deliver(atNanoseconds nanoseconds: UInt64) -> UInt64? {
        var latency: UInt64?
        for message in outbox {
            switch message {
            case .news: newsSinceNanoseconds = nanoseconds
            case .manifest:
                latency = latency ?? newsSinceNanoseconds.map { nanoseconds - $0 }
                newsSinceNanoseconds = nil
            default: break
            }
        }
        if !outbox.isEmpty { link.send(outbox) }
        outbox = []
        if isOver { link.close() }
        return latency
    }

    func ended(at milliseconds: Int64) -> HubEvent? {
        device.map {
            .ended(
                space: carried.space.id, device: $0, receivedByteCount: link.receivedByteCount, sentByteCount: link.sentByteCount,
                milliseconds: milliseconds - sinceMilliseconds, code: code)
        }
    }
}
