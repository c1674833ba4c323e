import Community
import CRDT
import Engine
import Interchange
import Store

/// The form for somebody new: all of it is one step, and whoever may be in the list already stands beside it.
enum AddPerson {
    /// What stands in the form.
    struct Typed {
        var name: String?
        var phone, street, postcode, city, note, mail, area, language: String?

        init(name: String?) { self.name = name }

        init(_ form: Fields) {
            name = form["naam"]
            (phone, mail) = (form["telefoon"], form["mail"])
            (street, postcode, city) = (form["straat"], form["postcode"], form["plaats"])
            (note, area, language) = (form["briefje"], form["gebied"], form["taal"])
        }

        /// As `NewPerson` takes it: a line.
        var address: String? {
            let place = [postcode, city].compactMap { $0 }.joined(separator: " ")
            let line = [street ?? "", place].filter { !$0.isEmpty }
            return line.isEmpty ? nil : street == nil ? ", " + place : line.joined(separator: ", ")
        }
    }

    static func act(_ visit: Visit) throws -> Answer {
        let typed = Typed(visit.form)
        var refusals = Refusals()
        let draft = try draft(typed, &refusals, visit)
        guard let draft, refusals.isEmpty else { return .page(try Find.page(visit, nil, typed, refusals, showsForm: true)) }
        if let chosen = visit.form["diegene"] { return try takeOver(typed, try visit.record(chosen, in: "contact"), visit) }
        guard draft.known.isEmpty || visit.form["toch"] != nil else {
            return .page(try Find.page(visit, nil, typed, refusals, showsForm: true, known: known(draft, visit)))
        }
        let (record, step) = try visit.write { try $0.add(draft) }
        return .go("/contact/\(record.key[0])", visit.told(PersonPageSentence.personSaved, try visit.replica.title(of: record, visit.language), step: step))
    }

    /// Checks every field, so that all that is refused is said at once.
    private static func draft(_ typed: Typed, _ refusals: inout Refusals, _ visit: Visit) throws -> DraftPerson? {
        let replica = try visit.replica
        guard let name = typed.name else {
            refusals.add("naam", visit.say(PersonPageSentence.fillName))
            return nil
        }
        var person = NewPerson(name: name)
        if let phone = typed.phone, try refusals.reading("telefoon", visit, { try point("tel", phone, nil, replica) }) != nil { person.phones = [phone] }
        if let mail = typed.mail, try refusals.reading("mail", visit, { try point("email", mail, nil, replica) }) != nil {
            person.emails = [mail]
        }
        if let postcode = typed.postcode, postcode.wholeMatch(of: /[1-9][0-9]{3} ?[A-Za-z]{2}/) == nil {
            refusals.add("postcode", visit.say(PersonPageSentence.notAPostcode, postcode))
        }
        if let address = typed.address { person.addresses = [address] }
        for (column, field, value) in [("language", "taal", typed.language), ("area", "gebied", typed.area)] {
            guard let value, try refusals.reading(field, visit, { try replica.entered(value, for: column, of: "contact") }) != nil else { continue }
            person.more.append((column, value))
        }
        if let note = typed.note { person.more.append(("extra_vcard", CardNote.lines(nil, with: note))) }
        guard refusals.isEmpty else { return nil }
        return try refusals.reading("naam", visit) { try replica.draft(person) }
    }

    /// A number or an e-mail address as it is to be stored.
    ///
    /// - Parameter contact: nil for somebody who is not in the list yet: an id stands in for theirs.
    static func point(_ type: String, _ value: String, _ contact: RecordID?, _ replica: Replica) throws -> [(name: String, value: Value)] {
        let owner = contact?.key[0] ?? "00000000000000000000000000000000"
        return try replica.entered([("type", type), ("value", value), ("contact", owner)], newIn: replica.sharedTable("contact_point"), trusting: owner)
    }

