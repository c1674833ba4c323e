/// The domain's tables, in the order in which a replica makes them: directory first, so that what people point to is there.
package extension Schema {
    static let community = Schema(tables: Table.directory + Table.people)
}

extension Column {
    /// Where something is: an address and, when known, its place on the map. Moving house replaces all of it.
    static let location = Column(composite: "location", [
        Part("street"),
        Part("number"),
        Part("addition"),
        Part("postal_code"),
        Part("city"),
        Part("province"),
        Part("country"),  // ISO 3166-1 alpha-2, or a name as typed
        Part("lat", .real, form: .degrees(limit: 90)),  // degrees, WGS 84
        Part("lon", .real, form: .degrees(limit: 180)),
    ])
}
