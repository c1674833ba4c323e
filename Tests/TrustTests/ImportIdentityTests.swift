import Testing
import CRDT
import Trust
import Wire

@Suite struct ImportIdentityTests {
    private func space(secret byte: UInt8) -> SpaceIdentity {
        SpaceIdentity(id: .zero, name: "Zuid", importSecret: Array(repeating: byte, count: SpaceIdentity.importSecretByteCount))
    }

    @Test func theSameRowHasTheSameIDOnEveryLaptopOfTheSpaceAndOnNoOther() {
        let here = ImportIdentity(space: space(secret: 1))
        #expect(here.id(["list", "7"]) == ImportIdentity(space: space(secret: 1)).id(["list", "7"]))
        #expect(here.id(["list", "7"]) != ImportIdentity(space: space(secret: 2)).id(["list", "7"]))
        #expect(here.id(["list", "7"]) != here.id(["list7"]))
    }
}
