import CRDT
import Device
import Engine
import Foundation
import Store
import Words

/// Puts a backup in the place of the list, which keeps another name: also where there is no list, or one that cannot be opened.
enum Restore {
    static let screen = Screen("terugzetten", tab: .settings, templates: ["restore": template], isFirst: true, show: { visit in .page(page(visit, Refusals())) }, act: act)

    private static let ending = ".kithbackup"
    private static let fileCount = 50

    private static func act(_ visit: Visit) throws -> Answer {
        var refusals = Refusals()
        let path = visit.form["bestand"] ?? ""
        guard (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType == .typeRegular else {
            refusals.add("bestand", visit.say(KeepPageSentence.restoreNoFile))
            return .page(page(visit, refusals))
        }
        guard visit.desk.isEmpty || visit.form["mag"] != nil else {
            refusals.add("mag", visit.say(KeepPageSentence.restoreNotSure))
            return .page(page(visit, refusals))
        }
        guard !visit.desk.isAtWork else {
            refusals.add("", visit.say(KeepPageSentence.restoreBusy))
            return .page(page(visit, refusals))
        }
        // Of a list that can be opened only a copy of the same one takes the place.
        let present = try? visit.replica
        let space = present?.identity.space.id, place = present?.path ?? visit.desk.named
        var setAside: String?
        do {
            try visit.desk.replace {
                let (replica, aside) = try Replica.restore(for: .community, from: path, of: space, at: place, replacing: true, visit.desk.environment)
                setAside = aside
                return replica
            }
        } catch {
            refusals.add("bestand", PageFault.words(error, about: (path as NSString).lastPathComponent, visit.language))
            return .page(page(visit, refusals))
        }
        let name = try visit.replica.identity.space.name
        guard let setAside else { return .go("/vandaag", visit.told(KeepPageSentence.restoreDone, name)) }
        return .go("/vandaag", visit.told(KeepPageSentence.restoreAside, name, (setAside as NSString).lastPathComponent))
    }

    /// The newest first.
    private static func found(_ environment: EngineEnvironment) -> [(path: String, milliseconds: Int64)] {
        let home = environment.variables["HOME"].map { home in ["", "/Downloads", "/Documents", "/Documenten", "/Desktop", "/Bureaublad"].map { home + $0 } } ?? []
        let files = (Volumes.mounted(environment).map(\.path) + home).flatMap { Volumes.files(in: $0, ending: ending) }
        let dated = files.compactMap { path in
            (try? FileManager.default.attributesOfItem(atPath: path)).flatMap { ($0[.modificationDate] as? Date).map { (path: path, milliseconds: Int64($0.timeIntervalSince1970 * 1000)) } }
        }
        return Array(dated.sorted { ($0.milliseconds, $1.path) > ($1.milliseconds, $0.path) }.prefix(fileCount))
    }

    private static func page(_ visit: Visit, _ refusals: Refusals) -> Page {
        let isEmpty = visit.desk.isEmpty
        let isAlone = isEmpty || visit.desk.standing == nil
        let files = found(visit.desk.environment)
        return Page(template: "restore", title: visit.say(KeepPageSentence.restoreTitle), values: [
            "fileField": refusals.field("bestand", visit.form.sent("bestand") ?? files.first?.path),
            "files": files.map { ["file": $0.path, "fileWords": visit.say(KeepPageSentence.restoreFile, ($0.path as NSString).lastPathComponent, visit.time($0.milliseconds))] as Values },
            "isThere": !isEmpty, "mayFault": maybe(refusals["mag"]), "back": isAlone ? "/" : "/bewaren", "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], isAlone: isAlone, status: refusals.isEmpty ? 200 : 422)
    }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="{{back}}">{{>i-left}}{{w.back}}</a></p>
          <h1>{{w.restoreTitle}}</h1>
          <p class="lead">{{w.restoreLead}}</p>
        </header>
        <form class="form text" method="post" action="/terugzetten">
          {{#fileField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="bestand">{{w.restoreWhich}}</label><p class="hint" id="bestand-hint">{{w.restoreHint}}</p>{{#fault}}{{>fault}}{{/fault}}<input id="bestand" name="bestand" value="{{value}}" list="kopieen" autocomplete="off" spellcheck="false" aria-describedby="bestand-hint{{#fault}} bestand-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}><datalist id="kopieen">{{#files}}<option value="{{file}}">{{fileWords}}</option>{{/files}}</datalist></div>{{/fileField}}
          {{#isThere}}<div class="field{{#mayFault}} wrong{{/mayFault}}">{{#mayFault}}<p class="fault" id="mag-fout">{{>i-alert}}<span>{{mayFault}}</span></p>{{/mayFault}}<label class="check"><input type="checkbox" id="mag" name="mag" value="1"{{#mayFault}} aria-invalid="true" aria-describedby="mag-fout"{{/mayFault}}> <span>{{w.restoreSure}}</span></label></div>{{/isThere}}
          <p class="acts"><button class="danger">{{w.restoreNow}}</button> <a class="button quiet" href="{{back}}">{{w.keepAfterAll}}</a></p>
        </form>
        """#
}
