import Foundation
import Words

/// Asks a running relay over its local socket, in HTTP/1.1 (RFC 9112): one request, one answer, then the end.
///
/// So small a client needs none of what HTTP clients are large for (TLS, pools, redirects, proxies); what answers is the relay's own server.
enum LocalSocket {
    /// unix(7): 108 bytes with the zero at the end.
    static let mostPathByteCount = 107
    private static let mostAnswerByteCount = 64 << 20
    /// A backup or a check of all spaces may take long.
    private static let patienceSeconds = 3_600

    enum Content {
        case nothing
        case bytes([UInt8])
        case file(FileHandle, byteCount: Int)
    }

    /// - Returns: nil when nobody listens there.
    /// - Throws: `no-answer` when whoever does gives none that makes sense.
    static func ask(
        _ path: String, _ method: String, _ target: String, language: Language, sending content: Content = .nothing
    ) throws -> (status: Int, body: [UInt8])? {
        guard let descriptor = try connect(path) else { return nil }
        defer { close(descriptor) }
        let byteCount = switch content {
        case .nothing: 0
        case .bytes(let bytes): bytes.count
        case .file(_, let count): count
        }
        let head = "\(method) \(target) HTTP/1.1\r\nHost: kith-relay\r\nConnection: close\r\nAccept-Language: \(language.rawValue)\r\nContent-Length: \(byteCount)\r\n\r\n"
        do {
            try send(Array(head.utf8), descriptor)
            switch content {
            case .nothing: break
            case .bytes(let bytes): try send(bytes, descriptor)
            case .file(let handle, _):
                while let chunk = try handle.read(upToCount: 1 << 16), !chunk.isEmpty { try send(Array(chunk), descriptor) }
            }
        } catch is Refused {
            // It may have answered before it had read everything.
        }
        return try answer(try receive(descriptor, path), path)
    }

    private struct Refused: Error {}

    private static func connect(_ path: String) throws -> Int32? {
        guard path.utf8.count <= mostPathByteCount else { throw RelayServiceError(.socketPath, path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw RelayServiceError(.noAnswer, path) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Foundation.connect(descriptor, $0, length) }
        }
        guard result == 0 else {
            let reason = errno
            close(descriptor)
            // No socket, or one that a killed relay left.
            if reason == ENOENT || reason == ECONNREFUSED || reason == ENOTDIR { return nil }
            throw RelayServiceError(reason == EACCES ? .otherUser : .noAnswer, path)
        }
        var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    private static func send(_ bytes: [UInt8], _ descriptor: Int32) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Refused() }
            sent += count
        }
    }

    private static func receive(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0, all.count + count <= mostAnswerByteCount else { throw RelayServiceError(.noAnswer, path) }
            if count == 0 { return all }
            all += buffer[..<count]
        }
    }

    /// A status line, fields, an empty line, a body of the length that the fields say.
    private static func answer(_ bytes: [UInt8], _ path: String) throws -> (status: Int, body: [UInt8]) {
        let gap = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: gap) }) else { throw RelayServiceError(.noAnswer, path) }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let body = Array(bytes[(end + gap.count)...])
        let parts = lines[0].split(separator: " ")
        let length = lines.dropFirst().lazy.compactMap { line -> Int? in
            let field = line.split(separator: ":", maxSplits: 1)
            guard field.count == 2, field[0].lowercased() == "content-length" else { return nil }
            return Int(field[1].trimmingCharacters(in: .whitespaces))
        }.first
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]), length == body.count else {
            throw RelayServiceError(.noAnswer, path)
        }
        return (status, body)
    }
}
