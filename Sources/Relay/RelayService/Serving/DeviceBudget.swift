import Synchronization

/// What one device may ask of a relay: sessions in an hour, and bytes brought in a day. Counted here and not in the store: a restart forgives.
final class DeviceBudget: Sendable {
    private struct Spent {
        var windowMilliseconds: Int64
        var count: Int
    }

    private let windowMilliseconds: Int64
    private let spent = Mutex<[[UInt8]: Spent]>([:])

    static let hourMilliseconds: Int64 = 3_600_000
    static let dayMilliseconds: Int64 = 24 * hourMilliseconds
    /// Beyond so many devices those whose time is over are forgotten.
    private static let sweptCount = 4_096

    init(windowMilliseconds: Int64) {
        self.windowMilliseconds = windowMilliseconds
    }

    /// Spends `amount` if that leaves the device within `limit` in the present hour or day.
    func spend(_ amount: Int, of device: [UInt8], limit: Int, nowMilliseconds: Int64) -> Bool {
        spent.withLock { spent in
            if spent.count > DeviceBudget.sweptCount {
                spent = spent.filter { nowMilliseconds - $0.value.windowMilliseconds < windowMilliseconds }
            }
            var own = spent[device] ?? Spent(windowMilliseconds: nowMilliseconds, count: 0)
            let age = nowMilliseconds - own.windowMilliseconds
            // A clock that was set back begins a new window as well.
            if age >= windowMilliseconds || age < 0 { own = Spent(windowMilliseconds: nowMilliseconds, count: 0) }
            guard own.count + amount <= limit else { return false }
            own.count += amount
            spent[device] = own
            return true
        }
    }
}
