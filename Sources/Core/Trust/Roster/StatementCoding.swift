import CRDT
import Wire

// Statements as bytes (Protocol.md, "Roster", "Statements"). Sets are written in ascending order, so a statement has one encoding.

extension Statement {
    /// The body and the signature under it.
    ///
    /// - Parameter boxes: those that the statement names, put beside it; nil leaves them away.
    package func signed(with keys: DeviceKeys, boxes: KeyBoxes? = nil) throws -> [UInt8] {
        let body = encodedBody
        let encoded = body + (try keys.sign(body, as: .statement))
        guard encoded.count <= Limits.statementByteCount else { throw WireError(.tooLarge, in: "statement") }
        return boxes.map { StatedBytes.join(encoded, boxes: $0.encoded) } ?? encoded
    }

    /// What is signed.
    package var encodedBody: [UInt8] {
        var out = ByteWriter()
        out.number(Statement.format)
        out.nonce(space)
        out.nonce(signer)
        out.signed(timeMilliseconds)
        out.number(parents.count)
        for parent in parents { out.raw(parent.bytes) }
        out.content(content)
        return out.bytes
    }

    /// Reads a statement with its signature; the signature itself is not checked here, nor what may stand beside it.
    package init(encoded: [UInt8]) throws {
        let encoded = try StatedBytes.split(encoded).statement
        guard encoded.count <= Limits.statementByteCount else { throw WireError(.tooLarge, in: "statement") }
        guard encoded.count >= Signing.signatureByteCount else { throw WireError(.truncated, in: "statement", at: encoded.count) }
        self = try encoded.withUnsafeBytes { bytes in
            var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes.dropLast(Signing.signatureByteCount)), in: "statement")
            let statement = try Statement(from: &reader)
            try reader.finish()
            return statement
        }
    }

    private init(from reader: inout ByteReader) throws {
        guard try reader.number() == UInt64(Statement.format) else { throw reader.failure(.newerFormat) }
        space = try reader.nonce()
        signer = try reader.nonce()
        timeMilliseconds = try reader.signed()
        guard clampedTime(timeMilliseconds) == timeMilliseconds else { throw reader.failure(.malformed) }
        parents = try reader.ascending(limit: Limits.statementParentCount, bytesEach: 32) { try $0.statementID() }
        content = try reader.content()
        if case .genesis(let genesis) = content {
            guard space == .zero, parents.isEmpty, signer == genesis.founder.id else { throw reader.failure(.malformed) }
        } else {
            guard space != .zero, !parents.isEmpty else { throw reader.failure(.malformed) }
        }
    }

    enum Kind: UInt8 {
        case genesis = 1, admit, revoke, rotate, box, label, invite, withdraw, writer, cut, erase, confirm
    }
}

// MARK: Writing

extension ByteWriter {
    fileprivate mutating func content(_ content: Statement.Content) {
        func kind(_ kind: Statement.Kind) { byte(kind.rawValue) }
        switch content {
        case .genesis(let genesis):
            kind(.genesis)
            raw(genesis.founder.bytes)
            label(genesis.label)
            counted(genesis.description)
            keys(genesis.keys)
            nonce(genesis.boxes)
        case .admit(let admission):
            kind(.admit)
            raw(admission.identity.bytes)
            byte(admission.role.rawValue)
            names(admission.collections)
            label(admission.label)
            number(admission.use == nil ? 0 : 1)
            if let use = admission.use {
                raw(use.invite.bytes)
                raw(use.signature)
            }
            keys(admission.keys)
            nonce(admission.boxes)
        case .revoke(let device):
            kind(.revoke)
            nonce(device)
        case .rotate(let rotation):
            kind(.rotate)
            number(rotation.keys.count)
            for scope in rotation.keys.keys.sortedByBytes() {
                guard let key = rotation.keys[scope] else { continue }
                text(scope)
                nonce(key.epoch)
                nonces(key.older)
                raw(key.sealed)
            }
            nonce(rotation.boxes)
        case .box(let gift):
            kind(.box)
            text(gift.scope)
            nonces(gift.epochs)
            nonces(gift.recipients)
            nonce(gift.boxes)
        case .label(let device, let label):
            kind(.label)
            nonce(device)
            self.label(label)
        case .invite(let invite):
            kind(.invite)
            raw(invite.publicKey)
            byte(invite.role.rawValue)
            names(invite.collections)
            number(invite.mostUses)
        case .withdraw(let invite):
            kind(.withdraw)
            raw(invite.bytes)
        case .writer(let claims):
            kind(.writer)
            number(claims.count)
            for claim in claims {
                text(claim.collection)
                nonce(claim.writer)
            }
        case .cut(let collection, let cut):
            kind(.cut)
            text(collection)
            nonce(cut.root)
            number(UInt64(cut.last))
        case .erase(let erasure):
            kind(.erase)
            text(erasure.collection)
            nonce(erasure.epoch)
            counted(erasure.sealed)
        case .confirm(let erasures):
            kind(.confirm)
            number(erasures.count)
            for erasure in erasures { raw(erasure.bytes) }
        }
    }

    private mutating func label(_ label: SealedLabel) {
        nonce(label.epoch)
        counted(label.sealed)
    }

    private mutating func names(_ names: [String]) {
        number(names.count)
        for name in names { text(name) }
    }

    private mutating func keys(_ keys: [String: [EpochID]]) {
        number(keys.count)
        for scope in keys.keys.sortedByBytes() {
            text(scope)
            nonces(keys[scope] ?? [])
        }
    }

    private mutating func nonces(_ nonces: [Nonce]) {
        number(nonces.count)
        for nonce in nonces { self.nonce(nonce) }
    }
}
