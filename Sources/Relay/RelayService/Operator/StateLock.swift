import Foundation
import Relay

/// Holds a state folder for one process: a relay, or a command while none runs. The system lets go of it however the process ends.
///
/// A space has a lock of its own in its store; this one also keeps a second relay from taking the first one's socket away.
package final class StateLock: Sendable {
    private let descriptor: Int32

    /// - Parameter patienceMilliseconds: how long to wait for another command to end.
    /// - Throws: `RelayError.inUse`; `RelayServiceError.stateFolder` when the folder cannot be written.
    package init(_ settings: RelaySettings, patienceMilliseconds: Int = 3_000) throws {
        try settings.checkStateFolder()
        let descriptor = open(settings.stateFolder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw RelayServiceError(.stateFolder, settings.stateFolder) }
        var waited = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, waited < patienceMilliseconds else {
                close(descriptor)
                throw RelayError(.inUse, settings.stateFolder)
            }
            usleep(50_000)
            waited += 50
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
