/// Where a connection goes, as HOST:PORT on the command line.
package struct Address: Hashable, Sendable {
    package static let standardPort = 4747

    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `HOST:PORT`, `[::1]:PORT`, or a host alone for the standard port; nil for anything else.
    package init?(_ text: String) {
        var host = Substring(text)
        var port = Address.standardPort
        if text.hasPrefix("[") {
            guard let bracket = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<bracket]
            let rest = text[text.index(after: bracket)...]
            if !rest.isEmpty {
                guard rest.first == ":", let number = Int(rest.dropFirst()) else { return nil }
                port = number
            }
        } else if let colon = text.lastIndex(of: ":") {
            guard text.firstIndex(of: ":") == colon, let number = Int(text[text.index(after: colon)...]) else { return nil }
            host = text[..<colon]
            port = number
        }
        guard !host.isEmpty, !host.contains("/"), (1...65_535).contains(port) else { return nil }
        self.init(host: String(host), port: port)
    }

    /// Until devices have keys nothing is encrypted, so nothing may leave this machine.
    package func requireLoopback() throws {
        guard Address.isLoopback(host) else { throw EngineError(.notLoopback, host) }
    }

    /// 127.0.0.0/8 (RFC 1122, section 3.2.1.3), ::1, and the name that RFC 6761, section 6.3, keeps for them.
    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }

    /// The name is not left to the resolver, which could be told something else.
    var dialled: String { host == "localhost" ? "127.0.0.1" : host }
}
