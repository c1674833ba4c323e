import Foundation

/// The program's page as a browser has it: the real server as a process of its own, asked over one connection of this machine.
final class PageClient {
    let process: Process
    private let output = Pipe()
    private var descriptor: Int32 = -1
    private var cookie = ""

    struct Answer {
        let status: Int
        let headers: [String: String]
        let body: [UInt8]
        /// From the question to the last byte of the answer.
        let milliseconds: Double
    }

    /// Starts `kith open` and takes the code that it hands to a browser.
    init(_ program: String, _ environment: [String: String]) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["open", "--no-browser"]
        process.environment = environment
        process.standardOutput = output
        try process.run()
        var said = ""
        while !said.contains(".html") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw BenchFailure(what: "kith open ended: \(said)") }
            said += String(decoding: data, as: UTF8.self)
        }
        guard let path = said.split(whereSeparator: \.isWhitespace).first(where: { $0.contains("/kith-open-") }),
            let page = try? String(contentsOfFile: String(path[path.firstIndex(of: "/")!...].prefix { $0 != "\"" && $0 != "'" }), encoding: .utf8),
            let match = page.firstMatch(of: /http:\/\/127\.0\.0\.1:([0-9]+)(\/begin\/[^"]+)/), let port = UInt16(match.1)
        else { throw BenchFailure(what: "kith open says no file: \(said)") }
        try join(port)
        cookie = try get(String(match.2)).headers["set-cookie"]?.split(separator: ";").first.map(String.init) ?? ""
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        process.terminate()
        process.waitUntilExit()
    }

    private func join(_ port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard code == 0 else { throw BenchFailure(what: "connect: \(errno)") }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        host = "127.0.0.1:\(port)"
    }
    private var host = ""

    func get(_ path: String) throws -> Answer {
        let start = ContinuousClock.now
        let question = Array("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nCookie: \(cookie)\r\n\r\n".utf8)
        guard send(descriptor, question, question.count, 0) == question.count else { throw BenchFailure(what: "send: \(errno)") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var head: (status: Int, headers: [String: String], end: Int)?
        while true {
            if head == nil, let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound {
                let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
                let headers = lines.dropFirst().compactMap { line -> (String, String)? in
                    line.firstIndex(of: ":").map { (line[..<$0].lowercased(), line[line.index(after: $0)...].trimmingCharacters(in: .whitespaces)) }
                }
                head = (Int(lines[0].split(separator: " ")[1]) ?? 0, Dictionary(headers) { first, _ in first }, end)
            }
            if let head, bytes.count >= head.end + (head.headers["content-length"].flatMap { Int($0) } ?? 0) {
                let elapsed = ContinuousClock.now - start
                return Answer(
                    status: head.status, headers: head.headers, body: Array(bytes[head.end...]),
                    milliseconds: Double(elapsed.components.seconds) * 1e3 + Double(elapsed.components.attoseconds) / 1e15)
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw BenchFailure(what: "\(path): the page hung up (\(errno))") }
            bytes += buffer[..<count]
        }
    }

    /// CPU seconds of all its threads (proc(5), stat).
    var cpuSeconds: Double {
        guard let stat = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8), let end = stat.lastIndex(of: ")") else { return 0 }
        let fields = stat[end...].split(separator: " ")
        return ((Double(fields[12]) ?? 0) + (Double(fields[13]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
