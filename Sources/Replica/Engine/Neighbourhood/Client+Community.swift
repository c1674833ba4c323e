import Community
import Schema

extension Client {
    /// Contacts and initiatives: the first client of the engine.
    package static let community = Client(trusted: .community, founding: FoundingRow.community)
}
