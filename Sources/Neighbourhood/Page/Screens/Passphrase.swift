import Device
import Engine
import Words

/// Puts this laptop's keys behind a passphrase, behind another one, or behind none: as 'kith device passphrase' does.
enum Passphrase {
    static let screen = Screen("wachtzin", tab: .settings, templates: ["passphrase": template], show: { visit in .page(try page(visit, Refusals())) }, act: act)

    private static func act(_ visit: Visit) throws -> Answer {
        let environment = visit.desk.environment
        let isLocked = try DeviceFile.isLocked(environment)
        var refusals = Refusals()
        // As they were typed: white space may belong to them.
        let old = visit.form.sent("oud"), new = visit.form.sent("nieuw") ?? ""
        let trying = EngineEnvironment(variables: environment.variables, nowMilliseconds: environment.nowMilliseconds, nonce: environment.nonce, passphrase: { old })
        // The old one first, whoever has the window open: it may have been left alone.
        if isLocked {
            do { _ = try DeviceFile.load(trying) } catch let error as DeviceError where [.wrongPassphrase, .needsPassphrase].contains(error.code) {
                refusals.add(visit.form["doe"] == "weg" ? "oud-weg" : "oud", visit.say(KeepPageSentence.phraseWrong))
                return .page(try page(visit, refusals))
            }
        }
        switch visit.form["doe"] {
        case "zet":
            guard !new.isEmpty, new == visit.form.sent("nogmaals"), new.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0 != "\u{FFFD}" }) else {
                refusals.add("nieuw", visit.say(KeepPageSentence.phraseUnfit))
                return .page(try page(visit, refusals))
            }
            try DeviceFile.setPassphrase(new, trying)
            // Whoever just typed it twice is not asked a third time.
            try visit.desk.keyhole.open(new, environment)
            return .go("/wachtzin", Told(before: visit.language.say(MemberSentence.passphraseSet), name: "", after: "", step: nil, isUndone: false))
        case "weg":
            if isLocked { try DeviceFile.setPassphrase(nil, trying) }
            visit.desk.keyhole.lock()
            return .go("/wachtzin", Told(before: visit.language.say(isLocked ? MemberSentence.passphraseRemoved : .passphraseNone), name: "", after: "", step: nil, isUndone: false))
        default: return .missing
        }
    }

    private static func page(_ visit: Visit, _ refusals: Refusals) throws -> Page {
        // What was typed does not stay: it is no text that others may see.
        Page(template: "passphrase", title: visit.say(KeepPageSentence.phraseTitle), values: [
            "isLocked": try DeviceFile.isLocked(visit.desk.environment), "oldField": refusals.field("oud", nil), "removeField": refusals.field("oud-weg", nil), "newField": refusals.field("nieuw", nil),
            "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : 422)
    }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="/instellingen">{{>i-left}}{{w.tabSettings}}</a></p>
          <h1>{{w.phraseTitle}}</h1>
          <p class="lead">{{w.phraseLead}}</p>
        </header>
        <section aria-labelledby="zetten">
          <h2 id="zetten">{{#isLocked}}{{w.phraseChangeTitle}}{{/isLocked}}{{^isLocked}}{{w.phraseSetTitle}}{{/isLocked}}</h2>
          <form class="form text" method="post" action="/wachtzin">
            {{#isLocked}}{{#oldField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="oud">{{w.phraseOld}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="oud" name="oud" type="password" autocomplete="current-password"{{#fault}} aria-invalid="true" aria-describedby="oud-fout"{{/fault}}></div>{{/oldField}}{{/isLocked}}
            {{#newField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="nieuw">{{w.phraseNew}}</label><p class="hint" id="nieuw-hint">{{w.phraseAgainHint}}</p>{{#fault}}{{>fault}}{{/fault}}<input id="nieuw" name="nieuw" type="password" autocomplete="new-password" aria-describedby="nieuw-hint{{#fault}} nieuw-fout{{/fault}}"{{#fault}} aria-invalid="true"{{/fault}}></div>{{/newField}}
            <div class="field"><label for="nogmaals">{{w.phraseAgain}}</label><input id="nogmaals" name="nogmaals" type="password" autocomplete="new-password"></div>
            <p class="acts"><button class="primary" name="doe" value="zet">{{>i-lock}}{{w.phraseSet}}</button></p>
          </form>
        </section>
        {{#isLocked}}<section aria-labelledby="weghalen">
          <h2 id="weghalen">{{w.phraseRemoveTitle}}</h2>
          <form class="form text" method="post" action="/wachtzin">
            {{#removeField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="oud-weg">{{w.phraseOld}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="oud-weg" name="oud" type="password" autocomplete="current-password"{{#fault}} aria-invalid="true" aria-describedby="oud-weg-fout"{{/fault}}></div>{{/removeField}}
            <p class="acts"><button class="danger" name="doe" value="weg">{{w.phraseRemove}}</button></p>
          </form>
          <form class="acts" method="post" action="/slot"><button name="doe" value="dicht">{{>i-lock}}{{w.lockNow}}</button> <span class="what">{{w.lockHint}}</span></form>
        </section>{{/isLocked}}
        """#
}
