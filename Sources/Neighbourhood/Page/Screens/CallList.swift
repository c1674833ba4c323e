import Community
import CRDT
import Engine
import Store
import Words

/// Whom to call, on paper: longest not spoken first, with room to write; and the sheet typed back in, from top to bottom.
enum CallList {
    static let screen = Screen("bellijst", tab: .today, templates: ["callList": template, "callListBack": back], show: { visit in
        .page(visit.rest.first == "invullen" ? try fillPage(visit, Refusals()) : try page(visit))
    }, act: act)

    private static let lineCount = 60
    /// Looked through for those of an area.
    private static let lookedAtCount = 5_000
    private static let dayCounts = [0, 30, 60, 90]

    /// Which sheet: of an area or of all, and how long nobody spoke with them. It goes along from the paper to the form.
    private struct Choice {
        let area: String?
        let days: Int

        init(_ query: Fields) {
            area = query["gebied"]
            days = query["dagen"].flatMap { Int($0) }.map { min(max(0, $0), 3_650) } ?? 60
        }

        var address: String { "?dagen=\(days)" + (area.map { "&gebied=\(Fields.encoded($0))" } ?? "") }
    }

    private static func people(_ choice: Choice, _ visit: Visit) throws -> [(id: RecordID, name: String, last: String?, row: RecordRow?)] {
        let replica = try visit.replica
        // Somebody of today is not spoken with since tomorrow.
        let since = ReaderClock.dayText(visit.nowMilliseconds, plus: choice.days == 0 ? 1 : -choice.days)
        let found = try replica.store.unreached(since: since, limit: choice.area == nil ? lineCount : lookedAtCount).contacts
        let rows = Dictionary(try replica.store.rows(found.map(\.id)).map { ($0.id, $0) }) { first, _ in first }
        return found.lazy.map { ($0.id, rows[$0.id].map(displayName) ?? "", $0.lastMoment, rows[$0.id]) }
            .filter { choice.area == nil || $0.3?.value("area") == choice.area }.prefix(lineCount).map { $0 }
    }

    // MARK: The sheet

    private static func page(_ visit: Visit) throws -> Page {
        let choice = Choice(visit.query)
        let replica = try visit.replica
        let people = try people(choice, visit)
        let reach = try replica.reach(of: people.map { $0.id.key[0] }, replica.store.identities(around: people.map { $0.id.key[0] }))
        let title = choice.area.map { visit.say(PaperPageSentence.callListOf, $0) } ?? visit.say(PaperPageSentence.callListTitle)
        let who = try visit.desk.settings.worker.flatMap { try replica.store.rows([RecordID(table: "contact", key: [$0])]).first.map(displayName) }
        return Page(template: "callList", title: title, values: [
            "title": title, "lead": visit.count(people.count, PaperPageSentence.callListOne, .callListMany),
            "paperHead": [visit.desk.standing?.space, title, visit.day(visit.today), who].compactMap { $0 }.joined(separator: " · ") + ". " + visit.say(PaperPageSentence.shred),
            "lines": people.map { person -> Values in
                let all = reach[person.id.key[0]] ?? []
                return [
                    "name": person.name.isEmpty ? visit.say(.noName) : person.name, "link": "/contact/\(person.id.key[0])", "phones": all.filter { SpokenPhone.link($0) != nil }.prefix(3).map { ["phone": SpokenPhone.text($0)] as Values },
                    "address": all.first { SpokenPhone.link($0) == nil && !$0.contains("@") && !$0.contains("://") } ?? "", "slip": maybe(CardNote.text(person.row?.value("extra_vcard"))),
                    "last": person.last.map(visit.day) ?? visit.say(.neverSpoken),
                ]
            }, "hasLines": !people.isEmpty, "fillLink": "/bellijst/invullen\(choice.address)", "printLink": "/bellijst\(choice.address)", "areas": try Choices.areas(replica), "area": choice.area ?? "",
            "dayChoices": dayCounts.map { ["days": String($0), "dayWords": $0 == 0 ? visit.say(PaperPageSentence.everybody) : visit.say(PaperPageSentence.quietFor, String($0)), "isChosen": $0 == choice.days] as Values },
        ])
    }

