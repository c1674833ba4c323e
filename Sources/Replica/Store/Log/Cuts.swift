import CRDT
import Wire

/// Cut and rename (Protocol.md, "Copies"; the rules are in CRDT's Fork.swift): takes in that copies of a writer's replica
/// parted, and gives what lies beyond the cut its new names, everywhere in the file.
///
/// Invariant: all of it happens in the caller's transaction, after every note has been stamped. Statements and receipts
/// keep the names they were made with, because their own names are hashes of them; deltas held in part and those that wait
/// keep theirs too. All of these are translated, by their nonces, whenever they are used.
struct Cutting {
    private let access: Access
    private let moment: Moment

    init(_ access: Access, moment: Moment) {
        self.access = access
        self.moment = moment
    }

    private var writers: Writers { access.writers }

    /// Returns false when the cut was known.
    ///
    /// - Parameter told: only a statement says so; else two chains have shown it.
    func learn(_ cut: Cut, told: Bool = false) throws -> Bool {
        let known = try writers.cuts(of: cut.root)
        guard cut.last > 0, !known.contains(cut.last) else { return false }
        if mutated(.smallestCutOnly), let least = known.min(), least <= cut.last { return false }
        try writers.keep(cut)
        let line = writers.all.filter { ($0.origin?.root ?? $0.id) == cut.root }
        // A copy of this replica may go on as the same writer: this one does not.
        for writer in line where writer.isCurrent { try writers.update(writer.ordinal) { $0.isCurrent = false } }
        for writer in line { try split(writer, at: cut) }
        try note(cut, line, isSeen: try !told || hasBranches(at: cut))
        return true
    }

    /// Whether what is held here goes on in more than one way where the copies parted.
    private func hasBranches(at cut: Cut) throws -> Bool {
        try writers.all.filter { writer in
            guard let origin = writer.origin, origin.root == cut.root, origin.before.last <= cut.last else { return false }
            return try writers.ends(of: writer.id, after: 0).first.map { $0.last > cut.last } ?? false
        }.count > 1
    }

    private func note(_ cut: Cut, _ line: [Writers.Writer], isSeen: Bool) throws {
        guard !line.isEmpty else { return }
        let device = line.lazy.compactMap(\.device).first
        var label: String?
        if let device {
            let select = try access.connection.statement("select label from kith_device where id = ?")
            defer { select.reset() }
            select.bind(1, device)
            if try select.step() { label = select.text(0) }
        }
        access.foundCopies.append(FoundCopy(
            cut: cut, device: device, label: label, isOwn: line.contains { $0.own > 0 }, isSeen: isSeen))
    }

    /// Renames what one writer has beyond the cut, if it has batches on both sides of it.
    private func split(_ writer: Writers.Writer, at cut: Cut) throws {
        let ends = try writers.ends(of: writer.id, after: 0)
        guard let place = ends.firstIndex(where: { $0.last > cut.last }), place > 0 else { return }
        let before = ends[place - 1]
        let name = try writers.meet(ends[place].nonce, collection: writer.collection, device: writer.device)
        let rename = Rename(writer.ordinal, after: before.last, to: name)
        access.contents.touchAll()
        let hadName = try writers.ends(of: ends[place].nonce, after: 0).isEmpty == false

        try moveRows(rename, uniting: hadName)
        try moveRanges(rename)
        try noteMoved(rename)
        try rewriteContexts(rename)
        try writers.setOrigin(of: name, Origin(root: cut.root, before: before))
        try writers.update(name) { named in
            if writer.closed > before.last { named.closed = max(named.closed, writer.closed) }
            if writer.heard > before.last { named.heard = max(named.heard, writer.heard) }
            if writer.own > before.last { named.own = max(named.own, writer.own) }
        }
        try writers.update(writer.ordinal) {
            $0.closed = min($0.closed, before.last)
            $0.heard = min($0.heard, before.last)
            $0.own = min($0.own, before.last)
        }
        try renameTexts(rename)
        try showAgain(rename)
    }

    /// Texts name dots in their states; what stands side by side is put in order by the names.
    private func renameTexts(_ rename: Rename) throws {
        guard access.hasTexts else { return }
        let select = try access.connection.statement("select record, col from kith_text order by record, col")
        var found: [(record: [UInt8], column: Int)] = []
        while try select.step() { found.append((Array(select.bytes(0)), Int(select.integer(1)))) }
        select.reset()
        let records = try Records(access)
        try access.connection.withoutTriggers {
            for (record, number) in found {
                let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
                guard let column = table.columns[number] else { continue }
                let image = try records.image(of: table, key: key)
                let row = column.isShown && image.place != .nowhere ? image.parts(of: column).first : nil
                guard let text = try records.texts.kept(record, number, row: row) else { continue }
                let changes = try records.changes(of: record)
                try records.apply(
                    table, key, record: record, before: changes, after: changes.map(\.change), columns: column.set, image: image, given: [:],
                    texts: [number: try text.renamed(rename, as: writers[rename.name].id)], moment: moment)
            }
        }
    }

    // MARK: Rows

