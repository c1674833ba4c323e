import CRDT
import Testing
import Trust
import Wire

/// Limits of a statement's parts at limit - 1, limit and limit + 1.
@Suite struct StatementLimitTests {
    private static func ids(_ count: Int) -> [StatementID] {
        (0..<count).map { StatementID(of: [UInt8($0 & 255), UInt8($0 >> 8)]) }.sorted()
    }

    private static func nonces(_ count: Int) -> [Nonce] { (1...count).map { Nonce(high: 7, low: UInt64($0)) } }

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let limit: Int
        let content: @Sendable (Int) -> Statement.Content
    }

    static let rows: [Row] = [
        Row(testDescription: "uses of an invite", limit: Limits.inviteUseCount) { count in
            .invite(Statement.Invite(publicKey: Laptop.keys("code").identity.signingKey, role: .member, collections: [], mostUses: count))
        },
        Row(testDescription: "writers", limit: Limits.statementWriterCount) { count in
            .writer((0..<count).map { Statement.WriterClaim(collection: "people", writer: Nonce(high: 3, low: UInt64($0))) })
        },
        Row(testDescription: "confirmed erasures", limit: Limits.confirmationCount) { count in .confirm(ids(count)) },
        Row(testDescription: "bytes of an erasure", limit: Limits.erasureByteCount) { count in
            .erase(Statement.Erasure(collection: "people", epoch: .zero, sealed: Array(repeating: 7, count: count)))
        },
        Row(testDescription: "keys of a gift", limit: Limits.epochCount) { count in
            .box(Statement.KeyGift(scope: "people", epochs: nonces(count), recipients: [nonce(1)], boxes: nonce(2)))
        },
        Row(testDescription: "recipients of a gift", limit: Limits.keyBoxCount) { count in
            .box(Statement.KeyGift(scope: "people", epochs: [nonce(1)], recipients: nonces(count), boxes: nonce(2)))
        },
        Row(testDescription: "collections", limit: Limits.collectionCount) { count in
            .invite(Statement.Invite(
                publicKey: Laptop.keys("code").identity.signingKey, role: .member,
                collections: (0..<count).map { "c\($0 + 100)" }, mostUses: 1))
        },
    ]

    @Test(arguments: rows) func atItsEdge(_ row: Row) throws {
        let jan = try Laptop(founder: "Jan")
        let edges: [(Int, WireError.Code?)] = [(row.limit - 1, nil), (row.limit, nil), (row.limit + 1, .tooLarge)]
        for (count, expected) in edges {
            let encoded = try jan.raw(row.content(count))
            #expect(code { _ = try Statement(encoded: encoded) } == expected, "\(count)")
        }
    }

    @Test(arguments: [Limits.statementParentCount - 1, Limits.statementParentCount, Limits.statementParentCount + 1])
    func parents(_ count: Int) throws {
        let encoded = try Laptop(founder: "Jan").raw(.revoke(.zero), parents: Self.ids(count))
        #expect(code { _ = try Statement(encoded: encoded) } == (count > Limits.statementParentCount ? .tooLarge : nil))
    }

    @Test(arguments: [Limits.erasedRecordCount - 1, Limits.erasedRecordCount, Limits.erasedRecordCount + 1])
    func erasedRecords(_ count: Int) {
        let records = (0..<count).map { ErasedRecords.Record(table: "t", key: [UInt8($0 & 255), UInt8($0 >> 8)]) }
        #expect(code { _ = try ErasedRecords(records) } == (count > Limits.erasedRecordCount ? .tooLarge : nil))
    }

    /// The boxes beside a statement: one box that fills them.
    @Test(arguments: [Limits.boxesByteCount - 1, Limits.boxesByteCount, Limits.boxesByteCount + 1]) func boxes(_ byteCount: Int) throws {
        let jan = try Laptop(founder: "Jan")
        let overhead = KeyBoxes([jan.id: Array(repeating: 0, count: 1 << 21)]).encoded.count - (1 << 21)
        let boxes = KeyBoxes([jan.id: Array(repeating: 7, count: byteCount - overhead)])
        #expect(boxes.encoded.count == byteCount)
        let gift = try jan.raw(.box(Statement.KeyGift(scope: "people", epochs: [nonce(1)], recipients: [jan.id], boxes: boxes.name)))
        #expect(code { try jan.take([StatedBytes.join(gift, boxes: boxes.encoded)]) } == (byteCount > Limits.boxesByteCount ? .tooLarge : nil))
    }

    @Test(arguments: [Limits.keyBoxCount - 1, Limits.keyBoxCount, Limits.keyBoxCount + 1]) func boxesOfSoMany(_ count: Int) throws {
        let jan = try Laptop(founder: "Jan")
        let box = Array(repeating: UInt8(7), count: 80)
        let boxes = KeyBoxes(Dictionary(uniqueKeysWithValues: Self.nonces(count).map { ($0, box) }))
        let gift = try jan.raw(.box(Statement.KeyGift(scope: "people", epochs: [nonce(1)], recipients: [jan.id], boxes: boxes.name)))
        #expect(code { try jan.take([StatedBytes.join(gift, boxes: boxes.encoded)]) } == (count > Limits.keyBoxCount ? .tooLarge : nil))
    }

    /// Statements whose parents nobody has: the oldest give way to the newest when they are too many bytes.
    @Test(arguments: [Limits.pendingStatementByteCount - 1, Limits.pendingStatementByteCount, Limits.pendingStatementByteCount + 1])
    func pendingBytes(_ byteCount: Int) throws {
        let jan = try Laptop(founder: "Jan")
        func waiting(_ number: Int, _ size: Int) throws -> [UInt8] {
            try jan.raw(
                .erase(Statement.Erasure(collection: "people", epoch: Nonce(high: 1, low: UInt64(number)), sealed: Array(repeating: 7, count: size))),
                parents: [StatementID(of: [9])])
        }
        var list = try (0..<63).map { try waiting($0, 131_072) }
        let rest = byteCount - list.reduce(0) { $0 + $1.count }
        let overhead = try waiting(63, 100_000).count - 100_000
        list.append(try waiting(63, rest - overhead))
        #expect(list.reduce(0) { $0 + $1.count } == byteCount)
        try jan.take(list)
        #expect(jan.roster.pendingCount == (byteCount > Limits.pendingStatementByteCount ? 63 : 64))
    }
}

