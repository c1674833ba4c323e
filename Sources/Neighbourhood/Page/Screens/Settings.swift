import Community
import CRDT
import Device
import Engine
import Store
import Words

/// How the page looks, whose laptop this is, what was done here and can be taken back, and what lies in the trash.
enum Settings {
    static let screen = Screen("instellingen", tab: .settings, templates: ["settings": template], show: { visit in .page(try page(visit, Refusals())) }, act: act)

    static let stepCount = 30
    private static let trashCount = 50
    private static let trashTables = ["contact", "initiative", "gathering", "organisation", "place", "help_item", "contact_moment", "item", "note"]

    private static func page(_ visit: Visit, _ refusals: Refusals) throws -> Page {
        let replica = try visit.replica
        let settings = visit.desk.settings
        let steps: [Values] = try replica.store.steps(limit: stepCount).map { step in
            ["words": try replica.words(of: step, visit.language), "when": visit.time(step.timeMilliseconds), "step": String(step.id), "isUndone": step.isUndone]
        }
        let trash = try trash(visit)
        let worker = try settings.worker.flatMap { try replica.store.rows([RecordID(table: "contact", key: [$0])]).first.map(displayName) }
        return Page(template: "settings", title: visit.say(.tabSettings), values: [
            "isDutch": visit.language == .nl, "isEnglish": visit.language == .en, "isNormal": settings.textSize == nil, "isLarge": settings.textSize == "large",
            "isLarger": settings.textSize == "larger", "keysOn": !settings.areKeysOff, "workerField": refusals.field("mij", visit.form["mij"] ?? worker),
            "mayLock": (try? DeviceFile.isLocked(visit.desk.environment)) ?? false, "steps": steps, "hasSteps": !steps.isEmpty, "trash": trash, "hasTrash": !trash.isEmpty, "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : 422)
    }

    private static func trash(_ visit: Visit) throws -> [Values] {
        let replica = try visit.replica
        var lines: [Values] = []
        try replica.store.snapshot { snapshot in
            for table in trashTables where replica.store.schema[table] != nil {
                let rows = try snapshot.rows(of: table, deleted: true)
                while lines.count < trashCount, let row = try rows.next() {
                    let name = displayName(of: row)
                    lines.append(["name": name.isEmpty ? visit.say(.noName) : name, "kind": visit.language.kind(of: table), "record": "\(table)/\(row.id.text)"])
                }
            }
        }
        return lines
    }

    private static func act(_ visit: Visit) throws -> Answer {
        if let record = visit.form["terug"] {
            let parts = record.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, trashTables.contains(parts[0]) else { return .missing }
            let id = RecordID(table: parts[0], key: parts[1].split(separator: ":").map(String.init))
            let (_, step) = try visit.write { replica in try replica.edit { try $0.undelete(id) } }
            return .go("/instellingen#prullenbak", visit.told(CarePageSentence.broughtBack, try visit.replica.title(of: id, visit.language), step: step))
        }
        var refusals = Refusals()
        var worker = visit.desk.settings.worker
        if let name = visit.form["mij"] {
            let found = try refusals.reading("mij", visit) { () -> RecordID? in
                do { return try visit.replica.record(named: name, in: ["contact"]) } catch let error as StoreError where error.code == .notFound { return nil }
            } ?? nil
            if found == nil, refusals.isEmpty { refusals.add("mij", visit.say(PersonPageSentence.nobodyCalledSo, name)) }
            worker = found?.key[0]
        } else if visit.form.sent("mij") != nil {
            worker = nil
        }
        guard refusals.isEmpty else { return .page(try page(visit, refusals)) }
        let language = visit.form["taal"].flatMap(Language.init(rawValue:))
        try visit.desk.set { settings in
            settings.worker = worker
            settings.language = language ?? settings.language
            if let size = visit.form["tekst"] { settings.textSize = ["large", "larger"].contains(size) ? size : nil }
            if let keys = visit.form["toetsen"] { settings.areKeysOff = keys == "uit" }
        }
        visit.session.language = language ?? visit.session.language
        return .go("/instellingen", visit.told(CarePageSentence.settingsSaved, ""))
    }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head"><h1>{{w.tabSettings}}</h1><p class="lead">{{w.settingsLead}}</p></header>
        <form class="form" method="post" action="/instellingen">
          <fieldset class="field"><legend>{{w.languageSetting}}</legend><div class="chips"><label class="chip"><input type="radio" name="taal" value="nl"{{#isDutch}} checked{{/isDutch}}><span lang="nl">Nederlands</span></label> <label class="chip"><input type="radio" name="taal" value="en"{{#isEnglish}} checked{{/isEnglish}}><span lang="en">English</span></label></div></fieldset>
          <fieldset class="field"><legend>{{w.textSize}}</legend><div class="chips"><label class="chip"><input type="radio" name="tekst" value="normal"{{#isNormal}} checked{{/isNormal}}>{{w.textNormal}}</label> <label class="chip"><input type="radio" name="tekst" value="large"{{#isLarge}} checked{{/isLarge}}>{{w.textLarge}}</label> <label class="chip"><input type="radio" name="tekst" value="larger"{{#isLarger}} checked{{/isLarger}}>{{w.textLarger}}</label></div></fieldset>
          <fieldset class="field"><legend>{{w.guideKeys}}</legend><div class="chips"><label class="chip"><input type="radio" name="toetsen" value="aan"{{#keysOn}} checked{{/keysOn}}>{{w.on}}</label> <label class="chip"><input type="radio" name="toetsen" value="uit"{{^keysOn}} checked{{/keysOn}}>{{w.off}}</label></div></fieldset>
          {{#workerField}}<div class="field text{{#fault}} wrong{{/fault}}"><label for="mij">{{w.me}}</label><p class="hint" id="mij-hint">{{w.meHint}}</p>{{#fault}}{{>fault}}{{/fault}}<input id="mij" name="mij" value="{{value}}" autocomplete="off" aria-describedby="mij-hint{{#fault}} mij-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}></div>{{/workerField}}
          <p class="acts"><button class="primary" aria-keyshortcuts="Control+Enter">{{w.save}}</button></p>
        </form>
        <p class="acts"><a class="button" href="/lijsten">{{w.listsTitle}}</a> <a class="button" href="/bewaren">{{>i-stick}}{{w.keepTitle}}</a> <a class="button" href="/wachtzin">{{>i-lock}}{{w.phraseTitle}}</a> <a class="button" href="/bewaartermijnen">{{w.termsTitle}}</a></p>
        {{#mayLock}}<form class="acts" method="post" action="/slot"><button name="doe" value="dicht">{{>i-lock}}{{w.lockNow}}</button> <span class="what">{{w.lockHint}}</span></form>{{/mayLock}}
        <section aria-labelledby="stappen">
          <h2 id="stappen">{{w.whatIDid}}</h2>
          <p class="what">{{w.whatIDidHint}}</p>
          {{^hasSteps}}<p class="soft">{{w.whatIDidNone}}</p>{{/hasSteps}}
          {{#hasSteps}}<ul class="rows">
            {{#steps}}<li class="plain end"><p><bdi>{{words}}</bdi><br><span class="what">{{when}}{{#isUndone}} · {{w.isUndone}}{{/isUndone}}</span></p><form method="post" action="/stappen"><input type="hidden" name="stap" value="{{step}}"><input type="hidden" name="terug" value="/instellingen">{{#isUndone}}<button class="quiet" name="doe" value="opnieuw">{{w.redo}}<span class="unseen">: {{words}}</span></button>{{/isUndone}}{{^isUndone}}<button class="quiet" name="doe" value="terug">{{w.undo}}<span class="unseen">: {{words}}</span></button>{{/isUndone}}</form></li>
            {{/steps}}
          </ul>{{/hasSteps}}
        </section>
        <section aria-labelledby="prullenbak">
          <h2 id="prullenbak">{{w.trashTitle}}</h2>
          {{^hasTrash}}<p class="soft">{{w.trashEmpty}}</p>{{/hasTrash}}
          {{#hasTrash}}<ul class="rows">
            {{#trash}}<li class="plain end"><p><bdi>{{name}}</bdi><br><span class="what">{{kind}}</span></p><form method="post" action="/instellingen"><button name="terug" value="{{record}}">{{w.bringBack}}<span class="unseen">: {{name}}</span></button></form></li>
            {{/trash}}
          </ul>{{/hasTrash}}
        </section>
        """#
}
