import Engine

/// Who may ask anything of the page: this machine's browser, from a window that Kith opened. Pure, so that each rule is a line of a table
/// of tests.
///
/// Others that reach a port of 127.0.0.1: any web page (by a form, a script, a frame, a name that resolves to 127.0.0.1), and any user of
/// the machine. The first is told by what a browser says of itself and cannot be made not to say; the second lacks the cookie.
package struct Guard: Sendable {
    /// What of a request is looked at.
    struct Request: Sendable {
        var method: String
        /// With its query, as it was sent.
        var path: String
        /// The first Host field; nil without one.
        var host: String?
        /// Further Host fields: a browser sends none.
        var otherHosts: [String] = []
        var origin: String?
        /// Sec-Fetch-Site and Sec-Fetch-Dest (https://www.w3.org/TR/fetch-metadata/).
        var site: String?
        var destination: String?
        /// Content-Length and Content-Type as they were sent.
        var length: String?
        var type: String?
        /// Whether a cookie of a session that lives came along.
        var hasSession: Bool
    }

    /// Why a request is refused. The status is HTTP's (RFC 9110, section 15.5).
    enum Refusal: Int, Error, Sendable {
        /// Not for this address and port, or from a window of another site.
        case stranger = 403
        case method = 405
        case slow = 408
        case large = 413
        case longAddress = 414
        case type = 415
    }

    /// Bytes of a form: the longest text that a person types, several times.
    static let formByteCount = 256 << 10
    /// Bytes of a path with its query.
    static let addressByteCount = 4 << 10
    /// The part of the address that hands over a one-time code.
    static let beginning = "/begin/"

    /// Where the page is served.
    let port: Int
    private var origin: String { "http://127.0.0.1:\(port)" }

    /// nil lets it in.
    func refusal(of request: Request) -> Refusal? {
        guard request.otherHosts.isEmpty, let host = request.host, Guard.parsed(host) == Address(bytes: [127, 0, 0, 1], port: port) else { return .stranger }
        guard ["GET", "POST"].contains(request.method) else { return .method }
        guard request.path.utf8.count <= Guard.addressByteCount else { return .longAddress }
        guard request.path.hasPrefix("/"), !request.path.hasPrefix("//") else { return .stranger }
        // Nothing of the page is ever a part of another.
        if let destination = request.destination, ["frame", "iframe", "embed", "object", "fencedframe"].contains(destination) { return .stranger }
        let isBeginning = request.method == "GET" && request.path.hasPrefix(Guard.beginning)
        if request.method == "POST" {
            guard isOwnWindow(request) else { return .stranger }
            guard request.type.map(Guard.isForm) ?? false else { return .type }
            if let length = request.length {
                guard let count = Int(length), count >= 0, count <= Guard.formByteCount else { return .large }
            }
        } else if !isBeginning {
            // A link on another site, a picture, a script: "none" is what a person typed or opened.
            if let site = request.site { guard ["same-origin", "none"].contains(site) else { return .stranger } }
            if let origin = request.origin { guard origin == self.origin || origin == "null" && request.site == "same-origin" else { return .stranger } }
        }
        return isBeginning || request.hasSession ? nil : .stranger
    }

    /// Whether a form came from a window of this very page. A browser says so itself; one too old for that names the origin.
    private func isOwnWindow(_ request: Request) -> Bool {
        guard let site = request.site else { return request.origin == origin }
        // Without a referrer a browser sends "null" for the origin of its own form (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
        return site == "same-origin" && (request.origin.map { [origin, "null"].contains($0) } ?? true)
    }

    private static func isForm(_ type: String) -> Bool {
        type.prefix { $0 != ";" }.trimmingSpaces().lowercased() == "application/x-www-form-urlencoded"
    }

    // MARK: Addresses

    package struct Address: Equatable {
        package let bytes: [UInt8]
        package let port: Int

        package init(bytes: [UInt8], port: Int) { (self.bytes, self.port) = (bytes, port) }
    }

    /// Reads `A.B.C.D:PORT` whole: no names, no other ways to write a number, nothing before or after. A test of how a text begins
    /// would let 127.0.0.1.example.org in.
    package static func parsed(_ host: String) -> Address? {
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = number(parts[1], atMost: 65_535) else { return nil }
        let bytes = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { number($0, atMost: 255) }
        guard bytes.count == 4, !bytes.contains(nil) else { return nil }
        return Address(bytes: bytes.compactMap { $0 }.map(UInt8.init), port: port)
    }

    private static func number(_ text: Substring, atMost limit: Int) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || !text.hasPrefix("0"),
            let value = Int(text), value <= limit
        else { return nil }
        return value
    }
}
