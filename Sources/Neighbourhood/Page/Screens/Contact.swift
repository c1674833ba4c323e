import Community
import CRDT
import Engine
import Platform
import Store

/// One person, or what else the list calls by a name: all entries that are the same person as one page.
enum Contact {
    static let screen = Screen("contact", tab: .find, templates: ["contact": template, "contactEdit": ContactEdit.template].merging(EditForm.templates) { own, _ in own }, show: show, act: act)

    private static let momentCount = 3
    private static let momentsAtMost = 200

    private static func show(_ visit: Visit) throws -> Answer {
        let row = try visit.record(visit.rest.first, in: "contact")
        if visit.rest.dropFirst().first == "bewerken" { return try ContactEdit.show(row, visit) }
        let replica = try visit.replica
        let ids = try replica.store.identities(around: [row.id.key[0]]).contacts(of: row.id.key[0])
        let theirs = Store.condition("contact", isOneOf: ids)
        let name = displayName(of: row).isEmpty ? visit.say(.noName) : displayName(of: row)
        let also = try replica.store.rows(ids.filter { $0 != row.id.key[0] }.map { RecordID(table: "contact", key: [$0]) })
        let moments = try moments(theirs, visit)
        let asked = visit.session["vraag"]
        var values: Values = visit.gable(row.id, name)
        values.merge([
            "name": name, "link": "/contact/\(row.id.key[0])", "papersLink": "/persoon/\(row.id.key[0])", "editLink": "/contact/\(row.id.key[0])/bewerken", "logLink": "/moment?wie=\(row.id.key[0])",
            "askLink": "/hulp?nieuw=vraag&wie=\(row.id.key[0])", "offerLink": "/hulp?nieuw=aanbod&wie=\(row.id.key[0])",
            "backLink": maybe(asked.map { "/zoeken?vraag=\(Fields.encoded($0))" } ?? "/zoeken"), "backWords": asked.map { visit.say(PersonPageSentence.backTo, $0) } ?? visit.say(.tabFind),
            "facts": facts(row, visit), "reach": try reach(theirs, visit), "slip": maybe(CardNote.text(row.value("extra_vcard"))),
            "twice": maybe(also.isEmpty ? nil : visit.say(PersonPageSentence.standsTimes, String(also.count + 1))), "hasTwice": !also.isEmpty,
            "entries": also.map { ["entryName": displayName(of: $0), "entryLink": "/contact/\($0.id.key[0])", "entryID": $0.id.key[0]] as Values },
            "isInactive": row.integer("active") == 0, "purposes": Choices.codes("consent_purpose", chosen: "", visit), "hows": Choices.codes("consent_how", chosen: "", visit),
        ]) { _, new in new }
        values.merge([
            "moments": moments.shown, "hasMoments": moments.count > 0, "momentCount": visit.language.number(moments.count),
            "momentsAll": maybe(moments.count > moments.shown.count && visit.query["alle"] == nil ? visit.say(.showAll, visit.language.number(moments.count)) : nil),
        ]) { _, new in new }
        let blocks: [(String, [Values])] = [
            ("help", try help(theirs, visit)), ("takesPart", try takesPart(theirs, visit)), ("consents", try consents(row.id, visit)), ("relations", try relations(Set(ids), visit)),
            ("loans", try loans(ids, visit)), ("writers", try writers(row, visit)),
        ]
        for (block, lines) in blocks {
            values[block] = lines
            values["has" + block.prefix(1).uppercased() + block.dropFirst()] = !lines.isEmpty
        }
        return .page(Page(template: "contact", title: name, values: values))
    }

    private static func facts(_ row: RecordRow, _ visit: Visit) -> String {
        [
            row.value("kind").flatMap { $0 == "individual" ? nil : visit.label($0, of: "contact_kind") }, row.value("organisation"), row.value("area"),
            row.value("language").map { visit.say(PersonPageSentence.speaks, visit.label($0, of: "language")) },
            row.value("preferred_channel").map { visit.say(PersonPageSentence.rather, visit.label($0, of: "channel").lowercasedFirst) },
        ].compactMap { $0 }.joined(separator: " · ")
    }

