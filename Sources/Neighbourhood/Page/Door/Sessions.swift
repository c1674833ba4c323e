import Community
import CRDT
import Device
import Engine
import Synchronization
import Words

/// What the windows of one browser share: the language they were asked for in, and what was told after each write. It lives in this
/// program's memory alone.
final class Session: Sendable {
    private struct State {
        var language: Language?
        var told: [Int: Told] = [:]
        var next = 1
        /// By the name that a screen gives it.
        var kept: [String: String] = [:]
    }

    /// So many notes are kept: a window that was open for longer shows none.
    private static let toldCount = 50
    private let state = Mutex(State())

    var language: Language? {
        get { state.withLock { $0.language } }
        set { state.withLock { $0.language = newValue } }
    }

    /// - Returns: the number by which the next page shows it.
    func tell(_ told: Told) -> Int {
        state.withLock { state in
            let number = state.next
            state.next += 1
            state.told[number] = told
            state.told[number - Session.toldCount] = nil
            return number
        }
    }

    func told(_ number: Int) -> Told? { state.withLock { $0.told[number] } }

    /// What one screen keeps for the next, such as the words that were searched for.
    subscript(name: String) -> String? {
        get { state.withLock { $0.kept[name] } }
        set { state.withLock { $0.kept[name] = newValue } }
    }
}

/// Who may come in: codes that are good once and not for long, and the sessions that they were exchanged for.
///
/// Invariant: a code opens one session at most, whoever asks first.
final class Sessions: Sendable {
    private struct State {
        /// By code, until when.
        var codes: [String: Int64] = [:]
        var sessions: [String: Session] = [:]
    }

    /// A browser that is started for it needs some seconds; on a slow laptop more.
    static let codeMilliseconds: Int64 = 120_000
    private let environment: EngineEnvironment
    private let state = Mutex(State())
    /// Cookies of one host are shared by all its ports: the name tells the pages of two lists apart.
    let cookieName: String

    init(_ environment: EngineEnvironment) {
        self.environment = environment
        cookieName = "kith-" + hexadecimal(Array(environment.nonce().bytes.prefix(8)))
    }

    /// 256 bits, in lower-case hexadecimal.
    private func secret() -> String { hexadecimal(environment.nonce().bytes + environment.nonce().bytes) }

    func makeCode() -> String {
        let code = secret()
        state.withLock { $0.codes[code] = environment.nowMilliseconds() + Sessions.codeMilliseconds }
        return code
    }

    /// - Returns: the cookie's value; nil for a code that is not known, was used or is too old.
    func begin(_ code: String) -> String? {
        let now = environment.nowMilliseconds()
        let token = secret()
        return state.withLock { state in
            state.codes = state.codes.filter { $0.value > now }
            guard state.codes.removeValue(forKey: code) != nil else { return nil }
            state.sessions[token] = Session()
            return token
        }
    }

    /// - Parameter cookies: Cookie fields, as they were sent.
    func session(_ cookies: [String]) -> Session? {
        let pairs = cookies.flatMap { $0.split(separator: ";") }.map { $0.trimmingSpaces() }
        let tokens = pairs.filter { $0.hasPrefix(cookieName + "=") }.map { String($0.dropFirst(cookieName.utf8.count + 1)) }
        // Two of one name: one was set by somebody else.
        guard tokens.count == 1 else { return nil }
        // A token of 256 bits is found by its hash: how long that takes says nothing of another.
        return state.withLock { $0.sessions[tokens[0]] }
    }

    func cookie(_ token: String) -> String { "\(cookieName)=\(token); Path=/; HttpOnly; SameSite=Strict" }
}
