import Engine
import Foundation
import Glibc
import Page
import Testing

/// Who is not let in: other sites in the browser, other users of the machine, and whoever sends too much.
@Suite struct AttackTests {
    /// A request that must be refused. `PORT`, `COOKIE` and `CODE` stand for the real ones.
    struct Attack: Sendable, CustomStringConvertible {
        let name: String
        let request: String
        let status: Int
        var description: String { name }

        init(_ name: String, _ request: String, _ status: Int = 403) {
            (self.name, self.request, self.status) = (name, request, status)
        }
    }

    private static func get(_ path: String, host: String? = "127.0.0.1:PORT", cookie: String? = "COOKIE", _ more: String = "") -> String {
        "GET \(path) HTTP/1.1\r\n" + (host.map { "Host: \($0)\r\n" } ?? "") + (cookie.map { "Cookie: \($0)\r\n" } ?? "") + more + "Connection: close\r\n\r\n"
    }

    private static let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 13\r\n"

    private static func post(_ more: String, host: String = "127.0.0.1:PORT", cookie: String? = "COOKIE", type: String = form, body: String = "lijst=x&lap=y") -> String {
        "POST /beginnen HTTP/1.1\r\nHost: \(host)\r\n" + (cookie.map { "Cookie: \($0)\r\n" } ?? "") + more + type + "Connection: close\r\n\r\n" + body
    }

    private static let same = "Sec-Fetch-Site: same-origin\r\n"

