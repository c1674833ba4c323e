import Community
import CRDT
import Device
import Engine
import Foundation
import Store
import Words

/// Everything about one person, for that person: to hand over, or to erase for good.
enum PersonPapers {
    static let screen = Screen("persoon", tab: .find, templates: ["erasePerson": template], show: show, act: act)

    /// `/persoon/ID/kaartje`, `/persoon/ID/alles`, `/persoon/ID/wissen`: of all entries that are the same person.
    private static func show(_ visit: Visit) throws -> Answer {
        let row = try visit.record(visit.rest.first, in: "contact")
        switch visit.rest.dropFirst().first {
        case "kaartje": return try export(row, .vcf, visit)
        case "alles": return try export(row, .json, visit)
        case "wissen": return .page(try page(row, Refusals(), visit))
        default: return .missing
        }
    }

    private static func export(_ row: RecordRow, _ format: ExportFormat, _ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        let folder = try PersonalFolders(visit.desk.environment).data()
        // Written by the same words as the command's, into a folder of its owner's, and gone once it is read.
        let path = folder + "/inzage-" + hexadecimal(Array(visit.desk.environment.nonce().bytes.prefix(8)))
        defer { unlink(path) }
        _ = try replica.exportPerson(replica.store.person(of: row.id).entries.map(\.row.id), to: path, format, replaces: false)
        let data = FileManager.default.contents(atPath: path) ?? Data()
        let name = displayName(of: row).isEmpty ? "contact" : displayName(of: row)
        return .file(Array(data), name: name + (format == .vcf ? ".vcf" : ".json"), type: format == .vcf ? "text/vcard; charset=utf-8" : "application/json; charset=utf-8")
    }

    private static func page(_ row: RecordRow, _ refusals: Refusals, _ visit: Visit) throws -> Page {
        let replica = try visit.replica
        let person = try replica.store.person(of: row.id)
        let (plan, mentions) = try replica.planErasure(row.id)
        let name = displayName(of: row)
        let title = visit.say(CarePageSentence.eraseTitle, name)
        let texts: [Values] = try mentions.prefix(20).map { mention in
            ["what": try replica.title(of: mention.record, visit.language), "link": Find.link(mention.record), "table": visit.language.kind(of: mention.record.table)]
        }
        return Page(template: "erasePerson", title: title, values: [
            "title": title, "back": "/contact/\(row.id.key[0])", "action": "/persoon/\(row.id.key[0])/wissen", "familyHint": word(row),
            "entries": person.entries.map { entry in ["entryName": displayName(of: entry.row), "entryWhat": (entry.points + entry.addresses).map(SpokenPhone.text).joined(separator: " · ")] as Values },
            "counts": visit.say(CarePageSentence.eraseCounts, plan.counts.map { visit.language.rows($0.rows, of: $0.table) }.joined(separator: ", ")),
            "wordless": maybe(plan.wordless.isEmpty ? nil : visit.say(CarePageSentence.eraseWordless, visit.language.number(plan.wordless.count))),
            "texts": texts, "hasTexts": !texts.isEmpty, "textCount": visit.language.number(mentions.count), "isContradictory": !person.contradictions.isEmpty,
            "nameField": refusals.field("achternaam", nil), "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : 422)
    }

    /// What is typed to be sure: the family name, else whatever the contact is called.
    private static func word(_ row: RecordRow) -> String { row.value("family_name") ?? displayName(of: row) }

    private static func act(_ visit: Visit) throws -> Answer {
        let row = try visit.record(visit.rest.first, in: "contact")
        guard visit.rest.dropFirst().first == "wissen" else { return .missing }
        let replica = try visit.replica
        try replica.checkCoordinator()
        var refusals = Refusals()
        guard let typed = visit.form["achternaam"], typed.lowercased() == word(row).trimmingSpaces().lowercased(), !typed.isEmpty else {
            refusals.add("achternaam", visit.say(CarePageSentence.eraseNameDiffers))
            return .page(try page(row, refusals, visit))
        }
        guard try replica.store.person(of: row.id).contradictions.isEmpty else {
            refusals.add("", PageFault.words(EngineError(.contradictoryPerson), about: "", visit.language))
            return .page(try page(row, refusals, visit))
        }
        let outcome = try replica.erase(replica.planErasure(row.id).plan)
        visit.desk.noteWrite()
        return .go("/zoeken", visit.told(outcome.isDoneHere ? CarePageSentence.erased : .erasedLater, ""))
    }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="{{back}}">{{>i-left}}{{w.keepAfterAll}}</a></p>
          <h1><bdi>{{title}}</bdi></h1>
          <p class="lead">{{w.eraseLead}}</p>
        </header>
        {{#isContradictory}}<p class="notice wait">{{>i-alert}}<span>{{w.eraseContradictory}}</span></p>{{/isContradictory}}
        <section class="card stop" aria-labelledby="wat">
          <h2 id="wat">{{w.eraseWhat}}</h2>
          <ul class="bullets text">{{#entries}}<li><b><bdi>{{entryName}}</bdi></b> <bdi>{{entryWhat}}</bdi></li>{{/entries}}<li>{{counts}}</li>{{#wordless}}<li>{{wordless}}</li>{{/wordless}}<li>{{w.eraseStays}}</li></ul>
          <form class="form text" method="post" action="{{action}}">
            {{#nameField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="achternaam">{{w.eraseTypeName}}</label><p class="hint" id="a-hint"><bdi>{{familyHint}}</bdi></p>{{#fault}}{{>fault}}{{/fault}}<input id="achternaam" name="achternaam" autocomplete="off" aria-describedby="a-hint{{#fault}} achternaam-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}></div>{{/nameField}}
            <p class="acts"><button class="danger">{{w.eraseNow}}</button> <a class="button quiet" href="{{back}}">{{w.keepAfterAll}}</a></p>
          </form>
        </section>
        {{#hasTexts}}<section aria-labelledby="teksten">
          <h2 id="teksten">{{w.eraseTexts}} <span class="count">{{textCount}}</span></h2>
          <ul class="rows">{{#texts}}<li class="plain"><p><a href="{{link}}"><bdi>{{what}}</bdi></a> <span class="what">{{table}}</span></p></li>{{/texts}}</ul>
        </section>{{/hasTexts}}
        """#
}
