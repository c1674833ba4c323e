import CRDT
import Foundation
import Store
import Synchronization
import Wire

/// The witness of a replica, outside its file: on which machine, as which file and under which path it lies, and what it
/// stamped last. A copy, a restored image or an older state of the file does not fit, and goes on under a new writer.
///
/// One file for each replica in the folder for state ($XDG_STATE_HOME/kith, or ~/.local/state/kith), mode 0600. That it is lost, or
/// could not be written, only costs a new writer.
final class FileWitness: Witness {
    private let folder: String
    private let replicaPath: String

    init(folder: String, replicaPath: String) {
        self.folder = folder
        self.replicaPath = replicaPath
    }

    func vouches(for replica: ReplicaID, ends: [WriterID: BatchEnd]) -> Bool {
        guard let kept = try? String(contentsOfFile: path(of: replica), encoding: .utf8) else { return false }
        return kept == testimony(ends)
    }

    func note(replica: ReplicaID, ends: [WriterID: BatchEnd]) {
        // Not to have a witness is safe, so nothing here may stop the work.
        guard (try? ReplicaLocation.makePrivateFolder(folder)) != nil else { return }
        let draft = path(of: replica) + ".new"
        let descriptor = Glibc.open(draft, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        let bytes = Array(testimony(ends).utf8)
        let isWritten = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) == $0.count }
        Glibc.close(descriptor)
        if isWritten { rename(draft, path(of: replica)) } else { unlink(draft) }
    }

    private func path(of replica: ReplicaID) -> String { "\(folder)/\(replica).witness" }

    /// Nothing of the person: numbers and random names, and the path as a hash.
    private func testimony(_ ends: [WriterID: BatchEnd]) -> String {
        var status = stat()
        let isThere = stat(replicaPath, &status) == 0
        let machine = (try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8)) ?? ""
        let place = "\(machine)\n\(URL(fileURLWithPath: replicaPath).standardizedFileURL.path)"
        var lines = ["kith witness 1", Digest.name(Array(place.utf8)).description, isThere ? "\(status.st_dev) \(status.st_ino)" : "-"]
        for (writer, end) in ends.sorted(by: { $0.key < $1.key }) { lines.append("\(writer) \(end.last) \(end.nonce)") }
        return lines.joined(separator: "\n") + "\n"
    }
}
