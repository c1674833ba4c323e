import Community
import Device
import Engine
import Foundation
import Interchange
import Words

/// Lists of others in: looked at first, then taken in as one step. This list out, for other programs.
enum Lists {
    static let screen = Screen(
        "lijsten", tab: .settings, templates: ["lists": template, "listBusy": busy, "listLooked": looked, "listAsked": asked], show: show, act: act)

    private static let fileCount = 50
    private static let endings = [".csv", ".vcf", ".ics", ".tsv", ".txt"]

    // MARK: Shown

    /// `/lijsten`; `/lijsten/inlezen`: the list that is being taken in, or was last; `/lijsten/bellijst.csv` and the like: this list.
    private static func show(_ visit: Visit) throws -> Answer {
        switch visit.rest.first {
        case nil: return .page(try page(visit, Refusals()))
        case "inlezen": return try work(visit)
        case "stand":
            guard let work = visit.desk.lists.work else { return .missing }
            return .event(template: "listBusy", values: busyValues(work, visit), isLast: !work.isBusy)
        case let name?: return try out(name, visit)
        }
    }

    private static func page(_ visit: Visit, _ refusals: Refusals) throws -> Page {
        Page(template: "lists", title: visit.say(ListPageSentence.listsTitle), values: [
            "fileField": refusals.field("bestand", visit.form["bestand"]), "files": found(visit.desk.environment).map { ["file": $0] as Values },
            "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : 422)
    }

    /// Where people keep what they were sent: the newest first.
    private static func found(_ environment: EngineEnvironment) -> [String] {
        let home = environment.variables["HOME"].map { home in ["Downloads", "Documents", "Documenten", "Desktop", "Bureaublad"].map { home + "/" + $0 } } ?? []
        let folders = Volumes.mounted(environment).map(\.path) + home
        let files = folders.flatMap { folder in endings.flatMap { Volumes.files(in: folder, ending: $0) } }
        let dated = files.compactMap { path in
            (try? FileManager.default.attributesOfItem(atPath: path)).flatMap { $0[.type] as? FileAttributeType == .typeRegular ? ($0[.modificationDate] as? Date).map { (path, $0) } : nil }
        }
        return dated.sorted { ($0.1, $1.0) > ($1.1, $0.0) }.prefix(fileCount).map(\.0)
    }

    private static func work(_ visit: Visit) throws -> Answer {
        guard let work = visit.desk.lists.work else { return .go("/lijsten") }
        let language = visit.language
        let name = (work.path as NSString).lastPathComponent
        var values: Values = ["path": work.path, "name": name, "source": maybe(work.options.source), "encoding": maybe(work.options.encoding)]
        switch work.state {
        case .busy:
            return .page(Page(template: "listBusy", title: visit.say(ListPageSentence.reading), values: busyValues(work, visit).merging(["refreshes": true, "isPage": true]) { _, new in new }))
        case .done(let report, let step):
            let isDone = !work.options.dryRun
            let title = visit.say(isDone ? ListPageSentence.takenTitle : .lookedTitle)
            values.merge([
                "isDone": isDone, "title": title, "lead": visit.say(!isDone ? ListPageSentence.lookedLead : step == nil ? .nothingTaken : .takenLead),
                "lines": report.lines(in: language, isDryRun: false, withCommands: false).map { ["line": $0] as Values }, "step": maybe(step.map(String.init)), "differs": report.rows.differing > 0, "wasDeleted": report.rows.deletedHere > 0,
            ]) { _, new in new }
            return .page(Page(template: "listLooked", title: title, values: values))
        case .failed(let error):
            var choices: [Values] = []
            switch error as? ImportError {
            case .knownAs(let before, let now):
                values.merge(["title": visit.say(ListPageSentence.sameListTitle), "lead": visit.say(ListPageSentence.sameListLead, before)]) { _, new in new }
                choices = [(before, ListPageSentence.sameList), (now, .otherList)].map { ["field": "bron", "choice": $0.0, "word": visit.say($0.1), "what": $0.0] }
                values["source"] = maybe(nil)
            case .doubtfulEncoding(let readings):
                values.merge(["title": visit.say(ListPageSentence.lettersTitle), "lead": visit.say(ListPageSentence.lettersLead)]) { _, new in new }
                choices = readings.map { ["field": "tekens", "choice": "\($0.encoding)", "word": visit.say(ListPageSentence.lettersAs), "what": $0.words] }
                values["encoding"] = maybe(nil)
            default:
                var refusals = Refusals()
                refusals.add("bestand", visit.say(ListPageSentence.listWrong, PageFault.words(error, about: name, language)))
                return .page(try page(visit, refusals))
            }
            values["choices"] = choices
            return .page(Page(template: "listAsked", title: values["title"] as? String ?? "", values: values))
        }
    }

    private static func busyValues(_ work: ListDesk.Work, _ visit: Visit) -> Values {
        guard case .busy(let done, let total, _) = work.state else { return ["isPage": false, "count": ""] }
        return [
            "isPage": false, "count": visit.say(ListPageSentence.readingCount, visit.language.bytes(done)),
            "done": String(done), "all": maybe(total.flatMap { $0 > 0 ? String($0) : nil }),
        ]
    }

    // MARK: Taken in

    private static func act(_ visit: Visit) throws -> Answer {
        guard ["kijk", "lees"].contains(visit.form["doe"]) else { return .missing }
        var refusals = Refusals()
        guard let path = visit.form["bestand"].map({ whole($0, visit.desk.environment) }),
            (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType == .typeRegular
        else {
            refusals.add("bestand", visit.say(ListPageSentence.noSuchList))
            return .page(try page(visit, refusals))
        }
        var options = ListImportOptions()
        options.source = visit.form["bron"]
        options.encoding = visit.form["tekens"]
        options.asksEncoding = options.encoding == nil
        options.dryRun = visit.form["doe"] == "kijk"
        options.overwrite = visit.form["vervang"] != nil
        options.bringsBack = visit.form["terughalen"] != nil
        visit.desk.lists.begin(path, options, visit)
        return .go("/lijsten/inlezen")
    }

    /// As typed, from the home folder on.
    private static func whole(_ path: String, _ environment: EngineEnvironment) -> String {
        guard let home = environment.variables["HOME"], !path.hasPrefix("/") else { return path }
        return home + "/" + (path.hasPrefix("~/") ? String(path.dropFirst(2)) : path)
    }

    // MARK: Out

    private static func out(_ name: String, _ visit: Visit) throws -> Answer {
        var options = ListExportOptions()
        let type: String
        switch name {
        case "bellijst.csv", "bellijst-excel.csv":
            options.format = .csv
            options.columns = ["name", "phone", "email", "address"]
            options.isForExcel = name != "bellijst.csv"
            type = "text/csv; charset=utf-8"
        case "kaartjes.vcf": (options.format, type) = (.vcf, "text/vcard; charset=utf-8")
        case "agenda.ics": (options.format, type) = (.ics, "text/calendar; charset=utf-8")
        case "kaart.geojson": (options.format, type) = (.geojson, "application/geo+json")
        case "gids.json": (options.format, type) = (.hsds, "application/json")
        default: return .missing
        }
        let path = try PersonalFolders(visit.desk.environment).data() + "/uit-" + hexadecimal(Array(visit.desk.environment.nonce().bytes.prefix(8)))
        defer { unlink(path) }
        _ = try visit.replica.export(to: path, options)
        return .file(Array(FileManager.default.contents(atPath: path) ?? Data()), name: name, type: type)
    }

    // MARK: Templates

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="/instellingen">{{>i-left}}{{w.tabSettings}}</a></p>
          <h1>{{w.listsTitle}}</h1>
          <p class="lead">{{w.listsLead}}</p>
        </header>
        <section aria-labelledby="in">
          <h2 id="in">{{w.listIn}}</h2>
          <p class="text">{{w.listInHint}}</p>
          <form class="form text" method="post" action="/lijsten">
            {{#fileField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="bestand">{{w.whichFile}}</label><p class="hint" id="bestand-hint">{{w.whichFileHint}}</p>{{#fault}}{{>fault}}{{/fault}}<input id="bestand" name="bestand" value="{{value}}" list="lijsten" autocomplete="off" spellcheck="false" aria-describedby="bestand-hint{{#fault}} bestand-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}><datalist id="lijsten">{{#files}}<option value="{{file}}">{{/files}}</datalist></div>{{/fileField}}
            <p class="acts"><button class="primary" name="doe" value="kijk">{{w.lookFirst}}</button></p>
          </form>
          <p class="what text">{{w.examples}}</p>
        </section>
        <section aria-labelledby="uit">
          <h2 id="uit">{{w.listOut}}</h2>
          <p class="text">{{w.listOutHint}}</p>
          <ul class="rows">
            <li class="plain"><p><a href="/bellijst?dagen=0">{{w.callListTitle}}</a><br><span class="what">{{w.paperWhat}}</span></p></li>
            <li class="plain"><p><a href="/etiketten">{{w.labelsTitle}}</a><br><span class="what">{{w.labelsWhat}}</span></p></li>
            <li class="plain"><p><a href="/lijsten/bellijst.csv" download>{{w.callList}}</a> · <a href="/lijsten/bellijst-excel.csv" download>{{w.callListExcel}}</a><br><span class="what">{{w.callListWhat}}</span></p></li>
            <li class="plain"><p><a href="/lijsten/kaartjes.vcf" download>{{w.cardsOut}}</a><br><span class="what">{{w.cardsOutWhat}}</span></p></li>
            <li class="plain"><p><a href="/lijsten/agenda.ics" download>{{w.calendarOut}}</a><br><span class="what">{{w.calendarOutWhat}}</span></p></li>
            <li class="plain"><p><a href="/lijsten/kaart.geojson" download>{{w.mapOut}}</a><br><span class="what">{{w.mapOutWhat}}</span></p></li>
            <li class="plain"><p><a href="/lijsten/gids.json" download>{{w.guideOut}}</a><br><span class="what">{{w.guideOutWhat}}</span></p></li>
          </ul>
        </section>
        """#

    private static let busy = #"""
        {{#isPage}}<header class="head"><h1>{{w.listIn}}</h1></header><div data-events="/lijsten/stand">{{/isPage}}
        <section class="card" aria-labelledby="lezen">
          <h2 id="lezen">{{w.reading}}</h2>
          <progress aria-labelledby="lezen"{{#all}} max="{{.}}" value="{{done}}"{{/all}}></progress>
          <p role="status">{{count}}</p>
        </section>
        {{#isPage}}</div><p class="what">{{w.mayClose}} <a href="/lijsten/inlezen">{{w.refreshPage}}</a></p>{{/isPage}}
        """#

    private static let looked = #"""
        <header class="head">
          <p><a class="back" href="/lijsten">{{>i-left}}{{w.otherFile}}</a></p>
          <h1>{{title}}</h1>
          <p class="lead"><bdi>{{name}}</bdi> · {{lead}}</p>
        </header>
        <ul class="bullets text">{{#lines}}<li><bdi>{{line}}</bdi></li>{{/lines}}</ul>
        {{^isDone}}<form class="form" method="post" action="/lijsten"><input type="hidden" name="bestand" value="{{path}}">{{#source}}<input type="hidden" name="bron" value="{{.}}">{{/source}}{{#encoding}}<input type="hidden" name="tekens" value="{{.}}">{{/encoding}}{{#differs}}<label class="check"><input type="checkbox" name="vervang" value="1"> <span>{{w.takeTheirs}}</span></label>{{/differs}}{{#wasDeleted}}<label class="check"><input type="checkbox" name="terughalen" value="1"> <span>{{w.takeDeleted}}</span></label>{{/wasDeleted}}<p class="acts"><button class="primary" name="doe" value="lees">{{w.takeIn}}</button></p></form>{{/isDone}}
        {{#step}}<form class="acts" method="post" action="/stappen"><input type="hidden" name="stap" value="{{.}}"><input type="hidden" name="terug" value="/lijsten"><button class="quiet" name="doe" value="terug">{{w.undo}}</button></form>{{/step}}
        """#

    private static let asked = #"""
        <header class="head">
          <p><a class="back" href="/lijsten">{{>i-left}}{{w.otherFile}}</a></p>
          <h1>{{title}}</h1>
          <p class="lead"><bdi>{{name}}</bdi> · {{lead}}</p>
        </header>
        <ul class="rows">
          {{#choices}}<li class="plain end"><p><bdi>{{what}}</bdi></p><form method="post" action="/lijsten"><input type="hidden" name="bestand" value="{{path}}">{{#source}}<input type="hidden" name="bron" value="{{.}}">{{/source}}{{#encoding}}<input type="hidden" name="tekens" value="{{.}}">{{/encoding}}<input type="hidden" name="{{field}}" value="{{choice}}"><button name="doe" value="kijk">{{word}}<span class="unseen">: {{what}}</span></button></form></li>
          {{/choices}}
        </ul>
        """#
}
