/// How likely two contacts are one person: points for what agrees and against what differs, with the reasons.
///
/// A pure function of both contacts' traits and of which numbers and addresses are crowded, so equal replicas list the same.
/// The rules (Docs/Community.md, "Duplicates"):
/// 1. A name alone joins nobody: `veryLikely` asks for points beyond the name.
/// 2. Different given names are different people, however much of a household they share.
/// 3. Initials fit many: they are `possible`, unless something personal agrees (an e-mail address, a mobile number).
/// 4. Different birth dates are `possible` at most, unless a number of both agrees: father and son have one name, one house
///    and at times one telephone.
/// 5. What more than a few contacts share (a care home's address, a switchboard) says nothing.
package struct Likeness: Hashable, Sendable {
    package enum Level: String, Sendable, CaseIterable {
        case veryLikely = "very-likely"
        case possible
    }

    /// What was compared, and how it came out.
    package enum Reason: String, Sendable, CaseIterable {
        case givenSame = "given-name-same", givenRelated = "given-name-related", givenSimilar = "given-name-similar"
        case initialsFit = "initials-fit", givenUnsure = "given-name-unsure", givenDifferent = "given-name-different"
        case familySame = "family-name-same", familySimilar = "family-name-similar", familyPart = "family-name-part"
        case familyDifferent = "family-name-different", infixDifferent = "infix-different", swapped = "names-swapped"
        case generationDifferent = "generation-different", generationUnsure = "generation-unsure"
        case mobileSame = "mobile-same", phoneSame = "phone-same", emailSame = "email-same"
        case numberSame = "number-same", numberSimilar = "number-similar", daySame = "day-same", daySimilar = "day-similar"
        case numberMarkSame = "number-mark-same", dayMarkSame = "day-mark-same"
        case dayDifferent = "day-different", dayMarkDifferent = "day-mark-different"
        case postalCodeSame = "postal-code-same", postalCodeSimilar = "postal-code-similar"
        case postalCodeDifferent = "postal-code-different"
        case houseNumberSame = "house-number-same", houseNumberSimilar = "house-number-similar"
        case houseNumberDifferent = "house-number-different"
        case streetSame = "street-same", streetSimilar = "street-similar", streetDifferent = "street-different"
        case citySame = "city-same", citySimilar = "city-similar", cityDifferent = "city-different"
    }

    package struct Point: Hashable, Sendable {
        package let reason: Reason
        package let points: Int
    }

    package let score: Int
    package let level: Level
    /// In the order of comparison; none is zero.
    package let reasons: [Point]

    /// From this score on, and with so many points beyond the name, a pair is very likely one person.
    package static let veryLikelyScore = 20
    package static let evidenceScore = 4
    /// Of names that agree well: with these, another house number does not part two.
    private static let strongNameScore = 37
    /// From this score on a pair is listed at all.
    package static let possibleScore = 20

    /// nil when the two are not to be listed.
    package init?(_ a: ContactTraits, _ b: ContactTraits, isCrowded: @escaping (LikenessKey) -> Bool = { _ in false }) {
        guard let a = ParsedTraits(a), let b = ParsedTraits(b) else { return nil }
        self.init(a, b, isCrowded)
    }

    package init?(_ a: ParsedTraits, _ b: ParsedTraits, _ isCrowded: @escaping (LikenessKey) -> Bool) {
        guard a.isGroup == b.isGroup else { return nil }
        let name = NameLikeness(a, b)
        // Most pairs end here.
        if name.givenDiffers, !(a.hasNumbers && b.hasNumbers) { return nil }
        var evidence = Evidence(isCrowded)
        evidence.compare(a, b)
        let beyond = evidence.score
        score = name.score + beyond
        reasons = (name.points + evidence.points).filter { $0.points != 0 }

        guard score >= Likeness.possibleScore else { return nil }
        if name.givenDiffers, !evidence.hasNumber { return nil }
        if evidence.isOtherDay, !evidence.hasNumber {
            guard beyond >= 0 else { return nil }
            level = .possible
            return
        }
        if evidence.hasNumber || evidence.hasPersonal && name.score >= NameLikeness.leastScore {
            level = name.givenDiffers && !evidence.hasNumber ? .possible : .veryLikely
            return
        }
        let isEnough = beyond >= Likeness.evidenceScore && evidence.hasAgreement && score >= Likeness.veryLikelyScore && !name.isUnsure && name.hasAgreement
        // Neighbours share street and postcode: names must then agree for more, and another family name asks for one house.
        let isOneHouse = evidence.hasHouse && name.givenAgrees
        if isEnough, name.familyDiffers ? isOneHouse : !evidence.isOtherHouse || name.score >= Likeness.strongNameScore {
            level = .veryLikely
        } else {
            // Nothing against it: a name alone, or a household's record without a given name.
            guard beyond >= 0 else { return nil }
            level = .possible
        }
    }
}

