import Foundation
import Testing

@Suite struct ReopenJourneyTests {
    @Test("A choice that is taken back is to be made again, on both laptops")
    func settledAndUndone() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima"), jan = Command(folder: folder, laptop: "jan")
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            try fatima.kith("add", "contact", "given_name=Maria", "family_name=Jansen", "area=Zuid")
            try jan.joined(by: fatima)
            try fatima.kith("edit", "maria", "area=Oost")
            try jan.kith("edit", "maria", "area=West")
            try jan.kith("bundle", "export", "one.kithbundle")
            try fatima.kith("bundle", "import", "one.kithbundle", code: 2)
            // Whatever is chosen, of what stands in whichever column.
            for choice in ["theirs", "newest", "Noord"] {
                try fatima.kith("settle", "maria", "--take", choice)
                try fatima.kith("conflicts")
                try fatima.kith("undo")
                let found = try fatima.kith("conflicts", code: 2).out
                #expect(found.contains("Oost") && found.contains("West") && !found.contains("Noord"), "\(choice): \(found)")
            }
            // Both were put there by this laptop now: that is said, and nothing is chosen.
            #expect(try fatima.kith("settle", "maria", "--take", "theirs").out.contains("--take VALUE"))
            try fatima.kith("bundle", "export", "two.kithbundle")
            try jan.kith("bundle", "import", "two.kithbundle", code: 2)
            let found = try jan.kith("conflicts", code: 2).out
            #expect(found.contains("Oost") && found.contains("West") && found.contains("--take VALUE"), "\(found)")
            // What is told works.
            try jan.kith("settle", "maria", "--column", "area", "--take", "West")
            try jan.kith("bundle", "export", "three.kithbundle")
            try fatima.kith("bundle", "import", "three.kithbundle")
            try fatima.kith("conflicts")
            #expect(try fatima.kith("show", "maria", "--json").object()["values"].map { "\($0)".contains("West") } == true)
        }
    }
}