    static let attacks: [Attack] = [
        // Names that resolve to this machine.
        Attack("a name of another site", get("/", host: "evil.example:PORT")),
        Attack("a host that begins alike", get("/", host: "127.evil.com:PORT")),
        Attack("a host that begins with the address", get("/", host: "127.0.0.1.evil.com:PORT")),
        Attack("the address before an at sign", get("/", host: "127.0.0.1:PORT@evil.com")),
        Attack("the name localhost", get("/", host: "localhost:PORT")),
        Attack("another address of this machine", get("/", host: "127.0.0.2:PORT")),
        Attack("all addresses", get("/", host: "0.0.0.0:PORT")),
        Attack("the address as one number", get("/", host: "2130706433:PORT")),
        Attack("the address in octal", get("/", host: "0177.0.0.1:PORT")),
        Attack("a short address", get("/", host: "127.1:PORT")),
        Attack("the sixth version", get("/", host: "[::1]:PORT")),
        Attack("a mapped address", get("/", host: "[::ffff:127.0.0.1]:PORT")),
        Attack("no port", get("/", host: "127.0.0.1")),
        Attack("another port", get("/", host: "127.0.0.1:1")),
        Attack("a port with a zero before it", get("/", host: "127.0.0.1:0PORT")),
        Attack("no host", get("/", host: nil)),
        Attack("two hosts", get("/", host: "127.0.0.1:PORT", cookie: "COOKIE", "Host: evil.example\r\n")),
        Attack("a host with a dot at its end", get("/", host: "127.0.0.1.:PORT")),
        // Other windows of this browser.
        Attack("a link on another site", get("/vandaag", "Sec-Fetch-Site: cross-site\r\n")),
        Attack("another port of this machine", get("/vandaag", "Sec-Fetch-Site: same-site\r\n")),
        Attack("an origin of another site", get("/vandaag", "Origin: http://evil.example\r\n")),
        Attack("a frame", get("/vandaag", same + "Sec-Fetch-Dest: iframe\r\n")),
        Attack("an object", get("/vandaag", same + "Sec-Fetch-Dest: object\r\n")),
        Attack("a form of another site", post("Sec-Fetch-Site: cross-site\r\nOrigin: http://evil.example\r\n")),
        Attack("a form of another port", post("Sec-Fetch-Site: same-site\r\nOrigin: http://127.0.0.1:1\r\n")),
        Attack("a form that says nothing of where it comes from", post("")),
        Attack("a form of no origin", post("Origin: null\r\n")),
        Attack("a form of another origin by an old browser", post("Origin: http://evil.example\r\n")),
        Attack("a form of an origin that begins alike", post("Origin: http://127.0.0.1:PORT.evil.com\r\n")),
        Attack("a form of the secure origin", post("Origin: https://127.0.0.1:PORT\r\n")),
        Attack("a form that a person typed", post("Sec-Fetch-Site: none\r\nOrigin: http://127.0.0.1:PORT\r\n")),
        Attack("a form of its own site and another origin", post(same + "Origin: http://evil.example\r\n")),
        // Other users of this machine.
        Attack("no cookie", get("/vandaag", cookie: nil)),
        Attack("a cookie of another list", get("/vandaag", cookie: "kith-0000000000000000=COOKIE")),
        Attack("a guessed cookie", get("/vandaag", cookie: "NAME=0000000000000000000000000000000000000000000000000000000000000000")),
        Attack("an empty cookie", get("/vandaag", cookie: "NAME=")),
        Attack("two cookies of one name", get("/vandaag", cookie: "COOKIE; NAME=1")),
        Attack("a form without a cookie", post(same, cookie: nil)),
        Attack("how it looks, without a cookie", get("/kith.css", cookie: nil)),
        Attack("a guessed code", get("/begin/0000000000000000000000000000000000000000000000000000000000000000", cookie: nil)),
        Attack("an empty code", get("/begin/", cookie: nil)),
        Attack("a code in a query", get("/?code=CODE", cookie: nil)),
        Attack("a code that was used", get("/begin/USED", cookie: nil)),
        Attack("a code for another name", get("/begin/CODE", host: "evil.example:PORT", cookie: nil)),
        // Other things than pages and forms.
        Attack("another method", get("/vandaag").replacingOccurrences(of: "GET", with: "DELETE"), 405),
        Attack("a put", get("/vandaag", same).replacingOccurrences(of: "GET", with: "PUT"), 405),
        Attack("an enquiry before a form", get("/vandaag", same).replacingOccurrences(of: "GET", with: "OPTIONS"), 405),
        Attack("a form as JSON", post(same, type: "Content-Type: application/json\r\nContent-Length: 13\r\n"), 415),
        Attack("a form as text", post(same, type: "Content-Type: text/plain\r\nContent-Length: 13\r\n"), 415),
        Attack("a form in parts", post(same, type: "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 13\r\n"), 415),
        Attack("a form of no type", post(same, type: "Content-Length: 13\r\n"), 415),
        // Too much.
        Attack("a huge form that says so", post(same, type: "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000000000\r\n", body: ""), 413),
        Attack("a huge form in chunks", post(
            same, type: "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n",
            body: String(repeating: "10000\r\n" + String(repeating: "a", count: 65_536) + "\r\n", count: 6) + "0\r\n\r\n"), 413),
        Attack("a long address", get("/zoeken?vraag=" + String(repeating: "a", count: 5_000)), 414),
        Attack("two slashes", get("//evil.example/")),
        // Files of this machine.
        Attack("a path upwards", get("/../../../../etc/passwd"), 404),
        Attack("a path upwards in percents", get("/%2e%2e/%2e%2e/etc/passwd"), 404),
        Attack("a path with a backslash", get("/..\\..\\etc\\passwd"), 404),
        Attack("a path behind a file", get("/kith.css/../../etc/passwd"), 404),
        Attack("a path with a NUL", get("/kith.css%00.html"), 404),
        Attack("the key file", get("/device"), 404),
    ]

    @Test func noneOfThemIsLetIn() throws {
        let scene = try PageScene()
        let window = try scene.window()
        let used = scene.server.makeCode()
        _ = Window(port: scene.port, code: used)
        let name = String(window.cookie.prefix { $0 != "=" })
        for attack in AttackTests.attacks {
            let request = attack.request.replacingOccurrences(of: "PORT", with: "\(scene.port)").replacingOccurrences(of: "COOKIE", with: window.cookie)
                .replacingOccurrences(of: "NAME", with: name).replacingOccurrences(of: "USED", with: used).replacingOccurrences(of: "CODE", with: scene.server.makeCode())
            let reply = Wire.exchange(scene.port, request)
            // A request that HTTP itself forbids is refused before it is one of ours.
            let statuses = attack.name == "no host" ? [400, 403] : [attack.status]
            #expect(statuses.contains(reply?.status ?? 0), "\(attack.name): \(reply?.status ?? 0)")
            #expect(reply?["set-cookie"] == nil, "\(attack.name)")
            #expect(reply.map { !$0.body.contains("root:") && !$0.body.contains("Laptop Fatima") || $0.status == 404 } ?? false, "\(attack.name)")
        }
        #expect(AttackTests.attacks.count >= 40)
        // Whoever is let in still is.
        #expect(window.go("/vandaag").status == 200)
    }

