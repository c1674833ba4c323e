import Community
import CRDT
import Engine
import Store

/// Notes that somebody was in touch with people.
enum Moment {
    static let screen = Screen("moment", tab: .today, templates: ["moment": template], show: { visit in
        var note = Note(visit.query)
        if note.channel == nil { note.channel = visit.session["hoe"] }
        return .page(try page(note, [], Refusals(), visit))
    }, act: act)

    private static let durations = ["5", "10", "15", "30", "60"]

    /// What stands in the form.
    private struct Note {
        var people: [String]
        /// Somebody more, by name.
        var typed: String?
        var channel, minutes, otherMinutes, about, purpose, again, againDay, when, worker, concern: String?

        init(_ form: Fields) {
            var seen: Set<String> = []
            people = form.all("wie").filter { !$0.isEmpty && seen.insert($0).inserted }
            typed = form["erbij"]
            (channel, minutes, otherMinutes) = (form["hoe"], form["duur"], form["duur-anders"])
            (about, again, againDay) = (form["over"], form["terug"], form["terug-dag"])
            (when, worker, concern) = (form["wanneer"], form["door"], form["zorg"])
        }
    }

    private static func act(_ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        var note = Note(visit.form)
        if let gone = visit.form["weg"] {
            note.people.removeAll { $0 == gone }
            return .page(try page(note, [], Refusals(), visit))
        }
        var refusals = Refusals()
        var choices: [FoundRecord] = []
        if let chosen = visit.form["kies"], note.people.allSatisfy({ $0 != chosen }) {
            note.people.append(try visit.record(chosen, in: "contact").id.key[0])
            note.typed = nil
            return .page(try page(note, [], refusals, visit))
        }
        if let typed = note.typed {
            do {
                let found = try replica.record(named: typed, in: ["contact"]).key[0]
                if !note.people.contains(found) { note.people.append(found) }
                note.typed = nil
            } catch let choice as NameChoice {
                choices = choice.candidates
                refusals.add("erbij", visit.say(choice.isNear ? PersonPageSentence.nearlyCalledSo : .severalCalledSo, typed))
            } catch let error as StoreError where error.code == .notFound {
                refusals.add("erbij", visit.say(PersonPageSentence.nobodyCalledSo, typed))
            }
        }
        if note.people.isEmpty, refusals["erbij"] == nil { refusals.add("erbij", visit.say(PersonPageSentence.sayWho)) }
        guard visit.form["doe"] != "erbij" || !refusals.isEmpty else { return .page(try page(note, choices, refusals, visit)) }
        let moment = try read(note, &refusals, visit)
        guard let moment, refusals.isEmpty else { return .page(try page(note, choices, refusals, visit)) }
        let people = try note.people.map { try visit.record($0, in: "contact") }
        let (_, step) = try visit.write { try $0.log(moment, with: people.map(\.id)) }
        visit.session["hoe"] = note.channel
        let names = people.map(displayName).joined(separator: ", ")
        return .go("/contact/\(people[0].id.key[0])", moment.followUpOn.map { visit.told(MomentPageSentence.notedAgain, names, step: step, visit.day($0)) } ?? visit.told(MomentPageSentence.noted, names, step: step))
    }

    /// Every field by the one checked way in.
    private static func read(_ note: Note, _ refusals: inout Refusals, _ visit: Visit) throws -> NewMoment? {
        let replica = try visit.replica
        func entered(_ text: String?, _ column: String, _ field: String) throws -> Value? {
            guard let text else { return nil }
            return try refusals.reading(field, visit) { try replica.entered(text, for: column, of: "contact_moment") }
        }
        guard let channel = note.channel else {
            refusals.add("hoe", visit.say(MomentPageSentence.sayHow))
            return nil
        }
        let when = note.when.flatMap { ["nu", "now"].contains($0.lowercased()) ? nil : $0 }
        var moment = NewMoment(
            occurredAt: try entered(when, "occurred_at", "wanneer")?.words ?? ReaderClock.moment(visit.nowMilliseconds), channel: try entered(channel, "channel", "hoe")?.words ?? channel)
        let minutes = note.minutes == "anders" || note.minutes == nil ? note.otherMinutes : note.minutes
        if case .integer(let count)? = try entered(minutes, "duration_minutes", "duur-anders") { moment.minutes = count }
        (moment.summary, moment.concern) = (note.about, note.concern)
        let again: String? = switch note.again {
        case "morgen": "+1"
        case "week": "+7"
        case "dag": note.againDay ?? ""
        case nil: note.againDay
        default: nil
        }
        if again == "" { refusals.add("terug-dag", visit.say(MomentPageSentence.sayDay)) }
        moment.followUpOn = try entered(again, "follow_up_on", "terug-dag")?.words
        if let worker = note.worker {
            moment.worker = try refusals.reading("door", visit) { () -> RecordID? in
                do { return try replica.record(named: worker, in: ["contact"]) } catch let error as StoreError where error.code == .notFound { return nil }
            } ?? nil
            if moment.worker == nil, refusals["door"] == nil { refusals.add("door", visit.say(PersonPageSentence.nobodyCalledSo, worker)) }
        }
        return moment
    }

