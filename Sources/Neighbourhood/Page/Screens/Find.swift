import Community
import CRDT
import Engine
import Interchange
import Store

/// Searching first, then adding: what was typed goes along.
enum Find {
    static let screen = Screen("zoeken", tab: .find, templates: ["find": template, "found": found, "addPerson": AddPerson.template], show: show, act: AddPerson.act)

    private static let shownCount = 20
    private static let kinds: [(name: String, table: String?, title: PersonPageSentence)] = [
        ("", nil, .kindAll), ("mensen", "contact", .kindPeople), ("organisaties", "organisation", .kindOrganisations), ("initiatieven", "initiative", .kindInitiatives),
        ("plekken", "place", .kindPlaces), ("notities", "note", .kindNotes), ("momenten", "contact_moment", .kindMoments),
    ]

    private static func show(_ visit: Visit) throws -> Answer {
        let typed = visit.query["vraag"]
        if visit.rest == ["deel"] { return .part(template: "found", values: try foundValues(typed, visit, isTyping: true)) }
        visit.session["vraag"] = typed
        return .page(try page(visit, typed, AddPerson.Typed(name: visit.query["nieuw"] == nil ? nil : typed), Refusals(), showsForm: visit.query["nieuw"] != nil))
    }

    /// The page with what was found, and the form to add somebody.
    static func page(_ visit: Visit, _ typed: String?, _ person: AddPerson.Typed, _ refusals: Refusals, showsForm: Bool, known: [Values] = []) throws -> Page {
        let kind = visit.query["soort"] ?? ""
        let isIndexing = visit.desk.isIndexing
        var values: Values = [
            "asked": typed ?? "", "hasKinds": typed != nil && !showsForm, "showsFind": refusals.isEmpty && known.isEmpty, "showsForm": showsForm,
            "part": "/zoeken/deel?\(kind.isEmpty ? "" : "soort=\(Fields.encoded(kind))&")vraag=",
            "isIndexing": isIndexing, "refreshes": isIndexing, "againLink": "/zoeken?vraag=\(Fields.encoded(typed ?? ""))",
            "kinds": kinds.map { each in
                ["kindTitle": visit.say(each.title), "isKind": each.name == kind, "kindLink": "/zoeken?vraag=\(Fields.encoded(typed ?? ""))&soort=\(each.name)"] as Values
            },
            "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ]
        values.merge(try foundValues(typed, visit, isTyping: false)) { _, new in new }
        if showsForm { values.merge(try AddPerson.values(person, refusals, known, visit)) { _, new in new } }
        let title = refusals.isEmpty ? [typed.map { "“\($0)”" }, visit.say(.tabFind)].compactMap { $0 }.joined(separator: " · ")
            : [visit.count(refusals.lines.count, PageSentence.faultsOne, .faultsMany), visit.say(.add)].joined(separator: " · ")
        return Page(template: "find", title: title, values: values, status: refusals.isEmpty ? 200 : 422)
    }

    /// What stands below the field: what was found, how many, and the way to add what was typed.
    ///
    /// - Parameter isTyping: nobody waits for the nearest spellings between two letters.
    private static func foundValues(_ typed: String?, _ visit: Visit, isTyping: Bool) throws -> Values {
        let found = try typed.map { try results($0, visit) } ?? []
        let isIndexing = visit.desk.isIndexing
        let near = found.isEmpty && !isTyping && !isIndexing ? try typed.map { try nearly($0, visit) } ?? [] : []
        return [
            "hasAsked": typed != nil, "results": found.isEmpty ? near : found, "hasResults": !found.isEmpty, "hasNear": !near.isEmpty, "isNothing": typed != nil && found.isEmpty && !isIndexing,
            "foundWords": visit.count(found.count, PersonPageSentence.foundOne, .foundMany), "mayBeMore": found.count >= shownCount, "mayAdd": visit.query["nieuw"] == nil && visit.form.sent("naam") == nil,
            "addLink": "/zoeken?vraag=\(Fields.encoded(typed ?? ""))&nieuw=1#nieuw", "addWords": visit.say(PersonPageSentence.addTyped, typed ?? ""),
        ]
    }

    private static func results(_ typed: String, _ visit: Visit) throws -> [Values] {
        let kind = kinds.first { $0.name == visit.query["soort"] ?? "" }
        let schema = try visit.replica.store.schema
        let table = kind?.table.flatMap { schema[$0] == nil ? nil : $0 }
        guard !visit.desk.isIndexing else { return [] }
        return try lines(try visit.find(typed, in: table, limit: shownCount), visit)
    }

    /// What is nearly called so, where nothing is.
    private static func nearly(_ typed: String, _ visit: Visit) throws -> [Values] {
        do {
            _ = try visit.replica.record(named: typed, in: ["contact", "organisation", "initiative", "place"])
        } catch let choice as NameChoice where choice.isNear {
            return try lines(choice.candidates, visit)
        } catch is NameChoice {
        } catch is StoreError {}
        return []
    }

    static func lines(_ records: [FoundRecord], _ visit: Visit) throws -> [Values] {
        let replica = try visit.replica
        let rows = Dictionary(try replica.store.rows(records.map(\.id)).map { ($0.id, $0) }) { first, _ in first }
        let entries = records.flatMap { [$0.id] + $0.alsoAs }.filter { $0.table == "contact" }
        let spoken = try replica.store.lastMoments(of: Set(entries.map { $0.key[0] }))
        return try records.map { record in
            let isPerson = record.id.table == "contact"
            let last = ([record.id] + record.alsoAs).compactMap { spoken[$0.key[0]] }.max { $0.occurredAt < $1.occurredAt }
            let phone = record.details.first { SpokenPhone.link($0) != nil }
            // Where somebody lives tells more than an e-mail address.
            let others = record.details.filter { SpokenPhone.link($0) == nil }.sorted { !$0.contains("@") && $1.contains("@") }
            let place = (others.prefix(1) + [rows[record.id]?.value("area")].compactMap { $0 }).joined(separator: " · ")
            let name = record.name.isEmpty ? try replica.title(of: record.id, visit.language) : record.name
            let when = last.map { visit.say(PersonPageSentence.spokenOn, visit.day($0.occurredAt), visit.label($0.channel, of: "channel").lowercasedFirst) }
            return visit.gable(record.id, name).merging([
                "name": name.isEmpty ? visit.say(.noName) : name, "link": link(record.id), "isPerson": isPerson, "place": maybe(place.isEmpty ? nil : place),
                "what": maybe(isPerson ? when ?? visit.say(.neverSpoken) : nil), "phone": maybe(phone.map(SpokenPhone.text)),
                "kind": maybe(isPerson ? nil : kinds.first { $0.table == record.id.table }.map { visit.say($0.title) }),
                "twice": maybe(record.alsoAs.isEmpty ? nil : visit.say(PersonPageSentence.standsTimes, String(record.alsoAs.count + 1))),
            ]) { own, _ in own }
        }
    }

    static func link(_ record: RecordID) -> String {
        switch record.table {
        case "contact": "/contact/\(record.key[0])"
        case "gathering": "/tellen/\(record.key[0])"
        case "initiative": Screens.byName["initiatieven"] == nil ? "/bekijken/initiative/\(record.key[0])" : "/initiatieven/\(record.key[0])"
        case "help_item": "/hulp#\(record.key[0])"
        default: "/bekijken/\(record.table)/\(record.text)"
        }
    }

    private static let found = #"""
        {{#isNothing}}<h2 id="gevonden-kop">{{w.foundNothing}}</h2>
        <p class="text" data-stand>{{#hasNear}}{{w.didYouMean}}{{/hasNear}}{{^hasNear}}{{w.tryLess}}{{/hasNear}}</p>{{/isNothing}}
        {{^isNothing}}<h2 id="gevonden-kop" class="unseen">{{w.found}}</h2>
        <p class="what" data-stand>{{#hasResults}}{{foundWords}}{{#mayBeMore}} · {{w.mayBeMore}}{{/mayBeMore}}<span class="keys"> · {{w.arrows}}</span>{{/hasResults}}{{^hasResults}}{{w.searchFirst}}{{/hasResults}}</p>{{/isNothing}}
        <ul class="rows pick">{{#results}}<li class="end">{{>gable}}<p><a class="name" href="{{link}}"><bdi>{{name}}</bdi></a>{{#twice}} <span class="what">{{twice}}</span>{{/twice}}{{#place}}<br><bdi>{{place}}</bdi>{{/place}}{{#what}}<br><span class="what">{{what}}</span>{{/what}}</p>{{#phone}}<span class="tel">{{phone}}</span>{{/phone}}{{#kind}}<span class="tag">{{kind}}</span>{{/kind}}</li>
        {{/results}}</ul>
        {{#mayAdd}}<p class="acts"><a class="button{{#isNothing}} primary big{{/isNothing}}" href="{{addLink}}" aria-keyshortcuts="n">{{>i-plus}}{{#hasAsked}}{{addWords}}{{/hasAsked}}{{^hasAsked}}{{w.newContact}}{{/hasAsked}}</a></p>{{/mayAdd}}
        """#

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          {{#showsFind}}<h1>{{w.tabFind}}</h1>
          <form role="search" method="get" action="/zoeken" class="find large">
            <label class="unseen" for="find">{{w.findLong}}</label>
            <input id="find" name="vraag" type="search" value="{{asked}}" autocomplete="off" placeholder="{{w.findPlaceholder}}" aria-keyshortcuts="/" aria-controls="gevonden" data-find="{{part}}"{{^showsForm}} autofocus{{/showsForm}}><button>{{>i-find}}{{w.find}}</button>
          </form>
          {{#hasKinds}}<nav class="chips" aria-label="{{w.kind}}">
            {{#kinds}}<a class="chip" href="{{kindLink}}"{{#isKind}} aria-current="true"{{/isKind}}>{{kindTitle}}</a> {{/kinds}}
          </nav>{{/hasKinds}}{{/showsFind}}
          {{^showsFind}}<h1>{{w.add}}</h1><p class="lead">{{w.typedStays}}</p>{{/showsFind}}
        </header>

        {{#isIndexing}}<p class="notice wait" role="status">{{>i-clock}}<span>{{w.indexing}} <a href="{{againLink}}">{{w.refreshPage}}</a></span></p>{{/isIndexing}}
        {{#showsFind}}<section aria-labelledby="gevonden-kop">
          <p class="unseen" role="status" id="gevonden-stand"></p>
          <div class="tight" id="gevonden">{{>found}}</div>
        </section>{{/showsFind}}
        {{#showsForm}}{{>addPerson}}{{/showsForm}}
        """#
}

extension String {
    /// As within a sentence.
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
