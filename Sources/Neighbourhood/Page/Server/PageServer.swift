import Community
import Device
import Engine
import Hummingbird
import HummingbirdCore
import Logging
import Platform
import Synchronization
import Words

/// The page for people who do not type commands: a server on 127.0.0.1 for as long as a window is open.
package final class PageServer: Sendable {
    /// Connections at once: several windows, and nobody else's thousands.
    private static let connectionCount = 128
    private static let idleSeconds: Int64 = 60

    private let desk: Desk
    private let sessions: Sessions
    private let frame: Frame
    private let environment: EngineEnvironment
    private let bodySpan: Duration

    /// - Parameters:
    ///   - named: the replica; nil: the only one there is, or none yet.
    ///   - bundle: a bundle that somebody opened by a double click.
    ///   - listenHost: where invited laptops come in; nil: by the whole network.
    ///   - bodySpan: how long a form may take to come in.
    package init(replica named: String?, bundle: String? = nil, listenHost: String? = nil, bodySpan: Duration = .seconds(10), _ environment: EngineEnvironment) throws {
        desk = Desk(named, bundle: bundle, listenHost: listenHost, environment)
        sessions = Sessions(environment)
        frame = try Frame()
        self.environment = environment
        self.bodySpan = bodySpan
        Memory.shareHeaps()
    }

    /// Serves until the last window is closed.
    ///
    /// - Parameter listening: told the port once connections are taken.
    package func run(listening: @escaping @Sendable (_ port: Int) -> Void) async throws {
        let responder = Responder(desk: desk, sessions: sessions, frame: frame, environment: environment, bodySpan: bodySpan)
        let silent = Logger(label: "http") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            responder: responder, server: .http1(configuration: .init(idleTimeout: .seconds(PageServer.idleSeconds))),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: 0), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(PageServer.connectionCount, logger: silent)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                responder.listen(on: port)
                listening(port)
            }, logger: silent)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask { [desk] in try await desk.windows.waitUntilLast() }
            defer { group.cancelAll() }
            _ = try await group.next()
        }
        try desk.close()
    }

    /// A one-time code for a window that is about to be opened.
    package func makeCode() -> String { sessions.makeCode() }

    /// Where the window goes with it.
    package static func address(port: Int, code: String) -> String { "http://127.0.0.1:\(port)\(Guard.beginning)\(code)" }

    /// The file by which the browser is handed a code.
    ///
    /// - Returns: its path, and what removes it.
    package func makeOpening(port: Int) throws -> (path: String, remove: @Sendable () -> Void) {
        let file = try OpeningFile(code: sessions.makeCode(), port: port, environment)
        return (file.path, { file.remove() })
    }

    /// What a terminal says of that file.
    package static func line(_ path: String, opensBrowser: Bool, _ language: Language) -> String {
        language.fill(language.text((opensBrowser ? PageSentence.opensBrowser : .openAt).phrase), [path])
    }

    package func end() { desk.windows.end() }
}