    // MARK: Typed back in

    private static func fillPage(_ visit: Visit, _ refusals: Refusals) throws -> Page {
        let choice = Choice(visit.query)
        // What was sent is shown as it was sent, in its order: whoever was reached meanwhile is not gone from under the pen.
        let sent = visit.form.all("wie")
        let people: [(id: String, name: String)] = sent.isEmpty
            ? try people(choice, visit).map { ($0.id.key[0], $0.name) }
            : try visit.replica.store.rows(sent.prefix(lineCount).map { RecordID(table: "contact", key: [$0]) }).map { ($0.id.key[0], displayName(of: $0)) }
        let order = Dictionary(sent.enumerated().map { ($1, $0) }) { first, _ in first }
        let lines = people.sorted { (order[$0.id] ?? 0) < (order[$1.id] ?? 0) }
        return Page(template: "callListBack", title: visit.say(PaperPageSentence.fillTitle), values: [
            "action": "/bellijst/invullen\(choice.address)", "back": "/bellijst\(choice.address)", "channels": Choices.codes("channel", chosen: visit.form["hoe"] ?? "phone", visit),
            "whenField": refusals.field("wanneer", visit.form.sent("wanneer")), "hasLines": !lines.isEmpty,
            "lines": lines.enumerated().map { index, person in
                [
                    "number": String(index + 1), "name": person.name.isEmpty ? visit.say(.noName) : person.name, "id": person.id, "isCalled": visit.form["gebeld-\(person.id)"] != nil,
                    "words": visit.form.sent("woorden-\(person.id)") ?? "",
                ] as Values
            }, "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : 422)
    }

    private static func act(_ visit: Visit) throws -> Answer {
        guard visit.rest.first == "invullen" else { return .missing }
        let replica = try visit.replica
        var refusals = Refusals()
        let channel = try refusals.reading("hoe", visit) { try replica.entered(visit.form["hoe"] ?? "", for: "channel", of: "contact_moment") }
        let when = try refusals.reading("wanneer", visit) { try visit.form["wanneer"].map { try replica.entered($0, for: "occurred_at", of: "contact_moment") } }
        let called = try visit.form.all("wie").prefix(lineCount).filter { visit.form["gebeld-\($0)"] != nil || visit.form["woorden-\($0)"] != nil }.map { try visit.record($0, in: "contact") }
        if called.isEmpty { refusals.add("", visit.say(PaperPageSentence.nobodyTicked)) }
        guard let channel = channel?.words, refusals.isEmpty else {
            if refusals.isEmpty { refusals.add("", visit.say(MomentPageSentence.sayHow)) }
            return .page(try fillPage(visit, refusals))
        }
        let occurred = (when ?? nil)?.words ?? ReaderClock.moment(visit.nowMilliseconds)
        let worker = visit.desk.settings.worker.map { RecordID(table: "contact", key: [$0]) }
        let moments = called.map { row in
            var moment = NewMoment(occurredAt: occurred, channel: channel)
            moment.summary = visit.form["woorden-\(row.id.key[0])"]
            moment.worker = worker
            return (moment, [row.id])
        }
        let (_, step) = try visit.write { try $0.log(moments) }
        return .go("/bellijst\(Choice(visit.query).address)", visit.told(PaperPageSentence.filledIn, called.map(displayName).joined(separator: ", "), step: step))
    }

    // MARK: Templates

    private static let template = #"""
        <header class="head">
          <p class="paper"><bdi>{{paperHead}}</bdi></p>
          <p><a class="back" href="/vandaag">{{>i-left}}{{w.tabToday}}</a></p>
          <h1><bdi>{{title}}</bdi></h1>
          <p class="lead screen">{{lead}}</p>
          <p class="acts"><a class="button primary" href="{{printLink}}" data-print>{{>i-print}}{{w.print}}</a> <a class="button" href="{{fillLink}}">{{w.fillTitle}}</a></p>
        </header>
        <form class="form text screen" method="get" action="/bellijst">
          <div class="two">
            <div><label for="dagen">{{w.whom}}</label><select id="dagen" name="dagen">{{#dayChoices}}<option value="{{days}}"{{#isChosen}} selected{{/isChosen}}>{{dayWords}}</option>{{/dayChoices}}</select></div>
            <div><label for="gebied">{{w.area}}</label><input id="gebied" name="gebied" value="{{area}}" list="gebieden" autocomplete="off"><datalist id="gebieden">{{#areas}}<option value="{{areaName}}">{{/areas}}</datalist></div>
          </div>
          <p class="acts"><button>{{w.showThese}}</button></p>
        </form>
        {{^hasLines}}<p class="text soft">{{w.callListNone}}</p>{{/hasLines}}
        {{#hasLines}}<div class="scroll" tabindex="0" role="region" aria-label="{{title}}">
        <table>
          <caption class="unseen">{{title}}</caption>
          <thead><tr><th scope="col">{{w.calledBox}}</th><th scope="col">{{w.nameLabel}}</th><th scope="col">{{w.phone}}</th><th scope="col">{{w.address}}</th><th scope="col">{{w.lastSpoken}}</th><th scope="col">{{w.remark}}</th></tr></thead>
          <tbody>
            {{#lines}}<tr><td><span class="tick"></span></td><th scope="row"><a href="{{link}}"><bdi>{{name}}</bdi></a></th><td>{{#phones}}<span class="tel"><bdi>{{phone}}</bdi></span> {{/phones}}</td><td><bdi>{{address}}</bdi>{{#slip}}<br><span class="what"><bdi>{{slip}}</bdi></span>{{/slip}}</td><td>{{last}}</td><td class="write"></td></tr>
            {{/lines}}
          </tbody>
        </table>
        </div>{{/hasLines}}
        """#

    private static let back = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="{{back}}">{{>i-left}}{{w.callListTitle}}</a></p>
          <h1>{{w.fillTitle}}</h1>
          <p class="lead">{{w.fillLead}}</p>
        </header>
        {{^hasLines}}<p class="text soft">{{w.callListNone}}</p>{{/hasLines}}
        {{#hasLines}}<form class="form text" method="post" action="{{action}}">
          <div class="two">
            <div><label for="hoe">{{w.how}}</label><select id="hoe" name="hoe">{{#channels}}<option value="{{code}}"{{#isChosen}} selected{{/isChosen}}>{{label}}</option>{{/channels}}</select></div>
            {{#whenField}}<div class="{{#fault}}field wrong{{/fault}}"><label for="wanneer">{{w.calledWhen}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="wanneer" name="wanneer" value="{{value}}" autocomplete="off" placeholder="{{w.calledNow}}"{{#fault}} aria-invalid="true" aria-describedby="wanneer-fout"{{/fault}}></div>{{/whenField}}
          </div>
          {{#lines}}<fieldset class="field"><legend>{{number}}. <bdi>{{name}}</bdi></legend><input type="hidden" name="wie" value="{{id}}">
            <label class="check"><input type="checkbox" name="gebeld-{{id}}" value="1"{{#isCalled}} checked{{/isCalled}}> <span>{{w.calledBox}}<span class="unseen">: {{name}}</span></span></label>
            <input name="woorden-{{id}}" value="{{words}}" autocomplete="off" aria-label="{{w.remark}}: {{name}}"></fieldset>
          {{/lines}}
          <p class="acts"><button class="primary big" aria-keyshortcuts="Control+Enter">{{w.save}}</button> <a class="button quiet" href="{{back}}">{{w.cancel}}</a></p>
        </form>{{/hasLines}}
        """#
}
