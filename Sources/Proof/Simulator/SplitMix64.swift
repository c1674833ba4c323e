/// The simulator's only source of chance: small, fast, and the same on every machine for one seed.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
/// https://doi.org/10.1145/2714064.2660195; Docs/Engine.md, "Sources".
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `end`. The modulo's bias is of no concern for numbers this small.
    package mutating func below(_ end: Int) -> Int { Int(next() % UInt64(end)) }

    /// True `percent` times in a hundred.
    package mutating func chance(percent: Int) -> Bool { below(100) < percent }

    /// One of a collection that is not empty.
    package mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

    package mutating func shuffle<Element>(_ list: inout [Element]) {
        for last in list.indices.reversed() where last > 0 { list.swapAt(last, below(last + 1)) }
    }
}

/// A running hash of everything a simulation did: two runs of one seed must end with the same.
///
/// Source: FNV-1a with 64-bit words instead of bytes, http://www.isthe.com/chongo/tech/comp/fnv/.
package struct Trace: Hashable, Sendable {
    package private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    package init() {}

    package mutating func add(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01B3 ^ (hash >> 29) }
    package mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }
    package mutating func add(_ bytes: [UInt8]) { for byte in bytes { add(UInt64(byte)) } }
}
