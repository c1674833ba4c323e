import Device
import Interchange
import Store

extension EngineEnvironment {
    /// The clock of whoever looks at this machine.
    package var clock: ZoneClock { ZoneClock(.current) }

    /// What the store of a replica needs, whose file lies at a path.
    func store(_ membership: Membership, path: String) -> StoreEnvironment {
        let folder = try? PersonalFolders(self).state()
        return StoreEnvironment(
            nowMilliseconds: nowMilliseconds, nonce: nonce, sealing: membership,
            witness: folder.map { FileWitness(folder: $0, replicaPath: path) })
    }
}
