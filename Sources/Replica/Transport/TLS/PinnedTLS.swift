import Crypto
import Dispatch
import Foundation
import NIOCore
import NIOSSL
import X509

/// Mutual TLS 1.3 (RFC 8446) whose certificates are mere envelopes of Ed25519 keys (RFC 8410): self-signed, always the same
/// for the same key, with nothing in them but the key. Names, dates and issuers are not looked at.
///
/// Invariant: a connection is secured only if *its own* handshake asked about the key. A session ticket would skip the
/// question, so who resumes with one has not been judged and is refused.
struct PinnedTLS: Sendable {
    enum Role { case dialer, listener }

    /// The application protocol (RFC 7301).
    static let applicationProtocol = "kith/1"

    /// SubjectPublicKeyInfo of an Ed25519 key up to the key's 32 bytes (RFC 8410, section 4).
    private static let keyInfoPrefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]

    private let role: Role
    private let context: NIOSSLContext
    private let accepts: @Sendable ([UInt8]) -> Bool
    /// Off the event loops: who judges may have to look at a disk.
    private let judging = DispatchQueue(label: "kith.judging")

    init(_ role: Role, own: Curve25519.Signing.PrivateKey, accepts: @escaping @Sendable ([UInt8]) -> Bool) throws {
        self.role = role
        self.accepts = accepts
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateChain = [.certificate(try PinnedTLS.certificate(of: own))]
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(
            bytes: Array(try Certificate.PrivateKey(own).serializeAsPEM().pemString.utf8), format: .pem))
        configuration.minimumTLSVersion = .tlsv13
        configuration.maximumTLSVersion = .tlsv13
        // Never `.none`: it would not call `judge`, and let everybody in. `judge` replaces all checks of this mode but one:
        // a certificate must be there.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        configuration.signingSignatureAlgorithms = [.ed25519]
        configuration.verifySignatureAlgorithms = [.ed25519]
        configuration.applicationProtocols = [PinnedTLS.applicationProtocol]
        configuration.renegotiationSupport = .none
        // `Connection.close` lets the other side finish; what closes after that closes at once.
        configuration.shutdownTimeout = .zero
        context = try NIOSSLContext(configuration: configuration)
    }

    /// Puts TLS before the frames' handler. On the channel's event loop.
    ///
    /// - Parameter ended: how the handshake ended, once: with the key that the other side has proven, or why it failed.
    func secure(
        _ channel: any Channel, timeouts: ConnectionTimeouts, ended: @escaping (Result<[UInt8], any Error>) -> Void
    ) throws {
        let judgement = Judgement()
        let farewell = FarewellHandler(linger: timeouts.linger)
        let found = NIOLoopBound(judgement, eventLoop: channel.eventLoop)
        let judge: NIOSSLCustomVerificationCallback = { [accepts, judging] chain, verdict in
            let key = PinnedTLS.key(of: chain)
            judging.async {
                let accepted = key.flatMap { accepts($0) ? $0 : nil }
                verdict.futureResult.eventLoop.execute {
                    found.value.acceptedKey = accepted
                    found.value.wasRefused = accepted == nil
                    verdict.succeed(accepted == nil ? .failed : .certificateVerified)
                }
            }
        }
        let pipeline = channel.pipeline.syncOperations
        switch role {
        case .listener:
            try pipeline.addHandler(farewell)
            try pipeline.addHandler(NIOSSLServerHandler(context: context, customVerificationCallback: judge))
        case .dialer:
            try pipeline.addHandler(
                NIOSSLClientHandler(context: context, serverHostname: nil, customVerificationCallback: judge))
        }
        try pipeline.addHandler(SecuringHandler(role, judgement, timeout: timeouts.handshake) { result in
            farewell.isSecured = (try? result.get()) != nil
            ended(result)
        })
    }

    /// What one handshake found out about the other side; on its event loop.
    final class Judgement {
        /// Shown and accepted; proven only when the handshake is over.
        var acceptedKey: [UInt8]?
        var wasRefused = false
    }

    /// The raw key in a chain of exactly one certificate with an Ed25519 key.
    private static func key(of chain: [NIOSSLCertificate]) -> [UInt8]? {
        guard chain.count == 1, let info = try? chain[0].extractPublicKey().toSPKIBytes(), info.count == keyInfoPrefix.count + 32,
            info.starts(with: keyInfoPrefix)
        else { return nil }
        return Array(info.suffix(32))
    }

    private static func certificate(of key: Curve25519.Signing.PrivateKey) throws -> NIOSSLCertificate {
        // The same for everybody, so that it says nothing.
        let name = try DistinguishedName { CommonName("peer") }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(bytes: [1]), publicKey: Certificate.PublicKey(key.publicKey),
            // 2000-01-01 to 9999-12-31, which RFC 5280, section 4.1.2.5, keeps for "for ever".
            notValidBefore: Date(timeIntervalSince1970: 946_684_800), notValidAfter: Date(timeIntervalSince1970: 253_402_300_799),
            issuer: name, subject: name, signatureAlgorithm: .ed25519, extensions: Certificate.Extensions(),
            issuerPrivateKey: Certificate.PrivateKey(key))
        return try NIOSSLCertificate(bytes: Array(try certificate.serializeAsPEM().pemString.utf8), format: .pem)
    }
}
