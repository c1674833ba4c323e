import CRDT
import Dispatch
import Engine
import Foundation
import Synchronization
import Words

/// A file of a stick, as somebody sees it who only looks.
struct StickFile: Sendable {
    enum State: Sendable {
        /// It is still being looked at.
        case looking
        case forUs(packer: String, packedMilliseconds: Int64)
        /// What this laptop wrote itself.
        case own(packedMilliseconds: Int64)
        case otherList(String)
        /// This laptop has no key for it.
        case closed
        /// Everybody can read it: that is for the page of initiatives.
        case published
        /// The code of what is wrong, and what is said of it.
        case wrong(code: String, message: String)
    }

    let path: String
    let byteCount: Int
    let state: State

    var name: String { (path as NSString).lastPathComponent }
    var isForUs: Bool { if case .forUs = state { true } else { false } }
}

struct Stick: Sendable {
    let name: String
    let path: String
    let files: [StickFile]
}

/// Looks at what lies on sticks, each file once for as long as it stays the same.
final class Sticks: Sendable {
    private struct Mark: Hashable {
        let path: String
        let byteCount: Int
        let changed: Date
    }

    private struct State {
        var seen: [Mark: StickFile.State] = [:]
        var looking: Set<Mark> = []
    }

    /// A page does not wait longer for files that nobody has looked at before.
    private static let patience: DispatchTimeInterval = .milliseconds(400)
    private static let fileCount = 100
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "kith.page.sticks", qos: .utility)

    /// What is there now, by name.
    func mounted(_ desk: Desk) -> [Stick] {
        let listed = Volumes.mounted(desk.environment).map { volume in (volume, Volumes.files(in: volume.path, ending: ".kithbundle").prefix(Sticks.fileCount).compactMap(mark)) }
        look(listed.flatMap(\.1), desk)
        return state.withLock { state in
            state.seen = state.seen.filter { entry in listed.contains { $0.1.contains(entry.key) } || desk.bundle == entry.key.path }
            return listed.map { volume, marks in
                Stick(name: volume.name, path: volume.path, files: marks.map { StickFile(path: $0.path, byteCount: $0.byteCount, state: state.seen[$0] ?? .looking) })
            }
        }
    }

    /// One file, such as one that was opened by a double click.
    func file(_ path: String, _ desk: Desk) -> StickFile? {
        guard let mark = mark(path) else { return nil }
        look([mark], desk)
        return StickFile(path: path, byteCount: mark.byteCount, state: state.withLock { $0.seen[mark] } ?? .looking)
    }

    private func mark(_ path: String) -> Mark? {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path), facts[.type] as? FileAttributeType == .typeRegular else { return nil }
        return Mark(path: path, byteCount: (facts[.size] as? NSNumber)?.intValue ?? 0, changed: facts[.modificationDate] as? Date ?? .distantPast)
    }

    private func look(_ marks: [Mark], _ desk: Desk) {
        let group = DispatchGroup()
        for mark in marks {
            guard state.withLock({ $0.seen[mark] == nil && $0.looking.insert(mark).inserted }) else { continue }
            queue.async(group: group) { [self] in
                let found = Sticks.state(of: mark.path, desk)
                state.withLock { state in
                    state.seen[mark] = found
                    state.looking.remove(mark)
                }
            }
        }
        _ = group.wait(timeout: .now() + Sticks.patience)
    }

    private static func state(of path: String, _ desk: Desk) -> StickFile.State {
        do {
            switch try BundleView.look(for: .community, path, replica: desk.named, desk.environment) {
            case .published: return .published
            case .closed: return .closed
            case .open(let contents, let space, let packer):
                guard let own = try? desk.replica().identity, contents.preamble.space == own.space.id else { return .otherList(space) }
                let packed = contents.preamble.packedMilliseconds
                return contents.preamble.packer == own.device ? .own(packedMilliseconds: packed) : .forUs(packer: packer, packedMilliseconds: packed)
            }
        } catch {
            let explanation = Explanation(error, about: (path as NSString).lastPathComponent, in: desk.settings.language ?? desk.environment.language)
            return .wrong(code: explanation.code, message: explanation.message)
        }
    }

    // MARK: Taking it out

    enum Release: Sendable {
        case released
        /// A folder of this laptop's own disk, or one that somebody keeps in: everything is written, there is nothing to unmount.
        case nothingToDo
        /// The system would not let it go.
        case refused
    }

    /// Unmounts a stick, by `udisksctl` where it is there, else by `umount`.
    static func release(_ path: String) -> Release {
        sync()
        guard let device = device(mountedAt: path) else { return .nothingToDo }
        for (program, arguments) in [("/usr/bin/udisksctl", ["unmount", "--no-user-interaction", "-b", device]), ("/usr/bin/umount", [path]), ("/bin/umount", [path])] {
            guard FileManager.default.isExecutableFile(atPath: program) else { continue }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            (process.standardInput, process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice, FileHandle.nullDevice)
            guard (try? process.run()) != nil else { continue }
            process.waitUntilExit()
            if Sticks.device(mountedAt: path) == nil { return .released }
        }
        return .refused
    }

    /// The device of a file system that is mounted at this very folder (proc(5), /proc/self/mounts).
    private static func device(mountedAt path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/mounts") else { return nil }
        let real = (path as NSString).resolvingSymlinksInPath
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ").map { String($0).replacing("\\040", with: " ").replacing("\\011", with: "\t").replacing("\\134", with: "\\") }
            if parts.count > 2, parts[1] == path || parts[1] == real { return parts[0] }
        }
        return nil
    }
}
