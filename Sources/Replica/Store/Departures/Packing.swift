import CRDT
import SQLite
import Wire

/// Reads what a receiver lacks and packs it into sealed segments, within one read snapshot in which no note is unstamped.
///
/// All living changes between the base and the closed version vector are sent, which is all of the log beyond the base.
struct Packing {
    private let access: Access
    private let readers: TableReaders
    private let base: VersionVector
    /// Whether any record may be named by an anchor.
    private let hasBase: Bool
    private let scope: DeltaScope
    private let writerIDs: [WriterID]
    private let places: [UInt32]
    private let log: ChangeLog
    private let records: Records
    private let edits: TextEdits

    /// - Parameters:
    ///   - claimed: the closed version vector that the receiver states; it may be beyond ours.
    ///   - leavingOutForks: what is done about a writer that ends, at the receiver, at a batch that is not one of ours: it is
    ///     left out of the base, so that the delta shows all of our chain.
    /// - Throws: `ForkFound` otherwise.
    init(_ access: Access, collection: String, claimed: Knowledge, leavingOutForks: Bool) throws {
        self.access = access
        let own = try access.writers.knowledge(of: collection)
        let scopeBase = try Packing.base(own: own, claimed: claimed, leavingOutForks, access)
        var chains: [WriterID: Chain] = [:]
        for (id, end) in own.ends where end.last > scopeBase[id] {
            chains[id] = Chain(
                before: scopeBase.ends[id],
                ends: try access.writers.batches(
                    of: access.writers.ordinal(of: id)!, after: scopeBase[id], through: end.last))
        }
        scope = DeltaScope(base: scopeBase, result: own, chains: chains)
        writerIDs = own.ends.keys.sorted()

        var base = VersionVector()
        for (id, end) in scopeBase.ends { base[access.writers.ordinal(of: id)!] = end.last }
        self.base = base
        hasBase = !scopeBase.ends.isEmpty
        var places = Array(repeating: UInt32.max, count: access.writers.all.count)
        for (place, id) in writerIDs.enumerated() {
            places[Int(access.writers.ordinal(of: id)!.number)] = UInt32(place)
        }
        self.places = places
        log = try ChangeLog(access.connection)
        records = try Records(access)
        edits = TextEdits(records)
        readers = TableReaders(access)
    }

    /// What receiver and sender both hold: of each writer the smaller end.
    private static func base(
        own: Knowledge, claimed: Knowledge, _ leavingOutForks: Bool, _ access: Access
    ) throws -> Knowledge {
        var base = Knowledge()
        var forked: [WriterID] = []
        for (id, end) in claimed.ends {
            guard let ownEnd = own.ends[id] else { continue }
            if end.last <= ownEnd.last {
                guard try access.writers.nonce(of: id, at: end.last) == end.nonce || mutated(.ignoresChain) else {
                    forked.append(id)
                    continue
                }
                base.ends[id] = end
            } else {
                base.ends[id] = ownEnd
            }
        }
        guard forked.isEmpty || leavingOutForks else { throw ForkFound(forked.sorted()) }
        return base
    }

    /// Whether the receiver lacks anything that could be claimed.
    var isEmpty: Bool { scope.chains.isEmpty }

    /// Packs everything. `sink` gets the sealed segments in order. What is stale of the collection's digest is counted on the way.
    ///
    /// - Parameters:
    ///   - known: knowledge that the receiver holds by name, to write the base by.
    ///   - resumable: for a connection, which may break: in segments that a poor one brings over whole.
    func pack(
        _ identity: (space: SpaceID, device: DeviceID, replica: ReplicaID), collection: String, known: Knowledge?,
        packedMilliseconds: Int64, resumable: Bool, sink: ([UInt8]) throws -> Void
    ) throws -> (manifest: Manifest, counted: LeavingBlocks) {
        var leaving = try access.contents.leaving(after: base)
        let counter = try BlockCounter(access, readers, records)
        var segments: [Manifest.Segment] = []
        var builder = SegmentBuilder(writers: writerIDs)
        var size = resumable ? SegmentSize.connection : .file
        let sealing = access.environment.sealing
        let epoch = try sealing.currentEpoch(of: collection)
        func flush(isLast: Bool = false) throws {
            guard !builder.isEmpty else { return }
            let changeCount = builder.changeCount
            let body = builder.finish()
            builder = SegmentBuilder(writers: writerIDs, expectedCount: changeCount)
            guard body.count <= Limits.segmentByteCount else { throw StoreError(.valueTooLarge) }
            let sealed = try SealedSegment.seal(
                body, collection: collection, epoch: epoch, salt: access.environment.nonce(), isOnly: isLast && segments.isEmpty, by: sealing)
            segments.append(Manifest.Segment(
                changeCount: changeCount, bodyByteCount: body.count, sealedByteCount: sealed.count,
                digest: Digest.sha256(sealed)))
            size.made(bodyByteCount: body.count, sealedByteCount: sealed.count)
            try sink(sealed)
        }
        for writer in access.writers.writers(of: collection) where writer.closed > base[writer.ordinal] {
            let select = try access.connection.statement(
                "select dot, time, columns, context, flags, record from kith_change where dot > ? and dot <= ? order by dot")
            defer { select.reset() }
            select.bind(1, Dot(writer.ordinal, base[writer.ordinal]).packed)
            select.bind(2, Dot(writer.ordinal, writer.closed).packed)
            while try select.step() {
                let logged = try ChangeLog.change(select)
                let record = select.bytes(5), reader = try readers.standing(on: record)
                try add(logged, record, reader, to: &builder)
                if leaving.takes(logged.change.dot) { try counter.add(logged, record, reader, to: &leaving.hasher) }
                if builder.isFull(at: size.bodyByteCount) { try flush() }
            }
        }
        try flush(isLast: true)
        // The rest is counted with the same statements.
        readers.leave()
        let contents = try access.contents.digest(of: collection, &leaving)
        let manifest = try Manifest(
            space: identity.space, collection: collection, packer: identity.device, packerReplica: identity.replica,
            packedMilliseconds: packedMilliseconds, base: KnowledgeForm(scope.base, known: known),
            chains: scope.chains.mapValues(\.ends), origins: origins, contents: contents, segments: segments,
            epoch: epoch
        ).signed(by: sealing)
        return (manifest, leaving)
    }

