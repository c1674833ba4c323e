import CRDT
import Foundation
import Store

/// What the engine takes from the machine: variables, clock, randomness. Made once, at the edge; tests make their own.
package struct EngineEnvironment: Sendable {
    package let variables: [String: String]
    package let nowMilliseconds: @Sendable () -> Int64
    package let nonce: @Sendable () -> Nonce

    package init(
        variables: [String: String], nowMilliseconds: @escaping @Sendable () -> Int64,
        nonce: @escaping @Sendable () -> Nonce
    ) {
        self.variables = variables
        self.nowMilliseconds = nowMilliseconds
        self.nonce = nonce
    }

    /// This process's environment, the system's clock and its random numbers.
    package static func system() -> EngineEnvironment {
        EngineEnvironment(
            variables: ProcessInfo.processInfo.environment,
            nowMilliseconds: { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) },
            nonce: {
                var generator = SystemRandomNumberGenerator()
                return Nonce(using: &generator)
            })
    }

    package var language: Language { Language(variables: variables) }

    var store: StoreEnvironment { StoreEnvironment(nowMilliseconds: nowMilliseconds, nonce: nonce) }
}
