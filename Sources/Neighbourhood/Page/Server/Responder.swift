import Community
import CRDT
import Device
import Dispatch
import Engine
import Hummingbird
import Store
import Synchronization
import Words

/// HTTP's own type for the name of a field.
typealias FieldName = HTTPFields.Element.Name

/// What a request comes with of its connection.
struct PageContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Ends the connection, whatever is still coming.
    let hangUp: @Sendable () -> Void

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        let channel = source.channel
        hangUp = { channel.close(promise: nil) }
    }
}

/// Answers requests: the door first, then screens, on threads of their own, since they wait for the disk.
final class Responder: HTTPResponder {
    typealias Context = PageContext

    private let desk: Desk
    private let sessions: Sessions
    private let frame: Frame
    private let environment: EngineEnvironment
    private let bodySpan: Duration
    private let port = Mutex(0)
    private let work = DispatchQueue(label: "kith.page", attributes: .concurrent)

    init(desk: Desk, sessions: Sessions, frame: Frame, environment: EngineEnvironment, bodySpan: Duration) {
        self.desk = desk
        self.sessions = sessions
        self.frame = frame
        self.environment = environment
        self.bodySpan = bodySpan
    }

    func listen(on port: Int) { self.port.withLock { $0 = port } }

    func respond(to request: Request, context: PageContext) async throws -> Response {
        let session = sessions.session(request.headers[values: .cookie])
        let path = request.head.path ?? "/"
        func field(_ name: String) -> String? { FieldName(name).flatMap { request.headers[$0] } }
        let facts = Guard.Request(
            method: request.method.rawValue, path: path, host: request.head.authority, otherHosts: FieldName("Host").map { request.headers[values: $0] } ?? [],
            origin: field("Origin"), site: field("Sec-Fetch-Site"), destination: field("Sec-Fetch-Dest"), length: field("Content-Length"),
            type: field("Content-Type"), hasSession: session != nil)
        if let refusal = Guard(port: port.withLock { $0 }).refusal(of: facts) { return refuse(refusal, context) }
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts[0].hasPrefix(Guard.beginning) { return begin(String(parts[0].dropFirst(Guard.beginning.utf8.count)), context) }
        guard let session else { return refuse(.stranger, context) }
        if let asset = Assets.byPath[parts[0]], facts.method == "GET" { return answer(200, asset.type, asset.bytes) }
        if parts[0] == "/er-is-nog-een-venster" {
            desk.windows.seen(bySelf: true)
            let isLocked = desk.keyhole.isLocked(environment, nowMilliseconds: environment.nowMilliseconds(), byItself: parts.count < 2)
            return answer(isLocked ? 423 : 204, "text/plain", [])
        }
        desk.windows.seen()
        var form: Fields?
        if facts.method == "POST" {
            do { form = Fields(try await body(request)) } catch let refusal as Guard.Refusal { return refuse(refusal, context) }
        }
        let query = Fields(parts.count > 1 ? parts[1] : "")
        let (address, sent) = (parts[0], form)
        return await withCheckedContinuation { continuation in
            work.async { [self] in continuation.resume(returning: respond(address, query, sent, session)) }
        }
    }

    // MARK: The door

    /// Exchanges a code for a cookie. The page that says so goes on by itself: a browser that comes from a file would not send the cookie
    /// along to where it is redirected, since it is for our own windows alone.
    private func begin(_ code: String, _ context: PageContext) -> Response {
        guard let token = sessions.begin(code) else { return refuse(.stranger, context) }
        desk.windows.seen()
        let text = """
            <!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Kith</title><meta http-equiv="refresh" content="0;url=/"></head>\
            <body><main><h1>Kith</h1><p><a href="/">Verder · Go on</a></p></main></body></html>
            """
        var response = answer(200, "text/html; charset=utf-8", Array(text.utf8))
        response.headers[.setCookie] = sessions.cookie(token)
        return response
    }

    private func refuse(_ refusal: Guard.Refusal, _ context: PageContext) -> Response {
        // What is still being sent is not waited for.
        work.asyncAfter(deadline: .now() + .milliseconds(300)) { context.hangUp() }
        let sentence: PageSentence = switch refusal {
        case .stranger: .refusedStranger
        case .method, .type: .refusedForm
        case .slow: .refusedSlow
        case .large, .longAddress: .refusedLarge
        }
        let language = desk.settings.language ?? environment.language
        let text = SafeLetters().escapeText(language.text(sentence.phrase))
        let html = "<!doctype html><html lang=\"\(language.rawValue)\"><head><meta charset=\"utf-8\"><title>Kith</title></head><body><main><h1>Kith</h1><p>\(text)</p></main></body></html>"
        var response = answer(refusal.rawValue, "text/html; charset=utf-8", Array(html.utf8))
        response.headers[.connection] = "close"
        return response
    }

