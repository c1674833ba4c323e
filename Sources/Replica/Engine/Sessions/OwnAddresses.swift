@preconcurrency import Glibc

/// The IPv4 addresses of this machine by which others on its network may reach it.
package func ownAddresses() -> [String] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { return [] }
    defer { freeifaddrs(first) }
    var found: [String] = []
    for each in sequence(first: first, next: { $0?.pointee.ifa_next }) {
        guard let entry = each?.pointee, let address = entry.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET),
            entry.ifa_flags & UInt32(IFF_LOOPBACK) == 0
        else { continue }
        var host = [UInt8](repeating: 0, count: Int(NI_MAXHOST))
        let code = host.withUnsafeMutableBytes {
            getnameinfo(
                address, socklen_t(MemoryLayout<sockaddr_in>.size), $0.bindMemory(to: CChar.self).baseAddress, socklen_t($0.count), nil, 0,
                NI_NUMERICHOST)
        }
        let text = String(decoding: host.prefix { $0 != 0 }, as: UTF8.self)
        if code == 0, !text.hasPrefix("169.254."), !found.contains(text) { found.append(text) }
    }
    return found
}
