import Community
import CRDT
import Engine
import Store

/// Open requests at the left, who suits at the right, and what runs below.
enum Help {
    static let screen = Screen("hulp", tab: .help, templates: ["help": template, "newHelp": form], show: show, act: act)

    private static let candidateCount = 3
    private static let shortCount = 4

    private static func show(_ visit: Visit) throws -> Answer {
        if let direction = visit.query["nieuw"] { return try .page(newPage(direction == "aanbod", visit.query, Refusals(), visit)) }
        let replica = try visit.replica
        let open = try replica.store.openRequests(today: visit.today, candidateCount: candidateCount)
        let chosen = visit.query["vraag"].flatMap { id in open.first { $0.request.id == id } } ?? open.first
        let part = Part(visit, few: shortCount)
        let shown = Array(part.of(open))
        let people = shown.map(\.request.person) + (chosen.map { [$0.request.person] + $0.candidates.map(\.offer.person) } ?? [])
        let names = try replica.store.contactNames(people)
        let reach = try replica.reach(of: people, replica.store.identities(around: people))
        func phone(_ person: String) -> String? { reach[person]?.first { SpokenPhone.link($0) != nil }.map(SpokenPhone.text) }
        let requests: [Values] = try shown.map { each in
            let row = try replica.store.rows([RecordID(table: "help_item", key: [each.request.id])]).first
            let since = row?.value("created_at").map { visit.say(.since, visit.day($0)).lowercasedFirst }
            return [
                "title": visit.label(each.request.category ?? "other", of: "help_category"), "link": "/hulp?vraag=\(Fields.encoded(each.request.id))#aanbod",
                "isHere": each.request.id == chosen?.request.id, "urgency": maybe(each.request.urgency.map { visit.label($0, of: "help_urgency") }),
                "isUrgent": each.request.urgency != nil && each.request.urgency != "can_wait",
                "who": [names[each.request.person] ?? visit.say(.noName), each.request.area].compactMap { $0 }.joined(separator: " · "),
                "what": [since, each.description].compactMap { $0 }.joined(separator: " · "), "anchor": each.request.id,
            ]
        }
        let candidates: [Values] = (chosen?.candidates ?? []).enumerated().map { index, candidate in
            let record = RecordID(table: "contact", key: [candidate.offer.person]), name = names[candidate.offer.person] ?? visit.say(.noName)
            return visit.gable(record, name).merging([
                "name": name, "link": "/contact/\(candidate.offer.person)", "phone": maybe(phone(candidate.offer.person)), "offer": candidate.offer.id, "isFirst": index == 0,
                "reasons": candidate.reasons.map { ["reason": text($0, candidate.offer, visit)] as Values },
            ]) { own, _ in own }
        }
        let person = chosen.map { names[$0.request.person] ?? visit.say(.noName) }
        let running = try running(visit)
        return .page(Page(template: "help", title: visit.say(.tabHelp), values: [
            "lead": open.isEmpty ? visit.say(HelpPageSentence.noRequests) : visit.count(open.count, HelpPageSentence.requestsOne, .requestsMany), "hasRequests": !open.isEmpty,
            "requests": requests, "requestCount": visit.language.number(open.count), "more": part.next(of: open.count, "/hulp?", hash: "#vragen", visit) ?? false as Any,
            "whoSuits": maybe(person.map { visit.say(HelpPageSentence.whoSuits, $0) }), "chosen": chosen?.request.id ?? "", "editLink": chosen.flatMap { RecordEdit.link(RecordID(table: "help_item", key: [$0.request.id])) } ?? "",
            "chosenWords": maybe(chosen.map { each in
                [visit.label(each.request.category ?? "other", of: "help_category"), each.description.map { "“\($0)”" }].compactMap { $0 }.joined(separator: ". ")
            }),
            "candidates": candidates, "hasCandidates": !candidates.isEmpty, "running": running, "hasRunning": !running.isEmpty, "runningCount": visit.language.number(running.count),
        ]))
    }

    private static func text(_ reason: Candidate.Reason, _ offer: Community.Help, _ visit: Visit) -> String {
        let load = String(offer.load), capacity = String(offer.capacity)
        let language = visit.language
        return switch reason {
        case .category: language.say(CareSentence.reasonCategory)
        case .area: language.say(CareSentence.reasonArea)
        case .areaNear: language.say(CareSentence.reasonAreaNear)
        case .remote: language.say(CareSentence.reasonRemote)
        case .setting: language.say(CareSentence.reasonSetting)
        case .skills: language.say(CareSentence.reasonSkills)
        case .allDays: language.say(CareSentence.reasonAllDays)
        case .someDays: language.say(CareSentence.reasonSomeDays)
        case .free: language.say(CareSentence.reasonFree, load, capacity)
        case .busy: language.say(CareSentence.reasonBusy, load, capacity)
        case .full: language.say(CareSentence.reasonFull, load, capacity)
        }
    }

