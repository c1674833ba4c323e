import Foundation
import Testing

/// Two laptops write in one description, as people see it: nothing asked where the edits are apart, a passage to choose where they are not.
struct TextJourneyTests {
    private func carry(_ from: Command, _ to: Command) throws {
        let stick = "stick-\(UUID().uuidString).kithbundle"
        try from.kith("bundle", "export", stick)
        // 2: there is something to choose.
        let outcome = try to.run(Command.program, ["bundle", "import", stick])
        #expect([0, 2].contains(outcome.code), "\(outcome.err)")
    }

    private func description(_ laptop: Command, _ id: String) throws -> String? {
        (try laptop.kith("show", id, "--json").object()["values"] as? [String: Any])?["description"] as? String
    }

    @Test("Edits apart both stand, with a notice; of one sentence both wordings do, and one is chosen, typed or kept")
    func description() throws {
        try Command.inScratch { folder in
            let fatima = Command(folder: folder, laptop: "fatima"), jan = Command(folder: folder, laptop: "jan")
            var dutch = fatima
            dutch.language = "nl"
            try fatima.kith("init", "--space", "Zuid", "--name", "Laptop Fatima")
            let id = try #require(
                try fatima.kith("add", "initiative", "name=Soup", "description=We cook on Tuesday. The key is with Anna.", "--json").object()["id"] as? String)
            try jan.joined(by: fatima)
            func write(_ laptop: Command, _ text: String) throws { try laptop.kith("edit", id, "description=\(text)") }
            func meet() throws {
                try carry(fatima, jan)
                try carry(jan, fatima)
                #expect(try description(fatima, id) == description(jan, id))
            }

            try write(fatima, "We cook on Wednesday. The key is with Anna.")
            try write(jan, "We cook on Tuesday. The key is under the mat.")
            try meet()
            #expect(try description(jan, id) == "We cook on Wednesday. The key is under the mat.")
            let notices = try jan.kith("notices").out
            #expect(notices.contains("Soup") && notices.contains("Laptop Fatima: Wednesday") && notices.contains("under the mat") && notices.contains("kith dismiss"), "\(notices)")
            #expect(try jan.kith("notices", "--json").array().first?["kind"] as? String == "edits-met")
            try jan.kith("dismiss", id)
            try meet()
            #expect(try fatima.kith("notices", "--json").array().isEmpty)

            // The same words, in two places.
            try write(fatima, "We cook on Thursday. The key is with Bea.")
            try write(jan, "We cook on Saturday. The key is under the pot.")
            try meet()
            for words in ["Thursday", "Saturday", "Bea", "pot"] { #expect(try description(fatima, id)?.contains(words) == true, "\(words)") }
            let listed = try fatima.kith("conflicts", code: 2).out
            #expect(listed.contains("We cook on [") && listed.contains("--passage 2") && listed.contains("--take mine"), "\(listed)")
            #expect(try dutch.kith("conflicts", code: 2).out.contains("Beide staan er."))
            let json = try fatima.kith("conflicts", "--json", code: 2).array()
            #expect(json.count == 2 && json.allSatisfy { $0["kind"] as? String == "text" && $0["passage"] != nil && ($0["values"] as? [Any])?.count == 2 })
            #expect(try fatima.kith("show", id).out.contains("    ! We cook on ["))
            #expect(try fatima.failure("settle", id, "--column", "description", "--take", "Friday") == "several-passages")
            try fatima.kith("settle", id, "--column", "description", "--passage", "3", "--take", "mine", code: 64)
            try fatima.kith("settle", id, "--column", "description", "--passage", "1", "--take", "Friday")
            #expect(try description(fatima, id)?.hasPrefix("We cook on Friday. The key is ") == true)
            #expect(try fatima.kith("conflicts", "--json", code: 2).array().count == 1)
            try meet()
            try fatima.kith("settle", id, "--take", "mine")
            try meet()
            #expect(try description(jan, id) == "We cook on Friday. The key is with Bea.")
            #expect(try fatima.kith("conflicts").out.contains("nothing to choose"))

            // From a screen that was opened before somebody else wrote: nothing of his goes, and of the same words nothing is written.
            let opened = "We cook on Friday. The key is with Bea."
            try write(fatima, "We cook on Friday. The key is with Omar.")
            try fatima.kith("edit", id, "description=We eat on Friday. The key is with Bea.", "--base", "description=\(opened)")
            #expect(try description(fatima, id) == "We eat on Friday. The key is with Omar.")
            #expect(try fatima.failure("edit", id, "description=We cook on Friday. The key is with Piet.", "--base", "description=\(opened)") == "changed-meanwhile")
            try write(fatima, opened)
            try meet()

            // Written twice by one, and once by the other: one place to choose.
            try write(fatima, "We cook on Monday. The key is with Bea.")
            try fatima.kith("bundle", "export", "kept.kithbundle")
            try write(fatima, "We cook on Sunday. The key is with Bea.")
            try write(jan, "We cook on Tuesday. The key is with Bea.")
            try meet()
            #expect(try fatima.kith("conflicts", "--json", code: 2).array().count == 1)
            try jan.kith("settle", id, "--take", "theirs")
            try meet()
            #expect(try description(fatima, id) == "We cook on Sunday. The key is with Bea.")
            try write(fatima, opened)
            try meet()

            // Kept as both stand.
            try write(fatima, "We cook on Friday. The key is with Piet.")
            try write(jan, "We cook on Friday. The key is with Omar.")
            try meet()
            let both = try description(fatima, id)
            try jan.kith("settle", "--all", "--take", "both")
            try meet()
            #expect(try description(fatima, id) == both && both?.contains("Piet") == true && both?.contains("Omar") == true)
            #expect(try fatima.kith("conflicts").out.contains("nothing to choose"))
        }
    }
}
