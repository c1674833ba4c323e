import Foundation
import Glibc
import Store
import Synchronization

/// Tells when somebody has committed to a replica's file: this process, or any other program.
///
/// SQLite counts commits (`PRAGMA data_version`), and tells nobody. The system tells that a file was written (inotify), a moment before the
/// commit shows; so after such a hint the counter is looked at every few milliseconds until it has gone on, or nothing was in it. Where no
/// hint comes, as on some network disks, it is looked at every quarter of a second.
final class FileObserver: Sendable {
    private struct State {
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextListener = 0
        var isRunning = false
        var isStopped = false
    }

    /// How often the counter is looked at: without a hint, and after one.
    private static let sweepMilliseconds: Int32 = 250
    private static let closeMilliseconds: Int32 = 4
    /// How long after a hint: a commit waits for the disk.
    private static let hintMilliseconds: Int32 = 1_000

    private let path: String
    private let state = Mutex(State())

    init(path: String) { self.path = path }

    deinit { stop() }

    /// One element at once, and one after each commit; several that come close together are one.
    func commits() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let number: Int? = state.withLock { state in
                guard !state.isStopped else { return nil }
                state.nextListener += 1
                state.listeners[state.nextListener] = continuation
                return state.nextListener
            }
            guard let number else { return continuation.finish() }
            continuation.onTermination = { [weak self] _ in self?.forget(number) }
            start()
            continuation.yield()
        }
    }

    func stop() {
        let listeners = state.withLock { state in
            state.isStopped = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    private func forget(_ number: Int) { state.withLock { _ = $0.listeners.removeValue(forKey: number) } }

    /// One thread for as long as anybody listens.
    private func start() {
        let isFirst = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isFirst else { return }
        // Opened before the first answer is read: what is committed after it is noticed.
        let reader = try? Reader(path: path)
        let before = reader?.dataVersion()
        detach { [weak self, path] in
            FileObserver.watch(path, reader, from: before) { isNews in self?.told(isNews) ?? false }
            reader?.close()
        }
    }

    /// - Returns: whether anybody still listens.
    private func told(_ isNews: Bool) -> Bool {
        let listeners = state.withLock { state in
            if state.listeners.isEmpty { state.isRunning = false }
            return Array(state.listeners.values)
        }
        if isNews { for listener in listeners { listener.yield() } }
        return !listeners.isEmpty
    }

    private static func watch(_ path: String, _ reader: Reader?, from first: Int64?, tell: (_ isNews: Bool) -> Bool) {
        let watch = FolderWatch(of: path)
        var version = first
        var hintedMilliseconds: Int32 = 0
        while true {
            let isClose = hintedMilliseconds > 0
            let wait = isClose ? closeMilliseconds : sweepMilliseconds
            if watch.wait(milliseconds: wait) { hintedMilliseconds = hintMilliseconds } else if isClose { hintedMilliseconds -= wait }
            let now = reader?.dataVersion()
            let isNews = now != nil && now != version
            if isNews {
                version = now
                hintedMilliseconds = 0
            }
            guard tell(isNews) else { return }
        }
    }
}

/// Hints that something in the folder of a file was written (https://man7.org/linux/man-pages/man7/inotify.7.html). The file itself is not
/// opened: closing it again would take SQLite's locks away (https://sqlite.org/howtocorrupt.html, 2.2).
private final class FolderWatch {
    private let descriptor: Int32
    private let name: String

    init(of path: String) {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        name = url.lastPathComponent
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        if descriptor >= 0 { inotify_add_watch(descriptor, url.deletingLastPathComponent().path, UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO)) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// - Returns: whether the file, or the log beside it, was written meanwhile. At most `milliseconds` later.
    func wait(milliseconds: Int32) -> Bool {
        var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waited, descriptor >= 0 ? 1 : 0, milliseconds) > 0 else { return false }
        var isOurs = false
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return isOurs }
            buffer.withUnsafeBytes { bytes in
                var place = 0
                let headLength = MemoryLayout<inotify_event>.size
                while place + headLength <= count {
                    let event = bytes.loadUnaligned(fromByteOffset: place, as: inotify_event.self)
                    let nameBytes = bytes[(place + headLength)..<min(place + headLength + Int(event.len), count)].prefix { $0 != 0 }
                    if String(decoding: nameBytes, as: UTF8.self).hasPrefix(name) { isOurs = true }
                    place += headLength + Int(event.len)
                }
            }
        }
    }
}
