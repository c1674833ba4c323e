import Community
import CRDT
import CSQLite
import Foundation
import Schema
import Store
import Testing
import Wire

/// Texts that several write in, by plain SQL (Protocol.md, "Text").
@Suite struct TextTests {
    private let zuid: Neighbourhood

    init() throws { zuid = try Neighbourhood() }

    private static func schema(_ kind: MergeKind = .text, extra: Bool = true) -> Schema {
        Schema(tables: [
            Table(
                "initiative", in: .people,
                columns: [Column("name")] + (extra ? [Column("description", kind)] : []), ownedBy: [], purpose: "An initiative."),
        ])
    }

    private static let paragraphs = "We cook on Tuesday.\n\nBring your own plate and cup.\n\nThe key is with Anna."

    private func store(_ label: String, _ schema: Schema = TextTests.schema()) throws -> Store { try zuid.store(label, schema: schema) }

    private func record(_ id: String = "i") -> RecordID { RecordID(table: "initiative", key: [id]) }

    private func text(_ store: Store, _ id: String = "i") throws -> String {
        guard case .text(let bytes)? = try store.value(record(id), "description") else { return "no text" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(_ store: Store, _ text: String, _ id: String = "i") throws {
        try store.executeAsClient("update initiative set description = ? where id = ?", [.text(Array(text.utf8)), .text(Array(id.utf8))])
        try store.stamp()
    }

    /// Two who hold one text.
    private func pair(_ words: String = paragraphs) throws -> (Store, Store) {
        let fatima = try store("fatima"), jan = try store("jan")
        try fatima.executeAsClient("insert into initiative (id, name, description) values ('i', 'Cooking', ?)", [.text(Array(words.utf8))])
        try jan.pull(from: fatima)
        return (fatima, jan)
    }

    private func meet(_ a: Store, _ b: Store, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try a.meet(b)
        try a.meet(b)
        try expectEqualRows(a, b, sourceLocation: sourceLocation)
        #expect(try a.knowledge() == b.knowledge(), sourceLocation: sourceLocation)
        #expect(try a.holdings()["people"]?.contents == b.holdings()["people"]?.contents, sourceLocation: sourceLocation)
        for store in [a, b] { #expect(try store.verify().altered.isEmpty, sourceLocation: sourceLocation) }
    }

    private func isIn(_ words: String, _ store: Store) throws -> Bool {
        try store.checkpoint()
        return try ["", "-wal"].contains { suffix in
            let file = URL(fileURLWithPath: store.path + suffix)
            return FileManager.default.fileExists(atPath: file.path) ? try Data(contentsOf: file).range(of: Data(words.utf8)) != nil : false
        }
    }

    // MARK: Two who write

    @Test func editsOfDifferentParagraphsBothStandAndNothingWaits() throws {
        let (fatima, jan) = try pair()
        try write(fatima, Self.paragraphs.replacingOccurrences(of: "Tuesday", with: "Wednesday"))
        try write(jan, Self.paragraphs.replacingOccurrences(of: "Anna", with: "the Hendriks family"))
        try meet(fatima, jan)
        #expect(try text(jan) == "We cook on Wednesday.\n\nBring your own plate and cup.\n\nThe key is with the Hendriks family.")
        #expect(try fatima.conflicts().isEmpty && fatima.conflictCount() == 0)
        // A newcomer gets it whole, and writes on.
        let els = try store("els")
        try els.pull(from: jan)
        #expect(try text(els) == text(jan))
        try write(els, try text(els) + "\n\nPaid for by the city.")
        try write(jan, try text(jan).replacingOccurrences(of: "own ", with: ""))
        try meet(els, jan)
        #expect(try text(jan).hasSuffix("Paid for by the city.") && text(jan).contains("Bring your plate"))
        #expect(try jan.conflicts().isEmpty)
    }

    @Test(arguments: ["mine", "theirs", "newest", "both", "Friday"]) func editsOfOneSentenceBothStandAndAreListed(choice: String) throws {
        let (fatima, jan) = try pair()
        try write(fatima, Self.paragraphs.replacingOccurrences(of: "Tuesday", with: "Wednesday"))
        zuid.clock.offset += 1_000
        try write(jan, Self.paragraphs.replacingOccurrences(of: "Tuesday", with: "Thursday"))
        try meet(fatima, jan)
        for store in [fatima, jan] {
            #expect(try text(store).contains("Wednesday") && text(store).contains("Thursday"))
            let found = try store.conflicts()
            #expect(found.count == 1 && found[0].column == "description" && found[0].kind == .text)
            #expect(try store.conflictCount() == 1)
            #expect(Set(found.first?.siblings.map(\.parts) ?? []) == [[.text(Array(" Wednesday".utf8))], [.text(Array(" Thursday".utf8))]])
            #expect(found.first?.siblings.map(\.author.label) == ["jan", "fatima"])
            #expect(found.first?.passage?.before == "We cook on")
        }
        let choices: [String: (Store.Choice, String)] = [
            "mine": (.mine, "We cook on Wednesday."), "theirs": (.theirs, "We cook on Thursday."), "newest": (.newest, "We cook on Thursday."),
            "both": (.both, ""), "Friday": (.value(.text(Array(" Friday".utf8))), "We cook on Friday."),
        ]
        let (taken, expected) = try #require(choices[choice])
        let before = try text(fatima)
        #expect(try fatima.settle(record(), taken) == 1)
        try meet(fatima, jan)
        for store in [fatima, jan] {
            #expect(try store.conflicts().isEmpty && store.conflictCount() == 0)
            #expect(try choice == "both" ? text(store) == before : text(store).hasPrefix(expected))
        }
    }

    /// One empties what another writes in: nothing of either is lost, and somebody is asked.
    @Test(arguments: [Value.null, .text([]), .blob([1, 2, 3]), .text([0x41, 0, 0x42]), .text([0xC3])]) func whatIsNoProse(_ value: Value) throws {
        let (fatima, jan) = try pair()
        try fatima.executeAsClient("update initiative set description = ?", [value])
        try fatima.stamp()
        #expect(try fatima.value(record(), "description") == value)
        try write(jan, Self.paragraphs + "\n\nAnd a word of Jan.")
        try meet(fatima, jan)
        // Who emptied it took words away, and nothing of what the other wrote: they met.
        #expect(try value.isProse ? fatima.notices().map(\.kind) == [.editsMet] : !fatima.conflicts().isEmpty)
        #expect(try text(jan).contains("And a word of Jan.") || jan.conflicts().contains { conflict in
            conflict.siblings.contains { if case .text(let bytes)? = $0.parts.first { String(decoding: bytes, as: UTF8.self).contains("And a word of Jan.") } else { false } }
        })
        // Whoever writes next has chosen.
        try write(jan, "Anew.")
        try meet(fatima, jan)
        #expect(try fatima.settle(nil, .newest) >= 0)
        try meet(fatima, jan)
        #expect(try fatima.conflicts().isEmpty)
    }

    // MARK: Alone

    @Test func undoTakesBackOnesOwnAndLeavesWhatOthersWrote() throws {
        let (fatima, jan) = try pair()
        try write(fatima, Self.paragraphs.replacingOccurrences(of: "Tuesday", with: "Wednesday"))
        try write(jan, Self.paragraphs + "\n\nPaid for by the city.")
        try meet(fatima, jan)
        #expect(try fatima.undo().restored == 1)
        try meet(fatima, jan)
        #expect(try text(jan) == Self.paragraphs + "\n\nPaid for by the city.")
        #expect(try fatima.redo().restored == 1)
        try meet(fatima, jan)
        #expect(try text(jan) == Self.paragraphs.replacingOccurrences(of: "Tuesday", with: "Wednesday") + "\n\nPaid for by the city.")
    }

    @Test func aDeletedTextComesBackAndMergesOn() throws {
        let (fatima, jan) = try pair()
        try write(fatima, Self.paragraphs + "\n\nOne.")
        try meet(fatima, jan)
        try fatima.executeAsClient("delete from initiative")
        try fatima.stamp()
        try write(jan, try text(jan) + " Two.")
        try meet(fatima, jan)
        #expect(try text(fatima).hasSuffix("One. Two."))
        try jan.delete(record())
        try jan.stamp()
        try jan.undelete(record())
        try jan.stamp()
        try meet(fatima, jan)
        #expect(try text(fatima).hasSuffix("One. Two."))
    }

    @Test func deletedWordsAreInNoByteAfterTheUndoTime() throws {
        let (fatima, jan) = try pair(Self.paragraphs + " The alarm code is 4711-Zwaluw.")
        try write(fatima, Self.paragraphs)
        try meet(fatima, jan)
        zuid.clock.offset += 31 * 24 * 60 * 60 * 1_000
        for store in [fatima, jan] {
            // The next work lets go of what can be undone no more.
            try store.executeAsClient("insert into initiative (id, name) values (?, 'later')", [.text(Array(store.identity.label.utf8))])
            try store.stamp()
            try write(store, "Words.", store.identity.label)
            try write(store, "Other words.", store.identity.label)
        }
        try meet(fatima, jan)
        for store in [fatima, jan] {
            try store.executeAsClient("vacuum")
            #expect(try !isIn("4711-Zwaluw", store), "\(store.identity.label)")
            #expect(try isIn("Bring your own plate", store))
        }
    }

    @Test func anErasedTextIsInNoByteAtOnce() throws {
        let (fatima, jan) = try pair("Secret-One stands here. Secret-Two as well.")
        try write(fatima, "Secret-One stands here. Secret-Three as well.")
        try write(jan, "Secret-One stood here. Secret-Two as well, Secret-Four.")
        try meet(fatima, jan)
        for store in [fatima, jan] {
            _ = try store.erase([erased("initiative", "i")])
            try store.scrub()
            for number in ["One", "Two", "Three", "Four"] { #expect(try !isIn("Secret-\(number)", store)) }
        }
    }

    // MARK: Files and versions

    /// Of two who had a text as a plain value, one knew a later one when both began to merge texts.
    @Test func filesThatBecomeTextsApartEndAlike() throws {
        let old = Self.schema(.register)
        let fatima = try store("fatima", old), jan = try store("jan", old), els = try store("els", old)
        try fatima.executeAsClient("insert into initiative (id, name, description) values ('i', 'Cooking', 'One two three.')")
        try jan.pull(from: fatima)
        try els.pull(from: fatima)
        try jan.executeAsClient("update initiative set description = 'One two three. Four.'")
        try els.executeAsClient("update initiative set description = 'Zero. One two three.'")
        try jan.stamp()
        try els.stamp()
        try fatima.pull(from: els)
        var stores: [Store] = []
        for store in [fatima, jan, els] {
            let label = store.identity.label
            try store.close()
            stores.append(try zuid.reopen(label, schema: Self.schema()))
        }
        try write(stores[0], try text(stores[0]) + " Five.")
        try write(stores[1], try text(stores[1]).replacingOccurrences(of: "two", with: "2"))
        for _ in 0..<2 { for a in stores { for b in stores where a !== b { try a.pull(from: b) } } }
        try meet(stores[0], stores[1])
        try meet(stores[1], stores[2])
        let said = try stores[2].conflicts().flatMap { $0.siblings.map { "\($0.parts)" } }.joined() + text(stores[2])
        #expect(try !said.isEmpty && stores[2].conflicts().count > 0, "what was written apart as plain values waits for a choice")
        #expect(try stores[2].settle(nil, .both) == 1)
        try meet(stores[0], stores[2])
        #expect(try stores[0].conflicts().isEmpty)
    }

    @Test func whoDoesNotKnowTheColumnKeepsItPassesItOnAndShowsItLater() throws {
        let (fatima, jan) = try pair()
        let els = try store("els", Self.schema(extra: false)), bo = try store("bo")
        try write(fatima, Self.paragraphs.replacingOccurrences(of: "Tuesday", with: "Wednesday"))
        try els.pull(from: fatima)
        try write(jan, Self.paragraphs.replacingOccurrences(of: "Anna", with: "Bea"))
        try els.pull(from: jan)
        try bo.pull(from: els)
        try meet(fatima, jan)
        #expect(try text(bo) == text(fatima) && text(bo).contains("Wednesday") && text(bo).contains("Bea"))
        try els.close()
        let upgraded = try zuid.reopen("els", schema: Self.schema())
        #expect(try text(upgraded) == text(fatima))
        try write(upgraded, try text(upgraded) + " Now.")
        try meet(fatima, upgraded)
    }

    @Test func copiesOfAFileMergeTheirTexts() throws {
        let (fatima, jan) = try pair()
        try write(fatima, Self.paragraphs + "\n\nBefore.")
        try fatima.checkpoint()
        try FileManager.default.copyItem(atPath: fatima.path, toPath: zuid.path("twin"))
        let twin = try zuid.reopen("twin", schema: Self.schema())
        try write(fatima, try text(fatima).replacingOccurrences(of: "Tuesday", with: "Wednesday"))
        try write(twin, try text(twin).replacingOccurrences(of: "Anna", with: "Bea"))
        try jan.pull(from: fatima)
        try jan.pull(from: twin)
        for _ in 0..<2 { for a in [fatima, twin, jan] { for b in [fatima, twin, jan] where a !== b { try a.pull(from: b) } } }
        try meet(fatima, jan)
        try meet(twin, jan)
        #expect(try text(jan) == "We cook on Wednesday.\n\nBring your own plate and cup.\n\nThe key is with Bea.\n\nBefore.")
        #expect(try jan.conflicts().isEmpty)
    }

    @Test func manyEditsInOneTransactionAreOneChange() throws {
        let (fatima, jan) = try pair()
        var client: OpaquePointer?
        sqlite3_open(zuid.path("fatima"), &client)
        defer { sqlite3_close(client) }
        let updates = (0..<2_000).map { "update initiative set description = description || ' \($0)';" }.joined()
        #expect(sqlite3_exec(client, "begin; \(updates) commit", nil, nil, nil) == SQLITE_OK)
        #expect(try fatima.stamped() == 1)
        try write(jan, "First. " + Self.paragraphs)
        try meet(fatima, jan)
        #expect(try text(jan).hasPrefix("First. We cook") && text(jan).hasSuffix(" 1999"))
    }

    /// Whoever edits says what he had before him: others' words stay, and of the same words nothing is written.
    @Test func anEditComesUponWhatTheTextHasBecome() throws {
        let (fatima, _) = try pair()
        let shown = try text(fatima)
        try write(fatima, shown.replacingOccurrences(of: "Anna", with: "Bea"))
        func value(_ text: String) -> Value { .text(Array(text.utf8)) }
        let typed = shown.replacingOccurrences(of: "Tuesday", with: "Friday")
        try fatima.edit(record(), [("description", value(typed))], shown: [("description", value(shown))])
        #expect(try text(fatima) == typed.replacingOccurrences(of: "Anna", with: "Bea"))
        let now = try text(fatima)
        for other in ["Omar", "nobody we know"] {
            #expect(throws: StoreError(.changedMeanwhile, "initiative.description")) {
                try fatima.edit(record(), [("description", value(shown.replacingOccurrences(of: "Anna", with: other)))], shown: [("description", value(shown))])
            }
        }
        // What is no text is taken as it was shown, or not at all.
        try fatima.edit(record(), [("name", value("Soup"))], shown: [("name", fatima.value(record(), "name") ?? .null)])
        #expect(throws: StoreError(.changedMeanwhile, "initiative.name")) {
            try fatima.edit(record(), [("name", value("Stew"))], shown: [("name", value("Soep"))])
        }
        try fatima.edit(record(), [("name", value("Soup"))], shown: [("name", value("Soep"))])
        #expect(try text(fatima) == now)
    }

