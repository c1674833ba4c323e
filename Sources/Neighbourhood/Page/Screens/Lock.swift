import Community
import Device
import Engine
import Words

/// Asks for the passphrase before anything is shown.
enum Lock {
    static let name = "slot"
    static let screen = Screen(name, templates: ["lock": template], isFirst: true, show: { visit in .page(page(visit, Refusals())) }, act: { visit in
        if visit.form["doe"] == "dicht" {
            visit.desk.lock()
            return .go("/slot")
        }
        var refusals = Refusals()
        do {
            // As it was typed: white space may belong to it.
            try visit.desk.keyhole.open(visit.form.sent("wachtzin") ?? "", visit.desk.environment)
        } catch where error is DeviceError || error is EngineError {
            refusals.add("wachtzin", Explanation(error, about: "", in: visit.language).message)
            return .page(page(visit, refusals))
        }
        let back = visit.session["na-slot"] ?? "/"
        visit.session["na-slot"] = nil
        return .go(Responder.isOwn(back) ? back : "/")
    })

    private static func page(_ visit: Visit, _ refusals: Refusals) -> Page {
        // What was typed does not stay: it is no text that others may see.
        Page(template: "lock", title: visit.say(CarePageSentence.lockTitle), values: [
            "phraseField": refusals.field("wachtzin", nil), "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], isAlone: true, status: refusals.isEmpty ? 200 : 422)
    }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head"><h1>{{w.lockTitle}}</h1><p class="lead">{{w.lockLead}}</p></header>
        <form class="form text" method="post" action="/slot">
          {{#phraseField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="wachtzin">{{w.passphrase}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="wachtzin" name="wachtzin" type="password" autocomplete="current-password"{{#fault}} aria-invalid="true" aria-describedby="wachtzin-fout"{{/fault}}></div>{{/phraseField}}
          <p class="acts"><button class="primary big">{{w.unlock}}</button></p>
        </form>
        """#
}
