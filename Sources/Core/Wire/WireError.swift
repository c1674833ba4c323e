/// What is wrong with bytes from outside. Tests compare `code`; people read the sentence that the interface makes of it.
/// No case holds user data.
package struct WireError: Error, Hashable, Sendable {
    /// The registry of Protocol.md, "Errors".
    package enum Code: String, CaseIterable, Sendable {
        /// Not a Kith bundle, or a peer that does not speak Kith.
        case notKith = "not-kith"
        /// Made by a newer version in a way this one cannot read.
        case newerFormat = "newer-format"
        /// The bytes end too early.
        case truncated
        /// A checksum, hash or length does not match.
        case damaged
        /// Well-formed pieces that contradict one another or the rules.
        case malformed
        /// Beyond a limit of the format.
        case tooLarge = "too-large"
        /// Bytes after the end.
        case trailing
        /// Another space's.
        case otherSpace = "other-space"
        /// A base named by a receipt that is not held here.
        case unknownReceipt = "unknown-receipt"
        /// Two batches of one writer at one place: a copied replica.
        case forked
        /// A frame that does not belong here in the conversation.
        case unexpected
        /// Sealed under a key that is not held here.
        case noKey = "no-key"
        /// Packed or signed by a device that the roster does not have.
        case unknownPacker = "unknown-packer"
        /// A signature that does not fit.
        case badSignature = "bad-signature"
        /// A device that may not do this: its role or its collections do not allow it, or it was removed.
        case notPermitted = "not-permitted"
        /// The receiver's store has no room for what is offered; what it has can still be read.
        case full
        /// A public bundle where one of this space was expected: it is for `kith adopt`.
        case published
        /// The other side gave up; `place` says why.
        case refused
    }

    package let code: Code
    /// Which structure, in the words of Protocol.md.
    package let place: String
    /// Offset in the file or stream, where known.
    package let offset: Int?
    /// The table, or table and column, that the other version keys or merges otherwise than this one.
    package let merged: String?
    /// The device that has brought too many writers that nobody in the roster has signed for.
    package let packer: DeviceID?

    package init(_ code: Code, in place: String, at offset: Int? = nil) {
        self.code = code
        self.place = place
        self.offset = offset
        merged = nil
        packer = nil
    }

    /// A device has packed more writers that nobody in the roster has signed for than one may bring.
    package init(strangersFrom device: DeviceID) {
        code = .tooLarge
        place = "manifest writers"
        offset = nil
        merged = nil
        packer = device
    }

    /// A segment says of a table or column that it is keyed or merged otherwise than here: its packer's version and this one
    /// would show different things of the same changes, and nobody would notice.
    package init(mergedOtherwise table: String, _ column: String? = nil) {
        code = .newerFormat
        place = "segment tables"
        offset = nil
        merged = column.map { "\(table).\($0)" } ?? table
        packer = nil
    }
}

extension WireError: CustomStringConvertible {
    package var description: String {
        "\(code.rawValue) in \(place)" + (offset.map { " at byte \($0)" } ?? "")
    }
}
