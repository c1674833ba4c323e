import Synchronization

/// When the last window was heard of. A window with a script says every minute that it is there; one without is heard only when somebody
/// goes to another page, and a person may write for long.
final class Windows: Sendable {
    private struct State {
        var last: SuspendingClock.Instant
        var saysItself = false
        /// When "stop" was pressed.
        var asked: SuspendingClock.Instant?
    }

    static let pingedSpan: Duration = .seconds(600)
    static let silentSpan: Duration = .seconds(4 * 3_600)
    private static let farewellSpan: Duration = .seconds(2)
    /// A laptop that sleeps is not one whose windows were closed: this clock sleeps with it.
    private let clock = SuspendingClock()
    private let state: Mutex<State>

    init() { state = Mutex(State(last: SuspendingClock().now)) }

    func seen(bySelf: Bool = false) {
        state.withLock { state in
            state.last = clock.now
            if bySelf { state.saysItself = true }
        }
    }

    /// "Afsluiten" was pressed.
    func end() { state.withLock { $0.asked = clock.now } }

    /// How long until it is over; nil: it is.
    var left: Duration? {
        state.withLock { state in
            // The page that says so still fetches how it looks.
            if let asked = state.asked {
                let left = Windows.farewellSpan - asked.duration(to: clock.now)
                return left > .zero ? left : nil
            }
            let left = (state.saysItself ? Windows.pingedSpan : Windows.silentSpan) - state.last.duration(to: clock.now)
            return left > .zero ? left : nil
        }
    }

    /// Comes back when the last window has been closed for long enough, or somebody said so.
    func waitUntilLast() async throws {
        while let left { try await Task.sleep(for: min(left, Duration.seconds(1)), clock: .suspending) }
    }
}