    @Test func aCodeIsGoodOnceAndNotForLong() throws {
        let scene = try PageScene()
        let code = scene.server.makeCode()
        #expect(code.utf8.count == 64)
        #expect(Window(port: scene.port, code: code) != nil)
        #expect(Window(port: scene.port, code: code) == nil)
    }

    /// The file says where to go, to its owner alone; what is on a command line is its name.
    @Test func theOpeningFileIsItsOwnersAlone() throws {
        let scene = try PageScene()
        let opening = try scene.server.makeOpening(port: scene.port)
        let attributes = try FileManager.default.attributesOfItem(atPath: opening.path)
        #expect((attributes[.posixPermissions] as? Int) == 0o600)
        let text = try String(contentsOfFile: opening.path, encoding: .utf8)
        let code = try #require(text.firstMatch(of: /\/begin\/([0-9a-f]{64})/)).1
        #expect(!opening.path.contains(code))
        #expect(Window(port: scene.port, code: String(code)) != nil)
        opening.remove()
        #expect(!FileManager.default.fileExists(atPath: opening.path))
    }

    @Test func everyAnswerIsClosedToOthers() throws {
        let scene = try PageScene()
        let window = try scene.window()
        let port = scene.port
        let refused = try #require(Wire.exchange(port, AttackTests.get("/").replacingOccurrences(of: "PORT", with: "\(port)").replacingOccurrences(of: "COOKIE", with: "x=y")))
        for reply in [window.go("/vandaag"), window.go("/nergens"), window.go("/kith.css"), window.post("/stappen", [("stap", "x")]), refused] {
            #expect(reply["content-security-policy"]?.hasPrefix("default-src 'none';") == true)
            #expect(reply["content-security-policy"]?.contains("unsafe") == false)
            #expect(reply["cache-control"] == "no-store")
            #expect(reply["x-content-type-options"] == "nosniff")
            #expect(reply["cross-origin-opener-policy"] == "same-origin")
            #expect(reply["cross-origin-resource-policy"] == "same-origin")
            #expect(reply["referrer-policy"] == "no-referrer")
            #expect(reply["x-frame-options"] == "DENY")
            #expect(reply["server"] == nil)
        }
        let first = try #require(Wire.exchange(port, "GET /begin/\(scene.server.makeCode()) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"))
        let cookie = try #require(first["set-cookie"])
        for word in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(cookie.contains(word)) }
        #expect(!cookie.contains("Domain"))
    }

    /// A form that never comes in whole is given up, and others are served meanwhile.
    @Test func aSlowFormHoldsNobodyUp() throws {
        let scene = try PageScene(bodySpan: .milliseconds(300))
        let window = try scene.window()
        let slow = (0..<20).map { _ in Wire.connect(scene.port) }
        defer { slow.forEach { close($0) } }
        for descriptor in slow {
            Wire.write(descriptor, "POST /beginnen HTTP/1.1\r\nHost: 127.0.0.1:\(scene.port)\r\nCookie: \(window.cookie)\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nlijst=")
        }
        #expect(window.go("/vandaag").status == 200)
        for descriptor in slow { #expect(Wire.reply(Wire.read(descriptor))?.status == 408) }
    }

    /// A redirect never leaves the page, whatever a form carried.
    @Test(arguments: ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/x\r\nSet-Cookie: a=b"])
    func noFormLeadsElsewhere(_ target: String) throws {
        let scene = try PageScene()
        let window = try scene.window()
        let body = "stap=1&doe=terug&terug=" + Window.encoded(target)
        let reply = try #require(Wire.exchange(scene.port, "POST /stappen HTTP/1.1\r\nHost: 127.0.0.1:\(scene.port)\r\nCookie: \(window.cookie)\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"))
        #expect(reply.status == 303)
        #expect(reply["location"]?.hasPrefix("/vandaag") == true)
        #expect(reply["set-cookie"] == nil)
    }
}
