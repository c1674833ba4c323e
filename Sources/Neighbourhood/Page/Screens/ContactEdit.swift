import Community
import CRDT
import Engine
import Interchange
import Store

/// Changes what stands about a person. The form carries what it showed: only what was changed is written, and what somebody else changed
/// meanwhile is shown beside what was typed, with nothing written.
enum ContactEdit {
    /// One field of the form.
    struct Field {
        enum Kind { case line, text, code(String), yesOrNo }

        let name: String
        let title: String
        let kind: Kind
        /// As it stands in the list now.
        let current: String
        /// Whose columns it is: to tell who changed it.
        let record: RecordID
        let column: String
        /// What is written for what was typed; nothing is refused there that the command line takes.
        let write: (_ typed: String, Replica) throws -> @Sendable (Store) throws -> Void
    }

    static func show(_ row: RecordRow, _ visit: Visit) throws -> Answer {
        .page(try page(row, try fields(row, visit), [:], [:], Refusals(), visit))
    }

    static func act(_ row: RecordRow, _ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        let fields = try fields(row, visit)
        var refusals = Refusals()
        var typed: [String: String] = [:], stale: [String: String] = [:], writes: [@Sendable (Store) throws -> Void] = []
        for field in fields {
            guard let text = visit.form.sent(field.name)?.trimmingSpaces(), let was = visit.form.sent("was-" + field.name)?.trimmingSpaces() else { continue }
            typed[field.name] = text
            guard text != was, text != field.current.trimmingSpaces() else { continue }
            var value = text
            if field.current.trimmingSpaces() != was {
                // Of a text both may have written on: then both stand.
                if case .text = field.kind, text.hasPrefix(was), field.current.hasPrefix(was) {
                    value = [field.current.trimmingSpaces(), String(text.dropFirst(was.count)).trimmingSpaces()].filter { !$0.isEmpty }.joined(separator: " ")
                } else {
                    switch visit.form["keus-" + field.name] {
                    case "mijn" where visit.form.sent("zag-" + field.name)?.trimmingSpaces() == field.current.trimmingSpaces(): break
                    case "ander": continue
                    default:
                        stale[field.name] = was
                        continue
                    }
                }
            }
            if let write = try refusals.reading(field.name, visit, { try field.write(value, replica) }) { writes.append(write) }
        }
        let added = try addedRows(row, visit, &refusals)
        guard refusals.isEmpty, stale.isEmpty else { return .page(try page(row, fields, typed, stale, refusals, visit)) }
        let name = displayName(of: row)
        guard !writes.isEmpty || !added.isEmpty else { return .go("/contact/\(row.id.key[0])", visit.told(PersonPageSentence.nothingChanged, name)) }
        let (_, step) = try visit.write { replica in
            try replica.edit { store in
                for write in writes { try write(store) }
                for row in added { _ = try store.add(row.table, row.values) }
            }
        }
        return .go("/contact/\(row.id.key[0])", visit.told(PersonPageSentence.personSaved, name, step: step))
    }

