import CRDT
import Wire

/// Where a relay keeps what it carries: one for each program, several spaces in it.
///
/// There are two implementations of one suite of tests: SQLite, a file for each space, and PostgreSQL, where any number of relay
/// processes serve the same spaces.
package protocol RelayStore: AnyObject, Sendable {
    /// The spaces that are here, ascending.
    func spaces() throws -> [SpaceID]

    /// Opens a space. Each one that is opened is used by one thread at a time.
    ///
    /// - Throws: `RelayError.unknownSpace`.
    func open(_ space: SpaceID) throws -> any SpaceStore

    /// Begins a space, empty. One that is here already is opened.
    func create(_ space: SpaceID, incarnation: ReplicaID) throws -> any SpaceStore

    /// Removes a space with all that it holds.
    ///
    /// - Throws: `RelayError.unknownSpace`.
    func remove(_ space: SpaceID) throws

    /// Calls `changed` with a space when another process has committed something to it; a store that no other process can share
    /// never does. The callback comes from any thread.
    func onChange(_ changed: @escaping @Sendable (SpaceID) -> Void)

    func close() throws
}

/// What a relay keeps of one space: statements of the roster, deltas with their sealed segments, and who holds what.
///
/// Order: statements and whole deltas get an ascending *place* when they are taken in; deltas are served in the order of their places.
/// Invariant: what a `transaction` has written is on the disk when it returns, or nothing of it is.
package protocol SpaceStore: AnyObject {
    var space: SpaceID { get }

    /// Names this very store: another one after a restore from a backup, so that peers offer what it has lost.
    var incarnation: ReplicaID { get }

    /// Runs `body` alone among all processes that have this space, and makes what it wrote durable. When it throws, nothing of it remains.
    /// Not within another one of the same space.
    ///
    /// - Throws: what `body` throws; `RelayError.full` when the disk has no room; `RelayError.storage` for other failures.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result

    /// Runs `body`, which only reads, on the space as it is at one moment. Not within a transaction of the same space.
    ///
    /// Where the store can, writers need not wait meanwhile; in the standard implementation it is a transaction.
    func reading<Result>(_ body: () throws -> Result) throws -> Result

    // MARK: Reading, inside a transaction or outside

    func version() throws -> SpaceVersion

    /// Statements taken in after a place, ascending.
    func statements(after place: Int64) throws -> [StoredStatement]

    /// Whole deltas taken in after a place, ascending.
    func deltas(after place: Int64) throws -> [StoredDelta]

    /// Deltas of which some segments are still to come, the newest first.
    func partialDeltas() throws -> [IncomingDelta]

    /// - Throws: `RelayError.storage` when it is not there.
    func segment(_ index: Int, of delta: DeltaID) throws -> [UInt8]

    /// Knowledge that was archived under its name: mostly relative to other archived knowledge, so that it takes tens of bytes where the
    /// whole would take tens of thousands.
    func archived(_ name: Nonce) throws -> KnowledgeForm?

    /// The names of all archived knowledge.
    func archivedNames() throws -> [Nonce]

    /// The name of what a replica last said that it holds, or (`stated`) of what it was last told of this relay.
    func receipt(of replica: ReplicaID, collection: String, stated: Bool) throws -> Nonce?

    /// All replicas that were here, with their receipts.
    func contacts() throws -> [StoredContact]

    /// Events from a moment on, the moment included, ascending. Very old ones may be gone.
    func events(sinceMilliseconds: Int64, limit: Int) throws -> [StoredEvent]

    /// Bytes of all segments and manifests, whole deltas and parts.
    func byteCount() throws -> Int

    // MARK: Writing, inside a transaction

    /// Statements in the order in which they are to be taken in; those that are here already are passed over.
    func append(_ statements: [[UInt8]]) throws

    /// Statements, which are here, as they are to be kept from now on: with other boxes of keys, or none. Their places stay.
    func replace(_ statements: [[UInt8]]) throws

    /// A delta whose segments are to come. The same again changes nothing.
    func begin(_ delta: IncomingDelta) throws

    /// The bytes of a segment; the same again changes nothing.
    func put(_ segment: SealedSegment) throws

    /// All segments have come.
    ///
    /// - Returns: its place, the greatest so far; of a delta that was whole before, the place that it had.
    /// - Throws: `RelayError.storage` when segments are missing.
    func complete(_ delta: DeltaID) throws -> Int64

    /// Removes whole deltas or parts, so that no byte of them is left (SQLite: `secure_delete`).
    func drop(_ deltas: [DeltaID]) throws

    /// Removes parts that nothing has been added to since a moment.
    func dropParts(olderThanMilliseconds: Int64) throws

    /// Keeps the name of what a replica holds (or was told). Writes nothing when it is the same as before.
    func keep(receipt name: Nonce, of replica: ReplicaID, device: DeviceID, collection: String, stated: Bool) throws

    /// Keeps what a replica holds at the receipt that was kept of it last.
    func keep(contents: ContentsDigest, of replica: ReplicaID, collection: String) throws

    /// Archives knowledge under its name; the same again changes nothing.
    func archive(_ form: KnowledgeForm, as name: Nonce) throws

    func dropArchived(_ names: [Nonce]) throws

    /// A session of a replica has ended.
    func note(contact replica: ReplicaID, device: DeviceID, milliseconds: Int64, receivedByteCount: Int, sentByteCount: Int) throws

    func note(_ event: StoredEvent) throws
}

