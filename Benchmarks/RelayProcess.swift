import Crypto
import Foundation
import Glibc
import Trust
import Wire

/// A relay, or the plain sink, as a process of its own, and what the system says of it.
final class RelayProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private(set) var port = 0

    /// Starts `program` and waits until it listens: until it has printed a port, or until `port` can be connected to.
    init(_ program: String, _ arguments: [String], environment: [String: String] = [:], port: Int? = nil) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = input
        if port == nil { process.standardOutput = output } else { process.standardOutput = FileHandle.nullDevice }
        try process.run()
        if let port {
            self.port = port
            for _ in 0..<200 where !RelayProcess.isListening(port) { usleep(50_000) }
            guard RelayProcess.isListening(port) else { throw RelayBenchError("\(program) does not listen on port \(port)") }
        } else {
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
                throw RelayBenchError("\(program) has not said its port: \(line)")
            }
            self.port = port
        }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Runs a command to its end.
    static func run(_ program: String, _ arguments: [String], environment: [String: String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw RelayBenchError("\(program) \(arguments.prefix(2).joined(separator: " ")): exit code \(process.terminationStatus)")
        }
    }

    // MARK: What the system says

    /// Resident memory now and at most, in bytes (VmRSS and VmHWM of proc(5)).
    var memory: (now: Int, most: Int) {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        func field(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
            return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) * 1_024
        }
        return (field("VmRSS:"), field("VmHWM:"))
    }

    /// Seconds of processor time, user and system (fields 14 and 15 of /proc/PID/stat).
    var cpuSeconds: Double {
        let stat = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return .nan }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// For a process that is to end with the one that started it, whose end of the pipe closes then.
    static func endWithParent() {
        Thread.detachNewThread {
            while !FileHandle.standardInput.availableData.isEmpty {}
            exit(0)
        }
    }

    /// As many open files as the system lets this process and its children have.
    ///
    /// - Returns: how many.
    static func raiseFileLimit() -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(min(limit.rlim_cur, 1 << 30))
    }

    private static func isListening(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
