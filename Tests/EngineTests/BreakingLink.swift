import Foundation
import Glibc
import Synchronization

/// A cable that breaks: passes bytes between whoever dials it and a listener, and cuts each connection after so many of them, in either
/// direction together.
final class BreakingLink: Sendable {
    let port: Int
    private let target: Int
    private let byteCount: Int
    private let listening: Int32
    private let count = Mutex(0)
    private let isOpen = Mutex(true)

    /// - Parameter byteCount: that a connection lasts for.
    init(to target: Int, byteCount: Int) throws {
        signal(SIGPIPE, SIG_IGN)
        self.target = target
        self.byteCount = byteCount
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = BreakingLink.loopback(0)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listening, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard isBound == 0, listen(listening, 64) == 0 else { throw CocoaError(.fileReadUnknown) }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listening, $0, &length) }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        self.listening = listening
        Thread.detachNewThread { [self] in accept() }
    }

    /// How often somebody dialled.
    var connectionCount: Int { count.withLock { $0 } }

    func close() {
        guard isOpen.withLock({ isOpen in defer { isOpen = false }; return isOpen }) else { return }
        // Who waits in `accept` closes it: to them its number would else be another socket's.
        shutdown(listening, Int32(SHUT_RDWR))
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private func accept() {
        while true {
            let near = Glibc.accept(listening, nil, nil)
            guard near >= 0 else {
                Glibc.close(listening)
                return
            }
            count.withLock { $0 += 1 }
            let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = BreakingLink.loopback(target)
            let isConnected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(far, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            guard isConnected == 0 else {
                Glibc.close(near)
                Glibc.close(far)
                continue
            }
            Thread.detachNewThread { [byteCount] in BreakingLink.pass(near, far, byteCount) }
        }
    }

    private static func pass(_ near: Int32, _ far: Int32, _ byteCount: Int) {
        var left = byteCount
        var receiver = far
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        var ends = [pollfd(fd: near, events: Int16(POLLIN), revents: 0), pollfd(fd: far, events: Int16(POLLIN), revents: 0)]
        passing: while left > 0 {
            guard poll(&ends, 2, 30_000) > 0 else { break }
            for index in 0..<2 where ends[index].revents != 0 && left > 0 {
                let count = read(ends[index].fd, &buffer, min(buffer.count, left))
                guard count > 0 else { break passing }
                left -= count
                receiver = ends[1 - index].fd
                var sent = 0
                while sent < count {
                    let more = buffer.withUnsafeBytes { write(receiver, $0.baseAddress! + sent, count - sent) }
                    guard more > 0 else { break passing }
                    sent += more
                }
            }
        }
        // Pulled out: what was passed arrives, what was sent after it is lost. A reset would also take what the receiver's system holds and
        // its program has not come to, which on this machine's own network is all of it.
        if left <= 0 {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(receiver == near ? far : near, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout.size(ofValue: option)))
        }
        Glibc.close(near)
        Glibc.close(far)
    }
}
