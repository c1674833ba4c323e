import Foundation
import Glibc

/// An answer of the page, as it came over the wire.
struct Reply {
    let status: Int
    /// In lower case.
    let headers: [(name: String, value: String)]
    let body: String

    subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// HTTP over a bare socket: what a browser would not send can be sent too.
enum Wire {
    static func connect(_ port: Int, timeoutSeconds: Int = 20) -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    static func write(_ descriptor: Int32, _ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// What comes until the other side closes.
    static func read(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
        }
    }

    /// Sends bytes as they are, and reads the answer.
    static func exchange(_ port: Int, _ request: String) -> Reply? {
        let descriptor = connect(port)
        defer { close(descriptor) }
        write(descriptor, request)
        return reply(read(descriptor))
    }

    static func reply(_ bytes: [UInt8]) -> Reply? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return (name: parts[0].lowercased(), value: parts.count > 1 ? parts[1] : "")
        }
        return Reply(status: status, headers: headers, body: String(text[end.upperBound...]))
    }
}

/// A browser without script: it keeps the cookie, follows links, and sends forms as they stand on the page.
final class Window {
    let port: Int
    private(set) var cookie = ""
    private(set) var page: Reply
    private(set) var address = "/"

    /// Opens with a one-time code, as the file does that the browser is handed.
    init?(port: Int, code: String) {
        self.port = port
        guard let first = Wire.exchange(port, "GET /begin/\(code) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nSec-Fetch-Site: cross-site\r\nConnection: close\r\n\r\n"),
            first.status == 200, let set = first["set-cookie"]
        else { return nil }
        page = first
        cookie = String(set.prefix { $0 != ";" })
        go("/")
    }

    @discardableResult func go(_ path: String) -> Reply {
        var path = path
        for _ in 0..<5 {
            let (target, _) = Window.split(path)
            guard let reply = Wire.exchange(port, "GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nCookie: \(cookie)\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\r\n") else { break }
            page = reply
            address = target
            guard reply.status == 303, let next = reply["location"] else { break }
            path = next
        }
        return page
    }

    private static func split(_ path: String) -> (target: String, hash: String) {
        let parts = path.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
    }

    /// Sends fields to an address, and goes where that leads.
    @discardableResult func post(_ path: String, _ fields: [(String, String)]) -> Reply {
        let body = fields.map { "\(Window.encoded($0.0))=\(Window.encoded($0.1))" }.joined(separator: "&")
        let request = "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nCookie: \(cookie)\r\nSec-Fetch-Site: same-origin\r\nOrigin: null\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        guard let reply = Wire.exchange(port, request) else { return page }
        page = reply
        address = path
        if reply.status == 303, let next = reply["location"] { return go(next) }
        return page
    }

    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) ? String(UnicodeScalar(byte)) : "%" + String(format: "%02X", byte)
        }.joined()
    }

    // MARK: Forms as they stand on the page

    /// The form that has a button or field of this name, with what stands in it.
    func form(with name: String) -> Form? { Markup(page.body).forms.first { $0.names.contains(name) } }

    /// Fills in fields of the form that has them, and presses a button.
    @discardableResult func send(_ typed: [(String, String)], press button: (String, String)? = nil, in form: Form? = nil) -> Reply {
        guard let form = form ?? Markup(page.body).forms.last(where: { form in typed.allSatisfy { form.names.contains($0.0) } && button.map { form.names.contains($0.0) } ?? true })
        else { return page }
        var fields = form.fields.filter { field in !typed.contains { $0.0 == field.0 } } + typed
        if let button { fields.append(button) }
        return post(form.action, fields)
    }
}
