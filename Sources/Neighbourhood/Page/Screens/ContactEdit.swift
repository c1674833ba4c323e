import Community
import CRDT
import Engine
import Interchange
import Store

/// Changes what stands about a person.
enum ContactEdit {
    static func show(_ row: RecordRow, _ visit: Visit) throws -> Answer {
        .page(try page(row, EditForm(fields: try fields(row, visit)), EditForm.Sent(), Refusals(), visit))
    }

    static func act(_ row: RecordRow, _ visit: Visit) throws -> Answer {
        let form = EditForm(fields: try fields(row, visit))
        var refusals = Refusals()
        let sent = try form.sent(visit, &refusals)
        let added = try addedRows(row, visit, &refusals)
        guard refusals.isEmpty, !sent.isStale else { return .page(try page(row, form, sent, refusals, visit)) }
        let name = displayName(of: row)
        guard !sent.writes.isEmpty || !added.isEmpty else { return .go("/contact/\(row.id.key[0])", visit.told(PersonPageSentence.nothingChanged, name)) }
        let (_, step) = try visit.write { replica in
            try replica.edit { store in
                for write in sent.writes { try write(store) }
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

    private static func fields(_ row: RecordRow, _ visit: Visit) throws -> [EditForm.Field] {
        let replica = try visit.replica
        func column(_ name: String, _ column: String, _ title: PersonPageSentence, _ kind: EditForm.Field.Kind, _ current: String? = nil) -> EditForm.Field {
            EditForm.Field(name: name, title: visit.say(title), kind: kind, current: current ?? row.value(column) ?? "", record: row.id, column: column) { .columns([(column, $0)]) }
        }
        let isPerson = isIndividual(kind: row.value("kind"))
        let name = [row.value("given_name"), row.value("infix"), row.value("family_name")].compactMap { $0 }.joined(separator: " ")
        var fields: [EditForm.Field] = [
            EditForm.Field(name: "naam", title: visit.say(PersonPageSentence.nameLabel), kind: .line, current: name, record: row.id, column: "family_name") { typed in
                let split = PersonName(splitting: typed)
                return .columns([("given_name", split.given), ("infix", split.infix), ("family_name", split.family)])
            },
            column("roepnaam", "nickname", .fieldNickname, .line),
        ]
        if !isPerson || row.value("organisation") != nil { fields.append(column("organisatie", "organisation", .fieldOrganisation, .line)) }
        try replica.store.list("contact_point", where: Store.condition("contact", isOneOf: [row.id.key[0]]), limit: 30) { point in
            let title = visit.label(point.value("type") ?? "tel", of: "contact_point_type")
            fields.append(EditForm.Field(name: "punt-" + point.id.key[0], title: title, kind: .line, current: point.value("value") ?? "", record: point.id, column: "value") { typed in
                typed.isEmpty ? .delete : .columns([("value", typed)])
            })
        }
        try replica.store.list("address", where: Store.condition("contact", isOneOf: [row.id.key[0]]), limit: 10) { address in
            fields.append(EditForm.Field(name: "adres-" + address.id.key[0], title: visit.say(PersonPageSentence.address), kind: .line, current: AddressLine.text(address), record: address.id, column: "location") { typed in
                if typed.isEmpty { return .delete }
                let parts = addressParts(typed)
                return .columns(["street", "number", "addition", "postal_code", "city"].map { ($0, parts[$0] ?? "") })
            })
        }
        let lines = row.value("extra_vcard")
        fields.append(EditForm.Field(name: "briefje", title: visit.say(PersonPageSentence.slip), kind: .text, current: CardNote.text(lines) ?? "", record: row.id, column: "extra_vcard") { typed in
            .columns([("extra_vcard", CardNote.lines(lines, with: typed))])
        })
        fields += [
            column("gebied", "area", .area, .line), column("taal", "language", .language, .code("language")), column("liefst", "preferred_channel", .fieldChannel, .code("channel")),
            column("actief", "active", .fieldActive, .yesOrNo, row.integer("active") == 0 ? "0" : "1"),
        ]
        return fields
    }

    // MARK: The page

    private static func page(_ row: RecordRow, _ form: EditForm, _ sent: EditForm.Sent, _ refusals: Refusals, _ visit: Visit) throws -> Page {
        func new(_ field: String) -> Values { refusals.field(field, visit.form.sent(field)) }
        let title = visit.say(PersonPageSentence.editTitle, displayName(of: row))
        return Page(template: "contactEdit", title: EditForm.title(title, sent, refusals, visit), values: try form.values(sent, refusals, visit).merging([
            "link": "/contact/\(row.id.key[0])", "title": title, "newPhone": new("telefoon-nieuw"), "newMail": new("mail-nieuw"), "newAddress": new("adres-nieuw"), "ticksTitle": "",
        ]) { _, new in new }, status: sent.isStale ? 409 : refusals.isEmpty ? 200 : 422)
    }

    static let template = #"""
        {{>editTop}}
        <header class="head">
          <p><a class="back" href="{{link}}">{{>i-left}}{{w.backUnsaved}}</a></p>
          <h1><bdi>{{title}}</bdi></h1>
        </header>
        <form class="form text" method="post" action="{{link}}/bewerken">
          {{>editFields}}
          <fieldset class="field"><legend>{{w.addMore}}</legend>
            {{#newPhone}}<div class="field{{#fault}} wrong{{/fault}}"><label for="telefoon-nieuw">{{w.anotherPhone}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="telefoon-nieuw" name="telefoon-nieuw" type="tel" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="telefoon-nieuw-fout"{{/fault}}></div>{{/newPhone}}
            {{#newMail}}<div class="field{{#fault}} wrong{{/fault}}"><label for="mail-nieuw">{{w.anotherMail}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="mail-nieuw" name="mail-nieuw" inputmode="email" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="mail-nieuw-fout"{{/fault}}></div>{{/newMail}}
            {{#newAddress}}<div class="field{{#fault}} wrong{{/fault}}"><label for="adres-nieuw">{{w.anotherAddress}}</label><p class="hint" id="adres-hint">{{w.addressHint}}</p>{{#fault}}{{>fault}}{{/fault}}<input id="adres-nieuw" name="adres-nieuw" value="{{value}}" autocomplete="off" aria-describedby="adres-hint{{#fault}} adres-nieuw-fout{{/fault}}"></div>{{/newAddress}}
          </fieldset>
          <p class="acts"><button class="primary big" aria-keyshortcuts="Control+Enter">{{w.save}}</button> <a class="button quiet" href="{{link}}">{{w.cancel}}</a></p>
        </form>
        """#
}
