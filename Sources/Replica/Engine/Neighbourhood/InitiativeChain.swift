import CRDT
import Store

/// Where an initiative comes from, and what comes after it.
package struct InitiativeChain: Sendable {
    package enum Relation: String, Sendable {
        case adaptedFrom = "adapted_from"
        case predecessor, this, successor
        /// Another was made after the example of one in the chain.
        case adaptation
    }

    package struct Link: Sendable {
        package let relation: Relation
        package let record: RecordID
        package let name: String
        package let status: String
        /// False for a row of another space, or one that is gone.
        package let isHere: Bool
    }

    /// From the oldest to the newest, then what was made after its example.
    package let links: [Link]
}

extension Replica {
    /// Follows `adapted_from` back and `successor` both ways, each row once: a loop ends where it closes.
    package func chain(of initiative: RecordID) throws -> InitiativeChain {
        var rows: [String: RecordRow] = [:]
        try store.list("initiative") { rows[$0.id.text] = $0 }
        var seen: Set<String> = [initiative.text]
        func link(_ relation: InitiativeChain.Relation, _ id: String) -> InitiativeChain.Link {
            InitiativeChain.Link(
                relation: relation, record: RecordID(table: "initiative", key: [id]), name: rows[id]?["name"].asText ?? "",
                status: rows[id]?["status"].asText ?? "", isHere: rows[id] != nil)
        }
        /// Breadth first, each level in the order of ids.
        func follow(_ relation: InitiativeChain.Relation, _ next: (String) -> [String]) -> [InitiativeChain.Link] {
            var found: [InitiativeChain.Link] = []
            var front = [initiative.text]
            while !front.isEmpty {
                front = front.flatMap { next($0).sorted() }.filter { seen.insert($0).inserted }
                found += front.map { link(relation, $0) }
            }
            return found
        }
        func rowsNaming(_ column: String) -> [String: [String]] {
            Dictionary(grouping: rows.values.filter { $0[column].asText != nil }) { $0[column].asText ?? "" }.mapValues { $0.map(\.id.text) }
        }
        let predecessors = rowsNaming("successor"), adaptations = rowsNaming("adapted_from")
        let before = follow(.predecessor) { predecessors[$0] ?? [] }
        let after = follow(.successor) { rows[$0]?["successor"].asText.map { [$0] } ?? [] }
        let from = follow(.adaptedFrom) { rows[$0]?["adapted_from"].asText.map { [$0] } ?? [] }
        let adapted = follow(.adaptation) { adaptations[$0] ?? [] }
        return InitiativeChain(links: from.reversed() + before.reversed() + [link(.this, initiative.text)] + after + adapted)
    }

    /// Says which initiative comes after another; nil: none.
    ///
    /// - Throws: `successorLoop` when the other leads back to this one.
    package func succeed(_ initiative: RecordID, by successor: RecordID?) throws {
        if let successor {
            var successors: [String: String] = [:]
            try store.list("initiative", where: "successor is not null") { successors[$0.id.text] = $0["successor"].asText }
            var seen: Set<String> = []
            var next: String? = successor.text
            while let id = next, seen.insert(id).inserted {
                guard id != initiative.text else { throw EngineError(.successorLoop) }
                next = successors[id]
            }
        }
        try edit { try $0.edit(initiative, [("successor", successor.map { .text($0.text) } ?? .null)]) }
    }
}
