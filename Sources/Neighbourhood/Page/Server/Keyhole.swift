import Device
import Engine
import Synchronization

/// Whether the page is locked: where this device's keys have a passphrase, it is asked for at first, again when nobody has done anything
/// for a while, and whenever somebody said so. It is kept in memory alone, and is gone while the page is locked.
final class Keyhole: Sendable {
    private struct State {
        var passphrase: String?
        var lastMilliseconds: Int64 = 0
    }

    static let idleMilliseconds: Int64 = 15 * 60_000
    private let state = Mutex(State())

    /// What the engine is given when it asks.
    var passphrase: String? { state.withLock { $0.passphrase } }

    /// Asked at each request that a person made.
    func isLocked(_ environment: EngineEnvironment, nowMilliseconds now: Int64, byItself: Bool = false) -> Bool {
        // A key file that cannot be read says so where it is needed.
        guard (try? DeviceFile.isLocked(environment)) ?? false else { return false }
        return state.withLock { state in
            if state.passphrase != nil, now - state.lastMilliseconds > Keyhole.idleMilliseconds { state.passphrase = nil }
            // A window that asks how far long work is does so without anybody before it.
            if !byItself { state.lastMilliseconds = now }
            return state.passphrase == nil
        }
    }

    /// - Throws: `wrongPassphrase`, and what else keeps the key file from being read.
    func open(_ passphrase: String, _ environment: EngineEnvironment) throws {
        let trying = EngineEnvironment(
            variables: environment.variables, nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce, passphrase: { passphrase })
        _ = try DeviceFile.load(trying)
        state.withLock { state in
            state.passphrase = passphrase
            state.lastMilliseconds = environment.nowMilliseconds()
        }
    }

    func lock() { state.withLock { $0.passphrase = nil } }
}