    private var origins: [WriterID: Origin] {
        var origins: [WriterID: Origin] = [:]
        for writer in access.writers.all where scope.chains[writer.id] != nil {
            origins[writer.id] = writer.origin
        }
        return origins
    }

    private func place(_ writer: WriterOrdinal) throws -> WriterOrdinal {
        guard Int(writer.number) < places.count, places[Int(writer.number)] != .max else {
            throw StoreError(.damaged, "a change of a writer of another collection")
        }
        return WriterOrdinal(places[Int(writer.number)])
    }

    private func add(_ logged: LoggedChange, _ record: UnsafeRawBufferPointer, _ reader: TableReader, to builder: inout SegmentBuilder) throws {
        let change = logged.change
        let table = reader.table
        let place = builder.table(reader.wire)
        var anchor: Dot?
        if hasBase, !change.isAnchor, let dot = try log.anchor(of: Array(record), within: base) {
            anchor = Dot(try self.place(dot.writer), dot.sequence)
        }
        let travelling = Change(
            dot: Dot(try self.place(change.dot.writer), change.dot.sequence), timeMilliseconds: change.timeMilliseconds,
            columns: change.columns,
            context: change.context.entries.isEmpty
                ? .empty : Context(try change.context.entries.map { .init(try self.place($0.writer), $0.last) }),
            deletes: change.deletes, isAnchor: change.isAnchor)
        try LoggedRecord.withKey(record) { builder.add(travelling, table: place, encodedKey: $0, anchor: anchor) }

        // Of a text of which passages were edited, what this change did.
        let texts = access.hasTexts && !change.columns.isDisjoint(with: table.texts) ? try records.texts.columns(of: Array(record)) : []
        guard reader.byteCount(of: change.columns.subtracting(texts)) <= Limits.changeByteCount else { throw DoesNotFit(table: table.name) }
        let aside = logged.hasAside ? try records.aside(of: change.dot) : nil
        for number in change.columns.numbers where number > 0 {
            let column = table.columns[number]!
            if column.accumulates {
                guard let amount = try access.connection.increment(Array(record), number, change.dot) else {
                    throw StoreError(.damaged, "an increment is gone")
                }
                builder.addInteger(amount, table: place, column: number, part: 0)
            } else if texts.contains(number: number), aside?[number] == nil {
                let edit = try edits.edit(of: change, Array(record), column, reader)
                builder.addEdit(TextEdit.encode(try edit.places { try self.place($0) }), table: place, column: number, part: 0)
            } else if let values = aside?[number] {
                for (part, value) in values.enumerated() { builder.add(value, table: place, column: number, part: part) }
            } else {
                try reader.add(column, to: &builder, place)
            }
        }
    }
}

/// A row of this table holds more than can travel: `TooLarge` finds out which, and packing begins anew.
struct DoesNotFit: Error {
    let table: String
}

/// How large the next segment's body is to be.
///
/// What of a segment has come is lost when the connection breaks, so on a connection a segment is small once it is sealed; in a file, where
/// that is of no use, it is large, which compresses better.
struct SegmentSize {
    /// Of a sealed segment on a connection: a link that breaks every 100 kB brings one over, behind handshake and manifest.
    static let sealedByteCount = 48 << 10
    /// After so many small ones they are large: the manifest, 40 bytes a segment, has to come over in one piece too.
    static let smallCount = 1_024

    /// Bytes of a body after which a new one begins.
    private(set) var bodyByteCount: Int
    private let isSmall: Bool
    private var count = 0

    static let file = SegmentSize(bodyByteCount: Limits.segmentTargetByteCount, isSmall: false)
    /// What does not compress is as large sealed as it was.
    static let connection = SegmentSize(bodyByteCount: sealedByteCount, isSmall: true)

    private init(bodyByteCount: Int, isSmall: Bool) {
        self.bodyByteCount = bodyByteCount
        self.isSmall = isSmall
    }