/// What names say.
private struct NameLikeness {
    /// With something personal in common so much of a name is enough.
    static let leastScore = 10

    private(set) var points: [Likeness.Point] = []
    private(set) var score = 0
    /// Given names of both that are not one name.
    private(set) var givenDiffers = false
    /// Initials, or a name that is another's beginning: Jan and Janneke.
    private(set) var isUnsure = false
    private(set) var familyDiffers = false
    /// The same given name, or nearly.
    private(set) var givenAgrees = false
    /// Whether any part of the names agrees at all.
    private(set) var hasAgreement = false

    init(_ a: ParsedTraits, _ b: ParsedTraits) {
        let generations = (a.generation, b.generation)
        let straight = NameLikeness(
            a, given: b.given, family: b.family, infixes: (a.infix, b.infix), generations: generations, isSwapped: false)
        self = straight
        // Given and family name in each other's column.
        let given = b.given.first ?? []
        // Names that are written otherwise still begin with one letter.
        if straight.score < 35, a.given.first?.first == b.family.first || a.family.first == given.first {
            let swapped = NameLikeness(
                a, given: b.family.isEmpty ? [] : [b.family], family: given, infixes: ([], []), generations: generations, isSwapped: true)
            if swapped.score > straight.score, !swapped.givenDiffers, !swapped.isUnsure { self = swapped }
        }
    }

    private init(
        _ a: ParsedTraits, given: [ArraySlice<UInt8>], family: ArraySlice<UInt8>,
        infixes: (ArraySlice<UInt8>, ArraySlice<UInt8>), generations: (ArraySlice<UInt8>, ArraySlice<UInt8>), isSwapped: Bool
    ) {
        compareGiven(a.given, given)
        compareFamily(a.family, a.wholeFamily, family)
        if infixes.0 != infixes.1, !infixes.0.isEmpty, !infixes.1.isEmpty { add(.infixDifferent, -3) }
        if isSwapped { add(.swapped, -4) }
        guard generations.0 != generations.1 else { return }
        if generations.0.isEmpty || generations.1.isEmpty {
            // "Jan Jansen" may be either of the two.
            add(.generationUnsure, -4)
            isUnsure = true
        } else {
            add(.generationDifferent, -30)
            givenDiffers = true
        }
    }

    private mutating func add(_ reason: Likeness.Reason, _ points: Int) {
        self.points.append(.init(reason: reason, points: points))
        score += points
        if points > 0 { hasAgreement = true }
    }

    private mutating func compareGiven(_ a: [ArraySlice<UInt8>], _ b: [ArraySlice<UInt8>]) {
        var best: GivenLikeness?
        for first in a {
            for second in b {
                let found = GivenLikeness(first, second)
                if best.map({ found.points > $0.points }) ?? true { best = found }
            }
        }
        guard let best else { return }
        add(best.reason, best.points)
        givenDiffers = best == .different
        isUnsure = best == .initials || best == .unsure
        givenAgrees = best == .same || best == .related || best == .near
    }

    private mutating func compareFamily(_ a: ArraySlice<UInt8>, _ whole: [UInt8], _ b: ArraySlice<UInt8>) {
        let second = b.contains(0x20) ? b.filter { $0 != 0x20 }[...] : b
        switch TextLikeness.nearness(whole[...], second) {
        case nil: return
        case .same: add(.familySame, 25)
        case .near: add(.familySimilar, 20)
        case let nearness?:
            // One of two names of a couple: "Hoekstra-de Boer" and "Hoekstra".
            let words = Set(a.split(separator: 0x20).filter { $0.count > 3 })
            if !words.isDisjoint(with: b.split(separator: 0x20)) { return add(.familyPart, 15) }
            switch nearness {
            case .alike: add(.familySimilar, 14)
            case .faint: add(.familySimilar, 7)
            default:
                add(.familyDifferent, -22)
                familyDiffers = true
            }
        }
    }
}

