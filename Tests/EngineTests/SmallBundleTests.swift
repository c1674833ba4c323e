import Engine
import Foundation
import Testing
import Wire

/// What a bundle need not say, because those for whom it is have been told.
@Suite struct SmallBundleTests {
    private func collections(of bundle: String, _ reader: Replica) throws -> [String] {
        try reader.importBundle(bundle, dryRun: true).report.deltas.map(\.collection).sorted()
    }

    @Test func whatWasToldInASessionIsNotSaidAgain() throws {
        let scratch = try Scratch()
        let (fatima, jan) = try fatimaAndJan(scratch)
        _ = try fatima.add("Ahmed")
        let before = scratch.fresh("bundle"), after = scratch.fresh("bundle"), back = scratch.fresh("bundle")
        // Nothing was ever told: the receipt for what is in the directory goes with it.
        _ = try fatima.exportBundle(to: before, for: .devices([jan.identity.device]))
        #expect(try collections(of: before, jan) == ["directory", "people"])
        _ = try meet(fatima, jan)
        _ = try fatima.add("Fatima")
        let report = try fatima.exportBundle(to: after, for: .devices([jan.identity.device]))
        #expect(try collections(of: after, jan) == ["people"])
        #expect(report.byteCount <= 1_200)
        // A bundle that has nothing new is the receipt itself.
        _ = try jan.importBundle(after)
        _ = try jan.exportBundle(to: back, for: .devices([fatima.identity.device]))
        #expect(try collections(of: back, fatima) == ["directory", "people"])
    }
}