extension SpaceStore {
    package func reading<Result>(_ body: () throws -> Result) throws -> Result { try transaction(body) }
}

/// How far a store is: equal versions, equal statements and whole deltas.
package struct SpaceVersion: Hashable, Sendable {
    /// The greatest place given.
    package let place: Int64
    /// How often something was dropped that another process may remember: whole deltas, and archived knowledge of a store that is shared.
    package let dropCount: Int64

    package init(place: Int64, dropCount: Int64) {
        self.place = place
        self.dropCount = dropCount
    }
}

package struct StoredStatement: Hashable, Sendable {
    package let place: Int64
    package let bytes: [UInt8]

    package init(place: Int64, bytes: [UInt8]) {
        self.place = place
        self.bytes = bytes
    }
}

/// A delta on its way in.
package struct IncomingDelta: Hashable, Sendable {
    /// With the packer's signature.
    package let manifest: Manifest
    /// The greatest place of a statement that its packer is known to have held when it was packed: of an erasure behind this place,
    /// the delta may still hold what was erased.
    package let rosterPlace: Int64
    package let sinceMilliseconds: Int64
    /// Indices of the segments that are here, ascending.
    package var held: [Int]

    package init(manifest: Manifest, rosterPlace: Int64, sinceMilliseconds: Int64, held: [Int] = []) {
        self.manifest = manifest
        self.rosterPlace = rosterPlace
        self.sinceMilliseconds = sinceMilliseconds
        self.held = held
    }

    package var isWhole: Bool { held.count == manifest.segments.count }
}

/// A whole delta.
package struct StoredDelta: Hashable, Sendable {
    package let place: Int64
    package let manifest: Manifest
    package let rosterPlace: Int64
    package let receivedMilliseconds: Int64

    package init(place: Int64, manifest: Manifest, rosterPlace: Int64, receivedMilliseconds: Int64) {
        self.place = place
        self.manifest = manifest
        self.rosterPlace = rosterPlace
        self.receivedMilliseconds = receivedMilliseconds
    }

    /// Bytes of its segments and its manifest.
    package var byteCount: Int { manifest.segments.reduce(manifest.payload.count) { $0 + $1.sealedByteCount } }
}

package struct StoredContact: Hashable, Sendable {
    package let replica: ReplicaID
    package let device: DeviceID
    package let lastMilliseconds: Int64
    package let receivedByteCount: Int64
    package let sentByteCount: Int64
    /// By collection, the name of what it last said that it holds.
    package let receipts: [String: Nonce]
    /// By collection, what it holds there, where it has said so.
    package let contents: [String: ContentsDigest]

    package init(
        replica: ReplicaID, device: DeviceID, lastMilliseconds: Int64, receivedByteCount: Int64, sentByteCount: Int64,
        receipts: [String: Nonce], contents: [String: ContentsDigest] = [:]
    ) {
        self.contents = contents
        self.replica = replica
        self.device = device
        self.lastMilliseconds = lastMilliseconds
        self.receivedByteCount = receivedByteCount
        self.sentByteCount = sentByteCount
        self.receipts = receipts
    }
}

/// Something that an operator may want to know later: codes, ids and numbers, and no name.
package struct StoredEvent: Hashable, Sendable {
    package let milliseconds: Int64
    /// `session` and `session-refused` with the device, `new-incarnation` with what was different.
    package let kind: String
    package let device: DeviceID?
    /// What the kind says: a byte count, a number of deltas, a code.
    package let detail: String

    package init(milliseconds: Int64, kind: String, device: DeviceID?, detail: String) {
        self.milliseconds = milliseconds
        self.kind = kind
        self.device = device
        self.detail = detail
    }
}

/// Why a relay cannot do what it was asked.
package struct RelayError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        /// Not one of this relay's spaces.
        case unknownSpace = "unknown-space"
        /// The space's roster does not say that this device is a relay of it.
        case notAdmitted = "not-admitted"
        /// The disk, or the space's quota, has no room: reading goes on.
        case full
        /// The store failed: what it says is for the log alone.
        case storage
        /// The file is damaged, or not a relay's.
        case damaged
        /// The file is of a newer version.
        case newerVersion = "newer-version"
        /// A file is there already, and nothing is written over it.
        case exists
        /// Another relay process has the store.
        case inUse = "in-use"
    }

    package let code: Code
    /// A path, a setting or a place in the code; nothing of a person.
    package let subject: String

    package init(_ code: Code, _ subject: String = "") {
        self.code = code
        self.subject = subject
    }

    package var description: String { subject.isEmpty ? code.rawValue : "\(code.rawValue) (\(subject))" }
}