/// How two given names stand to one another.
private enum GivenLikeness {
    case same, related, near, alike, unsure, initials, different

    var points: Int {
        switch self {
        case .same: 22
        case .related: 17
        case .near: 17
        case .alike: 12
        case .unsure: 6
        case .initials: 5
        case .different: -30
        }
    }

    var reason: Likeness.Reason {
        switch self {
        case .same: .givenSame
        case .related: .givenRelated
        case .near, .alike: .givenSimilar
        case .unsure: .givenUnsure
        case .initials: .initialsFit
        case .different: .givenDifferent
        }
    }

    init(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) {
        let words = (a.split(separator: 0x20), b.split(separator: 0x20))
        let hasInitials = (words.0.allSatisfy { $0.count == 1 }, words.1.allSatisfy { $0.count == 1 })
        if hasInitials.0 || hasInitials.1 {
            let first = words.0.first?.first, second = words.1.first?.first
            self = first == second ? .initials : .different
            return
        }
        let first = a.filter { $0 != 0x20 }[...], second = b.filter { $0 != 0x20 }[...]
        if first == second { self = .same; return }
        // "Jan Willem" and "Jan": a second name is often left out.
        if words.0.count != words.1.count, min(words.0.count, words.1.count) == 1, words.0[0] == words.1[0] {
            self = .related
            return
        }
        if GivenNames.areRelated(first, second) { self = .related; return }
        let shorter = min(first.count, second.count)
        // An ending more is often somebody else: Johan and Johanna, Paul and Paula, Jan and Janneke.
        if first.starts(with: second) || second.starts(with: first) {
            let ending = (first.count > second.count ? first : second).dropFirst(shorter)
            self = ending.count == 1 && shorter >= 4 && !"aeio".utf8.contains(ending.first ?? 0) ? .alike : .unsure
            return
        }
        let distance = TextLikeness.distance(first, second, limit: 2)
        if distance == 1 {
            // Tim and Tom, Hans and Hana: of short names one letter makes another one.
            if shorter >= 5 { self = .near; return }
            let isExchange = first.count == second.count && first.sorted() == second.sorted()
            self = isExchange ? .near : first.count != second.count && shorter >= 3 ? .alike : shorter == 4 ? .unsure : .different
            return
        }
        let likeness = TextLikeness.jaroWinkler(first, second)
        if (distance <= 2 && shorter >= 5 && likeness >= 0.85) || likeness >= 0.9 { self = .alike; return }
        self = likeness >= 0.86 ? .unsure : .different
    }
}

/// What everything beside the name says.
private struct Evidence {
    private(set) var points: [Likeness.Point] = []
    private(set) var score = 0
    /// A kept number, such as a membership number.
    private(set) var hasNumber = false
    /// An e-mail address or a mobile number.
    private(set) var hasPersonal = false
    /// The same postcode and house number, and another house number.
    var hasHouse: Bool { Set(points.map(\.reason)).isSuperset(of: [.postalCodeSame, .houseNumberSame]) }
    /// Whether anything agrees besides the mark of a birth date, which one of 256 people have by chance.
    var hasAgreement: Bool { points.contains { $0.points > 0 && $0.reason != .dayMarkSame } }
    var isOtherDay: Bool { points.contains { $0.reason == .dayDifferent || $0.reason == .dayMarkDifferent } }
    var isOtherHouse: Bool { points.contains { $0.reason == .houseNumberDifferent } }
    private let isCrowded: (LikenessKey) -> Bool

    init(_ isCrowded: @escaping (LikenessKey) -> Bool) { self.isCrowded = isCrowded }

    mutating func compare(_ a: ParsedTraits, _ b: ParsedTraits) {
        comparePoints(a, b)
        compareNumbers(a, b)
        compareAddresses(a, b)
    }

    private mutating func add(_ reason: Likeness.Reason, _ points: Int) {
        self.points.append(.init(reason: reason, points: points))
        score += points
    }

