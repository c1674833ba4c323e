/// Every limit of the format, checked before memory is taken. Protocol.md, "Limits", repeats this table.
package enum Limits {
    /// A frame's payload. The largest frame is a manifest with the chain of many years, or a segment around one large change.
    package static let frameByteCount = 32 << 20
    /// A manifest: room for about a million batches.
    package static let manifestByteCount = 32 << 20
    /// A segment's body before compression.
    package static let segmentByteCount = 32 << 20
    /// A builder starts a new segment beyond this; one larger change still gets a segment of its own.
    package static let segmentTargetByteCount = 1 << 20
    package static let segmentTargetChangeCount = 8_192
    package static let segmentChangeCount = 65_536
    package static let deltaSegmentCount = 65_536
    /// One text or blob.
    package static let valueByteCount = 16 << 20
    /// All values of one change.
    package static let changeByteCount = 24 << 20
    package static let keyByteCount = 4_096
    package static let nameByteCount = 256
    package static let labelByteCount = 256
    package static let tableCount = 1_024
    package static let partCount = 64
    /// Values that a rank puts in order.
    package static let rankValueCount = 64
    package static let writerCount = 65_536
    /// Writers that one packer may bring and that the roster does not name; and of `writerCount` what is left for the replica's own.
    package static let strangerCount = 1_024
    /// Deltas of one packer that lie in a replica beside its log: they wait for an earlier one, or cannot be read.
    package static let asideDeltaCount = 64
    /// Bytes of their sealed segments.
    package static let asideByteCount = 256 << 20
    package static let requestByteCount = 1_024
    package static let contextEntryCount = 65_536
    package static let collectionCount = 64
    package static let bundleDeltaCount = 64
    /// Deltas that a relay sends in one round of a session.
    package static let sessionDeltaCount = 65_536
    /// Boxes of the bundle key at a bundle's head.
    package static let newcomerCount = 4_096

    /// One statement of the roster without its boxes: room for an erasure of 4,096 records.
    package static let statementByteCount = 256 << 10
    package static let statementParentCount = 64
    package static let rosterStatementCount = 131_072
    /// All statements of a roster, without boxes. They travel in one frame, with the boxes that are still of use.
    package static let rosterByteCount = 26 << 20
    /// What is not signed by those who decide on members has at most this share of both: what they do always finds room.
    package static let rosterMemberShare = 2
    /// Statements of one device that is no coordinator: all, their bytes, and of kinds of which nobody needs many.
    package static let signerStatementCount = 4_096
    package static let signerByteCount = 512 << 10
    package static let signerLabelCount = 64
    package static let signerCutCount = 256
    package static let signerBoxCount = 64
    /// Writers that one device signs for; and statements of them that find room when the share of all is used up.
    package static let signerWriterCount = 1_024
    package static let signerWriterReserve = 8
    package static let signerRemovalCount = 4
    /// The statements of one frame with their boxes, before compression.
    package static let statementsByteCount = 48 << 20
    /// The boxes of one statement: one for each device.
    package static let boxesByteCount = 4 << 20
    /// Statements whose parents have not come yet.
    package static let pendingStatementCount = 4_096
    package static let pendingStatementByteCount = 8 << 20
    /// Keys of one scope that one statement gives, and older ones that one rotation seals.
    package static let epochCount = 1_024
    /// Devices of one statement that gives keys.
    package static let keyBoxCount = 4_096
    package static let inviteUseCount = 1_000
    package static let statementWriterCount = 64
    package static let confirmationCount = 1_024
    package static let erasedRecordCount = 4_096
    /// The sealed payload of one erase statement.
    package static let erasureByteCount = 128 << 10

    /// A public bundle: the file, and again its bodies before compression.
    package static let publicByteCount = 64 << 20
    /// Rows of a public bundle.
    package static let publicRowCount = 65_536
    /// One text of a public bundle.
    package static let publicTextByteCount = 1 << 20
}
