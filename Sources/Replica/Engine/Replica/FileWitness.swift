import CRDT
import Device
import Foundation
import Store
import Synchronization
import Wire

/// The witness of a replica, outside its file: on which machine, as which file and under which path it lies, and what it
/// stamped last. A copy, a restored image or an older state of the file does not fit, and goes on under a new writer.
///
/// One file for each replica in the folder for state ($XDG_STATE_HOME/kith, or ~/.local/state/kith), mode 0600. That it is lost, or
/// could not be written, only costs a new writer.
///
/// Several programs may stamp one replica at the same time. Each writes its witness before its transaction ends, with the ends
/// before and after it, and takes back the ends before once it is committed. So whoever opens the file in between is vouched
/// for; and who comes late with taking back leaves alone what a later one has written.
final class FileWitness: Witness {
    private let folder: String
    private let replicaPath: String
    /// What this program wrote last, before its commit.
    private let intended = Mutex<String?>(nil)

    init(folder: String, replicaPath: String) {
        self.folder = folder
        self.replicaPath = replicaPath
    }

    func vouches(for replica: ReplicaID, ends: [WriterID: BatchEnd]) -> Bool {
        guard let kept = read(replica) else { return false }
        let place = self.place
        guard kept.hasPrefix(place) else { return false }
        return kept.dropFirst(place.count).split(separator: FileWitness.or, omittingEmptySubsequences: false).contains { $0 == text(ends) }
    }

    func intend(replica: ReplicaID, before: [WriterID: BatchEnd], after: [WriterID: BatchEnd]) {
        let testimony = place + text(before) + FileWitness.or + text(after)
        intended.withLock { $0 = testimony }
        locked { write(testimony, replica) }
    }

    func note(replica: ReplicaID, ends: [WriterID: BatchEnd]) {
        let testimony = intended.withLock { $0 }
        locked { if read(replica) == testimony { write(place + text(ends), replica) } }
    }

    // MARK: The file

    private static let or = "or\n"

    private func path(of replica: ReplicaID) -> String { "\(folder)/\(replica).witness" }

    private func read(_ replica: ReplicaID) -> String? { try? String(contentsOfFile: path(of: replica), encoding: .utf8) }

    /// One program at a time, for as long as it takes to write a few hundred bytes. Not to have a witness is safe, so nothing
    /// here may stop the work.
    private func locked(_ body: () -> Void) {
        guard (try? PersonalFolders.make(folder)) != nil else { return }
        let descriptor = Glibc.open("\(folder)/witness.lock", O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        defer { Glibc.close(descriptor) }
        guard flock(descriptor, LOCK_EX) == 0 else { return }
        body()
    }

    private func write(_ testimony: String, _ replica: ReplicaID) {
        let draft = path(of: replica) + ".new"
        let descriptor = Glibc.open(draft, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        let bytes = Array(testimony.utf8)
        let isWritten = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) == $0.count }
        Glibc.close(descriptor)
        if isWritten { rename(draft, path(of: replica)) } else { unlink(draft) }
    }

    // MARK: What it says

    /// Nothing of the person: numbers, and the path as a hash.
    private var place: String {
        var status = stat()
        let isThere = stat(replicaPath, &status) == 0
        let machine = (try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8)) ?? ""
        let place = "\(machine)\n\(URL(fileURLWithPath: replicaPath).standardizedFileURL.path)"
        let lines = ["kith witness 2", Digest.name(Array(place.utf8)).description, isThere ? "\(status.st_dev) \(status.st_ino)" : "-"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A line for each writer.
    private func text(_ ends: [WriterID: BatchEnd]) -> String {
        ends.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.last) \($0.value.nonce)\n" }.joined()
    }
}
