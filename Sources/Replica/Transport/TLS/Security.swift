import Crypto

/// How a connection is secured.
///
///     let listener = try Listener(host: "::", port: 4747, security: .tls(own: device.signing) { admitted.contains($0) }, …)
package enum Security: Sendable {
    /// Mutual TLS 1.3 in which only keys count (Protocol.md, "Connection").
    ///
    /// - `own`: this side's key: a device's, or an invite's.
    /// - `accepts`: judges the other side's Ed25519 public key (32 bytes), anew for each connection. It is called on a
    ///   thread of its own, in turn, where it may look at a disk, and *before* the other side has proven that it holds the key: what it
    ///   was asked about is nobody yet. Who is there says `Connection.peerKey`.
    case tls(own: Curve25519.Signing.PrivateKey, accepts: @Sendable (_ key: [UInt8]) -> Bool)
    /// No security at all, for this machine alone: tests, transcripts, the end of an SSH tunnel. `Connection` and `Listener`
    /// refuse it for any other address.
    case plain
}

/// The addresses that do not leave this machine.
package enum Loopback {
    /// 127.0.0.0/8 (RFC 1122, section 3.2.1.3), ::1, and the name that RFC 6761, section 6.3, keeps for them.
    package static func contains(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }
}

extension Security {
    /// The host to dial or bind: `plain` keeps to this machine, and does not ask a resolver, which could be told something
    /// else, what "localhost" is.
    func host(for host: String, in place: String) throws -> String {
        guard case .plain = self else { return host }
        guard Loopback.contains(host) else { throw TransportError(.notLoopback, in: place) }
        return host == "localhost" ? "127.0.0.1" : host
    }

    /// What TLS needs, made once for a listener or a connection; nil for `plain`.
    func pinned(as role: PinnedTLS.Role) throws -> PinnedTLS? {
        guard case .tls(let own, let accepts) = self else { return nil }
        return try PinnedTLS(role, own: own, accepts: accepts)
    }
}
