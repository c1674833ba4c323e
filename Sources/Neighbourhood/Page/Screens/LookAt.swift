import Community
import CRDT
import Engine
import Store

/// What the list calls by a name and has no page of its own: organisations, places, notes, what somebody lends.
enum LookAt {
    static let screen = Screen("bekijken", tab: .find, templates: ["lookAt": template], show: { visit in
        guard visit.rest.count == 2, tables.contains(visit.rest[0]) else { return .missing }
        let row = try visit.record(visit.rest[1], in: visit.rest[0])
        if row.id.table == "contact_moment" {
            guard let person = try visit.replica.people(of: row.id).first else { return .missing }
            return .go("/contact/\(person.id.key[0])?alle=1#momenten")
        }
        let replica = try visit.replica
        let title = try replica.title(of: row.id, visit.language)
        let name = title.isEmpty ? visit.say(.noName) : title
        let texts = ["description", "lessons", "body"].compactMap { row.value($0) }
        let codes = [("type", "organisation_type"), ("kind", row.id.table == "note" ? "note_kind" : row.id.table == "item" ? "item_kind" : "place_kind"), ("status", row.id.table == "place" ? "place_status" : "initiative_status"), ("activity_type", "activity_type")]
        let facts = codes.compactMap { column, list in row.value(column).map { visit.label($0, of: list) } } + ["area", "city"].compactMap { row.value($0) }
        let reach = ["phone", "email", "url"].compactMap { row.value($0) }
        let address = ["street", "number", "addition", "postal_code"].compactMap { row.value($0) }.joined(separator: " ")
        let subject = try subject(row, visit)
        return .page(Page(template: "lookAt", title: name, values: visit.gable(row.id, name).merging([
            "name": name, "facts": facts.joined(separator: " · "), "texts": texts.map { ["text": $0] as Values }, "reach": (reach + (address.isEmpty ? [] : [address])).map { ["reachText": SpokenPhone.text($0)] as Values },
            "subjectName": maybe(subject?.name), "subjectLink": subject?.link ?? "", "editLink": maybe(RecordEdit.link(row.id)),
        ]) { own, _ in own }))
    })

    private static let tables: Set<String> = ["organisation", "place", "note", "item", "initiative", "contact_moment", "area"]

    /// What a note is about.
    private static func subject(_ row: RecordRow, _ visit: Visit) throws -> (name: String, link: String)? {
        guard row.id.table == "note", let id = row.value("subject") else { return nil }
        for table in ["initiative", "place", "area"] where try visit.replica.store.schema[table] != nil {
            let record = RecordID(table: table, key: [id])
            if let found = try visit.replica.store.rows([record]).first { return (displayName(of: found), Find.link(record)) }
        }
        return nil
    }

    private static let template = #"""
        <header class="head">
          <p><a class="back" href="/zoeken">{{>i-left}}{{w.tabFind}}</a></p>
          <div class="face"><span class="gable g{{gableColour}} step large" aria-hidden="true">{{gableInitials}}</span><div><h1><bdi>{{name}}</bdi></h1><p class="soft"><bdi>{{facts}}</bdi></p></div></div>
          <p class="reach">{{#reach}}<span><bdi>{{reachText}}</bdi></span> {{/reach}}</p>
          {{#editLink}}<p class="acts"><a class="button" href="{{editLink}}">{{w.edit}}</a></p>{{/editLink}}
          {{#subjectName}}<p><a href="{{subjectLink}}"><bdi>{{subjectName}}</bdi></a></p>{{/subjectName}}
        </header>
        {{#texts}}<p class="text"><bdi>{{text}}</bdi></p>{{/texts}}
        """#
}
