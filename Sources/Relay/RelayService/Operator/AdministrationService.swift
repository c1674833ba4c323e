import CRDT
import Device
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import Wire
import Words

/// Answers the operator's commands on a Unix socket in the state folder, which only its user (and root) can open.
package struct AdministrationService: Service, CustomStringConvertible {
    private let administration: any RelayAdministration
    private let settings: RelaySettings
    private let environment: EngineEnvironment
    private let logger: Logger
    private let reload: @Sendable () async throws -> ReloadReport

    package var description: String { "administration" }

    package init(
        _ administration: any RelayAdministration, settings: RelaySettings, environment: EngineEnvironment, logger: Logger,
        reload: @escaping @Sendable () async throws -> ReloadReport
    ) {
        self.administration = administration
        self.settings = settings
        self.environment = environment
        self.logger = logger
        self.reload = reload
    }

    package func run() async throws {
        let path = settings.socketPath
        // Left by a process that was killed: one that lives holds the folder (`StateLock`).
        unlink(path)
        defer { unlink(path) }
        // The folder keeps others out from the beginning.
        let application = Application(
            router: router(), configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path)),
            onServerRunning: { _ in chmod(path, 0o600) }, logger: .silent)
        try await application.run()
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        let administration = administration
        answer(router, .get, "ping") { _ in [String]() }
        answer(router, .get, "spaces") { _ in try await administration.spaces() }
        answer(router, .get, "devices") { request in
            let named = request.uri.queryParameters["space"].map(String.init)
            return try await administration.devices(of: try named.map(AdministrationService.space))
        }
        answer(router, .get, "events") { request in
            let since = request.uri.queryParameters["since"].flatMap { Int64($0) } ?? .min
            let limit = request.uri.queryParameters["limit"].flatMap { Int($0) } ?? 1_000
            return try await administration.events(sinceMilliseconds: since, limit: max(0, min(limit, 100_000)))
        }
        let started = environment.nowMilliseconds()
        answer(router, .get, "statistics") { _ in try await administration.statistics().running(sinceMilliseconds: started) }
        answer(router, .post, "verify") { _ in try await administration.verify() }
        answer(router, .post, "reload") { _ in try await reload() }
        answer(router, .post, "backup") { request in try await administration.backup(to: try await path(in: request)) }
        answer(router, .post, "restore") { request in try await administration.restore(from: try await path(in: request)) }
        answer(router, .post, "spaces") { request in try await add(request) }
        router.delete("/v1/spaces/:space") { request, context in
            await respond(request) {
                try await administration.removeSpace(try AdministrationService.space(context.parameters.require("space")))
                return [String]()
            }
        }
        return router
    }

    private func answer<Answer: Encodable & Sendable>(
        _ router: Router<BasicRequestContext>, _ method: HTTPRequest.Method, _ name: String,
        _ body: @escaping @Sendable (Request) async throws -> Answer
    ) {
        router.on("/v1/\(name)", method: method) { request, _ in await respond(request) { try await body(request) } }
    }

    /// The answer, or what went wrong as a sentence in the asker's language.
    private func respond<Answer: Encodable & Sendable>(_ request: Request, _ body: () async throws -> Answer) async -> Response {
        do {
            return try AdministrationService.response(.ok, try await body())
        } catch {
            let language: Language = request.headers[.acceptLanguage] == "nl" ? .nl : .en
            let explanation = Explanation(error, about: "", in: language)
            logger.notice("administration-refused", metadata: ["code": "\(explanation.code)", "what": "\(request.uri.path)"])
            let failure = RemoteFailure(error: explanation.code, message: explanation.message)
            return (try? AdministrationService.response(.badRequest, failure)) ?? Response(status: .internalServerError)
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ value: some Encodable) throws -> Response {
        let data = try JSONEncoder().encode(value)
        return Response(
            status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }

    private static func space(_ text: String) throws -> SpaceID {
        guard let space = SpaceID(hexadecimal: text) else { throw RelayServiceError(.badSpace, plain(text)) }
        return space
    }

    private func path(in request: Request) async throws -> String {
        let body = try await request.body.collect(upTo: 1 << 16)
        let object = try? JSONDecoder().decode([String: String].self, from: Data(body.readableBytesView))
        guard let path = object?["path"] else { throw RelayServiceError(.backupFolder) }
        return path
    }

    /// The bundle comes as the request's body, into a file that is gone afterwards.
    private func add(_ request: Request) async throws -> SpaceReport {
        let file = "\(settings.stateFolder)/incoming-\(environment.nonce()).kithbundle"
        let descriptor = open(file, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DeviceError(.unwritable, file) }
        defer { unlink(file) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var byteCount = 0
        for try await buffer in request.body {
            byteCount += buffer.readableBytes
            // A bundle is little larger than what is kept of it.
            guard byteCount <= settings.spaceByteCount * 2 else { throw WireError(.tooLarge, in: "bundle") }
            do { try handle.write(contentsOf: Data(buffer.readableBytesView)) } catch { throw DeviceError(.unwritable, file) }
        }
        try handle.close()
        return try await administration.addSpace(bundle: file)
    }
}