    /// Somebody who is in the list already: what is new of what was typed is added there; what stands there otherwise stays, and is named.
    private static func takeOver(_ typed: Typed, _ row: RecordRow, _ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        let contact = row.id
        let identities = try replica.store.identities(around: [contact.key[0]])
        let known = try replica.reach(of: [contact.key[0]], identities)[contact.key[0]] ?? []
        let numbers = Set(known.compactMap { SpokenPhone.link($0) }), others = Set(known.map { $0.lowercased() })
        var rows: [(table: String, values: [(name: String, value: Value)])] = []
        if let phone = typed.phone, let link = SpokenPhone.link(phone), !numbers.contains(link) { rows.append(("contact_point", try point("tel", phone, contact, replica))) }
        if let mail = typed.mail, !others.contains(mail.lowercased()) {
            rows.append(("contact_point", try point("email", mail, contact, replica)))
        }
        if let line = typed.address, try !isKnown(line, contact, visit) {
            let parts = addressParts(line).sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) } + [(name: "contact", text: contact.key[0])]
            rows.append(("address", try replica.entered(parts, newIn: replica.sharedTable("address"))))
        }
        var values: [(name: String, value: Value)] = []
        var kept: [String] = []
        for (column, title, text) in [("area", PersonPageSentence.area, typed.area), ("language", PersonPageSentence.language, typed.language)] {
            guard let text, let entered = try replica.entered([(name: column, text: text)], in: contact).first else { continue }
            if row.value(column) == nil { values.append(entered) } else if row[column] != entered.value { kept.append(visit.say(title).lowercasedFirst) }
        }
        if let note = typed.note?.trimmingSpaces(), case let lines = row.value("extra_vcard"), case let before = CardNote.text(lines), before?.contains(note) != true {
            let text = [before, note].compactMap { $0 }.joined(separator: "\n")
            values += try replica.entered([(name: "extra_vcard", text: CardNote.lines(lines, with: text))], in: contact)
        }
        let name = try replica.title(of: contact, visit.language)
        let (_, step) = try visit.write { replica in
            guard !rows.isEmpty || !values.isEmpty else { return }
            try replica.edit { store in
                for row in rows { _ = try store.add(row.table, row.values) }
                if !values.isEmpty { try store.edit(contact, values) }
            }
        }
        let sentence: PersonPageSentence = !kept.isEmpty ? .wasThereOther : step == nil ? .wasThere : .wasThereAdded
        return .go("/contact/\(contact.key[0])", visit.told(sentence, name, step: step, kept.joined(separator: ", ")))
    }

    /// Whether a person has this address already, however it is written.
    private static func isKnown(_ line: String, _ contact: RecordID, _ visit: Visit) throws -> Bool {
        func mark(_ part: (String) -> String?) -> String {
            ["street", "number", "addition", "postal_code"].compactMap(part).joined().lowercased().filter { $0.isLetter || $0.isNumber }
        }
        let store = try visit.replica.store
        let typed = addressParts(line)
        let entries = try store.person(of: contact).entries.map { $0.row.id.key[0] }
        var marks: Set<String> = []
        try store.list("address", where: Store.condition("contact", isOneOf: entries), limit: 50) { address in marks.insert(mark { address.value($0) }) }
        return marks.contains(mark { typed[$0] })
    }

    private static func known(_ draft: DraftPerson, _ visit: Visit) -> [Values] {
        draft.known.map { match in
            let phone = match.contact.details.first { SpokenPhone.link($0) != nil }.map(SpokenPhone.text)
            let place = match.contact.details.first { SpokenPhone.link($0) == nil }
            return visit.gable(match.contact.id, match.contact.name).merging([
                "name": match.contact.name, "link": "/contact/\(match.contact.id.key[0])", "id": match.contact.id.key[0],
                "what": [place, phone].compactMap { $0 }.joined(separator: " · "), "why": visit.language.say(match.level),
            ]) { own, _ in own }
        }
    }

    // MARK: The form

    static func values(_ typed: Typed, _ refusals: Refusals, _ known: [Values], _ visit: Visit) throws -> Values {
        let split = PersonName(splitting: typed.name ?? "")
        let parts: [(PersonPageSentence, String)] = [(.givenName, split.given), (.infix, split.infix), (.familyName, split.family)]
        let replica = try visit.replica
        return [
            "nameField": refusals.field("naam", typed.name), "phoneField": refusals.field("telefoon", typed.phone), "streetField": refusals.field("straat", typed.street),
            "postcodeField": refusals.field("postcode", typed.postcode), "cityField": refusals.field("plaats", typed.city), "noteField": refusals.field("briefje", typed.note),
            "mailField": refusals.field("mail", typed.mail), "areaField": refusals.field("gebied", typed.area),
            "parts": parts.filter { !$0.1.isEmpty }.map { ["part": visit.say($0.0), "partText": $0.1] as Values }, "hasParts": typed.name != nil,
            "areas": try Choices.areas(replica), "languages": Choices.codes("language", chosen: typed.language ?? "", visit),
            "isOpen": typed.mail != nil || typed.area != nil || typed.language != nil || refusals["mail"] != nil || refusals["gebied"] != nil,
            "known": known, "hasKnown": !known.isEmpty,
            "knownWords": visit.count(known.count, PersonPageSentence.alikeOne, .alikeMany),
        ]
    }

    static let template = #"""
        <section aria-labelledby="nieuw">
          <h2 id="nieuw">{{w.notThere}}</h2>
          <form class="form beside" method="post" action="/zoeken">
              <button hidden>{{w.add}}</button>
              {{#nameField}}<div class="field{{#fault}} wrong{{/fault}}">
                <label for="naam">{{w.nameLabel}}</label>
                {{#fault}}{{>fault}}{{/fault}}
                <input id="naam" name="naam" value="{{value}}" autocomplete="off" aria-describedby="naam-delen{{#fault}} naam-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}>
                <p class="parts hint" id="naam-delen">{{#parts}}<span>{{part}} <b><bdi>{{partText}}</bdi></b></span> {{/parts}}{{^hasParts}}{{w.nameHint}}{{/hasParts}}</p>
              </div>{{/nameField}}
              {{#phoneField}}<div class="field{{#fault}} wrong{{/fault}}">
                <label for="telefoon">{{w.phone}}</label>
                {{#fault}}{{>fault}}{{/fault}}
                <input id="telefoon" name="telefoon" type="tel" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="telefoon-fout"{{/fault}}>
              </div>{{/phoneField}}
              {{#hasKnown}}<aside class="card wait" aria-labelledby="bestaat" aria-live="polite">
                <h2 id="bestaat">{{w.existsAlready}}</h2>
                <p>{{knownWords}} {{w.existsHint}}</p>
                <ul class="rows">
                  {{#known}}<li>{{>gable}}<div><p><a class="name" href="{{link}}"><bdi>{{name}}</bdi></a><br><bdi>{{what}}</bdi></p>
                    <ul class="why"><li>{{>i-check}}{{why}}</li></ul>
                    <p class="acts near"><button name="diegene" value="{{id}}">{{w.thisOne}}<span class="unseen">: {{name}}</span></button></p></div></li>
                  {{/known}}
                </ul>
              </aside>{{/hasKnown}}
              <div class="two">
                {{#streetField}}<div><label for="straat">{{w.street}}</label><input id="straat" name="straat" value="{{value}}" autocomplete="off"></div>{{/streetField}}
                {{#postcodeField}}<div class="{{#fault}}field wrong{{/fault}}"><label for="postcode">{{w.postcode}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="postcode" name="postcode" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="postcode-fout"{{/fault}}></div>{{/postcodeField}}
              </div>
              {{#cityField}}<div class="field"><label for="plaats">{{w.city}}</label><input id="plaats" name="plaats" value="{{value}}" autocomplete="off"></div>{{/cityField}}
              {{#noteField}}<div class="field">
                <label for="briefje">{{w.slip}}</label>
                <p class="hint" id="briefje-hint">{{w.slipHint}}</p>
                <textarea id="briefje" name="briefje" aria-describedby="briefje-hint">{{value}}</textarea>
              </div>{{/noteField}}
              <details{{#isOpen}} open{{/isOpen}}><summary>{{w.moreFields}}</summary>
                <div class="form">
                  {{#mailField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="mail">{{w.mail}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="mail" name="mail" inputmode="email" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="mail-fout"{{/fault}}></div>{{/mailField}}
                  <div class="two">{{#areaField}}<div class="{{#fault}}field wrong{{/fault}}"><label for="gebied">{{w.area}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="gebied" name="gebied" value="{{value}}" list="gebieden" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="gebied-fout"{{/fault}}><datalist id="gebieden">{{#areas}}<option value="{{areaName}}">{{/areas}}</datalist></div>{{/areaField}}
                  <div><label for="taal">{{w.language}}</label><select id="taal" name="taal"><option value="">{{w.notKnown}}</option>{{#languages}}<option value="{{code}}"{{#isChosen}} selected{{/isChosen}}>{{label}}</option>{{/languages}}</select></div></div>
                </div>
              </details>
              {{#hasKnown}}<p class="acts"><button class="primary big" name="toch" value="1" aria-keyshortcuts="Control+Enter">{{w.noAdd}}</button> <a class="button quiet" href="/zoeken">{{w.cancel}}</a></p>{{/hasKnown}}
              {{^hasKnown}}<p class="acts"><button class="primary big" aria-keyshortcuts="Control+Enter">{{w.add}}</button> <a class="button quiet" href="/zoeken">{{w.cancel}}</a></p>{{/hasKnown}}
            </form>
        </section>
        """#
}

/// What a field may be chosen from.
enum Choices {
    static func codes(_ list: String, chosen: String, _ visit: Visit) -> [Values] {
        (CodeList.named(list)?.codes ?? []).map { ["code": $0.code, "label": visit.language.text($0.label), "isChosen": $0.code == chosen] }
    }

    static func areas(_ replica: Replica) throws -> [Values] {
        guard replica.store.schema["area"] != nil else { return [] }
        var names: [String] = []
        try replica.store.list("area", where: "coalesce(kind, '') <> 'city'", limit: 200) { row in if let name = row.value("name") { names.append(name) } }
        return Set(names).sorted().map { ["areaName": $0] }
    }
}
