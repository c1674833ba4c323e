/// A contact with what belongs to it, as it stands in the shared tables: what a comparison reads.
package struct ContactRows: Sendable {
    /// Texts of the row by column; what is empty is left out.
    package var contact: [String: String]
    /// Type (tel, email, …) and value of each contact point.
    package var points: [(type: String, value: String)]
    /// Texts of the parts of each address.
    package var addresses: [[String: String]]

    package init(
        contact: [String: String] = [:], points: [(type: String, value: String)] = [], addresses: [[String: String]] = []
    ) {
        self.contact = contact
        self.points = points
        self.addresses = addresses
    }
}
