import Transport

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
    package init?(_ text: String, standardPort: Int = Address.standardPort) {
        var host = Substring(text)
        var port = standardPort
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

    /// As it is typed.
    package var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
