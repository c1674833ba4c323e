import CRDT
import SQLite
import Wire

/// The register of writers, in memory for one access: which writer has which ordinal, what is claimed of each.
final class Writers {
    struct Writer {
        let ordinal: WriterOrdinal
        fileprivate(set) var id: WriterID
        let collection: String
        var device: Nonce?
        /// Last sequence held with nothing missing before it.
        var closed: UInt32 = 0
        /// Greatest sequence that anyone is known to hold whole.
        var heard: UInt32 = 0
        /// Last sequence stamped here.
        var own: UInt32 = 0
        var isCurrent = false
        /// Of a writer that a cut has made.
        var origin: Origin?
        /// Who packed the delta with which it came, if the roster did not name it then.
        var bringer: DeviceID?
    }

    private(set) var all: [Writer] = []
    private var ordinals: [WriterID: WriterOrdinal] = [:]
    private(set) var closed = VersionVector()
    private var cutsByRoot: [WriterID: [UInt32]] = [:]
    private let connection: Connection

    init(_ connection: Connection) throws {
        self.connection = connection
        let rows = try connection.statement(
            "select ordinal, id, collection, device, closed, heard, own, current, root, before_last, before_nonce, bringer from kith_writer order by ordinal")
        defer { rows.reset() }
        while try rows.step() {
            var writer = Writer(
                ordinal: WriterOrdinal(UInt32(rows.integer(0))), id: try rows.nonce(1), collection: rows.text(2),
                device: rows.isNull(3) ? nil : try rows.nonce(3), closed: UInt32(rows.integer(4)),
                heard: UInt32(rows.integer(5)), own: UInt32(rows.integer(6)), isCurrent: rows.integer(7) == 1)
            if !rows.isNull(8) {
                let before = BatchEnd(last: UInt32(rows.integer(9)), nonce: try rows.nonce(10))
                writer.origin = Origin(root: try rows.nonce(8), before: before)
            }
            if !rows.isNull(11) { writer.bringer = try rows.nonce(11) }
            guard Int(writer.ordinal.number) == all.count else { throw StoreError(.damaged, "the register of writers has a gap") }
            take(writer)
        }
        let cuts = try connection.statement("select root, last from kith_cut order by root, last")
        defer { cuts.reset() }
        while try cuts.step() { cutsByRoot[try cuts.nonce(0), default: []].append(UInt32(cuts.integer(1))) }
    }

    private func take(_ writer: Writer) {
        all.append(writer)
        ordinals[writer.id] = writer.ordinal
        closed[writer.ordinal] = writer.closed
    }

    subscript(ordinal: WriterOrdinal) -> Writer { all[Int(ordinal.number)] }
    func ordinal(of id: WriterID) -> WriterOrdinal? { ordinals[id] }
    func writers(of collection: String) -> [Writer] { all.filter { $0.collection == collection } }

    /// The writer with this id, taken up when it is new.
    ///
    /// - Parameter bringer: who packed the delta with which it comes, if the roster does not name it.
    func meet(_ id: WriterID, collection: String, device: Nonce? = nil, bringer: DeviceID? = nil) throws -> WriterOrdinal {
        if let known = ordinals[id] {
            guard self[known].collection == collection else { throw WireError(.malformed, in: "manifest writers") }
            return known
        }
        let insert = try connection.statement("insert into kith_writer (ordinal, id, collection, device, bringer) values (?, ?, ?, ?, ?)")
        let ordinal = WriterOrdinal(UInt32(all.count))
        insert.bind(1, all.count)
        insert.bind(2, id)
        insert.bind(3, copying: collection)
        if let device { insert.bind(4, device) } else { insert.bindNull(4) }
        if let bringer { insert.bind(5, bringer) } else { insert.bindNull(5) }
        try insert.run()
        var writer = Writer(ordinal: ordinal, id: id, collection: collection, device: device)
        writer.bringer = bringer
        take(writer)
        return ordinal
    }

