import Community
import CRDT
import Engine
import Store
import Words

/// What is kept longer than needed, by the term it is past; what of it may go into the trash, as one step that is taken back.
enum Terms {
    static let screen = Screen("bewaartermijnen", tab: .settings, templates: ["terms": template, "termsLooking": looking], show: show, act: act)

    private static let shownCount = 100

    /// What a box stands for: the record as it was shown, with the day since when.
    private static func mark(_ past: PastTerm) -> String { "\(past.record.table)/\(past.record.key.joined(separator: ":"))/\(past.since)" }

    private static func show(_ visit: Visit) throws -> Answer {
        let past = try visit.desk.terms.past(today: visit.today, visit.replica, visit.desk)
        switch visit.rest.first {
        case nil:
            guard let past else { return .page(Page(template: "termsLooking", title: visit.say(KeepPageSentence.termsTitle), values: ["isPage": true, "refreshes": true])) }
            return .page(try page(past, visit, Refusals()))
        case "stand": return .event(template: "termsLooking", values: ["isPage": false], isLast: past != nil)
        default: return .missing
        }
    }

    private static func act(_ visit: Visit) throws -> Answer {
        guard visit.form["doe"] == "weg" else { return .missing }
        let replica = try visit.replica
        var refusals = Refusals()
        let ticked = Set(visit.form.all("kies"))
        // As it is now, whatever was shown.
        let past = try replica.store.pastTerm(today: visit.today)
        guard !ticked.isEmpty else {
            refusals.add("", visit.say(KeepPageSentence.termsNoneTicked))
            return .page(try page(past, visit, refusals))
        }
        let chosen = past.filter { $0.term.subject != .consent && ticked.contains(mark($0)) }
        // One record may be past two terms.
        guard Set(chosen.map(mark)) == ticked else {
            refusals.add("", visit.say(KeepPageSentence.termsChanged))
            return .page(try page(past, visit, refusals, status: 409))
        }
        var records: [RecordID] = []
        for each in chosen where !records.contains(each.record) { records.append(each.record) }
        let (_, step) = try visit.write { replica in
            try replica.edit { store in for record in records { try store.delete(record) } }
        }
        let words = Dictionary(grouping: records, by: \.table).sorted { $0.key < $1.key }.map { visit.language.rows($0.value.count, of: $0.key) }.joined(separator: ", ")
        return .go("/bewaartermijnen", visit.told(KeepPageSentence.termsTrashed, words, step: step))
    }