    /// The next is expected to compress as this one did.
    mutating func made(bodyByteCount body: Int, sealedByteCount sealed: Int) {
        guard isSmall else { return }
        count += 1
        guard count < SegmentSize.smallCount else {
            bodyByteCount = Limits.segmentTargetByteCount
            return
        }
        let expected = body * SegmentSize.sealedByteCount / max(sealed, 1)
        bodyByteCount = min(max(expected, SegmentSize.sealedByteCount), Limits.segmentTargetByteCount)
    }
}

/// The readers of all tables, each made when a record of its table comes.
final class TableReaders {
    private let access: Access
    /// By table number.
    private var readers: [TableReader?] = []

    init(_ access: Access) { self.access = access }

    /// The reader of a record's table, on the record's row.
    func standing(on record: UnsafeRawBufferPointer) throws -> TableReader {
        let (number, rest) = try LoggedRecord.split(record)
        let reader = try reader(of: number >> 1)
        try reader.stand(on: record, usual: number & 1 == 0, rest)
        return reader
    }

    private func reader(of number: Int) throws -> TableReader {
        if number < readers.count, let known = readers[number] { return known }
        guard let table = access.catalog.tables[number] else { throw StoreError(.damaged, "a record of no table") }
        while readers.count <= number { readers.append(nil) }
        let reader = try TableReader(table, access.connection)
        readers[number] = reader
        return reader
    }

    /// Leaves the statements as others may use them.
    func leave() { for reader in readers { reader?.leave() } }
}

/// Reads rows of one table, in the people's table or in the trash, straight into a segment.
final class TableReader {
    let wire: WireTable
    let table: CatalogTable
    private let row: PreparedStatement?
    private let trash: PreparedStatement?
    /// The record that `current` stands on.
    private var record: [UInt8] = []
    private(set) var current: PreparedStatement?

    init(_ table: CatalogTable, _ connection: Connection) throws {
        self.table = table
        wire = table.wire
        row = table.isShown ? try connection.statement(table.selectRow) : nil
        trash = table.isShown ? try connection.statement(table.selectTrash) : nil
    }

    /// Goes to the row of a record, for `add`.
    ///
    /// - Parameters:
    ///   - usual: its key is one usual id.
    ///   - rest: that id, or the encoded key.
    func stand(on record: UnsafeRawBufferPointer, usual: Bool, _ rest: UnsafeRawBufferPointer) throws {
        guard !self.record.withUnsafeBytes({ $0.count == record.count && $0.elementsEqual(record) }) else { return }
        current?.reset()
        current = nil
        self.record.removeAll(keepingCapacity: true)
        self.record.append(contentsOf: record)
        if let row, try step(row, usual, rest) {
            current = row
        } else if let trash, try step(trash, usual, rest) {
            current = trash
        }
    }

    /// Leaves the statements as others may use them.
    func leave() {
        current?.reset()
        current = nil
        record = []
    }

    /// Steps to the row with this key. The digits of a usual id need to live no longer than the step.
    private func step(_ statement: PreparedStatement, _ usual: Bool, _ rest: UnsafeRawBufferPointer) throws -> Bool {
        var isThere = false
        if usual {
            try withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digits in
                unpackID(rest, into: digits.baseAddress!)
                statement.bind(1, text: UnsafeRawBufferPointer(digits))
                isThere = try statement.step()
            }
        } else {
            for (offset, part) in RecordKey(trusted: Array(rest)).parts.enumerated() { statement.bind(Int32(1 + offset), copying: part) }
            isThere = try statement.step()
        }
        if !isThere { statement.reset() }
        return isThere
    }

    func add(_ column: CatalogColumn, to builder: inout SegmentBuilder, _ place: Int) throws {
        guard let row = current, column.isShown else { throw StoreError(.damaged, "a value in \(table.name) is gone") }
        for part in column.parts.indices {
            let index = Int32(1 + column.firstPart + part)
            switch row.storageClass(index) {
            case .integer:
                builder.addInteger(row.integer(index), table: place, column: column.number, part: part)
            case .real:
                builder.addReal(row.real(index), table: place, column: column.number, part: part)
            case .text:
                let bytes = try checked(row.bytes(index), column)
                builder.addText(bytes, table: place, column: column.number, part: part)
            case .blob:
                let bytes = try checked(row.bytes(index), column)
                builder.addBlob(bytes, table: place, column: column.number, part: part)
            case .null:
                builder.addNull(table: place, column: column.number, part: part)
            }
        }
    }

    /// Of the values in the row; what is aside was measured when it came.
    func byteCount(of columns: ColumnSet) -> Int {
        guard let row = current else { return 0 }
        var count = 0
        for (index, part) in table.parts.enumerated() where columns.contains(number: part.column) {
            let type = row.storageClass(Int32(1 + index))
            if type == .text || type == .blob { count += row.byteCount(Int32(1 + index)) }
        }
        return count
    }

    private func checked(_ bytes: UnsafeRawBufferPointer, _ column: CatalogColumn) throws -> UnsafeRawBufferPointer {
        guard bytes.count <= Limits.valueByteCount else {
            throw DoesNotFit(table: table.name)
        }
        return bytes
    }
}