    private mutating func comparePoints(_ a: ParsedTraits, _ b: ParsedTraits) {
        let phones = a.phones.filter { b.phones.contains($0) && !isCrowded(LikenessKey(.phone, $0)) }
        if phones.contains(where: Evidence.isMobile) {
            add(.mobileSame, 25)
            hasPersonal = true
        } else if !phones.isEmpty {
            add(.phoneSame, 12)
        }
        if a.emails.contains(where: { b.emails.contains($0) && !isCrowded(LikenessKey(.email, $0)) }) {
            add(.emailSame, 30)
            hasPersonal = true
        }
    }

    /// Dutch mobile numbers begin with 06 (Nummerplan telefoon- en ISDN-diensten).
    private static func isMobile(_ phone: ArraySlice<UInt8>) -> Bool { phone.starts(with: "+316".utf8) }

    private mutating func compareNumbers(_ a: ParsedTraits, _ b: ParsedTraits) {
        if a.numbers.contains(where: { b.numbers.contains($0) && !isCrowded(LikenessKey(.number, $0)) }) {
            add(.numberSame, 40)
            hasNumber = true
        } else if Evidence.hasNear(a.numbers, b.numbers) {
            add(.numberSimilar, 20)
            hasNumber = true
        } else if a.numberMarks.contains(where: { b.numberMarks.contains($0) && !isCrowded(LikenessKey(.number, $0)) }) {
            add(.numberMarkSame, 40)
            hasNumber = true
        }
        if a.days.contains(where: b.days.contains) {
            add(.daySame, 12)
        } else if Evidence.hasNear(a.days, b.days) {
            add(.daySimilar, 6)
        } else if a.dayMarks.contains(where: b.dayMarks.contains) {
            add(.dayMarkSame, 12)
        } else if !a.dayMarks.isEmpty, !b.dayMarks.isEmpty {
            add(.dayMarkDifferent, -10)
        } else if !a.days.isEmpty, !b.days.isEmpty {
            add(.dayDifferent, -10)
        }
    }

    private static func hasNear(_ a: [ArraySlice<UInt8>], _ b: [ArraySlice<UInt8>]) -> Bool {
        a.contains { first in b.contains { first.count >= 7 && TextLikeness.distance(first, $0, limit: 1) == 1 } }
    }

    private mutating func compareAddresses(_ a: ParsedTraits, _ b: ParsedTraits) {
        var best: (score: Int, points: [Likeness.Point])?
        for first in a.addresses {
            for second in b.addresses {
                let found = points(first, second)
                let score = found.reduce(0) { $0 + $1.points }
                if best.map({ score > $0.score }) ?? true { best = (score, found) }
            }
        }
        guard let best else { return }
        points += best.points
        score += best.score
    }

    private func points(_ a: ParsedTraits.Address, _ b: ParsedTraits.Address) -> [Likeness.Point] {
        var found: [Likeness.Point] = []
        func add(_ reason: Likeness.Reason, _ points: Int) { found.append(.init(reason: reason, points: points)) }
        if !a.postalCode.isEmpty, !b.postalCode.isEmpty {
            switch TextLikeness.distance(a.postalCode, b.postalCode, limit: 2) {
            case 0: add(.postalCodeSame, 14)
            case 1: add(.postalCodeSimilar, 8)
            case 2: break
            default: add(.postalCodeDifferent, -6)
            }
        }
        if !a.number.isEmpty, !b.number.isEmpty {
            if a.number == b.number {
                add(.houseNumberSame, 10)
            } else if TextLikeness.distance(a.number, b.number, limit: 1) == 1 || a.number.sorted() == b.number.sorted() {
                add(.houseNumberSimilar, 3)
            } else {
                add(.houseNumberDifferent, -8)
            }
        }
        switch TextLikeness.nearness(a.street, b.street) {
        case nil: break
        case .same: add(.streetSame, 16)
        case .near: add(.streetSimilar, 14)
        case .alike: add(.streetSimilar, 11)
        case .faint: add(.streetSimilar, 6)
        case .different: add(.streetDifferent, -10)
        }
        switch TextLikeness.nearness(a.city, b.city) {
        case nil: break
        case .same: add(.citySame, 8)
        case .near: add(.citySimilar, 7)
        case .alike: add(.citySimilar, 5)
        case .faint: add(.citySimilar, 2)
        case .different: add(.cityDifferent, -4)
        }
        let isShared = a.postalCode == b.postalCode && a.number == b.number
        if isShared, let key = LikenessKey(a), isCrowded(key) { return found.filter { $0.points < 0 } }
        return found
    }
}
