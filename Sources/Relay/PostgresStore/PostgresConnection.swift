#if Postgres
import CPostgres
import CRDT
import Glibc
import Relay

/// A connection to PostgreSQL by libpq, with its prepared statements; values travel in binary form both ways.
///
/// Calls block until the server has answered: for threads that may wait, never for an event loop.
/// https://www.postgresql.org/docs/15/libpq.html
final class PostgresConnection: @unchecked Sendable {
    enum Parameter {
        case bytes([UInt8])
        case integer(Int64)
        case text(String)

        static func nonce(_ nonce: Nonce) -> Parameter { .bytes(nonce.bytes) }
    }

    private let handle: OpaquePointer
    private var names: [String: String] = [:]

    /// Where the URL does not say otherwise: a server that is silent is given up within a minute, so that nobody waits for a cable that
    /// was pulled. https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    private static let standards = [
        ("connect_timeout", "10"), ("keepalives_idle", "20"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
        ("tcp_user_timeout", "50000"), ("application_name", "kith-relay"),
    ]

    /// - Parameter passwordFile: in libpq's format, where the URL names no other.
    /// - Throws: `RelayError.storage`; its words never hold the URL, which may have been typed with a password in it.
    init(url: String, passwordFile: String? = nil) throws {
        try PostgresConnection.check(url)
        // What comes later goes before; the URL is taken apart where dbname stands.
        let options = PostgresConnection.standards + (passwordFile.map { [("passfile", $0)] } ?? []) + [("dbname", url)]
        let keywords = options.map { UnsafePointer(strdup($0.0)) } + [nil]
        let values = options.map { UnsafePointer(strdup($0.1)) } + [nil]
        defer { for text in keywords + values { free(UnsafeMutablePointer(mutating: text)) } }
        guard let handle = PQconnectdbParams(keywords, values, 1) else { throw RelayError(.storage, "PostgreSQL: out of memory") }
        self.handle = handle
        guard PQstatus(handle) == CONNECTION_OK else { throw RelayError(.storage, "PostgreSQL: \(message)") }
        // What the server remarks on goes nowhere: it may quote values.
        _ = PQsetNoticeProcessor(handle, { _, _ in }, nil)
        // Whatever the server's configuration says for others: acknowledged means on its disk; what a writer waited for it sees; and a relay
        // that is gone without a word does not keep a space locked.
        try runAll("""
            set client_min_messages = error; set synchronous_commit = on; set default_transaction_isolation = 'read committed';
            set idle_in_transaction_session_timeout = '60s'; set tcp_keepalives_idle = 20; set tcp_keepalives_interval = 10;
            set tcp_keepalives_count = 3
            """)
    }

    deinit { PQfinish(handle) }

