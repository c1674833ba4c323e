import Schema

/// The domain's tables, in the order in which a replica makes them: directory first, so that what people point to is there.
package extension Schema {
    static let community = Schema(
        tables: Table.directory + Table.people, views: View.community,
        codes: Dictionary(uniqueKeysWithValues: CodeList.all.map { ($0.name, Set($0.codes.map(\.code))) }),
        sameness: Sameness(links: "identity_link", rows: "contact", column: "verdict", value: "same"))
}

package extension Collection {
    /// Organisations, places, initiatives, gatherings, terms: may go to partner cities.
    static let directory = Collection(rawValue: "directory")
    /// Contacts and everything about a person: the team only.
    static let people = Collection(rawValue: "people")
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
