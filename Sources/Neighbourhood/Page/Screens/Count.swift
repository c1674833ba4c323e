import Community
import CRDT
import Engine
import Store

/// One date: counting at the door, who signed up, and what was learned.
enum Count {
    static let screen = Screen("tellen", tab: .today, templates: ["count": template], show: show, act: act)

    private static let shownCount = 12
    private static let allCount = 500

    private static func show(_ visit: Visit) throws -> Answer {
        let row = try visit.record(visit.rest.first, in: "gathering")
        return .page(try page(row, visit, Refusals()))
    }

    private static func page(_ row: RecordRow, _ visit: Visit, _ refusals: Refusals) throws -> Page {
        let replica = try visit.replica
        func named(_ column: String) throws -> String? {
            try row.value(column).flatMap { try replica.store.rows([RecordID(table: column, key: [$0])]).first.map(displayName) }
        }
        let name = try named("initiative") ?? named("place") ?? visit.say(.gathering)
        let room = row.integer("max_participants").map(Int.init)
        let signed = try signedUp(row, visit)
        let isPrinted = visit.query["afdruk"] != nil, showsAll = isPrinted || visit.query["alle"] != nil
        let taking = signed.filter { ["signed_up", "attended"].contains($0.status) }, waiting = signed.count { $0.status == "waiting_list" }
        let start = row.value("starts_at").map(visit.time), end = row.value("ends_at").map { String($0.dropFirst(11).prefix(5)) }
        let when = [start, end.flatMap { $0.isEmpty ? nil : visit.say(HelpPageSentence.untilTime, $0) }].compactMap { $0 }.joined(separator: " ")
        let counter = try replica.store.show(row.id).columns.first { $0.name == "headcount" }
        let counters = Set((counter?.authors ?? []).map { $0.isOwn ? visit.say(HelpPageSentence.thisLaptop) : $0.label ?? visit.say(PersonPageSentence.unknownLaptop) }).sorted()
        let words = room.map { visit.say(HelpPageSentence.roomWords, visit.language.number(taking.count), visit.language.number($0), visit.language.number(max(0, $0 - taking.count))) }
            ?? visit.count(taking.count, PageSentence.signedUpOne, .signedUpMany) + "."
        let lines: [Values] = signed.prefix(showsAll ? allCount : shownCount).map { each in
            visit.gable(each.id, each.name).merging([
                "name": each.name, "personLink": "/contact/\(each.id.key[0])", "id": each.id.key[0], "isThere": each.status == "attended", "mayCome": each.status == "signed_up",
                "status": visit.label(each.status, of: "attendance_status"), "isWaiting": each.status == "waiting_list",
            ]) { own, _ in own }
        }
        let isCancelled = row.value("status") == "cancelled"
        return Page(template: "count", title: "\(name) · \(visit.say(HelpPageSentence.counting))", values: [
            "name": name, "lead": try [when, named("place") ?? ""].filter { !$0.isEmpty }.joined(separator: " · "), "link": "/tellen/\(row.id.key[0])", "editLink": RecordEdit.link(row.id) ?? "",
            "total": visit.language.number(Int(row.integer("headcount") ?? 0)), "counters": maybe(counters.isEmpty ? nil : visit.say(HelpPageSentence.countedBy, counters.joined(separator: ", "))),
            "isCancelled": isCancelled, "signedCount": visit.language.number(taking.count),
            "roomWords": [words, waiting == 0 ? nil : visit.count(waiting, HelpPageSentence.waitingOne, .waitingMany)].compactMap { $0 }.joined(separator: " "),
            "signed": lines, "hasSigned": !signed.isEmpty,
            "signedAll": maybe(!showsAll && signed.count > shownCount ? visit.say(.showAll, visit.language.number(signed.count)) : nil),
            "whoField": refusals.field("wie", visit.form["wie"]), "lesson": visit.form["les"] ?? "", "mayLearn": row.value("initiative") != nil, "isPrinted": isPrinted,
            "printed": visit.say(HelpPageSentence.printedHead, visit.desk.standing?.space ?? "", name, visit.time(visit.nowMilliseconds)),
            "faults": refusals.isEmpty ? false : refusals.values(visit) as Any,
        ], status: refusals.isEmpty ? 200 : 422)
    }

