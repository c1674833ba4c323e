import ArgumentParser
import Dispatch
import Engine
@preconcurrency import Glibc
import Platform
import Synchronization
import Words

/// Listening for laptops until Ctrl-C, or until what was waited for has happened: what comes is told as it comes.
struct Listening: Sendable {
    let replica: Replica
    let isJSON: Bool

    /// How the listening ended, told by the sessions' threads or a signal.
    private final class Ending: Sendable {
        let semaphore = DispatchSemaphore(value: 0)
        private let state = Mutex<Int32>(0)
        var code: Int32 { state.withLock { $0 } }

        func end(_ code: Int32) {
            state.withLock { $0 = code }
            semaphore.signal()
        }
    }

    /// - Parameters:
    ///   - isFound: whether those who look on the network find this laptop.
    ///   - ends: after each session, the exit code with which to stop; nil: goes on.
    /// - Returns: the exit code.
    func run(
        host: String?, port: Int, plain: Bool, isFound: Bool, ends: @escaping @Sendable (Result<MeetingReport, any Error>) -> Int32?
    ) throws -> Int32 {
        let ending = Ending()
        let signals = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { ending.end(0) }
            source.resume()
            return source
        }
        defer { for source in signals { source.cancel() } }
        let listener = try replica.listen(host: host, port: port, plain: plain) { result in
            Terminal.tellUnwatched(replica, isJSON: isJSON)
            tell(result)
            if let code = ends(result) { ending.end(code) }
        }
        let stopAnswering = isFound ? answering(listener.port) : {}
        let hosts = plain ? ["127.0.0.1"] : host.map { [$0] } ?? (ownAddresses() + ["127.0.0.1"])
        let addresses = hosts.map { $0.contains(":") ? "[\($0)]:\(listener.port)" : "\($0):\(listener.port)" }
        try say(
            App.language.say(.listening, addresses.joined(separator: ", ")),
            or: [("listening", .number(listener.port)), ("addresses", .array(addresses.map { .string($0) }))], isJSON: isJSON)
        ending.semaphore.wait()
        stopAnswering()
        listener.close()
        return ending.code
    }

    /// That nobody can find this laptop by itself does not keep anybody with the address away.
    ///
    /// - Returns: what ends it.
    private func answering(_ port: Int) -> () -> Void {
        do {
            let responder = try replica.answerSearches(tcpPort: port)
            return { responder.close() }
        } catch {
            if !isJSON { Terminal.write(App.language.say(.discoveryOff, Explanation(error, about: "", in: App.language).message) + "\n") }
            return {}
        }
    }

    /// Nobody may be reading any more; the listening goes on.
    private func tell(_ result: Result<MeetingReport, any Error>) {
        switch result {
        case .success(let report):
            _ = isJSON ? Output.put(json(report), STDOUT_FILENO) : Output.putLines(text(report) + "\n", STDOUT_FILENO)
        case .failure(let error):
            let explanation = Explanation(error, about: "", over: .network, in: App.language)
            if isJSON {
                Terminal.write([("error", .string(explanation.code)), ("message", .string(explanation.message))])
            } else {
                Terminal.write(App.language.say(.sessionFailed, explanation.message) + "\n")
            }
        }
    }
}
