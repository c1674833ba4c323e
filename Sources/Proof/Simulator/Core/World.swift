import CRDT

/// What can happen in a simulation. Each is counted, so that a fault that never happens is seen.
package enum Happening: String, CaseIterable, Sendable {
    case edit, increment, delete, undelete, stamping = "stamping on its own"
    case wrongClock = "wrong clock", clockJump = "clock jump"
    case meeting, partialMeeting = "meeting cut short", resumed = "transfer resumed", sameAgain = "segment again"
    case reordered = "segments out of order"
    case stickPacked = "stick packed", stickRead = "stick read", stickAgain = "stick read again", stickInPart = "stick read in part"
    case baseAhead = "bundle waits", waitOver = "waiting bundle merged", nothingNew = "bundle known already"
    case relativeBase = "base by receipt", unknownReceipt = "unknown receipt"
    case crash = "crash before commit", restart, lost = "laptop lost"
    case session, sessionCut = "session cut", sessionResumed = "session resumed"
    case copied = "laptop copied", restored = "old copy restored", witnessed = "copy noticed by its witness"
    case forkWaits = "bundle of a copy waits", healed = "copies told apart in a session"

    /// Those that only a simulation with copies meets.
    package var isOfCopies: Bool {
        switch self {
        case .copied, .restored, .witnessed, .forkWaits, .healed: true
        default: false
        }
    }
}

/// What all laptops of a simulation share: time, chance, the oracle, and the record of what happened.
final class World {
    var nowMilliseconds: Int64
    var random: SplitMix64
    var oracle: Oracle
    var trace = Trace()
    private(set) var counts: [Happening: Int] = [:]
    private let narrate: ((String) -> Void)?
    var step = 0
    /// Whether laptops are copied: then the oracle asks after every call which cuts are known.
    var hasCopies = false

    init(laptopCount: Int, stampsWhatChanged: Bool, random: SplitMix64, narrate: ((String) -> Void)?) {
        nowMilliseconds = 1_763_000_000_000
        self.random = random
        oracle = Oracle(laptopCount: laptopCount, stampsWhatChanged: stampsWhatChanged)
        self.narrate = narrate
    }

    func count(_ happening: Happening) { counts[happening, default: 0] += 1 }

    /// One line for a person who replays a seed.
    func say(_ line: @autoclosure () -> String) { narrate?("\(step): \(line())") }
}