    private static func signedUp(_ row: RecordRow, _ visit: Visit) throws -> [(id: RecordID, name: String, status: String)] {
        let store = try visit.replica.store
        var found: [(id: RecordID, status: String, since: String)] = []
        guard store.schema["attendance"] != nil else { return [] }
        try store.list("attendance", where: Store.condition("gathering", isOneOf: [row.id.key[0]]), limit: allCount) { each in
            found.append((RecordID(table: "contact", key: [each.id.key[1]]), each.value("status") ?? "signed_up", each.value("created_at") ?? ""))
        }
        let names = Dictionary(try store.rows(found.map(\.id)).map { ($0.id, displayName(of: $0)) }) { first, _ in first }
        // Who came first stands first; the waiting list behind.
        return found.sorted { ($0.status == "waiting_list" ? 1 : 0, $0.since, $0.id.text) < ($1.status == "waiting_list" ? 1 : 0, $1.since, $1.id.text) }
            .map { ($0.id, names[$0.id] ?? visit.say(.noName), $0.status) }
    }

    // MARK: Its forms

    private static func act(_ visit: Visit) throws -> Answer {
        let row = try visit.record(visit.rest.first, in: "gathering")
        let replica = try visit.replica
        let link = "/tellen/\(row.id.key[0])"
        let name = try replica.title(of: row.id, visit.language)
        if let amount = visit.form["tel"].flatMap({ Int64($0) }), [1, -1].contains(amount) {
            // Below nobody there is nobody: a slip of the finger is not counted.
            guard amount > 0 || (row.integer("headcount") ?? 0) > 0 else { return .go(link) }
            let (_, step) = try visit.write { replica in try replica.edit { try $0.increment(row.id, "headcount", by: amount) } }
            return .go(link, visit.told(amount > 0 ? PageSentence.countedOne : .countedLess, name, step: step))
        }
        if let id = visit.form["er"] {
            let person = try visit.record(id, in: "contact")
            let attendance = RecordID(table: "attendance", key: [row.id.key[0], person.id.key[0]])
            let (_, step) = try visit.write { replica in try replica.edit(attendance, replica.entered([(name: "status", text: "attended")], in: attendance)) }
            return .go(link, visit.told(HelpPageSentence.isThere, displayName(of: person), step: step))
        }
        switch visit.form["doe"] {
        case "aanmelden": return try signUp(row, link, visit)
        case "les":
            guard let initiative = row.value("initiative"), let lesson = visit.form["les"] else { return .go(link) }
            let (_, step) = try visit.write { replica in
                let values = try replica.entered([("subject", initiative), ("kind", "lesson"), ("title", name), ("body", lesson)], newIn: replica.sharedTable("note"))
                return try replica.edit { try $0.add("note", values) }
            }
            return .go(link, visit.told(HelpPageSentence.lessonSaved, name, step: step))
        case "afgelasten":
            let (_, step) = try visit.write { replica in try replica.edit(row.id, replica.entered([(name: "status", text: "cancelled")], in: row.id)) }
            return .go(link, visit.told(HelpPageSentence.cancelled, name, step: step))
        default: return .missing
        }
    }

    private static func signUp(_ row: RecordRow, _ link: String, _ visit: Visit) throws -> Answer {
        let replica = try visit.replica
        var refusals = Refusals()
        guard let typed = visit.form["wie"] else {
            refusals.add("wie", visit.say(PersonPageSentence.sayWho))
            return .page(try page(row, visit, refusals))
        }
        let found = try refusals.reading("wie", visit) { () -> RecordID? in
            do { return try replica.record(named: typed, in: ["contact"]) } catch let error as StoreError where error.code == .notFound { return nil }
        } ?? nil
        guard let found else {
            if refusals.isEmpty { refusals.add("wie", visit.say(PersonPageSentence.nobodyCalledSo, typed)) }
            return .page(try page(row, visit, refusals))
        }
        let name = try replica.title(of: found, visit.language)
        do {
            let (_, step) = try visit.write { replica in
                try replica.edit { try $0.add("attendance", [("gathering", .text(Array(row.id.key[0].utf8))), ("contact", .text(Array(found.key[0].utf8)))]) }
            }
            return .go(link, visit.told(HelpPageSentence.signedUp, name, step: step))
        } catch let error as StoreError where error.code == .exists {
            return .go(link, visit.told(HelpPageSentence.wasSignedUp, name))
        }
    }

