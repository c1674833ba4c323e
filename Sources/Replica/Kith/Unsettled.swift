import CRDT
import Engine
import Store

/// What waits for a person. None of it blocks anything: rows show something sensible meanwhile, the same on every replica.
public enum Unsettled: Hashable, Sendable {
    /// Values that were written apart: one is shown, all are kept.
    case conflict(Record, column: String, values: [Candidate])
    /// Of values of a rank the safest is shown, and not the newest.
    case rankChose(Record, column: String, values: [Candidate])
    /// A passage of a text that several wrote otherwise: all wordings stand in it, side by side. An empty one took words away.
    case passage(Record, column: String, passage: Passage, wordings: [Candidate])
    /// Edits of several, of different passages of a text, stand together and nobody has read them together: what each put in.
    case editsMet(Record, column: String, values: [Candidate])
    /// Somebody deleted the row while somebody else edited it: it stays.
    case editBeatDelete(Record)
    /// The row cannot be written here, by a rule that somebody added to the table: with SQLite's reason. It is tried again at every meeting.
    case parked(Record, reason: String)
    /// The cell is too large to travel, and stays here until it is smaller.
    case tooLarge(Record, column: String)
    /// The column names a row that is not here; in the trash, when it `isDeleted`.
    case dangling(Record, column: String, target: Record?, isDeleted: Bool)

    /// Where a passage stands.
    public struct Passage: Hashable, Sendable {
        /// Of its first line, what comes before it.
        public let before: String
        /// As it stands: all wordings.
        public let words: String
        /// Of its last line, what comes after it.
        public let after: String

        init(_ passage: Conflict.Passage) { (before, words, after) = (passage.before, passage.words, passage.after) }
    }

    /// One of several values.
    public struct Candidate: Hashable, Sendable {
        /// Of a composite its parts, in their order.
        public let values: [Value]
        /// What the writer's device is called, as far as that is known.
        public let writer: String?
        public let isOwn: Bool
        public let isShown: Bool
        /// Milliseconds since 1970 UTC by the writer's clock.
        public let timeMilliseconds: Int64

        init(_ sibling: SiblingDetail) {
            values = sibling.parts.map(Value.init)
            writer = sibling.author.label
            isOwn = sibling.author.isOwn
            isShown = sibling.isShown
            timeMilliseconds = sibling.author.timeMilliseconds
        }
    }
}

/// Which of several values is to stay.
public enum Choice: Hashable, Sendable {
    /// What this device wrote.
    case mine
    /// The newest that this device did not write.
    case theirs
    case newest
    /// Of a text all wordings, as they stand.
    case both
    case value(Value)
}

extension Replica {
    /// Everything that waits for a person, conflicts first. Equal on replicas that hold the same, but for what only this one was asked.
    public func unsettled() throws -> [Unsettled] {
        try explaining {
            try engine.unlock()
            let store = engine.store
            let conflicts = try store.conflicts().map { found -> Unsettled in
                let values = found.siblings.map(Unsettled.Candidate.init)
                guard let passage = found.passage else { return .conflict(Record(found.record), column: found.column, values: values) }
                return .passage(Record(found.record), column: found.column, passage: Unsettled.Passage(passage), wordings: values)
            }
            let notices = try store.notices().map { notice -> Unsettled in
                switch notice.kind {
                case .editBeatDelete: .editBeatDelete(Record(notice.record))
                case .rankChose: .rankChose(Record(notice.record), column: notice.column ?? "", values: notice.siblings.map(Unsettled.Candidate.init))
                case .editsMet: .editsMet(Record(notice.record), column: notice.column ?? "", values: notice.siblings.map(Unsettled.Candidate.init))
                case .parked: .parked(Record(notice.record), reason: notice.detail)
                case .tooLarge: .tooLarge(Record(notice.record), column: notice.column ?? "")
                }
            }
            let dangling = try store.dangling().flatMap { found in
                found.rows.map { Unsettled.dangling(Record($0), column: found.column, target: found.target.map(Record.init), isDeleted: found.isDeleted) }
            }
            return conflicts + notices + dangling
        }
    }

    /// Settles conflicts, by an edit that travels as all edits do.
    ///
    /// - Parameters:
    ///   - record: nil: all of them.
    ///   - column: nil: all columns of the record.
    ///   - passage: of a text only this passage; nil: all that wait in the column.
    ///   - choice: which of the values is to stay.
    /// - Returns: how many.
    @discardableResult
    public func settle(_ record: Record?, column: String? = nil, passage: Unsettled.Passage? = nil, _ choice: Choice) throws -> Int {
        try explaining {
            let stored: Store::Store.Choice = switch choice {
            case .mine: .mine
            case .theirs: .theirs
            case .newest: .newest
            case .both: .both
            case .value(let value): .value(value.stored)
            }
            let place = try passage.flatMap { passage in
                try engine.store.conflicts().lazy.compactMap(\.passage).first { Unsettled.Passage($0) == passage }
            }
            guard passage == nil || place != nil else { return 0 }
            return try engine.store.settle(record?.stored, column: column, passage: place, stored)
        }
    }

    /// Somebody has seen the notices of a record: they are not listed any more, on any replica.
    ///
    /// - Parameter record: nil: all.
    /// - Returns: how many.
    @discardableResult
    public func dismiss(_ record: Record?) throws -> Int { try explaining { try engine.store.dismiss(record?.stored) } }
}
