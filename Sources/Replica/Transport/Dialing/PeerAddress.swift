import NIOCore

/// Where the other side of a connection is, for people and for the count of places.
enum PeerAddress {
    /// In numbers. A listener for both families sees IPv4 inside IPv6 (RFC 4291, section 2.5.5.2); it is shown as IPv4.
    static func numbers(of address: SocketAddress?) -> String {
        guard let numbers = address?.ipAddress else { return "unknown" }
        return numbers.hasPrefix("::ffff:") && numbers.contains(".") ? String(numbers.dropFirst(7)) : numbers
    }

    /// What one subscriber has: an IPv4 address, or the first 64 bits of an IPv6 address (RFC 6177), of which it can use any.
    static func subscriber(of address: SocketAddress?) -> String {
        let numbers = numbers(of: address)
        guard case .v6(let address) = address, numbers.contains(":") else { return numbers }
        var bytes = address.address.sin6_addr
        return withUnsafeBytes(of: &bytes) { $0.prefix(8).map { String($0, radix: 16) }.joined(separator: " ") }
    }
}
