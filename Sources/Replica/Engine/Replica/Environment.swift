import CRDT
import Foundation
import Interchange
import Store

/// What the engine takes from the machine: variables, clock, randomness. Made once, at the edge; tests make their own.
package struct EngineEnvironment: Sendable {
    package let variables: [String: String]
    package let nowMilliseconds: @Sendable () -> Int64
    package let nonce: @Sendable () -> Nonce
    /// Asks a person for the passphrase of the key file; nil when nobody can be asked.
    package let passphrase: @Sendable () throws -> String?

    package init(
        variables: [String: String], nowMilliseconds: @escaping @Sendable () -> Int64,
        nonce: @escaping @Sendable () -> Nonce, passphrase: @escaping @Sendable () throws -> String? = { nil }
    ) {
        self.variables = variables
        self.nowMilliseconds = nowMilliseconds
        self.nonce = nonce
        self.passphrase = passphrase
    }

    /// This process's environment, the system's clock and its random numbers.
    package static func system(passphrase: @escaping @Sendable () throws -> String? = { nil }) -> EngineEnvironment {
        EngineEnvironment(
            variables: ProcessInfo.processInfo.environment,
            nowMilliseconds: { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) },
            nonce: {
                var generator = SystemRandomNumberGenerator()
                return Nonce(using: &generator)
            },
            passphrase: passphrase)
    }

    package var language: Language { Language(variables: variables) }

    /// The clock of whoever looks at this machine.
    package var clock: ZoneClock { ZoneClock(.current) }

    /// What the store of a replica needs, whose file lies at a path.
    func store(_ membership: Membership, path: String) -> StoreEnvironment {
        let folder = try? ReplicaLocation(self).stateFolder()
        return StoreEnvironment(
            nowMilliseconds: nowMilliseconds, nonce: nonce, sealing: membership,
            witness: folder.map { FileWitness(folder: $0, replicaPath: path) })
    }
}
