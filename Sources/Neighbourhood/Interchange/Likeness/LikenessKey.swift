/// What contacts have in common that may be one person: only pairs with a key in common are compared.
///
/// A key that more than `limit` contacts have pairs none of them (their names and addresses pair those that are alike
/// anyway), and as evidence it counts no more.
package struct LikenessKey: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case phone = 1, email, address, number, name, sound, namePostalCode, nameNumber, nameStreet, nameCity, postalStreet
        case numberStreet
    }

    package let kind: Kind
    /// FNV-1a over the kind and the text (http://www.isthe.com/chongo/tech/comp/fnv/): nothing of the text is in it for
    /// people to read, and two texts with one hash only cost a comparison.
    package let hash: Int64

    package var limit: Int { LikenessKey.limit(kind) }

    /// More contacts than a family with a few double entries.
    private static func limit(_ kind: Kind) -> Int {
        switch kind {
        case .phone, .email, .address, .number: 8
        case .nameCity: 12
        default: 30
        }
    }

    init(_ kind: Kind, _ text: some Sequence<UInt8>) {
        self.kind = kind
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        add(kind.rawValue)
        for byte in text { add(byte) }
        // The kind can be told from the hash, so that whoever keeps it knows its limit.
        self.hash = Int64(bitPattern: hash & ~0xF | UInt64(kind.rawValue))
    }

    init(_ kind: Kind, _ parts: [some Sequence<UInt8>]) { self.init(kind, parts.joined(separator: [0x1D])) }

    /// Postcode and number; nil without either.
    init?(_ address: ParsedTraits.Address) {
        guard !address.postalCode.isEmpty, !address.number.isEmpty else { return nil }
        self.init(.address, [address.postalCode, address.number])
    }

    /// The limit of the key that a kept hash is of.
    package static func limit(ofHash hash: Int64) -> Int { Kind(rawValue: UInt8(truncatingIfNeeded: hash & 0xF)).map(limit) ?? 0 }

    /// All keys of a contact, each once, ascending.
    package static func all(of traits: ContactTraits) -> [Int64] {
        guard let traits = ParsedTraits(traits) else { return [] }
        var found: Set<LikenessKey> = []
        for phone in traits.phones { found.insert(LikenessKey(.phone, phone)) }
        for email in traits.emails { found.insert(LikenessKey(.email, email)) }
        for number in traits.numbers { found.insert(LikenessKey(.number, number)) }
        for mark in traits.numberMarks { found.insert(LikenessKey(.number, mark)) }
        let family = traits.wholeFamily, given = traits.firstGiven
        // In either order, as they may be swapped.
        let names = [given, family].filter { !$0.isEmpty }.sorted { $0.lexicographicallyPrecedes($1) }
        if names.count == 2 {
            found.insert(LikenessKey(.name, names.map { $0.prefix(4) }))
            found.insert(LikenessKey(.sound, names.map { TextLikeness.sound($0[...]) }.sorted { $0.lexicographicallyPrecedes($1) }))
        }
        for address in traits.addresses {
            if let key = LikenessKey(address) { found.insert(key) }
            let street = Array(address.street.prefix(5))
            for name in names {
                let sound = TextLikeness.sound(name[...])
                if !address.postalCode.isEmpty { found.insert(LikenessKey(.namePostalCode, [sound, Array(address.postalCode)])) }
                if !address.number.isEmpty { found.insert(LikenessKey(.nameNumber, [Array(name.prefix(4)), Array(address.number)])) }
                if !street.isEmpty { found.insert(LikenessKey(.nameStreet, [sound, street])) }
            }
            let city = Array(address.city.prefix(5))
            if !city.isEmpty { for name in names { found.insert(LikenessKey(.nameCity, [name, city])) } }
            guard !street.isEmpty else { continue }
            if !address.postalCode.isEmpty { found.insert(LikenessKey(.postalStreet, [Array(address.postalCode), street])) }
            if !address.number.isEmpty { found.insert(LikenessKey(.numberStreet, [street, Array(address.number)])) }
        }
        return found.map(\.hash).sorted()
    }
}
