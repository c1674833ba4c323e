import Community
import CRDT
import Engine
import Schema

/// Whose rows a simulated laptop keeps, and how its person writes them.
///
/// The course of a seed is the same whoever they are: what a row is, only this says.
struct SimulatedClient: Sendable {
    let client: Client
    /// Where its rows are.
    let collection: String
    /// What some newcomers are admitted to alone; nil: everybody to everything.
    let part: [String]?
    /// The table of what can be erased, and the column that `crafted` rows have.
    let root: (table: String, column: String)
    /// A new one, of one text.
    let insertion: String
    /// What belongs to one, each of its id and one text; and in which column the id is.
    let belongings: [(table: String, owner: String, insertion: String)]
    /// One that is there gets another text, of text and id.
    let change: String

    static let community = SimulatedClient(
        client: .community, collection: "people", part: ["directory"], root: ("contact", "given_name"),
        insertion: "insert into contact (given_name) values (?)",
        belongings: [("contact_point", "contact", "insert into contact_point (contact, type, value) values (?, 'tel', ?)")],
        change: "update contact set family_name = ? where id = ?")

    /// The tables of Examples/Garden: a counter, a rank and a set.
    ///
    /// - Parameter other: the space has this collection too. A program passes over deltas of a collection that it has no table of.
    static func garden(in collection: Collection, beside other: Collection? = nil) throws -> SimulatedClient {
        SimulatedClient(
            client: try Client(schema: Schema(tables: gardenTables(in: collection, beside: other))), collection: collection.rawValue, part: nil, root: ("plot", "name"),
            insertion: "insert into plot (name) values (?)",
            belongings: [
                ("bed", "plot", "insert into bed (plot, plant, health) values (?, ?, 'doubtful')"),
                ("tends", "plot", "insert into tends (plot, gardener) values (?, ?)"),
            ],
            change: "update plot set name = ?1, waterings = waterings + 1 where id = ?2")
    }

    private static func gardenTables(in collection: Collection, beside other: Collection?) -> [Table] {
        (other.map { [Table("season", in: $0, columns: [Column("name"), .createdAt])] } ?? []) + [
            Table("plot", in: collection, columns: [Column("name"), Column("waterings", .counter, type: .integer, default: "0"), .createdAt]),
            Table(
                "bed", in: collection,
                columns: [
                    Column("plot", references: "plot"), Column("plant"), Column("health", .rank(order: ["blight", "doubtful", "well"])), .createdAt,
                ],
                ownedBy: [Table.Owner("plot", of: "plot")]),
            Table("tends", in: collection, key: .pair("plot", "gardener"), columns: [.createdAt], ownedBy: [Table.Owner("plot", of: "plot")]),
        ]
    }

    /// Those of a seed: mostly a neighbourhood, sometimes a garden, and sometimes both in one space, laptop by laptop. No seed that once
    /// found something is another one by this.
    static func clients(of seed: UInt64) throws -> [SimulatedClient] {
        switch seed % 11 {
        case 5: [try garden(in: Collection(rawValue: "shared"))]
        case 9: [community, try garden(in: .people, beside: .directory)]
        default: [community]
        }
    }

    /// The program that knows the tables of both.
    static func everything() throws -> Client {
        let community = Schema.community
        return try Client(schema: Schema(
            tables: community.tables + gardenTables(in: .people, beside: .directory), views: community.views, codes: community.codes, sameness: community.sameness))
    }
}
