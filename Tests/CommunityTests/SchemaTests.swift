import CRDT
import Community
import Schema
import Testing

@Suite("The schema") struct SchemaTests {
    let schema = Schema.community

    @Test func tablesAreNamedOnceAndDirectoryComesFirst() {
        let names = schema.tables.map(\.name)
        #expect(Set(names).count == names.count)
        let collections = schema.tables.map(\.collection)
        #expect(collections == collections.sorted())
        #expect(Set(collections) == [.directory, .people])
        #expect(schema.tables.allSatisfy { $0.purpose.hasSuffix(".") })
    }

    @Test(arguments: Schema.community.tables.map(\.name)) func columnsAreSane(name: String) throws {
        let table = try #require(schema[name])
        #expect(table.columns.count <= ColumnSet.limit)
        #expect(Set(table.columns.map(\.name)).count == table.columns.count)
        let parts = table.columns.flatMap { $0.parts.map(\.name) }
        let sqlColumns = table.key.columns + parts
        #expect(Set(sqlColumns.map { $0.lowercased() }).count == sqlColumns.count, "SQL compares names without case")
        #expect(table.columns.last?.name == "created_at")
        #expect(table[column: "created_at"]?.kind == .earliest)
        for column in table.columns where column.isComposite { #expect(!sqlColumns.contains(column.name)) }
        for column in table.columns where column.references != nil { #expect(schema[column.references!] != nil) }
        for column in table.columns where column.kind == .counter { #expect(column.parts[0].type == .integer) }
        for name in sqlColumns { #expect(name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }) }
    }

    @Test(arguments: Schema.community.tables.map(\.name)) func codesExistInBothLanguages(name: String) throws {
        for column in try #require(schema[name]).columns {
            guard let listName = column.codes else { continue }
            let list = try #require(CodeList.named(listName), "\(name).\(column.name) names a list that is not there")
            #expect(list.codes.count > 1)
            if let expression = column.parts[0].defaultExpression {
                #expect(list[expression.filter { $0 != "'" }] != nil, "the default is a code")
            }
            if case .rank(let order) = column.kind { #expect(Set(order) == Set(list.codes.map(\.code))) }
        }
    }

    @Test func codeListsAreSane() {
        #expect(Set(CodeList.all.map(\.name)).count == CodeList.all.count)
        for list in CodeList.all {
            #expect(Set(list.codes.map(\.code)).count == list.codes.count)
            #expect(Set(list.codes.map(\.label)).count == list.codes.count, "a label says which code is meant")
            #expect(list.codes.allSatisfy { !$0.label.nl.isEmpty && !$0.label.en.isEmpty })
            #expect(list.codes.allSatisfy { ($0.isOnline != nil) == (list.name == "channel") })
        }
    }

    @Test func theDomainsCodesAreThere() throws {
        let channels = "face_to_face doorstep balcony intercom phone video chat sms email webinar letter group"
        #expect(try #require(CodeList.named("channel")).codes.map(\.code) == channels.split(separator: " ").map(String.init))
        let involvement = try #require(CodeList.named("involvement"))
        for code in "volunteer organiser neighbourhood_coordinator area_broker community_worker social_worker lead_expert"
            .split(separator: " ")
        { #expect(involvement[String(code)] != nil) }
    }

    @Test func everyMergeKindIsInRealUse() {
        let columns = schema.tables.flatMap(\.columns)
        for kind in [MergeKind.register, .once, .earliest, .counter, .text] {
            #expect(columns.contains { $0.kind == kind }, "\(kind)")
        }
        #expect(schema["help_item"]?[column: "status"]?.kind == .rank(order: ["withdrawn", "fulfilled", "matched", "open"]))
        #expect(schema["consent"]?[column: "state"]?.kind == .rank(order: ["withdrawn", "given"]))
        #expect(columns.contains { $0.isComposite })
        #expect(schema.tables.contains { $0.key == .pair("initiative", "term") }, "a set")
    }

    /// Erasing takes along what belongs to a row, so whose it is must be findable: in a column that is there, of a table
    /// whose key is one id, and never in a circle.
    @Test func ownersExist() throws {
        for table in schema.tables {
            #expect(Set(table.owners).count == table.owners.count)
            for owner in table.owners {
                let parts = table.key.columns + table.columns.flatMap { $0.parts.map(\.name) }
                #expect(parts.contains(owner.part), "\(table.name).\(owner.part)")
                if let column = table.column(ofPart: owner.part) { #expect(column.references == owner.table) }
                let ownerTable = try #require(schema[owner.table])
                #expect(ownerTable.key == .id)
                #expect(ownerTable.collection == table.collection, "erased by whoever may see both")
            }
        }
        func owners(of name: String, _ depth: Int) -> Bool {
            depth > 0 && (schema[name]?.owners ?? []).allSatisfy { owners(of: $0.table, depth - 1) }
        }
        #expect(schema.tables.allSatisfy { owners(of: $0.name, schema.tables.count) })
    }

    /// What belongs to a contact (Docs/Community.md, "Tables"); and what tells about a contact beside them.
    @Test func whatBelongsToAContactGoesWithIt() {
        let owned = schema.tables.filter { $0.owners.contains { $0.table == "contact" } }.map(\.name)
        #expect(Set(owned) == [
            "contact_point", "address", "relation", "involvement", "help_item", "attendance", "loan", "consent", "identity_link",
            "contact_moment_contact", "consent_event", "match",
        ])
        #expect(schema["match"]?.owners.map(\.part) == ["request", "offer", "helper"])
        #expect(schema["identity_link"]?.owners.map(\.part) == ["contact", "other"])
        #expect(schema["help_item_skill"]?.owners.map(\.table) == ["help_item"])
    }

    /// Every table of Docs/Community.md.
    @Test func theDomainsTablesAreThere() {
        let directory = "organisation place initiative gathering initiative_term place_term term note poll poll_option open_answer area"
        let people = """
            contact contact_point address involvement relation help_item help_item_skill match contact_moment contact_moment_contact \
            consent consent_event attendance item loan identity_link
            """
        for (names, collection) in [(directory, Collection.directory), (people, .people)] {
            for name in names.split(separator: " ") { #expect(schema[String(name)]?.collection == collection, "\(name)") }
        }
        #expect(schema["loan"]?[column: "dates"]?.parts.map(\.name) == ["lent_on", "due_on", "returned_on"])
        #expect(schema["identity_link"]?.key == .pair("contact", "other"))
        #expect(schema["poll_option"]?[column: "votes"]?.kind == .counter)
    }

    @Test func builtInRowsFitTheirTables() throws {
        #expect(Set(FoundingRow.community.map(\.id)).count == FoundingRow.community.count)
        for row in FoundingRow.community {
            let table = try #require(schema[row.table])
            for (name, value) in row.values {
                let column = try #require(table.column(ofPart: name), "\(name)")
                if let list = column.codes, case .text(let bytes) = value {
                    #expect(CodeList.named(list)?[String(decoding: bytes, as: UTF8.self)] != nil)
                }
            }
        }
        func count(_ beginning: String) -> Int { FoundingRow.community.count { $0.id.hasPrefix(beginning) } }
        #expect(count("area-") == 11 && count("theme-") == 3 && count("condition-") == 4 && count("insight-") == 6 && count("need-") == 3)
    }

    @Test func aPersonHasNoFieldForWhatMustNotBeKept() {
        let names = schema.tables.filter { $0.collection == .people }.flatMap { $0.columns.flatMap { $0.parts.map(\.name) } }
        for word in ["bsn", "birth", "health", "origin", "religion", "vulnerab"] {
            #expect(!names.contains { $0.contains(word) })
        }
    }
}
