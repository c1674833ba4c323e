import CRDT
import Testing
import Wire

/// The clear header of a delta.
@Suite struct ManifestTests {
    private func decoded(_ bytes: [UInt8]) throws -> Manifest { try bytes.withUnsafeBytes { try Manifest($0) } }

    @Test func manifestsGoRound() throws {
        let relative = KnowledgeForm.relative(to: Samples.writer(8), changed: [Samples.writer(1): Samples.end(3, 13), Samples.writer(6): nil])
        for manifest in [
            Samples.manifest(), Samples.manifest(base: relative), Samples.manifest(segments: []), Samples.manifest(packed: .min),
        ] {
            let found = try decoded(manifest.payload)
            #expect(found == manifest && found.id == manifest.id && found.encoded == manifest.encoded)
        }
        #expect(Samples.manifest().id != Samples.manifest(packed: 1).id)
        #expect(Samples.manifest().changeCount == 30)
    }

    @Test func theScopeFollowsFromBaseAndChains() throws {
        let manifest = Samples.manifest()
        let scope = try manifest.scope { _ in nil }
        #expect(scope.base == Samples.base)
        #expect(scope.result == Knowledge([
            Samples.writer(1): Samples.end(4, 14), Samples.writer(2): Samples.end(12, 212), Samples.writer(3): Samples.end(300, 33),
            Samples.writer(4): Samples.end(6, 4),
        ]))
        #expect(scope.chains[Samples.writer(2)]?.before == Samples.end(7, 27))
        #expect(manifest.writers(of: scope) == (1...4).map { Samples.writer($0) })
        let relative = Samples.manifest(base: .relative(to: Samples.base.name, changed: [:]))
        #expect(try relative.scope { $0 == Samples.base.name ? Samples.base : nil } == scope)
        #expect(code { _ = try relative.scope { _ in nil } } == .unknownReceipt)
        // Writer 2 already goes to 12 in this base: the chain would lead backwards.
        let ahead = Samples.manifest(base: .whole(Knowledge([Samples.writer(2): Samples.end(12, 212)])))
        #expect(code { _ = try ahead.scope { _ in nil } } == .malformed)
    }

    @Test func everyDamageThrowsOrDecodes() {
        let bytes = Samples.manifest().payload
        for place in bytes.indices {
            #expect(code { _ = try decoded(Array(bytes[..<place])) } == .truncated, "cut at \(place)")
            for pattern: UInt8 in [0x01, 0x02, 0x10, 0x40, 0x7F, 0x80, 0xFF] {
                var damaged = bytes
                damaged[place] ^= pattern
                if let found = try? decoded(damaged) {
                    #expect(found.payload == damaged, "one encoding: byte \(place) ^ \(pattern)")
                    _ = try? found.scope { _ in Samples.base }
                }
            }
        }
        #expect(code { _ = try decoded(bytes + [0]) } == .trailing)
        #expect(code { _ = try decoded([]) } == .truncated)
    }

    @Test func newerFormatsAreToldApart() {
        var bytes = Samples.manifest().payload
        bytes[0] = 2
        #expect(code { _ = try decoded(bytes) } == .newerFormat)
        bytes[0] = 1
        bytes[1] = 1
        #expect(code { _ = try decoded(bytes) } == .newerFormat, "an unknown critical feature")
        bytes[1] = 0
        bytes[2] = 1
        #expect(code { _ = try decoded(bytes) } == nil, "an unknown optional feature")
    }

    @Test func declaredSizesHaveLimits() throws {
        func segment(changes: Int = 1, body: Int = 1, sealed: Int = 1) -> Manifest {
            Samples.manifest(segments: [
                Manifest.Segment(changeCount: changes, bodyByteCount: body, sealedByteCount: sealed, digest: Array(repeating: 0, count: 32))
            ])
        }
        for offset in [-1, 0, 1] {
            let expected: WireError.Code? = offset > 0 ? .tooLarge : nil
            for manifest in [
                segment(changes: Limits.segmentChangeCount + offset), segment(body: Limits.segmentByteCount + offset),
                segment(sealed: Limits.frameByteCount - 64 + offset),
            ] {
                #expect(code { _ = try decoded(manifest.payload) } == expected)
            }
        }
        #expect(code { _ = try decoded(segment(body: .max).payload) } == .tooLarge)
        for offset in [-1, 0, 1] {
            let many = Samples.manifest(segments: Array(repeating: Samples.segment(1), count: Limits.deltaSegmentCount + offset))
            #expect(code { _ = try decoded(many.payload) } == (offset > 0 ? .tooLarge : nil))
        }
    }
}
