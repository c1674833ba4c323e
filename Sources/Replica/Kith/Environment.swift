import CRDT
import Device
import Foundation
import Synchronization

/// What the engine takes from the machine: where files lie, the clock, chance, and whoever knows the passphrase.
///
/// `Environment()` is this process's: replicas in `$XDG_DATA_HOME/kith`, with the key of this device beside them, which all programs of one
/// person on one machine share. A program, or a test, that keeps to itself names a folder; each folder is a device of its own.
public struct Environment: Sendable {
    let engine: EngineEnvironment

    /// - Parameters:
    ///   - folder: of replicas and this device's keys; made, for its owner alone, when it is needed. nil: the person's data folder.
    ///   - now: milliseconds since 1970 UTC. It is compared with other devices' when two write the same value apart, and nothing else
    ///     depends on it.
    ///   - random: 64 random bits. Keys are made of them: in a program that people use, nothing but the system's will do.
    ///   - passphrase: asks a person for the passphrase of the device's keys; nil when nobody can be asked.
    public init(
        folder: String? = nil, now: (@Sendable () -> Int64)? = nil, random: (@Sendable () -> UInt64)? = nil,
        passphrase: @escaping @Sendable () throws -> String? = { nil }
    ) {
        let system = EngineEnvironment.system(passphrase: passphrase)
        // Which replica is meant is said by the program, not by whoever started it.
        var variables = system.variables.filter { $0.key != "KITH_REPLICA" }
        if let folder {
            let path = URL(fileURLWithPath: folder).standardizedFileURL.path
            variables = variables.filter { !$0.key.hasPrefix("KITH_") }
            variables["XDG_DATA_HOME"] = path
            variables["XDG_STATE_HOME"] = path + "/state"
        }
        var nonce = system.nonce
        if let random { nonce = { Nonce(high: random(), low: random()) } }
        engine = EngineEnvironment(variables: variables, nowMilliseconds: now ?? system.nowMilliseconds, nonce: nonce, passphrase: passphrase)
    }
}
