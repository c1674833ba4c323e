import Community
import CRDT
import Device
import Engine
import Store
import Words

/// Before there is a list: begin one, or join one.
enum FirstTime {
    static let start = Screen("", templates: ["welcome": welcome], isFirst: true, show: { visit in
        guard visit.desk.isEmpty else { return .go(visit.desk.bundle == nil ? "/vandaag" : "/uitwisselen") }
        return .page(Page(template: "welcome", title: visit.say(.welcome), values: ["otherCode": visit.language == .nl ? "en" : "nl"], isAlone: true))
    })

    static let begin = Screen("beginnen", templates: ["begin": form], isFirst: true, show: { visit in
        guard visit.desk.isEmpty else { return .go("/vandaag") }
        return page(visit, Refusals())
    }, act: { visit in
        guard visit.desk.isEmpty else { return .go("/vandaag") }
        var refusals = Refusals()
        guard let name = visit.form["lijst"], let label = visit.form["laptop"] else {
            for field in ["lijst", "laptop"] where visit.form[field] == nil { refusals.add(field, visit.say(PersonPageSentence.fillThis)) }
            return page(visit, refusals)
        }
        do {
            visit.desk.adopt(try Replica.create(for: .community, space: name, label: label, at: visit.desk.named, visit.desk.environment))
        } catch let error as DeviceError where error.code == .badName {
            refusals.add("lijst", PageFault.words(error, about: name, visit.language))
            return page(visit, refusals)
        }
        return .go("/vandaag", visit.told(PageSentence.begun, name))
    })

    private static func page(_ visit: Visit, _ refusals: Refusals) -> Answer {
        let laptop = visit.form.sent("laptop") ?? (visit.form.names.isEmpty ? DeviceName.ofThisMachine : "")
        return .page(Page(
            template: "begin", title: visit.say(.beginTitle),
            values: [
                "list": refusals.field("lijst", visit.form.sent("lijst")), "laptopField": refusals.field("laptop", laptop),
                "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
            ], isAlone: true, status: refusals.isEmpty ? 200 : 422))
    }

    private static let welcome = #"""
        <header class="head">
          <h1>{{w.welcome}}</h1>
          <p class="lead">{{w.welcomeLead}}</p>
        </header>
        <section aria-labelledby="keus">
          <h2 id="keus">{{w.whatToDo}}</h2>
          <div class="doors">
            <a class="door" href="/beginnen">{{>i-sprout}}<b>{{w.beginNew}}</b>{{w.beginNewWhat}}</a>
            <a class="door" href="/meedoen">{{>i-laptop}}<b>{{w.joinOld}}</b>{{w.joinOldWhat}}</a>
          </div>
        </section>
        <p class="what"><a href="/terugzetten">{{w.restoreTitle}}</a></p>
        <p class="what">{{w.nothingOnline}} <a href="/?lang={{otherCode}}" lang="{{otherCode}}" hreflang="{{otherCode}}">{{w.otherLanguage}}</a></p>
        """# + FrameTemplate.street

    private static let form = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="/">{{>i-left}}{{w.back}}</a></p>
          <h1>{{w.beginTitle}}</h1>
          <p class="lead">{{w.beginLead}}</p>
        </header>
        <form class="form text" method="post" action="/beginnen">
          {{#list}}<div class="field{{#fault}} wrong{{/fault}}"><label for="lijst">{{w.listName}}</label><p class="hint" id="lijst-hint">{{w.listNameHint}}</p>{{#fault}}{{>fault}}{{/fault}}<input id="lijst" name="lijst" value="{{value}}" autocomplete="off" aria-describedby="lijst-hint{{#fault}} lijst-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}></div>{{/list}}
          {{#laptopField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="laptop">{{w.laptopName}}</label><p class="hint" id="laptop-hint">{{w.laptopNameHint}}</p>{{#fault}}{{>fault}}{{/fault}}<input id="laptop" name="laptop" value="{{value}}" autocomplete="off" aria-describedby="laptop-hint{{#fault}} laptop-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}></div>{{/laptopField}}
          <p class="acts"><button class="primary big" aria-keyshortcuts="Control+Enter">{{w.begin}}</button> <a class="button quiet" href="/">{{w.cancel}}</a></p>
        </form>
        """#
}
