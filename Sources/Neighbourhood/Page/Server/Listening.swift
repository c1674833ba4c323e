import Dispatch
import Engine
import Synchronization
import Words

/// Lets other laptops in while somebody waits for them: from an invitation on, for an hour.
final class Listening: Sendable {
    private struct State {
        var stop: (@Sendable () -> Void)?
        var port = 0
        /// Who came and what of it, the newest last.
        var events: [Event] = []
        var failure: String?
    }

    struct Event: Sendable {
        let report: MeetingReport?
        /// A sentence, where it failed.
        let failure: String?
        let milliseconds: Int64
    }

    private static let eventCount = 20
    private let state = Mutex(State())

    var isOn: Bool { state.withLock { $0.stop != nil } }
    var port: Int { state.withLock { $0.port } }
    var events: [Event] { state.withLock { $0.events } }

    /// Listens on the usual port, else on any; does nothing when it does so already.
    ///
    /// - Parameter host: nil: for all of the network.
    func start(_ replica: Replica, host: String? = nil, _ language: Language) throws {
        guard !isOn else { return }
        let clock = replica.environment.nowMilliseconds
        let met: @Sendable (Result<MeetingReport, any Error>) -> Void = { [weak self] result in
            let event: Event = switch result {
            case .success(let report): Event(report: report, failure: nil, milliseconds: clock())
            case .failure(let error): Event(report: nil, failure: PageFault.words(error, about: "", over: .network, language), milliseconds: clock())
            }
            self?.state.withLock { $0.events = Array(($0.events + [event]).suffix(Listening.eventCount)) }
        }
        let listener = try (try? replica.listen(host: host, port: Address.standardPort, met: met)) ?? replica.listen(host: host, port: 0, met: met)
        state.withLock { state in
            state.port = listener.port
            state.stop = { listener.close() }
        }
    }

    func stop() {
        let stop = state.withLock { state in
            defer { state.stop = nil }
            return state.stop
        }
        stop?()
    }
}
