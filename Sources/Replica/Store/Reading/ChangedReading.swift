import CRDT
import Wire

/// The changes of a writer after one of them.
struct DotSpan {
    let writer: WriterOrdinal
    let last: UInt32

    /// - Parameter last: the last sequence that does not count.
    init(_ writer: WriterOrdinal, after last: UInt32) { (self.writer, self.last) = (writer, last) }

    var dots: ClosedRange<Int64> { Dot(writer, min(last, .max - 1)).packed + 1...Dot(writer, .max).packed }
}

/// Reads which records have changes in spans of the log: counted by SQL, and looked at only when they are named.
///
/// Each record stands where its newest change stands, so that a part of the log gives every record of it once.
struct ChangedReading {
    private let access: Access
    private let spans: [DotSpan]
    private let details: Details

    init(_ access: Access, _ spans: [DotSpan], own: DeviceID) throws {
        self.access = access
        // The writer that was met last is, mostly, the one that wrote last.
        self.spans = spans.sorted { $0.writer.number > $1.writer.number }
        details = try Details(access, own: own)
    }

    /// - Parameter place: the dot before which to go on.
    func records(after place: Int64?, limit: Int) throws -> ChangedRecords {
        var found = ChangedRecords()
        try changes("1", before: place) { dot, record in
            guard let changed = try changed(record, at: dot) else { return true }
            guard found.records.count < limit else {
                found.next = found.records.last?.place
                return false
            }
            found.records.append(changed)
            return true
        }
        return found
    }

    func arrived(limit: Int) throws -> Arrived {
        var arrived = Arrived()
        var writers: [String?: Int] = [:]
        let isShown = "not (\(isHidden))"
        for span in spans {
            let count = try number("1", span)
            guard count > 0 else { continue }
            arrived.changeCount += count
            writers[details.label(of: span.writer), default: 0] += count
            arrived.new.count += try number("flags & 1 and \(isShown)", span)
        }
        arrived.writers = writers.map { (label: $0.key, changeCount: $0.value) }.sorted { ($1.changeCount, $0.label ?? "") < ($0.changeCount, $1.label ?? "") }
        // New rows are many; of the others each is looked at.
        try changes("not flags & 1 and \(isShown)") { dot, record in
            guard let changed = try changed(record, at: dot), !changed.isNew || changed.isDeleted else { return true }
            if changed.isNew { arrived.new.count -= 1 }
            let kind: WritableKeyPath<Arrived, Arrived.Kind> = changed.isDeleted ? \.deleted : \.changed
            arrived[keyPath: kind].count += 1
            if arrived[keyPath: kind].records.count < limit { arrived[keyPath: kind].records.append(changed) }
            return true
        }
        try changes("flags & 1 and \(isShown)") { dot, record in
            if let changed = try changed(record, at: nil), !changed.isDeleted { arrived.new.records.append(changed) }
            return arrived.new.records.count < limit
        }
        return arrived
    }

    // MARK: The log

    private func number(_ condition: String, _ span: DotSpan) throws -> Int {
        Int(try access.connection.number("select count(*) from kith_change where dot between ? and ? and \(condition)", span.dots.lowerBound, span.dots.upperBound) ?? 0)
    }

    /// Calls `body` with changes, the newest first, until it says no.
    private func changes(_ condition: String, before place: Int64? = nil, _ body: (_ dot: Int64, _ record: [UInt8]) throws -> Bool) throws {
        let select = try access.connection.prepare("select dot, record from kith_change where dot between ? and ? and \(condition) order by dot desc")
        for span in spans {
            let last = min(span.dots.upperBound, (place ?? .max) - 1)
            guard last >= span.dots.lowerBound else { continue }
            select.bind(1, span.dots.lowerBound)
            select.bind(2, last)
            defer { select.reset() }
            while try select.step() {
                guard try body(select.integer(0), Array(select.bytes(1))) else { return }
            }
        }
    }

    /// A record with its changes in the spans.
    ///
    /// - Parameter dot: nil for a record that stands elsewhere, at a newer change of it.
    private func changed(_ record: [UInt8], at dot: Int64?) throws -> ChangedRecord? {
        let (table, key) = try record.withUnsafeBytes { try access.catalog.locate($0) }
        guard table.isShown else { return nil }
        let select = try access.connection.statement("select dot, flags, time from kith_change where record = ?")
        defer { select.reset() }
        select.bind(1, copyingBlob: record)
        var count = 0, isNew = false
        var newest: (time: Int64, writer: WriterOrdinal)?
        var place: Int64 = .min
        while try select.step() {
            let each = select.integer(0)
            guard let span = spans.first(where: { $0.dots.contains(each) }) else { continue }
            count += 1
            place = max(place, each)
            if select.integer(1) & 1 != 0 { isNew = true }
            if newest.map({ select.integer(2) > $0.time }) ?? true { newest = (select.integer(2), span.writer) }
        }
        guard let newest, dot == nil || dot == place else { return nil }
        return ChangedRecord(
            record: RecordID(table, key), changeCount: count, isNew: isNew, isDeleted: try !details.records.isInTable(table, key: key),
            author: details.label(of: newest.writer), timeMilliseconds: newest.time, place: place)
    }

    /// Of records of tables that are not shown here.
    private var isHidden: String {
        let beginnings = access.catalog.tables.values.filter { !$0.isShown }.flatMap(\.recordBeginnings).map { "substr(record, 1, \($0.count)) = \($0.literal)" }
        return beginnings.isEmpty ? "0" : beginnings.joined(separator: " or ")
    }
}