    /// Command lines are seen by everyone on a machine: passwords come from PGPASSFILE or the server asks for none.
    private static func check(_ url: String) throws {
        guard let options = PQconninfoParse(url, nil) else { throw RelayError(.storage, "not a URL of PostgreSQL") }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if String(cString: keyword) == "password", let value = option.pointee.val, value.pointee != 0 {
                throw RelayError(.storage, "a password belongs into the file that PGPASSFILE names, not into the URL")
            }
            option += 1
        }
    }

    /// Whether the server can still be asked.
    var isAlive: Bool { PQstatus(handle) == CONNECTION_OK }

    private var message: String {
        String(cString: PQerrorMessage(handle)).split(separator: "\n").first.map(String.init) ?? "no answer"
    }

    // MARK: Statements

    /// Runs a statement, prepared when it is first used on this connection.
    ///
    /// - Throws: `RelayError`: `full` (SQLSTATE class 53, disk_full), `damaged` (XX001, XX002), else `storage` with the SQLSTATE alone:
    ///   the server's words may quote values. https://www.postgresql.org/docs/15/errcodes-appendix.html
    @discardableResult
    func run(_ sql: String, _ parameters: Parameter...) throws -> PostgresRows {
        let name = try prepared(sql)
        var values: [UnsafePointer<CChar>?] = []
        var lengths: [Int32] = []
        let formats = [Int32](repeating: 1, count: parameters.count)
        func sending(_ rest: ArraySlice<Parameter>) -> OpaquePointer? {
            guard let first = rest.first else {
                return PQexecPrepared(handle, name, Int32(parameters.count), values, lengths, formats, 1)
            }
            func with(_ raw: UnsafeRawBufferPointer) -> OpaquePointer? {
                // A nil pointer would be NULL: empty bytes need any other.
                withUnsafePointer(to: CChar(0)) { nothing in
                    values.append(raw.baseAddress?.assumingMemoryBound(to: CChar.self) ?? nothing)
                    lengths.append(Int32(raw.count))
                    return sending(rest.dropFirst())
                }
            }
            switch first {
            case .bytes(let bytes): return bytes.withUnsafeBytes(with)
            case .integer(let number): return withUnsafeBytes(of: number.bigEndian, with)
            case .text(let text): return Array(text.utf8).withUnsafeBytes(with)
            }
        }
        return try rows(sending(parameters[...]))
    }

    /// Runs several statements without parameters.
    func runAll(_ sql: String) throws { _ = try rows(PQexec(handle, sql)) }

    private func prepared(_ sql: String) throws -> String {
        if let known = names[sql] { return known }
        let name = "kith_\(names.count)"
        _ = try rows(PQprepare(handle, name, sql, 0, nil))
        names[sql] = name
        return name
    }

    private func rows(_ result: OpaquePointer?) throws -> PostgresRows {
        guard let result else { throw RelayError(.storage, "PostgreSQL: \(isAlive ? "no memory" : "connection lost")") }
        let status = PQresultStatus(result)
        if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return PostgresRows(result) }
        defer { PQclear(result) }
        // 'C' is PG_DIAG_SQLSTATE, a character constant that Swift does not see.
        guard isAlive, let field = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else {
            throw RelayError(.storage, "PostgreSQL: connection lost")
        }
        let state = String(cString: field)
        switch state {
        case "53100": throw RelayError(.full, "PostgreSQL")
        case "XX001", "XX002": throw RelayError(.damaged, "PostgreSQL: \(state)")
        default: throw RelayError(.storage, "PostgreSQL: SQLSTATE \(state)")
        }
    }

    // MARK: Notifications

    /// For poll(2).
    var socket: Int32 { PQsocket(handle) }

    /// What has come since the last call.
    ///
    /// - Throws: `RelayError.storage` when the connection is lost.
    func notifications() throws -> [String] {
        guard PQconsumeInput(handle) == 1 else { throw RelayError(.storage, "PostgreSQL: connection lost") }
        var found: [String] = []
        while let notification = PQnotifies(handle) {
            found.append(String(cString: notification.pointee.extra))
            PQfreemem(notification)
        }
        return found
    }
}

/// The answer to a statement; valid as long as it is held.
final class PostgresRows {
    private let result: OpaquePointer
    let count: Int
    /// Rows that an insert, update or delete has changed.
    let changedCount: Int

    fileprivate init(_ result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
        changedCount = Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    deinit { PQclear(result) }

    func isNull(_ row: Int, _ column: Int) -> Bool { PQgetisnull(result, Int32(row), Int32(column)) == 1 }

    func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(result, Int32(row), Int32(column)), count: Int(PQgetlength(result, Int32(row), Int32(column))))
    }

    /// A bigint (int8); big-endian on the wire.
    func integer(_ row: Int, _ column: Int) throws -> Int64 {
        let raw = bytes(row, column)
        guard raw.count == 8 else { throw RelayError(.damaged, "PostgreSQL: not a bigint") }
        return Int64(bigEndian: raw.loadUnaligned(as: Int64.self))
    }

    func text(_ row: Int, _ column: Int) -> String { String(decoding: bytes(row, column), as: UTF8.self) }

    func nonce(_ row: Int, _ column: Int) throws -> Nonce {
        guard let nonce = Nonce(bytes: bytes(row, column)) else { throw RelayError(.damaged, "PostgreSQL: not 16 bytes") }
        return nonce
    }
}
#endif
