import CRDT
import Sync
import Wire

/// A TCP connection between two laptops, as bytes: cut into pieces of any size, and sometimes cut off.
///
/// The drivers, frames and decoders are those of the real transport; only the socket is missing.
final class LossyPipe {
    private final class End {
        let laptop: Laptop
        var driver: SessionDriver?
        var decoder = FrameDecoder()
        /// What the other side has sent and this one not read.
        var inbox: [UInt8] = []

        init(_ laptop: Laptop) { self.laptop = laptop }
    }

    private let world: World
    private let ends: [End]
    private var byteBudget: Int

    /// - Parameter byteBudget: bytes after which the connection is gone; nil: never.
    init(from dialer: Laptop, to listener: Laptop, world: World, byteBudget: Int?) {
        self.world = world
        self.byteBudget = byteBudget ?? .max
        let ends = [End(dialer), End(listener)]
        self.ends = ends
        for (place, role) in [SyncSession.Role.dialer, .listener].enumerated() {
            let other = ends[1 - place]
            ends[place].driver = SessionDriver(replica: ends[place].laptop, role: role) { [unowned other] message in
                other.inbox += Frame.encode(message)
            }
        }
    }

    /// Runs until both sides are through or the connection is gone.
    ///
    /// - Returns: whether both sides finished.
    func run() throws -> Bool {
        for end in ends { try end.driver?.start() }
        while !ends.allSatisfy({ $0.driver?.isFinished ?? true }) {
            let ready = ends.filter { !$0.inbox.isEmpty }
            guard !ready.isEmpty else { throw SimulationFault("a session waits for ever") }
            let end = world.random.pick(ready)
            let count = min(end.inbox.count, 1 + world.random.below(world.random.chance(percent: 20) ? 16 : 4096))
            byteBudget -= count
            guard byteBudget >= 0 else { return false }
            end.decoder.append(end.inbox.prefix(count))
            end.inbox.removeFirst(count)
            while let message = try end.decoder.next() { try end.driver?.receive(message) }
        }
        return true
    }
}