    /// What is proposed and agreed.
    private static func running(_ visit: Visit) throws -> [Values] {
        let replica = try visit.replica
        var lines: [Values] = []
        guard replica.store.schema["match"] != nil else { return [] }
        var rows: [RecordRow] = []
        try replica.store.list("match", where: "coalesce(status, 'proposed') in ('proposed', 'accepted')", limit: 100) { rows.append($0) }
        for row in rows {
            func contact(_ help: String?) throws -> String? { try help.flatMap { try replica.store.contact(ofHelp: $0) } }
            let helper = try row.value("helper") ?? contact(row.value("offer")), asker = try contact(row.value("request"))
            let names = try replica.store.contactNames([helper, asker].compactMap { $0 })
            let category = try row.value("request").flatMap { try replica.store.rows([RecordID(table: "help_item", key: [$0])]).first?.value("category") }
            let isAgreed = row.value("status") == "accepted"
            let when = isAgreed ? row.value("agreed_at").map { visit.say(HelpPageSentence.agreedOn, visit.day($0)) } : row.value("created_at").map { visit.say(HelpPageSentence.proposedOn, visit.day($0)) }
            lines.append([
                "helperName": helper.flatMap { names[$0] } ?? visit.say(.noName), "askerName": asker.flatMap { names[$0] } ?? visit.say(.noName),
                "helpWords": visit.label(category ?? "other", of: "help_category").lowercasedFirst, "when": when ?? "", "isAgreed": isAgreed, "match": row.id.key[0],
            ])
        }
        return lines
    }

    // MARK: Its forms

    private static func act(_ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        if let offer = visit.form["aanbod"] {
            let request = try visit.record(visit.form["vraag"], in: "help_item"), offered = try visit.record(offer, in: "help_item")
            let (_, step) = try visit.write { replica in try replica.edit { try $0.proposeMatch(request: request.id, helper: offered.id) } }
            return .go("/hulp", visit.told(HelpPageSentence.proposed, try replica.title(of: request.id, visit.language), step: step))
        }
        if let id = visit.form["intrekken"] {
            let request = try visit.record(id, in: "help_item")
            let name = try replica.title(of: request.id, visit.language)
            let (_, step) = try visit.write { replica in try replica.edit(request.id, replica.entered([(name: "status", text: "withdrawn")], in: request.id)) }
            return .go("/hulp", visit.told(HelpPageSentence.requestWithdrawn, name, step: step))
        }
        if let id = visit.form["koppeling"] {
            let match = try visit.record(id, in: "match")
            let name = try replica.title(of: match.id, visit.language)
            let (step, told): (Store.MatchStep, HelpPageSentence) = switch visit.form["stap"] {
            case "ja": (.accepted, .agreed)
            case "gedaan": (.done, .helped)
            case "nee": (.declined, .declined)
            default: throw StoreError(.notFound, "match")
            }
            let at = ReaderClock.moment(visit.nowMilliseconds)
            let (_, written) = try visit.write { replica in try replica.edit { try $0.take(step, match.id, at: at) } }
            return .go("/hulp", visit.told(told, name, step: written))
        }
        return try add(visit)
    }

    private static func add(_ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        let isOffer = visit.form["nieuw"] == "aanbod"
        var refusals = Refusals()
        var person: RecordID?
        if let id = visit.form["wie"] {
            person = try visit.record(id, in: "contact").id
        } else if let typed = visit.form["naam"] {
            person = try refusals.reading("naam", visit) { () -> RecordID? in
                do { return try replica.record(named: typed, in: ["contact"]) } catch let error as StoreError where error.code == .notFound { return nil }
            } ?? nil
            if person == nil, refusals.isEmpty { refusals.add("naam", visit.say(PersonPageSentence.nobodyCalledSo, typed)) }
        } else {
            refusals.add("naam", visit.say(PersonPageSentence.sayWho))
        }
        if visit.form["wat"] == nil { refusals.add("wat", visit.say(HelpPageSentence.sayWhat)) }
        var typed: [(name: String, text: String)] = [("direction", isOffer ? "offer" : "request")]
        for (column, field) in [("category", "wat"), ("urgency", "haast"), ("until", "tot"), ("capacity_per_week", "vaak"), ("area", "gebied"), ("description", "woorden")] {
            guard let text = visit.form[field], try refusals.reading(field, visit, { try replica.entered(text, for: column, of: "help_item") }) != nil else { continue }
            typed.append((column, text))
        }
        guard let person, refusals.isEmpty else { return .page(try newPage(isOffer, visit.form, refusals, visit)) }
        let row = typed + [(name: "contact", text: person.key[0])]
        let (_, step) = try visit.write { replica in
            let values = try replica.entered(row, newIn: replica.sharedTable("help_item"))
            return try replica.edit { try $0.add("help_item", values) }
        }
        return .go("/hulp", visit.told(isOffer ? HelpPageSentence.offerSaved : .requestSaved, try replica.title(of: person, visit.language), step: step))
    }