    /// The dots beyond the cut, packed, before and after.
    private func range(_ rename: Rename) -> (first: Int64, last: Int64, shift: Int64) {
        let first = Dot(rename.writer, rename.last).packed + 1
        return (first, Dot(rename.writer, .max).packed, Dot(rename.name, rename.last).packed + 1 - first)
    }

    private func run(_ sql: String, _ arguments: Int64...) throws {
        let statement = try access.connection.statement(sql)
        for (index, argument) in arguments.enumerated() { statement.bind(Int32(index + 1), argument) }
        try statement.run()
    }

    /// - Parameter uniting: some changes may be here under both names: they are one, with the columns of both.
    private func moveRows(_ rename: Rename, uniting: Bool) throws {
        let (first, last, shift) = range(rename)
        if uniting {
            try run(
                """
                update kith_change set columns = columns | (select o.columns from kith_change as o where o.dot = kith_change.dot - ?1),
                    flags = flags | (select o.flags from kith_change as o where o.dot = kith_change.dot - ?1)
                where dot in (select dot + ?1 from kith_change where dot between ?2 and ?3)
                """, shift, first, last)
            try run(
                "delete from kith_change where dot between ?2 and ?3 and dot + ?1 in (select dot from kith_change)", shift, first, last)
        }
        try run("update kith_change set dot = dot + ?1 where dot between ?2 and ?3", shift, first, last)
        try run("update or replace kith_aside set dot = dot + ?1 where dot between ?2 and ?3", shift, first, last)
        try run("update or replace kith_increment set dot = dot + ?1 where dot between ?2 and ?3", shift, first, last)
        try run(
            "update or replace kith_batch set writer = ? where writer = ? and last > ?", Int64(rename.name.number),
            Int64(rename.writer.number), Int64(rename.last))
    }

    /// Digests go with the dots of anchors.
    private func noteMoved(_ rename: Rename) throws {
        let (first, last, shift) = range(rename)
        let blocks = try access.connection.statement(
            """
            select block from kith_shown where block between ?1 >> \(ShownDigest.shift) and ?2 >> \(ShownDigest.shift)
            union select distinct dot >> \(ShownDigest.shift) from kith_change where dot between ?1 + ?3 and ?2 + ?3
            """)
        defer { blocks.reset() }
        for (index, argument) in [first, last, shift].enumerated() { blocks.bind(Int32(index + 1), argument) }
        while try blocks.step() { access.writtenBlocks.insert(blocks.integer(0)) }
    }

    /// What can be undone: a range that runs across the cut becomes two.
    private func moveRanges(_ rename: Rename) throws {
        let (first, last, shift) = range(rename)
        try run(
            """
            insert into kith_moment_range (moment, first, last)
            select moment, ?2 + ?1, last + ?1 from kith_moment_range where first < ?2 and last between ?2 and ?3
            """, shift, first, last)
        try run("update kith_moment_range set last = ?2 - 1 where first < ?2 and last between ?2 and ?3", 0, first, last)
        try run(
            "update kith_moment_range set first = first + ?1, last = last + ?1 where first between ?2 and ?3", shift, first, last)
    }

    private static let pageCount = 4_096

    /// Contexts name the writer by both names, and what was implied of a writer's own earlier changes is said.
    private func rewriteContexts(_ rename: Rename) throws {
        let (first, last, shift) = range(rename)
        let select = try access.connection.statement(
            """
            select dot, context from kith_change
            where dot > ?1 and (context is not null or dot between ?2 and ?3) order by dot limit \(Cutting.pageCount)
            """)
        let update = try access.connection.statement("update kith_change set context = ? where dot = ?")
        var after = Int64.min
        var pageCount = 0
        repeat {
            var rewritten: [(dot: Int64, context: Context)] = []
            pageCount = 0
            select.bind(1, after)
            select.bind(2, first + shift)
            select.bind(3, last + shift)
            while try select.step() {
                pageCount += 1
                after = select.integer(0)
                let dot = Dot(packed: after)
                let old = select.isNull(1) ? .empty : try ChangeLog.context(select.bytes(1))
                let new = rename.context(old, of: dot.writer == rename.name ? Dot(rename.writer, dot.sequence) : dot)
                if new != old { rewritten.append((after, new)) }
            }
            select.reset()
            for (dot, context) in rewritten {
                update.bind(1, copyingBlob: ChangeLog.encode(context))
                update.bind(2, dot)
                try update.run()
            }
        } while pageCount == Cutting.pageCount
    }

    /// The writer's name decides between equal times: of records with siblings that differ, what is shown is settled anew.
    private func showAgain(_ rename: Rename) throws {
        let (first, last, shift) = range(rename)
        let select = try access.connection.statement(
            """
            select distinct record from kith_change where dot between ? and ?
            and exists (select 1 from kith_change as o where o.record = kith_change.record and o.flags & 4)
            """)
        select.bind(1, first + shift)
        select.bind(2, last + shift)
        var found: [[UInt8]] = []
        while try select.step() { found.append(Array(select.bytes(0))) }
        select.reset()
        guard !found.isEmpty else { return }
        try access.connection.withoutTriggers {
            let records = try Records(access)
            for record in found { try records.showAgain(record, moment: moment) }
        }
    }
}
