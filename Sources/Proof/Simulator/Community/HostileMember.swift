import BundleFile
import CRDT
import Engine
import Foundation
import Store
import Transport
import Trust
import Wire

/// A member with valid keys who means harm (`kith-sim --hostile`). She packs by hand: what she signs is hers, and no honest program
/// would have made it. Honest replicas must stay equal, usable and complete all the same.
///
/// She has chances of her own, so that a seed's honest course is the same with her and without.
struct HostileMember {
    /// What she does; a line each.
    enum Harm: CaseIterable {
        /// Edits like everybody's, and meetings with relays.
        case legal
        /// Segments that nobody can read.
        case noise, foreignEpoch, badZstd, wrongLength, randomBody
        /// Another's delta under her own name: whoever holds contents may vouch for them.
        case resigned
        /// Very many writers that never wrote.
        case hugeKnowledge
        /// Statements that she may not sign, or that say what is not so.
        case labels, revokes, cuts, writers
        /// A person of a writer that nobody has signed for, made by hand: all as it must be.
        case crafted
        /// Another's next place, with nothing in it; and a body that writes there.
        case falseClaim, foreignDot
    }

    let home: CommunitySimulation.Home
    var random: SplitMix64
    /// Others' deltas that she has seen.
    var seen: [(manifest: Manifest, segments: [SealedSegment])] = []

    static func chances(_ seed: UInt64) -> SplitMix64 {
        var random = SplitMix64(seed: seed ^ 0x4D61_6C6C_6F72_7921)
        _ = random.next()
        return random
    }

    // MARK: Deltas

    /// A delta by hand; nil when she has nothing to make it of.
    mutating func forge(_ harm: Harm, _ replica: Replica, nowMilliseconds: Int64) throws -> (manifest: Manifest, segments: [SealedSegment])? {
        let collection = home.client.collection
        let sealing = replica.membership
        let epoch = try harm == .foreignEpoch ? Nonce(using: &random) : sealing.currentEpoch(of: collection)
        let salt = Nonce(using: &random)
        var chains: [WriterID: [BatchEnd]] = [:]
        for _ in 0..<(harm == .hugeKnowledge ? 200 : 1) {
            let writer = Nonce(using: &random)
            chains[writer] = [BatchEnd(last: 3, nonce: writer)]
        }
        var (bodyByteCount, changeCount) = (400, 3)
        var bytes: [UInt8]?
        switch harm {
        case .noise, .foreignEpoch:
            bytes = noise(1_000)
        case .badZstd:
            bytes = try sealing.seal(noise(300), collection: collection, epoch: epoch, salt: salt)
        case .wrongLength:
            bytes = try SealedSegment.seal(noise(bodyByteCount + 1), collection: collection, epoch: epoch, salt: salt, by: sealing)
        case .randomBody:
            bytes = try SealedSegment.seal(noise(bodyByteCount), collection: collection, epoch: epoch, salt: salt, by: sealing)
        case .resigned:
            return try resigned(replica)
        case .falseClaim:
            guard let (writer, end) = try another(replica, collection) else { return nil }
            chains = [writer: [BatchEnd(last: end.last + 1, nonce: Nonce(using: &random))]]
        case .crafted, .foreignDot:
            let own = Nonce(using: &random)
            chains = [own: [BatchEnd(last: 1, nonce: own)]]
            var dots = [(own, UInt32(1))]
            if harm == .foreignDot {
                guard let (writer, end) = try another(replica, collection) else { return nil }
                dots.append((writer, end.last + 1))
            }
            let body = try people(dots, nowMilliseconds: nowMilliseconds)
            (bodyByteCount, changeCount) = (body.count, dots.count)
            bytes = try SealedSegment.seal(body, collection: collection, epoch: epoch, salt: salt, by: sealing)
        case .hugeKnowledge, .legal, .labels, .revokes, .cuts, .writers:
            break
        }
        let segments = bytes.map {
            [Manifest.Segment(changeCount: changeCount, bodyByteCount: bodyByteCount, sealedByteCount: $0.count, digest: Digest.sha256($0))]
        }
        let manifest = try Manifest(
            space: replica.identity.space.id, collection: collection, packer: replica.identity.device,
            packerReplica: replica.identity.replica, packedMilliseconds: nowMilliseconds, base: .whole(Knowledge()), chains: chains,
            segments: segments ?? [], epoch: epoch
        ).signed(by: sealing)
        return (manifest, bytes.map { [SealedSegment(delta: manifest.id, index: 0, bytes: $0)] } ?? [])
    }

