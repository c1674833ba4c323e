import CRDT
import Sync
import Wire

/// Two drivers and the bytes between them. Messages go through their real encoding.
final class Scene {
    final class Side {
        let driver: SessionDriver
        let outbox: Outbox
        var error: (any Error)?
        init(_ replica: FakeReplica, _ role: SyncSession.Role) {
            let outbox = Outbox()
            self.outbox = outbox
            driver = SessionDriver(replica: replica, role: role) { outbox.send($0) }
        }
    }

    final class Outbox {
        var waiting: [[UInt8]] = []
        var byteCount = 0
        var log: [Message] = []
        var unconfirmed = 0
        var mostUnconfirmed = 0
        func send(_ message: Message) {
            let frame = Frame.encode(message)
            waiting.append(frame)
            byteCount += frame.count
            log.append(message)
            if case .segment = message {
                unconfirmed += 1
                mostUnconfirmed = max(mostUnconfirmed, unconfirmed)
            }
        }
    }

    let dialer: Side
    let listener: Side
    private(set) var deliveredCount = 0

    init(_ dialer: FakeReplica, _ listener: FakeReplica) {
        self.dialer = Side(dialer, .dialer)
        self.listener = Side(listener, .listener)
    }

    var byteCount: Int { dialer.outbox.byteCount + listener.outbox.byteCount }
    var isFinished: Bool { dialer.driver.isFinished && listener.driver.isFinished }
    var log: [Message] { dialer.outbox.log + listener.outbox.log }

    /// Runs until both are through, nothing moves, or so many messages have arrived.
    ///
    /// - Parameter tamper: what arrives instead.
    @discardableResult
    func run(deliveries: Int = .max, tamper: (Message) -> Message = { $0 }) throws -> Scene {
        step(dialer) { try self.dialer.driver.start() }
        step(listener) { try self.listener.driver.start() }
        while deliveredCount < deliveries {
            let before = deliveredCount
            try deliver(from: dialer, to: listener, tamper)
            if deliveredCount < deliveries { try deliver(from: listener, to: dialer, tamper) }
            if deliveredCount == before { break }
        }
        return self
    }

    private func deliver(from sender: Side, to receiver: Side, _ tamper: (Message) -> Message) throws {
        guard !sender.outbox.waiting.isEmpty, receiver.error == nil else { return }
        var decoder = FrameDecoder()
        decoder.append(sender.outbox.waiting.removeFirst())
        guard let message = try decoder.next() else { return }
        deliveredCount += 1
        if case .merged = message { receiver.outbox.unconfirmed -= 1 }
        step(receiver) { try receiver.driver.receive(tamper(message)) }
    }

    /// For failure messages: what went wrong on either side.
    var story: String { "dialer: \(dialer.error.map { "\($0)" } ?? "-"), listener: \(listener.error.map { "\($0)" } ?? "-")" }

    private func step(_ side: Side, _ body: () throws -> Void) {
        do { try body() } catch { side.error = side.error ?? error }
    }
}

extension Scene.Side {
    var code: WireError.Code? { (error as? WireError)?.code }
    /// What it told the other side on giving up.
    var refusal: String? {
        outbox.log.lazy.compactMap { if case .refusal(let code) = $0 { code } else { nil } }.first
    }
}
