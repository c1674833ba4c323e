import CRDT
import Device
import Dispatch
import Engine
import Foundation
import Page
import Synchronization
import Testing

/// One laptop with its page: the real server on a port of this machine, until the test is over.
final class PageScene: Sendable {
    let environment: EngineEnvironment
    let folder: String
    let server: PageServer
    let port: Int
    private let task: Task<Void, any Error>

    /// - Parameters:
    ///   - list: its name; nil: there is none yet.
    ///   - variables: beside those that every laptop has.
    ///   - prepare: what is done to the list before the page has it.
    init(list: String? = "Zuid", language: String = "nl", bodySpan: Duration = .seconds(10), variables: [String: String] = [:], prepare: (Replica) throws -> Void = { _ in }) throws {
        folder = NSTemporaryDirectory() + "kith-page-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let system = EngineEnvironment.system()
        environment = EngineEnvironment(
            variables: ["XDG_DATA_HOME": folder, "XDG_STATE_HOME": folder + "/state", "KITH_LANG": language, "TZ": "Europe/Amsterdam", "KITH_NEARBY": "off"].merging(variables) { $1 },
            nowMilliseconds: system.nowMilliseconds, nonce: system.nonce)
        if let list {
            let replica = try Replica.create(for: .community, space: list, label: "Laptop Fatima", at: nil, environment)
            try prepare(replica)
            try replica.close()
        }
        let server = try PageServer(replica: nil, listenHost: "127.0.0.1", bodySpan: bodySpan, environment)
        let found = Mutex(0)
        let listening = DispatchSemaphore(value: 0)
        // Tests block the threads that tasks have in common, of which there are as many as cores: the server has its own.
        task = Task(executorPreference: OwnThreads()) {
            try await server.run { port in
                found.withLock { $0 = port }
                listening.signal()
            }
        }
        guard listening.wait(timeout: .now() + .seconds(60)) == .success else { throw CocoaError(.fileReadUnknown) }
        self.server = server
        port = found.withLock { $0 }
    }

    func window() throws -> Window { try #require(Window(port: port, code: server.makeCode())) }

    /// The same list, as another program on this laptop has it.
    func list<Result>(_ body: (Replica) throws -> Result) throws -> Result {
        let replica = try Replica.open(for: .community, nil, environment)
        let result = try body(replica)
        try replica.close()
        return result
    }

    deinit {
        task.cancel()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// Threads for the server alone.
private final class OwnThreads: TaskExecutor {
    private let queue = DispatchQueue(label: "page tests", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