/// How much of the roster is one device's, and how much is that of all who decide nothing, at limit - 1, limit and limit + 1.
@Suite struct RosterShareTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let limit: Int
        let content: Statement.Content
        var byteCount = 1
    }

    static let rows: [Row] = [
        Row(testDescription: "statements", limit: Limits.signerStatementCount, content: .confirm([StatementID(of: [1])])),
        Row(testDescription: "labels", limit: Limits.signerLabelCount, content: .label(.zero, SealedLabel(epoch: .zero, sealed: []))),
        Row(testDescription: "cuts", limit: Limits.signerCutCount, content: .cut(collection: "people", .init(root: .zero, last: 1))),
        Row(testDescription: "boxes", limit: Limits.signerBoxCount, content: .box(.init(scope: "people", epochs: [], recipients: [], boxes: .zero))),
        Row(testDescription: "writers", limit: Limits.signerWriterCount, content: .writer([.init(collection: "people", writer: .zero)])),
        Row(testDescription: "removals", limit: Limits.signerRemovalCount, content: .revoke(.zero)),
    ]

    private func statement(_ content: Statement.Content, by signer: UInt64) -> Statement {
        Statement(space: .zero, signer: nonce(signer), timeMilliseconds: 0, parents: [], content: content)
    }

    @Test(arguments: rows) func ofOneDevice(_ row: Row) {
        var budget = RosterBudget()
        for number in 1...row.limit + 1 {
            let next = statement(row.content, by: 1)
            #expect(budget.hasRoom(for: next, byteCount: row.byteCount) == (number <= row.limit), "\(number)")
            if number <= row.limit { budget.note(next, byteCount: row.byteCount) }
        }
        // Another has its own, and so has this one for what is of another kind.
        #expect(budget.hasRoom(for: statement(row.content, by: 2), byteCount: row.byteCount))
    }

    @Test func bytesOfOneDevice() {
        let next = statement(.confirm([StatementID(of: [1])]), by: 1)
        var budget = RosterBudget()
        budget.note(next, byteCount: Limits.signerByteCount - 10)
        for (byteCount, fits) in [(9, true), (10, true), (11, false)] { #expect(budget.hasRoom(for: next, byteCount: byteCount) == fits) }
    }

    /// All members and readers together; a coordinator finds room beyond it.
    @Test func theShareOfAll() throws {
        let content = Statement.Content.confirm([StatementID(of: [1])])
        var byCount = RosterBudget(), byBytes = RosterBudget()
        let most = Limits.rosterStatementCount / Limits.rosterMemberShare
        for number in 0..<most {
            #expect(byCount.hasRoom(for: statement(content, by: UInt64(number % 64 + 1)), byteCount: 1))
            byCount.note(statement(content, by: UInt64(number % 64 + 1)), byteCount: 1)
        }
        #expect(!byCount.hasRoom(for: statement(content, by: 99), byteCount: 1))
        let bytes = Limits.rosterByteCount / Limits.rosterMemberShare, each = Limits.signerByteCount / 2
        for number in 0..<bytes / each { byBytes.note(statement(content, by: UInt64(number + 1)), byteCount: each) }
        let rest = bytes % each
        for (byteCount, fits) in [(rest - 1, true), (rest, true), (rest + 1, false)] where byteCount >= 0 {
            #expect(byBytes.hasRoom(for: statement(content, by: 999), byteCount: byteCount) == fits, "\(byteCount)")
        }
        // Everybody can still say whose its first writers are.
        let writers = Statement.Content.writer([.init(collection: "people", writer: .zero)])
        for number in 1...Limits.signerWriterReserve + 1 {
            #expect(byCount.hasRoom(for: statement(writers, by: 99), byteCount: 1) == (number <= Limits.signerWriterReserve), "\(number)")
            byCount.note(statement(writers, by: 99), byteCount: 1)
        }
        let founder = try Laptop(founder: "Jan")
        let genesis = try Statement(encoded: founder.roster.statements[0])
        byCount.note(genesis, byteCount: 1)
        #expect(byCount.hasRoom(for: Statement(space: .zero, signer: founder.id, timeMilliseconds: 0, parents: [], content: content), byteCount: 1))
    }
}