    private static let template = #"""
        {{#faults}}{{>faults}}{{/faults}}
        {{#isCancelled}}<p class="notice wait">{{>i-ban}}<span>{{w.isCancelled}}</span></p>{{/isCancelled}}
        {{#isPrinted}}<p class="paper"><bdi>{{printed}}</bdi></p>{{/isPrinted}}
        <header class="head">
          <p><a class="back" href="/vandaag">{{>i-left}}{{w.tabToday}}</a></p>
          <h1><bdi>{{name}}</bdi></h1>
          <p class="lead"><bdi>{{lead}}</bdi></p>
        </header>

        <div class="split even">
        <section class="counter card screen" aria-labelledby="tel">
          <h2 id="tel">{{w.howManyThere}}</h2>
          <form method="post" action="{{link}}" data-count>
            <output id="samen" aria-live="polite">{{total}}</output>
            {{#counters}}<p class="soft"><bdi>{{counters}}</bdi></p>{{/counters}}
            <p class="acts"><button name="tel" value="-1" aria-label="{{w.oneLess}}">−1</button> <button class="primary" name="tel" value="1" autofocus aria-label="{{w.oneMore}}">+1</button></p>
            <p class="what keys">{{w.spaceCounts}}</p>
          </form>
        </section>

        <div class="stack">
        <section aria-labelledby="aan">
          <h2 id="aan">{{w.signedUpTitle}} <span class="count">{{signedCount}}</span></h2>
          <p>{{roomWords}}</p>
          {{#hasSigned}}<ul class="rows">
            {{#signed}}<li class="end">{{>gable}}<a class="name" href="{{personLink}}"><bdi>{{name}}</bdi></a>{{#mayCome}}<form class="screen" method="post" action="{{link}}"><button name="er" value="{{id}}">{{w.isHere}}<span class="unseen">: {{name}}</span></button></form>{{/mayCome}}{{#isThere}}<span class="tag good">{{>i-check}}{{status}}</span>{{/isThere}}{{#isWaiting}}<span class="tag wait">{{>i-clock}}{{status}}</span>{{/isWaiting}}{{#isPrinted}}<span class="tick"></span>{{/isPrinted}}</li>
            {{/signed}}
          </ul>{{/hasSigned}}
          {{#signedAll}}<p><a class="button quiet" href="{{link}}?alle=1#aan">{{signedAll}}</a></p>{{/signedAll}}
          <form class="form text screen" method="post" action="{{link}}">
            {{#whoField}}<div class="field{{#fault}} wrong{{/fault}}"><label for="wie">{{w.signSomebodyUp}}</label>{{#fault}}{{>fault}}{{/fault}}<input id="wie" name="wie" value="{{value}}" autocomplete="off"{{#fault}} aria-invalid="true" aria-describedby="wie-fout"{{/fault}}></div>{{/whoField}}
            <p class="acts"><button name="doe" value="aanmelden">{{w.signUp}}</button></p>
          </form>
        </section>
        {{#mayLearn}}<details class="screen"><summary>{{>i-note}}{{w.writeLesson}}</summary>
          <form class="form text" method="post" action="{{link}}"><div class="field"><label for="les">{{w.lesson}}</label><p class="hint" id="les-hint">{{w.lessonHint}}</p><textarea id="les" name="les" aria-describedby="les-hint">{{lesson}}</textarea></div><p class="acts"><button name="doe" value="les">{{w.save}}</button></p></form></details>{{/mayLearn}}
        <form class="acts screen" method="post" action="{{link}}"><a class="button" href="{{link}}?afdruk=1" data-print>{{>i-print}}{{w.attendanceSheet}}</a> <a class="button" href="{{editLink}}">{{w.edit}}</a> {{^isCancelled}}<button class="quiet" name="doe" value="afgelasten">{{w.callOff}}</button>{{/isCancelled}}</form>
        </div>
        </div>
        """#
}