    private static func reach(_ theirs: String, _ visit: Visit) throws -> [Values] {
        let store = try visit.replica.store
        var lines: [Values] = []
        try store.list("contact_point", where: theirs, limit: 50) { row in
            guard let value = row.value("value") else { return }
            let type = row.value("type") ?? "tel"
            let link: String? = type == "tel" ? SpokenPhone.link(value).map { "tel:" + $0 } : type == "email" && !value.contains(where: \.isWhitespace) ? "mailto:" + Fields.encoded(value).replacing("%40", with: "@") : nil
            let words = row.value("label").map { visit.label($0, of: "contact_point_label").lowercasedFirst }
            lines.append(["reachText": type == "tel" ? SpokenPhone.text(value) : value, "reachLink": maybe(link), "reachWords": maybe(words)])
        }
        try store.list("address", where: theirs, limit: 20) { row in
            let street = [row.value("street"), row.value("number"), row.value("addition")].compactMap { $0 }.joined(separator: " ")
            let town = [row.value("postal_code"), row.value("city")].compactMap { $0 }.joined(separator: " ")
            lines.append(["reachText": [street, town].filter { !$0.isEmpty }.joined(separator: ", "), "reachLink": false, "reachWords": false])
        }
        return lines
    }

    private static func moments(_ theirs: String, _ visit: Visit) throws -> (shown: [Values], count: Int) {
        let replica = try visit.replica
        guard replica.store.schema["contact_moment"] != nil else { return ([], 0) }
        var rows: [RecordRow] = []
        try replica.store.list("contact_moment", where: "id in (select contact_moment from contact_moment_contact where \(theirs))") { rows.append($0) }
        rows.sort { ($0.value("occurred_at") ?? "", $0.id.text) > ($1.value("occurred_at") ?? "", $1.id.text) }
        let shown = try rows.prefix(visit.query["alle"] == nil ? momentCount : momentsAtMost).map { row in
            let worker = try row.value("worker").flatMap { try replica.store.rows([RecordID(table: "contact", key: [$0])]).first.map(displayName) }
            let head = [
                row.value("occurred_at").map(visit.time), visit.label(row.value("channel"), of: "channel").lowercasedFirst,
                row.integer("duration_minutes").map { visit.say(PersonPageSentence.minutes, String($0)) }, worker,
            ].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ")
            let isOpen = row.integer("follow_up_done") != 1
            return [
                "head": head, "summary": maybe(row.value("summary") ?? row.value("purpose")), "concern": maybe(row.value("concern")),
                "followUp": maybe(row.value("follow_up_on").flatMap { isOpen ? visit.say(PersonPageSentence.followUpOn, visit.day($0)) : nil }),
            ] as Values
        }
        return (shown, rows.count)
    }

    private static func help(_ theirs: String, _ visit: Visit) throws -> [Values] {
        var lines: [Values] = []
        try visit.replica.store.list("help_item", where: theirs, limit: 50) { row in
            let status = row.value("status") ?? "open"
            let what = [visit.label(row.value("direction"), of: "help_direction"), row.value("created_at").map(visit.day)].compactMap { $0 }.filter { !$0.isEmpty }
            lines.append([
                "link": RecordEdit.link(row.id) ?? "", "title": visit.label(row.value("category") ?? "other", of: "help_category"), "words": maybe(row.value("description")), "what": what.joined(separator: " · "),
                "status": visit.label(status, of: "help_status"), "isGood": status == "matched" || status == "fulfilled", "isOpen": status == "open",
            ])
        }
        return lines
    }

    private static func takesPart(_ theirs: String, _ visit: Visit) throws -> [Values] {
        let replica = try visit.replica
        var lines: [Values] = []
        for row in try replica.store.rows(of: "involvement", where: theirs, limit: 50) {
            guard let subject = row.value("subject") else { continue }
            for table in ["initiative", "organisation", "place"] {
                let record = RecordID(table: table, key: [subject])
                guard let found = try replica.store.rows([record]).first else { continue }
                lines.append(["title": displayName(of: found), "link": maybe(Find.link(record)), "what": visit.label(row.value("code"), of: "involvement").lowercasedFirst])
            }
        }
        for row in try replica.store.rows(of: "attendance", where: theirs, limit: 20) {
            let record = RecordID(table: "gathering", key: [row.id.key[0]])
            lines.append([
                "title": try replica.title(of: record, visit.language), "link": maybe(Find.link(record)),
                "what": visit.label(row.value("status") ?? "signed_up", of: "attendance_status").lowercasedFirst,
            ])
        }
        return lines
    }

