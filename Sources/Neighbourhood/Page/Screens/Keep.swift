import Community
import CRDT
import Device
import Engine
import Foundation
import Platform
import QR
import Store
import Words

/// What keeps a list standing when a laptop breaks: a copy on a stick, and words on paper.
enum Keep {
    static let screen = Screen("bewaren", tab: .settings, templates: ["keep": template, "paper": paper], show: { visit in .page(try page(visit, Refusals())) }, act: act)

    private static func page(_ visit: Visit, _ refusals: Refusals) throws -> Page {
        let replica = try visit.replica
        let members = try replica.memberStatus()
        let folder = visit.form["map"] ?? Volumes.mounted(visit.desk.environment).first?.path
        return Page(template: "keep", title: visit.say(CarePageSentence.keepTitle), values: [
            "folderField": refusals.field("map", folder), "volumes": Volumes.mounted(visit.desk.environment).map { ["volume": $0.path] as Values },
            "lastCopy": visit.desk.settings.copyMilliseconds.map { visit.say(KeepPageSentence.lastCopy, visit.time($0)) } ?? visit.say(KeepPageSentence.lastCopyNone),
            "mayRecover": members.role != .coordinator && members.hasRecoveryKey, "wordsField": refusals.field("woorden", visit.form.sent("woorden")),
            "isCoordinator": members.role == .coordinator, "hasPaper": members.hasRecoveryKey, "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : 422)
    }

    private static func act(_ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        var refusals = Refusals()
        switch visit.form["doe"] {
        case "kopie":
            guard let folder = visit.form["map"], Volumes.isFolder(folder) else {
                refusals.add("map", visit.say(CarePageSentence.noSuchFolder))
                return .page(try page(visit, refusals))
            }
            let stamp = localTime(visit.nowMilliseconds).replacing(":", with: "").replacing(" ", with: "-")
            let name = "\(ReplicaLocation.fileName(of: replica.identity.space))-\(stamp).kithbackup"
            do { _ = try replica.backup(to: folder + "/" + name) } catch where error is DeviceError || error is EngineError {
                refusals.add("map", PageFault.words(error, about: folder, visit.language))
                return .page(try page(visit, refusals))
            }
            try visit.desk.set { $0.copyMilliseconds = visit.nowMilliseconds }
            return .go("/bewaren", visit.told(CarePageSentence.copyMade, name))
        case "papier":
            try replica.checkCoordinator()
            if try replica.memberStatus().hasRecoveryKey, visit.form["vervang"] == nil {
                refusals.add("vervang", visit.say(CarePageSentence.paperReplaces))
                return .page(try page(visit, refusals))
            }
            let words = try replica.makeRecoveryKey(label: visit.language.say(MemberSentence.recoveryLabel, visit.today)).words
            visit.desk.noteWrite()
            // Shown once, and kept nowhere: a reload asks for a new one. In capitals a code of these words is smaller.
            let code = QRMatrix(words.joined(separator: " ").uppercased())
            return .page(Page(template: "paper", title: visit.say(CarePageSentence.paperTitle), values: [
                "space": replica.identity.space.name, "day": visit.day(visit.today), "qrPath": maybe(code?.path), "qrSide": code.map { String($0.side) } ?? "", "words": words.enumerated().map { ["number": String($0 + 1), "word": $1] as Values },
            ]))
        case "woorden":
            guard let words = visit.form["woorden"] else {
                refusals.add("woorden", visit.say(PersonPageSentence.fillThis))
                return .page(try page(visit, refusals))
            }
            do { try replica.recover(words: words) } catch let error as EngineError where [.badWords, .unknownRecoveryKey].contains(error.code) {
                refusals.add("woorden", error.code == .badWords ? PageFault.words(error, about: "", visit.language) : visit.say(KeepPageSentence.wordsUnknown))
                return .page(try page(visit, refusals))
            }
            visit.desk.noteWrite()
            return .go("/apparaten", visit.told(KeepPageSentence.wordsDone, ""))
        default: return .missing
        }
    }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="/instellingen">{{>i-left}}{{w.tabSettings}}</a></p>
          <h1>{{w.keepTitle}}</h1>
        </header>
        <section aria-labelledby="kopie">
          <h2 id="kopie">{{w.copyTitle}}</h2>
          <p class="text">{{w.copyHint}} {{lastCopy}}</p>
          <form class="form text" method="post" action="/bewaren">
            {{#folderField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="map">{{w.stickFolder}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="map" name="map" value="{{value}}" list="sticks" autocomplete="off" spellcheck="false"{{#fault}} aria-invalid="true" aria-describedby="map-fout"{{/fault}}><datalist id="sticks">{{#volumes}}<option value="{{volume}}">{{/volumes}}</datalist></div>{{/folderField}}
            <p class="acts"><button class="primary" name="doe" value="kopie">{{>i-stick}}{{w.makeCopy}}</button> <a class="button" href="/terugzetten">{{w.restoreTitle}}</a></p>
          </form>
        </section>
        {{#isCoordinator}}<section aria-labelledby="papier">
          <h2 id="papier">{{w.paperTitle}}</h2>
          <p class="text">{{w.paperHint}}</p>
          <form class="form" method="post" action="/bewaren">
            {{#hasPaper}}<label class="check"><input type="checkbox" id="vervang" name="vervang" value="1"> <span>{{w.paperReplaceIt}}</span></label>{{/hasPaper}}
            <p class="acts"><button name="doe" value="papier">{{>i-key}}{{w.makePaper}}</button></p>
          </form>
        </section>{{/isCoordinator}}
        {{#mayRecover}}<section aria-labelledby="gebruiken">
          <h2 id="gebruiken">{{w.wordsTitle}}</h2>
          <p class="text">{{w.wordsHint}}</p>
          <form class="form text" method="post" action="/bewaren">
            {{#wordsField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="woorden">{{w.wordsField}}</label>{{#fault}}{{>fault}}{{/fault}}<textarea id="woorden" name="woorden" lang="en" spellcheck="false" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="woorden-fout"{{/fault}}>{{value}}</textarea></div>{{/wordsField}}
            <p class="acts"><button name="doe" value="woorden">{{>i-key}}{{w.useWords}}</button></p>
          </form>
        </section>{{/mayRecover}}
        """#

    private static let paper = #"""
        <header class="head"><h1>{{w.paperTitle}}</h1><p class="lead"><bdi>{{space}}</bdi> · {{day}}</p>
        <p class="notice wait">{{>i-alert}}<span>{{w.paperOnce}}</span></p>
        <p class="acts"><a class="button primary" href="/bewaren" data-print>{{>i-print}}{{w.print}}</a></p></header>
        <ol class="bullets">{{#words}}<li lang="en">{{word}}</li>{{/words}}</ol>
        {{#qrPath}}<div class="qr"><svg viewBox="0 0 {{qrSide}} {{qrSide}}" role="img" shape-rendering="crispEdges"><title>{{w.wordsAsQR}}</title><path fill="currentColor" d="{{qrPath}}"/></svg></div>{{/qrPath}}
        <p class="text">{{w.paperUse}}</p>
        """#
}