    private func body(_ request: Request) async throws -> String {
        let span = bodySpan
        return try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
            group.addTask {
                do { return try await request.body.collect(upTo: Guard.formByteCount) } catch is CancellationError {
                    return nil
                } catch {
                    throw Guard.Refusal.large
                }
            }
            group.addTask {
                try? await Task.sleep(for: span)
                return nil
            }
            defer { group.cancelAll() }
            guard let buffer = try await group.next() ?? nil else { throw Guard.Refusal.slow }
            return String(buffer: buffer)
        }
    }

    private func answer(_ status: Int, _ type: String, _ bytes: [UInt8]) -> Response {
        Response(
            status: .init(code: status), headers: .safe(type),
            body: bytes.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    // MARK: Screens

    private func respond(_ path: String, _ query: Fields, _ form: Fields?, _ session: Session) -> Response {
        if let chosen = query["lang"].flatMap(Language.init(rawValue:)) { session.language = chosen }
        let language = session.language ?? desk.settings.language ?? environment.language
        let parts = path.split(separator: "/").map { Fields.decoded($0.utf8.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }) }
        let visit = Visit(
            desk: desk, session: session, language: language, rest: Array(parts.dropFirst()), query: query, form: form ?? Fields(),
            nowMilliseconds: environment.nowMilliseconds())
        guard let screen = Screens.byName[parts.first ?? ""] else { return show(frame.wrong(StoreError(.notFound), visit), nil, visit, path) }
        do {
            if screen.name != Lock.name, desk.keyhole.isLocked(environment, nowMilliseconds: visit.nowMilliseconds, byItself: Events.paths.contains(path)) {
                desk.lock()
                if form == nil { session["na-slot"] = path }
                return go("/" + Lock.name)
            }
            if !screen.isFirst, desk.isEmpty { return go("/") }
            guard form == nil || screen.act != nil else { return show(frame.wrong(StoreError(.notFound), visit), nil, visit, path) }
            let answer = try form == nil ? screen.show(visit) : screen.act?(visit) ?? .missing
            switch answer {
            case .page(let page): return show(page, screen.tab, visit, path)
            case .part(let template, let values): return self.answer(200, "text/html; charset=utf-8", Array(frame.part(template, values, visit).utf8))
            case .go(let address, let told): return go(told.map { mark(address, session.tell($0)) } ?? address)
            case .file(let bytes, let name, let type):
                var response = self.answer(200, type, bytes)
                response.headers[.contentDisposition] = "attachment; filename*=UTF-8''\(Fields.encoded(name))"
                return response
            case .picture(let bytes, let type): return self.answer(200, type, bytes)
            case .event(let template, let values, let isLast): return self.answer(200, "text/event-stream; charset=utf-8", Events.bytes(frame.part(template, values, visit), isLast: isLast))
            case .missing: return show(frame.wrong(StoreError(.notFound), visit), screen.tab, visit, path)
            }
        } catch {
            return show(frame.wrong(error, visit), screen.tab, visit, path)
        }
    }

    private func show(_ page: Page, _ tab: Tab?, _ visit: Visit, _ path: String) -> Response {
        answer(page.status, "text/html; charset=utf-8", Array(frame.whole(page, tab: tab, visit, address: path).utf8))
    }

    /// After a form: what is asked for next is asked for by its own address, so that a reload does nothing twice.
    private func go(_ address: String) -> Response {
        var response = answer(303, "text/plain; charset=utf-8", [])
        response.headers[.location] = Responder.isOwn(address) ? address : "/"
        return response
    }

    /// The number of what is told there goes into the query, before what follows a hash.
    private func mark(_ address: String, _ number: Int) -> String {
        let parts = address.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let hash = parts.count > 1 ? "#" + parts[1] : ""
        return parts[0] + (parts[0].contains("?") ? "&" : "?") + "b=\(number)" + hash
    }

    /// A path of this page: never another host, whatever a form carried.
    static func isOwn(_ address: String) -> Bool {
        address.hasPrefix("/") && !address.hasPrefix("//") && address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
    }
}

/// The files of the design kit, as they are.
package enum Assets {
    package static let byPath: [String: (type: String, bytes: [UInt8])] = [
        "/kith.css": ("text/css; charset=utf-8", PackageResources.kith_css),
        "/kith.js": ("text/javascript; charset=utf-8", PackageResources.kith_js),
        "/kith.svg": ("image/svg+xml", PackageResources.kith_svg),
    ]
}
