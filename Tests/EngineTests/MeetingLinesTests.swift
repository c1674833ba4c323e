import CRDT
import Engine
import Store
import Testing
import Trust
import Wire
import Words

/// What is told after an exchange: true, by name, and no more lines than anybody reads.
@Suite struct MeetingLinesTests {
    private func lines(_ missing: [MissingChanges]) -> [String] { Language.en.lines(missing: missing) { "<\($0)>" } }

    @Test func unknownWritersAreOneLine() {
        let unnamed = (0..<3_000).map { MissingChanges(device: "w\($0)", isNamed: false, count: 2) }
        let found = lines([MissingChanges(device: "Jan", count: 1), MissingChanges(device: "Els", count: 5)] + unnamed)
        #expect(found == [
            "Still missing 1 change of <Jan>.", "Still missing 5 changes of <Els>.",
            "Still missing 6,000 changes of writers that the member list does not name: 3,000 (--json has them).",
        ])
    }

    @Test func manyDevicesAreSummedUp() {
        let found = lines((1...20).map { MissingChanges(device: "laptop \($0)", count: 100 - $0) })
        #expect(found.count == 9 && found[8] == "Still missing 1,026 changes of 12 other laptops (--json names them).")
        #expect(lines([]).isEmpty)
    }

    @Test func aToldCopyIsSomebodysWord() {
        func copy(_ label: String, seen: Bool, _ tellers: [String] = []) -> FoundCopy {
            var copy = FoundCopy(cut: Cut(root: Nonce(high: 1, low: 2), last: 3), device: nil, label: label, isOwn: false, isSeen: seen)
            copy.tellers = tellers
            return copy
        }
        let found = Language.en.lines(copies: [copy("Jan", seen: false, ["Mo"]), copy("Els", seen: true), copy("Els", seen: false, ["Mo"])]) { $0 }
        #expect(found == [
            "Note: a copy of Els is in use. The work of both is kept; nothing is lost.",
            "Mo says that a copy of Jan is in use. No copy was seen here, and nothing is lost; ask Mo about it.",
        ])
    }
}
