import Foundation
import Glibc
import Testing

/// The end of a connection that is not Kith's.

func waitUntil(_ condition: () -> Bool) {
    for _ in 0..<200 where !condition() { Thread.sleep(forTimeInterval: 0.02) }
    #expect(condition())
}

/// A TCP client that knows nothing of Kith.
final class BareSocket: @unchecked Sendable {
    private var descriptor: Int32
    /// Whether the other side ended it by a reset, which may swallow what it said last.
    private(set) var wasReset = false

    init(port: Int) {
        signal(SIGPIPE, SIG_IGN)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(result == 0)
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    @discardableResult func write(_ bytes: [UInt8]) -> Bool { Glibc.write(descriptor, bytes, bytes.count) == bytes.count }

    /// Reads what comes until the other side closes; false after five seconds without.
    func isClosedByPeer() -> Bool { readToEnd() != nil }

    /// What comes until the other side closes; nil when it does not within five seconds of the last byte.
    func readToEnd() -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == ECONNRESET { wasReset = true }
            if count == 0 || wasReset { return bytes }
            if count < 0 { return nil }
            bytes += buffer.prefix(count)
        }
    }

    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout.size(ofValue: option)))
        close()
    }

    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }
}