    /// A file of layout 2, which knew no texts that merge, is opened and made one of this.
    @Test func aFileOfTheLayoutBeforeIsOpened() throws {
        let (fatima, jan) = try pair()
        try fatima.close()
        var client: OpaquePointer?
        sqlite3_open(zuid.path("fatima"), &client)
        #expect(sqlite3_exec(client, "drop table kith_text; drop table kith_text_arrival; pragma user_version = 2", nil, nil, nil) == SQLITE_OK)
        sqlite3_close(client)
        let again = try zuid.reopen("fatima", schema: Self.schema())
        try write(again, Self.paragraphs.replacingOccurrences(of: "Tuesday", with: "Wednesday"))
        try write(jan, Self.paragraphs.replacingOccurrences(of: "Anna", with: "Bea"))
        try meet(again, jan)
        #expect(try text(jan).contains("Wednesday") && text(jan).contains("Bea"))
    }

    /// Between an edit and its stamp everything can be read, passages that wait among it (found by `kith show` right after `kith edit`).
    @Test func whatIsNotStampedYetCanBeRead() throws {
        let (fatima, jan) = try pair()
        try write(fatima, Self.paragraphs.replacingOccurrences(of: "Tuesday", with: "Wednesday"))
        try write(jan, Self.paragraphs.replacingOccurrences(of: "Tuesday", with: "Friday"))
        try meet(fatima, jan)
        let waiting = try fatima.conflicts()
        #expect(waiting.count == 1)
        for typed in ["Short.", try text(fatima).replacingOccurrences(of: "Anna", with: "Omar"), ""] {
            try fatima.executeAsClient("update initiative set description = ?", [.text(Array(typed.utf8))])
            let detail = try #require(try fatima.show(record()).columns.first { $0.name == "description" })
            #expect(detail.parts.first?.value == .text(Array(typed.utf8)) && detail.authors.first?.isOwn == true)
            #expect(try fatima.conflicts().map(\.passage) == waiting.map(\.passage))
            _ = try fatima.notices()
            _ = try fatima.conflictCount()
        }
        try fatima.executeAsClient("delete from initiative")
        _ = try fatima.show(record())
        try fatima.executeAsClient("insert into initiative (id, name, description) values ('i', 'Cooking', 'Anew.')")
        _ = try fatima.show(record())
        _ = try fatima.conflicts()
        try fatima.stamp()
        try meet(fatima, jan)
        #expect(try text(jan).contains("Anew."))
    }

    /// Beyond the limit of a text it is a value like any, and below it again a text.
    @Test func aTextBeyondItsLimitIsAValue() throws {
        let (fatima, jan) = try pair()
        let long = [UInt8](repeating: 0x61, count: TextLimit.byteCount + 1)
        try fatima.executeAsClient("update initiative set description = ?", [.text(long)])
        try fatima.stamp()
        try meet(fatima, jan)
        #expect(try jan.value(record(), "description") == .text(long))
        try write(jan, "Short again.")
        try meet(fatima, jan)
        try write(fatima, "Short again. One.")
        try write(jan, "Zero. Short again.")
        try meet(fatima, jan)
        #expect(try text(fatima) == "Zero. Short again. One.")
    }
}

extension Value {
    /// Whether an edit can leave it.
    fileprivate var isProse: Bool { self == .null || prose != nil }
}