    // MARK: The page

    private static func page(_ note: Note, _ choices: [FoundRecord], _ refusals: Refusals, _ visit: Visit) throws -> Page {
        let replica = try visit.replica
        let rows = try replica.store.rows(note.people.map { RecordID(table: "contact", key: [$0]) })
        let worker = try note.worker ?? visit.desk.settings.worker.flatMap { try replica.store.rows([RecordID(table: "contact", key: [$0])]).first.map(displayName) }
        let back = rows.first.map { "/contact/\($0.id.key[0])" } ?? "/vandaag"
        let when = note.when ?? visit.say(MomentPageSentence.now)
        let channels = Choices.codes("channel", chosen: note.channel ?? "", visit)
        let week = visit.day(ReaderClock.dayText(visit.nowMilliseconds, plus: 7))
        let people: [Values] = rows.map { row in visit.gable(row.id, displayName(of: row)).merging(["name": displayName(of: row), "id": row.id.key[0]]) { own, _ in own } }
        let chosen: [Values] = try zip(Find.lines(choices, visit), choices).map { line, choice in line.merging(["id": choice.id.key[0]]) { own, _ in own } }
        var values: Values = [
            "people": people,
            "hasPeople": !rows.isEmpty, "whoField": refusals.field("erbij", note.typed),
            "choices": chosen, "hasChoices": !choices.isEmpty,
            "channels": channels, "howFault": maybe(refusals["hoe"]),
            "durations": durations.map { ["minutes": $0, "isChosen": note.minutes == $0] as Values }, "isOther": note.minutes == "anders", "otherField": refusals.field("duur-anders", note.otherMinutes),
            "about": note.about ?? "", "isNone": note.again == "geen", "isTomorrow": note.again == "morgen", "isWeek": note.again == "week", "isDay": note.again == "dag",
            "weekWords": visit.say(MomentPageSentence.inAWeek, week), "dayField": refusals.field("terug-dag", note.againDay),
        ]
        values.merge([
            "whenField": refusals.field("wanneer", when), "workerField": refusals.field("door", worker), "concern": note.concern ?? "", "isConcerned": note.concern != nil,
            "whenWords": worker.map { visit.say(MomentPageSentence.whenBy, when, $0) } ?? visit.say(MomentPageSentence.whenOnly, when),
            "isWhenOpen": refusals["wanneer"] != nil || refusals["door"] != nil || (note.when ?? "nu") != "nu" && note.when != visit.say(MomentPageSentence.now),
            "backLink": back, "backWords": rows.first.map { visit.say(PersonPageSentence.backToPerson, displayName(of: $0)) } ?? visit.say(.tabToday),
            "withdrawn": try withdrawn(rows, visit), "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ]) { _, new in new }
        let first = refusals.isEmpty ? nil : visit.count(refusals.lines.count, PageSentence.faultsOne, .faultsMany)
        return Page(template: "moment", title: [first, visit.say(.logMoment)].compactMap { $0 }.joined(separator: " · "), values: values, status: refusals.isEmpty ? 200 : 422)
    }

    /// What people took back, said before it is saved.
    private static func withdrawn(_ rows: [RecordRow], _ visit: Visit) throws -> [Values] {
        let store = try visit.replica.store
        var lines: [Values] = []
        for row in rows {
            try store.list("consent", where: Store.condition("contact", isOneOf: [row.id.key[0]]) + " and state = 'withdrawn'", limit: 10) { consent in
                lines.append(["withdrawnText": visit.say(MomentPageSentence.withdrew, displayName(of: row), visit.label(consent.id.key.last, of: "consent_purpose").lowercasedFirst)])
            }
        }
        return lines
    }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="{{backLink}}">{{>i-left}}<bdi>{{backWords}}</bdi></a></p>
          <h1>{{w.logMoment}}</h1>
        </header>

        <form class="form" method="post" action="/moment">
          <button hidden name="doe" value="bewaar">{{w.save}}</button>
          {{#whoField}}<div class="field text{{#fault}} wrong{{/fault}}">
            <label for="erbij">{{w.withWhom}}</label>
            {{#hasPeople}}<ul class="chips picked">{{#people}}<li class="chip">{{>gable}}<bdi>{{name}}</bdi> <input type="hidden" name="wie" value="{{id}}"><button class="quiet" name="weg" value="{{id}}">{{>i-close}}<span class="unseen">{{w.takeAway}}: {{name}}</span></button></li>{{/people}}</ul>{{/hasPeople}}
            {{#fault}}{{>fault}}{{/fault}}
            <input id="erbij" name="erbij" value="{{value}}" autocomplete="off" placeholder="{{w.somebodyMore}}"{{#fault}} aria-invalid="true" aria-describedby="erbij-fout"{{/fault}}>
            {{#hasChoices}}<ul class="rows">{{#choices}}<li class="end">{{>gable}}<p><bdi>{{name}}</bdi>{{#place}}<br><span class="what"><bdi>{{place}}</bdi></span>{{/place}}</p><button name="kies" value="{{id}}">{{w.thisOne}}<span class="unseen">: {{name}}</span></button></li>{{/choices}}</ul>{{/hasChoices}}
            <p class="acts near"><button class="quiet" name="doe" value="erbij">{{w.addPerson}}</button></p>
          </div>{{/whoField}}

          <fieldset class="field{{#howFault}} wrong{{/howFault}}" id="hoe"{{#howFault}} aria-describedby="hoe-fout"{{/howFault}}>
            <legend>{{w.how}}</legend>
            {{#howFault}}<p class="fault" id="hoe-fout">{{>i-alert}}<span>{{howFault}}</span></p>{{/howFault}}
            <div class="chips grid">
              {{#channels}}<label class="chip"><input type="radio" name="hoe" value="{{code}}"{{#isChosen}} checked{{/isChosen}}>{{label}}</label>
              {{/channels}}
            </div>
          </fieldset>

          <fieldset class="field">
            <legend>{{w.howLong}}</legend>
            {{#otherField}}{{#fault}}{{>fault}}{{/fault}}<div class="chips">
              {{#durations}}<label class="chip"><input type="radio" name="duur" value="{{minutes}}"{{#isChosen}} checked{{/isChosen}}>{{minutes}} min</label>
              {{/durations}}
              <label class="chip"><input type="radio" name="duur" value="anders"{{#isOther}} checked{{/isOther}}>{{w.other}} <input type="text" class="few" id="duur-anders" name="duur-anders" value="{{value}}" inputmode="numeric" aria-label="{{w.minuteCount}}"{{#fault}} aria-invalid="true" aria-describedby="duur-anders-fout"{{/fault}}></label>
            </div>{{/otherField}}
          </fieldset>

          <div class="field text">
            <label for="over">{{w.about}}</label>
            <textarea id="over" name="over">{{about}}</textarea>
          </div>

          <fieldset class="field">
            <legend>{{w.followUps}}</legend>
            {{#dayField}}{{#fault}}{{>fault}}{{/fault}}<div class="chips">
              <label class="chip"><input type="radio" name="terug" value="geen"{{#isNone}} checked{{/isNone}}>{{w.notNeeded}}</label>
              <label class="chip"><input type="radio" name="terug" value="morgen"{{#isTomorrow}} checked{{/isTomorrow}}>{{w.tomorrow}}</label>
              <label class="chip"><input type="radio" name="terug" value="week"{{#isWeek}} checked{{/isWeek}}>{{weekWords}}</label>
              <label class="chip"><input type="radio" name="terug" value="dag"{{#isDay}} checked{{/isDay}}>{{w.onDay}} <input type="text" id="terug-dag" name="terug-dag" value="{{value}}" aria-label="{{w.dayToReturn}}" placeholder="{{w.dayExample}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="terug-dag-fout"{{/fault}}></label>
            </div>{{/dayField}}
          </fieldset>

          <details{{#isWhenOpen}} open{{/isWhenOpen}}><summary>{{whenWords}}</summary>
            <div class="form text"><div class="two">
              {{#whenField}}<div><label for="wanneer">{{w.when}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="wanneer" name="wanneer" value="{{value}}" autocomplete="off" aria-describedby="w-hint{{#fault}} wanneer-fout{{/fault}}"><p class="hint" id="w-hint">{{w.whenHint}}</p></div>{{/whenField}}
              {{#workerField}}<div><label for="door">{{w.by}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="door" name="door" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="door-fout"{{/fault}}></div>{{/workerField}}</div></div></details>
          <details{{#isConcerned}} open{{/isConcerned}}><summary>{{>i-lock}}{{w.concern}}</summary>
            <div class="field text"><label for="zorg">{{w.yourConcern}}</label><p class="hint" id="z-hint">{{w.concernHint}}</p><textarea id="zorg" name="zorg" aria-describedby="z-hint">{{concern}}</textarea></div></details>

          {{#withdrawn}}<p class="notice wait">{{>i-alert}}<span>{{withdrawnText}}</span></p>{{/withdrawn}}
          <p class="acts"><button class="primary big" name="doe" value="bewaar" aria-keyshortcuts="Control+Enter">{{w.save}}</button> <a class="button quiet" href="{{backLink}}">{{w.cancel}}</a> <span class="what keys">{{w.or}} <kbd>Ctrl</kbd> <kbd>Enter</kbd></span></p>
        </form>
        """#
}

extension Value {
    /// The text that it is.
    var words: String? { if case .text(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }
}