    /// What counts today, of all entries that are this person: withdrawn once is withdrawn, and what has expired is not given.
    private static func consents(_ contact: RecordID, _ visit: Visit) throws -> [Values] {
        try visit.replica.store.consents(of: contact, today: visit.today).states.filter { $0.effective != .unknown }.map { state -> Values in
            let word = switch state.effective {
            case .given: visit.language.say(CareSentence.consentGiven)
            case .withdrawn: visit.language.say(CareSentence.consentWithdrawn)
            case .expired: visit.language.say(CareSentence.consentExpired)
            case .unknown: ""
            }
            let what = [word, visit.label(state.how, of: "consent_how").lowercasedFirst, state.validUntil.map { visit.say(PersonPageSentence.until, visit.day($0)) } ?? ""]
            return ["title": visit.label(state.purpose, of: "consent_purpose"), "what": what.filter { !$0.isEmpty }.joined(separator: ", "), "isGiven": state.effective == .given]
        }
    }

    private static func relations(_ own: Set<String>, _ visit: Visit) throws -> [Values] {
        let store = try visit.replica.store
        var lines: [Values] = []
        for row in try store.rows(of: "relation", where: Store.condition("contact", isOneOf: own) + " or " + Store.condition("other", isOneOf: own), limit: 50) {
            let others = [row.value("contact"), row.value("other")].compactMap { $0 }.filter { !own.contains($0) }
            guard let other = others.first, let found = try store.rows([RecordID(table: "contact", key: [other])]).first else { continue }
            lines.append(["title": displayName(of: found), "link": "/contact/\(other)", "what": visit.label(row.value("code"), of: "relation").lowercasedFirst])
        }
        return lines
    }

    private static func loans(_ ids: [String], _ visit: Visit) throws -> [Values] {
        let store = try visit.replica.store
        var lines: [Values] = []
        for row in try store.rows(of: "loan", where: Store.condition("holder", isOneOf: ids) + " and returned_on is null", limit: 20) {
            let item = try row.value("item").flatMap { try store.rows([RecordID(table: "item", key: [$0])]).first.map(displayName) } ?? ""
            let what = [row.value("lent_on").map { visit.say(.since, visit.day($0)).lowercasedFirst }, row.value("due_on").map { visit.say(PersonPageSentence.due, visit.day($0)) }]
            lines.append(["title": item, "what": what.compactMap { $0 }.joined(separator: ", ")])
        }
        return lines
    }

    private static func writers(_ row: RecordRow, _ visit: Visit) throws -> [Values] {
        try visit.replica.store.show(row.id).columns.compactMap { column in
            guard let author = column.authors.first, let field = FieldWords.title(column.name, visit), column.parts.contains(where: { $0.value != .null }) else { return nil }
            return ["field": field, "who": author.label ?? visit.say(PersonPageSentence.unknownLaptop), "when": visit.time(author.timeMilliseconds)]
        }
    }

    // MARK: Its forms

    private static func act(_ visit: Visit) throws -> Answer {
        let row = try visit.record(visit.rest.first, in: "contact")
        if visit.rest.dropFirst().first == "bewerken" { return try ContactEdit.act(row, visit) }
        if let id = visit.form["los"] {
            let other = try visit.record(id, in: "contact")
            let (_, step) = try visit.write { try $0.link(row.id, other.id, .different) }
            return .go("/contact/\(row.id.key[0])", visit.told(HelpPageSentence.areDifferent, displayName(of: row), step: step, displayName(of: other)))
        }
        if visit.form["toestemming"] != nil { return try recordConsent(row, visit) }
        guard visit.form["doe"] == "verwijderen" else { return .missing }
        let name = displayName(of: row)
        let (_, step) = try visit.write { replica in try replica.edit { try $0.delete(row.id) } }
        return .go("/zoeken", visit.told(PersonPageSentence.personDeleted, name, step: step))
    }

