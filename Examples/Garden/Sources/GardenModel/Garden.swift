import Kith

/// What people of an allotment write down: plots, what grows in them, and who tends which.
public enum Garden {
    public static let schema = Schema {
        Table("plot") {
            Column("name")
            // Everybody adds to it, apart or together, and all of it counts.
            Column("waterings", .counter)
            Column.createdAt
        }
        Table("bed", ownedBy: [Table.Owner("plot", of: "plot")]) {
            Column("plot", references: "plot")
            Column("plant")
            // Whoever saw blight is right, whatever somebody else wrote later.
            Column("health", .rank(["blight", "doubtful", "well"]))
            Column.createdAt
        }
        // A set: who adds the same pair twice, or apart, makes one row.
        Table("tends", key: .pair("plot", "gardener"), columns: [])
    }

    public static let client = Result { try Client(schema: schema, founding: [Client.Seed("plot", id: "common", ["name": "The common plot"])]) }
}
