import CRDT
import Foundation
import Words

/// What a program takes from the machine: variables, clock, randomness. Made once, at the edge; tests make their own.
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
}