    /// A writer that others write under, as far as she knows.
    private mutating func another(_ replica: Replica, _ collection: String) throws -> (WriterID, BatchEnd)? {
        let known = (try replica.store.knowledge()[collection]?.ends ?? [:]).sorted { $0.key < $1.key }
        return known.isEmpty ? nil : random.pick(known)
    }

    /// A segment's body with one new person a dot.
    private mutating func people(_ dots: [(writer: WriterID, sequence: UInt32)], nowMilliseconds: Int64) throws -> [UInt8] {
        let writers = Set(dots.map(\.writer)).sorted()
        var builder = SegmentBuilder(writers: writers)
        let table = builder.table(WireTable(
            name: home.client.root.table, keyPartCount: 1, columns: [WireColumn(name: home.client.root.column, parts: [home.client.root.column], kind: .register)]))
        for dot in dots {
            guard let ordinal = writers.firstIndex(of: dot.writer) else { continue }
            builder.add(
                Change(
                    dot: Dot(WriterOrdinal(UInt32(ordinal)), dot.sequence), timeMilliseconds: nowMilliseconds,
                    columns: ColumnSet.exists.union(ColumnSet(number: 1)), context: Context([]), deletes: false, isAnchor: false),
                table: table, key: RecordKey(Nonce(using: &random).description), anchor: nil)
            builder.add(.text("Marker-crafted-\(random.below(1_000_000))"), table: table, column: 1, part: 0)
        }
        return builder.finish()
    }

    private mutating func resigned(_ replica: Replica) throws -> (manifest: Manifest, segments: [SealedSegment])? {
        guard !seen.isEmpty else { return nil }
        let (theirs, segments) = random.pick(seen)
        let manifest = try Manifest(
            space: theirs.space, collection: theirs.collection, packer: replica.identity.device, packerReplica: replica.identity.replica,
            packedMilliseconds: theirs.packedMilliseconds, base: theirs.base, chains: theirs.chains,
            origins: theirs.origins, segments: theirs.segments, epoch: theirs.epoch
        ).signed(by: replica.membership)
        return (manifest, segments.map { SealedSegment(delta: manifest.id, index: $0.index, bytes: $0.bytes) })
    }

    mutating func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }

    // MARK: Statements

    /// Signs what she may not, or what is not so, into her own roster; it travels from there like any other.
    mutating func state(_ harm: Harm, _ replica: Replica) throws {
        let state = try replica.membership.current()
        let others = state.roster.state.members.keys.filter { $0 != replica.identity.device }.sorted()
        let writers = (try replica.store.knowledge()[home.client.collection]?.ends ?? [:]).sorted { $0.key < $1.key }
        guard !others.isEmpty else { return }
        let other = random.pick(others)
        let number = random.below(1_000)
        let writer = writers.isEmpty ? nil : random.pick(writers)
        let foreign = Nonce(using: &random)
        let own = replica.identity.device
        do {
            try replica.sign { author in
                switch harm {
                case .labels:
                    return try author.label(other, "Marker-label-\(number)") + author.label(own, "Marker-own-\(number)")
                case .revokes:
                    return try author.revoke(other)
                case .cuts:
                    return try author.cut(home.client.collection, Statement.Cut(root: writer?.key ?? foreign, last: max(1, (writer?.value.last ?? 2) / 2)))
                case .writers:
                    return try author.writers([Statement.WriterClaim(collection: home.client.collection, writer: foreign)])
                default:
                    return []
                }
            }
        } catch let error as WireError where error.code == .notPermitted || error.code == .noKey {
            // Who was removed cannot be removed again; who lacks the newest key seals no label.
        }
    }

    // MARK: Sticks

    /// A bundle with forged deltas among honest ones.
    func writeStick(_ path: String, _ replica: Replica, _ deltas: [(manifest: Manifest, segments: [SealedSegment])]) throws {
        let state = try replica.membership.current()
        guard let epoch = state.roster.state.currentEpoch(of: KeyScope.members), let key = state.ring.key(epoch.id, of: KeyScope.members) else { return }
        let envelope = try BundleEnvelope.make(epochKey: key, newcomers: [], random: replica.environment.nonce)
        let writer = try BundleFileWriter(path: path, envelope: envelope, nonce: replica.environment.nonce())
        try writer.append(.preamble(Preamble(
            space: replica.identity.space.id, packer: replica.identity.device, packerReplica: replica.identity.replica,
            packedMilliseconds: replica.environment.nowMilliseconds(), knownHeads: [], heads: state.roster.heads)))
        try writer.append(.statements(state.roster.statements))
        for (manifest, segments) in deltas {
            try writer.append(.manifest(manifest))
            for segment in segments { try writer.append(.segment(segment)) }
        }
        _ = try writer.finish()
    }
}
