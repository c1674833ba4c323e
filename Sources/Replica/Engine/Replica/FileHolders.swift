@preconcurrency import Glibc
import Words

/// Which other programs hold a file open, as far as this user may see: Linux tells by /proc (proc(5), "/proc/pid/fd").
enum FileHolders {
    private static let listedCount = 8

    /// "sqlitebrowser (4711)", ascending by the number; without this program.
    static func names(of paths: [String]) -> [String] {
        let wanted = Set(paths.compactMap(resolved))
        guard !wanted.isEmpty else { return [] }
        let own = getpid()
        var found: [(number: pid_t, name: String)] = []
        for entry in entries(of: "/proc") {
            guard let number = pid_t(entry), number != own else { continue }
            let folder = "/proc/\(entry)/fd"
            guard entries(of: folder).contains(where: { linked("\(folder)/\($0)").map(wanted.contains) ?? false }) else { continue }
            found.append((number, name(of: entry)))
        }
        return found.sorted { $0.number < $1.number }.prefix(listedCount).map { "\($0.name) (\($0.number))" }
    }

    private static func entries(of folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func linked(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { readlink(path, $0.bindMemory(to: CChar.self).baseAddress!, $0.count) }
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }

    private static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    /// As `ps` shows it.
    private static func name(of process: String) -> String {
        let descriptor = open("/proc/\(process)/comm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "?" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        let name = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n").first.map(String.init)
        return plain(name ?? "?")
    }
}
