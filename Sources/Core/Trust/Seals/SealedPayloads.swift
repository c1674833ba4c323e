import CRDT
import Crypto
import Wire

/// What a newcomer must know of its space: its name and the secret under which the ids of imported rows are made.
///
/// Sealed in the genesis: text name, 32 bytes of import secret.
enum SpaceDescription {
    private static let context = "space"
    static let sealedByteCountLimit =
        2 + Limits.labelByteCount + SpaceIdentity.importSecretByteCount + SealedField.overheadByteCount

    static func seal(name: String, importSecret: [UInt8], under key: EpochKey, salt: Nonce) throws -> [UInt8] {
        guard name.utf8.count <= Limits.labelByteCount else { throw WireError(.tooLarge, in: "space") }
        guard importSecret.count == SpaceIdentity.importSecretByteCount else { throw WireError(.malformed, in: "space") }
        var out = ByteWriter()
        out.text(name)
        out.raw(importSecret)
        return try SealedField.seal(out.bytes, under: key, context: context, salt: salt)
    }

    static func open(_ sealed: [UInt8], of space: SpaceID, under key: EpochKey) -> SpaceIdentity? {
        guard let bytes = SealedField.open(sealed, under: key, context: context) else { return nil }
        return try? bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes, in: "space")
            let name = try reader.text(limit: Limits.labelByteCount)
            let secret = Array(try reader.raw(SpaceIdentity.importSecretByteCount))
            try reader.finish()
            return SpaceIdentity(id: space, name: name, importSecret: secret)
        }
    }
}

/// The records that one erase statement erases: what is sealed in it. Nothing of the records but their keys.
///
/// Layout: count of (text table, counted key); ascending by table and then by key, each once.
package struct ErasedRecords: Hashable, Sendable {
    package struct Record: Hashable, Comparable, Sendable {
        package let table: String
        /// A record key, encoded (Protocol.md, "Record key").
        package let key: [UInt8]

        package init(table: String, key: [UInt8]) {
            self.table = table
            self.key = key
        }

        package static func < (a: Record, b: Record) -> Bool {
            if a.table.utf8.elementsEqual(b.table.utf8) { return a.key.lexicographicallyPrecedes(b.key) }
            return a.table.utf8.lexicographicallyPrecedes(b.table.utf8)
        }
    }

    /// Ascending, each once.
    package let records: [Record]

    /// - Throws: `WireError.tooLarge` beyond what one statement holds: the caller makes several.
    package init(_ records: some Sequence<Record>) throws {
        self.records = Set(records).sorted()
        guard self.records.count <= Limits.erasedRecordCount,
            self.records.allSatisfy({ $0.key.count <= Limits.keyByteCount && $0.table.utf8.count <= Limits.nameByteCount }),
            encoded.count <= Limits.erasureByteCount - SealedField.overheadByteCount
        else { throw WireError(.tooLarge, in: "erasure") }
    }

    package var encoded: [UInt8] {
        var out = ByteWriter()
        out.number(records.count)
        for record in records {
            out.text(record.table)
            out.counted(record.key)
        }
        return out.bytes
    }

    package init(encoded: [UInt8]) throws {
        records = try encoded.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes, in: "erasure")
            var records: [Record] = []
            for _ in 0..<(try reader.count(limit: Limits.erasedRecordCount, bytesEach: 2)) {
                let record = Record(
                    table: try reader.text(limit: Limits.nameByteCount), key: Array(try reader.counted(limit: Limits.keyByteCount)))
                guard records.last.map({ $0 < record }) ?? true else { throw reader.failure(.malformed) }
                records.append(record)
            }
            try reader.finish()
            return records
        }
    }
}

extension Statement.Erasure {
    private static func context(_ collection: String) -> String { "erase \(collection)" }

    package static func seal(_ records: ErasedRecords, collection: String, under key: EpochKey, salt: Nonce) throws -> Statement.Erasure {
        Statement.Erasure(
            collection: collection, epoch: key.id,
            sealed: try SealedField.seal(records.encoded, under: key, context: context(collection), salt: salt))
    }

    /// - Throws: `WireError.noKey` without the key, `.damaged` when it was not sealed under it, or as `ErasedRecords` says.
    package func open(with ring: KeyRing) throws -> ErasedRecords {
        guard let key = ring.key(epoch, of: collection) else { throw WireError(.noKey, in: "erasure") }
        guard let bytes = SealedField.open(sealed, under: key, context: Statement.Erasure.context(collection)) else {
            throw WireError(.damaged, in: "erasure")
        }
        return try ErasedRecords(encoded: bytes)
    }
}

/// The keys before a new one, sealed under it: ChaCha20-Poly1305 without a salt, because a new key is drawn for this and seals it once.
enum OlderKeys {
    private static let tagByteCount = 16

    /// Nothing of nothing.
    static func sealedByteCount(of count: Int) -> Int { count == 0 ? 0 : count * EpochKey.byteCount + tagByteCount }

    static func seal(_ keys: [EpochKey], under key: EpochKey, scope: String) throws -> [UInt8] {
        guard !keys.isEmpty else { return [] }
        let box = try ChaChaPoly.seal(keys.flatMap(\.bytes), using: derived(key, scope), nonce: nonce())
        return Array(box.ciphertext) + Array(box.tag)
    }

    /// Those whose ids are in the statement; none when it was sealed under another key or has been made up.
    static func open(_ new: Statement.Rotation.NewKey, under key: EpochKey, scope: String) -> [EpochKey] {
        guard new.sealed.count == sealedByteCount(of: new.older.count), !new.older.isEmpty,
            let box = try? ChaChaPoly.SealedBox(
                nonce: nonce(), ciphertext: new.sealed.dropLast(tagByteCount), tag: new.sealed.suffix(tagByteCount)),
            let bytes = try? ChaChaPoly.open(box, using: derived(key, scope))
        else { return [] }
        return new.older.indices.compactMap { index in
            EpochKey(bytes.dropFirst(index * EpochKey.byteCount).prefix(EpochKey.byteCount)).flatMap { $0.id == new.older[index] ? $0 : nil }
        }
    }

    private static func derived(_ key: EpochKey, _ scope: String) -> SymmetricKey {
        key.derived(salt: [], info: Array("kith older 1".utf8) + [0] + Array(scope.utf8), byteCount: 32)
    }

    private static func nonce() throws -> ChaChaPoly.Nonce { try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12)) }
}
