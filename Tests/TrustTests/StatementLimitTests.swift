import CRDT
import Testing
import Trust
import Wire

/// Limits of a statement's parts at limit - 1, limit and limit + 1.
@Suite struct StatementLimitTests {
    private static func ids(_ count: Int) -> [StatementID] {
        (0..<count).map { StatementID(of: [UInt8($0 & 255), UInt8($0 >> 8)]) }.sorted()
    }

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
}