    private static func page(_ past: [PastTerm], _ visit: Visit, _ refusals: Refusals, status: Int = 422) throws -> Page {
        let replica = try visit.replica
        let language = visit.language
        let isCoordinator = (try? replica.checkCoordinator()) != nil
        let groups: [Values] = try RetentionTerm.all.enumerated().compactMap { number, term in
            let own = past.filter { $0.term.purpose == term.purpose && $0.term.subject == term.subject }
            guard !own.isEmpty else { return nil }
            let isConsent = term.subject == .consent, isPerson = term.table == "contact"
            let part = own.prefix(shownCount)
            let names = try replica.store.contactNames(part.compactMap(\.contact))
            let months = term.months == 0 ? language.say(CareSentence.termAtOnce) : language.count(term.months, CareSentence.termMonth, .termMonths)
            return [
                "group": "t\(number)",
                "groupTitle": visit.say(KeepPageSentence.termsHeader, visit.label(term.purpose, of: "consent_purpose"), language.kinds(of: term.table)), "groupCount": language.number(own.count),
                "groupWhat": visit.say(KeepPageSentence.termsLine, months, language.text(term.reason)), "isConsent": isConsent,
                "more": maybe(own.count > part.count ? visit.say(KeepPageSentence.termsShown, language.number(part.count), language.number(own.count)) : nil),
                "lines": try part.enumerated().map { index, each -> Values in
                    let name = try each.contact.flatMap { names[$0] } ?? replica.title(of: each.record, language)
                    let title = isPerson || isConsent ? name : RecordWords.title(each.record, visit)
                    return [
                        "line": "t\(number)-\(index)", "name": title.isEmpty ? visit.say(.noName) : title, "mark": mark(each), "since": visit.say(KeepPageSentence.termsSince, visit.day(each.since)),
                        "link": maybe(isConsent || isPerson ? each.contact.map { "/contact/\($0)" } : RecordWords.link(each.record, visit)), "mayTick": !isConsent,
                        "eraseLink": maybe(isPerson && isCoordinator ? "/persoon/\(each.record.key[0])/wissen" : nil),
                    ]
                },
            ]
        }
        return Page(template: "terms", title: visit.say(KeepPageSentence.termsTitle), values: [
            "erased": try erased(visit), "hasErased": try !replica.erasureEntries().isEmpty, "groups": groups, "hasGroups": !groups.isEmpty, "mayTrash": past.contains { $0.term.subject != .consent }, "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : status)
    }

    /// The newest first.
    private static func erased(_ visit: Visit) throws -> [Values] {
        try visit.replica.erasureEntries().sorted { $0.timeMilliseconds > $1.timeMilliseconds }.prefix(shownCount).map { entry in
            [
                "erasedWhen": visit.say(KeepPageSentence.erasedBy, visit.time(entry.timeMilliseconds), entry.signer),
                "erasedOn": maybe(entry.confirmed.isEmpty ? nil : visit.say(KeepPageSentence.erasedConfirmed, entry.confirmed.joined(separator: ", "))),
                "erasedNot": [
                    entry.awaited.isEmpty ? visit.say(KeepPageSentence.erasedAll) : visit.say(KeepPageSentence.erasedAwaited, entry.awaited.joined(separator: ", ")),
                    entry.relays.isEmpty ? nil : visit.say(KeepPageSentence.erasedRelays, entry.relays.joined(separator: ", ")),
                ].compactMap { $0 }.joined(separator: " "),
            ]
        }
    }

    private static let looking = #"""
        {{#isPage}}<header class="head"><p><a class="back" href="/instellingen">{{>i-left}}{{w.tabSettings}}</a></p><h1>{{w.termsTitle}}</h1></header><div data-events="/bewaartermijnen/stand">{{/isPage}}
        <p role="status">{{w.termsLooking}}</p>
        {{#isPage}}</div><p class="what"><a href="/bewaartermijnen">{{w.refreshPage}}</a></p>{{/isPage}}
        """#

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="/instellingen">{{>i-left}}{{w.tabSettings}}</a></p>
          <h1>{{w.termsTitle}}</h1>
          <p class="lead">{{w.termsLead}}</p>
        </header>
        {{^hasGroups}}<p class="text soft">{{w.termsNothing}}</p>{{/hasGroups}}
        {{#hasGroups}}<form class="form" method="post" action="/bewaartermijnen">
          {{#groups}}<section aria-labelledby="{{group}}">
            <h2 id="{{group}}">{{groupTitle}} <span class="count">{{groupCount}}</span></h2>
            <p class="what">{{groupWhat}}{{#isConsent}} {{w.termsAsk}}{{/isConsent}}</p>
            <ul class="rows">
              {{#lines}}<li class="plain">{{#mayTick}}<label class="check"><input type="checkbox" name="kies" value="{{mark}}"> <span><bdi>{{name}}</bdi> <span class="what">{{since}}</span></span></label>{{/mayTick}}{{^mayTick}}<p><bdi>{{name}}</bdi> <span class="what">{{since}}</span></p>{{/mayTick}}<p class="what">{{#link}}<a href="{{link}}">{{w.termsLook}}<span class="unseen">: {{name}}</span></a>{{/link}}{{#eraseLink}} <a href="{{eraseLink}}">{{w.erasePerson}}<span class="unseen">: {{name}}</span></a>{{/eraseLink}}</p></li>
              {{/lines}}
            </ul>
            {{#more}}<p class="what">{{more}}</p>{{/more}}
          </section>
          {{/groups}}
          {{#mayTrash}}<p class="text what">{{w.termsErase}}</p>
          <p class="acts"><button class="primary" name="doe" value="weg">{{w.termsToTrash}}</button></p>{{/mayTrash}}
        </form>{{/hasGroups}}
        {{#hasErased}}<section aria-labelledby="gewist">
          <h2 id="gewist">{{w.erasedTitle}}</h2>
          <p class="what">{{w.erasedHint}}</p>
          <ul class="rows">{{#erased}}<li class="plain"><p><bdi>{{erasedWhen}}</bdi><br><span class="what"><bdi>{{#erasedOn}}{{erasedOn}} {{/erasedOn}}{{erasedNot}}</bdi></span></p></li>{{/erased}}</ul>
        </section>{{/hasErased}}
        """#
}