    /// Changes what is kept of a writer, here and in the file.
    func update(_ ordinal: WriterOrdinal, _ change: (inout Writer) -> Void) throws {
        change(&all[Int(ordinal.number)])
        let writer = self[ordinal]
        closed[ordinal] = writer.closed
        let update = try connection.statement(
            "update kith_writer set device = ?, closed = ?, heard = ?, own = ?, current = ? where ordinal = ?")
        if let device = writer.device { update.bind(1, device) } else { update.bindNull(1) }
        update.bind(2, Int(writer.closed))
        update.bind(3, Int(writer.heard))
        update.bind(4, Int(writer.own))
        update.bind(5, writer.isCurrent ? 1 : 0)
        update.bind(6, Int(ordinal.number))
        try update.run()
    }

    // MARK: Batches

    func nonce(of ordinal: WriterOrdinal, at last: UInt32) throws -> Nonce? {
        let select = try connection.statement("select nonce from kith_batch where writer = ? and last = ?")
        defer { select.reset() }
        select.bind(1, Int(ordinal.number))
        select.bind(2, Int(last))
        return try select.step() ? try select.nonce(0) : nil
    }

    func nonce(of id: WriterID, at last: UInt32) throws -> Nonce? {
        try ordinal(of: id).flatMap { try nonce(of: $0, at: last) }
    }

    func keepBatch(of ordinal: WriterOrdinal, _ end: BatchEnd) throws {
        let insert = try connection.statement("insert or ignore into kith_batch (writer, last, nonce) values (?, ?, ?)")
        insert.bind(1, Int(ordinal.number))
        insert.bind(2, Int(end.last))
        insert.bind(3, end.nonce)
        try insert.run()
    }

    /// The batches of a writer with `after` < last <= `through`, ascending.
    func batches(of ordinal: WriterOrdinal, after: UInt32, through: UInt32) throws -> [BatchEnd] {
        let select = try connection.statement(
            "select last, nonce from kith_batch where writer = ? and last > ? and last <= ? order by last")
        defer { select.reset() }
        select.bind(1, Int(ordinal.number))
        select.bind(2, Int(after))
        select.bind(3, Int(through))
        var ends: [BatchEnd] = []
        while try select.step() { ends.append(BatchEnd(last: UInt32(select.integer(0)), nonce: try select.nonce(1))) }
        return ends
    }

    /// The closed version vector of a collection, as it is claimed to others.
    func knowledge(of collection: String) throws -> Knowledge {
        var knowledge = Knowledge()
        for writer in writers(of: collection) {
            guard writer.closed > 0 else { continue }
            guard let nonce = try nonce(of: writer.ordinal, at: writer.closed) else {
                throw StoreError(.damaged, "a claim without its batch")
            }
            knowledge.ends[writer.id] = BatchEnd(last: writer.closed, nonce: nonce)
        }
        return knowledge
    }
}

/// The register of chains, as copies are told apart by it.
extension Writers: ChainRegister {
    /// Met with a batch: one that was only named has nothing to compare.
    func isKnown(_ writer: WriterID) throws -> Bool {
        guard let ordinal = ordinal(of: writer) else { return false }
        return try connection.number("select 1 from kith_batch where writer = ? limit 1", Int64(ordinal.number)) != nil
    }

    func origin(of writer: WriterID) throws -> Origin? { ordinal(of: writer).flatMap { self[$0].origin } }
    func cuts(of root: WriterID) throws -> [UInt32] { cutsByRoot[root] ?? [] }
    var hasCuts: Bool { !cutsByRoot.isEmpty }

    func ends(of writer: WriterID, after last: UInt32) throws -> [BatchEnd] {
        try ordinal(of: writer).map { try batches(of: $0, after: last, through: .max) } ?? []
    }