    private static func recordConsent(_ row: RecordRow, _ visit: Visit) throws -> Answer {
        func isCode(_ code: String, of list: String) -> Bool { Choices.codes(list, chosen: code, visit).contains { $0["isChosen"] as? Bool == true } }
        let isGiven = visit.form["toestemming"] == "gegeven"
        guard let purpose = visit.form["doel"], let how = visit.form["hoe"], isCode(purpose, of: "consent_purpose"), isCode(how, of: "consent_how") else { return .missing }
        let at = universalTime(visit.nowMilliseconds)
        let (_, step) = try visit.write { replica in
            try replica.edit { try $0.recordConsent(row.id, purpose: purpose, isGiven: isGiven, how: how, validUntil: nil, at: at) }
        }
        let what = visit.label(purpose, of: "consent_purpose").lowercasedFirst
        return .go("/contact/\(row.id.key[0])", visit.told(isGiven ? PersonPageSentence.gaveConsent : .tookConsent, displayName(of: row), step: step, what))
    }

    private static let template = #"""
        <header class="head">
          <p><a class="back" href="{{backLink}}">{{>i-left}}{{backWords}}</a></p>
          <div class="face"><span class="gable g{{gableColour}} large" aria-hidden="true">{{gableInitials}}</span>
            <div><h1><bdi>{{name}}</bdi></h1>
            <p class="soft"><bdi>{{facts}}</bdi>{{#isInactive}} · {{w.inactive}}{{/isInactive}}{{#twice}} · <a href="#twee">{{twice}}</a>{{/twice}}</p></div></div>
          <p class="reach">{{#reach}}<span>{{#reachLink}}<a class="tel" href="{{reachLink}}"><bdi>{{reachText}}</bdi></a>{{/reachLink}}{{^reachLink}}<bdi>{{reachText}}</bdi>{{/reachLink}}{{#reachWords}} <span class="what">{{reachWords}}</span>{{/reachWords}}</span> {{/reach}}</p>
          {{#slip}}<p class="slip"><bdi>{{slip}}</bdi></p>{{/slip}}
          <p class="acts"><a class="button primary" href="{{logLink}}" aria-keyshortcuts="m">{{>i-note}}{{w.logMoment}}</a> <a class="button" href="{{askLink}}">{{w.askHelp}}</a> <a class="button" href="{{offerLink}}">{{w.offerHelp}}</a> <a class="button" href="{{editLink}}">{{w.edit}}</a></p>
        </header>

        <div class="split">
        <div class="stack">
        <section aria-labelledby="momenten">
          <h2 id="momenten">{{w.kindMoments}}{{#hasMoments}} <span class="count">{{momentCount}}</span>{{/hasMoments}}</h2>
          {{^hasMoments}}<p class="text soft">{{w.momentsNone}}</p>{{/hasMoments}}
          {{#hasMoments}}<ul class="rows">
            {{#moments}}<li class="plain"><p class="what"><bdi>{{head}}</bdi></p>{{#summary}}<p><bdi>{{summary}}</bdi></p>{{/summary}}{{#concern}}<p class="screen">{{>i-lock}} <bdi>{{concern}}</bdi></p>{{/concern}}{{#followUp}}<p class="what">{{>i-clock}} {{followUp}}</p>{{/followUp}}</li>
            {{/moments}}
          </ul>{{/hasMoments}}
          {{#momentsAll}}<p><a class="button quiet" href="{{link}}?alle=1#momenten">{{momentsAll}}</a></p>{{/momentsAll}}
        </section>

        {{#hasHelp}}<section aria-labelledby="hulp">
          <h2 id="hulp">{{w.tabHelp}}</h2>
          <ul class="rows">
            {{#help}}<li class="plain end"><p><a href="{{link}}">{{title}}</a>{{#words}}, <bdi>{{words}}</bdi>{{/words}}<br><span class="what">{{what}}</span></p><span class="tag{{#isGood}} good{{/isGood}}{{#isOpen}} wait{{/isOpen}}">{{#isGood}}{{>i-check}}{{/isGood}}{{#isOpen}}{{>i-clock}}{{/isOpen}}{{status}}</span></li>
            {{/help}}
          </ul>
        </section>{{/hasHelp}}

        {{#hasTakesPart}}<section aria-labelledby="mee">
          <h2 id="mee">{{w.takesPart}}</h2>
          <ul class="rows">{{#takesPart}}<li class="plain"><p><a href="{{link}}"><bdi>{{title}}</bdi></a> <span class="what">{{what}}</span></p></li>{{/takesPart}}</ul>
        </section>{{/hasTakesPart}}
        </div>

        <div class="stack">
        <section aria-labelledby="mag">
          <h2 id="mag">{{w.consent}}</h2>
          {{^hasConsents}}<p class="soft">{{w.consentNone}}</p>{{/hasConsents}}
          {{#hasConsents}}<ul class="why">
            {{#consents}}<li{{^isGiven}} class="stop"{{/isGiven}}>{{#isGiven}}{{>i-check}}{{/isGiven}}{{^isGiven}}{{>i-ban}}{{/isGiven}}<span>{{title}}<br><span class="what">{{what}}</span></span></li>
            {{/consents}}
          </ul>{{/hasConsents}}
          <details><summary>{{w.recordConsent}}</summary><form class="form" method="post" action="{{link}}">
            <div class="field"><label for="doel">{{w.consentFor}}</label><select id="doel" name="doel">{{#purposes}}<option value="{{code}}">{{label}}</option>{{/purposes}}</select></div>
            <div class="field"><label for="hoe">{{w.consentSaid}}</label><select id="hoe" name="hoe">{{#hows}}<option value="{{code}}">{{label}}</option>{{/hows}}</select></div>
            <p class="acts"><button name="toestemming" value="gegeven">{{w.consentGive}}</button> <button name="toestemming" value="ingetrokken">{{w.consentTake}}</button></p></form></details>
        </section>
        {{#hasRelations}}<section aria-labelledby="kring">
          <h2 id="kring">{{w.around}}</h2>
          <p>{{#relations}}<a href="{{link}}"><bdi>{{title}}</bdi></a> <span class="what">{{what}}</span><br>{{/relations}}</p>
        </section>{{/hasRelations}}
        {{#hasLoans}}<section aria-labelledby="leent">
          <h2 id="leent">{{w.borrows}}</h2>
          {{#loans}}<p><bdi>{{title}}</bdi> <span class="what">{{what}}</span></p>{{/loans}}
        </section>{{/hasLoans}}
        {{#hasWriters}}<details><summary>{{w.whoWrote}}</summary>
            <ul class="tight what">{{#writers}}<li><b>{{field}}</b> <bdi>{{who}}</bdi>, {{when}}</li>{{/writers}}</ul></details>{{/hasWriters}}
        <details{{#hasTwice}} open{{/hasTwice}} id="twee"><summary>{{w.more}}</summary>
          <form method="post" action="{{link}}"><ul class="tight">
            {{#entries}}<li><a href="{{entryLink}}"><bdi>{{entryName}}</bdi></a> <span class="what">{{w.samePerson}}</span> <button class="quiet" name="los" value="{{entryID}}">{{w.takeApart}}<span class="unseen">: {{entryName}}</span></button></li>{{/entries}}
            <li><a href="{{papersLink}}/kaartje">{{w.saveCard}}</a></li>
            <li><a href="{{papersLink}}/alles">{{w.saveAll}}</a></li>
            <li><a href="{{papersLink}}/wissen">{{w.erasePerson}}</a></li>
            <li><button class="quiet" name="doe" value="verwijderen">{{w.deletePerson}}</button></li>
          </ul></form></details>
        </div>
        </div>
        """#
}

/// Words for the columns that a form shows.
enum FieldWords {
    static func title(_ column: String, _ visit: Visit) -> String? {
        let known: [String: PersonPageSentence] = [
            "given_name": .fieldGiven, "infix": .fieldInfix, "family_name": .fieldFamily, "nickname": .fieldNickname, "organisation": .fieldOrganisation, "language": .language,
            "preferred_channel": .fieldChannel, "area": .area, "extra_vcard": .slip, "active": .fieldActive,
        ]
        return known[column].map { visit.say($0) }
    }
}