    /// Numbers and the like that were filled in beside those there were.
    private static func addedRows(_ row: RecordRow, _ visit: Visit, _ refusals: inout Refusals) throws -> [(table: String, values: [(name: String, value: Value)])] {
        let replica = try visit.replica
        var rows: [(table: String, values: [(name: String, value: Value)])] = []
        for (field, type) in [("telefoon-nieuw", "tel"), ("mail-nieuw", "email")] {
            guard let text = visit.form[field] else { continue }
            if let values = try refusals.reading(field, visit, { try AddPerson.point(type, text, row.id, replica) }) {
                rows.append(("contact_point", values))
            }
        }
        if let line = visit.form["adres-nieuw"] {
            let parts = addressParts(line).sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) } + [(name: "contact", text: row.id.key[0])]
            if let values = try refusals.reading("adres-nieuw", visit, { try replica.entered(parts, newIn: replica.sharedTable("address")) }) { rows.append(("address", values)) }
        }
        return rows
    }

    // MARK: Fields

    private static func fields(_ row: RecordRow, _ visit: Visit) throws -> [Field] {
        let replica = try visit.replica
        func column(_ name: String, _ column: String, _ title: PersonPageSentence, _ kind: Field.Kind, _ current: String? = nil) -> Field {
            Field(name: name, title: visit.say(title), kind: kind, current: current ?? row.value(column) ?? "", record: row.id, column: column) { typed, replica in
                let values = try replica.entered([(name: column, text: typed)], in: row.id)
                return { try $0.edit(row.id, values) }
            }
        }
        let isPerson = isIndividual(kind: row.value("kind"))
        let name = [row.value("given_name"), row.value("infix"), row.value("family_name")].compactMap { $0 }.joined(separator: " ")
        var fields: [Field] = [
            Field(name: "naam", title: visit.say(PersonPageSentence.nameLabel), kind: .line, current: name, record: row.id, column: "family_name") { typed, replica in
                let split = PersonName(splitting: typed)
                let values = try replica.entered([("given_name", split.given), ("infix", split.infix), ("family_name", split.family)], in: row.id)
                return { try $0.edit(row.id, values) }
            },
            column("roepnaam", "nickname", .fieldNickname, .line),
        ]
        if !isPerson || row.value("organisation") != nil { fields.append(column("organisatie", "organisation", .fieldOrganisation, .line)) }
        try replica.store.list("contact_point", where: Store.condition("contact", isOneOf: [row.id.key[0]]), limit: 30) { point in
            let title = visit.label(point.value("type") ?? "tel", of: "contact_point_type")
            fields.append(Field(name: "punt-" + point.id.key[0], title: title, kind: .line, current: point.value("value") ?? "", record: point.id, column: "value") { typed, replica in
                if typed.isEmpty { return { try $0.delete(point.id) } }
                let values = try replica.entered([(name: "value", text: typed)], in: point.id)
                return { try $0.edit(point.id, values) }
            })
        }
        try replica.store.list("address", where: Store.condition("contact", isOneOf: [row.id.key[0]]), limit: 10) { address in
            fields.append(Field(name: "adres-" + address.id.key[0], title: visit.say(PersonPageSentence.address), kind: .line, current: AddressLine.text(address), record: address.id, column: "location") { typed, replica in
                if typed.isEmpty { return { try $0.delete(address.id) } }
                let parts = addressParts(typed)
                let all = ["street", "number", "addition", "postal_code", "city"].map { (name: $0, text: parts[$0] ?? "") }
                let values = try replica.entered(all, in: address.id)
                return { try $0.edit(address.id, values) }
            })
        }
        let lines = row.value("extra_vcard")
        fields.append(Field(name: "briefje", title: visit.say(PersonPageSentence.slip), kind: .text, current: CardNote.text(lines) ?? "", record: row.id, column: "extra_vcard") { typed, replica in
            let values = try replica.entered([(name: "extra_vcard", text: CardNote.lines(lines, with: typed))], in: row.id)
            return { try $0.edit(row.id, values) }
        })
        fields += [
            column("gebied", "area", .area, .line), column("taal", "language", .language, .code("language")), column("liefst", "preferred_channel", .fieldChannel, .code("channel")),
            column("actief", "active", .fieldActive, .yesOrNo, row.integer("active") == 0 ? "0" : "1"),
        ]
        return fields
    }

    // MARK: The page

    private static func page(_ row: RecordRow, _ fields: [Field], _ typed: [String: String], _ stale: [String: String], _ refusals: Refusals, _ visit: Visit) throws -> Page {
        let name = displayName(of: row)
        let shown: [Values] = try fields.map { field in
            let text = typed[field.name] ?? field.current
            var values = refusals.field(field.name, text)
            values["title"] = field.title
            // What the next sending is held against: of a field that stands open, still what was seen first.
            values["was"] = stale[field.name] ?? (typed[field.name] == nil ? field.current : visit.form.sent("was-" + field.name) ?? field.current)
            var isText = false, isYesOrNo = false, codes: [Values] = []
            switch field.kind {
            case .text: isText = true
            case .yesOrNo: isYesOrNo = true
            case .code(let list):
                codes = Choices.codes(list, chosen: text, visit)
                if !text.isEmpty, !codes.contains(where: { $0["isChosen"] as? Bool == true }) { codes.append(["code": text, "label": text, "isChosen": true]) }
            case .line: break
            }
            values.merge([
                "isText": isText, "isCode": !codes.isEmpty, "codes": codes, "isYesOrNo": isYesOrNo, "isOn": text != "0", "isStale": stale[field.name] != nil,
                "isLine": !isText && codes.isEmpty && !isYesOrNo, "current": field.current, "saw": visit.say(PersonPageSentence.twoValues, stale[field.name] ?? ""),
                "mine": visit.say(PersonPageSentence.mineNow, visit.desk.standing?.laptop ?? ""), "theirs": try stale[field.name].map { try theirs(field, saw: $0, visit) } ?? "",
            ]) { _, new in new }
            return values
        }
        func new(_ field: String) -> Values { refusals.field(field, visit.form.sent(field)) }
        let title = visit.say(PersonPageSentence.editTitle, name)
        let first = !stale.isEmpty ? visit.say(PersonPageSentence.changedMeanwhile) : refusals.isEmpty ? nil : visit.count(refusals.lines.count, PageSentence.faultsOne, .faultsMany)
        return Page(template: "contactEdit", title: [first, title].compactMap { $0 }.joined(separator: " · "), values: [
            "fields": shown, "link": "/contact/\(row.id.key[0])", "title": title, "isStalePage": !stale.isEmpty, "newPhone": new("telefoon-nieuw"), "newMail": new("mail-nieuw"),
            "newAddress": new("adres-nieuw"), "faults": refusals.isEmpty ? false : refusals.values(visit) as Any, "areas": try Choices.areas(visit.replica),
        ], status: !stale.isEmpty ? 409 : refusals.isEmpty ? 200 : 422)
    }

    /// Who wrote what stands there now, where, when, and what they had seen.
    private static func theirs(_ field: Field, saw: String, _ visit: Visit) throws -> String {
        let detail = try visit.replica.store.show(field.record).columns.first { $0.name == field.column }
        guard let author = detail?.authors.first else { return "" }
        return visit.say(PersonPageSentence.theirsNow, author.label ?? visit.say(PersonPageSentence.unknownLaptop), visit.time(author.timeMilliseconds))
    }

    static let template = #"""
        {{#isStalePage}}<div class="notice stop" role="alert" tabindex="-1" autofocus id="intussen">{{>i-alert}}<div>
          <h2>{{w.changedMeanwhile}}</h2>
          <p>{{w.changedMeanwhileText}}</p></div></div>{{/isStalePage}}
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="{{link}}">{{>i-left}}{{w.backUnsaved}}</a></p>
          <h1><bdi>{{title}}</bdi></h1>
        </header>
        <form class="form text" method="post" action="{{link}}/bewerken">
          {{#fields}}{{#isStale}}<fieldset class="field wrong" id="{{fieldName}}" aria-describedby="{{fieldName}}-fout">
            <legend>{{title}}</legend>
            <p class="fault" id="{{fieldName}}-fout">{{>i-alert}}<span>{{saw}}</span></p>
            <input type="hidden" name="{{fieldName}}" value="{{value}}"><input type="hidden" name="was-{{fieldName}}" value="{{was}}"><input type="hidden" name="zag-{{fieldName}}" value="{{current}}">
            <div class="versus">
              <label class="option"><input type="radio" name="keus-{{fieldName}}" value="mijn" checked><span class="value"><bdi>{{value}}</bdi></span><span class="what">{{mine}}</span></label>
              <label class="option"><input type="radio" name="keus-{{fieldName}}" value="ander"><span class="value"><bdi>{{current}}</bdi></span><span class="what">{{theirs}}</span></label>
            </div>
          </fieldset>{{/isStale}}{{^isStale}}<div class="field{{#fault}} wrong{{/fault}}">
            <label for="{{fieldName}}">{{title}}</label>
            {{#fault}}{{>fault}}{{/fault}}
            <input type="hidden" name="was-{{fieldName}}" value="{{was}}">
            {{#isLine}}<input id="{{fieldName}}" name="{{fieldName}}" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="{{fieldName}}-fout"{{/fault}}>{{/isLine}}
            {{#isText}}<textarea id="{{fieldName}}" name="{{fieldName}}">{{value}}</textarea>{{/isText}}
            {{#isCode}}<select id="{{fieldName}}" name="{{fieldName}}"><option value="">{{w.notKnown}}</option>{{#codes}}<option value="{{code}}"{{#isChosen}} selected{{/isChosen}}>{{label}}</option>{{/codes}}</select>{{/isCode}}
            {{#isYesOrNo}}<select id="{{fieldName}}" name="{{fieldName}}"><option value="1"{{#isOn}} selected{{/isOn}}>{{w.yes}}</option><option value="0"{{^isOn}} selected{{/isOn}}>{{w.no}}</option></select>{{/isYesOrNo}}
          </div>{{/isStale}}
          {{/fields}}
          <fieldset class="field"><legend>{{w.addMore}}</legend>
            {{#newPhone}}<div class="field{{#fault}} wrong{{/fault}}"><label for="telefoon-nieuw">{{w.anotherPhone}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="telefoon-nieuw" name="telefoon-nieuw" type="tel" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="telefoon-nieuw-fout"{{/fault}}></div>{{/newPhone}}
            {{#newMail}}<div class="field{{#fault}} wrong{{/fault}}"><label for="mail-nieuw">{{w.anotherMail}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="mail-nieuw" name="mail-nieuw" inputmode="email" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="mail-nieuw-fout"{{/fault}}></div>{{/newMail}}
            {{#newAddress}}<div class="field{{#fault}} wrong{{/fault}}"><label for="adres-nieuw">{{w.anotherAddress}}</label><p class="hint" id="adres-hint">{{w.addressHint}}</p>{{#fault}}{{>fault}}{{/fault}}<input id="adres-nieuw" name="adres-nieuw" value="{{value}}" autocomplete="off" aria-describedby="adres-hint{{#fault}} adres-nieuw-fout{{/fault}}"></div>{{/newAddress}}
          </fieldset>
          <p class="acts"><button class="primary big" aria-keyshortcuts="Control+Enter">{{w.save}}</button> <a class="button quiet" href="{{link}}">{{w.cancel}}</a></p>
        </form>
        """#
}