    /// Reads all batches: there is no index by nonce, for this is asked only where copies are about.
    func holders(of nonces: Set<Nonce>) throws -> [Nonce: BatchHolder] {
        guard !nonces.isEmpty else { return [:] }
        let select = try connection.statement("select writer, last, nonce from kith_batch")
        defer { select.reset() }
        var found: [Nonce: BatchHolder] = [:]
        while found.count < nonces.count, try select.step() {
            let nonce = try select.nonce(2)
            guard nonces.contains(nonce) else { continue }
            found[nonce] = BatchHolder(
                writer: self[WriterOrdinal(UInt32(select.integer(0)))].id,
                end: BatchEnd(last: UInt32(select.integer(1)), nonce: nonce))
        }
        return found
    }

    /// Gives a writer that has stamped nothing another name: two copies of this file must not begin with one name.
    func rename(_ ordinal: WriterOrdinal, to id: WriterID) throws {
        let update = try connection.statement("update kith_writer set id = ? where ordinal = ?")
        update.bind(1, id)
        update.bind(2, Int(ordinal.number))
        try update.run()
        ordinals[self[ordinal].id] = nil
        ordinals[id] = ordinal
        all[Int(ordinal.number)].id = id
    }

    func pieces(of root: WriterID) throws -> [WriterID] { all.filter { $0.origin?.root == root }.map(\.id).sorted() }

    func keep(_ cut: Cut) throws {
        let insert = try connection.statement("insert into kith_cut (root, last) values (?, ?)")
        insert.bind(1, cut.root)
        insert.bind(2, Int(cut.last))
        try insert.run()
        cutsByRoot[cut.root, default: []].append(cut.last)
    }

    func markTold(_ cut: Cut) throws {
        let update = try connection.statement("update kith_cut set told = 1 where root = ? and last = ?")
        update.bind(1, cut.root)
        update.bind(2, Int(cut.last))
        try update.run()
    }

    func setOrigin(of ordinal: WriterOrdinal, _ origin: Origin) throws {
        guard self[ordinal].origin != origin else { return }
        let update = try connection.statement("update kith_writer set root = ?, before_last = ?, before_nonce = ? where ordinal = ?")
        update.bind(1, origin.root)
        update.bind(2, Int(origin.before.last))
        update.bind(3, origin.before.nonce)
        update.bind(4, Int(ordinal.number))
        try update.run()
        all[Int(ordinal.number)].origin = origin
    }

    /// The batch that a change belongs to.
    func batch(of dot: Dot) throws -> BatchEnd? {
        let select = try connection.statement("select last, nonce from kith_batch where writer = ? and last >= ? order by last limit 1")
        defer { select.reset() }
        select.bind(1, Int(dot.writer.number))
        select.bind(2, Int(dot.sequence))
        return try select.step() ? BatchEnd(last: UInt32(select.integer(0)), nonce: try select.nonce(1)) : nil
    }

    /// The newest batches of the writers as which this replica goes on.
    var currentEnds: [WriterID: BatchEnd] {
        get throws {
            var ends: [WriterID: BatchEnd] = [:]
            for writer in all where writer.isCurrent && writer.own > 0 {
                ends[writer.id] = try batch(of: Dot(writer.ordinal, writer.own))
            }
            return ends
        }
    }

    /// The newest batch of a writer that was ever heard of.
    func newest(of ordinal: WriterOrdinal) throws -> UInt32 {
        UInt32(try connection.number("select max(last) from kith_batch where writer = ?", Int64(ordinal.number)) ?? 0)
    }

    /// Knowledge that was stated under other names, in those of now.
    func named(_ knowledge: Knowledge) throws -> Knowledge {
        guard hasCuts else { return knowledge }
        let scope = DeltaScope(base: knowledge, result: knowledge, chains: [:])
        let passage = try Passage(scope, origins: [:], in: self, isAdmitted: true)
        return passage.scope.base.union(passage.missing)
    }
}