    private static func newPage(_ isOffer: Bool, _ typed: Fields, _ refusals: Refusals, _ visit: Visit) throws -> Page {
        let replica = try visit.replica
        let person = try typed["wie"].flatMap { try replica.store.rows([RecordID(table: "contact", key: [$0])]).first }
        let title = visit.say(isOffer ? HelpPageSentence.newOffer : .newRequest)
        return Page(template: "newHelp", title: title, values: [
            "title": title, "kind": isOffer ? "aanbod" : "vraag", "isRequest": !isOffer, "person": maybe(person.map(displayName)), "personID": person?.id.key[0] ?? "",
            "whoField": refusals.field("naam", typed["naam"]), "whatFault": maybe(refusals["wat"]), "categories": Choices.codes("help_category", chosen: typed["wat"] ?? "", visit),
            "urgencies": Choices.codes("help_urgency", chosen: typed["haast"] ?? "", visit), "untilField": refusals.field("tot", typed["tot"]), "oftenField": refusals.field("vaak", typed["vaak"]),
            "areaField": refusals.field("gebied", typed["gebied"] ?? person?.value("area")), "areas": try Choices.areas(replica), "words": typed["woorden"] ?? "",
            "back": person.map { "/contact/\($0.id.key[0])" } ?? "/hulp", "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : 422)
    }

    private static let template = #"""
        <header class="head">
          <h1>{{w.tabHelp}}</h1>
          <p class="lead">{{lead}}</p>
          <p class="acts"><a class="button" href="/hulp?nieuw=vraag">{{>i-plus}}{{w.newRequest}}</a> <a class="button" href="/hulp?nieuw=aanbod">{{>i-plus}}{{w.newOffer}}</a></p>
        </header>
        {{#hasRequests}}<div class="split even">
        <section aria-labelledby="vragen">
          <h2 id="vragen">{{w.openRequests}} <span class="count">{{requestCount}}</span></h2>
          <ul class="rows pick">
            {{#requests}}<li class="plain{{#isHere}} here{{/isHere}}"><p><a class="name" href="{{link}}"{{#isHere}} aria-current="true"{{/isHere}}>{{title}}</a>{{#urgency}} <span class="tag{{#isUrgent}} wait{{/isUrgent}}">{{#isUrgent}}{{>i-clock}}{{/isUrgent}}{{urgency}}</span>{{/urgency}}<br><bdi>{{who}}</bdi><br><span class="what"><bdi>{{what}}</bdi></span></p></li>
            {{/requests}}
          </ul>
          {{#more}}<p><a class="button quiet" href="{{moreLink}}">{{moreWords}}</a></p>{{/more}}
        </section>

        <section aria-labelledby="aanbod" class="card">
          <h2 id="aanbod" tabindex="-1"><bdi>{{whoSuits}}</bdi></h2>
          {{#chosenWords}}<p class="soft"><bdi>{{chosenWords}}</bdi></p>{{/chosenWords}}
          {{^hasCandidates}}<p>{{w.nobodySuits}}</p>{{/hasCandidates}}
          {{#hasCandidates}}<ul class="rows">
            {{#candidates}}<li>{{>gable}}<div>
              <p><a class="name" href="{{link}}"><bdi>{{name}}</bdi></a>{{#phone}} <span class="tel">{{phone}}</span>{{/phone}}</p>
              <ul class="why">{{#reasons}}<li>{{>i-check}}{{reason}}</li>{{/reasons}}</ul>
              <form class="acts" method="post" action="/hulp"><input type="hidden" name="vraag" value="{{chosen}}"><button{{#isFirst}} class="primary"{{/isFirst}} name="aanbod" value="{{offer}}">{{w.propose}}<span class="unseen">: {{name}}</span></button></form></div></li>
            {{/candidates}}
          </ul>{{/hasCandidates}}
          <form class="acts" method="post" action="/hulp"><a class="button" href="{{editLink}}">{{w.edit}}</a> <button class="quiet" name="intrekken" value="{{chosen}}">{{w.withdrawRequest}}</button></form>
        </section>
        </div>{{/hasRequests}}

        {{#hasRunning}}<section aria-labelledby="lopend">
          <h2 id="lopend">{{w.running}} <span class="count">{{runningCount}}</span></h2>
          <ul class="rows">
            {{#running}}<li class="plain end"><p><b><bdi>{{helperName}}</bdi></b> · {{helpWords}} · <b><bdi>{{askerName}}</bdi></b><br><span class="what">{{when}}</span></p>
              <form class="acts near" method="post" action="/hulp"><input type="hidden" name="koppeling" value="{{match}}">{{#isAgreed}}<button name="stap" value="gedaan">{{>i-check}}{{w.done}}<span class="unseen">: {{helperName}}</span></button>{{/isAgreed}}{{^isAgreed}}<button name="stap" value="ja">{{>i-check}}{{w.bothYes}}<span class="unseen">: {{helperName}}</span></button>{{/isAgreed}}<button class="quiet" name="stap" value="nee">{{w.callsOff}}<span class="unseen">: {{helperName}}</span></button></form></li>
            {{/running}}
          </ul>
        </section>{{/hasRunning}}
        """#

    private static let form = #"""
        {{#faults}}{{>faults}}{{/faults}}
        <header class="head">
          <p><a class="back" href="{{back}}">{{>i-left}}{{w.back}}</a></p>
          <h1>{{title}}</h1>
        </header>
        <form class="form" method="post" action="/hulp">
          <button hidden>{{w.save}}</button>
          <input type="hidden" name="nieuw" value="{{kind}}">
          {{#person}}<p class="lead"><bdi>{{person}}</bdi></p><input type="hidden" name="wie" value="{{personID}}">{{/person}}
          {{^person}}{{#whoField}}<div class="field text{{#fault}} wrong{{/fault}}"><label for="naam">{{w.who}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="naam" name="naam" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="naam-fout"{{/fault}}></div>{{/whoField}}{{/person}}
          <fieldset class="field{{#whatFault}} wrong{{/whatFault}}" id="wat">
            <legend>{{w.what}}</legend>
            {{#whatFault}}<p class="fault">{{>i-alert}}<span>{{whatFault}}</span></p>{{/whatFault}}
            <div class="chips grid">{{#categories}}<label class="chip"><input type="radio" name="wat" value="{{code}}"{{#isChosen}} checked{{/isChosen}}>{{label}}</label> {{/categories}}</div>
          </fieldset>
          {{#isRequest}}<fieldset class="field">
            <legend>{{w.howUrgent}}</legend>
            <div class="chips">{{#urgencies}}<label class="chip"><input type="radio" name="haast" value="{{code}}"{{#isChosen}} checked{{/isChosen}}>{{label}}</label> {{/urgencies}}</div>
          </fieldset>{{/isRequest}}
          <div class="field text"><label for="woorden">{{w.inWords}}</label><textarea id="woorden" name="woorden">{{words}}</textarea></div>
          <div class="two text">
            {{#untilField}}<div class="{{#fault}}field wrong{{/fault}}"><label for="tot">{{w.untilDay}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="tot" name="tot" value="{{value}}" autocomplete="off" placeholder="{{w.dayExample}}"{{#fault}} aria-invalid="true" aria-describedby="tot-fout"{{/fault}}></div>{{/untilField}}
            {{#oftenField}}<div class="{{#fault}}field wrong{{/fault}}"><label for="vaak">{{w.timesAWeek}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="vaak" name="vaak" value="{{value}}" inputmode="numeric" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="vaak-fout"{{/fault}}></div>{{/oftenField}}
          </div>
          {{#areaField}}<div class="field text{{#fault}} wrong{{/fault}}"><label for="gebied">{{w.area}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="gebied" name="gebied" value="{{value}}" list="gebieden" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="gebied-fout"{{/fault}}><datalist id="gebieden">{{#areas}}<option value="{{areaName}}">{{/areas}}</datalist></div>{{/areaField}}
          <p class="acts"><button class="primary big" aria-keyshortcuts="Control+Enter">{{w.save}}</button> <a class="button quiet" href="{{back}}">{{w.cancel}}</a></p>
        </form>
        """#
}
